/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 11: production reports cut → machined → assembled → packed, wall by wall or of the whole order. */
#include "base/lang.h"
#include "step/s09-works-order.h"
#include "step/s11-flow.h"
#include "step/s11-production.h"

static const char *check_making(Context *context, GError **error) {
  const WorksOrder *works = context_load(context, &works_order_record, ((Row *)context->row)->parent_id, error);
  if (works && !g_strcmp0(works->row.state, "making"))
    return NULL;
  if (works && !g_strcmp0(works->row.state, "held"))
    return context_sentence(context, N_("Production is on hold (%s); the manager resumes it."),
                            works->reason ? works->reason : "");
  return context_sentence(context,
                          N_("The works order is not in production; manager and general manager release it and "
                             "production confirms receipt."));
}
const Gate gate_making = {"works_order.making", check_making};


static const Flow *flow_of(Context *context, const Row *report, GError **error) {
  return flow_load(context->tx, context->arena, report->parent_id, report->order_id, error);
}
gint64 progress_packed(Context *context, gint64 works, GError **error) {
  return context_ask(context, &works_order_record,
                     "SELECT parent_id, CAST(SUM(quantity) AS BIGINT) FROM progress WHERE parent_id = $1"
                     " AND stage = 'packed' GROUP BY parent_id", DB_ARGS(DB_I(works)), error);
}
static const char *stage_label(Context *context, const Flow *flow, guint at) {
  return lang_text(context->viewer->language, flow->stages[at].label);
}

/* NULL, or why so many cannot have passed it. */
static const char *check_room(Context *context, const Flow *flow, guint at, gint64 quantity) {
  const int left = (int)flow_left(flow, at);
  if (quantity <= left)
    return NULL;
  const gint64 most = at ? flow->done[at - 1] : flow->ordered;
  if (most >= flow->ordered)
    return context_sentence(context, N_("“%s”: at most %d more can be reported, for no more are ordered."),
                            stage_label(context, flow, at), left);
  return context_sentence(context, N_("“%s”: at most %d more can be reported; production first reports more as “%s”."),
                          stage_label(context, flow, at), left, stage_label(context, flow, at - 1));
}

/* Decides while nothing is typed: once all is packed nobody could report any more. */
static const char *check_flow(Context *context, GError **error) {
  const Progress *report = context->row;
  const Flow *flow = flow_of(context, &report->row, error);
  if (!flow)
    return NULL;
  if (flow->ordered && flow->done[FLOW_PACKED] >= flow->ordered)
    return context_sentence(context, N_("All %d ordered pieces are packed; no progress is left to report."),
                            (int)flow->ordered);
  const guint at = flow_stage(flow, report->stage);
  if (at == FLOW_STAGES || report->quantity == DICT_UNSET)
    return NULL; /* said by the inputs */
  return check_room(context, flow, at, report->quantity);
}
static const Gate gate_flow = {"progress.flow", check_flow, .decides = TRUE};

/* The wall that the report names; NULL: none, or *why says that it names none of the order. */
static const FlowWall *wall_of(Context *context, const Flow *flow, const char **why) {
  const Progress *report = context->row;
  const FlowWall *wall = report->wall == DICT_UNSET ? NULL : flow_wall(flow, report->wall);
  *why = wall || report->wall == DICT_UNSET
           ? NULL : context_sentence(context, N_("This wall is not on the accepted order form; choose another, or the "
                                                 "whole order."));
  return wall;
}
static const char *check_wall(Context *context, GError **error) {
  const Progress *report = context->row;
  const Flow *flow = flow_of(context, &report->row, error);
  const char *why = NULL;
  const FlowWall *wall = flow ? wall_of(context, flow, &why) : NULL;
  const guint at = flow ? flow_stage(flow, report->stage) : FLOW_STAGES;
  if (!wall || at == FLOW_STAGES || report->quantity == DICT_UNSET)
    return why;
  const int left = (int)flow_wall_left(flow, wall, at);
  if (report->quantity <= left || report->quantity > flow_left(flow, at)) /* the whole order has not so many left */
    return NULL;
  return context_sentence(context, N_("“%s”, wall “%s”: at most %d more can be reported, for it has %d pieces and a "
                                      "stage comes after the one before; choose another wall, or the whole order."),
                          stage_label(context, flow, at), wall->line->area, left, (int)wall->line->quantity);
}
static const Gate gate_wall = {"progress.wall", check_wall};

static const char *check_inspected(Context *context, GError **error) {
  const Progress *report = context->row;
  const Flow *flow = flow_of(context, &report->row, error);
  if (!flow || flow_stage(flow, report->stage) != FLOW_PACKED || report->quantity == DICT_UNSET)
    return NULL;
  const FlowWall *wall = flow_wall(flow, report->wall);
  const gint64 ready = wall ? flow_wall_ready(flow, wall, FLOW_PACKED) : flow_ready(flow, FLOW_PACKED);
  const gint64 left = wall ? MIN(flow_wall_left(flow, wall, FLOW_PACKED), flow_left(flow, FLOW_PACKED))
                           : flow_left(flow, FLOW_PACKED);
  if (report->quantity <= ready || report->quantity > left)
    return NULL; /* too many are assembled, or it is said already */
  return context_sentence(context, N_("“%s”: at most %d more can be reported, for no more have passed the outgoing "
                                      "inspection; production inspects them first."),
                          stage_label(context, flow, FLOW_PACKED), (int)ready);
}
static const Gate gate_inspected = {"progress.inspected", check_inspected};

/* Ends what production owes of inspections. */
static const char *check_all_inspected(Context *context, GError **error) {
  const Row *works = context->row;
  const Flow *flow = flow_load(context->tx, context->arena, works->id, works->order_id, error);
  const gint64 left = flow ? flow_uninspected(flow, NULL) : 0;
  return left > 0 ? context_sentence(context, N_("%d assembled pieces wait for the outgoing inspection; production "
                                                 "inspects them."), (int)left) : NULL;
}
const Gate gate_all_inspected = {"works_order.all_inspected", check_all_inspected};

/* How many of the stage can be taken back: what went on from it has passed it. */
static gint64 taken_back(Context *context, const Flow *flow, guint at, gint64 works, GError **error) {
  const gint64 gone = at < FLOW_PACKED ? flow->done[at + 1] : stored_goods_pieces(context, works, error);
  return MAX(0, flow->done[at] - (at == FLOW_ASSEMBLED ? MAX(gone, flow->passed) : gone));
}
/* The same of what named this wall; NULL: of what named none, where no wall may have less than went on from it. */
static gint64 named_back(const Flow *flow, const FlowWall *wall, guint at) {
  gint64 most = wall ? wall->named[at] : flow->whole[at];
  for (guint i = 0; i < flow->count; i++) {
    const FlowWall *other = &flow->walls[i];
    if (at < FLOW_PACKED && (!wall || other == wall))
      most = MIN(most, other->named[at] + flow->whole[at] -
                         MAX(other->named[at + 1], at == FLOW_ASSEMBLED ? other->passed : 0));
  }
  return MAX(0, most);
}
/* Decides while nothing is typed: where all went on already there is nothing to correct. */
static const char *check_taken_back(Context *context, GError **error) {
  const Progress *report = context->row;
  const Flow *flow = flow_of(context, &report->row, error);
  gint64 left[FLOW_STAGES], all = 0;
  for (guint i = 0; flow && i < FLOW_STAGES; i++)
    all += left[i] = taken_back(context, flow, i, report->row.parent_id, error);
  const guint at = flow ? flow_stage(flow, report->stage) : FLOW_STAGES;
  if (flow && !all)
    return context_sentence(context, N_("There is no report to correct: nothing is reported that did not go on to the "
                                        "next stage or the store."));
  if (at == FLOW_STAGES || report->quantity == DICT_UNSET || report->quantity <= left[at])
    return NULL;
  if (at == FLOW_ASSEMBLED && flow->passed > flow->done[FLOW_PACKED])
    return context_sentence(context, N_("“%s”: at most %d can be taken back, for the others passed the outgoing "
                                        "inspection; production withdraws that first."),
                            stage_label(context, flow, at), (int)left[at]);
  return at < FLOW_PACKED
           ? context_sentence(context, N_("“%s”: at most %d can be taken back; production first corrects “%s”."),
                              stage_label(context, flow, at), (int)left[at], stage_label(context, flow, at + 1))
           : context_sentence(context, N_("“%s”: at most %d can be taken back, for the others are in store."),
                              stage_label(context, flow, at), (int)left[at]);
}
static const Gate gate_taken_back = {"progress.taken_back", check_taken_back, .decides = TRUE};

static const char *check_wall_back(Context *context, GError **error) {
  const Progress *report = context->row;
  const Flow *flow = flow_of(context, &report->row, error);
  const char *why = NULL;
  const FlowWall *wall = flow ? wall_of(context, flow, &why) : NULL;
  const guint at = flow ? flow_stage(flow, report->stage) : FLOW_STAGES;
  if (why || at == FLOW_STAGES || report->quantity == DICT_UNSET || report->quantity <= named_back(flow, wall, at) ||
      report->quantity > taken_back(context, flow, at, report->row.parent_id, error))
    return why;
  return wall ? context_sentence(context, N_("“%s”, wall “%s”: at most %d can be taken back; what was reported without "
                                             "naming the wall is corrected without naming it."),
                                 stage_label(context, flow, at), wall->line->area, (int)named_back(flow, wall, at))
              : context_sentence(context, N_("“%s”: at most %d can be taken back without naming a wall; choose the "
                                             "wall whose report was wrong."),
                                 stage_label(context, flow, at), (int)named_back(flow, NULL, at));
}
static const Gate gate_wall_back = {"progress.wall_back", check_wall_back};

/* Begins with the last report, as far as it can be taken back. */
static gboolean begin_correction(Context *context, GError **error) {
  Progress *report = context->row;
  const DbResult *last = db_query(context->tx, context->arena,
                                  "SELECT stage, quantity, wall FROM progress WHERE parent_id = $1"
                                  " ORDER BY id DESC LIMIT 1", DB_ARGS(DB_I(report->row.parent_id)), error);
  if (!last || !last->rows || DB_CELL(last, 0, 1)->integer < 0)
    return last != NULL;
  report->stage = DB_CELL(last, 0, 0)->text;
  report->quantity = DB_CELL(last, 0, 1)->integer;
  report->wall = DB_CELL(last, 0, 2)->kind == DB_NULL ? DICT_UNSET : DB_CELL(last, 0, 2)->integer;
  return TRUE;
}
/* A report of so many less: the sums follow, and both stay in sight. */
static gboolean take_back(Context *context, GError **error) {
  Progress *report = context->row;
  report->quantity = -report->quantity;
  report->done_on = context->today;
  return TRUE;
}

static const char *tell_flow(Context *context, GError **error) {
  const Flow *flow = flow_of(context, context->row, error);
  g_autoptr(GString) done = g_string_new(NULL), left = g_string_new(NULL);
  for (guint i = 0; flow && i < FLOW_STAGES; i++) {
    g_string_append_printf(done, "%s%s %d", i ? " · " : "", stage_label(context, flow, i), (int)flow->done[i]);
    g_string_append_printf(left, "%s%s %d", i ? " · " : "", stage_label(context, flow, i), (int)flow_ready(flow, i));
  }
  return !flow ? NULL
               : context_sentence(context, N_("Ordered: %d pieces. Reported so far: %s. Left to report now: %s."),
                                  (int)flow->ordered, done->str, left->str);
}
/* Begins with what is left of the stage chosen, else of the first that is not over; of a wall that is chosen. */
static gboolean begin_report(Context *context, GError **error) {
  Progress *report = context->row;
  const Flow *flow = flow_of(context, &report->row, error);
  if (!flow)
    return FALSE;
  const FlowWall *wall = report->wall == DICT_UNSET ? NULL : flow_wall(flow, report->wall);
  gint64 left = 0;
  guint at = 0;
  for (; at < FLOW_STAGES; at++) {
    left = wall ? flow_wall_ready(flow, wall, at) : flow_ready(flow, at);
    if (report->stage ? !g_strcmp0(report->stage, flow->stages[at].code) : left > 0)
      break;
  }
  report->done_on = context->today;
  if (at == FLOW_STAGES)
    return TRUE;
  report->stage = flow->stages[at].code;
  report->quantity = left ? left : DICT_UNSET;
  return TRUE;
}
/* Said where it is reported: what the customer still owes, and that packing waits for the inspection. */
static const char *warn_waiting(Context *context, GError **error) {
  Row *report = context->row;
  const Flow *flow = flow_of(context, report, error);
  WorksOrder *works = flow ? context_load(context, &works_order_record, report->parent_id, error) : NULL;
  context->row = works;
  const char *supply = works ? gate_all_supplied.check(context, error) : NULL;
  context->row = report;
  const gint64 left = flow ? flow_uninspected(flow, NULL) : 0;
  return supply   ? supply
       : left > 0 ? context_sentence(context, N_("%d assembled pieces wait for the outgoing inspection; only then are "
                                                 "they reported as packed."), (int)left) : NULL;
}
static gboolean date_report(Context *context, GError **error) {
  Progress *report = context->row;
  if (report->done_on == DICT_UNSET)
    report->done_on = context->today;
  return TRUE;
}
static const Command progress_commands[] = {
  {.name = "progress.report", .label = N_("Report progress"), .help = N_("Says how many pieces passed a stage."),
   .creates = TRUE, .under = "works_order", .by = ROLE_PRODUCTION,
   .inputs = INPUTS({"stage", .sets = "quantity"}, {"wall", TRUE, .sets = "quantity"},
                    {"quantity", .label = N_("Pieces done since the last report"),
                     .help = N_("Only those that were not reported yet, not the sum in all: the program adds up. It "
                                "begins with what is left of the stage.")},
                    {"done_on", TRUE, .not_after = IN("today")}, {"remarks", TRUE}),
   .gates = GATES(&gate_order_open, &gate_making, &gate_flow, &gate_wall, &gate_inspected),
   .tells = tell_flow, .warns = warn_waiting,
   .begins = begin_report, .run = date_report},
  {.name = "progress.correct", .label = N_("Correct a report"),
   .help = N_("Takes back pieces that were reported by mistake; the dealer's figures follow."),
   .creates = TRUE, .under = "works_order", .by = ROLE_PRODUCTION,
   .inputs = INPUTS({"stage"}, {"wall", TRUE}, {"quantity", .label = N_("Pieces reported too many")},
                    {"remarks", .label = N_("Reason")}),
   .gates = GATES(&gate_order_open, &gate_making, &gate_taken_back, &gate_wall_back), .tells = tell_flow,
   .begins = begin_correction, .run = take_back},
  {0},
};
const Record progress_record = {
  DICT_OF(progress, Progress), .label = N_("Progress report"), .plural = N_("Progress reports"), .step = 11,
  .shown_to = DEALER, .about_goods = TRUE,
  .commands = progress_commands,
};
