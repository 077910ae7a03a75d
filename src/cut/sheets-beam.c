/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Beam search: level by level, one piece more each, only the most promising nodes are kept. Candidates are
 * told apart by a table of states and thinned by selection, never sorted: in the end ties go to whoever came first, so
 * that the search is the same on every machine. */
#include "cut/sheets.h"
#include <stdlib.h>
#include <string.h>

#define NODES_MAX 3000000 /* kept over all levels */

typedef struct {
  double guide;
  gint32 edge;           /* of the open strip: of equal ones, what leaves more of the sheet whole */
  gint32 at;             /* index into the candidates */
} Rank;

typedef struct {
  SheetSearch *search;
  GArray *nodes;         /* of SheetNode: every kept node of every level, parents first */
  GArray *next;          /* of SheetNode: the coming level, not yet thinned */
  guint16 *left, *after; /* copies left, per node of this level and of the next */
  Rank *ranks;           /* scratch, for every candidate */
  gint32 *table;         /* by state: index into `next` + 1; 0 free */
  guint32 mask;          /* size of the table - 1 */
  guint full;            /* candidates at which they are thinned */
  int width;
  int guide;
  double worst;          /* of the last thinning */
  double limit;          /* worse guides are not looked at */
} Beam;

static gboolean same_state(const SheetNode *a, const SheetNode *b) {
  return a->hash == b->hash && a->sheet == b->sheet && a->x0 == b->x0 && a->x1 == b->x1 && a->y0 == b->y0 &&
         a->y1 == b->y1 && a->end == b->end;
}

/* Its place in the table: where the same state is, or a free one. */
static gint32 *slot_of(const Beam *self, const SheetNode *node) {
  guint64 key = node->hash ^ ((guint64)(guint32)node->x1 << 32) ^ (guint64)(guint32)node->x0 * 0x9e3779b1u;
  key = (key ^ (guint64)(guint32)node->y1 * 0x85ebca77u ^ (guint64)(guint32)node->end << 20) * 0x9e3779b97f4a7c15u;
  guint32 at = (guint32)(key >> 32) & self->mask;
  while (self->table[at] && !same_state(node, &g_array_index(self->next, SheetNode, self->table[at] - 1)))
    at = (at + 1) & self->mask;
  return &self->table[at];
}

/* Drops those of the candidates from `first` on that are known already, or need too many sheets. */
static void admit(Beam *self, guint first) {
  guint kept = first;
  for (guint i = first; i < self->next->len; i++) {
    const SheetNode *node = &g_array_index(self->next, SheetNode, i);
    gint32 *slot = slot_of(self, node);
    if (*slot || (!self->search->single && node->sheet + 1 + self->search->kept >= self->search->best))
      continue;
    if (kept < i)
      g_array_index(self->next, SheetNode, kept) = *node;
    *slot = (gint32)++kept;
  }
  g_array_set_size(self->next, kept);
}

static gboolean before(Rank a, Rank b) {
  if (a.guide != b.guide)
    return a.guide < b.guide;
  return a.edge < b.edge || (a.edge == b.edge && a.at < b.at);
}

static int compare_ranks(const void *a, const void *b) {
  return before(*(const Rank *)a, *(const Rank *)b) ? -1 : 1;
}

/* Hoare's selection: the n first of the ranks come to the front. */
static void select_ranks(Rank *ranks, gint32 length, gint32 n) {
  for (gint32 low = 0, high = length - 1; low < high;) {
    Rank pivot = ranks[low + (high - low) / 2];
    gint32 i = low, j = high;
    while (i <= j) {
      while (before(ranks[i], pivot))
        i++;
      while (before(pivot, ranks[j]))
        j--;
      if (i > j)
        break;
      Rank swap = ranks[i];
      ranks[i++] = ranks[j];
      ranks[j--] = swap;
    }
    if (n - 1 <= j)
      high = j;
    else if (n - 1 >= i)
      low = i;
    else
      return;
  }
}

static Rank rank_of(const Beam *self, gint32 at) {
  const SheetNode *node = &g_array_index(self->next, SheetNode, at);
  return (Rank){.guide = node->guide, .edge = node->x1, .at = at};
}

/* Ranks the candidates; the best `width` of them come first. How many those are. */
static gint32 rank(Beam *self) {
  gint32 length = (gint32)self->next->len, kept = MIN(length, self->width);
  for (gint32 i = 0; i < length; i++)
    self->ranks[i] = rank_of(self, i);
  if (length > kept)
    select_ranks(self->ranks, length, kept);
  return kept;
}

/* Keeps the best `width` candidates, in the order they came. */
static void thin(Beam *self) {
  gint32 kept = rank(self), to = 0;
  Rank last = self->ranks[0];
  for (gint32 i = 1; i < kept; i++)
    last = before(last, self->ranks[i]) ? self->ranks[i] : last;
  for (gint32 i = 0; i < (gint32)self->next->len; i++) {
    if (!before(last, rank_of(self, i)))
      g_array_index(self->next, SheetNode, to++) = g_array_index(self->next, SheetNode, i);
  }
  g_array_set_size(self->next, (guint)to);
  memset(self->table, 0, sizeof *self->table * (self->mask + 1));
  admit(self, 0);
  self->worst = last.guide;
}

/* Moves the best of the coming level to the nodes kept, best first. */
static gboolean keep_level(Beam *self, gint32 first) {
  const SheetSearch *search = self->search;
  gsize row = (gsize)search->n_items;
  gint32 kept = rank(self);
  qsort(self->ranks, (gsize)kept, sizeof *self->ranks, compare_ranks);
  for (gint32 i = 0; i < kept; i++) {
    const SheetNode *node = &g_array_index(self->next, SheetNode, self->ranks[i].at);
    memcpy(self->after + row * (gsize)i, self->left + row * (gsize)(node->parent - first), row * sizeof *self->left);
    self->after[row * (gsize)i + (gsize)search->forms[node->form].item]--;
    g_array_append_val(self->nodes, *node);
  }
  return kept > 0;
}

static gboolean expand_level(Beam *self, gint32 first, gint32 end) {
  SheetSearch *search = self->search;
  gsize row = (gsize)search->n_items;
  g_array_set_size(self->next, 0);
  memset(self->table, 0, sizeof *self->table * (self->mask + 1));
  self->worst = self->limit;
  for (gint32 at = first; at < end; at++) {
    guint before = self->next->len;
    gint64 work = sheets_children(search, self->nodes, at, self->left + row * (gsize)(at - first), self->guide,
                                  self->worst, self->next);
    if (!sheets_go_on(search, work))
      return FALSE;
    admit(self, before);
    if (self->next->len > self->full)
      thin(self);
  }
  return keep_level(self, first);
}

static GArray *chain_of(const Beam *self, gint32 at) {
  GArray *chain = g_array_new(FALSE, FALSE, sizeof(SheetNode));
  for (const SheetNode *node = &g_array_index(self->nodes, SheetNode, at); node->parent >= 0;
       node = &g_array_index(self->nodes, SheetNode, node->parent))
    g_array_append_val(chain, *node);
  for (guint i = 0; i < chain->len / 2; i++) {
    SheetNode node = g_array_index(chain, SheetNode, i);
    g_array_index(chain, SheetNode, i) = g_array_index(chain, SheetNode, chain->len - 1 - i);
    g_array_index(chain, SheetNode, chain->len - 1 - i) = node;
  }
  return chain;
}

/* Levels until all pieces are placed, or nothing more can be. The first node of the last whole level, or -1
 * where told to stop. */
static gint32 run(Beam *self) {
  SheetSearch *search = self->search;
  SheetNode root = {.parent = -1, .form = -1, .sheet = -1};
  gint32 first = 0;
  g_array_append_val(self->nodes, root);
  memcpy(self->left, search->copies, (gsize)search->n_items * sizeof *self->left);
  for (int level = 0; level < search->pieces; level++) {
    gint32 end = (gint32)self->nodes->len;
    if (!expand_level(self, first, end))
      return search->single && !search->stopped ? first : -1;
    guint16 *swap = self->left;
    self->left = self->after;
    self->after = swap;
    first = end;
  }
  return first;
}

static Beam beam_new(SheetSearch *search, int width, int guide) {
  width = MIN(width, MAX(1, NODES_MAX / search->pieces));
  gsize rows = (gsize)search->n_items * (gsize)width;
  guint full = 3 * (guint)width + 64;
  guint most = full + SHEETS_CHILDREN * (guint)search->n_forms;
  Beam self = {.search = search, .width = width, .guide = guide, .full = full, .mask = 255, .limit = G_MAXDOUBLE};
  while (self.mask < 2 * most)
    self.mask = self.mask * 2 + 1;
  self.nodes = g_array_new(FALSE, FALSE, sizeof(SheetNode));
  self.next = g_array_sized_new(FALSE, FALSE, sizeof(SheetNode), most);
  self.left = g_new(guint16, rows);
  self.after = g_new(guint16, rows);
  self.ranks = g_new(Rank, most);
  self.table = g_new(gint32, self.mask + 1);
  return self;
}

static void beam_clear(Beam *self) {
  g_array_unref(self->nodes);
  g_array_unref(self->next);
  g_free(self->left);
  g_free(self->after);
  g_free(self->ranks);
  g_free(self->table);
}

GArray *sheets_beam(SheetSearch *search, int width, int guide) {
  Beam self = beam_new(search, width, guide);
  gint32 first = run(&self), best = first;
  for (gint32 at = first; first >= 0 && at < (gint32)self.nodes->len; at++) {
    const SheetNode *node = &g_array_index(self.nodes, SheetNode, at),
                    *other = &g_array_index(self.nodes, SheetNode, best);
    if (node->sheet < other->sheet || (node->sheet == other->sheet && node->x1 < other->x1))
      best = at;
  }
  GArray *chain = best >= 0 ? chain_of(&self, best) : NULL;
  beam_clear(&self);
  return chain;
}

/* The worthiest node worth more than `least`; -1 where there is none. */
static gint32 worthiest(const Beam *self, gint64 least) {
  gint32 best = -1;
  for (gint32 at = 1; at < (gint32)self->nodes->len; at++)
    if (g_array_index(self->nodes, SheetNode, at).area > least) {
      least = g_array_index(self->nodes, SheetNode, at).area;
      best = at;
    }
  return best;
}

void sheets_beam_single(SheetSearch *search, int width, int guide, gint64 least, guint most, GPtrArray *chains) {
  search->single = TRUE;
  Beam self = beam_new(search, width, guide);
  if (guide == SHEETS_GUIDE_REST)
    self.limit = -(double)least + search->tolls;
  gint32 found = run(&self);
  search->single = FALSE;
  for (guint n = 0; n < most && found >= 0; n++) {
    gint32 best = worthiest(&self, least);
    if (best < 0)
      break;
    g_ptr_array_add(chains, chain_of(&self, best));
    guint64 hash = g_array_index(self.nodes, SheetNode, best).hash;
    for (gint32 at = 1; at < (gint32)self.nodes->len; at++)
      if (g_array_index(self.nodes, SheetNode, at).hash == hash)
        g_array_index(self.nodes, SheetNode, at).area = -1;
  }
  beam_clear(&self);
}

GArray *sheets_beam_worthiest(SheetSearch *search, int width) {
  g_autoptr(GPtrArray) chains = g_ptr_array_new();
  sheets_beam_single(search, width, SHEETS_GUIDE_WORTH, 0, 1, chains);
  return chains->len > 0 ? chains->pdata[0] : NULL;
}
