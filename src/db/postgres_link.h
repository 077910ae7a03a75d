/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection to PostgreSQL, with its prepared statements. Used by one thread at a time. */
#pragma once
#include "db/db.h"

typedef struct PostgresLink PostgresLink;

/* What the last failure on a link calls for. */
typedef enum {
  POSTGRES_FAULT_OWN,   /* nothing: it would fail again */
  POSTGRES_FAULT_AGAIN, /* running the transaction again (serialization failure, deadlock) */
  POSTGRES_FAULT_LOST,  /* doing that on a new connection */
} PostgresFault;

PostgresLink *postgres_link_open(const char *url, GError **error);
void postgres_link_close(PostgresLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PostgresLink, postgres_link_close)

/* Since the last postgres_link_clear_fault(), the gravest. */
PostgresFault postgres_link_fault(const PostgresLink *link);
void postgres_link_clear_fault(PostgresLink *link);

const DbResult *postgres_link_query(PostgresLink *link, Arena *arena, const char *sql, const DbCell *args, guint count,
                                    GError **error);
gint64 postgres_link_exec(PostgresLink *link, const char *sql, const DbCell *args, guint count, GError **error);
/* One or more statements without parameters, not prepared: BEGIN, COMMIT, settings. */
gboolean postgres_link_run(PostgresLink *link, const char *sql, GError **error);
