/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets of several kinds: one after the other is filled with the worthiest pieces, from the kind that gives the most
 * worth for its price. What ended up in a wasteful sheet, or was left over, is worth more in the next round. */
#include "cut/sheets.h"
#include <stdlib.h>
#include <string.h>

#define TRIED_MAX 6    /* kinds tried for one sheet */
#define BEAM_MAX 256   /* widest beam */
#define ROUNDS 12      /* to each width of beam */
#define HOPELESS 64    /* rounds without any whole plan */
#define WORTH_MAX (G_GINT64_CONSTANT(1) << 46)

/* One way to fill one sheet. */
typedef struct {
  gsize kind;
  gboolean turned;
  gint64 value;
  GArray *chain;  /* of nodes; or NULL and: */
  GArray *plates; /* of sheets-free.c */
} Filling;

typedef struct {
  SheetSearch *search;
  SheetTask *task;
  CutSheetPlan *plan;  /* being built */
  guint16 *demand;     /* per item, all of it */
  gint64 *worth;       /* per item */
  gint64 *stock;       /* per kind: how many are left */
  gsize *kinds;        /* cheapest area first */
  gint64 price;        /* of the plan so far */
  gint64 fresh;        /* of it, for sheets that are no offcuts */
  gint64 best, best_fresh;
  guint64 random;
  int round;
} Stock;

static guint64 next_random(Stock *self) {
  self->random ^= self->random << 13;
  self->random ^= self->random >> 7;
  self->random ^= self->random << 17;
  return self->random;
}

static void filling_clear(Filling *filling) {
  g_clear_pointer(&filling->chain, g_array_unref);
  g_clear_pointer(&filling->plates, g_array_unref);
}

static void keep_better(Filling *best, Filling *other) {
  if (other->value > best->value) {
    filling_clear(best);
    *best = *other;
  } else {
    filling_clear(other);
  }
}

/* The worthiest filling of one sheet of the kind at hand. */
static Filling fill(Stock *self, int width) {
  SheetSearch *search = self->search;
  Filling best = {.kind = self->task->kind};
  for (int turned = 0; turned < 2; turned++) {
    Filling other = {.kind = self->task->kind, .turned = turned};
    if (self->task->rules.first == (turned ? CUT_FIRST_VERTICAL : CUT_FIRST_HORIZONTAL) && !self->task->free)
      continue;
    sheets_set_frame(search, self->task, turned);
    for (int f = 0; f < search->n_forms; f++)
      search->forms[f].area = self->worth[search->forms[f].item];
    other.chain = sheets_beam_worthiest(search, width);
    if (other.chain)
      other.value = g_array_index(other.chain, SheetNode, other.chain->len - 1).area;
    keep_better(&best, &other);
    for (guint how = 0; self->task->free && !turned && how < 12 && (width > 1 || how == 0); how++) {
      Filling loose = {.kind = self->task->kind};
      loose.plates = sheets_free_fill(search, how, &loose.value);
      keep_better(&best, &loose);
    }
  }
  return best;
}

/* Adds what the filling takes to `taken`, per item; the area of it. */
static gint64 count(const Stock *self, const Filling *filling, guint16 *taken) {
  const SheetTask *task = self->task;
  gint64 area = 0;
  memset(taken, 0, sizeof *taken * task->n_items);
  if (filling->plates)
    sheets_free_count(filling->plates, taken);
  for (guint i = 0; filling->chain && i < filling->chain->len; i++)
    taken[self->search->forms[g_array_index(filling->chain, SheetNode, i).form].item]++;
  for (gsize i = 0; i < task->n_items; i++)
    area += taken[i] * (task->items[i].width + task->rules.kerf) * (task->items[i].height + task->rules.kerf);
  return area;
}

/* What a sheet of the kind costs in this round: varied a little, so that other mixtures are tried too. */
static gint64 round_price(Stock *self, gsize kind) {
  gint64 price = self->task->order->sheets[kind].price * 64;
  return self->round == 0 ? price : price * (gint64)(52 + next_random(self) % 25) / 64;
}

/* Whether the kind goes before others in this round. Where new sheets are needed in any case, offcuts may only cost. */
static gboolean goes_first(const Stock *self, gsize kind) {
  return self->task->order->offcuts_first && self->round % 2 == 0 && self->task->order->sheets[kind].offcut;
}

/* Whether `a` is to be cut before `b`; prices as varied in this round. */
static gboolean is_preferred(const Stock *self, const Filling *a, gint64 price_a, const Filling *b, gint64 price_b,
                             gint64 all) {
  if (b->value == 0)
    return a->value > 0;
  if (goes_first(self, a->kind) != goes_first(self, b->kind))
    return a->value > 0 && goes_first(self, a->kind);
  if (self->round % 4 < 3 && (a->value == all || b->value == all)) /* the last sheet: as cheap as it can be */
    return a->value == all && (b->value < all || price_a < price_b);
  return (__int128)a->value * price_b > (__int128)b->value * price_a;
}

/* The best filling of any kind of which there is one left. */
static Filling choose(Stock *self, int width) {
  Filling best = {0};
  gint64 best_price = 1, all = 0;
  int tried = 0;
  for (gsize i = 0; i < self->task->n_items; i++)
    all += self->search->copies[i] * self->worth[i];
  gsize n = self->task->order->n_sheets, skip = n > TRIED_MAX && self->round > 0 ? next_random(self) % n : 0;
  for (gsize k = 0; k < n && (tried < TRIED_MAX || best.value == 0); k++) {
    gsize kind = self->kinds[k < TRIED_MAX / 2 ? k : (k + skip) % n];
    if (self->stock[kind] == 0)
      continue;
    sheets_task_set_kind(self->task, kind);
    Filling other = fill(self, width);
    gint64 price = round_price(self, kind);
    tried += other.value > 0;
    if (is_preferred(self, &other, price, &best, best_price, all)) {
      filling_clear(&best);
      best = other;
      best_price = price;
    } else {
      filling_clear(&other);
    }
  }
  return best;
}

static void correct(Stock *self, const guint16 *taken, gint64 used) {
  const SheetTask *task = self->task;
  gint64 kerf = task->rules.kerf, full = (task->width + kerf) * (task->height + kerf);
  for (gsize i = 0; i < task->n_items; i++) {
    gint64 area = (task->items[i].width + kerf) * (task->items[i].height + kerf);
    if (taken[i] == 0)
      continue;
    gint64 wanted = (gint64)((__int128)area * full / MAX(1, used));
    self->worth[i] = CLAMP((self->worth[i] * 3 + wanted) / 4, 1, WORTH_MAX);
  }
}

static void draw(Stock *self, const Filling *filling) {
  gint64 sheet = self->plan->kinds->len;
  for (guint i = 0; filling->chain && i < filling->chain->len; i++)
    g_array_index(filling->chain, SheetNode, i).sheet = (gint32)sheet;
  if (filling->chain)
    sheets_draw(self->search, filling->chain, filling->turned, self->plan);
  else
    sheets_free_draw(self->search, filling->plates, sheet, self->plan);
}

/* Fills one more sheet. FALSE where no piece goes on any sheet, or to go on cannot give a better plan. */
static gboolean fill_sheet(Stock *self, int width) {
  SheetSearch *search = self->search;
  Filling filling = choose(self, width);
  gboolean filled = filling.value > 0;
  if (filled) {
    const CutSheet *sheet = &self->task->order->sheets[filling.kind];
    g_autofree guint16 *taken = g_new(guint16, self->task->n_items);
    sheets_task_set_kind(self->task, filling.kind);
    sheets_set_frame(search, self->task, filling.turned);
    gint64 used = count(self, &filling, taken);
    for (gsize i = 0; i < self->task->n_items; i++) {
      search->copies[i] -= taken[i];
      search->pieces -= taken[i];
    }
    draw(self, &filling);
    correct(self, taken, used);
    self->stock[filling.kind]--;
    self->price += sheet->price;
    self->fresh += self->task->order->offcuts_first && !sheet->offcut ? sheet->price : 0;
  }
  filling_clear(&filling);
  gboolean better = self->fresh < self->best_fresh || (self->fresh == self->best_fresh && self->price < self->best);
  return filled && better && !search->stopped;
}

/* Asks the caller while there is no plan; afterwards sheets_go_on does. */
static gboolean is_wanted(Stock *self) {
  SheetSearch *search = self->search;
  if (self->best == G_MAXINT64 && search->progress &&
      !search->progress(search->bound, G_MAXINT64, search->progress_data))
    search->stopped = TRUE;
  return !search->stopped;
}

/* One round: a plan that is better than the best, or FALSE. */
static gboolean run_round(Stock *self, int width) {
  SheetSearch *search = self->search;
  const CutSheetOrder *order = self->task->order;
  self->price = self->fresh = 0;
  sheets_plan_clear(self->plan);
  for (gsize k = 0; k < order->n_sheets; k++)
    self->stock[k] = order->sheets[k].count == CUT_UNLIMITED ? G_MAXINT64 : order->sheets[k].count;
  gboolean going = TRUE;
  while (going && search->pieces > 0)
    going = fill_sheet(self, width) && (search->pieces == 0 || is_wanted(self));
  return going;
}

/* What a failed round left over: kept in `left` where it is the least so far, and worth more from now on. */
static void learn(Stock *self, guint16 *left, int *least) {
  if (self->best == G_MAXINT64 && self->search->pieces < *least) {
    *least = self->search->pieces;
    memcpy(left, self->search->copies, sizeof *left * self->task->n_items);
  }
  for (gsize i = 0; i < self->task->n_items; i++)
    if (self->search->copies[i] > 0)
      self->worth[i] = MIN(self->worth[i] * 3 / 2 + 1, WORTH_MAX);
}

static void vary_worths(Stock *self) {
  gint64 kerf = self->task->rules.kerf;
  for (gsize i = 0; i < self->task->n_items; i++) {
    gint64 area = (self->task->items[i].width + kerf) * (self->task->items[i].height + kerf);
    self->worth[i] = self->round == 0 ? area : MAX(1, area * (gint64)(96 + next_random(self) % 64) / 128);
  }
}

static void run_rounds(Stock *self, CutSheetPlan *plan, guint16 *left) {
  SheetSearch *search = self->search;
  int pieces = search->pieces, least = G_MAXINT;
  for (int width = 1; width <= BEAM_MAX; width *= 2)
    for (int i = 0; i < ROUNDS && (self->best == G_MAXINT64 || sheets_go_on(search, 0)); i++, self->round++) {
      if (self->best == G_MAXINT64 && self->round > 0 &&
          (self->round >= HOPELESS || (search->limit > 0 && search->work >= search->limit) || !is_wanted(self)))
        return;
      if (i == 0)
        vary_worths(self);
      if (run_round(self, width)) {
        sheets_plan_swap(plan, self->plan);
        search->best = self->best = self->price;
        self->best_fresh = self->fresh;
        if (search->progress && !search->progress(search->bound, search->best, search->progress_data))
          search->stopped = TRUE;
      } else {
        learn(self, left, &least);
      }
      memcpy(search->copies, self->demand, sizeof *self->demand * self->task->n_items);
      search->pieces = pieces;
    }
}

gsize *sheets_rank_kinds(const CutSheetOrder *order) {
  gsize *kinds = g_new(gsize, order->n_sheets);
  for (gsize k = 0; k < order->n_sheets; k++) {
    gsize at = k;
    const CutSheet *sheet = &order->sheets[k];
    while (at > 0) {
      const CutSheet *other = &order->sheets[kinds[at - 1]];
      gboolean first = order->offcuts_first && sheet->offcut != other->offcut
                         ? sheet->offcut
                         : (__int128)sheet->price * other->width * other->height <
                             (__int128)other->price * sheet->width * sheet->height;
      if (!first)
        break;
      kinds[at] = kinds[at - 1];
      at--;
    }
    kinds[at] = k;
  }
  return kinds;
}

/* There may be a plan to be bettered. */
static void start_from(Stock *self, const CutSheetPlan *plan) {
  const CutSheetOrder *order = self->task->order;
  if (plan->kinds->len == 0)
    return;
  self->best = self->best_fresh = 0;
  for (guint i = 0; i < plan->kinds->len; i++) {
    const CutSheet *sheet = &order->sheets[g_array_index(plan->kinds, gint64, i)];
    self->best += sheet->price;
    self->best_fresh += order->offcuts_first && !sheet->offcut ? sheet->price : 0;
  }
  self->search->best = self->best;
}

gboolean sheets_stock(SheetSearch *search, SheetTask *task, CutSheetPlan *plan, guint16 *left) {
  g_autofree guint16 *demand = g_memdup2(search->copies, sizeof(guint16) * task->n_items);
  g_autofree gint64 *worth = g_new(gint64, task->n_items), *stock = g_new(gint64, task->order->n_sheets);
  g_autofree gsize *kinds = sheets_rank_kinds(task->order);
  g_autoptr(CutSheetPlan) spare = sheets_plan_new();
  Stock self = {.search = search, .task = task, .plan = spare, .demand = demand, .worth = worth, .stock = stock,
                .kinds = kinds, .best = G_MAXINT64, .best_fresh = G_MAXINT64,
                .random = (task->order->seed + 1) * 0x9e3779b97f4a7c15u | 1};
  start_from(&self, plan);
  run_rounds(&self, plan, left);
  return self.best < G_MAXINT64;
}
