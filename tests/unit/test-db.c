/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The database layer: one suite, run against each database, and what only one of them does. */
#include "db/db.h"
#include "db/placeholder.h"
#include "postgres-fixture.h"
#include <glib/gstdio.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* One database of one test, empty at its start. */
typedef struct {
  Db *db;
  Arena *arena;
  char *folder; /* NULL for a server */
  char *url;
} Fixture;

enum { THREADS = 8 };

static void set_up_sqlite(Fixture *f, gconstpointer unused) {
  g_autoptr(GError) error = NULL;
  f->folder = g_dir_make_tmp("gendan-db-XXXXXX", &error);
  g_assert_no_error(error);
  f->url = g_strdup_printf("sqlite:%s/test.db", f->folder);
  f->arena = arena_new();
  f->db = db_open(f->url, THREADS, &error);
  g_assert_no_error(error);
}

static void set_up_postgres(Fixture *f, gconstpointer unused) {
  g_autoptr(GError) error = NULL;
  f->url = postgres_fixture_url();
  f->arena = arena_new();
  f->db = db_open(f->url, THREADS, &error);
  g_assert_no_error(error);
  g_assert_true(db_is_postgres(f->db));
}

static void tear_down(Fixture *f, gconstpointer unused) {
  db_close(f->db);
  arena_free(f->arena);
  for (guint i = 0; f->folder && i < 3; i++) {
    g_autofree char *path = g_strconcat(f->folder, "/test.db", i == 0 ? "" : i == 1 ? "-wal" : "-shm", NULL);
    g_unlink(path);
  }
  if (f->folder)
    g_assert_cmpint(g_rmdir(f->folder), ==, 0);
  g_free(f->folder);
  g_free(f->url);
}

/* One statement as a unit of work. */
typedef struct {
  Arena *arena;
  const char *sql;
  const DbCell *args;
  guint count;
  gint64 changed;
  const DbResult *result;
} Statement;

static gboolean exec_work(DbTx *tx, gpointer data, GError **error) {
  Statement *s = data;
  return (s->changed = db_exec(tx, s->sql, s->args, s->count, error)) >= 0;
}

static gboolean query_work(DbTx *tx, gpointer data, GError **error) {
  Statement *s = data;
  return (s->result = db_query(tx, s->arena, s->sql, s->args, s->count, error)) != NULL;
}

static gint64 run(Fixture *f, const char *sql, const DbCell *args, guint count) {
  g_autoptr(GError) error = NULL;
  Statement s = {.sql = sql, .args = args, .count = count};
  g_assert_true(db_write(f->db, exec_work, &s, &error));
  g_assert_no_error(error);
  return s.changed;
}

static const DbResult *ask(Fixture *f, const char *sql, const DbCell *args, guint count) {
  g_autoptr(GError) error = NULL;
  Statement s = {.arena = f->arena, .sql = sql, .args = args, .count = count};
  g_assert_true(db_read(f->db, query_work, &s, &error));
  g_assert_no_error(error);
  return s.result;
}

static gint64 ask_number(Fixture *f, const char *sql) {
  const DbResult *result = ask(f, sql, DB_NO_ARGS);
  g_assert_cmpint(result->rows, ==, 1);
  g_assert_cmpint(DB_CELL(result, 0, 0)->kind, ==, DB_INTEGER);
  return DB_CELL(result, 0, 0)->integer;
}

static void refused(Fixture *f, DbError code, const char *sql, const DbCell *args, guint count) {
  g_autoptr(GError) error = NULL;
  Statement s = {.sql = sql, .args = args, .count = count};
  g_assert_false(db_write(f->db, exec_work, &s, &error));
  g_assert_error(error, DB_ERROR, (int)code);
}

static void make_table(Fixture *f) {
  run(f, "CREATE TABLE thing (id BIGINT PRIMARY KEY, name TEXT UNIQUE, body BYTEA, amount BIGINT)", DB_NO_ARGS);
}

static void test_placeholders(void) {
  static const char *const cases[][2] = {
    {"SELECT $2, $1, $12", "SELECT ?2, ?1, ?12"},
    {"a=$1 OR b=$1", "a=?1 OR b=?1"},
    {"($1)||$2::x", "(?1)||?2::x"},
    {"'$1' \"$1\" `$1` [$1] $1", "'$1' \"$1\" `$1` [$1] ?1"},
    {"'it''s $1' $1", "'it''s $1' ?1"},
    {"'''$1' $1", "'''$1' ?1"},
    {"\"a\"\"$1\" $1", "\"a\"\"$1\" ?1"},
    {"-- $1 '\n$1", "-- $1 '\n?1"},
    {"/* $1 ' */$1/**/$2", "/* $1 ' */?1/**/?2"},
    {"$1-$2 - -$3", "?1-?2 - -?3"},
    {"$1/$2 * $3", "?1/?2 * ?3"},
    {"a$1 a_$1 $1a $x $ é$1", "a$1 a_$1 $1a $x $ é$1"},
    {"'open $1", "'open $1"},
    {"/* open $1", "/* open $1"},
    {"-- open $1", "-- open $1"},
    {"", ""},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *got = placeholder_rewrite(cases[i][0]);
    g_assert_cmpstr(got, ==, cases[i][1]);
  }
}

static void test_cells(Fixture *f, gconstpointer unused) {
  make_table(f);
  static const char bytes[] = {0, 1, '\\', 'x', (char)0xff, 0};
  g_assert_cmpint(run(f, "INSERT INTO thing (amount, body, name, id) VALUES ($4, $3, $2, $1)",
                      DB_ARGS(DB_I(7), DB_T("合同 'x' \\ $1"), DB_B(bytes, sizeof bytes), DB_I(G_MININT64))), ==, 1);
  run(f, "INSERT INTO thing (id, name, body, amount) VALUES ($1, $2, $3, $4)",
      DB_ARGS(DB_I(G_MAXINT64), DB_T(""), DB_B("", 0), DB_NONE));
  run(f, "INSERT INTO thing (id, name, body, amount) VALUES ($1, $2, $3, $1)",
      DB_ARGS(DB_I(8), DB_T(NULL), DB_NONE));
  const DbResult *r = ask(f, "SELECT id, name, body, amount FROM thing ORDER BY id", DB_NO_ARGS);
  g_assert_cmpint(r->rows, ==, 3);
  g_assert_cmpint(r->columns, ==, 4);
  g_assert_cmpstr(DB_CELL(r, 0, 1)->text, ==, "合同 'x' \\ $1");
  g_assert_cmpint(DB_CELL(r, 0, 1)->length, ==, strlen("合同 'x' \\ $1"));
  g_assert_cmpint(DB_CELL(r, 0, 2)->kind, ==, DB_BLOB);
  g_assert_cmpmem(DB_CELL(r, 0, 2)->text, DB_CELL(r, 0, 2)->length, bytes, sizeof bytes);
  g_assert_cmpint(DB_CELL(r, 0, 3)->integer, ==, G_MININT64);
  g_assert_cmpint(DB_CELL(r, 1, 1)->kind, ==, DB_NULL);
  g_assert_cmpint(DB_CELL(r, 1, 2)->kind, ==, DB_NULL);
  g_assert_cmpint(DB_CELL(r, 1, 3)->integer, ==, 8);
  g_assert_cmpint(DB_CELL(r, 2, 0)->integer, ==, G_MAXINT64);
  g_assert_cmpint(DB_CELL(r, 2, 1)->kind, ==, DB_TEXT);
  g_assert_cmpint(DB_CELL(r, 2, 2)->kind, ==, DB_BLOB);
  g_assert_cmpint(DB_CELL(r, 2, 2)->length, ==, 0);
  r = ask(f, "SELECT id FROM thing WHERE name = '$1' OR id = $2 /* $3 */ OR id = $1 -- $4",
          DB_ARGS(DB_I(7), DB_I(8)));
  g_assert_cmpint(r->rows, ==, 2);
  g_assert_cmpint(ask_number(f, "SELECT SUM(id) FROM thing WHERE id < 10"), ==, 15);
  r = ask(f, "SELECT name FROM thing WHERE id = $1", DB_ARGS(DB_I(99)));
  g_assert_cmpint(r->rows, ==, 0);
  g_assert_cmpint(r->columns, ==, 1);
  /* The part of a text that its length names. */
  run(f, "UPDATE thing SET name = $1 WHERE id = 8",
      DB_ARGS(((DbCell){.kind = DB_TEXT, .text = "abcdef", .length = 3})));
  r = ask(f, "SELECT name FROM thing WHERE id = 8", DB_NO_ARGS);
  g_assert_cmpstr(DB_CELL(r, 0, 0)->text, ==, "abc");
  g_assert_cmpint(run(f, "UPDATE thing SET amount = 0", DB_NO_ARGS), ==, 3);
  g_assert_cmpint(run(f, "CREATE INDEX thing_amount ON thing (amount)", DB_NO_ARGS), ==, 0);
}

static void test_refusals(Fixture *f, gconstpointer unused) {
  make_table(f);
  run(f, "INSERT INTO thing (id, name) VALUES (1, 'a')", DB_NO_ARGS);
  refused(f, DB_ERROR_CONSTRAINT, "INSERT INTO thing (id, name) VALUES (1, 'b')", DB_NO_ARGS);
  refused(f, DB_ERROR_CONSTRAINT, "INSERT INTO thing (id, name) VALUES (2, $1)", DB_ARGS(DB_T("a")));
  refused(f, DB_ERROR_FAILED, "INSERT INTO nothing (id) VALUES (1)", DB_NO_ARGS);
  refused(f, DB_ERROR_FAILED, "DELETE FROM thing WHERE id = $1", DB_NO_ARGS);
  refused(f, DB_ERROR_FAILED, "DELETE FROM thing WHERE id = $1", DB_ARGS(DB_I(1), DB_I(2)));
  refused(f, DB_ERROR_FAILED, "DELETE FROM thing; DELETE FROM thing", DB_NO_ARGS);
  refused(f, DB_ERROR_FAILED, "DELETE FROM thing WHERE id = :a", DB_ARGS(DB_I(1)));
  refused(f, DB_ERROR_FAILED, "DELETE FROM thing WHERE name = $1", DB_ARGS(DB_T("\xff")));
  refused(f, DB_ERROR_FAILED, "DELETE FROM thing WHERE name = $1",
          DB_ARGS(((DbCell){.kind = DB_TEXT, .text = "a\0b", .length = 3})));
  g_assert_cmpint(ask_number(f, "SELECT COUNT(*) FROM thing"), ==, 1);
}

static gboolean write_then_refuse(DbTx *tx, gpointer data, GError **error) {
  return db_exec(tx, "INSERT INTO thing (id) VALUES (1)", DB_NO_ARGS, error) < 0;
}

static gboolean go_on_after_failure(DbTx *tx, gpointer data, GError **error) {
  db_exec(tx, "INSERT INTO thing (id) VALUES (2)", DB_NO_ARGS, NULL);
  g_assert_cmpint(db_exec(tx, "INSERT INTO thing (id) VALUES (2)", DB_NO_ARGS, NULL), ==, -1);
  g_assert_cmpint(db_exec(tx, "INSERT INTO thing (id) VALUES (3)", DB_NO_ARGS, NULL), ==, -1);
  return TRUE;
}

static gboolean write_in_reader(DbTx *tx, gpointer data, GError **error) {
  return db_exec(tx, "INSERT INTO thing (id) VALUES (4)", DB_NO_ARGS, error) >= 0;
}

static gboolean insert_by_query(DbTx *tx, gpointer data, GError **error) {
  Fixture *f = data;
  return db_query(tx, f->arena, "INSERT INTO thing (id) VALUES (5) RETURNING id", DB_NO_ARGS, error) != NULL;
}

static gboolean nest(DbTx *tx, gpointer data, GError **error) {
  return db_write(((Fixture *)data)->db, write_in_reader, NULL, error);
}

static void test_rollback(Fixture *f, gconstpointer unused) {
  make_table(f);
  g_autoptr(GError) error = NULL;
  g_assert_false(db_write(f->db, write_then_refuse, NULL, &error));
  g_assert_no_error(error);
  g_assert_false(db_write(f->db, go_on_after_failure, NULL, &error));
  g_assert_error(error, DB_ERROR, DB_ERROR_FAILED);
  g_clear_error(&error);
  g_assert_false(db_read(f->db, write_in_reader, NULL, &error));
  g_assert_error(error, DB_ERROR, DB_ERROR_FAILED);
  g_clear_error(&error);
  g_assert_false(db_read(f->db, insert_by_query, f, &error));
  g_assert_error(error, DB_ERROR, DB_ERROR_FAILED);
  g_clear_error(&error);
  g_assert_false(db_write(f->db, nest, f, &error));
  g_assert_error(error, DB_ERROR, DB_ERROR_FAILED);
  g_assert_cmpint(ask_number(f, "SELECT COUNT(*) FROM thing"), ==, 0);
  g_assert_true(db_write(f->db, insert_by_query, f, NULL));
  g_assert_cmpint(ask_number(f, "SELECT COUNT(*) FROM thing"), ==, 1);
}

static void *insert_in_thread(void *data) {
  run(data, "INSERT INTO thing (id) VALUES (1)", DB_NO_ARGS);
  return NULL;
}

static gboolean count_twice(DbTx *tx, gpointer data, GError **error) {
  static const char *const sql = "SELECT COUNT(*) FROM thing";
  Fixture *f = data;
  const DbResult *before = db_query(tx, f->arena, sql, DB_NO_ARGS, error);
  g_assert_nonnull(before);
  pthread_t thread;
  g_assert_cmpint(pthread_create(&thread, NULL, insert_in_thread, f), ==, 0);
  pthread_join(thread, NULL);
  const DbResult *after = db_query(tx, f->arena, sql, DB_NO_ARGS, error);
  g_assert_nonnull(after);
  g_assert_cmpint(DB_CELL(before, 0, 0)->integer, ==, 0);
  g_assert_cmpint(DB_CELL(after, 0, 0)->integer, ==, 0);
  return TRUE;
}

/* A reader neither sees nor hinders what is written meanwhile. */
static void test_snapshot(Fixture *f, gconstpointer unused) {
  make_table(f);
  g_assert_true(db_read(f->db, count_twice, f, NULL));
  g_assert_cmpint(ask_number(f, "SELECT COUNT(*) FROM thing"), ==, 1);
}

/* ---- what a snapshot remembers ---- */
/* The same answer in the same arena is no second statement; other parameters, another text and another arena are. */
static gboolean ask_again(DbTx *tx, gpointer data, GError **error) {
  const Fixture *f = data;
  g_autoptr(Arena) arena = arena_new(), other = arena_new();
  char sql[] = "SELECT id, CAST($1 AS TEXT) FROM thing WHERE id <= CAST($2 AS BIGINT) ORDER BY id";
  const struct {
    Arena *arena;
    const char *text;
    gint64 id;
    guint statements; /* carried out by then, when the snapshot remembers */
  } asked[] = {{arena, "a", 2, 1}, {arena, "a", 2, 1}, {arena, "b", 2, 2}, {arena, "a", 1, 3}, {arena, "b", 2, 3},
               {other, "a", 2, 4}, {other, "a", 2, 5}, {arena, "a", 2, 5}};
  db_remember(tx, arena);
  DbStats before, after;
  db_stats(f->db, &before);
  for (guint i = 0; i < G_N_ELEMENTS(asked); i++) {
    const DbResult *r = db_query(tx, asked[i].arena, sql, DB_ARGS(DB_T(asked[i].text), DB_I(asked[i].id)), error);
    g_assert_cmpuint(r->rows, ==, asked[i].id);
    g_assert_cmpstr(DB_CELL(r, 0, 1)->text, ==, asked[i].text);
    db_stats(f->db, &after);
    g_assert_cmpint(after.statements - before.statements, ==, asked[i].statements);
  }
  memcpy(strstr(sql, "ORDER BY id"), "LIMIT     0", strlen("LIMIT     0")); /* another where this one stood */
  g_assert_cmpuint(db_query(tx, arena, sql, DB_ARGS(DB_T("a"), DB_I(2)), error)->rows, ==, 0);
  return TRUE;
}

static void test_remember(Fixture *f, gconstpointer unused) {
  g_autoptr(GError) error = NULL;
  make_table(f);
  run(f, "INSERT INTO thing (id) VALUES (1), (2)", DB_NO_ARGS);
  g_assert_true(db_read(f->db, ask_again, f, &error));
  g_assert_no_error(error);
}

enum { ROUNDS = 50 };

static gboolean increase(DbTx *tx, gpointer data, GError **error) {
  if (!db_lock(tx, "thing", 1, error))
    return FALSE;
  g_autoptr(Arena) arena = arena_new();
  const DbResult *r = db_query(tx, arena, "SELECT amount FROM thing WHERE id = $1", DB_ARGS(DB_I(1)), error);
  gint64 id = r ? db_next_id(tx, "thing", error) : -1;
  if (id < 0)
    return FALSE;
  return db_exec(tx, "UPDATE thing SET amount = $2 WHERE id = $1",
                 DB_ARGS(DB_I(1), DB_I(DB_CELL(r, 0, 0)->integer + 1)), error) == 1 &&
         db_exec(tx, "INSERT INTO thing (id) VALUES ($1)", DB_ARGS(DB_I(id + 1)), error) == 1;
}

static void *increase_often(void *data) {
  Fixture *f = data;
  for (int i = 0; i < ROUNDS; i++) {
    g_autoptr(GError) error = NULL;
    g_assert_true(db_write(f->db, increase, NULL, &error));
    g_assert_no_error(error);
    if (i % 5 == 0) /* rolled back beside the others, it disturbs none */
      g_assert_false(db_write(f->db, write_then_refuse, NULL, NULL));
    g_autoptr(Arena) arena = arena_new();
    Statement s = {.arena = arena, .sql = "SELECT (SELECT COUNT(*) FROM thing) - 1 - amount FROM thing WHERE id = 1"};
    g_assert_true(db_read(f->db, query_work, &s, NULL));
    g_assert_cmpint(DB_CELL(s.result, 0, 0)->integer, ==, 0);
  }
  return NULL;
}

/* No update is lost, no number given twice, no half transaction seen. */
static void test_together(Fixture *f, gconstpointer unused) {
  make_table(f);
  run(f, "INSERT INTO thing (id, amount) VALUES (1, 0)", DB_NO_ARGS);
  pthread_t threads[2 * THREADS];
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    g_assert_cmpint(pthread_create(&threads[i], NULL, increase_often, f), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    pthread_join(threads[i], NULL);
  g_assert_cmpint(ask_number(f, "SELECT amount FROM thing WHERE id = 1"), ==, 2 * THREADS * ROUNDS);
}

static gboolean look_at_tables(DbTx *tx, gpointer data, GError **error) {
  g_autoptr(GHashTable) columns = db_columns(tx, "thing", error);
  g_autoptr(GHashTable) nothing = db_columns(tx, "nothing", error);
  g_assert_cmpint(g_hash_table_size(columns), ==, 4);
  g_assert_cmpint(g_hash_table_size(nothing), ==, 0);
  g_assert_cmpstr(g_hash_table_lookup(columns, "id"), ==, "BIGINT");
  g_assert_cmpstr(g_hash_table_lookup(columns, "name"), ==, "TEXT");
  g_assert_cmpstr(g_hash_table_lookup(columns, "body"), ==, "BYTEA");
  return db_exec(tx, "ALTER TABLE thing ADD COLUMN extra TEXT", DB_NO_ARGS, error) >= 0;
}

static gboolean lock_named(DbTx *tx, gpointer data, GError **error) { return db_lock(tx, data, 1, error); }

static gboolean columns_named(DbTx *tx, gpointer data, GError **error) {
  g_autoptr(GHashTable) columns = db_columns(tx, data, error);
  return columns != NULL;
}

static void test_tables(Fixture *f, gconstpointer unused) {
  make_table(f);
  g_autoptr(GError) error = NULL;
  g_assert_true(db_write_alone(f->db, look_at_tables, NULL, &error));
  g_assert_no_error(error);
  g_assert_cmpint(ask(f, "SELECT * FROM thing", DB_NO_ARGS)->columns, ==, 5);
  static const char *const wrong[] = {"", "Thing", "1thing", "thing; DROP TABLE thing", "thing\"", "\"thing\"", "é"};
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_assert_false(db_write(f->db, lock_named, (gpointer)wrong[i], &error));
    g_assert_error(error, DB_ERROR, DB_ERROR_FAILED);
    g_clear_error(&error);
    g_assert_false(db_read(f->db, columns_named, (gpointer)wrong[i], &error));
    g_assert_error(error, DB_ERROR, DB_ERROR_FAILED);
    g_clear_error(&error);
  }
  g_assert_true(db_write(f->db, lock_named, "thing", &error));
}

static gboolean take_id(DbTx *tx, gpointer data, GError **error) {
  *(gint64 *)data = db_next_id(tx, "order", error);
  return TRUE;
}

static gboolean take_id_and_refuse(DbTx *tx, gpointer data, GError **error) {
  *(gint64 *)data = db_next_id(tx, "order", error);
  return FALSE;
}

static void test_sequence(Fixture *f, gconstpointer unused) {
  gint64 first, second, third, fourth;
  g_assert_true(db_write(f->db, take_id, &first, NULL));
  g_assert_cmpint(first, ==, 1);
  g_assert_false(db_write(f->db, take_id_and_refuse, &second, NULL));
  g_assert_true(db_write(f->db, take_id, &third, NULL));
  g_assert_cmpint(second, >, first);
  g_assert_cmpint(third, >, second);
  db_close(f->db);
  f->db = db_open(f->url, 1, NULL);
  g_assert_true(db_write(f->db, take_id, &fourth, NULL));
  g_assert_cmpint(fourth, >, third);
}

static void test_open_fails(void) {
  g_autoptr(GError) error = NULL;
  g_assert_null(db_open("sqlite:/nonexistent/folder/x.db", 1, &error));
  g_assert_error(error, DB_ERROR, DB_ERROR_LOST);
  g_clear_error(&error);
  g_assert_null(db_open("postgresql:///x?host=/nonexistent", 1, &error));
  g_assert_error(error, DB_ERROR, DB_ERROR_LOST);
  g_clear_error(&error);
  g_assert_null(db_open("sqlite::memory:", 1, &error));
  g_assert_error(error, DB_ERROR, DB_ERROR_FAILED);
}

static gboolean wait_little(DbTx *tx, gpointer data, GError **error) {
  return db_query(tx, data, "PRAGMA busy_timeout = 20", DB_NO_ARGS, error) != NULL;
}

static gboolean hold_while_other_writes(DbTx *tx, gpointer data, GError **error) {
  g_autoptr(GError) busy = NULL;
  g_assert_false(db_write(((Fixture *)data)->db, write_then_refuse, NULL, &busy));
  g_assert_error(busy, DB_ERROR, DB_ERROR_LOST);
  return TRUE;
}

/* Another process that holds the database too long. */
static void test_busy(Fixture *f, gconstpointer unused) {
  make_table(f);
  g_assert_true(db_write(f->db, wait_little, f->arena, NULL));
  g_autoptr(Db) other = db_open(f->url, 1, NULL);
  g_assert_true(db_write(other, hold_while_other_writes, f, NULL));
  run(f, "INSERT INTO thing (id) VALUES (1)", DB_NO_ARGS);
}

/* Fills the database in a batch with others: the limit is a number of pages instead of a small disk. */
static gboolean limit_pages(DbTx *tx, gpointer data, GError **error) {
  return db_query(tx, data, "PRAGMA max_page_count = 60", DB_NO_ARGS, error) != NULL;
}

static gboolean write_much(DbTx *tx, gpointer data, GError **error) {
  return db_exec(tx, "INSERT INTO thing (id, body) VALUES (100000, zeroblob(1000000))", DB_NO_ARGS, error) == 1;
}

static gboolean write_little(DbTx *tx, gpointer data, GError **error) {
  gint64 id = db_next_id(tx, "thing", error);
  return id > 0 && db_exec(tx, "INSERT INTO thing (id) VALUES ($1)", DB_ARGS(DB_I(id)), error) == 1;
}

static void *little_in_thread(void *data) {
  for (int i = 0; i < 20; i++)
    g_assert_true(db_write(data, write_little, NULL, NULL));
  return NULL;
}

static void *much_in_thread(void *data) {
  for (int i = 0; i < 20; i++) {
    g_autoptr(GError) error = NULL;
    g_assert_false(db_write(data, write_much, NULL, &error));
    g_assert_error(error, DB_ERROR, DB_ERROR_FULL);
  }
  return NULL;
}

static void test_full(Fixture *f, gconstpointer unused) {
  make_table(f);
  g_assert_true(db_write(f->db, limit_pages, f->arena, NULL));
  pthread_t threads[THREADS];
  for (guint i = 0; i < THREADS; i++)
    g_assert_cmpint(pthread_create(&threads[i], NULL, i % 2 ? much_in_thread : little_in_thread, f->db), ==, 0);
  for (guint i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  g_assert_cmpint(ask_number(f, "SELECT COUNT(*) FROM thing"), ==, THREADS / 2 * 20);
}

/* What a crash leaves. The child writes from many threads and reports each number once its commit returned. */
static gboolean insert_pair(DbTx *tx, gpointer data, GError **error) {
  gint64 *id = data;
  *id = db_next_id(tx, "thing", error);
  return *id > 0 && db_exec(tx, "INSERT INTO thing (id, amount) VALUES ($1, 1)", DB_ARGS(DB_I(*id)), error) == 1 &&
         db_exec(tx, "INSERT INTO thing (id, amount) VALUES ($1, 2)", DB_ARGS(DB_I(-*id)), error) == 1;
}

static void *report_pairs(void *data) {
  for (;;) {
    gint64 id;
    if (!db_write(data, insert_pair, &id, NULL) || write(STDOUT_FILENO, &id, sizeof id) != sizeof id)
      _exit(1);
  }
}

static int crash_child(const char *url) {
  Db *db = db_open(url, 1, NULL);
  pthread_t threads[THREADS];
  for (guint i = 0; db && i < THREADS; i++)
    pthread_create(&threads[i], NULL, report_pairs, db);
  pause();
  return 1;
}

enum { CRASHES = 5, REPORTS = 200 };

/* Starts a child, kills it after some reports; all that it reported, appended to `reported`. */
static void crash(Fixture *f, GArray *reported) {
  g_autoptr(GError) error = NULL;
  const char *argv[] = {"/proc/self/exe", "--crash-child", f->url, NULL};
  GPid child;
  int out;
  gint64 id;
  g_spawn_async_with_pipes(NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &child, NULL, &out, NULL,
                           &error);
  g_assert_no_error(error);
  for (int i = 0; read(out, &id, sizeof id) == sizeof id; i++) { /* what is in the pipe after the kill counts too */
    g_array_append_val(reported, id);
    if (i == REPORTS)
      g_assert_cmpint(kill(child, SIGKILL), ==, 0);
  }
  int status;
  g_assert_cmpint(waitpid(child, &status, 0), ==, child);
  g_assert_true(WIFSIGNALED(status));
  g_assert_cmpint(close(out), ==, 0);
}

static void test_crash(Fixture *f, gconstpointer unused) {
  make_table(f);
  g_autoptr(GArray) reported = g_array_new(FALSE, FALSE, sizeof(gint64));
  for (int i = 0; i < CRASHES; i++)
    crash(f, reported);
  g_assert_cmpint(reported->len, >, CRASHES * REPORTS);
  for (guint i = 0; i < reported->len; i++) {
    gint64 id = g_array_index(reported, gint64, i);
    const DbResult *r = ask(f, "SELECT COUNT(*) FROM thing WHERE id = $1 OR id = -CAST($1 AS BIGINT)",
                            DB_ARGS(DB_I(id)));
    g_assert_cmpint(DB_CELL(r, 0, 0)->integer, ==, 2);
  }
  g_assert_cmpint(ask_number(f, "SELECT COUNT(*) FROM thing AS one WHERE NOT EXISTS "
                                "(SELECT 1 FROM thing AS other WHERE other.id = -one.id)"), ==, 0);
}

/* Locks two rows, each thread in its own order. */
static gboolean lock_both(DbTx *tx, gpointer data, GError **error) {
  gboolean turned = GPOINTER_TO_INT(data);
  return db_lock(tx, "thing", turned ? 2 : 1, error) && db_lock(tx, "thing", turned ? 1 : 2, error) &&
         db_exec(tx, "UPDATE thing SET amount = amount + 1", DB_NO_ARGS, error) == 2;
}

typedef struct {
  Db *db;
  gboolean turned;
} Locker;

static void *lock_often(void *data) {
  Locker *locker = data;
  for (int i = 0; i < 20; i++) {
    g_autoptr(GError) error = NULL;
    g_assert_true(db_write(locker->db, lock_both, GINT_TO_POINTER(locker->turned), &error));
    g_assert_no_error(error);
  }
  return NULL;
}

static void test_deadlock(Fixture *f, gconstpointer unused) {
  make_table(f);
  run(f, "INSERT INTO thing (id, amount) VALUES (1, 0), (2, 0)", DB_NO_ARGS);
  pthread_t threads[4];
  Locker lockers[] = {{f->db, FALSE}, {f->db, TRUE}, {f->db, FALSE}, {f->db, TRUE}};
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    g_assert_cmpint(pthread_create(&threads[i], NULL, lock_often, &lockers[i]), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    pthread_join(threads[i], NULL);
  g_assert_cmpint(ask_number(f, "SELECT amount FROM thing WHERE id = 1"), ==, 80);
}

/* Ends its own connection the first time. */
static gboolean lose_once(DbTx *tx, gpointer data, GError **error) {
  int *runs = data;
  g_autoptr(Arena) arena = arena_new();
  if (db_exec(tx, "INSERT INTO thing (id) VALUES (1)", DB_NO_ARGS, error) < 0)
    return FALSE;
  return ++*runs > 1 ||
         db_query(tx, arena, "SELECT pg_terminate_backend(pg_backend_pid())", DB_NO_ARGS, error) != NULL;
}

static void test_loss(Fixture *f, gconstpointer unused) {
  make_table(f);
  g_autoptr(GError) error = NULL;
  int runs = 0;
  g_assert_true(db_write(f->db, lose_once, &runs, &error));
  g_assert_no_error(error);
  g_assert_cmpint(runs, ==, 2);
  /* All idle connections die, that of the sequences too. */
  gint64 before, after;
  g_assert_true(db_write(f->db, take_id, &before, NULL));
  Fixture other = {.db = db_open(f->url, 1, NULL), .arena = f->arena};
  ask(&other,
      "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
      "WHERE pid <> pg_backend_pid() AND datname = current_database()",
      DB_NO_ARGS);
  db_close(other.db);
  for (int i = 0; i < 40; i++)
    g_assert_true(db_write(f->db, take_id, &after, NULL));
  g_assert_cmpint(after, >, before);
  g_assert_cmpint(ask_number(f, "SELECT COUNT(*) FROM thing"), ==, 1);
}

/* A table that changes under a prepared statement. */
static void test_changed_table(Fixture *f, gconstpointer unused) {
  static const char *const sql = "SELECT * FROM thing";
  make_table(f);
  g_assert_cmpint(ask(f, sql, DB_NO_ARGS)->columns, ==, 4);
  run(f, "ALTER TABLE thing ADD COLUMN extra TEXT", DB_NO_ARGS);
  g_assert_cmpint(ask(f, sql, DB_NO_ARGS)->columns, ==, 5);
}

/* The suite that every database passes. */
static const struct {
  const char *name;
  void (*run)(Fixture *, gconstpointer);
} suite[] = {
  {"cells", test_cells},       {"refusals", test_refusals}, {"rollback", test_rollback}, {"snapshot", test_snapshot},
  {"remember", test_remember},
  {"together", test_together}, {"tables", test_tables},     {"sequence", test_sequence},
  {"changed-table", test_changed_table},
  {"crash", test_crash},
};

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "--crash-child") == 0)
    return crash_child(argv[2]);
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/db/placeholders", test_placeholders);
  g_test_add_func("/db/open-fails", test_open_fails);
  for (gsize i = 0; i < G_N_ELEMENTS(suite); i++) {
    g_autofree char *sqlite = g_strconcat("/db/sqlite/", suite[i].name, NULL);
    g_test_add(sqlite, Fixture, NULL, set_up_sqlite, suite[i].run, tear_down);
    g_autofree char *postgres = g_strconcat("/db/postgres/", suite[i].name, NULL);
    g_test_add(postgres, Fixture, NULL, set_up_postgres, suite[i].run, tear_down);
  }
  g_test_add("/db/sqlite/busy", Fixture, NULL, set_up_sqlite, test_busy, tear_down);
  g_test_add("/db/postgres/deadlock", Fixture, NULL, set_up_postgres, test_deadlock, tear_down);
  g_test_add("/db/postgres/loss", Fixture, NULL, set_up_postgres, test_loss, tear_down);
  g_test_add("/db/sqlite/full", Fixture, NULL, set_up_sqlite, test_full, tear_down);
  return g_test_run();
}
