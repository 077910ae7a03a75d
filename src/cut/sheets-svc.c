/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sequential value correction: sheet after sheet is filled with the worthiest pieces, and what ended up in a
 * wasteful sheet is worth more in the next round, so that it is placed while there is still choice. */
#include "cut/sheets.h"
#include <string.h>

typedef struct {
  SheetSearch *search;
  const SheetTask *order;
  guint16 *demand;     /* per item, all of it */
  gint64 *worth;       /* per item */
  int round;
} Svc;

static GArray *fill(Svc *self, gboolean turned, int width, gint64 *value) {
  sheets_set_frame(self->search, self->order, turned);
  for (int f = 0; f < self->search->n_forms; f++)
    self->search->forms[f].area = self->worth[self->search->forms[f].item];
  GArray *chain = self->search->strips ? sheets_strips_fill(self->search->strips, turned)
                                       : sheets_beam_worthiest(self->search, width);
  if (chain)
    *value = g_array_index(chain, SheetNode, chain->len - 1).area;
  return chain;
}

static void correct(Svc *self, const GArray *chain) {
  const CutRules *rules = &self->order->rules;
  gint64 full = (self->order->width + rules->kerf) * (self->order->height + rules->kerf), used = 0;
  for (guint i = 0; i < chain->len; i++) {
    const SheetForm *form = &self->search->forms[g_array_index(chain, SheetNode, i).form];
    used += form->width * form->height;
  }
  for (guint i = 0; i < chain->len; i++) {
    int item = self->search->forms[g_array_index(chain, SheetNode, i).form].item;
    const SheetItem *what = &self->order->items[item];
    gint64 area = (what->width + rules->kerf) * (what->height + rules->kerf);
    gint64 lean = self->round % 4; /* large pieces are harder to place */
    __int128 base = (__int128)area + (__int128)area * area / full * lean / 8;
    __int128 wanted = base * full / used;
    gint64 old = (1 + self->round % 3) * (self->demand[item] + self->search->copies[item]) + 1;
    self->worth[item] = (gint64)(((__int128)self->worth[item] * old + wanted) / (old + 1));
  }
}

/* Fills one sheet, in the better first direction. NULL when told to stop. */
static SheetColumn *fill_sheet(Svc *self, int width) {
  SheetSearch *search = self->search;
  gint64 value[2] = {-1, -1};
  g_autoptr(GArray) upright = NULL, turned = NULL;
  if (self->order->rules.first != CUT_FIRST_HORIZONTAL)
    upright = fill(self, FALSE, width, &value[0]);
  if (self->order->rules.first != CUT_FIRST_VERTICAL)
    turned = fill(self, TRUE, width, &value[1]);
  gboolean turn = value[1] > value[0];
  const GArray *chain = turn ? turned : upright;
  if (!chain)
    return NULL;
  sheets_set_frame(search, self->order, turn);
  for (guint i = 0; i < chain->len; i++)
    search->copies[search->forms[g_array_index(chain, SheetNode, i).form].item]--;
  search->pieces -= (int)chain->len;
  correct(self, chain);
  return sheets_pool_add(search->pool, search, (const SheetNode *)(const void *)chain->data, chain->len, turn);
}

gboolean sheets_svc(SheetSearch *search, const SheetTask *order, gint64 *worth, int round, int width,
                    GPtrArray *columns) {
  int pieces = search->pieces;
  gsize size = sizeof(guint16) * (gsize)search->n_items;
  g_autofree guint16 *demand = g_memdup2(search->copies, size);
  Svc self = {.search = search, .order = order, .demand = demand, .worth = worth, .round = round};
  SheetColumn *column = NULL;
  g_ptr_array_set_size(columns, 0);
  while (search->pieces > 0 && columns->len + 1 < search->best && (column = fill_sheet(&self, width)))
    g_ptr_array_add(columns, column);
  gboolean whole = search->pieces == 0;
  memcpy(search->copies, demand, size);
  search->pieces = pieces;
  return whole;
}
