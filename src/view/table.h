/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many lines of a row in one form: the lines of an order form, instalments, allocations, packages. */
#pragma once
#include "view/view.h"

/* What lines a row has, and the commands on them. */
typedef struct {
  const Record *record;  /* the parent's */
  Row *row;
  const Record *line;
  const Command *add;    /* makes a line */
  const Command *change; /* NULL: lines are not changed */
  const Command *remove; /* NULL: nor removed */
} TableOf;
/* Finds them for the row; FALSE: it has no lines that are made by people. */
gboolean table_of(const Record *record, Row *row, TableOf *table);

/* One row of the form as sent. */
typedef struct {
  gint64 id;             /* of the line; 0: a new one */
  gint64 version;        /* of the line as the sender saw it */
  gboolean remove;
  GHashTable *inputs;    /* name → text */
  const Refusal *refusal; /* NULL: nothing wrong */
} TableRow;

/* table.html's table; sent: TableRow* of a refused form, NULL to show what is stored and some empty rows. after: id
   of the line after which the page begins. */
Value *view_table(const View *view, const TableOf *of, const GPtrArray *sent, gint64 after, GError **error);
