/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bars: small orders with every combination of what an order can state, against trying everything. */
#include "cut-check/bars-check.h"
#include "cut/cut.h"
#include <string.h>

#define KINDS 4
#define STOCKS 3
#define BARS 8
#define TRIALS 1536

enum {
  SEVERAL = 1,       /* stocks */
  LIMITED = 2,       /* numbers of bars */
  OFFCUTS_FIRST = 4,
  KERF = 8,
  TRIMS = 16,
  NEST = 32,
  PIECES_MAX = 64,
  WASTE = 128,
  COMBINATIONS = 256,
};

/* An order and where its arrays lie. */
typedef struct {
  CutPiece pieces[KINDS];
  CutStock stocks[STOCKS];
  CutOrder order;
} Small;

typedef struct {
  gint64 new_price, price, setups, remnant; /* new_price counts where offcuts go first only */
} Score;

/* All plans of one order, one after the other. */
typedef struct {
  const CutOrder *order;
  gint64 left[KINDS];
  gint64 bars_left[STOCKS];
  gint64 bar[BARS];  /* what is cut from each bar so far, as a number that tells stock and pieces */
  gint64 rest[BARS]; /* what it leaves */
  Score best;
  gboolean found;
} Brute;

static gboolean is_better(const Score *a, const Score *b) {
  if (a->new_price != b->new_price)
    return a->new_price < b->new_price;
  if (a->price != b->price)
    return a->price < b->price;
  return a->setups != b->setups ? a->setups < b->setups : a->remnant > b->remnant;
}

static void brute_end(Brute *self, int bars, Score score) {
  for (int b = 0; b < bars; b++) {
    int same = 0;
    while (self->bar[same] != self->bar[b])
      same++;
    score.setups += same == b;
    if (self->rest[b] >= self->order->remnant_min)
      score.remnant = MAX(score.remnant, self->rest[b]);
  }
  if (!self->found || is_better(&score, &self->best))
    self->best = score;
  self->found = TRUE;
}

static void brute_bars(Brute *self, int bars, Score score);

/* The bar's times of each kind are said: from which stock can it come? */
static void brute_stock(Brute *self, int bars, const gint64 *times, Score score) {
  const CutOrder *order = self->order;
  gint64 used = -order->kerf, code = 0, pieces = 0;
  for (gsize k = 0; k < order->n_pieces; k++) {
    used += times[k] * (order->pieces[k].length + order->kerf) - times[k] / 2 * order->pieces[k].nest;
    code = code * 10 + times[k];
    pieces += times[k];
  }
  if (order->pieces_max > 0 && pieces > order->pieces_max)
    return;
  for (gsize s = 0; s < order->n_stocks; s++) {
    const CutStock *stock = &order->stocks[s];
    gint64 over = stock->length - order->trim_left - order->trim_right - used, rest = MAX(0, over - order->kerf);
    if (self->bars_left[s] == 0 || over < 0 ||
        (order->waste_max > 0 && rest > order->waste_max && rest < order->remnant_min))
      continue;
    Score more = {.new_price = score.new_price + (order->offcuts_first && !stock->offcut ? stock->price : 0),
                  .price = score.price + stock->price};
    if (self->found && (more.new_price > self->best.new_price ||
                        (more.new_price == self->best.new_price && more.price > self->best.price)))
      continue;
    self->bar[bars] = code * 10 + (gint64)s;
    self->rest[bars] = rest;
    self->bars_left[s]--;
    for (gsize k = 0; k < order->n_pieces; k++)
      self->left[k] -= times[k];
    brute_bars(self, bars + 1, more);
    for (gsize k = 0; k < order->n_pieces; k++)
      self->left[k] += times[k];
    self->bars_left[s]++;
  }
}

static void brute_times(Brute *self, int bars, gsize kind, gint64 *times, Score score) {
  if (kind == self->order->n_pieces) {
    brute_stock(self, bars, times, score);
    return;
  }
  gsize first = 0;
  while (self->left[first] == 0)
    first++;
  for (times[kind] = kind == first; times[kind] <= self->left[kind]; times[kind]++)
    brute_times(self, bars, kind + 1, times, score);
}

/* The next bar holds one of the first kind that is left. */
static void brute_bars(Brute *self, int bars, Score score) {
  gint64 times[KINDS], left = 0;
  for (gsize k = 0; k < self->order->n_pieces; k++)
    left += self->left[k];
  if (left == 0)
    brute_end(self, bars, score);
  else
    brute_times(self, bars, 0, times, score);
}

static void small_make(Small *self, GRand *random, int features) {
  *self = (Small){.order = cut_order_default()};
  CutOrder *order = &self->order;
  order->n_stocks = features & SEVERAL ? (gsize)g_rand_int_range(random, 2, STOCKS + 1) : 1;
  for (gsize s = 0; s < order->n_stocks; s++)
    self->stocks[s] = (CutStock){.length = g_rand_int_range(random, 40, 101), .price = g_rand_int_range(random, 1, 30),
                                 .count = features & LIMITED ? g_rand_int_range(random, 0, 4) : CUT_UNLIMITED,
                                 .offcut = g_rand_boolean(random)};
  order->n_pieces = (gsize)g_rand_int_range(random, 1, KINDS + 1);
  for (gsize i = 0, left = 7; i < order->n_pieces; i++) {
    gint64 length = g_rand_int_range(random, 5 + (gint32)i * 10, 15 + (gint32)i * 10);
    gint64 count = g_rand_int_range(random, 1, (gint32)(left - (order->n_pieces - 1 - i)) + 1);
    self->pieces[i] = (CutPiece){.length = length, .count = count};
    if (features & NEST && g_rand_boolean(random))
      self->pieces[i].nest = g_rand_int_range(random, 1, (gint32)MIN(length, 9)), self->pieces[i].left = 450;
    left -= (gsize)count;
  }
  order->kerf = features & KERF ? g_rand_int_range(random, 1, 5) : 0;
  order->trim_left = features & TRIMS ? g_rand_int_range(random, 0, 6) : 0;
  order->trim_right = features & TRIMS ? g_rand_int_range(random, 0, 6) : 0;
  order->pieces_max = features & PIECES_MAX ? g_rand_int_range(random, 1, 5) : 0;
  order->remnant_min = g_rand_boolean(random) || features & WASTE ? g_rand_int_range(random, 10, 40) : 0;
  order->waste_max = features & WASTE ? g_rand_int_range(random, 1, (gint32)order->remnant_min) : 0;
  order->offcuts_first = (features & OFFCUTS_FIRST) != 0;
  order->pieces = self->pieces;
  order->stocks = self->stocks;
  order->work = 4000000;
}

/* Of all trials together. */
typedef struct {
  gint64 plans, proved, refused, setups, setups_best, remnants, remnants_best;
} Sums;

static void compare(const Small *small, const CutBarPlan *plan, const Brute *brute, Sums *sums) {
  const CutOrder *order = &small->order;
  gint64 remnant = 0, new_price = 0;
  for (guint i = 0; i < plan->patterns->len; i++) {
    const CutPattern *pattern = plan->patterns->pdata[i];
    if (pattern->leftover >= order->remnant_min)
      remnant = MAX(remnant, pattern->leftover);
    if (order->offcuts_first && !order->stocks[pattern->stock].offcut)
      new_price += pattern->count * order->stocks[pattern->stock].price;
  }
  g_assert_cmpint(new_price, ==, brute->best.new_price);
  g_assert_cmpint(plan->price, ==, brute->best.price);
  g_assert_cmpint(plan->setups, >=, brute->best.setups);
  sums->plans++;
  sums->proved += plan->optimal;
  sums->setups += plan->setups;
  sums->setups_best += brute->best.setups;
  if (plan->setups > brute->best.setups)
    return;
  g_assert_cmpint(remnant, <=, brute->best.remnant);
  sums->remnants += remnant;
  sums->remnants_best += brute->best.remnant;
}

static void test_small(void) {
  g_autoptr(GRand) random = g_rand_new_with_seed(20);
  Sums sums = {0};
  for (int trial = 0; trial < TRIALS; trial++) {
    Small small;
    small_make(&small, random, trial % COMBINATIONS);
    Brute brute = {.order = &small.order};
    for (gsize s = 0; s < small.order.n_stocks; s++)
      brute.bars_left[s] = small.stocks[s].count == CUT_UNLIMITED ? BARS : small.stocks[s].count;
    for (gsize k = 0; k < small.order.n_pieces; k++)
      brute.left[k] = small.pieces[k].count;
    brute_bars(&brute, 0, (Score){0});
    g_autoptr(GError) error = NULL;
    g_autoptr(CutBarPlan) plan = cut_bars(&small.order, &error);
    g_test_message("trial %d: %s", trial, plan ? "planned" : error->message);
    g_assert_true((plan != NULL) == brute.found);
    if (plan) {
      g_autoptr(GString) faults = g_string_new(NULL);
      bars_check_plan(&small.order, plan, faults);
      g_assert_cmpstr(faults->str, ==, "");
      compare(&small, plan, &brute, &sums);
    } else {
      sums.refused++;
    }
  }
  g_test_message("%d plans, %d proved optimal, %d refused; %d patterns, %d at best; remnants %d, %d at best",
                 (int)sums.plans, (int)sums.proved, (int)sums.refused, (int)sums.setups, (int)sums.setups_best,
                 (int)sums.remnants, (int)sums.remnants_best);
  g_assert_cmpint(sums.plans, >, TRIALS / 2);
  g_assert_cmpint(sums.refused, >, TRIALS / 20);
  g_assert_cmpint(sums.proved * 100, >=, sums.plans * 95);
  g_assert_cmpint(sums.setups * 100, <=, sums.setups_best * 104);
  g_assert_cmpint(sums.remnants * 100, >=, sums.remnants_best * 97);
}

/* Whatever is changed in a plan that was right is found. */
static void test_wrong_plans(void) {
  const CutStock stocks[] = {{.length = 100, .price = 10}, {.length = 60, .price = 7, .count = 1}};
  const CutPiece pieces[] = {{.length = 40, .count = 4, .nest = 8, .left = 450}, {.length = 25, .count = 2}};
  CutOrder order = {.pieces = pieces, .n_pieces = 2, .stocks = stocks, .n_stocks = 2, .kerf = 2, .trim_left = 3,
                    .trim_right = 2, .pieces_max = 3, .remnant_min = 12, .waste_max = 6};
  for (int wrong = 0; wrong < 12; wrong++) {
    g_autoptr(CutBarPlan) plan = cut_bars(&order, NULL);
    g_assert_nonnull(plan);
    CutPattern *pattern = plan->patterns->pdata[0];
    CutPart *part = &g_array_index(pattern->parts, CutPart, 0);
    CutOrder other = order;
    CutStock bars[] = {stocks[0], stocks[1]};
    other.stocks = bars;
    gint64 *const changed[] = {&plan->price, &plan->bars, &plan->lower_bound, &plan->bound_bars, &plan->setups,
                               &pattern->count, &pattern->leftover, &part->times, &part->paired};
    if (wrong < (int)G_N_ELEMENTS(changed))
      *changed[wrong] += 1;
    else if (wrong == G_N_ELEMENTS(changed))
      other.pieces_max = 1;
    else if (wrong == G_N_ELEMENTS(changed) + 1)
      bars[0].length = bars[1].length = 70, other.waste_max = 0;
    g_autoptr(GString) faults = g_string_new(NULL);
    g_assert_true(bars_check_plan(&other, plan, faults) == (wrong == 11));
    g_assert_true((faults->len == 0) == (wrong == 11));
  }
}

/* What cannot be cut is said, and by how much the stock is short. */
static void test_short_stock(void) {
  const CutStock stock = {.length = 100, .price = 1, .count = 2};
  const CutPiece pieces[] = {{.length = 60, .count = 3}, {.length = 30, .count = 1}};
  const CutOrder order = {.pieces = pieces, .n_pieces = 2, .stocks = &stock, .n_stocks = 1};
  g_autoptr(GError) error = NULL;
  g_assert_null(cut_bars(&order, &error));
  g_assert_error(error, CUT_ERROR, CUT_ERROR_STOCK);
  static const char *const told[] = {"does not suffice", "piece 1: 1 of 3 with length 60", "1 more bar"};
  for (gsize i = 0; i < G_N_ELEMENTS(told); i++)
    g_assert_nonnull(strstr(error->message, told[i]));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/cut/brute/small", test_small);
  g_test_add_func("/cut/brute/wrong-plans", test_wrong_plans);
  g_test_add_func("/cut/brute/short-stock", test_short_stock);
  return g_test_run();
}
