/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a chain of nodes to placements and cuts in cutting order: edges trimmed, strips off the sheet, rows off each
 * strip, pieces off each row, and what stands over a piece last. */
#include "cut/sheets.h"

typedef struct {
  const SheetSearch *search;
  const GArray *chain;
  gboolean turned;
  CutSheetPlan *plan;
} Drawing;

/* One row of a strip, no kerf around it. */
typedef struct {
  gint64 sheet;
  gint64 x0, x1, y0, y1;
  GArray *pieces; /* of CutPlacement, in the frame, from left to right */
} Row;

static void cut(Drawing *self, gint64 sheet, int stage, gint64 x1, gint64 y1, gint64 x2, gint64 y2) {
  const CutRules *rules = self->search->rules;
  CutLine line = {.sheet = sheet, .stage = stage, .x1 = x1, .y1 = y1, .x2 = x2, .y2 = y2};
  if (self->turned)
    line = (CutLine){.sheet = sheet, .stage = stage, .x1 = y1, .y1 = x1, .x2 = y2, .y2 = x2};
  line.x1 += rules->trim_left;
  line.x2 += rules->trim_left;
  line.y1 += rules->trim_bottom;
  line.y2 += rules->trim_bottom;
  g_array_append_val(self->plan->cuts, line);
}

static void place(Drawing *self, CutPlacement at) {
  if (self->turned)
    at = (CutPlacement){
      .sheet = at.sheet, .item = at.item, .x = at.y, .y = at.x, .width = at.height, .height = at.width};
  at.x += self->search->rules->trim_left;
  at.y += self->search->rules->trim_bottom;
  g_array_append_val(self->plan->placements, at);
}

/* One past the last node that was put in below `level` after `from`. */
static guint group_end(const Drawing *self, guint from, SheetPut level) {
  guint end = from + 1;
  while (end < self->chain->len && g_array_index(self->chain, SheetNode, end).put < level)
    end++;
  return end;
}

/* The node's item, or the members of its sequence: side by side, or one above the other. */
static void list_pieces(const Drawing *self, const SheetNode *node, GArray *pieces) {
  const SheetForm *form = &self->search->forms[node->form];
  const SheetTask *task = self->search->task;
  const SheetItem *item = &task->items[form->item];
  gint64 kerf = task->rules.kerf, x = node->end - form->width, y = node->y0;
  for (guint i = 0; i < item->n_members; i++) {
    int line = task->members[item->first_member + i];
    gint64 along = item->n_members == 1 ? form->width - kerf : task->order->items[line].width;
    CutPlacement at = {.sheet = node->sheet, .item = line, .x = x, .y = y, .width = along,
                       .height = form->height - kerf};
    if (form->tower) {
      at.width = form->width - kerf;
      at.height = along;
      y += along + kerf;
    }
    x += form->tower ? 0 : along + kerf;
    g_array_append_val(pieces, at);
  }
}

static void draw_row(Drawing *self, const Row *row) {
  const CutRules *rules = self->search->rules;
  gint64 at = row->x0;
  for (guint i = 0; i < row->pieces->len; i++) {
    const CutPlacement *piece = &g_array_index(row->pieces, CutPlacement, i);
    gint64 end = piece->x + piece->width;
    if (piece->x > at)
      cut(self, row->sheet, 3, piece->x - rules->kerf, row->y0, piece->x - rules->kerf, row->y1);
    if (end < row->x1)
      cut(self, row->sheet, 3, end, row->y0, end, row->y1);
    at = end + rules->kerf;
  }
  for (guint i = 0; i < row->pieces->len; i++) {
    const CutPlacement *piece = &g_array_index(row->pieces, CutPlacement, i);
    gint64 above = piece->y + piece->height;
    if (above < row->y1)
      cut(self, row->sheet, rules->stages + 1, piece->x, above, piece->x + piece->width, above);
    place(self, *piece);
  }
}

/* The nodes [from, end) as one row, or as a row for each member of a tower. */
static void list_rows(const Drawing *self, guint from, guint end, gint64 edge, GArray *rows) {
  const SheetNode *last = &g_array_index(self->chain, SheetNode, end - 1);
  Row row = {.sheet = last->sheet, .x0 = last->x0, .x1 = edge, .y0 = last->y0,
             .y1 = last->y1 - self->search->rules->kerf,
             .pieces = g_array_new(FALSE, FALSE, sizeof(CutPlacement))};
  for (guint i = from; i < end; i++)
    list_pieces(self, &g_array_index(self->chain, SheetNode, i), row.pieces);
  if (!self->search->forms[last->form].tower) {
    g_array_append_val(rows, row);
    return;
  }
  for (guint i = 0; i < row.pieces->len; i++) {
    const CutPlacement *piece = &g_array_index(row.pieces, CutPlacement, i);
    Row one = row;
    one.y0 = piece->y;
    one.y1 = piece->y + piece->height;
    one.pieces = g_array_new(FALSE, FALSE, sizeof(CutPlacement));
    g_array_append_val(one.pieces, *piece);
    g_array_append_val(rows, one);
  }
  g_array_unref(row.pieces);
}

static void draw_strip(Drawing *self, guint from, guint end) {
  gint64 kerf = self->search->rules->kerf, height = self->search->height - kerf, at = 0;
  const SheetNode *last = &g_array_index(self->chain, SheetNode, end - 1);
  gint64 edge = last->x1 - kerf;
  g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Row));
  for (guint i = from; i < end; i = group_end(self, i, SHEET_ROW))
    list_rows(self, i, group_end(self, i, SHEET_ROW), edge, rows);
  for (guint i = 0; i < rows->len; i++) {
    const Row *row = &g_array_index(rows, Row, i);
    if (row->y0 > at)
      cut(self, last->sheet, 2, last->x0, row->y0 - kerf, edge, row->y0 - kerf);
    if (row->y1 < height)
      cut(self, last->sheet, 2, last->x0, row->y1, edge, row->y1);
    at = row->y1 + kerf;
  }
  for (guint i = 0; i < rows->len; i++) {
    draw_row(self, &g_array_index(rows, Row, i));
    g_array_unref(g_array_index(rows, Row, i).pieces);
  }
}

void sheets_draw_trims(const SheetTask *task, gint64 sheet, CutSheetPlan *plan) {
  const CutRules *rules = &task->rules;
  const CutSheet *whole = &task->order->sheets[task->kind];
  gint64 left = rules->trim_left, right = whole->width - rules->trim_right, top = whole->height - rules->trim_top;
  gint64 before = MAX(0, left - rules->kerf), below = MAX(0, rules->trim_bottom - rules->kerf);
  const CutLine lines[] = {
    {.sheet = sheet, .x1 = before, .x2 = before, .y2 = whole->height},
    {.sheet = sheet, .x1 = right, .x2 = right, .y2 = whole->height},
    {.sheet = sheet, .x1 = left, .x2 = right, .y1 = below, .y2 = below},
    {.sheet = sheet, .x1 = left, .x2 = right, .y1 = top, .y2 = top},
  };
  const gint64 trims[] = {left, rules->trim_right, rules->trim_bottom, rules->trim_top};
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
    if (trims[i] > 0)
      g_array_append_val(plan->cuts, lines[i]);
}

/* What is right of the last strip goes back to the store, where it is wide enough and free of defects. */
static void keep_remnant(Drawing *self, const SheetNode *last) {
  const SheetSearch *search = self->search;
  const CutRules *rules = search->rules;
  gint64 x = last->x1, width = search->width - rules->kerf - x, height = search->height - rules->kerf;
  if (rules->remnant_min == 0 || width < rules->remnant_min)
    return;
  for (int i = 0; i < search->n_defects; i++)
    if (search->defects[i].x2 > x)
      return;
  CutSheetRemnant rest = {.sheet = last->sheet, .x = x, .width = width, .height = height};
  if (self->turned)
    rest = (CutSheetRemnant){.sheet = last->sheet, .y = x, .width = height, .height = width};
  rest.x += rules->trim_left;
  rest.y += rules->trim_bottom;
  g_array_append_val(self->plan->remnants, rest);
}

void sheets_draw(const SheetSearch *search, const GArray *chain, gboolean turned, CutSheetPlan *plan) {
  Drawing self = {.search = search, .chain = chain, .turned = turned, .plan = plan};
  gint64 kerf = search->rules->kerf, width = search->width - kerf, height = search->height - kerf;
  for (guint from = 0, end; from < chain->len; from = end) {
    end = group_end(&self, from, SHEET_NEW);
    gint64 sheet = g_array_index(chain, SheetNode, from).sheet, kind = (gint64)search->task->kind;
    g_array_append_val(plan->kinds, kind);
    sheets_draw_trims(search->task, sheet, plan);
    for (guint i = from; i < end; i = group_end(&self, i, SHEET_STRIP)) {
      gint64 x = g_array_index(chain, SheetNode, group_end(&self, i, SHEET_STRIP) - 1).x1 - kerf;
      if (x < width)
        cut(&self, sheet, 1, x, 0, x, height);
    }
    for (guint i = from; i < end; i = group_end(&self, i, SHEET_STRIP))
      draw_strip(&self, i, group_end(&self, i, SHEET_STRIP));
    keep_remnant(&self, &g_array_index(chain, SheetNode, end - 1));
  }
}
