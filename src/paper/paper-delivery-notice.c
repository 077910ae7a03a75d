/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The delivery notice on paper: which packages leave, when and for where; the warehouse ships by it. */
#include "paper/paper-delivery-notice.h"
#include "paper/paper-parts.h"
#include "step/s12-balance.h"

gboolean paper_delivery_notice(const PaperWork *work, const void *row, GError **error) {
  const DeliveryNotice *notice = row;
  if (!paper_parts_parties(work, &notice->row, error))
    return FALSE;
  folio_facts(work->folio, FOLIO_FACTS, 2, NULL);
  paper_fact(work, 0, &delivery_notice_record, notice, "planned_date");
  if (!paper_parts_site(work, 1, &notice->row, error))
    return FALSE;
  folio_section(work->folio, paper_say(work, N_("Packages")));
  if (!paper_parts_packages(work, notice->row.id, TRUE, error))
    return FALSE;
  folio_text(work->folio, paper_text(work, &delivery_notice_record, notice, "remarks"));
  return paper_signed(work, &delivery_notice_record, &notice->row, N_("Warehouse"), error);
}
