/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of any record: tabs, filters, columns, rows; and the same rows for /api. */
#include "view/form.h"
#include "view/list.h"
#include "base/date.h"
#include "base/lang.h"
#include "party/party.h"
#include <string.h>

enum { OPTIONS_MOST = 200 };

static gboolean is_pickable(const View *view, const Field *field) {
  return view_shows(view, field) && field->kind != KIND_FILE && field->kind != KIND_LONGTEXT &&
         (field->listed || field->offset >= sizeof(Row));
}

static gboolean is_shown(const View *view, const ViewQuery *query, const Field *field) {
  if (!is_pickable(view, field) || !query->columns)
    return field->listed && view_shows(view, field);
  g_auto(GStrv) chosen = g_strsplit(query->columns, ".", -1);
  return g_strv_contains((const char *const *)chosen, field->name) || field->offset == G_STRUCT_OFFSET(Row, number) ||
         field->offset == G_STRUCT_OFFSET(Row, id);
}

static GPtrArray *columns_of(const View *view, const ViewQuery *query) {
  GPtrArray *columns = g_ptr_array_new();
  guint count;
  const Field *all = dict_columns(query->record, &count);
  for (guint i = 0; i < count; i++)
    if (is_shown(view, query, &all[i]))
      g_ptr_array_add(columns, (gpointer)&all[i]);
  return columns;
}

static Value *headings(const View *view, const ViewQuery *query, const GPtrArray *columns) {
  Arena *arena = view->arena;
  Value *list = value_list(arena);
  const DictPage *page = &query->page;
  for (guint i = 0; i < columns->len; i++) {
    const Field *field = columns->pdata[i];
    const gboolean sorted = page->sort ? page->sort == field : field->offset < sizeof(Row) && field->sorted;
    Value *item = value_append(arena, list, value_map(arena));
    value_set_text(arena, item, "label", view_text(view, field->label));
    value_set_bool(arena, item, "is_number", view_is_number(field));
    const char *other = sorted && page->ascending ? arena_printf(arena, "-%s", field->name) : field->name;
    value_set_text(arena, item, "sort_href",
                   field->sorted && !*query->q ? view_query_href(view, query, "", "sort", other) : NULL);
    value_set_bool(arena, item, "is_sorted", sorted && !*query->q);
    value_set_bool(arena, item, "is_descending", sorted && !page->ascending);
  }
  return list;
}

/* What a reference leads to is called by its name alone, for its number says nothing in a list. */
static Value *cell_value(const View *view, const Field *field, const void *row, GError **error) {
  const char *href;
  if (!dict_is_set(field, row))
    return field->offset == G_STRUCT_OFFSET(Row, number)
               ? value_integer(view->arena, VALUE_NUMBER, ((const Row *)row)->id) : value_text(view->arena, "");
  if (field->kind != KIND_REF) {
    Value *value = view_value(view, field, row, &href, error);
    return value->kind == VALUE_NULL ? value_text(view->arena, "") : value;
  }
  const Record *target = dict_find(field->target);
  const Row *other = dict_load(view->tx, view->arena, target, *dict_integer(field, row), error);
  const gboolean seen = other && context_may_see(view->viewer, target, other);
  return value_text(view->arena, seen ? view_name(view, target, other) : "");
}

/* A colour where one is meant: of a state, or of a date by which the row is late. */
static const char *cell_tone(const Record *record, const Field *field, const void *row, const char *late) {
  if (field->offset == G_STRUCT_OFFSET(Row, state))
    return view_tone(record, ((const Row *)row)->state);
  return late ? "bad" : NULL;
}

const char *view_waits(const View *view, gint64 order, GError **error) {
  guint roles;
  if (!duty_roles(view->tx, view->arena, order, &roles, error))
    return NULL;
  if (view_is_dealer(view))
    return roles & ROLE_DEALER ? view_text(view, N_("waiting for you")) : NULL;
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; workflow_roles[i].code; i++)
    if (roles & (1u << i))
      g_string_append_printf(text, "%s%s", text->len ? lang_comma(view->viewer->language) : "",
                             view_text(view, workflow_roles[i].label));
  return text->len ? arena_strdup(view->arena, text->str) : NULL;
}

/* By what the order was found that is not in its row; or NULL. */
static const char *found_by(const ViewQuery *query, gint64 id) {
  for (guint i = 0; query->found && i < query->found->len; i++)
    if (g_array_index(query->found, ViewFound, i).order_id == id)
      return g_array_index(query->found, ViewFound, i).by;
  return NULL;
}

static void add_row(const View *view, Value *rows, const ViewQuery *query, const GPtrArray *columns, const void *data,
                    GError **error) {
  Arena *arena = view->arena;
  Value *item = value_append(arena, rows, value_map(arena)), *cells = value_list(arena);
  const gint64 id = ((const Row *)data)->id;
  const char *href = view_href(view, query->record, id);
  value_set_text(arena, item, "href", href);
  for (guint i = 0; i < columns->len; i++) {
    const Field *field = columns->pdata[i];
    const gboolean waits = query->record == &order_record && view_is_step(field);
    const char *late = view_late(view, query->record, field, data);
    Value *cell = value_append(arena, cells, value_map(arena));
    value_set_text(arena, cell, "label", view_text(view, field->label));
    value_set(arena, cell, "text", cell_value(view, field, data, error));
    value_set_text(arena, cell, "href", i && field != dict_title(query->record) ? NULL : href);
    value_set_bool(arena, cell, "is_main", !i);
    value_set_bool(arena, cell, "is_number", view_is_number(field));
    value_set_bool(arena, cell, "is_short", view_is_short(field));
    value_set_text(arena, cell, "tone", cell_tone(query->record, field, data, late));
    value_set_text(arena, cell, "sub", !i ? found_by(query, id) : waits ? view_waits(view, id, error) : late);
  }
  value_set(arena, item, "cells", cells);
}

/* ---- tabs, filters, picker ---- */
static const char *value_in(const ViewQuery *query, const char *name) {
  for (guint i = 0; i < query->pairs->len; i++)
    if (!strcmp(g_array_index(query->pairs, ViewPair, i).name, name))
      return g_array_index(query->pairs, ViewPair, i).value;
  return NULL;
}

static Value *tabs_of(const View *view, const ViewQuery *query) {
  Arena *arena = view->arena;
  Value *tabs = value_list(arena);
  const char *path = arena_printf(arena, "/%s", view_plural(view, query->record));
  for (const DictFilter *filter = query->record->filters; filter && filter->name; filter++) {
    if (filter->roles && !(filter->roles & view->viewer->roles))
      continue;
    Value *tab = value_append(arena, tabs, value_map(arena));
    const gboolean bare = !query->filter && !query->page.conditions && !*query->q && !*filter->query;
    value_set_text(arena, tab, "label", view_text(view, filter->label));
    value_set_text(arena, tab, "href", arena_printf(arena, "%s?filter=%s", path, filter->name));
    value_set_bool(arena, tab, "is_current", !g_strcmp0(filter->name, query->filter) || bare);
    value_set(arena, tab, "count", value_null(arena));
  }
  return tabs;
}

static void add_option(const View *view, Value *options, const char *value, const char *label, const char *current) {
  Value *option = value_append(view->arena, options, value_map(view->arena));
  value_set_text(view->arena, option, "value", value);
  value_set_text(view->arena, option, "label", label);
  value_set_bool(view->arena, option, "is_selected", !g_strcmp0(value, current));
}

static gint64 condition_value(const ViewQuery *query, const Field *field) {
  for (guint i = 0; i < query->page.conditions; i++)
    if (query->where[i].field == field && query->where[i].op == DICT_IS)
      return query->where[i].cell.integer;
  return 0;
}

/* Rows of which there are too many to choose from are searched for. */
static void set_lookup(const View *view, Value *item, const Field *field, const char *q) {
  const char *name = arena_printf(view->arena, "%s%s", VIEW_SOUGHT, field->name);
  value_set_text(view->arena, item, "find_name", name);
  value_set_text(view->arena, item, "find_text", q ? q : "");
  value_set_text(view->arena, item, "find_label",
                 arena_printf(view->arena, view_text(view, N_("%s: search")), view_text(view, field->label)));
}

/* The rows that a reference may lead to, by name, or those searched for; of people, those of the house. */
static gboolean add_targets(const View *view, const ViewQuery *query, const Field *field, Value *item, Value *options,
                            GError **error) {
  const Record *target = dict_find(field->target);
  const char *q = value_in(query, arena_printf(view->arena, "%s%s", VIEW_SOUGHT, field->name));
  const DictCondition house = {.field = dict_column(target, "dealer_id"), .cell = DB_I(0)};
  const DictPage page = {.dealer_id = query->page.dealer_id, .sort = dict_title(target), .ascending = TRUE, .q = q,
                         .where = &house, .conditions = !strcmp(target->name, "user"), .most = OPTIONS_MOST + 1};
  g_autoptr(GPtrArray) rows = dict_load_page(view->tx, view->arena, target, &page, NULL, error);
  const gint64 chosen = condition_value(query, field);
  const char *current = arena_printf(view->arena, "%" G_GINT64_FORMAT, chosen);
  gboolean found = !chosen;
  if (rows && ((q && *q) || rows->len > OPTIONS_MOST))
    set_lookup(view, item, field, q);
  for (guint i = 0; rows && i < MIN(rows->len, (guint)OPTIONS_MOST); i++) {
    const gint64 id = ((Row *)rows->pdata[i])->id;
    if (id != chosen && !form_means(field, target, rows->pdata[i]))
      continue;
    add_option(view, options, arena_printf(view->arena, "%" G_GINT64_FORMAT, id),
               view_name(view, target, rows->pdata[i]), current);
    found = found || id == chosen;
  }
  const void *row = rows && !found ? dict_load(view->tx, view->arena, target, chosen, error) : NULL;
  if (row && view_may_see(view, target, row))
    add_option(view, options, current, view_name(view, target, row), current);
  return rows != NULL;
}

static gboolean add_options(const View *view, const ViewQuery *query, const Field *field, Value *item, Value *options,
                            GError **error) {
  const char *current = value_in(query, field->name);
  const gboolean dealer = view_is_dealer(view);
  add_option(view, options, "", view_text(view, N_("any")), current ? current : "");
  for (const Choice *choice = field->choices; choice && choice->code; choice++)
    if (!dealer || choice->shown_to == DEALER)
      add_option(view, options, choice->code, view_text(view, choice->label), current);
  for (gint64 i = field->least; view_is_step(field) && i <= field->most; i++)
    add_option(view, options, arena_printf(view->arena, "%" G_GINT64_FORMAT, i), view_step(view, i), current);
  if (field->kind == KIND_YESNO) {
    add_option(view, options, "1", view_text(view, N_("yes")), current);
    add_option(view, options, "0", view_text(view, N_("no")), current);
  }
  return field->kind != KIND_REF || add_targets(view, query, field, item, options, error);
}

/* `options` gets the list of what there is to choose, still empty. */
static Value *filter_item(const View *view, Value *filters, const char *name, const char *label, const char *date,
                          Value **options) {
  Value *item = value_append(view->arena, filters, value_map(view->arena));
  value_set_text(view->arena, item, "name", name);
  value_set_text(view->arena, item, "label", label);
  value_set_bool(view->arena, item, "is_date", date != NULL);
  value_set_text(view->arena, item, "value", date);
  *options = value_set(view->arena, item, "options", value_list(view->arena));
  return item;
}

static void add_duty_filter(const View *view, const ViewQuery *query, Value *filters) {
  const char *current = value_in(query, "duty");
  Value *options;
  guint count;
  const Duty *duties = workflow_duties(&count);
  filter_item(view, filters, "duty", view_text(view, N_("What is owed")), NULL, &options);
  add_option(view, options, "", view_text(view, N_("any")), current ? current : "");
  for (guint i = 0; i < count; i++)
    add_option(view, options, duties[i].name, view_text(view, duties[i].label), current);
}

static const char *date_value(const View *view, const ViewQuery *query, const Field *field, guint op) {
  for (guint i = 0; i < query->page.conditions; i++)
    if (query->where[i].field == field && query->where[i].op == op) {
      g_autofree char *date = date_format(query->where[i].cell.integer);
      return arena_strdup(view->arena, date);
    }
  return "";
}

static Value *filters_of(const View *view, const ViewQuery *query, GError **error) {
  Arena *arena = view->arena;
  Value *filters = value_list(arena);
  guint count;
  const Field *columns = dict_columns(query->record, &count);
  for (guint i = 0; i < count; i++) {
    const Field *field = &columns[i];
    const char *label = view_text(view, field->label);
    if (!field->filtered || !view_shows(view, field))
      continue;
    Value *options;
    if (field->kind != KIND_DATE) {
      Value *item = filter_item(view, filters, field->name, label, NULL, &options);
      if (!add_options(view, query, field, item, options, error))
        return NULL;
      continue;
    }
    filter_item(view, filters, arena_printf(arena, "%s-from", field->name),
                arena_printf(arena, view_text(view, N_("%s from")), label), date_value(view, query, field, DICT_FROM),
                &options);
    filter_item(view, filters, arena_printf(arena, "%s-to", field->name),
                arena_printf(arena, view_text(view, N_("%s to")), label), date_value(view, query, field, DICT_TO),
                &options);
  }
  if (view_owes(view, query->record))
    add_duty_filter(view, query, filters);
  return filters;
}

static Value *pickable_of(const View *view, const ViewQuery *query) {
  Value *list = value_list(view->arena);
  guint count;
  const Field *columns = dict_columns(query->record, &count);
  for (guint i = 1; i < count; i++) { /* the number stays */
    if (!is_pickable(view, &columns[i]))
      continue;
    Value *item = value_append(view->arena, list, value_map(view->arena));
    value_set_text(view->arena, item, "name", columns[i].name);
    value_set_text(view->arena, item, "label", view_text(view, columns[i].label));
    value_set_bool(view->arena, item, "is_shown", is_shown(view, query, &columns[i]));
  }
  return list;
}

/* What the form of filters has no field for, and so carries along: the order, and spans of numbers. */
static gboolean is_kept(const ViewQuery *query, const char *name) {
  static const char *const always[] = {"sort", "waits", "late", NULL};
  const char *suffix = strchr(name, '-');
  g_autofree char *plain = suffix ? g_strndup(name, (gsize)(suffix - name)) : NULL;
  const Field *field = plain ? dict_column(query->record, plain) : NULL;
  return g_strv_contains(always, name) || (field && field->kind == KIND_NUMBER);
}

static Value *keep_of(const View *view, const ViewQuery *query) {
  Value *keep = value_list(view->arena);
  for (guint i = 0; i < query->pairs->len; i++) {
    const ViewPair *pair = &g_array_index(query->pairs, ViewPair, i);
    if (!is_kept(query, pair->name))
      continue;
    Value *item = value_append(view->arena, keep, value_map(view->arena));
    value_set_text(view->arena, item, "name", pair->name);
    value_set_text(view->arena, item, "value", pair->value);
  }
  return keep;
}

static Value *rows_of(const View *view, ViewQuery *query, Value *list, GError **error) {
  Arena *arena = view->arena;
  const char *next, *previous;
  g_autoptr(GPtrArray) found = view_query_load(view, query, "", &next, &previous, error);
  g_autoptr(GPtrArray) columns = columns_of(view, query);
  GError *fault = NULL;
  Value *rows = value_list(arena);
  for (guint i = 0; found && !fault && i < found->len; i++)
    if (view_may_see(view, query->record, found->pdata[i]))
      add_row(view, rows, query, columns, found->pdata[i], &fault);
  if (fault)
    g_propagate_error(error, fault);
  if (fault || !found)
    return NULL;
  const char *count = view_query_count(view, query, error);
  value_set_text(arena, list, "count_text", count);
  value_set(arena, list, "columns", headings(view, query, columns));
  value_set(arena, list, "rows", rows);
  value_set_bool(arena, list, "is_empty", rows->count == 0);
  value_set(arena, list, "empty", rows->count ? value_null(arena) : list_empty(view, query));
  value_set_text(arena, list, "next_href", next);
  value_set_text(arena, list, "next_label",
                 view_text(view, *query->q && rows->count < VIEW_ROWS ? N_("Search further back") : N_("Next page")));
  value_set_text(arena, list, "previous_href", previous);
  value_set_text(arena, list, "first_href", query->page.edge ? view_query_href(view, query, "", "after", NULL) : NULL);
  return list;
}

/* The other way of looking at orders. */
static Value *extra_of(const View *view, const ViewQuery *query) {
  Value *extra = value_list(view->arena);
  if (strcmp(query->record->name, "order"))
    return extra;
  Value *item = value_append(view->arena, extra, value_map(view->arena));
  value_set_text(view->arena, item, "label", view_text(view, N_("By step")));
  value_set_text(view->arena, item, "href", view_query_href(view, query, "", "view", "kanban"));
  value_set_text(view->arena, item, "icon", "layout-kanban");
  return extra;
}

Value *view_list(const View *view, ViewQuery *query, GError **error) {
  Arena *arena = view->arena;
  Value *list = rows_of(view, query, value_map(arena), error), *filters = list ? filters_of(view, query, error) : NULL;
  if (!filters)
    return NULL;
  Value *pickable = pickable_of(view, query), *tables = value_list(arena);
  if (!settings_add(view, query->record, tables, error))
    return NULL;
  value_set(arena, list, "tables", tables);
  value_set_text(arena, list, "title", view_text(view, query->record->plural));
  value_set_text(arena, list, "action", arena_printf(arena, "/%s", view_plural(view, query->record)));
  value_set_text(arena, list, "q", query->q);
  value_set(arena, list, "create", list_create(view, query->record));
  value_set(arena, list, "extra", extra_of(view, query));
  value_set(arena, list, "tabs", tabs_of(view, query));
  value_set_text(arena, list, "tab_help", list_tab_help(view, query));
  value_set(arena, list, "filters", filters);
  value_set_bool(arena, list, "has_filters", filters->count > 0);
  value_set_bool(arena, list, "is_filtered", list_is_filtered(query));
  value_set(arena, list, "keep", keep_of(view, query));
  value_set_bool(arena, list, "has_picker", pickable->count > 0);
  value_set(arena, list, "pickable", pickable);
  return list;
}

Value *view_rows(const View *view, ViewQuery *query, const char **next, const char **previous, GError **error) {
  const Audience shown = workflow_audience(view->viewer);
  g_autoptr(GPtrArray) rows = view_query_load(view, query, "/api", next, previous, error);
  Value *list = rows ? value_list(view->arena) : NULL;
  for (guint i = 0; rows && i < rows->len; i++)
    if (view_may_see(view, query->record, rows->pdata[i]))
      value_append(view->arena, list, dict_map(view->arena, query->record, rows->pdata[i], shown));
  return list;
}
