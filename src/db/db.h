/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One thin layer over SQLite and PostgreSQL, chosen by URL.

   The SQL is the common subset of both. Placeholders are $1, $2, … and may repeat or come in any order (rewritten to
   ?1, ?2 for SQLite, outside of strings, quoted names and comments). What differs between the two, and what to do:
   - NULLs sort first in SQLite, last in PostgreSQL: write "ORDER BY x IS NULL, x".
   - LIKE ignores ASCII case in SQLite only: write "lower(x) LIKE lower($1) ESCAPE '!'".
   - A bare NULL parameter has no type in PostgreSQL: write "CAST($1 AS BIGINT)" where the type is not evident.
   - A parameter beside a plain number takes that number's type, 32 bits, in PostgreSQL: "CAST($1 AS BIGINT) = 0".
   - After a failed statement a transaction accepts no other and is rolled back, whatever work returns.
   - Texts are UTF-8 without NUL; others are refused. Whole numbers come as DB_INTEGER (SUM too), fractions as DB_TEXT
     whose spelling differs: do not ask for them.
   - Columns are BIGINT, TEXT or BYTEA only (SQLite keeps blobs in it as they are); true and false are 1 and 0.
   - Keys: "id BIGINT PRIMARY KEY", given by db_next_id(), which keeps its numbers in the table `sequence` (made by
     db_open()).
   SQLite is one writer thread with group commit (a savepoint each job) and readers that never wait; PostgreSQL a pool
   of connections, with retry on serialization failures, deadlocks and lost connections. Writers run at READ COMMITTED
   there: lock (db_lock) what a decision depends on before reading it. */
#pragma once
#include "base/arena.h"
#include <gio/gio.h>

typedef struct Db Db;     /* an open database; thread-safe */
typedef struct DbTx DbTx; /* one transaction or snapshot, used by one thread */

#define DB_ERROR db_error_quark()
GQuark db_error_quark(void);
typedef enum {
  DB_ERROR_FAILED,     /* anything else; the message is the library's */
  DB_ERROR_LOST,       /* the database cannot be reached, or another process holds it too long; where PostgreSQL is
                          lost during COMMIT, whether that happened is unknown */
  DB_ERROR_FULL,       /* no room on the disk */
  DB_ERROR_CONSTRAINT, /* a UNIQUE constraint refused a row */
} DbError;

typedef enum { DB_NULL, DB_INTEGER, DB_TEXT, DB_BLOB } DbKind;

/* A parameter or a result. Texts and blobs are borrowed: by a parameter until the call returns, by a result until
   the arena given to db_query() is freed. */
typedef struct {
  DbKind kind;
  gint64 integer;
  const char *text; /* also the bytes of a blob; results end in NUL beyond `length` */
  gsize length;     /* bytes of text; 0 in a parameter of kind DB_TEXT means strlen(text) */
} DbCell;

#define DB_I(number) ((DbCell){.kind = DB_INTEGER, .integer = (number)})
#define DB_T(string) ((DbCell){.kind = (string) ? DB_TEXT : DB_NULL, .text = (string)})
#define DB_B(bytes, size) ((DbCell){.kind = DB_BLOB, .text = (const char *)(bytes), .length = (size)})
#define DB_NONE ((DbCell){.kind = DB_NULL})
/* A list of parameters for the calls below: DB_ARGS(DB_I(7), DB_T("x")). */
#define DB_ARGS(...) (const DbCell[]){__VA_ARGS__}, G_N_ELEMENTS(((const DbCell[]){__VA_ARGS__}))
#define DB_NO_ARGS NULL, 0

typedef struct {
  guint columns, rows;
  const DbCell *cells; /* row-major: cells[row * columns + column] */
} DbResult;
#define DB_CELL(result, row, column) (&(result)->cells[(gsize)(row) * (result)->columns + (column)])

/* Opens "sqlite:PATH" (or a bare path) or "postgresql://…". The database is created where that is possible (SQLite).
   threads: most connections in use at once (readers for SQLite, all for PostgreSQL). NULL and error on failure. */
Db *db_open(const char *url, guint threads, GError **error);
void db_close(Db *db); /* waits for transactions under way */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Db, db_close)
gboolean db_is_postgres(const Db *db);
/* Whether the database answers now, and not from what a connection still has in memory; FALSE and error when not. */
gboolean db_answers(Db *db, GError **error);

/* A unit of work. Return FALSE to roll it back (with or without an error). It may be called more than once
   (serialization failure, a batch that died), so it must start from nothing each time. */
typedef gboolean (*DbWork)(DbTx *tx, gpointer data, GError **error);
/* Runs work in a durable transaction and returns after its commit: TRUE when it is on disk. Blocks; from any thread
   but those of db itself; inside work of the same Db it is an error, as is db_read(). FALSE without error: work itself
   returned FALSE. */
gboolean db_write(Db *db, DbWork work, gpointer data, GError **error);
/* Runs work against a consistent snapshot; db_exec() in it is an error. */
gboolean db_read(Db *db, DbWork work, gpointer data, GError **error);

/* A statement with rows. The result lives in the arena. Statements are prepared once per connection and kept by their
   text, the last thousand or so. NULL and error on failure. */
const DbResult *db_query(DbTx *tx, Arena *arena, const char *sql, const DbCell *args, guint count, GError **error);
/* Lets a snapshot of db_read() remember what it reads into this arena, which must outlive it: nothing changes in it, so
   a statement asked again with the same arguments is answered without the database. Once, at its start. Transactions of
   db_write() remember nothing. */
void db_remember(DbTx *tx, Arena *arena);
/* What it remembers of a statement, NULL: nothing; and has it remember an answer, in that arena, that was found by
   another statement. Neither does anything where nothing is remembered. */
const DbResult *db_recall(const DbTx *tx, const Arena *arena, const char *sql, const DbCell *args, guint count);
void db_keep(DbTx *tx, Arena *arena, const char *sql, const DbCell *args, guint count, const DbResult *result);
/* A list that lasts as long as what is remembered, one for each key; NULL where nothing is. Borrowed. */
GPtrArray *db_list(DbTx *tx, const Arena *arena, gconstpointer key);

/* A statement without rows; the number of rows changed, or -1 and error. */
gint64 db_exec(DbTx *tx, const char *sql, const DbCell *args, guint count, GError **error);
/* Locks the row of that table and id until the transaction ends (FOR UPDATE; nothing to do for SQLite). */
gboolean db_lock(DbTx *tx, const char *table, gint64 id, GError **error);
/* The next number of the named sequence, from 1 without repeats (gaps are possible): taken in blocks from the table
   `sequence`, in memory for SQLite, so that writers do not wait for each other. -1 and error on failure. */
gint64 db_next_id(DbTx *tx, const char *sequence, GError **error);

/* How it is doing, since the database was opened here. */
enum { DB_STATS_SIZES = 8 };
typedef struct {
  gint64 statements;              /* carried out, those of begin and commit apart */
  guint64 commits;                /* durable transactions tried */
  guint64 works;                  /* calls of db_write() that they carried */
  guint64 sizes[DB_STATS_SIZES];  /* of the commits: how many carried up to 1, 2, 4, … 128 calls, each counted once */
  guint waiting;                  /* calls that wait for their turn just now */
} DbStats;
void db_stats(Db *db, DbStats *stats);

/* Columns of a table as (name → "BIGINT"|"TEXT"|"BYTEA"), or an empty table when there is none. Caller unrefs. */
GHashTable *db_columns(DbTx *tx, const char *table, GError **error);
/* Runs work as db_write() does, alone among all servers on this database: for migrations at start. */
gboolean db_write_alone(Db *db, DbWork work, gpointer data, GError **error);
