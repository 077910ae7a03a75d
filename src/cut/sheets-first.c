/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes before the search proper: a plan at once; and better ones of the same kind where beams over all pieces
 * take too long, or sheets differ, are spoilt, or are cut in any number of stages. */
#include "cut/sheets.h"

#define LARGE 20000000 /* pieces times items from which on an order is large */
#define ROUNDS 12      /* each tries every sheet twice as often as the one before */
#define ROUNDS_SOME 8  /* where beams are quick, but have no columns to help them */

/* Whether all sheets are alike and in any order, and nothing on them is in the way: the case for which the search is
 * best. */
gboolean sheets_is_plain(const SheetSearch *search) {
  const CutSheetOrder *order = search->task->order;
  return !search->priorities && order->n_sheets == 1 && order->sheets->count == CUT_UNLIMITED &&
         order->sheets->n_defects == 0 && order->rules.stages != CUT_STAGES_FREE;
}

gboolean sheets_is_large(const SheetSearch *search) {
  return search->pieces * (gint64)search->n_items > LARGE;
}

/* What a plan costs: new sheets where offcuts come first, then all. */
typedef struct {
  gint64 fresh, price;
} Cost;

static Cost cost_of(const CutSheetOrder *order, const CutSheetPlan *plan) {
  Cost cost = {0};
  for (guint i = 0; i < plan->kinds->len; i++) {
    const CutSheet *sheet = &order->sheets[g_array_index(plan->kinds, gint64, i)];
    cost.price += sheet->price;
    cost.fresh += order->offcuts_first && !sheet->offcut ? sheet->price : 0;
  }
  return cost;
}

/* The caller hears of the plan. */
static void tell(SheetSearch *search, const CutSheetPlan *plan) {
  Cost cost = cost_of(search->task->order, plan);
  search->best = sheets_is_plain(search) ? plan->kinds->len : cost.price;
  if (search->progress && !search->progress(search->bound * search->price, cost.price, search->progress_data))
    search->stopped = TRUE;
}

void sheets_first(SheetSearch *search, const SheetTask *task, CutSheetPlan *plan) {
  if (sheets_rough(search, task, 0, plan, NULL))
    tell(search, plan);
}

void sheets_better(SheetSearch *search, const SheetTask *task, CutSheetPlan *plan) {
  if (sheets_is_plain(search) && !sheets_is_large(search))
    return;
  int rounds = sheets_is_large(search) ? ROUNDS : ROUNDS_SOME;
  g_autoptr(CutSheetPlan) trial = sheets_plan_new();
  for (int round = 1; round <= rounds && (search->best == G_MAXINT64 || sheets_go_on(search, 0)); round++) {
    if (!sheets_rough(search, task, round, trial, NULL))
      continue;
    Cost old = cost_of(task->order, plan), cost = cost_of(task->order, trial);
    if (plan->kinds->len > 0 && (cost.fresh > old.fresh || (cost.fresh == old.fresh && cost.price >= old.price)))
      continue;
    sheets_plan_swap(trial, plan);
    tell(search, plan);
  }
}
