/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 8: what was paid beyond the contract is given back, or kept as a credit (s08-credit.c). Finance proposes a
   refund with the reason, the general manager approves it, finance records the payment; only then does the money stop
   counting for its contract. Allocations go on summing to the receipt: what was returned is one of them. */
#include "step/s08-credit.h"
#include "step/s06-contract.h"
#include "step/s08-deposit.h"
#include "step/s08-refund.h"

/* What the general manager promised in cancelling the order, as far as there is money to give back. */
static const char *check_promise_kept(Context *context, GError **error) {
  const Order *order = context->row;
  const DbResult *sums = db_query(
    context->tx, context->arena,
    "SELECT CAST(COALESCE((SELECT SUM(f.amount) FROM refund f JOIN contract c ON c.id = f.contract WHERE c.order_id = "
    "$1 AND f.state = 'paid'), 0) AS BIGINT), CAST(COALESCE((SELECT SUM(a.amount) FROM allocation a JOIN receipt r ON "
    "r.id = a.parent_id JOIN contract c ON c.id = a.contract WHERE c.order_id = $1 AND a.state = 'active' AND "
    "r.state = 'confirmed' AND r.written_off IS NULL), 0) AS BIGINT)",
    DB_ARGS(DB_I(order->row.id)), error);
  if (!sums)
    return NULL;
  const gint64 paid = DB_CELL(sums, 0, 0)->integer, here = DB_CELL(sums, 0, 1)->integer;
  const gint64 left = MIN(MAX(order->refunded, 0) - paid, here);
  if (left <= 0)
    return NULL;
  return context_sentence(context, N_("%s of the %s promised to the dealer is still here; finance proposes the "
                                      "refund."),
                          context_money(context, left), context_money(context, order->refunded));
}
static const Gate gate_promise_kept = {"refund.promise", check_promise_kept};

static const char *check_confirmed(Context *context, GError **error) {
  const Receipt *receipt = context_load(context, &receipt_record, ((Row *)context->row)->parent_id, error);
  if (receipt && !g_strcmp0(receipt->row.state, "confirmed") && receipt->written_off != TRUE)
    return NULL;
  return context_sentence(context, N_("Only money that came in can be given back, and finance has not confirmed "
                                      "this, or it was reversed or written off."));
}
static const Gate gate_confirmed = {"refund.confirmed", check_confirmed};

static const char *check_covered(Context *context, GError **error) {
  const Refund *refund = context->row;
  if (refund->contract == DICT_UNSET || refund->amount == DICT_UNSET)
    return NULL; /* said by the inputs */
  /* what of the receipt is for each contract, less what is given back of it already */
  const DbResult *parts = dict_ask(
    context->tx, context->arena, &receipt_record,
    "SELECT p.parent_id, p.contract, p.amount, p.refund FROM (SELECT parent_id, contract, amount, 0 AS refund FROM"
    " allocation WHERE state = 'active' UNION ALL SELECT parent_id, contract, -amount, id FROM refund WHERE state IN"
    " ('proposed', 'approved', 'kept')) AS p WHERE p.parent_id = $1",
    DB_ARGS(DB_I(refund->row.parent_id)), error);
  gint64 most = 0;
  for (guint i = 0; parts && i < parts->rows; i++) {
    const DbCell *part = DB_CELL(parts, i, 0);
    if (part[1].integer == refund->contract && !(part[3].integer && part[3].integer == refund->row.id))
      most += part[2].integer;
  }
  if (refund->amount <= most)
    return NULL;
  return context_sentence(context, N_("At most %s of this receipt's money for the contract can be given back; finance "
                                      "corrects contract or amount."), context_money(context, MAX(most, 0)));
}
static const Gate gate_covered = {"refund.covered", check_covered};

/* Once goods have left, giving their price back would be credit. The contract may be of another order than the receipt:
   two refunds out of its surplus, or a refund and the goods' leaving, must not both be allowed by what was before. */
static const char *check_surplus(Context *context, GError **error) {
  const Refund *refund = context->row;
  const Contract *contract = context_load(context, &contract_record, refund->contract, error);
  if (!contract || refund->amount == DICT_UNSET ||
      !context_lock(context, &order_record, contract->row.order_id, error) ||
      !context_number(context,
                      "SELECT COUNT(*) FROM shipment WHERE order_id = $1 AND state IN ('shipped', 'delivered')",
                      DB_ARGS(DB_I(contract->row.order_id)), error))
    return NULL;
  const gint64 surplus = deposit_surplus(context, contract->row.order_id, error);
  if (refund->amount <= surplus)
    return NULL;
  return context_sentence(context, N_("Goods of this order have left; only what was paid beyond the money due before "
                                      "delivery can be given back: %s."), context_money(context, MAX(surplus, 0)));
}
static const Gate gate_surplus = {"refund.surplus", check_surplus};

static const char *check_paid_date(Context *context, GError **error) {
  const Refund *refund = context->row;
  if (refund->paid_date == DICT_UNSET || refund->paid_date <= context->today)
    return NULL;
  return context_sentence(context, N_("The day of payment lies in the future; finance records money once it is paid."));
}
static const Gate gate_paid_date = {"refund.date", check_paid_date};

/* The receipt may have come in with another order than the one that the money was for. */
static gboolean tell_order(Context *context, GError **error) {
  const Row *contract = context_load(context, &contract_record, ((Refund *)context->row)->contract, error);
  if (contract)
    context_touch(context, contract);
  return contract != NULL;
}

gboolean refund_take_out(Context *context, const Refund *refund, GError **error) {
  gint64 left = refund->amount;
  g_autoptr(GPtrArray) lines = dict_load_by(context->tx, context->arena, &allocation_record, "parent_id",
                                            DB_I(refund->row.parent_id), error);
  for (guint i = 0; lines && i < lines->len && left > 0; i++) {
    Allocation *line = dict_copy_row(context->arena, &allocation_record, lines->pdata[i]);
    if (line->contract != refund->contract || g_strcmp0(line->row.state, "active"))
      continue;
    const gint64 part = MIN(left, line->amount);
    left -= part;
    if (part == line->amount)
      line->row.state = "removed";
    else
      line->amount -= part;
    if (!context_save(context, &allocation_record, lines->pdata[i], line, error))
      return FALSE;
  }
  return lines != NULL;
}

/* The receipt's allocations still sum to it; the contract's clock may stop. */
static gboolean pay_out(Context *context, GError **error) {
  const Refund *refund = context->row;
  const Row *contract = context_load(context, &contract_record, refund->contract, error);
  Allocation *line = dict_new_row(context->arena, &allocation_record);
  line->row.parent_id = refund->row.parent_id;
  line->row.state = "active";
  line->refund = refund->row.id;
  line->amount = refund->amount;
  return contract && refund_take_out(context, refund, error) &&
         context_create(context, &allocation_record, line, error) && deposit_follow(context, contract->order_id, error);
}

/* The part that had left the contract is for it again. */
static gboolean put_back(Context *context, GError **error) {
  const Refund *refund = context->row;
  const Row *contract = context_load(context, &contract_record, refund->contract, error);
  g_autoptr(GPtrArray) lines = contract ? dict_load_by(context->tx, context->arena, &allocation_record, "refund",
                                                       DB_I(refund->row.id), error) : NULL;
  for (guint i = 0; lines && i < lines->len; i++) {
    Allocation *line = dict_copy_row(context->arena, &allocation_record, lines->pdata[i]);
    line->contract = refund->contract;
    line->refund = DICT_UNSET;
    if (!context_save(context, &allocation_record, lines->pdata[i], line, error))
      return FALSE;
  }
  return lines && deposit_follow(context, contract->order_id, error);
}
static const Command refund_commands[] = {
  {.name = "refund.propose", .label = N_("Give money back"),
   .help = N_("Proposes to return what was overpaid, or a part of the receipt."),
   .creates = TRUE, .under = "receipt", .to = "proposed", .by = ROLE_FINANCE,
   .inputs = INPUTS({"contract"}, {"amount"}, {"reason"}),
   .gates = GATES(&gate_confirmed, &gate_covered, &gate_surplus), .submits = TRUE, .run = tell_order},
  {.name = "refund.approve", .label = N_("Approve the refund"), .help = N_("Lets finance pay it out."),
   .from = IN("proposed"), .to = "approved", .by = ROLE_GM,
   .gates = GATES(&gate_confirmed, &gate_covered, &gate_surplus), .by_other = TRUE},
  {.name = "refund.reject", .label = N_("Reject"), .help = N_("Leaves the money where it is."),
   .from = IN("proposed"), .to = "refused", .by = ROLE_GM, .inputs = INPUTS({"refused_because"}),
   .forbidden_look = TRUE, .instead = "refund.approve", .run = tell_order},
  {.name = "refund.withdraw", .label = N_("Withdraw"),
   .help = N_("Drops the proposal: nothing is given back, or kept as a credit."),
   .from = IN("proposed", "approved", "kept"), .to = "withdrawn", .by = ROLE_FINANCE, .forbidden_look = TRUE,
   .run = tell_order},
  {.name = "refund.pay", .label = N_("Record the payment"),
   .help = N_("Records that the money has left; it counts for the contract no longer."),
   .from = IN("approved"), .to = "paid", .by = ROLE_FINANCE, .inputs = INPUTS({"payee"}, {"paid_date"}, {"slip", TRUE}),
   .gates = GATES(&gate_paid_date, &gate_confirmed, &gate_covered, &gate_surplus), .run = pay_out,
   .moves = MOVES("allocation.removed", "works_order.held", "order.open", "order.closed")},
  {.name = "refund.reverse", .label = N_("It came back"),
   .help = N_("Records that the transfer failed: the money counts for the contract again."),
   .from = IN("paid"), .to = "reversed", .by = ROLE_FINANCE, .inputs = INPUTS({"came_back"}), .forbidden_look = TRUE,
   .run = put_back, .moves = MOVES("works_order.held", "order.open", "order.closed")},
  {.name = "refund.keep", .label = N_("Keep as a credit"),
   .help = N_("Keeps what the dealer overpaid with us, for another contract."),
   .creates = TRUE, .under = "receipt", .to = "kept", .by = ROLE_FINANCE,
   .inputs = INPUTS({"contract"}, {"amount"}, {"reason"}),
   .gates = GATES(&gate_confirmed, &gate_covered, &gate_credit_beyond), .run = tell_order},
  {.name = "refund.use", .label = N_("Use the credit"),
   .help = N_("Counts the money for another contract of the dealer from today on."),
   .from = IN("kept"), .to = "used", .by = ROLE_FINANCE, .inputs = INPUTS({"used_for"}),
   .gates = GATES(&gate_confirmed, &gate_credit_beyond, &gate_credit_target), .run = credit_use,
   .moves = MOVES("allocation.removed", "works_order.held", "order.open", "order.closed")},
  {0},
};
static const Duty refund_duties[] = {
  {.name = "refund.approve", .state = "proposed", .role = ROLE_GM, .days = 1, .outlives = TRUE,
   .escalates = ROLE_GM, .label = N_("Approve the refund")},
  {.name = "refund.pay", .state = "approved", .role = ROLE_FINANCE, .days = 2, .outlives = TRUE,
   .escalates = ROLE_MANAGER, .label = N_("Pay the refund")},
  {.name = "refund.propose", .record = "order", .step = 8, .state = "cancelled", .role = ROLE_FINANCE, .days = 3,
   .outlives = TRUE, .escalates = ROLE_GM, .label = N_("Return the dealer's money"), .until = &gate_promise_kept,
   .asked_after = IN(DEPOSIT_MOVES)},
  {.name = "refund.overpaid", .record = "contract", .step = 8, .state = "effective", .role = ROLE_FINANCE, .days = 3,
   .escalates = ROLE_MANAGER, .label = N_("Give back or credit what was overpaid"), .until = &gate_credit_cleared,
   .asked_after = IN(DEPOSIT_MOVES, "refund.propose", "refund.reject", "refund.withdraw", "refund.keep")},
  {0},
};
const Record refund_record = {
  DICT_OF(refund, Refund), .label = N_("Refund"), .plural = N_("Refunds"), .prefix = "Q", .step = 8,
  .shown_to = DEALER, .commercial = TRUE,
  .states = STATES({"proposed", N_("Waits for the general manager")},
                   {"approved", N_("Approved, to be paid out"), DEALER}, {"refused", N_("Rejected"), HOUSE, PAST},
                   {"withdrawn", N_("Withdrawn"), HOUSE, PAST}, {"kept", N_("Kept as a credit"), DEALER},
                   {"used", N_("Used for another contract"), DEALER}, {"reversed", N_("Came back"), DEALER, PAST},
                   {"paid", N_("Paid back"), DEALER}),
  .commands = refund_commands, .duties = refund_duties,
};
