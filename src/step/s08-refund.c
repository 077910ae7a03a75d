/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 8: what is refunded when an order is cancelled. The general manager names the sum; finance owes it, as far as
   the dealer's money is in, until it is paid back. */
#include "party/party.h"

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "step/refund.def"
#undef FIELD
} Refund;
static const Field refund_fields[] = {
#define FIELD(name, kind, ...) DICT_FIELD(Refund, name, kind, __VA_ARGS__)
#include "step/refund.def"
#undef FIELD
};
const Record refund_record = {
  .name = "refund", .label = N_("Refund"), .plural = N_("Refunds"), .prefix = "Q", .step = 8, .shown_to = DEALER,
  .states = STATES({"paid", N_("Paid back"), DEALER}, {"reversed", N_("Came back"), DEALER}),
  DICT_SIZE(Refund, refund_fields),
};

/* Of what the general manager granted, the part that came in and was not paid back yet. */
static gint64 still_owed(Context *context, GError **error) {
  const gint64 order_id = ((Row *)context->row)->order_id;
  const Order *order = context_load(context, &order_record, order_id, error);
  const gint64 granted = order && order->refunded != DICT_UNSET ? order->refunded : 0;
  const gint64 in = context_number(context,
                                   "SELECT CAST(SUM(a.amount) AS BIGINT) FROM allocation a JOIN receipt r ON r.id = "
                                   "a.parent_id JOIN contract c ON c.id = a.contract WHERE c.order_id = $1 AND "
                                   "a.state = 'active' AND r.state = 'confirmed' AND COALESCE(r.written_off, 0) = 0",
                                   DB_ARGS(DB_I(order_id)), error);
  return MIN(granted, in) - context_number(context,
                                           "SELECT CAST(SUM(amount) AS BIGINT) FROM refund WHERE order_id = $1 AND "
                                           "state = 'paid'", DB_ARGS(DB_I(order_id)), error);
}

static const char *check_refunded(Context *context, GError **error) {
  const gint64 owed = still_owed(context, error);
  return owed > 0 ? context_sentence(context, N_("%s is still to be paid back; finance does."),
                                     context_money(context, owed)) : NULL;
}
static const Gate gate_refunded = {"refund.all", check_refunded};

const Duty refund_duties[] = {
  {.name = "refund.pay", .record = "order", .step = 8, .state = "cancelled", .role = ROLE_FINANCE, .days = 3,
   .escalates = ROLE_MANAGER, .outlives = TRUE, .label = N_("Pay the refund"), .until = &gate_refunded,
   .asked_after = IN("refund.pay", "refund.reverse", "receipt.confirm", "receipt.reverse")},
  {0},
};

static const char *check_owed(Context *context, GError **error) {
  const Refund *refund = context->row;
  const gint64 owed = MAX(0, still_owed(context, error));
  if (owed && (refund->amount == DICT_UNSET || refund->amount <= owed))
    return NULL;
  return context_sentence(context, N_("At most %s is to be paid back here; the general manager grants a refund when "
                                      "cancelling the order, and finance confirms the money that came in."),
                          context_money(context, owed));
}
static const Gate gate_refund_owed = {"refund.owed", check_owed};

static const char *check_paid_date(Context *context, GError **error) {
  const Refund *refund = context->row;
  if (refund->paid_date == DICT_UNSET || refund->paid_date <= context->today)
    return NULL;
  return context_sentence(context, N_("The day of payment lies in the future; finance records money once it is paid."));
}
static const Gate gate_paid_date = {"refund.date", check_paid_date};

const Command refund_pay = {
  .name = "refund.pay", .label = N_("Record a refund"), .help = N_("Money was paid back to the dealer."),
  .record = "refund", .step = 8, .creates = TRUE, .under = "order", .to = "paid", .by = ROLE_FINANCE,
  .inputs = INPUTS({"amount"}, {"payee"}, {"paid_date"}, {"slip", TRUE}),
  .gates = GATES(&gate_refund_owed, &gate_paid_date),
};
const Command refund_reverse = {
  .name = "refund.reverse", .label = N_("It came back"), .help = N_("The transfer failed: the refund is owed again."),
  .record = "refund", .step = 8, .from = IN("paid"), .to = "reversed", .by = ROLE_FINANCE,
  .inputs = INPUTS({"reason"}), .forbidden_look = TRUE,
};
