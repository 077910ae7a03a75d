/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How it stands with a dealer, or a project: orders, and the money of the contracts in force, as far as the viewer may
   know of them. Cancelled orders do not count. */
#include "party/party.h"
#include "view/order.h"
#include "view/sums.h"

/* $1: the dealer or the project, $2 (of OVERDUE): today. An order is delivered when some of its goods have arrived. */
#define ORDERS(whose)                                                                                                \
  "SELECT COUNT(*), CAST(SUM(CASE WHEN EXISTS (SELECT 1 FROM shipment s WHERE s.order_id = o.id AND"                 \
  " s.state = 'delivered') THEN 1 ELSE 0 END) AS BIGINT) FROM \"order\" o WHERE o.state <> 'cancelled' AND " whose
#define PAID(state)                                                                                                  \
  "(SELECT COALESCE(SUM(a.amount), 0) FROM allocation a JOIN receipt r ON r.id = a.parent_id WHERE"                  \
  " a.contract = c.id AND a.state = 'active' AND r.state = " state ")"
#define MONEY_IN "'confirmed' AND COALESCE(r.written_off, 0) = 0"
#define WRITTEN_OFF "'confirmed' AND r.written_off = 1"
#define CONTRACTS                                                                                                    \
  "FROM contract c JOIN \"order\" o ON o.id = c.order_id WHERE c.state = 'effective' AND o.state <> 'cancelled' AND "
#define MONEY(whose)                                                                                                 \
  "SELECT CAST(SUM(c.amount) AS BIGINT), CAST(SUM(" PAID(MONEY_IN) ") AS BIGINT), CAST(SUM(" PAID(WRITTEN_OFF)        \
  ") AS BIGINT), CAST(SUM(" PAID("'noticed'") ") AS BIGINT) " CONTRACTS whose
/* Money pays the first kinds first, as in order_money(): what is missing of each instalment when its day is past. */
#define OVERDUE(whose)                                                                                               \
  "SELECT CAST(SUM(CASE WHEN w.missing <= 0 THEN 0 WHEN w.missing < w.amount THEN w.missing ELSE w.amount END) AS"   \
  " BIGINT) FROM (SELECT i.amount, " ORDER_PAY_BY " AS due, SUM(i.amount) OVER (PARTITION BY c.id ORDER BY CASE"     \
  " i.kind WHEN 'deposit' THEN 1 WHEN 'progress' THEN 2 WHEN 'balance' THEN 3 ELSE 4 END, i.id) - "                  \
  PAID("'confirmed'") " AS missing FROM instalment i JOIN contract c ON c.id = i.parent_id JOIN \"order\" o ON"      \
  " o.id = c.order_id WHERE i.state = 'active' AND c.state = 'effective' AND o.state <> 'cancelled' AND " whose      \
  ") AS w WHERE w.due < $2"
#define OF_DEALER "o.dealer_id = $1"
#define OF_PROJECT "o.project = $1"
static const struct {
  const Record *record;
  const char *whose; /* the column of orders that names it */
  const char *orders, *money, *overdue;
} questions[] = {
  {&dealer_record, "dealer_id", ORDERS(OF_DEALER), MONEY(OF_DEALER), OVERDUE(OF_DEALER)},
  {&project_record, "project", ORDERS(OF_PROJECT), MONEY(OF_PROJECT), OVERDUE(OF_PROJECT)},
};

/* Counts, and sums in fen. */
typedef struct {
  gint64 orders, delivered, late;
  gint64 contracted, received, written_off, noticed, overdue;
  const char *late_href; /* the list of those that are late */
} Sums;

/* The numbers of a question's one row, 0 where there is none. */
static gboolean ask(const View *view, const char *sql, const DbCell *args, guint given, gint64 **numbers, guint count,
                    GError **error) {
  const DbResult *found = db_query(view->tx, view->arena, sql, args, given, error);
  for (guint i = 0; found && i < count; i++)
    *numbers[i] = DB_CELL(found, 0, i)->integer;
  return found != NULL;
}

static gint64 count_late(const View *view, const char *whose, gint64 id, GError **error) {
  DictCondition where[1 + DICT_LATE] = {{.field = dict_column(&order_record, whose), .cell = DB_I(id)}};
  const DictPage page = {.where = where,
                         .conditions = 1 + dict_late(&order_record, dict_field(&order_record, "due_date"),
                                                     engine_today(view->engine), where + 1)};
  return dict_count_page(view->tx, view->arena, &order_record, &page, error);
}

static gboolean load(const View *view, const Record *record, gint64 id, Sums *all, GError **error) {
  const DbCell args[] = {DB_I(id), DB_I(engine_today(view->engine))};
  guint i = 0;
  while (questions[i].record != record)
    i++;
  gint64 *orders[] = {&all->orders, &all->delivered};
  gint64 *money[] = {&all->contracted, &all->received, &all->written_off, &all->noticed};
  gint64 *overdue[] = {&all->overdue};
  all->late_href = arena_printf(view->arena, "/%s?filter=overdue&%s=%" G_GINT64_FORMAT,
                                view_plural(view, &order_record), questions[i].whose, id);
  all->late = count_late(view, questions[i].whose, id, error);
  return all->late >= 0 && ask(view, questions[i].orders, args, 1, orders, 2, error) &&
         ask(view, questions[i].money, args, 1, money, 4, error) &&
         ask(view, questions[i].overdue, args, 2, overdue, 1, error);
}

static void add(const View *view, Value *sums, const char *label, ValueKind kind, gint64 number, const char *note,
                const char *tone, const char *href) {
  Value *item = value_append(view->arena, sums, value_map(view->arena));
  value_set_text(view->arena, item, "label", view_text(view, label));
  value_set_integer(view->arena, item, "amount", kind, number);
  value_set_text(view->arena, item, "note", note);
  value_set_text(view->arena, item, "tone", number ? tone : NULL);
  value_set_text(view->arena, item, "href", number ? href : NULL);
}

gboolean sums_set(const View *view, const Record *record, const Row *row, Value *page, GError **error) {
  const gboolean asked = record == &dealer_record || record == &project_record;
  Sums all = {0};
  Value *sums = value_list(view->arena);
  if (asked && !load(view, record, row->id, &all, error))
    return FALSE;
  if (all.orders) {
    add(view, sums, N_("Orders"), VALUE_NUMBER, all.orders, NULL, NULL, NULL);
    add(view, sums, N_("Delivered"), VALUE_NUMBER, all.delivered, NULL, "good", NULL);
    add(view, sums, N_("Delivery overdue"), VALUE_NUMBER, all.late, NULL, "bad", all.late_href);
  }
  if (all.orders && view_may_know(view, &contract_record)) {
    const char *noticed = arena_printf(view->arena, view_text(view, N_("%s reported, not confirmed yet")),
                                       view_money(view, all.noticed));
    add(view, sums, N_("Contracts in force"), VALUE_MONEY, all.contracted, NULL, NULL, NULL);
    add(view, sums, N_("Received"), VALUE_MONEY, all.received, all.noticed ? noticed : NULL, NULL, NULL);
    if (all.written_off)
      add(view, sums, N_("Written off"), VALUE_MONEY, all.written_off, NULL, NULL, NULL);
    add(view, sums, N_("Still open"), VALUE_MONEY, MAX(0, all.contracted - all.received - all.written_off), NULL, NULL,
        NULL);
    add(view, sums, N_("Payment overdue"), VALUE_MONEY, all.overdue, NULL, "bad", NULL);
  }
  value_set_bool(view->arena, page, "has_sums", sums->count > 0);
  value_set(view->arena, page, "sums", sums);
  return TRUE;
}
