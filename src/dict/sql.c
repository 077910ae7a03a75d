/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows by SQL made from the dictionary: names come from checked declarations only, values are always bound. */
#include "dict/sql.h"
#include <string.h>

enum { BATCH = 64 /* ids that one statement asks for */ };

/* The texts of a record's statements, made once. */
typedef struct {
  const char *by_ids, *insert, *update;
  const char **by_column; /* one for each column */
} Statements;

static GHashTable *made; /* Record → Statements */

#define HEAD(member, text) {.name = #member, .offset = G_STRUCT_OFFSET(Row, member), .is_text = (text)}
static const SqlColumn head[] = {HEAD(id, FALSE),        HEAD(version, FALSE),   HEAD(state, TRUE),
                                 HEAD(number, TRUE),     HEAD(order_id, FALSE),  HEAD(dealer_id, FALSE),
                                 HEAD(parent_id, FALSE), HEAD(created_at, FALSE), HEAD(created_by, FALSE)};

guint sql_columns(const Record *record) {
  return G_N_ELEMENTS(head) + record->count;
}

SqlColumn sql_column(const Record *record, guint i) {
  if (i < G_N_ELEMENTS(head))
    return head[i];
  const Field *field = &record->fields[i - G_N_ELEMENTS(head)];
  return (SqlColumn){.name = field->name, .offset = field->offset, .is_text = dict_is_text(field)};
}

const char *sql_keep(GString *sql) {
  const char *kept = g_intern_string(sql->str);
  g_string_free(sql, TRUE);
  return kept;
}

void sql_append_columns(GString *sql, const Record *record, const char *prefix) {
  for (guint i = 0; i < sql_columns(record); i++)
    g_string_append_printf(sql, "%s%s\"%s\"", i ? ", " : "", prefix, sql_column(record, i).name);
}

/* "$1, $2, … $count" */
static void append_placeholders(GString *sql, guint count) {
  for (guint i = 1; i <= count; i++)
    g_string_append_printf(sql, "%s$%u", i > 1 ? ", " : "", i);
}

static GString *select_start(const Record *record) {
  GString *sql = g_string_new("SELECT ");
  sql_append_columns(sql, record, "");
  g_string_append_printf(sql, " FROM \"%s\"", record->name);
  return sql;
}

static const char *select_by_ids(const Record *record) {
  GString *sql = select_start(record);
  g_string_append(sql, " WHERE id IN (");
  append_placeholders(sql, BATCH);
  g_string_append_c(sql, ')');
  return sql_keep(sql);
}

static const char *insert_statement(const Record *record) {
  GString *sql = g_string_new(NULL);
  g_string_append_printf(sql, "INSERT INTO \"%s\" (", record->name);
  sql_append_columns(sql, record, "");
  g_string_append(sql, ") VALUES (");
  append_placeholders(sql, sql_columns(record));
  g_string_append_c(sql, ')');
  return sql_keep(sql);
}

static const char *update_statement(const Record *record) {
  const guint count = sql_columns(record);
  GString *sql = g_string_new(NULL);
  g_string_append_printf(sql, "UPDATE \"%s\" SET ", record->name);
  for (guint i = 1; i < count; i++)
    g_string_append_printf(sql, "%s\"%s\" = $%u", i > 1 ? ", " : "", sql_column(record, i).name, i + 1);
  g_string_append_printf(sql, " WHERE id = $1 AND version = $%u", count + 1);
  return sql_keep(sql);
}

void sql_prepare(const Record *record) {
  if (!made)
    made = g_hash_table_new(NULL, NULL);
  if (g_hash_table_contains(made, record))
    return;
  Statements *statements = g_new0(Statements, 1);
  statements->by_ids = select_by_ids(record);
  statements->insert = insert_statement(record);
  statements->update = update_statement(record);
  statements->by_column = g_new0(const char *, sql_columns(record));
  for (guint i = 0; i < sql_columns(record); i++) {
    GString *sql = select_start(record);
    g_string_append_printf(sql, " WHERE \"%s\" = $1 ORDER BY id", sql_column(record, i).name);
    statements->by_column[i] = sql_keep(sql);
  }
  g_hash_table_insert(made, (gpointer)record, statements);
}

static const Statements *statements_of(const Record *record) {
  return g_hash_table_lookup(made, record);
}

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

void sql_append_rows(GPtrArray *rows, Arena *arena, const Record *record, const DbResult *result) {
  for (guint i = 0; i < result->rows; i++)
    g_ptr_array_add(rows, row_from(arena, record, result, i));
}

void *dict_load(DbTx *tx, Arena *arena, const Record *record, gint64 id, GError **error) {
  const DbResult *result = db_query(tx, arena, statements_of(record)->by_column[0], DB_ARGS(DB_I(id)), error);
  return result && result->rows ? row_from(arena, record, result, 0) : NULL;
}

GPtrArray *dict_load_by(DbTx *tx, Arena *arena, const Record *record, const char *column, DbCell equals,
                        GError **error) {
  guint i = 0;
  while (i < sql_columns(record) && strcmp(sql_column(record, i).name, column))
    i++;
  g_return_val_if_fail(i < sql_columns(record), NULL);
  const DbResult *result = db_query(tx, arena, statements_of(record)->by_column[i], &equals, 1, error);
  GPtrArray *rows = result ? g_ptr_array_new() : NULL;
  if (rows)
    sql_append_rows(rows, arena, record, result);
  return rows;
}

GHashTable *dict_load_many(DbTx *tx, Arena *arena, const Record *record, const gint64 *ids, guint count,
                           GError **error) {
  g_autoptr(GHashTable) found = g_hash_table_new(g_int64_hash, g_int64_equal);
  for (guint start = 0; start < count; start += BATCH) {
    DbCell cells[BATCH];
    for (guint i = 0; i < BATCH; i++) /* a batch that is not full repeats its last */
      cells[i] = DB_I(ids[MIN(start + i, count - 1)]);
    const DbResult *result = db_query(tx, arena, statements_of(record)->by_ids, cells, BATCH, error);
    if (!result)
      return NULL;
    for (guint i = 0; i < result->rows; i++) {
      Row *row = row_from(arena, record, result, i);
      g_hash_table_insert(found, &row->id, row);
    }
  }
  return g_steal_pointer(&found);
}

static DbCell *cells_of(Arena *arena, const Record *record, const void *row) {
  DbCell *cells = arena_new_of(arena, DbCell, sql_columns(record) + 1);
  for (guint i = 0; i < sql_columns(record); i++) {
    const SqlColumn column = sql_column(record, i);
    if (column.is_text) {
      cells[i] = DB_T(*(const char *const *)((const char *)row + column.offset));
    } else {
      const gint64 integer = *(const gint64 *)((const char *)row + column.offset);
      cells[i] = integer == DICT_UNSET ? DB_NONE : DB_I(integer);
    }
  }
  return cells;
}

gboolean dict_insert(DbTx *tx, Arena *arena, const Record *record, void *data, GError **error) {
  Row *row = data;
  row->id = db_next_id(tx, record->name, error);
  if (row->id < 0)
    return FALSE;
  row->version = 1;
  row->number = record->prefix ? dict_number(arena, record, row->id) : row->number;
  if (record->root)
    *(gint64 *)((char *)row + record->root) = row->id;
  return db_exec(tx, statements_of(record)->insert, cells_of(arena, record, row), sql_columns(record), error) == 1;
}

gboolean dict_update(DbTx *tx, Arena *arena, const Record *record, void *data, gboolean *lost, GError **error) {
  Row *row = data;
  const gint64 seen = row->version;
  row->version++;
  DbCell *cells = cells_of(arena, record, row);
  cells[sql_columns(record)] = DB_I(seen);
  const gint64 changed = db_exec(tx, statements_of(record)->update, cells, sql_columns(record) + 1, error);
  *lost = changed == 0;
  return changed == 1;
}
