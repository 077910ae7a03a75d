/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order form on paper: what the dealer asks for, to be checked line by line and signed. */
#include "paper/paper-order-form.h"
#include "paper/paper-parts.h"
#include "step/s02-order-form.h"

gboolean paper_order_form(const PaperWork *work, const void *row, GError **error) {
  const OrderForm *form = row;
  if (!paper_parts_parties(work, &form->row, error))
    return FALSE;
  folio_facts(work->folio, FOLIO_FACTS, 2, NULL);
  paper_fact(work, 0, &order_form_record, form, "edition");
  folio_section(work->folio, paper_say(work, N_("Goods")));
  if (!paper_parts_lines(work, form->row.id, error))
    return FALSE;
  folio_text(work->folio, paper_text(work, &order_form_record, form, "remarks"));
  paper_hands(work, (const char *const[]){N_("Dealer"), N_("Order clerk")});
  return TRUE;
}
