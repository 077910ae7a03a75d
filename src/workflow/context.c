/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What gates and commands use: sentences, queries, other rows; and the scope of dealers. */
#include "base/date.h"
#include "base/lang.h"
#include "base/reading.h"
#include "workflow/engine.h"
#include <stdarg.h>
#include <string.h>

const char *context_sentence(Context *context, const char *message, ...) {
  va_list list;
  va_start(list, message);
  g_autofree char *text = g_strdup_vprintf(lang_text(context->viewer->language, message), list);
  va_end(list);
  return arena_strdup(context->arena, text);
}

const char *context_money(Context *context, gint64 fen) {
  g_autofree char *text = reading_money(fen);
  return arena_strdup(context->arena, text);
}

const char *context_date(Context *context, gint64 days) {
  g_autofree char *text = reading_date(context->viewer->language, days);
  return arena_strdup(context->arena, text);
}

gint64 context_setting(Context *context, const char *name, gboolean *stated, GError **error) {
  const gint64 value = context_number(context, "SELECT value FROM setting WHERE name = $1 AND state = 'active'",
                                      DB_ARGS(DB_T(name)), error);
  if (stated)
    *stated = value != 0;
  return value ? value : workflow_setting(name)->usual;
}

gint64 context_number(Context *context, const char *sql, const DbCell *args, guint count, GError **error) {
  const DbResult *result = db_query(context->tx, context->arena, sql, args, count, error);
  return result && result->rows && DB_CELL(result, 0, 0)->kind == DB_INTEGER ? DB_CELL(result, 0, 0)->integer : 0;
}

gint64 context_ask(Context *context, const Record *record, const char *sql, const DbCell *args, guint count,
                   GError **error) {
  const DbResult *result = dict_ask(context->tx, context->arena, record, sql, args, count, error);
  return result && result->rows && DB_CELL(result, 0, 1)->kind == DB_INTEGER ? DB_CELL(result, 0, 1)->integer : 0;
}

static gboolean is_among(const char *state, const char *states) {
  g_auto(GStrv) each = g_strsplit(states, " ", -1);
  return state && g_strv_contains((const char *const *)each, state);
}

gboolean context_is_in(Context *context, const Record *record, gint64 id, const char *states, GError **error) {
  const Row *row = context_load(context, record, id, error);
  return row && is_among(row->state, states);
}

gboolean context_has_other(Context *context, const Record *record, const char *but, GError **error) {
  const Row *own = context->row;
  g_autoptr(GPtrArray)
    rows = dict_load_by(context->tx, context->arena, record, "order_id", DB_I(own->order_id), error);
  for (guint i = 0; rows && i < rows->len; i++) {
    const Row *other = rows->pdata[i];
    if (other->id != own->id && !is_among(other->state, but))
      return TRUE;
  }
  return FALSE;
}

void *context_load(Context *context, const Record *record, gint64 id, GError **error) {
  return id > 0 ? dict_load(context->tx, context->arena, record, id, error) : NULL;
}

gboolean context_lock(Context *context, const Record *record, gint64 id, GError **error) {
  return !context->changes || db_lock(context->tx, record->name, id, error);
}

const char *context_state_label(Context *context, const Record *record, const char *state) {
  const Choice *choice = dict_choice(record->states, state);
  return choice ? lang_text(context->viewer->language, choice->label) : "";
}

gboolean context_may_see(const Viewer *viewer, const Record *record, const Row *row) {
  const Audience audience = workflow_audience(viewer);
  if (!dict_knows(record, audience))
    return FALSE;
  if (audience != DEALER)
    return TRUE;
  if (!viewer->dealer_id || row->dealer_id != viewer->dealer_id)
    return FALSE;
  const Choice *state = dict_choice(record->states, row->state);
  return !state || state->shown_to == DEALER;
}

void context_touch(Context *context, const Row *row) {
  if (context->changes)
    watch_add(context->changes, &(EngineChange){.order_id = row->order_id, .dealer_id = row->dealer_id});
}

/* A state that run() brings a row to must be declared: what is told of the procedure is then all that happens. */
gboolean context_check_move(Context *context, const Record *record, const char *before, const char *state,
                            GError **error) {
  if (!g_strcmp0(before, state) || workflow_moves(context->command, record, state))
    return TRUE;
  g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s moves %s to %s, which it does not declare", context->command->name,
              record->name, state);
  return FALSE;
}

gboolean context_may_reach(DbTx *tx, Arena *arena, const Viewer *viewer, const Record *record, const Row *row) {
  if (!context_may_see(viewer, record, row))
    return FALSE;
  if (workflow_audience(viewer) == HOUSE)
    return TRUE;
  if (record == dict_find("file"))
    return attachment_is_open(tx, arena, viewer, row);
  if (!record->parent)
    return TRUE;
  g_autoptr(GError) fault = NULL;
  const Record *above = dict_find(record->parent);
  const Row *parent = dict_load(tx, arena, above, row->parent_id, &fault);
  return parent && context_may_reach(tx, arena, viewer, above, parent);
}

static gboolean journal_and_follow(Context *context, const Record *record, const void *before, const void *row,
                                   GError **error) {
  const Change change = {.record = record, .before = before, .after = row};
  return journal_append(context, &change, NULL, error) && duty_follow(context, record, row, error);
}

gboolean context_create(Context *context, const Record *record, void *data, GError **error) {
  Row *row = data;
  const Row *origin = context->row;
  row->order_id = row->order_id ? row->order_id : origin ? origin->order_id : 0;
  row->dealer_id = row->dealer_id ? row->dealer_id : origin ? origin->dealer_id : 0;
  row->created_at = context->now;
  row->created_by = context->viewer->user_id;
  const char *first = record->states ? record->states[0].code : NULL;
  return context_check_move(context, record, first, row->state, error) &&
         dict_insert(context->tx, context->arena, record, row, error) &&
         journal_and_follow(context, record, NULL, row, error);
}

gboolean context_save(Context *context, const Record *record, const void *before, void *row, GError **error) {
  gboolean lost = FALSE;
  if (!context_check_move(context, record, ((const Row *)before)->state, ((Row *)row)->state, error))
    return FALSE;
  if (!dict_update(context->tx, context->arena, record, row, &lost, error)) {
    if (lost)
      g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s %" G_GINT64_FORMAT " changed under its lock", record->name,
                  ((Row *)row)->id);
    return FALSE;
  }
  return journal_and_follow(context, record, before, row, error);
}
