/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the rest of a sheet can be worth at most: rows, strips and the sheet are knapsacks one in the other (Gilmore and
 * Gomory 1965), on a grid, in which every row may hold all copies of an item. An item that is taken more often than it
 * is there pays a toll, which all its copies give back (Lagrange multipliers, by a subgradient): so the bound comes
 * near to what sheets with every item only so often can be worth.
 *
 * Floating point, and sides rounded to the grid: this guides a search, and proves nothing. */
#include "cut/sheets.h"
#include <string.h>

#define GRID 128   /* places each way; a constant, and LANES too, so that compilers make vectors of the loops */
#define LANES 16
#define NEVER -1e30f
#define STRIDE 0.3 /* of the way to the aim by which a toll is changed */

struct SheetRest {
  float row[GRID + 1][GRID];   /* worth by height, width; one more, as lanes look past the end */
  float strip[GRID + 1][GRID]; /* the same of rows one above the other */
  float rest[3 * GRID];        /* of strips side by side, by GRID - 1 - width; NEVER for a width below 0 */
  gint64 across, up;           /* places to a unit of length, times 2^32 */
  int width, height;           /* of the sheet on the grid */
  gint64 *toll;                /* per item */
  int *used;                   /* per item: how often the best sheet has it */
  int first[GRID + 2];         /* by height: the first of the steps in which its rows are filled */
  int n_steps;                 /* each step allows one form once more */
  int *forms;                  /* by step */
  guint8 (*takes)[GRID];       /* by step, width: whether the best row then takes the form */
};

static int on_grid(gint64 factor, gint64 length) {
  return (int)(length * factor >> 32);
}

static gint64 factor_of(gint64 side, int *places) {
  *places = (int)MIN(side, GRID - 1);
  return *places == side ? (gint64)1 << 32 : ((gint64)*places << 32) / side + 1;
}

static int width_of(const SheetRest *self, const SheetForm *form) {
  return MAX(1, on_grid(self->across, form->width));
}

static int height_of(const SheetRest *self, const SheetForm *form) {
  return MAX(1, on_grid(self->up, form->height));
}

static void take_one(float *restrict row, const float *restrict without, float worth, guint8 *restrict takes) {
  for (int x = 0; x < GRID; x++) {
    float with = without[x] + worth;
    takes[x] = with > row[x];
    row[x] = with > row[x] ? with : row[x];
  }
}

/* Allows the form once more in the row; in two stages a row is one piece. */
static void add_step(SheetRest *self, const SheetSearch *search, int form, float *row) {
  float without[GRID] = {0};
  int width = width_of(self, &search->forms[form]);
  for (int x = 0; x < width; x++)
    without[x] = NEVER;
  if (search->rules->stages >= 3)
    memcpy(without + width, row, sizeof *row * (gsize)(GRID - width));
  self->forms[self->n_steps] = form;
  take_one(row, without, (float)(search->forms[form].area - search->forms[form].toll), self->takes[self->n_steps++]);
}

/* How often a row can hold the form. */
static int times_in_row(const SheetRest *self, const SheetSearch *search, const SheetForm *form) {
  int most = search->rules->stages < 3 ? 1 : self->width / width_of(self, form);
  return form->area > form->toll && height_of(self, form) <= self->height ? MIN(search->copies[form->item], most) : 0;
}

static void make_room(SheetRest *self, const SheetSearch *search) {
  gsize steps = 1;
  for (int i = 0; i < search->n_active; i++)
    steps += (gsize)times_in_row(self, search, &search->forms[search->active[i]]);
  self->forms = g_renew(int, self->forms, steps);
  self->takes = g_realloc_n(self->takes, steps, sizeof *self->takes);
}

static void fill_rows(SheetRest *self, const SheetSearch *search) {
  memset(self->row, 0, sizeof self->row);
  self->n_steps = 0;
  for (int h = 1; h <= self->height; h++) {
    self->first[h] = self->n_steps;
    if (!search->rules->exact)
      memcpy(self->row[h], self->row[h - 1], sizeof self->row[h]);
    for (int i = 0; i < search->n_active; i++) {
      const SheetForm *form = &search->forms[search->active[i]];
      int times = height_of(self, form) == h ? times_in_row(self, search, form) : 0;
      for (; times > 0; times--)
        add_step(self, search, search->active[i], self->row[h]);
    }
  }
  self->first[self->height + 1] = self->n_steps;
}

static void lay_over(float *restrict strip, const float *restrict under, const float *restrict row) {
  for (int x = 0; x < GRID; x++) {
    float worth = under[x] + row[x];
    strip[x] = strip[x] > worth ? strip[x] : worth;
  }
}

/* A row is no higher than its highest piece: other heights need not be tried. */
static gboolean is_row(const SheetRest *self, int h) {
  return self->first[h] < self->first[h + 1];
}

static void fill_strips(SheetRest *self) {
  memset(self->strip[0], 0, sizeof self->strip[0]);
  for (int y = 1; y <= self->height; y++) {
    memcpy(self->strip[y], self->strip[y - 1], sizeof self->strip[y]);
    for (int h = 1; h <= y; h++)
      if (is_row(self, h))
        lay_over(self->strip[y], self->strip[y - h], self->row[h]);
  }
}

static void fill_sheet(SheetRest *self) {
  float *rest = self->rest + GRID - 1;
  for (int i = 0; i < 2 * GRID; i++)
    rest[i] = NEVER;
  rest[0] = 0;
  for (int x = 1; x < GRID; x++) {
    rest[-x] = rest[-x + 1];
    for (int w = 1; w <= x; w++)
      rest[-x] = MAX(rest[-x], rest[-x + w] + self->strip[self->height][w]);
  }
}

static void use_row(SheetRest *self, const SheetSearch *search, int h, int w) {
  int end = search->rules->exact ? self->first[h] : 0;
  for (int step = self->first[h + 1] - 1; step >= end; step--)
    if (self->takes[step][w]) {
      const SheetForm *form = &search->forms[self->forms[step]];
      self->used[form->item]++;
      if (search->rules->stages < 3)
        return;
      w -= width_of(self, form);
    }
}

static void use_strip(SheetRest *self, const SheetSearch *search, int w) {
  for (int y = self->height, h; y > 0; y -= h) {
    for (; y > 0 && self->strip[y][w] == self->strip[y - 1][w]; y--)
      continue;
    for (h = 1; h < y && !(is_row(self, h) && self->strip[y - h][w] + self->row[h][w] == self->strip[y][w]); h++)
      continue;
    if (y > 0)
      use_row(self, search, h, w);
  }
}

/* Counts what the best sheet is made of. */
static void use_sheet(SheetRest *self, const SheetSearch *search) {
  const float *rest = self->rest + GRID - 1;
  memset(self->used, 0, sizeof *self->used * (gsize)search->n_items);
  for (int x = self->width, w; x > 0; x -= w) {
    for (; x > 0 && rest[-x] == rest[-x + 1]; x--)
      continue;
    for (w = 1; w < x && rest[-x] != rest[-x + w] + self->strip[self->height][w]; w++)
      continue;
    if (x > 0)
      use_strip(self, search, w);
  }
}

static double sum_of_tolls(const SheetRest *self, const SheetSearch *search) {
  double sum = 0;
  for (int i = 0; i < search->n_items; i++)
    sum += (double)self->toll[i] * search->copies[i];
  return sum;
}

static void set_tolls(SheetRest *self, SheetSearch *search) {
  for (int f = 0; f < search->n_forms; f++)
    search->forms[f].toll = self->toll[search->forms[f].item];
  search->tolls = sum_of_tolls(self, search);
}

/* One step of the subgradient towards a bound of `aim`; FALSE where no toll need be changed. */
static gboolean change_tolls(SheetRest *self, const SheetSearch *search, double aim) {
  double bound = self->rest[GRID - 1 - self->width] + search->tolls;
  int norm = 0;
  for (int i = 0; i < search->n_items; i++) {
    int over = self->used[i] - search->copies[i];
    norm += over > 0 || self->toll[i] > 0 ? over * over : 0;
  }
  for (int i = 0; i < search->n_items && norm > 0; i++) {
    gint64 change = (gint64)(STRIDE * (bound - aim) / norm * (self->used[i] - search->copies[i]));
    self->toll[i] = MAX(0, self->toll[i] + change);
  }
  return norm > 0;
}

static void fill(SheetRest *self, SheetSearch *search) {
  set_tolls(self, search);
  make_room(self, search);
  fill_rows(self, search);
  fill_strips(self);
  fill_sheet(self);
}

void sheets_rest_fill(SheetRest *self, SheetSearch *search, double aim, int rounds) {
  self->across = factor_of(search->width, &self->width);
  self->up = factor_of(search->height, &self->height);
  fill(self, search);
  for (int round = 0; round < rounds; round++) {
    use_sheet(self, search);
    if (!change_tolls(self, search, aim))
      break;
    fill(self, search);
  }
  search->rest = self;
}

double sheets_rest_worth(const SheetRest *self, const SheetSearch *search, const SheetNode *node) {
  int high = on_grid(self->up, node->y1 - node->y0), over = on_grid(self->up, search->height - node->y1);
  int beside = on_grid(self->across, node->x1 - node->end), wide = on_grid(self->across, node->x1 - node->x0);
  int right = on_grid(self->across, search->width - node->x1);
  const float *row = &self->row[high][beside], *strip = &self->strip[over][wide];
  const float *rest = &self->rest[GRID - 1 - right];
  float best[LANES];
  if (node->y0 > 0)
    return row[0] + strip[0] + rest[0];
  for (int i = 0; i < LANES; i++)
    best[i] = NEVER;
  for (int x = 0; x <= right; x += LANES)
    for (int i = 0; i < LANES; i++) {
      float worth = row[x + i] + strip[x + i] + rest[x + i];
      best[i] = best[i] > worth ? best[i] : worth;
    }
  for (int i = 1; i < LANES; i++)
    best[0] = best[0] > best[i] ? best[0] : best[i];
  return best[0];
}

SheetRest *sheets_rest_new(const SheetSearch *search) {
  SheetRest *self = g_new0(SheetRest, 1);
  self->toll = g_new0(gint64, search->n_items);
  self->used = g_new0(int, search->n_items);
  return self;
}

void sheets_rest_free(SheetRest *self) {
  if (!self)
    return;
  g_free(self->toll);
  g_free(self->used);
  g_free(self->forms);
  g_free(self->takes);
  g_free(self);
}
