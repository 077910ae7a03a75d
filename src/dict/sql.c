/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQL made from the dictionary: names come from checked declarations only, values are always bound. */
#include "dict/dict.h"
#include <string.h>

typedef struct {
  const char *name;
  gsize offset;
  gboolean is_text;
} Column;

#define HEAD(member, text) {.name = #member, .offset = G_STRUCT_OFFSET(Row, member), .is_text = (text)}
static const Column head[] = {HEAD(id, FALSE),        HEAD(version, FALSE),   HEAD(state, TRUE),
                              HEAD(number, TRUE),     HEAD(order_id, FALSE),  HEAD(dealer_id, FALSE),
                              HEAD(parent_id, FALSE), HEAD(created_at, FALSE), HEAD(created_by, FALSE)};

static guint columns_of(const Record *record) {
  return G_N_ELEMENTS(head) + record->count;
}

static Column column_at(const Record *record, guint i) {
  if (i < G_N_ELEMENTS(head))
    return head[i];
  const Field *field = &record->fields[i - G_N_ELEMENTS(head)];
  return (Column){.name = field->name, .offset = field->offset, .is_text = dict_is_text(field)};
}

/* A statement kept for the life of the program, so that connections can keep it prepared by its address. */
static const char *keep(GString *sql) {
  const char *kept = g_intern_string(sql->str);
  g_string_free(sql, TRUE);
  return kept;
}

static GString *select_start(const Record *record) {
  GString *sql = g_string_new("SELECT ");
  for (guint i = 0; i < columns_of(record); i++)
    g_string_append_printf(sql, "%s\"%s\"", i ? ", " : "", column_at(record, i).name);
  g_string_append_printf(sql, " FROM \"%s\"", record->name);
  return sql;
}

static void *row_from(Arena *arena, const Record *record, const DbResult *result, guint line) {
  Row *row = dict_new_row(arena, record);
  for (guint i = 0; i < result->columns; i++) {
    const DbCell *cell = DB_CELL(result, line, i);
    const Column column = column_at(record, i);
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

void *dict_load(DbTx *tx, Arena *arena, const Record *record, gint64 id, GError **error) {
  g_autoptr(GPtrArray) rows = dict_load_by(tx, arena, record, "id", DB_I(id), error);
  return rows && rows->len ? rows->pdata[0] : NULL;
}

static gboolean has_column(const Record *record, const char *name) {
  for (guint i = 0; i < columns_of(record); i++)
    if (!strcmp(column_at(record, i).name, name))
      return TRUE;
  return FALSE;
}

static GPtrArray *rows_of(Arena *arena, const Record *record, const DbResult *result) {
  GPtrArray *rows = g_ptr_array_new();
  for (guint i = 0; i < result->rows; i++)
    g_ptr_array_add(rows, row_from(arena, record, result, i));
  return rows;
}

GPtrArray *dict_load_by(DbTx *tx, Arena *arena, const Record *record, const char *column, DbCell equals, GError **error) {
  g_return_val_if_fail(has_column(record, column), NULL);
  GString *sql = select_start(record);
  g_string_append_printf(sql, " WHERE \"%s\" = $1 ORDER BY id", column);
  const DbResult *result = db_query(tx, arena, keep(sql), &equals, 1, error);
  return result ? rows_of(arena, record, result) : NULL;
}

/* "%text%" with the wildcards of the text itself taken as they are. */
static const char *like_pattern(Arena *arena, const char *text) {
  g_autoptr(GString) pattern = g_string_new("%");
  for (; *text; text++) {
    if (*text == '%' || *text == '_' || *text == '!')
      g_string_append_c(pattern, '!');
    g_string_append_c(pattern, *text);
  }
  g_string_append_c(pattern, '%');
  return arena_strdup(arena, pattern->str);
}

GPtrArray *dict_load_page(DbTx *tx, Arena *arena, const Record *record, const DictPage *page, GError **error) {
  g_return_val_if_fail(!page->column || has_column(record, page->column), NULL);
  DbCell cells[5];
  guint count = 0;
  GString *sql = select_start(record);
  cells[count++] = DB_I(page->before ? page->before : G_MAXINT64);
  g_string_append(sql, " WHERE id < $1");
  if (page->dealer_id) {
    cells[count++] = DB_I(page->dealer_id);
    g_string_append_printf(sql, " AND dealer_id = $%u", count);
  }
  if (page->column) {
    cells[count++] = page->equals;
    g_string_append_printf(sql, " AND \"%s\" = $%u", page->column, count);
  }
  if (page->q && *page->q) {
    cells[count++] = DB_T(like_pattern(arena, page->q));
    g_string_append_printf(sql, " AND (lower(number) LIKE lower($%u) ESCAPE '!'", count);
    for (guint i = 0; i < record->count; i++)
      if (record->fields[i].searched)
        g_string_append_printf(sql, " OR lower(\"%s\") LIKE lower($%u) ESCAPE '!'", record->fields[i].name, count);
    g_string_append_c(sql, ')');
  }
  cells[count++] = DB_I(page->most);
  g_string_append_printf(sql, " ORDER BY id DESC LIMIT $%u", count);
  const DbResult *result = db_query(tx, arena, keep(sql), cells, count, error);
  return result ? rows_of(arena, record, result) : NULL;
}

static DbCell *cells_of(Arena *arena, const Record *record, const void *row) {
  DbCell *cells = arena_new_of(arena, DbCell, columns_of(record) + 1);
  for (guint i = 0; i < columns_of(record); i++) {
    const Column column = column_at(record, i);
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
  if (!strcmp(record->name, "order"))
    row->order_id = row->id;
  if (!strcmp(record->name, "dealer"))
    row->dealer_id = row->id;
  GString *sql = g_string_new(NULL);
  g_string_append_printf(sql, "INSERT INTO \"%s\" (", record->name);
  for (guint i = 0; i < columns_of(record); i++)
    g_string_append_printf(sql, "%s\"%s\"", i ? ", " : "", column_at(record, i).name);
  g_string_append(sql, ") VALUES (");
  for (guint i = 0; i < columns_of(record); i++)
    g_string_append_printf(sql, "%s$%u", i ? ", " : "", i + 1);
  g_string_append_c(sql, ')');
  return db_exec(tx, keep(sql), cells_of(arena, record, row), columns_of(record), error) == 1;
}

gboolean dict_update(DbTx *tx, Arena *arena, const Record *record, void *data, gboolean *lost, GError **error) {
  Row *row = data;
  const gint64 seen = row->version;
  row->version++;
  GString *sql = g_string_new(NULL);
  g_string_append_printf(sql, "UPDATE \"%s\" SET ", record->name);
  for (guint i = 1; i < columns_of(record); i++)
    g_string_append_printf(sql, "%s\"%s\" = $%u", i > 1 ? ", " : "", column_at(record, i).name, i + 1);
  g_string_append_printf(sql, " WHERE id = $1 AND version = $%u", columns_of(record) + 1);
  DbCell *cells = cells_of(arena, record, row);
  cells[columns_of(record)] = DB_I(seen);
  const gint64 changed = db_exec(tx, keep(sql), cells, columns_of(record) + 1, error);
  *lost = changed == 0;
  return changed == 1;
}

static gboolean run(DbTx *tx, GString *sql, GError **error) {
  return db_exec(tx, keep(sql), DB_NO_ARGS, error) >= 0;
}

static gboolean create_index(DbTx *tx, const Record *record, const char *column, GError **error) {
  GString *sql = g_string_new(NULL);
  g_string_append_printf(sql, "CREATE INDEX IF NOT EXISTS \"%s_%s\" ON \"%s\" (\"%s\")", record->name, column,
                         record->name, column);
  return run(tx, sql, error);
}

static gboolean create_indexes(DbTx *tx, const Record *record, GError **error) {
  static const char *const always[] = {"order_id", "dealer_id", "parent_id"};
  for (guint i = 0; i < G_N_ELEMENTS(always); i++)
    if (!create_index(tx, record, always[i], error))
      return FALSE;
  for (guint i = 0; i < record->count; i++)
    if ((record->fields[i].indexed || record->fields[i].kind == KIND_REF) &&
        !create_index(tx, record, record->fields[i].name, error))
      return FALSE;
  return TRUE;
}

static gboolean migrate_record(DbTx *tx, const Record *record, GError **error) {
  g_autoptr(GHashTable) there = db_columns(tx, record->name, error);
  if (!there)
    return FALSE;
  if (g_hash_table_size(there) == 0) {
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "CREATE TABLE \"%s\" (id BIGINT PRIMARY KEY)", record->name);
    if (!run(tx, sql, error))
      return FALSE;
  }
  for (guint i = 1; i < columns_of(record); i++) { /* the table came with its id */
    const Column column = column_at(record, i);
    if (g_hash_table_contains(there, column.name))
      continue;
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "ALTER TABLE \"%s\" ADD COLUMN \"%s\" %s", record->name, column.name,
                           column.is_text ? "TEXT" : "BIGINT");
    if (!run(tx, sql, error))
      return FALSE;
  }
  return create_indexes(tx, record, error);
}

gboolean dict_migrate(DbTx *tx, GError **error) {
  guint count;
  const Record *const *records = dict_all(&count);
  for (guint i = 0; i < count; i++)
    if (!migrate_record(tx, records[i], error))
      return FALSE;
  return TRUE;
}
