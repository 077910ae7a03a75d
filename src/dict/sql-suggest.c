/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQL that looks for what was said in a field before. It reads the newest rows only, so that it costs the same however
   many there are. */
#include "dict/sql.h"

const DbResult *dict_suggest(DbTx *tx, Arena *arena, const Record *record, const Field *field, gint64 dealer_id,
                             GError **error) {
  GString *sql = g_string_new(NULL);
  g_string_append_printf(sql,
                         "SELECT said FROM (SELECT \"%s\" AS said, dealer_id FROM \"%s\" ORDER BY id DESC LIMIT %d) AS "
                         "newest WHERE said IS NOT NULL GROUP BY said HAVING CAST($1 AS BIGINT) = 0 OR "
                         "COUNT(DISTINCT dealer_id) > 1 OR MIN(dealer_id) = CAST($1 AS BIGINT) ORDER BY COUNT(*) DESC, "
                         "said LIMIT %d",
                         field->name, record->name, DICT_RECALLED, DICT_SUGGESTED);
  return db_query(tx, arena, sql_keep(sql), DB_ARGS(DB_I(dealer_id)), error);
}
