/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One long remnant instead of several short ones, at the same cost and with no more patterns: the bars with the longest
 * leftover give pieces to other bars cut as often, which are filled as far as they go. */
#include "cut/bars.h"

#define REMNANT_NODES 3000

/* The pieces of two patterns that are cut equally often, dealt anew: as much as possible to `full`, the rest to
 * `empty`. FALSE where that does not lengthen what is left of the second. */
static gboolean deal(BarSearch *search, BarPattern **full, BarPattern **empty) {
  BarPattern *a = *full, *b = *empty;
  KnapsackBin bin = search->bin;
  bin.capacity = search->stocks[a->stock].capacity;
  g_autofree BarPart *pool = g_new(BarPart, a->n + b->n);
  int n = 0, items = 0, rest = 0;
  for (int p = 0; p < a->n + b->n; p++) {
    BarPart part = p < a->n ? a->parts[p] : b->parts[p - a->n];
    int same = 0;
    while (same < n && pool[same].kind != part.kind)
      same++;
    if (same == n)
      pool[n++] = (BarPart){.kind = part.kind};
    pool[same].times += part.times;
  }
  for (int p = 0; p < n; p++)
    search->items[items++] = bars_item(search, pool[p].kind, pool[p].times, search->kinds[pool[p].kind].pair / 2);
  KnapsackAnswer answer = knapsack_solve(search->knapsack, search->items, items, &bin, REMNANT_NODES, FALSE,
                                         search->take);
  search->work += answer.nodes;
  g_autofree BarPattern *filled = bars_pattern_taken(search, a->stock, items);
  for (int p = 0; p < n; p++) {
    for (int i = 0; i < filled->n; i++)
      if (filled->parts[i].kind == pool[p].kind)
        pool[p].times -= filled->parts[i].times;
    if (pool[p].times > 0)
      pool[rest++] = pool[p];
  }
  g_autofree BarPattern *left = bars_pattern_new(b->stock, pool, rest, b->count);
  gint64 pieces = 0;
  for (int p = 0; p < rest; p++)
    pieces += pool[p].times;
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
static guint longest(const BarSearch *search) {
  guint found = 0;
  for (guint i = 1; i < search->plan->len; i++)
    if (bars_leftover(search, search->plan->pdata[i]) > bars_leftover(search, search->plan->pdata[found]))
      found = i;
  return found;
}

/* Lengthens what one pattern leaves as far as the others let it. */
static gboolean lengthen(BarSearch *search, guint place) {
  gboolean any = FALSE;
  for (guint i = 0; i < search->plan->len && bars_continues(search); i++) {
    const BarPattern *pattern = search->plan->pdata[place], *other = search->plan->pdata[i];
    if (i != place && pattern->count == other->count)
      any = deal(search, (BarPattern **)&search->plan->pdata[i], (BarPattern **)&search->plan->pdata[place]) || any;
  }
  return any;
}

void bars_remnant(BarSearch *search, gint64 work) {
  gint64 end = search->work + work;
  for (gboolean any = TRUE; any && search->plan->len > 1 && search->work < end;) {
    any = lengthen(search, longest(search));
    for (guint i = 0; i < search->plan->len && !any && search->work < end; i++)
      any = lengthen(search, i);
  }
}
