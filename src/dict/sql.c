/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows by SQL made from the dictionary: names come from checked declarations only, values are always bound. */
#include "dict/sql.h"
#include <pthread.h>
#include <string.h>

/* The texts of a record's statements, made once. */
typedef struct {
  const char *insert, *update;
  const char **by_one, **by_few, **by_many; /* one for each column; NULL where it names no rows */
  const Record **targets;                   /* of which record the column names rows; NULL: of none that it knows */
} Statements;

static GHashTable *made;  /* Record → Statements */
static GHashTable *named; /* Record → GArray of SqlNaming: the columns that name its rows */

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

/* Not among GLib's own strings: their table is lost to the memory checkers once it has grown. */
static struct {
  pthread_mutex_t lock; /* POSIX's: ThreadSanitizer cannot see GLib's locks */
  GHashTable *texts;
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

const char *sql_kept(const char *text) {
  pthread_mutex_lock(&kept.lock);
  const char *found = kept.texts ? g_hash_table_lookup(kept.texts, text) : NULL;
  pthread_mutex_unlock(&kept.lock);
  return found;
}

const char *sql_keep(GString *sql) {
  char *text = g_string_free(sql, FALSE);
  pthread_mutex_lock(&kept.lock);
  if (!kept.texts)
    kept.texts = g_hash_table_new(g_str_hash, g_str_equal);
  char *found = g_hash_table_lookup(kept.texts, text);
  if (!found)
    g_hash_table_add(kept.texts, text);
  pthread_mutex_unlock(&kept.lock);
  if (found)
    g_free(text);
  return found ? found : text;
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

static const char *select_by(const Record *record, guint i, guint count) {
  GString *sql = select_start(record);
  g_string_append_printf(sql, " WHERE \"%s\" IN (", sql_column(record, i).name);
  append_placeholders(sql, count);
  g_string_append(sql, ") ORDER BY id");
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

/* A line's parent; what else rows are made under is not for the dictionary to know. */
static const Record *target_of(const Record *record, guint i) {
  const gsize offset = sql_column(record, i).offset;
  const Field *field = i < G_N_ELEMENTS(head) ? NULL : &record->fields[i - G_N_ELEMENTS(head)];
  if (field)
    return dict_named(field);
  return i == 0                                  ? record
         : offset == DICT_ROOT(parent_id)        ? dict_find(record->parent)
         : offset == G_STRUCT_OFFSET(Row, created_by) ? dict_find("user")
                                                 : dict_root(offset);
}

static GArray *named_of(const Record *target) {
  GArray *columns = g_hash_table_lookup(named, target);
  if (!columns)
    g_hash_table_insert(named, (gpointer)target, columns = g_array_new(TRUE, TRUE, sizeof(SqlNaming)));
  return columns;
}

/* Notes that the column names rows of the target, once. */
static void note_naming(const Record *target, const Record *record, guint column) {
  GArray *columns = named_of(target);
  for (guint i = 0; i < columns->len; i++)
    if (g_array_index(columns, SqlNaming, i).record == record && g_array_index(columns, SqlNaming, i).column == column)
      return;
  const SqlNaming naming = {record, column};
  g_array_append_val(columns, naming);
}

void sql_prepare(const Record *record) {
  const guint count = sql_columns(record);
  if (!made) {
    made = g_hash_table_new(NULL, NULL);
    named = g_hash_table_new(NULL, NULL);
  }
  named_of(record);
  Statements *statements = g_hash_table_lookup(made, record);
  if (!statements) {
    statements = g_new0(Statements, 1);
    statements->insert = insert_statement(record);
    statements->update = update_statement(record);
    statements->by_one = g_new0(const char *, count);
    statements->by_few = g_new0(const char *, count);
    statements->by_many = g_new0(const char *, count);
    statements->targets = g_new0(const Record *, count);
    g_hash_table_insert(made, (gpointer)record, statements);
  }
  for (guint i = 0; i < count; i++) {
    GString *sql = select_start(record);
    g_string_append_printf(sql, " WHERE \"%s\" = $1 ORDER BY id", sql_column(record, i).name);
    statements->by_one[i] = sql_keep(sql);
    statements->targets[i] = target_of(record, i); /* anew: other records may be known now */
    if (statements->targets[i] && !sql_column(record, i).is_text) {
      statements->by_few[i] = select_by(record, i, SQL_FEW);
      statements->by_many[i] = select_by(record, i, SQL_MANY);
    }
    if (i && statements->targets[i])
      note_naming(statements->targets[i], record, i);
  }
}

static const Statements *statements_of(const Record *record) {
  return g_hash_table_lookup(made, record);
}

const char *sql_by(const Record *record, guint i, guint count) {
  const Statements *statements = statements_of(record);
  return count == 1 ? statements->by_one[i] : count == SQL_FEW ? statements->by_few[i] : statements->by_many[i];
}

const SqlNaming *sql_naming(const Record *target) {
  return (const SqlNaming *)named_of(target)->data;
}

const Record *sql_target(const Record *record, guint i) {
  return statements_of(record)->targets[i];
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
