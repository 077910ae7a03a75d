/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A lower bound of the price in whole numbers: what the sheets bought hold at most must be no less than what the pieces
 * take, by area and by the area of stretched sides (see sheets-bound.c). The cheapest sheets that hold as much are a
 * covering knapsack: by a search where that is short, else by what a part of a sheet would cost. */
#include "cut/sheets.h"
#include <stdlib.h>

#define SIDES_MAX 12      /* sides tried as limits, each way */
#define NODES_MAX 20000   /* of one search */

typedef struct {
  gint64 area, price, count;
} Holder;

typedef struct {
  const Holder *holders; /* cheapest area first */
  gsize n;
  gint64 best;           /* the cheapest cover found */
  int nodes;
} Cover;

/* What is longer than X - u counts as all of X, what is shorter than u as nothing. Sums are never more than the
 * stretched sum, so that a smaller sheet's stretched sides bound what it holds too. */
static gint64 stretch(gint64 x, gint64 whole, gint64 u) {
  return u > 0 && x > whole - u ? whole : x < u ? 0 : x;
}

static int compare_holders(const void *a, const void *b) {
  const Holder *x = a, *y = b;
  __int128 left = (__int128)x->price * y->area, right = (__int128)y->price * x->area;
  return (left > right) - (left < right);
}

/* The price of `need` from holder `at` on, where parts of sheets can be bought; G_MAXINT64: there is not so much. */
static gint64 part_price(const Cover *self, gsize at, __int128 need) {
  gint64 price = 0;
  for (; at < self->n && need > 0; at++) {
    const Holder *holder = &self->holders[at];
    __int128 all = (__int128)holder->area * holder->count;
    if (all >= need)
      return price + (gint64)((need * holder->price + holder->area - 1) / holder->area);
    need -= all;
    price += holder->price * holder->count;
  }
  return need > 0 ? G_MAXINT64 : price;
}

/* The cheapest whole sheets from holder `at` on. */
static void cover(Cover *self, gsize at, __int128 need, gint64 price) {
  if (need <= 0) {
    self->best = MIN(self->best, price);
    return;
  }
  gint64 least = part_price(self, at, need);
  if (least == G_MAXINT64 || price + least >= self->best || self->nodes++ > NODES_MAX)
    return;
  const Holder *holder = &self->holders[at];
  gint64 most = (gint64)MIN((__int128)holder->count, (need + holder->area - 1) / holder->area);
  for (gint64 n = most; n >= 0 && self->nodes <= NODES_MAX; n--)
    cover(self, at + 1, need - (__int128)holder->area * n, price + holder->price * n);
}

/* What the items take, each in the position that takes least, where the largest sheet has these sides. */
static __int128 area_of(const SheetTask *task, gint64 width, gint64 height, gint64 u, gint64 v) {
  gint64 kerf = task->rules.kerf;
  __int128 total = 0;
  for (gsize i = 0; i < task->n_items; i++) {
    gint64 w = task->items[i].width + kerf, h = task->items[i].height + kerf;
    __int128 upright = (__int128)stretch(w, width, u) * stretch(h, height, v);
    __int128 lying = (__int128)stretch(h, width, u) * stretch(w, height, v);
    gboolean stands = w <= width && h <= height, lies = task->items[i].turns && h <= width && w <= height;
    total += (stands && lies ? MIN(upright, lying) : lies ? lying : upright) * task->items[i].copies;
  }
  return total;
}

/* G_MAXINT64 where the stock does not suffice. */
static gint64 bound_for(SheetTask *task, gint64 width, gint64 height, gint64 u, gint64 v) {
  const CutSheetOrder *order = task->order;
  g_autofree Holder *holders = g_new(Holder, order->n_sheets);
  Cover self = {.holders = holders, .best = G_MAXINT64};
  for (gsize s = 0; s < order->n_sheets; s++) {
    sheets_task_set_kind(task, s);
    gint64 kerf = task->rules.kerf;
    gint64 area = stretch(task->width + kerf, width, u) * stretch(task->height + kerf, height, v);
    gint64 count = order->sheets[s].count == CUT_UNLIMITED ? CUT_SHEET_PIECES_MAX : order->sheets[s].count;
    if (area > 0)
      holders[self.n++] = (Holder){.area = area, .price = order->sheets[s].price,
                                   .count = MIN(count, CUT_SHEET_PIECES_MAX)};
  }
  qsort(holders, self.n, sizeof *holders, compare_holders);
  __int128 need = area_of(task, width, height, u, v);
  gint64 part = part_price(&self, 0, need);
  if (part < G_MAXINT64)
    cover(&self, 0, need, 0);
  return self.nodes > NODES_MAX || part == G_MAXINT64 ? part : self.best;
}

gint64 sheets_price_bound(SheetTask *task) {
  gint64 width = 0, height = 0, kerf = task->rules.kerf, best = 0;
  for (gsize s = 0; s < task->order->n_sheets; s++) {
    sheets_task_set_kind(task, s);
    width = MAX(width, task->width + kerf);
    height = MAX(height, task->height + kerf);
  }
  gsize step = 1 + task->n_items / SIDES_MAX;
  for (gsize i = 0; i < task->n_items + step; i += step)
    for (gsize j = 0; j < task->n_items + step; j += step) {
      gint64 u = i < task->n_items ? task->items[i].width + kerf : 0;
      gint64 v = j < task->n_items ? task->items[j].height + kerf : 0;
      if (u * 2 <= width && v * 2 <= height)
        best = MAX(best, bound_for(task, width, height, u, v));
    }
  sheets_task_set_kind(task, 0);
  return best;
}
