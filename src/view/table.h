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
/* Finds them for the row: the lines of that name, or those that people make first (NULL). FALSE: it has none such. */
gboolean table_of(const Record *record, Row *row, const char *line, TableOf *table);
/* The address of the page on which these lines of the row are edited, in the arena; it asks table_of() for the name by
   ?of=, where the row has others before them. */
const char *table_address(const View *view, const Record *record, gint64 id, const char *line);

/* One row of the form as sent. */
typedef struct {
  gint64 id;             /* of the line; 0: a new one */
  gint64 version;        /* of the line as the sender saw it */
  gboolean remove;
  GHashTable *inputs;    /* name → text */
  const Refusal *refusal; /* NULL: nothing wrong */
  gboolean gone;         /* another removed the line: the row makes a new one, unless it is removed too */
} TableRow;
/* A form as sent. */
typedef struct {
  GPtrArray *rows; /* TableRow* */
  gint64 seen;     /* no line with a greater id was there when it was opened; 0: not said */
  Value *changed;  /* table_join() sets it: what others changed since, as table.html says; NULL, or empty: nothing */
} TableSent;

/* Looks what others changed in the lines since the sender saw them. Where they did, fields that only they touched are
   taken out of the rows, and the rows become such as can be sent again: with the versions of now; a row whose line was
   removed is taken out, or makes a new line where the sender had changed it. FALSE and error on a fault. */
gboolean table_join(const View *view, const TableOf *of, TableSent *sent, GError **error);
/* Whether what is typed differs from what is stored; what cannot be read does. */
gboolean table_differs(Arena *arena, const TableOf *of, const void *stored, const TableRow *sent);
/* table.html's table; sent: a refused form, NULL to show what is stored and some empty rows. after: id of the line
   after which the page begins. */
Value *view_table(const View *view, const TableOf *of, const TableSent *sent, gint64 after, GError **error);
