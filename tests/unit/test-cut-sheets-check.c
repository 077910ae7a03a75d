/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The checker of sheet plans: a plan that is right passes, and each thing that an order can state, when broken by one
 * change of the order or of the plan, is told. */
#include "cut-check/sheets-check.h"
#include "cut/cut.h"
#include <string.h>

/* An order and a plan, with all that they point to. */
typedef struct {
  CutItem items[4];
  CutSheet sheets[2];
  CutDefect defect;
  CutSheetOrder order;
  CutSheetPlan plan;
} Work;

/* Two sheets: a sequence of two with a turned piece above it, and a piece that comes later; a rest of each is kept. */
static void work_begin(Work *self) {
  static const CutPlacement placements[] = {
    {0, 0, 2, 0, 30, 20}, {0, 1, 32, 0, 20, 20}, {0, 2, 2, 20, 28, 40}, {1, 3, 2, 0, 20, 58}};
  static const CutLine cuts[] = {
    {0, 0, 2, 0, 2, 60},    {0, 1, 52, 0, 52, 60}, {0, 2, 2, 20, 52, 20},  {0, 3, 32, 0, 32, 20},
    {0, 3, 30, 20, 30, 60}, {1, 0, 2, 0, 2, 60},   {1, 1, 22, 0, 22, 60}, {1, 2, 2, 58, 22, 58},
  };
  static const CutSheetRemnant remnants[] = {{0, 52, 0, 48, 60}, {1, 22, 0, 28, 60}};
  static const gint64 kinds[] = {0, 1};
  *self = (Work){
    .items = {{.id = 1, .width = 30, .height = 20, .copies = 1, .matched = 9},
              {.id = 2, .width = 20, .height = 20, .copies = 1, .matched = 9},
              {.id = 3, .width = 40, .height = 28, .copies = 1, .priority = 1},
              {.id = 4, .width = 20, .height = 58, .copies = 1, .priority = 2}},
    .sheets = {{.id = 5, .width = 100, .height = 60, .price = 10, .count = 2},
               {.id = 6, .width = 50, .height = 60, .price = 4}},
    .order = cut_sheet_order_default(),
    .plan = {.price = 14, .sheets = 2, .lower_bound = 11},
  };
  self->order.rules = (CutRules){.stages = 3, .first = CUT_FIRST_VERTICAL, .rotate = TRUE, .trim_left = 2,
                                 .remnant_min = 20};
  self->order.items = self->items;
  self->order.n_items = G_N_ELEMENTS(self->items);
  self->order.sheets = self->sheets;
  self->order.n_sheets = G_N_ELEMENTS(self->sheets);
  self->plan.placements = g_array_new(FALSE, FALSE, sizeof(CutPlacement));
  self->plan.cuts = g_array_new(FALSE, FALSE, sizeof(CutLine));
  self->plan.remnants = g_array_new(FALSE, FALSE, sizeof(CutSheetRemnant));
  self->plan.kinds = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_array_append_vals(self->plan.placements, placements, G_N_ELEMENTS(placements));
  g_array_append_vals(self->plan.cuts, cuts, G_N_ELEMENTS(cuts));
  g_array_append_vals(self->plan.remnants, remnants, G_N_ELEMENTS(remnants));
  g_array_append_vals(self->plan.kinds, kinds, G_N_ELEMENTS(kinds));
}

static void work_end(Work *self) {
  g_array_unref(self->plan.placements);
  g_array_unref(self->plan.cuts);
  g_array_unref(self->plan.remnants);
  g_array_unref(self->plan.kinds);
}

static CutPlacement *piece(Work *self, guint i) {
  return &g_array_index(self->plan.placements, CutPlacement, i);
}

static CutLine *line(Work *self, guint i) {
  return &g_array_index(self->plan.cuts, CutLine, i);
}

static void spoil(Work *self, gint64 x, gint64 y) {
  self->defect = (CutDefect){.x = x, .y = y, .width = 1, .height = 1};
  self->sheets[0].defects = &self->defect;
  self->sheets[0].n_defects = 1;
}

typedef enum {
  NOTHING, TRIM_ORDER, TRIM_MISSING, TRIM_ELSEWHERE, DEFECT, DEFECT_IN_REMNANT, GRAIN, ITEM_GRAIN, SIZE, PRIORITY,
  SEQUENCE_ORDER, SEQUENCE_APART, STOCK, PRICE, BOUND, OPTIMAL, REMNANT_SMALL, REMNANT_CUT, REMNANT_TWICE,
  REMNANT_NOWHERE, FIRST_MIN, FIRST_MAX, SECOND_MIN, SECOND_MAX, WASTE, STAGES, EXACT, FIRST, KIND, TWICE, MISSING,
  KERF, LISTED,
} Change;

static void change(Work *self, Change what) {
  CutRules *rules = &self->order.rules;
  switch (what) {
  case NOTHING: break;
  case TRIM_ORDER: rules->trim_left = 3; break;
  case TRIM_MISSING: rules->trim_top = 1; break;
  case TRIM_ELSEWHERE: line(self, 0)->x1 = line(self, 0)->x2 = 1; break;
  case DEFECT: spoil(self, 51, 19); break;
  case DEFECT_IN_REMNANT: spoil(self, 99, 59); break;
  case GRAIN: rules->rotate = FALSE; break;
  case ITEM_GRAIN: self->items[2].turn = CUT_TURN_NEVER; break;
  case SIZE: self->items[3].height = 57; break;
  case PRIORITY: self->items[3].priority = 0; break;
  case SEQUENCE_ORDER: self->items[2].matched = 9; break;
  case SEQUENCE_APART: self->items[0].matched = 0, self->items[3].matched = 9; break;
  case STOCK: self->sheets[1].count = 1, g_array_index(self->plan.kinds, gint64, 0) = 1; break;
  case PRICE: self->sheets[1].price = 5; break;
  case BOUND: self->plan.lower_bound = 15; break;
  case OPTIMAL: self->plan.optimal = TRUE; break;
  case REMNANT_SMALL: rules->remnant_min = 29; break;
  case REMNANT_CUT: g_array_index(self->plan.remnants, CutSheetRemnant, 1).height = 59; break;
  case REMNANT_TWICE: g_array_append_vals(self->plan.remnants, self->plan.remnants->data, 1); break;
  case REMNANT_NOWHERE: g_array_index(self->plan.remnants, CutSheetRemnant, 1).sheet = 2; break;
  case FIRST_MIN: rules->first_min = 21; break;
  case FIRST_MAX: rules->first_max = 49; break;
  case SECOND_MIN: rules->second_min = 21; break;
  case SECOND_MAX: rules->second_max = 57; break;
  case WASTE: rules->waste_min = 3; break;
  case STAGES: line(self, 3)->stage = 5; break;
  case EXACT: rules->exact = TRUE, rules->stages = 2; break;
  case FIRST: rules->first = CUT_FIRST_HORIZONTAL; break;
  case KIND: g_array_index(self->plan.kinds, gint64, 1) = 2; break;
  case TWICE: g_array_append_val(self->plan.placements, *piece(self, 3)); break;
  case MISSING: self->items[3].copies = 2; break;
  case KERF: rules->kerf = 1; break;
  case LISTED: piece(self, 3)->sheet = 5; break;
  }
}

static void test_changes(void) {
  static const struct {
    Change what;
    const char *told;
  } rows[] = {
    {TRIM_ORDER, "an edge is not trimmed"},
    {TRIM_MISSING, "an edge is not trimmed"},
    {TRIM_ELSEWHERE, "an edge is not trimmed"},
    {DEFECT, "item 2 at 32,0 touches a defect"},
    {DEFECT_IN_REMNANT, "the remnant at 52,0"},
    {GRAIN, "item 3 has the wrong size or is turned"},
    {ITEM_GRAIN, "item 3 has the wrong size or is turned"},
    {SIZE, "item 4 has the wrong size or is turned"},
    {PRIORITY, "item 4 comes after one of a higher number"},
    {SEQUENCE_ORDER, "the sequence 9 is not side by side"},
    {SEQUENCE_APART, "the sequence 9 is not side by side"},
    {STOCK, "of 2 sheets 6 there are 1"},
    {PRICE, "the plan says 2 sheets for 14"},
    {BOUND, "bounds 0 and 15"},
    {OPTIMAL, "bounds 0 and 11"},
    {REMNANT_SMALL, "the remnant at 22,0"},
    {REMNANT_CUT, "the remnant at 22,0"},
    {REMNANT_TWICE, "the remnant at 52,0"},
    {REMNANT_NOWHERE, "a remnant of a sheet that is not cut"},
    {FIRST_MIN, "20 between cuts of stage 1"},
    {FIRST_MAX, "50 between cuts of stage 1"},
    {SECOND_MIN, "20 between cuts of stage 2"},
    {SECOND_MAX, "58 between cuts of stage 2"},
    {WASTE, "a strip of waste narrower than 3 at 2,58"},
    {STAGES, "a cut of stage 5 runs the wrong way"},
    {EXACT, "a cut of stage 3 runs the wrong way"},
    {FIRST, "a cut of stage 1 runs the wrong way"},
    {KIND, "an unknown kind of sheet"},
    {TWICE, "item 4 at 2,0 is not cut free"},
    {MISSING, "item 4: 1 missing"},
    {KERF, "item 2 at 32,0 is not cut free"},
    {LISTED, "not listed by sheet"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    Work right, wrong;
    g_autoptr(GString) none = g_string_new(NULL), faults = g_string_new(NULL);
    work_begin(&right);
    work_begin(&wrong);
    sheets_check_plan(&right.order, &right.plan, none);
    g_assert_cmpstr(none->str, ==, "");
    change(&wrong, rows[i].what);
    g_assert_false(sheets_check_plan(&wrong.order, &wrong.plan, faults));
    g_test_message("%s", faults->str);
    g_assert_nonnull(strstr(faults->str, rows[i].told));
    work_end(&right);
    work_end(&wrong);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/cut/sheets-check/changes", test_changes);
  return g_test_run();
}
