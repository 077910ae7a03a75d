/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Depth-first branch and bound over items in falling value per length. Bars hold few pieces, so that the
 * fractional bound closes nearly every branch; the table is the way out where it does not. The worth of a length is
 * that of pairs, the best a length can give. */
#include "cut/knapsack.h"
#include <stdlib.h>
#include <string.h>

#define TABLE_CELLS 40000000 /* largest table worth filling: capacity times items */

struct Knapsack {
  gint64 *shortest;    /* shortest length among items k and later */
  gint64 *dearest;     /* highest value among items k and later */
  gint64 *chosen;      /* the filling being built */
  const KnapsackItem *items;
  gint64 *take;        /* the best filling */
  gint64 best;
  gint64 nodes;        /* spent */
  gint64 limit;
  KnapsackBin bin;
  int n;
};

Knapsack *knapsack_new(int n) {
  Knapsack *self = g_new0(Knapsack, 1);
  self->shortest = g_new0(gint64, n + 1);
  self->dearest = g_new0(gint64, n + 1);
  self->chosen = g_new0(gint64, n + 1);
  return self;
}

void knapsack_free(Knapsack *self) {
  g_free(self->shortest);
  g_free(self->dearest);
  g_free(self->chosen);
  g_free(self);
}

static int compare_worth(const void *a, const void *b) {
  const KnapsackItem *x = a, *y = b;
  gint64 left = x->value * y->pair, right = y->value * x->pair;
  if (left != right)
    return left > right ? -1 : 1;
  if (x->length != y->length)
    return x->length > y->length ? -1 : 1;
  return x->kind - y->kind;
}

gint64 knapsack_times(const KnapsackItem *item, gint64 room) {
  return room / item->pair * 2 + (room % item->pair >= item->length);
}

static gint64 length_of(const KnapsackItem *item, gint64 times) {
  return times / 2 * item->pair + times % 2 * item->length;
}

static gboolean may_leave(const KnapsackBin *bin, gint64 room) {
  return room < bin->bad_from || room >= bin->bad_end;
}

/* The next lower number of item k worth a look: where nothing fits beside `times` of it, fewer make room for others, or
 * leave what a bar may leave. */
static gint64 fewer(Knapsack *self, int k, gint64 room, gint64 times) {
  gint64 left = room - length_of(&self->items[k], times), shortest = self->shortest[k + 1];
  if (left >= shortest)
    return times - 1;
  if (!may_leave(&self->bin, left)) {
    self->nodes++;
    return times - 1;
  }
  return shortest > room ? 0 : MIN(times - 1, knapsack_times(&self->items[k], room - shortest));
}

/* Room for `room` more length and `slots` more items. */
static void dig(Knapsack *self, int from, gint64 room, gint64 slots, gint64 value) {
  if (value > self->best && may_leave(&self->bin, room)) {
    self->best = value;
    memcpy(self->take, self->chosen, sizeof *self->take * (gsize)self->n);
  }
  for (int k = from; k < self->n && slots > 0 && room >= self->shortest[k]; k++) {
    const KnapsackItem *item = &self->items[k];
    if (++self->nodes > self->limit || value + room * 2 * item->value / item->pair <= self->best ||
        (self->bin.pieces < G_MAXINT64 && value + slots * self->dearest[k] <= self->best))
      return;
    gint64 times = MIN(MIN(knapsack_times(item, room), item->most), slots);
    for (; times > 0; times = fewer(self, k, room, times)) {
      self->chosen[k] = times;
      dig(self, k + 1, room - length_of(item, times), slots - times, value + times * item->value);
      if (self->nodes > self->limit)
        break;
    }
    self->chosen[k] = 0;
  }
}

/* The exact value without regard to `most` and the rules: a ceiling for the problem. */
static gint64 table_ceiling(const KnapsackItem *items, int n, gint64 capacity) {
  g_autofree gint64 *best = g_new0(gint64, capacity + 1);
  for (int k = 0; k < n; k++)
    for (gint64 room = items[k].length; room <= capacity; room++) {
      best[room] = MAX(best[room], best[room - items[k].length] + items[k].value);
      if (room >= items[k].pair)
        best[room] = MAX(best[room], best[room - items[k].pair] + 2 * items[k].value);
    }
  return best[capacity];
}

static gint64 ceiling_of(Knapsack *self, gboolean table, gint64 *nodes) {
  gint64 capacity = self->bin.capacity, ceiling = capacity * 2 * self->items[0].value / self->items[0].pair;
  if (table && capacity <= TABLE_CELLS / self->n) {
    ceiling = MIN(ceiling, table_ceiling(self->items, self->n, capacity));
    *nodes += capacity * self->n / 64;
  }
  if (self->bin.pieces < capacity / self->shortest[0])
    ceiling = MIN(ceiling, self->bin.pieces * self->dearest[0]);
  return ceiling;
}

KnapsackAnswer knapsack_solve(Knapsack *self, KnapsackItem *items, int n, const KnapsackBin *bin, gint64 nodes,
                              gboolean table, gint64 *take) {
  qsort(items, (gsize)n, sizeof *items, compare_worth);
  self->items = items;
  self->take = take;
  self->n = n;
  self->bin = *bin;
  self->best = 0;
  self->nodes = 0;
  self->limit = nodes;
  memset(take, 0, sizeof *take * (gsize)n);
  memset(self->chosen, 0, sizeof *self->chosen * (gsize)n);
  self->shortest[n] = G_MAXINT64;
  self->dearest[n] = 0;
  for (int k = n - 1; k >= 0; k--) {
    self->shortest[k] = MIN(self->shortest[k + 1], items[k].length);
    self->dearest[k] = MAX(self->dearest[k + 1], items[k].value);
  }
  dig(self, 0, bin->capacity, bin->pieces, 0);
  KnapsackAnswer answer = {.value = self->best, .ceiling = self->best, .nodes = self->nodes + n};
  if (self->nodes > self->limit)
    answer.ceiling = ceiling_of(self, table, &answer.nodes);
  return answer;
}
