/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The make-up orders of an order, until they are delivered: what they make up for is not settled before. */
#include "view/order.h"
#include "view/standing.h"

enum { WAITS_MOST = 200 };

/* Whether the dealer who looks owes something in the order. */
static gboolean waits_for_viewer(const View *view, const GPtrArray *waits, const Order *order) {
  for (guint i = 0; view_is_dealer(view) && i < waits->len; i++)
    if (((const DutyWait *)waits->pdata[i])->order_id == order->row.id)
      return TRUE;
  return FALSE;
}

static gboolean is_under_way(const Order *order) {
  return !g_strcmp0(order->row.state, "open") && order->delivered_date == DICT_UNSET;
}

gboolean view_set_makeups(const View *view, const Order *source, Value *page, GError **error) {
  Arena *arena = view->arena;
  Value *list = value_list(arena);
  g_autoptr(GPtrArray) rows = dict_load_by(view->tx, arena, &order_record, "source", DB_I(source->row.id), error);
  g_autoptr(GPtrArray) waits = rows && rows->len ? duty_load(view->engine, view->tx, arena, view->viewer, NULL,
                                                             WAITS_MOST, error) : NULL;
  for (guint i = 0; waits && i < rows->len; i++) {
    const Order *order = rows->pdata[i];
    Standing standing;
    if (!is_under_way(order) || !view_may_see(view, &order_record, &order->row))
      continue;
    if (!standing_load(&standing, view, order, error))
      return FALSE;
    const char *tone;
    Value *item = value_append(arena, list, value_map(arena));
    value_set_text(arena, item, "number_text", order->row.number);
    value_set_text(arena, item, "href", view_href(view, &order_record, order->row.id));
    value_set_text(arena, item, "text",
                   !view_is_dealer(view)                   ? view_step(view, order->step)
                   : waits_for_viewer(view, waits, order) ? view_text(view, N_("It waits for you."))
                                                           : standing_sentence(view, &standing));
    value_set_text(arena, item, "day_text", standing_day(view, &standing, &tone));
  }
  value_set_bool(arena, page, "has_makeups", list->count > 0);
  value_set(arena, page, "makeups", list);
  return rows && (!rows->len || waits);
}
