/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 13: damage or loss on the way. The dealer or the clerk reports it, the clerk claims it of the carrier and
   follows it until it is settled; what is made anew goes on a make-up order. */
#include "party/party.h"
#include "step/s13-shipping.h"

#define DICT_NAME claim
#define DICT_TYPE Claim
#define DICT_DEF "step/claim.def"
#include "dict/declare.h"

static const char *check_left(Context *context, GError **error) {
  if (context_is_in(context, &shipment_record, ((Row *)context->row)->parent_id, "shipped delivered", error))
    return NULL;
  return context_sentence(context, N_("The goods have not left yet; only what happened on their way is claimed of the "
                                      "carrier."));
}
static const Gate gate_left = {"claim.left", check_left, .decides = TRUE}; /* offered to nobody before */

static const char *check_one_makeup(Context *context, GError **error) {
  const Claim *claim = context_load(context, &claim_record, ((Row *)context->row)->parent_id, error);
  const Order *made = claim ? context_load(context, &order_record, claim->makeup, error) : NULL;
  return made ? context_sentence(context, N_("The make-up order %s was opened for this claim already."),
                                 made->row.number) : NULL;
}
static const Gate gate_one_makeup = {"claim.one_makeup", check_one_makeup, .decides = TRUE};

/* Called as the order that it makes up for. */
static gboolean begin_makeup(Context *context, GError **error) {
  Order *order = context->row;
  const Claim *claim = context_load(context, &claim_record, order->row.parent_id, error);
  const Order *source = claim ? context_load(context, &order_record, claim->row.order_id, error) : NULL;
  if (source)
    order->name = context_sentence(context, N_("%s: make-up"), source->name);
  return source != NULL;
}
/* The claim says what became of it, and the order where it comes from. */
static gboolean open_makeup(Context *context, GError **error) {
  Order *order = context->row;
  const Claim *before = context_load(context, &claim_record, order->row.parent_id, error);
  const Order *source = before ? context_load(context, &order_record, before->row.order_id, error) : NULL;
  if (!source)
    return FALSE;
  order->source = source->row.id;
  order->claim = before->row.id;
  order->project = source->project;
  order->kind = "makeup";
  order->clerk = context->viewer->user_id;
  order->step = 2;
  Claim *claim = dict_copy_row(context->arena, &claim_record, before);
  claim->makeup = order->row.id;
  return context_save(context, &claim_record, before, claim, error);
}
static gboolean date_claim(Context *context, GError **error) {
  ((Claim *)context->row)->claimed_on = context->today;
  return TRUE;
}
static const Command claim_commands[] = {
  {.name = "claim.report", .label = N_("Report damage or loss"),
   .help = N_("Says what was damaged or lost on the way; the clerk claims it of the carrier."),
   .creates = TRUE, .under = "shipment", .to = "reported", .by = ROLE_DEALER | ROLE_CLERK,
   .inputs = INPUTS({"kind"}, {"what"}, {"photos", TRUE}), .gates = GATES(&gate_left)},
  {.name = "claim.change", .label = N_("Add photos or details"),
   .help = N_("Adds photos of the damage, or says more exactly what is damaged or lost."),
   .from = IN("reported", "raised"), .by = ROLE_DEALER | ROLE_CLERK, .inputs = INPUTS({"what"}, {"photos", TRUE})},
  {.name = "order.make_up", .record = "order", .step = 13, .label = N_("Open a make-up order"),
   .help = N_("Opens an order for what is made anew; it and the claim name each other."),
   .creates = TRUE, .under = "claim", .to = "open", .by = ROLE_CLERK, .inputs = INPUTS({"name"}, {"note", TRUE}),
   .gates = GATES(&gate_dealer_active, &gate_one_makeup), .begins = begin_makeup, .run = open_makeup},
  {.name = "claim.raise", .label = N_("Claimed of the carrier"),
   .help = N_("Records that the carrier was told, and what is claimed."),
   .from = IN("reported"), .to = "raised", .by = ROLE_CLERK, .inputs = INPUTS({"claimed"}), .run = date_claim},
  {.name = "claim.settle", .label = N_("Settle the claim"),
   .help = N_("Says how it ended: what the carrier pays, or why nothing is claimed."),
   .from = IN("reported", "raised"), .to = "settled", .by = ROLE_CLERK, .inputs = INPUTS({"outcome"}, {"paid", TRUE})},
  {0},
};
static const Duty claim_duties[] = {
  {.name = "claim.raise", .state = "reported", .role = ROLE_CLERK, .days = 1, .escalates = ROLE_MANAGER,
   .label = N_("Claim it of the carrier")},
  {.name = "claim.settle", .state = "raised", .role = ROLE_CLERK, .days = 10, .escalates = ROLE_MANAGER,
   .label = N_("Follow the claim until it is settled")},
  {0},
};
const Record claim_record = {
  DICT_OF(claim, Claim), .label = N_("Claim"), .plural = N_("Claims"), .prefix = "K", .step = 13, .shown_to = DEALER,
  .states = STATES({"reported", N_("Reported"), DEALER}, {"raised", N_("With the carrier"), DEALER},
                   {"settled", N_("Settled"), DEALER}),
  .commands = claim_commands, .duties = claim_duties,
};
