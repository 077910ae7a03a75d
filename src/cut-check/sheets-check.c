/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the files of an order and the plan that was printed for it, and has the plan checked. */
#include "cut-check/sheets-check.h"
#include "base/lang.h"
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define SHEETS_MAX 200000 /* of a plan */

static void complain(const CutSheetOrder *order, GString *faults, const char *format, ...) G_GNUC_PRINTF(3, 4);
static void complain(const CutSheetOrder *order, GString *faults, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_string_append_vprintf(faults, lang_text(order->language, format), arguments);
  va_end(arguments);
  g_string_append_c(faults, '\n');
}

static gboolean find_rules(const char *name, CutRules *rules) {
  static const char *const names[] = {"glass3x", "board3n", "board2n", "classic"};
  static const CutRules known[] = {
    {.stages = 3, .exact = TRUE, .rotate = TRUE, .first = CUT_FIRST_VERTICAL, .first_min = 100, .first_max = 3500,
     .waste_min = 20},
    {.stages = 3, .kerf = 4},
    {.stages = 2, .kerf = 4},
    {.stages = 3, .rotate = TRUE, .first = CUT_FIRST_HORIZONTAL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if (strcmp(name, names[i]) == 0) {
      *rules = known[i];
      return TRUE;
    }
  return FALSE;
}

static GArray *read_items(const char *text) {
  GArray *items = g_array_new(FALSE, FALSE, sizeof(CutItem));
  g_auto(GStrv) all = g_strsplit(text, "\n", -1);
  for (guint i = 1; all[0] && all[i]; i++) {
    long long id, width, height, copies = 1;
    if (sscanf(all[i], "%lld ,%lld ,%lld ,%lld", &id, &width, &height, &copies) < 3)
      continue;
    CutItem item = {.id = id, .width = width, .height = height, .copies = copies};
    g_array_append_val(items, item);
  }
  return items;
}

static gint64 number(json_t *object, const char *name) {
  return json_integer_value(json_object_get(object, name));
}

static gint64 item_index(const CutSheetOrder *order, gint64 id) {
  for (gsize i = 0; i < order->n_items; i++)
    if (order->items[i].id == id)
      return (gint64)i;
  return -1;
}

/* One sheet of the printed plan, once for each time that it is cut. */
static void read_sheet(const CutSheetOrder *order, json_t *sheet, CutSheetPlan *plan, GString *faults) {
  json_t *object;
  size_t i;
  gint64 count = number(sheet, "count"), kind = number(sheet, "bin") == order->sheets->id ? 0 : -1;
  if (count < 1 || count > SHEETS_MAX - plan->kinds->len)
    complain(order, faults, N_("a sheet is cut %lld times"), (long long)count);
  for (gint64 n = 0; n < count && plan->kinds->len < SHEETS_MAX; n++) {
    gint64 at = plan->kinds->len;
    g_array_append_val(plan->kinds, kind);
    json_array_foreach(json_object_get(sheet, "placements"), i, object) {
      CutPlacement piece = {.sheet = at, .item = item_index(order, number(object, "item")), .x = number(object, "x"),
                            .y = number(object, "y"), .width = number(object, "width"),
                            .height = number(object, "height")};
      g_array_append_val(plan->placements, piece);
    }
    json_array_foreach(json_object_get(sheet, "cuts"), i, object) {
      CutLine line = {.sheet = at, .stage = (int)number(object, "stage"), .x1 = number(object, "x1"),
                      .y1 = number(object, "y1"), .x2 = number(object, "x2"), .y2 = number(object, "y2")};
      g_array_append_val(plan->cuts, line);
    }
  }
}

static void check_json(const CutSheetOrder *order, json_t *root, GString *faults) {
  g_autoptr(GArray) kinds = g_array_new(FALSE, FALSE, sizeof(gint64)),
                    placements = g_array_new(FALSE, FALSE, sizeof(CutPlacement)),
                    cuts = g_array_new(FALSE, FALSE, sizeof(CutLine)),
                    remnants = g_array_new(FALSE, FALSE, sizeof(CutSheetRemnant));
  CutSheetPlan plan = {.kinds = kinds, .placements = placements, .cuts = cuts, .remnants = remnants,
                       .sheets = number(root, "sheets"), .bound_sheets = number(root, "lower_bound")};
  json_t *sheet;
  size_t i;
  json_array_foreach(json_object_get(root, "plans"), i, sheet)
    read_sheet(order, sheet, &plan, faults);
  plan.price = plan.sheets;
  plan.lower_bound = plan.bound_sheets;
  sheets_check_plan(order, &plan, faults);
}

gboolean sheets_check(const char *items, const char *bins, const char *rules, const char *plan, const char *language,
                      GString *faults) {
  g_autoptr(GArray) lines = read_items(items), sheets = read_items(bins);
  CutSheet sheet = {.price = 1};
  CutSheetOrder order = {.items = (const CutItem *)(void *)lines->data, .n_items = lines->len, .sheets = &sheet,
                         .n_sheets = 1, .language = language};
  if (!find_rules(rules, &order.rules))
    complain(&order, faults, N_("unknown rules %s"), rules);
  if (sheets->len != 1)
    complain(&order, faults, N_("not one sheet is given"));
  else {
    const CutItem *bin = &g_array_index(sheets, CutItem, 0);
    sheet.id = bin->id;
    sheet.width = bin->width;
    sheet.height = bin->height;
  }
  json_error_t error;
  json_t *root = json_loads(plan, JSON_REJECT_DUPLICATES, &error);
  if (root)
    check_json(&order, root, faults);
  else
    complain(&order, faults, N_("the plan is not JSON: line %d, column %d"), error.line, error.column);
  json_decref(root);
  return faults->len == 0;
}
