/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 11: what is assembled is inspected before it is packed; what is to be reworked is inspected again. */
#include "base/lang.h"
#include "step/s09-works-order.h"
#include "step/s11-flow.h"
#include "step/s11-production.h"

#define DICT_NAME inspection
#define DICT_TYPE Inspection
#define DICT_DEF "step/inspection.def"
#include "dict/declare.h"
#include <string.h>

static gboolean is_passed(const Inspection *inspection) {
  return !g_strcmp0(inspection->result, "passed");
}
static const Flow *flow_of(Context *context, GError **error) {
  const Row *row = context->row;
  return flow_load(context->tx, context->arena, row->parent_id, row->order_id, error);
}

/* Decides while nothing is typed: where all that is assembled has passed there is nothing to inspect. */
static const char *check_room(Context *context, GError **error) {
  const Inspection *inspection = context->row;
  const Flow *flow = flow_of(context, error);
  if (!flow)
    return NULL;
  if (!flow_uninspected(flow, NULL))
    return context_sentence(context, N_("Nothing waits for inspection: %d pieces are assembled and all have passed."),
                            (int)flow->done[FLOW_ASSEMBLED]);
  const FlowWall *wall = flow_wall(flow, inspection->wall);
  if (inspection->wall != DICT_UNSET && !wall)
    return context_sentence(context, N_("This wall is not on the accepted order form; choose another, or none."));
  const gint64 left = flow_uninspected(flow, wall);
  if (inspection->quantity == DICT_UNSET || inspection->quantity <= left)
    return NULL;
  if (wall)
    return context_sentence(context, N_("Only %d assembled pieces of the wall “%s” wait for inspection; choose another "
                                        "wall, or several."), (int)left, wall->line->area);
  return context_sentence(context, N_("Only %d assembled pieces wait for inspection; production first reports more as "
                                      "assembled."), (int)left);
}
static const Gate gate_room = {"inspection.room", check_room, .decides = TRUE};

static const char *check_findings(Context *context, GError **error) {
  const Inspection *inspection = context->row;
  if (!inspection->result || is_passed(inspection) || inspection->findings)
    return NULL;
  return context_sentence(context, N_("Say what is to be reworked: whoever inspected it writes down the findings."));
}
static const Gate gate_findings = {"inspection.findings", check_findings};

/* The wall may have been named in an earlier edition of the form. */
static gint64 left_unpacked(Context *context, const Flow *flow, const Inspection *inspection, GError **error) {
  const OrderFormLine *line = inspection->wall == DICT_UNSET
                                ? NULL : context_load(context, &order_form_line_record, inspection->wall, error);
  for (guint i = 0; line && i < flow->count; i++)
    if (order_form_wall(flow->walls[i].line) == order_form_wall(line))
      return flow_unpacked(flow, &flow->walls[i]);
  return line ? MAX(0, flow->passed - flow->done[FLOW_PACKED]) : flow_unpacked(flow, NULL);
}
static const char *check_unpacked(Context *context, GError **error) {
  const Inspection *inspection = context->row;
  const Flow *flow = is_passed(inspection) ? flow_of(context, error) : NULL;
  const gint64 most = flow ? left_unpacked(context, flow, inspection, error) : G_MAXINT64;
  if (inspection->quantity <= most)
    return NULL;
  return context_sentence(context, N_("%d of its pieces are packed already; production first corrects what is reported "
                                      "as packed."), (int)(inspection->quantity - most));
}
static const Gate gate_unpacked = {"inspection.unpacked", check_unpacked};

/* What failed again was to be reworked already; what passed again no longer is. */
static void count_rework(const Inspection *inspection, gint64 *pieces) {
  if (inspection->again != TRUE)
    *pieces += is_passed(inspection) ? 0 : inspection->quantity;
  else
    *pieces = is_passed(inspection) ? MAX(0, *pieces - inspection->quantity) : MAX(*pieces, inspection->quantity);
}

/* Pieces of those waiting that were found to be reworked; of a wall, NULL: of the whole order, where said (may be NULL)
   names the walls. Where an inspection does not say that it saw mended pieces, those count as the last to pass. */
static gint64 to_rework(Context *context, const Flow *flow, const FlowWall *only, GString *said, GError **error) {
  const Row *row = context->row;
  gint64 all = 0, several = 0;
  g_autofree gint64 *pieces = g_new0(gint64, flow->count + 1);
  g_autoptr(GPtrArray) found = dict_load_by(context->tx, context->arena, &inspection_record, "parent_id",
                                            DB_I(row->parent_id), error);
  for (guint i = 0; found && i < found->len; i++) {
    const Inspection *inspection = found->pdata[i];
    const FlowWall *wall = flow_wall(flow, inspection->wall);
    if (!strcmp(inspection->row.state, "recorded"))
      count_rework(inspection, wall ? &pieces[wall - flow->walls] : &several);
  }
  for (guint i = 0; i < flow->count; i++) {
    const FlowWall *wall = &flow->walls[i];
    const gint64 here = MIN(pieces[i], flow_uninspected(flow, wall));
    if (here > 0 && said)
      g_string_append_printf(said, "%s%s × %d", said->len ? lang_comma(context->viewer->language) : "",
                             wall->line->area, (int)here);
    if (here > 0 && (!only || only == wall))
      all += here;
  }
  return only ? all : MIN(all + several, flow_uninspected(flow, NULL));
}
static const char *tell_waiting(Context *context, GError **error) {
  const Flow *flow = flow_of(context, error);
  if (!flow)
    return NULL;
  const int assembled = (int)flow->done[FLOW_ASSEMBLED], passed = (int)flow->passed;
  const char *stands = context_sentence(
    context, N_("Assembled: %d pieces. Passed: %d, packed: %d. Waiting for inspection: %d."), assembled, passed,
    (int)flow->done[FLOW_PACKED], assembled - passed);
  g_autoptr(GString) walls = g_string_new(NULL);
  const gint64 rework = to_rework(context, flow, NULL, walls, error);
  if (!rework)
    return stands;
  const char *more = walls->len ? context_sentence(context, N_("To be reworked of these: %d (%s); they pass only once "
                                                               "they are mended."), (int)rework, walls->str)
                                : context_sentence(context, N_("To be reworked of these: %d; they pass only once they "
                                                               "are mended."), (int)rework);
  return arena_printf(context->arena, "%s %s", stands, more);
}
/* Nobody passes anything by a slip: the result is chosen each time, and what was reworked is counted in by hand. */
static gboolean begin_inspection(Context *context, GError **error) {
  Inspection *inspection = context->row;
  const Flow *flow = flow_of(context, error);
  const FlowWall *wall = flow ? flow_wall(flow, inspection->wall) : NULL;
  const gint64 left = flow ? flow_uninspected(flow, wall) - to_rework(context, flow, wall, NULL, error) : 0;
  inspection->quantity = left > 0 ? left : DICT_UNSET;
  return flow != NULL;
}

static const Command inspection_commands[] = {
  {.name = "inspection.record", .label = N_("Inspect before packing"),
   .help = N_("Says what was looked at and how it was found; only what passed can be packed."),
   .creates = TRUE, .under = "works_order", .to = "recorded", .by = ROLE_PRODUCTION,
   .inputs = INPUTS({"result"}, {"wall", TRUE, .sets = "quantity"}, {"quantity"}, {"again", TRUE}, {"findings", TRUE},
                    {"photos", TRUE}),
   .gates = GATES(&gate_order_open, &gate_making, &gate_room, &gate_findings), .tells = tell_waiting,
   .begins = begin_inspection},
  {.name = "inspection.withdraw", .label = N_("Withdraw"),
   .help = N_("Takes back an inspection that was entered by mistake, as long as what passed by it is not packed."),
   .from = IN("recorded"), .to = "withdrawn", .by = ROLE_PRODUCTION, .inputs = INPUTS({"withdrawn_because"}),
   .gates = GATES(&gate_order_stands, &gate_unpacked), .forbidden_look = TRUE},
  {0},
};
const Record inspection_record = {
  DICT_OF(inspection, Inspection), .label = N_("Outgoing inspection"), .plural = N_("Outgoing inspections"),
  .prefix = "I", .step = 11, .about_goods = TRUE,
  .states = STATES({"recorded", N_("Recorded")}, {"withdrawn", N_("Withdrawn"), HOUSE, PAST}),
  .commands = inspection_commands,
};
