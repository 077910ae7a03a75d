/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a dealer is told of an order, decided from its step, its money and its shipment. */
#include "view/standing.h"
#include "base/date.h"

enum {
  REMIND_DAYS = 3, /* before an instalment's date, as the clerk is reminded to ask for it */
  NEWS_DAYS = 7    /* that what the house wrote stays in sight */
};

const char *const standing_stretches[STANDING_STRETCHES + 1] = {
  N_("Order form"), N_("Drawing"), N_("Contract"), N_("Down payment"), N_("Production"), N_("Balance"), N_("Delivery")};
static const int last_steps[] = {2, 5, 7, 8, 11, 12, 17}; /* of each stretch */

guint standing_stretch(const Standing *standing) {
  guint i = 0;
  while (i + 1 < G_N_ELEMENTS(last_steps) && standing->order->step > last_steps[i])
    i++;
  return i;
}

static gboolean asks_nothing(const Standing *standing) {
  return standing->money.in_force && !standing->money.contract;
}

gboolean standing_passes(const Standing *standing, guint stretch) {
  const int step = last_steps[stretch];
  return !asks_nothing(standing) || (step != 8 && step != 12);
}

gboolean standing_delivered(const Standing *standing) {
  return standing->order->delivered_date != DICT_UNSET;
}

/* When money came in, goods left or were signed for last: what was written before that speaks of what is over. 0:
   never. */
static gboolean find_moved(const View *view, gint64 order_id, gint64 *at, GError **error) {
  const DbResult *found = dict_ask(view->tx, view->arena, &order_record,
                                   "SELECT order_id, MAX(at) FROM journal WHERE order_id = $1 AND command IN"
                                   " ('receipt.confirm', 'shipment.ship', 'shipment.sign_for') GROUP BY order_id",
                                   DB_ARGS(DB_I(order_id)), error);
  *at = found && found->rows ? DB_CELL(found, 0, 1)->integer : 0;
  return found != NULL;
}

/* The newest comment that the dealer may read, where the house wrote it and it is news yet. */
static gboolean find_said(Standing *standing, const View *view, GError **error) {
  g_autoptr(GPtrArray)
    rows = dict_load_by(view->tx, view->arena, &comment_record, "order_id", DB_I(standing->order->row.id), error);
  const Comment *last = NULL;
  for (guint i = 0; rows && i < rows->len; i++) {
    const Comment *comment = rows->pdata[i];
    if (g_strcmp0(comment->row.state, "superseded") && view_may_see(view, &comment_record, &comment->row))
      last = comment;
  }
  const User *by = last ? dict_load(view->tx, view->arena, &user_record, last->row.created_by, error) : NULL;
  const gint64 day = last ? date_of_time(last->row.created_at, engine_zone(view->engine)) : 0;
  gint64 moved = 0;
  if (!rows || (last && !find_moved(view, standing->order->row.id, &moved, error)))
    return FALSE;
  if (by && by->dealer == DICT_UNSET && day + NEWS_DAYS >= engine_today(view->engine) && last->row.created_at >= moved)
    standing->said = last->text;
  return TRUE;
}

gboolean standing_load(Standing *standing, const View *view, const Order *order, GError **error) {
  *standing = (Standing){.order = order};
  g_autoptr(GPtrArray)
    rows = dict_load_by(view->tx, view->arena, &shipment_record, "order_id", DB_I(order->row.id), error);
  for (guint i = 0; rows && i < rows->len; i++)
    if (view_may_see(view, &shipment_record, rows->pdata[i]) && act_in_force(&shipment_record, rows->pdata[i]))
      standing->shipment = rows->pdata[i];
  g_autoptr(GPtrArray)
    forms = dict_load_by(view->tx, view->arena, &order_form_record, "order_id", DB_I(order->row.id), error);
  standing->begun = forms && forms->len;
  g_autoptr(GPtrArray)
    contracts = dict_load_by(view->tx, view->arena, &contract_record, "order_id", DB_I(order->row.id), error);
  for (guint i = 0; contracts && i < contracts->len; i++)
    standing->copy_sent |= !g_strcmp0(((Row *)contracts->pdata[i])->state, "check");
  const DbResult *anew = dict_ask(view->tx, view->arena, &order_record,
                                  "SELECT source FROM \"order\" WHERE state = 'open' AND delivered_date IS NULL AND "
                                  "source = $1", DB_ARGS(DB_I(order->row.id)), error);
  standing->anew = anew && anew->rows;
  return rows && forms && contracts && anew && find_said(standing, view, error) &&
         order_money(view, order->row.id, &standing->money, error);
}

static gboolean is_under_way(const Standing *standing) {
  return standing->shipment && !g_strcmp0(standing->shipment->row.state, "shipped");
}

/* Whether the dealer has reported all that is missing of a sum. */
static gboolean is_reported(const OrderMoney *money, gint64 missing) {
  return missing > 0 && money->noticed >= missing;
}

static const char *of_deposit(const OrderMoney *money) {
  return is_reported(money, money->next) ? N_("We are looking for the payment that you reported.")
                                         : N_("We begin when your down payment is in.");
}

static const char *of_balance(const OrderMoney *money) {
  if (is_reported(money, money->missing))
    return N_("We are looking for the payment that you reported.");
  if (money->in_force && !money->contract)
    return N_("Your goods are made; we are preparing the shipment.");
  return money->missing ? N_("Your goods are made; they leave when the balance is in.")
                        : N_("Everything due before delivery is paid; we are preparing the shipment.");
}

const char *standing_sentence(const View *view, const Standing *standing) {
  static const char *const sentences[] = {N_("We are checking your order form."), N_("We are preparing your drawing."),
                                          N_("We are preparing your contract.")};
  const Order *order = standing->order;
  const guint stretch = standing_stretch(standing);
  const gboolean free = asks_nothing(standing);
  const char *said = !g_strcmp0(order->row.state, "cancelled") ? N_("This order is cancelled.")
                   : standing_delivered(standing) && standing->anew
                     ? N_("Your goods have arrived; what is made anew is under way.")
                   : standing_delivered(standing) && free ? N_("Your goods have arrived.")
                   : !g_strcmp0(order->row.state, "closed") ? N_("Your goods have arrived, and everything is paid.")
                   : standing_delivered(standing)           ? N_("Your goods have arrived.")
                   : !standing->begun                       ? N_("Fill in your order form, and we begin.")
                   : standing->copy_sent                    ? N_("We are checking the countersigned contract.")
                   : stretch < G_N_ELEMENTS(sentences)      ? sentences[stretch]
                   : order->step == 8                       ? of_deposit(&standing->money)
                   : order->step < 11 && free
                     ? N_("Nothing is to be paid; we are preparing the production.")
                   : order->step < 11  ? N_("Your down payment is in; we are preparing the production.")
                   : order->step == 11 ? N_("Your order is being made.")
                   : order->step == 12 ? of_balance(&standing->money)
                   : is_under_way(standing) ? N_("Your goods are on their way to you.")
                                            : N_("Your goods are ready; we are preparing the shipment.");
  return view_text(view, said);
}

const char *standing_day(const View *view, const Standing *standing, const char **tone) {
  const Order *order = standing->order;
  const gint64 today = engine_today(view->engine);
  const gint64 arrives = is_under_way(standing) ? standing->shipment->expected_date : DICT_UNSET;
  const gboolean known = order->expected_date != DICT_UNSET && order->expected_date >= today;
  const gboolean past = dict_days_late(&order_record, dict_field(&order_record, "due_date"), order, today);
  const gboolean later =
    known && dict_days_late(&order_record, dict_field(&order_record, "expected_date"), order, today);
  const OrderMoney *money = &standing->money;
  const gboolean unpaid = known && order->step == 12 && money->missing && !is_reported(money, money->missing);
  const struct {
    gboolean holds;
    gint64 day;
    const char *text, *tone;
  } days[] = {
    {!g_strcmp0(order->row.state, "cancelled"), DICT_UNSET, "", "calm"},
    {standing_delivered(standing), order->delivered_date, N_("delivered on %s"), "good"},
    {arrives != DICT_UNSET && arrives < today, arrives, N_("was expected to arrive on %s; not signed for yet"), "warn"},
    {is_under_way(standing), arrives, N_("expected to arrive on %s"), past ? "warn" : "info"},
    {unpaid, order->expected_date, N_("ships on %s at the earliest, once the balance is in"), "warn"},
    {later, order->expected_date, N_("later than agreed: expected to ship on %s"), past ? "bad" : "warn"},
    {known, order->expected_date, N_("expected to ship on %s"), "info"},
    {past, order->due_date, N_("late: it was agreed for %s; we tell you the new day as soon as we know it"), "bad"},
    {TRUE, order->due_date, N_("agreed for %s"), "info"},
  };
  guint i = 0;
  while (!days[i].holds)
    i++;
  *tone = days[i].tone;
  return days[i].day == DICT_UNSET
           ? NULL
           : arena_printf(view->arena, view_text(view, days[i].text), view_date(view, days[i].day));
}

/* Not the deposit: that one is due whatever its date. */
static gboolean is_soon(const View *view, const OrderMoney *money) {
  return !money->deposit && money->due != DICT_UNSET && money->due <= engine_today(view->engine) + REMIND_DAYS;
}

gint64 standing_unpaid(const View *view, const Standing *standing) {
  const OrderMoney *money = &standing->money;
  if (standing->order->step == 12 || (standing->order->step > 12 && money->missing)) /* it may have gone back since */
    return MAX(0, money->missing - money->noticed);
  return money->deposit || is_soon(view, money) ? MAX(0, money->next - money->noticed) : 0;
}

gboolean standing_due_soon(const View *view, const Standing *standing) {
  return standing->order->step != 12 && is_soon(view, &standing->money) && standing_unpaid(view, standing) > 0;
}
