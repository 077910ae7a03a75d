/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was only reported in a step (progress, forecasts, visits, words) as one table in order of time, for each alone
   says little: when, what kind, what it says, who said it. */
#include "base/date.h"
#include "step/s11-production.h"
#include "view/step.h"
#include <string.h>

enum { IN_SIGHT = 3 /* reports; the others are folded */ };

typedef struct {
  gint64 at, id;  /* when it was reported, and in which turn */
  Value *cells;   /* of lines.html */
} LogEntry;

gboolean step_is_log(const Record *record) {
  return !record->states && !record->prefix;
}

static void add_cell(const View *view, Value *cells, const char *label, const char *text, gboolean brief) {
  value_append(view->arena, cells,
               view_cell(view, &(ViewCell){.label = view_text(view, label), .text = value_text(view->arena, text),
                                           .is_short = brief}));
}

/* NULL where nothing is set, or nothing to be seen. */
static const char *text_of(const View *view, const Field *field, const Row *row, GError **error) {
  if (!view_shows(view, field) || !dict_is_set(field, row))
    return NULL;
  const char *label = view_text(view, field->label), *href;
  if (field->kind == KIND_DATE)
    return arena_printf(view->arena, "%s %s", label, view_date(view, *dict_integer(field, row)));
  if (field->kind == KIND_NUMBER)
    return arena_printf(view->arena, "%s %" G_GINT64_FORMAT, label, *dict_integer(field, row));
  const Value *value = view_value(view, field, row, &href, error);
  return value->kind == VALUE_TEXT ? value->text : NULL;
}

/* "Packed · Quantity done 6": words speak for themselves, figures need their name. A date that is the report's own
   says nothing. */
const char *step_log_text(const View *view, const Record *record, const Row *row, GError **error) {
  const gint64 day = date_of_time(row->created_at, engine_zone(view->engine));
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < record->count; i++) {
    const Field *field = &record->fields[i];
    const gboolean own = field->kind == KIND_DATE && *dict_integer(field, row) == day;
    const char *part = own ? NULL : text_of(view, field, row, error);
    if (part)
      g_string_append_printf(text, "%s%s", text->len ? " · " : "", part);
  }
  return arena_strdup(view->arena, text->str);
}

gboolean step_log_add(const View *view, Step *step, const Record *record, const Row *row, GError **error) {
  Arena *arena = view->arena;
  LogEntry *entry = arena_new_of(arena, LogEntry, 1);
  *entry = (LogEntry){.at = row->created_at, .id = row->id, .cells = value_list(arena)};
  const Record *people = dict_find("user");
  const void *author = dict_load(view->tx, arena, people, row->created_by, error);
  const gint64 day = date_of_time(row->created_at, engine_zone(view->engine));
  add_cell(view, entry->cells, N_("Day"), view_date(view, day), TRUE);
  add_cell(view, entry->cells, N_("What"), view_text(view, record->label), FALSE);
  add_cell(view, entry->cells, N_("Content"), step_log_text(view, record, row, error), FALSE);
  add_cell(view, entry->cells, N_("Who"), author ? view_name(view, people, author) : "", TRUE);
  g_ptr_array_add(step->log, entry);
  return author || !error || !*error;
}

static int newer(gconstpointer one, gconstpointer other) {
  const LogEntry *a = *(LogEntry *const *)one, *b = *(LogEntry *const *)other;
  return a->at != b->at ? (a->at > b->at ? -1 : 1) : (a->id < b->id) - (a->id > b->id);
}

/* lines.html's tables: one of the reports from `first` on. */
static Value *table_of(const View *view, const Step *step, guint first, guint end) {
  Arena *arena = view->arena;
  Value *tables = value_list(arena), *heads = value_list(arena), *rows = value_list(arena);
  for (guint i = first; i < end; i++) {
    const LogEntry *entry = step->log->pdata[i];
    Value *line = value_append(arena, rows, value_map(arena));
    value_set(arena, line, "cells", entry->cells);
    value_set(arena, line, "href", value_null(arena));
    for (guint k = 0; i == first && k < entry->cells->count; k++)
      value_append(arena, heads, entry->cells->items[k]);
  }
  view_add_table(view, tables, first ? N_("Earlier reports") : N_("Reports"), heads, rows);
  return tables;
}

/* order.html's reports: the newest in sight, the others folded. */
static void add_reports(const View *view, const Step *step, Value *reports) {
  Arena *arena = view->arena;
  const guint all = step->log->len, in_sight = MIN(all, (guint)IN_SIGHT);
  Value *shown = value_append(arena, reports, value_map(arena)), *rest = value_list(arena);
  g_ptr_array_sort(step->log, newer);
  value_set(arena, shown, "tables", table_of(view, step, 0, in_sight));
  value_set(arena, shown, "rest", rest);
  if (all == in_sight)
    return;
  Value *folded = value_append(arena, rest, value_map(arena));
  value_set_text(arena, folded, "text",
                 arena_printf(arena, view_text(view, N_("Show earlier reports (%u)")), all - in_sight));
  value_set(arena, folded, "tables", table_of(view, step, in_sight, all));
}

gboolean step_log_append(const Walk *walk, guint number, GError **error) {
  const View *view = walk->view;
  const Step *step = &walk->steps[number - 1];
  Value *tables = value_list(view->arena), *reports = value_list(view->arena);
  if (number == (guint)progress_record.step &&
      !view_add_production(view, walk->order->id, !view_is_dealer(view), tables, error))
    return FALSE;
  if (!tables->count && !step->log->len)
    return TRUE;
  Value *item = value_append(view->arena, step->records, value_map(view->arena));
  value_set_bool(view->arena, item, "is_log", TRUE);
  value_set_bool(view->arena, item, "is_past", FALSE);
  value_set_bool(view->arena, item, "has_papers", FALSE);
  value_set(view->arena, item, "papers", value_list(view->arena));
  value_set(view->arena, item, "tables", tables);
  if (step->log->len)
    add_reports(view, step, reports);
  value_set(view->arena, item, "reports", reports);
  return TRUE;
}
