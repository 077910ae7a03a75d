/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of receivables by age, and the same as a spreadsheet. */
#pragma once
#include "serve/visit.h"

gboolean receivable_pages_show(Visit *visit, const View *view, GError **error);
gboolean receivable_pages_csv(Visit *visit, const View *view, GError **error);
