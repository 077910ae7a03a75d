/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What dealers owe, by age. */
#pragma once
#include "view/view.h"

/* What the page is asked to show. */
typedef struct {
  gint64 dealer;     /* only of this dealer; 0: of all */
  const char *age;   /* only of this age; NULL or "": of all */
  const char *sort;  /* name of a column, with "-" before it the greatest first; NULL or "": longest due first */
  gint64 after;      /* id of the instalment behind which the page begins; 0: from the start */
} ReceivablesAsked;

/* Whether the viewer may know of them: finance, managers and the general manager of all, clerks of their own orders. */
gboolean receivables_may(const Viewer *viewer);
/* receivables.html's receivables and list; FALSE and error on a fault. */
gboolean receivables_set(const View *view, const ReceivablesAsked *asked, Value *root, GError **error);
/* The same rows, all of them, as CSV. */
gboolean receivables_csv(const View *view, const ReceivablesAsked *asked, GString *out, GError **error);
