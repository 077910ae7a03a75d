/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Value trees; maps keep the order of insertion and are searched linearly, for they are small. */
#include "base/value.h"
#include <string.h>

static Value *make(Arena *arena, ValueKind kind) {
  Value *value = arena_new_of(arena, Value, 1);
  value->kind = kind;
  return value;
}

Value *value_null(Arena *arena) {
  return make(arena, VALUE_NULL);
}

Value *value_integer(Arena *arena, ValueKind kind, gint64 integer) {
  Value *value = make(arena, kind);
  value->integer = integer;
  return value;
}

Value *value_bool(Arena *arena, gboolean truth) {
  return value_integer(arena, VALUE_BOOL, truth != FALSE);
}

Value *value_text(Arena *arena, const char *text) {
  Value *value = make(arena, text ? VALUE_TEXT : VALUE_NULL);
  if (text)
    value->text = text;
  return value;
}

Value *value_markup(Arena *arena, const char *markup) {
  Value *value = make(arena, VALUE_MARKUP);
  value->text = markup;
  return value;
}

Value *value_list(Arena *arena) {
  return make(arena, VALUE_LIST);
}

Value *value_map(Arena *arena) {
  return make(arena, VALUE_MAP);
}

static void grow(Arena *arena, Value *value) {
  if (value->count < value->capacity)
    return;
  const guint capacity = value->capacity ? value->capacity * 2 : 8;
  Value **items = arena_new_of(arena, Value *, capacity);
  if (value->count)
    memcpy(items, value->items, value->count * sizeof *items);
  if (value->kind == VALUE_MAP) {
    const char **keys = arena_new_of(arena, const char *, capacity);
    if (value->count)
      memcpy(keys, value->keys, value->count * sizeof *keys);
    value->keys = keys;
  }
  value->items = items;
  value->capacity = capacity;
}

Value *value_append(Arena *arena, Value *list, Value *item) {
  g_return_val_if_fail(list->kind == VALUE_LIST, item);
  grow(arena, list);
  list->items[list->count++] = item;
  return item;
}

Value *value_set(Arena *arena, Value *map, const char *key, Value *item) {
  g_return_val_if_fail(map->kind == VALUE_MAP, item);
  grow(arena, map);
  map->keys[map->count] = key;
  map->items[map->count++] = item;
  return item;
}

void value_set_text(Arena *arena, Value *map, const char *key, const char *text) {
  value_set(arena, map, key, value_text(arena, text));
}

void value_set_bool(Arena *arena, Value *map, const char *key, gboolean truth) {
  value_set(arena, map, key, value_bool(arena, truth));
}

void value_set_integer(Arena *arena, Value *map, const char *key, ValueKind kind, gint64 integer) {
  value_set(arena, map, key, value_integer(arena, kind, integer));
}

const Value *value_get(const Value *map, const char *key) {
  if (!map || map->kind != VALUE_MAP)
    return NULL;
  for (guint i = 0; i < map->count; i++)
    if (*map->keys[i] == *key && !strcmp(map->keys[i], key)) /* most keys differ in their first letter */
      return map->items[i];
  return NULL;
}

gboolean value_truth(const Value *value) {
  if (!value)
    return FALSE;
  switch (value->kind) {
  case VALUE_NULL: return FALSE;
  case VALUE_BOOL: return value->integer != 0;
  case VALUE_TEXT:
  case VALUE_MARKUP: return *value->text != '\0';
  case VALUE_LIST: return value->count > 0;
  default: return TRUE;
  }
}
