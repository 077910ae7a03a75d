/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables, columns and indexes that the dictionary asks for and the database lacks. */
#include "dict/sql.h"

static gboolean run(DbTx *tx, GString *sql, GError **error) {
  return db_exec(tx, sql_keep(sql), DB_NO_ARGS, error) >= 0;
}

/* Every index ends in the id, so that what it finds is in the order of lists. */
static gboolean create_index(DbTx *tx, const Record *record, DictIndex index, GError **error) {
  g_autofree char *name = g_strjoinv("_", (char **)index.columns), *list = g_strjoinv("\", \"", (char **)index.columns);
  GString *sql = g_string_new(NULL);
  g_string_append_printf(sql, "CREATE INDEX IF NOT EXISTS \"%s_%s_%s%sid\" ON \"%s\" (\"%s\", id)", record->name, name,
                         index.unset ? index.unset : "", index.unset ? "_unset_" : "", record->name, list);
  if (index.unset)
    g_string_append_printf(sql, " WHERE \"%s\" IS NULL", index.unset);
  return run(tx, sql, error);
}

static gboolean is_indexed(const Field *field) {
  return field->kind == KIND_REF || field->indexed || field->filtered || field->sorted;
}

static gboolean create_indexes(DbTx *tx, const Record *record, GError **error) {
  static const char *const always[] = {"order_id", "dealer_id", "parent_id"};
  for (guint i = 0; i < G_N_ELEMENTS(always); i++)
    if (!create_index(tx, record, (DictIndex){{always[i]}}, error))
      return FALSE;
  for (guint i = 0; i < record->count; i++)
    if (is_indexed(&record->fields[i]) &&
        !create_index(tx, record, (DictIndex){{record->fields[i].name}}, error))
      return FALSE;
  if (record->states && !create_index(tx, record, (DictIndex){{"state"}}, error))
    return FALSE;
  for (const DictIndex *index = record->indexes; index && index->columns[0]; index++)
    if (!create_index(tx, record, *index, error))
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
  for (guint i = 1; i < sql_columns(record); i++) { /* the table came with its id */
    const SqlColumn column = sql_column(record, i);
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
