/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 8: what a refund's acts ask of a credit. */
#pragma once
#include "workflow/workflow.h"

/* Of a contract: nothing was paid beyond it that is neither being given back nor kept as a credit. */
extern const Gate gate_credit_cleared;
/* Of a refund: its amount was paid beyond the contract in force. */
extern const Gate gate_credit_beyond;
/* Of a refund: the contract that it is used for is another order's, and in force. */
extern const Gate gate_credit_target;
/* A run(): the money is for the other contract, from today on. */
gboolean credit_use(Context *context, GError **error);
