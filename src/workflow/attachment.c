/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that come with an act become rows of the record "file" in the act's own transaction. */
#include "workflow/engine.h"
#include <string.h>

static gint64 make_row(Context *context, const Field *field, const ActFile *file, GError **error) {
  const Record *record = dict_find("file");
  if (!record) {
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s: there is no record of files", field->name);
    return 0;
  }
  Row *row = dict_new_row(context->arena, record);
  *dict_text(dict_field(record, "name"), row) = file->name;
  *dict_text(dict_field(record, "type"), row) = file->type;
  *dict_text(dict_field(record, "sha256"), row) = file->sha256;
  *dict_integer(dict_field(record, "size"), row) = file->size;
  /* a command that takes several opens them to the dealer itself, where it does */
  *dict_integer(dict_field(record, "for_dealer"), row) = field->kind == KIND_FILE && field->shown_to == DEALER;
  return context_create(context, record, row, error) ? row->id : 0;
}

static gboolean is_first(const ActFile *files, const ActFile *file) {
  while (strcmp(files->field, file->field))
    files++;
  return files == file;
}

gboolean attachment_take(Context *context, const Field *field, const ActFile *file, const ActFile *files,
                         GError **error) {
  const gint64 id = make_row(context, field, file, error);
  if (!id)
    return FALSE;
  if (field->kind == KIND_FILE) {
    *dict_integer(field, context->row) = id;
    return TRUE;
  }
  const char **ids = dict_text(field, context->row);
  *ids = is_first(files, file) ? arena_printf(context->arena, "%" G_GINT64_FORMAT, id)
                               : arena_printf(context->arena, "%s,%" G_GINT64_FORMAT, *ids, id);
  return TRUE;
}
