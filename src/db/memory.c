/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a snapshot remembers: a table of statements with their arguments, and what they gave. */
#include "db/driver.h"
#include <string.h>

struct Memory {
  Arena *arena;        /* borrowed; everything but the tables lies in it */
  GHashTable *texts;   /* where a statement stood → its text */
  GHashTable *answers; /* Asked → const DbResult */
  GHashTable *lists;   /* key → GPtrArray */
};

/* Hashed by where the statement stands, which is quick; compared by its text too, for another may stand there later. */
typedef struct {
  const char *place, *sql;
  const DbCell *args;
  guint count;
} Asked;

static gsize text_length(const DbCell *cell) {
  return cell->length || cell->kind != DB_TEXT ? cell->length : strlen(cell->text);
}

static guint asked_hash(gconstpointer data) {
  const Asked *asked = data;
  guint hash = g_direct_hash(asked->place);
  for (guint i = 0; i < asked->count; i++)
    hash = hash * 31 + (asked->args[i].kind == DB_INTEGER ? (guint)asked->args[i].integer
                                                          : (guint)text_length(&asked->args[i]));
  return hash;
}

static gboolean same_cell(const DbCell *one, const DbCell *other) {
  if (one->kind != other->kind)
    return FALSE;
  if (one->kind == DB_NULL || one->kind == DB_INTEGER)
    return one->kind == DB_NULL || one->integer == other->integer;
  const gsize length = text_length(one);
  return length == text_length(other) && !memcmp(one->text, other->text, length);
}

static gboolean asked_equal(gconstpointer one, gconstpointer other) {
  const Asked *a = one, *b = other;
  if (a->place != b->place || a->count != b->count || strcmp(a->sql, b->sql))
    return FALSE;
  for (guint i = 0; i < a->count; i++)
    if (!same_cell(&a->args[i], &b->args[i]))
      return FALSE;
  return TRUE;
}

void memory_free(Memory *memory) {
  if (!memory)
    return;
  g_hash_table_unref(memory->texts);
  g_hash_table_unref(memory->answers);
  g_hash_table_unref(memory->lists);
  g_free(memory);
}

static const DbCell *copy_cells(Arena *arena, const DbCell *args, guint count) {
  DbCell *copy = arena_new_of(arena, DbCell, count);
  for (guint i = 0; i < count; i++) {
    copy[i] = args[i];
    if (args[i].kind != DB_TEXT && args[i].kind != DB_BLOB)
      continue;
    copy[i].length = text_length(&args[i]);
    copy[i].text = arena_strndup(arena, args[i].text, copy[i].length);
  }
  return copy;
}

void db_remember(DbTx *tx, Arena *arena) {
  g_return_if_fail(!tx->writable && !tx->memory);
  tx->memory = g_new0(Memory, 1);
  tx->memory->arena = arena;
  tx->memory->texts = g_hash_table_new(NULL, NULL);
  tx->memory->answers = g_hash_table_new(asked_hash, asked_equal);
  tx->memory->lists = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
}

const DbResult *db_recall(const DbTx *tx, const Arena *arena, const char *sql, const DbCell *args, guint count) {
  const Asked asked = {.place = sql, .sql = sql, .args = args, .count = count};
  return tx->memory && tx->memory->arena == arena ? g_hash_table_lookup(tx->memory->answers, &asked) : NULL;
}

static const char *text_of(Memory *memory, const char *sql) {
  const char *text = g_hash_table_lookup(memory->texts, sql);
  if (!text || strcmp(text, sql))
    g_hash_table_insert(memory->texts, (gpointer)sql, (gpointer)(text = arena_strdup(memory->arena, sql)));
  return text;
}

void db_keep(DbTx *tx, Arena *arena, const char *sql, const DbCell *args, guint count, const DbResult *result) {
  if (!tx->memory || tx->memory->arena != arena)
    return;
  Asked *asked = arena_new_of(arena, Asked, 1);
  *asked = (Asked){.place = sql, .sql = text_of(tx->memory, sql), .args = copy_cells(arena, args, count),
                   .count = count};
  g_hash_table_insert(tx->memory->answers, asked, (gpointer)result);
}

const DbResult *db_query(DbTx *tx, Arena *arena, const char *sql, const DbCell *args, guint count, GError **error) {
  const DbResult *result = db_recall(tx, arena, sql, args, count);
  if (result)
    return result;
  result = driver_query(tx, arena, sql, args, count, error);
  if (result)
    db_keep(tx, arena, sql, args, count, result);
  return result;
}

GPtrArray *db_list(DbTx *tx, const Arena *arena, gconstpointer key) {
  if (!tx->memory || tx->memory->arena != arena)
    return NULL;
  GPtrArray *list = g_hash_table_lookup(tx->memory->lists, key);
  if (!list)
    g_hash_table_insert(tx->memory->lists, (gpointer)key, list = g_ptr_array_new());
  return list;
}
