/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Receivables by age: what the address asks, and who may ask. */
#include "serve/receivable-pages.h"
#include "view/receivables.h"

static gint64 number_in(const Visit *visit, const char *name) {
  gint64 number = 0;
  const char *text = request_query(visit->request, name);
  return text && g_ascii_string_to_signed(text, 10, 1, G_MAXINT64, &number, NULL) ? number : 0;
}

static ReceivablesAsked asked_of(const Visit *visit) {
  return (ReceivablesAsked){.dealer = number_in(visit, "dealer"), .age = request_query(visit->request, "age"),
                            .sort = request_query(visit->request, "sort"), .after = number_in(visit, "after")};
}

/* For dealers there is no such page. */
static gboolean admit(Visit *visit, const View *view) {
  if (view->viewer->roles & ROLE_DEALER)
    return visit_not_found(visit);
  return receivables_may(view->viewer) ||
         refusal_add(visit->refusal, REFUSAL_FORBIDDEN, REASON_OTHER, "role",
                     visit_text(visit, N_("This is not among your tasks; ask the person whose role it is.")));
}

gboolean receivable_pages_show(Visit *visit, const View *view, GError **error) {
  const ReceivablesAsked asked = asked_of(visit);
  View shows = *view;
  shows.live = "*";
  if (!admit(visit, view))
    return FALSE;
  Value *root = view_page(&shows, visit_text(visit, N_("Receivables by age")));
  if (!receivables_set(&shows, &asked, root, error))
    return FALSE;
  visit_send_page(visit, 200, "receivables", root);
  return TRUE;
}

gboolean receivable_pages_csv(Visit *visit, const View *view, GError **error) {
  const ReceivablesAsked asked = asked_of(visit);
  if (!admit(visit, view) || !receivables_csv(view, &asked, g_string_set_size(visit->response->body, 0), error))
    return FALSE;
  visit->response->type = "text/csv; charset=utf-8";
  response_header(visit->response, "Content-Disposition", "attachment; filename=\"receivables.csv\"");
  return TRUE;
}
