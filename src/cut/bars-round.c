/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole-number plans for a remainder: first fit decreasing at once, sequential value correction for quality.
 * Correction fills bar after bar, each with what is worth most for its cost, and raises the value of what ended up in
 * wasteful bars, so that the next round places it earlier. */
#include "cut/bars.h"
#include <string.h>

#define FILL_NODES 3000
#define FILL_KINDS 3000 /* more kinds than this are not filled in by knapsack at first */
#define CANDIDATES 8    /* stocks tried for one bar */

static int next_alive(int *next, int k) {
  while (next[k] != k) {
    next[k] = next[next[k]];
    k = next[k];
  }
  return k;
}

/* First kind, not before `from`, that is no longer than room. */
static int first_fitting(const BarSearch *search, int from, gint64 room) {
  int low = from, high = search->n;
  while (low < high) {
    int middle = low + (high - low) / 2;
    if (search->kinds[middle].length <= room)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

/* Remainders as both methods see them. */
typedef struct {
  BarSearch *search;
  gint64 *demand; /* per kind: not cut yet */
  gint64 *stock;  /* per stock: bars left */
  int *cheap;     /* stocks by rising cost of capacity */
} Remainder;

static int compare_cheap(const void *a, const void *b, void *data) {
  const BarStock *x = &((const BarStock *)data)[*(const int *)a], *y = &((const BarStock *)data)[*(const int *)b];
  __int128 left = (__int128)x->cost * y->capacity, right = (__int128)y->cost * x->capacity;
  return left != right ? (left < right ? -1 : 1) : *(const int *)a - *(const int *)b;
}

static void remainder_init(Remainder *self, BarSearch *search, gint64 *demand, GPtrArray *fixed) {
  *self = (Remainder){.search = search, .demand = demand, .stock = bars_stock_left(search, fixed),
                      .cheap = g_new(int, search->n_stocks)};
  for (int s = 0; s < search->n_stocks; s++)
    self->cheap[s] = s;
  g_qsort_with_data(self->cheap, search->n_stocks, sizeof(int), compare_cheap, search->stocks);
}

static void remainder_clear(Remainder *self) {
  g_free(self->stock);
  g_free(self->cheap);
}

static void take_away(Remainder *self, const BarPattern *pattern) {
  for (int p = 0; p < pattern->n; p++)
    self->demand[pattern->parts[p].kind] -= pattern->parts[p].times * pattern->count;
  if (pattern->stock != BARS_NO_STOCK)
    self->stock[pattern->stock] -= pattern->count;
}

/* As many bars as demand and stock allow. */
static void repeat(const Remainder *self, BarPattern *pattern) {
  pattern->count = pattern->stock == BARS_NO_STOCK ? G_MAXINT64 : self->stock[pattern->stock];
  for (int p = 0; p < pattern->n; p++)
    pattern->count = MIN(pattern->count, self->demand[pattern->parts[p].kind] / pattern->parts[p].times);
}

/* Up to CANDIDATES of the stocks that are left and hold `length`: the cheapest, or a choice by chance. */
static int candidates(const Remainder *self, gint64 length, gboolean chance, int *chosen) {
  int n = 0, seen = 0;
  for (int i = 0; i < self->search->n_stocks; i++) {
    int s = self->cheap[i];
    if (self->stock[s] == 0 || self->search->stocks[s].capacity < length)
      continue;
    seen++;
    if (n < CANDIDATES)
      chosen[n++] = s;
    else if (!chance)
      break;
    else if (bars_random(self->search) % (guint64)seen < CANDIDATES - 1)
      chosen[1 + bars_random(self->search) % (CANDIDATES - 1)] = s;
  }
  return n;
}

/* Whether a costs less for what it is worth. */
static gboolean cheaper(const BarSearch *search, const BarPattern *a, gint64 worth_a, const BarPattern *b,
                        gint64 worth_b) {
  return !b || (__int128)search->stocks[a->stock].cost * worth_b < (__int128)search->stocks[b->stock].cost * worth_a;
}

static BarPattern *first_fit(const Remainder *self, int *next, int first, int stock, GArray *parts) {
  const BarSearch *search = self->search;
  gint64 slots = search->bin.pieces, room = search->stocks[MAX(stock, 0)].capacity;
  g_array_set_size(parts, 0);
  for (int k = first; k < search->n && slots > 0; k = next_alive(next, first_fitting(search, k + 1, room))) {
    KnapsackItem item = bars_item(search, k, self->demand[k], 1);
    BarPart part = {.kind = k, .times = MIN(MIN(knapsack_times(&item, room), self->demand[k]), slots)};
    room -= bars_length(&search->kinds[k], part.times);
    slots -= part.times;
    g_array_append_val(parts, part);
  }
  self->search->work += parts->len;
  return bars_pattern_new(stock, (BarPart *)(void *)parts->data, (int)parts->len, 1);
}

/* The most valuable bar of a stock from what is left; NULL where no filling is allowed. */
static BarPattern *fill(const Remainder *self, const gint64 *worth, int stock, gint64 nodes, gint64 *value) {
  BarSearch *search = self->search;
  KnapsackBin bin = search->bin;
  int n = 0;
  bin.capacity = search->stocks[MAX(stock, 0)].capacity;
  if (stock == BARS_NO_STOCK)
    bin.bad_from = bin.bad_end;
  for (int k = 0; k < search->n; k++) /* what the LP holds worthless has to be cut all the same */
    if (self->demand[k] > 0)
      search->items[n++] = bars_item(search, k, self->demand[k],
                                     MAX(worth ? worth[k] : search->kinds[k].length / 2, 1));
  KnapsackAnswer answer = knapsack_solve(search->knapsack, search->items, n, &bin, nodes, FALSE, search->take);
  search->work += answer.nodes;
  *value = answer.value;
  return answer.value > 0 ? bars_pattern_taken(search, stock, n) : NULL;
}

/* The best filled of some stocks. */
static BarPattern *fill_best(const Remainder *self, const gint64 *worth, gint64 *value) {
  int chosen[CANDIDATES], shortest = self->search->n - 1;
  while (shortest > 0 && self->demand[shortest] == 0)
    shortest--;
  int n = candidates(self, self->search->kinds[shortest].length, TRUE, chosen);
  BarPattern *best = NULL;
  for (int i = 0; i < n; i++) {
    gint64 worth_here;
    BarPattern *pattern = fill(self, worth, chosen[i], FILL_NODES, &worth_here);
    if (pattern && cheaper(self->search, pattern, worth_here, best, *value)) {
      g_free(best);
      best = g_steal_pointer(&pattern);
      *value = worth_here;
    }
    g_free(pattern);
  }
  return best ? best : fill(self, worth, BARS_NO_STOCK, FILL_NODES, value);
}

static BarPattern *first_fit_best(const Remainder *self, int *next, int first, GArray *parts) {
  const BarSearch *search = self->search;
  int chosen[CANDIDATES], n = candidates(self, search->kinds[first].length, FALSE, chosen);
  BarPattern *best = NULL;
  gint64 used = 0;
  for (int i = 0; i < n; i++) {
    BarPattern *pattern = first_fit(self, next, first, chosen[i], parts);
    gint64 here = bars_used(search, pattern);
    if (bars_leftover_allowed(search, pattern) && cheaper(search, pattern, here, best, used)) {
      g_free(best);
      best = g_steal_pointer(&pattern);
      used = here;
    }
    g_free(pattern);
  }
  if (!best && n > 0 && search->n <= FILL_KINDS)
    best = fill_best(self, NULL, &used);
  return best ? best : first_fit(self, next, first, BARS_NO_STOCK, parts);
}

void bars_round_first_fit(BarSearch *search, gint64 *demand, GPtrArray *into) {
  g_autofree int *next = g_new(int, search->n + 1);
  g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(BarPart));
  Remainder remainder;
  remainder_init(&remainder, search, demand, into);
  for (int k = 0; k <= search->n; k++)
    next[k] = k < search->n && demand[k] == 0 ? k + 1 : k;
  for (int first; (first = next_alive(next, 0)) < search->n;) {
    BarPattern *pattern = first_fit_best(&remainder, next, first, parts);
    repeat(&remainder, pattern);
    take_away(&remainder, pattern);
    for (int p = 0; p < pattern->n; p++)
      if (demand[pattern->parts[p].kind] == 0)
        next[pattern->parts[p].kind] = pattern->parts[p].kind + 1;
    g_ptr_array_add(into, pattern);
  }
  remainder_clear(&remainder);
}

/* Raises the worth of what lies in bars that cost more for their length than need be. */
static void correct(const Remainder *self, const BarPattern *pattern, const gint64 *demand, const gint64 *base,
                    gint64 *worth) {
  BarSearch *search = self->search;
  const BarStock *ideal = &search->stocks[self->cheap[0]];
  const BarStock *stock = pattern->stock == BARS_NO_STOCK ? NULL : &search->stocks[pattern->stock];
  gint64 calm = 1 + (gint64)(bars_random(search) % 3), used = bars_used(search, pattern);
  gint64 dear = 4 << 16; /* times as dear as could be, in 1/65536 */
  if (stock)
    dear = (gint64)MIN(((__int128)stock->cost * ideal->capacity << 16) / ((__int128)ideal->cost * used), 16 << 16);
  for (int p = 0; p < pattern->n; p++) {
    int k = pattern->parts[p].kind;
    gint64 cut = pattern->parts[p].times * pattern->count;
    gint64 old = calm * (demand[k] + self->demand[k]);
    __int128 mean = ((__int128)worth[k] * old + ((__int128)base[k] * dear >> 16) * cut) / (old + cut);
    worth[k] = CLAMP((gint64)mean, 1, KNAPSACK_VALUE_MAX);
  }
}

/* Length, scaled, and a little more than in proportion: long pieces are harder to place. */
static void base_values(const BarSearch *search, gint64 *base) {
  for (int k = 0; k < search->n; k++) {
    gint64 share = ((search->kinds[k].pair / 2) << 26) / search->bin.capacity;
    base[k] = MAX(1, share + (((share * share) >> 26) * (gint64)(1 + search->random % 4) >> 6));
  }
}

/* One plan, given up where it cannot be better than the best. */
static void round_once(Remainder *self, const gint64 *demand, GPtrArray *fixed, const gint64 *base, gint64 *worth) {
  BarSearch *search = self->search;
  g_autoptr(GPtrArray) plan = g_ptr_array_new_with_free_func(g_free);
  BarScore score = bars_score(search, fixed);
  gint64 pieces = 0, value;
  for (int k = 0; k < search->n; k++)
    pieces += self->demand[k];
  while (pieces > 0 && bars_better(score, search->best) && bars_go_on(search, 0)) {
    BarPattern *pattern = fill_best(self, worth, &value);
    g_ptr_array_add(plan, pattern);
    repeat(self, pattern);
    take_away(self, pattern);
    if (pattern->stock == BARS_NO_STOCK)
      score.missing += pattern->count;
    else
      score.cost += pattern->count * search->stocks[pattern->stock].cost;
    for (int p = 0; p < pattern->n; p++)
      pieces -= pattern->parts[p].times * pattern->count;
    correct(self, pattern, demand, base, worth);
  }
  if (pieces > 0)
    return;
  for (guint i = 0; i < fixed->len; i++) {
    BarPattern *pattern = fixed->pdata[i];
    g_ptr_array_add(plan, bars_pattern_new(pattern->stock, pattern->parts, pattern->n, pattern->count));
  }
  bars_offer(search, plan);
}

void bars_round_correct(BarSearch *search, const gint64 *demand, GPtrArray *fixed, const gint64 *worth, int rounds) {
  gsize size = sizeof(gint64) * (gsize)search->n, stock_size = sizeof(gint64) * (gsize)search->n_stocks;
  g_autofree gint64 *value = g_memdup2(worth, size), *left = g_malloc(size), *base = g_malloc(size);
  Remainder remainder;
  remainder_init(&remainder, search, left, fixed);
  g_autofree gint64 *stock = g_memdup2(remainder.stock, stock_size);
  gint64 least = bars_bound_length(search, stock, demand, 0);
  if (least == G_MAXINT64 || search->best.missing > 0 || bars_score(search, fixed).cost + least < search->best.cost)
    for (int round = 0; round < rounds && bars_go_on(search, 1); round++) {
      memcpy(left, demand, size);
      memcpy(remainder.stock, stock, stock_size);
      base_values(search, base);
      round_once(&remainder, demand, fixed, base, value);
    }
  remainder_clear(&remainder);
}
