/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A paper is read within a snapshot and laid out behind it, in a worker: a long one keeps neither a connection of the
   database nor an event thread. */
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
  visit->folio = paper_folio(paper, view->tx, view->arena, view->viewer, visit->app->zone, row, error);
  return visit->folio != NULL;
}

gboolean papers_print(Visit *visit, GError **error) {
  const Folio *folio = visit->folio;
  visit->response->bytes = folio_pdf(folio, error);
  pages_file_headers(visit->response, visit->request->arena, "application/pdf",
                     arena_printf(visit->request->arena, "%s %s%s", folio->number, folio->title, PAPERS_ENDING));
  return visit->response->bytes != NULL;
}
