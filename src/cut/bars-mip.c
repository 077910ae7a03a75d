/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where an order has few different patterns at all, every one of them becomes a column and GLPK's branch and cut
 * chooses among them. This finds the best plan of small orders whose rules leave little choice; the proof stays with
 * the certified bound. */
#include "cut/bars.h"
#include <glpk.h>
#include <math.h>

#define PATTERNS_MAX 4000

typedef struct {
  BarSearch *search;
  GPtrArray *patterns; /* of BarPattern: all that are allowed, not only full ones */
  GArray *parts;       /* of BarPart: the pattern being built */
  int stock;           /* of it */
} Mip;

/* Every pattern with these parts and more of kind `from` and later. FALSE where they are too many. */
static gboolean enumerate(Mip *self, int from, gint64 room, gint64 slots) {
  const BarSearch *search = self->search;
  if (self->parts->len > 0 && (room < search->bin.bad_from || room >= search->bin.bad_end)) {
    if (self->patterns->len == PATTERNS_MAX)
      return FALSE;
    g_ptr_array_add(self->patterns, bars_pattern_new(self->stock, (BarPart *)(void *)self->parts->data,
                                                     (int)self->parts->len, 1));
  }
  for (int k = from; k < search->n; k++) {
    KnapsackItem item = bars_item(search, k, search->kinds[k].demand, 1);
    gint64 most = MIN(MIN(item.most, slots), knapsack_times(&item, room));
    for (gint64 times = 1; times <= most; times++) {
      BarPart part = {.kind = k, .times = times};
      g_array_append_val(self->parts, part);
      gboolean fits = enumerate(self, k + 1, room - bars_length(&search->kinds[k], times), slots - times);
      g_array_set_size(self->parts, self->parts->len - 1);
      if (!fits)
        return FALSE;
    }
  }
  return TRUE;
}

static void add_rows(const Mip *self, glp_prob *lp) {
  const BarSearch *search = self->search;
  glp_add_rows(lp, search->n + search->n_stocks);
  for (int k = 0; k < search->n; k++)
    glp_set_row_bnds(lp, k + 1, GLP_FX, (double)search->kinds[k].demand, (double)search->kinds[k].demand);
  for (int s = 0; s < search->n_stocks; s++)
    glp_set_row_bnds(lp, search->n + s + 1, GLP_UP, 0, (double)search->stocks[s].most);
}

static void add_columns(const Mip *self, glp_prob *lp) {
  const BarSearch *search = self->search;
  g_autofree int *rows = g_new(int, search->n + 2);
  g_autofree double *values = g_new(double, search->n + 2);
  double dearest = 0;
  for (int s = 0; s < search->n_stocks; s++)
    dearest = MAX(dearest, (double)search->stocks[s].cost);
  glp_add_cols(lp, (int)self->patterns->len);
  for (int j = 1; j <= (int)self->patterns->len; j++) {
    const BarPattern *pattern = self->patterns->pdata[j - 1];
    for (int p = 0; p < pattern->n; p++) {
      rows[p + 1] = pattern->parts[p].kind + 1;
      values[p + 1] = (double)pattern->parts[p].times;
    }
    rows[pattern->n + 1] = search->n + pattern->stock + 1;
    values[pattern->n + 1] = 1;
    glp_set_mat_col(lp, j, pattern->n + 1, rows, values);
    glp_set_col_kind(lp, j, GLP_IV);
    glp_set_col_bnds(lp, j, GLP_LO, 0, 0);
    glp_set_obj_coef(lp, j, (double)search->stocks[pattern->stock].cost / dearest);
  }
}

static void on_node(glp_tree *tree, void *data) {
  Mip *self = data;
  if (!bars_go_on(self->search, 10 * (gint64)self->patterns->len))
    glp_ios_terminate(tree);
}

/* Offers what GLPK found where it is a plan: rounded, every piece cut, no stock used up twice. */
static void take_over(const Mip *self, glp_prob *lp) {
  BarSearch *search = self->search;
  g_autoptr(GPtrArray) plan = g_ptr_array_new_with_free_func(g_free);
  g_autofree gint64 *cut = g_new0(gint64, search->n);
  gboolean sound = TRUE;
  for (guint j = 0; j < self->patterns->len; j++) {
    const BarPattern *pattern = self->patterns->pdata[j];
    gint64 count = (gint64)floor(glp_mip_col_val(lp, (int)j + 1) + 0.5);
    if (count <= 0)
      continue;
    g_ptr_array_add(plan, bars_pattern_new(pattern->stock, pattern->parts, pattern->n, count));
    for (int p = 0; p < pattern->n; p++)
      cut[pattern->parts[p].kind] += count * pattern->parts[p].times;
  }
  g_autofree gint64 *left = bars_stock_left(search, plan);
  for (int k = 0; k < search->n; k++)
    sound = sound && cut[k] == search->kinds[k].demand;
  for (int s = 0; s < search->n_stocks; s++)
    sound = sound && left[s] >= 0;
  if (sound)
    bars_offer(search, plan);
}

static gboolean solve(Mip *self) {
  glp_prob *lp = glp_create_prob();
  glp_smcp simplex;
  glp_iocp options;
  glp_init_smcp(&simplex);
  glp_init_iocp(&options);
  simplex.msg_lev = options.msg_lev = GLP_MSG_OFF;
  options.cb_func = on_node;
  options.cb_info = self;
  add_rows(self, lp);
  add_columns(self, lp);
  glp_adv_basis(lp, 0);
  gboolean solved = glp_simplex(lp, &simplex) == 0 && glp_get_status(lp) == GLP_OPT;
  gboolean finished = solved && glp_intopt(lp, &options) == 0;
  if (solved && (glp_mip_status(lp) == GLP_OPT || glp_mip_status(lp) == GLP_FEAS))
    take_over(self, lp);
  glp_delete_prob(lp);
  return finished;
}

gboolean bars_mip_search(BarSearch *search) {
  g_autoptr(GPtrArray) patterns = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(BarPart));
  Mip mip = {.search = search, .patterns = patterns, .parts = parts};
  for (; mip.stock < search->n_stocks; mip.stock++)
    if (!enumerate(&mip, 0, search->stocks[mip.stock].capacity, search->bin.pieces))
      return FALSE;
  return patterns->len > 0 && solve(&mip);
}
