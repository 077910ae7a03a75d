/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Group commit. One thread takes all the work that waits, runs each piece in a savepoint of one transaction and pays
   one fsync for all. Callers hear only after COMMIT. Where the transaction as a whole dies (a full disk rolls back the
   savepoints too), each piece runs again alone, so that it suffers for its own faults only. */
#include "db/sqlite_writer.h"
#include <pthread.h>

enum { BATCH = 128 /* most pieces in one transaction: bounds what is run again, and the wait of the first */ };

/* One call of sqlite_writer_run(), on its caller's stack. */
typedef struct Job {
  struct Job *next;
  DbWork work;
  gpointer data;
  gboolean alone;
  gboolean ok, done; /* the outcome; done is guarded by the writer's mutex */
  GError *error;
  pthread_cond_t woken;
} Job;

struct SqliteWriter {
  pthread_t thread;
  pthread_mutex_t mutex; /* guards everything to `closing`, and each Job's done */
  pthread_cond_t filled;
  Job *first, *last; /* the queue */
  DbStats stats; /* waiting: length of the queue */
  gboolean closing;
  SqliteTx tx; /* used by the thread only */
};

gint64 sqlite_writer_next_id(SqliteTx *tx, const char *sequence, GError **error) {
  gint64 *taken = g_hash_table_lookup(tx->sequences, sequence);
  if (!taken) {
    g_autoptr(Arena) arena = arena_new();
    const DbResult *found = sqlite_link_query(tx->link, arena, "SELECT taken FROM sequence WHERE name = $1",
                                              DB_ARGS(DB_T(sequence)), error);
    if (!found)
      return -1;
    taken = g_new0(gint64, 1);
    *taken = found->rows ? DB_CELL(found, 0, 0)->integer : 0;
    g_hash_table_insert(tx->sequences, g_strdup(sequence), taken);
  }
  return ++*taken;
}

/* Writes the numbers taken: once a batch, and outside the savepoints, so that rolled back work repeats none. */
static gboolean save_sequences(SqliteTx *tx, GError **error) {
  GHashTableIter iter;
  gpointer name, taken;
  g_hash_table_iter_init(&iter, tx->sequences);
  while (g_hash_table_iter_next(&iter, &name, &taken)) {
    if (sqlite_link_exec(tx->link,
                         "INSERT INTO sequence (name, taken) VALUES ($1, $2) "
                         "ON CONFLICT (name) DO UPDATE SET taken = excluded.taken",
                         DB_ARGS(DB_T((const char *)name), DB_I(*(gint64 *)taken)), error) < 0)
      return FALSE;
  }
  return TRUE;
}

/* A lack of room may be the doing of another piece of the batch. */
static gboolean is_fatal(const GError *error) {
  return g_error_matches(error, DB_ERROR, DB_ERROR_FULL) || g_error_matches(error, DB_ERROR, DB_ERROR_LOST);
}

/* Runs one piece in a savepoint. FALSE: the transaction as a whole is lost, the job's error says why. */
static gboolean run_job(SqliteTx *tx, Job *job) {
  g_clear_error(&job->error);
  job->ok = FALSE;
  tx->base.failed = FALSE;
  if (!sqlite_link_run(tx->link, "SAVEPOINT job", &job->error))
    return FALSE;
  job->ok = driver_run_work(&tx->base, job->work, job->data, &job->error);
  if (!sqlite_link_in_transaction(tx->link))
    return FALSE;
  if (!job->ok) {
    g_autoptr(GError) ignored = NULL;
    return sqlite_link_run(tx->link, "ROLLBACK TO job", &ignored) &&
           sqlite_link_run(tx->link, "RELEASE job", &ignored) && !is_fatal(job->error);
  }
  return sqlite_link_run(tx->link, "RELEASE job", &job->error);
}

/* Another process holds the database: to begin again for each piece would wait as long each time. */
static gboolean refuse_all(Job *first, const GError *error) {
  for (Job *job = first; job; job = job->next) {
    g_clear_error(&job->error);
    job->ok = FALSE;
    job->error = g_error_copy(error);
  }
  return TRUE;
}

/* FALSE: nothing of it is in the database, and each piece is to run again alone; error says why where a job's own
   error does not. TRUE: every job has its outcome. */
static gboolean run_batch(SqliteTx *tx, Job *first, GError **error) {
  g_autoptr(GError) busy = NULL;
  g_hash_table_remove_all(tx->sequences);
  if (!sqlite_link_run(tx->link, "BEGIN IMMEDIATE", &busy))
    return refuse_all(first, busy);
  gboolean alive = TRUE;
  for (Job *job = first; alive && job; job = job->next)
    alive = run_job(tx, job);
  alive = alive && save_sequences(tx, error) && sqlite_link_run(tx->link, "COMMIT", error);
  if (!alive && sqlite_link_in_transaction(tx->link))
    sqlite_link_run(tx->link, "ROLLBACK", NULL);
  return alive;
}

/* A piece with nobody else in its transaction: what fails now is its own outcome. */
static void run_alone(SqliteTx *tx, Job *job) {
  g_autoptr(GError) error = NULL;
  Job *next = g_steal_pointer(&job->next);
  if (!run_batch(tx, job, &error)) {
    job->ok = FALSE;
    if (error && !job->error)
      job->error = g_steal_pointer(&error);
    if (!job->error)
      job->error = g_error_new_literal(DB_ERROR, DB_ERROR_FAILED, "the transaction was lost");
  }
  job->next = next;
}

/* The next batch, taken off the queue; NULL when the writer is to stop. */
static Job *take(SqliteWriter *writer) {
  guint count = 1;
  pthread_mutex_lock(&writer->mutex);
  while (!writer->first && !writer->closing)
    pthread_cond_wait(&writer->filled, &writer->mutex);
  Job *first = writer->first, *last = first;
  for (; last && last->next && count < BATCH && !last->alone && !last->next->alone; count++)
    last = last->next;
  if (last) {
    driver_count(&writer->stats, count);
    writer->stats.waiting -= count;
    writer->first = g_steal_pointer(&last->next);
    if (!writer->first)
      writer->last = NULL;
  }
  pthread_mutex_unlock(&writer->mutex);
  return first;
}

static void *write_batches(void *data) {
  SqliteWriter *writer = data;
  for (Job *first; (first = take(writer));) {
    if (!first->next || !run_batch(&writer->tx, first, NULL))
      for (Job *job = first; job; job = job->next)
        run_alone(&writer->tx, job);
    pthread_mutex_lock(&writer->mutex);
    for (Job *job = first, *next; job; job = next) {
      next = job->next; /* once it is done, the job is its caller's again */
      job->done = TRUE;
      pthread_cond_signal(&job->woken);
    }
    pthread_mutex_unlock(&writer->mutex);
  }
  return NULL;
}

SqliteWriter *sqlite_writer_new(Db *db, SqliteLink *link) {
  SqliteWriter *writer = g_new0(SqliteWriter, 1);
  pthread_mutex_init(&writer->mutex, NULL);
  pthread_cond_init(&writer->filled, NULL);
  writer->tx = (SqliteTx){.base = {.db = db, .writable = TRUE},
                          .link = link,
                          .sequences = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
  if (pthread_create(&writer->thread, NULL, write_batches, writer) != 0)
    g_error("no thread for the writer of the database");
  return writer;
}

void sqlite_writer_stats(SqliteWriter *writer, DbStats *stats) {
  pthread_mutex_lock(&writer->mutex);
  *stats = writer->stats;
  pthread_mutex_unlock(&writer->mutex);
}

void sqlite_writer_free(SqliteWriter *writer) {
  pthread_mutex_lock(&writer->mutex);
  writer->closing = TRUE;
  pthread_cond_signal(&writer->filled);
  pthread_mutex_unlock(&writer->mutex);
  pthread_join(writer->thread, NULL);
  sqlite_link_close(writer->tx.link);
  g_hash_table_unref(writer->tx.sequences);
  pthread_cond_destroy(&writer->filled);
  pthread_mutex_destroy(&writer->mutex);
  g_free(writer);
}

gboolean sqlite_writer_run(SqliteWriter *writer, gboolean alone, DbWork work, gpointer data, GError **error) {
  Job job = {.work = work, .data = data, .alone = alone};
  pthread_cond_init(&job.woken, NULL);
  pthread_mutex_lock(&writer->mutex);
  if (writer->last)
    writer->last->next = &job;
  else
    writer->first = &job;
  writer->last = &job;
  writer->stats.waiting++;
  pthread_cond_signal(&writer->filled);
  while (!job.done)
    pthread_cond_wait(&job.woken, &writer->mutex);
  pthread_mutex_unlock(&writer->mutex);
  pthread_cond_destroy(&job.woken);
  if (job.ok)
    g_clear_error(&job.error);
  if (job.error)
    g_propagate_error(error, job.error);
  return job.ok;
}
