/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line on a terminal, written over itself; signals become a wish. */
#include "serve/progress.h"
#include "db/dump.h"
#include <gio/gio.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static volatile sig_atomic_t cancelled;
static gint64 told_at; /* monotonic microseconds */

static void cancel(int signal) { cancelled = 1; }

void progress_begin(void) {
  const struct sigaction action = {.sa_handler = cancel};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
}

gboolean progress_cancelled(void) { return cancelled; }

gboolean progress_tell(gint64 done, gint64 total, gpointer what) {
  const gint64 now = g_get_monotonic_time();
  if (isatty(STDERR_FILENO) && (now - told_at > G_USEC_PER_SEC / 10 || (total && done == total))) {
    told_at = now;
    if (total)
      fprintf(stderr, "\r%s: %" G_GINT64_FORMAT " %%\033[K%s", (const char *)what, done * 100 / total,
              done == total ? "\n" : "");
    else
      fprintf(stderr, "\r%s: %.1f MB\033[K", (const char *)what, (double)done / 1e6);
  }
  return !cancelled;
}

void progress_end(void) {
  if (isatty(STDERR_FILENO))
    fputs("\r\033[K", stderr);
}

gboolean progress_go_on(GError **error) {
  if (cancelled)
    g_set_error_literal(error, DUMP_CANCELLED, "cancelled: nothing was left half done");
  return !cancelled;
}
