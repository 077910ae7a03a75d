/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stack of idle connections: the one used last is lent first, for its caches are warm. */
#include "db/pool.h"
#include <pthread.h>

struct Pool {
  pthread_mutex_t mutex; /* guards idle and lent */
  pthread_cond_t returned;
  GPtrArray *idle;
  guint lent, most, waiting;
};

Pool *pool_new(guint most, GDestroyNotify close) {
  Pool *pool = g_new0(Pool, 1);
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->returned, NULL);
  pool->idle = g_ptr_array_new_with_free_func(close);
  pool->most = MAX(most, 1);
  return pool;
}

void pool_free(Pool *pool) {
  if (!pool)
    return;
  pthread_mutex_lock(&pool->mutex);
  while (pool->lent > 0)
    pthread_cond_wait(&pool->returned, &pool->mutex);
  pthread_mutex_unlock(&pool->mutex);
  g_ptr_array_unref(pool->idle);
  pthread_cond_destroy(&pool->returned);
  pthread_mutex_destroy(&pool->mutex);
  g_free(pool);
}

gpointer pool_take(Pool *pool) {
  pthread_mutex_lock(&pool->mutex);
  pool->waiting++;
  while (pool->lent >= pool->most)
    pthread_cond_wait(&pool->returned, &pool->mutex);
  pool->waiting--;
  pool->lent++;
  guint idle = pool->idle->len;
  gpointer connection = idle > 0 ? g_ptr_array_steal_index(pool->idle, idle - 1) : NULL;
  pthread_mutex_unlock(&pool->mutex);
  return connection;
}

guint pool_waiting(Pool *pool) {
  pthread_mutex_lock(&pool->mutex);
  const guint waiting = pool->waiting;
  pthread_mutex_unlock(&pool->mutex);
  return waiting;
}

void pool_return(Pool *pool, gpointer connection) {
  pthread_mutex_lock(&pool->mutex);
  if (connection)
    g_ptr_array_add(pool->idle, connection);
  pool->lent--;
  pthread_cond_signal(&pool->returned);
  pthread_mutex_unlock(&pool->mutex);
}
