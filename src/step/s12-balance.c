/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 12: the balance is noticed in time, and the delivery notice is signed before anything may leave. */
#include "step/s12-balance.h"
#include "base/lang.h"
#include "step/s06-contract.h"
#include "step/s06-usual.h"
#include "step/s08-deposit.h"
#include "step/s11-production.h"

enum { NOTICE_DAYS = 3 /* from the notice to the ship date */ };

/* Once the money is in, the warehouse waits for the delivery notice; the newest balance notice alone asks for it. */
static const char *check_delivery_begun(Context *context, GError **error) {
  const Row *row = context->row;
  const gboolean waits = !gate_money_before_delivery.check(context, error) &&
                         !context_number(context, "SELECT COUNT(*) FROM delivery_notice WHERE order_id = $1 AND "
                                                  "state <> 'withdrawn'", DB_ARGS(DB_I(row->order_id)), error) &&
                         !context_number(context, "SELECT COUNT(*) FROM balance_notice WHERE order_id = $1 AND id > $2 "
                                                  "AND state = 'sent'",
                                         DB_ARGS(DB_I(row->order_id), DB_I(row->id)), error);
  return waits ? context_sentence(context, N_("There is no delivery notice yet; the clerk makes it.")) : NULL;
}
static const Gate gate_delivery_begun = {"delivery_notice.begun", check_delivery_begun};

static const char *check_three_days(Context *context, GError **error) {
  const BalanceNotice *notice = context->row;
  const gint64 unpaid = deposit_unpaid(context, notice->row.order_id, error);
  if (notice->planned_date == DICT_UNSET || notice->planned_date >= context->today + NOTICE_DAYS || notice->gm_reason ||
      !unpaid)
    return NULL;
  return context_sentence(context,
                          N_("The ship date is less than %d days away and %s is not in; choose a later date, or "
                             "the general manager allows it with a reason."),
                          NOTICE_DAYS, context_money(context, unpaid));
}
static const Gate gate_three_days = {"balance_notice.three_days", check_three_days};

static const char *check_day_ahead(Context *context, GError **error) {
  const BalanceNotice *notice = context->row;
  if (notice->planned_date == DICT_UNSET || notice->planned_date >= context->today)
    return NULL;
  return context_sentence(context, N_("This day is past; choose today or a later ship date."));
}
static const Gate gate_day_ahead = {"balance_notice.ahead", check_day_ahead};

/* Nobody waits for a decision that was only a slip of the pen: who wants an earlier day says so. */
static const char *check_asked(Context *context, GError **error) {
  const BalanceNotice *notice = context->row;
  const gint64 unpaid = deposit_unpaid(context, notice->row.order_id, error);
  if (notice->ask_early == TRUE || notice->planned_date == DICT_UNSET || notice->planned_date < context->today ||
      notice->planned_date >= context->today + NOTICE_DAYS || !unpaid)
    return NULL;
  return context_sentence(context, N_("%s is not in: the earliest ship date is %s. Choose that day or a later one, or "
                                      "tick “%s”; the general manager then decides."),
                          context_money(context, unpaid), context_date(context, context->today + NOTICE_DAYS),
                          lang_text(context->viewer->language, dict_field(&balance_notice_record, "ask_early")->label));
}
static const Gate gate_asked = {"balance_notice.asked", check_asked};

static const char *check_decided(Context *context, GError **error) {
  return ((BalanceNotice *)context->row)->ask_early == TRUE ? check_three_days(context, error) : NULL;
}
static const Gate gate_decided = {"balance_notice.decided", check_decided};

/* Said where the day is chosen. */
static const char *warn_three_days(Context *context, GError **error) {
  const gint64 unpaid = deposit_unpaid(context, ((Row *)context->row)->order_id, error);
  if (!unpaid)
    return NULL;
  return context_sentence(context, N_("%s is not in: the earliest ship date is %s, %d days after the notice; an "
                                      "earlier one only with the general manager's reason, or once all money is in."),
                          context_money(context, unpaid), context_date(context, context->today + NOTICE_DAYS),
                          NOTICE_DAYS);
}

/* What was allowed was another day. Where nothing is due it is called so from the first. */
static gboolean plan_day(Context *context, GError **error) {
  BalanceNotice *notice = context->row;
  notice->gm_reason = NULL;
  notice->ask_early = notice->ask_early == TRUE && check_three_days(context, error) ? TRUE : DICT_UNSET;
  notice->asks_nothing = deposit_unpaid(context, notice->row.order_id, error) ? DICT_UNSET : TRUE;
  return TRUE;
}
/* What the dealer is told is what the dealer may expect. */
static gboolean date_notice(Context *context, GError **error) {
  BalanceNotice *notice = context->row;
  notice->noticed_date = context->today;
  const gint64 unpaid = deposit_unpaid(context, notice->row.order_id, error);
  notice->amount_due = unpaid ? unpaid : DICT_UNSET;
  notice->asks_nothing = unpaid ? DICT_UNSET : TRUE;
  return party_expect_order(context, notice->planned_date, error) && party_advance_order(context, 12, error);
}
static const Command balance_notice_commands[] = {
  {.name = "balance_notice.create", .label = N_("Draw up the balance notice"),
   .help = N_("Prepares the notice of the ship date."),
   .creates = TRUE, .under = "order", .to = "draft", .by = ROLE_CLERK,
   .inputs = INPUTS({"planned_date"}, {"ask_early", TRUE}),
   .gates = GATES(&gate_order_open, &gate_contract_effective, &gate_day_ahead, &gate_asked), .submits = TRUE,
   .run = plan_day, .warns = warn_three_days},
  {.name = "balance_notice.change", .label = N_("Change"), .help = N_("Plans another ship date."),
   .from = IN("draft"), .by = ROLE_CLERK, .inputs = INPUTS({"planned_date"}, {"ask_early", TRUE}),
   .gates = GATES(&gate_order_stands, &gate_day_ahead, &gate_asked), .run = plan_day, .warns = warn_three_days},
  {.name = "balance_notice.allow_early", .label = N_("Allow the early date"),
   .help = N_("Allows less than three days, with a reason that stays visible."),
   .from = IN("draft"), .by = ROLE_GM, .inputs = INPUTS({"gm_reason"}), .gates = GATES(&gate_order_stands),
   .by_other = TRUE},
  {.name = "balance_notice.send", .label = N_("Send to the dealer"),
   .help = N_("Tells the dealer ship date and balance."),
   .from = IN("draft"), .to = "sent", .by = ROLE_CLERK,
   .gates = GATES(&gate_order_stands, &gate_contract_effective, &gate_day_ahead, &gate_three_days), .run = date_notice},
  {.name = "balance_notice.withdraw", .label = N_("Withdraw"),
   .help = N_("Takes the notice back: the planned date no longer holds."),
   .from = IN("draft", "sent"), .to = "withdrawn", .by = ROLE_CLERK, .gates = GATES(&gate_order_open),
   .forbidden_look = TRUE},
  {0},
};
static const Duty balance_notice_duties[] = {
  {.name = "balance_notice.send", .state = "draft", .role = ROLE_CLERK,
   .due_field = "planned_date", .before_days = 3, .escalates = ROLE_MANAGER, .label = N_("Send the balance notice"),
   .meanwhile = "balance_notice.change"},
  {.name = "balance_notice.allow", .state = "draft", .role = ROLE_GM, .days = 1, .escalates = ROLE_GM,
   .label = N_("Decide on the early ship date"), .act = "balance_notice.allow_early", .until = &gate_decided,
   .asked_after = IN(DEPOSIT_MOVES)},
  {.name = "balance_notice.pay", .state = "sent", .role = ROLE_DEALER,
   .due_field = "planned_date", .before_days = BALANCE_DAYS, .escalates = ROLE_CLERK, .label = N_("Pay the balance"),
   .act = "receipt.notice", .until = &gate_money_reported,
   .asked_after = IN(DEPOSIT_REPORTS)},
  {.name = "balance_notice.remind", .state = "sent", .role = ROLE_CLERK, .setting = "reminder_days",
   .renewed_by = IN("reminder"), .escalates = ROLE_MANAGER, .label = N_("Remind the dealer of the payment"),
   .act = "reminder.send", .until = &gate_money_reported, .asked_after = IN(DEPOSIT_REPORTS)},
  {.name = "balance_notice.deliver", .state = "sent", .role = ROLE_CLERK,
   .due_field = "planned_date", .before_days = 1, .escalates = ROLE_MANAGER, .label = N_("Prepare the delivery notice"),
   .act = "delivery_notice.create", .until = &gate_delivery_begun,
   .asked_after = IN(DEPOSIT_MOVES, "balance_notice.send", "balance_notice.withdraw", "delivery_notice.create",
                     "delivery_notice.withdraw")},
  {0},
};
const Record balance_notice_record = {
  DICT_OF(balance_notice, BalanceNotice), .label = N_("Balance notice"), .plural = N_("Balance notices"),
  .prefix = "B", .step = 12, .shown_to = DEALER, .commercial = TRUE,
  .states = STATES({"draft", N_("Draft")}, {"sent", N_("Sent"), DEALER},
                   {"withdrawn", N_("Withdrawn"), DEALER, PAST}),
  .ends = ENDS({"draft", "withdrawn"}, {"sent", "withdrawn"}),
  .commands = balance_notice_commands, .duties = balance_notice_duties,
};

/* The earliest day that the dealer was told; 0: none. */
static gint64 day_noticed(Context *context, GError **error) {
  return context_number(context,
                        "SELECT MIN(planned_date) FROM balance_notice WHERE order_id = $1 AND state = 'sent'",
                        DB_ARGS(DB_I(((Row *)context->row)->order_id)), error);
}
static const char *check_noticed(Context *context, GError **error) {
  const DeliveryNotice *notice = context->row;
  const gint64 noticed = day_noticed(context, error);
  if (!noticed)
    return context_sentence(context, N_("No ship date has been announced to the dealer yet; the clerk sends a "
                                        "balance notice."));
  if (notice->planned_date == DICT_UNSET || notice->planned_date >= noticed)
    return NULL;
  return context_sentence(context, N_("The dealer was told that the goods ship on %s; take that day or a later one, or "
                                      "the clerk first tells the dealer an earlier one by another balance notice: once "
                                      "all money is in, it asks for none and may be for any day."),
                          context_date(context, noticed));
}
/* Where the day that the dealer was told is past, from today on. */
static gboolean begin_delivery(Context *context, GError **error) {
  GError *fault = NULL;
  const gint64 noticed = day_noticed(context, &fault);
  if (noticed)
    ((DeliveryNotice *)context->row)->planned_date = MAX(noticed, context->today);
  if (fault)
    g_propagate_error(error, fault);
  return !fault;
}
static const Gate gate_noticed = {"delivery_notice.noticed", check_noticed};

static const char *check_lines(Context *context, GError **error) {
  const gint64 id = ((Row *)context->row)->id;
  if (!context_ask(context, &delivery_notice_record,
                   "SELECT parent_id, COUNT(*) FROM delivery_line WHERE state <> 'removed' AND parent_id = $1"
                   " GROUP BY parent_id", DB_ARGS(DB_I(id)), error))
    return context_sentence(context,
                            N_("The delivery notice lists nothing yet; the clerk adds packages from the store."));
  const gint64 missing = context_ask(
    context, &delivery_notice_record,
    "SELECT l.parent_id, COUNT(*) FROM delivery_line l LEFT JOIN stored_goods g ON g.id = l.goods"
    " AND g.state = 'in_store' WHERE l.state <> 'removed' AND g.id IS NULL AND l.parent_id = $1 GROUP BY l.parent_id",
    DB_ARGS(DB_I(id)), error);
  if (!missing)
    return NULL;
  return context_sentence(context, N_("%d of the packages listed are not in store; the warehouse receives "
                                      "them or the clerk removes them."), (int)missing);
}
static const Gate gate_lines_in_store = {"delivery_notice.in_store", check_lines};

#define DELIVERY_GATES                                                                                               \
  GATES(&gate_order_stands, &gate_contract_effective, &gate_money_before_delivery, &gate_noticed, &gate_lines_in_store)

static const Chain delivery_chain = CHAIN(
  &usual_delivery,
  {.from = "review", .to = "gm", .roles = ROLE_REGIONAL | ROLE_FINANCE, .label = N_("Sign the delivery notice"),
   .act = N_("Sign")},
  {.from = "gm", .to = "approved", .roles = ROLE_GM, .label = N_("Approve the delivery"), .act = N_("Approve")});
/* The dealer learns what ships once it is approved; of a notice that is withdrawn nothing does. */
static gboolean move_packages(Context *context, const char *state, GError **error) {
  g_autoptr(GPtrArray) lines = dict_load_by(context->tx, context->arena, &delivery_line_record, "parent_id",
                                            DB_I(((Row *)context->row)->id), error);
  for (guint i = 0; lines && i < lines->len; i++) {
    DeliveryLine *line = dict_copy_row(context->arena, &delivery_line_record, lines->pdata[i]);
    if (!g_strcmp0(line->row.state, "removed") || !g_strcmp0(line->row.state, state))
      continue;
    line->row.state = state;
    if (!context_save(context, &delivery_line_record, lines->pdata[i], line, error))
      return FALSE;
  }
  return lines != NULL;
}
static gboolean note_approval(Context *context, GError **error) {
  return g_strcmp0(((Row *)context->row)->state, "approved") ||
         (move_packages(context, "active", error) && party_advance_order(context, 13, error));
}
static const char *check_no_shipment(Context *context, GError **error) {
  if (context_ask(context, &delivery_notice_record,
                  "SELECT parent_id, COUNT(*) FROM shipment WHERE state <> 'cancelled' AND parent_id = $1"
                  " GROUP BY parent_id", DB_ARGS(DB_I(((Row *)context->row)->id)), error))
    return context_sentence(context, N_("A shipment is planned on this notice; the clerk cancels that first."));
  return NULL;
}
static const Gate gate_no_shipment = {"delivery_notice.no_shipment", check_no_shipment};
static gboolean drop_packages(Context *context, GError **error) {
  return move_packages(context, "removed", error);
}
/* Packages of the order that are in store and on no delivery notice. */
static const DbResult *free_packages(Context *context, GError **error) {
  return db_query(context->tx, context->arena,
                  "SELECT g.id FROM stored_goods g WHERE g.order_id = $1 AND g.state = 'in_store' AND NOT EXISTS "
                  "(SELECT 1 FROM delivery_line l JOIN delivery_notice n ON n.id = l.parent_id WHERE l.goods = g.id "
                  "AND l.state <> 'removed' AND n.state <> 'withdrawn') ORDER BY g.id",
                  DB_ARGS(DB_I(((Row *)context->row)->order_id)), error);
}
static const char *check_packages_left(Context *context, GError **error) {
  const DbResult *found = free_packages(context, error);
  return !found || found->rows ? NULL
                               : context_sentence(context, N_("All packages in store are listed already; the "
                                                              "warehouse receives others first."));
}
static const Gate gate_packages_left = {"delivery_notice.left", check_packages_left, .decides = TRUE};
static gboolean list_packages(Context *context, GError **error) {
  const DbResult *found = free_packages(context, error);
  for (guint i = 0; found && i < found->rows; i++) {
    DeliveryLine *line = dict_new_row(context->arena, &delivery_line_record);
    line->row.parent_id = ((Row *)context->row)->id;
    line->goods = DB_CELL(found, i, 0)->integer;
    if (!context_create(context, &delivery_line_record, line, error))
      return FALSE;
  }
  return found != NULL;
}
static const char *tell_sent_back(Context *context, GError **error) {
  const DeliveryNotice *notice = context->row;
  return g_strcmp0(notice->row.state, "returned")
           ? NULL
           : context_sentence(context, N_("It was sent back: “%s”. Put that right first."),
                              notice->refused_because);
}
static const Command delivery_notice_commands[] = {
  {.name = "delivery_notice.create", .label = N_("Draw up the delivery notice"),
   .help = N_("Prepares what is to ship."),
   .creates = TRUE, .under = "order", .to = "draft", .by = ROLE_CLERK,
   .inputs = INPUTS({"planned_date", .not_before = IN("today")}, {"remarks", TRUE}),
   .gates = GATES(&gate_order_open, &gate_contract_effective, &gate_money_before_delivery, &gate_noticed),
   .begins = begin_delivery},
  {.name = "delivery_notice.change", .label = N_("Change"), .help = N_("Changes date and remarks."),
   .from = IN("draft", "returned"), .by = ROLE_CLERK,
   .inputs = INPUTS({"planned_date", .not_before = IN("today")}, {"remarks", TRUE}),
   .gates = GATES(&gate_order_stands, &gate_noticed), .tells = tell_sent_back},
  {.name = "delivery_notice.fill", .label = N_("List all packages in store"),
   .help = N_("Lists every package of the order that is in store and on no other notice."),
   .from = IN("draft", "returned"), .to = "draft", .by = ROLE_CLERK,
   .gates = GATES(&gate_order_stands, &gate_packages_left), .run = list_packages},
  {.name = "delivery_notice.submit", .label = N_("Submit for signature"), .help = N_("Starts the chain of signatures."),
   .from = IN("draft", "returned"), .to = "review", .by = ROLE_CLERK, .gates = DELIVERY_GATES, .submits = TRUE},
  {.name = "delivery_notice.sign", .label = N_("Sign the delivery notice"),
   .help = N_("Gives the signature that is due."),
   .chain = &delivery_chain, .gates = DELIVERY_GATES, .run = note_approval, .moves = MOVES("delivery_line.active")},
  {.name = "delivery_notice.refuse", .label = N_("Send back"), .help = N_("Sends the notice back to the clerk."),
   .from = IN("review", "gm"), .to = "returned", .by = ROLE_REGIONAL | ROLE_FINANCE | ROLE_GM,
   .inputs = INPUTS({"refused_because"}), .gates = GATES(&gate_order_stands), .forbidden_look = TRUE,
   .instead = "delivery_notice.sign"},
  {.name = "delivery_notice.withdraw", .label = N_("Withdraw"),
   .help = N_("Takes the notice back: nothing ships on it."),
   .from = IN("draft", "returned", "approved"), .to = "withdrawn", .by = ROLE_CLERK | ROLE_GM,
   .gates = GATES(&gate_order_stands, &gate_no_shipment), .forbidden_look = TRUE, .run = drop_packages,
   .moves = MOVES("delivery_line.removed")},
  {0},
};
/* From then on the shipment says on whom it waits. */
static const char *check_shipment_begun(Context *context, GError **error) {
  if (context_ask(context, &delivery_notice_record,
                  "SELECT parent_id, COUNT(*) FROM shipment WHERE state <> 'cancelled' AND parent_id = $1"
                  " GROUP BY parent_id", DB_ARGS(DB_I(((Row *)context->row)->id)), error))
    return NULL;
  return context_sentence(context, N_("There is no shipment yet; the clerk arranges it with a carrier."));
}
static const Gate gate_shipment_begun = {"shipment.begun", check_shipment_begun};

static const Duty delivery_notice_duties[] = {
  {.name = "delivery_notice.complete", .state = "draft", .role = ROLE_CLERK,
   .due_field = "planned_date", .before_days = 1, .escalates = ROLE_MANAGER,
   .label = N_("Complete the delivery notice"), .meanwhile = "delivery_notice.fill"},
  {.name = "delivery_notice.correct", .state = "returned", .role = ROLE_CLERK, .days = 1, .escalates = ROLE_MANAGER,
   .label = N_("Correct the delivery notice"), .act = "delivery_notice.change", .because = "refused_because"},
  {.name = "delivery_notice.sign", .state = "review", .role = ROLE_REGIONAL, .days = 1,
   .escalates = ROLE_GM, .label = N_("Sign the delivery notice")},
  {.name = "delivery_notice.sign_money", .state = "review", .role = ROLE_FINANCE,
   .days = 1, .escalates = ROLE_GM, .label = N_("Sign the delivery notice")},
  {.name = "delivery_notice.approve", .state = "gm", .role = ROLE_GM, .days = 1,
   .escalates = ROLE_GM, .label = N_("Approve the delivery")},
  {.name = "delivery_notice.arrange", .step = 13, .state = "approved", .role = ROLE_CLERK,
   .due_field = "planned_date", .escalates = ROLE_MANAGER, .label = N_("Arrange the carrier"), .act = "shipment.plan",
   .until = &gate_shipment_begun, .asked_after = IN("shipment.plan", "shipment.cancel")},
  {0},
};
const Record delivery_notice_record = {
  DICT_OF(delivery_notice, DeliveryNotice), .label = N_("Delivery notice"), .plural = N_("Delivery notices"),
  .prefix = "N", .step = 12, .shown_to = DEALER,
  .states = STATES({"draft", N_("Draft")}, {"review", N_("Waits for regional manager and finance")},
                   {"gm", N_("Waits for the general manager")}, {"returned", N_("Sent back"), HOUSE, BACK},
                   {"approved", N_("Approved"), DEALER},
                   {"shipped", N_("Shipped"), DEALER}, {"withdrawn", N_("Withdrawn"), HOUSE, PAST}),
  .ends = ENDS({"draft", "withdrawn"}, {"review", "withdrawn"}, {"gm", "withdrawn"}, {"returned", "withdrawn"},
               {"approved", "withdrawn"}),
  .commands = delivery_notice_commands, .duties = delivery_notice_duties,
};

static const char *check_notice_draft(Context *context, GError **error) {
  if (context_is_in(context, &delivery_notice_record, ((Row *)context->row)->parent_id, "draft returned", error))
    return NULL;
  return context_sentence(context, N_("The delivery notice is no draft any more; a signer sends it back first."));
}
static const Gate gate_notice_draft = {"delivery_notice.draft", check_notice_draft, .decides = TRUE};

static const char *check_goods_free(Context *context, GError **error) {
  const DeliveryLine *line = context->row;
  if (line->goods == DICT_UNSET)
    return NULL; /* said by the inputs */
  if (!context_number(context,
                      "SELECT COUNT(*) FROM stored_goods WHERE id = $1 AND order_id = $2 AND state = 'in_store'",
                      DB_ARGS(DB_I(line->goods), DB_I(line->row.order_id)), error))
    return context_sentence(context,
                            N_("This package is not in store for this order; the warehouse receives it first."));
  if (context_number(
        context,
        "SELECT COUNT(*) FROM delivery_line l JOIN delivery_notice n ON n.id = l.parent_id WHERE l.goods = $1 "
        "AND l.state <> 'removed' AND n.state <> 'withdrawn' AND l.id <> $2",
        DB_ARGS(DB_I(line->goods), DB_I(line->row.id)), error))
    return context_sentence(context, N_("This package is on a delivery notice already; the clerk removes it there."));
  return NULL;
}
static const Gate gate_goods_free = {"delivery_line.goods_free", check_goods_free};

static const Command delivery_line_commands[] = {
  {.name = "delivery_line.add", .label = N_("Add package"), .help = N_("Lists a package that is in store."),
   .creates = TRUE, .under = "delivery_notice", .to = "planned", .by = ROLE_CLERK, .inputs = INPUTS({"goods"}),
   .gates = GATES(&gate_order_stands, &gate_notice_draft, &gate_goods_free)},
  {.name = "delivery_line.remove", .label = N_("Remove package"), .help = N_("Takes a package off the notice."),
   .from = IN("planned"), .to = "removed", .by = ROLE_CLERK, .gates = GATES(&gate_order_stands, &gate_notice_draft),
   .forbidden_look = TRUE},
  {0},
};
const Record delivery_line_record = {
  DICT_OF(delivery_line, DeliveryLine), .label = N_("Delivery line"), .plural = N_("Delivery lines"), .step = 12,
  .parent = "delivery_notice",
  .shown_to = DEALER,
  .states = STATES({"planned", N_("Planned")}, {"active", N_("Active"), DEALER},
                   {"removed", N_("Removed"), HOUSE, PAST}),
  .commands = delivery_line_commands,
};
