/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The factory's working calendar; not for dealers. */
#pragma once
#include "serve/visit.h"

/* /calendar: the year asked for, else this one; and a spreadsheet of exceptions sent to it, entered whole or not. */
gboolean calendar_page(Visit *visit, const View *view, GError **error);
gboolean calendar_import(Visit *visit, GError **error);
/* /calendar.csv: the year's exceptions, in the form in which they are entered. */
gboolean calendar_csv(Visit *visit, const View *view, GError **error);
