/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One long remnant instead of several short ones, at the same cost and with no more patterns: the bars with the longest
 * leftover give pieces to other bars cut as often, which are filled as far as they go. */
#include "cut/bars.h"

#define REMNANT_NODES 3000

typedef struct {
  BarSearch *search;
  gint64 *times; /* per kind: pieces to be dealt, all zero between deals */
  gint64 end;    /* of the work */
} Remnant;

/* Lays the pieces of a pattern on the table; appends the kinds that were not there to the pool, and returns its end. */
static int lay_open(Remnant *self, const BarPattern *pattern, BarPart *pool, int n) {
  for (int p = 0; p < pattern->n; p++) {
    BarPart part = pattern->parts[p];
    if (self->times[part.kind] == 0)
      pool[n++].kind = part.kind;
    self->times[part.kind] += part.times;
  }
  return n;
}

/* The pieces of two patterns that are cut equally often, dealt anew: as much as possible to `full`, the rest to
 * `empty`. FALSE where that does not lengthen what is left of the second. */
static gboolean deal(Remnant *self, BarPattern **full, BarPattern **empty) {
  BarSearch *search = self->search;
  BarPattern *a = *full, *b = *empty;
  KnapsackBin bin = search->bin;
  bin.capacity = search->stocks[a->stock].capacity;
  g_autofree BarPart *pool = g_new(BarPart, a->n + b->n);
  int n = lay_open(self, b, pool, lay_open(self, a, pool, 0)), rest = 0;
  for (int p = 0; p < n; p++)
    search->items[p] = bars_item(search, pool[p].kind, self->times[pool[p].kind], search->kinds[pool[p].kind].pair / 2);
  KnapsackAnswer answer = knapsack_solve(search->knapsack, search->items, n, &bin, REMNANT_NODES, FALSE, search->take);
  search->work += answer.nodes + n;
  g_autofree BarPattern *filled = bars_pattern_taken(search, a->stock, n);
  for (int i = 0; i < filled->n; i++)
    self->times[filled->parts[i].kind] -= filled->parts[i].times;
  gint64 pieces = 0;
  for (int p = 0; p < n; p++) {
    BarPart part = {.kind = pool[p].kind, .times = self->times[pool[p].kind]};
    pieces += part.times;
    self->times[part.kind] = 0;
    if (part.times > 0)
      pool[rest++] = part;
  }
  g_autofree BarPattern *left = bars_pattern_new(b->stock, pool, rest, b->count);
  filled->count = a->count;
  if (filled->n == 0 || pieces == 0 || pieces > search->bin.pieces || !bars_leftover_allowed(search, left) ||
      bars_leftover(search, left) <= MAX(bars_leftover(search, a), bars_leftover(search, b)))
    return FALSE;
  g_free(a);
  g_free(b);
  *full = g_steal_pointer(&filled);
  *empty = g_steal_pointer(&left);
  return TRUE;
}

/* Place of the pattern that leaves most. */
static guint longest(BarSearch *search) {
  guint found = 0;
  search->work += search->plan->len;
  for (guint i = 1; i < search->plan->len; i++)
    if (bars_leftover(search, search->plan->pdata[i]) > bars_leftover(search, search->plan->pdata[found]))
      found = i;
  return found;
}

/* Lengthens what one pattern leaves as far as the others and the time let it. */
static gboolean lengthen(Remnant *self, guint place) {
  BarSearch *search = self->search;
  gboolean any = FALSE;
  for (guint i = 0; i < search->plan->len && search->work++ < self->end && bars_continues(search); i++) {
    const BarPattern *pattern = search->plan->pdata[place], *other = search->plan->pdata[i];
    if (i != place && pattern->count == other->count)
      any = deal(self, (BarPattern **)&search->plan->pdata[i], (BarPattern **)&search->plan->pdata[place]) || any;
  }
  return any;
}

void bars_remnant(BarSearch *search, gint64 work) {
  g_autofree gint64 *times = g_new0(gint64, search->n);
  Remnant self = {.search = search, .times = times, .end = search->work + work};
  for (gboolean any = TRUE; any && search->plan->len > 1 && search->work < self.end;) {
    any = lengthen(&self, longest(search));
    for (guint i = 0; i < search->plan->len && !any && search->work < self.end; i++)
      any = lengthen(&self, i);
  }
}
