/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Column generation. Floating point lives in this file only, and nothing is believed from it: the bound comes from
 * duals rounded down to whole numbers and an exact knapsack over them for every stock (bars-bound.c), which is a bound
 * whatever the duals were. Plans come from diving: fix the whole parts of the LP's solution, round up one column, solve
 * again, and let sequential value correction finish each remainder on the way. */
#include "cut/bars.h"
#include <glpk.h>
#include <math.h>
#include <string.h>

#define QUICK_NODES 300000 /* of all stocks together */
#define PRICE_NODES 300000 /* of each stock */
#define KINDS_MAX 3000     /* more rows than this are left to the heuristics */
#define COLUMNS_MAX 64     /* priced out at once */
#define SHORTAGE 1000.0    /* cost of a piece that is not cut; the dearest bar costs 1 */
#define OTHERS_MAX 10      /* more columns at once for a stock */
#define OTHERS_NODES 5000
#define ROOT_WORK 100000000 /* on the whole order before a first plan is made of it */
#define STEP_WORK 10000000  /* on what is left at a step of a dive */
#define ROUND_SHARE 20
#define POLISH_EVERY 20
#define MIX_NODES 20000
#define LEAST_GAIN 1e-7    /* by a column worth adding */
#define ROOT_MIXES 200000
#define TRIALS_FIRST 3 /* dives before all patterns of a small order are tried together */

typedef struct {
  BarSearch *search;
  glp_prob *lp;
  GPtrArray *columns; /* of BarPattern; column j + 1 + search->n of lp, for a shortage of each kind goes before */
  gint64 *left;       /* demand not fixed yet: the rows' right-hand sides */
  gint64 *stock;      /* bars not fixed yet, per stock */
  int *stock_row;     /* per stock: its row; 0 where there is one stock and enough of it */
  gboolean *limited;  /* per stock: there may be too little of it */
  gint64 *most;       /* per stock: how many there are */
  gint64 *mix;        /* per stock: how many bars of it a dive may use */
  gint64 *worth;      /* the last duals in whole numbers */
  gint64 *ceiling;    /* per stock: what no bar is worth more than */
  int *rows;          /* scratch, 1-based */
  double *values;     /* scratch, 1-based */
  double dearest;     /* cost of the dearest bar */
  double scale;       /* of a dual in its worth */
  gint64 total;       /* worth of all that is left */
  gint64 bound;       /* certified for `left` */
  gboolean finished;  /* the LP, when it was last generated */
  int turn;           /* stock with which pricing begins */
} BarLp;

static void add_column(BarLp *self, BarPattern *pattern) {
  int column = glp_add_cols(self->lp, 1), n = 0;
  g_ptr_array_add(self->columns, pattern);
  for (int p = 0; p < pattern->n; p++) {
    self->rows[++n] = pattern->parts[p].kind + 1;
    self->values[n] = (double)pattern->parts[p].times;
  }
  if (self->stock_row[pattern->stock] > 0) {
    self->rows[++n] = self->stock_row[pattern->stock];
    self->values[n] = 1;
  }
  glp_set_mat_col(self->lp, column, n, self->rows, self->values);
  glp_set_col_bnds(self->lp, column, GLP_LO, 0, 0);
  glp_set_obj_coef(self->lp, column, self->search->stocks[pattern->stock].guide / self->dearest);
}

static void set_demand(BarLp *self) {
  for (int k = 0; k < self->search->n; k++)
    glp_set_row_bnds(self->lp, k + 1, GLP_LO, (double)self->left[k], 0);
  for (int s = 0; s < self->search->n_stocks; s++)
    if (self->stock_row[s] > 0)
      glp_set_row_bnds(self->lp, self->stock_row[s], GLP_UP, 0, (double)self->stock[s]);
}

/* In slices, so that a stop is heeded while a large LP is being solved. */
static gboolean simplex(BarLp *self) {
  glp_smcp options;
  glp_init_smcp(&options);
  options.msg_lev = GLP_MSG_OFF;
  options.meth = GLP_PRIMAL;
  options.it_lim = 500;
  gboolean reset = FALSE;
  for (;;) {
    int before = glp_get_it_cnt(self->lp);
    int code = glp_simplex(self->lp, &options);
    gint64 work = (gint64)(glp_get_it_cnt(self->lp) - before + 1) * glp_get_num_rows(self->lp) * 4;
    if (code == 0)
      self->search->work += work;
    if (code == 0)
      return glp_get_status(self->lp) == GLP_OPT;
    if (!bars_go_on(self->search, work) || (code != GLP_EITLIM && reset))
      return FALSE;
    if (code != GLP_EITLIM) {
      glp_adv_basis(self->lp, 0);
      reset = TRUE;
    }
  }
}

/* Duals into whole numbers, as finely as they go. */
static void set_worth(BarLp *self) {
  double highest = 1e-9;
  for (int k = 0; k < self->search->n; k++)
    highest = MAX(highest, glp_get_row_dual(self->lp, k + 1));
  self->scale = (double)KNAPSACK_VALUE_MAX / highest;
  self->total = 0;
  for (int k = 0; k < self->search->n; k++) {
    double worth = MAX(glp_get_row_dual(self->lp, k + 1), 0) * self->scale;
    self->worth[k] = CLAMP((gint64)worth, 0, KNAPSACK_VALUE_MAX);
    self->total += self->worth[k] * self->left[k];
  }
}

/* Adds more columns that improve, of kinds in none of those just found; the first n items were priced last. */
static void price_others(BarLp *self, int s, KnapsackBin *bin, double enough, int n) {
  BarSearch *search = self->search;
  for (int more = 0; more < OTHERS_MAX; more++) {
    int kept = 0;
    for (int i = 0; i < n; i++)
      if (search->take[i] == 0)
        search->items[kept++] = search->items[i];
    n = kept;
    KnapsackAnswer answer = knapsack_solve(search->knapsack, search->items, n, bin, OTHERS_NODES, FALSE, search->take);
    search->work += answer.nodes;
    if ((double)answer.value <= enough)
      return;
    add_column(self, bars_pattern_taken(search, s, n));
  }
}

/* The most valuable bar of a stock; added as a column where that lowers the LP's cost. TRUE where it does. */
static gboolean price_stock(BarLp *self, int s, gint64 nodes, gboolean table) {
  BarSearch *search = self->search;
  KnapsackBin bin = search->bin;
  int n = 0;
  bin.capacity = search->stocks[s].capacity;
  for (int k = 0; k < search->n; k++) {
    gint64 most = MIN(self->left[k], 2 * bin.capacity / search->kinds[k].pair + 1);
    if ((self->worth[k] > 0 || bin.bad_from < bin.bad_end) && most > 0 && search->kinds[k].length <= bin.capacity)
      search->items[n++] = bars_item(search, k, most, self->worth[k]);
  }
  KnapsackAnswer answer = knapsack_solve(search->knapsack, search->items, n, &bin, nodes, table, search->take);
  search->work += answer.nodes;
  self->ceiling[s] = answer.ceiling;
  double cost = search->stocks[s].guide / self->dearest;
  if (self->stock_row[s] > 0)
    cost += MAX(-glp_get_row_dual(self->lp, self->stock_row[s]), 0);
  double enough = (cost + LEAST_GAIN) * self->scale;
  if ((double)answer.value <= enough)
    return FALSE;
  add_column(self, bars_pattern_taken(search, s, n));
  if (!self->limited[s])
    price_others(self, s, &bin, enough, n);
  return TRUE;
}

/* Prices all stocks that are limited, or all that are not, until enough columns are found. */
static int price_some(BarLp *self, gboolean limited, gint64 nodes, gboolean table) {
  BarSearch *search = self->search;
  int added = 0;
  for (int i = 0; i < search->n_stocks && added < COLUMNS_MAX; i++) {
    int s = self->turn;
    self->turn = (self->turn + 1) % search->n_stocks;
    if (self->limited[s] != limited)
      continue;
    self->ceiling[s] = 0;
    if (self->stock[s] > 0)
      added += price_stock(self, s, nodes, table);
  }
  return added;
}

/* Prices out columns, of the limited stocks when there are no more of the others; FALSE when there is none worth
 * adding. Raises self->bound. */
static gboolean price(BarLp *self) {
  BarSearch *search = self->search;
  gint64 quick = MAX(QUICK_NODES / search->n_stocks, 5000);
  set_worth(self);
  for (int round = 0; round < 2; round++) {
    gint64 nodes = round == 0 ? quick : PRICE_NODES;
    int added = price_some(self, FALSE, nodes, round > 0);
    if (added == 0 || search->n_stocks <= COLUMNS_MAX)
      added += price_some(self, TRUE, nodes, round > 0);
    if (added == 0 || search->n_stocks <= COLUMNS_MAX)
      self->bound = MAX(self->bound, bars_bound_mix(search, self->stock, self->ceiling, self->total, 0));
    if (added > 0)
      return TRUE;
  }
  return FALSE;
}

/* Brings the LP for `left` to its end, or until `bound` tells that `enough` cannot be beaten, or near its end where
 * more than `work` would be needed. FALSE where the search must stop. */
static gboolean generate(BarLp *self, gint64 enough, gint64 work) {
  work += self->search->work;
  self->bound = 0;
  while (bars_go_on(self->search, 0)) {
    if (!simplex(self))
      return FALSE;
    self->finished = !price(self);
    if (self->finished || self->bound >= enough || self->search->work > work)
      return TRUE;
  }
  return FALSE;
}

static void fix(BarLp *self, const BarPattern *column, gint64 count, GPtrArray *fixed) {
  for (int p = 0; p < column->n; p++)
    self->left[column->parts[p].kind] -= column->parts[p].times * count;
  self->stock[column->stock] -= count;
  g_ptr_array_add(fixed, bars_pattern_new(column->stock, column->parts, column->n, count));
}

static gint64 affordable(const BarLp *self, const BarPattern *column, gint64 wanted) {
  wanted = MIN(wanted, self->stock[column->stock]);
  for (int p = 0; p < column->n; p++)
    wanted = MIN(wanted, self->left[column->parts[p].kind] / column->parts[p].times);
  return wanted;
}

/* Column with the largest part of a bar that can be fixed whole; -1: none. */
static int largest(const BarLp *self, const double *x) {
  int chosen = -1;
  for (guint j = 0; j < self->columns->len; j++)
    if (x[j] > 1e-6 && (chosen < 0 || x[j] > x[chosen] + 1e-9) && affordable(self, self->columns->pdata[j], 1) > 0)
      chosen = (int)j;
  return chosen;
}

/* Fixes the whole parts; where nothing was whole, one bar (of many left, one in ROUND_SHARE) of the columns with the
 * largest fractions, the first `skip` of them left out. FALSE when nothing could be fixed. */
static gboolean fix_some(BarLp *self, int skip, GPtrArray *fixed, gboolean *rounded) {
  g_autofree double *x = g_new(double, self->columns->len);
  double bars = 0;
  *rounded = TRUE;
  for (guint j = 0; j < self->columns->len; j++) {
    x[j] = glp_get_col_prim(self->lp, self->search->n + (int)j + 1);
    bars += x[j];
  }
  for (guint j = 0; j < self->columns->len; j++) {
    gint64 whole = affordable(self, self->columns->pdata[j], (gint64)floor(x[j] + 1e-7));
    if (whole > 0) {
      fix(self, self->columns->pdata[j], whole, fixed);
      *rounded = FALSE;
    }
  }
  if (!*rounded)
    return TRUE;
  int wanted = MAX(1, (int)(bars / ROUND_SHARE)), done = -skip;
  for (int chosen; done < wanted && (chosen = largest(self, x)) >= 0; done++) {
    if (done >= 0)
      fix(self, self->columns->pdata[chosen], 1, fixed);
    x[chosen] = 0;
  }
  return done > 0;
}

static void set_left(BarLp *self) {
  for (int k = 0; k < self->search->n; k++)
    self->left[k] = self->search->kinds[k].demand;
  for (int s = 0; s < self->search->n_stocks; s++)
    self->stock[s] = self->search->stocks[s].most;
  set_demand(self);
}

/* Whether the LP leaves pieces uncut. */
static gboolean falls_short(const BarLp *self) {
  double missing = 0;
  for (int k = 0; k < self->search->n; k++)
    missing += glp_get_col_prim(self->lp, k + 1);
  return missing > 1e-6;
}

/* One dive. At rounding step `where` the `skip`-th choice is taken instead of the first. */
static void dive(BarLp *self, int where, int skip, int rounds) {
  BarSearch *search = self->search;
  g_autoptr(GPtrArray) fixed = g_ptr_array_new_with_free_func(g_free);
  set_left(self);
  for (int step = 0; bars_go_on(search, 1);) {
    gint64 enough = search->best.missing > 0 ? G_MAXINT64 : search->best.cost - bars_score(search, fixed).cost;
    if (!generate(self, enough, STEP_WORK))
      return;
    if (search->best.missing == 0 && (self->bound >= enough || falls_short(self)))
      return;
    gboolean rounded;
    if (!fix_some(self, step == where ? skip : 0, fixed, &rounded))
      break;
    step += rounded;
    bars_round_correct(search, self->left, fixed, self->worth, rounds);
    set_demand(self);
  }
  bars_round_correct(search, self->left, fixed, self->worth, rounds);
}

/* One kind alone in the stock that suits it best. */
static void start_column(BarLp *self, int kind) {
  BarSearch *search = self->search;
  g_autofree BarPattern *best = NULL;
  for (int s = 0; s < search->n_stocks; s++) {
    KnapsackItem item = bars_item(search, kind, search->kinds[kind].demand, 1);
    BarPart part = {.kind = kind, .times = MIN(item.most, knapsack_times(&item, search->stocks[s].capacity))};
    part.times = MIN(part.times, search->bin.pieces);
    g_autofree BarPattern *pattern = bars_pattern_new(s, &part, 1, 1);
    if (part.times == 0 || !bars_leftover_allowed(search, pattern))
      continue;
    if (best && (__int128)search->stocks[s].cost * best->parts->times >=
                (__int128)search->stocks[best->stock].cost * part.times)
      continue;
    g_free(best);
    best = g_steal_pointer(&pattern);
  }
  if (best)
    add_column(self, g_steal_pointer(&best));
}

static void start_columns(BarLp *self) {
  BarSearch *search = self->search;
  for (int k = 0; k < search->n; k++) {
    int column = glp_add_cols(self->lp, 1), row[] = {0, k + 1};
    glp_set_mat_col(self->lp, column, 1, row, (double[]){0, 1});
    glp_set_col_bnds(self->lp, column, GLP_LO, 0, 0);
    glp_set_obj_coef(self->lp, column, SHORTAGE);
  }
  for (int k = 0; k < search->n; k++)
    start_column(self, k);
  for (guint i = 0; i < search->plan->len; i++) {
    BarPattern *pattern = search->plan->pdata[i];
    if (pattern->n > 1 && pattern->stock != BARS_NO_STOCK)
      add_column(self, bars_pattern_new(pattern->stock, pattern->parts, pattern->n, 1));
  }
}

/* The LP for the whole order, and the bound from it. FALSE where the search must stop. */
static gboolean root(BarLp *self, gint64 work) {
  BarSearch *search = self->search;
  gboolean going = generate(self, search->best.missing > 0 ? G_MAXINT64 : search->best.cost, work);
  search->bound = MAX(search->bound, self->bound);
  return going;
}

/* A dive from the bars that together are worth most at a cost below the best plan's. The LP alone uses fractions of
 * bars where prices differ; whole bars of a sound mix are easier to fill. */
static void dive_mix(BarLp *self, const gint64 *ceiling, gint64 total) {
  BarSearch *search = self->search;
  gint64 gap = search->best.cost - search->bound - search->step, chance = (gint64)(bars_random(search) % 5);
  gint64 cost = search->best.cost - search->step - (gint64)((__int128)MAX(gap, 0) * chance / 5);
  if (search->n_stocks < 2 || search->best.missing > 0 ||
      !bars_bound_best_mix(search, ceiling, total, cost, MIX_NODES, self->mix))
    return;
  for (int s = 0; s < search->n_stocks; s++)
    search->stocks[s].most = self->mix[s];
  dive(self, -1, 0, 40);
  for (int s = 0; s < search->n_stocks; s++)
    search->stocks[s].most = self->most[s];
}

static void search_all(BarLp *self) {
  BarSearch *search = self->search;
  if (!root(self, ROOT_WORK))
    return;
  if (!self->finished) {
    dive(self, -1, 0, 20);
    set_left(self);
    if (!root(self, G_MAXINT64 / 2))
      return;
  }
  search->bound = MAX(search->bound, bars_bound_mix(search, self->stock, self->ceiling, self->total, ROOT_MIXES));
  gsize size = sizeof(gint64) * (gsize)search->n_stocks;
  g_autofree gint64 *ceiling = g_memdup2(self->ceiling, size);
  gint64 total = self->total;
  for (int trial = 0; bars_go_on(search, 1) && search->bound < G_MAXINT64; trial++) {
    dive(self, trial == 0 ? -1 : (trial - 1) / 3, trial == 0 ? 0 : 1 + (trial - 1) % 3, 20 + 10 * trial);
    if (trial > 0 && bars_go_on(search, 0))
      dive_mix(self, ceiling, total);
    if (trial == TRIALS_FIRST && bars_go_on(search, 0) && bars_mip_search(search))
      return;
    if (trial % POLISH_EVERY == TRIALS_FIRST && bars_go_on(search, 0) && search->polished != search->best.cost)
      bars_polish(search); /* now, for whoever stops the search wants a handy plan at once */
  }
}

/* A row for each kind, and for each stock of which there may be too little. */
static void add_rows(BarLp *self) {
  BarSearch *search = self->search;
  gint64 pieces = 0;
  for (int k = 0; k < search->n; k++)
    pieces += search->kinds[k].demand;
  glp_add_rows(self->lp, search->n);
  for (int s = 0; s < search->n_stocks; s++) {
    self->dearest = MAX(self->dearest, search->stocks[s].guide);
    self->most[s] = search->stocks[s].most;
    self->limited[s] = self->most[s] < pieces;
    self->stock_row[s] = self->limited[s] || search->n_stocks > 1 ? glp_add_rows(self->lp, 1) : 0;
  }
}

void bars_lp_search(BarSearch *search) {
  if (search->n > KINDS_MAX)
    return;
  gsize n = (gsize)search->n, stocks = (gsize)search->n_stocks;
  g_autoptr(GPtrArray) columns = g_ptr_array_new_with_free_func(g_free);
  g_autofree gint64 *left = g_new(gint64, n), *worth = g_new0(gint64, n);
  g_autofree gint64 *stock = g_new(gint64, stocks), *ceiling = g_new0(gint64, stocks);
  g_autofree gint64 *most = g_new(gint64, stocks), *mix = g_new(gint64, stocks);
  g_autofree gboolean *limited = g_new(gboolean, stocks);
  g_autofree int *stock_row = g_new(int, stocks), *rows = g_new0(int, n + 2);
  g_autofree double *values = g_new0(double, n + 2);
  BarLp self = {.search = search, .lp = glp_create_prob(), .columns = columns, .left = left, .stock = stock,
                .worth = worth, .ceiling = ceiling, .stock_row = stock_row, .limited = limited,
                .most = most, .mix = mix, .rows = rows, .values = values};
  glp_term_out(GLP_OFF);
  glp_set_obj_dir(self.lp, GLP_MIN);
  add_rows(&self);
  set_left(&self);
  start_columns(&self);
  glp_adv_basis(self.lp, 0);
  search_all(&self);
  glp_delete_prob(self.lp);
}
