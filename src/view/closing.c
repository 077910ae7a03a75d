/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of an order that is over: that it is finished, or what became of the money, works order and goods of one
   that was cancelled. */
#include "step/s08-deposit.h"
#include "step/s09-works-order.h"
#include "step/s11-production.h"
#include "view/order.h"

static gint64 number(const View *view, const char *sql, gint64 order_id, GError **error) {
  const DbResult *found = db_query(view->tx, view->arena, sql, DB_ARGS(DB_I(order_id)), error);
  return found && found->rows && DB_CELL(found, 0, 0)->kind == DB_INTEGER ? DB_CELL(found, 0, 0)->integer : 0;
}

/* What was received is what is left of it, and what went back. */
static const char *money_text(const View *view, const Order *order, const OrderMoney *money) {
  const gint64 received = money->received + money->refunded;
  const gint64 decided = order->refunded == DICT_UNSET ? 0 : order->refunded;
  const gint64 left = MIN(MAX(0, decided - money->refunded), money->received);
  if (!view_may_know(view, &receipt_record))
    return "";
  if (!received)
    return view_text(view, N_("No money had come in."));
  return left ? arena_printf(view->arena, view_text(view, N_("%s had come in; %s is paid back, and %s is still to be "
                                                             "paid back.")),
                             view_money(view, received), view_money(view, money->refunded), view_money(view, left))
              : arena_printf(view->arena, view_text(view, N_("%s had come in; %s is paid back, and nothing more is to "
                                                             "be.")),
                             view_money(view, received), view_money(view, money->refunded));
}

static const char *works_text(const View *view, gint64 order_id, GError **error) {
  g_autoptr(GPtrArray)
    all = dict_load_by(view->tx, view->arena, &works_order_record, "order_id", DB_I(order_id), error);
  gboolean made = FALSE;
  for (guint i = 0; all && i < all->len; i++)
    made |= !g_strcmp0(((const Row *)all->pdata[i])->state, "made");
  const gint64 reports = all && all->len ? number(view, "SELECT COUNT(*) FROM progress WHERE order_id = $1", order_id,
                                                  error) : 0;
  return view_text(view, !all || !all->len ? N_("No works order was made out.")
                         : made            ? N_("The works order was carried out in full.")
                         : reports         ? N_("The works order is cancelled; production had begun.")
                                           : N_("The works order is cancelled before anything was made."));
}

static const char *goods_text(const View *view, gint64 order_id, GError **error) {
  const gint64 pieces = number(view, "SELECT CAST(SUM(quantity) AS BIGINT) FROM stored_goods WHERE order_id = $1 AND "
                                     "state = 'in_store'", order_id, error);
  return pieces ? arena_printf(view->arena, view_text(view, N_("Finished pieces still in store: %d.")), (int)pieces)
                : view_text(view, N_("No finished goods are in store."));
}

gboolean view_set_closing(const View *view, const Order *order, gboolean waits, Value *page, GError **error) {
  const gboolean closed = !g_strcmp0(order->row.state, "closed"), ended = !g_strcmp0(order->row.state, "cancelled");
  const char *text = closed && !waits ? view_text(view, N_("This order is finished: everything is delivered and paid. "
                                                           "Nothing is left to do.")) : NULL;
  GError *fault = NULL;
  OrderMoney money;
  if (ended && order_money(view, order->row.id, &money, &fault)) {
    const char *works = works_text(view, order->row.id, &fault);
    const char *goods = fault ? "" : goods_text(view, order->row.id, &fault);
    text = arena_printf(view->arena, "%s %s %s %s", view_text(view, N_("This order is cancelled.")),
                        money_text(view, order, &money), works, goods);
  }
  value_set_text(view->arena, page, "closing", text);
  value_set_text(view->arena, page, "closing_title",
                 view_text(view, ended ? N_("How it ended") : N_("What happens now")));
  if (fault)
    g_propagate_error(error, fault);
  return !fault;
}
