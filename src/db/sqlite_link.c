/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One SQLite connection: pragmas, prepared statements kept by their text, parameters in, rows out, errors mapped. */
#include "db/sqlite_link.h"
#include "db/placeholder.h"
#include <errno.h>
#include <sqlite3.h>
#include <string.h>

enum {
  BUSY_MS = 10000,       /* how long to wait for another process that writes */
  STATEMENTS_KEPT = 1000 /* beyond that all are dropped: something makes statements without end */
};

struct SqliteLink {
  sqlite3 *handle;
  GHashTable *statements; /* SQL text → sqlite3_stmt */
};

static gboolean fail(SqliteLink *link, int code, GError **error) {
  int extended = sqlite3_extended_errcode(link->handle), kind = DB_ERROR_FAILED;
  switch (code & 0xff) {
  case SQLITE_FULL: kind = DB_ERROR_FULL; break;
  case SQLITE_CANTOPEN:
  case SQLITE_IOERR: /* where the index of the WAL cannot grow, a full disk comes as this */
    kind = sqlite3_system_errno(link->handle) == ENOSPC ? DB_ERROR_FULL : DB_ERROR_LOST;
    break;
  case SQLITE_BUSY: kind = DB_ERROR_LOST; break;
  case SQLITE_CONSTRAINT:
    if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY ||
        extended == SQLITE_CONSTRAINT_ROWID)
      kind = DB_ERROR_CONSTRAINT;
    break;
  default: break;
  }
  g_set_error_literal(error, DB_ERROR, kind, sqlite3_errmsg(link->handle));
  return FALSE;
}

static void finalize(gpointer statement) { sqlite3_finalize(statement); }

SqliteLink *sqlite_link_open(const char *path, gboolean reader, GError **error) {
  g_autoptr(SqliteLink) link = g_new0(SqliteLink, 1);
  link->statements = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, finalize);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
  int code = sqlite3_open_v2(path, &link->handle, flags | (reader ? 0 : SQLITE_OPEN_CREATE), NULL);
  if (code != SQLITE_OK) {
    fail(link, code, error);
    return NULL;
  }
  sqlite3_extended_result_codes(link->handle, 1);
  sqlite3_busy_timeout(link->handle, BUSY_MS);
  static const char *const writing = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                                     "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-65536;"
                                     "CREATE TABLE IF NOT EXISTS sequence (name TEXT PRIMARY KEY, taken BIGINT)";
  static const char *const reading = "PRAGMA query_only=ON; PRAGMA cache_size=-8192";
  code = sqlite3_exec(link->handle, reader ? reading : writing, NULL, NULL, NULL);
  if (code != SQLITE_OK) {
    fail(link, code, error);
    return NULL;
  }
  return g_steal_pointer(&link);
}

void sqlite_link_close(SqliteLink *link) {
  if (!link)
    return;
  g_hash_table_unref(link->statements);
  sqlite3_close(link->handle);
  g_free(link);
}

/* PostgreSQL refuses other names too; unnoticed they would be bound in an order nobody wrote. */
static gboolean parameters_numbered(sqlite3_stmt *statement, GError **error) {
  for (int i = 1; i <= sqlite3_bind_parameter_count(statement); i++) {
    const char *name = sqlite3_bind_parameter_name(statement, i);
    if (!name || name[0] != '?') {
      g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "parameter %d is not written $%d: %s", i, i,
                  sqlite3_sql(statement));
      return FALSE;
    }
  }
  return TRUE;
}

static sqlite3_stmt *prepare(SqliteLink *link, const char *sql, GError **error) {
  sqlite3_stmt *statement = g_hash_table_lookup(link->statements, sql);
  if (statement)
    return statement;
  g_autofree char *rewritten = placeholder_rewrite(sql);
  const char *rest = NULL;
  int code = sqlite3_prepare_v3(link->handle, rewritten, -1, SQLITE_PREPARE_PERSISTENT, &statement, &rest);
  if (code != SQLITE_OK) {
    fail(link, code, error);
    return NULL;
  }
  if (!statement || rest[strspn(rest, " \t\r\n;")]) {
    sqlite3_finalize(statement);
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "not one statement: %s", sql);
    return NULL;
  }
  if (!parameters_numbered(statement, error)) {
    sqlite3_finalize(statement);
    return NULL;
  }
  if (g_hash_table_size(link->statements) >= STATEMENTS_KEPT)
    g_hash_table_remove_all(link->statements);
  g_hash_table_insert(link->statements, g_strdup(sql), statement);
  return statement;
}

static gboolean bind(SqliteLink *link, sqlite3_stmt *statement, const DbCell *args, guint count, GError **error) {
  if (count != (guint)sqlite3_bind_parameter_count(statement)) {
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%u parameters given, %d wanted: %s", count,
                sqlite3_bind_parameter_count(statement), sqlite3_sql(statement));
    return FALSE;
  }
  for (guint i = 0; i < count; i++) {
    const DbCell *cell = &args[i];
    int at = (int)i + 1, code = SQLITE_OK;
    switch (cell->kind) {
    case DB_NULL: code = sqlite3_bind_null(statement, at); break;
    case DB_INTEGER: code = sqlite3_bind_int64(statement, at, cell->integer); break;
    case DB_TEXT:
      code = sqlite3_bind_text64(statement, at, cell->text, cell->length ? cell->length : strlen(cell->text),
                                 SQLITE_STATIC, SQLITE_UTF8);
      break;
    case DB_BLOB: /* a NULL pointer would become NULL */
      code = sqlite3_bind_blob64(statement, at, cell->length ? cell->text : "", cell->length, SQLITE_STATIC);
      break;
    }
    if (code != SQLITE_OK)
      return fail(link, code, error);
  }
  return TRUE;
}

static DbCell read_cell(sqlite3_stmt *statement, int column, Arena *arena) {
  int type = sqlite3_column_type(statement, column);
  if (type == SQLITE_NULL)
    return DB_NONE;
  if (type == SQLITE_INTEGER)
    return DB_I(sqlite3_column_int64(statement, column));
  const void *bytes = type == SQLITE_BLOB ? sqlite3_column_blob(statement, column)
                                          : (const void *)sqlite3_column_text(statement, column);
  gsize length = (gsize)sqlite3_column_bytes(statement, column);
  char *copy = arena_alloc(arena, length + 1);
  if (length)
    memcpy(copy, bytes, length);
  return (DbCell){.kind = type == SQLITE_BLOB ? DB_BLOB : DB_TEXT, .text = copy, .length = length};
}

/* Back to unbound: the parameters are borrowed only for the call. */
static void rest(sqlite3_stmt *statement) {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
}

/* Steps through every row; appends to cells where they are wanted. */
static gboolean step(SqliteLink *link, sqlite3_stmt *statement, Arena *arena, GArray *cells, GError **error) {
  int code, columns = sqlite3_column_count(statement);
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    for (int column = 0; cells && column < columns; column++) {
      DbCell cell = read_cell(statement, column, arena);
      g_array_append_val(cells, cell);
    }
  }
  return code == SQLITE_DONE || fail(link, code, error);
}

const DbResult *sqlite_link_query(SqliteLink *link, Arena *arena, const char *sql, const DbCell *args, guint count,
                                  GError **error) {
  sqlite3_stmt *statement = prepare(link, sql, error);
  if (!statement)
    return NULL;
  g_autoptr(GArray) cells = g_array_new(FALSE, FALSE, sizeof(DbCell));
  gboolean ok = bind(link, statement, args, count, error) && step(link, statement, arena, cells, error);
  guint columns = (guint)sqlite3_column_count(statement);
  rest(statement);
  if (!ok)
    return NULL;
  DbResult *result = arena_new_of(arena, DbResult, 1);
  DbCell *copy = arena_new_of(arena, DbCell, MAX(cells->len, 1));
  if (cells->len)
    memcpy(copy, cells->data, cells->len * sizeof(DbCell));
  *result = (DbResult){.columns = columns, .rows = columns ? cells->len / columns : 0, .cells = copy};
  return result;
}

gint64 sqlite_link_exec(SqliteLink *link, const char *sql, const DbCell *args, guint count, GError **error) {
  sqlite3_stmt *statement = prepare(link, sql, error);
  if (!statement)
    return -1;
  gint64 before = sqlite3_total_changes64(link->handle);
  gboolean ok = bind(link, statement, args, count, error) && step(link, statement, NULL, NULL, error);
  rest(statement);
  if (!ok)
    return -1;
  /* sqlite3_changes() keeps the number of an earlier statement where this one changed nothing (CREATE TABLE). */
  return sqlite3_total_changes64(link->handle) == before ? 0 : sqlite3_changes64(link->handle);
}

gboolean sqlite_link_run(SqliteLink *link, const char *sql, GError **error) {
  return sqlite_link_exec(link, sql, DB_NO_ARGS, error) >= 0;
}

gboolean sqlite_link_in_transaction(const SqliteLink *link) { return !sqlite3_get_autocommit(link->handle); }
