/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQL that looks for what is not whole: references that lead nowhere, sums that do not agree. Names come from checked
   declarations only, values are bound. */
#include "dict/sql.h"

GPtrArray *dict_load_after(DbTx *tx, Arena *arena, const Record *record, gint64 after, guint most, GError **error) {
  GString *sql = g_string_new("SELECT ");
  sql_append_columns(sql, record, "");
  g_string_append_printf(sql, " FROM \"%s\" WHERE id > $1 ORDER BY id LIMIT $2", record->name);
  const DbResult *result = db_query(tx, arena, sql_keep(sql), DB_ARGS(DB_I(after), DB_I(most)), error);
  GPtrArray *rows = result ? g_ptr_array_new() : NULL;
  if (rows)
    sql_append_rows(tx, rows, arena, record, result);
  return rows;
}

gboolean dict_find_dangling(DbTx *tx, Arena *arena, const Record *record, const char *column, const Record *target,
                            DictDangling *found, GError **error) {
  GString *sql = g_string_new(NULL);
  g_string_append_printf(sql,
                         "SELECT r.id, r.\"%s\" FROM \"%s\" r LEFT JOIN \"%s\" t ON t.id = r.\"%s\" WHERE r.\"%s\" <> 0"
                         " AND t.id IS NULL ORDER BY r.id LIMIT 1",
                         column, record->name, target->name, column, column);
  const DbResult *result = db_query(tx, arena, sql_keep(sql), DB_NO_ARGS, error);
  *found = result && result->rows
             ? (DictDangling){.id = DB_CELL(result, 0, 0)->integer, .named = DB_CELL(result, 0, 1)->integer}
             : (DictDangling){0};
  return result != NULL;
}

gboolean dict_find_stray(DbTx *tx, Arena *arena, const char *table, const Record *record, DictDangling *found,
                         GError **error) {
  GString *sql = g_string_new(NULL);
  g_string_append_printf(sql, "SELECT s.row_id FROM \"%s\" s LEFT JOIN \"%s\" t ON t.id = s.row_id WHERE s.record = $1"
                         " AND t.id IS NULL ORDER BY s.row_id LIMIT 1", table, record->name);
  const DbResult *result = db_query(tx, arena, sql_keep(sql), DB_ARGS(DB_T(record->name)), error);
  const gint64 id = result && result->rows ? DB_CELL(result, 0, 0)->integer : 0;
  *found = (DictDangling){.id = id, .named = id};
  return result != NULL;
}

gboolean dict_find_unequal(DbTx *tx, Arena *arena, const Record *record, const DictSum *sum, const char *state,
                           DictUnequal *found, GError **error) {
  GString *sql = g_string_new(NULL), *total = g_string_new(NULL);
  g_string_append_printf(total, "CAST(COALESCE(SUM(l.\"%s\"), 0) AS BIGINT)", sum->line_field);
  g_string_append_printf(
    sql,
    "SELECT r.id, COALESCE(r.\"%s\", 0), %s FROM \"%s\" r LEFT JOIN \"%s\" l ON l.parent_id = r.id"
    " AND l.state <> $2 WHERE r.state = $1 GROUP BY r.id, r.\"%s\" HAVING COALESCE(r.\"%s\", 0) <> %s"
    " ORDER BY r.id LIMIT 1",
    sum->field, total->str, record->name, sum->lines, sum->field, sum->field, total->str);
  g_string_free(total, TRUE);
  const DbResult *result = db_query(tx, arena, sql_keep(sql), DB_ARGS(DB_T(state), DB_T(sum->line_gone)), error);
  *found = result && result->rows ? (DictUnequal){.id = DB_CELL(result, 0, 0)->integer,
                                                  .amount = DB_CELL(result, 0, 1)->integer,
                                                  .sum = DB_CELL(result, 0, 2)->integer}
                                  : (DictUnequal){0};
  return result != NULL;
}
