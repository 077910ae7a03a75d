/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of a PDF as pictures: /files/ID/pages shows all of them, /files/ID/pages/N.png is one. Whoever may have the
   file may see them. */
#pragma once
#include "serve/visit.h"

/* Whether the path is one of these, which are long to answer. */
gboolean file_pages_asked(const char *path);
/* Reads which file is asked for into visit->pdf, and the page's frame into visit->root. */
gboolean file_pages_read(Visit *visit, const View *view, GError **error);
/* Answers with the page or with the picture, when the database is done with. */
gboolean file_pages_show(Visit *visit, GError **error);
gboolean file_pages_send(Visit *visit, GError **error);
