/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files as a person picks them: name, type, size, and what revision or state they are of. */
#include "base/reading.h"
#include "paper/paper.h"
#include "party/party.h"
#include "view/view.h"
#include <string.h>

enum { FINGERPRINT = 12 /* characters of a SHA-256 that are shown; the whole is in the title */ };

/* "PDF", from the type found in the content. */
static const char *type_label(const File *file) {
  static const struct {
    const char *type, *label;
  } known[] = {{"application/pdf", "PDF"}, {"image/png", "PNG"}, {"image/jpeg", "JPEG"}, {"image/vnd.dwg", "DWG"},
               {"image/vnd.dxf", "DXF"}, {"text/csv", "CSV"}, {"application/zip", "ZIP"}};
  for (guint i = 0; i < G_N_ELEMENTS(known); i++)
    if (!g_strcmp0(file->type, known[i].type))
      return known[i].label;
  const char *dot = file->name ? strrchr(file->name, '.') : NULL;
  return dot && dot[1] && strlen(dot) <= 6 ? dot + 1 : "—";
}

Value *view_paper(const View *view, gint64 id, const char *label, GError **error) {
  Arena *arena = view->arena;
  const File *file = dict_load(view->tx, arena, &file_record, id, error);
  const gboolean dealer = view_is_dealer(view);
  if (!file || !context_may_see(view->viewer, &file_record, &file->row) || (dealer && file->for_dealer != TRUE))
    return NULL;
  g_autofree char *size = reading_size(file->size);
  g_autofree char *kind = g_utf8_strup(type_label(file), -1);
  const gboolean named = label && g_strcmp0(label, file->name);
  Value *paper = value_map(arena);
  value_set_text(arena, paper, "label", named ? label : file->name);
  value_set_text(arena, paper, "href", arena_printf(arena, "/files/%" G_GINT64_FORMAT "/content", id));
  value_set_text(arena, paper, "detail",
                 arena_printf(arena, "%s%s%s · %s", named ? file->name : "", named ? " · " : "", kind, size));
  value_set_bool(arena, paper, "is_picture", g_str_has_prefix(file->type ? file->type : "", "image/") &&
                                             !g_str_has_prefix(file->type, "image/vnd."));
  value_set(arena, paper, "tag", value_null(arena));
  value_set(arena, paper, "tone", value_null(arena));
  value_set(arena, paper, "whole_fingerprint", value_null(arena));
  value_set(arena, paper, "fingerprint", value_null(arena));
  return paper;
}

/* The paper of the row: as it is kept, else as it is printed whenever somebody asks for it. */
static void add_printed(const View *view, const Record *record, const Row *row, Value *papers, GError **error) {
  Arena *arena = view->arena;
  const Paper *printed = paper_of(record);
  if (!printed || !row->id)
    return;
  const char *mark = paper_mark(printed, row);
  const gint64 kept = paper_kept(printed, view->viewer, row);
  const File *file = kept ? dict_load(view->tx, arena, &file_record, kept, error) : NULL;
  g_autofree char *size = file ? reading_size(file->size) : NULL;
  Value *paper = value_append(arena, papers, value_map(arena));
  const char *kind = view_kind(view, record, row), *plain = view_text(view, record->label);
  value_set_text(arena, paper, "label", strcmp(kind, plain) ? kind : view_text(view, printed->label));
  value_set_text(arena, paper, "href",
                 arena_printf(arena, "%s/%s.pdf", view_href(view, record, row->id), printed->name));
  value_set_text(arena, paper, "detail", size ? arena_printf(arena, "PDF · %s", size) : "PDF");
  value_set_text(arena, paper, "whole_fingerprint", file ? file->sha256 : NULL);
  value_set_text(arena, paper, "fingerprint", file ? arena_strndup(arena, file->sha256, FINGERPRINT) : NULL);
  value_set_bool(arena, paper, "is_picture", FALSE);
  value_set_text(arena, paper, "tag", mark ? view_text(view, mark) : NULL);
  value_set_text(arena, paper, "tone", mark ? view_tone(record, row->state) : NULL);
}

/* The field of the file that is the paper of the row already. */
static const Field *shown_as_printed(const View *view, const Record *record, const Row *row) {
  const Paper *printed = paper_of(record);
  return printed && row->id && paper_kept(printed, view->viewer, row) ? dict_field(record, KEPT_FIELD) : NULL;
}

Value *view_papers(const View *view, const Record *record, const void *row, GError **error) {
  Arena *arena = view->arena;
  Value *papers = value_list(arena);
  add_printed(view, record, row, papers, error);
  const Field *revision = dict_field(record, "revision"), *shown = shown_as_printed(view, record, row);
  for (guint i = 0; i < record->count; i++) {
    const Field *field = &record->fields[i];
    const gboolean hidden = !view_shows(view, field) || field == shown;
    if ((field->kind != KIND_FILE && field->kind != KIND_FILES) || hidden || !dict_is_set(field, row))
      continue;
    const char *label = view_text(view, field->label);
    if (revision && dict_is_set(revision, row) && !strcmp(field->name, "file"))
      label = arena_printf(arena, view_text(view, N_("%s, revision %d")), label, (int)*dict_integer(revision, row));
    guint count = 1;
    const gint64 *ids = field->kind == KIND_FILES ? dict_ids(arena, *dict_text(field, row), &count)
                                                  : dict_integer(field, row);
    for (guint k = 0; k < count; k++) { /* where anything may be attached, it is known by its own name */
      const char *each = count > 1 ? arena_printf(arena, "%s %u", label, k + 1) : label;
      Value *paper = view_paper(view, ids[k], field->kind == KIND_FILES && !field->types ? NULL : each, error);
      if (paper)
        value_append(arena, papers, paper);
    }
  }
  return papers;
}
