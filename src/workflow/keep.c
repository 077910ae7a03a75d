/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Papers that are kept: the act that brings a row to the state in which its paper is final draws it beforehand, and
   hangs the file on the row; from then on nothing draws it again. */
#include "workflow/engine.h"
#include <string.h>

/* The state at which the record's paper is kept; NULL: at none. */
static const char *kept_at(const Press *press, const Record *record) {
  return press ? press->kept_at(record) : NULL;
}

static gint64 *kept_of(const Record *record, const void *row) {
  return dict_integer(dict_field(record, KEPT_FIELD), row);
}

gboolean keep_may(const Engine *engine, const Command *command) {
  const char *state = engine->files ? kept_at(engine->press, dict_find(command->record)) : NULL;
  if (!state || command->creates)
    return FALSE;
  for (guint i = 0; command->chain && i < command->chain->count; i++)
    if (!strcmp(command->chain->stages[i].to, state))
      return TRUE;
  return !g_strcmp0(command->to, state);
}

gboolean keep_is_due(const Context *context, const Press *press) {
  const Record *record = dict_find(context->command->record);
  const char *state = context->files && context->before ? kept_at(press, record) : NULL;
  return state && !g_strcmp0(((const Row *)context->row)->state, state) &&
         g_strcmp0(((const Row *)context->before)->state, state) && *kept_of(record, context->row) == DICT_UNSET;
}

gboolean keep_draw(Context *context, const Press *press, const ActFile **kept, GError **error) {
  const Record *record = dict_find(context->command->record);
  Row *row = context->row;
  *kept = NULL;
  if (context->command->to)
    row->state = dict_choice(record->states, context->command->to)->code;
  if (context->command->chain && !approval_sign(context, record, error))
    return FALSE;
  if (!keep_is_due(context, press))
    return TRUE;
  ActFile *file = arena_new_of(context->arena, ActFile, 1);
  *file = (ActFile){.field = KEPT_FIELD, .type = "application/pdf"};
  g_autoptr(GBytes) bytes = press->draw(context, &file->name, error);
  gsize size = 0;
  const void *content = bytes ? g_bytes_get_data(bytes, &size) : NULL;
  g_autofree char *sha256 = bytes ? files_keep(context->files, content, size, error) : NULL;
  file->sha256 = arena_strdup(context->arena, sha256);
  file->size = (gint64)size;
  *kept = file;
  return sha256 != NULL;
}

gboolean keep_hang(Context *context, const ActFile *kept, GError **error) {
  const Record *record = dict_find(context->command->record);
  const gboolean for_dealer = dict_field(record, KEPT_FIELD)->shown_to == DEALER;
  *kept_of(record, context->row) = context_attach(context, kept, for_dealer, error);
  return *kept_of(record, context->row) > 0;
}

void keep_drop(Context *context, const Press *press) {
  const Record *record = dict_find(context->command->record);
  if (kept_at(press, record))
    *kept_of(record, context->row) = DICT_UNSET;
}
