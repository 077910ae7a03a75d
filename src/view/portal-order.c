/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One order as its dealer sees it: what we need from the dealer, how far it is, money, papers. */
#include "base/date.h"
#include "base/money.h"
#include "step/s06-contract.h"
#include "step/s08-deposit.h"
#include "step/s08-reminder.h"
#include "step/s11-production.h"
#include "view/portal.h"
#include <string.h>

enum { UNPACKING_DAYS = 14 }; /* after signing: as long as asking what is wrong stands in sight */

/* How far each stage of production is, in percent of the pieces ordered; nothing before it begins, nor when the goods
   have left. */
static gboolean set_production(const View *view, Value *portal, const Order *order, GError **error) {
  Arena *arena = view->arena;
  Value *bars = value_set(arena, portal, "bars", value_list(arena));
  const Choice *stage = dict_field(&progress_record, "stage")->choices;
  for (; order->step < 13 && stage->code; stage++) {
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

static void set_stages(const View *view, Value *portal, const Standing *standing) {
  Arena *arena = view->arena;
  Value *stages = value_set(arena, portal, "stages", value_list(arena));
  const guint now = standing_stretch(standing);
  const gboolean delivered = standing_delivered(standing);
  for (guint i = 0; standing_stretches[i]; i++) {
    if (!standing_passes(standing, i))
      continue;
    Value *stage = value_append(arena, stages, value_map(arena));
    const gboolean done = i < now || delivered;
    value_set_text(arena, stage, "title", view_text(view, standing_stretches[i]));
    value_set_text(arena, stage, "text",
                   done       ? view_text(view, N_("done"))
                   : i == now ? view_text(view, N_("now"))
                              : NULL);
    value_set_bool(arena, stage, "is_done", done);
    value_set_bool(arena, stage, "is_current", !done && i == now);
    value_set_bool(arena, stage, "is_later", i > now && !delivered);
  }
}

/* ---- what is asked ---- */
typedef struct {
  const char *title, *text;
  const char *note; /* what went wrong before; or NULL */
  gboolean news;    /* nothing is asked */
} Words;

/* A card; record may be NULL, where nothing but words and buttons is shown. */
static Value *add_card(const View *view, Value *cards, const Words *words, const Record *record, Row *row,
                       const GPtrArray *offers, GError **error) {
  Arena *arena = view->arena;
  Value *card = value_append(arena, cards, value_map(arena));
  Value *papers = record ? view_papers(view, record, row, error) : value_list(arena);
  Value *tables = record ? view_lines(view, record, row, offers, error) : value_list(arena);
  value_set_text(arena, card, "title", words->title);
  value_set_text(arena, card, "text", words->text);
  value_set_text(arena, card, "note_text", words->note);
  value_set_text(arena, card, "card_tone", words->news ? "info" : "warn");
  value_set_bool(arena, card, "is_news", words->news);
  value_set(arena, card, "facts", record ? view_facts(view, record, row, error) : value_list(arena));
  value_set_bool(arena, card, "has_papers", papers && papers->count > 0);
  value_set(arena, card, "papers", papers ? papers : value_list(arena));
  value_set(arena, card, "tables", tables ? tables : value_list(arena));
  return card;
}

static Contract *contract_in_force(const View *view, gint64 order_id, GError **error) {
  g_autoptr(GPtrArray) rows = dict_load_by(view->tx, view->arena, &contract_record, "order_id", DB_I(order_id), error);
  for (guint i = 0; rows && i < rows->len; i++)
    if (!g_strcmp0(((Row *)rows->pdata[i])->state, "effective"))
      return rows->pdata[i];
  return NULL;
}

static void add_said(const View *view, Value *facts, const char *label, const char *text) {
  value_append(view->arena, facts, view_said(view, view_text(view, label), value_text(view->arena, text), NULL, FALSE));
}

/* Until when (DICT_UNSET: not said), what is in already, and to whom it is paid, as the letterhead says. */
static void add_payee(const View *view, Value *facts, const Standing *standing, const Contract *contract, gint64 due,
                      GError **error) {
  g_autoptr(GPtrArray)
    stated = dict_load_by(view->tx, view->arena, &letterhead_record, "state", DB_T("active"), error);
  const Letterhead *house = stated && stated->len ? stated->pdata[0] : NULL;
  Letterhead *payee = dict_new_row(view->arena, &letterhead_record);
  if (house)
    payee->name = house->name, payee->bank = house->bank, payee->account = house->account;
  Value *said = view_facts(view, &letterhead_record, payee, error);
  if (due != DICT_UNSET)
    add_said(view, facts, N_("To be paid by"), view_date(view, due));
  if (standing->money.received)
    add_said(view, facts, N_("Received so far"), view_money(view, standing->money.received));
  for (guint i = 0; i < said->count; i++)
    value_append(view->arena, facts, said->items[i]);
  if (contract)
    add_said(view, facts, N_("Reference"), contract->row.number);
}

/* What became of the last payment that was reported, where it did not arrive; NULL: nothing is to be said. */
static const char *lost_payment(const View *view, gint64 order_id, GError **error) {
  g_autoptr(GPtrArray) rows = dict_load_by(view->tx, view->arena, &receipt_record, "order_id", DB_I(order_id), error);
  const Receipt *last = rows && rows->len ? rows->pdata[rows->len - 1] : NULL;
  if (!last || g_strcmp0(last->row.state, "refused"))
    return NULL;
  const User *by = dict_load(view->tx, view->arena, &user_record, last->row.created_by, error);
  const gboolean ours = by && by->dealer == DICT_UNSET;
  return arena_printf(view->arena,
                      view_text(view, ours ? N_("The payment of %s that we entered for you did not arrive: %s")
                                           : N_("The payment of %s that you reported did not arrive: %s")),
                      view_money(view, last->amount), last->reason ? last->reason : "");
}

/* What we said last of what is to be paid. */
static void add_reminder(const View *view, Value *facts, gint64 order_id, GError **error) {
  g_autoptr(GPtrArray) rows = dict_load_by(view->tx, view->arena, &reminder_record, "order_id", DB_I(order_id), error);
  const Reminder *last = rows && rows->len ? rows->pdata[rows->len - 1] : NULL;
  if (!last || !last->said)
    return;
  const gint64 day = date_of_time(last->row.created_at, engine_zone(view->engine));
  const char *label = arena_printf(view->arena, view_text(view, N_("Our reminder of %s")), view_date(view, day));
  value_append(view->arena, facts, view_said(view, label, value_text(view->arena, last->said), NULL, TRUE));
}

/* A card to pay: to whom, until when, and the button that reports it, its form filled with what is to be paid. */
static void add_payment_card(const View *view, Value *asks, const char *text, const Standing *standing, gint64 due,
                             GError **error) {
  Arena *arena = view->arena;
  const char *lost = lost_payment(view, standing->order->row.id, error);
  const Words words = {.title = portal_payment_title(view, standing), .text = text, .note = lost};
  Value *card = add_card(view, asks, &words, NULL, NULL, NULL, error);
  Contract *contract = contract_in_force(view, standing->order->row.id, error);
  add_payee(view, (Value *)value_get(card, "facts"), standing, contract, due, error);
  add_reminder(view, (Value *)value_get(card, "facts"), standing->order->row.id, error);
  g_autoptr(GPtrArray) offers = contract ? act_offers(view, &contract_record, contract, error) : NULL;
  g_autofree char *amount = money_format(standing_unpaid(view, standing), MONEY_PLACES, "");
  Value *commands = value_list(arena);
  for (guint i = 0; offers && i < offers->len; i++) {
    const Offer *offer = offers->pdata[i];
    if (strcmp(offer->command->name, "receipt.notice"))
      continue;
    Value *item = act_item(view, &contract_record, &contract->row, offer, TRUE);
    Value *href = (Value *)value_get(item, "href");
    href->text = arena_printf(arena, "%s?amount=%s", href->text, amount);
    value_append(arena, commands, item);
  }
  act_set(view, card, commands, value_list(arena));
}

static void add_owed_asks(const Walk *walk, const Standing *standing, Value *asks, GError **error) {
  const View *view = walk->view;
  gboolean payment = FALSE; /* several notices may ask for the same */
  for (guint i = 0; i < walk->owed->len; i++) {
    const Owed *owed = walk->owed->pdata[i];
    const char *title, *text;
    if (!owed->mine)
      continue;
    portal_ask_words(view, owed->duty, standing, &title, &text);
    if (!g_strcmp0(owed->duty->act, "receipt.notice")) {
      if (!payment)
        add_payment_card(view, asks, text, standing, owed->due, error);
      payment = TRUE;
      continue;
    }
    const Words words = {.title = title, .text = text};
    Value *card = add_card(view, asks, &words, owed->record, owed->row, owed->offers, error);
    act_set_offers(view, card, owed->record, owed->row, owed->offers, owed->act);
  }
}

/* What the dealer starts: the order form. */
static void add_start(const Walk *walk, Value *asks, GError **error) {
  const View *view = walk->view;
  if (!walk->create_step)
    return;
  const Words words = {.title = view_text(view, N_("Fill in your order form")),
                       .text = view_text(view, N_("Tell us what you need: every wall and door with its size."))};
  Value *card = add_card(view, asks, &words, NULL, NULL, NULL, error);
  Value *commands = value_list(view->arena);
  value_append(view->arena, commands, act_item(view, walk->record, walk->order, walk->primary, TRUE));
  act_set(view, card, commands, value_list(view->arena));
}

/* An instalment with a date. */
static void add_payment(const View *view, const Standing *standing, Value *asks, GError **error) {
  if (!standing_due_soon(view, standing))
    return;
  add_payment_card(view, asks, view_text(view, N_("Report the payment here with the bank's slip.")), standing,
                   standing->money.due, error);
}

/* Goods on their way: with whom, where they were seen last, and who signs for them. */
static void add_under_way(const View *view, const Order *order, Value *asks, GError **error) {
  g_autoptr(GPtrArray)
    rows = dict_load_by(view->tx, view->arena, &shipment_record, "order_id", DB_I(order->row.id), error);
  for (guint i = 0; rows && i < rows->len; i++) {
    Shipment *shipment = rows->pdata[i];
    if (g_strcmp0(shipment->row.state, "shipped") || !view_may_see(view, &shipment_record, &shipment->row))
      continue;
    g_autoptr(GPtrArray) offers = act_offers(view, &shipment_record, shipment, error);
    const Words words = {.title = view_text(view, N_("Your goods are on their way to you")),
                         .text = view_text(view, N_("When they have arrived, say here who signed for them.")),
                         .news = TRUE};
    Value *card = add_card(view, asks, &words, &shipment_record, &shipment->row, offers, error);
    act_set_offers(view, card, &shipment_record, &shipment->row, offers, act_next(offers));
  }
}

/* What was wrong with the goods: until it is settled who follows it, and then for good how it ended. */
static void add_claims(const View *view, const Standing *standing, gboolean settled, Value *asks, GError **error) {
  const Order *order = standing->order;
  const Record *record = dict_find("claim");
  const Words words = {
    .title = view_text(view, settled ? N_("What became of what you reported")
                                     : N_("We follow what you reported")),
    .text = view_text(view, settled ? standing->anew ? N_("This is settled; what is made anew is on its way to you.")
                                                   : N_("This is settled.")
                                    : N_("Your order clerk sees to it with the carrier or our departments, and opens a "
                                         "make-up order where something is to be made anew; how it ends is said "
                                         "here.")),
    .news = TRUE};
  g_autoptr(GPtrArray) rows = dict_load_by(view->tx, view->arena, record, "order_id", DB_I(order->row.id), error);
  for (guint i = 0; rows && i < rows->len; i++) {
    Row *claim = rows->pdata[i];
    const gboolean over = g_strcmp0(claim->state, "settled") == 0;
    if (over != settled || !view_may_see(view, record, claim))
      continue;
    g_autoptr(GPtrArray) offers = act_offers(view, record, claim, error);
    const Offer *more = offers && offers->len ? offers->pdata[0] : NULL; /* what can be added stands in sight */
    act_set_offers(view, add_card(view, asks, &words, record, claim, offers, error), record, claim, offers, more);
  }
}

/* What is wrong is found when the goods are unpacked, days after they were signed for. */
static void add_unpacking(const View *view, const Order *order, Value *asks, GError **error) {
  const Words words = {.title = view_text(view, N_("Something wrong with the goods?")),
                       .text = view_text(view, N_("Look at everything when you unpack it; say here what is damaged, "
                                                  "missing or wrong.")),
                       .news = TRUE};
  g_autoptr(GPtrArray)
    rows = dict_load_by(view->tx, view->arena, &shipment_record, "order_id", DB_I(order->row.id), error);
  for (guint i = 0; rows && i < rows->len; i++) {
    Shipment *shipment = rows->pdata[i];
    if (g_strcmp0(shipment->row.state, "delivered") || !view_may_see(view, &shipment_record, &shipment->row) ||
        shipment->signed_date + UNPACKING_DAYS < engine_today(view->engine))
      continue;
    g_autoptr(GPtrArray) offers = act_offers(view, &shipment_record, shipment, error);
    Value *card = add_card(view, asks, &words, NULL, NULL, NULL, error), *commands = value_list(view->arena);
    add_said(view, (Value *)value_get(card, "facts"), N_("Shipment"), shipment->row.number);
    add_said(view, (Value *)value_get(card, "facts"), N_("Signed for on"), view_date(view, shipment->signed_date));
    for (guint k = 0; offers && k < offers->len; k++)
      if (!strcmp(((const Offer *)offers->pdata[k])->command->name, "claim.report"))
        value_append(view->arena, commands, act_item(view, &shipment_record, &shipment->row, offers->pdata[k], FALSE));
    act_set(view, card, commands, value_list(view->arena));
  }
}

/* ---- money ---- */
/* received, reported: what of either is left for this instalment and those behind it. */
static void add_instalment(const View *view, Value *list, const Instalment *line, gint64 *received, gint64 *reported) {
  Arena *arena = view->arena;
  const gint64 paid = CLAMP(*received, 0, line->amount), said = CLAMP(*reported, 0, line->amount - paid);
  *received -= paid, *reported -= said;
  const Choice *kind = dict_choice(dict_field(&instalment_record, "kind")->choices, line->kind);
  const char *before = instalment_due_before(line);
  const char *due = line->due_date != DICT_UNSET
                      ? arena_printf(arena, view_text(view, N_("due %s")), view_date(view, line->due_date))
                      : before ? view_text(view, before) : NULL;
  Value *item = value_append(arena, list, value_map(arena));
  value_set_text(arena, item, "label", kind ? view_text(view, kind->label) : "");
  value_set_text(arena, item, "amount_text", view_money(view, line->amount));
  value_set_text(arena, item, "due_text", due);
  value_set_text(arena, item, "state_text",
                 paid == line->amount ? view_text(view, N_("paid"))
                 : said ? arena_printf(arena, view_text(view, N_("%s reported")), view_money(view, said))
                 : paid ? arena_printf(arena, view_text(view, N_("%s paid")), view_money(view, paid))
                        : view_text(view, N_("open")));
  value_set_text(arena, item, "tone", paid == line->amount ? "good" : paid + said == line->amount ? "info" : "warn");
}

/* Where the newest payment that waits for finance is taken back; NULL: none waits. */
static const char *take_back_href(const View *view, gint64 order_id, GError **error) {
  g_autoptr(GPtrArray) rows = dict_load_by(view->tx, view->arena, &receipt_record, "order_id", DB_I(order_id), error);
  for (guint i = rows ? rows->len : 0; i-- > 0;) {
    const Row *receipt = rows->pdata[i];
    if (!g_strcmp0(receipt->state, "noticed"))
      return arena_printf(view->arena, "%s/receipt.withdraw", view_href(view, &receipt_record, receipt->id));
  }
  return NULL;
}

static gboolean set_money(const View *view, Value *portal, const Standing *standing, GError **error) {
  Arena *arena = view->arena;
  const OrderMoney *money = &standing->money;
  Value *list = value_list(arena);
  const Contract *contract = contract_in_force(view, standing->order->row.id, error);
  g_autoptr(GPtrArray) lines = contract ? dict_load_by(view->tx, arena, &instalment_record, "parent_id",
                                                       DB_I(contract->row.id), error) : NULL;
  gint64 received = order_settled(money), reported = money->noticed;
  for (const Choice *kind = dict_field(&instalment_record, "kind")->choices; lines && kind->code; kind++)
    for (guint i = 0; i < lines->len; i++) {
      const Instalment *line = lines->pdata[i];
      if (g_strcmp0(line->row.state, "removed") && !g_strcmp0(line->kind, kind->code))
        add_instalment(view, list, line, &received, &reported);
    }
  value_set_bool(arena, portal, "has_money", list->count > 0);
  value_set(arena, portal, "money", list);
  const char *of = money->written_off ? N_("%s of %s received, %s written off") : N_("%s of %s received");
  value_set_text(arena, portal, "money_text",
                 arena_printf(arena, view_text(view, of), view_money(view, money->received),
                              view_money(view, money->contract), view_money(view, money->written_off)));
  value_set_text(arena, portal, "reported_text",
                 money->noticed > 0 ? arena_printf(arena, view_text(view, N_("%s reported, being checked by us")),
                                                   view_money(view, money->noticed)) : NULL);
  value_set_text(arena, portal, "reported_href",
                 money->noticed > 0 ? take_back_href(view, standing->order->row.id, error) : NULL);
  value_set_text(arena, portal, "surplus_text",
                 received > 0 ? arena_printf(arena, view_text(view, N_("You have paid %s more than the contract asks; "
                                                                      "tell us whether we pay it back or put it "
                                                                      "towards another order.")),
                                             view_money(view, received)) : NULL);
  return !error || !*error;
}

/* Two bank slips are told apart by the payments that they belong to. */
static void tell_apart(const View *view, Value *papers, const GPtrArray *titles) {
  g_autoptr(GHashTable) named = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < papers->count; i++) {
    const char *label = value_get(papers->items[i], "label")->text;
    const guint before = GPOINTER_TO_UINT(g_hash_table_lookup(named, label));
    g_hash_table_insert(named, (gpointer)label, GUINT_TO_POINTER(before + 1));
  }
  for (guint i = 0; i < papers->count; i++) {
    Value *label = (Value *)value_get(papers->items[i], "label");
    if (GPOINTER_TO_UINT(g_hash_table_lookup(named, label->text)) > 1 && titles->pdata[i])
      label->text = arena_printf(view->arena, "%s · %s", label->text, (const char *)titles->pdata[i]);
  }
}

/* Every paper of the order that still counts, each once, and the steps that hold something. */
static void set_details(const View *view, const Walk *walk, Value *portal) {
  Arena *arena = view->arena;
  Value *papers = value_list(arena), *steps = value_list(arena);
  g_autoptr(GPtrArray) titles = g_ptr_array_new(); /* whose paper each is */
  for (guint i = 0; i < PROCEDURE_STEPS; i++) {
    const Value *records = walk->steps[i].records;
    for (guint k = 0; k < records->count; k++) {
      const Value *own = value_get(records->items[k], "papers"), *past = value_get(records->items[k], "is_past");
      if (past && past->integer)
        continue;
      const Value *title = value_get(records->items[k], "title");
      for (guint n = 0; n < own->count; n++) {
        value_append(arena, papers, own->items[n]);
        g_ptr_array_add(titles, title ? (gpointer)title->text : NULL);
      }
    }
    if (!records->count)
      continue;
    Value *step = value_append(arena, steps, value_map(arena));
    value_set_text(arena, step, "title", view_text(view, procedure_steps[i].title));
    value_set_integer(arena, step, "number", VALUE_NUMBER, (gint64)i + 1);
    value_set(arena, step, "records", (Value *)records);
  }
  tell_apart(view, papers, titles);
  value_set_bool(arena, portal, "has_papers", papers->count > 0);
  value_set(arena, portal, "papers", papers);
  value_set(arena, portal, "steps", steps);
}

/* The day that matters now; the day agreed on, where that is another or has moved, and why. */
static void set_days(const View *view, Value *portal, const Standing *standing, GError **error) {
  Arena *arena = view->arena;
  const Order *order = standing->order;
  const char *tone, *day = standing_day(view, standing, &tone);
  const char *note = order->due_date == DICT_UNSET ? NULL : order_extended(view, &order->row, error);
  const gboolean agreed = order->due_date != DICT_UNSET && g_strcmp0(order->row.state, "cancelled") &&
                          (note || order->expected_date != DICT_UNSET || standing_delivered(standing));
  value_set_text(arena, portal, "due_text", day);
  value_set_text(arena, portal, "due_tone", tone);
  const char *late = view_late(view, &order_record, dict_field(&order_record, "due_date"), order);
  value_set_text(arena, portal, "agreed_text",
                 agreed ? arena_printf(arena, view_text(view, N_("agreed for %s")), view_date(view, order->due_date))
                        : NULL);
  value_set_text(arena, portal, "late_text", late);
  value_set_text(arena, portal, "due_note", note);
}

/* What a make-up order makes up for. */
static void set_source(const View *view, Value *portal, const Order *order, GError **error) {
  const Order *source = NULL;
  if (order->source > 0)
    source = dict_load(view->tx, view->arena, &order_record, order->source, error);
  const gboolean seen = source && view_may_see(view, &order_record, &source->row);
  value_set_text(view->arena, portal, "source_text", seen ? source->row.number : NULL);
  value_set_text(view->arena, portal, "source_href", seen ? view_href(view, &order_record, source->row.id) : NULL);
}

Value *view_portal_order(const View *view, void *data, GError **error) {
  Arena *arena = view->arena;
  const Order *order = data;
  g_auto(Walk) walk = {0};
  Standing standing;
  Value *portal = value_map(arena), *asks = value_list(arena);
  if (!step_walk(&walk, view, data, error) || !standing_load(&standing, view, order, error) ||
      !set_money(view, portal, &standing, error))
    return NULL;
  add_owed_asks(&walk, &standing, asks, error);
  add_start(&walk, asks, error);
  add_payment(view, &standing, asks, error);
  add_under_way(view, order, asks, error);
  add_claims(view, &standing, FALSE, asks, error);
  value_set_text(arena, portal, "headline", asks->count ? NULL : standing_sentence(view, &standing));
  add_claims(view, &standing, TRUE, asks, error);
  add_unpacking(view, order, asks, error);
  value_set_text(arena, portal, "number", order->row.number);
  value_set_text(arena, portal, "title", order->name);
  set_source(view, portal, order, error);
  if (!view_set_makeups(view, order, portal, error))
    return NULL;
  set_days(view, portal, &standing, error);
  set_stages(view, portal, &standing);
  if (!set_production(view, portal, order, error))
    return NULL;
  value_set(arena, portal, "asks", asks);
  set_details(view, &walk, portal);
  return portal;
}
