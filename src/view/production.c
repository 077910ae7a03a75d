/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far each wall is: for the shop floor, which reports by a touch of what is next, and for the dealer, who reads. */
#include "base/money.h"
#include "base/reading.h"
#include "step/s09-works-order.h"
#include "step/s11-flow.h"
#include "step/s11-production.h"
#include "view/order.h"
#include <string.h>

/* The order's works order of which something may be reported; NULL: there is none yet, or error is set. */
static const Row *works_of(const View *view, gint64 order_id, GError **error) {
  g_autoptr(GPtrArray) all = dict_load_by(view->tx, view->arena, &works_order_record, "order_id", DB_I(order_id),
                                          error);
  for (guint i = 0; all && i < all->len; i++)
    if (g_strv_contains(IN("making", "held", "made"), ((const Row *)all->pdata[i])->state))
      return all->pdata[i];
  return NULL;
}

static void add_cell(const View *view, Value *cells, const char *label, const char *text, const char *href,
                     gboolean number) {
  value_append(view->arena, cells,
               view_cell(view, &(ViewCell){.label = label, .text = value_text(view->arena, text), .href = href,
                                           .is_number = number, .is_short = number}));
}

static const char *count_text(const View *view, gint64 count) {
  return count ? arena_printf(view->arena, "%" G_GINT64_FORMAT, count) : "–";
}

/* What of the wall can be reported now. */
static gint64 left_of(const Flow *flow, const FlowWall *wall, guint at) {
  return flow_wall_ready(flow, wall, at);
}

/* Where what is left of the wall at the stage is reported; NULL: nothing is, or not by this viewer now. */
static const char *report_href(const View *view, const Row *works, const Flow *flow, const FlowWall *wall, guint at) {
  const Command *report = workflow_find("progress.report");
  if (!workflow_may(view->viewer, report) || g_strcmp0(works->state, "making") || !left_of(flow, wall, at))
    return NULL;
  return arena_printf(view->arena, "%s/%s?stage=%s&wall=%" G_GINT64_FORMAT,
                      view_href(view, &works_order_record, works->id), report->name, flow->stages[at].code,
                      wall->line->row.id);
}

/* "3 · report 5": done, and what a touch reports. */
static const char *stage_text(const View *view, gint64 done, gint64 left) {
  if (!left)
    return count_text(view, done);
  return done ? arena_printf(view->arena, view_text(view, N_("%d · report %d")), (int)done, (int)left)
              : arena_printf(view->arena, view_text(view, N_("report %d")), (int)left);
}

/* "3400 × 2700", in millimetres. */
static const char *size_text(const View *view, const OrderFormLine *line) {
  g_autofree char *width = reading_decimal(line->width, LENGTH_PLACES),
                  *height = reading_decimal(line->height, LENGTH_PLACES);
  return arena_printf(view->arena, "%s × %s", width, height);
}

static Value *wall_cells(const View *view, const Row *works, const Flow *flow, const FlowWall *wall) {
  Arena *arena = view->arena;
  Value *cells = value_list(arena);
  const OrderFormLine *line = wall->line;
  add_cell(view, cells, view_text(view, N_("Wall or door")),
           line->style ? arena_printf(arena, "%s · %s", line->area, line->style) : line->area, NULL, FALSE);
  add_cell(view, cells, view_text(view, N_("Size (mm)")), size_text(view, line), NULL, TRUE);
  add_cell(view, cells, view_text(view, N_("Pieces")), count_text(view, line->quantity), NULL, TRUE);
  for (guint at = 0; at < FLOW_STAGES; at++) {
    const char *href = report_href(view, works, flow, wall, at);
    const gint64 done = flow_wall_done(flow, wall, at), left = href ? left_of(flow, wall, at) : 0;
    add_cell(view, cells, view_text(view, flow->stages[at].label), stage_text(view, done, left), href, TRUE);
  }
  return cells;
}

/* Pieces of which no report says what wall they are, as long as that is not known from the others. */
static Value *whole_cells(const View *view, const Flow *flow) {
  Value *cells = value_list(view->arena);
  gboolean any = FALSE;
  add_cell(view, cells, view_text(view, N_("Wall or door")), view_text(view, N_("Not said of which")), NULL, FALSE);
  for (guint i = 0; i < 2; i++)
    add_cell(view, cells, "", "", NULL, TRUE);
  for (guint at = 0; at < FLOW_STAGES; at++) {
    const gboolean open = flow->whole[at] && flow->done[at] < flow->ordered;
    add_cell(view, cells, view_text(view, flow->stages[at].label), count_text(view, open ? flow->whole[at] : 0), NULL,
             TRUE);
    any = any || open;
  }
  return any ? cells : NULL;
}

static void add_row(const View *view, Value *rows, Value *cells) {
  Value *row = value_append(view->arena, rows, value_map(view->arena));
  value_set(view->arena, row, "cells", cells);
  value_set(view->arena, row, "href", value_null(view->arena));
}

static void add_table(const View *view, const Row *works, const Flow *flow, Value *tables) {
  Arena *arena = view->arena;
  Value *heads = value_list(arena), *rows = value_list(arena);
  for (guint i = 0; i < flow->count; i++)
    add_row(view, rows, wall_cells(view, works, flow, &flow->walls[i]));
  const Value *first = value_get(rows->items[0], "cells");
  for (guint i = 0; i < first->count; i++)
    value_append(arena, heads, first->items[i]);
  Value *whole = whole_cells(view, flow);
  if (whole)
    add_row(view, rows, whole);
  view_add_table(view, tables, N_("Wall by wall"), heads, rows);
}

gboolean view_add_production(const View *view, gint64 order_id, gboolean always, Value *tables, GError **error) {
  GError *fault = NULL;
  const Row *works = works_of(view, order_id, &fault);
  const Flow *flow = works ? flow_load(view->tx, view->arena, works->id, order_id, &fault) : NULL;
  if (flow && flow->count && (always || flow_is_named(flow)))
    add_table(view, works, flow, tables);
  if (fault)
    g_propagate_error(error, fault);
  return !fault;
}
