/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sheets that any search has filled, each content once: the columns that a plan is put together from. */
#include "cut/sheets.h"

static void column_free(gpointer data) {
  SheetColumn *column = data;
  g_array_unref(column->chain);
  g_array_unref(column->items);
  g_free(column);
}

SheetPool *sheets_pool_new(void) {
  SheetPool *pool = g_new0(SheetPool, 1);
  pool->columns = g_ptr_array_new_with_free_func(column_free);
  pool->known = g_hash_table_new(g_int64_hash, g_int64_equal);
  return pool;
}

void sheets_pool_free(SheetPool *pool) {
  if (!pool)
    return;
  g_hash_table_unref(pool->known);
  g_ptr_array_unref(pool->columns);
  g_free(pool);
}

SheetColumn *sheets_pool_add(SheetPool *pool, const SheetSearch *search, const SheetNode *nodes, guint n,
                             gboolean turned) {
  guint64 hash = 0;
  for (guint i = 0; i < n; i++)
    hash += search->forms[nodes[i].form].salt;
  SheetColumn *column = g_hash_table_lookup(pool->known, &hash);
  if (column)
    return column;
  column = g_new(SheetColumn, 1);
  *column = (SheetColumn){.hash = hash, .turned = turned, .chain = g_array_sized_new(FALSE, FALSE, sizeof *nodes, n),
                          .items = g_array_sized_new(FALSE, FALSE, sizeof(int), n)};
  g_array_append_vals(column->chain, nodes, n);
  for (guint i = 0; i < n; i++)
    g_array_append_val(column->items, search->forms[nodes[i].form].item);
  g_ptr_array_add(pool->columns, column);
  g_hash_table_insert(pool->known, &column->hash, column);
  return column;
}

void sheets_pool_split(SheetPool *pool, const SheetSearch *search, const GArray *chain, gboolean turned,
                       GPtrArray *into) {
  for (guint from = 0, end; from < chain->len; from = end) {
    for (end = from + 1; end < chain->len && g_array_index(chain, SheetNode, end).put != SHEET_NEW;)
      end++;
    SheetColumn *column = sheets_pool_add(pool, search, &g_array_index(chain, SheetNode, from), end - from, turned);
    if (into)
      g_ptr_array_add(into, column);
  }
}
