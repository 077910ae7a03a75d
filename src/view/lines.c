/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of a row's lines: order form lines, instalments, allocations, packages. */
#include "base/money.h"
#include "base/reading.h"
#include "step/s02-order-form.h"
#include "view/order.h"
#include "view/table.h"
#include <string.h>

static gboolean is_removed(const Row *row) {
  return !g_strcmp0(row->state, "removed");
}

GPtrArray *lines_columns(const View *view, const Record *line, const GPtrArray *rows, gboolean terms) {
  GPtrArray *columns = g_ptr_array_new();
  for (guint i = 0; i < line->count; i++) {
    const Field *field = &line->fields[i];
    gboolean used = FALSE;
    for (guint k = 0; k < rows->len && !used; k++)
      used = !is_removed(rows->pdata[k]) && dict_is_set(field, rows->pdata[k]);
    if (used && view_shows(view, field) && !(terms && field->passing))
      g_ptr_array_add(columns, (gpointer)field);
  }
  return columns;
}

guint view_beside(const View *view, const Field *field, const Field *beside[VIEW_BESIDE]) {
  g_autofree char *named = g_strjoin(" ", field->counts ? field->counts : "", field->beside, NULL);
  g_auto(GStrv) names = g_strsplit(named, " ", -1);
  guint count = 0;
  for (char **name = names; *name && count < VIEW_BESIDE; name++) {
    const Field *other = **name ? dict_field(dict_find(field->target), *name) : NULL;
    if (other && view_shows(view, other))
      beside[count++] = other;
  }
  return count;
}

/* The row to which the field refers; NULL: none that the viewer may see. */
static const Row *meant_by(const View *view, const Field *field, const void *row, GError **error) {
  const Record *target = dict_find(field->target);
  const Row *meant = dict_is_set(field, row)
                       ? dict_load(view->tx, view->arena, target, *dict_integer(field, row), error) : NULL;
  return meant && view_may_see(view, target, meant) ? meant : NULL;
}

/* Lengths have their unit in the head, for many stand below each other. */
static const char *label_of(const View *view, const Field *field) {
  const char *label = view_text(view, field->label);
  return field->kind == KIND_LENGTH ? arena_printf(view->arena, "%s (mm)", label) : label;
}

void lines_head(const View *view, Value *heads, const Field *field) {
  Value *head = value_append(view->arena, heads, value_map(view->arena));
  value_set_text(view->arena, head, "label", label_of(view, field));
  value_set_bool(view->arena, head, "is_number", view_is_number(field));
}

Value *view_cell(const View *view, const ViewCell *cell) {
  Value *item = value_map(view->arena);
  const gboolean filled = cell->text && cell->text->kind != VALUE_NULL;
  value_set(view->arena, item, "text", filled ? cell->text : value_text(view->arena, ""));
  value_set_text(view->arena, item, "label", cell->label);
  value_set_text(view->arena, item, "href", cell->href);
  value_set_text(view->arena, item, "late", cell->late);
  value_set_bool(view->arena, item, "is_number", cell->is_number);
  value_set_bool(view->arena, item, "is_short", cell->is_short);
  return item;
}

Value *lines_cell(const View *view, const Record *record, const Field *field, const void *row, GError **error) {
  const char *href;
  Value *value = view_value(view, field, row, &href, error);
  if (value->kind == VALUE_LENGTH) {
    g_autofree char *length = reading_decimal(value->integer, LENGTH_PLACES);
    value = value_text(view->arena, arena_strdup(view->arena, length));
  }
  return view_cell(view, &(ViewCell){.label = label_of(view, field), .text = value,
                                     .late = view_late(view, record, field, row),
                                     .is_number = view_is_number(field), .is_short = view_is_short(field)});
}

static Value *text_cell(const View *view, const char *label, const char *text, const char *href) {
  return view_cell(view, &(ViewCell){.label = view_text(view, label), .text = value_text(view->arena, text),
                                     .href = href});
}

void view_add_table(const View *view, Value *tables, const char *title, Value *heads, Value *rows) {
  Value *table = value_append(view->arena, tables, value_map(view->arena));
  value_set_text(view->arena, table, "title", view_text(view, title));
  value_set_bool(view->arena, table, "has_acts", FALSE);
  value_set(view->arena, table, "columns", heads);
  value_set(view->arena, table, "rows", rows);
  static const char *const unset[] = {"add_href", "add_label", "total", "more_href"};
  for (guint i = 0; i < G_N_ELEMENTS(unset); i++)
    value_set(view->arena, table, unset[i], value_null(view->arena));
}

static void add_line(const View *view, Value *lines, const Record *line, const void *row, const GPtrArray *columns,
                     gboolean editable, GError **error) {
  Arena *arena = view->arena;
  Value *item = value_append(arena, lines, value_map(arena)), *cells = value_list(arena);
  for (guint i = 0; i < columns->len; i++) {
    const Field *field = columns->pdata[i];
    value_append(arena, cells, lines_cell(view, line, field, row, error));
    const Field *beside[VIEW_BESIDE];
    const guint count = view_beside(view, field, beside);
    const Row *meant = count ? meant_by(view, field, row, error) : NULL;
    for (guint k = 0; k < count; k++)
      value_append(arena, cells,
                   meant ? lines_cell(view, dict_find(field->target), beside[k], meant, error)
                         : text_cell(view, beside[k]->label, NULL, NULL));
  }
  value_set(arena, item, "cells", cells);
  value_set_text(arena, item, "href", editable ? view_href(view, line, ((const Row *)row)->id) : NULL);
}

/* "Sum 12" of what the lines refer to; NULL where that is not counted. */
static const char *total_count(const View *view, const GPtrArray *columns, const GPtrArray *rows, GError **error) {
  const Field *field = NULL;
  for (guint i = 0; i < columns->len && !field; i++)
    field = ((const Field *)columns->pdata[i])->counts ? columns->pdata[i] : NULL;
  const Field *count = field ? dict_field(dict_find(field->target), field->counts) : NULL;
  gint64 sum = 0;
  for (guint i = 0; field && i < rows->len; i++) {
    const Row *meant = is_removed(rows->pdata[i]) ? NULL : meant_by(view, field, rows->pdata[i], error);
    sum += meant && dict_is_set(count, meant) ? *dict_integer(count, meant) : 0;
  }
  return field ? arena_printf(view->arena, view_text(view, N_("Sum %s")),
                              arena_printf(view->arena, "%" G_GINT64_FORMAT, sum)) : NULL;
}

/* "Sum ¥128,000.00" of the last amount, behind what it is made from; NULL where there is none. */
static const char *total_of(const View *view, const GPtrArray *columns, const GPtrArray *rows) {
  const Field *money = NULL;
  for (guint i = 0; i < columns->len; i++)
    money = ((const Field *)columns->pdata[i])->kind == KIND_MONEY ? columns->pdata[i] : money;
  gint64 sum = 0;
  for (guint i = 0; money && i < rows->len; i++)
    if (!is_removed(rows->pdata[i]) && dict_is_set(money, rows->pdata[i]))
      sum += *dict_integer(money, rows->pdata[i]);
  return money ? arena_printf(view->arena, view_text(view, N_("Sum %s")), view_money(view, sum)) : NULL;
}

/* The command that adds such a line, where the viewer may now. */
static const Offer *adder_of(const Record *line, const GPtrArray *offers) {
  for (guint i = 0; offers && i < offers->len; i++) {
    const Offer *offer = offers->pdata[i];
    if (offer->command->creates && !strcmp(offer->command->record, line->name) && !*offer->unmet)
      return offer;
  }
  return NULL;
}

/* What a row was made for: the last state in which it goes on. */
static gboolean is_reached(const Choice *state) {
  gboolean last = state->kind == ON;
  for (const Choice *later = state + 1; later->code; later++)
    last = last && later->kind != ON;
  return last;
}

static Value *table_for(const View *view, const Record *record, const Row *row, const Record *line,
                        const GPtrArray *rows, const Offer *adder, GError **error) {
  Arena *arena = view->arena;
  Value *table = value_map(arena), *heads = value_list(arena), *lines = value_list(arena);
  const Choice *state = row ? dict_choice(record->states, row->state) : NULL;
  const gboolean done = state && (state->kind == PAST || is_reached(state));
  g_autoptr(GPtrArray) columns = lines_columns(view, line, rows, done);
  for (guint i = 0; i < columns->len; i++) {
    const Field *beside[VIEW_BESIDE];
    const guint count = view_beside(view, columns->pdata[i], beside);
    lines_head(view, heads, columns->pdata[i]);
    for (guint k = 0; k < count; k++)
      lines_head(view, heads, beside[k]);
  }
  for (guint i = 0; i < rows->len; i++)
    if (!is_removed(rows->pdata[i]))
      add_line(view, lines, line, rows->pdata[i], columns, adder != NULL, error);
  value_set_text(arena, table, "title", view_text(view, line->plural));
  value_set_bool(arena, table, "has_acts", adder != NULL);
  value_set(arena, table, "columns", heads);
  value_set(arena, table, "rows", lines);
  value_set_text(arena, table, "add_href",
                 adder ? table_address(view, record, row->id, line->name) : NULL);
  value_set_text(arena, table, "add_label", adder ? view_text(view, N_("Edit lines")) : NULL);
  const char *money = total_of(view, columns, rows), *count = total_count(view, columns, rows, error);
  value_set_text(arena, table, "total", lines->count > 1 ? money ? money : count : NULL);
  value_set(arena, table, "more_href", value_null(arena));
  return table;
}

gboolean view_add_also(const View *view, const Record *record, gint64 parent_id, Value *tables, GError **error) {
  const Record *line = record->also ? dict_find(record->also) : NULL;
  if (!line || !view_may_list(view, line))
    return TRUE;
  g_autoptr(GPtrArray) rows = dict_load_by(view->tx, view->arena, line, "parent_id", DB_I(parent_id), error);
  for (guint i = rows ? rows->len : 0; i-- > 0;)
    if (is_removed(rows->pdata[i]) || !context_may_reach(view->tx, view->arena, view->viewer, line, rows->pdata[i]))
      g_ptr_array_remove_index(rows, i);
  if (rows && rows->len)
    value_append(view->arena, tables, table_for(view, record, NULL, line, rows, NULL, error));
  return rows != NULL;
}

Value *view_lines(const View *view, const Record *record, const Row *row, const GPtrArray *offers, GError **error) {
  Value *tables = value_list(view->arena);
  guint count;
  const Record *const *all = dict_all(&count);
  if (!view_compare(view, record, row, tables, error) || !view_add_also(view, record, row->parent_id, tables, error))
    return NULL;
  for (guint k = 0; k < count; k++) {
    if (g_strcmp0(all[k]->parent, record->name) || !view_may_list(view, all[k]))
      continue;
    g_autoptr(GPtrArray) rows = dict_load_by(view->tx, view->arena, all[k], "parent_id", DB_I(row->id), error);
    const Offer *adder = adder_of(all[k], offers);
    if (!rows)
      return NULL;
    if (rows->len || adder)
      value_append(view->arena, tables, table_for(view, record, row, all[k], rows, adder, error));
  }
  return tables;
}

/* ---- what a contract or a works order is about ---- */
static const Row *goods_form(const View *view, const Record *record, const Row *row, gint64 order_id, GError **error) {
  const Field *named = dict_field(record, order_form_record.name);
  if (named && row && dict_is_set(named, row))
    return dict_load(view->tx, view->arena, &order_form_record, *dict_integer(named, row), error);
  g_autoptr(GPtrArray) forms = dict_load_by(view->tx, view->arena, &order_form_record, "order_id", DB_I(order_id),
                                            error);
  for (guint i = 0; forms && i < forms->len; i++)
    if (!g_strcmp0(((const Row *)forms->pdata[i])->state, "accepted"))
      return forms->pdata[i];
  return NULL;
}

gboolean view_add_goods(const View *view, const Record *record, const Row *row, gint64 order_id, Value *tables,
                        GError **error) {
  GError *fault = NULL;
  if (record->about_goods && dict_field(record, "wall"))
    return view_add_production(view, order_id, TRUE, tables, error);
  const Row *form = record->about_goods ? goods_form(view, record, row, order_id, &fault) : NULL;
  g_autoptr(GPtrArray) lines = form && view_may_see(view, &order_form_record, form)
                                 ? dict_load_by(view->tx, view->arena, &order_form_line_record, "parent_id",
                                                DB_I(form->id), &fault) : NULL;
  if (lines && lines->len)
    value_append(view->arena, tables,
                 table_for(view, &order_form_record, form, &order_form_line_record, lines, NULL, &fault));
  if (fault)
    g_propagate_error(error, fault);
  return !fault;
}

/* ---- what hangs on a dealer or a project ---- */
enum { RELATED_ROWS = 20 };

static void add_related_row(const View *view, Value *lines, const Record *other, const void *data, Value *heads,
                            GError **error) {
  Arena *arena = view->arena;
  const Row *row = data;
  const Choice *state = dict_choice(other->states, row->state);
  const Field *title = dict_title(other);
  Value *item = value_append(arena, lines, value_map(arena)), *cells = value_list(arena);
  value_append(arena, cells,
               text_cell(view, title && !row->number ? title->label : N_("Name"), view_title(view, other, row),
                         view_href(view, other, row->id)));
  for (guint i = 0; i < other->count; i++) {
    const Field *field = &other->fields[i];
    const gboolean named = !strcmp(field->name, "name") || !strcmp(field->name, "project");
    if (field->listed && !named && view_shows(view, field))
      value_append(arena, cells, lines_cell(view, other, field, data, error));
  }
  value_append(arena, cells, text_cell(view, N_("State"), state ? view_text(view, state->label) : NULL, NULL));
  for (guint i = 0; i < cells->count && lines->count == 1; i++)
    value_append(arena, heads, cells->items[i]);
  value_set(arena, item, "cells", cells);
  value_set(arena, item, "href", value_null(arena));
}

/* more: address of the list where there are others besides; NULL: there are none, or no such list. */
static Value *related_table(const View *view, const Record *other, const GPtrArray *rows, const char *more,
                            GError **error) {
  Arena *arena = view->arena;
  Value *table = value_map(arena), *heads = value_list(arena), *lines = value_list(arena);
  for (guint i = 0; i < MIN(rows->len, RELATED_ROWS); i++)
    if (view_may_see(view, other, rows->pdata[i]))
      add_related_row(view, lines, other, rows->pdata[i], heads, error);
  value_set_text(arena, table, "title", view_text(view, other->plural));
  value_set_bool(arena, table, "has_acts", FALSE);
  value_set(arena, table, "columns", heads);
  value_set(arena, table, "rows", lines);
  value_set(arena, table, "add_href", value_null(arena));
  value_set(arena, table, "add_label", value_null(arena));
  value_set(arena, table, "total", value_null(arena));
  value_set_text(arena, table, "more_href", more);
  return lines->count ? table : NULL;
}

gboolean view_add_related(const View *view, const Record *record, const Row *row, Value *tables, GError **error) {
  static const struct {
    const char *record, *other, *column; /* of the other: what it hangs on */
  } links[] = {{"dealer", "order", "dealer_id"}, {"dealer", "project", "dealer_id"}, {"dealer", "contact", "dealer_id"},
               {"project", "order", "project"}};
  for (guint i = 0; i < G_N_ELEMENTS(links); i++) {
    const Record *other = dict_find(links[i].other);
    if (strcmp(links[i].record, record->name) || !other || !view_may_list(view, other))
      continue;
    const DictCondition same = {.field = dict_column(other, links[i].column), .op = DICT_IS, .cell = DB_I(row->id)};
    const DictPage page = {.where = &same, .conditions = 1, .most = RELATED_ROWS + 1};
    g_autoptr(GPtrArray) rows = dict_load_page(view->tx, view->arena, other, &page, NULL, error);
    const char *list = arena_printf(view->arena, "/%s?%s=%" G_GINT64_FORMAT, view_plural(view, other), links[i].column,
                                    row->id);
    const gboolean more = rows && rows->len > RELATED_ROWS;
    Value *table = rows ? related_table(view, other, rows, more ? list : NULL, error) : NULL;
    if (table)
      value_append(view->arena, tables, table);
    if (!rows)
      return FALSE;
  }
  return TRUE;
}
