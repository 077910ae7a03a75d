/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 8: what was overpaid is kept as a credit where the dealer wants that, and used for another contract. The
   receipt's allocations go on summing to it: the part is for the other contract from the day on which it is used. */
#include "step/s08-credit.h"
#include "step/s06-contract.h"
#include "step/s08-deposit.h"
#include "step/s08-refund.h"

/* What was paid beyond the contract in force and waits for a decision; negative when less was paid. except: id of a
   refund that does not count. */
static gint64 overpaid(Context *context, gint64 order_id, gint64 except, GError **error) {
  const DbResult *sums = db_query(
    context->tx, context->arena,
    "SELECT CAST(COALESCE((SELECT SUM(a.amount) FROM allocation a JOIN receipt r ON r.id = a.parent_id JOIN contract k "
    "ON k.id = a.contract WHERE k.order_id = $1 AND a.state = 'active' AND r.state = 'confirmed' AND r.written_off IS "
    "NULL), 0) - COALESCE((SELECT SUM(f.amount) FROM refund f JOIN contract k ON k.id = f.contract WHERE k.order_id = "
    "$1 AND f.state IN ('proposed', 'approved', 'kept')), 0) - c.amount AS BIGINT) FROM contract c "
    "WHERE c.order_id = $1 AND c.state = 'effective'",
    DB_ARGS(DB_I(order_id)), error);
  if (!sums || !sums->rows)
    return 0;
  const Refund *own = context_load(context, &refund_record, except, error);
  const Row *contract = own ? context_load(context, &contract_record, own->contract, error) : NULL;
  const gboolean counted = contract && contract->order_id == order_id &&
                           context_is_in(context, &refund_record, except, "proposed approved kept", error);
  return DB_CELL(sums, 0, 0)->integer + (counted ? own->amount : 0);
}

static const char *check_cleared(Context *context, GError **error) {
  const gint64 left = overpaid(context, ((Row *)context->row)->order_id, 0, error);
  if (left <= 0)
    return NULL;
  return context_sentence(context, N_("%s was paid beyond the contract; finance gives it back, or keeps it as a credit "
                                      "where the dealer wants that."), context_money(context, left));
}
const Gate gate_credit_cleared = {"refund.overpaid", check_cleared};

/* The contract, which may be of another order than the receipt: that is locked before anything of it is looked at. */
static const Contract *contract_in(Context *context, gint64 id, GError **error) {
  const Row *row = id == DICT_UNSET ? NULL : context_load(context, &contract_record, id, error);
  return row && context_lock(context, &order_record, row->order_id, error)
           ? context_load(context, &contract_record, id, error)
           : NULL;
}

static const char *check_beyond(Context *context, GError **error) {
  const Refund *refund = context->row;
  const Contract *contract = contract_in(context, refund->contract, error);
  if (!contract || refund->amount == DICT_UNSET)
    return NULL; /* said by the inputs */
  const gint64 left = overpaid(context, contract->row.order_id, refund->row.id, error);
  if (refund->amount <= left)
    return NULL;
  return context_sentence(context, N_("Only what was paid beyond the contract can be a credit: %s; the rest is needed "
                                      "here."), context_money(context, MAX(left, 0)));
}
const Gate gate_credit_beyond = {"refund.beyond", check_beyond};

static const char *check_target(Context *context, GError **error) {
  const Refund *refund = context->row;
  const Contract *from = contract_in(context, refund->contract, error);
  const Contract *to = from ? contract_in(context, refund->used_for, error) : NULL;
  if (!to || (to->row.order_id != from->row.order_id && !g_strcmp0(to->row.state, "effective")))
    return NULL;
  return context_sentence(context, N_("A credit is used for the contract in force of another order of this dealer; "
                                      "finance chooses that."));
}
const Gate gate_credit_target = {"refund.target", check_target};

/* It may complete the other order's deposit: then the clock starts today, not when the money came in for this one. */
gboolean credit_use(Context *context, GError **error) {
  const Refund *refund = context->row;
  const Contract *from = contract_in(context, refund->contract, error);
  const Contract *to = from ? contract_in(context, refund->used_for, error) : NULL;
  Allocation *line = dict_new_row(context->arena, &allocation_record);
  line->row.parent_id = refund->row.parent_id;
  line->row.state = "active";
  line->contract = refund->used_for;
  line->amount = refund->amount;
  line->counts_from = context->today;
  return to && refund_take_out(context, refund, error) &&
         context_create(context, &allocation_record, line, error) &&
         deposit_follow(context, from->row.order_id, error) && deposit_follow(context, to->row.order_id, error);
}
