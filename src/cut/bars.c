/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bars: check the order, merge equal lengths, plan at once, then improve until proved or out of budget. */
#include "cut/bars.h"
#include <stdlib.h>
#include <string.h>

G_DEFINE_QUARK(cut-error-quark, cut_error)

CutOrder cut_order_default(void) {
  return (CutOrder){0};
}

gboolean bars_go_on(BarSearch *search, gint64 work) {
  search->work += work;
  if (search->stopped || search->best <= search->bound)
    return FALSE;
  if (search->limit > 0 && search->work >= search->limit)
    search->stopped = TRUE;
  else if (search->progress && !search->progress(search->bound, search->best, search->progress_data))
    search->stopped = TRUE;
  return !search->stopped;
}

BarPattern *bars_pattern_new(const BarPart *parts, int n, gint64 count) {
  BarPattern *pattern = g_malloc(sizeof *pattern + sizeof *parts * (gsize)n);
  pattern->count = count;
  pattern->n = n;
  memcpy(pattern->parts, parts, sizeof *parts * (gsize)n);
  return pattern;
}

gint64 bars_count(GPtrArray *patterns) {
  gint64 bars = 0;
  for (guint i = 0; i < patterns->len; i++)
    bars += ((BarPattern *)patterns->pdata[i])->count;
  return bars;
}

void bars_offer(BarSearch *search, GPtrArray *patterns) {
  gint64 bars = bars_count(patterns);
  if (bars >= search->best)
    return;
  g_ptr_array_set_size(search->plan, 0);
  for (guint i = 0; i < patterns->len; i++) {
    BarPattern *pattern = patterns->pdata[i];
    g_ptr_array_add(search->plan, bars_pattern_new(pattern->parts, pattern->n, pattern->count));
  }
  search->best = bars;
  if (search->progress && !search->progress(search->bound, search->best, search->progress_data))
    search->stopped = TRUE;
}

/* Area, and that no two pieces longer than half a bar share one. */
static gint64 simple_bound(const BarSearch *search) {
  gint64 total = 0, halves = 0;
  for (int k = 0; k < search->n; k++) {
    total += search->length[k] * search->demand[k];
    if (search->length[k] * 2 > search->capacity)
      halves += search->demand[k];
  }
  return MAX(halves, (total + search->capacity - 1) / search->capacity);
}

static int compare_index(const void *a, const void *b, void *data) {
  const CutPiece *pieces = data;
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
  if (pieces[x].length != pieces[y].length)
    return pieces[x].length > pieces[y].length ? -1 : 1;
  return x < y ? -1 : x > y;
}

/* Hands the order's pieces of one kind out to a pattern's bars. Several order lines of one length may share a
 * kind, so a pattern of many bars can fall apart into several: each run of bars with equal origins is one. */
typedef struct {
  const gint64 *sorted; /* indices of pieces by falling length */
  const gint64 *first;  /* per kind: where its pieces begin in sorted */
  gint64 *line;         /* per kind: the sorted place being used up */
  gint64 *left;         /* per order line: not handed out yet */
} Handout;

static gint64 hand_out(Handout *self, const BarPattern *pattern, gint64 most, GArray *parts) {
  gint64 run = most;
  for (int p = 0; p < pattern->n; p++) {
    int kind = pattern->parts[p].kind;
    for (gint64 need = pattern->parts[p].times, at = self->line[kind]; need > 0; at++) {
      gint64 piece = self->sorted[at], times = MIN(need, self->left[piece]);
      if (times == 0)
        continue;
      run = MIN(run, self->left[piece] / times);
      CutPart part = {.piece = piece, .times = times};
      g_array_append_val(parts, part);
      need -= times;
    }
  }
  for (guint i = 0; i < parts->len; i++) {
    CutPart part = g_array_index(parts, CutPart, i);
    self->left[part.piece] -= part.times * run;
  }
  for (int p = 0; p < pattern->n; p++) {
    int kind = pattern->parts[p].kind;
    while (self->line[kind] + 1 < self->first[kind + 1] && self->left[self->sorted[self->line[kind]]] == 0)
      self->line[kind]++;
  }
  return run;
}

static int compare_kind(const void *a, const void *b) {
  return ((const BarPart *)a)->kind - ((const BarPart *)b)->kind;
}

static void pattern_clear(void *item) {
  CutPattern *pattern = item;
  g_array_unref(pattern->parts);
  g_free(pattern);
}

void cut_bar_plan_free(CutBarPlan *plan) {
  if (!plan)
    return;
  g_ptr_array_unref(plan->patterns);
  g_array_unref(plan->remnants);
  g_free(plan);
}

static CutBarPlan *plan_of(const BarSearch *search, const CutOrder *order, const gint64 *sorted, const gint64 *first) {
  CutBarPlan *plan = g_new0(CutBarPlan, 1);
  gint64 price = order->stocks->price;
  *plan = (CutBarPlan){.price = search->best * price, .bars = search->best, .lower_bound = search->bound * price,
                       .bound_bars = search->bound, .optimal = search->best == search->bound, .work = search->work,
                       .setups = search->plan->len, .setups_first = search->plan->len,
                       .patterns = g_ptr_array_new_with_free_func(pattern_clear),
                       .remnants = g_array_new(FALSE, FALSE, sizeof(CutRemnant))};
  g_autofree gint64 *line = g_memdup2(first, sizeof *first * (gsize)search->n), *left = g_new(gint64, order->n_pieces);
  for (gsize i = 0; i < order->n_pieces; i++)
    left[i] = order->pieces[i].count;
  Handout handout = {.sorted = sorted, .first = first, .line = line, .left = left};
  for (guint i = 0; i < search->plan->len; i++) {
    BarPattern *pattern = search->plan->pdata[i];
    qsort(pattern->parts, (gsize)pattern->n, sizeof *pattern->parts, compare_kind);
    for (gint64 rest = pattern->count; rest > 0;) {
      CutPattern *out = g_new0(CutPattern, 1);
      out->parts = g_array_new(FALSE, FALSE, sizeof(CutPart));
      out->count = hand_out(&handout, pattern, rest, out->parts);
      rest -= out->count;
      g_ptr_array_add(plan->patterns, out);
    }
  }
  return plan;
}

static void solve(BarSearch *search) {
  g_autoptr(GPtrArray) none = g_ptr_array_new_with_free_func(g_free), plan = g_ptr_array_new_with_free_func(g_free);
  g_autofree gint64 *demand = g_memdup2(search->demand, sizeof *demand * (gsize)search->n);
  search->bound = simple_bound(search);
  bars_round_first_fit(search, demand, plan);
  bars_offer(search, plan);
  if (bars_go_on(search, 0))
    bars_lp_search(search);
  g_autofree gint64 *worth = g_new(gint64, search->n);
  for (int k = 0; k < search->n; k++)
    worth[k] = MAX(1, (search->length[k] << 26) / search->capacity);
  if (bars_go_on(search, 0))
    bars_round_correct(search, search->demand, none, worth, search->n > 3000 ? 20 : 200);
}

CutBarPlan *cut_bars(const CutOrder *order, GError **error) {
  if (!cut_bars_validate(order, error))
    return NULL;
  if (order->n_stocks > 1 || order->stocks->count != CUT_UNLIMITED) {
    g_set_error_literal(error, CUT_ERROR, CUT_ERROR_ORDER, "one stock length in any number is possible only");
    return NULL;
  }
  gsize count = order->n_pieces;
  g_autofree gint64 *sorted = g_new(gint64, count), *first = g_new(gint64, count + 1);
  g_autofree gint64 *length = g_new(gint64, count), *demand = g_new0(gint64, count), *take = g_new(gint64, count);
  g_autofree KnapsackItem *items = g_new(KnapsackItem, count);
  for (gsize i = 0; i < count; i++)
    sorted[i] = (gint64)i;
  g_qsort_with_data(sorted, (int)count, sizeof *sorted, compare_index, (void *)order->pieces);
  int n = 0;
  for (gsize i = 0; i < count; i++) {
    const CutPiece *piece = &order->pieces[sorted[i]];
    if (n == 0 || length[n - 1] != piece->length + order->kerf) {
      first[n] = (gint64)i;
      length[n++] = piece->length + order->kerf;
    }
    demand[n - 1] += piece->count;
  }
  first[n] = (gint64)count;
  g_autoptr(Knapsack) knapsack = knapsack_new(n);
  g_autoptr(GPtrArray) plan = g_ptr_array_new_with_free_func(g_free);
  BarSearch search = {.n = n, .length = length, .demand = demand,
                      .capacity = order->stocks->length - order->trim_left - order->trim_right + order->kerf,
                      .best = G_MAXINT64, .plan = plan, .knapsack = knapsack, .items = items, .take = take,
                      .limit = order->work, .random = 88172645463325252u, .progress = order->progress,
                      .progress_data = order->progress_data};
  solve(&search);
  return plan_of(&search, order, sorted, first);
}
