/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dealer's first page: what we need from the dealer, then the dealer's orders in plain words. */
#include "view/portal.h"
#include <string.h>

enum { ORDERS_MOST = 50, ASKS_MOST = 50 };

/* What a duty of the dealer's means, said to the dealer; no title: the sum to pay is the title. */
static const struct {
  const char *duty, *title, *text;
} asked[] = {
  {"order_form.complete", N_("Complete your order form"), N_("Add what you want to order, then hand the form in.")},
  {"order_form.correct", N_("Correct your order form"),
   N_("We returned it with remarks; correct it and hand it in again.")},
  {"drawing.sign", N_("Your drawing waits for your signature"),
   N_("Look at it with care: we make exactly what you sign, and begin nothing before. Where something is wrong, ask "
      "for a change instead; you get a new revision.")},
  {"contract.countersign", N_("Your contract waits for your countersigned copy"),
   N_("Sign your copy and send a picture or scan of it; once we have checked it, the contract is in force.")},
  {"instalment.settle", NULL,
   N_("Pay it, then report the payment with the bank's slip; production begins when it is in.")},
  {"balance_notice.pay", NULL,
   N_("Pay it, then report the payment with the bank's slip; your goods leave when it is in.")},
  {"shipment.agree", N_("Please agree to the carrier"), N_("Your goods leave with this carrier once you agree.")},
};

/* Money of it may have gone back when the goods had left already. */
static gboolean asked_before_shipping(const Duty *duty, const Standing *standing) {
  return standing->order->step <= 12 || strcmp(duty->name, "balance_notice.pay");
}

void portal_ask_words(const View *view, const Duty *duty, const Standing *standing, const char **title,
                      const char **text) {
  *title = view_text(view, duty->label), *text = "";
  for (guint i = 0; i < G_N_ELEMENTS(asked); i++)
    if (!strcmp(asked[i].duty, duty->name)) {
      *title = asked[i].title ? view_text(view, asked[i].title) : portal_payment_title(view, standing);
      *text = view_text(view, asked[i].text);
    }
  if (standing->order->claim != DICT_UNSET && !strcmp(duty->name, "order_form.complete")) {
    *title = view_text(view, N_("Check the order form of what is made anew"));
    *text = view_text(view, N_("See that walls, sizes and quantities are right, then hand the form in."));
  }
  if (!asked_before_shipping(duty, standing))
    *text = view_text(view, N_("Report the payment here with the bank's slip."));
}

const char *portal_payment_title(const View *view, const Standing *standing) {
  return arena_printf(view->arena, view_text(view, N_("Please pay %s")),
                      view_money(view, standing_unpaid(view, standing)));
}

/* Orders that ask something of the dealer, the most urgent first, each with all that it asks. */
typedef struct {
  const Order *order;
  Value *asks; /* portal.html's */
} Asking;

static Asking *asking_of(const View *view, GPtrArray *asking, const Order *order) {
  for (guint i = 0; i < asking->len; i++)
    if (((Asking *)asking->pdata[i])->order->row.id == order->row.id)
      return asking->pdata[i];
  Asking *item = arena_new_of(view->arena, Asking, 1);
  *item = (Asking){.order = order, .asks = value_list(view->arena)};
  g_ptr_array_add(asking, item);
  return item;
}

/* Once, however many notices ask for the same. */
static void add_ask(const View *view, GPtrArray *asking, const Order *order, const char *title) {
  Value *asks = asking_of(view, asking, order)->asks;
  for (guint i = 0; i < asks->count; i++)
    if (!strcmp(value_get(asks->items[i], "title")->text, title))
      return;
  value_set_text(view->arena, value_append(view->arena, asks, value_map(view->arena)), "title", title);
}

static gboolean add_asks(const View *view, GPtrArray *asking, GError **error) {
  g_autoptr(GPtrArray) waits = duty_load(view->engine, view->tx, view->arena, view->viewer, NULL, ASKS_MOST, error);
  for (guint i = 0; waits && i < waits->len; i++)
    duty_foresee(view->tx, view->arena, waits->pdata[i]);
  for (guint i = 0; waits && i < waits->len; i++) {
    const DutyWait *wait = waits->pdata[i];
    const Record *record = wait->duty ? dict_find(wait->duty->record) : NULL;
    const Row *row = record ? dict_load(view->tx, view->arena, record, wait->row_id, error) : NULL;
    const Order *order = row ? dict_load(view->tx, view->arena, &order_record, wait->order_id, error) : NULL;
    if (!order || !view_may_see(view, record, row) || !view_may_see(view, &order_record, &order->row))
      continue;
    Standing standing;
    const char *title, *text;
    if (!standing_load(&standing, view, order, error))
      return FALSE;
    portal_ask_words(view, wait->duty, &standing, &title, &text);
    add_ask(view, asking, order, title);
  }
  return waits != NULL;
}

static void add_tile(const View *view, Value *orders, const Standing *standing, Value *asks) {
  Arena *arena = view->arena;
  const Order *order = standing->order;
  const char *tone;
  Value *tile = value_append(arena, orders, value_map(arena));
  value_set_text(arena, tile, "number_text", order->row.number);
  value_set_text(arena, tile, "title", order->name);
  value_set_text(arena, tile, "href", view_href(view, &order_record, order->row.id));
  value_set_integer(arena, tile, "progress", VALUE_NUMBER, standing_delivered(standing)
                      ? 100 : standing_stretch(standing) * 100 / STANDING_STRETCHES);
  value_set_text(arena, tile, "progress_text", standing_sentence(view, standing));
  value_set_text(arena, tile, "due_text", standing_day(view, standing, &tone));
  value_set_text(arena, tile, "tone", tone);
  value_set_text(arena, tile, "said", standing->said);
  value_set_bool(arena, tile, "has_asks", asks->count > 0);
  value_set(arena, tile, "asks", asks);
}

/* A form not begun yet and what is due by a date soon are asked for without a duty; the latter so that it is not from
   the day of the contract on. All that asks nothing becomes a tile: under way, or over. */
static gboolean add_order(const View *view, Value *lists[2], const Order *order, GPtrArray *asking, GError **error) {
  const gboolean over = g_strcmp0(order->row.state, "open") != 0;
  Standing standing;
  if (!standing_load(&standing, view, order, error))
    return FALSE;
  if (!over && !standing.begun)
    add_ask(view, asking, order, view_text(view, N_("Fill in your order form")));
  if (!over && standing_due_soon(view, &standing))
    add_ask(view, asking, order, portal_payment_title(view, &standing));
  for (guint i = 0; i < asking->len; i++)
    if (((Asking *)asking->pdata[i])->order->row.id == order->row.id)
      return TRUE;
  add_tile(view, lists[over], &standing, value_list(view->arena));
  return TRUE;
}

static gboolean add_asking(const View *view, Value *tiles, const GPtrArray *asking, GError **error) {
  for (guint i = 0; i < asking->len; i++) {
    const Asking *item = asking->pdata[i];
    Standing standing;
    if (!standing_load(&standing, view, item->order, error))
      return FALSE;
    add_tile(view, tiles, &standing, item->asks);
  }
  return TRUE;
}

Value *view_portal(const View *view, GError **error) {
  Arena *arena = view->arena;
  Value *portal = value_map(arena), *asks = value_list(arena);
  Value *lists[] = {value_list(arena), value_list(arena)}; /* under way, over */
  g_autoptr(GPtrArray) asking = g_ptr_array_new();
  const DictPage page = {.dealer_id = view->viewer->dealer_id, .most = ORDERS_MOST};
  g_autoptr(GPtrArray) rows = dict_load_page(view->tx, arena, &order_record, &page, NULL, error);
  if (!rows || !add_asks(view, asking, error))
    return NULL;
  for (guint i = 0; i < rows->len; i++)
    if (view_may_see(view, &order_record, rows->pdata[i]) && !add_order(view, lists, rows->pdata[i], asking, error))
      return NULL;
  if (!add_asking(view, asks, asking, error))
    return NULL;
  for (guint k = 0; k < lists[1]->count; k++)
    value_append(arena, lists[0], lists[1]->items[k]);
  value_set_text(arena, portal, "greeting",
                 arena_printf(arena, view_text(view, N_("Good day, %s")), view->viewer->name));
  Value *create = value_set(arena, portal, "create", value_map(arena));
  value_set_text(arena, create, "label", view_text(view, workflow_find("order.begin")->label));
  value_set_text(arena, create, "href",
                 arena_printf(arena, "%s/order.begin", view_href(view, &dealer_record, view->viewer->dealer_id)));
  value_set_bool(arena, portal, "has_asking", asks->count > 0);
  value_set(arena, portal, "asking", asks);
  value_set_bool(arena, portal, "is_empty", !asks->count && !lists[0]->count);
  value_set_bool(arena, portal, "has_orders", lists[0]->count > 0);
  value_set(arena, portal, "orders", lists[0]);
  return portal;
}
