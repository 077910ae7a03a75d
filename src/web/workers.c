/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A queue under one lock, and the threads that empty it. */
#include "web/workers.h"
#include <pthread.h>

struct Workers {
  WorkersRun run;
  pthread_mutex_t mutex; /* guards queue and ending */
  pthread_cond_t wake;   /* an item came, or it ends */
  GQueue queue;          /* items, oldest first */
  gboolean ending;
  guint count;
  pthread_t threads[];
};

static void *work(void *data) {
  Workers *workers = data;
  pthread_mutex_lock(&workers->mutex);
  while (!workers->ending || workers->queue.length) {
    gpointer item = g_queue_pop_head(&workers->queue);
    if (!item) {
      pthread_cond_wait(&workers->wake, &workers->mutex);
      continue;
    }
    pthread_mutex_unlock(&workers->mutex);
    workers->run(item);
    pthread_mutex_lock(&workers->mutex);
  }
  pthread_mutex_unlock(&workers->mutex);
  return NULL;
}

Workers *workers_new(WorkersRun run, guint count) {
  count = MAX(count, 1);
  Workers *workers = g_malloc0(sizeof *workers + count * sizeof(pthread_t));
  workers->run = run;
  workers->count = count;
  pthread_mutex_init(&workers->mutex, NULL);
  pthread_cond_init(&workers->wake, NULL);
  for (guint i = 0; i < count; i++)
    if (pthread_create(&workers->threads[i], NULL, work, workers))
      g_error("no more threads can be made");
  return workers;
}

void workers_push(Workers *workers, gpointer item) {
  pthread_mutex_lock(&workers->mutex);
  g_queue_push_tail(&workers->queue, item);
  pthread_cond_signal(&workers->wake);
  pthread_mutex_unlock(&workers->mutex);
}

void workers_free(Workers *workers) {
  pthread_mutex_lock(&workers->mutex);
  workers->ending = TRUE;
  pthread_cond_broadcast(&workers->wake);
  pthread_mutex_unlock(&workers->mutex);
  for (guint i = 0; i < workers->count; i++)
    pthread_join(workers->threads[i], NULL);
  pthread_mutex_destroy(&workers->mutex);
  pthread_cond_destroy(&workers->wake);
  g_free(workers);
}
