/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who learns that an order changed: this engine at once, another on the same database soon, each exactly once. */
#include "postgres-fixture.h"
#include "workflow/workflow.h"
#include <glib/gstdio.h>
#include <libpq-fe.h>
#include <pthread.h>

typedef struct {
  Row row;
  FieldTEXT name;
} Order;
static const Field order_fields[] = {DICT_FIELD(Order, name, TEXT, .label = "Name")};
static const Record order_record = {.name = "order", .label = "Order", .plural = "Orders", .prefix = "O",
                                    .root = DICT_ROOT(order_id),
                                    .states = STATES({"open", "Open"}), DICT_SIZE(Order, order_fields)};
/* A right that is given under an order, whose user has the same number. */
static const Field right_fields[] = {DICT_FIELD(Order, name, TEXT, .label = "Name")};
static const Record right_record = {.name = "right", .label = "Right", .plural = "Rights", .parent = "order",
                                    .rights = DICT_PARENT, DICT_SIZE(Order, right_fields)};
static const Record *const records[] = {&order_record, &right_record};
static const Command order_create = {.name = "order.create", .label = "New", .record = "order", .creates = TRUE,
                                     .to = "open", .by = ROLE_CLERK, .inputs = INPUTS({"name"})};
static const Command order_rename = {.name = "order.rename", .label = "Rename", .record = "order", .by = ROLE_CLERK,
                                     .inputs = INPUTS({"name"})};
static const Command right_give = {.name = "right.give", .label = "Give", .record = "right", .creates = TRUE,
                                   .under = "order", .by = ROLE_CLERK, .inputs = INPUTS({"name"})};
static const Command *const commands[] = {&order_create, &order_rename, &right_give};

/* What one engine heard. */
typedef struct {
  pthread_mutex_t mutex; /* guards orders */
  pthread_cond_t cond;   /* one more was heard */
  GArray *orders; /* gint64: ids of orders, and of users with a minus, in the order heard */
} Ear;

static void hear(const EngineChange *change, gpointer data) {
  Ear *ear = data;
  const gint64 id = change->order_id ? change->order_id : -change->user_id;
  pthread_mutex_lock(&ear->mutex);
  g_array_append_val(ear->orders, id);
  pthread_cond_signal(&ear->cond);
  pthread_mutex_unlock(&ear->mutex);
}

/* Waits until that many were heard in all. */
static void wait_for(Ear *ear, guint count) {
  const struct timespec end = {.tv_sec = g_get_real_time() / G_USEC_PER_SEC + 120};
  pthread_mutex_lock(&ear->mutex);
  while (ear->orders->len < count && !pthread_cond_timedwait(&ear->cond, &ear->mutex, &end))
    ;
  g_assert_cmpuint(ear->orders->len, ==, count);
  pthread_mutex_unlock(&ear->mutex);
}

typedef struct {
  Db *db;
  Engine *engine;
  Ear ear;
} Server;

static void start_deaf(Server *server, const char *url) {
  GError *error = NULL;
  *server = (Server){.db = db_open(url, 4, &error)};
  g_assert_no_error(error);
  server->engine = engine_new(server->db, 8 * 3600);
  engine_migrate(server->engine, &error);
  g_assert_no_error(error);
  pthread_mutex_init(&server->ear.mutex, NULL);
  pthread_cond_init(&server->ear.cond, NULL);
  server->ear.orders = g_array_new(FALSE, FALSE, sizeof(gint64));
}

static void start(Server *server, const char *url) {
  start_deaf(server, url);
  engine_watch(server->engine, hear, &server->ear);
}

static void stop(Server *server) {
  engine_free(server->engine);
  db_close(server->db);
  g_array_unref(server->ear.orders);
}

static gint64 act(Server *server, const char *command, gint64 id, const char *name) {
  GError *error = NULL;
  static const Viewer clerk = {.user_id = 1, .name = "Chen", .roles = ROLE_CLERK, .language = "en"};
  g_autoptr(GHashTable) inputs = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(inputs, (gpointer) "name", (gpointer)name);
  const Act does = {.viewer = &clerk, .command = workflow_find(command), .id = id, .inputs = inputs};
  g_autoptr(Refusal) refusal = refusal_new();
  Done done;
  const gboolean fine = engine_run(server->engine, &does, &done, refusal, &error);
  g_assert_no_error(error);
  return fine ? done.id : 0;
}

static void test_own_acts(void) {
  g_autofree char *folder = g_dir_make_tmp("gendan-XXXXXX", NULL), *path = g_build_filename(folder, "test.db", NULL);
  Server server;
  start(&server, path);
  const gint64 id = act(&server, "order.create", 0, "one");
  g_assert_cmpuint(server.ear.orders->len, ==, 1); /* at once, in the acting thread */
  g_assert_cmpint(g_array_index(server.ear.orders, gint64, 0), ==, id);
  g_assert_cmpint(act(&server, "order.rename", id, ""), ==, 0);
  g_assert_cmpuint(server.ear.orders->len, ==, 1); /* what was refused changed nothing */
  stop(&server);
  g_autofree char *remove = g_strdup_printf("rm -r '%s'", folder);
  g_assert_true(g_spawn_command_line_sync(remove, NULL, NULL, NULL, NULL));
}

static void test_two_servers(void) {
  g_autofree char *url = postgres_fixture_url();
  Server one, other;
  start(&one, url);
  start(&other, url);
  const gint64 first = act(&one, "order.create", 0, "one"), second = act(&other, "order.create", 0, "two");
  wait_for(&one.ear, 2);
  wait_for(&other.ear, 2);
  g_assert_cmpint(first, !=, second);
  act(&one, "order.rename", second, "three");
  wait_for(&other.ear, 3);
  g_usleep(2 * G_USEC_PER_SEC); /* nothing comes twice */
  wait_for(&one.ear, 3);
  wait_for(&other.ear, 3);
  stop(&one);
  stop(&other);
}

typedef struct {
  GArray *users;  /* gint64, for engine_write() */
  gboolean fails; /* after all was said */
} Lessening;

static gboolean lessen(DbTx *tx, gpointer data, GError **error) {
  const Lessening *less = data;
  static const gint64 users[] = {7, 8, 7};
  g_array_append_vals(less->users, users, G_N_ELEMENTS(users));
  return !less->fails;
}

/* What somebody's sessions and rights rest on is told like an order, by acts and by what is no act. */
static void test_users(void) {
  GError *error = NULL;
  g_autofree char *url = postgres_fixture_url();
  g_autoptr(GArray) users = g_array_new(FALSE, FALSE, sizeof(gint64));
  Server one, other;
  start(&one, url);
  start(&other, url);
  Lessening less = {.users = users, .fails = TRUE};
  g_assert_false(engine_write(one.engine, lessen, &less, users, &error));
  less.fails = FALSE;
  g_assert_true(engine_write(one.engine, lessen, &less, users, &error));
  g_assert_cmpuint(one.ear.orders->len, ==, 2); /* at once; what failed was never said */
  wait_for(&other.ear, 2);
  g_assert_cmpint(g_array_index(other.ear.orders, gint64, 0) + g_array_index(other.ear.orders, gint64, 1), ==, -15);
  act(&one, "right.give", act(&one, "order.create", 0, "one"), "two");
  wait_for(&other.ear, 5);
  stop(&one);
  stop(&other);
}

/* What a program does beside the one server that SQLite has (gendan password). */
static void test_program_beside(void) {
  GError *error = NULL;
  g_autofree char *folder = g_dir_make_tmp("gendan-XXXXXX", NULL), *path = g_build_filename(folder, "test.db", NULL);
  g_autoptr(GArray) users = g_array_new(FALSE, FALSE, sizeof(gint64));
  Lessening less = {.users = users};
  Server server, program;
  start_deaf(&program, path);
  act(&program, "order.create", 0, "before it listens");
  start(&server, path);
  const gint64 id = act(&program, "order.create", 0, "one");
  wait_for(&server.ear, 1);
  g_assert_cmpint(g_array_index(server.ear.orders, gint64, 0), ==, id);
  act(&server, "order.rename", id, "two");
  g_assert_true(engine_write(program.engine, lessen, &less, users, &error));
  g_assert_no_error(error);
  wait_for(&server.ear, 4);
  stop(&server);
  stop(&program);
  g_autofree char *remove = g_strdup_printf("rm -r '%s'", folder);
  g_assert_true(g_spawn_command_line_sync(remove, NULL, NULL, NULL, NULL));
}

static void run_sql(PGconn *connection, const char *sql) {
  PGresult *result = PQexec(connection, sql);
  g_assert_true(PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK);
  PQclear(result);
}

/* A transaction that began early and commits late: what it says is heard all the same. */
static void test_late_commit(void) {
  g_autofree char *url = postgres_fixture_url();
  Server one, other;
  start(&one, url);
  start(&other, url);
  PGconn *late = PQconnectdb(url);
  g_assert_cmpint(PQstatus(late), ==, CONNECTION_OK);
  run_sql(late, "BEGIN");
  run_sql(late, "INSERT INTO event (tx, server, order_id, dealer_id, at) VALUES "
                "(CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT), 0, 4711, 0, 99999999999)");
  act(&one, "order.create", 0, "one");
  g_usleep(G_USEC_PER_SEC);
  run_sql(late, "COMMIT");
  wait_for(&other.ear, 2);
  wait_for(&one.ear, 2);
  PQfinish(late);
  stop(&one);
  stop(&other);
}

int main(int argc, char **argv) {
  GError *error = NULL;
  g_test_init(&argc, &argv, NULL);
  g_assert_true(dict_register(records, G_N_ELEMENTS(records), &error));
  g_assert_true(workflow_register(commands, G_N_ELEMENTS(commands), NULL, 0, &error));
  g_test_add_func("/watch/own-acts", test_own_acts);
  g_test_add_func("/watch/two-servers", test_two_servers);
  g_test_add_func("/watch/late-commit", test_late_commit);
  g_test_add_func("/watch/users", test_users);
  g_test_add_func("/watch/program-beside", test_program_beside);
  return g_test_run();
}
