/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws sheet plans to scale with the pieces' numbers and sizes and the cuts in cutting order. */
#pragma once
#include "cut/cut.h"

/* Writes one A4 landscape page a sheet to a PDF file. */
gboolean cut_draw_sheets(const CutSheetOrder *order, const CutSheetPlan *plan, const char *path, GError **error);
