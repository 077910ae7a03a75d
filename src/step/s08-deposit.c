/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 8: money received, confirmed by finance, allocated to contracts; and the lead-time clock that the deposit
   starts. */
#include "step/s08-deposit.h"
#include "step/s06-contract.h"
#include "step/s09-works-order.h"
#include "step/s17-settlement.h"

enum { MOST_WRITTEN_OFF = 10000 /* fen of one order, all remainders together */ };

/* Sum of confirmed allocations to the order's contracts, up to a value date: what was paid for a contract counts for
   the amendment that takes its place. */
static gint64 confirmed_until(Context *context, gint64 order_id, gint64 date, GError **error) {
  return context_number(context,
                        "SELECT CAST(SUM(a.amount) AS BIGINT) FROM allocation a JOIN receipt r ON r.id = a.parent_id "
                        "JOIN contract c ON c.id = a.contract WHERE c.order_id = $1 AND a.state = 'active' AND "
                        "r.state = 'confirmed' AND COALESCE(a.counts_from, r.value_date) <= $2",
                        DB_ARGS(DB_I(order_id), DB_I(date)), error);
}
gint64 deposit_confirmed(Context *context, gint64 order_id, GError **error) {
  return confirmed_until(context, order_id, G_MAXINT32, error);
}
gint64 deposit_reported(Context *context, gint64 order_id, GError **error) {
  return deposit_confirmed(context, order_id, error) +
         context_number(context,
                        "SELECT CAST(SUM(a.amount) AS BIGINT) FROM allocation a JOIN receipt r ON r.id = a.parent_id "
                        "JOIN contract c ON c.id = a.contract WHERE c.order_id = $1 AND r.order_id = $1 AND "
                        "a.state = 'active' AND r.state = 'noticed'",
                        DB_ARGS(DB_I(order_id)), error);
}
static gint64 deposit_asked(Context *context, gint64 contract, GError **error) {
  return context_number(context, "SELECT CAST(SUM(amount) AS BIGINT) FROM instalment "
                                 "WHERE parent_id = $1 AND state <> 'removed' AND kind = 'deposit'",
                        DB_ARGS(DB_I(contract)), error);
}

static const char *check_deposit_in(Context *context, GError **error) {
  const Contract *contract = contract_effective(context, error);
  if (!contract)
    return NULL; /* said by the contract's own gate */
  const gint64 asked = deposit_asked(context, contract->row.id, error);
  const gint64 in = deposit_confirmed(context, contract->row.order_id, error);
  if (in >= asked)
    return NULL;
  return context_sentence(context,
                          N_("The down payment is not in: %s of %s is confirmed; the dealer pays and finance "
                             "confirms it."),
                          context_money(context, in), context_money(context, asked));
}
const Gate gate_deposit_in = {"receipt.deposit_in", check_deposit_in};

static gint64 asked_before_delivery(Context *context, gint64 order_id, GError **error) {
  return context_number(context,
                        "SELECT CAST(SUM(i.amount) AS BIGINT) FROM instalment i JOIN contract c ON c.id = i.parent_id "
                        "WHERE c.order_id = $1 AND c.state = 'effective' AND i.state <> 'removed' "
                        "AND i.before_delivery = 1",
                        DB_ARGS(DB_I(order_id)), error);
}
gint64 deposit_surplus(Context *context, gint64 order_id, GError **error) {
  return deposit_confirmed(context, order_id, error) - asked_before_delivery(context, order_id, error);
}
gint64 deposit_unpaid(Context *context, gint64 order_id, GError **error) {
  return MAX(0, -deposit_surplus(context, order_id, error));
}

static const char *check_money_before_delivery(Context *context, GError **error) {
  const gint64 order_id = ((Row *)context->row)->order_id;
  const gint64 asked = asked_before_delivery(context, order_id, error);
  const gint64 in = deposit_confirmed(context, order_id, error);
  if (in >= asked)
    return NULL;
  return context_sentence(context,
                          N_("Not all money due before delivery is in: %s of %s is confirmed; the dealer pays and "
                             "finance confirms it."),
                          context_money(context, in), context_money(context, asked));
}
const Gate gate_money_before_delivery = {"receipt.before_delivery", check_money_before_delivery};

static const char *check_reported(Context *context, GError **error) {
  const gint64 order_id = ((Row *)context->row)->order_id;
  const gint64 asked = asked_before_delivery(context, order_id, error);
  const gint64 said = deposit_reported(context, order_id, error);
  return said >= asked ? NULL : context_sentence(context, N_("%s of the %s due before delivery are paid or reported; "
                                                             "the dealer pays the rest."),
                                                 context_money(context, said), context_money(context, asked));
}
const Gate gate_money_reported = {"receipt.reported", check_reported};

gint64 deposit_reached(Context *context, const Contract *contract, gint64 asked, GError **error) {
  if (asked <= 0)
    return contract->effective_date;
  const DbResult *dates = db_query(
    context->tx, context->arena,
    "SELECT DISTINCT COALESCE(a.counts_from, r.value_date) AS since FROM receipt r JOIN allocation a ON "
    "a.parent_id = r.id JOIN contract c ON c.id = a.contract WHERE c.order_id = $1 AND a.state = 'active' AND "
    "r.state = 'confirmed' ORDER BY since",
    DB_ARGS(DB_I(contract->row.order_id)), error);
  for (guint i = 0; dates && i < dates->rows; i++) {
    const gint64 date = DB_CELL(dates, i, 0)->integer;
    if (confirmed_until(context, contract->row.order_id, date, error) >= asked)
      return date;
  }
  return DICT_UNSET;
}

static gint64 days_added(Context *context, gint64 order_id, GError **error) {
  const gint64 days = context_number(context,
                                     "SELECT CAST(SUM(days) AS BIGINT) FROM extension WHERE order_id = $1 AND state IN "
                                     "('approved', 'told')",
                                     DB_ARGS(DB_I(order_id)), error);
  return days ? days : DICT_UNSET;
}

/* The lead time begins with the deposit, and ends with it; approved extensions count like the contract's own days. */
static gboolean follow_clock(Context *context, const Contract *contract, const Order *before, gint64 clock,
                             GError **error) {
  Order *order = dict_copy_row(context->arena, &order_record, before);
  order->clock_date = clock;
  order->extended = days_added(context, before->row.id, error);
  const gint64 days = contract->lead_days + (order->extended == DICT_UNSET ? 0 : order->extended);
  if (clock == DICT_UNSET)
    order->due_date = DICT_UNSET;
  else if (!g_strcmp0(contract->lead_kind, "working"))
    order->due_date = calendar_add(context->calendar, clock, (int)days);
  else
    order->due_date = clock + days;
  if (clock != DICT_UNSET && order->step < 9)
    order->step = 9;
  else if (clock == DICT_UNSET && order->step == 9) /* nothing is made yet: it waits for money again */
    order->step = 8;
  return (order->clock_date == before->clock_date && order->due_date == before->due_date &&
          order->extended == before->extended && order->step == before->step) ||
         context_save(context, &order_record, before, order, error);
}

gboolean deposit_follow(Context *context, gint64 order_id, GError **error) {
  /* it may be another order than the command's, whose contract becomes effective at this moment: lock, then look */
  if (!db_lock(context->tx, "order", order_id, error))
    return FALSE;
  const Order *order = context_load(context, &order_record, order_id, error);
  const Contract *contract = order ? contract_of_order(context, order_id, error) : NULL;
  if (order)
    context_touch(context, &order->row);
  if (!contract)
    return order && (!error || !*error);
  const gint64 clock = deposit_reached(context, contract, deposit_asked(context, contract->row.id, error), error);
  if (!follow_clock(context, contract, order, clock, error))
    return FALSE;
  const char *reason = context_sentence(context, N_("The down payment is no longer in: money went back, or an "
                                                    "amendment asks for more."));
  return (clock != DICT_UNSET || works_order_hold_all(context, order_id, reason, error)) &&
         settlement_follow(context, order_id, error);
}

static const char *check_allocated(Context *context, GError **error) {
  const Receipt *receipt = context->row;
  const gint64 sum = context_ask(context, &receipt_record,
                                 "SELECT parent_id, CAST(SUM(amount) AS BIGINT) FROM allocation"
                                 " WHERE state = 'active' AND parent_id = $1 GROUP BY parent_id",
                                 DB_ARGS(DB_I(receipt->row.id)), error);
  if (sum == receipt->amount)
    return NULL;
  return context_sentence(context,
                          N_("%s of this receipt's %s is allocated to contracts; finance makes the two equal."),
                          context_money(context, sum), context_money(context, MAX(receipt->amount, 0)));
}
static const Gate gate_allocated = {"receipt.allocated", check_allocated};

static const char *check_value_date(Context *context, GError **error) {
  const Receipt *receipt = context->row;
  if (receipt->value_date == DICT_UNSET || receipt->value_date <= context->today)
    return NULL;
  return context_sentence(context, context->command->creates
                                     ? N_("The day of payment lies in the future; report it once it is paid.")
                                     : N_("The value date lies in the future; finance confirms money only once it is "
                                          "there."));
}
static const Gate gate_value_date = {"receipt.value_date", check_value_date};

static const char *check_contract_stands(Context *context, GError **error) {
  if (!context_is_in(context, &contract_record, ((Row *)context->row)->parent_id, "cancelled superseded", error))
    return NULL;
  return context_sentence(context,
                          N_("This contract no longer stands; report the payment on the one that replaces it."));
}
static const Gate gate_contract_stands = {"receipt.contract", check_contract_stands};

/* A little more than the contract asks may be paid; much more than the whole of it is a zero too many. */
static const char *check_plausible(Context *context, GError **error) {
  const Receipt *receipt = context->row;
  if (receipt->slip != DICT_UNSET || receipt->amount == DICT_UNSET)
    return NULL;
  const Contract *contract = context_load(context, &contract_record, receipt->row.parent_id, error);
  if (!contract || contract->amount == DICT_UNSET || receipt->amount <= contract->amount / 10 * 11)
    return NULL;
  return context_sentence(context, N_("This is more than the whole contract of %s; look at the zeros, or attach the "
                                      "bank's slip if so much was paid."),
                          context_money(context, contract->amount));
}
static const Gate gate_plausible = {"receipt.plausible", check_plausible};

/* Until finance says otherwise, all of it is for the contract under which it was noticed. */
static gboolean allocate_all(Context *context, GError **error) {
  const Receipt *receipt = context->row;
  Allocation *line = dict_new_row(context->arena, &allocation_record);
  line->row.parent_id = receipt->row.id;
  line->contract = receipt->row.parent_id;
  line->amount = receipt->amount;
  line->counts_from = receipt->written_off == TRUE ? context->today : DICT_UNSET;
  return context_create(context, &allocation_record, line, error);
}

/* A single allocation follows the corrected amount; several are finance's to divide. */
static gboolean correct_allocation(Context *context, GError **error) {
  const Receipt *receipt = context->row;
  g_autoptr(GPtrArray) lines = dict_load_by(context->tx, context->arena, &allocation_record, "parent_id",
                                            DB_I(receipt->row.id), error);
  if (!lines || lines->len != 1)
    return lines != NULL;
  Allocation *line = dict_copy_row(context->arena, &allocation_record, lines->pdata[0]);
  line->amount = receipt->amount;
  return context_save(context, &allocation_record, lines->pdata[0], line, error);
}

/* Without a slip only the bank's own statement says that the money is there; more than is owed may be a slip of the
   finger. */
static const char *warn_receipt(Context *context, GError **error) {
  const Receipt *receipt = context->row;
  const char *no_slip = receipt->slip != DICT_UNSET ? NULL
                                                    : context_sentence(context, N_("No bank slip is attached; compare "
                                                                                   "with the bank's statement."));
  const Contract *contract = contract_effective(context, error);
  const gint64 left = contract ? contract->amount - deposit_confirmed(context, receipt->row.order_id, error) : 0;
  const gint64 beyond = receipt->amount - left;
  const char *much = contract && beyond > 0
                       ? context_sentence(context, N_("This is %s more than the contract still asks for."),
                                          context_money(context, beyond)) : NULL;
  return much && no_slip ? arena_printf(context->arena, "%s %s", much, no_slip) : much ? much : no_slip;
}

/* Of a contract under whose deposit money is still missing. */
static const char *tell_clock(Context *context, GError **error) {
  const Row *receipt = context->row;
  const Contract *contract = contract_effective(context, error);
  const gint64 missing = contract ? deposit_asked(context, contract->row.id, error) -
                                      deposit_confirmed(context, receipt->order_id, error) : 0;
  if (missing <= 0)
    return NULL;
  const gint64 here = context_number(context, "SELECT CAST(SUM(a.amount) AS BIGINT) FROM allocation a JOIN contract c "
                                              "ON c.id = a.contract WHERE a.parent_id = $1 AND a.state = 'active' AND "
                                              "c.order_id = $2",
                                     DB_ARGS(DB_I(receipt->id), DB_I(receipt->order_id)), error);
  return here >= missing ? context_sentence(context, N_("It completes the down payment: the lead time starts on its "
                                                        "value date."))
                         : context_sentence(context, N_("After it, %s of the down payment are still missing."),
                                            context_money(context, missing - here));
}

/* Every contract that the receipt is for: its clock may start, or stop. */
static gboolean follow_clocks(Context *context, GError **error) {
  gboolean lost = FALSE;
  if (!dict_update(context->tx, context->arena, &receipt_record, context->row, &lost, error))
    return FALSE;
  g_autoptr(GPtrArray) lines = dict_load_by(context->tx, context->arena, &allocation_record, "parent_id",
                                            DB_I(((Row *)context->row)->id), error);
  for (guint i = 0; lines && i < lines->len; i++) {
    const Allocation *line = lines->pdata[i];
    if (line->contract == DICT_UNSET || g_strcmp0(line->row.state, "active"))
      continue;
    const Row *contract = context_load(context, &contract_record, line->contract, error);
    if (!contract || !deposit_follow(context, contract->order_id, error))
      return FALSE;
  }
  return lines != NULL;
}

/* What can be written off yet, however much is owed. */
static gint64 left_to_write_off(Context *context, gint64 order_id, GError **error) {
  return MOST_WRITTEN_OFF - context_number(context,
                                           "SELECT CAST(SUM(amount) AS BIGINT) FROM receipt WHERE order_id = $1 "
                                           "AND state = 'confirmed' AND written_off = 1",
                                           DB_ARGS(DB_I(order_id)), error);
}
static const char *check_remainder(Context *context, GError **error) {
  const Receipt *receipt = context->row;
  if (!contract_effective(context, error))
    return NULL; /* said by the contract's own gate */
  const gint64 left = left_to_write_off(context, receipt->row.order_id, error);
  const gint64 most = MIN(left, deposit_unpaid(context, receipt->row.order_id, error));
  if (most > 0 && (receipt->amount == DICT_UNSET || receipt->amount <= most))
    return NULL;
  return context_sentence(context, N_("At most %s can be written off here; the dealer pays the rest."),
                          context_money(context, MAX(most, 0)));
}
static const Gate gate_remainder = {"receipt.remainder", check_remainder};

/* What comes in beyond the contract is recorded too, but nobody waits for it. */
static const char *say_paid(Context *context, GError **error) {
  const Row *row = context->row;
  const Contract *contract = contract_of_order(context, row->order_id, error);
  const Contract *named = contract ? contract : context_load(context, &contract_record, row->parent_id, error);
  if (named && !named->amount && !deposit_reported(context, row->order_id, error)) /* before it is in force, too */
    return context_sentence(context, N_("Nothing is to be paid by this contract."));
  if (!contract || deposit_reported(context, row->order_id, error) < contract->amount)
    return NULL;
  return context_sentence(context, N_("All money of this contract is paid or reported already; report only what was "
                                      "paid beyond it."));
}

/* Begins with all that is missing, where that is a remainder and not a payment yet to come. */
static gboolean begin_write_off(Context *context, GError **error) {
  Receipt *receipt = context->row;
  const gint64 unpaid = deposit_unpaid(context, receipt->row.order_id, error);
  receipt->amount = unpaid && unpaid <= left_to_write_off(context, receipt->row.order_id, error) ? unpaid : DICT_UNSET;
  return TRUE;
}
/* No bank has it: it counts from today, but has no value date. */
static gboolean write_off(Context *context, GError **error) {
  ((Receipt *)context->row)->written_off = TRUE;
  return allocate_all(context, error) && follow_clocks(context, error);
}
/* Whoever reported it is to learn what became of it. */
static const char *say_reported(Context *context, GError **error) {
  const Row *receipt = context->row;
  (void)error;
  return (context->viewer->roles & (ROLE_CLERK | ROLE_DEALER)) || receipt->created_by == context->viewer->user_id
           ? NULL
           : context_sentence(context, N_("Somebody else reported this payment; where the money did not arrive say so, "
                                          "so that they learn of it."));
}

static const Command receipt_commands[] = {
  {.name = "receipt.notice", .label = N_("Report a payment"),
   .help = N_("Says that money was paid; it counts once finance has confirmed it."),
   .creates = TRUE, .under = "contract", .to = "noticed", .by = ROLE_CLERK | ROLE_DEALER | ROLE_FINANCE,
   .inputs = INPUTS({"amount"}, {"value_date", TRUE, N_("Paid on"), N_("As the bank's slip says")}, {"payer", TRUE},
                    {"slip", TRUE}),
   .gates = GATES(&gate_order_stands, &gate_contract_stands, &gate_value_date, &gate_plausible), .submits = TRUE,
   .run = allocate_all, .extra = say_paid},
  {.name = "receipt.correct", .label = N_("Correct"),
   .help = N_("Finance corrects what was reported by the bank statement."),
   .from = IN("noticed"), .by = ROLE_FINANCE,
   .inputs = INPUTS({"amount"}, {"value_date", TRUE}, {"payer", TRUE}, {"slip", TRUE}), .run = correct_allocation,
   .shows = "slip"},
  {.name = "receipt.withdraw", .label = N_("Take back"),
   .help = N_("Takes back a payment that was reported by mistake; report it again as it is."),
   .from = IN("noticed"), .to = "withdrawn", .by = ROLE_CLERK | ROLE_DEALER | ROLE_FINANCE, .forbidden_look = TRUE,
   .extra = say_reported},
  {.name = "receipt.confirm", .label = N_("Confirm money received"),
   .help = N_("Counts the money from its value date."),
   .from = IN("noticed"), .to = "confirmed", .by = ROLE_FINANCE,
   .inputs = INPUTS({"value_date", .help = N_("The day it reached our account, by the bank's statement")}),
   .gates = GATES(&gate_value_date, &gate_allocated), .by_other = TRUE, .run = follow_clocks, .warns = warn_receipt,
   .tells = tell_clock, .shows = "slip",
   .moves = MOVES("order.open", "order.closed")},
  {.name = "receipt.refuse", .label = N_("Not received"), .help = N_("Records that the reported money did not arrive."),
   .from = IN("noticed"), .to = "refused", .by = ROLE_FINANCE, .inputs = INPUTS({"reason"}), .shows = "slip",
   .forbidden_look = TRUE, .instead = "receipt.confirm"},
  {.name = "receipt.reverse", .label = N_("Reverse"),
   .help = N_("Records that the money went back: the clock stops, and production that was released is put on hold."),
   .from = IN("confirmed"), .to = "reversed", .by = ROLE_FINANCE, .inputs = INPUTS({"reason"}), .forbidden_look = TRUE,
   .run = follow_clocks, .moves = MOVES("works_order.held", "order.open", "order.closed")},
  {.name = "receipt.write_off", .label = N_("Write off a remainder"),
   .help = N_("Finance gives up a small remainder, such as bank fees; it stays recorded."),
   .creates = TRUE, .under = "contract", .to = "confirmed", .by = ROLE_FINANCE,
   .inputs = INPUTS({"amount"}, {"reason", .help = N_("Why it is given up, bank fees for example")}),
   .gates = GATES(&gate_order_stands, &gate_contract_stands, &gate_contract_effective, &gate_remainder),
   .begins = begin_write_off, .run = write_off, .moves = MOVES("order.open", "order.closed")},
  {0},
};
static const Duty receipt_duties[] = {
  {.name = "receipt.confirm", .state = "noticed", .role = ROLE_FINANCE, .days = 1,
   .outlives = TRUE, .escalates = ROLE_MANAGER, .label = N_("Confirm the money received")},
  {0},
};
static const DictSum receipt_sums[] = {
  {.field = "amount", .lines = "allocation", .line_field = "amount", .line_gone = "removed",
   .in = IN("confirmed", "reversed")},
  {0},
};
const Record receipt_record = {
  DICT_OF(receipt, Receipt), .label = N_("Receipt"), .plural = N_("Receipts"), .prefix = "R", .step = 8,
  .shown_to = DEALER, .commercial = TRUE,
  .states = STATES({"noticed", N_("Waits for confirmation by finance"), DEALER}, {"confirmed", N_("Confirmed"), DEALER},
                   {"refused", N_("Not received"), DEALER, PAST}, {"withdrawn", N_("Taken back"), DEALER, PAST},
                   {"reversed", N_("Reversed"), DEALER, PAST}),
  .commands = receipt_commands, .duties = receipt_duties, .sums = receipt_sums,
};

static const char *check_receipt_noticed(Context *context, GError **error) {
  if (context_is_in(context, &receipt_record, ((Row *)context->row)->parent_id, "noticed", error))
    return NULL;
  return context_sentence(context,
                          N_("The receipt is settled already; finance reverses it and a new one is reported."));
}
static const Gate gate_receipt_noticed = {"receipt.noticed", check_receipt_noticed};

static const Command allocation_commands[] = {
  {.name = "allocation.add", .label = N_("Allocate"), .help = N_("Gives a part of the receipt to a contract."),
   .creates = TRUE, .under = "receipt", .to = "active", .by = ROLE_FINANCE, .inputs = INPUTS({"contract"}, {"amount"}),
   .gates = GATES(&gate_receipt_noticed)},
  {.name = "allocation.change", .label = N_("Change allocation"), .help = N_("Changes the contract or the part."),
   .from = IN("active"), .by = ROLE_FINANCE, .inputs = INPUTS({"contract"}, {"amount"}),
   .gates = GATES(&gate_receipt_noticed)},
  {.name = "allocation.remove", .label = N_("Remove allocation"), .help = N_("Takes the part back."),
   .from = IN("active"), .to = "removed", .by = ROLE_FINANCE, .gates = GATES(&gate_receipt_noticed),
   .forbidden_look = TRUE},
  {0},
};
const Record allocation_record = {
  DICT_OF(allocation, Allocation), .label = N_("Allocation"), .plural = N_("Allocations"), .step = 8,
  .parent = "receipt", .shown_to = DEALER, .commercial = TRUE,
  .states = STATES({"active", N_("Active"), DEALER}, {"removed", N_("Removed"), HOUSE, PAST}),
  .commands = allocation_commands,
};
