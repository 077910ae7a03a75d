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
/* Appends the columns: "id", "version", … each after `prefix` ("" or "t."). */
void sql_append_columns(GString *sql, const Record *record, const char *prefix);
/* Rows of a result whose columns are those of sql_append_columns(), appended. */
void sql_append_rows(GPtrArray *rows, Arena *arena, const Record *record, const DbResult *result);
/* Makes the statements of a record whose text is always the same; called for each at registration. */
void sql_prepare(const Record *record);
