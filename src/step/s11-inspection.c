/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 11: what is assembled is inspected before it is packed; what is to be reworked is inspected again. */
#include "step/s09-works-order.h"
#include "step/s11-flow.h"
#include "step/s11-production.h"

#define DICT_NAME inspection
#define DICT_TYPE Inspection
#define DICT_DEF "step/inspection.def"
#include "dict/declare.h"

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
  const gint64 left = flow->done[FLOW_ASSEMBLED] - flow->passed;
  if (left <= 0)
    return context_sentence(context, N_("Nothing waits for inspection: %d pieces are assembled and all have passed."),
                            (int)flow->done[FLOW_ASSEMBLED]);
  if (inspection->wall != DICT_UNSET && !flow_wall(flow, inspection->wall))
    return context_sentence(context, N_("This wall is not on the accepted order form; choose another, or none."));
  if (inspection->quantity == DICT_UNSET || inspection->quantity <= left)
    return NULL;
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

static const char *check_unpacked(Context *context, GError **error) {
  const Inspection *inspection = context->row;
  const Flow *flow = is_passed(inspection) ? flow_of(context, error) : NULL;
  const gint64 most = flow ? flow->passed - flow->done[FLOW_PACKED] : G_MAXINT64;
  if (inspection->quantity <= most)
    return NULL;
  return context_sentence(context, N_("%d of its pieces are packed already; production first corrects what is reported "
                                      "as packed."), (int)(inspection->quantity - MAX(0, most)));
}
static const Gate gate_unpacked = {"inspection.unpacked", check_unpacked};

static const char *tell_waiting(Context *context, GError **error) {
  const Flow *flow = flow_of(context, error);
  if (!flow)
    return NULL;
  const int assembled = (int)flow->done[FLOW_ASSEMBLED], passed = (int)flow->passed;
  return context_sentence(context, N_("Assembled: %d pieces. Passed: %d, packed: %d. Waiting for inspection: %d."),
                          assembled, passed, (int)flow->done[FLOW_PACKED], assembled - passed);
}
/* Nobody passes anything by a slip: the result is chosen each time. */
static gboolean begin_inspection(Context *context, GError **error) {
  const Flow *flow = flow_of(context, error);
  const gint64 left = flow ? flow->done[FLOW_ASSEMBLED] - flow->passed : 0;
  ((Inspection *)context->row)->quantity = left > 0 ? left : DICT_UNSET;
  return flow != NULL;
}

static const Command inspection_commands[] = {
  {.name = "inspection.record", .label = N_("Inspect before packing"),
   .help = N_("Says what was looked at and how it was found; only what passed can be packed."),
   .creates = TRUE, .under = "works_order", .to = "recorded", .by = ROLE_PRODUCTION,
   .inputs = INPUTS({"result"}, {"quantity"}, {"wall", TRUE}, {"findings", TRUE}, {"photos", TRUE}),
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
