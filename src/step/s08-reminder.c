/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 8: polite reminders of what is to be paid. When the next one is due says the setting "reminder_days"; the dealer
   reads the newest beside what is asked. */
#include "step/s08-reminder.h"
#include "step/s08-deposit.h"

/* What is asked for of the order's contract, and neither in nor reported: the deposit at once, what has a date, and
   once the balance is noticed all that is due before delivery. */
static gint64 owed_now(Context *context, GError **error) {
  const gint64 order = ((Row *)context->row)->order_id;
  const gint64 asked = context_number(
    context,
    "SELECT CAST(SUM(i.amount) AS BIGINT) FROM instalment i JOIN contract c ON c.id = i.parent_id WHERE c.order_id = "
    "$1 AND c.state = 'effective' AND i.state = 'active' AND (i.kind = 'deposit' OR i.due_date IS NOT NULL OR "
    "(i.before_delivery = 1 AND EXISTS (SELECT 1 FROM balance_notice b WHERE b.order_id = $1 AND b.state = 'sent')))",
    DB_ARGS(DB_I(order)), error);
  return MAX(0, asked - deposit_reported(context, order, error));
}

static const char *check_owed(Context *context, GError **error) {
  return owed_now(context, error) ? NULL
                                  : context_sentence(context, N_("All that is asked for by now is paid or reported; "
                                                                 "there is nothing to remind the dealer of."));
}
static const Gate gate_owed = {"reminder.owed", check_owed, .decides = TRUE};

static gboolean begin_reminder(Context *context, GError **error) {
  Reminder *reminder = context->row;
  const Order *order = context_load(context, &order_record, reminder->row.order_id, error);
  if (order)
    reminder->said = context_sentence(
      context, N_("Dear customer, may we kindly remind you that %s is to be paid for “%s”? Please report the "
                  "payment in the portal once it is made; should it be on its way already, please excuse this note. "
                  "Thank you!"),
      context_money(context, owed_now(context, error)), order->name);
  return order != NULL;
}
static gboolean note_owed(Context *context, GError **error) {
  ((Reminder *)context->row)->owed = owed_now(context, error);
  return TRUE;
}
static const Command reminder_commands[] = {
  {.name = "reminder.send", .label = N_("Remind the dealer of a payment"),
   .help = N_("The dealer reads it in the portal; where you told it another way, this logs it. The next reminder is "
              "due when the setting says, unless the payment is reported before."),
   .creates = TRUE, .under = "order", .by = ROLE_CLERK | ROLE_FINANCE, .inputs = INPUTS({"told_how"}, {"said"}),
   .gates = GATES(&gate_order_open, &gate_owed), .begins = begin_reminder, .run = note_owed},
  {0},
};
const Record reminder_record = {
  DICT_OF(reminder, Reminder), .label = N_("Payment reminder"), .plural = N_("Payment reminders"), .step = 8,
  .shown_to = DEALER, .commercial = TRUE, .commands = reminder_commands,
};
