/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 17, as far as it goes: an order is delivered when all its goods are signed for, and settled when all its money,
   retention included, is in. Acceptance and summary, which complete it, come with their steps. */
#include "step/s17-settlement.h"
#include "step/s06-contract.h"
#include "step/s08-deposit.h"

/* The day on which the last of the goods was signed for, no row or NULL while something is to be made or under way. */
#define DELIVERED(order)                                                                                             \
  "SELECT MAX(s.signed_date) FROM shipment s WHERE s.order_id = " order " AND s.state = 'delivered' AND EXISTS "     \
  "(SELECT 1 FROM works_order w WHERE w.order_id = " order " AND w.state = 'made') AND NOT EXISTS (SELECT 1 FROM "   \
  "stored_goods g WHERE g.order_id = " order " AND NOT EXISTS (SELECT 1 FROM delivery_line l JOIN shipment t ON "    \
  "t.parent_id = l.parent_id AND t.state = 'delivered' WHERE l.goods = g.id AND l.state = 'active'))"

static gint64 delivered_date(Context *context, gint64 order_id, GError **error) {
  const DbResult *found = db_query(context->tx, context->arena, DELIVERED("$1"), DB_ARGS(DB_I(order_id)), error);
  return found && DB_CELL(found, 0, 0)->kind == DB_INTEGER ? DB_CELL(found, 0, 0)->integer : DICT_UNSET;
}

/* Sets both days in the order, and the state that follows from them. */
static gboolean settle(Context *context, Order *order, GError **error) {
  GError *fault = NULL;
  const Contract *contract = contract_of_order(context, order->row.id, &fault);
  order->delivered_date = fault ? DICT_UNSET : delivered_date(context, order->row.id, &fault);
  order->settled_date = contract && !fault ? deposit_reached(context, contract, contract->amount, &fault) : DICT_UNSET;
  order->row.state = order->delivered_date != DICT_UNSET && order->settled_date != DICT_UNSET ? "closed" : "open";
  if (fault)
    g_propagate_error(error, fault);
  return !fault;
}

gboolean settlement_follow(Context *context, gint64 order_id, GError **error) {
  const Order *before = context_load(context, &order_record, order_id, error);
  if (!before || !g_strcmp0(before->row.state, "cancelled"))
    return before != NULL;
  Order *order = dict_copy_row(context->arena, &order_record, before);
  return settle(context, order, error) &&
         ((order->delivered_date == before->delivered_date && order->settled_date == before->settled_date) ||
          context_save(context, &order_record, before, order, error));
}

/* ---- orders of earlier versions ---- */
static gboolean settle_row(Context *context, GError **error) {
  return settle(context, context->row, error);
}
/* Nobody's: no list of acts names it. */
static const Command settle_late = {
  .name = "order.settle", .record = "order", .from = IN("open"), .by = ROLE_ADMIN, .run = settle_row,
  .moves = MOVES("order.closed"),
};

static gboolean find_late(DbTx *tx, gpointer data, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  const DbResult *found = db_query(tx, arena,
                                   "SELECT o.id FROM \"order\" o WHERE o.state = 'open' AND o.delivered_date IS NULL "
                                   "AND EXISTS (SELECT 1 FROM shipment d WHERE d.order_id = o.id AND d.state = "
                                   "'delivered') AND (" DELIVERED("o.id") ") IS NOT NULL", DB_NO_ARGS, error);
  for (guint i = 0; found && i < found->rows; i++)
    g_array_append_val(data, DB_CELL(found, i, 0)->integer);
  return found != NULL;
}

gboolean settlement_catch_up(Engine *engine, GError **error) {
  static const Viewer program = {.name = "gendan", .roles = ROLE_ADMIN, .language = "en"};
  g_autoptr(GArray) orders = g_array_new(FALSE, FALSE, sizeof(gint64));
  gboolean fine = db_read(engine_db(engine), find_late, orders, error);
  for (guint i = 0; fine && i < orders->len; i++) {
    g_autoptr(Refusal) refusal = refusal_new();
    const Act act = {.viewer = &program, .command = &settle_late, .id = g_array_index(orders, gint64, i)};
    Done done;
    GError *fault = NULL;
    if (!engine_run(engine, &act, &done, refusal, &fault) && fault) { /* refused: another act was first */
      g_propagate_error(error, fault);
      fine = FALSE;
    }
  }
  return fine;
}
