/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One large remnant rather than several small ones: the emptiest sheet is cut last, and its pieces are laid anew so
 * that the rest of it is as wide as can be. The price stays. */
#include "cut/sheets.h"

#define WIDTH_MAX 64
#define PIECES_MAX 5000 /* on a sheet that is laid anew */

typedef struct {
  SheetSearch *search;
  SheetTask *task;
  const CutSheetPlan *plan;
  CutSheetPlan *last;  /* the emptiest sheet alone, best so far */
  CutSheetPlan *trial;
  gint64 emptiest;
} Remnant;

static gint64 rest_of(const CutSheetPlan *plan, gint64 sheet) {
  gint64 area = 0;
  for (guint i = 0; i < plan->remnants->len; i++) {
    const CutSheetRemnant *rest = &g_array_index(plan->remnants, CutSheetRemnant, i);
    if (rest->sheet == sheet)
      area = MAX(area, rest->width * rest->height);
  }
  return area;
}

/* The sheet with the largest part of no piece; with priorities it is the last in any case. */
static gint64 find_emptiest(const Remnant *self) {
  guint n = self->plan->kinds->len;
  g_autofree gint64 *used = g_new0(gint64, n);
  gint64 best = (gint64)n - 1, most = -1;
  for (guint i = 0; i < self->plan->placements->len; i++) {
    const CutPlacement *at = &g_array_index(self->plan->placements, CutPlacement, i);
    used[at->sheet] += at->width * at->height;
  }
  for (guint i = 0; i < n && !self->search->priorities; i++) {
    const CutSheet *sheet = &self->task->order->sheets[g_array_index(self->plan->kinds, gint64, i)];
    gint64 empty = sheet->width * sheet->height - used[i];
    if (empty > most) {
      most = empty;
      best = i;
    }
  }
  return best;
}

/* Copies the sheets for which `only` is the number, or all but that one, behind those already there. */
static void copy_sheets(const CutSheetPlan *from, gint64 sheet, gboolean only, CutSheetPlan *to) {
  gint64 before = to->kinds->len;
#define COPY(array, type) \
  for (guint i = 0; i < from->array->len; i++) { \
    type one = g_array_index(from->array, type, i); \
    if ((one.sheet == sheet) != only) \
      continue; \
    one.sheet = only ? before : one.sheet - (one.sheet > sheet); \
    g_array_append_val(to->array, one); \
  }
  COPY(placements, CutPlacement)
  COPY(cuts, CutLine)
  COPY(remnants, CutSheetRemnant)
#undef COPY
  for (guint i = 0; i < from->kinds->len; i++)
    if ((i == (guint64)sheet) == only)
      g_array_append_val(to->kinds, g_array_index(from->kinds, gint64, i));
}

/* The search's copies are now what is on that sheet. */
static void demand_of(const Remnant *self) {
  const SheetTask *task = self->task;
  g_autofree int *items = g_new(int, task->order->n_items);
  for (gsize line = 0; line < task->order->n_items; line++)
    items[line] = -1;
  for (int i = 0; i < (int)task->n_items; i++) {
    items[task->members[task->items[i].first_member]] = i;
    self->search->copies[i] = 0;
  }
  self->search->pieces = 0;
  for (guint i = 0; i < self->last->placements->len; i++) {
    int item = items[g_array_index(self->last->placements, CutPlacement, i).item];
    if (item < 0)
      continue;
    self->search->copies[item]++;
    self->search->pieces++;
  }
}

static void try_beam(Remnant *self, gboolean turned, int width) {
  SheetSearch *search = self->search;
  sheets_set_frame(search, self->task, turned);
  g_autoptr(GArray) chain = sheets_beam_worthiest(search, width);
  if (!chain || (int)chain->len < search->pieces)
    return;
  for (guint i = 0; i < chain->len; i++)
    g_array_index(chain, SheetNode, i).sheet = 0;
  sheets_plan_clear(self->trial);
  sheets_draw(search, chain, turned, self->trial);
  if (rest_of(self->trial, 0) > rest_of(self->last, 0))
    sheets_plan_swap(self->trial, self->last);
}

void sheets_gather_remnant(SheetSearch *search, SheetTask *task, CutSheetPlan *plan) {
  g_autoptr(CutSheetPlan) last = sheets_plan_new(), trial = sheets_plan_new(), whole = sheets_plan_new();
  Remnant self = {.search = search, .task = task, .plan = plan, .last = last, .trial = trial};
  if (plan->kinds->len == 0 || task->rules.remnant_min == 0)
    return;
  self.emptiest = find_emptiest(&self);
  copy_sheets(plan, self.emptiest, TRUE, last);
  if (last->placements->len > PIECES_MAX)
    return;
  copy_sheets(plan, self.emptiest, FALSE, whole);
  /* Copied behind the others it is the last of them; alone it is the first. */
  demand_of(&self);
  sheets_task_set_kind(task, (gsize)g_array_index(last->kinds, gint64, 0));
  search->best = G_MAXINT64; /* nothing is to be stopped by the price reached */
  search->stopped = FALSE;
  for (int width = 1; width <= WIDTH_MAX; width *= 4)
    for (int turned = 0; turned < 2; turned++)
      if (task->free || task->rules.first != (turned ? CUT_FIRST_VERTICAL : CUT_FIRST_HORIZONTAL))
        try_beam(&self, turned, width);
  copy_sheets(last, 0, TRUE, whole);
  sheets_plan_swap(whole, plan);
}
