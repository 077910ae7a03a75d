/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with an order for sheets: every fault, a line each, before any work is done; and the task that the
 * search makes of an order in which nothing is wrong. */
#include "cut/sheets.h"
#include "cut/faults.h"
#include <string.h>

CutSheetOrder cut_sheet_order_default(void) {
  return (CutSheetOrder){.rules = {.stages = 3}};
}

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

static void check_lengths(const CutRules *rules, Faults *faults) {
  const struct {
    const char *what;
    gint64 value;
  } lengths[] = {
    {N_("the kerf"), rules->kerf},
    {N_("the smallest distance between first cuts"), rules->first_min},
    {N_("the largest distance between first cuts"), rules->first_max},
    {N_("the smallest distance between second cuts"), rules->second_min},
    {N_("the largest distance between second cuts"), rules->second_max},
    {N_("the narrowest waste"), rules->waste_min},
    {N_("the trim of the left edge"), rules->trim_left},
    {N_("the trim of the right edge"), rules->trim_right},
    {N_("the trim of the lower edge"), rules->trim_bottom},
    {N_("the trim of the upper edge"), rules->trim_top},
    {N_("the smallest remnant kept"), rules->remnant_min},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++)
    faults_between(faults, lengths[i].what, lengths[i].value, 0, CUT_SHEET_MAX);
}

static void check_rules(const CutRules *rules, Faults *faults) {
  if (rules->stages != 2 && rules->stages != 3 && rules->stages != CUT_STAGES_FREE)
    faults_add(faults, N_("%d stages: 2, 3 or free are possible"), rules->stages);
  if ((unsigned)rules->first > CUT_FIRST_HORIZONTAL)
    faults_add(faults, N_("there is no such direction of the first cuts"));
  if (rules->waste_min > 0 && !rules->exact)
    faults_add(faults, N_("a narrowest waste goes with exact stages only"));
  if (rules->first_max > 0 && rules->first_min > rules->first_max)
    faults_add(faults, N_("the distances between first cuts contradict each other"));
  if (rules->second_max > 0 && rules->second_min > rules->second_max)
    faults_add(faults, N_("the distances between second cuts contradict each other"));
  if (rules->stages == CUT_STAGES_FREE &&
      (rules->exact || rules->first_min || rules->first_max || rules->second_min || rules->second_max))
    faults_add(faults, N_("exact stages and distances between cuts do not go with any number of stages"));
}

static void check_head(const CutSheetOrder *order, Faults *faults) {
  check_lengths(&order->rules, faults);
  if (order->n_items == 0)
    faults_add(faults, N_("no items are ordered"));
  if (order->n_items > CUT_SHEET_ITEMS_MAX)
    faults_add(faults, N_("more than %d lines of items"), CUT_SHEET_ITEMS_MAX);
  if (order->n_sheets == 0)
    faults_add(faults, N_("there are no sheets"));
  if (order->n_sheets > CUT_SHEET_KINDS_MAX)
    faults_add(faults, N_("more than %d lines of sheets"), CUT_SHEET_KINDS_MAX);
}

/* `ids`: those already seen. */
static void check_id(GHashTable *ids, const char *kind, gsize line, const gint64 *id, Faults *faults) {
  if (!g_hash_table_add(ids, (gpointer)id))
    faults_add(faults, N_("%s %zu: the number %lld is used before"), lang_text(faults->language, kind), line + 1,
               (long long)*id);
}

static void check_sheets(const CutSheetOrder *order, Faults *faults) {
  g_autoptr(GHashTable) ids = g_hash_table_new(g_int64_hash, g_int64_equal);
  const CutRules *rules = &order->rules;
  gboolean known = faults->text->len == 0; /* the trims are lengths */
  for (gsize s = 0; s < order->n_sheets && s < CUT_SHEET_KINDS_MAX; s++) {
    const CutSheet *sheet = &order->sheets[s];
    check_id(ids, N_("sheet"), s, &sheet->id, faults);
    faults_line(faults, N_("sheet"), s, N_("width"), sheet->width, 1, CUT_SHEET_MAX);
    faults_line(faults, N_("sheet"), s, N_("height"), sheet->height, 1, CUT_SHEET_MAX);
    faults_line(faults, N_("sheet"), s, N_("price"), sheet->price, 1, CUT_PRICE_MAX);
    faults_line(faults, N_("sheet"), s, N_("count"), sheet->count, 0, CUT_LENGTH_MAX);
    if (sheet->n_defects > CUT_DEFECTS_MAX)
      faults_add(faults, N_("sheet %zu: more than %d defects"), s + 1, CUT_DEFECTS_MAX);
    for (gsize d = 0; d < sheet->n_defects && d < CUT_DEFECTS_MAX; d++) {
      const CutDefect *defect = &sheet->defects[d];
      if (MAX(defect->x, defect->y) > CUT_SHEET_MAX || MIN(defect->x, defect->y) < -CUT_SHEET_MAX ||
          MIN(defect->width, defect->height) < 1 || MAX(defect->width, defect->height) > CUT_SHEET_MAX)
        faults_add(faults, N_("sheet %zu: defect %zu is no rectangle within %d"), s + 1, d + 1, CUT_SHEET_MAX);
    }
    if (known && (sheet->width <= rules->trim_left + rules->trim_right ||
                  sheet->height <= rules->trim_bottom + rules->trim_top))
      faults_add(faults, N_("sheet %zu: nothing is left of it when its edges are trimmed"), s + 1);
  }
}

static void check_items(const CutSheetOrder *order, Faults *faults) {
  g_autoptr(GHashTable) ids = g_hash_table_new(g_int64_hash, g_int64_equal);
  g_autoptr(GHashTable) groups = g_hash_table_new(g_int64_hash, g_int64_equal);
  gint64 total = 0;
  for (gsize i = 0; i < order->n_items && i < CUT_SHEET_ITEMS_MAX; i++) {
    const CutItem *item = &order->items[i], *first;
    check_id(ids, N_("item"), i, &item->id, faults);
    if (item->width < 1 || item->height < 1)
      faults_add(faults, N_("item %zu: its sides are not positive"), i + 1);
    else if (MIN(item->width, item->height) < order->rules.waste_min)
      faults_add(faults, N_("item %zu: it is narrower than the narrowest strip that breaks off"), i + 1);
    if (item->copies < 1)
      faults_add(faults, N_("item %zu: its copies are not positive"), i + 1);
    faults_line(faults, N_("item"), i, N_("priority"), item->priority, 0, CUT_PRIORITY_MAX);
    faults_line(faults, N_("item"), i, N_("turn"), (gint64)item->turn, CUT_TURN_ASK_RULES, CUT_TURN_NEVER);
    total += CLAMP(item->copies, 0, CUT_SHEET_PIECES_MAX + 1);
    if (item->matched == 0)
      continue;
    first = g_hash_table_lookup(groups, &item->matched);
    if (!first)
      g_hash_table_insert(groups, (gpointer)&item->matched, (gpointer)item);
    else if (first->height != item->height || first->copies != item->copies || first->turn != item->turn ||
             first->priority != item->priority)
      faults_add(faults, N_("item %zu: its height, copies, turn or priority are not those of its sequence"), i + 1);
  }
  if (total > CUT_SHEET_PIECES_MAX)
    faults_add(faults, N_("more than %d pieces in all"), CUT_SHEET_PIECES_MAX);
}

/* Whether the gap between two edges leaves a strip of waste that is too narrow to break. */
static gboolean too_narrow(const CutRules *rules, gint64 gap) {
  return gap > rules->kerf && gap < rules->kerf + rules->waste_min;
}

/* Whether a piece can be the only one of a strip, kerf in all lengths, first cuts vertical. */
static gboolean strip_holds(const CutRules *rules, gint64 width, gint64 height, const SheetForm *form) {
  gint64 piece = form->width, tall = form->height;
  gint64 edge = rules->first_min > 0 ? MAX(piece, rules->first_min + rules->kerf) : piece;
  gint64 top = rules->second_min > 0 && !form->tower ? MAX(tall, rules->second_min + rules->kerf) : tall;
  if (top > tall && (rules->exact || rules->stages == 2))
    return FALSE;
  if (too_narrow(rules, edge - piece))
    edge = piece + rules->waste_min + rules->kerf;
  if (too_narrow(rules, width - edge))
    edge = width - rules->kerf; /* the cut takes what is left of the sheet */
  return edge <= width && top <= height && !too_narrow(rules, edge - piece) && !too_narrow(rules, height - top) &&
         !(rules->exact && rules->stages == 2 && edge > piece) &&
         (rules->first_max == 0 || edge <= rules->first_max + rules->kerf) &&
         (rules->second_max == 0 || form->tower || top <= rules->second_max + rules->kerf);
}

gboolean sheets_form_fits(const SheetTask *task, const SheetForm *form, gboolean turned) {
  gint64 width = (turned ? task->height : task->width) + task->rules.kerf;
  gint64 height = (turned ? task->width : task->height) + task->rules.kerf;
  return strip_holds(&task->rules, width, height, form);
}

gboolean sheets_item_fits(const SheetTask *task, int item) {
  for (int turned = 0; turned < 2; turned++) {
    SheetForm forms[2];
    if (task->rules.first == (turned ? CUT_FIRST_VERTICAL : CUT_FIRST_HORIZONTAL))
      continue;
    int n = sheets_forms_of(task, item, turned, forms);
    for (int f = 0; f < n; f++)
      if (sheets_form_fits(task, &forms[f], turned))
        return TRUE;
  }
  return FALSE;
}

/* Items that can be cut from no kind of sheet. */
static void check_fits(const CutSheetOrder *order, Faults *faults) {
  g_autoptr(SheetTask) task = sheets_task_new(order);
  g_autofree gboolean *fits = g_new0(gboolean, task->n_items);
  for (gsize s = 0; s < order->n_sheets; s++) {
    sheets_task_set_kind(task, s);
    for (int i = 0; i < (int)task->n_items; i++)
      fits[i] = fits[i] || sheets_item_fits(task, i);
  }
  for (gsize i = 0; i < task->n_items; i++)
    for (guint m = 0; !fits[i] && m < task->items[i].n_members; m++) {
      const SheetItem *item = &task->items[i];
      int line = task->members[item->first_member + m];
      faults_add(faults, item->n_members > 1
                   ? N_("item %d: %lld x %lld cannot be cut with its whole sequence from any sheet under these rules")
                   : N_("item %d: %lld x %lld cannot be cut from any sheet under these rules"),
                 line + 1, (long long)order->items[line].width, (long long)order->items[line].height);
    }
}

gboolean cut_sheets_validate(const CutSheetOrder *order, GError **error) {
  g_auto(Faults) faults = faults_begin(order->language);
  check_head(order, &faults);
  check_sheets(order, &faults);
  gboolean sane = faults.text->len == 0;
  check_rules(&order->rules, &faults);
  check_items(order, &faults);
  if (sane)
    check_fits(order, &faults);
  return faults_tell(&faults, CUT_ERROR_ORDER, error);
}

/* Adds a line of the order to the task: to the sequence it belongs to, or as an item of its own. */
static void add_line(SheetTask *task, GHashTable *groups, int line) {
  const CutItem *ordered = &task->order->items[line];
  SheetItem *item = ordered->matched ? g_hash_table_lookup(groups, &ordered->matched) : NULL;
  gint64 kerf = task->rules.kerf, width = CLAMP(ordered->width, 0, CUT_SHEET_MAX + 1);
  if (item) {
    item->width += kerf + width;
    item->narrowest = MIN(item->narrowest, width);
    item->widest = MAX(item->widest, width);
    item->n_members++;
    return;
  }
  item = &task->items[task->n_items++];
  *item = (SheetItem){
    .width = width,
    .height = CLAMP(ordered->height, 0, CUT_SHEET_MAX + 1),
    .copies = ordered->copies,
    .priority = ordered->priority,
    .turns = ordered->turn == CUT_TURN_ASK_RULES ? task->rules.rotate : ordered->turn == CUT_TURN_MAY,
    .narrowest = width,
    .widest = width,
    .n_members = 1,
  };
  if (ordered->matched)
    g_hash_table_insert(groups, (gpointer)&ordered->matched, item);
}

/* The members of a sequence need not follow each other in the order: they do in task->members. */
static void list_members(SheetTask *task) {
  g_autoptr(GHashTable) next = g_hash_table_new(g_int64_hash, g_int64_equal);
  guint at = 0;
  gsize item = 0;
  for (gsize line = 0; line < task->order->n_items; line++) {
    const CutItem *ordered = &task->order->items[line];
    guint *place = ordered->matched ? g_hash_table_lookup(next, &ordered->matched) : NULL;
    if (!place) {
      SheetItem *made = &task->items[item++];
      made->first_member = made->listed = at;
      at += made->n_members;
      place = &made->listed;
      if (ordered->matched)
        g_hash_table_insert(next, (gpointer)&ordered->matched, place);
    }
    task->members[(*place)++] = (int)line;
  }
}

/* An item of very many copies becomes several with the same members. Where there are more pieces than an order may
 * have, it is refused and never cut. */
static void split_items(SheetTask *task) {
  gint64 pieces = 0;
  for (gsize i = 0; i < task->n_items && pieces <= CUT_SHEET_PIECES_MAX; i++) {
    SheetItem *item = &task->items[i];
    pieces += CLAMP(item->copies, 0, SHEETS_COPIES_MAX);
    if (item->copies <= SHEETS_COPIES_MAX || item->copies > CUT_SHEET_PIECES_MAX)
      continue;
    task->items[task->n_items] = *item;
    task->items[task->n_items++].copies -= SHEETS_COPIES_MAX;
    item->copies = SHEETS_COPIES_MAX;
  }
}

SheetTask *sheets_task_new(const CutSheetOrder *order) {
  SheetTask *task = g_new0(SheetTask, 1);
  g_autoptr(GHashTable) groups = g_hash_table_new(g_int64_hash, g_int64_equal);
  task->order = order;
  task->rules = order->rules;
  if (task->rules.stages == CUT_STAGES_FREE) {
    task->rules.stages = 3;
    task->free = TRUE;
  }
  task->items = g_new0(SheetItem, order->n_items + CUT_SHEET_PIECES_MAX / SHEETS_COPIES_MAX + 2);
  task->members = g_new0(int, order->n_items);
  for (int line = 0; line < (int)order->n_items; line++)
    add_line(task, groups, line);
  list_members(task);
  split_items(task);
  sheets_task_set_kind(task, 0);
  return task;
}

void sheets_task_set_kind(SheetTask *task, gsize kind) {
  const CutRules *rules = &task->rules;
  task->kind = kind;
  task->width = task->order->sheets[kind].width - rules->trim_left - rules->trim_right;
  task->height = task->order->sheets[kind].height - rules->trim_bottom - rules->trim_top;
}

void sheets_task_free(SheetTask *task) {
  if (!task)
    return;
  g_free(task->items);
  g_free(task->members);
  g_free(task);
}

int sheets_forms_of(const SheetTask *task, int index, gboolean turned, SheetForm forms[2]) {
  const SheetItem *item = &task->items[index];
  gint64 width = item->width + task->rules.kerf, height = item->height + task->rules.kerf;
  const CutRules *rules = &task->rules;
  gboolean rows = item->narrowest >= rules->second_min && (!rules->second_max || item->widest <= rules->second_max);
  int n = 0;
  for (int lying = 0; lying <= (item->turns && (width != height || item->n_members > 1)); lying++) {
    gboolean swap = turned != lying, tower = item->n_members > 1 && swap;
    /* A sequence is cut apart by third cuts where it lies in a row, by second cuts where it is a row each. */
    if (item->n_members > 1 && (tower ? !rows : rules->stages == 2))
      continue;
    forms[n++] = (SheetForm){.width = swap ? height : width, .height = swap ? width : height,
                             .area = width * height, .item = index, .tower = tower};
  }
  return n;
}
