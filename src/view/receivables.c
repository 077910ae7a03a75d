/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Receivables by age: what is owed of each instalment of the contracts in force, due since when. One statement finds
   them among the orders that are not settled, of which an index knows; the page shows a part of them. */
#include "view/receivables.h"
#include "base/date.h"
#include "dict/sheet.h"
#include "party/party.h"
#include "step/s06-contract.h"
#include "view/order.h"
#include <string.h>

#define DICT_NAME receivable
#define DICT_TYPE Receivable
#define DICT_DEF "view/receivable.def"
#include "dict/declare.h"

enum { ALL_ROLES = ROLE_FINANCE | ROLE_MANAGER | ROLE_GM, COLUMNS = G_N_ELEMENTS(receivable_fields) };

/* By days overdue, at most; the last has no end. */
static const struct {
  const char *name, *label, *age_tone, *tone; /* of the bar, and of a row's tag */
  gint64 most;
} ages[] = {{"not_due", N_("Not due yet"), "info", "info", 0}, {"30", N_("1–30 days"), "warn", "warn", 30},
            {"60", N_("31–60 days"), "late", "warn", 60},     {"90", N_("61–90 days"), "later", "bad", 90},
            {"over", N_("Over 90 days"), "bad", "bad", G_MAXINT64}};
enum { AGES = G_N_ELEMENTS(ages) };

/* All that is owed, and how it adds up. */
typedef struct {
  GPtrArray *rows;             /* of Receivable, in the arena, as asked for; owned */
  GHashTable *dealers;         /* id → name, of all that owe something; owned */
  gint64 sums[AGES], counts[AGES]; /* by age, of the dealer asked for */
} Found;

static void found_clear(Found *found) {
  g_clear_pointer(&found->rows, g_ptr_array_unref);
  g_clear_pointer(&found->dealers, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Found, found_clear)

gboolean receivables_may(const Viewer *viewer) {
  return ((viewer->roles | viewer->substitutes) & (ALL_ROLES | ROLE_CLERK)) != 0;
}

/* Money pays the first kinds first, as in order_money(). $1: the clerk whose orders are meant, 0: all. */
#define PAID(state)                                                                                                  \
  "(SELECT COALESCE(SUM(a.amount), 0) FROM contract k JOIN allocation a ON a.contract = k.id JOIN receipt r ON "    \
  "r.id = a.parent_id WHERE k.order_id = o.id AND a.state = 'active' AND r.state = '" state "')"
static const char statement[] =
  "SELECT w.id, w.order_id, w.dealer_id, w.number, w.name, d.name, w.kind, CAST(w.amount AS BIGINT), CAST(w.asked AS "
  "BIGINT), CAST(w.paid AS BIGINT), CAST(w.said AS BIGINT), w.due, u.name, (SELECT MAX(m.created_at) FROM reminder m "
  "WHERE m.order_id = w.order_id), (SELECT MIN(g.received_date) FROM stored_goods g WHERE g.order_id = w.order_id AND "
  "g.state = 'in_store') FROM (SELECT i.id, o.id AS order_id, o.dealer_id, o.number, o.name, o.clerk, i.kind, "
  "i.amount, SUM(i.amount) OVER (PARTITION BY c.id ORDER BY CASE i.kind WHEN 'deposit' THEN 1 WHEN 'progress' THEN 2 "
  "WHEN 'balance' THEN 3 ELSE 4 END, i.id) AS asked, " PAID("confirmed") " AS paid, " PAID("noticed") " AS said, "
  ORDER_PAY_BY " AS due FROM \"order\" o JOIN contract c ON c.order_id = o.id AND c.state = 'effective' JOIN "
  "instalment i ON i.parent_id = c.id AND i.state = 'active' WHERE o.state = 'open' AND o.settled_date IS NULL AND "
  "(CAST($1 AS BIGINT) = 0 OR o.clerk = $1)) AS w LEFT JOIN dealer d ON d.id = w.dealer_id LEFT JOIN \"user\" u ON "
  "u.id = w.clerk "
  "WHERE w.asked > w.paid";

static gint64 or_unset(const DbCell *cell) {
  return cell->kind == DB_INTEGER ? cell->integer : DICT_UNSET;
}

/* What covers this instalment of a sum that pays those before it first. */
static gint64 covered(gint64 sum, gint64 asked, gint64 amount) {
  return CLAMP(sum - (asked - amount), 0, amount);
}

static Receivable *row_of(const View *view, const DbCell *cell, gint64 today) {
  Receivable *row = arena_new_of(view->arena, Receivable, 1);
  const gint64 amount = cell[7].integer, asked = cell[8].integer, paid = cell[9].integer;
  row->row = (Row){.id = cell[0].integer, .order_id = cell[1].integer, .dealer_id = cell[2].integer};
  row->order = arena_printf(view->arena, "%s %s", cell[3].text, cell[4].text ? cell[4].text : "");
  row->dealer = cell[5].text;
  row->kind = cell[6].text;
  row->owed = amount - covered(paid, asked, amount);
  const gint64 said = covered(paid + cell[10].integer, asked, amount) - covered(paid, asked, amount);
  row->reported = said ? said : DICT_UNSET;
  row->due_date = or_unset(&cell[11]);
  row->days = row->due_date != DICT_UNSET && row->due_date < today ? today - row->due_date : DICT_UNSET;
  row->clerk = cell[12].text;
  row->reminded = cell[13].kind == DB_INTEGER ? date_of_time(cell[13].integer, engine_zone(view->engine)) : DICT_UNSET;
  row->stored = cell[14].kind == DB_INTEGER ? today - cell[14].integer : DICT_UNSET;
  return row;
}

static guint age_of(const Receivable *row) {
  guint age = 0;
  while (row->days != DICT_UNSET && row->days > ages[age].most)
    age++;
  return age;
}

/* ---- order of the rows ---- */
typedef struct {
  const Field *field; /* NULL: by days overdue */
  gboolean back;      /* the greatest first */
} Sort;

static int compare_by(const Field *field, const Receivable *one, const Receivable *other) {
  if (dict_is_text(field))
    return g_utf8_collate(*dict_text(field, one) ? *dict_text(field, one) : "",
                          *dict_text(field, other) ? *dict_text(field, other) : "");
  const gint64 a = *dict_integer(field, one), b = *dict_integer(field, other);
  return (a > b) - (a < b);
}

static int compare(gconstpointer one, gconstpointer other, gpointer data) {
  const Sort *sort = data;
  const Receivable *a = *(Receivable *const *)one, *b = *(Receivable *const *)other;
  const gboolean a_set = dict_is_set(sort->field, a), b_set = dict_is_set(sort->field, b);
  if (a_set != b_set) /* what is not set comes last, whichever way it is sorted */
    return a_set ? -1 : 1;
  const int way = compare_by(sort->field, a, b);
  return way ? (sort->back ? -way : way) : (a->row.id > b->row.id) - (a->row.id < b->row.id);
}

static const Field *field_called(const char *name) {
  for (guint i = 0; i < COLUMNS; i++)
    if (!strcmp(receivable_fields[i].name, name))
      return &receivable_fields[i];
  return NULL;
}

static Sort sort_of(const ReceivablesAsked *asked) {
  const gboolean back = asked->sort && *asked->sort == '-';
  const Field *field = asked->sort && *asked->sort ? field_called(asked->sort + back) : NULL;
  return field && field->sorted ? (Sort){field, back} : (Sort){field_called("due_date"), FALSE};
}

static gboolean is_age(const char *name) {
  for (guint i = 0; name && i < AGES; i++)
    if (!strcmp(ages[i].name, name))
      return TRUE;
  return FALSE;
}

static gboolean find(const View *view, const ReceivablesAsked *asked, Found *found, GError **error) {
  const gboolean all = ((view->viewer->roles | view->viewer->substitutes) & ALL_ROLES) != 0;
  const gint64 today = engine_today(view->engine);
  const DbResult *result = db_query(view->tx, view->arena, statement, DB_ARGS(DB_I(all ? 0 : view->viewer->user_id)),
                                    error);
  found->rows = g_ptr_array_new();
  found->dealers = g_hash_table_new(g_int64_hash, g_int64_equal);
  for (guint i = 0; result && i < result->rows; i++) {
    Receivable *row = row_of(view, DB_CELL(result, i, 0), today);
    const guint age = age_of(row);
    g_hash_table_insert(found->dealers, &row->row.dealer_id, (gpointer)(row->dealer ? row->dealer : ""));
    if (asked->dealer && asked->dealer != row->row.dealer_id)
      continue;
    found->sums[age] += row->owed;
    found->counts[age]++;
    if (!is_age(asked->age) || !strcmp(asked->age, ages[age].name))
      g_ptr_array_add(found->rows, row);
  }
  Sort sort = sort_of(asked);
  g_ptr_array_sort_with_data(found->rows, compare, &sort);
  return result != NULL;
}

/* ---- the page ---- */
/* The address with one parameter exchanged, from its first page. */
static const char *href_with(const View *view, const ReceivablesAsked *asked, const char *path, const char *name,
                             const char *value) {
  const struct {
    const char *name, *value;
  } pairs[] = {{"dealer", asked->dealer ? arena_printf(view->arena, "%" G_GINT64_FORMAT, asked->dealer) : NULL},
               {"age", is_age(asked->age) ? asked->age : NULL}, {"sort", asked->sort}, {"after", NULL}};
  g_autoptr(GString) href = g_string_new(path);
  for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
    const char *said = !g_strcmp0(pairs[i].name, name) ? value : pairs[i].value;
    g_autofree char *escaped = said ? g_uri_escape_string(said, NULL, FALSE) : NULL;
    if (escaped && *escaped)
      g_string_append_printf(href, "%s%s=%s", strchr(href->str, '?') ? "&" : "?", pairs[i].name, escaped);
  }
  return arena_strdup(view->arena, href->str);
}

static void add_columns(const View *view, const ReceivablesAsked *asked, Value *list) {
  Arena *arena = view->arena;
  Value *columns = value_set(arena, list, "columns", value_list(arena));
  const Sort sort = sort_of(asked);
  for (guint i = 0; i < COLUMNS; i++) {
    const Field *field = &receivable_fields[i];
    const gboolean sorted = sort.field == field;
    const char *other = sorted && !sort.back ? arena_printf(arena, "-%s", field->name) : field->name;
    Value *column = value_append(arena, columns, value_map(arena));
    value_set_text(arena, column, "label", view_text(view, field->label));
    value_set_bool(arena, column, "is_number", view_is_number(field));
    value_set_text(arena, column, "sort_href",
                   field->sorted ? href_with(view, asked, "/receivables", "sort", other) : NULL);
    value_set_bool(arena, column, "is_sorted", sorted);
    value_set_bool(arena, column, "is_descending", sorted && sort.back);
  }
}

static void add_row(const View *view, Value *rows, const Receivable *row, GError **error) {
  Arena *arena = view->arena;
  Value *item = value_append(arena, rows, value_map(arena)), *cells = value_list(arena);
  const char *order = view_href(view, &order_record, row->row.order_id);
  value_set_text(arena, item, "href", order);
  for (guint i = 0; i < COLUMNS; i++) {
    const Field *field = &receivable_fields[i];
    const char *href, *tone = ages[age_of(row)].tone;
    Value *value = view_value(view, field, row, &href, error), *cell = value_append(arena, cells, value_map(arena));
    value_set_text(arena, cell, "label", view_text(view, field->label));
    value_set(arena, cell, "text", value->kind == VALUE_NULL ? value_text(arena, "") : value);
    value_set_text(arena, cell, "href",
                   !i                                ? order
                   : !strcmp(field->name, "dealer") ? view_href(view, &dealer_record, row->row.dealer_id)
                                                     : NULL);
    value_set_bool(arena, cell, "is_main", !i);
    value_set_bool(arena, cell, "is_number", view_is_number(field));
    value_set_bool(arena, cell, "is_short", view_is_short(field));
    value_set_text(arena, cell, "tone", !strcmp(field->name, "days") && dict_is_set(field, row) ? tone : NULL);
    value_set(arena, cell, "sub", value_null(arena));
  }
  value_set(arena, item, "cells", cells);
}

/* Where the page begins: behind that row, at the start where it is owed no longer. */
static guint start_of(const Found *found, gint64 after) {
  for (guint i = 0; after && i < found->rows->len; i++)
    if (((Receivable *)found->rows->pdata[i])->row.id == after)
      return i + 1;
  return 0;
}

static const char *page_href(const View *view, const ReceivablesAsked *asked, const Found *found, guint start) {
  const gint64 after = start ? ((Receivable *)found->rows->pdata[start - 1])->row.id : 0;
  return href_with(view, asked, "/receivables", "after",
                   after ? arena_printf(view->arena, "%" G_GINT64_FORMAT, after) : NULL);
}

static void set_list(const View *view, const ReceivablesAsked *asked, const Found *found, Value *root, GError **error) {
  Arena *arena = view->arena;
  Value *list = value_set(arena, root, "list", value_map(arena)), *rows = value_list(arena), *empty = value_map(arena);
  const guint start = start_of(found, asked->after), end = MIN(start + VIEW_ROWS, found->rows->len);
  add_columns(view, asked, list);
  for (guint i = start; i < end; i++)
    add_row(view, rows, found->rows->pdata[i], error);
  value_set(arena, list, "rows", rows);
  value_set_bool(arena, list, "is_empty", !rows->count);
  value_set_text(arena, empty, "sentence", view_text(view, N_("Nothing is owed here.")));
  static const char *const unsaid[] = {"detail", "label", "href"};
  for (guint i = 0; i < G_N_ELEMENTS(unsaid); i++)
    value_set(arena, empty, unsaid[i], value_null(arena));
  value_set(arena, list, "empty", empty);
  value_set_text(arena, list, "next_label", view_text(view, N_("Next page")));
  value_set_text(arena, list, "next_href",
                 end < found->rows->len ? page_href(view, asked, found, end) : NULL);
  value_set_text(arena, list, "previous_href",
                 start ? page_href(view, asked, found, start > VIEW_ROWS ? start - VIEW_ROWS : 0) : NULL);
  value_set_text(arena, list, "first_href", start > VIEW_ROWS ? page_href(view, asked, found, 0) : NULL);
}

/* The groups with their sums, each as a part of a bar of 1000. */
static void add_ages(const View *view, const ReceivablesAsked *asked, const Found *found, Value *page) {
  Arena *arena = view->arena;
  Value *list = value_set(arena, page, "ages", value_list(arena));
  gint64 sum = 0, before = 0;
  for (guint i = 0; i < AGES; i++)
    sum += found->sums[i];
  for (guint i = 0; i < AGES; i++) {
    Value *item = value_append(arena, list, value_map(arena));
    const gint64 here = sum ? (before + found->sums[i]) * 1000 / sum - before * 1000 / sum : 0;
    value_set_text(arena, item, "label", view_text(view, ages[i].label));
    value_set_text(arena, item, "age_tone", ages[i].age_tone);
    value_set_text(arena, item, "href", href_with(view, asked, "/receivables", "age", ages[i].name));
    value_set_bool(arena, item, "is_current", !g_strcmp0(asked->age, ages[i].name));
    value_set_integer(arena, item, "sum", VALUE_MONEY, found->sums[i]);
    value_set_integer(arena, item, "count", VALUE_NUMBER, found->counts[i]);
    value_set_text(arena, item, "from", arena_printf(arena, "%d", (int)(sum ? before * 1000 / sum : 0)));
    value_set_text(arena, item, "width", arena_printf(arena, "%d", (int)here));
    before += found->sums[i];
  }
  value_set_integer(arena, page, "total", VALUE_MONEY, sum);
  value_set_bool(arena, page, "is_owed", sum > 0);
  value_set_text(arena, page, "all_href", href_with(view, asked, "/receivables", "age", NULL));
  value_set_bool(arena, page, "is_all", !is_age(asked->age));
}

static int by_name(gconstpointer one, gconstpointer other, gpointer names) {
  return g_utf8_collate(g_hash_table_lookup(names, *(gpointer *)one), g_hash_table_lookup(names, *(gpointer *)other));
}

static void add_dealers(const View *view, const ReceivablesAsked *asked, const Found *found, Value *page) {
  Arena *arena = view->arena;
  Value *options = value_set(arena, page, "dealers", value_list(arena));
  guint count;
  g_autofree gpointer *ids = g_hash_table_get_keys_as_array(found->dealers, &count);
  g_qsort_with_data(ids, (int)count, sizeof(gpointer), by_name, found->dealers);
  for (guint i = 0; i < count; i++) {
    const gint64 id = *(gint64 *)ids[i];
    Value *option = value_append(arena, options, value_map(arena));
    value_set_text(arena, option, "value", arena_printf(arena, "%" G_GINT64_FORMAT, id));
    value_set_text(arena, option, "label", g_hash_table_lookup(found->dealers, ids[i]));
    value_set_bool(arena, option, "is_selected", id == asked->dealer);
  }
}

gboolean receivables_set(const View *view, const ReceivablesAsked *asked, Value *root, GError **error) {
  Arena *arena = view->arena;
  g_auto(Found) found = {0};
  GError *fault = NULL;
  if (!find(view, asked, &found, error))
    return FALSE;
  Value *page = value_set(arena, root, "receivables", value_map(arena));
  const gboolean all = ((view->viewer->roles | view->viewer->substitutes) & ALL_ROLES) != 0;
  add_ages(view, asked, &found, page);
  add_dealers(view, asked, &found, page);
  value_set_text(arena, page, "whose", view_text(view, all ? N_("Of all contracts in force.")
                                                           : N_("Of the contracts of your own orders.")));
  value_set_text(arena, page, "age", is_age(asked->age) ? asked->age : NULL);
  value_set_text(arena, page, "sort", asked->sort && *asked->sort ? asked->sort : NULL);
  value_set_text(arena, page, "csv_href", href_with(view, asked, "/receivables.csv", NULL, NULL));
  set_list(view, asked, &found, root, &fault);
  if (fault)
    g_propagate_error(error, fault);
  return !fault;
}

gboolean receivables_csv(const View *view, const ReceivablesAsked *asked, GString *out, GError **error) {
  g_auto(Found) found = {0};
  SheetColumn columns[COLUMNS];
  if (!find(view, asked, &found, error))
    return FALSE;
  for (guint i = 0; i < COLUMNS; i++)
    columns[i] = (SheetColumn){.field = &receivable_fields[i]};
  sheet_write_header(out, columns, COLUMNS, view->viewer->language);
  for (guint i = 0; i < found.rows->len; i++)
    sheet_write_row(out, columns, COLUMNS, found.rows->pdata[i], view->viewer->language);
  return TRUE;
}
