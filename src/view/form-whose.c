/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose matter a form is about: order, dealer, site and day, and for who deals with it the money. Nobody signs,
   confirms or ships by a number alone. Dealers know whose order theirs is. */
#include "party/party.h"
#include "view/form.h"
#include "view/order.h"

static void add_row(const View *view, Value *facts, const Record *record, const Row *row) {
  Value *title = value_text(view->arena, view_title(view, record, row));
  value_append(view->arena, facts,
               view_said(view, view_text(view, record->label), title, view_href(view, record, row->id), FALSE));
}

static void add_money(const View *view, Value *facts, const char *label, gint64 fen) {
  value_append(view->arena, facts,
               view_said(view, view_text(view, label), value_integer(view->arena, VALUE_MONEY, fen), NULL, FALSE));
}

static gboolean add_sums(const View *view, Value *facts, const Row *order, GError **error) {
  OrderMoney money;
  if (!order_money(view, order->id, &money, error))
    return FALSE;
  if (!money.contract)
    return TRUE;
  add_money(view, facts, money.in_force ? N_("Contract amount") : N_("Contract amount, not in force yet"),
            money.contract);
  if (money.in_force || money.received)
    add_money(view, facts, N_("Received"), money.received);
  if (money.written_off)
    add_money(view, facts, N_("Written off"), money.written_off);
  if (money.noticed)
    add_money(view, facts, N_("Reported, not confirmed yet"), money.noticed);
  if (money.in_force && !money.over)
    add_money(view, facts, N_("Still open"), MAX(0, money.contract - order_settled(&money)));
  return TRUE;
}

static gboolean add_fields(const View *view, Value *facts, const Record *record, const void *row,
                           const char *const *names, GError **error) {
  GError *fault = NULL;
  for (; row && *names; names++) {
    Value *fact = view_fact(view, record, dict_field(record, *names), row, &fault);
    if (fact)
      value_append(view->arena, facts, fact);
  }
  if (fault)
    g_propagate_error(error, fault);
  return !fault;
}

static gboolean add_order(const View *view, Value *facts, const Order *order, GError **error) {
  const Project *project = dict_load(view->tx, view->arena, &project_record, order->project, error);
  return project &&
         add_fields(view, facts, &order_record, order, IN("project"), error) &&
         add_fields(view, facts, &project_record, project, IN("site_address"), error) &&
         add_fields(view, facts, &order_record, order,
                    IN("kind", "source", "claim", "clerk", "due_date", "expected_date", "note"), error) &&
         add_sums(view, facts, &order->row, error);
}

gboolean form_set_whose(const View *view, Value *form, const Record *on, const Row *row, GError **error) {
  Value *facts = value_list(view->arena);
  const struct {
    const Record *record;
    gint64 id;
  } above[] = {{&order_record, row ? row->order_id : 0}, {&dealer_record, row ? row->dealer_id : 0}};
  const void *order = NULL;
  for (guint i = 0; i < G_N_ELEMENTS(above) && !view_is_dealer(view); i++) {
    if (above[i].id <= 0 || (above[i].record == &dealer_record && on == &dealer_record))
      continue;
    const void *other = dict_load(view->tx, view->arena, above[i].record, above[i].id, error);
    if (!other)
      return FALSE;
    add_row(view, facts, above[i].record, other);
    order = above[i].record == &order_record ? other : order;
  }
  if (order && !add_order(view, facts, order, error))
    return FALSE;
  Value *whose = value_set(view->arena, form, "whose", value_map(view->arena));
  value_set_bool(view->arena, form, "has_whose", facts->count > 0);
  value_set(view->arena, whose, "facts", facts);
  return TRUE;
}
