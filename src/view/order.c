/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order page: what now, the strip of seventeen steps, what each holds, money at a glance. The page of any other
   record has the same parts without the strip. */
#include "party/party.h"
#include "step/s08-extension.h"
#include "view/sums.h"
#include "view/step.h"
#include <string.h>

const char *order_extended(const View *view, const Row *order, GError **error) {
  const gint64 days = ((const Order *)order)->extended;
  g_autoptr(GPtrArray) rows = days == DICT_UNSET ? NULL : dict_load_by(view->tx, view->arena, &extension_record,
                                                                       "order_id", DB_I(order->id), error);
  g_autoptr(GString) causes = g_string_new(NULL);
  for (const Choice *cause = dict_field(&extension_record, "cause")->choices; rows && cause->code; cause++)
    for (guint i = 0; i < rows->len; i++) {
      const Extension *extension = rows->pdata[i];
      const gboolean counts = extension->due_after != DICT_UNSET && !g_strcmp0(extension->cause, cause->code);
      if (!counts)
        continue;
      g_string_append_printf(causes, "%s%s", causes->len ? lang_comma(view->viewer->language) : "",
                             view_text(view, cause->label));
      break;
    }
  return causes->len ? arena_printf(view->arena, view_text(view, N_("extended by %d days: %s")), (int)days, causes->str)
                     : NULL;
}

/* The day that counts: until when, or of an order since when it is delivered; and by how much it is late. */
static void set_due(const View *view, const Record *record, const void *data, Value *order, GError **error) {
  const Order *whole = record == &order_record ? data : NULL;
  const Field *field = dict_field(record, "due_date");
  const gint64 due = field && dict_is_set(field, data) ? *dict_integer(field, data) : DICT_UNSET;
  const gboolean delivered = whole && whole->delivered_date != DICT_UNSET;
  const gboolean set = (delivered || due != DICT_UNSET) && !(whole && !g_strcmp0(whole->row.state, "cancelled"));
  const gint64 left = due != DICT_UNSET ? due - engine_today(view->engine) : 0;
  const char *said = delivered ? N_("delivered on %s") : whole ? N_("delivery due %s") : N_("due %s");
  value_set_text(view->arena, order, "due_text",
                 set ? arena_printf(view->arena, view_text(view, said),
                                    view_date(view, delivered ? whole->delivered_date : due)) : NULL);
  value_set_text(view->arena, order, "due_late", set && field->deadline ? view_late(view, record, field, data) : NULL);
  value_set_text(view->arena, order, "due_note", set && whole ? order_extended(view, data, error) : NULL);
  value_set_text(view->arena, order, "due_tone",
                 delivered ? "good" : set && left < 0 ? "bad" : set && left < 7 ? "warn" : "info");
}

/* The record under whose rows all rows of this one are made; NULL: there are several such records, or none. */
static const Record *made_under(const Record *record) {
  guint count;
  const Command *const *commands = workflow_commands(&count);
  const char *under = NULL;
  for (guint i = 0; i < count; i++) {
    if (!commands[i]->creates || strcmp(commands[i]->record, record->name))
      continue;
    if (!commands[i]->under || (under && strcmp(under, commands[i]->under)))
      return NULL;
    under = commands[i]->under;
  }
  return under ? dict_find(under) : NULL;
}

/* Where the row hangs: its dealer, its project or its order, and what it was made for (a claim: the shipment). */
static void set_crumbs(const View *view, const Record *record, const void *data, Value *order, GError **error) {
  const Row *row = data;
  Arena *arena = view->arena;
  const Record *under = made_under(record);
  Value *crumbs = value_set(arena, order, "crumbs", value_list(arena));
  const struct {
    const Record *record;
    gint64 id;
  } above[] = {{&dealer_record, record == &dealer_record ? 0 : row->dealer_id},
               {&project_record, record == &order_record ? ((const Order *)data)->project : 0},
               {&order_record, record == &order_record ? 0 : row->order_id},
               {under, under && under->prefix && under->step ? row->parent_id : 0}};
  for (guint i = 0; i < G_N_ELEMENTS(above); i++) {
    const void *other = above[i].id > 0 ? dict_load(view->tx, arena, above[i].record, above[i].id, error) : NULL;
    if (!other || !view_may_see(view, above[i].record, other))
      continue;
    Value *crumb = value_append(arena, crumbs, value_map(arena));
    value_set_text(arena, crumb, "label", view_title(view, above[i].record, other));
    value_set_text(arena, crumb, "href", view_href(view, above[i].record, above[i].id));
  }
}

/* What is still open of an order though it may be over: something wrong with its goods. NULL: nothing. */
static const char *open_claims(const View *view, gint64 order_id, GError **error) {
  const DbResult *found = db_query(view->tx, view->arena, "SELECT COUNT(*) FROM claim WHERE order_id = $1 AND state <> "
                                                          "'settled'", DB_ARGS(DB_I(order_id)), error);
  const gint64 count = found && found->rows ? DB_CELL(found, 0, 0)->integer : 0;
  return count ? arena_printf(view->arena, view_text(view, N_("Claims open: %d")), (int)count) : NULL;
}

static void set_head(const View *view, const Record *record, const void *data, Value *order, GError **error) {
  const Row *row = data;
  Arena *arena = view->arena;
  const Field *kind = dict_field(record, "kind");
  const char *href;
  value_set_text(arena, order, "number", view_title(view, record, data));
  value_set_text(arena, order, "list_text", view_text(view, record->plural));
  const char *list = view_may_list(view, record) ? arena_printf(arena, "/%s", view_plural(view, record)) : NULL;
  value_set_text(arena, order, "list_href", list);
  value_set(arena, order, "kind_text",
            kind ? view_value(view, kind, data, &href, error) : value_text(arena, view_kind(view, record, data)));
  value_set_text(arena, order, "state_text", view_state(view, record, row, error));
  value_set_text(arena, order, "tone", view_tone(record, row->state));
  value_set_text(arena, order, "open_text",
                 record == &order_record ? open_claims(view, row->id, error) : NULL);
  set_crumbs(view, record, data, order, error);
  set_due(view, record, data, order, error);
}

static void add_sum(const View *view, Value *sums, const char *label, gint64 fen, const char *note, const char *tone) {
  Value *item = value_append(view->arena, sums, value_map(view->arena));
  value_set_text(view->arena, item, "label", view_text(view, label));
  value_set_integer(view->arena, item, "amount", VALUE_MONEY, fen);
  value_set_text(view->arena, item, "note", note);
  value_set_text(view->arena, item, "tone", tone);
}

/* How long goods have been kept that are not paid for; NULL: none are. */
static const char *stored_text(const View *view, gint64 open, gint64 since) {
  if (!open || !since)
    return NULL;
  return arena_printf(view->arena, view_text(view, N_("goods in store since %s, %d days")), view_date(view, since),
                      (int)(engine_today(view->engine) - since));
}

static void add_sums(const View *view, Value *sums, const OrderMoney *money) {
  const gboolean late = money->due != DICT_UNSET && money->due < engine_today(view->engine);
  const char *when = money->due != DICT_UNSET ? view_date(view, money->due)
                     : money->before ? view_text(view, money->before) : NULL;
  const char *noticed = arena_printf(view->arena, view_text(view, N_("%s reported, not confirmed yet")),
                                     view_money(view, money->noticed));
  const gint64 open = MAX(0, money->contract - order_settled(money));
  add_sum(view, sums, N_("Contract amount"), money->contract,
          money->in_force ? NULL : view_text(view, N_("Not in force yet: nothing is owed")), NULL);
  if (money->in_force || money->received || money->noticed)
    add_sum(view, sums, N_("Received"), money->received, money->noticed ? noticed : NULL,
            open || money->over ? NULL : "good");
  if (money->written_off)
    add_sum(view, sums, N_("Written off"), money->written_off, NULL, NULL);
  if (money->over || money->refunded)
    add_sum(view, sums, N_("Paid back"), money->refunded, NULL, NULL);
  if (order_settled(money) > money->contract && !money->over)
    add_sum(view, sums, N_("Overpaid"), order_settled(money) - money->contract, NULL, "warn");
  else if (money->in_force && !money->over)
    add_sum(view, sums, N_("Still open"), open, stored_text(view, open, money->stored), NULL);
  if (money->next)
    add_sum(view, sums, N_("Due next"), money->next,
            when ? arena_printf(view->arena, "%s · %s", view_text(view, money->kind), when)
                 : view_text(view, money->kind),
            late ? "bad" : "warn");
}

static gboolean set_money(const View *view, gint64 order_id, Value *order, GError **error) {
  Arena *arena = view->arena;
  OrderMoney money;
  if (!order_money(view, order_id, &money, error))
    return FALSE;
  Value *sums = value_list(arena);
  if (money.contract)
    add_sums(view, sums, &money);
  value_set_bool(arena, order, "has_money", sums->count > 0);
  value_set(arena, order, "money", sums);
  value_set_integer(arena, order, "money_percent", VALUE_NUMBER,
                    money.contract ? MIN(100, order_settled(&money) * 100 / money.contract) : 0);
  return TRUE;
}

/* Acts on the order itself, not on a step of it. */
static void set_own_commands(const Walk *walk, Value *order) {
  const View *view = walk->view;
  Value *more = value_list(view->arena);
  for (guint i = 0; i < walk->offers->len; i++) {
    const Offer *offer = walk->offers->pdata[i];
    if (!offer->command->step && strcmp(offer->command->record, comment_record.name) &&
        workflow_may(view->viewer, offer->command))
      value_append(view->arena, more, act_item(view, walk->record, walk->order, offer, FALSE));
  }
  act_set(view, order, value_list(view->arena), more);
}

static Value *whole_order(const View *view, void *data, GError **error) {
  Arena *arena = view->arena;
  g_auto(Walk) walk = {0};
  Value *order = value_map(arena);
  if (!step_walk(&walk, view, data, error) || !set_money(view, ((Row *)data)->id, order, error))
    return NULL;
  Value *now = step_now(&walk);
  set_head(view, &order_record, data, order, error);
  value_set(arena, order, "facts", view_facts(view, &order_record, data, error));
  set_own_commands(&walk, order);
  value_set_bool(arena, order, "has_now", now->count > 0);
  value_set(arena, order, "now", now);
  value_set(arena, order, "steps", step_items(&walk, error));
  if (!view_set_makeups(view, data, order, error))
    return NULL;
  const gboolean waits = now->count > 0 || value_truth(value_get(order, "has_makeups"));
  return view_set_closing(view, data, waits, order, error) ? order : NULL;
}

/* What the viewer owes on the row, most urgent first; else what moves it on. */
static const Offer *first_act(const View *view, const Record *record, const Row *row, const GPtrArray *offers,
                              GError **error) {
  const DbResult *found = db_query(view->tx, view->arena,
                                   "SELECT name, role FROM duty WHERE row_id = $1 AND record = $2 AND closed_at IS NULL"
                                   " AND (renewed_at IS NULL OR due <= $3) ORDER BY due, id",
                                   DB_ARGS(DB_I(row->id), DB_T(record->name), DB_I(engine_today(view->engine))), error);
  for (guint i = 0; found && i < found->rows; i++) {
    const Duty *duty = workflow_duty(DB_CELL(found, i, 0)->text);
    const guint role = (guint)DB_CELL(found, i, 1)->integer;
    const Command *asked = duty && duty->act ? workflow_find(duty->act) : NULL;
    for (guint k = 0; asked && (role & (view->viewer->roles | view->viewer->substitutes)) && k < offers->len; k++) {
      const Offer *offer = offers->pdata[k];
      if (offer->command == asked && !*offer->unmet)
        return offer;
    }
  }
  return act_next(offers);
}

static Value *any_record(const View *view, const Record *record, void *data, GError **error) {
  Arena *arena = view->arena;
  g_autoptr(GPtrArray) offers = act_offers(view, record, data, error);
  Value *tables = offers ? view_lines(view, record, data, offers, error) : NULL;
  if (!tables || !view_add_goods(view, record, data, ((Row *)data)->order_id, tables, error) ||
      !view_add_related(view, record, data, tables, error))
    return NULL;
  Value *order = value_map(arena), *papers = view_papers(view, record, data, error);
  if (!sums_set(view, record, data, order, error))
    return NULL;
  set_head(view, record, data, order, error);
  value_set_text(arena, order, "note_text", act_note(view, record, data));
  value_set(arena, order, "facts", view_facts(view, record, data, error));
  const Offer *first = first_act(view, record, data, offers, error);
  act_set_offers(view, order, record, data, offers, first && !*first->unmet ? first : NULL);
  value_set(arena, order, "tables", tables);
  value_set_bool(arena, order, "has_papers", papers->count > 0);
  value_set(arena, order, "papers", papers);
  return order;
}

Value *view_order(const View *view, const Record *record, void *data, GError **error) {
  return record == &order_record ? whole_order(view, data, error) : any_record(view, record, data, error);
}
