/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order's money at a glance: what the contract asks, what is in, what comes next. */
#include "step/s12-balance.h"
#include "view/order.h"

static gint64 sum_of(const View *view, const char *sql, gint64 id, GError **error) {
  const DbResult *found = dict_ask(view->tx, view->arena, &order_record, sql, DB_ARGS(DB_I(id)), error);
  return found && found->rows && DB_CELL(found, 0, 1)->kind == DB_INTEGER ? DB_CELL(found, 0, 1)->integer : 0;
}

/* The contract in force, else the one being agreed on, as far as the viewer may know of it. */
static const Contract *contract_of(const View *view, gint64 order_id, GError **error) {
  g_autoptr(GPtrArray) rows = dict_load_by(view->tx, view->arena, &contract_record, "order_id", DB_I(order_id), error);
  const Contract *found = NULL;
  for (guint i = 0; rows && i < rows->len; i++) {
    const Contract *contract = rows->pdata[i];
    const gboolean effective = !g_strcmp0(contract->row.state, "effective");
    if (g_strcmp0(contract->row.state, "cancelled") && (!found || effective) &&
        context_may_see(view->viewer, &contract_record, &contract->row))
      found = contract;
  }
  return found;
}

/* What comes next of one kind, if anything of it is not paid in full. */
static void find_next_of(const GPtrArray *lines, const Choice *kind, gint64 *left, OrderMoney *money) {
  for (guint i = 0; i < lines->len && !money->next; i++) {
    const Instalment *line = lines->pdata[i];
    if (!g_strcmp0(line->row.state, "removed") || g_strcmp0(line->kind, kind->code))
      continue;
    *left -= line->amount;
    if (*left < 0)
      money->next = -*left, money->deposit = !strcmp(kind->code, "deposit"), money->kind = kind->label,
      money->due = line->due_date, money->before = instalment_due_before(line);
  }
}

/* Money pays the first kinds first; the first instalment that is not paid in full comes next. What is due before
   delivery is asked for together, as the gate of the delivery notice does. */
static gboolean find_next(const View *view, gint64 contract, OrderMoney *money, GError **error) {
  g_autoptr(GPtrArray)
    lines = dict_load_by(view->tx, view->arena, &instalment_record, "parent_id", DB_I(contract), error);
  gint64 left = order_settled(money);
  for (const Choice *kind = dict_field(&instalment_record, "kind")->choices; lines && kind->code; kind++)
    find_next_of(lines, kind, &left, money);
  gint64 asked = 0;
  for (guint i = 0; lines && i < lines->len; i++) {
    const Instalment *line = lines->pdata[i];
    if (g_strcmp0(line->row.state, "removed") && line->before_delivery == TRUE)
      asked += line->amount;
  }
  money->missing = MAX(0, asked - order_settled(money));
  return lines != NULL;
}

#define ALLOCATED(state)                                                                                             \
  "SELECT c.order_id, CAST(SUM(a.amount) AS BIGINT) FROM allocation a JOIN receipt r ON r.id = a.parent_id"          \
  " JOIN contract c ON c.id = a.contract WHERE c.order_id = $1 AND a.state = 'active' AND" state                     \
  " GROUP BY c.order_id"

gboolean order_money(const View *view, gint64 order_id, OrderMoney *money, GError **error) {
  GError *fault = NULL;
  *money = (OrderMoney){.due = DICT_UNSET};
  const Contract *contract = contract_of(view, order_id, &fault);
  if (contract) {
    money->contract = contract->amount == DICT_UNSET ? 0 : contract->amount; /* a draft may have none yet */
    money->over = !g_strcmp0(contract->row.state, "ended");
    money->in_force = money->over || !g_strcmp0(contract->row.state, "effective");
    money->refunded = sum_of(
      view,
      "SELECT c.order_id, CAST(SUM(f.amount) AS BIGINT) FROM refund f JOIN contract c ON c.id = f.contract"
      " WHERE c.order_id = $1 AND f.state = 'paid' GROUP BY c.order_id",
      order_id, &fault);
    money->received = sum_of(view, ALLOCATED(" r.state = 'confirmed' AND COALESCE(r.written_off, 0) = 0"), order_id,
                             &fault);
    money->written_off = sum_of(view, ALLOCATED(" r.state = 'confirmed' AND r.written_off = 1"), order_id, &fault);
    money->noticed = sum_of(view, ALLOCATED(" r.state = 'noticed'"), order_id, &fault);
  }
  if (contract)
    money->stored = sum_of(view, "SELECT order_id, MIN(received_date) FROM stored_goods WHERE state = 'in_store'"
                                 " AND order_id = $1 GROUP BY order_id", order_id, &fault);
  if (money->in_force && !money->over && !fault)
    find_next(view, contract->row.id, money, &fault);
  if (fault)
    g_propagate_error(error, fault);
  return !fault;
}
