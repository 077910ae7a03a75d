/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The supply contract on paper: who agrees on what, for how much, until when, and who has signed it. Only what the
   dealer may see stands on it, in everybody's copy: both sides hold the same contract. */
#include "paper/paper-contract.h"
#include "paper/paper-parts.h"
#include "step/s06-contract.h"
#include "step/s06-prices.h"
#include <string.h>

/* In 1/10000, rounded. */
static gint64 share_of(gint64 part, gint64 whole) {
  return (gint64)(((__int128)part * 20000 + whole) / ((__int128)whole * 2));
}

/* What is due when, in the order in which money pays it. */
static gboolean write_instalments(const PaperWork *work, const Contract *contract, GError **error) {
  static const FolioColumn columns[] = {{N_("Instalment"), 3, FOLIO_LEFT},
                                        {N_("Share"), 1.2, FOLIO_RIGHT},
                                        {N_("Amount"), 2.4, FOLIO_RIGHT},
                                        {N_("When due"), 4, FOLIO_LEFT},
                                        {0}};
  g_autoptr(GPtrArray)
    rows = paper_rows(work, &instalment_record, "parent_id", contract->row.id, "removed", error);
  folio_table(work->folio, columns);
  for (const Choice *kind = dict_field(&instalment_record, "kind")->choices; rows && kind->code; kind++)
    for (guint i = 0; i < rows->len; i++) {
      const Instalment *line = rows->pdata[i];
      if (g_strcmp0(line->kind, kind->code))
        continue;
      const gint64 share = contract->amount > 0 ? share_of(line->amount, contract->amount) : 0;
      const char *date = paper_text(work, &instalment_record, line, "due_date");
      const char *before = instalment_due_before(line);
      const char *texts[] = {paper_say(work, kind->label), paper_percent(work, share),
                             paper_text(work, &instalment_record, line, "amount"),
                             date ? date : before ? paper_say(work, before) : NULL};
      folio_row(work->folio, texts);
    }
  return rows != NULL;
}

/* What the amount is made up of, where the goods are priced line by line. */
static gboolean write_prices(const PaperWork *work, const Contract *contract, GError **error) {
  static const FolioColumn columns[] = {{N_("No."), 1, FOLIO_RIGHT},      {N_("Item"), 8, FOLIO_LEFT},
                                        {N_("Unit"), 1.2, FOLIO_LEFT},    {N_("Quantity"), 1.8, FOLIO_RIGHT},
                                        {N_("Unit price"), 2.6, FOLIO_RIGHT}, {N_("Amount"), 2.8, FOLIO_RIGHT},
                                        {0}};
  static const char *const fields[] = {"item", "unit", "quantity", "unit_price", "amount"};
  g_autoptr(GPtrArray)
    rows = paper_rows(work, &contract_line_record, "parent_id", contract->row.id, "removed", error);
  gint64 sum = 0;
  if (!rows || !rows->len)
    return rows != NULL;
  folio_table(work->folio, columns);
  for (guint i = 0; i < rows->len; i++) {
    const ContractLine *line = rows->pdata[i];
    const char *texts[G_N_ELEMENTS(columns) - 1] = {paper_number(work, (gint64)i + 1)};
    for (guint k = 0; k < G_N_ELEMENTS(fields); k++)
      texts[k + 1] = paper_text(work, &contract_line_record, line, fields[k]);
    folio_row(work->folio, texts);
    sum += line->amount == DICT_UNSET ? 0 : line->amount;
  }
  const char *total[G_N_ELEMENTS(columns) - 1] = {[1] = paper_say(work, N_("Sum")), [5] = paper_money(work, sum)};
  folio_total(work->folio, total);
  return TRUE;
}

static void write_amount(const PaperWork *work, const Contract *contract) {
  if (contract->amount == DICT_UNSET)
    return;
  folio_facts(work->folio, FOLIO_FACTS, 1, NULL);
  paper_fact(work, 0, &contract_record, contract, "amount");
  paper_parts_in_words(work, contract->amount);
  paper_parts_account(work);
}

static gboolean write_payment(const PaperWork *work, const Contract *contract, GError **error) {
  if (!write_prices(work, contract, error))
    return FALSE;
  if (contract->amount == 0) { /* made up for: nothing is paid, nor said of how */
    folio_text(work->folio, paper_say(work, N_("The goods are delivered without charge.")));
    return TRUE;
  }
  write_amount(work, contract);
  if (!write_instalments(work, contract, error))
    return FALSE;
  folio_text(work->folio, paper_text(work, &contract_record, contract, "payment_terms"));
  return TRUE;
}

static gboolean asks_deposit(const PaperWork *work, const Contract *contract, GError **error) {
  g_autoptr(GPtrArray)
    rows = paper_rows(work, &instalment_record, "parent_id", contract->row.id, "removed", error);
  for (guint i = 0; rows && i < rows->len; i++)
    if (!g_strcmp0(((Instalment *)rows->pdata[i])->kind, "deposit"))
      return TRUE;
  return FALSE;
}

/* The lead time begins when the whole down payment is in, or at once where none is asked: the procedure's rule, not a
   field. */
static void write_lead_time(const PaperWork *work, const Contract *contract, GError **error) {
  static const char *const said[2][2] = {
    {N_("%d calendar days from the day on which the contract comes into force."),
     N_("%d working days from the day on which the contract comes into force.")},
    {N_("%d calendar days from the day on which the whole down payment is in."),
     N_("%d working days from the day on which the whole down payment is in.")}};
  if (contract->lead_days == DICT_UNSET || !contract->lead_kind)
    return;
  const gboolean deposit = asks_deposit(work, contract, error), working = !strcmp(contract->lead_kind, "working");
  folio_text(work->folio, arena_printf(work->arena, paper_say(work, said[deposit][working]),
                                       (int)contract->lead_days));
}

static void write_terms(const PaperWork *work, const Contract *contract, GError **error) {
  const Contract *amended = paper_row(work, &contract_record, contract->amends, error);
  folio_section(work->folio, paper_say(work, N_("Lead time")));
  write_lead_time(work, contract, error);
  folio_section(work->folio, paper_say(work, N_("Drawing")));
  folio_text(work->folio, paper_say(work, N_("The goods are made as this drawing shows, in the revision that the "
                                             "purchaser has signed.")));
  paper_parts_drawing(work, contract->drawing, error);
  folio_section(work->folio, paper_say(work, N_("Liability for breach")));
  folio_text(work->folio, paper_text(work, &contract_record, contract, "liability"));
  if (!amended)
    return;
  folio_section(work->folio, paper_say(work, N_("Amendment")));
  folio_text(work->folio, arena_printf(work->arena, paper_say(work, N_("This contract takes the place of %s.")),
                                       amended->row.number));
  folio_text(work->folio, paper_text(work, &contract_record, contract, "amends_because"));
}

static gboolean write_signatures(const PaperWork *work, const Contract *contract, GError **error) {
  const char *heads[] = {paper_say(work, N_("Supplier")), paper_say(work, N_("Purchaser"))};
  const Dealer *dealer = paper_row(work, &dealer_record, contract->row.dealer_id, error);
  const char *signed_on = paper_text(work, &contract_record, contract, "signed_date");
  folio_section(work->folio, paper_say(work, N_("Signatures and seals")));
  folio_text(work->folio, paper_say(work, N_("The contract is concluded on the day on which the last party signs.")));
  folio_facts(work->folio, FOLIO_SIGNS, 2, NULL);
  folio_fact(work->folio, 0, paper_say(work, dict_field(&contract_record, "signed_date")->label),
             signed_on ? signed_on : folio_blank);
  folio_facts(work->folio, FOLIO_SIGNS, 2, heads);
  folio_fact(work->folio, 0, paper_say(work, N_("Name")), work->house ? work->house->name : folio_blank);
  if (!paper_signatures(work, 0, &contract_record, &contract->row, error))
    return FALSE;
  folio_fact(work->folio, 0, paper_say(work, N_("Seal")), folio_blank);
  paper_fact(work, 1, &dealer_record, dealer, "name");
  folio_fact(work->folio, 1, paper_say(work, N_("Signature")), folio_blank);
  folio_fact(work->folio, 1, paper_say(work, N_("Seal")), folio_blank);
  folio_fact(work->folio, 1, paper_say(work, N_("Date")), folio_blank);
  return TRUE;
}

gboolean paper_contract(const PaperWork *work, const void *row, GError **error) {
  const Contract *contract = row;
  if (!paper_parts_sides(work, &contract->row, error))
    return FALSE;
  folio_section(work->folio, paper_say(work, N_("Goods")));
  const gboolean frozen = contract->order_form != DICT_UNSET; /* when it was submitted */
  if (frozen ? !paper_parts_lines(work, contract->order_form, error)
             : !paper_parts_goods(work, contract->row.order_id, error))
    return FALSE;
  folio_section(work->folio, paper_say(work, N_("Contract amount and payment")));
  if (!write_payment(work, contract, error))
    return FALSE;
  write_terms(work, contract, error);
  return write_signatures(work, contract, error);
}
