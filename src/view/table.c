/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form of many lines: what is stored, then empty rows to fill. */
#include "view/table.h"
#include "view/form.h"
#include "view/table-join.h"
#include "workflow/import.h"
#include <string.h>

enum { STORED_ROWS = 50, EMPTY_ROWS = 5 };

gboolean table_of(const Record *record, Row *row, const char *name, TableOf *table) {
  guint count;
  const Command *const *commands = workflow_commands(&count);
  *table = (TableOf){.record = record, .row = row};
  for (guint i = 0; i < count && !table->add; i++) {
    const Record *line = commands[i]->creates ? dict_find(commands[i]->record) : NULL;
    if (line && !g_strcmp0(line->parent, record->name) && !g_strcmp0(commands[i]->under, record->name) &&
        (!name || !strcmp(line->name, name)))
      table->add = commands[i], table->line = line;
  }
  if (!table->add)
    return FALSE;
  table->change = workflow_on(table->line, "change");
  table->remove = workflow_on(table->line, "remove");
  return TRUE;
}

const char *table_address(const View *view, const Record *record, gint64 id, const char *line) {
  TableOf first;
  const gboolean said = table_of(record, NULL, NULL, &first) && strcmp(first.line->name, line);
  return arena_printf(view->arena, "%s/lines%s%s", view_href(view, record, id), said ? "?of=" : "", said ? line : "");
}

/* What is wrong with the row as a whole; NULL: nothing. */
static const char *wrong_with(const View *view, const Refusal *refusal) {
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; refusal && i < refusal->reasons->len; i++) {
    const Reason *reason = refusal->reasons->pdata[i];
    if (reason->kind != REASON_FIELD)
      g_string_append_printf(text, "%s%s", text->len ? " " : "", reason->message);
  }
  return text->len ? arena_strdup(view->arena, text->str) : NULL;
}

/* What was asked about a stored line, with the field of its answer. */
static gboolean set_asked(const View *view, const TableOf *of, Value *item, guint i, const void *stored,
                          const ViewTyped *typed, GError **error) {
  Value *asked = value_null(view->arena);
  for (const Input *input = stored && of->change ? of->change->inputs : NULL; input && input->field; input++) {
    const Field *answer = dict_field(of->line, input->field);
    const Field *question = answer->answers ? dict_field(of->line, answer->answers) : NULL;
    if (!question || !dict_is_set(question, stored))
      continue;
    Value *field = form_field(view, input, answer, stored, of->row, typed, table_name(view, i, input->field), error);
    if (!field)
      return FALSE;
    asked = value_map(view->arena);
    form_set_plain(view, field, answer);
    value_set_text(view->arena, asked, "question", *dict_text(question, stored));
    value_set_text(view->arena, asked, "question_label", view_text(view, question->label));
    value_set(view->arena, asked, "answer", field);
  }
  value_set(view->arena, item, "asked", asked);
  return TRUE;
}

/* The money that each line is about, which is typed, or the product of what is; NULL: none is. */
static const Field *summed(const TableOf *of) {
  const Field *typed = NULL;
  for (guint i = 0; i < of->line->count; i++)
    if (of->line->fields[i].product)
      return &of->line->fields[i];
  for (const Input *input = of->add->inputs; input && input->field && !typed; input++) {
    const Field *field = dict_field(of->line, input->field);
    typed = field->kind == KIND_MONEY ? field : NULL;
  }
  return typed;
}

/* One row: a cell for each input of the command that adds a line, with names of its own. */
static Value *row_item(const View *view, const TableOf *of, guint i, const void *stored, const TableRow *sent,
                       GError **error) {
  Arena *arena = view->arena;
  Value *item = value_map(arena), *cells = value_list(arena);
  ViewTyped typed = {.inputs = sent ? sent->inputs : NULL, .refusal = sent ? sent->refusal : NULL};
  typed.wrong = wrong_with(view, typed.refusal); /* stands in the first cell */
  for (const Input *input = of->add->inputs; input && input->field; input++) {
    const Input optional = {.field = input->field, .optional = TRUE}; /* an empty row is no row */
    Value *cell = form_field(view, &optional, dict_field(of->line, input->field), stored, of->row, &typed,
                             table_name(view, i, input->field), error);
    if (!cell)
      return NULL;
    form_set_plain(view, cell, dict_field(of->line, input->field));
    value_append(arena, cells, cell);
    typed.wrong = NULL;
  }
  if (!set_asked(view, of, item, i, stored, &typed, error))
    return NULL;
  const Row *row = stored;
  const gint64 id = row ? row->id : 0;
  const Field *product = summed(of);
  const gboolean known = product && product->product && stored && !sent && dict_is_set(product, stored);
  value_set_integer(arena, item, "number", VALUE_NUMBER, i + 1);
  value_set_text(arena, item, "product", known ? view_money(view, *dict_integer(product, stored)) : "");
  value_set_text(arena, item, "row_name", table_name(view, i, "_row"));
  value_set(arena, item, "cells", cells);
  value_set_bool(arena, item, "is_stored", id != 0);
  value_set_bool(arena, item, "may_remove", (id && of->remove) || (sent && sent->gone));
  value_set_text(arena, item, "id_name", table_name(view, i, "_id"));
  value_set_integer(arena, item, "id", VALUE_NUMBER, id);
  value_set_text(arena, item, "version_name", table_name(view, i, "_version"));
  value_set_integer(arena, item, "version", VALUE_NUMBER, sent ? sent->version : row ? row->version : 0);
  value_set_text(arena, item, "remove_name", table_name(view, i, "_remove"));
  value_set_bool(arena, item, "is_removed", sent && sent->remove);
  return item;
}

static gboolean add_sent(const View *view, const TableOf *of, Value *rows, const GPtrArray *sent, GError **error) {
  for (guint i = 0; i < sent->len; i++) {
    const TableRow *row = sent->pdata[i];
    const void *stored = row->id ? dict_load(view->tx, view->arena, of->line, row->id, error) : NULL;
    if (row->id && (!stored || ((const Row *)stored)->parent_id != of->row->id))
      continue;
    Value *item = row_item(view, of, rows->count, stored, row, error);
    if (!item)
      return FALSE;
    value_append(view->arena, rows, item);
  }
  return TRUE;
}

/* The stored lines of this page; *next gets the id after which the next page begins, 0 for none. */
static gboolean add_stored(const View *view, const TableOf *of, Value *rows, gint64 after, gint64 *next,
                           GError **error) {
  g_autoptr(GPtrArray) all = of->change || of->remove
                               ? dict_load_by(view->tx, view->arena, of->line, "parent_id", DB_I(of->row->id), error)
                               : g_ptr_array_new();
  gint64 last = 0;
  *next = 0;
  for (guint i = 0; all && i < all->len && !*next; i++) {
    const Row *row = all->pdata[i];
    if (row->id <= after || !g_strcmp0(row->state, "removed"))
      continue;
    if (rows->count == STORED_ROWS) {
      *next = last;
      break;
    }
    Value *item = row_item(view, of, rows->count, row, NULL, error);
    if (!item)
      return FALSE;
    value_append(view->arena, rows, item);
    last = row->id;
  }
  return all != NULL;
}

static gboolean set_heads(const View *view, const TableOf *of, Value *table, GError **error) {
  Value *heads = value_set(view->arena, table, "columns", value_list(view->arena));
  for (const Input *input = of->add->inputs; input && input->field; input++) {
    const Field *field = dict_field(of->line, input->field);
    Value *head = value_append(view->arena, heads, value_map(view->arena));
    value_set_text(view->arena, head, "label", view_text(view, field->label));
    value_set_bool(view->arena, head, "is_needed", !input->optional && field->kind != KIND_YESNO);
    if (!form_suggest(view, head, of->line, field, error))
      return FALSE;
  }
  return TRUE;
}

/* What all lines add up to as they are stored, where the page has them all; while they are typed its script says it. */
static gboolean set_sum(const View *view, const TableOf *of, Value *table, gboolean whole, gboolean sent,
                        GError **error) {
  const Field *field = summed(of);
  g_autoptr(GPtrArray)
    lines = dict_load_by(view->tx, view->arena, of->line, "parent_id", DB_I(of->row->id), error);
  gint64 sum = 0;
  for (guint i = 0; field && lines && i < lines->len; i++)
    if (g_strcmp0(((const Row *)lines->pdata[i])->state, "removed") && dict_is_set(field, lines->pdata[i]))
      sum += *dict_integer(field, lines->pdata[i]);
  value_set_text(view->arena, table, "factors", !field ? NULL : field->product ? field->product : field->name);
  value_set_text(view->arena, table, "product_label", field && field->product ? view_text(view, field->label) : NULL);
  value_set_text(view->arena, table, "sum", !field || !whole ? NULL : sent ? "—" : view_money(view, sum));
  return lines != NULL;
}

/* The command that takes such lines from a spreadsheet, where the viewer may use it. */
static const Command *importer_of(const View *view, const TableOf *of) {
  guint count;
  const Command *const *commands = workflow_commands(&count);
  for (guint i = 0; i < count; i++) {
    const Field *sheet = strcmp(commands[i]->record, of->record->name) ? NULL : import_field(commands[i]);
    if (sheet && !strcmp(sheet->target, of->line->name) && workflow_may(view->viewer, commands[i]))
      return commands[i];
  }
  return NULL;
}

static void set_addresses(const View *view, const TableOf *of, Value *table, gint64 next) {
  Arena *arena = view->arena;
  const char *base = view_href(view, of->record, of->row->id);
  const Command *importer = importer_of(view, of);
  const char *address = table_address(view, of->record, of->row->id, of->line->name);
  value_set_text(arena, table, "action", address);
  value_set_text(arena, table, "import_href", importer ? arena_printf(arena, "%s/%s", base, importer->name) : NULL);
  value_set_text(arena, table, "next_href",
                 next ? arena_printf(arena, "%s%safter=%" G_GINT64_FORMAT, address, strchr(address, '?') ? "&" : "?",
                                     next) : NULL);
  value_set_text(arena, table, "cancel_href",
                 of->row->order_id && of->record->step
                   ? arena_printf(arena, "/orders/%" G_GINT64_FORMAT "#s%d", of->row->order_id, of->record->step)
                   : base);
}

/* What is wrong, a line each that leads to its cell or row, where the table may be longer than the window. */
static Value *wrong_of(const View *view, const TableOf *of, const TableSent *sent) {
  Value *list = value_list(view->arena);
  for (guint i = 0; sent && i < sent->rows->len; i++) {
    const Refusal *refusal = ((const TableRow *)sent->rows->pdata[i])->refusal;
    for (guint k = 0; refusal && k < refusal->reasons->len; k++) {
      const Reason *reason = refusal->reasons->pdata[k];
      const gboolean cell = reason->kind == REASON_FIELD && dict_field(of->line, reason->name);
      Value *item = value_append(view->arena, list, value_map(view->arena));
      value_set_text(view->arena, item, "href",
                     arena_printf(view->arena, "#f-%s", table_name(view, i, cell ? reason->name : "_row")));
      value_set_text(view->arena, item, "message",
                     arena_printf(view->arena, view_text(view, N_("Line %u: %s")), i + 1, reason->message));
    }
  }
  return list;
}

Value *view_table(const View *view, const TableOf *of, const TableSent *sent, gint64 after, GError **error) {
  Arena *arena = view->arena;
  Value *table = value_map(arena), *rows = value_list(arena);
  gint64 next = 0;
  const gint64 seen = sent ? sent->seen : table_last(view, of, error);
  if (seen < 0 ||
      !(sent ? add_sent(view, of, rows, sent->rows, error) : add_stored(view, of, rows, after, &next, error)))
    return NULL;
  for (guint i = 0; i < EMPTY_ROWS && !(sent && i); i++) {
    Value *item = row_item(view, of, rows->count, NULL, NULL, error);
    if (!item)
      return NULL;
    value_append(arena, rows, item);
  }
  value_set_text(arena, table, "title", view_text(view, of->line->plural));
  value_set_text(arena, table, "subtitle", view_full_title(view, of->record, of->row));
  value_set_text(arena, table, "key", view_key(view));
  const gboolean changed = sent && sent->changed && sent->changed->count;
  Value *wrong = wrong_of(view, of, sent);
  value_set_integer(arena, table, "seen", VALUE_NUMBER, seen);
  value_set_bool(arena, table, "has_changed", changed);
  value_set(arena, table, "changed", changed ? sent->changed : value_list(arena));
  value_set_bool(arena, table, "has_wrong", sent && !changed);
  value_set(arena, table, "wrong", wrong);
  if (!set_heads(view, of, table, error) || !set_sum(view, of, table, !after && !next, sent != NULL, error))
    return NULL;
  const gboolean product = value_truth(value_get(table, "product_label"));
  value_set_integer(arena, table, "width", VALUE_NUMBER, value_get(table, "columns")->count + product + 1);
  set_addresses(view, of, table, next);
  value_set(arena, table, "rows", rows);
  return table;
}
