/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of any record, and the inbox. */
#include "base/date.h"
#include "view/view.h"
#include <string.h>

enum { PAGE_ROWS = 50, INBOX_ROWS = 200 };

static gboolean shows(const View *view, const Field *field) {
  return field->listed && (!(view->viewer->roles & ROLE_DEALER) || field->shown_to == DEALER);
}

static void add_column(const View *view, Value *columns, const char *label, gboolean number) {
  Value *column = value_append(view->arena, columns, value_map(view->arena));
  value_set_text(view->arena, column, "label", label);
  value_set_bool(view->arena, column, "is_number", number);
  value_set(view->arena, column, "sort_href", value_null(view->arena));
  value_set_bool(view->arena, column, "is_sorted", FALSE);
  value_set_bool(view->arena, column, "is_descending", FALSE);
}

static void add_cell(const View *view, Value *cells, const char *label, Value *text, const char *href, gboolean number, const char *tone) {
  Value *cell = value_append(view->arena, cells, value_map(view->arena));
  value_set_text(view->arena, cell, "label", label);
  value_set(view->arena, cell, "text", text);
  value_set_text(view->arena, cell, "href", href);
  value_set_bool(view->arena, cell, "is_main", href != NULL);
  value_set_bool(view->arena, cell, "is_number", number);
  value_set_text(view->arena, cell, "tone", tone);
  value_set(view->arena, cell, "sub", value_null(view->arena));
}

static gboolean add_row(const View *view, Value *rows, const Record *record, const void *data, GError **error) {
  const Row *row = data;
  Value *item = value_append(view->arena, rows, value_map(view->arena)), *cells = value_list(view->arena);
  const char *href = view_href(view, record, row->id);
  value_set_text(view->arena, item, "href", href);
  const char *title = row->number ? row->number : arena_printf(view->arena, "%" G_GINT64_FORMAT, row->id);
  add_cell(view, cells, view_text(view, N_("Number")), value_text(view->arena, title), href, FALSE, NULL);
  for (guint i = 0; i < record->count; i++) {
    if (!shows(view, &record->fields[i]))
      continue;
    GError *fault = NULL;
    const char *other;
    Value *value = view_value(view, &record->fields[i], data, &other, &fault);
    if (fault) {
      g_propagate_error(error, fault);
      return FALSE;
    }
    add_cell(view, cells, view_text(view, record->fields[i].label), value->kind == VALUE_NULL ? value_text(view->arena, "") : value, NULL, view_is_number(&record->fields[i]), NULL);
  }
  const Choice *state = dict_choice(record->states, row->state);
  if (state)
    add_cell(view, cells, view_text(view, N_("State")), value_text(view->arena, view_text(view, state->label)), NULL, FALSE, view_tone(record, row->state));
  value_set(view->arena, item, "cells", cells);
  return TRUE;
}

/* The command that makes a row of the record from nothing and that the viewer may use. */
static Value *create_of(const View *view, const Record *record) {
  guint count;
  const Command *const *commands = workflow_commands(&count);
  for (guint i = 0; i < count; i++) {
    const Command *command = commands[i];
    if (!command->creates || command->under || strcmp(command->record, record->name) || !(command->by & view->viewer->roles))
      continue;
    Value *create = value_map(view->arena);
    value_set_text(view->arena, create, "label", view_text(view, command->label));
    value_set_text(view->arena, create, "href", arena_printf(view->arena, "/new/%s", command->name));
    return create;
  }
  return value_null(view->arena);
}

static Value *columns_of(const View *view, const Record *record) {
  Value *columns = value_list(view->arena);
  add_column(view, columns, view_text(view, N_("Number")), FALSE);
  for (guint i = 0; i < record->count; i++)
    if (shows(view, &record->fields[i]))
      add_column(view, columns, view_text(view, record->fields[i].label), view_is_number(&record->fields[i]));
  if (record->states)
    add_column(view, columns, view_text(view, N_("State")), FALSE);
  return columns;
}

Value *view_list(const View *view, const Record *record, const char *q, gint64 after, GError **error) {
  Arena *arena = view->arena;
  const DictPage page = {.dealer_id = view->viewer->roles & ROLE_DEALER ? view->viewer->dealer_id : 0, .q = q, .before = after, .most = PAGE_ROWS + 1};
  g_autoptr(GPtrArray) found = dict_load_page(view->tx, arena, record, &page, error);
  if (!found)
    return NULL;
  Value *list = value_map(arena), *rows = value_list(arena);
  for (guint i = 0; i < MIN(found->len, (guint)PAGE_ROWS); i++)
    if (context_may_see(view->viewer, record, found->pdata[i]) && !add_row(view, rows, record, found->pdata[i], error))
      return NULL;
  const char *path = arena_printf(arena, "/%s", view_plural(view, record));
  g_autofree char *escaped = g_uri_escape_string(q ? q : "", NULL, TRUE);
  const gboolean more = found->len > PAGE_ROWS;
  value_set_text(arena, list, "title", view_text(view, record->plural));
  value_set_text(arena, list, "count_text", more ? arena_printf(arena, "%u+", rows->count) : arena_printf(arena, "%u", rows->count));
  value_set_text(arena, list, "action", path);
  value_set_text(arena, list, "q", q ? q : "");
  value_set(arena, list, "create", create_of(view, record));
  static const char *const none[] = {"extra", "tabs", "filters", "keep", "pickable"};
  for (guint i = 0; i < G_N_ELEMENTS(none); i++)
    value_set(arena, list, none[i], value_list(arena));
  value_set_bool(arena, list, "has_picker", FALSE);
  value_set(arena, list, "columns", columns_of(view, record));
  value_set(arena, list, "rows", rows);
  value_set_bool(arena, list, "is_empty", rows->count == 0);
  value_set_text(arena, list, "next_href", more ? arena_printf(arena, "%s?q=%s&before=%" G_GINT64_FORMAT, path, escaped, ((Row *)found->pdata[PAGE_ROWS - 1])->id) : NULL);
  value_set_text(arena, list, "first_href", after ? path : NULL);
  return list;
}

/* One line of the inbox. */
static gboolean add_duty(const View *view, Value *duties, const DbResult *found, guint i, gint64 today, GError **error) {
  Arena *arena = view->arena;
  const Record *record = dict_find(DB_CELL(found, i, 1)->text), *order_record = dict_find("order");
  guint count;
  const Duty *all = workflow_duties(&count);
  const char *label = DB_CELL(found, i, 0)->text;
  for (guint k = 0; k < count; k++)
    if (!strcmp(all[k].name, label))
      label = all[k].label;
  const void *row = record ? dict_load(view->tx, arena, record, DB_CELL(found, i, 2)->integer, error) : NULL;
  if (!row || !context_may_see(view->viewer, record, row))
    return TRUE;
  const gint64 order_id = DB_CELL(found, i, 3)->integer, due = DB_CELL(found, i, 5)->integer;
  const void *order = order_id ? dict_load(view->tx, arena, order_record, order_id, error) : NULL;
  g_autofree char *due_text = date_format(due), *since = date_format(date_of_time(DB_CELL(found, i, 4)->integer, 0));
  Value *item = value_append(arena, duties, value_map(arena));
  value_set_text(arena, item, "title", arena_printf(arena, "%s: %s", view_text(view, label), view_title(view, record, row)));
  value_set_text(arena, item, "href", order ? view_href(view, order_record, order_id) : view_href(view, record, ((const Row *)row)->id));
  value_set_text(arena, item, "order_text", order ? view_title(view, order_record, order) : "");
  value_set(arena, item, "dealer_text", value_null(arena));
  value_set_text(arena, item, "due_text", arena_printf(arena, view_text(view, N_("due %s")), due_text));
  value_set_text(arena, item, "tone", due < today ? "bad" : due == today ? "warn" : "calm");
  value_set_text(arena, item, "since_text", arena_printf(arena, view_text(view, N_("since %s")), since));
  value_set_bool(arena, item, "is_overdue", due < today);
  return TRUE;
}

static void add_group(const View *view, Value *groups, const char *title, const char *tone, Value *duties) {
  if (!duties->count)
    return;
  Value *group = value_append(view->arena, groups, value_map(view->arena));
  value_set_text(view->arena, group, "title", title);
  value_set_text(view->arena, group, "tone", tone);
  value_set_integer(view->arena, group, "count", VALUE_NUMBER, duties->count);
  value_set(view->arena, group, "duties", duties);
}

Value *view_inbox(const View *view, GError **error) {
  Arena *arena = view->arena;
  const DbResult *found = db_query(view->tx, arena,
                                   "SELECT name, record, row_id, order_id, since, due, role FROM duty WHERE closed_at IS NULL"
                                   " AND (role & $1) <> 0 AND (role <> 16384 OR dealer_id = $2) ORDER BY due, id LIMIT $3",
                                   DB_ARGS(DB_I(view->viewer->roles | view->viewer->substitutes), DB_I(view->viewer->dealer_id), DB_I(INBOX_ROWS)), error);
  if (!found)
    return NULL;
  const gint64 today = date_of_time(engine_now(view->engine), 8 * 3600);
  Value *late = value_list(arena), *rest = value_list(arena), *inbox = value_map(arena), *groups = value_list(arena);
  for (guint i = 0; i < found->rows; i++)
    if (!add_duty(view, DB_CELL(found, i, 5)->integer < today ? late : rest, found, i, today, error))
      return NULL;
  add_group(view, groups, view_text(view, N_("Overdue")), "bad", late);
  add_group(view, groups, view_text(view, N_("Waits on me")), "info", rest);
  value_set_text(arena, inbox, "summary", arena_printf(arena, view_text(view, N_("%u things wait on you, %u of them overdue.")), late->count + rest->count, late->count));
  value_set_bool(arena, inbox, "is_empty", groups->count == 0);
  value_set(arena, inbox, "groups", groups);
  return inbox;
}
