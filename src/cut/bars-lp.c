/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Column generation. Floating point lives in this file only, and nothing is believed from it: the bound
 * comes from duals rounded down to whole numbers and an exact knapsack over them (no bar is worth more than
 * the knapsack's ceiling, so demand's worth divided by it is a bound whatever the duals were). Plans come
 * from diving: fix the whole parts of the LP's solution, round up one column, solve again, and let
 * sequential value correction finish each remainder on the way. */
#include "cut/bars.h"
#include <glpk.h>
#include <math.h>
#include <string.h>

#define QUICK_NODES 300000
#define PRICE_NODES 300000
#define KINDS_MAX 3000 /* more rows than this are left to the heuristics */

typedef struct {
  BarSearch *search;
  glp_prob *lp;
  GPtrArray *columns; /* of BarPattern, column j + 1 of lp */
  gint64 *left;       /* demand not fixed yet: the rows' right-hand sides */
  gint64 *worth;      /* the last duals in whole numbers */
  int *rows;          /* scratch, 1-based */
  double *values;     /* scratch, 1-based */
  gint64 bound;       /* certified for `left` */
} BarLp;

static void add_column(BarLp *self, BarPattern *pattern) {
  int column = glp_add_cols(self->lp, 1);
  g_ptr_array_add(self->columns, pattern);
  for (int p = 0; p < pattern->n; p++) {
    self->rows[p + 1] = pattern->parts[p].kind + 1;
    self->values[p + 1] = (double)pattern->parts[p].times;
  }
  glp_set_mat_col(self->lp, column, pattern->n, self->rows, self->values);
  glp_set_col_bnds(self->lp, column, GLP_LO, 0, 0);
  glp_set_obj_coef(self->lp, column, 1);
}

static void set_demand(BarLp *self) {
  for (int k = 0; k < self->search->n; k++)
    glp_set_row_bnds(self->lp, k + 1, GLP_LO, (double)self->left[k], 0);
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
    gint64 work = (gint64)(glp_get_it_cnt(self->lp) - before + 1) * self->search->n * 4;
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

/* Prices out a column; FALSE when there is none worth adding. Raises self->bound. */
static gboolean price(BarLp *self) {
  BarSearch *search = self->search;
  int n = 0;
  gint64 enough = KNAPSACK_VALUE_MAX + KNAPSACK_VALUE_MAX / 10000000; /* worth more than the bar it costs */
  __int128 total = 0;
  for (int k = 0; k < search->n; k++) {
    double dual = CLAMP(glp_get_row_dual(self->lp, k + 1), 0.0, 1.0);
    gint64 worth = (gint64)(dual * (double)KNAPSACK_VALUE_MAX);
    self->worth[k] = worth;
    total += (__int128)worth * self->left[k];
    gint64 most = MIN(self->left[k], search->capacity / search->length[k]);
    if (worth > 0 && most > 0)
      search->items[n++] = (KnapsackItem){.length = search->length[k], .value = worth, .most = most, .kind = k};
  }
  KnapsackAnswer answer = knapsack_solve(search->knapsack, search->items, n, search->capacity, QUICK_NODES, FALSE,
                                         search->take);
  search->work += answer.nodes;
  if (answer.value <= enough && answer.ceiling > answer.value) {
    answer = knapsack_solve(search->knapsack, search->items, n, search->capacity, PRICE_NODES, TRUE, search->take);
    search->work += answer.nodes;
  }
  if (answer.ceiling > 0)
    self->bound = MAX(self->bound, (gint64)((total + answer.ceiling - 1) / answer.ceiling));
  if (answer.value <= enough)
    return FALSE;
  BarPattern *pattern = g_malloc0(sizeof *pattern + sizeof(BarPart) * (gsize)n);
  for (int i = 0; i < n; i++)
    if (search->take[i] > 0)
      pattern->parts[pattern->n++] = (BarPart){.kind = search->items[i].kind, .times = search->take[i]};
  add_column(self, pattern);
  return TRUE;
}

/* Brings the LP for `left` to its end, or until `bound` tells that `enough` cannot be beaten. */
static gboolean generate(BarLp *self, gint64 enough) {
  self->bound = 0;
  while (bars_go_on(self->search, 0)) {
    if (!simplex(self))
      return FALSE;
    if (!price(self))
      return TRUE;
    if (self->bound >= enough)
      return TRUE;
  }
  return FALSE;
}

static void fix(BarLp *self, const BarPattern *column, gint64 count, GPtrArray *fixed) {
  BarPattern *pattern = bars_pattern_new(column->parts, column->n, count);
  for (int p = 0; p < pattern->n; p++) {
    BarPart *part = &pattern->parts[p];
    part->times = MIN(part->times, self->left[part->kind]);
    self->left[part->kind] -= part->times * count;
  }
  int kept = 0;
  for (int p = 0; p < pattern->n; p++)
    if (pattern->parts[p].times > 0)
      pattern->parts[kept++] = pattern->parts[p];
  pattern->n = kept;
  g_ptr_array_add(fixed, pattern);
}

static gint64 affordable(const BarLp *self, const BarPattern *column, gint64 wanted) {
  for (int p = 0; p < column->n; p++)
    wanted = MIN(wanted, self->left[column->parts[p].kind] / column->parts[p].times);
  return wanted;
}

/* Fixes the whole parts; where nothing was whole, one bar of the column with the `skip`-th largest
 * fraction. FALSE when nothing could be fixed. */
static gboolean fix_some(BarLp *self, int skip, GPtrArray *fixed, gboolean *rounded) {
  g_autofree double *x = g_new(double, self->columns->len);
  gboolean any = FALSE;
  for (guint j = 0; j < self->columns->len; j++)
    x[j] = glp_get_col_prim(self->lp, (int)j + 1);
  for (guint j = 0; j < self->columns->len; j++) {
    gint64 whole = affordable(self, self->columns->pdata[j], (gint64)floor(x[j] + 1e-7));
    if (whole > 0) {
      fix(self, self->columns->pdata[j], whole, fixed);
      any = TRUE;
    }
  }
  *rounded = !any;
  if (any)
    return TRUE;
  for (;; skip--) {
    int chosen = -1;
    for (guint j = 0; j < self->columns->len; j++)
      if (x[j] > 1e-6 && (chosen < 0 || x[j] > x[chosen] + 1e-9) && affordable(self, self->columns->pdata[j], 1) > 0)
        chosen = (int)j;
    if (chosen < 0)
      return FALSE;
    if (skip <= 0) {
      fix(self, self->columns->pdata[chosen], 1, fixed);
      return TRUE;
    }
    x[chosen] = 0;
  }
}

/* One dive. At rounding step `where` the `skip`-th choice is taken instead of the first. */
static void dive(BarLp *self, int where, int skip, int rounds) {
  BarSearch *search = self->search;
  g_autoptr(GPtrArray) fixed = g_ptr_array_new_with_free_func(g_free);
  memcpy(self->left, search->demand, sizeof *self->left * (gsize)search->n);
  set_demand(self);
  for (int step = 0; bars_go_on(search, 1);) {
    gint64 used = bars_count(fixed);
    if (!generate(self, search->best - used) || used + self->bound >= search->best)
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

static void start_columns(BarLp *self) {
  BarSearch *search = self->search;
  for (int k = 0; k < search->n; k++) {
    BarPart part = {.kind = k, .times = MIN(search->demand[k], search->capacity / search->length[k])};
    add_column(self, bars_pattern_new(&part, 1, 1));
  }
  for (guint i = 0; i < search->plan->len; i++) {
    BarPattern *pattern = search->plan->pdata[i];
    if (pattern->n > 1)
      add_column(self, bars_pattern_new(pattern->parts, pattern->n, 1));
  }
}

static void search_all(BarLp *self) {
  BarSearch *search = self->search;
  if (!generate(self, search->best)) {
    search->bound = MAX(search->bound, self->bound);
    return;
  }
  search->bound = MAX(search->bound, self->bound);
  for (int trial = 0; bars_go_on(search, 1); trial++)
    dive(self, trial == 0 ? -1 : (trial - 1) / 3, trial == 0 ? 0 : 1 + (trial - 1) % 3, 20 + 10 * trial);
}

void bars_lp_search(BarSearch *search) {
  if (search->n > KINDS_MAX)
    return;
  gsize n = (gsize)search->n;
  g_autoptr(GPtrArray) columns = g_ptr_array_new_with_free_func(g_free);
  g_autofree gint64 *left = g_memdup2(search->demand, sizeof(gint64) * n), *worth = g_new0(gint64, n);
  g_autofree int *rows = g_new0(int, n + 1);
  g_autofree double *values = g_new0(double, n + 1);
  BarLp self = {.search = search, .lp = glp_create_prob(), .columns = columns, .left = left, .worth = worth,
                .rows = rows, .values = values};
  glp_term_out(GLP_OFF);
  glp_set_obj_dir(self.lp, GLP_MIN);
  glp_add_rows(self.lp, search->n);
  set_demand(&self);
  start_columns(&self);
  glp_adv_basis(self.lp, 0);
  search_all(&self);
  glp_delete_prob(self.lp);
}
