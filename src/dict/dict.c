/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dictionary: what records there are, checked at start; rows read and written by description. */
#include "dict/sql.h"
#include <string.h>

static const Record *const *known;
static guint known_count;
static GHashTable *by_name; /* the same by name, the first of a name */
static GHashTable *columns; /* Record → GArray of Field: what its lists are made of */

const Record *dict_find(const char *name) {
  return name && by_name ? g_hash_table_lookup(by_name, name) : NULL;
}

const Record *const *dict_all(guint *count) {
  *count = known_count;
  return known;
}

const Record *dict_root(gsize member) {
  for (guint i = 0; i < known_count; i++)
    if (known[i]->root == member)
      return known[i];
  return NULL;
}

const Record *dict_root_of(const Row *row, gint64 *id) {
  *id = row->order_id ? row->order_id : row->dealer_id;
  return *id ? dict_root(row->order_id ? DICT_ROOT(order_id) : DICT_ROOT(dealer_id)) : NULL;
}

const Field *dict_field(const Record *record, const char *name) {
  for (guint i = 0; i < record->count; i++)
    if (!strcmp(record->fields[i].name, name))
      return &record->fields[i];
  return NULL;
}

const Choice *dict_choice(const Choice *list, const char *code) {
  for (; list && code && list->code; list++)
    if (!strcmp(list->code, code))
      return list;
  return NULL;
}

static gboolean fault(GError **error, const char *record, const char *what, const char *name) {
  g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "record %s: %s%s%s", record, what, name ? " " : "",
              name ? name : "");
  return FALSE;
}

static gboolean check_choices(const Record *record, const char *what, const Choice *list, GError **error) {
  for (const Choice *choice = list; choice && choice->code; choice++)
    if (!choice->label || dict_choice(list, choice->code) != choice)
      return fault(error, record->name, what, choice->code);
  return TRUE;
}

static gboolean is_identifier(const char *name) {
  if (!name || !g_ascii_islower(*name))
    return FALSE;
  for (; *name; name++)
    if (!g_ascii_islower(*name) && !g_ascii_isdigit(*name) && *name != '_')
      return FALSE;
  return TRUE;
}

/* Whether what forms begin with is something that they take. */
static gboolean check_preset(const Record *record, const Field *field, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Refusal) refusal = refusal_new();
  const gboolean fine = dict_parse(arena, field, field->preset, INPUT_FORM, "en", dict_new_row(arena, record), refusal);
  return fine || fault(error, record->name, "the preset is none that can be typed: field", field->name);
}

static gboolean check_field(const Record *record, const Field *field, GError **error) {
  static const char *const taken[] = {"id",         "version",    "state",      "number", "order_id", "dealer_id",
                                      "parent_id", "created_at", "created_by", "signed", NULL};
  if (!is_identifier(field->name) || g_strv_contains(taken, field->name) || dict_field(record, field->name) != field)
    return fault(error, record->name, "the field's name is malformed or taken:", field->name);
  if (!field->label)
    return fault(error, record->name, "no label on field", field->name);
  if ((field->kind == KIND_REF || field->kind == KIND_REFS || field->target) && !dict_find(field->target))
    return fault(error, record->name, "no such target of field", field->name);
  const Field *counted = field->counts && field->target ? dict_field(dict_find(field->target), field->counts) : NULL;
  if (field->counts && (!counted || counted->kind != KIND_NUMBER))
    return fault(error, record->name, "no such number to count by of field", field->name);
  g_auto(GStrv) beside = g_strsplit(field->beside ? field->beside : "", " ", -1);
  for (char **name = beside; *name; name++)
    if (!field->target || !(dict_field(dict_find(field->target), *name) ||
                            (!strcmp(*name, "state") && dict_find(field->target)->states)))
      return fault(error, record->name, "nothing such to show beside field", field->name);
  const Record *lines = field->within && field->target ? dict_find(field->target) : NULL;
  if (field->within && (!lines || !lines->parent || !dict_choice(dict_find(lines->parent)->states, field->within)))
    return fault(error, record->name, "no such lines to choose among by field", field->name);
  if ((field->kind == KIND_CHOICE || field->kind == KIND_SET) && !field->choices)
    return fault(error, record->name, "no choices on field", field->name);
  if (field->met && !dict_field(record, field->met))
    return fault(error, record->name, "no such field for met of field", field->name);
  if (field->suggested && field->kind != KIND_TEXT)
    return fault(error, record->name, "suggests what is no text: field", field->name);
  if (field->came && !dict_field(record, field->came))
    return fault(error, record->name, "no such field for came of field", field->name);
  g_auto(GStrv) factors = g_strsplit(field->product ? field->product : "", " ", -1);
  for (char **name = factors; *name; name++)
    if (field->kind != KIND_MONEY || g_strv_length(factors) != 2 || !dict_field(record, *name))
      return fault(error, record->name, "is the product of no such two fields: field", field->name);
  const Field *limit = field->not_after ? dict_field(record, field->not_after) : field;
  if (field->not_after && (!limit || limit->kind != KIND_DATE || field->kind != KIND_DATE))
    return fault(error, record->name, "no such date for not_after of field", field->name);
  if (field->offset < sizeof(Row) || field->offset + sizeof(gint64) > record->size)
    return fault(error, record->name, "outside of the struct: field", field->name);
  return check_choices(record, "choice twice or without label:", field->choices, error) &&
         check_preset(record, field, error);
}

static gboolean check_record(const Record *record, GError **error) {
  if (!is_identifier(record->name) || dict_find(record->name) != record)
    return fault(error, record->name, "the name is malformed or taken", NULL);
  if (!record->label || !record->plural)
    return fault(error, record->name, "no label or plural", NULL);
  for (guint i = 0; record->prefix && known[i] != record; i++)
    if (!g_strcmp0(known[i]->prefix, record->prefix))
      return fault(error, record->name, "the prefix is taken:", record->prefix);
  if (record->parent && !dict_find(record->parent))
    return fault(error, record->name, "no such parent:", record->parent);
  if (record->also && !dict_find(record->also))
    return fault(error, record->name, "no such lines to show also:", record->also);
  if (record->root && ((record->root != DICT_ROOT(order_id) && record->root != DICT_ROOT(dealer_id)) ||
                       dict_root(record->root) != record))
    return fault(error, record->name, "it is no root, or another record is", NULL);
  if (record->step < 0 || record->step > 17)
    return fault(error, record->name, "there is no such step", NULL);
  for (guint i = 0; i < record->count; i++)
    if (!check_field(record, &record->fields[i], error))
      return FALSE;
  for (const DictIndex *index = record->indexes; index && index->columns[0]; index++)
    for (const char *const *name = index->columns; *name; name++)
      if (!dict_column(record, *name))
        return fault(error, record->name, "an index over a column that there is not:", *name);
  for (const DictIndex *index = record->indexes; index && index->columns[0]; index++)
    if (index->unset && !dict_column(record, index->unset))
      return fault(error, record->name, "an index where a column is unset that there is not:", index->unset);
  for (const DictEnd *end = record->ends; end && end->from; end++)
    if (!dict_choice(record->states, end->from) || !dict_choice(record->states, end->to))
      return fault(error, record->name, "ends from or in a state that there is not:", end->from);
  for (const DictSum *sum = record->sums; sum && sum->field; sum++)
    if (!dict_field(record, sum->field) || !dict_find(sum->lines) ||
        !dict_field(dict_find(sum->lines), sum->line_field))
      return fault(error, record->name, "a sum of fields that there are not:", sum->field);
  return check_choices(record, "state twice or without label:", record->states, error);
}

/* The columns that every record has beside its fields, described as fields. */
static GArray *make_columns(const Record *record) {
  const Field number = record->prefix
                           ? (Field){.name = "number", .kind = KIND_TEXT, .offset = G_STRUCT_OFFSET(Row, number)}
                           : (Field){.name = "id", .kind = KIND_NUMBER, .offset = G_STRUCT_OFFSET(Row, id)};
  const gboolean of_dealer = record->shown_to == DEALER && !record->parent;
  const Record *dealers = dict_root(DICT_ROOT(dealer_id));
  const Field dealer = {.name = "dealer_id", .kind = KIND_REF, .offset = G_STRUCT_OFFSET(Row, dealer_id),
                        .target = dealers ? dealers->name : NULL,
                        .label = N_("Dealer"), .searched = of_dealer, .listed = of_dealer,
                        .filtered = of_dealer};
  const Field state = {.name = "state", .kind = KIND_CHOICE, .offset = G_STRUCT_OFFSET(Row, state),
                       .label = N_("State"), .choices = record->states, .shown_to = DEALER, .listed = TRUE,
                       .filtered = TRUE};
  GArray *all = g_array_new(FALSE, FALSE, sizeof(Field));
  g_array_append_val(all, number);
  Field *first = &g_array_index(all, Field, 0);
  first->label = N_("Number");
  first->listed = first->sorted = TRUE;
  first->shown_to = DEALER;
  g_array_append_vals(all, record->fields, record->count);
  if (dealers && dealers != record)
    g_array_insert_val(all, MIN(2, all->len), dealer); /* behind the name */
  if (record->states)
    g_array_append_val(all, state);
  return all;
}

const Field *dict_columns(const Record *record, guint *count) {
  const GArray *all = g_hash_table_lookup(columns, record);
  *count = all->len;
  return (const Field *)all->data;
}

const Field *dict_column(const Record *record, const char *name) {
  guint count;
  const Field *all = dict_columns(record, &count);
  for (guint i = 0; name && i < count; i++)
    if (!strcmp(all[i].name, name))
      return &all[i];
  return NULL;
}

const char *dict_label(const Record *record, const Field *field, const char *state) {
  const gboolean first = field->at_first && state && record->states && !strcmp(state, record->states[0].code);
  return first ? field->at_first : field->label;
}

const Field *dict_title(const Record *record) {
  const Field *name = dict_field(record, "name");
  if (name && name->kind == KIND_TEXT)
    return name;
  for (guint i = 0; i < record->count; i++)
    if (record->fields[i].kind == KIND_TEXT && (record->fields[i].listed || record->fields[i].searched))
      return &record->fields[i];
  return NULL;
}

gboolean dict_register(const Record *const *records, guint count, GError **error) {
  known = records;
  known_count = count;
  g_clear_pointer(&by_name, g_hash_table_unref);
  by_name = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = count; i-- > 0;)
    g_hash_table_insert(by_name, (gpointer)records[i]->name, (gpointer)records[i]);
  g_clear_pointer(&columns, g_hash_table_unref);
  columns = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
  for (guint i = 0; i < count; i++)
    g_hash_table_insert(columns, (gpointer)records[i], make_columns(records[i]));
  for (guint i = 0; i < count; i++)
    if (!check_record(records[i], error)) {
      known_count = 0;
      g_hash_table_remove_all(by_name);
      return FALSE;
    }
  for (guint i = 0; i < count; i++)
    sql_prepare(records[i]);
  return TRUE;
}

gboolean dict_is_set(const Field *field, const void *row) {
  if (dict_is_text(field))
    return *dict_text(field, row) != NULL;
  /* a row's own columns hold 0 where a field would be unset */
  return *dict_integer(field, row) != (field->offset < sizeof(Row) ? 0 : DICT_UNSET);
}

const Record *dict_named(const Field *field) {
  return field->kind == KIND_FILE || field->kind == KIND_FILES ? dict_find("file")
         : field->kind == KIND_REF || field->kind == KIND_REFS ? dict_find(field->target)
                                                               : NULL;
}

const gint64 *dict_ids(Arena *arena, const char *text, guint *count) {
  g_auto(GStrv) parts = g_strsplit(text ? text : "", ",", -1);
  gint64 *ids = arena_new_of(arena, gint64, g_strv_length(parts) + 1);
  *count = 0;
  for (char **part = parts; *part; part++)
    if (**part)
      ids[(*count)++] = g_ascii_strtoll(*part, NULL, 10);
  return ids;
}

const char *dict_number(Arena *arena, const Record *record, gint64 id) {
  return record->prefix ? arena_printf(arena, "%s-%05" G_GINT64_FORMAT, record->prefix, id) : NULL;
}

void *dict_new_row(Arena *arena, const Record *record) {
  Row *row = arena_alloc(arena, record->size);
  row->state = record->states ? record->states[0].code : NULL;
  for (guint i = 0; i < record->count; i++)
    if (!dict_is_text(&record->fields[i]))
      *dict_integer(&record->fields[i], row) = DICT_UNSET;
  return row;
}

void *dict_copy_row(Arena *arena, const Record *record, const void *row) {
  return memcpy(arena_alloc(arena, record->size), row, record->size);
}

static ValueKind value_kind(Kind kind) {
  switch (kind) {
  case KIND_MONEY: return VALUE_MONEY;
  case KIND_PERCENT: return VALUE_PERCENT;
  case KIND_LENGTH: return VALUE_LENGTH;
  case KIND_DECIMAL: return VALUE_DECIMAL;
  case KIND_DATE: return VALUE_DATE;
  case KIND_TIME: return VALUE_TIME;
  case KIND_YESNO: return VALUE_BOOL;
  default: return VALUE_NUMBER;
  }
}

static Value *several(Arena *arena, const Field *field, const char *text) {
  Value *list = value_list(arena);
  g_auto(GStrv) parts = g_strsplit(text, ",", -1);
  for (char **part = parts; *part; part++)
    value_append(arena, list, field->kind == KIND_SET
                                ? value_text(arena, arena_strdup(arena, *part))
                                : value_integer(arena, VALUE_NUMBER, g_ascii_strtoll(*part, NULL, 10)));
  return list;
}

Value *dict_value(Arena *arena, const Field *field, const void *row) {
  if (!dict_is_set(field, row))
    return value_null(arena);
  if (dict_is_several(field))
    return several(arena, field, *dict_text(field, row));
  if (dict_is_text(field))
    return value_text(arena, *dict_text(field, row));
  return value_integer(arena, value_kind(field->kind), *dict_integer(field, row));
}

static Value *id_or_null(Arena *arena, gint64 id) {
  return id ? value_integer(arena, VALUE_NUMBER, id) : value_null(arena);
}

gboolean dict_knows(const Record *record, Audience viewer) {
  return viewer == DEALER ? record->shown_to == DEALER : viewer == HOUSE || !record->commercial;
}

gboolean dict_shows(const Field *field, Audience viewer) {
  return viewer == DEALER ? field->shown_to == DEALER : viewer == HOUSE || !field->commercial;
}

Value *dict_map(Arena *arena, const Record *record, const void *data, Audience viewer) {
  const Row *row = data;
  Value *map = value_map(arena);
  value_set_integer(arena, map, "id", VALUE_NUMBER, row->id);
  value_set_integer(arena, map, "version", VALUE_NUMBER, row->version);
  if (record->states)
    value_set_text(arena, map, "state", row->state);
  if (record->prefix)
    value_set_text(arena, map, "number", row->number);
  value_set(arena, map, "order_id", id_or_null(arena, row->order_id));
  value_set(arena, map, "parent_id", id_or_null(arena, row->parent_id));
  if (viewer != DEALER)
    value_set(arena, map, "dealer_id", id_or_null(arena, row->dealer_id));
  value_set_integer(arena, map, "created_at", VALUE_TIME, row->created_at);
  for (guint i = 0; i < record->count; i++)
    if (dict_shows(&record->fields[i], viewer))
      value_set(arena, map, record->fields[i].name, dict_value(arena, &record->fields[i], data));
  return map;
}

static gboolean same(const Field *field, const void *one, const void *other) {
  if (dict_is_text(field))
    return !g_strcmp0(*dict_text(field, one), *dict_text(field, other));
  return *dict_integer(field, one) == *dict_integer(field, other);
}

static void set_change(Arena *arena, Value *map, const char *name, Value *before, Value *after) {
  Value *change = value_map(arena);
  value_set(arena, change, "before", before);
  value_set(arena, change, "after", after);
  value_set(arena, map, name, change);
}

Value *dict_difference(Arena *arena, const Record *record, const void *before, const void *after) {
  Value *map = value_map(arena);
  const char *old_state = before ? ((const Row *)before)->state : NULL, *state = ((const Row *)after)->state;
  if (g_strcmp0(old_state, state))
    set_change(arena, map, "state", value_text(arena, old_state), value_text(arena, state));
  for (guint i = 0; i < record->count; i++) {
    const Field *field = &record->fields[i];
    if (before ? !same(field, before, after) : dict_is_set(field, after))
      set_change(arena, map, field->name, before ? dict_value(arena, field, before) : value_null(arena),
                 dict_value(arena, field, after));
  }
  return map;
}
