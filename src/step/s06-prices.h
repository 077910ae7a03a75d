/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 6: unit prices. A contract that has lines is for their sum; one without is for a lump sum. */
#pragma once
#include "party/party.h"

#define DICT_NAME contract_line
#define DICT_TYPE ContractLine
#define DICT_DEF "step/contract_line.def"
#include "dict/declare.h"

/* Every line of the contract, context->row, has a price. */
extern const Gate gate_contract_prices;
/* The lines, where there are any, add up to the contract's amount. */
extern const Gate gate_contract_total;
/* What whoever signs the contract is told of its lines beside the accepted order form; nothing of a lump sum. */
extern const Gate gate_told_unpriced, gate_told_unordered, gate_told_otherwise;
/* How much the order form asks for and what the contract comes to by the square metre, for the same; NULL: neither is
   known, or error is set. */
const char *prices_say(Context *context, GError **error);
/* The sum of the contract's lines in fen; 0 where it has none, or error is set. */
gint64 prices_sum(Context *context, gint64 contract, GError **error);
/* Whether the contract has lines but the one of that id (0: whichever). */
gboolean prices_has(Context *context, gint64 contract, gint64 but, GError **error);
/* Makes a line of context->row, the contract, for each line of the order's accepted form, by its measures and yet
   without a price. A wall that there is already keeps its price, where it is made as before, and takes the measures of
   now; one that the form no longer has goes, and what is of no form stays. */
gboolean prices_take(Context *context, GError **error);
/* Copies the lines of another contract into context->row. */
gboolean prices_copy(Context *context, gint64 from, GError **error);
/* Whether the lines of two contracts differ. FALSE too where error is set. */
gboolean prices_differ(Context *context, gint64 one, gint64 other, GError **error);
