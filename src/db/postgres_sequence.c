/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers are taken in blocks on a connection of its own, outside the caller's transaction: else the row of the
   sequence would stay locked until that commits, and writers would wait for each other. */
#include "db/postgres_sequence.h"
#include "db/postgres_link.h"
#include <pthread.h>

enum { BLOCK = 32 /* numbers lost at most when a server stops */ };

typedef struct {
  gint64 next, end; /* the next to give; the first that is not ours */
} Block;

struct PostgresSequence {
  char *url;
  pthread_mutex_t mutex; /* guards what follows */
  PostgresLink *link;    /* NULL until needed, and after a loss */
  GHashTable *blocks;    /* name → Block */
};

PostgresSequence *postgres_sequence_new(const char *url) {
  PostgresSequence *self = g_new0(PostgresSequence, 1);
  self->url = g_strdup(url);
  pthread_mutex_init(&self->mutex, NULL);
  self->blocks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void postgres_sequence_free(PostgresSequence *self) {
  postgres_link_close(self->link);
  g_hash_table_unref(self->blocks);
  pthread_mutex_destroy(&self->mutex);
  g_free(self->url);
  g_free(self);
}

/* The log is written in order, so a commit that uses a number makes the taking of it durable too: no waiting here. */
static gboolean connect_link(PostgresSequence *self, GError **error) {
  if (!self->link)
    self->link = postgres_link_open(self->url, error);
  if (self->link && !postgres_link_run(self->link, "SET synchronous_commit = off", error))
    g_clear_pointer(&self->link, postgres_link_close);
  return self->link != NULL;
}

static const DbResult *take_block(PostgresSequence *self, Arena *arena, const char *name, GError **error) {
  if (!self->link && !connect_link(self, error))
    return NULL;
  return postgres_link_query(self->link, arena,
                             "INSERT INTO sequence (name, taken) VALUES ($1, $2) "
                             "ON CONFLICT (name) DO UPDATE SET taken = sequence.taken + $2 RETURNING taken",
                             DB_ARGS(DB_T(name), DB_I(BLOCK)), error);
}

static gboolean refill(PostgresSequence *self, const char *name, Block *block, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GError) lost = NULL;
  const DbResult *taken = take_block(self, arena, name, &lost);
  if (!taken && g_error_matches(lost, DB_ERROR, DB_ERROR_LOST)) {
    g_clear_error(&lost);
    g_clear_pointer(&self->link, postgres_link_close);
    taken = take_block(self, arena, name, &lost);
  }
  if (!taken) {
    g_propagate_error(error, g_steal_pointer(&lost));
    return FALSE;
  }
  gint64 last = DB_CELL(taken, 0, 0)->integer;
  *block = (Block){.next = last - BLOCK + 1, .end = last + 1};
  return TRUE;
}

gint64 postgres_sequence_next(PostgresSequence *self, const char *name, GError **error) {
  pthread_mutex_lock(&self->mutex);
  Block *block = g_hash_table_lookup(self->blocks, name);
  if (!block) {
    block = g_new0(Block, 1);
    g_hash_table_insert(self->blocks, g_strdup(name), block);
  }
  gint64 number = block->next < block->end || refill(self, name, block, error) ? block->next++ : -1;
  pthread_mutex_unlock(&self->mutex);
  return number;
}
