/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Power cuts and a full disk beneath the engine with group commit: what was acknowledged is there afterwards, and all
   that is there verifies. */
#include "db/db.h"
#include "lossy-vfs.h"
#include "step/procedure.h"
#include <glib/gstdio.h>
#include <pthread.h>
#include <string.h>

enum { CLIENTS = 8, CUTS = 60, FULL_FIRST = 1, FULL_LAST = 60 };

static char *disk; /* the lossy one, a folder for all tests: the file system is registered once */

static const Viewer clerk = {.name = "Chen", .roles = ROLE_CLERK, .language = "en"};

/* A house on the lossy disk, and the clients that are at work in it. */
typedef struct {
  char *name; /* of the database's file */
  Db *db;
  Engine *engine;
  pthread_t clients[CLIENTS];
  pthread_mutex_t mutex; /* guards what follows */
  GArray *acknowledged;  /* gint64: ids of dealers whose creation was answered */
  guint refused;         /* acts that ended with DB_ERROR_FULL */
  gboolean rest;         /* clients wait: what a cut left is being looked at, and would be ever more */
  gboolean stop;
  pthread_cond_t changed; /* rest or stop */
} House;

static gboolean begin_act(House *house) {
  pthread_mutex_lock(&house->mutex);
  while (house->rest && !house->stop)
    pthread_cond_wait(&house->changed, &house->mutex);
  const gboolean go_on = !house->stop;
  pthread_mutex_unlock(&house->mutex);
  return go_on;
}

static void set(House *house, gboolean *flag, gboolean to) {
  pthread_mutex_lock(&house->mutex);
  *flag = to;
  pthread_cond_broadcast(&house->changed);
  pthread_mutex_unlock(&house->mutex);
}

static void end_act(House *house, gint64 id) {
  pthread_mutex_lock(&house->mutex);
  if (id)
    g_array_append_val(house->acknowledged, id);
  else
    house->refused++;
  pthread_mutex_unlock(&house->mutex);
}

static void *work(void *data) {
  House *house = data;
  g_autoptr(Refusal) refusal = refusal_new();
  for (guint i = 0; begin_act(house); i++) {
    g_autoptr(GHashTable) inputs = g_hash_table_new(g_str_hash, g_str_equal);
    g_autofree char *key = g_strdup_printf("%p %u", (void *)pthread_self(), i);
    g_hash_table_insert(inputs, "name", key);
    const Act act = {.viewer = &clerk, .command = workflow_find("dealer.create"), .inputs = inputs, .key = key};
    g_autoptr(GError) error = NULL;
    Done done;
    const gboolean fine = engine_run(house->engine, &act, &done, refusal, &error);
    g_assert_false(refusal_any(refusal));
    if (!fine)
      g_assert_error(error, DB_ERROR, DB_ERROR_FULL);
    end_act(house, fine ? done.id : 0);
  }
  return NULL;
}

static void set_up(House *house, gconstpointer unused) {
  g_autoptr(GError) error = NULL;
  if (!disk) {
    disk = g_dir_make_tmp("gendan-power-XXXXXX", &error);
    g_assert_no_error(error);
    lossy_vfs_begin(disk);
    g_assert_true(procedure_register(&error));
  }
  static guint houses;
  char *name = g_strdup_printf("house%u.db", ++houses);
  g_autofree char *path = g_build_filename(disk, name, NULL);
  *house = (House){.name = name, .acknowledged = g_array_new(FALSE, FALSE, sizeof(gint64))};
  pthread_mutex_init(&house->mutex, NULL);
  pthread_cond_init(&house->changed, NULL);
  house->db = db_open(path, 2, &error);
  g_assert_no_error(error);
  house->engine = engine_new(house->db, 0);
  g_assert_true(engine_migrate(house->engine, &error));
  for (guint i = 0; i < CLIENTS; i++)
    g_assert_cmpint(pthread_create(&house->clients[i], NULL, work, house), ==, 0);
}

static void stop(House *house) {
  set(house, &house->stop, TRUE);
  for (guint i = 0; i < CLIENTS; i++)
    pthread_join(house->clients[i], NULL);
}

static void tear_down(House *house, gconstpointer unused) {
  lossy_vfs_lie(FALSE);
  lossy_vfs_fill(-1);
  engine_free(house->engine);
  db_close(house->db);
  g_array_unref(house->acknowledged);
  g_free(house->name);
  pthread_mutex_destroy(&house->mutex);
  pthread_cond_destroy(&house->changed);
}

static GArray *acknowledged_now(House *house) {
  pthread_mutex_lock(&house->mutex);
  GArray *copy = g_array_copy(house->acknowledged);
  pthread_mutex_unlock(&house->mutex);
  return copy;
}

static guint acknowledged_count(House *house) {
  pthread_mutex_lock(&house->mutex);
  const guint count = house->acknowledged->len;
  pthread_mutex_unlock(&house->mutex);
  return count;
}

static guint refused_now(House *house) {
  pthread_mutex_lock(&house->mutex);
  const guint refused = house->refused;
  pthread_mutex_unlock(&house->mutex);
  return refused;
}

/* What is asked of a database after a cut. */
typedef struct {
  const GArray *acknowledged;
  guint lost;        /* acknowledged ones that are not there */
  const char *wrong; /* what verify says, in the arena */
  Arena *arena;
} Question;

static gboolean ask(DbTx *tx, gpointer data, GError **error) {
  Question *question = data;
  Verified found;
  question->lost = 0;
  for (guint i = 0; i < question->acknowledged->len; i++) {
    const DbResult *there = db_query(tx, question->arena, "SELECT COUNT(*) FROM dealer WHERE id = $1",
                                     DB_ARGS(DB_I(g_array_index(question->acknowledged, gint64, i))), error);
    if (!there)
      return FALSE;
    question->lost += DB_CELL(there, 0, 0)->integer != 1;
  }
  question->wrong = verify_database(tx, question->arena, NULL, &found, error);
  return !(error && *error);
}

static void remove_folder(const char *path) {
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  for (const char *name; dir && (name = g_dir_read_name(dir));) {
    g_autofree char *file = g_build_filename(path, name, NULL);
    g_unlink(file);
  }
  g_rmdir(path);
}

/* Cuts the power, starts again from what is left and asks. TRUE: nothing acknowledged is lost, and all is sound. */
static gboolean survives_cut(House *house, GRand *chance, int kept) {
  g_autoptr(GError) error = NULL;
  g_autoptr(Arena) arena = arena_new();
  g_autofree char *left = g_dir_make_tmp("gendan-cut-XXXXXX", &error);
  g_autofree char *path = g_build_filename(left, house->name, NULL);
  g_autoptr(GArray) acknowledged = acknowledged_now(house); /* before the cut: each of them was synced by then */
  lossy_vfs_cut(left, chance, kept);
  set(house, &house->rest, TRUE);
  Db *db = db_open(path, 1, &error);
  Question question = {.acknowledged = acknowledged, .arena = arena};
  const gboolean sound = db && db_read(db, ask, &question, &error) && !question.wrong && !question.lost;
  if (!sound)
    g_test_message("after a cut with %d %% kept: %u of %u lost, %s", kept, question.lost, acknowledged->len,
                   error ? error->message : question.wrong ? question.wrong : "otherwise sound");
  db_close(db);
  remove_folder(left);
  set(house, &house->rest, FALSE);
  return sound;
}

static void test_cuts(House *house, gconstpointer unused) {
  static const int kept[] = {0, 20, 50, 80, 100};
  g_autoptr(GRand) chance = g_rand_new_with_seed(20260301);
  for (guint i = 0; i < CUTS; i++) {
    g_usleep((gulong)g_rand_int_range(chance, 1000, 40000));
    g_assert_true(survives_cut(house, chance, kept[i % G_N_ELEMENTS(kept)]));
  }
  stop(house);
  g_test_message("%u acts acknowledged", house->acknowledged->len);
  g_assert_cmpuint(house->acknowledged->len, >, CUTS);
  g_assert_true(survives_cut(house, chance, 50));
}

/* The disk that lies shows that the cuts above could have failed. */
static void test_lies_are_noticed(House *house, gconstpointer unused) {
  g_autoptr(GRand) chance = g_rand_new_with_seed(7);
  lossy_vfs_lie(TRUE);
  while (acknowledged_count(house) < 50)
    g_usleep(1000);
  g_assert_false(survives_cut(house, chance, 0));
  stop(house);
}

static void test_full(House *house, gconstpointer unused) {
  g_autoptr(GRand) chance = g_rand_new_with_seed(3);
  for (int writes = FULL_FIRST; writes <= FULL_LAST; writes++) {
    const guint before = refused_now(house);
    lossy_vfs_fill(writes);
    while (!lossy_vfs_was_full() || refused_now(house) == before)
      g_usleep(500);
    if (writes % 6 == 0)
      g_assert_true(survives_cut(house, chance, 50));
    lossy_vfs_fill(-1);
    g_autoptr(GArray) now = acknowledged_now(house);
    const guint done = now->len;
    for (;;) { /* there is room again */
      g_autoptr(GArray) later = acknowledged_now(house);
      if (later->len > done + CLIENTS)
        break;
      g_usleep(500);
    }
  }
  stop(house);
  g_test_message("%u acts acknowledged, %u refused", house->acknowledged->len, house->refused);
  g_assert_true(survives_cut(house, chance, 50));
  g_autoptr(GError) error = NULL;
  g_autoptr(Arena) arena = arena_new();
  Question question = {.acknowledged = house->acknowledged, .arena = arena};
  g_assert_true(db_read(house->db, ask, &question, &error));
  g_assert_cmpstr(question.wrong, ==, NULL);
  g_assert_cmpuint(question.lost, ==, 0);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add("/power/cuts", House, NULL, set_up, test_cuts, tear_down);
  g_test_add("/power/lies-are-noticed", House, NULL, set_up, test_lies_are_noticed, tear_down);
  g_test_add("/power/full", House, NULL, set_up, test_full, tear_down);
  const int code = g_test_run();
  if (disk)
    remove_folder(disk);
  g_free(disk);
  return code;
}
