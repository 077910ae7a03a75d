/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 13: goods leave on an approved delivery notice with a carrier agreed with the dealer, and are followed until
   they are signed for. */
#include "step/s13-shipping.h"
#include "step/s08-deposit.h"
#include "step/s11-production.h"
#include "step/s12-balance.h"
#include "step/s17-settlement.h"

static const char *check_waybill_sent(Context *context, GError **error) {
  if (((const Shipment *)context->row)->waybill_sent != DICT_UNSET)
    return NULL;
  return context_sentence(context, N_("The dealer does not have the waybill yet; the clerk sends it on the day of "
                                      "shipping."));
}
static const Gate gate_waybill_sent = {"shipment.waybill_sent", check_waybill_sent};

static const char *check_notice_approved(Context *context, GError **error) {
  if (context_is_in(context, &delivery_notice_record, ((Row *)context->row)->parent_id, "approved", error))
    return NULL;
  return context_sentence(context,
                          N_("The delivery notice is not approved; regional manager and finance sign it, then the "
                             "general manager."));
}
static const Gate gate_notice_approved = {"delivery_notice.approved", check_notice_approved, .decides = TRUE};

static const char *check_carrier_agreed(Context *context, GError **error) {
  const Shipment *shipment = context->row;
  if (shipment->carrier && shipment->agreed == TRUE)
    return NULL;
  return context_sentence(context,
                          N_("The carrier is not agreed with the dealer; the dealer agrees, or the clerk records it."));
}
static const Gate gate_carrier_agreed = {"shipment.carrier_agreed", check_carrier_agreed};

static const char *check_one_shipment(Context *context, GError **error) {
  const Row *row = context->row;
  const DbResult *planned = dict_ask(context->tx, context->arena, &delivery_notice_record,
                                     "SELECT parent_id, id FROM shipment WHERE state <> 'cancelled' AND parent_id = $1",
                                     DB_ARGS(DB_I(row->parent_id)), error);
  for (guint i = 0; planned && i < planned->rows; i++)
    if (DB_CELL(planned, i, 1)->integer != row->id)
      return context_sentence(context, N_("This delivery notice has a shipment already; the clerk changes or cancels "
                                          "that one."));
  return NULL;
}
static const Gate gate_one_shipment = {"shipment.one", check_one_shipment};

/* Whoever names a carrier agrees to it. */
static gboolean take_designated(Context *context, GError **error) {
  Shipment *shipment = context->row;
  const gboolean named = shipment->designated == TRUE;
  shipment->agreed = named ? TRUE : DICT_UNSET;
  if (named)
    shipment->row.state = "agreed";
  return TRUE;
}

/* Why another one was declined says nothing of this one; the timeline keeps it. */
static gboolean propose_anew(Context *context, GError **error) {
  const Shipment *before = context->before;
  Shipment *shipment = context->row;
  if (before->designated == TRUE && g_strcmp0(before->carrier, shipment->carrier)) /* it was said of another */
    shipment->designated = FALSE;
  shipment->declined_because = NULL;
  return take_designated(context, error);
}
static gboolean agree(Context *context, GError **error) {
  ((Shipment *)context->row)->agreed = TRUE;
  return TRUE;
}

/* Whoever receives the goods may not be there yet. */
static const char *warn_early(Context *context, GError **error) {
  const DeliveryNotice *notice = context_load(context, &delivery_notice_record, ((Row *)context->row)->parent_id,
                                              error);
  if (!notice || notice->planned_date == DICT_UNSET || notice->planned_date <= context->today)
    return NULL;
  return context_sentence(context, N_("The goods are to leave on %s, in %d days; ask the dealer before they leave "
                                      "earlier."), context_date(context, notice->planned_date),
                          (int)(notice->planned_date - context->today));
}

/* The site of the order's project and who receives there, else the dealer's first contact; what is said already
   stays. */
static gboolean address_shipment(Context *context, GError **error) {
  Shipment *shipment = context->row;
  const Order *order = context_load(context, &order_record, shipment->row.order_id, error);
  const Project *project = order ? context_load(context, &project_record, order->project, error) : NULL;
  g_autoptr(GPtrArray) contacts = project ? dict_load_by(context->tx, context->arena, &contact_record, "parent_id",
                                                         DB_I(shipment->row.dealer_id), error) : NULL;
  const Contact *person = NULL;
  for (guint i = 0; contacts && i < contacts->len && !person; i++)
    person = g_strcmp0(((Row *)contacts->pdata[i])->state, "active") ? NULL : contacts->pdata[i];
  if (!contacts)
    return FALSE;
  const gboolean known = project->site_person || project->site_phone || shipment->receiver || shipment->phone;
  const char *name = known ? project->site_person : person ? person->name : NULL;
  const char *phone = known ? project->site_phone : person ? person->phone : NULL;
  shipment->address = shipment->address ? shipment->address : project->site_address;
  shipment->receiver = shipment->receiver ? shipment->receiver : name;
  shipment->phone = shipment->phone ? shipment->phone : phone;
  return TRUE;
}
/* Begins with the day told to the dealer, where that is not past, and with where the goods go. */
static gboolean begin_shipment(Context *context, GError **error) {
  Shipment *shipment = context->row;
  const DeliveryNotice *notice = context_load(context, &delivery_notice_record, shipment->row.parent_id, error);
  if (notice && notice->planned_date != DICT_UNSET && shipment->hand_over_date == DICT_UNSET)
    shipment->hand_over_date = MAX(notice->planned_date, context->today);
  return notice && address_shipment(context, error);
}
static gboolean plan(Context *context, GError **error) {
  return address_shipment(context, error) && take_designated(context, error);
}
static gboolean begin_event(Context *context, GError **error) {
  ((Tracking *)context->row)->seen_at = context->now;
  return TRUE;
}
/* A dealer signs for himself; the house does not know who did. */
static gboolean begin_signed(Context *context, GError **error) {
  Shipment *shipment = context->row;
  shipment->signed_date = context->today;
  shipment->signed_by = context->viewer->dealer_id ? context->viewer->name : NULL;
  return TRUE;
}

static gboolean ship_goods(Context *context, gint64 notice, GError **error) {
  g_autoptr(GPtrArray)
    lines = dict_load_by(context->tx, context->arena, &delivery_line_record, "parent_id", DB_I(notice), error);
  for (guint i = 0; lines && i < lines->len; i++) {
    const DeliveryLine *line = lines->pdata[i];
    if (g_strcmp0(line->row.state, "active"))
      continue;
    const StoredGoods *before = context_load(context, &stored_goods_record, line->goods, error);
    StoredGoods *goods = before ? dict_copy_row(context->arena, &stored_goods_record, before) : NULL;
    if (!goods)
      return FALSE;
    goods->row.state = "shipped";
    if (!context_save(context, &stored_goods_record, before, goods, error))
      return FALSE;
  }
  return lines != NULL;
}
static gboolean leave(Context *context, GError **error) {
  Shipment *shipment = context->row;
  shipment->shipped_date = context->today;
  const DeliveryNotice *before = context_load(context, &delivery_notice_record, shipment->row.parent_id, error);
  if (!before)
    return FALSE;
  DeliveryNotice *notice = dict_copy_row(context->arena, &delivery_notice_record, before);
  notice->row.state = "shipped";
  return context_save(context, &delivery_notice_record, before, notice, error) &&
         ship_goods(context, notice->row.id, error) && party_expect_order(context, DICT_UNSET, error) &&
         party_advance_order(context, 13, error);
}
static gboolean date_waybill(Context *context, GError **error) {
  Shipment *shipment = context->row;
  if (shipment->waybill_sent == DICT_UNSET)
    shipment->waybill_sent = context->today;
  return TRUE;
}
static gboolean arrive(Context *context, GError **error) {
  Shipment *shipment = context->row;
  if (shipment->signed_date == DICT_UNSET)
    shipment->signed_date = context->today;
  gboolean lost = FALSE;
  return dict_update(context->tx, context->arena, &shipment_record, shipment, &lost, error) &&
         settlement_follow(context, shipment->row.order_id, error);
}
#define SHIPMENT_INPUTS                                                                                              \
  INPUTS({"carrier"}, {"designated", TRUE}, {"address", TRUE}, {"receiver", TRUE}, {"phone", TRUE},                  \
         {"hand_over_date", TRUE, .not_before = IN("today", "delivery_notice.planned_date")},                        \
         {"expected_date", TRUE, .not_before = IN("today", "hand_over_date")})
#define SIGNED_INPUTS(optional_, ...)                                                                                \
  INPUTS(__VA_ARGS__ {"signed_by"},                                                                                  \
         {"signed_date", optional_, .not_before = IN("shipped_date"), .not_after = IN("today")},                     \
         {"delivery_note", TRUE})
static const Command shipment_commands[] = {
  {.name = "shipment.plan", .label = N_("Plan the shipment"),
   .help = N_("Proposes a carrier to the dealer, who agrees to it or declines it, unless it is the dealer's own."),
   .creates = TRUE, .under = "delivery_notice", .to = "planned", .by = ROLE_CLERK | ROLE_WAREHOUSE,
   .inputs = SHIPMENT_INPUTS, .gates = GATES(&gate_order_open, &gate_notice_approved, &gate_one_shipment),
   .begins = begin_shipment, .run = plan, .moves = MOVES("shipment.agreed")},
  {.name = "shipment.change", .label = N_("Change carrier"),
   .help = N_("Proposes another carrier to the dealer, who must agree to it anew, unless it is the dealer's own."),
   .from = IN("planned", "agreed", "declined"), .to = "planned", .by = ROLE_CLERK,
   .inputs = SHIPMENT_INPUTS, .gates = GATES(&gate_order_stands), .run = propose_anew,
   .moves = MOVES("shipment.agreed")},
  {.name = "shipment.agree", .label = N_("Agree to the carrier"),
   .behalf = N_("Record that the dealer agrees"),
   .help = N_("Agrees to the carrier, or records that the dealer did so by phone or message."),
   .from = IN("planned"), .to = "agreed", .by = ROLE_DEALER | ROLE_CLERK, .gates = GATES(&gate_order_stands),
   .run = agree},
  {.name = "shipment.decline", .label = N_("Decline the carrier"),
   .behalf = N_("Record that the dealer declines"),
   .help = N_("Says why not, or records what the dealer said; then the clerk proposes another."),
   .from = IN("planned"), .to = "declined", .by = ROLE_DEALER | ROLE_CLERK, .inputs = INPUTS({"declined_because"}),
   .gates = GATES(&gate_order_stands), .forbidden_look = TRUE, .instead = "shipment.agree"},
  {.name = "shipment.ship", .label = N_("Ship"),
   .help = N_("Records that the goods have left; the dealer sees waybill number and day of arrival at once."),
   .from = IN("planned", "agreed"), .to = "shipped", .by = ROLE_WAREHOUSE,
   .inputs = INPUTS({"waybill"}, {"expected_date", .not_before = IN("today")}, {"freight", TRUE},
                    {"loading", TRUE}),
   .gates = GATES(&gate_order_stands, &gate_notice_approved, &gate_carrier_agreed, &gate_money_before_delivery),
   .run = leave, .warns = warn_early,
   .moves = MOVES("delivery_notice.shipped", "stored_goods.shipped")},
  {.name = "shipment.cancel", .label = N_("Cancel"), .help = N_("Drops a shipment that has not left."),
   .from = IN("planned", "agreed", "declined"), .to = "cancelled", .by = ROLE_CLERK, .gates = GATES(&gate_order_stands),
   .forbidden_look = TRUE},
  {.name = "shipment.expect", .label = N_("New day of arrival"),
   .help = N_("Says on which day the goods arrive by now; the dealer sees it, and nobody chases them before."),
   .from = IN("shipped"), .by = ROLE_CLERK | ROLE_WAREHOUSE,
   .inputs = INPUTS({"expected_date", .not_before = IN("today")})},
  {.name = "shipment.send_waybill", .label = N_("Note the waybill as sent"),
   .help = N_("Notes that you have sent the dealer the waybill's number, by phone or message. The program sends "
              "nothing; the dealer also sees the number in the portal."),
   .from = IN("shipped"), .by = ROLE_CLERK, .begins = date_waybill, .run = date_waybill,
   .inputs = INPUTS({"waybill_sent", TRUE, .not_before = IN("shipped_date"), .not_after = IN("today")})},
  {.name = "shipment.sign_for", .label = N_("Confirm the delivery"),
   .behalf = N_("Record that it was signed for"),
   .help = N_("Records that the goods were received and signed for."),
   .from = IN("shipped"), .to = "delivered", .by = ROLE_DEALER | ROLE_CLERK,
   .inputs = SIGNED_INPUTS(TRUE), .begins = begin_signed, .run = arrive,
   .moves = MOVES("order.open", "order.closed")},
  {.name = "shipment.correct", .label = N_("Correct the delivery"),
   .help = N_("Corrects who signed for the goods and on which day; the order counts as delivered from that day on."),
   .from = IN("delivered"), .by = ROLE_CLERK, .inputs = SIGNED_INPUTS(FALSE, {"corrected_because"},), .run = arrive,
   .moves = MOVES("order.open", "order.closed")},
  {0},
};
static const Duty shipment_duties[] = {
  {.name = "shipment.agree", .state = "planned", .role = ROLE_DEALER, .days = 1,
   .escalates = ROLE_CLERK, .label = N_("Agree to the carrier")},
  {.name = "shipment.propose", .state = "declined", .role = ROLE_CLERK, .days = 1,
   .escalates = ROLE_MANAGER, .label = N_("Propose another carrier"), .act = "shipment.change"},
  {.name = "shipment.hand_over", .state = "agreed", .role = ROLE_WAREHOUSE, .days = 2,
   .due_field = "hand_over_date", .escalates = ROLE_MANAGER, .label = N_("Hand the goods to the carrier")},
  {.name = "shipment.waybill", .state = "shipped", .role = ROLE_CLERK,
   .escalates = ROLE_MANAGER, .label = N_("Tell the dealer the waybill number by phone or message"),
   .act = "shipment.send_waybill", .until = &gate_waybill_sent,
   .asked_after = IN("shipment.send_waybill")},
  {.name = "shipment.track", .state = "shipped", .role = ROLE_CLERK,
   .setting = "tracking_days", .renewed_by = IN("tracking"), .act = "tracking.add", .escalates = ROLE_MANAGER,
   .label = N_("Ask where the shipment is")},
  {.name = "shipment.follow", .state = "shipped", .role = ROLE_CLERK,
   .due_field = "expected_date", .escalates = ROLE_MANAGER, .label = N_("Follow the shipment until it is signed for")},
  {0},
};
const Record shipment_record = {
  DICT_OF(shipment, Shipment), .label = N_("Shipment"), .plural = N_("Shipments"), .prefix = "S", .step = 13,
  .shown_to = DEALER, .also = "delivery_line",
  .states = STATES({"planned", N_("Planned"), DEALER}, {"declined", N_("Carrier declined"), DEALER, BACK},
                   {"agreed", N_("Carrier agreed"), DEALER}, {"shipped", N_("On its way"), DEALER},
                   {"delivered", N_("Signed for"), DEALER}, {"cancelled", N_("Cancelled"), DEALER, PAST}),
  .ends = ENDS({"planned", "cancelled"}, {"declined", "cancelled"}, {"agreed", "cancelled"}),
  .commands = shipment_commands, .duties = shipment_duties,
};

static const char *check_under_way(Context *context, GError **error) {
  if (context_is_in(context, &shipment_record, ((Row *)context->row)->parent_id, "shipped", error))
    return NULL;
  return context_sentence(context, N_("The shipment is not on its way; the warehouse ships it first."));
}
static const Gate gate_under_way = {"shipment.under_way", check_under_way, .decides = TRUE};
static gboolean date_event(Context *context, GError **error) {
  Tracking *event = context->row;
  if (event->seen_at == DICT_UNSET)
    event->seen_at = context->now;
  return TRUE;
}
static const Command tracking_commands[] = {
  {.name = "tracking.add", .label = N_("Add tracking event"),
   .help = N_("Says when and where the shipment was seen, and what happened to it."),
   .creates = TRUE, .under = "shipment", .by = ROLE_CLERK | ROLE_WAREHOUSE,
   .inputs = INPUTS({"seen_at", TRUE, .not_before = IN("shipment.shipped_date"), .not_after = IN("today")},
                    {"place", TRUE, .help = N_("Town or depot, where it is known.")},
                    {"event", .help = N_("“Reached the Changsha depot” or “Out for delivery”, for example.")}),
   .gates = GATES(&gate_under_way), .begins = begin_event, .run = date_event},
  {0},
};
const Record tracking_record = {
  DICT_OF(tracking, Tracking), .label = N_("Tracking event"), .plural = N_("Tracking events"), .step = 13,
  .parent = "shipment", .shown_to = DEALER,
  .commands = tracking_commands,
};
