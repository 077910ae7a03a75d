/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Duties: what waits on whom since when and until when. Opened and closed as rows change state. */
#include "workflow/engine.h"
#include "base/date.h"
#include <string.h>

static gboolean applies(const Duty *duty, const Record *record, const Row *row) {
  return !strcmp(duty->record, record->name) && !g_strcmp0(duty->state, row->state);
}

static gint64 due_date(Context *context, const Duty *duty, const Record *record, const void *row) {
  if (!duty->due_field)
    return calendar_add(context->calendar, context->today, duty->days);
  const gint64 date = *dict_integer(dict_field(record, duty->due_field), row);
  return date == DICT_UNSET ? context->today : date - duty->before_days;
}

static gboolean open_duty(Context *context, const Duty *duty, const Record *record, const void *data, GError **error) {
  const Row *row = data;
  const gint64 due = due_date(context, duty, record, data);
  const gint64 there = context_number(context,
                                      "SELECT id FROM duty WHERE name = $1 AND row_id = $2 AND closed_at IS NULL",
                                      DB_ARGS(DB_T(duty->name), DB_I(row->id)), error);
  if (there)
    return db_exec(context->tx, "UPDATE duty SET due = $2 WHERE id = $1", DB_ARGS(DB_I(there), DB_I(due)), error) == 1;
  const gint64 id = db_next_id(context->tx, "duty", error);
  return id > 0 && db_exec(context->tx,
                           "INSERT INTO duty (id, name, record, row_id, order_id, dealer_id, role, since, due)"
                           " VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)",
                           DB_ARGS(DB_I(id), DB_T(duty->name), DB_T(record->name), DB_I(row->id), DB_I(row->order_id),
                                   DB_I(row->dealer_id), DB_I(duty->role), DB_I(context->now), DB_I(due)),
                           error) == 1;
}

gboolean duty_follow(Context *context, const Record *record, const void *row, GError **error) {
  guint count;
  const Duty *duties = workflow_duties(&count);
  for (guint i = 0; i < count; i++) {
    const Duty *duty = &duties[i];
    if (strcmp(duty->record, record->name))
      continue;
    if (applies(duty, record, row)) {
      if (!open_duty(context, duty, record, row, error))
        return FALSE;
    } else if (db_exec(context->tx,
                       "UPDATE duty SET closed_at = $3 WHERE name = $1 AND row_id = $2 AND closed_at IS NULL",
                       DB_ARGS(DB_T(duty->name), DB_I(((const Row *)row)->id), DB_I(context->now)), error) < 0)
      return FALSE;
  }
  return TRUE;
}
