/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQLite behind db.h: one writer thread, and a pool of connections for readers, which never wait for the writer. */
#include "db/driver.h"
#include "db/pool.h"
#include "db/sqlite_link.h"
#include "db/sqlite_writer.h"
#include <string.h>

typedef struct {
  Db base;
  char *path;
  SqliteWriter *writer;
  Pool *readers; /* of SqliteLink */
} SqliteDb;

static gboolean sqlite_read(Db *db, DbWork work, gpointer data, GError **error) {
  SqliteDb *self = (SqliteDb *)db;
  SqliteLink *link = pool_take(self->readers);
  if (!link)
    link = sqlite_link_open(self->path, TRUE, error);
  gboolean ok = link && sqlite_link_run(link, "BEGIN", error);
  if (ok) {
    SqliteTx tx = {.base = {.db = db}, .link = link};
    ok = driver_run_work(&tx.base, work, data, error);
  }
  if (link && sqlite_link_in_transaction(link) && !sqlite_link_run(link, "ROLLBACK", NULL))
    g_clear_pointer(&link, sqlite_link_close);
  pool_return(self->readers, link);
  return ok;
}

/* A connection of its own reads from the file; readers that are open may have all of it in memory. */
static gboolean sqlite_answers(Db *db, GError **error) {
  g_autoptr(SqliteLink) link = sqlite_link_open(((SqliteDb *)db)->path, TRUE, error);
  return link && sqlite_link_run(link, "SELECT COUNT(*) FROM sequence", error);
}

static gboolean sqlite_write(Db *db, gboolean alone, DbWork work, gpointer data, GError **error) {
  return sqlite_writer_run(((SqliteDb *)db)->writer, alone, work, data, error);
}

static void sqlite_close(Db *db) {
  SqliteDb *self = (SqliteDb *)db;
  pool_free(self->readers);
  sqlite_writer_free(self->writer); /* the last connection to close empties the WAL */
  g_free(self->path);
  g_free(self);
}

static const DbResult *sqlite_query(DbTx *tx, Arena *arena, const char *sql, const DbCell *args, guint count,
                                    GError **error) {
  return sqlite_link_query(((SqliteTx *)tx)->link, arena, sql, args, count, error);
}

static gint64 sqlite_exec(DbTx *tx, const char *sql, const DbCell *args, guint count, GError **error) {
  return sqlite_link_exec(((SqliteTx *)tx)->link, sql, args, count, error);
}

/* Writers are one thread: every row is locked. */
static gboolean sqlite_lock(DbTx *tx, const char *table, gint64 id, GError **error) { return TRUE; }

static gint64 sqlite_next_id(DbTx *tx, const char *sequence, GError **error) {
  return sqlite_writer_next_id((SqliteTx *)tx, sequence, error);
}

static void sqlite_stats(Db *db, DbStats *stats) { sqlite_writer_stats(((SqliteDb *)db)->writer, stats); }

static const char *common_type(const char *declared) {
  if (g_ascii_strcasecmp(declared, "BLOB") == 0)
    return "BYTEA";
  if (g_ascii_strcasecmp(declared, "INTEGER") == 0 || g_ascii_strcasecmp(declared, "INT") == 0)
    return "BIGINT";
  return declared;
}

static GHashTable *sqlite_columns(DbTx *tx, const char *table, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  const DbResult *found = sqlite_query(tx, arena, "SELECT name, type FROM pragma_table_info($1)",
                                       DB_ARGS(DB_T(table)), error);
  if (!found)
    return NULL;
  GHashTable *columns = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  for (guint row = 0; row < found->rows; row++)
    g_hash_table_insert(columns, g_strdup(DB_CELL(found, row, 0)->text),
                        g_ascii_strup(common_type(DB_CELL(found, row, 1)->text), -1));
  return columns;
}

static const DbDriver sqlite_driver = {
  .close = sqlite_close,
  .write = sqlite_write,
  .read = sqlite_read,
  .answers = sqlite_answers,
  .query = sqlite_query,
  .exec = sqlite_exec,
  .lock = sqlite_lock,
  .next_id = sqlite_next_id,
  .stats = sqlite_stats,
  .columns = sqlite_columns,
};

static void close_link(gpointer link) { sqlite_link_close(link); }

Db *sqlite_open(const char *path, guint readers, GError **error) {
  if (!*path || strcmp(path, ":memory:") == 0) {
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "not the path of a database: \"%s\"", path);
    return NULL;
  }
  SqliteLink *link = sqlite_link_open(path, FALSE, error);
  if (!link) {
    g_prefix_error(error, "%s: ", path);
    return NULL;
  }
  SqliteDb *self = g_new0(SqliteDb, 1);
  self->base.driver = &sqlite_driver;
  self->path = g_strdup(path);
  self->readers = pool_new(readers, close_link);
  self->writer = sqlite_writer_new(&self->base, link);
  return &self->base;
}
