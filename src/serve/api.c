/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strict reading of what programs send: nothing is guessed, and what is wrong is named with its place. */
#include "serve/api.h"
#include <jansson.h>
#include <string.h>

/* A JSON scalar as the text of an input; NULL for anything else. */
static char *scalar_text(Arena *arena, const json_t *value) {
  switch (json_typeof(value)) {
  case JSON_STRING: return arena_strdup(arena, json_string_value(value));
  case JSON_INTEGER: return arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
  case JSON_TRUE: return arena_strdup(arena, "1");
  case JSON_FALSE: return arena_strdup(arena, "0");
  case JSON_NULL: return arena_strdup(arena, "");
  default: return NULL;
  }
}

/* Whether a field can be given so. A string always can: forms of several parts know nothing else. What is no field is
   refused later, by its name. */
static gboolean fits(const Field *field, const json_t *value) {
  const json_type type = json_typeof(value);
  if (!field || type == JSON_STRING || type == JSON_NULL)
    return TRUE;
  if (dict_is_several(field) || type == JSON_ARRAY)
    return dict_is_several(field) && type == JSON_ARRAY;
  const gboolean text = dict_is_text(field) || field->kind == KIND_DATE || field->kind == KIND_TIME;
  return !text && (type == JSON_INTEGER || field->kind == KIND_YESNO);
}

/* The same as scalar_text(), and a list of scalars as their texts separated by commas. */
static char *plain_text(Arena *arena, const json_t *value) {
  if (!json_is_array(value))
    return scalar_text(arena, value);
  g_autoptr(GString) all = g_string_new(NULL);
  gsize i;
  json_t *item;
  json_array_foreach(value, i, item) {
    const char *text = scalar_text(arena, item);
    if (!text || strchr(text, ','))
      return NULL;
    g_string_append_printf(all, "%s%s", i ? "," : "", text);
  }
  return arena_strdup(arena, all->str);
}

static const char *fault_of(enum json_error_code code) {
  switch (code) {
  case json_error_invalid_utf8: return N_("this is not UTF-8.");
  case json_error_null_character: return N_("a NUL character is not possible.");
  case json_error_duplicate_key: return N_("a name stands twice.");
  case json_error_numeric_overflow: return N_("a number is too large.");
  case json_error_stack_overflow: return N_("it is nested too deeply.");
  case json_error_premature_end_of_input: return N_("it ends too early.");
  case json_error_end_of_input_expected: return N_("something follows its end.");
  default: return N_("this is not JSON.");
  }
}

static gboolean take_members(Visit *visit, const Record *record, const json_t *json, GHashTable *inputs) {
  Arena *arena = visit->request->arena;
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)json, name, value) {
    const Field *field = record ? dict_field(record, name) : NULL;
    char *plain = fits(field, value) ? plain_text(arena, value) : NULL;
    if (plain)
      g_hash_table_insert(inputs, arena_strdup(arena, name), plain);
    else
      refusal_addf(
        visit->refusal, REFUSAL_INVALID, REASON_FIELD, name,
        visit_text(visit, N_("%s: give this as the description of the API says: /api/openapi.json.")), name);
  }
  return !refusal_any(visit->refusal);
}

static gboolean take_json(Visit *visit, const Record *record, GHashTable *inputs) {
  const GString *body = visit->request->body;
  json_error_t where;
  json_t *json = json_loadb(body->str, body->len, JSON_REJECT_DUPLICATES, &where);
  if (!json)
    return refusal_addf(visit->refusal, REFUSAL_BAD, REASON_OTHER, "body",
                        visit_text(visit, N_("The body, line %d, column %d: %s")), where.line, where.column,
                        visit_text(visit, fault_of(json_error_code(&where))));
  const gboolean fine = json_is_object(json)
                            ? take_members(visit, record, json, inputs)
                            : refusal_add(visit->refusal, REFUSAL_BAD, REASON_OTHER, "body",
                                          visit_text(visit, N_("The body is not a JSON object.")));
  json_decref(json);
  return fine;
}

gboolean api_take_field(Visit *visit, const Record *record, const RequestPair *pair, GHashTable *inputs) {
  const Field *field = record ? dict_field(record, pair->name) : NULL;
  const char *before = g_hash_table_lookup(inputs, pair->name), *value = pair->value;
  if (before && !(field && dict_is_several(field)))
    return refusal_addf(visit->refusal, REFUSAL_INVALID, REASON_FIELD, pair->name,
                        visit_text(visit, N_("%s: this came twice; send it once.")), pair->name);
  if (before)
    value = arena_printf(visit->request->arena, "%s,%s", before, value);
  g_hash_table_insert(inputs, (gpointer)pair->name, (gpointer)value);
  return TRUE;
}

static gboolean take_form(Visit *visit, const Record *record, GHashTable *inputs) {
  gboolean fine = TRUE;
  for (guint i = 0; i < visit->request->fields->len; i++)
    fine = api_take_field(visit, record, &g_array_index(visit->request->fields, RequestPair, i), inputs) && fine;
  return fine;
}

static gboolean is_type(const char *type, const char *wanted) {
  const gsize length = strlen(wanted);
  return type && !g_ascii_strncasecmp(type, wanted, length) && (!type[length] || strchr("; \t", type[length]));
}

gboolean api_take_inputs(Visit *visit, const Record *record, GHashTable *inputs) {
  const char *type = request_header(visit->request, "Content-Type");
  if (is_type(type, "multipart/form-data"))
    return take_form(visit, record, inputs);
  if (!visit->request->body->len)
    return TRUE;
  if (!is_type(type, "application/json"))
    return refusal_add(visit->refusal, REFUSAL_MEDIA, REASON_OTHER, "Content-Type",
                       visit_text(visit, N_("Send application/json, or multipart/form-data with files.")));
  return take_json(visit, record, inputs);
}

/* "\"7\"", or 7 alone. */
static gboolean parse_etag(const char *text, gint64 *version) {
  guint64 number;
  const gsize length = strlen(text);
  const gboolean quoted = length > 2 && *text == '"' && text[length - 1] == '"';
  g_autofree char *bare = quoted ? g_strndup(text + 1, length - 2) : g_strdup(text);
  if (!g_ascii_string_to_unsigned(bare, 10, 1, G_MAXINT64, &number, NULL))
    return FALSE;
  *version = (gint64)number;
  return TRUE;
}

gboolean api_take_version(Visit *visit, gint64 *version) {
  const char *text = request_header(visit->request, "If-Match");
  *version = 0;
  if (!text && !strcmp(visit->request->method, "PATCH"))
    return refusal_add(visit->refusal, REFUSAL_UNVERSIONED, REASON_OTHER, "If-Match",
                       visit_text(visit, N_("Say in If-Match which version you have seen.")));
  if (!text || !strcmp(text, "*") || parse_etag(text, version))
    return TRUE;
  return refusal_add(visit->refusal, REFUSAL_BAD, REASON_OTHER, "If-Match",
                     visit_text(visit, N_("If-Match takes one version, such as \"3\".")));
}

gboolean api_take_parent(Visit *visit, GHashTable *inputs, gint64 *id) {
  const char *text = g_hash_table_lookup(inputs, "parent_id");
  guint64 number;
  if (!text || !g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT64, &number, NULL))
    return refusal_add(visit->refusal, REFUSAL_INVALID, REASON_FIELD, "parent_id",
                       visit_text(visit, N_("parent_id: give the id of the row that this belongs to.")));
  *id = (gint64)number;
  g_hash_table_remove(inputs, "parent_id");
  return TRUE;
}

const char *api_etag(Arena *arena, gint64 version) {
  return arena_printf(arena, "\"%" G_GINT64_FORMAT "\"", version);
}
