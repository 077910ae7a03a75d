/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two stages: a sheet is strips side by side, a strip pieces one above the other. So the best sheet by any worths of
 * the pieces is a knapsack of strips, and the best strip no wider than some piece is a knapsack along it: both are
 * solved exactly, for all widths in one table.
 *
 * The bound: the worth of all pieces over the worth of the best sheet, rounded up, in whole numbers; it holds whatever
 * the worths are, and a linear program over such sheets finds those that prove most (Gilmore and Gomory, 1965). Strips
 * of one sheet may share pieces there, and distances and exactness are not asked for: that only lowers it. To fill a
 * sheet in earnest, strip after strip is taken and its pieces are gone. */
#include "cut/sheets.h"
#include <glpk.h>
#include <string.h>

#define CELLS_MAX 20000000 /* of the tables of one direction */
#define FILL_CELLS 4000000 /* more of them take longer than a beam */
#define ROUNDS_MAX 3000
#define CELLS_A_WORK 90    /* cells of tables that take as long as a unit of work */
#define SCALE 1e8          /* of duals made whole numbers */
#define CALM 0.7           /* weight of the worths that proved most so far against those of the program */

/* One direction of the first cuts. */
typedef struct {
  SheetForm *forms;     /* narrowest first, in units */
  int *index;           /* of each form in the search's */
  int n_forms;
  gint64 width, height; /* of the sheet, kerf included, in units */
  gint64 unit_x, unit_y; /* what divides every width and every height */
  gint64 cells;         /* looked at to solve it, each as often as a form may be taken */
  gint64 *along;        /* per room along a strip: its best worth */
  guint8 *taken;        /* per form and room: how many of it */
  gint64 *strip;        /* per form: worth of the best strip as wide as it */
  gint64 *across;       /* per room across the sheet: its best worth */
  gint32 *last;         /* per room across the sheet: form as wide as its last strip; -1: none */
} Side;

struct SheetStrips {
  SheetSearch *search;
  Side sides[2];        /* upright, turned */
  gboolean may[2];      /* which of them the rules allow */
  glp_prob *lp;         /* of the bound */
  gint64 *worth;        /* per item */
  int *copies;          /* per item: how many may be used */
  double *calm;         /* per item: the worths that proved most */
  gint64 bound;         /* proved, in sheets */
  double proved;        /* the same, not rounded */
  int *rows;            /* scratch, 1-based */
  double *values;       /* scratch, 1-based */
  int *counts;          /* scratch, per item: zero between uses */
};

static gint64 common_divisor(gint64 a, gint64 b) {
  while (b > 0) {
    const gint64 rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static gboolean side_begin(Side *side, SheetSearch *search, const SheetTask *order, gboolean turned) {
  sheets_set_frame(search, order, turned);
  *side = (Side){.n_forms = search->n_forms};
  for (int f = 0; f < side->n_forms; f++) {
    side->unit_x = common_divisor(search->forms[f].width, side->unit_x);
    side->unit_y = common_divisor(search->forms[f].height, side->unit_y);
  }
  side->width = search->width / MAX(1, side->unit_x);
  side->height = search->height / MAX(1, side->unit_y);
  for (int f = 0; f < side->n_forms; f++) {
    const gint64 most = search->height / search->forms[f].height, copies = search->copies[search->forms[f].item];
    side->cells += (side->height + 1) * MAX(1, MIN(MIN(most, copies), G_MAXUINT8)) + side->width + 1;
  }
  if (side->cells > CELLS_MAX)
    return FALSE;
  side->forms = g_new(SheetForm, side->n_forms);
  side->index = g_new(int, side->n_forms);
  for (int f = 0; f < side->n_forms; f++) {
    int to = f;
    SheetForm form = search->forms[f];
    form.width /= side->unit_x;
    form.height /= side->unit_y;
    for (; to > 0 && side->forms[to - 1].width > form.width; to--) {
      side->forms[to] = side->forms[to - 1];
      side->index[to] = side->index[to - 1];
    }
    side->forms[to] = form;
    side->index[to] = f;
  }
  side->along = g_new(gint64, side->height + 1);
  side->taken = g_new(guint8, (side->height + 1) * side->n_forms);
  side->strip = g_new(gint64, side->n_forms);
  side->across = g_new(gint64, side->width + 1);
  side->last = g_new(gint32, side->width + 1);
  return TRUE;
}

static void side_end(Side *side) {
  g_free(side->forms);
  g_free(side->index);
  g_free(side->along);
  g_free(side->taken);
  g_free(side->strip);
  g_free(side->across);
  g_free(side->last);
}

/* Adds a form, at most so many, to the knapsack along a strip. */
static void add_form(Side *side, int f, gint64 worth, int most) {
  const gint64 size = side->forms[f].height;
  guint8 *taken = side->taken + (side->height + 1) * f;
  memset(taken, 0, (gsize)side->height + 1);
  if (worth <= 0 || most <= 0)
    return;
  for (gint64 room = side->height; room >= size; room--) {
    for (gint64 n = 1; n <= most && n * size <= room; n++)
      if (side->along[room - n * size] + n * worth > side->along[room]) {
        side->along[room] = side->along[room - n * size] + n * worth;
        taken[room] = (guint8)n;
      }
  }
}

/* The worth of the best sheet no wider than `width`; the tables say how it is filled. */
static gint64 side_solve(SheetStrips *self, Side *side, gint64 width) {
  memset(side->along, 0, sizeof *side->along * (gsize)(side->height + 1));
  memset(side->across, 0, sizeof *side->across * (gsize)(width + 1));
  for (gint64 room = 0; room <= width; room++)
    side->last[room] = -1;
  for (int f = 0; f < side->n_forms && side->forms[f].width <= width; f++) {
    const int item = side->forms[f].item;
    const gint64 size = side->forms[f].width;
    add_form(side, f, self->worth[item], MIN(G_MAXUINT8, self->copies[item]));
    side->strip[f] = side->along[side->height];
    if (side->strip[f] == (f > 0 ? side->strip[f - 1] : 0))
      continue;
    for (gint64 room = size; room <= width; room++)
      if (side->across[room - size] + side->strip[f] > side->across[room]) {
        side->across[room] = side->across[room - size] + side->strip[f];
        side->last[room] = f;
      }
  }
  sheets_go_on(self->search, side->cells / CELLS_A_WORK);
  return side->across[width];
}

/* Counts what the best sheet holds. */
static void side_count(const Side *side, int *counts) {
  for (gint64 rest = side->width; side->last[rest] >= 0; rest -= side->forms[side->last[rest]].width) {
    gint64 room = side->height;
    for (int f = side->last[rest]; f >= 0; f--) {
      const int n = side->taken[(side->height + 1) * f + room];
      counts[side->forms[f].item] += n;
      room -= n * side->forms[f].height;
    }
  }
}

/* A sheet as the program's column: what `counts` says, which is zero then. */
static void add_column(SheetStrips *self) {
  const int at = glp_add_cols(self->lp, 1);
  int n = 0;
  for (int i = 0; i < self->search->n_items; i++)
    if (self->counts[i] > 0) {
      self->rows[++n] = i + 1;
      self->values[n] = self->counts[i];
      self->counts[i] = 0;
    }
  glp_set_mat_col(self->lp, at, n, self->rows, self->values);
  glp_set_obj_coef(self->lp, at, 1);
  glp_set_col_bnds(self->lp, at, GLP_LO, 0, 0);
}

/* Adds the best sheet of a side where the program finds it worth more than a sheet. */
static gboolean add_best(SheetStrips *self, const Side *side) {
  double worth = 0;
  side_count(side, self->counts);
  for (int i = 0; i < self->search->n_items; i++)
    worth += self->counts[i] * glp_get_row_dual(self->lp, i + 1);
  if (worth > 1 + 1e-6)
    add_column(self);
  else
    memset(self->counts, 0, sizeof *self->counts * (gsize)self->search->n_items);
  return worth > 1 + 1e-6;
}

/* Worths between those that proved most so far and the program's duals. */
static void set_worths(SheetStrips *self, double calm) {
  for (int i = 0; i < self->search->n_items; i++) {
    const double dual = calm * self->calm[i] + (1 - calm) * glp_get_row_dual(self->lp, i + 1);
    self->worth[i] = (gint64)(CLAMP(dual, 0, 1) * SCALE); /* a dual may be a little outside */
  }
}

/* Raises the bound by the worths; TRUE where the program got a new sheet. */
static gboolean price(SheetStrips *self, double calm) {
  __int128 all = 0;
  gint64 best = 1;
  gboolean found = FALSE;
  set_worths(self, calm);
  for (int i = 0; i < self->search->n_items; i++)
    all += (__int128)self->worth[i] * self->copies[i];
  for (int s = 0; s < 2; s++)
    if (self->may[s])
      best = MAX(best, side_solve(self, &self->sides[s], self->sides[s].width));
  self->bound = MAX(self->bound, (gint64)((all + best - 1) / best));
  if ((double)all / (double)best > self->proved) {
    self->proved = (double)all / (double)best;
    for (int i = 0; i < self->search->n_items; i++)
      self->calm[i] = (double)self->worth[i] / SCALE;
  }
  for (int s = 0; s < 2; s++)
    found |= self->may[s] && add_best(self, &self->sides[s]);
  return found;
}

static void begin_program(SheetStrips *self) {
  const int n = self->search->n_items;
  self->lp = glp_create_prob();
  glp_add_rows(self->lp, n);
  for (int i = 0; i < n; i++) {
    glp_set_row_bnds(self->lp, i + 1, GLP_LO, self->copies[i], 0);
    self->counts[i] = 1;
    add_column(self);
  }
}

gint64 sheets_strips_bound(SheetStrips *self, gint64 work) {
  SheetSearch *search = self->search;
  const gint64 end = search->work + work;
  glp_smcp options;
  glp_init_smcp(&options);
  options.msg_lev = GLP_MSG_OFF;
  options.it_lim = 500; /* so that a stop is heeded */
  for (int i = 0; i < search->n_items; i++)
    self->copies[i] = search->copies[i];
  begin_program(self);
  for (int round = 0; round < ROUNDS_MAX && search->work < end && !search->stopped; round++) {
    const int before = glp_get_it_cnt(self->lp);
    const int code = glp_simplex(self->lp, &options);
    sheets_go_on(search, (gint64)(glp_get_it_cnt(self->lp) - before + 1) * search->n_items * 4);
    if (code == GLP_EITLIM)
      continue;
    if (code != 0 || glp_get_status(self->lp) != GLP_OPT)
      break;
    if (self->bound >= search->best || (double)self->bound >= glp_get_obj_val(self->lp) - 1e-6)
      break;
    if (!price(self, self->proved > 0 ? CALM : 0) && !price(self, 0))
      break;
  }
  return self->bound;
}

/* The strip of the best sheet that is worth most; -1 where there is none. */
static int best_strip(const Side *side, gint64 width) {
  int best = -1;
  for (gint64 rest = width; side->last[rest] >= 0; rest -= side->forms[side->last[rest]].width)
    if (best < 0 || side->strip[side->last[rest]] > side->strip[best])
      best = side->last[rest];
  return best;
}

/* Adds the pieces of the best strip as wide as form `f` to the chain; its width in units. */
static gint64 add_strip(SheetStrips *self, const Side *side, int f, gint64 x, GArray *chain) {
  const guint from = chain->len;
  gint64 room = side->height, y = 0, width = 0;
  gint64 worth = from > 0 ? g_array_index(chain, SheetNode, from - 1).area : 0;
  for (; f >= 0; f--) {
    const SheetForm *form = &side->forms[f];
    const int wanted = side->taken[(side->height + 1) * f + room];
    room -= wanted * form->height;
    for (int n = 0; n < wanted && self->copies[form->item] > 0; n++) {
      self->copies[form->item]--;
      worth += self->worth[form->item];
      const SheetPut put = chain->len == 0 ? SHEET_NEW : y == 0 ? SHEET_STRIP : SHEET_ROW;
      const SheetNode node = {.form = side->index[f], .put = put, .x0 = (gint32)(x * side->unit_x),
                              .y0 = (gint32)(y * side->unit_y), .y1 = (gint32)((y + form->height) * side->unit_y),
                              .end = (gint32)((x + form->width) * side->unit_x), .area = worth};
      g_array_append_val(chain, node);
      y += form->height;
      width = MAX(width, form->width);
    }
  }
  for (guint i = from; i < chain->len; i++)
    g_array_index(chain, SheetNode, i).x1 = (gint32)((x + width) * side->unit_x);
  return width;
}

GArray *sheets_strips_fill(SheetStrips *self, gboolean turned) {
  SheetSearch *search = self->search;
  Side *side = &self->sides[turned];
  g_autoptr(GArray) chain = g_array_new(FALSE, FALSE, sizeof(SheetNode));
  for (int i = 0; i < search->n_items; i++)
    self->copies[i] = search->copies[i];
  for (int f = 0; f < search->n_forms; f++)
    self->worth[search->forms[f].item] = search->forms[f].area;
  for (gint64 x = 0; x < side->width && !search->stopped;) {
    side_solve(self, side, side->width - x);
    const int f = best_strip(side, side->width - x);
    if (f < 0)
      break;
    x += add_strip(self, side, f, x, chain);
  }
  return chain->len > 0 ? g_steal_pointer(&chain) : NULL;
}

gboolean sheets_strips_may_fill(const SheetStrips *self) {
  const CutRules *rules = self->search->rules;
  return !rules->exact && !rules->first_min && !rules->first_max && !rules->second_min && !rules->second_max &&
         MAX(self->sides[0].cells, self->sides[1].cells) <= FILL_CELLS;
}

SheetStrips *sheets_strips_new(SheetSearch *search, const SheetTask *order) {
  const CutRules *rules = &order->rules;
  const gsize n = (gsize)search->n_items;
  if (rules->stages != 2)
    return NULL;
  SheetStrips *self = g_new0(SheetStrips, 1);
  *self = (SheetStrips){.search = search, .worth = g_new(gint64, n), .copies = g_new(int, n), .calm = g_new0(double, n),
                        .may = {rules->first != CUT_FIRST_HORIZONTAL, rules->first != CUT_FIRST_VERTICAL},
                        .rows = g_new(int, n + 1), .values = g_new(double, n + 1), .counts = g_new0(int, n)};
  gboolean fit = TRUE;
  for (int s = 0; s < 2; s++)
    fit &= !self->may[s] || side_begin(&self->sides[s], search, order, s);
  if (!fit)
    g_clear_pointer(&self, sheets_strips_free);
  return self;
}

void sheets_strips_free(SheetStrips *self) {
  if (!self)
    return;
  for (int s = 0; s < 2; s++)
    side_end(&self->sides[s]);
  if (self->lp)
    glp_delete_prob(self->lp);
  g_free(self->worth);
  g_free(self->copies);
  g_free(self->calm);
  g_free(self->rows);
  g_free(self->values);
  g_free(self->counts);
  g_free(self);
}
