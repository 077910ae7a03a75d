/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that make SQL share: columns of a record's table, statements kept, rows read. */
#pragma once
#include "dict/dict.h"

typedef struct {
  const char *name;
  gsize offset;     /* of the value in the row */
  gboolean is_text; /* TEXT, else BIGINT */
} SqlColumn;

/* How many columns the table has: those of Row, then the fields; id is the first. */
guint sql_columns(const Record *record);
SqlColumn sql_column(const Record *record, guint i);
/* A statement kept for the life of the program, so that connections can keep it prepared. Takes sql over. */
const char *sql_keep(GString *sql);
/* The statement of that text that is kept; NULL: none is. */
const char *sql_kept(const char *text);
/* Appends the columns: "id", "version", … each after `prefix` ("" or "t."). */
void sql_append_columns(GString *sql, const Record *record, const char *prefix);
/* Rows of a result whose columns are those of sql_append_columns(), appended. */
void sql_append_rows(DbTx *tx, GPtrArray *rows, Arena *arena, const Record *record, const DbResult *result);
/* How many values one statement asks for; where there are fewer, the last is repeated. */
enum { SQL_FEW = 8, SQL_MANY = 64, SQL_MOST = 512 };
/* The statement of the record's rows in which a column is one of so many values (1, SQL_FEW, SQL_MANY), by id; several
   only where it names rows. */
const char *sql_by(const Record *record, guint column, guint count);
/* The record whose rows a column names, the record itself for its id; NULL: none. */
const Record *sql_target(const Record *record, guint column);
/* The columns of all records that name rows of that one, its own id apart; ends with a NULL record. */
typedef struct {
  const Record *record;
  guint column;
} SqlNaming;
const SqlNaming *sql_naming(const Record *target);
/* Makes the statements of a record whose text is always the same; called for each at registration. */
void sql_prepare(const Record *record);
