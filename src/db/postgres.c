/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PostgreSQL behind db.h: a pool of connections. Writers run at READ COMMITTED and lock the rows they depend on
   (db_lock); readers hold one snapshot. Serialization failures, deadlocks and lost connections run the work again;
   only a connection lost during COMMIT does not, for nobody knows what became of it. */
#include "db/driver.h"
#include "db/pool.h"
#include "db/postgres_link.h"
#include "db/postgres_sequence.h"

enum {
  ATTEMPTS = 12,      /* how often one piece of work is begun at most */
  PAUSE_MOST_MS = 128 /* the longest pause before the next, doubled from 1 and shortened at random */
};

/* "gendan" as a number: the advisory lock for migrations, the same in every server. */
#define LOCK_ALONE "SELECT pg_advisory_xact_lock(113723342938478)"
/* Migrations may take long; whoever comes after them waits for their end. */
#define WAIT_LONG "SET LOCAL lock_timeout = 0;"

typedef struct {
  Db base;
  char *url;
  Pool *links; /* of PostgresLink */
  PostgresSequence *sequence;
  _Atomic guint64 writes; /* transactions that were to change something */
} PostgresDb;

typedef struct {
  DbTx base;
  PostgresLink *link;
} PostgresTx;

typedef enum { OUTCOME_OK, OUTCOME_REFUSED, OUTCOME_AGAIN } Outcome;

/* What to run before the work; writable: whether it may change anything. */
typedef struct {
  const char *begin;
  gboolean writable;
} Manner;

static const Manner reading = {.begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
static const Manner writing = {.begin = "BEGIN ISOLATION LEVEL READ COMMITTED", .writable = TRUE};
static const Manner writing_alone = {.begin = "BEGIN ISOLATION LEVEL READ COMMITTED;" WAIT_LONG LOCK_ALONE,
                                     .writable = TRUE};

/* One attempt. The transaction is over when it returns. */
static Outcome attempt(Db *db, PostgresLink *link, const Manner *manner, DbWork work, gpointer data, GError **error) {
  postgres_link_clear_fault(link);
  PostgresTx tx = {.base = {.db = db, .writable = manner->writable}, .link = link};
  gboolean ok = postgres_link_run(link, manner->begin, error) && driver_run_work(&tx.base, work, data, error);
  if (ok) {
    if (postgres_link_run(link, "COMMIT", error))
      return OUTCOME_OK;
    if (postgres_link_fault(link) == POSTGRES_FAULT_LOST) {
      g_prefix_error(error, "lost during COMMIT, which may or may not have happened: ");
      return OUTCOME_REFUSED;
    }
  }
  PostgresFault fault = postgres_link_fault(link);
  if (fault != POSTGRES_FAULT_LOST)
    postgres_link_run(link, "ROLLBACK", NULL);
  return fault == POSTGRES_FAULT_OWN ? OUTCOME_REFUSED : OUTCOME_AGAIN;
}

/* Random, so that two that collided do not collide again. */
static void pause_before(int next) {
  int most = next < 8 ? 1 << next : PAUSE_MOST_MS;
  g_usleep((gulong)g_random_int_range(0, MIN(most, PAUSE_MOST_MS) * 1000));
}

static gboolean transact(Db *db, const Manner *manner, DbWork work, gpointer data, GError **error) {
  PostgresDb *self = (PostgresDb *)db;
  PostgresLink *link = pool_take(self->links);
  Outcome outcome = OUTCOME_AGAIN;
  g_autoptr(GError) own = NULL;
  for (int i = 0; i < ATTEMPTS && outcome == OUTCOME_AGAIN; i++) {
    if (i > 0)
      pause_before(i);
    g_clear_error(&own);
    if (!link && !(link = postgres_link_open(self->url, &own)))
      break;
    outcome = attempt(db, link, manner, work, data, &own);
    if (postgres_link_fault(link) == POSTGRES_FAULT_LOST)
      g_clear_pointer(&link, postgres_link_close);
  }
  pool_return(self->links, link);
  if (outcome == OUTCOME_AGAIN && !own) /* work kept the reason to itself */
    g_set_error_literal(&own, DB_ERROR, DB_ERROR_FAILED, "given up after many attempts");
  if (outcome != OUTCOME_OK && own)
    g_propagate_error(error, g_steal_pointer(&own));
  return outcome == OUTCOME_OK;
}

static gboolean postgres_write(Db *db, gboolean alone, DbWork work, gpointer data, GError **error) {
  ((PostgresDb *)db)->writes++;
  return transact(db, alone ? &writing_alone : &writing, work, data, error);
}

static gboolean postgres_read(Db *db, DbWork work, gpointer data, GError **error) {
  return transact(db, &reading, work, data, error);
}

static const DbResult *postgres_query(DbTx *tx, Arena *arena, const char *sql, const DbCell *args, guint count,
                                      GError **error) {
  return postgres_link_query(((PostgresTx *)tx)->link, arena, sql, args, count, error);
}

static gint64 postgres_exec(DbTx *tx, const char *sql, const DbCell *args, guint count, GError **error) {
  return postgres_link_exec(((PostgresTx *)tx)->link, sql, args, count, error);
}

static gboolean look(DbTx *tx, gpointer data, GError **error) {
  return postgres_exec(tx, "SELECT COUNT(*) FROM sequence", DB_NO_ARGS, error) >= 0;
}

static gboolean postgres_answers(Db *db, GError **error) {
  return transact(db, &reading, look, NULL, error);
}

/* The name was checked by db.c. */
static gboolean postgres_lock(DbTx *tx, const char *table, gint64 id, GError **error) {
  g_autofree char *sql = g_strdup_printf("SELECT id FROM \"%s\" WHERE id = $1 FOR UPDATE", table);
  return postgres_exec(tx, sql, DB_ARGS(DB_I(id)), error) >= 0;
}

static gint64 postgres_next_id(DbTx *tx, const char *sequence, GError **error) {
  return postgres_sequence_next(((PostgresDb *)tx->db)->sequence, sequence, error);
}

static GHashTable *postgres_columns(DbTx *tx, const char *table, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  const DbResult *found = postgres_query(tx, arena,
                                         "SELECT column_name, upper(data_type) FROM information_schema.columns "
                                         "WHERE table_schema = current_schema() AND table_name = $1",
                                         DB_ARGS(DB_T(table)), error);
  if (!found)
    return NULL;
  GHashTable *columns = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  for (guint row = 0; row < found->rows; row++)
    g_hash_table_insert(columns, g_strdup(DB_CELL(found, row, 0)->text), g_strdup(DB_CELL(found, row, 1)->text));
  return columns;
}

/* Each call of db_write() is a commit of its own. */
static void postgres_stats(Db *db, DbStats *stats) {
  PostgresDb *self = (PostgresDb *)db;
  const guint64 writes = self->writes;
  *stats = (DbStats){.commits = writes, .works = writes, .sizes = {writes}, .waiting = pool_waiting(self->links)};
}

static void postgres_close(Db *db) {
  PostgresDb *self = (PostgresDb *)db;
  pool_free(self->links);
  postgres_sequence_free(self->sequence);
  g_free(self->url);
  g_free(self);
}

static const DbDriver postgres_driver = {
  .postgres = TRUE,
  .close = postgres_close,
  .write = postgres_write,
  .read = postgres_read,
  .answers = postgres_answers,
  .query = postgres_query,
  .exec = postgres_exec,
  .lock = postgres_lock,
  .next_id = postgres_next_id,
  .stats = postgres_stats,
  .columns = postgres_columns,
};

static void close_link(gpointer link) { postgres_link_close(link); }

Db *postgres_open(const char *url, guint connections, GError **error) {
  g_autoptr(PostgresLink) link = postgres_link_open(url, error);
  /* CREATE TABLE IF NOT EXISTS alone would race with another server's. */
  if (!link || !postgres_link_run(link,
                                  "BEGIN;" WAIT_LONG LOCK_ALONE
                                  "; CREATE TABLE IF NOT EXISTS sequence (name TEXT PRIMARY KEY, taken BIGINT); COMMIT",
                                  error))
    return NULL;
  PostgresDb *self = g_new0(PostgresDb, 1);
  self->base.driver = &postgres_driver;
  self->url = g_strdup(url);
  self->links = pool_new(connections, close_link);
  self->sequence = postgres_sequence_new(url);
  return &self->base;
}
