/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fewer different patterns at the same cost. Takes a few patterns out of the plan and cuts their pieces from the same
 * bars again, each time as many bars alike as will go; keeps what needs no more patterns than before. */
#include "cut/bars.h"
#include <stdlib.h>

#define POOL_MAX 7        /* patterns taken out at once, and one */
#define REFILL_NODES 400
#define TRY_WORK 100
#define TRIES_IDLE 400    /* for each pattern, without one less */

static int compare_part(const void *a, const void *b) {
  return ((const BarPart *)a)->kind - ((const BarPart *)b)->kind;
}

static void sort_parts(BarPattern *pattern) {
  qsort(pattern->parts, (gsize)pattern->n, sizeof *pattern->parts, compare_part);
}

static int compare_pattern(const void *a, const void *b) {
  const BarPattern *x = *(BarPattern *const *)a, *y = *(BarPattern *const *)b;
  if (x->stock != y->stock || x->n != y->n)
    return x->stock != y->stock ? x->stock - y->stock : x->n - y->n;
  for (int p = 0; p < x->n; p++) {
    if (x->parts[p].kind != y->parts[p].kind)
      return x->parts[p].kind - y->parts[p].kind;
    if (x->parts[p].times != y->parts[p].times)
      return x->parts[p].times < y->parts[p].times ? -1 : 1;
  }
  return 0;
}

void bars_few_merge(BarSearch *search) {
  GPtrArray *plan = search->plan;
  for (guint i = 0; i < plan->len; i++)
    sort_parts(plan->pdata[i]);
  g_ptr_array_sort(plan, compare_pattern);
  guint kept = 0;
  for (guint i = 0; i < plan->len; i++) {
    if (kept > 0 && compare_pattern(&plan->pdata[kept - 1], &plan->pdata[i]) == 0) {
      ((BarPattern *)plan->pdata[kept - 1])->count += ((BarPattern *)plan->pdata[i])->count;
      continue;
    }
    gpointer keep = plan->pdata[i];
    plan->pdata[i] = plan->pdata[kept];
    plan->pdata[kept++] = keep;
  }
  g_ptr_array_set_size(plan, (int)kept);
}

/* Pieces and bars that are to be cut again. */
typedef struct {
  BarSearch *search;
  guint taken[POOL_MAX];  /* places in the plan */
  int n;                  /* of them */
  gint64 *left;           /* per kind, all zero between tries */
  int *kinds;             /* those with pieces left */
  int n_kinds;
  gint64 pieces;          /* left */
  gint64 slack;           /* length that may still be wasted */
  gint64 bars[POOL_MAX];  /* left of the stock of the pattern taken at this place */
  GPtrArray *refilled;    /* of BarPattern; the parts of all patterns are by kind here */
} Pool;

static gboolean shares_kind(const BarPattern *a, const BarPattern *b) {
  for (int p = 0, q = 0; p < a->n && q < b->n;) {
    if (a->parts[p].kind == b->parts[q].kind)
      return TRUE;
    if (a->parts[p].kind < b->parts[q].kind)
      p++;
    else
      q++;
  }
  return FALSE;
}

static gboolean is_taken(const Pool *self, guint place) {
  for (int i = 0; i < self->n; i++)
    if (self->taken[i] == place)
      return TRUE;
  return FALSE;
}

/* Any pattern, and others by chance, rather those with some of its kinds. */
static void choose(Pool *self) {
  BarSearch *search = self->search;
  int wanted = 2 + (int)(bars_random(search) % (POOL_MAX - 1));
  self->n = 0;
  for (int tries = 0; self->n < wanted && tries < 60; tries++) {
    guint place = (guint)(bars_random(search) % search->plan->len);
    const BarPattern *first = search->plan->pdata[self->n > 0 ? self->taken[0] : place];
    search->work += (first->n + ((BarPattern *)search->plan->pdata[place])->n) / 8;
    if (is_taken(self, place) || (self->n > 0 && tries < 40 && !shares_kind(first, search->plan->pdata[place])))
      continue;
    self->taken[self->n++] = place;
  }
}

static void take_out(Pool *self) {
  BarSearch *search = self->search;
  self->n_kinds = 0;
  self->pieces = self->slack = 0;
  for (int i = 0; i < self->n; i++) {
    const BarPattern *pattern = search->plan->pdata[self->taken[i]];
    self->bars[i] = pattern->count;
    self->slack += (search->stocks[pattern->stock].capacity - bars_used(search, pattern)) * pattern->count;
    for (int p = 0; p < pattern->n; p++) {
      BarPart part = pattern->parts[p];
      if (self->left[part.kind] == 0)
        self->kinds[self->n_kinds++] = part.kind;
      self->left[part.kind] += part.times * pattern->count;
      self->pieces += part.times * pattern->count;
    }
  }
}

static void put_away(Pool *self) {
  for (int i = 0; i < self->n_kinds; i++)
    self->left[self->kinds[i]] = 0;
  g_ptr_array_set_size(self->refilled, 0);
}

/* The fullest bar of a stock that can be cut `count` times; NULL where too much would be wasted. */
static BarPattern *refill(Pool *self, int stock, gint64 count, gint64 slack) {
  BarSearch *search = self->search;
  KnapsackBin bin = search->bin;
  bin.capacity = search->stocks[stock].capacity;
  int n = 0;
  for (int i = 0; i < self->n_kinds; i++) {
    int kind = self->kinds[i];
    if (self->left[kind] >= count)
      search->items[n++] = bars_item(search, kind, self->left[kind] / count, search->kinds[kind].pair / 2);
  }
  if (n == 0)
    return NULL;
  KnapsackAnswer answer = knapsack_solve(search->knapsack, search->items, n, &bin, REFILL_NODES, FALSE, search->take);
  search->work += answer.nodes;
  if (answer.value == 0 || (bin.capacity - answer.value) * count > slack)
    return NULL;
  BarPattern *pattern = bars_pattern_taken(search, stock, n);
  sort_parts(pattern);
  pattern->count = count;
  return pattern;
}

static int stock_of(const Pool *self, int i) {
  return ((BarPattern *)self->search->plan->pdata[self->taken[i]])->stock;
}

/* As many bars alike as will go, of a stock of which many are left. */
static BarPattern *refill_many(Pool *self) {
  gint64 slack = self->slack >> (bars_random(self->search) % 3), most = 0;
  int from = 0;
  for (int i = 1; i < self->n; i++)
    if (self->bars[i] > self->bars[from])
      from = i;
  int stock = stock_of(self, from);
  for (int i = 0; i < self->n; i++)
    if (stock_of(self, i) == stock)
      most += self->bars[i];
  for (gint64 count = most; count > 0; count -= 1 + count / 12) {
    BarPattern *pattern = refill(self, stock, count, count > 1 ? slack : self->slack);
    if (pattern)
      return pattern;
  }
  return NULL;
}

static void use(Pool *self, const BarPattern *pattern) {
  BarSearch *search = self->search;
  gint64 bars = pattern->count;
  for (int i = 0; i < self->n && bars > 0; i++) {
    if (stock_of(self, i) != pattern->stock)
      continue;
    gint64 here = MIN(bars, self->bars[i]);
    self->bars[i] -= here;
    bars -= here;
  }
  self->slack -= (search->stocks[pattern->stock].capacity - bars_used(search, pattern)) * pattern->count;
  for (int p = 0; p < pattern->n; p++) {
    self->left[pattern->parts[p].kind] -= pattern->parts[p].times * pattern->count;
    self->pieces -= pattern->parts[p].times * pattern->count;
  }
}

/* TRUE where no more patterns than before are needed. */
static gboolean cut_again(Pool *self) {
  while (self->pieces > 0 && (int)self->refilled->len < self->n) {
    BarPattern *pattern = refill_many(self);
    if (!pattern)
      return FALSE;
    use(self, pattern);
    g_ptr_array_add(self->refilled, pattern);
  }
  return self->pieces == 0;
}

static int compare_place(const void *a, const void *b) {
  guint x = *(const guint *)a, y = *(const guint *)b;
  return (x > y) - (x < y);
}

static void replace(Pool *self) {
  GPtrArray *plan = self->search->plan;
  for (int i = 0; i < self->n; i++) {
    g_free(plan->pdata[self->taken[i]]);
    plan->pdata[self->taken[i]] = NULL;
  }
  for (int i = 0; i < self->n && (guint)i < self->refilled->len; i++) {
    plan->pdata[self->taken[i]] = self->refilled->pdata[i];
    self->refilled->pdata[i] = NULL;
  }
  qsort(self->taken, (gsize)self->n, sizeof *self->taken, compare_place);
  for (int i = self->n; i-- > 0;)
    if (!plan->pdata[self->taken[i]])
      g_ptr_array_remove_index_fast(plan, self->taken[i]); /* what comes into its place is further back, and no hole */
}

void bars_few(BarSearch *search, gint64 work) {
  g_autofree gint64 *left = g_new0(gint64, search->n);
  g_autofree int *kinds = g_new(int, search->n);
  g_autoptr(GPtrArray) refilled = g_ptr_array_new_with_free_func(g_free);
  Pool pool = {.search = search, .left = left, .kinds = kinds, .refilled = refilled};
  gint64 end = search->work + work, idle = 0;
  while (search->plan->len > 1 && search->work < end && idle++ < TRIES_IDLE * (gint64)search->plan->len &&
         bars_continues(search)) {
    guint before = search->plan->len;
    search->work += TRY_WORK;
    choose(&pool);
    take_out(&pool);
    if (pool.n > 1 && cut_again(&pool))
      replace(&pool);
    put_away(&pool);
    if (search->plan->len < before)
      idle = 0;
  }
  bars_few_merge(search);
  search->best = bars_score(search, search->plan);
}
