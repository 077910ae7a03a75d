/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers without repeats, among all servers on one PostgreSQL database. */
#pragma once
#include <glib.h>

typedef struct PostgresSequence PostgresSequence;

PostgresSequence *postgres_sequence_new(const char *url);
void postgres_sequence_free(PostgresSequence *self);
/* The next number of the named sequence; -1 and error on failure. Thread-safe. */
gint64 postgres_sequence_next(PostgresSequence *self, const char *name, GError **error);
