/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bars: check the order, merge what can stand for each other, plan at once, improve until proved or out of budget, then
 * make the plan handier at the same cost. */
#include "base/lang.h"
#include "cut/bars.h"
#include <stdlib.h>
#include <string.h>

#define POLISH_WORK 15000000 /* at most, and no more than half of what the plan cost */
#define POLISH_LEAST 300000
#define GRACE_WORK 1000000   /* when time is up already: some 20 ms */
#define COST_MAX (G_GINT64_CONSTANT(1) << 61) /* of a whole plan */
#define GUIDE_WEIGHT 50 /* enough for new bars to be dear, and little enough for offcuts to count in floating point */
#define SEED 88172645463325252u
#define INDEX_BITS 20 /* of a number below CUT_PIECES_MAX */
#define DIGIT_BITS 10
#define DIGIT_MAX ((1 << DIGIT_BITS) - 1)
#define DIGITS 3 /* of a length; odd */
#define AHEAD 16 /* pieces fetched before they are looked at */

G_STATIC_ASSERT(CUT_PIECES_MAX <= 1 << INDEX_BITS && CUT_LENGTH_MAX < 1 << DIGIT_BITS * DIGITS);

G_DEFINE_QUARK(cut-error-quark, cut_error)

CutOrder cut_order_default(void) {
  return (CutOrder){0};
}

/* Costs are told as prices; what is not known yet as G_MAXINT64. */
static gboolean tell(BarSearch *search) {
  if (!search->progress)
    return TRUE;
  gint64 weight = search->weight, best = search->best.cost, bound = search->bound;
  best = search->best.missing > 0 ? G_MAXINT64 : best / weight + best % weight;
  return search->progress(bound == G_MAXINT64 ? bound : bound / weight + bound % weight, best, search->progress_data);
}

gboolean bars_continues(BarSearch *search) {
  if (search->grace)
    return TRUE;
  if (!search->stopped)
    search->stopped = (search->limit > 0 && search->work >= search->limit) || !tell(search);
  return !search->stopped;
}

gboolean bars_go_on(BarSearch *search, gint64 work) {
  search->work += work;
  return (search->best.missing > 0 || search->best.cost > search->bound) && bars_continues(search);
}

BarPattern *bars_pattern_new(int stock, const BarPart *parts, int n, gint64 count) {
  BarPattern *pattern = g_malloc(sizeof *pattern + sizeof *parts * (gsize)n);
  pattern->stock = stock;
  pattern->count = count;
  pattern->n = n;
  memcpy(pattern->parts, parts, sizeof *parts * (gsize)n);
  return pattern;
}

BarPattern *bars_pattern_taken(const BarSearch *search, int stock, int n) {
  int parts = 0;
  for (int i = 0; i < n; i++)
    parts += search->take[i] > 0;
  BarPattern *pattern = g_malloc(sizeof *pattern + sizeof(BarPart) * (gsize)parts);
  *pattern = (BarPattern){.stock = stock, .count = 1};
  for (int i = 0; i < n; i++)
    if (search->take[i] > 0)
      pattern->parts[pattern->n++] = (BarPart){.kind = search->items[i].kind, .times = search->take[i]};
  return pattern;
}

BarScore bars_score(const BarSearch *search, GPtrArray *patterns) {
  BarScore score = {0};
  for (guint i = 0; i < patterns->len; i++) {
    const BarPattern *pattern = patterns->pdata[i];
    if (pattern->stock == BARS_NO_STOCK)
      score.missing += pattern->count;
    else
      score.cost += pattern->count * search->stocks[pattern->stock].cost;
  }
  return score;
}

gboolean bars_better(BarScore a, BarScore b) {
  return a.missing != b.missing ? a.missing < b.missing : a.cost < b.cost;
}

gint64 bars_round_up(const BarSearch *search, gint64 cost) {
  return (cost + search->step - 1) / search->step * search->step;
}

gint64 bars_length(const BarKind *kind, gint64 times) {
  return times / 2 * kind->pair + times % 2 * kind->length;
}

gint64 bars_used(const BarSearch *search, const BarPattern *pattern) {
  gint64 used = 0;
  for (int p = 0; p < pattern->n; p++)
    used += bars_length(&search->kinds[pattern->parts[p].kind], pattern->parts[p].times);
  return used;
}

gint64 bars_leftover(const BarSearch *search, const BarPattern *pattern) {
  return MAX(0, search->stocks[pattern->stock].capacity - bars_used(search, pattern) - search->kerf);
}

gboolean bars_leftover_allowed(const BarSearch *search, const BarPattern *pattern) {
  gint64 room = search->stocks[pattern->stock].capacity - bars_used(search, pattern);
  return room < search->bin.bad_from || room >= search->bin.bad_end;
}

guint64 bars_random(BarSearch *search) {
  search->random ^= search->random << 13;
  search->random ^= search->random >> 7;
  search->random ^= search->random << 17;
  return search->random;
}

KnapsackItem bars_item(const BarSearch *search, int kind, gint64 most, gint64 value) {
  const BarKind *of = &search->kinds[kind];
  return (KnapsackItem){.length = of->length, .pair = most > 1 ? of->pair : 2 * of->length, .value = value,
                        .most = most, .kind = kind};
}

gint64 *bars_stock_left(const BarSearch *search, GPtrArray *patterns) {
  gint64 *left = g_new(gint64, search->n_stocks);
  for (int s = 0; s < search->n_stocks; s++)
    left[s] = search->stocks[s].most;
  for (guint i = 0; i < patterns->len; i++) {
    const BarPattern *pattern = patterns->pdata[i];
    if (pattern->stock != BARS_NO_STOCK)
      left[pattern->stock] -= pattern->count;
  }
  return left;
}

void bars_offer(BarSearch *search, GPtrArray *patterns) {
  BarScore score = bars_score(search, patterns);
  if (!bars_better(score, search->best))
    return;
  g_ptr_array_set_size(search->plan, 0);
  for (guint i = 0; i < patterns->len; i++) {
    BarPattern *pattern = patterns->pdata[i];
    g_ptr_array_add(search->plan, bars_pattern_new(pattern->stock, pattern->parts, pattern->n, pattern->count));
  }
  search->best = score;
  if (!tell(search))
    search->stopped = TRUE;
}

void bars_polish(BarSearch *search) {
  if (search->best.missing > 0)
    return;
  bars_few_merge(search);
  if (search->polished != search->best.cost)
    search->setups_first = search->plan->len;
  search->grace = search->stopped;
  bars_few(search, search->grace ? search->grace_work : CLAMP(search->work / 2, POLISH_LEAST, POLISH_WORK));
  bars_remnant(search, search->grace_work);
  bars_few_merge(search);
  search->grace = FALSE;
  search->polished = search->best.cost;
}

static void solve(BarSearch *search) {
  g_autoptr(GPtrArray) none = g_ptr_array_new_with_free_func(g_free);
  g_autofree gint64 *demand = g_new(gint64, search->n), *worth = g_new(gint64, search->n);
  g_autofree gint64 *most = bars_stock_left(search, none);
  for (int k = 0; k < search->n; k++) {
    demand[k] = search->kinds[k].demand;
    worth[k] = MAX(1, (search->kinds[k].length << 26) / search->bin.capacity);
  }
  search->bound = bars_bound_length(search, most, demand, 10000);
  bars_round_first_fit(search, demand, search->plan);
  search->best = bars_score(search, search->plan);
  search->stopped = !tell(search);
  if (bars_go_on(search, 0))
    bars_lp_search(search);
  for (int k = 0; k < search->n; k++)
    demand[k] = search->kinds[k].demand;
  if (bars_go_on(search, 0))
    bars_round_correct(search, demand, none, worth, search->n > 3000 ? 20 : 200);
}

/* Indices of the pieces by falling length, those of one length in the order's order: in linear time, for this is most
 * of what comes before the first plan. `spare` is as long as `sorted`. */
static void sort_by_length(const CutOrder *order, gint64 *sorted, gint64 *spare) {
  gint64 *from = spare, *to = sorted; /* changed an odd number of times */
  for (gsize i = 0; i < order->n_pieces; i++)
    from[i] = (CUT_LENGTH_MAX - order->pieces[i].length) << INDEX_BITS | (gint64)i;
  for (int digit = 0; digit < DIGITS; digit++) {
    const int shift = INDEX_BITS + digit * DIGIT_BITS;
    gsize place[(1 << DIGIT_BITS) + 1] = {0};
    for (gsize i = 0; i < order->n_pieces; i++)
      place[(from[i] >> shift & DIGIT_MAX) + 1]++;
    for (int value = 0; value < DIGIT_MAX; value++)
      place[value + 1] += place[value];
    for (gsize i = 0; i < order->n_pieces; i++)
      to[place[from[i] >> shift & DIGIT_MAX]++] = from[i];
    gint64 *swap = from;
    from = to;
    to = swap;
  }
  for (gsize i = 0; i < order->n_pieces; i++)
    sorted[i] &= (G_GINT64_CONSTANT(1) << INDEX_BITS) - 1;
}

static int compare_ends(const void *a, const void *b, void *data) {
  const CutPiece *pieces = data;
  gint64 i = *(const gint64 *)a, j = *(const gint64 *)b;
  const CutPiece *x = &pieces[i], *y = &pieces[j];
  if (x->nest != y->nest)
    return x->nest > y->nest ? -1 : 1;
  if (x->nest > 0 && x->left != y->left)
    return x->left < y->left ? -1 : 1;
  if (x->nest > 0 && x->right != y->right)
    return x->right < y->right ? -1 : 1;
  return i < j ? -1 : i > j;
}

/* Whether pieces of one length can stand for each other. */
static gboolean same_kind(const CutPiece *a, const CutPiece *b) {
  return a->nest == b->nest &&
         (a->nest == 0 || (a->left == b->left && a->right == b->right));
}

/* Fills kinds and pieces; returns the number of kinds. */
static int sort_pieces(const CutOrder *order, BarKind *kinds, const BarPieces *pieces) {
  int n = 0;
  sort_by_length(order, pieces->sorted, pieces->first);
  for (gsize begin = 0, end; begin < order->n_pieces; begin = end) {
    const gint64 length = order->pieces[pieces->sorted[begin]].length;
    gboolean slanted = FALSE;
    for (end = begin; end < order->n_pieces && order->pieces[pieces->sorted[end]].length == length; end++) {
      /* They lie anywhere in the memory: to wait for each costs more than all else here. */
      __builtin_prefetch(&order->pieces[pieces->sorted[MIN(end + AHEAD, order->n_pieces - 1)]]);
      slanted |= order->pieces[pieces->sorted[end]].nest > 0;
    }
    if (slanted)
      g_qsort_with_data(&pieces->sorted[begin], (int)(end - begin), sizeof *pieces->sorted, compare_ends,
                        (void *)order->pieces);
    for (gsize i = begin; i < end; i++) {
      const CutPiece *piece = &order->pieces[pieces->sorted[i]];
      if (i == begin || !same_kind(piece, &order->pieces[pieces->sorted[i - 1]])) {
        pieces->first[n] = (gint64)i;
        kinds[n++] = (BarKind){.length = length + order->kerf, .pair = 2 * (length + order->kerf) - piece->nest};
      }
      kinds[n - 1].demand += piece->count;
    }
  }
  pieces->first[n] = (gint64)order->n_pieces;
  return n;
}

static int compare_stock(const void *a, const void *b) {
  const BarStock *x = a, *y = b;
  if (x->capacity != y->capacity)
    return x->capacity > y->capacity ? -1 : 1;
  return x->index < y->index ? -1 : 1;
}

/* The stock that any piece fits into, with its costs. FALSE where these are too large to be added up. */
static gboolean sort_stocks(const CutOrder *order, BarSearch *search) {
  gint64 shortest = search->kinds[search->n - 1].length, pieces = 0;
  __int128 offcuts = 0, dearest = 0;
  for (int k = 0; k < search->n; k++)
    pieces += search->kinds[k].demand;
  for (gsize s = 0; s < order->n_stocks; s++) {
    const CutStock *stock = &order->stocks[s];
    gint64 capacity = stock->length - order->trim_left - order->trim_right + order->kerf;
    gint64 most = stock->count == CUT_UNLIMITED ? pieces : MIN(stock->count, pieces);
    if (capacity < shortest)
      continue;
    if (stock->offcut)
      offcuts += (__int128)most * stock->price;
    search->stocks[search->n_stocks++] = (BarStock){.capacity = capacity, .cost = stock->price, .most = most,
                                                    .index = (gint64)s};
  }
  if (order->offcuts_first && offcuts >= COST_MAX)
    return FALSE;
  search->weight = order->offcuts_first ? (gint64)offcuts + 1 : 1;
  qsort(search->stocks, (gsize)search->n_stocks, sizeof *search->stocks, compare_stock);
  for (int s = 0; s < search->n_stocks; s++) {
    BarStock *stock = &search->stocks[s];
    gint64 weight = order->stocks[stock->index].offcut ? 1 : search->weight;
    __int128 cost = (__int128)stock->cost * weight;
    dearest = MAX(dearest, cost);
    stock->guide = (double)stock->cost * (double)MIN(weight, GUIDE_WEIGHT);
    stock->cost = (gint64)cost;
  }
  return dearest * pieces < COST_MAX;
}

static gint64 gcd(gint64 a, gint64 b) {
  return b == 0 ? a : gcd(b, a % b);
}

static void set_rules(const CutOrder *order, BarSearch *search) {
  search->kerf = order->kerf;
  search->bin = (KnapsackBin){.capacity = search->stocks[0].capacity,
                              .pieces = order->pieces_max > 0 ? order->pieces_max : G_MAXINT64};
  if (order->waste_max > 0) {
    search->bin.bad_from = order->waste_max + order->kerf + 1;
    search->bin.bad_end = order->remnant_min + order->kerf;
  }
  for (int s = 0; s < search->n_stocks; s++)
    search->step = gcd(search->step, search->stocks[s].cost);
}

CutBarPlan *cut_bars(const CutOrder *order, GError **error) {
  if (!cut_bars_validate(order, error))
    return NULL;
  gsize count = order->n_pieces;
  g_autofree gint64 *sorted = g_new(gint64, count), *first = g_new(gint64, count + 1), *take = g_new(gint64, count);
  g_autofree BarKind *kinds = g_new0(BarKind, count);
  g_autofree BarStock *stocks = g_new(BarStock, order->n_stocks);
  g_autofree KnapsackItem *items = g_new(KnapsackItem, count);
  g_autoptr(GPtrArray) plan = g_ptr_array_new_with_free_func(g_free);
  gint64 grace = order->work > 0 ? MIN(order->work / 4, GRACE_WORK) : GRACE_WORK;
  BarPieces pieces = {.sorted = sorted, .first = first};
  int n = sort_pieces(order, kinds, &pieces);
  g_autoptr(Knapsack) knapsack = knapsack_new(n);
  BarSearch search = {.n = n, .kinds = kinds, .stocks = stocks, .best = {.missing = G_MAXINT64}, .plan = plan,
                      .knapsack = knapsack, .items = items, .take = take, .grace_work = grace,
                      .limit = order->work > 0 ? MAX(1, order->work - 2 * grace) : 0,
                      .random = (order->seed ^ SEED) ? order->seed ^ SEED : SEED, .progress = order->progress,
                      .progress_data = order->progress_data};
  if (!sort_stocks(order, &search)) {
    g_set_error_literal(error, CUT_ERROR, CUT_ERROR_ORDER, lang_text(order->language,
                        N_("the prices are too high for so many pieces to have offcuts go first")));
    return NULL;
  }
  set_rules(order, &search);
  solve(&search);
  if (search.best.missing > 0) {
    bars_plan_missing(&search, order, &pieces, error);
    return NULL;
  }
  bars_polish(&search);
  return bars_plan(&search, order, &pieces);
}
