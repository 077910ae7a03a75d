/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who looks at an order learns at once that it changed, and whose rights end looks no longer, whichever process did
   it. Within one server that is a call after the commit. Between processes on one database each act leaves a row in the
   table `event`, which a thread of every server reads by transaction number: below the oldest transaction still running
   nothing can appear any more, so a late commit is not skipped. (NOTIFY would make all commits of the database wait for
   each other.) SQLite has one server, which leaves no rows, and hears what other programs do beside it. */
#include "workflow/engine.h"
#include <pthread.h>

enum { PERIOD = 300 /* ms between looks */, KEPT = 600 /* seconds that a row stays */ };

struct Watch {
  Engine *engine;        /* borrowed */
  EngineChanged changed; /* called for each change */
  gpointer data;         /* for it */
  gint64 server;         /* this one's random number, so that it does not hear itself */
  GThread *thread;
  pthread_mutex_t mutex; /* guards stop; not GLib's, which ThreadSanitizer cannot see */
  pthread_cond_t wake;   /* stop was set */
  gboolean stop;
  gint64 seen;           /* transactions below were looked at; 0: none yet */
};

/* How the database numbers its transactions. SQLite writes one after the other: there the rows are counted. */
typedef struct {
  const char *oldest; /* asks for the number below which nothing can appear any more */
  const char *post;   /* stores a row of the transaction that is under way */
} Numbers;

#define NUMBER(xid) "CAST(CAST(" xid " AS TEXT) AS BIGINT)"
#define NEXT "(SELECT COALESCE(MAX(tx), 0) + 1 FROM event)"
#define POST(number)                                                                                                   \
  "INSERT INTO event (tx, server, order_id, dealer_id, user_id, at) VALUES (" number ", $1, $2, $3, $4, $5)"

static const Numbers *numbers_of(Engine *engine) {
  static const Numbers postgres = {.oldest = "SELECT " NUMBER("pg_snapshot_xmin(pg_current_snapshot())"),
                                   .post = POST(NUMBER("pg_current_xact_id()"))},
                       sqlite = {.oldest = "SELECT " NEXT, .post = POST(NEXT)};
  return db_is_postgres(engine->db) ? &postgres : &sqlite;
}

static gboolean look(DbTx *tx, gpointer data, GError **error) {
  Watch *watch = data;
  g_autoptr(Arena) arena = arena_new();
  const DbResult *oldest = db_query(tx, arena, numbers_of(watch->engine)->oldest, DB_NO_ARGS, error);
  if (!oldest)
    return FALSE;
  const gint64 until = DB_CELL(oldest, 0, 0)->integer, from = watch->seen;
  const DbResult *found = db_query(tx, arena,
                                   "SELECT order_id, dealer_id, user_id FROM event"
                                   " WHERE tx >= $1 AND tx < $2 AND server <> $3",
                                   DB_ARGS(DB_I(from ? from : until), DB_I(until), DB_I(watch->server)), error);
  if (!found)
    return FALSE;
  for (guint i = 0; i < found->rows; i++) {
    const EngineChange change = {.order_id = DB_CELL(found, i, 0)->integer, .dealer_id = DB_CELL(found, i, 1)->integer,
                                 .user_id = DB_CELL(found, i, 2)->integer};
    watch->changed(&change, watch->data);
  }
  watch->seen = until;
  return TRUE;
}

/* The last row stays: where rows are counted, no number is given twice. */
static gboolean sweep(DbTx *tx, gpointer data, GError **error) {
  return db_exec(tx, "DELETE FROM event WHERE at < $1 AND tx < (SELECT MAX(tx) FROM event)",
                 DB_ARGS(DB_I(g_get_real_time() / G_USEC_PER_SEC - KEPT)), error) >= 0;
}

/* A database that is away for a while is asked again: what was missed is then read. */
static gpointer look_again_and_again(gpointer data) {
  Watch *watch = data;
  guint looks = 0;
  pthread_mutex_lock(&watch->mutex);
  while (!watch->stop) {
    pthread_mutex_unlock(&watch->mutex);
    g_autoptr(GError) error = NULL;
    if (!db_read(watch->engine->db, look, watch, &error) ||
        (++looks % (KEPT * 1000 / PERIOD) == 0 && !db_write(watch->engine->db, sweep, NULL, &error)))
      g_debug("changes by others cannot be read: %s", error ? error->message : "");
    pthread_mutex_lock(&watch->mutex);
    const gint64 until = g_get_real_time() + PERIOD * G_TIME_SPAN_MILLISECOND;
    if (!watch->stop)
      pthread_cond_timedwait(&watch->wake, &watch->mutex, &(struct timespec){.tv_sec = until / G_USEC_PER_SEC,
                                                                           .tv_nsec = until % G_USEC_PER_SEC * 1000});
  }
  pthread_mutex_unlock(&watch->mutex);
  return NULL;
}

void engine_watch(Engine *engine, EngineChanged changed, gpointer data) {
  g_return_if_fail(!engine->watch);
  Watch *watch = g_new0(Watch, 1);
  *watch = (Watch){.engine = engine, .changed = changed, .data = data,
                   .server = (gint64)(((guint64)g_random_int() << 31) | g_random_int_range(1, G_MAXINT32))};
  pthread_mutex_init(&watch->mutex, NULL);
  pthread_cond_init(&watch->wake, NULL);
  engine->watch = watch;
  g_autoptr(GError) error = NULL;
  if (!db_read(engine->db, look, watch, &error)) /* here, so that nothing is missed from now on */
    g_debug("changes by others are read from the first look on: %s", error->message);
  watch->thread = g_thread_new("watch", look_again_and_again, watch);
}

void engine_unwatch(Engine *engine) {
  Watch *watch = g_steal_pointer(&engine->watch);
  if (!watch)
    return;
  pthread_mutex_lock(&watch->mutex);
  watch->stop = TRUE;
  pthread_cond_signal(&watch->wake);
  pthread_mutex_unlock(&watch->mutex);
  g_thread_join(watch->thread);
  pthread_mutex_destroy(&watch->mutex);
  pthread_cond_destroy(&watch->wake);
  g_free(watch);
}

void watch_add(GArray *changes, const EngineChange *change) {
  for (guint i = 0; i < changes->len; i++) {
    const EngineChange *other = &g_array_index(changes, EngineChange, i);
    if (other->order_id == change->order_id && other->user_id == change->user_id)
      return;
  }
  if (change->order_id || change->user_id)
    g_array_append_val(changes, *change);
}

gboolean watch_post(Engine *engine, DbTx *tx, const GArray *changes, gint64 now, GError **error) {
  if (engine->watch && !db_is_postgres(engine->db))
    return TRUE;
  for (guint i = 0; i < changes->len; i++) {
    const EngineChange *change = &g_array_index(changes, EngineChange, i);
    if (db_exec(tx, numbers_of(engine)->post,
                DB_ARGS(DB_I(engine->watch ? engine->watch->server : 0), DB_I(change->order_id),
                        DB_I(change->dealer_id), DB_I(change->user_id), DB_I(now)),
                error) != 1)
      return FALSE;
  }
  return TRUE;
}

void watch_tell(Engine *engine, const GArray *changes) {
  for (guint i = 0; engine->watch && i < changes->len; i++)
    engine->watch->changed(&g_array_index(changes, EngineChange, i), engine->watch->data);
}

/* What engine_write() runs. */
typedef struct {
  Engine *engine;
  DbWork work;
  gpointer data;   /* for it */
  GArray *users;   /* gint64 */
  GArray *changes; /* EngineChange */
} Writing;

static gboolean write_and_post(DbTx *tx, gpointer data, GError **error) {
  const Writing *writing = data;
  g_array_set_size(writing->users, 0); /* from nothing: it may be tried more than once */
  g_array_set_size(writing->changes, 0);
  if (!writing->work(tx, writing->data, error))
    return FALSE;
  for (guint i = 0; i < writing->users->len; i++)
    watch_add(writing->changes, &(EngineChange){.user_id = g_array_index(writing->users, gint64, i)});
  return watch_post(writing->engine, tx, writing->changes, engine_now(writing->engine), error);
}

gboolean engine_write(Engine *engine, DbWork work, gpointer data, GArray *users, GError **error) {
  g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, sizeof(EngineChange));
  Writing writing = {.engine = engine, .work = work, .data = data, .users = users, .changes = changes};
  if (!db_write(engine->db, write_and_post, &writing, error))
    return FALSE;
  watch_tell(engine, changes);
  return TRUE;
}
