/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A paper that is kept is sent as it is. Any other is read within a snapshot and laid out behind it, in a worker: a
   long one keeps neither a connection of the database nor an event thread. */
#include "serve/papers.h"
#include "paper/paper.h"
#include "serve/pages.h"
#include <string.h>

gboolean papers_read(Visit *visit, const View *view, GError **error) {
  const Record *record;
  Row *row = pages_row_of_path(visit, view, &record, error);
  if (!row)
    return FALSE;
  const char *asked = visit_part(visit, 2);
  const Paper *paper = paper_find(record, arena_strndup(view->arena, asked, strlen(asked) - strlen(PAPERS_ENDING)));
  if (!paper)
    return visit_not_found(visit);
  const gint64 kept = paper_kept(paper, view->viewer, row);
  if (kept)
    return pages_send_file(visit, view, dict_load(view->tx, view->arena, &file_record, kept, error), error);
  const PaperWork work = {.tx = view->tx, .arena = view->arena, .viewer = view->viewer, .zone = visit->app->zone};
  visit->folio = paper_folio(paper, work, row, error);
  return visit->folio != NULL;
}

gboolean papers_print(Visit *visit, GError **error) {
  Arena *arena = visit->request->arena;
  visit->response->bytes = folio_pdf(visit->folio, error);
  pages_file_headers(visit->response, arena, "application/pdf", paper_file_name(arena, visit->folio));
  return visit->response->bytes != NULL;
}
