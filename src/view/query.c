/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a list's address asks for, checked and carried on to its other pages. One way for pages and for /api:
     filter=NAME   a named filter of the record: stands for the parameters that its declaration says
     FIELD=VALUE   only rows with this value ("me" for the viewer); dates ("today", …) and
                   numbers also FIELD-from=, FIELD-to=
     waits=me      of orders, only those in which something waits on the viewer: the DICT_AMONG most urgent
     duty=NAME     of orders, for the house, only those in which this is owed
     late=FIELD    only rows that are late by this deadline
     q=TEXT        search          sort=COLUMN, sort=-COLUMN   ascending, descending
     after=ID, before=ID           the page behind, or before, this row
     _q.FIELD=TEXT for pages: what that reference's filter offers to choose from
     column=NAME   columns to show, repeated     view=kanban   orders by step */
#include "view/view.h"
#include "base/date.h"
#include "base/money.h"
#include <string.h>

#define SEARCH_MOST 200 /* characters */
enum { WAITS_READ = 1000 /* duties looked through for orders that wait */ };

/* Where the words of an address are read from. */
typedef struct {
  const View *view;
  ViewQuery *query;
  Refusal *refusal;
  void *row; /* of the record, to parse values into */
} Reading;

gboolean view_shows(const View *view, const Field *field) {
  return !field->inner && dict_shows(field, workflow_audience(view->viewer));
}

gboolean view_owes(const View *view, const Record *record) {
  return record->root == DICT_ROOT(order_id) && !view_is_dealer(view);
}

static const Field *column_of(const Reading *reading, const char *name) {
  const Field *field = dict_column(reading->query->record, name);
  return field && view_shows(reading->view, field) ? field : NULL;
}

static gboolean refuse(Reading *reading, const char *name, const char *message, const char *value) {
  g_autofree char *sentence = g_strdup_printf(view_text(reading->view, message), value);
  return refusal_add(reading->refusal, REFUSAL_INVALID, REASON_FIELD, name, sentence);
}

static gboolean refuse_unknown(Reading *reading, const char *name) {
  guint count;
  const Field *columns = dict_columns(reading->query->record, &count);
  g_autoptr(GString) known = g_string_new("q, filter, sort, late, after, before, column");
  for (guint i = 0; i < count; i++)
    if (columns[i].filtered && view_shows(reading->view, &columns[i]))
      g_string_append_printf(known, columns[i].kind == KIND_DATE || columns[i].kind == KIND_NUMBER
                                        ? ", %1$s, %1$s-from, %1$s-to" : ", %s",
                             columns[i].name);
  if (!strcmp(reading->query->record->name, "order"))
    g_string_append(known, view_owes(reading->view, reading->query->record) ? ", waits, duty" : ", waits");
  g_autofree char *sentence = g_strdup_printf(
      view_text(reading->view, N_("“%s” is no parameter of this list; possible are: %s.")), name, known->str);
  return refusal_add(reading->refusal, REFUSAL_INVALID, REASON_FIELD, name, sentence);
}

/* Words that stand for a value: who is asking, and days. */
static const char *meant(const Reading *reading, const Field *field, const char *value) {
  static const char *const days[] = {"yesterday", "today", "tomorrow"};
  const View *view = reading->view;
  if (field->kind == KIND_REF && !g_strcmp0(field->target, "user") && !strcmp(value, "me"))
    return arena_printf(view->arena, "%" G_GINT64_FORMAT, view->viewer->user_id);
  for (guint i = 0; field->kind == KIND_DATE && i < G_N_ELEMENTS(days); i++)
    if (!strcmp(value, days[i])) {
      g_autofree char *date = date_format(engine_today(view->engine) + i - 1);
      return arena_strdup(view->arena, date);
    }
  return value;
}

static gboolean take_condition(Reading *reading, const char *name, const char *value) {
  static const char *const suffixes[] = {[DICT_IS] = "", [DICT_FROM] = "-from", [DICT_TO] = "-to"};
  ViewQuery *query = reading->query;
  const char *suffix = strchr(name, '-');
  g_autofree char *plain = suffix ? g_strndup(name, (gsize)(suffix - name)) : g_strdup(name);
  const Field *field = column_of(reading, plain);
  guint op = DICT_IS;
  while (op <= DICT_TO && strcmp(suffixes[op], suffix ? suffix : ""))
    op++;
  const gboolean spans = field && (field->kind == KIND_DATE || field->kind == KIND_NUMBER);
  if (!field || !field->filtered || op > DICT_TO || (op != DICT_IS && !spans))
    return refuse_unknown(reading, name);
  if (query->page.conditions == G_N_ELEMENTS(query->where))
    return refuse(reading, name, N_("“%s”: too many conditions at once."), name);
  Field named = *field;
  named.name = name;
  if (!dict_parse(reading->view->arena, &named, meant(reading, field, value), INPUT_FORM,
                  reading->view->viewer->language, reading->row, reading->refusal))
    return FALSE;
  const DbCell cell = dict_is_text(field) ? DB_T(*dict_text(field, reading->row))
                                          : DB_I(*dict_integer(field, reading->row));
  query->where[query->page.conditions++] = (DictCondition){.field = field, .op = op, .cell = cell};
  return TRUE;
}

static gboolean take_sort(Reading *reading, const char *value) {
  DictPage *page = &reading->query->page;
  page->ascending = *value != '-';
  page->sort = column_of(reading, value + !page->ascending);
  return (page->sort && page->sort->sorted) ||
         refuse(reading, "sort", N_("The list cannot be sorted by “%s”; choose one of its headings."), value);
}

static gboolean take_edge(Reading *reading, const char *name, const char *value, GError **error) {
  const View *view = reading->view;
  const Record *record = reading->query->record;
  guint64 id;
  if (!g_ascii_string_to_unsigned(value, 10, 1, G_MAXINT64, &id, NULL))
    return refusal_addf(reading->refusal, REFUSAL_BAD, REASON_FIELD, name,
                        view_text(view, N_("%s: give the id of a row.")), name);
  void *row = dict_load(view->tx, view->arena, record, (gint64)id, error);
  if (error && *error)
    return FALSE;
  if (!row || !view_may_see(view, record, row)) /* else the order would tell of rows that are not the viewer's */
    return refuse(reading, name, N_("There is no entry %s here; begin at the first page."), value);
  reading->query->page.edge = row;
  reading->query->page.back = !strcmp(name, "before");
  return TRUE;
}

static gboolean take_column(Reading *reading, const char *value) {
  ViewQuery *query = reading->query;
  g_auto(GStrv) names = g_strsplit(value, ".", 64);
  for (char **name = names; *name; name++) {
    if (!column_of(reading, *name))
      return refuse(reading, "column", N_("There is no column “%s” in this list."), *name);
    g_auto(GStrv) chosen = g_strsplit(query->columns ? query->columns : "", ".", -1);
    if (!g_strv_contains((const char *const *)chosen, *name)) /* named a thousand times it is chosen once */
      query->columns = query->columns ? arena_printf(reading->view->arena, "%s.%s", query->columns, *name)
                                      : arena_strdup(reading->view->arena, *name);
  }
  return TRUE;
}

/* Orders in which something waits on the viewer. */
static gboolean take_waits(Reading *reading, GError **error) {
  const View *view = reading->view;
  DictPage *page = &reading->query->page;
  g_autoptr(GPtrArray) waits = duty_load(view->engine, view->tx, view->arena, view->viewer, NULL, WAITS_READ, error);
  gint64 *ids = arena_new_of(view->arena, gint64, DICT_AMONG);
  g_autoptr(GHashTable) known = g_hash_table_new(g_int64_hash, g_int64_equal);
  for (guint i = 0; waits && i < waits->len && page->among_count < DICT_AMONG; i++) {
    ids[page->among_count] = ((DutyWait *)waits->pdata[i])->order_id;
    if (ids[page->among_count] && g_hash_table_add(known, &ids[page->among_count]))
      page->among_count++;
  }
  page->among = ids;
  return waits != NULL;
}

/* Orders in which that is owed; a dealer learns only of what is owed to or by the dealer, on the order's page. */
static gboolean take_duty(Reading *reading, const char *value, GError **error) {
  const View *view = reading->view;
  const Duty *duty = workflow_duty(value);
  if (!duty)
    return refuse(reading, "duty", N_("There is no duty “%s”."), value);
  DictNamed *named = arena_new_of(view->arena, DictNamed, 1);
  const gint64 open = duty_count_named(view->tx, view->arena, duty, error);
  *named = (DictNamed){.table = "duty", .column = "order_id", .name = duty->name, .many = open > DICT_COUNTED};
  reading->query->page.named = named;
  return open >= 0;
}

/* Rows that are late by a deadline. */
static gboolean take_late(Reading *reading, const char *value) {
  ViewQuery *query = reading->query;
  const Field *field = column_of(reading, value);
  if (!field || !field->deadline)
    return refuse(reading, "late", N_("Nothing of this list is late by “%s”."), value);
  if (query->page.conditions + DICT_LATE > G_N_ELEMENTS(query->where))
    return refuse(reading, "late", N_("“%s”: too many conditions at once."), "late");
  query->page.conditions += dict_late(query->record, field, engine_today(reading->view->engine),
                                      query->where + query->page.conditions);
  return TRUE;
}

/* It narrows what is offered, not the rows. */
static gboolean take_sought(Reading *reading, const char *name) {
  const Field *field = column_of(reading, name + strlen(VIEW_SOUGHT));
  return (field && field->filtered && field->kind == KIND_REF) || refuse_unknown(reading, name);
}

static gboolean take(Reading *reading, const ViewPair *pair, GError **error) {
  const View *view = reading->view;
  ViewQuery *query = reading->query;
  const char *name = pair->name, *value = pair->value;
  const gboolean is_order = !strcmp(query->record->name, "order");
  if (!*value)
    return TRUE;
  if (!strcmp(name, "q") && g_utf8_strlen(value, -1) > SEARCH_MOST)
    return refuse(reading, name, N_("Search for a shorter text, at most %s characters."), G_STRINGIFY(SEARCH_MOST));
  if (!strcmp(name, "q"))
    query->q = query->page.q = value;
  else if (!strcmp(name, "filter"))
    query->filter = value;
  else if (!strcmp(name, "sort"))
    return take_sort(reading, value);
  else if (!strcmp(name, "after") || !strcmp(name, "before"))
    return take_edge(reading, name, value, error);
  else if (!strcmp(name, "column"))
    return take_column(reading, value);
  else if (!strcmp(name, "waits") && !strcmp(value, "me") && is_order)
    return take_waits(reading, error);
  else if (!strcmp(name, "duty") && view_owes(view, query->record))
    return take_duty(reading, value, error);
  else if (!strcmp(name, "late"))
    return take_late(reading, value);
  else if (g_str_has_prefix(name, VIEW_SOUGHT))
    return take_sought(reading, name);
  else if (!strcmp(name, "view") && !strcmp(value, "kanban") && is_order)
    query->kanban = TRUE;
  else
    return take_condition(reading, name, value);
  return TRUE;
}

static gboolean is_given(const ViewQuery *query, const char *name) {
  for (guint i = 0; i < query->pairs->len; i++)
    if (!strcmp(g_array_index(query->pairs, ViewPair, i).name, name))
      return TRUE;
  return FALSE;
}

/* Adds the parameter unless one of its name stands before it. */
static gboolean add(Reading *reading, const char *name, const char *value, GError **error) {
  ViewQuery *query = reading->query;
  const ViewPair pair = {.name = name, .value = value};
  if (!strcmp(name, "column"))
    return take(reading, &pair, error); /* kept by the browser, not by the address */
  if (is_given(query, name))
    return TRUE;
  g_array_append_val(query->pairs, pair);
  return take(reading, &pair, error);
}

static const DictFilter *filter_of(const Record *record, const char *name) {
  for (const DictFilter *filter = record->filters; filter && filter->name; filter++)
    if (!strcmp(filter->name, name))
      return filter;
  return NULL;
}

static gboolean add_filter(Reading *reading, GError **error) {
  ViewQuery *query = reading->query;
  const DictFilter *filter = filter_of(query->record, query->filter);
  if (!filter)
    return refuse(reading, "filter", N_("There is no named filter “%s” in this list."), query->filter);
  g_auto(GStrv) words = g_strsplit(filter->query, "&", -1);
  for (char **word = words; *word; word++) {
    g_auto(GStrv) sides = g_strsplit(*word, "=", 2);
    Arena *arena = reading->view->arena;
    if (sides[0] && !add(reading, arena_strdup(arena, sides[0]), arena_strdup(arena, sides[1] ? sides[1] : ""), error))
      return FALSE;
  }
  return TRUE;
}

gboolean view_query(const View *view, const Record *record, const ViewPair *pairs, guint count, ViewQuery *query,
                    Refusal *refusal, GError **error) {
  *query = (ViewQuery){.record = record, .q = "", .matches = -1, .pairs = g_array_new(FALSE, FALSE, sizeof(ViewPair))};
  query->page.where = query->where;
  if (view_is_dealer(view)) /* who names no dealer sees nobody's rows, not everybody's */
    query->page.dealer_id = view->viewer->dealer_id ? view->viewer->dealer_id : -1;
  Reading reading = {.view = view, .query = query, .refusal = refusal, .row = dict_new_row(view->arena, record)};
  GError *fault = NULL;
  for (guint i = 0; i < count && !fault; i++)
    add(&reading, pairs[i].name, pairs[i].value, &fault);
  query->given = query->pairs->len;
  if (!fault && query->filter)
    add_filter(&reading, &fault);
  if (fault)
    g_propagate_error(error, fault);
  return !fault && !refusal_any(refusal);
}

void view_query_clear(ViewQuery *query) {
  g_clear_pointer(&query->found, g_array_unref);
  g_clear_pointer(&query->pairs, g_array_unref);
}

const char *view_query_href(const View *view, const ViewQuery *query, const char *base, const char *name,
                            const char *value) {
  g_autoptr(GString) href = g_string_new(NULL);
  g_string_append_printf(href, "%s/%s", base, view_plural(view, query->record));
  char sign = '?';
  for (guint i = 0; i <= query->given; i++) {
    const ViewPair last = {.name = name, .value = value};
    const ViewPair *pair = i < query->given ? &g_array_index(query->pairs, ViewPair, i) : &last;
    const gboolean place = !strcmp(pair->name, "after") || !strcmp(pair->name, "before");
    if (!pair->value || !*pair->value || (i < query->given && (place || !strcmp(pair->name, name))))
      continue;
    g_autofree char *escaped = g_uri_escape_string(pair->value, NULL, FALSE);
    g_string_append_printf(href, "%c%s=%s", sign, pair->name, escaped);
    sign = '&';
  }
  return arena_strdup(view->arena, href->str);
}

static const char *place(const View *view, const ViewQuery *query, const char *base, const char *name, gint64 id) {
  return view_query_href(view, query, base, name, arena_printf(view->arena, "%" G_GINT64_FORMAT, id));
}

/* Counts once. */
static gboolean count(const View *view, ViewQuery *query, GError **error) {
  if (query->matches < 0)
    query->matches = dict_count_page(view->tx, view->arena, query->record, &query->page, error);
  query->page.many = query->matches > DICT_COUNTED;
  return query->matches >= 0;
}

/* A number of what hangs on orders is no text in them: it stands for the orders themselves. */
static gboolean find(const View *view, ViewQuery *query, GError **error) {
  DictPage *page = &query->page;
  if (query->found || !*query->q || !page->q || strcmp(query->record->name, "order"))
    return TRUE;
  query->found = view_find(view, query->q, error);
  if (!query->found || !query->found->len)
    return query->found != NULL;
  gint64 *ids = arena_new_of(view->arena, gint64, query->found->len);
  guint count = 0;
  for (guint i = 0; i < query->found->len; i++) {
    const gint64 id = g_array_index(query->found, ViewFound, i).order_id;
    gboolean among = !page->among;
    for (guint k = 0; k < page->among_count; k++)
      among = among || page->among[k] == id;
    if (among)
      ids[count++] = id;
  }
  page->among = ids;
  page->among_count = count;
  page->q = NULL;
  return TRUE;
}

GPtrArray *view_query_load(const View *view, ViewQuery *query, const char *base, const char **next,
                           const char **previous, GError **error) {
  DictPage *page = &query->page;
  gint64 further = 0;
  page->most = VIEW_ROWS + 1;
  if (!find(view, query, error) || !count(view, query, error))
    return NULL;
  g_autoptr(GPtrArray) rows = dict_load_page(view->tx, view->arena, query->record, page, &further, error);
  if (!rows)
    return NULL;
  const gboolean more = rows->len > VIEW_ROWS, back = page->back && !*query->q;
  if (more)
    g_ptr_array_remove_index(rows, back ? 0 : VIEW_ROWS);
  const gint64 first = rows->len ? ((Row *)rows->pdata[0])->id : 0;
  const gint64 last = rows->len ? ((Row *)rows->pdata[rows->len - 1])->id : 0;
  const gint64 behind = further ? further : last;
  *next = behind && (back || more || further) ? place(view, query, base, "after", behind) : NULL;
  *previous = first && !*query->q && (back ? more : page->edge != NULL) ? place(view, query, base, "before", first)
                                                                        : NULL;
  return g_steal_pointer(&rows);
}

const char *view_query_count(const View *view, ViewQuery *query, GError **error) {
  if (*query->q || !count(view, query, error))
    return NULL;
  g_autofree char *text = money_format(MIN(query->matches, DICT_COUNTED), 0, ",");
  return query->page.many ? arena_printf(view->arena, "%s+", text) : arena_strdup(view->arena, text);
}
