/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From kinds back to the order's pieces. Several lines of an order may share a kind, so a pattern of many bars can fall
 * apart into several: each run of bars with equal origins is one. */
#include "cut/bars.h"
#include "cut/faults.h"
#include <stdlib.h>

typedef struct {
  const CutOrder *order;
  const BarPieces *pieces;
  gint64 *line; /* per kind: the sorted place being used up */
  gint64 *left; /* per order line: not handed out yet */
} Handout;

static void handout_init(Handout *self, const BarSearch *search, const CutOrder *order, const BarPieces *pieces) {
  *self = (Handout){.order = order, .pieces = pieces, .left = g_new(gint64, order->n_pieces),
                    .line = g_memdup2(pieces->first, sizeof *pieces->first * (gsize)search->n)};
  for (gsize i = 0; i < order->n_pieces; i++)
    self->left[i] = order->pieces[i].count;
}

static void handout_clear(Handout *self) {
  g_free(self->line);
  g_free(self->left);
}

/* The parts of one bar, and how many of up to `most` bars can be cut the same way; these are handed out. */
static gint64 hand_out(Handout *self, const BarPattern *pattern, gint64 most, GArray *parts) {
  gint64 run = most;
  for (int p = 0; p < pattern->n; p++) {
    int kind = pattern->parts[p].kind;
    gint64 need = pattern->parts[p].times, pairs = need - need % 2;
    for (gint64 at = self->line[kind]; need > 0; at++) {
      gint64 piece = self->pieces->sorted[at], times = MIN(need, self->left[piece]);
      if (times == 0)
        continue;
      run = MIN(run, self->left[piece] / times);
      CutPart part = {.piece = piece, .times = times};
      part.paired = self->order->pieces[piece].nest > 0 ? MIN(pairs, times) : 0;
      pairs -= part.paired;
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
    gint64 end = self->pieces->first[kind + 1];
    while (self->line[kind] + 1 < end && self->left[self->pieces->sorted[self->line[kind]]] == 0)
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

static int compare_remnant(const void *a, const void *b) {
  const CutRemnant *x = a, *y = b;
  if (x->length != y->length)
    return x->length > y->length ? -1 : 1;
  return x->stock < y->stock ? -1 : x->stock > y->stock;
}

/* Sorted, equal ones together. */
static void add_remnants(CutBarPlan *plan, const CutOrder *order) {
  for (guint i = 0; i < plan->patterns->len; i++) {
    const CutPattern *pattern = plan->patterns->pdata[i];
    CutRemnant remnant = {.stock = pattern->stock, .length = pattern->leftover, .count = pattern->count};
    if (order->remnant_min > 0 && pattern->leftover >= order->remnant_min)
      g_array_append_val(plan->remnants, remnant);
  }
  g_array_sort(plan->remnants, compare_remnant);
  guint kept = 0;
  for (guint i = 0; i < plan->remnants->len; i++) {
    CutRemnant *here = &g_array_index(plan->remnants, CutRemnant, i);
    CutRemnant *last = kept > 0 ? &g_array_index(plan->remnants, CutRemnant, kept - 1) : NULL;
    if (last && compare_remnant(last, here) == 0)
      last->count += here->count;
    else
      g_array_index(plan->remnants, CutRemnant, kept++) = *here;
  }
  g_array_set_size(plan->remnants, kept);
}

CutBarPlan *bars_plan(const BarSearch *search, const CutOrder *order, const BarPieces *pieces) {
  CutBarPlan *plan = g_new0(CutBarPlan, 1);
  gint64 weight = search->weight;
  *plan = (CutBarPlan){.lower_bound = search->bound / weight + search->bound % weight, .work = search->work,
                       .optimal = search->best.cost <= search->bound, .setups = search->plan->len,
                       .setups_first = search->setups_first,
                       .patterns = g_ptr_array_new_with_free_func(pattern_clear),
                       .remnants = g_array_new(FALSE, FALSE, sizeof(CutRemnant))};
  Handout handout;
  handout_init(&handout, search, order, pieces);
  for (guint i = 0; i < search->plan->len; i++) {
    BarPattern *pattern = search->plan->pdata[i];
    gint64 stock = search->stocks[pattern->stock].index;
    qsort(pattern->parts, (gsize)pattern->n, sizeof *pattern->parts, compare_kind);
    plan->bars += pattern->count;
    plan->price += pattern->count * order->stocks[stock].price;
    for (gint64 rest = pattern->count; rest > 0;) {
      CutPattern *out = g_new0(CutPattern, 1);
      *out = (CutPattern){.stock = stock, .leftover = bars_leftover(search, pattern),
                          .parts = g_array_new(FALSE, FALSE, sizeof(CutPart))};
      out->count = hand_out(&handout, pattern, rest, out->parts);
      rest -= out->count;
      g_ptr_array_add(plan->patterns, out);
    }
  }
  handout_clear(&handout);
  if (order->n_stocks == 1)
    plan->bound_bars = plan->lower_bound / order->stocks->price;
  add_remnants(plan, order);
  return plan;
}

void bars_plan_missing(const BarSearch *search, const CutOrder *order, const BarPieces *pieces, GError **error) {
  g_auto(Faults) faults = faults_begin(order->language);
  g_autofree gint64 *missing = g_new0(gint64, order->n_pieces);
  Handout handout;
  handout_init(&handout, search, order, pieces);
  gint64 length = 0;
  for (guint i = 0; i < search->plan->len; i++) {
    const BarPattern *pattern = search->plan->pdata[i];
    for (gint64 rest = pattern->count; rest > 0;) {
      g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(CutPart));
      gint64 run = hand_out(&handout, pattern, rest, parts);
      rest -= run;
      for (guint p = 0; p < parts->len && pattern->stock == BARS_NO_STOCK; p++)
        missing[g_array_index(parts, CutPart, p).piece] += run * g_array_index(parts, CutPart, p).times;
    }
  }
  handout_clear(&handout);
  gboolean proved = search->bound == G_MAXINT64;
  faults_add(&faults, proved ? N_("the stock does not suffice; left over are:")
                             : N_("no way was found to cut all from the stock; left over are:"));
  if (order->waste_max > 0)
    faults_add(&faults, N_("(every leftover must be short enough, or long enough to keep)"));
  for (gsize i = 0; i < order->n_pieces; i++)
    if (missing[i] > 0) {
      length += missing[i] * order->pieces[i].length;
      faults_add(&faults, N_("piece %zu: %lld of %lld with length %lld"), i + 1, (long long)missing[i],
                 (long long)order->pieces[i].count, (long long)order->pieces[i].length);
    }
  faults_add(&faults, N_("in all a length of %lld, %lld more bars"), (long long)length,
             (long long)search->best.missing);
  faults_tell(&faults, CUT_ERROR_STOCK, error);
}
