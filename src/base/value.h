/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The typed value tree that a page handler makes once; a template formats it as HTML, the API as JSON.
   All values live in the arena they were made in. */
#pragma once
#include "base/arena.h"

typedef enum {
  VALUE_NULL,
  VALUE_BOOL,    /* integer 0 or 1 */
  VALUE_NUMBER,  /* integer */
  VALUE_MONEY,   /* integer fen */
  VALUE_PERCENT, /* integer basis points */
  VALUE_LENGTH,  /* integer tenths of a millimetre */
  VALUE_DECIMAL, /* integer hundredths */
  VALUE_DATE,    /* integer days since 1970-01-01 */
  VALUE_TIME,    /* integer seconds since 1970-01-01 UTC */
  VALUE_TEXT,
  VALUE_MARKUP,  /* markup that the program itself made (drawings); the only kind a template may leave unescaped */
  VALUE_LIST,
  VALUE_MAP,
} ValueKind;

typedef struct Value Value;
struct Value {
  ValueKind kind;
  union {
    gint64 integer;   /* BOOL … TIME */
    const char *text; /* TEXT, MARKUP: UTF-8 */
    struct {
      const char **keys; /* MAP: one per item, in order of insertion; LIST: NULL */
      Value **items;     /* the items, owned by the arena */
      guint count;
      guint capacity;
    };
  };
};

/* Makers. value_text(arena, NULL) is a NULL value. Texts are not copied: they must live as long as the arena. */
Value *value_null(Arena *arena);
Value *value_bool(Arena *arena, gboolean truth);
Value *value_integer(Arena *arena, ValueKind kind, gint64 integer);
Value *value_text(Arena *arena, const char *text);
Value *value_markup(Arena *arena, const char *markup);
Value *value_list(Arena *arena);
Value *value_map(Arena *arena);

/* Appends; value_set() does not look for an earlier key of that name. Both return the item given. */
Value *value_append(Arena *arena, Value *list, Value *item);
Value *value_set(Arena *arena, Value *map, const char *key, Value *item);
/* Short forms of value_set(). */
void value_set_text(Arena *arena, Value *map, const char *key, const char *text);
void value_set_bool(Arena *arena, Value *map, const char *key, gboolean truth);
void value_set_integer(Arena *arena, Value *map, const char *key, ValueKind kind, gint64 integer);

/* The item of that key, or NULL (also when the value is no map). */
const Value *value_get(const Value *map, const char *key);
/* FALSE for NULL, false, the empty text and the empty list: Mustache's notion of false. */
gboolean value_truth(const Value *value);
