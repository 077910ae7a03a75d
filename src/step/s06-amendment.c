/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 6: an amendment. It is the contract anew, goes through the contract's own chain, and takes its place when the
   dealer's countersigned copy is filed (s06-contract.c). */
#include "step/s06-amendment.h"
#include "step/s05-drawing.h"
#include "step/s06-contract.h"
#include "step/s06-prices.h"
#include <string.h>

static const char *check_amendable(Context *context, GError **error) {
  if (context_is_in(context, &contract_record, ((Row *)context->row)->parent_id, "effective", error))
    return NULL;
  return context_sentence(context, N_("Only the contract in force is amended; a draft is changed by the clerk."));
}
const Gate gate_amendable = {"contract.in_force", check_amendable};

const char *amendment_extra(Context *context, GError **error) {
  const Row *order = context_load(context, &order_record, ((Row *)context->row)->order_id, error);
  return !order || g_strcmp0(order->state, "closed") ? NULL
         : context_sentence(context, N_("The order is delivered and settled; amend its contract only where more is to "
                                        "be paid, or something given back."));
}

static const char *check_amendment_alone(Context *context, GError **error) {
  if (context_has_other(context, &contract_record, "effective superseded cancelled", error))
    return context_sentence(context, N_("An amendment is under way already; the clerk changes or cancels that one."));
  return NULL;
}
const Gate gate_amendment_alone = {"contract.one_amendment", check_amendment_alone};

static const char *check_amendment_changes(Context *context, GError **error) {
  static const char *const terms[] = {"amount",    "deposit_percent", "lead_days", "lead_kind",
                                      "drawing",   "payment_terms",   "liability"};
  const Contract *contract = context->row;
  if (contract->drawing != drawing_signed(context, error))
    return NULL; /* said by the drawing's own gates, and to name another is a change */
  const Contract *old = context_load(context, &contract_record, contract->amends, error);
  const Value *changed = old ? dict_difference(context->arena, &contract_record, old, contract) : NULL;
  for (guint i = 0; changed && i < G_N_ELEMENTS(terms); i++)
    if (value_get(changed, terms[i]))
      return NULL;
  if (!old || prices_differ(context, contract->row.id, old->row.id, error) ||
      context_number(context,
                     "SELECT COUNT(*) FROM (SELECT kind, amount, before_delivery, due_date, COUNT(*) FROM instalment "
                     "WHERE parent_id = $1 AND state <> 'removed' GROUP BY kind, amount, before_delivery, due_date "
                     "EXCEPT SELECT kind, amount, before_delivery, due_date, COUNT(*) FROM instalment WHERE parent_id "
                     "= $2 AND state <> 'removed' GROUP BY kind, amount, before_delivery, due_date) AS other",
                     DB_ARGS(DB_I(contract->row.id), DB_I(old->row.id)), error))
    return NULL;
  return context_sentence(context, N_("The amendment changes nothing of the contract in force; the clerk changes "
                                      "amount, prices, terms, drawing or instalments, or cancels it."));
}
const Gate gate_amendment_changes = {"contract.changed", check_amendment_changes};

gboolean amendment_copy(Context *context, GError **error) {
  Contract *contract = context->row;
  const Contract *old = context_load(context, &contract_record, contract->row.parent_id, error);
  g_autoptr(GPtrArray) lines = !old ? NULL : dict_load_by(context->tx, context->arena, &instalment_record, "parent_id",
                                                          DB_I(old->row.id), error);
  if (!lines)
    return FALSE;
  const gint64 drawing = drawing_signed(context, error);
  contract->amends = old->row.id;
  contract->amount = old->amount;
  contract->deposit_percent = old->deposit_percent;
  contract->lead_days = old->lead_days;
  contract->lead_kind = old->lead_kind;
  contract->drawing = drawing ? drawing : old->drawing;
  contract->payment_terms = old->payment_terms;
  contract->liability = old->liability;
  for (guint i = 0; i < lines->len; i++) {
    Instalment *line = lines->pdata[i];
    if (!strcmp(line->row.state, "removed"))
      continue;
    line->row.parent_id = contract->row.id;
    line->row.state = "planned";
    if (!context_create(context, &instalment_record, line, error))
      return FALSE;
  }
  return prices_copy(context, old->row.id, error);
}
