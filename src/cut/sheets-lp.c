/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans put together from whole sheets. A linear program chooses among all sheets that any search has filled;
 * its duals say what each piece is worth, and a beam fills new sheets by those worths until none is worth
 * more than it costs. A dive then keeps the sheets the program likes best, and asks again for the rest.
 *
 * Nothing is believed from the floating point: it only steers what is tried. */
#include "cut/sheets.h"
#include <glpk.h>
#include <math.h>
#include <string.h>

#define ITEMS_MAX 2000      /* more rows than this are left to the beams, and so are priorities */
#define COLUMNS_MAX 40000
#define SCALE 1e9           /* of duals made whole numbers */
#define NEW_MAX 6           /* columns from one pricing beam */
#define ROOT_ROUNDS 400     /* of pricing, before a dive */
#define ROUNDS 18           /* after each step of a dive */
#define CALM 0.8            /* weight of the past in the average of the duals */
#define SLACK 0.2           /* by which a dive may seem to fail: new sheets may still be found */
#define FINISH_SLACK 0.5    /* the same where beams finish the plan: they may find what the program does not see */
#define DIVES 6             /* work of all dives of one width to that of the program before them */
#define REST_WORK 10000     /* of filling the tables of sheets-rest.c once */
#define REST_SHEETS 5       /* so many left are finished by beams too */

struct SheetLp {
  SheetSearch *search;
  const SheetTask *order;
  glp_prob *lp;        /* column n_items + j + 1: the pool's column j; before them each item on a sheet of its own */
  guint known;         /* columns of the pool in lp */
  guint16 *demand;     /* per item */
  guint16 *left;       /* not yet in a sheet that is kept */
  double *calm;        /* per item: its dual, averaged over the past; at first its part of a sheet */
  int *rows;           /* scratch, 1-based */
  double *values;      /* scratch, 1-based */
  guint16 *counts;     /* scratch, per item: zero between uses */
  SheetRest *rest[2];  /* per frame */
  guint64 random;
  int dives;
};

/* A way to price: tried in this order until one finds something. */
typedef struct {
  double calm; /* part of the averaged duals */
  int rounds;  /* of correcting the tolls of sheets-rest.c */
} Try;

static const Try tries[] = {{1, 2}, {0.5, 2}, {0, 2}, {0, 5}, {0, 5}};

static int item_of(const SheetColumn *column, guint at) {
  return g_array_index(column->items, int, at);
}

static int pieces_left(const SheetLp *self) {
  int pieces = 0;
  for (int i = 0; i < self->search->n_items; i++)
    pieces += self->left[i];
  return pieces;
}

/* Whether there is demand left for all of the column. */
static gboolean fits(SheetLp *self, const SheetColumn *column) {
  gboolean fit = TRUE;
  for (guint i = 0; i < column->chain->len; i++) {
    int item = item_of(column, i);
    fit &= ++self->counts[item] <= self->left[item];
  }
  for (guint i = 0; i < column->chain->len; i++)
    self->counts[item_of(column, i)] = 0;
  return fit;
}

static void keep(SheetLp *self, SheetColumn *column, GPtrArray *kept) {
  for (guint i = 0; i < column->chain->len; i++)
    self->left[item_of(column, i)]--;
  g_ptr_array_add(kept, column);
}

/* Brings the pool's new columns into the program. */
static void add_columns(SheetLp *self) {
  GPtrArray *columns = self->search->pool->columns;
  if (self->known < columns->len)
    glp_add_cols(self->lp, (int)(columns->len - self->known));
  for (; self->known < columns->len; self->known++) {
    const SheetColumn *column = columns->pdata[self->known];
    int at = self->search->n_items + (int)self->known + 1, n = 0;
    for (guint i = 0; i < column->chain->len; i++)
      self->counts[item_of(column, i)]++;
    for (guint i = 0; i < column->chain->len; i++) {
      int item = item_of(column, i);
      if (self->counts[item] == 0)
        continue;
      self->rows[++n] = item + 1;
      self->values[n] = self->counts[item];
      self->counts[item] = 0;
    }
    glp_set_mat_col(self->lp, at, n, self->rows, self->values);
    glp_set_obj_coef(self->lp, at, 1);
    gboolean fit = fits(self, column);
    glp_set_col_bnds(self->lp, at, fit ? GLP_LO : GLP_FX, 0, 0);
  }
}

static void set_demand(SheetLp *self) {
  for (int i = 0; i < self->search->n_items; i++)
    glp_set_row_bnds(self->lp, i + 1, GLP_LO, self->left[i], 0);
  for (guint j = 0; j < self->known; j++) {
    int at = self->search->n_items + (int)j + 1;
    gboolean fit = fits(self, self->search->pool->columns->pdata[j]);
    if (fit != (glp_get_col_type(self->lp, at) == GLP_LO))
      glp_set_col_bnds(self->lp, at, fit ? GLP_LO : GLP_FX, 0, 0);
  }
}

/* In slices, so that a stop is heeded. */
static gboolean simplex(SheetLp *self) {
  glp_smcp options;
  glp_init_smcp(&options);
  options.msg_lev = GLP_MSG_OFF;
  options.it_lim = 200;
  for (int again = 0; again < 200; again++) {
    int before = glp_get_it_cnt(self->lp);
    int code = glp_simplex(self->lp, &options);
    gint64 work = (gint64)(glp_get_it_cnt(self->lp) - before + 1) * self->search->n_items * 4;
    if (!sheets_go_on(self->search, work))
      return FALSE;
    if (code == 0)
      return glp_get_status(self->lp) == GLP_OPT;
    if (code != GLP_EITLIM)
      glp_std_basis(self->lp);
  }
  return FALSE;
}

/* What the program's duals say a sheet is worth. */
static double worth_of(const SheetLp *self, const GArray *chain) {
  double sum = 0;
  for (guint i = 0; i < chain->len; i++)
    sum += glp_get_row_dual(self->lp, self->search->forms[g_array_index(chain, SheetNode, i).form].item + 1);
  return sum;
}

static void price_turned(SheetLp *self, const Try *how, int width, gboolean turned) {
  SheetSearch *search = self->search;
  g_autoptr(GPtrArray) chains = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
  sheets_set_frame(search, self->order, turned);
  search->n_active = 0;
  for (int f = 0; f < search->n_forms; f++) {
    int item = search->forms[f].item;
    double worth = how->calm * self->calm[item] + (1 - how->calm) * glp_get_row_dual(self->lp, item + 1);
    search->forms[f].area = (gint64)(MAX(worth, 0) * SCALE); /* a dual may be a little below zero */
    if (search->forms[f].area > 0 && search->copies[item] > 0)
      search->active[search->n_active++] = f;
  }
  gint64 least = (gint64)(SCALE * (how->calm > 0 ? 0.9 : 1 + 1e-6));
  GArray *filled = search->strips ? sheets_strips_fill(search->strips, turned) : NULL;
  if (filled) {
    g_ptr_array_add(chains, filled);
  } else if (!search->strips) {
    sheets_rest_fill(self->rest[turned], search, SCALE, how->rounds);
    sheets_go_on(search, REST_WORK * (how->rounds + 1));
    sheets_beam_single(search, width, SHEETS_GUIDE_REST, least, NEW_MAX, chains);
  }
  for (guint i = 0; i < chains->len; i++) {
    const GArray *chain = chains->pdata[i];
    if (worth_of(self, chain) > 1 + 1e-6)
      sheets_pool_add(search->pool, search, (const SheetNode *)(const void *)chain->data, chain->len, turned);
  }
}

/* Fills sheets by the program's duals; FALSE where none is worth having. */
static gboolean price(SheetLp *self, const Try *how, int width) {
  SheetSearch *search = self->search;
  gsize size = sizeof *search->copies * (gsize)search->n_items;
  int pieces = search->pieces;
  search->pieces = pieces_left(self);
  memcpy(search->copies, self->left, size);
  if (self->order->rules.first != CUT_FIRST_HORIZONTAL)
    price_turned(self, how, width, FALSE);
  if (self->order->rules.first != CUT_FIRST_VERTICAL)
    price_turned(self, how, width, TRUE);
  memcpy(search->copies, self->demand, size);
  search->pieces = pieces;
  return search->pool->columns->len > self->known;
}

/* Prices in widening beams until something is found. */
static gboolean price_wider(SheetLp *self, int *narrow, int width) {
  for (int i = 0; i < self->search->n_items; i++)
    self->calm[i] = CALM * self->calm[i] + (1 - CALM) * glp_get_row_dual(self->lp, i + 1);
  for (;; *narrow = MIN(width, *narrow * 2)) {
    for (gsize i = 0; i < G_N_ELEMENTS(tries) && !self->search->stopped; i++)
      if (price(self, &tries[i], *narrow))
        return TRUE;
    if (*narrow >= width || self->search->stopped)
      return FALSE;
  }
}

/* Solves the program for what is left, with new columns; its value, or -1 where stopped. */
static double generate(SheetLp *self, int rounds, int width) {
  int narrow = MIN(width, 4);
  add_columns(self);
  set_demand(self);
  for (int i = 0; simplex(self); i++) {
    if (i >= rounds || self->known >= COLUMNS_MAX)
      return glp_get_obj_val(self->lp);
    if (!price_wider(self, &narrow, width))
      return self->search->stopped ? -1 : glp_get_obj_val(self->lp);
    add_columns(self);
  }
  return -1;
}

static guint64 random_next(SheetLp *self) {
  self->random ^= self->random << 13;
  self->random ^= self->random >> 7;
  self->random ^= self->random << 17;
  return self->random >> 32;
}

static double jitter(SheetLp *self) {
  if (self->dives == 0 && self->order->order->seed == 0)
    return 1;
  return 1 + (double)(random_next(self) & 0xffff) / 0xffff * 0.3;
}

/* Keeps the whole parts of the solution, or else the column with the largest part. */
static gboolean keep_some(SheetLp *self, GPtrArray *kept) {
  guint before = kept->len;
  SheetColumn *best = NULL;
  double most = 0;
  for (guint j = 0; j < self->known; j++) {
    SheetColumn *column = self->search->pool->columns->pdata[j];
    double x = glp_get_col_prim(self->lp, self->search->n_items + (int)j + 1);
    for (; x > 0.999 && fits(self, column); x -= 1)
      keep(self, column, kept);
    double liked = x > 1e-6 ? x * jitter(self) : 0;
    if (liked > most && fits(self, column)) {
      most = liked;
      best = column;
    }
  }
  if (kept->len == before && best)
    keep(self, best, kept);
  return kept->len > before;
}

/* Beams for what is left; TRUE when that made a better plan. */
static gboolean finish(SheetLp *self, const GPtrArray *kept, int width) {
  SheetSearch *search = self->search;
  gsize size = sizeof *search->copies * (gsize)search->n_items;
  int pieces = search->pieces;
  GArray *chain = NULL;
  gboolean turned = FALSE;
  search->pieces = pieces_left(self);
  search->kept = kept->len;
  memcpy(search->copies, self->left, size);
  for (int guide = 0; guide < 8 && !chain && !search->stopped; guide++) {
    turned = guide % 2;
    if (self->order->rules.first == (turned ? CUT_FIRST_VERTICAL : CUT_FIRST_HORIZONTAL))
      continue;
    sheets_set_frame(search, self->order, turned);
    chain = sheets_beam(search, width, guide / 2);
  }
  memcpy(search->copies, self->demand, size);
  search->pieces = pieces;
  search->kept = 0;
  if (!chain)
    return FALSE;
  g_autoptr(GPtrArray) columns = g_ptr_array_new();
  g_ptr_array_extend(columns, (GPtrArray *)kept, NULL, NULL);
  sheets_pool_split(search->pool, search, chain, turned, columns);
  g_array_unref(chain);
  sheets_found(search, columns);
  return TRUE;
}

/* Takes about two fifths of the kept sheets back. */
static void ruin(SheetLp *self, GPtrArray *kept) {
  guint to = 0;
  for (guint i = 0; i < kept->len; i++) {
    SheetColumn *column = kept->pdata[i];
    if (random_next(self) % 5 > 1) {
      kept->pdata[to++] = column;
      continue;
    }
    for (guint n = 0; n < column->chain->len; n++)
      self->left[item_of(column, n)]++;
  }
  g_ptr_array_set_size(kept, (gint)to);
}

void sheets_lp_dive(SheetLp *self, int width) {
  SheetSearch *search = self->search;
  if (search->n_items > ITEMS_MAX || search->priorities)
    return;
  g_autoptr(GPtrArray) kept = g_ptr_array_new();
  gint64 start = search->work, end = 0;
  memcpy(self->left, self->demand, sizeof *self->left * (gsize)search->n_items);
  for (;;) {
    double value = generate(self, end == 0 ? ROOT_ROUNDS : ROUNDS, width);
    if (value < 0)
      return;
    if (end == 0)
      end = search->work + DIVES * (search->work - start);
    double over = kept->len + value - (double)(search->best - 1);
    gboolean hopeless = over > SLACK;
    if (over <= FINISH_SLACK && value <= REST_SHEETS && finish(self, kept, width * 4))
      break;
    if (!hopeless && keep_some(self, kept) && pieces_left(self) > 0)
      continue;
    if (pieces_left(self) == 0)
      sheets_found(search, kept);
    self->dives++;
    if (search->work > end || !sheets_go_on(search, 0))
      return;
    ruin(self, kept);
  }
}

SheetLp *sheets_lp_new(SheetSearch *search, const SheetTask *order) {
  SheetLp *self = g_new0(SheetLp, 1);
  gsize n = (gsize)search->n_items;
  *self = (SheetLp){.search = search, .order = order, .lp = glp_create_prob(),
                    .rest = {sheets_rest_new(search), sheets_rest_new(search)}, .demand = g_new(guint16, n),
                    .left = g_new(guint16, n), .calm = g_new(double, n), .rows = g_new(int, n + 1),
                    .values = g_new(double, n + 1), .counts = g_new0(guint16, n),
                    .random = (2 * order->order->seed + 1) * 0x9e3779b97f4a7c15u};
  memcpy(self->demand, search->copies, n * sizeof *self->demand);
  memcpy(self->left, search->copies, n * sizeof *self->demand);
  glp_add_rows(self->lp, search->n_items);
  glp_add_cols(self->lp, search->n_items);
  for (int i = 1; i <= search->n_items; i++) {
    const SheetItem *item = &order->items[i - 1];
    self->calm[i - 1] = (double)(item->width + order->rules.kerf) * (double)(item->height + order->rules.kerf) /
                        ((double)(order->width + order->rules.kerf) * (double)(order->height + order->rules.kerf));
    glp_set_mat_col(self->lp, i, 1, (int[]){0, i}, (double[]){0, 1});
    glp_set_col_bnds(self->lp, i, GLP_LO, 0, 0);
    glp_set_obj_coef(self->lp, i, 1);
  }
  return self;
}

void sheets_lp_free(SheetLp *self) {
  if (!self)
    return;
  glp_delete_prob(self->lp);
  sheets_rest_free(self->rest[0]);
  sheets_rest_free(self->rest[1]);
  g_free(self->demand);
  g_free(self->left);
  g_free(self->calm);
  g_free(self->rows);
  g_free(self->values);
  g_free(self->counts);
  g_free(self);
}
