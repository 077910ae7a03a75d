/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets: check the order, then beams of growing width, several guides and both first directions. */
#include "cut/faults.h"
#include "cut/sheets.h"

#define WIDTH_MAX 65536
#define GUIDES 4
#define SVC_ROUNDS 6      /* to each width of beam */
#define SVC_KINDS 12      /* of rounds */
#define STRIPS_WORK 50000000 /* spent on the bound of two stages */
#define SVC_WIDTH 8       /* wider, the linear program knows worths better */
#define WORK_BETWEEN 5000 /* work between two calls of the caller's progress */

/* Tells bound and best in units of price. */
static gboolean sheets_tell(const SheetSearch *search) {
  return search->progress(search->bound * search->price, search->best * search->price, search->progress_data);
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
  else if (search->progress && search->work >= search->told) {
    search->told = search->work + WORK_BETWEEN;
    search->stopped = !sheets_tell(search);
  }
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

void sheets_set_sheet(SheetSearch *search, const SheetTask *order, gboolean turned) {
  gint64 kerf = order->rules.kerf;
  search->width = (turned ? order->height : order->width) + kerf;
  search->height = (turned ? order->width : order->height) + kerf;
  set_defects(search, order, turned);
}

void sheets_set_frame(SheetSearch *search, const SheetTask *order, gboolean turned) {
  sheets_set_sheet(search, order, turned);
  search->n_forms = 0;
  for (int i = 0; i < (int)order->n_items; i++) {
    int n = sheets_forms_of(order, i, turned, &search->forms[search->n_forms]);
    for (int f = 0; f < n; f++)
      search->forms[search->n_forms++].salt = salt((guint64)i);
  }
  search->n_active = search->n_forms;
  for (int f = 0; f < search->n_forms; f++)
    search->active[f] = f;
}

void sheets_found(SheetSearch *search, GPtrArray *columns) {
  if (columns->len >= search->best)
    return;
  search->best = columns->len;
  g_ptr_array_set_size(search->solution, 0);
  g_ptr_array_extend(search->solution, columns, NULL, NULL);
  if (search->progress && !sheets_tell(search))
    search->stopped = TRUE;
}

static void run_beam(SheetSearch *search, const SheetTask *order, gboolean turned, int width, int guide) {
  sheets_set_frame(search, order, turned);
  g_autoptr(GArray) chain = sheets_beam(search, width, guide);
  if (!chain)
    return;
  g_autoptr(GPtrArray) columns = g_ptr_array_new();
  sheets_pool_split(search->pool, search, chain, turned, columns);
  sheets_found(search, columns);
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

void sheets_plan_repeat(CutSheetPlan *plan, gint64 times) {
  gint64 sheet = plan->kinds->len - 1;
#define REPEAT(array, type) \
  { \
    guint end = plan->array->len, begin = end; \
    while (begin > 0 && g_array_index(plan->array, type, begin - 1).sheet == sheet) \
      begin--; \
    g_array_set_size(plan->array, end + (guint)times * (end - begin)); \
    type *all = (type *)(void *)plan->array->data; \
    for (guint i = end; i < plan->array->len; i++) { \
      all[i] = all[i - (end - begin)]; \
      all[i].sheet++; \
    } \
  }
  REPEAT(placements, CutPlacement)
  REPEAT(cuts, CutLine)
  REPEAT(remnants, CutSheetRemnant)
#undef REPEAT
  gint64 kind = g_array_index(plan->kinds, gint64, sheet);
  for (gint64 more = 0; more < times; more++)
    g_array_append_val(plan->kinds, kind);
}

void sheets_plan_swap(CutSheetPlan *a, CutSheetPlan *b) {
  CutSheetPlan swap = *a;
  a->kinds = b->kinds;
  a->placements = b->placements;
  a->cuts = b->cuts;
  a->remnants = b->remnants;
  b->kinds = swap.kinds;
  b->placements = swap.placements;
  b->cuts = swap.cuts;
  b->remnants = swap.remnants;
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

static void run_svc(SheetSearch *search, const SheetTask *order, gint64 *worth, int *round, int width) {
  g_autoptr(GPtrArray) columns = g_ptr_array_new();
  for (int i = 0; i < SVC_ROUNDS && sheets_go_on(search, 0); i++)
    if (sheets_svc(search, order, worth, (*round)++, width, columns))
      sheets_found(search, columns);
}

static void raise_bound(SheetSearch *search, SheetStrips *strips) {
  const gint64 limit = search->limit > 0 ? search->limit / 4 : STRIPS_WORK;
  const gint64 proved = sheets_strips_bound(strips, MIN(limit, STRIPS_WORK));
  if (proved <= search->bound)
    return;
  search->bound = proved;
  if (search->best < G_MAXINT64 && search->progress && !sheets_tell(search))
    search->stopped = TRUE;
}

/* The seed says with which guide and which kind of correction the search begins. */
static void search_all(SheetSearch *search, const SheetTask *order, SheetStrips *strips) {
  gboolean upright = order->rules.first != CUT_FIRST_HORIZONTAL, turned = order->rules.first != CUT_FIRST_VERTICAL;
  g_autofree gint64 *worth = g_new(gint64, order->n_items);
  g_autoptr(SheetLp) lp = sheets_lp_new(search, order);
  const guint64 seed = order->order->seed;
  int round = (int)(seed % SVC_KINDS);
  gboolean large = sheets_is_large(search);
  for (gsize i = 0; i < order->n_items; i++)
    worth[i] = (order->items[i].width + order->rules.kerf) * (order->items[i].height + order->rules.kerf);
  for (int width = 1; width <= WIDTH_MAX && (search->best == G_MAXINT64 || sheets_go_on(search, 0)); width *= 2) {
    for (int i = 0; i < GUIDES && (!large || search->best == G_MAXINT64); i++) {
      const int guide = (int)((seed + (guint64)i) % GUIDES);
      if (upright)
        run_beam(search, order, FALSE, width, guide);
      if (turned)
        run_beam(search, order, TRUE, width, guide);
    }
    if (width == 1 && strips && sheets_go_on(search, 0))
      raise_bound(search, strips);
    if (width < SVC_WIDTH && !large)
      run_svc(search, order, worth, &round, width);
    if ((width >= 8 || search->strips) && sheets_go_on(search, 0))
      sheets_lp_dive(lp, width);
  }
}

/* Draws every sheet of the best plan. */
static void draw_all(SheetSearch *search, const SheetTask *order, CutSheetPlan *plan) {
  int turned = -1;
  for (guint i = 0; i < search->solution->len; i++) {
    const SheetColumn *column = search->solution->pdata[i];
    g_autoptr(GArray) chain = g_array_copy(column->chain);
    for (guint n = 0; n < chain->len; n++)
      g_array_index(chain, SheetNode, n).sheet = (gint32)i;
    if (turned != column->turned)
      sheets_set_frame(search, order, column->turned);
    turned = column->turned;
    sheets_draw(search, chain, column->turned, plan);
  }
}

static void set_left_error(const SheetTask *task, const guint16 *left, GError **error) {
  const CutSheetOrder *order = task->order;
  g_auto(Faults) faults = faults_begin(order->language);
  faults_add(&faults, N_("no way was found to cut all from the stock; left over are:"));
  for (gsize i = 0; i < task->n_items; i++)
    for (guint m = 0; left[i] > 0 && m < task->items[i].n_members; m++) {
      int line = task->members[task->items[i].first_member + m];
      faults_add(&faults, N_("item %d: %d of %lld pieces %lld x %lld"), line + 1, left[i],
                 (long long)order->items[line].copies, (long long)order->items[line].width,
                 (long long)order->items[line].height);
    }
  faults_tell(&faults, CUT_ERROR_STOCK, error);
}

/* The search's arrays; its sheet is the first of the order. */
static void search_begin(SheetSearch *search, const SheetTask *task) {
  const CutSheetOrder *order = task->order;
  gsize defects = 0;
  for (gsize s = 0; s < order->n_sheets; s++)
    defects = MAX(defects, order->sheets[s].n_defects);
  *search = (SheetSearch){.task = task, .rules = &task->rules, .n_items = (int)task->n_items, .limit = order->work,
                          .best = G_MAXINT64, .price = 1, .progress = order->progress,
                          .progress_data = order->progress_data};
  search->forms = g_new(SheetForm, task->n_items * 2 + 2);
  search->active = g_new(int, task->n_items * 2 + 2);
  search->may = g_new(int, task->n_items * 2 + 2);
  search->copies = g_new(guint16, task->n_items);
  search->defects = g_new(SheetDefect, defects + 1);
  for (gsize i = 0; i < task->n_items; i++) {
    search->copies[i] = (guint16)task->items[i].copies;
    search->pieces += search->copies[i];
    search->priorities |= task->items[i].priority != task->items[0].priority;
  }
}

static void search_end(SheetSearch *search) {
  g_free(search->forms);
  g_free(search->active);
  g_free(search->may);
  g_free(search->copies);
  g_free(search->defects);
}

/* Bounds and search where all sheets are alike. */
static void search_plain(SheetSearch *search, SheetTask *task, CutSheetPlan *plan) {
  search->price = task->order->sheets->price;
  search->bound = plan->bound_sheets;
  g_autoptr(SheetPool) pool = sheets_pool_new();
  g_autoptr(GPtrArray) solution = g_ptr_array_new();
  search->pool = pool;
  search->solution = solution;
  sheets_better(search, task, plan);
  g_autoptr(SheetStrips) strips = sheets_strips_new(search, task);
  if (strips && sheets_strips_may_fill(strips))
    search->strips = strips;
  search_all(search, task, strips);
  plan->bound_sheets = search->bound;
  plan->lower_bound = plan->bound_sheets * search->price;
  if (solution->len > 0) {
    sheets_plan_clear(plan);
    draw_all(search, task, plan);
  }
}

static gboolean search_stock(SheetSearch *search, SheetTask *task, CutSheetPlan *plan, GError **error) {
  g_autofree guint16 *left = g_memdup2(search->copies, sizeof(guint16) * task->n_items);
  gboolean hopeless = plan->lower_bound == G_MAXINT64;
  /* Which sheets are new comes before the price, and no bound is known for that. */
  search->bound = task->order->offcuts_first || hopeless ? 0 : plan->lower_bound;
  if (!hopeless)
    sheets_better(search, task, plan);
  gboolean found = hopeless ? sheets_rough(search, task, 0, plan, left) : sheets_stock(search, task, plan, left);
  if (!found)
    set_left_error(task, left, error);
  return found;
}

CutSheetPlan *cut_sheets(const CutSheetOrder *order, GError **error) {
  if (!cut_sheets_validate(order, error))
    return NULL;
  g_autoptr(SheetTask) task = sheets_task_new(order);
  g_autoptr(CutSheetPlan) plan = sheets_plan_new();
  SheetSearch search;
  search_begin(&search, task);
  sheets_first(&search, task, plan);
  plan->bound_sheets = order->n_sheets == 1 ? sheets_bound(task) : 0;
  plan->lower_bound = plan->bound_sheets * order->sheets->price;
  if (!sheets_is_plain(&search))
    plan->lower_bound = MAX(plan->lower_bound, sheets_price_bound(task));
  gboolean found = TRUE;
  if (sheets_is_plain(&search))
    search_plain(&search, task, plan);
  else
    found = search_stock(&search, task, plan, error);
  if (found)
    sheets_gather_remnant(&search, task, plan);
  plan->sheets = plan->kinds->len;
  for (guint i = 0; i < plan->kinds->len; i++)
    plan->price += order->sheets[g_array_index(plan->kinds, gint64, i)].price;
  plan->optimal = plan->price == plan->lower_bound && !order->offcuts_first;
  plan->work = search.work;
  search_end(&search);
  return found ? g_steal_pointer(&plan) : NULL;
}
