/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a row changes of the one whose place it takes, side by side: an amendment beside the contract in force. */
#include "view/order.h"
#include <string.h>

enum { LINES_AHEAD = 200 /* lines among which one is sought */ };

typedef struct {
  const View *view;
  const char *heads[3]; /* of the table's columns */
  Value *rows;
} Comparison;

static const Field *compared_field(const Record *record) {
  for (guint i = 0; i < record->count; i++)
    if (record->fields[i].compared)
      return &record->fields[i];
  return NULL;
}

/* Terms are what is typed while the row is in its first state; the rest comes of signing it. */
static gboolean is_term(const Record *record, const Field *field) {
  guint count;
  const Command *const *commands = workflow_commands(&count);
  for (guint i = 0; i < count; i++) {
    const Command *command = commands[i];
    if (field->passing || strcmp(command->record, record->name) || command->to || !command->from ||
        strcmp(command->from[0], record->states[0].code))
      continue;
    for (const Input *input = command->inputs; input && input->field; input++)
      if (!strcmp(input->field, field->name))
        return TRUE;
  }
  return FALSE;
}

static gboolean is_same(const Field *field, const void *one, const void *other) {
  return dict_is_text(field) ? !g_strcmp0(*dict_text(field, one), *dict_text(field, other))
                             : *dict_integer(field, one) == *dict_integer(field, other);
}

static void add_row(const Comparison *comparison, Value *const *sides, gboolean number) {
  Arena *arena = comparison->view->arena;
  Value *row = value_append(arena, comparison->rows, value_map(arena)), *cells = value_list(arena);
  for (guint i = 0; i < G_N_ELEMENTS(comparison->heads); i++) {
    Value *text = sides[i]->kind == VALUE_NULL ? value_text(arena, "—") : sides[i];
    value_append(arena, cells, view_cell(comparison->view, &(ViewCell){.label = comparison->heads[i], .text = text,
                                                                .is_number = number && i > 0}));
  }
  value_set(arena, row, "cells", cells);
  value_set(arena, row, "href", value_null(arena));
}

/* The fields in which two rows differ; of: what they are called before the field's own name, or NULL. */
static void add_fields(const Comparison *comparison, const Record *record, const char *of, const void *before,
                       const void *now, GError **error) {
  const View *view = comparison->view;
  for (guint i = 0; i < record->count; i++) {
    const Field *field = &record->fields[i];
    const char *href, *label = view_text(view, field->label);
    if (!view_shows(view, field) || !is_term(record, field) || is_same(field, before, now))
      continue;
    Value *sides[] = {value_text(view->arena, of ? arena_printf(view->arena, "%s · %s", of, label) : label),
                      view_value(view, field, before, &href, error), view_value(view, field, now, &href, error)};
    add_row(comparison, sides, view_is_number(field));
  }
}

static GPtrArray *standing(const View *view, const Record *line, gint64 parent, GError **error) {
  g_autoptr(GPtrArray) rows = dict_load_by(view->tx, view->arena, line, "parent_id", DB_I(parent), error);
  for (guint i = rows ? rows->len : 0; i-- > 0;)
    if (!g_strcmp0(((Row *)rows->pdata[i])->state, "removed"))
      g_ptr_array_remove_index(rows, i);
  return g_steal_pointer(&rows);
}

/* The fields that are compared. Field*, caller unrefs. */
static GPtrArray *terms_of(const View *view, const Record *record) {
  GPtrArray *terms = g_ptr_array_new();
  for (guint i = 0; i < record->count; i++)
    if (view_shows(view, &record->fields[i]) && is_term(record, &record->fields[i]))
      g_ptr_array_add(terms, (gpointer)&record->fields[i]);
  return terms;
}

/* How many of the terms that are set in the one are the same in the other. */
static guint likeness(const GPtrArray *terms, const void *one, const void *other) {
  guint same = 0;
  for (guint i = 0; i < terms->len; i++)
    same += dict_is_set(terms->pdata[i], one) && is_same(terms->pdata[i], one, other);
  return same;
}

/* The line among those from `first` on that is most like `one`, and like it in most of its terms; the nearest of
   several. rows->len: none is. */
static guint most_like(const GPtrArray *terms, const void *one, const GPtrArray *rows, guint first) {
  const guint all = likeness(terms, one, one);
  guint best = rows->len, most = all / 2;
  for (guint i = first; i < MIN(rows->len, first + LINES_AHEAD) && most < all; i++) {
    const guint same = likeness(terms, one, rows->pdata[i]);
    if (same > most)
      best = i, most = same;
  }
  return best;
}

/* The lines of two rows, some of which are not like each other. */
typedef struct {
  const Comparison *comparison;
  const Record *line;
  const GPtrArray *old, *fresh;
} Lines;

static const char *name_of(const Lines *lines, const char *message, guint number) {
  const View *view = lines->comparison->view;
  return arena_printf(view->arena, view_text(view, message), view_text(view, lines->line->label), number);
}

/* A line that is only on one side, in few words. */
static void add_lone(const Lines *lines, const char *of, const void *one, const void *other) {
  const View *view = lines->comparison->view;
  Value *const sides[] = {value_text(view->arena, of),
                          one ? value_text(view->arena, view_title(view, lines->line, one)) : value_null(view->arena),
                          other ? value_text(view->arena, view_title(view, lines->line, other))
                                : value_null(view->arena)};
  add_row(lines->comparison, sides, FALSE);
}

/* What stands between two pairs of like lines: as many on both sides took each other's place. */
static void add_unlike(const Lines *lines, guint old, guint old_end, guint fresh, guint fresh_end, GError **error) {
  const gboolean changed = old_end - old == fresh_end - fresh;
  for (; changed && old < old_end; old++, fresh++)
    add_fields(lines->comparison, lines->line, name_of(lines, "%s %u", fresh + 1), lines->old->pdata[old],
               lines->fresh->pdata[fresh], error);
  for (; old < old_end; old++)
    add_lone(lines, name_of(lines, N_("%s %u, taken off"), old + 1), lines->old->pdata[old], NULL);
  for (; fresh < fresh_end; fresh++)
    add_lone(lines, name_of(lines, N_("%s %u, added"), fresh + 1), NULL, lines->fresh->pdata[fresh]);
}

/* Lines stay in their order, but some are taken off and others put between them: each stands beside the one most like
   it. They have the number that they have now, those taken off the one that they had. */
static gboolean add_lines(const Comparison *comparison, const Record *line, gint64 before, gint64 now, GError **error) {
  const View *view = comparison->view;
  g_autoptr(GPtrArray) old = standing(view, line, before, error);
  g_autoptr(GPtrArray) fresh = old ? standing(view, line, now, error) : NULL;
  g_autoptr(GPtrArray) terms = terms_of(view, line);
  if (!fresh)
    return FALSE;
  const Lines lines = {.comparison = comparison, .line = line, .old = old, .fresh = fresh};
  guint old_at = 0, fresh_at = 0;
  for (guint i = 0; i < fresh->len; i++) {
    const guint match = most_like(terms, fresh->pdata[i], old, old_at);
    if (match == old->len)
      continue;
    add_unlike(&lines, old_at, match, fresh_at, i, error);
    add_fields(comparison, line, name_of(&lines, "%s %u", i + 1), old->pdata[match], fresh->pdata[i], error);
    old_at = match + 1, fresh_at = i + 1;
  }
  add_unlike(&lines, old_at, old->len, fresh_at, fresh->len, error);
  return TRUE;
}

static Value *table_of(const Comparison *comparison) {
  const View *view = comparison->view;
  Arena *arena = view->arena;
  Value *table = value_map(arena), *heads = value_list(arena);
  for (guint i = 0; i < G_N_ELEMENTS(comparison->heads); i++) {
    Value *head = value_append(arena, heads, value_map(arena));
    value_set_text(arena, head, "label", comparison->heads[i]);
    value_set_bool(arena, head, "is_number", FALSE);
  }
  value_set_text(arena, table, "title", view_text(view, N_("What it changes")));
  value_set_bool(arena, table, "has_acts", FALSE);
  value_set(arena, table, "columns", heads);
  value_set(arena, table, "rows", comparison->rows);
  value_set(arena, table, "add_href", value_null(arena));
  value_set(arena, table, "add_label", value_null(arena));
  value_set_text(arena, table, "total", comparison->rows->count ? NULL : view_text(view, N_("Nothing differs.")));
  return table;
}

gboolean view_compare(const View *view, const Record *record, const Row *row, Value *tables, GError **error) {
  const Field *field = compared_field(record);
  if (!field || !dict_is_set(field, row))
    return TRUE;
  const Row *before = dict_load(view->tx, view->arena, record, *dict_integer(field, row), error);
  if (!before || !view_may_see(view, record, before))
    return before != NULL;
  const Comparison comparison = {.view = view, .rows = value_list(view->arena),
                                 .heads = {view_text(view, N_("Term")), view_title(view, record, before),
                                           view_title(view, record, row)}};
  add_fields(&comparison, record, NULL, before, row, error);
  guint count;
  const Record *const *all = dict_all(&count);
  for (guint i = 0; i < count; i++)
    if (!g_strcmp0(all[i]->parent, record->name) && view_may_list(view, all[i]) &&
        !add_lines(&comparison, all[i], before->id, row->id, error))
      return FALSE;
  value_append(view->arena, tables, table_of(&comparison));
  return TRUE;
}
