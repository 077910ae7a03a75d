/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far long work on the command line is, and whether somebody wishes to cancel it. */
#pragma once
#include <glib.h>

/* Makes SIGINT and SIGTERM a wish to cancel, and says on a terminal how far the work is. */
void progress_begin(void);
/* TRUE to go on. what: "database", "files". For a DumpWatch, data is `what`. */
gboolean progress_tell(gint64 done, gint64 total, gpointer what);
/* FALSE and error once somebody wishes to cancel. */
gboolean progress_go_on(GError **error);
gboolean progress_cancelled(void);
/* Clears the line. */
void progress_end(void);
