/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Differences out of the journal: for the timeline, and for the second of two editors. */
#include "base/date.h"
#include "base/json.h"
#include "party/party.h"
#include "view/difference.h"
#include <string.h>

static Value *set_value(const View *view, const Field *field, const json_t *codes) {
  g_autoptr(GString) text = g_string_new(NULL);
  gsize i;
  json_t *code;
  json_array_foreach(codes, i, code) {
    const Choice *choice = dict_choice(field->choices, json_string_value(code));
    g_string_append_printf(text, "%s%s", i ? " · " : "", choice ? view_text(view, choice->label) : "");
  }
  return value_text(view->arena, arena_strdup(view->arena, text->str));
}

/* What a person calls the row that a number in the journal means. */
static Value *named(const View *view, const Field *field, gint64 id) {
  const Record *target = field->kind == KIND_REF ? dict_find(field->target) : &file_record;
  const void *row = dict_load(view->tx, view->arena, target, id, NULL);
  return value_text(view->arena,
                    row && context_may_see(view->viewer, target, row) ? view_title(view, target, row) : "");
}

static Value *text_value(const View *view, const Field *field, const char *text) {
  gint64 number;
  const Choice *choice = dict_choice(field->choices, text);
  if (choice)
    return value_text(view->arena, view_text(view, choice->label));
  if (field->kind == KIND_DATE && date_parse(text, &number))
    return value_integer(view->arena, VALUE_DATE, number);
  if (field->kind == KIND_TIME && date_time_parse(text, &number))
    return value_integer(view->arena, VALUE_TIME, number);
  return value_text(view->arena, arena_strdup(view->arena, text));
}

Value *difference_value(const View *view, const Field *field, const json_t *value) {
  static const ValueKind kinds[] = {[KIND_MONEY] = VALUE_MONEY,
                                    [KIND_PERCENT] = VALUE_PERCENT,
                                    [KIND_LENGTH] = VALUE_LENGTH,
                                    [KIND_DECIMAL] = VALUE_DECIMAL,
                                    [KIND_NUMBER] = VALUE_NUMBER,
                                    [KIND_FILES] = VALUE_NUMBER};
  if (field->kind == KIND_SET)
    return set_value(view, field, value);
  if (json_is_string(value))
    return text_value(view, field, json_string_value(value));
  if (json_is_boolean(value))
    return value_text(view->arena, view_text(view, json_is_true(value) ? N_("yes") : N_("no")));
  if (!json_is_integer(value))
    return value_text(view->arena, "");
  if (view_is_step(field))
    return value_text(view->arena, view_step(view, json_integer_value(value)));
  if (field->kind == KIND_REF || field->kind == KIND_FILE)
    return named(view, field, json_integer_value(value));
  return value_integer(view->arena, kinds[field->kind], json_integer_value(value));
}

/* Plain JSON as a value of the API. */
static Value *plain_value(Arena *arena, const json_t *value) {
  if (json_is_string(value))
    return value_text(arena, arena_strdup(arena, json_string_value(value)));
  if (json_is_boolean(value))
    return value_bool(arena, json_is_true(value));
  if (json_is_integer(value))
    return value_integer(arena, VALUE_NUMBER, json_integer_value(value));
  Value *list = json_is_array(value) ? value_list(arena) : value_null(arena);
  gsize i;
  json_t *item;
  json_array_foreach(value, i, item) value_append(arena, list, plain_value(arena, item));
  return list;
}

/* Field name → what it held at that version, of all that changed since and the viewer may see. */
static GHashTable *before_of(const View *view, const Record *record, const Row *row, gint64 version, const char **by,
                             GError **error) {
  const DbResult *found = db_query(
    view->tx, view->arena,
    "SELECT j.detail, j.at, u.name FROM journal j LEFT JOIN \"user\" u ON u.id = j.user_id"
    " WHERE j.record = $1 AND j.row_id = $2 AND j.row_version > $3 ORDER BY j.id",
    DB_ARGS(DB_T(record->name), DB_I(row->id), DB_I(version)), error);
  GHashTable *all = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)json_decref);
  *by = NULL;
  for (guint i = 0; found && i < found->rows; i++) {
    json_t *detail = json_loads(DB_CELL(found, i, 0)->text, 0, NULL), *change;
    const char *name;
    json_object_foreach(detail, name, change) {
      const Field *field = dict_column(record, name);
      const gboolean hidden = !field || !view_shows(view, field);
      if (!hidden && !g_hash_table_contains(all, name))
        g_hash_table_insert(all, g_strdup(name), json_incref(json_object_get(change, "before")));
    }
    json_decref(detail);
    const char *who = DB_CELL(found, i, 2)->kind == DB_TEXT ? DB_CELL(found, i, 2)->text : "—";
    *by = arena_printf(view->arena, view_text(view, N_("%s changed this in the meantime (%s).")), who,
                       view_time(view, DB_CELL(found, i, 1)->integer));
  }
  return all;
}

Value *difference_since(const View *view, const Record *record, const void *row, gint64 version, const char **by,
                        GError **error) {
  Arena *arena = view->arena;
  g_autoptr(GHashTable) all = before_of(view, record, row, version, by, error);
  Value *changes = value_list(arena);
  for (guint i = 0; i < record->count; i++) {
    const Field *field = &record->fields[i];
    const json_t *before = g_hash_table_lookup(all, field->name);
    const char *href;
    if (!before)
      continue;
    g_autofree char *raw = json_dumps(before, JSON_COMPACT | JSON_ENCODE_ANY);
    Value *item = value_append(arena, changes, value_map(arena)), *now = view_value(view, field, row, &href, error);
    value_set_text(arena, item, "name", field->name);
    value_set_text(arena, item, "label", view_text(view, field->label));
    value_set(arena, item, "before", difference_value(view, field, before));
    value_set(arena, item, "now", now->kind == VALUE_NULL ? value_text(arena, "") : now);
    value_set_text(arena, item, "raw_before", arena_strdup(arena, raw));
  }
  return changes;
}

/* The sender's text as people read it, and whether it is still what the field held before. */
static Value *mine_of(const View *view, const Field *field, const char *text, const char *before, gboolean *untouched) {
  g_autoptr(Refusal) wrong = refusal_new();
  const char *href;
  Value *raw = value_text(view->arena, text);
  Field alone = *field;
  alone.offset = sizeof(Row);
  const Record record = {.name = "", .size = sizeof(Row) + sizeof(gint64), .fields = &alone, .count = 1};
  void *row = dict_new_row(view->arena, &record);
  *untouched = FALSE;
  if (!dict_parse(view->arena, &alone, text, INPUT_FORM, view->viewer->language, row, wrong))
    return raw;
  json_t *now = json_from_value(dict_value(view->arena, &alone, row));
  g_autofree char *json = json_dumps(now, JSON_COMPACT | JSON_ENCODE_ANY);
  json_decref(now);
  const gboolean both_no = alone.kind == KIND_YESNO && !strcmp(json, "false") && !strcmp(before, "null");
  *untouched = both_no || !strcmp(json, before);
  Value *value = view_value(view, &alone, row, &href, NULL);
  return value->kind == VALUE_NULL ? value_text(view->arena, "") : value;
}

static gboolean is_input(const Command *command, const char *name) {
  for (const Input *input = command->inputs; input && input->field; input++)
    if (!strcmp(input->field, name))
      return TRUE;
  return FALSE;
}

Value *difference_join(const View *view, const Command *command, const void *row, gint64 version, GHashTable *inputs,
                       const char **by, GError **error) {
  Arena *arena = view->arena;
  const Record *record = dict_find(command->record);
  Value *changes = difference_since(view, record, row, version, by, error);
  for (guint i = 0; i < changes->count; i++) {
    Value *item = changes->items[i];
    const char *name = value_get(item, "name")->text, *mine = g_hash_table_lookup(inputs, name);
    gboolean untouched = TRUE;
    Value *yours = mine && is_input(command, name)
                     ? mine_of(view, dict_field(record, name), mine, value_get(item, "raw_before")->text, &untouched)
                     : NULL;
    if (untouched)
      g_hash_table_remove(inputs, name);
    value_set(arena, item, "yours", yours && !untouched ? yours : value_text(arena, "—"));
    value_set_bool(arena, item, "is_conflict", yours && !untouched);
  }
  return changes;
}

Value *difference_data(const View *view, const Record *record, const void *row, gint64 version, GError **error) {
  const char *by;
  g_autoptr(GHashTable) all = before_of(view, record, row, version, &by, error);
  Value *changes = value_list(view->arena);
  const json_t *state = g_hash_table_lookup(all, "state");
  const Choice *was = dict_choice(record->states, json_string_value(state));
  if (was && (was->shown_to == DEALER || !view_is_dealer(view))) {
    Value *item = value_append(view->arena, changes, value_map(view->arena));
    value_set_text(view->arena, item, "field", "state");
    value_set_text(view->arena, item, "before", was->code);
    value_set_text(view->arena, item, "now", ((const Row *)row)->state);
  }
  for (guint i = 0; i < record->count; i++) {
    const Field *field = &record->fields[i];
    const json_t *before = g_hash_table_lookup(all, field->name);
    if (!before)
      continue;
    Value *item = value_append(view->arena, changes, value_map(view->arena));
    value_set_text(view->arena, item, "field", field->name);
    value_set(view->arena, item, "before", plain_value(view->arena, before));
    value_set(view->arena, item, "now", dict_value(view->arena, field, row));
  }
  return changes;
}
