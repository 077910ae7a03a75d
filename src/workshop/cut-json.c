/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One walk over the table for what is there or missing, one over the object for what nobody asked for. */
#include "workshop/cut-json.h"
#include "base/lang.h"
#include "workshop/cut-read.h"
#include <string.h>

#define FAULTS_MAX 1000

/* What the parser finds, in our words: its own are English. */
static const char *fault_text(const json_error_t *fault) {
  switch (json_error_code(fault)) {
  case json_error_premature_end_of_input: return N_("it ends too early");
  case json_error_end_of_input_expected: return N_("more follows behind its end");
  case json_error_invalid_utf8: return N_("it is not UTF-8");
  case json_error_duplicate_key: return N_("a name is given twice");
  case json_error_numeric_overflow: return N_("a number is too large");
  case json_error_stack_overflow: return N_("it is nested too deeply");
  default: return N_("a sign is missing or wrong here");
  }
}

json_t *cut_json_load(const char *path, gsize most, const char *language, GError **error) {
  gsize size;
  json_error_t fault;
  g_autofree char *text = cut_read_text(path, most, language, &size, error);
  json_t *root = text ? json_loadb(text, size, JSON_REJECT_DUPLICATES, &fault) : NULL;
  if (text && !root)
    g_set_error(error, CUT_ERROR, CUT_ERROR_ORDER, lang_text(language, N_("%s: line %d, column %d: not JSON (%s)")),
                path, fault.line, fault.column, lang_text(language, fault_text(&fault)));
  return root;
}

void cut_json_fault(CutJsonReader *reader, const char *place, const char *format, ...) {
  if (reader->count++ >= FAULTS_MAX)
    return;
  va_list arguments;
  va_start(arguments, format);
  g_string_append_printf(reader->faults, "%s%s%s", reader->faults->len ? "\n" : "", place, *place ? ": " : "");
  g_string_append_vprintf(reader->faults, lang_text(reader->language, format), arguments);
  va_end(arguments);
}

static void read_integer(CutJsonReader *reader, json_t *value, const CutJsonField *field, void *member,
                         const char *place) {
  const gint64 number = json_integer_value(value);
  if (!json_is_integer(value))
    cut_json_fault(reader, place, N_("not a whole number"));
  else if (number < field->least || number > field->most)
    cut_json_fault(reader, place, N_("%lld is not between %lld and %lld"), (long long)number,
                   (long long)field->least, (long long)field->most);
  else
    *(gint64 *)member = number;
}

static gboolean has_control(const char *text) {
  for (; *text; text = g_utf8_next_char(text))
    if (g_unichar_iscntrl(g_utf8_get_char(text)))
      return TRUE;
  return FALSE;
}

static void read_text(CutJsonReader *reader, json_t *value, const CutJsonField *field, void *member,
                      const char *place) {
  const char *text = json_string_value(value);
  if (!text)
    cut_json_fault(reader, place, N_("not a text"));
  else if ((gint64)strlen(text) > field->most)
    cut_json_fault(reader, place, N_("longer than %lld bytes"), (long long)field->most);
  else if (has_control(text))
    cut_json_fault(reader, place, N_("holds a control character"));
  else if (*text)
    *(const char **)member = g_string_chunk_insert_const(reader->texts, text);
}

static void read_choice(CutJsonReader *reader, json_t *value, const CutJsonField *field, void *member,
                        const char *place) {
  const char *text = json_string_value(value);
  for (int i = 0; text && field->words[i]; i++)
    if (g_str_equal(text, field->words[i])) {
      *(int *)member = i;
      return;
    }
  g_autofree char *words = g_strjoinv(", ", (char **)field->words);
  cut_json_fault(reader, place, N_("not one of: %s"), words);
}

static void read_field(CutJsonReader *reader, json_t *value, const CutJsonField *field, void *member,
                       const char *place) {
  switch (field->kind) {
  case CUT_JSON_INTEGER: read_integer(reader, value, field, member, place); break;
  case CUT_JSON_TEXT: read_text(reader, value, field, member, place); break;
  case CUT_JSON_CHOICE: read_choice(reader, value, field, member, place); break;
  case CUT_JSON_OTHER: break;
  case CUT_JSON_BOOLEAN:
    if (json_is_boolean(value))
      *(gboolean *)member = json_is_true(value);
    else
      cut_json_fault(reader, place, N_("neither true nor false"));
    break;
  }
}

void cut_json_read(CutJsonReader *reader, json_t *object, const CutJsonField *fields, void *into, const char *place) {
  const char *dot = *place ? "." : "", *key;
  json_t *value;
  if (!json_is_object(object)) {
    cut_json_fault(reader, place, N_("not an object"));
    return;
  }
  gsize known = 0;
  for (const CutJsonField *field = fields; field->name; field++) {
    value = json_object_get(object, field->name);
    known += value != NULL;
    if (!value && !field->needed)
      continue;
    g_autofree char *here = g_strconcat(place, dot, field->name, NULL);
    if (value)
      read_field(reader, value, field, (char *)into + field->at, here);
    else
      cut_json_fault(reader, here, N_("missing"));
  }
  if (known == json_object_size(object))
    return;
  json_object_foreach(object, key, value) {
    const CutJsonField *field = fields;
    while (field->name && !g_str_equal(field->name, key))
      field++;
    if (!field->name)
      cut_json_fault(reader, place, N_("“%s” is not known here"), has_control(key) || strlen(key) > 60 ? "…" : key);
  }
}
