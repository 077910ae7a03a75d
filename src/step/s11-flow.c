/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sums of what production reported. A report may name a wall or be of the whole order; both add up to the same
   stages, and what names no wall may be of any. */
#include "step/s11-flow.h"
#include "step/s09-works-order.h"
#include "step/s11-production.h"

static gboolean add_walls(Flow *flow, DbTx *tx, Arena *arena, gint64 order_id, GError **error) {
  g_autoptr(GPtrArray) forms = dict_load_by(tx, arena, &order_form_record, "order_id", DB_I(order_id), error);
  gint64 accepted = 0;
  for (guint i = 0; forms && i < forms->len; i++)
    if (!g_strcmp0(((const Row *)forms->pdata[i])->state, "accepted"))
      accepted = ((const Row *)forms->pdata[i])->id;
  g_autoptr(GPtrArray) lines = accepted ? dict_load_by(tx, arena, &order_form_line_record, "parent_id",
                                                       DB_I(accepted), error) : NULL;
  flow->walls = arena_new_of(arena, FlowWall, lines ? MAX(1, lines->len) : 1);
  for (guint i = 0; lines && i < lines->len; i++) {
    const OrderFormLine *line = lines->pdata[i];
    if (g_strcmp0(line->row.state, "active"))
      continue;
    flow->walls[flow->count++] = (FlowWall){.line = line};
    flow->ordered += line->quantity;
  }
  return forms && (lines || !accepted);
}

static FlowWall *wall_called(Flow *flow, gint64 wall) {
  for (guint i = 0; wall && i < flow->count; i++)
    if (order_form_wall(flow->walls[i].line) == wall)
      return &flow->walls[i];
  return NULL;
}

static void add_passed(Flow *flow, gint64 wall, gint64 quantity) {
  FlowWall *named = wall_called(flow, wall);
  flow->passed += quantity;
  flow->whole_passed += wall ? 0 : quantity;
  if (named)
    named->passed += quantity;
}

static void add_sum(Flow *flow, const char *stage, gint64 wall, gint64 quantity) {
  const guint at = flow_stage(flow, stage);
  if (at == FLOW_STAGES)
    return;
  flow->done[at] += quantity;
  flow->whole[at] += wall ? 0 : quantity;
  FlowWall *named = wall_called(flow, wall);
  if (named)
    named->named[at] += quantity;
}

const Flow *flow_load(DbTx *tx, Arena *arena, gint64 works, gint64 order_id, GError **error) {
  Flow *flow = arena_new_of(arena, Flow, 1);
  *flow = (Flow){.stages = dict_field(&progress_record, "stage")->choices};
  const DbResult *sums = dict_ask(tx, arena, &works_order_record,
                                  "SELECT p.parent_id, p.stage, COALESCE(l.origin, l.id, 0),"
                                  " CAST(SUM(p.quantity) AS BIGINT) FROM progress p"
                                  " LEFT JOIN order_form_line l ON l.id = p.wall WHERE p.parent_id = $1"
                                  " GROUP BY p.parent_id, p.stage, COALESCE(l.origin, l.id, 0)",
                                  DB_ARGS(DB_I(works)), error);
  const DbResult *passed = dict_ask(tx, arena, &works_order_record,
                                    "SELECT q.parent_id, COALESCE(l.origin, l.id, 0),"
                                    " CAST(SUM(q.quantity) AS BIGINT) FROM inspection q"
                                    " LEFT JOIN order_form_line l ON l.id = q.wall WHERE q.state = 'recorded' AND"
                                    " q.result = 'passed' AND q.parent_id = $1"
                                    " GROUP BY q.parent_id, COALESCE(l.origin, l.id, 0)",
                                    DB_ARGS(DB_I(works)), error);
  if (!sums || !passed || !add_walls(flow, tx, arena, order_id, error))
    return NULL;
  for (guint i = 0; i < passed->rows; i++)
    add_passed(flow, DB_CELL(passed, i, 1)->integer, DB_CELL(passed, i, 2)->integer);
  for (guint i = 0; i < sums->rows; i++)
    add_sum(flow, DB_CELL(sums, i, 1)->text, DB_CELL(sums, i, 2)->integer, DB_CELL(sums, i, 3)->integer);
  return flow;
}

guint flow_stage(const Flow *flow, const char *code) {
  guint at = 0;
  while (at < FLOW_STAGES && g_strcmp0(flow->stages[at].code, code))
    at++;
  return at;
}

gint64 flow_left(const Flow *flow, guint at) {
  return MAX(0, (at ? flow->done[at - 1] : flow->ordered) - flow->done[at]);
}

gint64 flow_ready(const Flow *flow, guint at) {
  const gint64 left = flow_left(flow, at);
  return at == FLOW_PACKED ? MIN(left, MAX(0, flow->passed - flow->done[at])) : left;
}

gint64 flow_wall_left(const Flow *flow, const FlowWall *wall, guint at) {
  const gint64 before = at ? wall->named[at - 1] + flow->whole[at - 1] : wall->line->quantity;
  return CLAMP(MIN(before, wall->line->quantity) - wall->named[at], 0, flow_left(flow, at));
}

gint64 flow_wall_ready(const Flow *flow, const FlowWall *wall, guint at) {
  const gint64 left = MIN(flow_wall_left(flow, wall, at), flow_ready(flow, at));
  return at == FLOW_PACKED ? CLAMP(wall->passed + flow->whole_passed - wall->named[at], 0, left) : left;
}

gint64 flow_uninspected(const Flow *flow, const FlowWall *wall) {
  const gint64 all = MAX(0, flow->done[FLOW_ASSEMBLED] - flow->passed);
  if (!wall)
    return all;
  const gint64 assembled = MIN(wall->named[FLOW_ASSEMBLED] + flow->whole[FLOW_ASSEMBLED], wall->line->quantity);
  return CLAMP(assembled - wall->passed, 0, all);
}

gint64 flow_unpacked(const Flow *flow, const FlowWall *wall) {
  gint64 most = MIN(flow->passed - flow->done[FLOW_PACKED], wall ? wall->passed : flow->whole_passed);
  for (guint i = 0; i < flow->count; i++) {
    const FlowWall *other = &flow->walls[i];
    if (!wall || other == wall)
      most = MIN(most, other->passed + flow->whole_passed - other->named[FLOW_PACKED]);
  }
  return MAX(0, most);
}

gint64 flow_wall_done(const Flow *flow, const FlowWall *wall, guint at) {
  return flow->ordered && flow->done[at] >= flow->ordered ? wall->line->quantity : wall->named[at];
}

const FlowWall *flow_wall(const Flow *flow, gint64 line) {
  for (guint i = 0; i < flow->count; i++)
    if (flow->walls[i].line->row.id == line)
      return &flow->walls[i];
  return NULL;
}

gboolean flow_is_named(const Flow *flow) {
  for (guint at = 0; at < FLOW_STAGES; at++)
    if (flow->whole[at] != flow->done[at])
      return TRUE;
  return FALSE;
}
