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

static gboolean date_claim(Context *context, GError **error) {
  ((Claim *)context->row)->claimed_on = context->today;
  return TRUE;
}
static const Command claim_commands[] = {
  {.name = "claim.report", .label = N_("Report damage or loss"),
   .help = N_("Says what was damaged or lost on the way; the clerk claims it of the carrier."),
   .creates = TRUE, .under = "shipment", .to = "reported", .by = ROLE_DEALER | ROLE_CLERK,
   .inputs = INPUTS({"kind"}, {"what"}, {"photos", TRUE}), .gates = GATES(&gate_left)},
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
