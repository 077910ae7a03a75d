/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan of any order at once, in n log n time. Sheet after sheet begins with the largest item that is left; what
 * comes next is looked up by its sides: the tallest or the widest piece that fits beside the last, else above it, else
 * right of it. Equal sheets are cut as often as there are pieces for them; at first an order of very many pieces is
 * taken by the share, so that each sheet is cut several times. With more time each sheet is tried in several ways,
 * partly by lot, and filled in the best. */
#include "cut/sheets.h"
#include <stdlib.h>

#define WORK 10         /* units for a piece put on a sheet */
#define AT_ONCE 20000   /* pieces that are quickly put on sheets one by one */
#define NONE G_MAXINT32 /* the other side of a form that is not to be had */

/* The forms by one side, longest first, and over them a tree of the shortest other sides. */
typedef struct {
  int size;      /* leaves, a power of two */
  int n;         /* forms */
  int *forms;    /* by place */
  int *places;   /* by form */
  gint32 *sides; /* by place */
  gint32 *other; /* the tree: node i over 2i and 2i + 1, leaves from `size` on; the shortest other side below */
} Index;

typedef struct {
  SheetTask part;    /* the task with a kind of its own at hand */
  SheetSearch search;
  gboolean turned;   /* the frame */
  gsize *items;      /* by priority, then largest first */
  gsize from;        /* those before are used up */
  gsize to;          /* those before may come: they are of one priority, or lower ones of which nothing is left */
  int *first_form;   /* per item, and one more */
  gint64 *rest;      /* per item: not in this share */
  gint64 *left;      /* per item: of this share, not on a sheet yet */
  gint64 share;      /* one in so many pieces is in it, and each sheet is cut so often */
  gint64 *lost;      /* per item: for which no sheet was found */
  gint64 left_group; /* pieces of the priority at hand */
  gint64 left_area;  /* of this share */
  gint64 *stock;     /* per kind of sheet */
  gsize *kinds;      /* cheapest area first */
  gboolean ready;    /* a sheet is at hand in the search */
  Index tall, wide;
  GArray *nodes;     /* of SheetNode: the open sheet; first the root */
  GArray *best;      /* of SheetNode: the best try for the sheet */
  int tries;         /* for a sheet */
  gint64 spent;      /* pieces put on the sheet in all tries */
  gboolean straight; /* in this try everything goes by the guide, nothing by lot */
  guint64 random;
  GArray *out;       /* of SheetNode: what may come next */
  CutSheetPlan *plan;
} Rough;

typedef struct {
  gint64 priority, side;
  gsize item;
} Rank;

static int compare_ranks(const void *a, const void *b) {
  const Rank *x = a, *y = b;
  if (x->priority != y->priority)
    return x->priority < y->priority ? -1 : 1;
  if (x->side != y->side)
    return x->side > y->side ? -1 : 1;
  return x->item < y->item ? -1 : 1;
}

gsize *sheets_rank_items(const SheetTask *task) {
  g_autofree Rank *ranks = g_new(Rank, task->n_items);
  gsize *items = g_new(gsize, task->n_items);
  for (gsize i = 0; i < task->n_items; i++)
    ranks[i] = (Rank){.priority = task->items[i].priority, .item = i,
                      .side = MAX(task->items[i].width, task->items[i].height)};
  qsort(ranks, task->n_items, sizeof *ranks, compare_ranks);
  for (gsize i = 0; i < task->n_items; i++)
    items[i] = ranks[i].item;
  return items;
}

static int compare_keys(const void *a, const void *b) {
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
  return (x > y) - (x < y);
}

static void index_init(Index *self, const SheetSearch *search, gboolean by_height) {
  g_autofree gint64 *keys = g_new(gint64, search->n_forms + 1); /* in one number: sorting is what takes longest here */
  *self = (Index){.n = search->n_forms, .size = 1};
  while (self->size < self->n)
    self->size *= 2;
  self->forms = g_new(int, self->n + 1);
  self->places = g_new(int, self->n + 1);
  self->sides = g_new(gint32, self->n + 1);
  self->other = g_new(gint32, 2 * self->size);
  for (int f = 0; f < self->n; f++)
    keys[f] = (NONE - (by_height ? search->forms[f].height : search->forms[f].width)) << 32 | f;
  qsort(keys, (gsize)self->n, sizeof *keys, compare_keys);
  for (int place = 0; place < self->n; place++) {
    int form = (int)(keys[place] & NONE);
    self->forms[place] = form;
    self->places[form] = place;
    self->sides[place] = (gint32)(NONE - (keys[place] >> 32));
  }
  for (int node = 0; node < 2 * self->size; node++)
    self->other[node] = NONE;
}

static void index_clear(Index *self) {
  g_free(self->forms);
  g_free(self->places);
  g_free(self->sides);
  g_free(self->other);
}

static void index_set(Index *self, int form, gint32 other) {
  int node = self->size + self->places[form];
  self->other[node] = other;
  for (node /= 2; node > 0; node /= 2) {
    gint32 least = MIN(self->other[2 * node], self->other[2 * node + 1]);
    if (self->other[node] == least)
      return;
    self->other[node] = least;
  }
}

/* The form with the longest side of at most `side` whose other side is at most `other`; -1 where there is none. */
static int index_find(const Index *self, gint64 side, gint64 other) {
  int low = 0, high = self->n;
  if (self->other[1] > other || side < self->sides[self->n - 1])
    return -1;
  while (low < high) {
    int middle = (low + high) / 2;
    if (self->sides[middle] <= side)
      high = middle;
    else
      low = middle + 1;
  }
  int node = self->size + low;
  while (self->other[node] > other) {
    while (node % 2 == 1) /* nothing right of it below the same node */
      node /= 2;
    if (node == 0)
      return -1;
    node++;
  }
  while (node < self->size)
    node = self->other[2 * node] <= other ? 2 * node : 2 * node + 1;
  return self->forms[node - self->size];
}

static void set_item(Rough *self, gsize item, gboolean there) {
  for (int f = self->first_form[item]; f < self->first_form[item + 1]; f++) {
    index_set(&self->tall, f, there ? (gint32)self->search.forms[f].width : NONE);
    index_set(&self->wide, f, there ? (gint32)self->search.forms[f].height : NONE);
  }
}

/* Whether any of it is left that can be cut in this frame. */
static gboolean is_there(const Rough *self, gsize item) {
  return self->left[item] > 0 && self->first_form[item] < self->first_form[item + 1];
}

/* The items of the next priority of which anything is left. */
static void open_group(Rough *self) {
  const SheetItem *items = self->part.items;
  while (self->left_group == 0 && self->to < self->part.n_items) {
    gint64 priority = items[self->items[self->to]].priority;
    for (; self->to < self->part.n_items && items[self->items[self->to]].priority == priority; self->to++) {
      gsize item = self->items[self->to];
      if (!is_there(self, item))
        continue;
      self->left_group += self->left[item];
      set_item(self, item, TRUE);
    }
  }
}

/* Takes so many of an item; fewer than none are given back. */
static void take(Rough *self, gsize item, gint64 times) {
  gboolean there = self->left[item] > 0;
  self->left[item] -= times;
  self->left_group -= times;
  if (there != (self->left[item] > 0))
    set_item(self, item, !there);
  open_group(self);
}

static guint64 next_random(Rough *self) {
  self->random ^= self->random << 13;
  self->random ^= self->random >> 7;
  self->random ^= self->random << 17;
  return self->random >> 16;
}

/* Looks up what fits into that room; where what it leaves may be too narrow to be cut off, what is `less` long. */
static guint look_up(const Rough *self, SheetPut put, gint64 width, gint64 height, gint64 less,
                     SheetOffer offers[2]) {
  guint n = 0;
  int forms[] = {index_find(&self->wide, width - less, height), index_find(&self->tall, height - less, width)};
  gboolean alone = put == SHEET_ROW && self->part.rules.stages < 3; /* what is beside it is waste */
  for (int f = 0; f < 2 - (alone && forms[0] >= 0); f++)
    if (forms[f] >= 0 && (f == 0 || forms[1] != forms[0]))
      offers[n++] = (SheetOffer){.form = forms[f], .put = put};
  return n;
}

/* The best of what was offered goes on the sheet. */
static gboolean put_best(Rough *self) {
  const SheetNode *best = NULL;
  for (guint i = 0; i < self->out->len; i++) {
    const SheetNode *node = &g_array_index(self->out, SheetNode, i);
    if (!best || node->guide < best->guide || (!self->straight && next_random(self) % 4 == 0))
      best = node;
  }
  if (!best)
    return FALSE;
  int item = self->search.forms[best->form].item;
  g_array_append_val(self->nodes, *best);
  self->spent++;
  g_array_set_size(self->out, 0);
  take(self, (gsize)item, 1);
  return TRUE;
}

static gboolean offer(Rough *self, const SheetOffer *offers, guint n) {
  sheets_offer(&self->search, self->nodes, (gint32)self->nodes->len - 1, offers, n, self->out);
  return put_best(self);
}

/* One more piece on the open sheet. */
static gboolean put_next(Rough *self) {
  const CutRules *rules = &self->part.rules;
  const SheetNode at = g_array_index(self->nodes, SheetNode, self->nodes->len - 1);
  gint64 least = rules->waste_min > 0 ? rules->waste_min + rules->kerf : 0;
  const struct {
    SheetPut put;
    gint64 width, height;
  } rooms[] = {{SHEET_BESIDE, rules->stages < 3 ? 0 : at.x1 - at.end, at.y1 - at.y0},
               {SHEET_ROW, at.x1 - at.x0, self->search.height - at.y1},
               {SHEET_STRIP, self->search.width - at.x1, self->search.height}};
  for (gsize i = 0; i < G_N_ELEMENTS(rooms); i++) {
    gint64 room = MAX(0, MIN(rooms[i].width, rooms[i].height));
    gboolean lot = !self->straight && next_random(self) % 4 == 0;
    gint64 less[] = {lot ? (gint64)(next_random(self) % (guint64)(1 + room / 2)) : 0, least};
    for (int again = 0; again <= (lot || least > 0); again++) {
      SheetOffer offers[2];
      guint n = look_up(self, rooms[i].put, rooms[i].width, rooms[i].height, less[again], offers);
      if (n > 0 && offer(self, offers, n))
        return TRUE;
    }
  }
  return FALSE;
}

static void set_kind(Rough *self, gsize kind) {
  if (self->ready && self->part.kind == kind)
    return;
  sheets_task_set_kind(&self->part, kind);
  sheets_set_sheet(&self->search, &self->part, self->turned);
  self->ready = TRUE;
}

/* Begins a sheet with the largest item left, of the first kind that takes it. */
static gboolean begin_sheet(Rough *self) {
  while (!is_there(self, self->items[self->from]))
    self->from++;
  gsize item = self->items[self->from];
  SheetNode root = {.parent = -1, .form = -1, .sheet = -1};
  SheetOffer offers[2];
  guint n = 0;
  for (int f = self->first_form[item]; f < self->first_form[item + 1]; f++)
    offers[n++] = (SheetOffer){.form = f, .put = SHEET_NEW};
  g_array_set_size(self->nodes, 0);
  g_array_append_val(self->nodes, root);
  for (gsize k = 0; k < self->part.order->n_sheets; k++) {
    if (self->stock[self->kinds[k]] == 0)
      continue;
    set_kind(self, self->kinds[k]);
    if (offer(self, offers, n))
      return TRUE;
  }
  return FALSE;
}

/* How often the sheet just filled can be cut once more. */
static gint64 times_more(const Rough *self) {
  g_autoptr(GHashTable) counts = g_hash_table_new(NULL, NULL);
  gint64 more = self->stock[self->part.kind];
  for (guint i = 1; i < self->nodes->len && more > 0; i++) {
    int item = self->search.forms[g_array_index(self->nodes, SheetNode, i).form].item;
    gpointer key = GINT_TO_POINTER(item);
    int count = GPOINTER_TO_INT(g_hash_table_lookup(counts, key)) + 1;
    g_hash_table_insert(counts, key, GINT_TO_POINTER(count));
    more = MIN(more, self->left[item] / count);
  }
  return more;
}

static void take_all(Rough *self, const GArray *nodes, gint64 times) {
  for (guint i = 1; i < nodes->len && times != 0; i++)
    take(self, (gsize)self->search.forms[g_array_index(nodes, SheetNode, i).form].item, times);
}

static gint64 area_of(const GArray *nodes) {
  return nodes->len > 0 ? g_array_index(nodes, SheetNode, nodes->len - 1).area : 0;
}

/* Fills the sheet that is begun. */
static void fill_up(Rough *self) {
  while (self->left_group > 0 && put_next(self))
    continue;
}

/* Tries to fill the sheet just begun in other ways, and keeps the best. */
static void try_others(Rough *self) {
  SheetNode head[2] = {g_array_index(self->nodes, SheetNode, 0), g_array_index(self->nodes, SheetNode, 1)};
  g_array_set_size(self->best, 0);
  for (int t = 0; t < self->tries; t++) {
    self->straight = t == 0;
    fill_up(self);
    GArray *nodes = self->nodes;
    if (area_of(nodes) > area_of(self->best)) {
      self->nodes = self->best;
      self->best = nodes;
    }
    take_all(self, nodes, -1);
    g_array_set_size(self->nodes, 0);
    g_array_append_vals(self->nodes, head, 2);
    take_all(self, self->nodes, 1);
  }
  take_all(self, self->nodes, -1);
  take_all(self, self->best, 1);
  g_array_set_size(self->nodes, 0);
  g_array_append_vals(self->nodes, self->best->data, self->best->len);
}

static gboolean fill_sheet(Rough *self) {
  self->straight = TRUE;
  self->spent = 0;
  if (!begin_sheet(self))
    return FALSE;
  if (self->tries > 1)
    try_others(self);
  else
    fill_up(self);
  self->stock[self->part.kind]--;
  const gint64 more = times_more(self);
  take_all(self, self->nodes, more);
  self->left_area -= area_of(self->nodes) * (1 + more);
  for (guint i = 1; i < self->nodes->len; i++)
    g_array_index(self->nodes, SheetNode, i).sheet = (gint32)self->plan->kinds->len;
  g_array_remove_index(self->nodes, 0);
  sheets_draw(&self->search, self->nodes, self->turned, self->plan);
  sheets_plan_repeat(self->plan, (1 + more) * self->share - 1);
  self->stock[self->part.kind] -= more;
  return TRUE;
}

/* The forms in which an item can be cut from any kind of sheet. */
static void list_forms(Rough *self) {
  int n = 0;
  for (gsize i = 0; i < self->part.n_items; i++) {
    SheetForm forms[2];
    int of_item = sheets_forms_of(&self->part, (int)i, self->turned, forms);
    self->first_form[i] = n;
    for (int f = 0; f < of_item; f++) {
      gboolean fits = FALSE;
      for (gsize kind = 0; kind < self->part.order->n_sheets && !fits; kind++) {
        sheets_task_set_kind(&self->part, kind);
        fits = sheets_form_fits(&self->part, &forms[f], self->turned);
      }
      if (fits)
        self->search.forms[n++] = forms[f];
    }
  }
  self->first_form[self->part.n_items] = n;
  self->search.n_forms = n;
}

/* Goes on without the largest item, for which there is no sheet. */
static void lose(Rough *self) {
  gsize item = self->items[self->from];
  self->lost[item] += self->left[item] * self->share;
  take(self, item, self->left[item]);
}

/* Of a very large order the next share, smaller than the last; of others all. There the stock must have no end, and the
 * sheets may come in any order. */
static void share_out(Rough *self) {
  gint64 pieces = 0;
  for (gsize i = 0; i < self->part.n_items; i++)
    pieces += self->rest[i];
  self->share = CLAMP(pieces / AT_ONCE, 1, self->share - 1);
  self->from = self->to = 0;
  self->left_group = self->left_area = 0;
  for (gsize i = 0; i < self->part.n_items; i++) {
    const int form = self->first_form[i];
    self->left[i] = self->rest[i] / self->share;
    self->rest[i] %= self->share;
    self->left_area += is_there(self, i) ? self->left[i] * self->search.forms[form].area : 0;
  }
  open_group(self);
}

/* What is still left goes into the next share: a sheet that it does not fill would be cut too often. */
static void give_back(Rough *self) {
  for (gsize i = 0; i < self->part.n_items; i++) {
    if (is_there(self, i))
      set_item(self, i, FALSE);
    self->rest[i] += self->left[i] * self->share;
  }
}

/* FALSE where told to stop. */
static gboolean run_share(Rough *self, SheetSearch *search) {
  gboolean going = TRUE;
  share_out(self);
  while (going && self->left_group > 0 &&
         (self->share == 1 || self->left_area >= self->search.width * self->search.height))
    if (fill_sheet(self))
      going = self->tries == 1 || sheets_go_on(search, WORK * self->spent);
    else
      lose(self);
  give_back(self);
  return going;
}

/* Cuts in one frame what can be. FALSE where told to stop. */
static gboolean run_frame(Rough *self, SheetSearch *search, gboolean turned, gboolean shares) {
  self->turned = turned;
  self->ready = FALSE;
  self->share = shares ? G_MAXINT64 : 2;
  list_forms(self);
  index_init(&self->tall, &self->search, TRUE);
  index_init(&self->wide, &self->search, FALSE);
  gboolean going = TRUE;
  while (going && self->share > 1)
    going = run_share(self, search);
  index_clear(&self->tall);
  index_clear(&self->wide);
  return going;
}

static gboolean run(Rough *self, SheetSearch *search, int round) {
  gsize n = self->part.n_items, n_kinds = self->part.order->n_sheets;
  gint64 rest = 0;
  gboolean shares = round == 0 && !self->search.priorities;
  for (gsize k = 0; k < n_kinds; k++) {
    const gint64 count = self->part.order->sheets[k].count;
    self->stock[k] = count == CUT_UNLIMITED ? G_MAXINT64 : count;
    shares = shares && count == CUT_UNLIMITED;
  }
  for (gsize i = 0; i < n; i++)
    self->rest[i] = self->part.items[i].copies;
  CutFirst first = self->part.rules.first;
  gboolean turned = first == CUT_FIRST_HORIZONTAL || (first == CUT_FIRST_EITHER && round % 2 == 1);
  if (run_frame(self, search, turned, shares) && first == CUT_FIRST_EITHER && !self->search.priorities)
    run_frame(self, search, !turned, shares); /* what cannot be cut in the other: some matched sequences */
  for (gsize i = 0; i < n; i++) {
    self->rest[i] += self->lost[i];
    rest += self->rest[i];
  }
  return rest == 0;
}

gboolean sheets_rough(SheetSearch *search, const SheetTask *task, int round, CutSheetPlan *plan, guint16 *over) {
  gsize n = task->n_items;
  g_autofree gsize *items = sheets_rank_items(task), *kinds = sheets_rank_kinds(task->order);
  g_autofree int *first_form = g_new(int, n + 1);
  g_autofree gint64 *rest = g_new(gint64, n), *left = g_new0(gint64, n), *lost = g_new0(gint64, n);
  g_autofree gint64 *stock = g_new(gint64, task->order->n_sheets);
  g_autofree SheetForm *forms = g_new(SheetForm, 2 * n + 2);
  GArray *nodes = g_array_new(FALSE, FALSE, sizeof(SheetNode));
  g_autoptr(GArray) out = g_array_new(FALSE, FALSE, sizeof(SheetNode));
  GArray *best = g_array_new(FALSE, FALSE, sizeof(SheetNode));
  Rough self = {.part = *task, .search = *search, .items = items, .kinds = kinds, .first_form = first_form,
                .rest = rest, .left = left, .lost = lost, .stock = stock, .nodes = nodes, .best = best, .out = out,
                .plan = plan,
                .tries = search->priorities ? 1 : 1 << round, .random = 2 * (task->order->seed + (guint64)round) + 1};
  self.search.task = &self.part;
  self.search.rules = &self.part.rules;
  self.search.forms = forms;
  sheets_plan_clear(plan);
  gboolean found = run(&self, search, round);
  for (gsize i = 0; i < n && over; i++)
    over[i] = (guint16)rest[i];
  if (!found)
    sheets_plan_clear(plan);
  g_array_unref(self.nodes);
  g_array_unref(self.best);
  return found;
}
