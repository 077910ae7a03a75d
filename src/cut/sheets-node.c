/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The branching: every way to put one more piece at the front of the open sheet.
 *
 * Guides are floating point: they only order the search and decide no value of a plan. They use nothing but
 * the four operations, which every IEEE machine rounds alike. */
#include "cut/sheets.h"

#define ROWS_MAX 128

typedef struct {
  const SheetSearch *search;
  const SheetNode *from;
  gint32 ends[ROWS_MAX]; /* right ends of the open strip's closed rows (only where waste has a least width) */
  int n_ends;
  int guide;
  gint32 parent;
  int count;             /* pieces placed, the new one included */
  double worst;
  GArray *out;
  gboolean any;          /* some piece still fits the open sheet */
} Expansion;

/* The closed rows of the open strip, read from the chain. */
static void collect_ends(Expansion *self, const GArray *nodes, gint32 at) {
  self->n_ends = 0;
  const SheetNode *node = &g_array_index(nodes, SheetNode, at);
  while (node->parent >= 0) {
    const SheetNode *before = &g_array_index(nodes, SheetNode, node->parent);
    if (node->put >= SHEET_STRIP)
      return;
    if (node->put == SHEET_ROW && self->n_ends < ROWS_MAX)
      self->ends[self->n_ends++] = before->end;
    node = before;
  }
}

/* The least right edge of a strip beginning at x0 whose open row ends at `end`; -1 where there is none. */
static gint32 strip_edge(const Expansion *self, gint32 x0, gint32 x1, gint32 end, gboolean with_open, int n_ends) {
  const CutRules *rules = self->search->rules;
  gint32 width = (gint32)self->search->width, least = (gint32)rules->waste_min;
  gint32 edge = MAX(end, rules->first_min > 0 ? x0 + (gint32)rules->first_min : 0);
  if (least == 0)
    edge = MAX(edge, x1);
  for (gboolean moved = TRUE; least > 0 && moved && edge <= width;) {
    gint32 before = edge;
    for (int i = -2; i < n_ends; i++) {
      gint32 row = i == -2 ? end : i == -1 ? (with_open ? self->from->end : end) : self->ends[i];
      edge = MAX(edge, row);
      if (edge - row > 0 && edge - row < least)
        edge = row + least;
    }
    if (edge < width && width - edge < least)
      edge = width;
    moved = edge != before;
  }
  return edge > width || (rules->first_max > 0 && edge - x0 > rules->first_max) ? -1 : edge;
}

static double guide_of(const Expansion *self, const SheetNode *node) {
  const SheetSearch *search = self->search;
  double full = (double)search->width * (double)search->height;
  double front = (double)node->sheet * full + (double)node->x0 * (double)search->height +
                 (double)(node->x1 - node->x0) * node->y0 + (double)(node->end - node->x0) * (node->y1 - node->y0);
  double waste = (front - (double)node->area) / front, mean = (double)node->area / self->count;
  switch (self->guide) {
  case 0: return waste / mean;
  case 1: return (waste + 0.1) / mean;
  case 2: return waste;
  case SHEETS_GUIDE_WORTH: return front / (double)node->area;
  default: return (waste + 0.02) / mean;
  }
}

static gboolean offer(Expansion *self, int form, SheetPut put, gint32 sheet, const gint32 box[4], gint32 end) {
  const SheetForm *shape = &self->search->forms[form];
  const CutRules *rules = self->search->rules;
  if (box[1] < 0 || box[3] > self->search->height)
    return FALSE;
  gint32 above = (gint32)self->search->height - box[3];
  if (above > 0 && above < rules->waste_min)
    return FALSE;
  SheetNode node = {.parent = self->parent, .form = form, .sheet = sheet, .put = put, .x0 = box[0], .x1 = box[1],
                    .y0 = box[2], .y1 = box[3], .end = end, .area = self->from->area + shape->area};
  node.guide = guide_of(self, &node);
  if (node.guide < self->worst) {
    node.hash = self->from->hash + shape->salt; /* free of order, so that two ways to one state meet */
    g_array_append_val(self->out, node);
  }
  self->any = TRUE;
  return TRUE;
}

static void offer_beside(Expansion *self, int form, gboolean *free_fit) {
  const SheetNode *from = self->from;
  const SheetForm *shape = &self->search->forms[form];
  const CutRules *rules = self->search->rules;
  gint32 height = from->y1 - from->y0;
  if (rules->stages < 3 || (rules->exact && shape->height != height))
    return;
  gint32 end = from->end + (gint32)shape->width, top = MAX(from->y1, from->y0 + (gint32)shape->height);
  if (end > self->search->width)
    return;
  gint32 box[4] = {from->x0, strip_edge(self, from->x0, from->x1, end, FALSE, self->n_ends), from->y0, top};
  if (offer(self, form, SHEET_BESIDE, from->sheet, box, end) && box[1] <= from->x1 && top <= from->y1)
    *free_fit = TRUE;
}

static void offer_row(Expansion *self, int form, gboolean *free_fit) {
  const SheetNode *from = self->from;
  const SheetForm *shape = &self->search->forms[form];
  gint32 end = from->x0 + (gint32)shape->width, top = from->y1 + (gint32)shape->height;
  if (end > self->search->width || top > self->search->height)
    return;
  gint32 box[4] = {from->x0, strip_edge(self, from->x0, from->x1, end, TRUE, self->n_ends), from->y1, top};
  if (offer(self, form, SHEET_ROW, from->sheet, box, end) && box[1] <= from->x1)
    *free_fit = TRUE;
}

static void offer_strip(Expansion *self, int form, gboolean new_sheet) {
  const SheetNode *from = self->from;
  const SheetForm *shape = &self->search->forms[form];
  gint32 x0 = new_sheet ? 0 : from->x1, end = x0 + (gint32)shape->width;
  if (end > self->search->width)
    return;
  gint32 box[4] = {x0, strip_edge(self, x0, x0, end, FALSE, 0), 0, (gint32)shape->height};
  offer(self, form, new_sheet ? SHEET_NEW : SHEET_STRIP, from->sheet + new_sheet, box, end);
}

gint64 sheets_children(const SheetSearch *search, const GArray *nodes, gint32 at, const guint16 *left, int guide,
                       double worst, GArray *out) {
  const SheetNode *from = &g_array_index(nodes, SheetNode, at);
  Expansion self = {
    .search = search, .from = from, .guide = guide, .parent = at, .worst = worst, .out = out, .count = 1};
  gboolean free_fit = FALSE;
  for (int i = 0; i < search->n_items; i++)
    self.count += search->copies[i] - left[i];
  if (search->rules->waste_min > 0)
    collect_ends(&self, nodes, at);
  for (int f = 0; f < search->n_forms && from->sheet >= 0; f++) {
    if (left[search->forms[f].item] == 0)
      continue;
    offer_beside(&self, f, &free_fit);
    offer_row(&self, f, &free_fit);
  }
  for (int f = 0; f < search->n_forms && from->sheet >= 0 && (!free_fit || guide % 2); f++)
    if (left[search->forms[f].item] > 0)
      offer_strip(&self, f, FALSE);
  for (int f = 0; f < search->n_forms && !self.any && !(search->single && from->sheet >= 0); f++)
    if (left[search->forms[f].item] > 0)
      offer_strip(&self, f, TRUE);
  return search->n_forms;
}
