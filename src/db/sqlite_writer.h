/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one thread that writes to an SQLite database. */
#pragma once
#include "db/driver.h"
#include "db/sqlite_link.h"

/* A transaction on one connection, the writer's or a reader's. */
typedef struct {
  DbTx base;
  SqliteLink *link;
  GHashTable *sequences; /* name → gint64, the last number taken in this batch; NULL in a reader */
} SqliteTx;

typedef struct SqliteWriter SqliteWriter;

/* Takes the link over (closed with the writer). */
SqliteWriter *sqlite_writer_new(Db *db, SqliteLink *link);
/* Finishes what is queued, then stops. */
void sqlite_writer_free(SqliteWriter *writer);
/* Queues work and waits for its commit. alone: in a transaction of its own. */
gboolean sqlite_writer_run(SqliteWriter *writer, gboolean alone, DbWork work, gpointer data, GError **error);
void sqlite_writer_stats(SqliteWriter *writer, DbStats *stats);
/* The next number of a sequence; valid in work only. */
gint64 sqlite_writer_next_id(SqliteTx *tx, const char *sequence, GError **error);
