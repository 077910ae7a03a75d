/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Open orders by step: a column for each step there is, its most urgent orders as cards, and the way to all of them.
   What narrows the list narrows the columns too. */
#include "party/party.h"
#include "step/procedure.h"
#include "view/view.h"
#include <string.h>

enum { CARDS = 20 /* of one column */ };

/* The list asked for with these orders only, without the kanban. */
static ViewQuery as_list(const ViewQuery *query) {
  static const ViewPair open = {"state", "open"}, urgent = {"sort", "due_date"};
  ViewQuery list = *query;
  list.pairs = g_array_new(FALSE, FALSE, sizeof(ViewPair));
  for (guint i = 0; i < query->given; i++) {
    const ViewPair *pair = &g_array_index(query->pairs, ViewPair, i);
    static const char *const own[] = {"view", "state", "sort", NULL};
    if (!g_strv_contains(own, pair->name))
      g_array_append_vals(list.pairs, pair, 1);
  }
  g_array_append_val(list.pairs, open);
  g_array_append_val(list.pairs, urgent);
  list.given = list.pairs->len;
  return list;
}

/* Conditions of a column: those given but of the state, the state, the step. FALSE: another step is asked for. */
static gboolean column_page(const ViewQuery *query, gint64 step, DictCondition *where, DictPage *page) {
  const Field *state = dict_column(query->record, "state"), *at = dict_column(query->record, "step");
  guint count = 0;
  for (guint i = 0; i < query->page.conditions; i++) {
    const DictCondition *given = &query->where[i];
    const gint64 least = given->op == DICT_TO ? 1 : given->cell.integer;
    const gint64 most = given->op == DICT_FROM ? PROCEDURE_STEPS : given->cell.integer;
    if (given->field == at && (step < least || step > most))
      return FALSE;
    if (given->field != state && given->field != at)
      where[count++] = *given;
  }
  where[count++] = (DictCondition){.field = state, .cell = DB_T(query->record->states[0].code)};
  where[count++] = (DictCondition){.field = at, .cell = DB_I(step)};
  *page = query->page;
  page->where = where;
  page->conditions = count;
  page->sort = dict_column(query->record, "due_date");
  page->ascending = TRUE;
  page->edge = NULL;
  page->back = FALSE;
  page->most = CARDS;
  return TRUE;
}

static void add_card(const View *view, Value *cards, const Order *order, GError **error) {
  Arena *arena = view->arena;
  Value *card = value_append(arena, cards, value_map(arena));
  const void *dealer = dict_load(view->tx, arena, &dealer_record, order->row.dealer_id, error);
  const gint64 due = order->due_date;
  const char *late = view_late(view, &order_record, dict_column(&order_record, "due_date"), order);
  const char *later = view_late(view, &order_record, dict_column(&order_record, "expected_date"), order);
  value_set_text(arena, card, "href", view_href(view, &order_record, order->row.id));
  value_set_text(arena, card, "number_text", order->row.number);
  value_set_text(arena, card, "title", order->name);
  value_set_text(arena, card, "dealer_text", dealer ? view_name(view, &dealer_record, dealer) : NULL);
  value_set_text(arena, card, "waits_on", view_waits(view, order->row.id, error));
  value_set_text(arena, card, "due_text", due == DICT_UNSET ? NULL : view_date(view, due));
  value_set_text(arena, card, "late_text", late);
  value_set_text(arena, card, "later_text", later);
  value_set_text(arena, card, "tone", late ? "bad" : due == engine_today(view->engine) ? "warn" : "calm");
}

/* A column whose orders are read; cards are made when those of all columns are, for what they refer to is read
   together. */
typedef struct {
  gint64 step;
  const char *count;  /* as text; NULL: not counted */
  gint64 matches;     /* -1: not counted */
  GPtrArray *orders;  /* owned */
} Column;

static void column_clear(Column *column) {
  g_clear_pointer(&column->orders, g_ptr_array_unref);
}

static gboolean read_column(const View *view, const ViewQuery *query, const ViewQuery *list, gint64 step, GArray *all,
                            GError **error) {
  DictCondition where[G_N_ELEMENTS(query->where) + 2];
  DictPage page;
  if (!column_page(query, step, where, &page))
    return TRUE;
  ViewQuery counted = *list;
  counted.page = page;
  Column column = {.step = step, .count = view_query_count(view, &counted, error), .matches = counted.matches};
  page.many = counted.page.many;
  if (counted.matches >= 0 || *query->q)
    column.orders = dict_load_page(view->tx, view->arena, query->record, &page, NULL, error);
  if (column.orders)
    g_array_append_val(all, column);
  return column.orders != NULL;
}

static void add_column(const View *view, Value *columns, const ViewQuery *query, const ViewQuery *list,
                       const Column *read, GError **error) {
  Arena *arena = view->arena;
  Value *column = value_append(arena, columns, value_map(arena)), *cards = value_list(arena);
  for (guint i = 0; i < read->orders->len; i++)
    if (view_may_see(view, query->record, read->orders->pdata[i]))
      add_card(view, cards, read->orders->pdata[i], error);
  const char *number = arena_printf(arena, "%" G_GINT64_FORMAT, read->step);
  const gboolean more = *query->q ? read->orders->len == CARDS : read->matches > CARDS;
  value_set_text(arena, column, "number", number);
  value_set_text(arena, column, "title", view_text(view, procedure_steps[read->step - 1].title));
  value_set_text(arena, column, "count_text",
                 read->count ? read->count : arena_printf(arena, more ? "%u+" : "%u", cards->count));
  value_set_bool(arena, column, "is_empty", cards->count == 0);
  value_set(arena, column, "cards", cards);
  value_set_text(arena, column, "more_href", more ? view_query_href(view, list, "", "step", number) : NULL);
}

Value *view_kanban(const View *view, const ViewQuery *query, GError **error) {
  Arena *arena = view->arena;
  Value *kanban = value_map(arena), *columns = value_list(arena);
  g_auto(ViewQuery) list = as_list(query);
  g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Column));
  g_array_set_clear_func(all, (GDestroyNotify)column_clear);
  for (gint64 step = 1; step <= PROCEDURE_STEPS; step++)
    if (procedure_steps[step - 1].exists && !read_column(view, query, &list, step, all, error))
      return NULL;
  GError *fault = NULL;
  for (guint i = 0; i < all->len && !fault; i++)
    add_column(view, columns, query, &list, &g_array_index(all, Column, i), &fault);
  if (fault) {
    g_propagate_error(error, fault);
    return NULL;
  }
  value_set_text(arena, kanban, "title", view_text(view, N_("Orders by step")));
  value_set_text(arena, kanban, "list_href", view_query_href(view, query, "", "view", NULL));
  value_set(arena, kanban, "columns", columns);
  return kanban;
}
