/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The delivery note: it goes with the goods, and whoever receives them counts by it and signs it. */
#include "paper/paper-delivery-note.h"
#include "paper/paper-parts.h"
#include "step/s13-shipping.h"

/* What is not known is written in by hand. */
static void write_fact(const PaperWork *work, guint side, const Shipment *shipment, const char *field) {
  const char *said = paper_text(work, &shipment_record, shipment, field);
  folio_fact(work->folio, side, paper_say(work, dict_field(&shipment_record, field)->label), said ? said : folio_blank);
}

static gboolean write_way(const PaperWork *work, const Shipment *shipment, GError **error) {
  const Order *order = paper_row(work, &order_record, shipment->row.order_id, error);
  const Project *project = order ? paper_row(work, &project_record, order->project, error) : NULL;
  const char *address = shipment->address ? shipment->address : project ? project->site_address : NULL;
  folio_section(work->folio, paper_say(work, N_("Delivery")));
  folio_facts(work->folio, FOLIO_FACTS, 2, NULL);
  folio_fact(work->folio, 0, paper_say(work, dict_field(&shipment_record, "address")->label),
             address ? address : folio_blank);
  write_fact(work, 0, shipment, "receiver");
  write_fact(work, 0, shipment, "phone");
  write_fact(work, 1, shipment, "carrier");
  write_fact(work, 1, shipment, "waybill");
  write_fact(work, 1, shipment, "shipped_date");
  paper_fact(work, 1, &shipment_record, shipment, "expected_date");
  return order != NULL;
}

static void write_receipt(const PaperWork *work, const Shipment *shipment) {
  folio_section(work->folio, paper_say(work, N_("Receipt of the goods")));
  folio_text(work->folio, paper_say(work, N_("Count the packages and look at them before you sign. What is missing or "
                                             "damaged is written down here and photographed at once.")));
  folio_facts(work->folio, FOLIO_SIGNS, 1, NULL);
  folio_fact(work->folio, 0, paper_say(work, N_("Missing, damaged")), folio_blank);
  folio_fact(work->folio, 0, "", folio_blank);
  folio_facts(work->folio, FOLIO_FACTS, 2, NULL);
  paper_fact(work, 0, &shipment_record, shipment, "signed_by");
  paper_fact(work, 1, &shipment_record, shipment, "signed_date");
}

gboolean paper_delivery_note(const PaperWork *work, const void *row, GError **error) {
  const Shipment *shipment = row;
  if (!paper_parts_parties(work, &shipment->row, error) || !write_way(work, shipment, error))
    return FALSE;
  folio_section(work->folio, paper_say(work, N_("Packages")));
  if (!paper_parts_packages(work, shipment->row.parent_id, FALSE, error))
    return FALSE;
  write_receipt(work, shipment);
  paper_hands(work, (const char *const[]){N_("Handed over by the carrier"), N_("Received by")});
  return TRUE;
}
