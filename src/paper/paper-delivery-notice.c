/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The delivery notice on paper: which packages leave, when and for where; the warehouse ships by it. */
#include "paper/paper-delivery-notice.h"
#include "paper/paper-parts.h"
#include "step/s11-production.h"
#include "step/s12-balance.h"

/* Where a package lies in store is the house's to know. */
static gboolean write_packages(const PaperWork *work, const DeliveryNotice *notice, GError **error) {
  static const FolioColumn columns[] = {{N_("No."), 1, FOLIO_RIGHT},
                                        {N_("Number"), 2.4, FOLIO_LEFT},
                                        {N_("Package"), 5, FOLIO_LEFT},
                                        {N_("Quantity"), 2, FOLIO_RIGHT},
                                        {N_("Received on"), 3, FOLIO_LEFT},
                                        {N_("Place in store"), 3, FOLIO_LEFT},
                                        {0}};
  g_autoptr(GPtrArray)
    lines = paper_rows(work, &delivery_line_record, "parent_id", notice->row.id, "removed", error);
  gint64 pieces = 0, packages = 0;
  folio_table(work->folio, columns);
  for (guint i = 0; lines && i < lines->len; i++) {
    const StoredGoods *goods = paper_row(work, &stored_goods_record, ((DeliveryLine *)lines->pdata[i])->goods, error);
    if (!goods)
      continue;
    const char *texts[] = {paper_number(work, ++packages), goods->row.number,
                           paper_text(work, &stored_goods_record, goods, "package"),
                           paper_text(work, &stored_goods_record, goods, "quantity"),
                           paper_text(work, &stored_goods_record, goods, "received_date"),
                           paper_text(work, &stored_goods_record, goods, "place")};
    folio_row(work->folio, texts);
    pieces += MAX(0, goods->quantity);
  }
  const char *sum[] = {NULL, paper_say(work, N_("Sum")), NULL, paper_number(work, pieces), NULL, NULL};
  folio_total(work->folio, sum);
  return lines != NULL;
}

gboolean paper_delivery_notice(const PaperWork *work, const void *row, GError **error) {
  const DeliveryNotice *notice = row;
  if (!paper_parts_parties(work, &notice->row, error))
    return FALSE;
  folio_facts(work->folio, FOLIO_FACTS, 2, NULL);
  paper_fact(work, 0, &delivery_notice_record, notice, "planned_date");
  folio_section(work->folio, paper_say(work, N_("Packages")));
  if (!write_packages(work, notice, error))
    return FALSE;
  folio_text(work->folio, paper_text(work, &delivery_notice_record, notice, "remarks"));
  return paper_signed(work, &delivery_notice_record, &notice->row, N_("Warehouse"), error);
}
