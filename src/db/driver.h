/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a database must do for db.c: private to this folder. db.c checks parameters, permissions and nesting before it
   calls a driver, so a driver sees only well-formed calls. */
#pragma once
#include "db/db.h"

typedef struct {
  gboolean postgres;
  void (*close)(Db *db); /* waits for transactions under way, then frees */
  gboolean (*write)(Db *db, gboolean alone, DbWork work, gpointer data, GError **error);
  gboolean (*read)(Db *db, DbWork work, gpointer data, GError **error);
  gboolean (*answers)(Db *db, GError **error);
  const DbResult *(*query)(DbTx *tx, Arena *arena, const char *sql, const DbCell *args, guint count, GError **error);
  gint64 (*exec)(DbTx *tx, const char *sql, const DbCell *args, guint count, GError **error);
  gboolean (*lock)(DbTx *tx, const char *table, gint64 id, GError **error);
  gint64 (*next_id)(DbTx *tx, const char *sequence, GError **error);
  void (*stats)(Db *db, DbStats *stats); /* fills in what it knows; the rest is 0 */
  GHashTable *(*columns)(DbTx *tx, const char *table, GError **error);
} DbDriver;

/* What a snapshot remembers (memory.c); frees what is not the arena's. */
typedef struct Memory Memory;
void memory_free(Memory *memory);

/* The first member of each driver's own structure. */
struct Db {
  const DbDriver *driver;
  _Atomic guint64 statements; /* carried out so far */
};

/* The first member of each driver's own transaction. */
struct DbTx {
  Db *db;
  gboolean writable; /* made by db_write(), not by db_read() */
  gboolean failed;   /* a statement failed: nothing more may be done but to roll back */
  Memory *memory;    /* of a snapshot that remembers; NULL: nothing is remembered */
};

/* Calls work and says whether it may be committed; sets an error where work went on after a failed statement. */
gboolean driver_run_work(DbTx *tx, DbWork work, gpointer data, GError **error);

/* Carries out a statement with rows, whatever is remembered. */
const DbResult *driver_query(DbTx *tx, Arena *arena, const char *sql, const DbCell *args, guint count, GError **error);

/* Counts a commit that carries so many works. */
void driver_count(DbStats *stats, guint works);

Db *sqlite_open(const char *path, guint readers, GError **error);
Db *postgres_open(const char *url, guint connections, GError **error);
