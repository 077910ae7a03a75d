/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clock, the signals and the terminal: the core knows none of them. */
#include "workshop/cut-cli.h"
#include "base/lang.h"
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number) {
  interrupted = 1;
}

/* "   0.012 s: 1860.00, at most 1.25 % above the bound", written at once. */
static void say(const CutWatch *watch, gint64 now, gint64 bound, gint64 best) {
  const double gap = bound > 0 ? (double)(best - bound) * 100 / (double)bound : 0;
  g_autofree char *price = watch->money ? g_strdup_printf("%.2f", (double)best / 100)
                                        : g_strdup_printf("%" G_GINT64_FORMAT, best);
  g_autofree char *quality = best == bound
    ? g_strdup(lang_text(watch->language, N_("optimal")))
    : g_strdup_printf(lang_text(watch->language, N_("at most %.2f%% above the bound")), gap);
  g_autofree char *line = g_strdup_printf("%8.3f s: %s, %s\n", (double)(now - watch->start) / 1e6, price, quality);
  fputs(line, stderr);
}

gboolean cut_watch_progress(gint64 bound, gint64 best, void *data) {
  CutWatch *watch = data;
  const gint64 now = g_get_monotonic_time();
  if (watch->talk && best < watch->best)
    say(watch, now, bound, best);
  watch->best = MIN(watch->best, best);
  return !interrupted && (watch->end == 0 || now < watch->end);
}

CutWatch cut_watch_begin(const CutCli *options) {
  const gint64 now = g_get_monotonic_time();
  interrupted = 0;
  signal(SIGINT, on_interrupt);
  signal(SIGTERM, on_interrupt);
  return (CutWatch){.start = now, .best = G_MAXINT64, .talk = isatty(STDERR_FILENO), .language = options->language,
                    .end = options->seconds > 0 ? now + (gint64)(options->seconds * 1e6) : 0};
}
