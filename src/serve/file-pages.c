/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file is read within a snapshot, as for a download; its pages are counted and drawn behind it, in a worker. */
#include "serve/file-pages.h"
#include "serve/log.h"
#include "serve/pages.h"
#include <string.h>
#include <unistd.h>

#define KEPT_BY_BROWSERS "private, max-age=86400" /* a file's content never changes */

gboolean file_pages_asked(const char *path) {
  return g_str_has_prefix(path, "/files/") && strstr(path, "/pages");
}

gboolean file_pages_read(Visit *visit, const View *view, GError **error) {
  const Record *record;
  const void *row = pages_row_of_path(visit, view, &record, error);
  if (!row)
    return FALSE;
  const File *file = row;
  if (record != &file_record || g_strcmp0(file->type, "application/pdf"))
    return visit_not_found(visit);
  visit->pdf = file;
  visit->root = view_page(view, file->name);
  return TRUE;
}

static gboolean refuse_busy(Visit *visit) {
  response_header(visit->response, "Retry-After", "5");
  return refusal_add(visit->refusal, REFUSAL_AWAY, REASON_OTHER, "pictures",
                     visit_text(visit, N_("Many drawings are being opened at the moment; try again in a few "
                                          "seconds.")));
}

/* The pages that can be shown. The first is drawn already now: whether the file can be drawn at all is known then. */
static PicturesOutcome find_pages(Visit *visit, guint *count, GError **error) {
  Pictures *pictures = visit->app->pictures;
  const char *sha256 = visit->pdf->sha256;
  int content = -1;
  gint64 size;
  PicturesOutcome outcome = pictures_count(pictures, sha256, count, error);
  if (outcome == PICTURES_DRAWN)
    outcome = pictures_page(pictures, sha256, 1, &content, &size, error);
  if (content >= 0)
    close(content);
  return outcome;
}

gboolean file_pages_show(Visit *visit, GError **error) {
  Arena *arena = visit->request->arena;
  guint count = 0;
  g_autoptr(GError) fault = NULL;
  const PicturesOutcome outcome = find_pages(visit, &count, &fault);
  if (outcome == PICTURES_BUSY)
    return refuse_busy(visit);
  if (fault) /* the file itself can be had all the same */
    log_fault(visit->request, fault->message);
  const char *base = arena_printf(arena, "/files/%" G_GINT64_FORMAT, visit->pdf->row.id);
  Value *shown = value_set(arena, visit->root, "sheets", value_map(arena)), *list = value_list(arena);
  const guint most = outcome == PICTURES_DRAWN ? MIN(count, (guint)PICTURES_PAGES) : 0;
  for (guint i = 1; i <= most; i++) {
    Value *sheet = value_append(arena, list, value_map(arena));
    value_set_text(arena, sheet, "src", arena_printf(arena, "%s/pages/%u.png", base, i));
    value_set_text(arena, sheet, "label", arena_printf(arena, visit_text(visit, N_("Page %u of %u")), i, count));
  }
  value_set(arena, shown, "list", list);
  value_set_bool(arena, shown, "has_list", most > 0);
  value_set_text(arena, shown, "name", visit->pdf->name);
  value_set_text(arena, shown, "href", arena_printf(arena, "%s/content", base));
  value_set_text(arena, shown, "more",
                 most && count > most
                   ? arena_printf(arena, visit_text(visit, N_("The first %u of %u pages are shown here; open the file "
                                                              "for the others.")), most, count)
                   : NULL);
  visit_send_page(visit, 200, "file-pages", visit->root);
  return TRUE;
}

gboolean file_pages_send(Visit *visit, GError **error) {
  guint64 page;
  const char *name = visit_part(visit, 3);
  g_autofree char *number = g_strndup(name, strlen(name) - strlen(".png"));
  if (!g_ascii_string_to_unsigned(number, 10, 1, PICTURES_PAGES, &page, NULL))
    return visit_not_found(visit);
  Response *response = visit->response;
  int content = -1;
  gint64 size = 0;
  const PicturesOutcome outcome =
    pictures_page(visit->app->pictures, visit->pdf->sha256, (guint)page, &content, &size, error);
  if (outcome == PICTURES_NONE)
    return visit_not_found(visit);
  if (outcome == PICTURES_BUSY)
    return refuse_busy(visit);
  response->file = content;
  response->file_size = (guint64)size;
  pages_file_headers(response, visit->request->arena, "image/png", name);
  response_header(response, "Cache-Control", KEPT_BY_BROWSERS);
  return outcome == PICTURES_DRAWN;
}
