/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The balance notice on paper: when the goods ship, what is to be paid until when, and to where; a
   notice of shipping where nothing is. */
#include "paper/paper-balance-notice.h"
#include "base/reading.h"
#include "paper/paper-parts.h"
#include "step/s06-contract.h"
#include "step/s08-deposit.h"
#include "step/s12-balance.h"

/* What the notice says, or would say if it were sent now. */
static gint64 amount_due(const PaperWork *work, const BalanceNotice *notice, GError **error) {
  Context context = {.tx = work->tx, .arena = work->arena, .viewer = work->viewer};
  return notice->amount_due != DICT_UNSET       ? notice->amount_due
         : !g_strcmp0(notice->row.state, "sent") ? 0
                                                 : deposit_unpaid(&context, notice->row.order_id, error);
}

/* The contract in force; NULL: none, or not found. */
static const Contract *contract_of(const PaperWork *work, const BalanceNotice *notice, GError **error) {
  g_autoptr(GPtrArray) rows = paper_rows(work, &contract_record, "order_id", notice->row.order_id, NULL, error);
  for (guint i = 0; rows && i < rows->len; i++)
    if (!g_strcmp0(((Row *)rows->pdata[i])->state, "effective"))
      return rows->pdata[i];
  return NULL;
}

static void write_contract(const PaperWork *work, const Contract *contract, GError **error) {
  Context context = {.tx = work->tx, .arena = work->arena, .viewer = work->viewer};
  folio_fact(work->folio, 0, paper_say(work, contract_record.label), contract->row.number);
  paper_fact(work, 0, &contract_record, contract, "amount");
  folio_fact(work->folio, 0, paper_say(work, N_("Received")),
             paper_money(work, deposit_confirmed(&context, contract->row.order_id, error)));
}

static void write_payment(const PaperWork *work, const BalanceNotice *notice, const Contract *contract, gint64 due) {
  g_autofree char *last = reading_date(work->viewer->language, notice->planned_date - BALANCE_DAYS);
  folio_fact(work->folio, 0, paper_say(work, N_("Amount due")), paper_money(work, due));
  paper_parts_in_words(work, due);
  folio_fact(work->folio, 0, paper_say(work, N_("To be paid by")), arena_strdup(work->arena, last));
  folio_text(work->folio, paper_say(work, N_("The goods are released for shipping once the amount due is in our "
                                             "account. If it was paid meanwhile, please send us the bank slip.")));
  folio_section(work->folio, paper_say(work, N_("Our account")));
  folio_facts(work->folio, FOLIO_FACTS, 1, NULL);
  paper_fact(work, 0, &letterhead_record, work->house, "name");
  paper_parts_account(work);
  /* the number that the contract itself asks to name */
  folio_fact(work->folio, 0, paper_say(work, N_("Reference")), contract ? contract->row.number : notice->row.number);
}

gboolean paper_balance_notice(const PaperWork *work, const void *row, GError **error) {
  const BalanceNotice *notice = row;
  if (!paper_parts_parties(work, &notice->row, error))
    return FALSE;
  const gint64 due = amount_due(work, notice, error);
  const Contract *contract = contract_of(work, notice, error);
  const gboolean free = contract && !contract->amount;
  if (!due)
    work->folio->title = paper_say(work, dict_field(&balance_notice_record, "asks_nothing")->names);
  folio_section(work->folio, paper_say(work, due ? N_("Ship date and balance") : N_("Ship date")));
  folio_facts(work->folio, FOLIO_FACTS, 1, NULL);
  paper_fact(work, 0, &balance_notice_record, notice, "noticed_date");
  paper_fact(work, 0, &balance_notice_record, notice, "planned_date");
  if (contract && !free)
    write_contract(work, contract, error);
  if (due > 0 && notice->planned_date != DICT_UNSET)
    write_payment(work, notice, contract, due);
  else if (!free)
    folio_text(work->folio, paper_say(work, N_("All money that is due before delivery is in; nothing is to be paid.")));
  return TRUE;
}
