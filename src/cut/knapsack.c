/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Depth-first branch and bound over items in falling value per length. Bars hold few pieces, so that the
 * fractional bound closes nearly every branch; the table is the way out where it does not. */
#include "cut/knapsack.h"
#include <stdlib.h>
#include <string.h>

#define TABLE_CELLS 40000000 /* largest table worth filling: capacity times items */

struct Knapsack {
  gint64 *shortest;    /* shortest length among items k and later */
  gint64 *chosen;      /* the filling being built */
  const KnapsackItem *items;
  gint64 *take;        /* the best filling */
  gint64 best;
  gint64 nodes;        /* spent */
  gint64 limit;
  int n;
};

Knapsack *knapsack_new(int n) {
  Knapsack *self = g_new0(Knapsack, 1);
  self->shortest = g_new0(gint64, n + 1);
  self->chosen = g_new0(gint64, n + 1);
  return self;
}

void knapsack_free(Knapsack *self) {
  g_free(self->shortest);
  g_free(self->chosen);
  g_free(self);
}

static int compare_worth(const void *a, const void *b) {
  const KnapsackItem *x = a, *y = b;
  gint64 left = x->value * y->length, right = y->value * x->length;
  if (left != right)
    return left > right ? -1 : 1;
  if (x->length != y->length)
    return x->length > y->length ? -1 : 1;
  return x->kind - y->kind;
}

static void dig(Knapsack *self, int from, gint64 room, gint64 value) {
  if (value > self->best) {
    self->best = value;
    memcpy(self->take, self->chosen, sizeof *self->take * (gsize)self->n);
  }
  for (int k = from; k < self->n && room >= self->shortest[k]; k++) {
    const KnapsackItem *item = &self->items[k];
    if (++self->nodes > self->limit || value + room * item->value / item->length <= self->best)
      return;
    gint64 times = MIN(room / item->length, item->most);
    for (; times > 0; times--) {
      self->chosen[k] = times;
      dig(self, k + 1, room - times * item->length, value + times * item->value);
      if (self->nodes > self->limit)
        break;
    }
    self->chosen[k] = 0;
  }
}

/* The exact value without regard to `most`: a ceiling for the bounded problem. */
static gint64 table_ceiling(const KnapsackItem *items, int n, gint64 capacity) {
  g_autofree gint64 *best = g_new0(gint64, capacity + 1);
  for (int k = 0; k < n; k++)
    for (gint64 room = items[k].length; room <= capacity; room++)
      best[room] = MAX(best[room], best[room - items[k].length] + items[k].value);
  return best[capacity];
}

KnapsackAnswer knapsack_solve(Knapsack *self, KnapsackItem *items, int n, gint64 capacity, gint64 nodes, gboolean table,
                              gint64 *take) {
  qsort(items, (gsize)n, sizeof *items, compare_worth);
  self->items = items;
  self->take = take;
  self->n = n;
  self->best = 0;
  self->nodes = 0;
  self->limit = nodes;
  memset(take, 0, sizeof *take * (gsize)n);
  memset(self->chosen, 0, sizeof *self->chosen * (gsize)n);
  self->shortest[n] = G_MAXINT64;
  for (int k = n - 1; k >= 0; k--)
    self->shortest[k] = MIN(self->shortest[k + 1], items[k].length);
  dig(self, 0, capacity, 0);
  KnapsackAnswer answer = {.value = self->best, .ceiling = self->best, .nodes = self->nodes + n};
  if (self->nodes > self->limit) {
    answer.ceiling = n ? capacity * items[0].value / items[0].length : 0;
    if (table && capacity <= TABLE_CELLS / n) {
      answer.ceiling = table_ceiling(items, n, capacity);
      answer.nodes += capacity * n / 64;
    }
  }
  return answer;
}
