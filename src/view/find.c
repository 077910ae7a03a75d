/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders found by what hangs on them: the number of any row of theirs, or a text that others know it by (a waybill),
   which its field declares by being searched and having an index. Everything goes through an index, and only what the
   viewer may see counts. */
#include "view/view.h"
#include <string.h>

/* "C-00037" or "c-37": the id, 0 where the text is no number of the record's. */
static gint64 number_of(const Record *record, const char *q) {
  guint64 id;
  const gsize length = record->prefix ? strlen(record->prefix) : 0;
  if (!length || g_ascii_strncasecmp(q, record->prefix, length) || q[length] != '-')
    return 0;
  return g_ascii_string_to_unsigned(q + length + 1, 10, 1, G_MAXINT64, &id, NULL) ? (gint64)id : 0;
}

static void add(const View *view, GArray *found, const Record *record, const Row *row, const char *as) {
  if (!row || !row->order_id || !view_may_see(view, record, row))
    return;
  for (guint i = 0; i < found->len; i++)
    if (g_array_index(found, ViewFound, i).order_id == row->order_id)
      return;
  const ViewFound one = {row->order_id, as ? arena_printf(view->arena, "%s: %s", view_full_title(view, record, row), as)
                                           : view_full_title(view, record, row)};
  if (found->len < VIEW_ROWS)
    g_array_append_val(found, one);
}

static gboolean add_known(const View *view, GArray *found, const Record *record, const Field *field, const char *q,
                          GError **error) {
  g_autofree char *upper = g_ascii_strup(q, -1);
  const char *const spellings[] = {q, upper};
  for (guint i = 0; i < (strcmp(q, upper) ? 2 : 1); i++) {
    g_autoptr(GPtrArray) rows = dict_load_by(view->tx, view->arena, record, field->name, DB_T(spellings[i]), error);
    for (guint k = 0; rows && k < rows->len; k++)
      add(view, found, record, rows->pdata[k], *dict_text(field, rows->pdata[k]));
    if (!rows)
      return FALSE;
  }
  return TRUE;
}

GArray *view_find(const View *view, const char *text, GError **error) {
  g_autofree char *q = g_strstrip(g_strdup(text));
  g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(ViewFound));
  guint count;
  const Record *const *records = dict_all(&count);
  for (guint i = 0; *q && i < count; i++) {
    const Record *record = records[i];
    GError *fault = NULL;
    if (!record->step || !view_may_list(view, record))
      continue;
    const gint64 id = number_of(record, q);
    if (id)
      add(view, found, record, dict_load(view->tx, view->arena, record, id, &fault), NULL);
    for (guint k = 0; !fault && k < record->count; k++) {
      const Field *field = &record->fields[k];
      if (field->kind == KIND_TEXT && field->searched && field->indexed && view_shows(view, field))
        add_known(view, found, record, field, q, &fault);
    }
    if (fault) {
      g_propagate_error(error, fault);
      return NULL;
    }
  }
  return g_steal_pointer(&found);
}
