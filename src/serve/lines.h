/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many lines at once: typed into a table, all of it stored in one transaction or none; and lines as a spreadsheet. */
#pragma once
#include "serve/visit.h"

/* The form's key, together with all that it says: sent again it is the same, corrected it is another. NULL: none. */
const char *lines_key(const Visit *visit);
/* /RECORDS/ID/lines: the table of lines, and what it sends. */
gboolean lines_table(Visit *visit, const View *view, GError **error);
gboolean lines_save(Visit *visit, GError **error);
/* /RECORDS/ID/lines.csv and template.csv. */
gboolean lines_csv(Visit *visit, const View *view, GError **error);
gboolean lines_template(Visit *visit, const View *view, GError **error);
