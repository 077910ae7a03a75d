/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records the statements as the program runs them, by standing in the way of the functions that run them. */
#include "statements.h"
#include <string.h>

enum { IDS_EACH = 64 /* ids drawn by one command, at most */ };

static GArray *recorded; /* one command at a time is recorded, by whichever thread runs it */
static gint64 drawn, first; /* ids drawn while recording: in all, and before this list */

const DbResult *__real_driver_query(DbTx *tx, Arena *arena, const char *sql, const DbCell *args, guint count,
                                GError **error);
gint64 __real_db_exec(DbTx *tx, const char *sql, const DbCell *args, guint count, GError **error);
gboolean __real_db_lock(DbTx *tx, const char *table, gint64 id, GError **error);
gint64 __real_db_next_id(DbTx *tx, const char *sequence, GError **error);
const DbResult *__wrap_driver_query(DbTx *tx, Arena *arena, const char *sql, const DbCell *args, guint count,
                                GError **error);
gint64 __wrap_db_exec(DbTx *tx, const char *sql, const DbCell *args, guint count, GError **error);
gboolean __wrap_db_lock(DbTx *tx, const char *table, gint64 id, GError **error);
gint64 __wrap_db_next_id(DbTx *tx, const char *sequence, GError **error);

static void clear(gpointer data) {
  Statement *statement = data;
  for (guint i = 0; i < statement->count; i++)
    if (statement->cells[i].kind == DB_TEXT || statement->cells[i].kind == DB_BLOB)
      g_free((char *)statement->cells[i].text);
  g_free(statement->cells);
}

GArray *statements_new(void) {
  GArray *list = g_array_new(FALSE, TRUE, sizeof(Statement));
  g_array_set_clear_func(list, clear);
  return list;
}

void statements_record(GArray *list) {
  recorded = list;
  first = drawn;
}

static void record(const char *sql, gboolean writes, const DbCell *args, guint count) {
  if (!recorded)
    return;
  Statement statement = {
    .sql = g_intern_string(sql), .writes = writes, .cells = g_new0(DbCell, count + 1), .count = count};
  for (guint i = 0; i < count; i++) {
    statement.cells[i] = args[i];
    if (args[i].kind == DB_INTEGER && args[i].integer >= STATEMENTS_ID)
      statement.cells[i].integer -= first; /* every list counts its ids from STATEMENTS_ID */
    if (args[i].kind == DB_TEXT || args[i].kind == DB_BLOB) {
      const gsize length = args[i].length ? args[i].length : strlen(args[i].text);
      char *copy = g_malloc0(length + 1);
      statement.cells[i].text = memcpy(copy, args[i].text, length);
      statement.cells[i].length = length;
    }
  }
  g_array_append_val(recorded, statement);
}

const DbResult *__wrap_driver_query(DbTx *tx, Arena *arena, const char *sql, const DbCell *args, guint count,
                                GError **error) {
  record(sql, FALSE, args, count);
  return __real_driver_query(tx, arena, sql, args, count, error);
}

gint64 __wrap_db_exec(DbTx *tx, const char *sql, const DbCell *args, guint count, GError **error) {
  record(sql, TRUE, args, count);
  return __real_db_exec(tx, sql, args, count, error);
}

gboolean __wrap_db_lock(DbTx *tx, const char *table, gint64 id, GError **error) {
  g_autofree char *sql = g_strdup_printf("SELECT id FROM \"%s\" WHERE id = $1 FOR UPDATE", table);
  const DbCell cell = DB_I(id);
  record(sql, FALSE, &cell, 1);
  return __real_db_lock(tx, table, id, error);
}

gint64 __wrap_db_next_id(DbTx *tx, const char *sequence, GError **error) {
  return recorded ? STATEMENTS_ID + drawn++ : __real_db_next_id(tx, sequence, error);
}

DbCell statements_cell(const DbCell *cell, gint64 number, char *key) {
  if (cell->kind == DB_INTEGER && cell->integer >= STATEMENTS_ID)
    return DB_I(2 * STATEMENTS_ID + number * IDS_EACH + (cell->integer - STATEMENTS_ID));
  if (cell->kind != DB_TEXT || !g_str_has_prefix(cell->text, STATEMENTS_KEY))
    return *cell;
  g_snprintf(key, 32, "%" G_GINT64_FORMAT, number);
  return DB_T(key);
}
