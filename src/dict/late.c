/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When something is late: said once, for lists, counts, cards and pages alike. */
#include "dict/dict.h"

guint dict_late(const Record *record, const Field *deadline, gint64 today, DictCondition where[DICT_LATE]) {
  guint count = 0;
  if (record->states)
    where[count++] = (DictCondition){.field = dict_column(record, "state"), .cell = DB_T(record->states[0].code)};
  if (deadline->met)
    where[count++] = (DictCondition){.field = dict_field(record, deadline->met), .op = DICT_NONE};
  where[count++] = (DictCondition){.field = deadline, .op = DICT_TO, .cell = DB_I(today - 1)};
  return count;
}

gint64 dict_days_late(const Record *record, const Field *field, const void *row, gint64 today) {
  const gboolean open = !record->states || !g_strcmp0(((const Row *)row)->state, record->states[0].code);
  const gboolean met = field->met && dict_is_set(dict_field(record, field->met), row);
  if (!open || met || !dict_is_set(field, row))
    return 0;
  const gint64 day = *dict_integer(field, row);
  const Field *limit = field->not_after ? dict_field(record, field->not_after) : NULL;
  const gint64 past = field->deadline ? today - day : 0;
  const gint64 behind = limit && dict_is_set(limit, row) ? day - *dict_integer(limit, row) : 0;
  return MAX(MAX(past, behind), 0);
}
