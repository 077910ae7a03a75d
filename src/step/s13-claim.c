/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 13: something is wrong with goods that left. The dealer or the clerk reports it; damage and loss on the way are
   claimed of the carrier, while of missing, wrong or faulty pieces a department finds out how it came about. The clerk
   follows it until it is settled; what is made anew goes on a make-up order. */
#include "party/party.h"
#include "step/s02-order-form.h"
#include "step/s13-shipping.h"

#define DICT_NAME claim
#define DICT_TYPE Claim
#define DICT_DEF "step/claim.def"
#include "dict/declare.h"

static const char *check_left(Context *context, GError **error) {
  if (context_is_in(context, &shipment_record, ((Row *)context->row)->parent_id, "shipped delivered", error))
    return NULL;
  return context_sentence(context, N_("The goods have not left yet; what is wrong with them is reported once they "
                                      "have."));
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
  const char *walls = order->walls;
  order->walls = NULL; /* its form lists them from now on */
  if (walls && !order_form_take_over(context, walls, error))
    return FALSE;
  Claim *claim = dict_copy_row(context->arena, &claim_record, before);
  claim->makeup = order->row.id;
  return context_save(context, &claim_record, before, claim, error);
}
static gboolean date_claim(Context *context, GError **error) {
  ((Claim *)context->row)->claimed_on = context->today;
  return TRUE;
}
/* Only what happened on the way is the carrier's; what was asked or claimed of somebody was for another kind. */
static gboolean sort_claim(Context *context, GError **error) {
  Claim *claim = context->row;
  if (g_strcmp0(claim->kind, "damage") && g_strcmp0(claim->kind, "loss"))
    claim->row.state = "examined";
  claim->department = claim->cause = NULL;
  claim->answer_by = claim->claimed = claim->claimed_on = DICT_UNSET;
  return TRUE;
}
#define PACKAGES                                                                                                     \
  "SELECT l.goods FROM shipment s JOIN delivery_line l ON l.parent_id = s.parent_id AND l.state = 'active' WHERE "    \
  "s.id = $1 ORDER BY l.goods"
#define WALLS                                                                                                        \
  "SELECT l.id FROM claim c JOIN order_form f ON f.order_id = c.order_id AND f.state = 'accepted' JOIN "             \
  "order_form_line l ON l.parent_id = f.id AND l.state = 'active' WHERE c.id = $1 ORDER BY l.id"
#define WHAT {"packages", TRUE, .among = PACKAGES}, {"what"}, {"photos", TRUE}
#define OPEN IN("reported", "raised", "examined", "asked", "answered")
#define ASKED (ROLE_PRODUCTION | ROLE_PURCHASING | ROLE_WAREHOUSE | ROLE_DESIGNER | ROLE_ESTIMATOR | ROLE_CLERK)
static const Command claim_commands[] = {
  {.name = "claim.report", .label = N_("Report what is wrong with the goods"),
   .help = N_("Says what is damaged, lost, missing, wrong or faulty; the clerk sees to it."),
   .creates = TRUE, .under = "shipment", .to = "reported", .by = ROLE_DEALER | ROLE_CLERK,
   .inputs = INPUTS({"kind"}, WHAT), .gates = GATES(&gate_left),
   .run = sort_claim, .moves = MOVES("claim.examined")},
  {.name = "claim.change", .label = N_("Add photos or details"),
   .help = N_("Adds photos, or says more exactly what is wrong."),
   .from = OPEN, .by = ROLE_DEALER | ROLE_CLERK, .inputs = INPUTS(WHAT)},
  {.name = "order.make_up", .record = "order", .step = 13, .label = N_("Open a make-up order"),
   .help = N_("Opens an order for what is made anew; it and the claim name each other. The walls that are ticked stand "
              "on its order form, with their sizes, for the dealer to check."),
   .creates = TRUE, .under = "claim", .to = "open", .by = ROLE_CLERK,
   .inputs = INPUTS({"name"}, {"walls", TRUE, .among = WALLS}, {"note", TRUE}),
   .gates = GATES(&gate_dealer_active, &gate_one_makeup), .begins = begin_makeup, .run = open_makeup},
  {.name = "claim.raise", .label = N_("Claimed of the carrier"),
   .help = N_("Records that the carrier was told, and what is claimed."),
   .from = IN("reported"), .to = "raised", .by = ROLE_CLERK, .inputs = INPUTS({"claimed"}), .run = date_claim},
  {.name = "claim.ask", .label = N_("Ask the department"),
   .help = N_("Asks the department how it came about; the answer stays in the house."),
   .from = IN("examined", "asked"), .to = "asked", .by = ROLE_CLERK,
   .inputs = INPUTS({"department"}, {"answer_by", TRUE, .not_before = IN("today")})},
  {.name = "claim.answer", .label = N_("Say how it came about"),
   .help = N_("Says what the department found; the clerk then tells the dealer how it ends."),
   .from = IN("asked"), .to = "answered", .by = ASKED, .inputs = INPUTS({"cause"})},
  {.name = "claim.settle", .label = N_("Settle the claim"),
   .help = N_("Says how it ended: what the carrier pays, or why nothing is claimed."),
   .from = IN("reported", "raised"), .to = "settled", .by = ROLE_CLERK, .inputs = INPUTS({"outcome"}, {"paid", TRUE})},
  {.name = "claim.conclude", .label = N_("Tell the dealer how it ends"),
   .help = N_("Says who bears it, and how it ended: what is made anew or sent after, or why not."),
   .from = IN("examined", "asked", "answered"), .to = "settled", .by = ROLE_CLERK,
   .inputs = INPUTS({"borne_by"}, {"outcome"})},
  {.name = "claim.sort", .label = N_("Change the kind"),
   .help = N_("Where it turns out to be of another kind: what is done about it begins anew."),
   .from = OPEN, .to = "reported", .by = ROLE_CLERK,
   .inputs = INPUTS({"kind"}), .run = sort_claim, .moves = MOVES("claim.examined")},
  {0},
};
static const Duty claim_duties[] = {
  {.name = "claim.raise", .state = "reported", .role = ROLE_CLERK, .days = 1, .escalates = ROLE_MANAGER,
   .label = N_("Claim it of the carrier")},
  {.name = "claim.settle", .state = "raised", .role = ROLE_CLERK, .days = 10, .escalates = ROLE_MANAGER,
   .label = N_("Follow the claim until it is settled")},
  {.name = "claim.ask", .state = "examined", .role = ROLE_CLERK, .days = 1, .escalates = ROLE_MANAGER,
   .label = N_("Find out how it came about"), .act = "claim.ask"},
  {.name = "claim.answer", .state = "asked", .role_field = "department", .due_field = "answer_by", .days = 2,
   .escalates = ROLE_MANAGER, .label = N_("Say how it came about")},
  {.name = "claim.conclude", .state = "answered", .role = ROLE_CLERK, .days = 1, .escalates = ROLE_MANAGER,
   .label = N_("Tell the dealer how it ends")},
  {0},
};
const Record claim_record = {
  DICT_OF(claim, Claim), .label = N_("Claim"), .plural = N_("Claims"), .prefix = "K", .step = 13, .shown_to = DEALER,
  .states = STATES({"reported", N_("Reported"), DEALER}, {"raised", N_("With the carrier"), DEALER},
                   {"examined", N_("Being looked into"), DEALER},
                   {"asked", N_("With the department"), DEALER}, {"answered", N_("Cause found"), DEALER},
                   {"settled", N_("Settled"), DEALER}),
  .commands = claim_commands, .duties = claim_duties,
};
