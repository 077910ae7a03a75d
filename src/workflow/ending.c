/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of an order: what hangs on it and is still open goes to the state that its record declares (DictEnd), so that
   it reads as over, asks nobody for anything and loses nothing. */
#include "workflow/engine.h"
#include <string.h>

const char *ending_of(const Record *record, const char *state) {
  for (const DictEnd *end = record->ends; end && end->from; end++)
    if (!g_strcmp0(end->from, state))
      return end->to;
  return NULL;
}

static gboolean end_rows(Context *context, const Record *record, gint64 order_id, GError **error) {
  g_autoptr(GPtrArray) rows = dict_load_by(context->tx, context->arena, record, "order_id", DB_I(order_id), error);
  for (guint i = 0; rows && i < rows->len; i++) {
    const Row *before = rows->pdata[i];
    const char *state = ending_of(record, before->state);
    if (!state)
      continue;
    Row *row = dict_copy_row(context->arena, record, before);
    row->state = state;
    if (!context_save(context, record, before, row, error))
      return FALSE;
  }
  return rows != NULL;
}

gboolean ending_run(Context *context, GError **error) {
  guint count;
  const Record *const *records = dict_all(&count);
  for (guint i = 0; i < count; i++)
    if (records[i]->ends && !end_rows(context, records[i], ((const Row *)context->row)->order_id, error))
      return FALSE;
  return TRUE;
}
