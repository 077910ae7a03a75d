/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets: check the order, then beams of growing width, several guides and both first directions. */
#include "cut/sheets.h"

#define WIDTH_MAX 65536
#define GUIDES 4
#define SVC_ROUNDS 6 /* to each width of beam */

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

/* The defects that reach into the usable part of the sheet, in the frame. */
static void set_defects(SheetSearch *search, const SheetTask *order, gboolean turned) {
  const CutSheet *sheet = &order->order->sheets[order->kind];
  search->n_defects = 0;
  for (gsize i = 0; i < sheet->n_defects; i++) {
    gint64 x1 = MAX(0, sheet->defects[i].x - order->rules.trim_left);
    gint64 y1 = MAX(0, sheet->defects[i].y - order->rules.trim_bottom);
    gint64 x2 = MIN(order->width, sheet->defects[i].x + sheet->defects[i].width - order->rules.trim_left);
    gint64 y2 = MIN(order->height, sheet->defects[i].y + sheet->defects[i].height - order->rules.trim_bottom);
    if (x1 < x2 && y1 < y2)
      search->defects[search->n_defects++] =
        (SheetDefect){.x1 = (gint32)(turned ? y1 : x1), .x2 = (gint32)(turned ? y2 : x2),
                      .y1 = (gint32)(turned ? x1 : y1), .y2 = (gint32)(turned ? x2 : y2)};
  }
}

void sheets_set_frame(SheetSearch *search, const SheetTask *order, gboolean turned) {
  gint64 kerf = order->rules.kerf;
  search->width = (turned ? order->height : order->width) + kerf;
  search->height = (turned ? order->width : order->height) + kerf;
  search->n_forms = 0;
  set_defects(search, order, turned);
  for (int i = 0; i < (int)order->n_items; i++) {
    int n = sheets_forms_of(order, i, turned, &search->forms[search->n_forms]);
    for (int f = 0; f < n; f++)
      search->forms[search->n_forms++].salt = salt((guint64)i);
  }
}

static void run_beam(SheetSearch *search, const SheetTask *order, gboolean turned, int width, int guide,
                     CutSheetPlan *plan) {
  sheets_set_frame(search, order, turned);
  g_autoptr(GArray) chain = sheets_beam(search, width, guide);
  if (!chain)
    return;
  gint64 sheets = g_array_index(chain, SheetNode, chain->len - 1).sheet + 1;
  if (sheets >= search->best)
    return;
  search->best = sheets;
  sheets_plan_clear(plan);
  sheets_draw(search, chain, turned, plan);
  if (search->progress && !search->progress(search->bound, search->best, search->progress_data))
    search->stopped = TRUE;
}

CutSheetPlan *sheets_plan_new(void) {
  CutSheetPlan *plan = g_new0(CutSheetPlan, 1);
  plan->kinds = g_array_new(FALSE, FALSE, sizeof(gint64));
  plan->placements = g_array_new(FALSE, FALSE, sizeof(CutPlacement));
  plan->cuts = g_array_new(FALSE, FALSE, sizeof(CutLine));
  plan->remnants = g_array_new(FALSE, FALSE, sizeof(CutSheetRemnant));
  return plan;
}

void sheets_plan_clear(CutSheetPlan *plan) {
  g_array_set_size(plan->kinds, 0);
  g_array_set_size(plan->placements, 0);
  g_array_set_size(plan->cuts, 0);
  g_array_set_size(plan->remnants, 0);
}

void cut_sheet_plan_free(CutSheetPlan *plan) {
  if (!plan)
    return;
  g_array_unref(plan->kinds);
  g_array_unref(plan->placements);
  g_array_unref(plan->cuts);
  g_array_unref(plan->remnants);
  g_free(plan);
}

/* Rounds of value correction; the better plan changes places with `plan`. */
static void run_svc(SheetSearch *search, const SheetTask *order, gint64 *worth, int *round, int rounds, int width,
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

static void search_all(SheetSearch *search, const SheetTask *order, CutSheetPlan *plan) {
  gboolean upright = order->rules.first != CUT_FIRST_HORIZONTAL, turned = order->rules.first != CUT_FIRST_VERTICAL;
  g_autofree gint64 *worth = g_new(gint64, order->n_items);
  g_autoptr(CutSheetPlan) spare = sheets_plan_new();
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

/* What is not built yet is said, not passed over. */
static gboolean is_refused(const CutSheetOrder *order, GError **error) {
  if (order->n_sheets == 1 && order->sheets->count == CUT_UNLIMITED && order->sheets->n_defects == 0 &&
      order->rules.stages != CUT_STAGES_FREE)
    return FALSE;
  g_set_error_literal(error, CUT_ERROR, CUT_ERROR_ORDER,
                      "several kinds of sheets, limited numbers, defects and free stages cannot be planned yet");
  return TRUE;
}

CutSheetPlan *cut_sheets(const CutSheetOrder *order, GError **error) {
  if (!cut_sheets_validate(order, error) || is_refused(order, error))
    return NULL;
  g_autoptr(SheetTask) task = sheets_task_new(order);
  g_autofree SheetForm *forms = g_new(SheetForm, task->n_items * 2 + 1);
  g_autofree guint16 *copies = g_new(guint16, task->n_items);
  CutSheetPlan *plan = sheets_plan_new();
  SheetSearch search = {.task = task, .rules = &task->rules, .n_items = (int)task->n_items, .forms = forms,
                        .copies = copies, .limit = order->work, .best = G_MAXINT64, .progress = order->progress,
                        .progress_data = order->progress_data};
  for (gsize i = 0; i < task->n_items; i++) {
    copies[i] = (guint16)task->items[i].copies;
    search.pieces += copies[i];
    search.priorities |= task->items[i].priority != task->items[0].priority;
  }
  search.bound = sheets_bound(task);
  search_all(&search, task, plan);
  plan->sheets = search.best;
  plan->bound_sheets = search.bound;
  plan->price = plan->sheets * order->sheets->price;
  plan->lower_bound = plan->bound_sheets * order->sheets->price;
  plan->optimal = plan->price == plan->lower_bound;
  plan->work = search.work;
  return plan;
}
