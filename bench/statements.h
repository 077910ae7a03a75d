/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which statements the program runs, recorded as it runs them, so that a bare loop can run the same ones. The linker
   leads driver_query(), db_exec(), db_lock() and db_next_id() of the whole program through here (--wrap). */
#pragma once
#include "db/db.h"

typedef struct {
  const char *sql;   /* lives as long as the program */
  gboolean writes;   /* db_exec(); else db_query() */
  DbCell *cells;     /* its arguments, copied */
  guint count;
} Statement;

/* From here on statements of any thread are appended to the list (Statement, made with statements_new()); NULL ends
   it. */
void statements_record(GArray *list);
/* An empty list, which frees what it holds with itself. */
GArray *statements_new(void);

/* The number of ids drawn while recording: those are STATEMENTS_ID, STATEMENTS_ID + 1, … */
#define STATEMENTS_ID ((gint64)1 << 50)

#define STATEMENTS_KEY "bench-key-"

/* The value of an argument for one repetition: an id drawn while recording becomes a new one, a text that begins with
   STATEMENTS_KEY a new key. `number` differs for each repetition; key must hold 32 bytes and live as long as the
   cell. */
DbCell statements_cell(const DbCell *cell, gint64 number, char *key);
