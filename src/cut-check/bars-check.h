/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks a bar plan against its order. Shares no code with the solver: it reads and counts by itself. */
#pragma once
#include "cut/cut.h"

/* order: text of a bars file; plan: the JSON that `gendan cut bars --json` prints. TRUE where every piece is
 * cut exactly as often as asked, no bar is overfull, and the totals are true; else what is wrong, a line each, in
 * that language (NULL: English). */
gboolean bars_check(const char *order, const char *plan, const char *language, GString *faults);

/* The same for a plan in memory and everything that its order states: stock, kerf, trims, pairs, waste, remnants. */
gboolean bars_check_plan(const CutOrder *order, const CutBarPlan *plan, GString *faults);
