/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 17, as far as it goes: an order is delivered when all its goods are signed for, and settled when all its money,
   retention included, is in. Acceptance and summary, which complete it, come with their steps. */
#include "step/s17-settlement.h"
#include "step/s06-contract.h"
#include "step/s08-deposit.h"

/* The day on which the last of the goods was signed for, DICT_UNSET while something is to be made or under way. */
static gint64 delivered_date(Context *context, gint64 order_id, GError **error) {
  const DbResult *found = db_query(
    context->tx, context->arena,
    "SELECT MAX(s.signed_date) FROM shipment s WHERE s.order_id = $1 AND s.state = 'delivered' AND EXISTS (SELECT 1 "
    "FROM works_order w WHERE w.order_id = $1 AND w.state = 'made') AND NOT EXISTS (SELECT 1 FROM stored_goods g WHERE "
    "g.order_id = $1 AND NOT EXISTS (SELECT 1 FROM delivery_line l JOIN shipment t ON t.parent_id = l.parent_id AND "
    "t.state = 'delivered' WHERE l.goods = g.id AND l.state = 'active'))",
    DB_ARGS(DB_I(order_id)), error);
  return found && DB_CELL(found, 0, 0)->kind == DB_INTEGER ? DB_CELL(found, 0, 0)->integer : DICT_UNSET;
}

gboolean settlement_follow(Context *context, gint64 order_id, GError **error) {
  GError *fault = NULL;
  const Order *before = context_load(context, &order_record, order_id, &fault);
  const Contract *contract = before ? contract_of_order(context, order_id, &fault) : NULL;
  if (before && g_strcmp0(before->row.state, "cancelled")) {
    Order *order = dict_copy_row(context->arena, &order_record, before);
    order->delivered_date = delivered_date(context, order_id, &fault);
    order->settled_date = contract ? deposit_reached(context, contract, contract->amount, &fault) : DICT_UNSET;
    const gboolean over = order->delivered_date != DICT_UNSET && order->settled_date != DICT_UNSET;
    order->row.state = over ? "closed" : "open";
    const gboolean same = order->delivered_date == before->delivered_date &&
                          order->settled_date == before->settled_date;
    if (!fault && !same && !context_save(context, &order_record, before, order, &fault))
      g_assert(fault);
  }
  if (fault)
    g_propagate_error(error, fault);
  return before && !fault;
}
