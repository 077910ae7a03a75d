/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows read. A page asks row by row; so that the database is asked once for all of them, a snapshot that remembers
   (db_remember()) looks ahead: what is asked about one row is asked about every row that would be next. Those are the
   rows named by what it has read so far; nobody who asks need know of it. */
#include "dict/sql.h"
#include <string.h>

static void *row_from(Arena *arena, const Record *record, const DbResult *result, guint line) {
  Row *row = dict_new_row(arena, record);
  for (guint i = 0; i < result->columns; i++) {
    const DbCell *cell = DB_CELL(result, line, i);
    const SqlColumn column = sql_column(record, i);
    if (cell->kind == DB_NULL)
      continue;
    if (column.is_text)
      *(const char **)((char *)row + column.offset) = cell->text;
    else
      *(gint64 *)((char *)row + column.offset) = cell->integer;
  }
  /* states and choices point to the declaration's own codes, so that they outlive the arena of the query */
  const Choice *state = dict_choice(record->states, row->state);
  row->state = state ? state->code : NULL;
  return row;
}

static void append_rows(GPtrArray *rows, Arena *arena, const Record *record, const DbResult *result) {
  for (guint i = 0; i < result->rows; i++)
    g_ptr_array_add(rows, row_from(arena, record, result, i));
}

/* ---- what has been read: of each record a list of results, and each row by its id ---- */
static void keep_one(DbTx *tx, Arena *arena, const Record *record, gint64 id, const DbResult result) {
  DbResult *one = arena_new_of(arena, DbResult, 1);
  *one = result;
  db_keep(tx, arena, sql_by(record, 0, 1), &DB_I(id), 1, one);
}

static void note(DbTx *tx, Arena *arena, const Record *record, const DbResult *result) {
  GPtrArray *read = db_list(tx, arena, record);
  if (!read || !result->rows)
    return;
  g_ptr_array_add(read, (gpointer)result);
  for (guint i = 0; i < result->rows; i++)
    keep_one(tx, arena, record, DB_CELL(result, i, 0)->integer,
             (DbResult){.columns = result->columns, .rows = 1, .cells = DB_CELL(result, i, 0)});
}

static void add_id(GArray *ids, gint64 id) {
  if (id > 0)
    g_array_append_val(ids, id);
}

/* The ids in one column of the rows read of a record. */
static void add_column(DbTx *tx, Arena *arena, const Record *record, guint column, GArray *ids) {
  const GPtrArray *read = db_list(tx, arena, record);
  for (guint i = 0; i < read->len; i++) {
    const DbResult *result = read->pdata[i];
    for (guint k = 0; k < result->rows; k++) {
      const DbCell *cell = DB_CELL(result, k, column);
      guint several = 0;
      const gint64 *named = cell->kind == DB_TEXT ? dict_ids(arena, cell->text, &several) : NULL;
      for (guint n = 0; n < several; n++)
        add_id(ids, named[n]);
      if (cell->kind == DB_INTEGER)
        add_id(ids, cell->integer);
    }
  }
}

/* Beside the results that were read: what is foreseen, as ids. */
static GPtrArray *foreseen(DbTx *tx, Arena *arena, const Record *record) {
  return db_list(tx, arena, &record->label); /* a key of its own */
}

void dict_foresee(DbTx *tx, Arena *arena, const Record *record, gint64 id) {
  GPtrArray *ids = foreseen(tx, arena, record);
  if (ids && id > 0)
    g_ptr_array_add(ids, GSIZE_TO_POINTER((gsize)id));
}

/* The ids of a record that rows read name, and those foreseen. */
static void add_named(DbTx *tx, Arena *arena, const Record *target, GArray *ids) {
  const GPtrArray *others = foreseen(tx, arena, target);
  for (guint i = 0; i < others->len; i++)
    add_id(ids, (gint64)GPOINTER_TO_SIZE(others->pdata[i]));
  for (const SqlNaming *naming = sql_naming(target); naming->record; naming++)
    add_column(tx, arena, naming->record, naming->column, ids);
}

static int by_id(gconstpointer one, gconstpointer other) {
  const gint64 a = *(const gint64 *)one, b = *(const gint64 *)other;
  return (a > b) - (a < b);
}

/* Leaves each id once, in order, for which the statement was not asked yet: its last parameter is the id. */
static void leave_new(DbTx *tx, Arena *arena, const char *sql, const DbCell *args, guint count, GArray *ids) {
  DbCell *asked = arena_new_of(arena, DbCell, count);
  memcpy(asked, args, count * sizeof *args);
  guint left = 0;
  g_array_sort(ids, by_id);
  for (guint i = 0; i < ids->len; i++) {
    const gint64 id = g_array_index(ids, gint64, i);
    asked[count - 1] = DB_I(id);
    if ((!left || g_array_index(ids, gint64, left - 1) != id) && !db_recall(tx, arena, sql, asked, count))
      g_array_index(ids, gint64, left++) = id;
  }
  g_array_set_size(ids, left);
}

/* Parts what was asked about many ids into what the statement gives for each, and has that remembered. */
static void keep_each(DbTx *tx, Arena *arena, const char *sql, const DbCell *args, guint count, const gint64 *ids,
                      guint ids_count, const DbResult *all, guint column) {
  g_autoptr(GHashTable) parts = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL,
                                                      (GDestroyNotify)g_array_unref);
  for (guint i = 0; i < ids_count; i++)
    g_hash_table_insert(parts, (gpointer)&ids[i], g_array_new(FALSE, FALSE, sizeof(DbCell)));
  for (guint row = 0; row < all->rows; row++) {
    GArray *part = g_hash_table_lookup(parts, &DB_CELL(all, row, column)->integer);
    if (part)
      g_array_append_vals(part, DB_CELL(all, row, 0), all->columns);
  }
  DbCell *asked = arena_new_of(arena, DbCell, count);
  memcpy(asked, args, count * sizeof *args);
  for (guint i = 0; i < ids_count; i++) {
    const GArray *part = g_hash_table_lookup(parts, &ids[i]);
    DbCell *cells = arena_new_of(arena, DbCell, part->len);
    if (part->len)
      memcpy(cells, part->data, part->len * sizeof *cells);
    DbResult *result = arena_new_of(arena, DbResult, 1);
    *result = (DbResult){.columns = all->columns, .rows = part->len / all->columns, .cells = cells};
    asked[count - 1] = DB_I(ids[i]);
    db_keep(tx, arena, sql, asked, count, result);
  }
}

/* The statement for `many` ids: "= $2" becomes "IN ($2, $3, …)". */
static const char *for_many(Arena *arena, const char *sql, guint last, guint many) {
  g_autofree char *one = g_strdup_printf("= $%u", last);
  const char *at = strstr(sql, one);
  g_return_val_if_fail(at && !g_ascii_isdigit(at[strlen(one)]), NULL);
  g_autoptr(GString) text = g_string_new_len(sql, at - sql);
  for (guint i = 0; i < many; i++)
    g_string_append_printf(text, "%s$%u", i ? "," : "IN (", last + i);
  g_string_append_printf(text, ")%s", at + strlen(one));
  return arena_strdup(arena, text->str);
}

/* As many ids as one statement takes, from the i-th on, behind what else it is given. */
static DbCell *cells_for(Arena *arena, const DbCell *args, guint others, const GArray *ids, guint i, guint *taken,
                         guint *many) {
  const guint left = ids->len - i;
  *many = left == 1 ? 1 : left <= SQL_FEW ? SQL_FEW : left <= SQL_MANY ? SQL_MANY : SQL_MOST;
  *taken = MIN(left, *many);
  DbCell *cells = arena_new_of(arena, DbCell, others + *many);
  if (others)
    memcpy(cells, args, others * sizeof *args);
  for (guint k = 0; k < *many; k++)
    cells[others + k] = DB_I(g_array_index(ids, gint64, i + MIN(k, *taken - 1)));
  return cells;
}

/* Of those that are not there that is remembered. */
static void keep_missing(DbTx *tx, Arena *arena, const Record *record, const GArray *ids, guint first, guint count) {
  for (guint i = first; db_list(tx, arena, record) && i < first + count; i++)
    if (!db_recall(tx, arena, sql_by(record, 0, 1), &DB_I(g_array_index(ids, gint64, i)), 1))
      keep_one(tx, arena, record, g_array_index(ids, gint64, i), (DbResult){.cells = NULL});
}

/* Has the rows remembered in which the column is one of these ids. */
static gboolean load_all(DbTx *tx, Arena *arena, const Record *record, guint column, const GArray *ids,
                         GError **error) {
  const char *one = sql_by(record, column, 1);
  for (guint i = 0, taken, many; i < ids->len; i += taken) {
    const DbCell *cells = cells_for(arena, NULL, 0, ids, i, &taken, &many);
    const char *sql = many == SQL_MOST ? for_many(arena, one, 1, many) : sql_by(record, column, many);
    const DbResult *result = db_query(tx, arena, sql, cells, many, error);
    if (!result)
      return FALSE;
    note(tx, arena, record, result);
    if (column)
      keep_each(tx, arena, one, cells, 1, &g_array_index(ids, gint64, i), taken, result, column);
    else
      keep_missing(tx, arena, record, ids, i, taken);
  }
  return TRUE;
}

/* Rows in which the column is this; with them, where it names rows, those of all others that are next. */
static const DbResult *load(DbTx *tx, Arena *arena, const Record *record, guint column, DbCell equals, GError **error) {
  const char *sql = sql_by(record, column, 1);
  const Record *target = sql_target(record, column);
  const DbResult *known = db_recall(tx, arena, sql, &equals, 1);
  if (known)
    return known;
  if (!target || !db_list(tx, arena, target) || equals.kind != DB_INTEGER) {
    const DbResult *result = db_query(tx, arena, sql, &equals, 1, error);
    if (result)
      note(tx, arena, record, result);
    return result;
  }
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_array_append_val(ids, equals.integer);
  if (column)
    add_column(tx, arena, target, 0, ids);
  else
    add_named(tx, arena, record, ids);
  leave_new(tx, arena, sql, &equals, 1, ids);
  return load_all(tx, arena, record, column, ids, error) ? db_recall(tx, arena, sql, &equals, 1) : NULL;
}

void *dict_load(DbTx *tx, Arena *arena, const Record *record, gint64 id, GError **error) {
  const DbResult *result = load(tx, arena, record, 0, DB_I(id), error);
  return result && result->rows ? row_from(arena, record, result, 0) : NULL;
}

GPtrArray *dict_load_by(DbTx *tx, Arena *arena, const Record *record, const char *column, DbCell equals,
                        GError **error) {
  guint i = 0;
  while (i < sql_columns(record) && strcmp(sql_column(record, i).name, column))
    i++;
  g_return_val_if_fail(i < sql_columns(record), NULL);
  const DbResult *result = load(tx, arena, record, i, equals, error);
  GPtrArray *rows = result ? g_ptr_array_new() : NULL;
  if (rows)
    append_rows(rows, arena, record, result);
  return rows;
}

void sql_append_rows(DbTx *tx, GPtrArray *rows, Arena *arena, const Record *record, const DbResult *result) {
  note(tx, arena, record, result);
  append_rows(rows, arena, record, result);
}

const DbResult *dict_ask(DbTx *tx, Arena *arena, const Record *record, const char *sql, const DbCell *args, guint count,
                         GError **error) {
  const DbResult *known = db_recall(tx, arena, sql, args, count);
  if (known || !db_list(tx, arena, record))
    return known ? known : db_query(tx, arena, sql, args, count, error);
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_array_append_val(ids, args[count - 1].integer);
  add_column(tx, arena, record, 0, ids);
  leave_new(tx, arena, sql, args, count, ids);
  for (guint i = 0, taken, many; i < ids->len; i += taken) {
    const DbCell *cells = cells_for(arena, args, count - 1, ids, i, &taken, &many);
    const char *text = many == 1 ? sql : for_many(arena, sql, count, many);
    const DbResult *result = db_query(tx, arena, text, cells, count - 1 + many, error);
    if (!result)
      return NULL;
    keep_each(tx, arena, sql, args, count, &g_array_index(ids, gint64, i), taken, result, 0);
  }
  return db_recall(tx, arena, sql, args, count);
}
