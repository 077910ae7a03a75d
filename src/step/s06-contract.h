/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 6: the contract and what it asks to be paid when. */
#pragma once
#include "party/party.h"

#define DICT_NAME contract
#define DICT_TYPE Contract
#define DICT_DEF "step/contract.def"
#include "dict/declare.h"

#define DICT_NAME instalment
#define DICT_TYPE Instalment
#define DICT_DEF "step/instalment.def"
#include "dict/declare.h"

/* What an instalment without a date is due before, as a message id; NULL: nothing. */
const char *instalment_due_before(const Instalment *line);

/* Lets the draft's amount follow its priced lines from the sum `before` to `sum`, and its instalments with it: where no
   amount was agreed on otherwise, and nobody arranged the instalments. FALSE and error on a fault. */
gboolean contract_follow_prices(Context *context, gint64 contract, gint64 before, gint64 sum, GError **error);
/* The contract that the line, context->row, is of is a draft. */
extern const Gate gate_contract_draft;
/* The order's contract is effective. */
extern const Gate gate_contract_effective;
/* The order's contract that is effective, NULL when there is none. */
Contract *contract_effective(Context *context, GError **error);
Contract *contract_of_order(Context *context, gint64 order_id, GError **error);
