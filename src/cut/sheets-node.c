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
  gint64 priority;       /* the lowest number of those still to be cut */
  double worst;
  GArray *out;
  gboolean canon;        /* the first row of a strip is its widest, the first piece of a row its tallest */
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

/* Whether the gap between two edges leaves a strip of waste that is too narrow to break. */
static gboolean too_narrow(const CutRules *rules, gint32 gap) {
  return gap > rules->kerf && gap < rules->kerf + rules->waste_min;
}

/* The least right edge of a strip beginning at x0 whose open row ends at `end`; -1 where there is none. */
static gint32 strip_edge(const Expansion *self, gint32 x0, gint32 x1, gint32 end, gboolean with_open, int n_ends) {
  const CutRules *rules = self->search->rules;
  gint32 width = (gint32)self->search->width, least = (gint32)rules->waste_min, kerf = (gint32)rules->kerf;
  gint32 edge = MAX(end, rules->first_min > 0 ? x0 + (gint32)rules->first_min + kerf : 0);
  if (least == 0)
    edge = MAX(edge, x1);
  for (gboolean moved = TRUE; least > 0 && moved && edge <= width;) {
    gint32 before = edge;
    for (int i = -2; i < n_ends; i++) {
      gint32 row = i == -2 ? end : i == -1 ? (with_open ? self->from->end : end) : self->ends[i];
      edge = MAX(edge, row);
      if (too_narrow(rules, edge - row))
        edge = row + least + kerf;
    }
    if (too_narrow(rules, width - edge))
      edge = width - kerf; /* the cut takes what is left of the sheet */
    moved = edge != before;
  }
  return edge > width || (rules->first_max > 0 && edge - x0 > rules->first_max + kerf) ? -1 : edge;
}

/* The first place from `at` on where the form is clear of defects; where one is in the way, not before `least`. */
static gint32 past_defects(const SheetSearch *search, const SheetForm *shape, gint32 x, gint32 y, gint32 least,
                           gboolean up) {
  gint32 kerf = (gint32)search->rules->kerf, at = up ? y : x;
  gint32 width = (gint32)shape->width - kerf, height = (gint32)shape->height - kerf;
  for (int i = 0; i < search->n_defects; i++) {
    const SheetDefect *defect = &search->defects[i];
    gint32 left = up ? x : at, low = up ? at : y;
    if (defect->x1 >= left + width || defect->x2 <= left || defect->y1 >= low + height || defect->y2 <= low)
      continue;
    at = MAX(least, up ? defect->y2 : defect->x2);
    i = -1; /* the new place may touch one that the old did not */
  }
  return at;
}

/* The place right of x or above y that is clear of defects; -1 where waste before it is not allowed. Where what is left
 * behind it would be too narrow to break, it goes to the sheet's edge. */
static gint32 clear_place(const Expansion *self, const SheetForm *shape, gint32 x, gint32 y, gboolean up) {
  const SheetSearch *search = self->search;
  const CutRules *rules = search->rules;
  gint32 from = up ? y : x, kerf = (gint32)rules->kerf;
  if (search->n_defects == 0)
    return from;
  gint32 least = from + kerf + (gint32)MAX(MAX(1, rules->waste_min), up ? rules->second_min : 0);
  gint32 at = past_defects(search, shape, x, y, least, up);
  gint32 last = (gint32)(up ? search->height - shape->height : search->width - shape->width);
  if (at > from && at < last && too_narrow(rules, last - at))
    at = past_defects(search, shape, up ? x : last, up ? last : y, least, up);
  return up && at > from && rules->second_max > 0 && at - from - kerf > rules->second_max ? -1 : at;
}

static double guide_of(const Expansion *self, const SheetNode *node) {
  const SheetSearch *search = self->search;
  if (self->guide == SHEETS_GUIDE_REST)
    return -(double)(node->area - node->toll) - sheets_rest_worth(search->rest, search, node);
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

/* Puts the form at x, y in a strip from x0 to at least x1, in a row up to `top`. FALSE where that is not allowed. */
static gboolean offer(Expansion *self, int form, SheetPut put, gint32 sheet, const gint32 box[4], gint32 end) {
  const SheetForm *shape = &self->search->forms[form];
  const CutRules *rules = self->search->rules;
  if (box[1] < 0 || box[3] > self->search->height || end > self->search->width)
    return FALSE;
  if (too_narrow(rules, (gint32)self->search->height - box[3]))
    return FALSE;
  if (self->canon && (put == SHEET_ROW || (put == SHEET_BESIDE && box[2] > 0)) && box[1] > self->from->x1)
    return FALSE;
  gint32 row = box[3] - box[2] - (gint32)rules->kerf;
  if (!shape->tower && (row < rules->second_min || (rules->second_max > 0 && row > rules->second_max)))
    return FALSE;
  if (rules->exact && rules->stages == 2 && (box[1] != end || (put == SHEET_ROW && end != self->from->x1)))
    return FALSE;
  SheetNode node = {.parent = self->parent, .form = form, .sheet = sheet, .put = put, .x0 = box[0], .x1 = box[1],
                    .y0 = box[2], .y1 = box[3], .end = end, .area = self->from->area + shape->area,
                    .toll = self->from->toll + shape->toll};
  node.guide = guide_of(self, &node);
  if (node.guide < self->worst) {
    node.hash = self->from->hash + shape->salt; /* free of order, so that two ways to one state meet */
    g_array_append_val(self->out, node);
  }
  self->any = TRUE;
  return TRUE;
}

/* Whether the form's item is still to be cut, and no item that must come first is. */
static gboolean may_come(const Expansion *self, const guint16 *left, int form) {
  int item = self->search->forms[form].item;
  return left[item] > 0 && (!self->search->priorities || self->search->task->items[item].priority <= self->priority);
}

static void offer_beside(Expansion *self, int form, gboolean *free_fit) {
  const SheetNode *from = self->from;
  const SheetForm *shape = &self->search->forms[form];
  const CutRules *rules = self->search->rules;
  gint32 height = from->y1 - from->y0;
  if (rules->stages < 3 || ((rules->exact || self->canon) && shape->height > height) ||
      (rules->exact && shape->height < height) || shape->tower ||
      self->search->forms[from->form].tower)
    return;
  gint32 end = clear_place(self, shape, from->end, from->y0, FALSE) + (gint32)shape->width;
  gint32 top = MAX(from->y1, from->y0 + (gint32)shape->height);
  if (end > self->search->width)
    return;
  gint32 box[4] = {from->x0, strip_edge(self, from->x0, from->x1, end, FALSE, self->n_ends), from->y0, top};
  if (offer(self, form, SHEET_BESIDE, from->sheet, box, end) && box[1] <= from->x1 && top <= from->y1)
    *free_fit = TRUE;
}

/* The top of a row that begins at y with this form; pieces are trimmed from above in a fourth stage only. */
static gint32 row_top(const Expansion *self, const SheetForm *shape, gint32 y) {
  const CutRules *rules = self->search->rules;
  gint32 top = y + (gint32)shape->height;
  return rules->second_min > 0 && !shape->tower && !rules->exact && rules->stages == 3
           ? MAX(top, y + (gint32)(rules->second_min + rules->kerf))
                                                                : top;
}

/* A row at `y` and, where a defect is in the way, the places right of it and above it. Most calls make one offer. */
static gboolean offer_line(Expansion *self, int form, SheetPut put, gint32 sheet, gint32 x0, gint32 x1, gint32 y) {
  const SheetForm *shape = &self->search->forms[form];
  gboolean row = put == SHEET_ROW, fits = FALSE;
  gint32 places[2][2] = {{clear_place(self, shape, x0, y, FALSE), y}, {x0, 0}};
  places[1][1] = places[0][0] == x0 ? -1 : clear_place(self, shape, x0, y, TRUE);
  for (int i = 0; i < 2; i++) {
    gint32 end = places[i][0] + (gint32)shape->width, low = places[i][1];
    if (row && self->canon && end > x1)
      continue;
    if (end > self->search->width || low < 0 || low + shape->height > self->search->height ||
        (places[i][0] > x0 && self->search->rules->exact && self->search->rules->stages == 2))
      continue;
    gint32 box[4] = {x0, strip_edge(self, x0, row ? x1 : x0, end, row, row ? self->n_ends : 0), low,
                     row_top(self, shape, low)};
    fits |= offer(self, form, put, sheet, box, end) && box[1] <= x1;
  }
  return fits;
}

gint64 sheets_children(const SheetSearch *search, const GArray *nodes, gint32 at, const guint16 *left, int guide,
                       double worst, GArray *out) {
  const SheetNode *from = &g_array_index(nodes, SheetNode, at);
  Expansion self = {.search = search, .from = from, .guide = guide, .parent = at, .worst = worst, .out = out,
                    .count = 1, .priority = G_MAXINT64};
  gboolean free_fit = FALSE;
  self.canon = guide == SHEETS_GUIDE_REST && search->rules->waste_min == 0 && search->rules->first_min == 0;
  for (int i = 0; i < search->n_items; i++) {
    self.count += search->copies[i] - left[i];
    if (search->priorities && left[i] > 0)
      self.priority = MIN(self.priority, search->task->items[i].priority);
  }
  if (search->rules->waste_min > 0)
    collect_ends(&self, nodes, at);
  int *may = self.search->may, n = 0;
  for (int i = 0; i < search->n_active; i++)
    if (may_come(&self, left, search->active[i]))
      may[n++] = search->active[i];
  for (int i = 0; i < n && from->sheet >= 0; i++) {
    offer_beside(&self, may[i], &free_fit);
    if (offer_line(&self, may[i], SHEET_ROW, from->sheet, from->x0, from->x1, from->y1))
      free_fit = TRUE;
  }
  for (int i = 0; i < n && from->sheet >= 0 && (!free_fit || guide % 2); i++)
    offer_line(&self, may[i], SHEET_STRIP, from->sheet, from->x1, from->x1, 0);
  gboolean full = !self.any && !(search->single && from->sheet >= 0);
  for (int i = 0; i < n && full && !(search->in_order && self.any); i++)
    offer_line(&self, may[i], SHEET_NEW, from->sheet + 1, 0, 0, 0);
  return search->n_active;
}

void sheets_offer(const SheetSearch *search, const GArray *nodes, gint32 at, const SheetOffer *offers, guint n,
                  GArray *out) {
  const SheetNode *from = &g_array_index(nodes, SheetNode, at);
  Expansion self = {.search = search, .from = from, .guide = SHEETS_GUIDE_WORTH, .parent = at, .worst = G_MAXDOUBLE,
                    .out = out, .count = 1};
  gboolean ignored;
  if (search->rules->waste_min > 0)
    collect_ends(&self, nodes, at);
  for (guint i = 0; i < n; i++)
    switch (offers[i].put) {
    case SHEET_BESIDE: offer_beside(&self, offers[i].form, &ignored); break;
    case SHEET_ROW: offer_line(&self, offers[i].form, SHEET_ROW, from->sheet, from->x0, from->x1, from->y1); break;
    case SHEET_STRIP: offer_line(&self, offers[i].form, SHEET_STRIP, from->sheet, from->x1, from->x1, 0); break;
    case SHEET_NEW: offer_line(&self, offers[i].form, SHEET_NEW, from->sheet + 1, 0, 0, 0); break;
    }
}
