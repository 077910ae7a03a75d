/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads that take what is queued, first come, first served. GLib's pool would do, but ThreadSanitizer cannot see
   GLib's locks and would report every hand-over. */
#pragma once
#include <glib.h>

typedef struct Workers Workers;
typedef void (*WorkersRun)(gpointer item);

/* `count` threads, at least 1, that call run for each item queued. */
Workers *workers_new(WorkersRun run, guint count);
/* From any thread. */
void workers_push(Workers *workers, gpointer item);
/* Finishes what is queued and ends the threads; nothing may be queued any more. */
void workers_free(Workers *workers);
