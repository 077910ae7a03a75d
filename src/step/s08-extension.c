/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 8: the due date is extended for the dealer's late confirmation, the site or customer-supplied material: proposed
   with days and reason, approved by another, told to the dealer. */
#include "step/s08-extension.h"
#include "step/s06-contract.h"
#include "step/s08-deposit.h"

static const Order *order_of(Context *context, GError **error) {
  return context_load(context, &order_record, ((Row *)context->row)->order_id, error);
}

static const char *check_clock_runs(Context *context, GError **error) {
  const Order *order = order_of(context, error);
  if (!order || order->due_date != DICT_UNSET || g_strcmp0(order->row.state, "open"))
    return NULL; /* a cancelled one: said by its own gate */
  return context_sentence(context, N_("The lead time does not run, so there is no due date to extend; it starts "
                                      "when finance confirms the down payment."));
}
static const Gate gate_clock_runs = {"extension.clock", check_clock_runs};

static gboolean note_due(Context *context, GError **error) {
  const Order *order = order_of(context, error);
  if (order)
    ((Extension *)context->row)->due_before = order->due_date;
  return order != NULL;
}

/* The due date follows by the function that made it: what was approved must be stored before. */
static gboolean move_due(Context *context, GError **error) {
  Extension *extension = context->row;
  gboolean lost = FALSE;
  const Contract *contract = contract_effective(context, error);
  if (!contract || !note_due(context, error) ||
      !dict_update(context->tx, context->arena, &extension_record, extension, &lost, error) ||
      !deposit_follow(context, extension->row.order_id, error))
    return FALSE;
  const Order *order = order_of(context, error);
  if (order)
    extension->due_after = order->due_date;
  return order != NULL;
}

static gboolean date_word(Context *context, GError **error) {
  ((Extension *)context->row)->told_on = context->today;
  return TRUE;
}
static const Command extension_commands[] = {
  {.name = "extension.propose", .label = N_("Propose a later due date"),
   .help = N_("Asks for more days, with the reason; the due date stays until they are approved."),
   .creates = TRUE, .under = "order", .to = "proposed", .by = ROLE_CLERK,
   .inputs = INPUTS({"days"}, {"cause"}, {"reason"}), .gates = GATES(&gate_order_open, &gate_clock_runs),
   .submits = TRUE, .run = note_due},
  {.name = "extension.approve", .label = N_("Approve"), .help = N_("Moves the due date by these days."),
   .from = IN("proposed"), .to = "approved", .by = ROLE_MANAGER, .gates = GATES(&gate_order_stands, &gate_clock_runs),
   .by_other = TRUE, .run = move_due, .moves = MOVES("order.open", "order.closed")},
  {.name = "extension.reject", .label = N_("Reject"), .help = N_("Leaves the due date as it is."),
   .from = IN("proposed"), .to = "refused", .by = ROLE_MANAGER, .inputs = INPUTS({"refused_because"}),
   .gates = GATES(&gate_order_stands), .forbidden_look = TRUE, .instead = "extension.approve"},
  {.name = "extension.tell", .label = N_("Told the dealer"),
   .help = N_("Records that the dealer knows the new due date, and how."),
   .from = IN("approved"), .to = "told", .by = ROLE_CLERK, .inputs = INPUTS({"told_how"}),
   .gates = GATES(&gate_order_stands), .run = date_word},
  {0},
};
static const Duty extension_duties[] = {
  {.name = "extension.approve", .state = "proposed", .role = ROLE_MANAGER, .days = 1,
   .escalates = ROLE_GM, .label = N_("Approve the extension of the due date")},
  {.name = "extension.tell", .state = "approved", .role = ROLE_CLERK, .days = 1,
   .escalates = ROLE_MANAGER, .label = N_("Tell the dealer of the new due date")},
  {0},
};
const Record extension_record = {
  DICT_OF(extension, Extension), .label = N_("Extension of the due date"), .plural = N_("Extensions of the due date"),
  .prefix = "E", .step = 8, .shown_to = DEALER,
  .states = STATES({"proposed", N_("Waits for the manager")}, {"refused", N_("Rejected"), HOUSE, PAST},
                   {"cancelled", N_("Cancelled"), HOUSE, PAST},
                   {"approved", N_("Approved"), DEALER}, {"told", N_("Approved and told to the dealer"), DEALER}),
  .ends = ENDS({"proposed", "cancelled"}),
  .commands = extension_commands, .duties = extension_duties,
};
