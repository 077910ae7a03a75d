/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets: plans of the benchmark orders pass the checker and are no worse than is known to be reachable under
 * a small work limit; wrong plans do not pass; nonsense is refused. */
#include "cut-check/sheets-check.h"
#include "cut/cut.h"
#include "cut/sheets.h"
#include "workshop/cut-print.h"
#include "workshop/cut-read.h"
#include <glib/gstdio.h>
#include <string.h>

#define WORK 3000000

static char *case_path(const char *folder, const char *name, const char *kind) {
  g_autofree char *file = g_strdup_printf("%s_%s.csv", name, kind);
  return g_build_filename(g_getenv("GENDAN_CASES"), "cutting", folder, file, NULL);
}

/* The plan in the checker's language. `moved` is added to the x of the first placement. */
static char *plan_json(const CutSheetOrder *order, const CutSheetPlan *plan, int moved) {
  GString *text = g_string_new("{\"plans\":[");
  for (gint64 sheet = 0; sheet < plan->sheets; sheet++) {
    const char *comma = "";
    g_string_append_printf(text, "%s{\"count\":1,\"bin\":%" G_GINT64_FORMAT ",\"placements\":[", sheet ? "," : "",
                           order->sheets->id);
    for (guint i = 0; i < plan->placements->len; i++) {
      CutPlacement at = g_array_index(plan->placements, CutPlacement, i);
      if (at.sheet != sheet)
        continue;
      g_string_append_printf(text, "%s{\"item\":%d,\"x\":%d,\"y\":%d,\"width\":%d,\"height\":%d}", comma,
                             (int)order->items[at.item].id, (int)at.x + (i == 0 ? moved : 0), (int)at.y, (int)at.width,
                             (int)at.height);
      comma = ",";
    }
    g_string_append(text, "],\"cuts\":[");
    comma = "";
    for (guint i = 0; i < plan->cuts->len; i++) {
      CutLine line = g_array_index(plan->cuts, CutLine, i);
      if (line.sheet != sheet)
        continue;
      g_string_append_printf(text, "%s{\"stage\":%d,\"x1\":%d,\"y1\":%d,\"x2\":%d,\"y2\":%d}", comma, line.stage,
                             (int)line.x1, (int)line.y1, (int)line.x2, (int)line.y2);
      comma = ",";
    }
    g_string_append(text, "]}");
  }
  g_string_append_printf(text, "],\"sheets\":%d,\"lower_bound\":%d}", (int)plan->sheets, (int)plan->bound_sheets);
  return g_string_free(text, FALSE);
}

/* How many sheets the plan takes; `bound`: how many are proved needed, may be NULL. */
static gint64 assert_case(const char *folder, const char *name, const char *rules, gint64 work, gint64 *bound) {
  g_autofree char *items_path = case_path(folder, name, "items"), *bins_path = case_path(folder, name, "bins");
  g_autofree char *items_text = NULL, *bins_text = NULL;
  g_autoptr(GError) error = NULL;
  gsize n_bins;
  CutSheetOrder order = {.work = work, .n_sheets = 1};
  g_assert_true(g_file_get_contents(items_path, &items_text, NULL, NULL));
  g_assert_true(g_file_get_contents(bins_path, &bins_text, NULL, NULL));
  g_assert_true(cut_rules_by_name(rules, &order.rules));
  g_autofree CutItem *items = cut_read_items(items_path, NULL, &order.n_items, &error),
                     *bins = cut_read_items(bins_path, NULL, &n_bins, &error);
  g_assert_no_error(error);
  order.items = items;
  CutSheet sheet = {.id = bins->id, .width = bins->width, .height = bins->height, .price = 1};
  order.sheets = &sheet;
  g_autoptr(CutSheetPlan) plan = cut_sheets(&order, &error);
  g_assert_no_error(error);
  g_autoptr(GString) faults = g_string_new(NULL);
  g_autofree char *json = plan_json(&order, plan, 0), *wrong = plan_json(&order, plan, 1);
  sheets_check(items_text, bins_text, rules, json, NULL, faults);
  g_assert_cmpstr(faults->str, ==, "");
  g_assert_false(sheets_check(items_text, bins_text, rules, wrong, NULL, faults));
  g_assert_cmpint(plan->bound_sheets, <=, plan->sheets);
  g_assert_cmpint(plan->lower_bound, ==, plan->bound_sheets);
  g_assert_cmpint(plan->optimal, ==, plan->bound_sheets == plan->sheets);
  if (bound)
    *bound = plan->bound_sheets;
  return plan->sheets;
}

static void test_orders(void) {
  static const struct {
    const char *name, *rules;
    gint64 most;
  } cases[] = {
    {"board_n30_0", "board3n", 5},   {"board_n30_0", "board2n", 5},   {"board_n80_0", "board3n", 28},
    {"board_n80_0", "board2n", 28},  {"board_n200_0", "board3n", 47}, {"board_n200_0", "board2n", 47},
    {"board_n500_0", "board3n", 118}, {"board_n500_0", "board2n", 118}, {"glass_n20_0", "glass3x", 2},
    {"glass_n60_0", "glass3x", 7},   {"glass_n150_0", "glass3x", 20}, {"glass_n400_0", "glass3x", 51},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    g_assert_cmpint(assert_case("sheets", cases[i].name, cases[i].rules, WORK, NULL), <=, cases[i].most);
}

/* What area alone does not prove: 5, 26, 45 and 112 sheets are its bounds. */
static void test_two_stages(void) {
  static const struct {
    const char *name;
    gint64 bound, most;
  } cases[] = {{"board_n30_0", 5, 5}, {"board_n80_0", 27, 27}, {"board_n200_0", 45, 46}, {"board_n500_0", 113, 114}};
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    gint64 bound = 0;
    g_assert_cmpint(assert_case("sheets", cases[i].name, "board2n", 120000000, &bound), <=, cases[i].most);
    g_assert_cmpint(bound, ==, cases[i].bound);
  }
}

/* Any unit of length gives the same plan, also one too fine for tables of strips, which is left to the beams. */
static void test_units(void) {
  static const gint64 units[] = {1, 10, 900}, kerfs[] = {0, 0, 1};
  for (gsize u = 0; u < G_N_ELEMENTS(units); u++) {
    const gint64 unit = units[u], slack = 7 * kerfs[u];
    const CutItem items[] = {{1, 500 * unit, 300 * unit, 9}, {2, 450 * unit, 700 * unit, 4},
                             {3, 250 * unit, 650 * unit, 8}};
    const CutSheet sheet = {.width = 1000 * unit + slack, .height = 1111 * unit + slack, .price = 1};
    CutSheetOrder order = {.items = items, .n_items = G_N_ELEMENTS(items), .sheets = &sheet, .n_sheets = 1,
                           .work = 1000000, .rules = {.stages = 2, .kerf = kerfs[u]}};
    g_autoptr(CutSheetPlan) plan = cut_sheets(&order, NULL);
    g_autoptr(GString) faults = g_string_new(NULL);
    g_assert_true(sheets_check_plan(&order, plan, faults));
    g_assert_cmpint(plan->sheets, ==, 5);
    g_assert_cmpint(plan->bound_sheets, >=, 4);
  }
}

static void test_classic(void) {
  gint64 total = 0;
  for (int class = 1; class <= 10; class++)
    for (int n = 20; n <= 100; n += 20) {
      g_autofree char *name = g_strdup_printf("Class_%02d_%d_1", class, n);
      total += assert_case("classic", name, "classic", WORK, NULL);
    }
  g_test_message("classic: %d sheets", (int)total);
  g_assert_cmpint(total, <=, 693);
}

/* A beam that is led by front per worth misses the sheets that this plan is made of. */
static void test_priced_by_rest(void) {
  g_assert_cmpint(assert_case("classic", "Class_08_80_1", "classic", 10 * WORK, NULL), <=, 19);
}

static void test_refused(void) {
  const CutItem items[] = {{1, 0, 5, 1}, {2, 7000, 10, 1}, {3, 500, 500, 0}, {4, 500, 500, 1}};
  const CutSheet sheet = {.width = 6000, .height = 3210, .price = 1};
  CutSheetOrder order = {.items = items, .n_items = G_N_ELEMENTS(items), .sheets = &sheet, .n_sheets = 1};
  g_autoptr(GError) error = NULL;
  g_assert_true(cut_rules_by_name("glass3x", &order.rules));
  g_assert_false(cut_rules_by_name("glass", &order.rules));
  order.rules.first_min = 4000;
  g_assert_null(cut_sheets(&order, &error));
  g_assert_error(error, CUT_ERROR, CUT_ERROR_ORDER);
  static const char *const told[] = {"contradict", "item 1:", "item 2:", "item 3:"};
  for (gsize i = 0; i < G_N_ELEMENTS(told); i++)
    g_assert_nonnull(strstr(error->message, told[i]));
}

/* Two halves of a sheet need the kerf between them. */
static void test_kerf(void) {
  const CutItem items[] = {{7, 498, 1000, 2}};
  CutSheet sheet = {.width = 1000, .height = 1000, .price = 10};
  CutSheetOrder order = {.items = items, .n_items = 1, .sheets = &sheet, .n_sheets = 1};
  g_assert_true(cut_rules_by_name("board2n", &order.rules));
  g_autoptr(CutSheetPlan) plan = cut_sheets(&order, NULL);
  g_assert_cmpint(plan->sheets, ==, 1);
  sheet.width = 999;
  g_autoptr(CutSheetPlan) narrow = cut_sheets(&order, NULL);
  g_assert_cmpint(narrow->sheets, ==, 2);
  g_assert_cmpint(narrow->bound_sheets, ==, 2);
  g_assert_cmpint(narrow->lower_bound, ==, 20);
}

static void test_drawn(void) {
  const CutItem items[] = {{7, 600, 1000, 2}};
  CutSheet sheet = {.width = 1000, .height = 1000, .price = 10};
  CutSheetOrder order = {.items = items, .n_items = 1, .sheets = &sheet, .n_sheets = 1};
  g_assert_true(cut_rules_by_name("board2n", &order.rules));
  g_autoptr(CutSheetPlan) plan = cut_sheets(&order, NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp("cut-XXXXXX", NULL), *path = g_build_filename(folder, "plan.pdf", NULL),
                  *text = NULL;
  g_autoptr(CutJob) job = cut_job_of_sheets(&order);
  const CutStyle style = CUT_PAPER_A4;
  g_autoptr(CutScene) scene = cut_print_sheets(&(CutWork){.job = job, .sheets = plan}, &style);
  g_assert_true(cut_scene_pdf(scene, path, "plan", NULL, &error));
  g_assert_no_error(error);
  gsize size;
  g_assert_true(g_file_get_contents(path, &text, &size, NULL));
  g_assert_true(g_str_has_prefix(text, "%PDF-"));
  g_assert_nonnull(memmem(text, size, "/Count 2", 8));
  g_remove(path);
  g_rmdir(folder);
  g_assert_false(cut_scene_pdf(scene, path, "plan", NULL, &error));
  g_assert_error(error, CUT_ERROR, CUT_ERROR_PLAN);
}

static void test_checker_objects(void) {
  static const char items[] = "ID,WIDTH,HEIGHT,COPIES\n0,400,300,1\n", bins[] = "ID,WIDTH,HEIGHT\n5,1000,300\n";
  static const char good
    [] = "{\"sheets\":1,\"lower_bound\":1,\"plans\":[{\"count\":1,\"bin\":5,\"placements\":[{\"item\":0,\"x\":0,"
         "\"y\":0,\"width\":400,\"height\":300}],\"cuts\":[{\"stage\":1,\"x1\":400,\"y1\":0,\"x2\":400,\"y2\":300}]}]}";
  static const char *const change[][2] = {
    {"\"x1\":400,\"y1\":0", "\"x1\":400,\"y1\":1"}, /* not through the plate */
    {"\"stage\":1", "\"stage\":9"},                 /* no such stage */
    {"\"count\":1", "\"count\":2"},                 /* one too many */
    {"\"bin\":5", "\"bin\":4"},                     /* another sheet */
    {"\"item\":0", "\"item\":1"},                   /* not ordered */
    {"\"sheets\":1", "\"sheets\":2"},               /* false total */
    {"\"width\":400", "\"width\":399"},             /* wrong size */
    {"400,\"y1\"", "399,\"y1\""},                   /* slanting */
  };
  g_autoptr(GString) faults = g_string_new(NULL);
  g_assert_true(sheets_check(items, bins, "board2n", good, NULL, faults));
  for (gsize i = 0; i < G_N_ELEMENTS(change); i++) {
    g_autoptr(GString) text = g_string_new(good);
    g_assert_cmpuint(g_string_replace(text, change[i][0], change[i][1], 1), ==, 1);
    g_assert_false(sheets_check(items, bins, "board2n", text->str, NULL, faults));
  }
  g_assert_false(sheets_check(items, bins, "none", good, NULL, faults));
}

static GArray *children_of(const SheetSearch *search, GArray *nodes, gint32 at, const guint16 *left) {
  GArray *out = g_array_new(FALSE, FALSE, sizeof(SheetNode));
  sheets_children(search, nodes, at, left, 0, G_MAXDOUBLE, out);
  return out;
}

/* A new sheet may begin with any piece in any position, the first sheet and the next one after a full one. */
static void test_sheet_begins_with_any(void) {
  enum { ITEMS = 4 };
  const CutItem items[ITEMS] = {{1, 100, 100, 1}, {2, 50, 70, 1}, {3, 40, 90, 1}, {4, 30, 80, 1}};
  const CutSheet sheet = {.width = 100, .height = 100, .price = 1};
  CutSheetOrder order = {.items = items, .n_items = ITEMS, .sheets = &sheet, .n_sheets = 1};
  g_assert_true(cut_rules_by_name("classic", &order.rules));
  g_autoptr(SheetTask) task = sheets_task_new(&order);
  SheetForm forms[2 * ITEMS];
  SheetDefect defect;
  int active[2 * ITEMS], may[2 * ITEMS];
  guint16 copies[ITEMS] = {1, 1, 1, 1}, left[ITEMS] = {0, 1, 1, 1};
  SheetSearch search = {.task = task, .rules = &task->rules, .n_items = ITEMS, .forms = forms, .copies = copies,
                        .active = active, .may = may, .defects = &defect, .pieces = ITEMS};
  sheets_set_frame(&search, task, FALSE);
  g_autoptr(GArray) nodes = g_array_new(FALSE, FALSE, sizeof(SheetNode));
  const SheetNode root = {.parent = -1, .form = -1, .sheet = -1};
  g_array_append_val(nodes, root);
  g_autoptr(GArray) first = children_of(&search, nodes, 0, copies);
  g_assert_cmpuint(first->len, ==, 7); /* the square one stands and lies alike */
  const SheetNode full = g_array_index(first, SheetNode, 0);
  g_assert_cmpint(forms[full.form].item, ==, 0);
  g_array_append_val(nodes, full);
  g_autoptr(GArray) next = children_of(&search, nodes, 1, left);
  g_assert_cmpuint(next->len, ==, 6);
  for (guint i = 0; i < next->len; i++) {
    const SheetNode *node = &g_array_index(next, SheetNode, i);
    g_assert_true(node->put == SHEET_NEW && node->sheet == 1 && node->form == (gint32)i + 1);
  }
}

/* A rest of 2 beside the piece is too wide for one cut of 1, and what is left then too narrow to break: one cut at the
 * edge of the strip and one beside the piece take it away. */
static void test_narrow_rest(void) {
  const CutItem items[] = {{1, 5, 5, 2}, {2, 2, 3, 1}};
  const CutSheet sheet = {.width = 7, .height = 9, .price = 1};
  CutSheetOrder order = {.items = items, .n_items = 2, .sheets = &sheet, .n_sheets = 1};
  order.rules = (CutRules){.stages = 3, .exact = TRUE, .kerf = 1, .waste_min = 2, .first = CUT_FIRST_VERTICAL};
  g_autoptr(GError) error = NULL;
  g_autoptr(GString) faults = g_string_new(NULL);
  g_autoptr(CutSheetPlan) plan = cut_sheets(&order, &error);
  g_assert_no_error(error);
  sheets_check_plan(&order, plan, faults);
  g_assert_cmpstr(faults->str, ==, "");
  g_assert_cmpint(plan->sheets, ==, 2);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/cut/sheets/kerf", test_kerf);
  g_test_add_func("/cut/sheets/begins-with-any", test_sheet_begins_with_any);
  g_test_add_func("/cut/sheets/narrow-rest", test_narrow_rest);
  g_test_add_func("/cut/sheets/refused", test_refused);
  g_test_add_func("/cut/sheets/checker-objects", test_checker_objects);
  g_test_add_func("/cut/sheets/drawn", test_drawn);
  g_test_add_func("/cut/sheets/orders", test_orders);
  g_test_add_func("/cut/sheets/two-stages", test_two_stages);
  g_test_add_func("/cut/sheets/units", test_units);
  g_test_add_func("/cut/sheets/classic", test_classic);
  g_test_add_func("/cut/sheets/priced-by-rest", test_priced_by_rest);
  return g_test_run();
}
