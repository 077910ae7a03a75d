/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A first plan of a large order, in time that grows with its pieces only: sheet after sheet is filled greedily from the
 * few largest items that are left, and the few smallest, which fill what those leave. */
#include "cut/sheets.h"

#define WINDOW 48        /* most items a sheet is filled from */
#define SMALL 8          /* most of them from the end of the list */
#define FILL 4 / 3       /* the large ones cover so much of a sheet */
#define LARGE_WORK 40000 /* pieces times positions from which on the beams take too long */

typedef struct {
  const SheetTask *task;
  SheetTask part;       /* the window as a task of its own, its items' copies those that are left */
  SheetSearch search;   /* of that */
  gsize *items;         /* of the whole task, by priority, largest first */
  gsize from;           /* those before are used up */
  gsize window[WINDOW]; /* items of the part: indices into the whole task's */
  gint64 *left;         /* per item of the whole task */
  gint64 *stock;        /* per kind of sheet */
} First;

static void add_item(First *self, gsize item) {
  self->window[self->part.n_items] = item;
  self->part.items[self->part.n_items] = self->task->items[item];
  self->part.items[self->part.n_items].copies = self->left[item];
  self->search.copies[self->part.n_items] = (guint16)self->left[item];
  self->search.pieces += (int)self->left[item];
  self->part.n_items++;
}

/* With priorities the window must be without gaps: what is in it must wait for all that is before. */
static void set_window(First *self) {
  gsize n = self->task->n_items, at;
  const CutSheet *sheet = &self->task->order->sheets[self->part.kind];
  gint64 room = sheet->width * sheet->height * FILL;
  self->part.n_items = 0;
  self->search.pieces = 0;
  while (self->from < n && self->left[self->items[self->from]] == 0)
    self->from++;
  for (at = self->from; at < n && self->part.n_items < WINDOW - SMALL && room > 0; at++) {
    const SheetItem *item = &self->task->items[self->items[at]];
    gint64 left = self->left[self->items[at]];
    if (left > 0)
      add_item(self, self->items[at]);
    room -= left * item->width * item->height;
  }
  for (gsize end = n; end > at && end > 0 && n - end < 4 * WINDOW && self->part.n_items < WINDOW; end--)
    if (self->left[self->items[end - 1]] > 0 && !self->search.priorities)
      add_item(self, self->items[end - 1]);
  self->search.n_items = (int)self->part.n_items;
}

static GArray *fill(First *self, gsize kind, gboolean turned) {
  sheets_task_set_kind(&self->part, kind);
  sheets_set_frame(&self->search, &self->part, turned);
  return self->search.n_forms > 0 ? sheets_beam_worthiest(&self->search, 1) : NULL;
}

/* The first kind of sheet in the list that takes anything, in the first direction in which it does. */
static gboolean fill_sheet(First *self, const gsize *kinds, CutSheetPlan *plan) {
  set_window(self);
  for (gsize k = 0; k < self->task->order->n_sheets; k++)
    for (int turned = self->task->rules.first == CUT_FIRST_HORIZONTAL; turned < 2; turned++) {
      if (self->stock[kinds[k]] == 0 || (turned && self->task->rules.first == CUT_FIRST_VERTICAL))
        continue;
      g_autoptr(GArray) chain = fill(self, kinds[k], turned);
      if (!chain || chain->len == 0)
        continue;
      for (guint i = 0; i < chain->len; i++) {
        SheetNode *node = &g_array_index(chain, SheetNode, i);
        node->sheet = (gint32)plan->kinds->len;
        self->left[self->window[self->search.forms[node->form].item]]--;
      }
      sheets_draw(&self->search, chain, turned, plan);
      self->stock[kinds[k]]--;
      return TRUE;
    }
  return FALSE;
}

static gboolean fill_all(First *self, guint pieces, CutSheetPlan *plan) {
  g_autofree gsize *kinds = sheets_rank_kinds(self->task->order);
  while (plan->placements->len < pieces)
    if (!fill_sheet(self, kinds, plan))
      return FALSE;
  return TRUE;
}

gboolean sheets_first(const SheetSearch *search, const SheetTask *task, CutSheetPlan *plan) {
  SheetItem items[WINDOW];
  SheetForm forms[2 * WINDOW + 2];
  guint16 copies[WINDOW];
  First self = {.task = task, .part = *task, .search = *search};
  self.search.in_order = TRUE; /* the largest: it is hard to place later */
  guint pieces = 0;
  if (search->pieces * (gint64)task->n_items < LARGE_WORK)
    return FALSE;
  g_autofree gsize *order = sheets_rank_items(task);
  g_autofree gint64 *left = g_new(gint64, task->n_items), *stock = g_new(gint64, task->order->n_sheets);
  for (gsize i = 0; i < task->n_items; i++) {
    left[i] = task->items[i].copies;
    pieces += (guint)left[i] * task->items[i].n_members;
  }
  for (gsize k = 0; k < task->order->n_sheets; k++)
    stock[k] = task->order->sheets[k].count == CUT_UNLIMITED ? G_MAXINT64 : task->order->sheets[k].count;
  self.items = order;
  self.left = left;
  self.stock = stock;
  self.part.items = items;
  self.search.task = &self.part;
  self.search.rules = &self.part.rules;
  self.search.forms = forms;
  self.search.copies = copies;
  if (fill_all(&self, pieces, plan))
    return TRUE;
  sheets_plan_clear(plan);
  return FALSE;
}
