/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Durable receipt.notice commands a second through the runner, beside a bare loop that runs the same statements by
   hand: on SQLite a group-commit loop that only writes the same rows, on PostgreSQL the same transactions by libpq.
   Usage: bench-commands [CLIENTS] [SECONDS]. */
#include "postgres-fixture.h"
#include "statements.h"
#include "step/procedure.h"
#include "step/s06-contract.h"
#include <glib/gstdio.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 3 };

static guint clients = 32;
static double seconds = 3;
static gint64 number; /* of repetitions so far, over all threads */

/* A client: an order of its own, and what one notice on it runs. */
typedef struct {
  gint64 contract;
  GArray *script; /* Statement */
} Client;

typedef struct {
  char *url;
  Db *db;
  Engine *engine;
  Client *clients;
} House;

/* Runs `client` in as many threads for the time given; done tells how many commands that were. */
typedef guint64 (*Run)(gpointer house, guint client, gint64 until);
typedef struct {
  Run run;
  gpointer house;
  guint client;
  gint64 until;
  guint64 done;
} Thread;

static gpointer thread_main(gpointer data) {
  Thread *thread = data;
  thread->done = thread->run(thread->house, thread->client, thread->until);
  return NULL;
}

static double rate(Run run, gpointer house) {
  g_autofree Thread *threads = g_new0(Thread, clients);
  g_autofree GThread **started = g_new(GThread *, clients);
  const gint64 begin = g_get_monotonic_time();
  guint64 done = 0;
  for (guint i = 0; i < clients; i++) {
    threads[i] = (Thread){.run = run, .house = house, .client = i, .until = begin + (gint64)(seconds * G_USEC_PER_SEC)};
    started[i] = g_thread_new("client", thread_main, &threads[i]);
  }
  for (guint i = 0; i < clients; i++) {
    g_thread_join(started[i]);
    done += threads[i].done;
  }
  return (double)done * G_USEC_PER_SEC / (double)(g_get_monotonic_time() - begin);
}

/* ---- the program itself ---- */
static void notice(House *house, guint client, const char *key) {
  static const Viewer finance = {.user_id = 1, .name = "Finance", .roles = ROLE_FINANCE, .language = "en"};
  g_autoptr(GHashTable) inputs = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(inputs, (gpointer) "amount", (gpointer) "1200.00");
  g_hash_table_insert(inputs, (gpointer) "payer", (gpointer) "South China Partitions");
  const Act act = {.viewer = &finance, .command = workflow_find("receipt.notice"), .inputs = inputs, .key = key,
                   .id = house->clients[client].contract};
  g_autoptr(Refusal) refusal = refusal_new();
  g_autoptr(GError) error = NULL;
  Done done;
  if (!engine_run(house->engine, &act, &done, refusal, &error))
    g_error("receipt.notice: %s", error ? error->message : ((Reason *)refusal->reasons->pdata[0])->message);
}

static guint64 run_engine(gpointer data, guint client, gint64 until) {
  guint64 done = 0;
  for (; g_get_monotonic_time() < until; done++) {
    char key[32];
    g_snprintf(key, sizeof key, "k%" G_GINT64_FORMAT, __atomic_add_fetch(&number, 1, __ATOMIC_RELAXED));
    notice(data, client, key);
  }
  return done;
}

static gboolean make_rows(DbTx *tx, gpointer data, GError **error) {
  House *house = data;
  g_autoptr(Arena) arena = arena_new();
  Dealer *dealer = dict_new_row(arena, &dealer_record);
  dealer->name = "South China Partitions";
  if (!dict_insert(tx, arena, &dealer_record, dealer, error))
    return FALSE;
  for (guint i = 0; i < clients; i++) {
    Order *order = dict_new_row(arena, &order_record);
    order->name = "Offices, 18th floor";
    order->row.dealer_id = dealer->row.id;
    if (!dict_insert(tx, arena, &order_record, order, error))
      return FALSE;
    Contract *contract = dict_new_row(arena, &contract_record);
    contract->row.dealer_id = dealer->row.id;
    contract->row.order_id = order->row.id;
    contract->amount = 12000000;
    if (!dict_insert(tx, arena, &contract_record, contract, error))
      return FALSE;
    house->clients[i].contract = contract->row.id;
  }
  return TRUE;
}

/* Chains go on from a place that is drawn anew for each repetition, as the ids are. */
static gboolean move_chains(DbTx *tx, gpointer data, GError **error) {
  return db_exec(tx, "UPDATE chain_head SET seq = $1", DB_ARGS(DB_I(2 * STATEMENTS_ID)), error) >= 0;
}

static void house_open(House *house, const char *url) {
  g_autoptr(GError) error = NULL;
  *house = (House){.url = g_strdup(url), .clients = g_new0(Client, clients)};
  house->db = db_open(url, clients, &error);
  house->engine = house->db ? engine_new(house->db, 8 * 3600) : NULL;
  if (!house->engine || !engine_migrate(house->engine, &error) || !db_write(house->db, make_rows, house, &error))
    g_error("%s: %s", url, error->message);
  for (guint i = 0; i < clients; i++) { /* a chain's head is there from the second act on */
    g_autofree char *first = g_strdup_printf("first %u", i);
    notice(house, i, first);
  }
  if (!db_write(house->db, move_chains, NULL, &error))
    g_error("%s: %s", url, error->message);
  for (guint i = 0; i < clients; i++) {
    house->clients[i].script = statements_new();
    g_autofree char *key = g_strdup_printf(STATEMENTS_KEY "%u", i);
    statements_record(house->clients[i].script);
    notice(house, i, key);
    statements_record(NULL);
  }
}

static void house_close(House *house) {
  engine_free(house->engine);
  db_close(house->db);
}

/* ---- a bare loop on SQLite: one writer, one commit for all who wait ---- */
typedef struct {
  const House *house;
  sqlite3 *db;
  GHashTable *prepared; /* sql → sqlite3_stmt* */
  GMutex mutex;         /* guards all below */
  GCond work, done;
  GArray *waiting;      /* guint: clients whose command is to be written */
  guint64 *finished;    /* by client: commands that are on disk */
  gboolean stop;
} Loop;

static void check(sqlite3 *db, int code) {
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
    g_error("sqlite: %s", sqlite3_errmsg(db));
}

static void write_rows(Loop *loop, const GArray *script) {
  const gint64 repetition = __atomic_add_fetch(&number, 1, __ATOMIC_RELAXED);
  char key[32];
  for (guint i = 0; i < script->len; i++) {
    const Statement *statement = &g_array_index(script, Statement, i);
    if (!statement->writes)
      continue;
    sqlite3_stmt *prepared = g_hash_table_lookup(loop->prepared, statement->sql);
    if (!prepared) {
      check(loop->db, sqlite3_prepare_v3(loop->db, statement->sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, NULL));
      g_hash_table_insert(loop->prepared, (gpointer)statement->sql, prepared);
    }
    for (guint k = 0; k < statement->count; k++) {
      char name[16];
      g_snprintf(name, sizeof name, "$%u", k + 1);
      const int at = sqlite3_bind_parameter_index(prepared, name);
      const DbCell cell = statements_cell(&statement->cells[k], repetition, key);
      if (cell.kind == DB_INTEGER)
        sqlite3_bind_int64(prepared, at, cell.integer);
      else if (cell.kind == DB_TEXT)
        sqlite3_bind_text(prepared, at, cell.text, -1, SQLITE_TRANSIENT);
      else
        sqlite3_bind_null(prepared, at);
    }
    check(loop->db, sqlite3_step(prepared));
    sqlite3_reset(prepared);
  }
}

static gpointer write_groups(gpointer data) {
  Loop *loop = data;
  g_autoptr(GArray) group = g_array_new(FALSE, FALSE, sizeof(guint));
  g_mutex_lock(&loop->mutex);
  while (!loop->stop) {
    if (!loop->waiting->len) {
      g_cond_wait(&loop->work, &loop->mutex);
      continue;
    }
    GArray *taken = loop->waiting;
    loop->waiting = group;
    group = taken;
    g_mutex_unlock(&loop->mutex);
    check(loop->db, sqlite3_exec(loop->db, "BEGIN IMMEDIATE", NULL, NULL, NULL));
    for (guint i = 0; i < group->len; i++)
      write_rows(loop, loop->house->clients[g_array_index(group, guint, i)].script);
    check(loop->db, sqlite3_exec(loop->db, "COMMIT", NULL, NULL, NULL));
    g_mutex_lock(&loop->mutex);
    for (guint i = 0; i < group->len; i++)
      loop->finished[g_array_index(group, guint, i)]++;
    g_array_set_size(group, 0);
    g_cond_broadcast(&loop->done);
  }
  g_mutex_unlock(&loop->mutex);
  return NULL;
}

static guint64 run_loop(gpointer data, guint client, gint64 until) {
  Loop *loop = data;
  guint64 done = 0;
  for (; g_get_monotonic_time() < until; done++) {
    g_mutex_lock(&loop->mutex);
    const guint64 before = loop->finished[client];
    g_array_append_val(loop->waiting, client);
    g_cond_signal(&loop->work);
    while (loop->finished[client] == before)
      g_cond_wait(&loop->done, &loop->mutex);
    g_mutex_unlock(&loop->mutex);
  }
  return done;
}

static double bare_sqlite(const House *house) {
  Loop loop = {.house = house, .prepared = g_hash_table_new(g_direct_hash, g_direct_equal),
               .waiting = g_array_new(FALSE, FALSE, sizeof(guint)), .finished = g_new0(guint64, clients)};
  check(NULL, sqlite3_open(house->url, &loop.db));
  check(loop.db,
        sqlite3_exec(loop.db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000", NULL,
                     NULL, NULL));
  GThread *writer = g_thread_new("writer", write_groups, &loop);
  const double result = rate(run_loop, &loop);
  g_mutex_lock(&loop.mutex);
  loop.stop = TRUE;
  g_cond_signal(&loop.work);
  g_mutex_unlock(&loop.mutex);
  g_thread_join(writer);
  GHashTableIter iter;
  gpointer prepared;
  g_hash_table_iter_init(&iter, loop.prepared);
  while (g_hash_table_iter_next(&iter, NULL, &prepared))
    sqlite3_finalize(prepared);
  sqlite3_close(loop.db);
  g_hash_table_unref(loop.prepared);
  g_array_unref(loop.waiting);
  g_free(loop.finished);
  return result;
}

/* ---- bare transactions on PostgreSQL ---- */
static void finish(PGconn *connection, PGresult *result) {
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
    g_error("postgresql: %s", PQerrorMessage(connection));
  PQclear(result);
}

static void execute(PGconn *connection, GHashTable *prepared, const Statement *statement, gint64 repetition) {
  char name[24], key[32];
  g_snprintf(name, sizeof name, "s%p", (const void *)statement->sql);
  if (g_hash_table_add(prepared, (gpointer)statement->sql))
    finish(connection, PQprepare(connection, name, statement->sql, 0, NULL));
  const char *values[40];
  char numbers[40][24];
  g_assert(statement->count <= G_N_ELEMENTS(values));
  for (guint i = 0; i < statement->count; i++) {
    const DbCell cell = statements_cell(&statement->cells[i], repetition, key);
    if (cell.kind == DB_INTEGER)
      g_snprintf(numbers[i], sizeof numbers[i], "%" G_GINT64_FORMAT, cell.integer);
    values[i] = cell.kind == DB_INTEGER ? numbers[i] : cell.kind == DB_TEXT ? cell.text : NULL;
  }
  finish(connection, PQexecPrepared(connection, name, (int)statement->count, values, NULL, NULL, 0));
}

static guint64 run_transactions(gpointer data, guint client, gint64 until) {
  const House *house = data;
  const GArray *script = house->clients[client].script;
  g_autoptr(GHashTable) prepared = g_hash_table_new(g_direct_hash, g_direct_equal);
  PGconn *connection = PQconnectdb(house->url);
  guint64 done = 0;
  for (; g_get_monotonic_time() < until; done++) {
    const gint64 repetition = __atomic_add_fetch(&number, 1, __ATOMIC_RELAXED);
    finish(connection, PQexec(connection, "BEGIN"));
    for (guint i = 0; i < script->len; i++)
      execute(connection, prepared, &g_array_index(script, Statement, i), repetition);
    finish(connection, PQexec(connection, "COMMIT"));
  }
  PQfinish(connection);
  return done;
}

static void compare(const char *name, const char *url, gboolean postgres) {
  double here = 0, bare = 0;
  House house;
  house_open(&house, url);
  for (guint i = 0; i < ROUNDS; i++) {
    here += rate(run_engine, &house) / ROUNDS;
    bare += (postgres ? rate(run_transactions, &house) : bare_sqlite(&house)) / ROUNDS;
  }
  guint writes = 0;
  for (guint i = 0; i < house.clients[0].script->len; i++)
    writes += g_array_index(house.clients[0].script, Statement, i).writes;
  printf("%-12s %10.0f /s %10.0f /s %7.0f %%   (%u statements, %u of them write)\n", name, here, bare,
         100 * here / bare, house.clients[0].script->len, writes);
  fflush(stdout);
  house_close(&house);
}

int main(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  clients = argc > 1 ? (guint)g_ascii_strtoull(argv[1], NULL, 10) : clients;
  seconds = argc > 2 ? g_ascii_strtod(argv[2], NULL) : seconds;
  if (!procedure_register(&error))
    g_error("%s", error->message);
  g_autofree char *folder = g_dir_make_tmp("gendan-bench-XXXXXX", NULL),
                  *path = g_build_filename(folder, "bench.db", NULL);
  printf("receipt.notice, durable, %u clients, mean of %d rounds of %.1f s\n", clients, ROUNDS, seconds);
  printf("%-12s %13s %13s %9s\n", "database", "runner", "bare", "ratio");
  compare("SQLite", path, FALSE);
  g_autofree char *url = postgres_fixture_url();
  compare("PostgreSQL", url, TRUE);
  const char *remove[] = {"rm", "-rf", "--", folder, NULL};
  g_spawn_sync(NULL, (char **)remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  return 0;
}
