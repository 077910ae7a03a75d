/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way from db.h to the database in use. What both databases must refuse alike is refused here: nested
   transactions, writing in a reader, text that is not UTF-8, statements after a failed one. */
#include "db/db.h"
#include "db/driver.h"
#include <string.h>

G_DEFINE_QUARK(gendan-db-error, db_error)

/* The database whose work this thread runs: a second transaction inside would wait for itself. */
static _Thread_local Db *working = NULL;

Db *db_open(const char *url, guint threads, GError **error) {
  if (g_str_has_prefix(url, "postgresql://") || g_str_has_prefix(url, "postgres://"))
    return postgres_open(url, threads, error);
  if (strstr(url, "://")) {
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED,
                "“%s” is of no kind that is known; write postgresql://USER:PASSWORD@HOST/NAME, or nothing for SQLite",
                url);
    return NULL;
  }
  return sqlite_open(g_str_has_prefix(url, "sqlite:") ? url + strlen("sqlite:") : url, threads, error);
}

void db_close(Db *db) {
  if (db)
    db->driver->close(db);
}

gboolean db_is_postgres(const Db *db) { return db->driver->postgres; }

gboolean db_answers(Db *db, GError **error) { return db->driver->answers(db, error); }

void db_stats(Db *db, DbStats *stats) {
  *stats = (DbStats){0};
  db->driver->stats(db, stats);
  stats->statements = (gint64)db->statements;
}

void driver_count(DbStats *stats, guint works) {
  guint size = 0;
  while (size + 1 < DB_STATS_SIZES && works > (1u << size))
    size++;
  stats->sizes[size]++;
  stats->commits++;
  stats->works += works;
}

gboolean driver_run_work(DbTx *tx, DbWork work, gpointer data, GError **error) {
  Db *outer = working;
  g_autoptr(GError) own = NULL;
  working = tx->db;
  gboolean ok = work(tx, data, &own);
  working = outer;
  g_clear_pointer(&tx->memory, memory_free);
  if (ok && tx->failed && !own)
    g_set_error_literal(&own, DB_ERROR, DB_ERROR_FAILED, "work went on after a statement that failed");
  ok = ok && !tx->failed;
  if (!ok && own)
    g_propagate_error(error, g_steal_pointer(&own));
  return ok;
}

static gboolean refuse_nested(Db *db, GError **error) {
  if (working == db)
    g_set_error_literal(error, DB_ERROR, DB_ERROR_FAILED, "a transaction inside a transaction");
  return working == db;
}

gboolean db_write(Db *db, DbWork work, gpointer data, GError **error) {
  return !refuse_nested(db, error) && db->driver->write(db, FALSE, work, data, error);
}

gboolean db_write_alone(Db *db, DbWork work, gpointer data, GError **error) {
  return !refuse_nested(db, error) && db->driver->write(db, TRUE, work, data, error);
}

gboolean db_read(Db *db, DbWork work, gpointer data, GError **error) {
  return !refuse_nested(db, error) && db->driver->read(db, work, data, error);
}

static gboolean may_go_on(DbTx *tx, GError **error) {
  if (tx->failed)
    g_set_error_literal(error, DB_ERROR, DB_ERROR_FAILED, "an earlier statement of this transaction failed");
  return !tx->failed;
}

static gboolean may_write(DbTx *tx, GError **error) {
  if (!tx->writable)
    g_set_error_literal(error, DB_ERROR, DB_ERROR_FAILED, "db_read() may not change anything");
  return tx->writable && may_go_on(tx, error);
}

static gboolean texts_valid(const DbCell *args, guint count, GError **error) {
  for (guint i = 0; i < count; i++) {
    if (args[i].kind == DB_TEXT && !g_utf8_validate(args[i].text, args[i].length ? (gssize)args[i].length : -1, NULL)) {
      g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "parameter %u is not UTF-8", i + 1);
      return FALSE;
    }
  }
  return TRUE;
}

/* Table names cannot be parameters, so this is what keeps strange ones out of the SQL. */
static gboolean name_valid(const char *name, GError **error) {
  gboolean ok = g_ascii_islower(*name) || *name == '_';
  for (const char *at = name; ok && *at; at++)
    ok = g_ascii_islower(*at) || g_ascii_isdigit(*at) || *at == '_';
  if (!ok)
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "not the name of a table: \"%s\"", name);
  return ok;
}

const DbResult *driver_query(DbTx *tx, Arena *arena, const char *sql, const DbCell *args, guint count, GError **error) {
  const DbResult *result = NULL;
  tx->db->statements++;
  if (may_go_on(tx, error) && texts_valid(args, count, error))
    result = tx->db->driver->query(tx, arena, sql, args, count, error);
  tx->failed |= !result;
  return result;
}

gint64 db_exec(DbTx *tx, const char *sql, const DbCell *args, guint count, GError **error) {
  gint64 changed = -1;
  tx->db->statements++;
  if (may_write(tx, error) && texts_valid(args, count, error))
    changed = tx->db->driver->exec(tx, sql, args, count, error);
  tx->failed |= changed < 0;
  return changed;
}

gboolean db_lock(DbTx *tx, const char *table, gint64 id, GError **error) {
  gboolean ok = may_write(tx, error) && name_valid(table, error) && tx->db->driver->lock(tx, table, id, error);
  tx->failed |= !ok;
  return ok;
}

gint64 db_next_id(DbTx *tx, const char *sequence, GError **error) {
  gint64 id = may_write(tx, error) ? tx->db->driver->next_id(tx, sequence, error) : -1;
  tx->failed |= id < 0;
  return id;
}

GHashTable *db_columns(DbTx *tx, const char *table, GError **error) {
  GHashTable *columns = NULL;
  if (may_go_on(tx, error) && name_valid(table, error))
    columns = tx->db->driver->columns(tx, table, error);
  tx->failed |= !columns;
  return columns;
}
