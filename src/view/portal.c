/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dealer's pages: own orders in plain words, what we need from the dealer first. */
#include "party/party.h"
#include "step/s06-contract.h"
#include "step/s11-production.h"
#include "view/step.h"
#include <string.h>

enum { ORDERS_MOST = 50, ASKS_MOST = 50 };

/* What a duty of the dealer's means, said to the dealer. */
static const struct {
  const char *duty, *title, *text;
} asked[] = {
  {"order_form.complete", N_("Complete your order form"), N_("Add what you want to order, then hand the form in.")},
  {"order_form.correct", N_("Correct your order form"),
   N_("We returned it with remarks; correct it and hand it in again.")},
  {"drawing.sign", N_("Your drawing waits for your signature"),
   N_("Look at it with care: we make exactly what you sign, and begin nothing before.")},
  {"contract.countersign", N_("Your contract waits for your countersigned copy"),
   N_("Sign your copy and send a picture or scan of it; then the contract is in force.")},
  {"balance_notice.pay", N_("The balance is due"),
   N_("Pay it, then report the payment with the bank's slip; your goods leave when it is in.")},
  {"shipment.agree", N_("Please agree to the carrier"), N_("Your goods leave with this carrier once you agree.")},
};

/* The stretches of the way as a dealer knows them, each up to a step of the procedure. */
static const struct {
  int last; /* step */
  const char *title, *sentence;
} stretches[] = {
  {2, N_("Order form"), N_("We are checking your order form.")},
  {5, N_("Drawing"), N_("We are preparing your drawing.")},
  {7, N_("Contract"), N_("We are preparing your contract.")},
  {8, N_("Down payment"), N_("We begin when your down payment is in.")},
  {11, N_("Production"), N_("Your order is being made.")},
  {12, N_("Balance"), N_("Your order is nearly there; the balance comes before the shipment.")},
  {17, N_("Delivery"), N_("Your goods are on their way to you.")},
};

static guint stretch_of(const Order *order) {
  guint i = 0;
  while (i + 1 < G_N_ELEMENTS(stretches) && order->step > stretches[i].last)
    i++;
  return i;
}

static const char *headline_of(const View *view, const Order *order, gboolean delivered) {
  if (!g_strcmp0(order->row.state, "cancelled"))
    return view_text(view, N_("This order is cancelled."));
  if (!g_strcmp0(order->row.state, "closed"))
    return view_text(view, N_("Your goods have arrived, and everything is paid."));
  return view_text(view, delivered ? N_("Your goods have arrived.") : stretches[stretch_of(order)].sentence);
}

static void set_due(const View *view, Value *map, const Order *order, const char *tone) {
  const gboolean set = order->due_date != DICT_UNSET;
  value_set_text(view->arena, map, "due_text",
                 set ? arena_printf(view->arena, view_text(view, N_("ready by %s")), view_date(view, order->due_date))
                     : NULL);
  value_set_text(view->arena, map, tone, "info");
}

/* ---- the list ---- */
static void ask_words(const View *view, const Duty *duty, const char **title, const char **text) {
  *title = view_text(view, duty->label), *text = "";
  for (guint i = 0; i < G_N_ELEMENTS(asked); i++)
    if (!strcmp(asked[i].duty, duty->name))
      *title = view_text(view, asked[i].title), *text = view_text(view, asked[i].text);
}

static gboolean add_asks(const View *view, Value *asks, GHashTable *busy, GError **error) {
  g_autoptr(GPtrArray) waits = duty_load(view->engine, view->tx, view->arena, view->viewer, NULL, ASKS_MOST, error);
  for (guint i = 0; waits && i < waits->len; i++) {
    const DutyWait *wait = waits->pdata[i];
    const Record *record = wait->duty ? dict_find(wait->duty->record) : NULL;
    const Row *row = record ? dict_load(view->tx, view->arena, record, wait->row_id, error) : NULL;
    const Row *order = row ? dict_load(view->tx, view->arena, &order_record, wait->order_id, error) : NULL;
    if (!order || !view_may_see(view, record, row) ||
        !view_may_see(view, &order_record, order))
      continue;
    const char *title, *text;
    Value *item = value_append(view->arena, asks, value_map(view->arena));
    ask_words(view, wait->duty, &title, &text);
    value_set_text(view->arena, item, "title", title);
    value_set_text(view->arena, item, "text", view_title(view, &order_record, order));
    value_set_text(view->arena, item, "href", view_href(view, &order_record, order->id));
    g_hash_table_add(busy, GSIZE_TO_POINTER((gsize)order->id));
  }
  return waits != NULL;
}

static gboolean add_tile(const View *view, Value *orders, const Order *order, gboolean asks, GError **error) {
  Arena *arena = view->arena;
  const gboolean delivered = order->delivered_date != DICT_UNSET;
  const guint stretch = stretch_of(order), last = G_N_ELEMENTS(stretches);
  Value *tile = value_append(arena, orders, value_map(arena));
  value_set_text(arena, tile, "number_text", order->row.number);
  value_set_text(arena, tile, "title", order->name);
  value_set_text(arena, tile, "href", view_href(view, &order_record, order->row.id));
  value_set_integer(arena, tile, "progress", VALUE_NUMBER, delivered ? 100 : stretch * 100 / last);
  value_set_text(arena, tile, "progress_text", headline_of(view, order, delivered));
  set_due(view, tile, order, "tone");
  value_set_text(arena, tile, "asks_text", asks ? view_text(view, N_("We need something from you")) : NULL);
  return !error || !*error;
}

Value *view_portal(const View *view, GError **error) {
  Arena *arena = view->arena;
  Value *portal = value_map(arena), *asks = value_list(arena), *orders = value_list(arena);
  g_autoptr(GHashTable) busy = g_hash_table_new(NULL, NULL);
  const DictPage page = {.dealer_id = view->viewer->dealer_id, .most = ORDERS_MOST};
  g_autoptr(GPtrArray) rows = dict_load_page(view->tx, arena, &order_record, &page, NULL, error);
  if (!rows || !add_asks(view, asks, busy, error))
    return NULL;
  for (guint i = 0; i < rows->len; i++) {
    const Order *order = rows->pdata[i];
    const gboolean waits = g_hash_table_contains(busy, GSIZE_TO_POINTER((gsize)order->row.id));
    if (view_may_see(view, &order_record, &order->row) && !add_tile(view, orders, order, waits, error))
      return NULL;
  }
  value_set_text(arena, portal, "greeting",
                 arena_printf(arena, view_text(view, N_("Good day, %s")), view->viewer->name));
  value_set(arena, portal, "create", value_null(arena));
  value_set(arena, portal, "asks", asks);
  value_set_bool(arena, portal, "is_empty", orders->count == 0);
  value_set(arena, portal, "orders", orders);
  return portal;
}

/* ---- one order ---- */
/* How far each stage of production is, in percent of the pieces ordered; nothing before it begins. */
static gboolean set_production(const View *view, Value *portal, const Order *order, GError **error) {
  Arena *arena = view->arena;
  Value *bars = value_set(arena, portal, "bars", value_list(arena));
  for (const Choice *stage = dict_field(&progress_record, "stage")->choices; stage->code; stage++) {
    const DbResult *found = db_query(
      view->tx, arena,
      "SELECT COALESCE((SELECT CAST(SUM(p.quantity) AS BIGINT) FROM progress p WHERE p.order_id = $1 AND p.stage = $2),"
      " 0), (SELECT CAST(SUM(l.quantity) AS BIGINT) FROM order_form_line l JOIN order_form f ON f.id = l.parent_id "
      "WHERE f.order_id = $1 AND f.state = 'accepted' AND l.state = 'active')",
      DB_ARGS(DB_I(order->row.id), DB_T(stage->code)), error);
    if (!found)
      return FALSE;
    const gint64 done = DB_CELL(found, 0, 0)->integer, all = MAX(done, DB_CELL(found, 0, 1)->integer);
    if (!done && !bars->count)
      break;
    Value *bar = value_append(arena, bars, value_map(arena));
    value_set_text(arena, bar, "label", view_text(view, stage->label));
    value_set_integer(arena, bar, "percent", VALUE_NUMBER, done * 100 / all);
    value_set_text(arena, bar, "text",
                   arena_printf(arena, view_text(view, N_("%d of %d pieces")), (int)done, (int)all));
  }
  value_set_bool(arena, portal, "has_bars", bars->count > 0);
  return TRUE;
}

static void set_stages(const View *view, Value *portal, const Order *order, gboolean delivered) {
  Arena *arena = view->arena;
  Value *stages = value_set(arena, portal, "stages", value_list(arena));
  const guint now = stretch_of(order);
  for (guint i = 0; i < G_N_ELEMENTS(stretches); i++) {
    Value *stage = value_append(arena, stages, value_map(arena));
    const gboolean done = i < now || delivered;
    value_set_text(arena, stage, "title", view_text(view, stretches[i].title));
    value_set_text(arena, stage, "text",
                   done       ? view_text(view, N_("done"))
                   : i == now ? view_text(view, N_("now"))
                              : NULL);
    value_set_bool(arena, stage, "is_done", done);
    value_set_bool(arena, stage, "is_current", !done && i == now);
    value_set_bool(arena, stage, "is_later", i > now && !delivered);
  }
}

static Value *ask_item(const View *view, const char *title, const char *text, Value *facts, Value *papers,
                       Value *tables) {
  Value *item = value_map(view->arena);
  value_set_text(view->arena, item, "title", title);
  value_set_text(view->arena, item, "text", text);
  value_set(view->arena, item, "facts", facts);
  value_set_bool(view->arena, item, "has_papers", papers->count > 0);
  value_set(view->arena, item, "papers", papers);
  value_set(view->arena, item, "tables", tables);
  return item;
}

static void add_owed_asks(const Walk *walk, Value *asks, GError **error) {
  const View *view = walk->view;
  for (guint i = 0; i < walk->owed->len; i++) {
    const Owed *owed = walk->owed->pdata[i];
    const char *title, *text;
    Value *tables = value_list(view->arena);
    if (!owed->mine || !view_compare(view, owed->record, owed->row, tables, error))
      continue;
    ask_words(view, owed->duty, &title, &text);
    Value *item = value_append(view->arena, asks,
                               ask_item(view, title, text, view_facts(view, owed->record, owed->row, error),
                                        view_papers(view, owed->record, owed->row, error), tables));
    act_set_offers(view, item, owed->record, owed->row, owed->offers, owed->act);
  }
}

/* What the dealer starts: the order form. */
static void add_start(const Walk *walk, Value *asks) {
  const View *view = walk->view;
  if (!walk->create_step)
    return;
  Value *item = value_append(view->arena, asks,
                             ask_item(view, view_text(view, N_("Fill in your order form")),
                                      view_text(view, N_("Tell us what you need: every wall and door with its size.")),
                                      value_list(view->arena), value_list(view->arena), value_list(view->arena)));
  Value *commands = value_list(view->arena);
  value_append(view->arena, commands, act_item(view, walk->record, walk->order, walk->primary, TRUE));
  act_set(view, item, commands, value_list(view->arena));
}

static Contract *contract_in_force(const View *view, gint64 order_id, GError **error) {
  g_autoptr(GPtrArray) rows = dict_load_by(view->tx, view->arena, &contract_record, "order_id", DB_I(order_id), error);
  for (guint i = 0; rows && i < rows->len; i++)
    if (!g_strcmp0(((Row *)rows->pdata[i])->state, "effective"))
      return rows->pdata[i];
  return NULL;
}

/* The down payment is nobody's duty in the procedure but the dealer's: asked for as soon as the contract is in
   force. */
static void add_payment(const View *view, const Order *order, const OrderMoney *money, Value *asks, GError **error) {
  Contract *contract = order->step == 8 && money->next > money->noticed ? contract_in_force(view, order->row.id, error)
                                                                        : NULL;
  if (!contract)
    return;
  g_autoptr(GPtrArray) offers = act_offers(view, &contract_record, contract, error);
  const char *amount = view_money(view, money->next - money->noticed);
  Value *item = value_append(
    view->arena, asks,
    ask_item(view, arena_printf(view->arena, view_text(view, N_("Please pay %s")), amount),
             view_text(view, N_("Report the payment here with the bank's slip; production begins "
                                "when it is in.")),
             value_list(view->arena), value_list(view->arena), value_list(view->arena)));
  Value *commands = value_list(view->arena);
  for (guint i = 0; offers && i < offers->len; i++)
    if (!strcmp(((Offer *)offers->pdata[i])->command->name, "receipt.notice"))
      value_append(view->arena, commands, act_item(view, &contract_record, &contract->row, offers->pdata[i], TRUE));
  act_set(view, item, commands, value_list(view->arena));
}

static void add_instalment(const View *view, Value *list, const Instalment *line, gint64 *left) {
  Arena *arena = view->arena;
  const gint64 paid = CLAMP(*left, 0, line->amount);
  *left -= line->amount;
  const Choice *kind = dict_choice(dict_field(&instalment_record, "kind")->choices, line->kind);
  const char *due = line->due_date != DICT_UNSET
                      ? arena_printf(arena, view_text(view, N_("due %s")), view_date(view, line->due_date))
                    : line->before_delivery == TRUE ? view_text(view, N_("before delivery"))
                                                    : NULL;
  Value *item = value_append(arena, list, value_map(arena));
  value_set_text(arena, item, "label", kind ? view_text(view, kind->label) : "");
  value_set_text(arena, item, "amount_text", view_money(view, line->amount));
  value_set_text(arena, item, "due_text", due);
  value_set_text(arena, item, "state_text",
                 paid == line->amount ? view_text(view, N_("paid"))
                 : paid               ? arena_printf(arena, view_text(view, N_("%s paid")), view_money(view, paid))
                                      : view_text(view, N_("open")));
  value_set_text(arena, item, "tone", paid == line->amount ? "good" : "warn");
}

static gboolean set_money(const View *view, Value *portal, gint64 order_id, const OrderMoney *money, GError **error) {
  Arena *arena = view->arena;
  Value *list = value_list(arena);
  const Contract *contract = contract_in_force(view, order_id, error);
  g_autoptr(GPtrArray) lines = contract ? dict_load_by(view->tx, arena, &instalment_record, "parent_id",
                                                       DB_I(contract->row.id), error) : NULL;
  gint64 left = money->received;
  for (guint i = 0; lines && i < lines->len; i++)
    if (g_strcmp0(((Row *)lines->pdata[i])->state, "removed"))
      add_instalment(view, list, lines->pdata[i], &left);
  value_set_bool(arena, portal, "has_money", list->count > 0);
  value_set(arena, portal, "money", list);
  value_set_text(arena, portal, "money_text",
                 arena_printf(arena, view_text(view, N_("%s of %s received")), view_money(view, money->received),
                              view_money(view, money->contract)));
  return !error || !*error;
}

/* Every paper of the order, each once, and the steps that hold something. */
static void set_details(const View *view, const Walk *walk, Value *portal) {
  Arena *arena = view->arena;
  Value *papers = value_list(arena), *steps = value_list(arena);
  for (guint i = 0; i < PROCEDURE_STEPS; i++) {
    const Value *records = walk->steps[i].records;
    for (guint k = 0; k < records->count; k++) {
      const Value *own = value_get(records->items[k], "papers");
      for (guint n = 0; n < own->count; n++)
        value_append(arena, papers, own->items[n]);
    }
    if (!records->count)
      continue;
    Value *step = value_append(arena, steps, value_map(arena));
    value_set_text(arena, step, "title", view_text(view, procedure_steps[i].title));
    value_set_integer(arena, step, "number", VALUE_NUMBER, (gint64)i + 1);
    value_set(arena, step, "records", (Value *)records);
  }
  value_set_bool(arena, portal, "has_papers", papers->count > 0);
  value_set(arena, portal, "papers", papers);
  value_set(arena, portal, "steps", steps);
}

Value *view_portal_order(const View *view, void *data, GError **error) {
  Arena *arena = view->arena;
  const Order *order = data;
  g_auto(Walk) walk = {0};
  OrderMoney money;
  Value *portal = value_map(arena), *asks = value_list(arena);
  if (!step_walk(&walk, view, data, error) || !order_money(view, order->row.id, &money, error) ||
      !set_money(view, portal, order->row.id, &money, error))
    return NULL;
  const gboolean delivered = order->delivered_date != DICT_UNSET;
  add_owed_asks(&walk, asks, error);
  add_start(&walk, asks);
  add_payment(view, order, &money, asks, error);
  value_set_text(arena, portal, "number", order->row.number);
  value_set_text(arena, portal, "title", order->name);
  value_set_text(arena, portal, "headline",
                 asks->count ? value_get(asks->items[0], "title")->text : headline_of(view, order, delivered));
  value_set_text(arena, portal, "text", asks->count ? value_get(asks->items[0], "text")->text : "");
  set_due(view, portal, order, "due_tone");
  value_set_text(arena, portal, "due_note",
                 order->due_date == DICT_UNSET ? NULL : order_extended(view, &order->row, error));
  value_set_text(arena, portal, "expected_text",
                 order->expected_date == DICT_UNSET ? NULL
                   : arena_printf(arena, view_text(view, N_("We expect to ship it on %s.")),
                                  view_date(view, order->expected_date)));
  set_stages(view, portal, order, delivered);
  if (!set_production(view, portal, order, error))
    return NULL;
  value_set(arena, portal, "asks", asks);
  set_details(view, &walk, portal);
  return portal;
}
