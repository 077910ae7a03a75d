/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 6: the contract and what it asks to be paid when. */
#pragma once
#include "party/party.h"

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "step/contract.def"
#undef FIELD
} Contract;
extern const Record contract_record;

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "step/instalment.def"
#undef FIELD
} Instalment;
extern const Record instalment_record;

/* The order's contract is effective. */
extern const Gate gate_contract_effective;
/* The order's contract that is effective, NULL when there is none. */
Contract *contract_effective(Context *context, GError **error);
Contract *contract_of_order(Context *context, gint64 order_id, GError **error);
