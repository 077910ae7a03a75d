/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Value trees to JSON through Jansson. */
#include "base/json.h"
#include "base/date.h"
#include <stdlib.h>

static json_t *from_text(char *text) {
  json_t *json = json_string(text);
  g_free(text);
  return json;
}

json_t *json_from_value(const Value *value) {
  if (!value)
    return json_null();
  switch (value->kind) {
  case VALUE_NULL: return json_null();
  case VALUE_BOOL: return json_boolean(value->integer);
  case VALUE_DATE: return from_text(date_format(value->integer));
  case VALUE_TIME: return from_text(date_time_format(value->integer));
  case VALUE_TEXT:
  case VALUE_MARKUP: return json_string(value->text);
  case VALUE_LIST: {
    json_t *list = json_array();
    for (guint i = 0; i < value->count; i++)
      json_array_append_new(list, json_from_value(value->items[i]));
    return list;
  }
  case VALUE_MAP: {
    json_t *map = json_object();
    for (guint i = 0; i < value->count; i++)
      json_object_set_new(map, value->keys[i], json_from_value(value->items[i]));
    return map;
  }
  default: return json_integer(value->integer);
  }
}

char *json_text(const Value *value) {
  json_t *json = json_from_value(value);
  char *dumped = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY), *text = g_strdup(dumped);
  free(dumped);
  json_decref(json);
  return text;
}
