/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Beam search: level by level, one piece more each, only the most promising nodes are kept. */
#include "cut/sheets.h"
#include <stdlib.h>
#include <string.h>

#define NODES_MAX 8000000 /* kept over all levels */

typedef struct {
  SheetSearch *search;
  GArray *nodes;         /* of SheetNode: every kept node of every level, parents first */
  GArray *next;          /* of SheetNode: the coming level, not yet thinned */
  guint16 *left, *after; /* copies left, per node of this level and of the next */
  int width;
  int guide;
  double worst;          /* of the last thinning */
} Beam;

static int compare(gint64 a, gint64 b) {
  return (a > b) - (a < b);
}

static int compare_nodes(const void *a, const void *b) {
  const SheetNode *x = a, *y = b;
  if (x->guide != y->guide)
    return x->guide < y->guide ? -1 : 1;
  if (x->hash != y->hash)
    return x->hash < y->hash ? -1 : 1;
  int order = compare(x->x0, y->x0);
  order = order ? order : compare(x->x1, y->x1);
  order = order ? order : compare(x->y0, y->y0);
  order = order ? order : compare(x->y1, y->y1);
  order = order ? order : compare(x->end, y->end);
  order = order ? order : compare(x->parent, y->parent);
  order = order ? order : compare(x->put, y->put);
  return order ? order : compare(x->form, y->form);
}

static gboolean same_state(const SheetNode *a, const SheetNode *b) {
  return a->hash == b->hash && a->sheet == b->sheet && a->x0 == b->x0 && a->x1 == b->x1 && a->y0 == b->y0 &&
         a->y1 == b->y1 && a->end == b->end;
}

/* Keeps the best `width` different nodes of the coming level. */
static void thin(Beam *self) {
  g_array_sort(self->next, compare_nodes);
  guint kept = 0;
  for (guint i = 0; i < self->next->len && kept < (guint)self->width; i++) {
    const SheetNode *node = &g_array_index(self->next, SheetNode, i);
    if (kept > 0 && same_state(node, &g_array_index(self->next, SheetNode, kept - 1)))
      continue;
    g_array_index(self->next, SheetNode, kept++) = *node;
  }
  g_array_set_size(self->next, kept);
  if (kept == (guint)self->width)
    self->worst = g_array_index(self->next, SheetNode, kept - 1).guide;
}

static gboolean expand_level(Beam *self, gint32 first, gint32 end) {
  SheetSearch *search = self->search;
  gsize row = (gsize)search->n_items;
  guint full = MAX(4096u, 4u * (guint)self->width);
  g_array_set_size(self->next, 0);
  self->worst = G_MAXDOUBLE;
  for (gint32 at = first; at < end; at++) {
    gint64 work = sheets_children(search, self->nodes, at, self->left + row * (gsize)(at - first), self->guide,
                                  self->worst, self->next);
    if (!sheets_go_on(search, work))
      return FALSE;
    if (self->next->len > full)
      thin(self);
  }
  guint kept = 0;
  for (guint i = 0; i < self->next->len; i++)
    if (g_array_index(self->next, SheetNode, i).sheet + 1 < search->best)
      g_array_index(self->next, SheetNode, kept++) = g_array_index(self->next, SheetNode, i);
  g_array_set_size(self->next, kept);
  thin(self);
  for (guint i = 0; i < self->next->len; i++) {
    const SheetNode *node = &g_array_index(self->next, SheetNode, i);
    memcpy(self->after + row * i, self->left + row * (gsize)(node->parent - first), row * sizeof *self->left);
    self->after[row * i + (gsize)search->forms[node->form].item]--;
  }
  return self->next->len > 0;
}

static GArray *chain_of(const Beam *self, gint32 at) {
  GArray *chain = g_array_new(FALSE, FALSE, sizeof(SheetNode));
  for (const SheetNode *node = &g_array_index(self->nodes, SheetNode, at); node->parent >= 0;
       node = &g_array_index(self->nodes, SheetNode, node->parent))
    g_array_append_val(chain, *node);
  for (guint i = 0; i < chain->len / 2; i++) {
    SheetNode node = g_array_index(chain, SheetNode, i);
    g_array_index(chain, SheetNode, i) = g_array_index(chain, SheetNode, chain->len - 1 - i);
    g_array_index(chain, SheetNode, chain->len - 1 - i) = node;
  }
  return chain;
}

/* The chain to the best node from `first` on: the fewest sheets, or the worthiest single one. */
static GArray *best_chain(const Beam *self, gint32 first) {
  gint32 best = first;
  if (first >= (gint32)self->nodes->len)
    return NULL;
  for (gint32 at = first; at < (gint32)self->nodes->len; at++) {
    const SheetNode *node = &g_array_index(self->nodes, SheetNode, at),
                    *other = &g_array_index(self->nodes, SheetNode, best);
    if (self->search->single ? node->area > other->area : node->sheet < other->sheet)
      best = at;
  }
  return chain_of(self, best);
}

GArray *sheets_beam(SheetSearch *search, int width, int guide) {
  width = MIN(width, MAX(1, NODES_MAX / search->pieces));
  gsize row = (gsize)search->n_items, size = row * (gsize)width * sizeof(guint16);
  g_autoptr(GArray) nodes = g_array_new(FALSE, FALSE, sizeof(SheetNode)),
                    next = g_array_new(FALSE, FALSE, sizeof(SheetNode));
  g_autofree guint16 *left = g_malloc(size), *after = g_malloc(size);
  Beam self = {
    .search = search, .nodes = nodes, .next = next, .left = left, .after = after, .width = width, .guide = guide};
  SheetNode root = {.parent = -1, .form = -1, .sheet = -1};
  g_array_append_val(nodes, root);
  memcpy(left, search->copies, row * sizeof *left);
  gint32 first = 0;
  for (int level = 0; level < search->pieces; level++) {
    gint32 end = (gint32)nodes->len;
    if (!expand_level(&self, first, end)) {
      if (!search->single || search->stopped)
        return NULL;
      break; /* the sheet is full */
    }
    g_array_append_vals(nodes, next->data, next->len);
    guint16 *swap = self.left;
    self.left = self.after;
    self.after = swap;
    first = end;
  }
  return best_chain(&self, search->single ? 1 : first);
}
