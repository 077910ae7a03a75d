/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets: check the order, then beams of growing width, several guides and both first directions. */
#include "cut/sheets.h"

#define WIDTH_MAX 65536
#define GUIDES 4
#define SVC_ROUNDS 6 /* to each width of beam */

gboolean cut_rules_by_name(const char *name, CutRules *rules) {
  static const struct {
    const char *name;
    CutRules rules;
  } known[] = {
    {"glass3x",
     {.stages = 3,
      .exact = TRUE,
      .rotate = TRUE,
      .first = CUT_FIRST_VERTICAL,
      .first_min = 100,
      .first_max = 3500,
      .waste_min = 20}},
    {"board3n", {.stages = 3, .first = CUT_FIRST_EITHER, .kerf = 4}},
    {"board2n", {.stages = 2, .first = CUT_FIRST_EITHER, .kerf = 4}},
    {"classic", {.stages = 3, .rotate = TRUE, .first = CUT_FIRST_HORIZONTAL}},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
    if (g_str_equal(name, known[i].name)) {
      *rules = known[i].rules;
      return TRUE;
    }
  return FALSE;
}

static void fault(GString *faults, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void fault(GString *faults, const char *format, ...) {
  va_list arguments;
  if (faults->len > 0)
    g_string_append_c(faults, '\n');
  va_start(arguments, format);
  g_string_append_vprintf(faults, format, arguments);
  va_end(arguments);
}

static gboolean fits(const CutSheetOrder *order, gint64 width, gint64 height) {
  const CutRules *rules = &order->rules;
  gint64 across = rules->first == CUT_FIRST_HORIZONTAL ? height : width;
  gint64 up = rules->first == CUT_FIRST_HORIZONTAL ? width : height;
  gint64 whole = rules->first == CUT_FIRST_HORIZONTAL ? order->height : order->width;
  gint64 tall = rules->first == CUT_FIRST_HORIZONTAL ? order->width : order->height;
  if (across > whole || up > tall || (rules->first_max > 0 && across > rules->first_max))
    return FALSE;
  if (up < tall && tall - up < rules->waste_min)
    return FALSE;
  gint64 edge = MAX(across, rules->first_min);
  if (edge > across && edge - across < rules->waste_min)
    edge = across + rules->waste_min;
  if (edge < whole && whole - edge < rules->waste_min)
    edge = whole;
  return edge <= whole && (edge == across || edge - across >= rules->waste_min) &&
         (rules->first_max == 0 || edge <= rules->first_max);
}

static void check_sheet(const CutSheetOrder *order, GString *faults) {
  const CutRules *rules = &order->rules;
  if (order->width < 1 || order->width > CUT_SHEET_MAX || order->height < 1 || order->height > CUT_SHEET_MAX)
    fault(faults, "the sheet's sides are not between 1 and %d", CUT_SHEET_MAX);
  if (rules->stages != 2 && rules->stages != 3)
    fault(faults, "%d stages: 2 or 3 are possible", rules->stages);
  if (rules->kerf < 0 || rules->kerf > CUT_SHEET_MAX || rules->waste_min < 0 || rules->waste_min > CUT_SHEET_MAX)
    fault(faults, "kerf and narrowest waste must be between 0 and %d", CUT_SHEET_MAX);
  if (rules->waste_min > 0 && (!rules->exact || rules->kerf > 0))
    fault(faults, "a narrowest waste goes with exact stages and no kerf only");
  if (rules->first_min < 0 || rules->first_max < 0 || rules->first_min > CUT_SHEET_MAX ||
      rules->first_max > CUT_SHEET_MAX || (rules->first_max > 0 && rules->first_min > rules->first_max))
    fault(faults, "the distances between first cuts contradict each other");
  if ((rules->first_min > 0 || rules->first_max > 0) && rules->kerf > 0)
    fault(faults, "distances between first cuts go with no kerf only");
  if (order->n_items == 0)
    fault(faults, "no items are ordered");
  if (order->n_items > CUT_SHEET_PIECES_MAX)
    fault(faults, "more than %d lines of items", CUT_SHEET_PIECES_MAX);
}

gboolean cut_sheets_validate(const CutSheetOrder *order, GError **error) {
  g_autoptr(GString) faults = g_string_new(NULL);
  gint64 total = 0;
  check_sheet(order, faults);
  for (gsize i = 0; i < order->n_items && i < CUT_SHEET_PIECES_MAX; i++) {
    const CutItem *item = &order->items[i];
    if (item->width < 1 || item->height < 1)
      fault(faults, "item %zu: its sides are not positive", i + 1);
    else if (!fits(order, item->width, item->height) &&
             !(order->rules.rotate && fits(order, item->height, item->width)))
      fault(faults,
            "item %zu: %" G_GINT64_FORMAT " x %" G_GINT64_FORMAT " cannot be cut from the sheet under these rules",
            i + 1, item->width, item->height);
    if (item->copies < 1)
      fault(faults, "item %zu: its copies are not positive", i + 1);
    else
      total += MIN(item->copies, CUT_SHEET_PIECES_MAX + 1);
  }
  if (total > CUT_SHEET_PIECES_MAX)
    fault(faults, "more than %d pieces in all", CUT_SHEET_PIECES_MAX);
  if (faults->len > 0)
    g_set_error_literal(error, CUT_ERROR, CUT_ERROR_ORDER, faults->str);
  return faults->len == 0;
}

gboolean sheets_go_on(SheetSearch *search, gint64 work) {
  search->work += work;
  if (search->stopped || search->best <= search->bound)
    return FALSE;
  /* The first plan is finished whatever the limits: there must be something to cut by. */
  if (search->best == G_MAXINT64)
    return TRUE;
  if (search->limit > 0 && search->work >= search->limit)
    search->stopped = TRUE;
  else if (search->progress && !search->progress(search->bound, search->best, search->progress_data))
    search->stopped = TRUE;
  return !search->stopped;
}

static guint64 salt(guint64 x) {
  x = (x + 1) * 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

void sheets_set_frame(SheetSearch *search, const CutSheetOrder *order, gboolean turned) {
  gint64 kerf = order->rules.kerf;
  search->width = (turned ? order->height : order->width) + kerf;
  search->height = (turned ? order->width : order->height) + kerf;
  search->n_forms = 0;
  for (gsize i = 0; i < order->n_items; i++) {
    gint64 width = order->items[i].width + kerf, height = order->items[i].height + kerf;
    for (int lying = 0; lying <= (order->rules.rotate && width != height); lying++) {
      gboolean swap = turned != lying;
      search->forms[search->n_forms++] = (SheetForm){.width = swap ? height : width, .height = swap ? width : height,
                                                     .area = width * height, .item = (int)i, .salt = salt(i)};
    }
  }
}

static void run_beam(SheetSearch *search, const CutSheetOrder *order, gboolean turned, int width, int guide,
                     CutSheetPlan *plan) {
  sheets_set_frame(search, order, turned);
  g_autoptr(GArray) chain = sheets_beam(search, width, guide);
  if (!chain)
    return;
  gint64 sheets = g_array_index(chain, SheetNode, chain->len - 1).sheet + 1;
  if (sheets >= search->best)
    return;
  search->best = sheets;
  g_array_set_size(plan->placements, 0);
  g_array_set_size(plan->cuts, 0);
  sheets_draw(search, chain, turned, plan);
  if (search->progress && !search->progress(search->bound, search->best, search->progress_data))
    search->stopped = TRUE;
}

static CutSheetPlan *plan_new(void) {
  CutSheetPlan *plan = g_new0(CutSheetPlan, 1);
  plan->placements = g_array_new(FALSE, FALSE, sizeof(CutPlacement));
  plan->cuts = g_array_new(FALSE, FALSE, sizeof(CutLine));
  return plan;
}

void cut_sheet_plan_free(CutSheetPlan *plan) {
  if (!plan)
    return;
  g_array_unref(plan->placements);
  g_array_unref(plan->cuts);
  g_free(plan);
}

/* Rounds of value correction; the better plan changes places with `plan`. */
static void run_svc(SheetSearch *search, const CutSheetOrder *order, gint64 *worth, int *round, int rounds, int width,
                    CutSheetPlan *plan, CutSheetPlan *spare) {
  for (int i = 0; i < rounds && sheets_go_on(search, 0); i++) {
    gint64 sheets = sheets_svc(search, order, worth, (*round)++, width, spare);
    if (sheets >= search->best)
      continue;
    CutSheetPlan swap = *plan;
    *plan = *spare;
    *spare = swap;
    search->best = sheets;
    if (search->progress && !search->progress(search->bound, search->best, search->progress_data))
      search->stopped = TRUE;
  }
}

static void search_all(SheetSearch *search, const CutSheetOrder *order, CutSheetPlan *plan) {
  gboolean upright = order->rules.first != CUT_FIRST_HORIZONTAL, turned = order->rules.first != CUT_FIRST_VERTICAL;
  g_autofree gint64 *worth = g_new(gint64, order->n_items);
  g_autoptr(CutSheetPlan) spare = plan_new();
  int round = 0;
  for (gsize i = 0; i < order->n_items; i++)
    worth[i] = (order->items[i].width + order->rules.kerf) * (order->items[i].height + order->rules.kerf);
  for (int width = 1; width <= WIDTH_MAX && (width == 1 || sheets_go_on(search, 0)); width *= 2) {
    for (int guide = 0; guide < GUIDES; guide++) {
      if (upright)
        run_beam(search, order, FALSE, width, guide, plan);
      if (turned)
        run_beam(search, order, TRUE, width, guide, plan);
    }
    run_svc(search, order, worth, &round, SVC_ROUNDS, width, plan, spare);
  }
}

CutSheetPlan *cut_sheets(const CutSheetOrder *order, GError **error) {
  if (!cut_sheets_validate(order, error))
    return NULL;
  g_autofree SheetForm *forms = g_new(SheetForm, order->n_items * 2);
  g_autofree guint16 *copies = g_new(guint16, order->n_items);
  CutSheetPlan *plan = plan_new();
  SheetSearch search = {.rules = &order->rules, .n_items = (int)order->n_items, .forms = forms, .copies = copies,
                        .limit = order->work, .best = G_MAXINT64, .progress = order->progress,
                        .progress_data = order->progress_data};
  for (gsize i = 0; i < order->n_items; i++) {
    copies[i] = (guint16)order->items[i].copies;
    search.pieces += copies[i];
  }
  search.bound = sheets_bound(order);
  search_all(&search, order, plan);
  plan->sheets = search.best;
  plan->lower_bound = search.bound;
  plan->work = search.work;
  return plan;
}
