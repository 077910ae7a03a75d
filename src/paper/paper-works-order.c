/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The works order on paper: what production makes, after which drawing, for what kind of site, of whose material. */
#include "paper/paper-works-order.h"
#include "paper/paper-parts.h"
#include "party/party.h"
#include "step/s06-contract.h"
#include "step/s09-works-order.h"

static void write_facts(const PaperWork *work, const WorksOrder *works, const char *const *fields, guint count) {
  folio_facts(work->folio, FOLIO_FACTS, 2, NULL);
  for (guint i = 0; i < count; i++)
    paper_fact(work, i % 2, &works_order_record, works, fields[i]);
}

/* A longer text under its own name; nothing where there is none. */
static void write_text(const PaperWork *work, const WorksOrder *works, const char *name) {
  folio_facts(work->folio, FOLIO_FACTS, 1, NULL);
  paper_fact(work, 0, &works_order_record, works, name);
}

/* What it hangs on: the contract, and the day agreed on. */
static void write_bounds(const PaperWork *work, const WorksOrder *works, GError **error) {
  const Contract *contract = paper_row(work, &contract_record, works->contract, error);
  const Order *order = paper_row(work, &order_record, works->row.order_id, error);
  folio_facts(work->folio, FOLIO_FACTS, 2, NULL);
  folio_fact(work->folio, 0, paper_say(work, contract_record.label), contract ? contract->row.number : NULL);
  paper_fact(work, 1, &order_record, order, "due_date");
}

gboolean paper_works_order(const PaperWork *work, const void *row, GError **error) {
  static const char *const site[] = {"floor", "ceiling"}, *const supply[] = {"glass", "panel", "door", "hardware"};
  const WorksOrder *works = row;
  if (!paper_parts_parties(work, &works->row, error))
    return FALSE;
  write_bounds(work, works, error);
  folio_section(work->folio, paper_say(work, N_("Goods")));
  write_facts(work, works, (const char *const[]){"style"}, 1);
  write_text(work, works, "specification");
  if (!paper_parts_goods(work, works->row.order_id, error))
    return FALSE;
  write_text(work, works, "remarks");
  folio_section(work->folio, paper_say(work, N_("Drawing")));
  paper_parts_drawing(work, works->drawing, error);
  folio_section(work->folio, paper_say(work, N_("Site conditions")));
  folio_facts(work->folio, FOLIO_FACTS, 1, NULL);
  if (!paper_parts_site(work, 0, &works->row, error))
    return FALSE;
  write_facts(work, works, site, G_N_ELEMENTS(site));
  write_text(work, works, "others");
  folio_section(work->folio, paper_say(work, N_("Who supplies what")));
  write_facts(work, works, supply, G_N_ELEMENTS(supply));
  return paper_signed(work, &works_order_record, &works->row, N_("Production"), error);
}
