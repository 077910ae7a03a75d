/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole-number plans for a remainder: first fit decreasing at once, sequential value correction for
 * quality. Correction fills bar after bar with the most valuable pieces and raises the value of what ended
 * up in wasteful bars, so that the next round places it earlier. */
#include "cut/bars.h"
#include <string.h>

#define FILL_NODES 3000

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
    if (search->length[middle] <= room)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

void bars_round_first_fit(BarSearch *search, gint64 *demand, GPtrArray *into) {
  g_autofree int *next = g_new(int, search->n + 1);
  g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(BarPart));
  for (int k = 0; k <= search->n; k++)
    next[k] = k < search->n && demand[k] == 0 ? k + 1 : k;
  for (int first; (first = next_alive(next, 0)) < search->n;) {
    gint64 room = search->capacity, count = G_MAXINT64;
    g_array_set_size(parts, 0);
    for (int k = first; k < search->n; k = next_alive(next, first_fitting(search, k + 1, room))) {
      BarPart part = {.kind = k, .times = MIN(room / search->length[k], demand[k])};
      room -= part.times * search->length[k];
      count = MIN(count, demand[k] / part.times);
      g_array_append_val(parts, part);
    }
    for (guint p = 0; p < parts->len; p++) {
      BarPart part = g_array_index(parts, BarPart, p);
      demand[part.kind] -= part.times * count;
      if (demand[part.kind] == 0)
        next[part.kind] = part.kind + 1;
    }
    search->work += parts->len;
    g_ptr_array_add(into, bars_pattern_new((BarPart *)(void *)parts->data, (int)parts->len, count));
  }
}

static guint64 random_next(BarSearch *search) {
  search->random ^= search->random << 13;
  search->random ^= search->random >> 7;
  search->random ^= search->random << 17;
  return search->random;
}

/* The most valuable bar from what is left, as a pattern cut as often as it can be. */
static BarPattern *fill(BarSearch *search, const gint64 *left, const gint64 *worth, gint64 *waste) {
  int n = 0;
  for (int k = 0; k < search->n; k++)
    if (left[k] > 0)
      search->items[n++] = (KnapsackItem){.length = search->length[k], .value = MAX(worth[k], 1), .most = left[k],
                                          .kind = k}; /* what the LP holds worthless has to be cut all the same */
  KnapsackAnswer answer = knapsack_solve(search->knapsack, search->items, n, search->capacity, FILL_NODES, FALSE,
                                         search->take);
  search->work += answer.nodes;
  BarPattern *pattern = g_malloc0(sizeof *pattern + sizeof(BarPart) * (gsize)n);
  gint64 used = 0;
  pattern->count = G_MAXINT64;
  for (int i = 0; i < n; i++) {
    if (search->take[i] == 0)
      continue;
    int kind = search->items[i].kind;
    pattern->parts[pattern->n++] = (BarPart){.kind = kind, .times = search->take[i]};
    pattern->count = MIN(pattern->count, left[kind] / search->take[i]);
    used += search->take[i] * search->length[kind];
  }
  *waste = search->capacity - used;
  return pattern;
}

static void correct(BarSearch *search, const BarPattern *pattern, const gint64 *demand, const gint64 *left,
                    const gint64 *base, gint64 waste, gint64 *worth) {
  gint64 calm = 1 + (gint64)(random_next(search) % 3);
  for (int p = 0; p < pattern->n; p++) {
    int k = pattern->parts[p].kind;
    gint64 cut = pattern->parts[p].times * pattern->count;
    gint64 old = calm * (demand[k] + left[k]);
    gint64 wanted = (gint64)((__int128)base[k] * search->capacity / (search->capacity - waste));
    __int128 mean = ((__int128)worth[k] * old + (__int128)wanted * cut) / (old + cut);
    worth[k] = CLAMP((gint64)mean, 1, KNAPSACK_VALUE_MAX);
  }
}

/* Length, scaled, and a little more than in proportion: long pieces are harder to place. */
static void base_values(const BarSearch *search, gint64 *base) {
  for (int k = 0; k < search->n; k++) {
    gint64 share = (search->length[k] << 26) / search->capacity;
    base[k] = MAX(1, share + (((share * share) >> 26) * (gint64)(1 + search->random % 4) >> 6));
  }
}

void bars_round_correct(BarSearch *search, const gint64 *demand, GPtrArray *fixed, const gint64 *worth, int rounds) {
  gsize size = sizeof(gint64) * (gsize)search->n;
  g_autofree gint64 *value = g_memdup2(worth, size), *left = g_malloc(size), *base = g_malloc(size);
  gint64 used = bars_count(fixed);
  gint64 total = 0;
  for (int k = 0; k < search->n; k++)
    total += demand[k] * search->length[k];
  if (used + (total + search->capacity - 1) / search->capacity >= search->best)
    return;
  for (int round = 0; round < rounds && bars_go_on(search, 1); round++) {
    g_autoptr(GPtrArray) plan = g_ptr_array_new_with_free_func(g_free);
    gint64 rest = total, bars = used;
    memcpy(left, demand, size);
    base_values(search, base);
    while (rest > 0 && bars < search->best && bars_go_on(search, 0)) {
      gint64 waste;
      BarPattern *pattern = fill(search, left, value, &waste);
      g_ptr_array_add(plan, pattern);
      bars += pattern->count;
      rest -= (search->capacity - waste) * pattern->count;
      for (int p = 0; p < pattern->n; p++)
        left[pattern->parts[p].kind] -= pattern->parts[p].times * pattern->count;
      correct(search, pattern, demand, left, base, waste, value);
    }
    if (rest > 0 || bars >= search->best)
      continue;
    for (guint i = 0; i < fixed->len; i++) {
      BarPattern *pattern = fixed->pdata[i];
      g_ptr_array_add(plan, bars_pattern_new(pattern->parts, pattern->n, pattern->count));
    }
    bars_offer(search, plan);
  }
}
