/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two people edit the lines of one row: what the second is shown, and what is kept of what was typed. */
#include "view/table-join.h"
#include "view/difference.h"
#include <string.h>

const char *table_name(const View *view, guint i, const char *name) {
  return arena_printf(view->arena, "r%u.%s", i, name);
}

static gboolean is_removed(const Row *line) {
  return !g_strcmp0(line->state, "removed");
}

static GPtrArray *load_lines(const View *view, const TableOf *of, GError **error) {
  return dict_load_by(view->tx, view->arena, of->line, "parent_id", DB_I(of->row->id), error);
}

gint64 table_last(const View *view, const TableOf *of, GError **error) {
  g_autoptr(GPtrArray) all = load_lines(view, of, error);
  return !all ? -1 : all->len ? ((const Row *)all->pdata[all->len - 1])->id : 0;
}

gboolean table_differs(Arena *arena, const TableOf *of, const void *stored, const TableRow *sent) {
  void *row = dict_copy_row(arena, of->line, stored);
  g_autoptr(Refusal) wrong = refusal_new();
  for (const Input *input = (of->change ? of->change : of->add)->inputs; input && input->field; input++) {
    const Field *field = dict_field(of->line, input->field);
    const char *text = g_hash_table_lookup(sent->inputs, field->name);
    if (text && !dict_parse(arena, field, text, INPUT_FORM, "en", row, wrong))
      return TRUE;
    if (field->kind == KIND_YESNO && *dict_integer(field, row) == 0 && *dict_integer(field, stored) == DICT_UNSET)
      *dict_integer(field, row) = DICT_UNSET;
  }
  return dict_difference(arena, of->line, stored, row)->count > 0;
}

/* What a line says, as people read it: its set columns. */
static Value *parts_of(const View *view, const TableOf *of, const void *line, GError **error) {
  Value *parts = value_list(view->arena);
  const char *href;
  for (const Input *input = of->add->inputs; input && input->field; input++) {
    Value *shown = view_value(view, dict_field(of->line, input->field), line, &href, error);
    if (shown && shown->kind != VALUE_NULL)
      value_set(view->arena, value_append(view->arena, parts, value_map(view->arena)), "part", shown);
  }
  return parts;
}

/* A row of the table of changes: a cell, or a whole line. */
typedef struct {
  gint place;         /* of its row in the form; -1: it has none */
  const char *by;     /* who changed it when; or NULL */
  const char *label;  /* of the field; a message id */
  const char *yours;  /* message id: what becomes of what the sender typed; NULL: nothing is to be said */
  const Value *cell;  /* of difference_join(); NULL: a whole line */
  Value *was, *is;    /* a line's parts; NULL: none */
} Changed;

static void add_changed(const View *view, TableSent *sent, const Changed *changed) {
  static const char *const keys[] = {"label", "before", "now", "yours", "is_conflict"};
  Arena *arena = view->arena;
  const gboolean placed = changed->place >= 0;
  const guint place = placed ? (guint)changed->place : 0;
  Value *item = value_append(arena, sent->changed, value_map(arena));
  value_set_text(arena, item, "href",
                 placed ? arena_printf(arena, "#f-%s", table_name(view, place, "_row")) : NULL);
  value_set_text(arena, item, "line", placed ? arena_printf(arena, "%u", place + 1) : "");
  value_set_text(arena, item, "by", changed->by);
  value_set(arena, item, "was", changed->was ? changed->was : value_list(arena));
  value_set(arena, item, "is", changed->is ? changed->is : value_list(arena));
  value_set_text(arena, item, "take_name", changed->cell ? table_name(view, place, "_take") : NULL);
  value_set_text(arena, item, "take_value", changed->cell ? value_get(changed->cell, "name")->text : NULL);
  for (guint i = 0; changed->cell && i < G_N_ELEMENTS(keys); i++)
    value_set(arena, item, keys[i], (Value *)value_get(changed->cell, keys[i]));
  if (changed->cell)
    return;
  value_set_text(arena, item, "label", view_text(view, changed->label));
  value_set_text(arena, item, "before", "");
  value_set_text(arena, item, "now", "");
  value_set_text(arena, item, "yours", changed->yours ? view_text(view, changed->yours) : "");
  value_set_bool(arena, item, "is_conflict", FALSE);
}

/* The line was changed: each cell of it. */
static gboolean join_changed(const View *view, const TableOf *of, TableSent *sent, guint place, const Row *line,
                             GError **error) {
  TableRow *row = sent->rows->pdata[place];
  const char *by;
  GError *fault = NULL;
  const Command *command = of->change ? of->change : of->add;
  Value *cells = difference_join(view, command, line, row->version, row->inputs, &by, &fault);
  row->version = line->version;
  for (guint i = 0; i < cells->count && !fault; i++)
    add_changed(view, sent, &(Changed){.place = (gint)place, .by = by, .cell = cells->items[i]});
  if (fault)
    g_propagate_error(error, fault);
  return !fault;
}

/* The line was removed. FALSE: what the sender typed says no more than it did, and goes with it. */
static gboolean join_removed(const View *view, const TableOf *of, TableSent *sent, guint place, const Row *line,
                             GError **error) {
  TableRow *row = sent->rows->pdata[place];
  const gboolean typed = !row->remove && table_differs(view->arena, of, line, row);
  Changed changed = {.place = typed ? (gint)place : -1, .label = N_("Line removed")};
  if (row->remove) /* both did */
    return FALSE;
  difference_since(view, of->line, line, row->version, &changed.by, error);
  changed.was = parts_of(view, of, line, error);
  changed.yours = typed ? N_("Kept below; without the tick at “Remove” it is added again.") : NULL;
  add_changed(view, sent, &changed);
  row->id = row->version = 0;
  row->gone = row->remove = TRUE;
  return typed;
}

static void join_added(const View *view, const TableOf *of, TableSent *sent, const Row *line, GError **error) {
  Changed changed = {.place = -1, .label = N_("Line added")};
  difference_since(view, of->line, line, 0, &changed.by, error);
  changed.is = parts_of(view, of, line, error);
  add_changed(view, sent, &changed);
}

static const Row *find_line(const GPtrArray *all, gint64 id) {
  for (guint i = 0; i < all->len; i++)
    if (((const Row *)all->pdata[i])->id == id)
      return all->pdata[i];
  return NULL;
}

static void take_out(TableSent *sent, guint place) {
  g_hash_table_unref(((TableRow *)sent->rows->pdata[place])->inputs);
  g_ptr_array_remove_index(sent->rows, place);
}

gboolean table_join(const View *view, const TableOf *of, TableSent *sent, GError **error) {
  GError *fault = NULL;
  g_autoptr(GPtrArray) all = load_lines(view, of, error);
  sent->changed = value_list(view->arena);
  if (!all)
    return FALSE;
  for (guint i = 0; i < sent->rows->len && !fault;) {
    const TableRow *row = sent->rows->pdata[i];
    const Row *line = row->id && row->version ? find_line(all, row->id) : NULL;
    const gboolean stale = line && line->version != row->version;
    if (stale && is_removed(line) && !join_removed(view, of, sent, i, line, &fault)) {
      take_out(sent, i);
      continue;
    }
    if (stale && !is_removed(line))
      join_changed(view, of, sent, i, line, &fault);
    i++;
  }
  for (guint i = 0; sent->seen && i < all->len && !fault; i++) {
    const Row *line = all->pdata[i];
    if (line->id > sent->seen && !is_removed(line))
      join_added(view, of, sent, line, &fault);
  }
  sent->seen = all->len ? ((const Row *)all->pdata[all->len - 1])->id : 0;
  if (fault)
    g_propagate_error(error, fault);
  return !fault;
}
