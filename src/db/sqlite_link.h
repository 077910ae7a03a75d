/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection to an SQLite database, with its prepared statements. Used by one thread at a time. */
#pragma once
#include "db/db.h"

typedef struct SqliteLink SqliteLink;

/* Opens (and creates) the file in WAL mode, every commit durable. reader: the connection may not write. */
SqliteLink *sqlite_link_open(const char *path, gboolean reader, GError **error);
void sqlite_link_close(SqliteLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SqliteLink, sqlite_link_close)

const DbResult *sqlite_link_query(SqliteLink *link, Arena *arena, const char *sql, const DbCell *args, guint count,
                                  GError **error);
gint64 sqlite_link_exec(SqliteLink *link, const char *sql, const DbCell *args, guint count, GError **error);
/* A statement that ends or opens a transaction, without parameters. */
gboolean sqlite_link_run(SqliteLink *link, const char *sql, GError **error);
/* Whether a transaction is open: some failures (a full disk) end it as a whole. */
gboolean sqlite_link_in_transaction(const SqliteLink *link);
