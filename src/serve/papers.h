/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Printed papers: /RECORDS/ID/PAPER.pdf. */
#pragma once
#include "serve/visit.h"

#define PAPERS_ENDING ".pdf" /* of the addresses, which are long to answer */

/* Reads what stands on the paper into visit->folio; who may see the row may. */
gboolean papers_read(Visit *visit, const View *view, GError **error);
/* Prints it, when the database is done with. */
gboolean papers_print(Visit *visit, GError **error);
