/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that come with an act become rows of the record "file" in the act's own transaction. */
#include "workflow/engine.h"
#include <string.h>
#include <unistd.h>

gint64 context_attach(Context *context, const ActFile *file, gboolean for_dealer, GError **error) {
  const Record *record = dict_find("file");
  if (!record) {
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s: there is no record of files", file->name);
    return 0;
  }
  Row *row = dict_new_row(context->arena, record);
  *dict_text(dict_field(record, "name"), row) = file->name;
  *dict_text(dict_field(record, "type"), row) = file->type;
  *dict_text(dict_field(record, "sha256"), row) = file->sha256;
  *dict_integer(dict_field(record, "size"), row) = file->size;
  *dict_integer(dict_field(record, "for_dealer"), row) = for_dealer;
  return context_create(context, record, row, error) ? row->id : 0;
}

/* The file of a row, where the viewer may read it. */
static const ActFile *stored_file(Context *context, const Field *field, gint64 id, GError **error) {
  const Record *record = dict_find("file");
  const Row *row = context_load(context, record, id, error);
  if (!row || !context_may_reach(context->tx, context->arena, context->viewer, record, row))
    return NULL;
  ActFile *file = arena_new_of(context->arena, ActFile, 1);
  *file = (ActFile){.field = field->name, .name = *dict_text(dict_field(record, "name"), row),
                    .type = *dict_text(dict_field(record, "type"), row),
                    .sha256 = *dict_text(dict_field(record, "sha256"), row),
                    .size = *dict_integer(dict_field(record, "size"), row)};
  return file;
}

const ActFile *context_file(Context *context, const Field *field, GError **error) {
  for (const ActFile *file = context->sent; file && file->field; file++)
    if (!strcmp(file->field, field->name))
      return file;
  return dict_is_set(field, context->row) ? stored_file(context, field, *dict_integer(field, context->row), error)
                                          : NULL;
}

char *context_read(Context *context, const ActFile *file, gsize most, gsize *size, GError **error) {
  gint64 all = 0;
  if (!context->files) {
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s: there is no place of files", file->name);
    return NULL;
  }
  const int descriptor = files_read(context->files, file->sha256, &all, error);
  if (descriptor < 0)
    return NULL;
  const gsize wanted = MIN((gsize)all, most);
  g_autofree char *bytes = g_malloc(wanted + 1);
  gssize got = 1;
  for (*size = 0; *size < wanted && got > 0; *size += (gsize)MAX(got, 0))
    got = read(descriptor, bytes + *size, wanted - *size);
  close(descriptor);
  if (*size < wanted) {
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s cannot be read", file->sha256);
    return NULL;
  }
  bytes[wanted] = 0;
  return g_steal_pointer(&bytes);
}

static gboolean names_file(Arena *arena, const Field *field, const Row *row, gint64 id) {
  guint count = 1;
  const gint64 *ids = field->kind == KIND_FILES ? dict_ids(arena, *dict_text(field, row), &count)
                                                : dict_integer(field, row);
  for (guint i = 0; i < count; i++)
    if (ids[i] == id)
      return TRUE;
  return FALSE;
}

static gboolean is_opened_by(DbTx *tx, Arena *arena, const Viewer *viewer, const Record *record, const Field *field,
                             const Row *file) {
  g_autoptr(GPtrArray) rows = dict_load_by(tx, arena, record, "order_id", DB_I(file->order_id), NULL);
  for (guint i = 0; rows && i < rows->len; i++)
    if (names_file(arena, field, rows->pdata[i], file->id) &&
        context_may_reach(tx, arena, viewer, record, rows->pdata[i]))
      return TRUE;
  return FALSE;
}

gboolean attachment_is_open(DbTx *tx, Arena *arena, const Viewer *viewer, const Row *file) {
  guint count;
  const Record *const *records = dict_all(&count);
  const Audience audience = workflow_audience(viewer);
  if (audience == DEALER && *dict_integer(dict_field(dict_find("file"), "for_dealer"), file) != 1)
    return FALSE;
  if (audience == HOUSE || !file->order_id) /* of no row that could be hidden */
    return TRUE;
  for (guint i = 0; i < count; i++)
    for (guint k = 0; dict_knows(records[i], audience) && k < records[i]->count; k++) {
      const Field *field = &records[i]->fields[k];
      const gboolean names = field->kind == KIND_FILE || field->kind == KIND_FILES;
      if (names && dict_shows(field, audience) && is_opened_by(tx, arena, viewer, records[i], field, file))
        return TRUE;
    }
  return FALSE;
}

static gboolean is_first(const ActFile *files, const ActFile *file) {
  while (strcmp(files->field, file->field))
    files++;
  return files == file;
}

gboolean attachment_fits(Context *context, const Field *field, const char *name, const char *type) {
  g_auto(GStrv) types = field->types ? g_strsplit(field->types, ",", -1) : NULL;
  if (!types || g_strv_contains((const char *const *)types, type))
    return TRUE;
  const gboolean drawing = g_strv_contains((const char *const *)types, "image/vnd.dxf");
  const gboolean cad = !g_strcmp0(type, "image/vnd.dxf") || !g_strcmp0(type, "image/vnd.dwg");
  const gboolean paper = g_strv_contains((const char *const *)types, "application/pdf");
  refusal_add(context->refusal, REFUSAL_INVALID, REASON_FIELD, field->name,
              context_sentence(context,
                               drawing ? N_("%s: “%s” is neither PDF, DXF, DWG nor a picture; save the drawing as one "
                                            "of these.")
                               : paper && cad ? N_("%s: “%s” is a CAD file, which not everybody can open; export it "
                                                   "from your CAD program as a PDF.")
                               : paper ? N_("%s: “%s” is neither a picture nor a PDF; save it as a PDF, or scan or "
                                            "photograph the paper.")
                                       : N_("%s: “%s” is no picture; take a photo."),
                               lang_text(context->viewer->language, field->label), name));
  return FALSE;
}

gboolean attachment_take(Context *context, const Field *field, const ActFile *file, const ActFile *files,
                         GError **error) {
  const gboolean fits = attachment_fits(context, field, file->name, file->type);
  if (!fits || !context->changes) { /* refused, or prepared: no row is made */
    if (field->kind == KIND_FILE)
      *dict_integer(field, context->row) = 0;
    else
      *dict_text(field, context->row) = "";
    return TRUE;
  }
  const gint64 id = context_attach(context, file, field->shown_to == DEALER, error);
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
