/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a chain of nodes to placements and cuts in cutting order: strips off the sheet, rows off each strip,
 * pieces off each row, and what stands over a piece last. */
#include "cut/sheets.h"

typedef struct {
  const SheetSearch *search;
  const GArray *chain;
  gboolean turned;
  CutSheetPlan *plan;
} Drawing;

static void cut(Drawing *self, gint64 sheet, int stage, gint64 x1, gint64 y1, gint64 x2, gint64 y2) {
  CutLine line = {.sheet = sheet, .stage = stage, .x1 = x1, .y1 = y1, .x2 = x2, .y2 = y2};
  if (self->turned)
    line = (CutLine){.sheet = sheet, .stage = stage, .x1 = y1, .y1 = x1, .x2 = y2, .y2 = x2};
  g_array_append_val(self->plan->cuts, line);
}

static void place(Drawing *self, const SheetNode *node) {
  const SheetForm *form = &self->search->forms[node->form];
  gint64 kerf = self->search->rules->kerf;
  CutPlacement at = {.sheet = node->sheet, .item = form->item, .x = node->end - form->width, .y = node->y0,
                     .width = form->width - kerf, .height = form->height - kerf};
  if (self->turned)
    at = (CutPlacement){
      .sheet = at.sheet, .item = at.item, .x = at.y, .y = at.x, .width = at.height, .height = at.width};
  g_array_append_val(self->plan->placements, at);
}

/* One past the last node that was put in below `level` after `from`. */
static guint group_end(const Drawing *self, guint from, SheetPut level) {
  guint end = from + 1;
  while (end < self->chain->len && g_array_index(self->chain, SheetNode, end).put < level)
    end++;
  return end;
}

/* Pieces [from, end) of one row in a strip that ends at `edge`. */
static void draw_row(Drawing *self, guint from, guint end, gint64 edge) {
  gint64 kerf = self->search->rules->kerf;
  const SheetNode *last = &g_array_index(self->chain, SheetNode, end - 1);
  gint64 y0 = last->y0, top = last->y1 - kerf, sheet = last->sheet;
  gboolean two = self->search->rules->stages == 2;
  for (guint i = from; i < end; i++) {
    const SheetNode *node = &g_array_index(self->chain, SheetNode, i);
    if (node->end - kerf < edge)
      cut(self, sheet, 3, node->end - kerf, y0, node->end - kerf, top);
  }
  for (guint i = from; i < end; i++) {
    const SheetNode *node = &g_array_index(self->chain, SheetNode, i);
    const SheetForm *form = &self->search->forms[node->form];
    gint64 above = y0 + form->height - kerf;
    if (!two && above < top)
      cut(self, sheet, 4, node->end - form->width, above, node->end - kerf, above);
    place(self, node);
  }
}

static void draw_strip(Drawing *self, guint from, guint end) {
  gint64 kerf = self->search->rules->kerf, height = self->search->height - kerf;
  const SheetNode *last = &g_array_index(self->chain, SheetNode, end - 1);
  gint64 edge = last->x1 - kerf;
  for (guint i = from; i < end; i = group_end(self, i, SHEET_ROW)) {
    const SheetNode *row = &g_array_index(self->chain, SheetNode, group_end(self, i, SHEET_ROW) - 1);
    if (row->y1 - kerf < height)
      cut(self, last->sheet, 2, last->x0, row->y1 - kerf, edge, row->y1 - kerf);
  }
  for (guint i = from; i < end; i = group_end(self, i, SHEET_ROW))
    draw_row(self, i, group_end(self, i, SHEET_ROW), edge);
}

void sheets_draw(const SheetSearch *search, const GArray *chain, gboolean turned, CutSheetPlan *plan) {
  Drawing self = {.search = search, .chain = chain, .turned = turned, .plan = plan};
  gint64 kerf = search->rules->kerf, width = search->width - kerf, height = search->height - kerf;
  for (guint from = 0, end; from < chain->len; from = end) {
    end = group_end(&self, from, SHEET_NEW);
    gint64 sheet = g_array_index(chain, SheetNode, from).sheet;
    for (guint i = from; i < end; i = group_end(&self, i, SHEET_STRIP)) {
      gint64 x = g_array_index(chain, SheetNode, group_end(&self, i, SHEET_STRIP) - 1).x1 - kerf;
      if (x < width)
        cut(&self, sheet, 1, x, 0, x, height);
    }
    for (guint i = from; i < end; i = group_end(&self, i, SHEET_STRIP))
      draw_strip(&self, i, group_end(&self, i, SHEET_STRIP));
  }
}
