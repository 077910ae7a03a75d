/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks a sheet plan by sawing it: shares no code with the solver, reads its files by itself and states the
 * four sets of rules anew. */
#pragma once
#include "cut/cut.h"

/* items, bins: texts of the CSV files; plan: what `gendan cut sheets --json` prints. TRUE where the cuts, made
 * in order, leave every piece asked for and keep the rules; else what is wrong, a line each, in that language (NULL:
 * English). */
gboolean sheets_check(const char *items, const char *bins, const char *rules, const char *plan, const char *language,
                      GString *faults);

/* The same for a plan in memory and everything that its order states: stock, trims, turns, sequences, defects,
 * priorities, distances, waste, remnants, price. */
gboolean sheets_check_plan(const CutSheetOrder *order, const CutSheetPlan *plan, GString *faults);
