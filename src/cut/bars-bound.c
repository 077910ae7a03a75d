/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The certified bound. Give each piece any worth; let no bar of stock s hold pieces worth more than value[s]. Then
 * every plan is a mix of bars that are together worth as much as all pieces, and no plan costs less than the cheapest
 * such mix. With one stock this is the linear program's bound rounded up; with several it is sharper, for the number of
 * bars of each stock is whole. All in whole numbers. */
#include "cut/bars.h"
#include <stdlib.h>

typedef struct {
  gint64 cost, value, most;
  gint64 bars, best; /* of it in the mix being made and in the best, where the worth is sought */
  int index;         /* into the search's stocks */
} MixStock;

typedef struct {
  const BarSearch *search;
  MixStock *stocks; /* by rising cost of a unit of worth */
  int n;
  gint64 best;      /* cost of the cheapest mix found, or worth of the best */
  gint64 nodes;     /* left */
} Mix;

static int compare_stock(const void *a, const void *b) {
  const MixStock *x = a, *y = b;
  __int128 left = (__int128)x->cost * y->value, right = (__int128)y->cost * x->value;
  if (left != right)
    return left < right ? -1 : 1;
  return x->value > y->value ? -1 : x->value < y->value;
}

/* What `worth` costs at least from stock `from` on; fractions of bars count. */
static gint64 fraction(const Mix *self, int from, gint64 worth) {
  gint64 cost = 0;
  for (int s = from; worth > 0; s++) {
    if (s == self->n)
      return G_MAXINT64;
    const MixStock *stock = &self->stocks[s];
    if (stock->most >= (worth - 1) / stock->value + 1)
      return cost + (gint64)(((__int128)worth * stock->cost + stock->value - 1) / stock->value);
    cost += stock->most * stock->cost;
    worth -= stock->most * stock->value;
  }
  return cost;
}

static void dig(Mix *self, int s, gint64 worth, gint64 cost) {
  if (worth <= 0) {
    self->best = MIN(self->best, cost);
    return;
  }
  if (s == self->n)
    return;
  const MixStock *stock = &self->stocks[s];
  for (gint64 bars = MIN(stock->most, (worth - 1) / stock->value + 1); bars >= 0 && self->nodes > 0; bars--) {
    self->nodes--;
    gint64 spent = cost + bars * stock->cost, rest = fraction(self, s + 1, worth - bars * stock->value);
    if (rest == G_MAXINT64 || bars_round_up(self->search, spent + rest) >= self->best) {
      if (bars * stock->value < worth)
        return; /* fewer of the cheapest only cost more */
      continue;
    }
    dig(self, s + 1, worth - bars * stock->value, spent);
  }
}

gint64 bars_bound_mix(BarSearch *search, const gint64 *most, const gint64 *value, gint64 worth, gint64 nodes) {
  g_autofree MixStock *stocks = g_new(MixStock, search->n_stocks);
  Mix mix = {.search = search, .stocks = stocks, .best = G_MAXINT64, .nodes = nodes};
  for (int s = 0; s < search->n_stocks; s++)
    if (value[s] > 0 && most[s] > 0)
      stocks[mix.n++] = (MixStock){.cost = search->stocks[s].cost, .value = value[s], .most = most[s]};
  qsort(stocks, (gsize)mix.n, sizeof *stocks, compare_stock);
  gint64 least = fraction(&mix, 0, worth);
  search->work += mix.n;
  if (least == G_MAXINT64)
    return least;
  least = bars_round_up(search, least);
  dig(&mix, 0, worth, 0);
  search->work += (nodes - mix.nodes) * (1 + mix.n / 4);
  return mix.nodes > 0 && mix.best < G_MAXINT64 ? mix.best : least;
}

/* All that fits into `cost`, cheapest worth first; keeps the best mix in the stocks' `best`. */
static void dig_worth(Mix *self, int s, gint64 cost, gint64 worth) {
  if (worth > self->best) {
    self->best = worth;
    for (int i = 0; i < self->n; i++)
      self->stocks[i].best = i < s ? self->stocks[i].bars : 0;
  }
  if (s == self->n)
    return;
  MixStock *stock = &self->stocks[s];
  if (worth + (gint64)((__int128)cost * stock->value / stock->cost) <= self->best)
    return;
  for (stock->bars = MIN(stock->most, cost / stock->cost); stock->bars >= 0 && self->nodes > 0; stock->bars--) {
    self->nodes--;
    dig_worth(self, s + 1, cost - stock->bars * stock->cost, worth + stock->bars * stock->value);
  }
}

gboolean bars_bound_best_mix(BarSearch *search, const gint64 *value, gint64 worth, gint64 cost, gint64 nodes,
                             gint64 *mix) {
  g_autofree MixStock *stocks = g_new(MixStock, search->n_stocks);
  Mix self = {.search = search, .stocks = stocks, .nodes = nodes};
  for (int s = 0; s < search->n_stocks; s++) {
    mix[s] = 0;
    if (value[s] > 0 && search->stocks[s].most > 0)
      stocks[self.n++] = (MixStock){.cost = search->stocks[s].cost, .value = value[s],
                                    .most = search->stocks[s].most, .index = s};
  }
  qsort(stocks, (gsize)self.n, sizeof *stocks, compare_stock);
  dig_worth(&self, 0, cost, 0);
  search->work += nodes - self.nodes;
  for (int i = 0; i < self.n; i++)
    mix[stocks[i].index] = stocks[i].best;
  return self.best >= worth;
}

gint64 bars_bound_length(BarSearch *search, const gint64 *most, const gint64 *demand, gint64 nodes) {
  g_autofree gint64 *capacity = g_new(gint64, search->n_stocks);
  gint64 worth = 0;
  for (int s = 0; s < search->n_stocks; s++)
    capacity[s] = search->stocks[s].capacity;
  for (int k = 0; k < search->n; k++)
    worth += bars_length(&search->kinds[k], demand[k]);
  return bars_bound_mix(search, most, capacity, worth, nodes);
}
