/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets of several kinds: large orders with all that an order can state pass the checker; offcuts, stock that does not
 * suffice, remnants, seeds, limits and interrupts do what the header says. */
#include "cut-check/sheets-check.h"
#include "cut/cut.h"
#include <string.h>

#define ITEMS 900

/* A workshop's order and stock: items of many sizes, three kinds of sheets, one of them spoilt. */
typedef struct {
  CutItem items[ITEMS];
  CutSheet sheets[3];
  CutDefect defects[2];
  CutSheetOrder order;
} Shop;

static void shop_make(Shop *self, guint32 seed) {
  g_autoptr(GRand) random = g_rand_new_with_seed(seed);
  *self = (Shop){
    .defects = {{.x = 900, .y = -5, .width = 40, .height = 300}, {.x = 2000, .y = 1500, .width = 9, .height = 9}},
    .sheets = {{.id = 1, .width = 6000, .height = 3210, .price = 900},
               {.id = 2, .width = 2800, .height = 2070, .price = 260, .count = 40},
               {.id = 3, .width = 2500, .height = 1800, .price = 150, .count = 6, .offcut = TRUE}},
    .order = cut_sheet_order_default(),
  };
  self->sheets[2].defects = self->defects;
  self->sheets[2].n_defects = G_N_ELEMENTS(self->defects);
  for (int i = 0; i < ITEMS; i++)
    self->items[i] = (CutItem){.id = i, .width = g_rand_int_range(random, 100, 900), .copies = 1,
                               .height = g_rand_int_range(random, 100, 1100), .priority = i / 300};
  for (int i = 0; i < 60; i++) {
    CutItem *item = &self->items[i * 2];
    item->matched = 1 + i / 3;
    item->height = self->items[i / 3 * 6].height;
    item->turn = i % 2 ? self->items[i / 3 * 6].turn : item->turn;
  }
  self->order.items = self->items;
  self->order.n_items = ITEMS;
  self->order.sheets = self->sheets;
  self->order.n_sheets = G_N_ELEMENTS(self->sheets);
  self->order.work = 1;
}

static CutSheetPlan *assert_planned(const CutSheetOrder *order) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GString) faults = g_string_new(NULL);
  CutSheetPlan *plan = cut_sheets(order, &error);
  g_assert_no_error(error);
  sheets_check_plan(order, plan, faults);
  g_assert_cmpstr(faults->str, ==, "");
  return plan;
}

static void test_large(void) {
  static const CutRules rules[] = {
    {.stages = 3, .kerf = 4, .trim_left = 10, .trim_top = 7, .remnant_min = 300},
    {.stages = 3, .exact = TRUE, .rotate = TRUE, .first_min = 120, .first_max = 3000, .waste_min = 20,
     .first = CUT_FIRST_VERTICAL, .trim_right = 15, .trim_bottom = 15, .remnant_min = 500},
    {.stages = 2, .kerf = 3, .second_min = 100, .second_max = 1500, .rotate = TRUE},
    {.stages = CUT_STAGES_FREE, .kerf = 5, .rotate = TRUE, .trim_left = 5, .remnant_min = 200},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
    Shop shop;
    shop_make(&shop, (guint32)i);
    shop.order.rules = rules[i];
    g_autoptr(CutSheetPlan) plan = assert_planned(&shop.order);
    g_test_message("%d sheets, %d, bound %d", (int)plan->sheets, (int)plan->price, (int)plan->lower_bound);
    g_assert_cmpint(plan->price, <=, plan->lower_bound * 2);
  }
}

static void test_offcuts_first(void) {
  const CutItem items[] = {{.id = 1, .width = 900, .height = 900, .copies = 4}};
  const CutSheet sheets[] = {{.id = 1, .width = 1800, .height = 1800, .price = 10},
                             {.id = 2, .width = 900, .height = 900, .price = 9, .count = 2, .offcut = TRUE}};
  CutSheetOrder order = cut_sheet_order_default();
  order.items = items;
  order.n_items = 1;
  order.sheets = sheets;
  order.n_sheets = 2;
  g_autoptr(CutSheetPlan) cheap = assert_planned(&order);
  g_assert_cmpint(cheap->price, ==, 10);
  g_assert_true(cheap->optimal);
  order.offcuts_first = TRUE;
  g_autoptr(CutSheetPlan) thrifty = assert_planned(&order);
  g_assert_cmpint(thrifty->sheets, ==, 1); /* a new sheet is needed in any case: the offcuts need not be cut then */
  CutSheet smaller[] = {sheets[0], sheets[1]};
  smaller[1].count = 4;
  order.sheets = smaller;
  g_autoptr(CutSheetPlan) old = assert_planned(&order);
  g_assert_cmpint(old->price, ==, 36);
}

static void test_stock_ends(void) {
  const CutItem items[] = {{.id = 7, .width = 600, .height = 900, .copies = 5},
                           {.id = 8, .width = 2000, .height = 900, .copies = 1}};
  const CutSheet sheet = {.id = 1, .width = 1200, .height = 900, .price = 3, .count = 2};
  CutSheetOrder order = cut_sheet_order_default();
  g_autoptr(GError) error = NULL;
  order.items = items;
  order.n_items = 1;
  order.sheets = &sheet;
  order.n_sheets = 1;
  g_assert_null(cut_sheets(&order, &error));
  g_assert_error(error, CUT_ERROR, CUT_ERROR_STOCK);
  g_assert_nonnull(strstr(error->message, "item 1: 1 of 5 pieces 600 x 900"));
  g_clear_error(&error);
  order.n_items = 2;
  g_assert_null(cut_sheets(&order, &error));
  g_assert_error(error, CUT_ERROR, CUT_ERROR_ORDER);
  g_assert_nonnull(strstr(error->message, "item 2: 2000 x 900 cannot be cut"));
}

static void test_remnant(void) {
  const CutItem items[] = {{.id = 7, .width = 500, .height = 450, .copies = 2}};
  const CutSheet sheet = {.id = 1, .width = 2000, .height = 900, .price = 3};
  CutSheetOrder order = cut_sheet_order_default();
  order.items = items;
  order.n_items = 1;
  order.sheets = &sheet;
  order.n_sheets = 1;
  order.rules.remnant_min = 400;
  g_autoptr(CutSheetPlan) plan = assert_planned(&order);
  g_assert_cmpuint(plan->remnants->len, ==, 1);
  const CutSheetRemnant *rest = &g_array_index(plan->remnants, CutSheetRemnant, 0);
  g_assert_cmpint(rest->width * rest->height, ==, 1500 * 900);
}

/* Whatever else the rest of the last sheet is, no other is larger, and no piece of it could give way. */
static void test_last_remnant(void) {
  static const int stages[] = {2, 3, CUT_STAGES_FREE};
  const CutItem items[] = {{.id = 1, .width = 700, .height = 400, .copies = 9},
                           {.id = 2, .width = 500, .height = 300, .copies = 2}};
  const CutSheet sheet = {.id = 1, .width = 2000, .height = 900, .price = 3};
  for (gsize i = 0; i < G_N_ELEMENTS(stages); i++) {
    CutSheetOrder order = cut_sheet_order_default();
    order.items = items;
    order.n_items = G_N_ELEMENTS(items);
    order.sheets = &sheet;
    order.n_sheets = 1;
    order.rules = (CutRules){.stages = stages[i], .remnant_min = 100};
    order.work = 200000;
    g_autoptr(CutSheetPlan) plan = assert_planned(&order);
    gint64 last = 0, most = 0;
    for (guint r = 0; r < plan->remnants->len; r++) {
      const CutSheetRemnant *rest = &g_array_index(plan->remnants, CutSheetRemnant, r);
      most = MAX(most, rest->width * rest->height);
      last = rest->sheet + 1 == plan->sheets ? rest->width * rest->height : last;
    }
    g_test_message("%d sheets, the last leaves %d", (int)plan->sheets, (int)last);
    g_assert_cmpint(last, ==, most);
    g_assert_cmpint(last, >=, 600 * 900);
  }
}

/* Three pieces must be cut one after the other, whatever else would fill their sheets better. */
static void test_priorities(void) {
  const CutItem items[] = {{.id = 1, .width = 10, .height = 60, .copies = 1, .priority = 2},
                           {.id = 2, .width = 10, .height = 40, .copies = 1, .priority = 1},
                           {.id = 3, .width = 10, .height = 60, .copies = 1}};
  const CutSheet sheet = {.id = 1, .width = 10, .height = 100, .price = 3};
  CutSheetOrder order = cut_sheet_order_default();
  order.items = items;
  order.n_items = 3;
  order.sheets = &sheet;
  order.n_sheets = 1;
  g_autoptr(CutSheetPlan) plan = assert_planned(&order);
  g_assert_cmpint(plan->sheets, ==, 2);
  g_assert_cmpint(g_array_index(plan->placements, CutPlacement, 2).item, ==, 0);
}

typedef struct {
  int calls, most;
  gint64 best;
} Watch;

static gboolean on_progress(gint64 bound, gint64 best, void *data) {
  Watch *watch = data;
  g_assert_cmpint(bound, <=, best);
  watch->best = MIN(watch->best, best);
  return ++watch->calls < watch->most;
}

static void test_limits(void) {
  Shop shop;
  Watch watch = {.most = 5, .best = G_MAXINT64};
  shop_make(&shop, 5);
  shop.order.rules.kerf = 4;
  shop.order.work = 400000;
  g_autoptr(CutSheetPlan) one = assert_planned(&shop.order), two = assert_planned(&shop.order);
  g_assert_cmpint(one->work, ==, two->work);
  g_assert_cmpmem(one->cuts->data, one->cuts->len * sizeof(CutLine), two->cuts->data, two->cuts->len * sizeof(CutLine));
  shop.order.work = 0;
  shop.order.progress = on_progress;
  shop.order.progress_data = &watch;
  g_autoptr(CutSheetPlan) stopped = assert_planned(&shop.order);
  g_assert_cmpint(watch.calls, <=, 6);
  g_assert_cmpint(stopped->price, ==, watch.best);
}

#define MANY 20000

static gboolean stop_at_once(gint64 bound, gint64 best, void *data) {
  ++*(int *)data;
  return FALSE;
}

/* The first plan of a large order is told before anything is searched for, and is a good one already: `most` per cent
 * above the bound. */
static void test_first(void) {
  static const struct {
    CutRules rules;
    int kinds, most;
    gint64 copies, priorities;
  } cases[] = {
    {{.stages = 3, .kerf = 4, .first = CUT_FIRST_EITHER}, 1, 10, 1, 1},
    {{.stages = 3, .exact = TRUE, .rotate = TRUE, .first_min = 100, .waste_min = 20}, 1, 8, 1, 1},
    {{.stages = 2, .first = CUT_FIRST_HORIZONTAL}, 1, 6, 1, 1},
    {{.stages = CUT_STAGES_FREE, .kerf = 5, .rotate = TRUE}, 1, 5, 1, 9},
    {{.stages = 3, .rotate = TRUE, .trim_left = 10}, 3, 6, 1, 1},
    {{.stages = 3, .kerf = 4}, 3, 8, 40, 3},
  };
  for (gsize c = 0; c < G_N_ELEMENTS(cases); c++) {
    gsize n = MANY / (gsize)cases[c].copies;
    int calls = 0;
    Shop shop;
    shop_make(&shop, (guint32)c);
    shop.sheets[1].count = shop.sheets[2].count = CUT_UNLIMITED;
    shop.sheets[2].price = 210;
    g_autofree CutItem *items = g_new0(CutItem, n);
    g_autoptr(GRand) random = g_rand_new_with_seed((guint32)c);
    for (gsize i = 0; i < n; i++)
      items[i] = (CutItem){.id = (gint64)i, .width = g_rand_int_range(random, 110, 1200), .copies = cases[c].copies,
                           .height = g_rand_int_range(random, 110, 1200),
                           .priority = (gint64)i * cases[c].priorities / (gint64)n};
    shop.order.items = items;
    shop.order.n_items = n;
    shop.order.n_sheets = (gsize)cases[c].kinds;
    shop.order.rules = cases[c].rules;
    shop.order.work = 0;
    shop.order.progress = stop_at_once;
    shop.order.progress_data = &calls;
    g_autoptr(CutSheetPlan) plan = assert_planned(&shop.order);
    g_test_message("%d for %d at least: %d calls", (int)plan->price, (int)plan->lower_bound, calls);
    g_assert_cmpint(calls, ==, 1);
    g_assert_cmpint(plan->price * 100, <=, plan->lower_bound * (100 + cases[c].most));
  }
}

/* So many pieces that the first plan takes them by the share: all are there, and no sheet that a share does not fill is
 * cut again and again. */
static void test_first_by_shares(void) {
  enum { LINES = 7000 };
  g_autofree CutItem *items = g_new0(CutItem, LINES);
  for (int i = 0; i < LINES; i++)
    items[i] = (CutItem){.id = i, .width = 150 + i * 37 % 1000, .height = 150 + i * 61 % 800, .copies = 1 + i % 27};
  int calls = 0;
  Shop shop;
  shop_make(&shop, 5);
  shop.order.items = items;
  shop.order.n_items = LINES;
  shop.order.n_sheets = 1;
  shop.order.sheets = &shop.sheets[2];
  shop.sheets[2].count = CUT_UNLIMITED;
  shop.order.work = 0;
  shop.order.progress = stop_at_once;
  shop.order.progress_data = &calls;
  g_autoptr(CutSheetPlan) plan = assert_planned(&shop.order);
  g_test_message("%d for %d at least", (int)plan->price, (int)plan->lower_bound);
  g_assert_cmpint(plan->price * 100, <=, plan->lower_bound * 125);
}

/* Twenty thousand different pieces and too few sheets: what is left over is said at once, however large the order. */
static void test_large_stock_ends(void) {
  Shop shop;
  shop_make(&shop, 3);
  g_autofree CutItem *items = g_new0(CutItem, MANY);
  for (int i = 0; i < MANY; i++)
    items[i] = (CutItem){.id = i, .width = 200 + i % 700, .height = 300 + i % 900, .copies = 1};
  shop.order.items = items;
  shop.order.n_items = MANY;
  shop.order.sheets = &shop.sheets[1];
  shop.order.n_sheets = 1;
  shop.order.work = 0;
  g_autoptr(GError) error = NULL;
  g_assert_null(cut_sheets(&shop.order, &error));
  g_assert_error(error, CUT_ERROR, CUT_ERROR_STOCK);
  g_assert_nonnull(strstr(error->message, "of 1 pieces"));
}

/* Who stops while sheets are few, and none is known to suffice, is not kept waiting for the round to end: what is left
 * over then is nearly all. */
static void test_stopped_without_a_plan(void) {
  int calls = 0;
  Shop shop;
  shop_make(&shop, 3);
  shop.order.sheets = &shop.sheets[1];
  shop.order.n_sheets = 1;
  shop.order.work = 0;
  shop.sheets[1].count = 47;
  for (int i = 0; i < ITEMS; i++)
    shop.items[i].priority = shop.items[i].matched = 0;
  shop.order.progress = stop_at_once;
  shop.order.progress_data = &calls;
  g_autoptr(GError) error = NULL;
  g_assert_null(cut_sheets(&shop.order, &error));
  g_assert_error(error, CUT_ERROR, CUT_ERROR_STOCK);
  g_auto(GStrv) lines = g_strsplit(error->message, "\n", -1);
  g_test_message("%d calls, %u lines", calls, g_strv_length(lines));
  g_assert_cmpint(calls, <=, 2);
  g_assert_cmpuint(g_strv_length(lines), >, ITEMS / 2);
}

/* A piece as large as the sheet: no cut says which way the first ones would go, and distances hold in one of both
 * ways. */
static void test_whole_sheet(void) {
  const CutItem items[] = {{.id = 1, .width = 20, .height = 9, .copies = 3}};
  const CutSheet sheet = {.id = 1, .width = 20, .height = 9, .price = 3};
  CutSheetOrder order = cut_sheet_order_default();
  order.items = items;
  order.n_items = 1;
  order.sheets = &sheet;
  order.n_sheets = 1;
  order.rules.second_min = 10;
  g_autoptr(CutSheetPlan) plan = assert_planned(&order);
  g_assert_cmpint(plan->sheets, ==, 3);
  g_assert_cmpuint(plan->cuts->len, ==, 0);
  g_autoptr(GString) faults = g_string_new(NULL);
  order.rules.second_min = 21;
  g_assert_false(sheets_check_plan(&order, plan, faults));
  order.rules.second_min = 10;
  order.rules.first = CUT_FIRST_VERTICAL;
  g_assert_false(sheets_check_plan(&order, plan, faults));
}

/* More copies than a search counts of one item: the same size is several items to it. */
static void test_many_copies(void) {
  const CutItem items[] = {{.id = 1, .width = 100, .height = 100, .copies = 150000},
                           {.id = 2, .width = 100, .height = 50, .copies = 2}};
  const CutSheet sheet = {.id = 1, .width = 1000, .height = 1000, .price = 3};
  CutSheetOrder order = cut_sheet_order_default();
  order.items = items;
  order.n_items = 2;
  order.sheets = &sheet;
  order.n_sheets = 1;
  order.work = 10000;
  g_autoptr(CutSheetPlan) plan = assert_planned(&order);
  g_assert_cmpint(plan->sheets, ==, 1501);
  g_assert_true(plan->optimal);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/cut/sheets-stock/large", test_large);
  g_test_add_func("/cut/sheets-stock/offcuts-first", test_offcuts_first);
  g_test_add_func("/cut/sheets-stock/stock-ends", test_stock_ends);
  g_test_add_func("/cut/sheets-stock/remnant", test_remnant);
  g_test_add_func("/cut/sheets-stock/last-remnant", test_last_remnant);
  g_test_add_func("/cut/sheets-stock/priorities", test_priorities);
  g_test_add_func("/cut/sheets-stock/limits", test_limits);
  g_test_add_func("/cut/sheets-stock/first", test_first);
  g_test_add_func("/cut/sheets-stock/first-by-shares", test_first_by_shares);
  g_test_add_func("/cut/sheets-stock/large-stock-ends", test_large_stock_ends);
  g_test_add_func("/cut/sheets-stock/stopped-without-a-plan", test_stopped_without_a_plan);
  g_test_add_func("/cut/sheets-stock/whole-sheet", test_whole_sheet);
  g_test_add_func("/cut/sheets-stock/many-copies", test_many_copies);
  return g_test_run();
}
