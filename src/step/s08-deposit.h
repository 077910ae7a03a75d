/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 8: money received, what it is for, and the clock that the deposit starts. */
#pragma once
#include "step/s06-contract.h"

#define DICT_NAME receipt
#define DICT_TYPE Receipt
#define DICT_DEF "step/receipt.def"
#include "dict/declare.h"

#define DICT_NAME allocation
#define DICT_TYPE Allocation
#define DICT_DEF "step/allocation.def"
#include "dict/declare.h"

/* The commands after which other money is in, or other money is asked for: lists of them in duties. */
#define DEPOSIT_MOVES                                                                                                \
  "receipt.confirm", "receipt.reverse", "receipt.write_off", "refund.pay", "refund.reverse", "refund.use",        \
    "contract.file_copy", "contract.accept_copy"

/* The same, and those after which other money is reported. */
#define DEPOSIT_REPORTS                                                                                              \
  DEPOSIT_MOVES, "receipt.notice", "receipt.correct", "receipt.withdraw", "receipt.refuse", "allocation.add",       \
    "allocation.change", "allocation.remove"

/* Confirmed receipts reach the deposit of the order's contract. */
extern const Gate gate_deposit_in;
/* Confirmed receipts reach all that the contract asks before delivery. */
extern const Gate gate_money_before_delivery;
/* Confirmed receipts, and what was reported on this order and waits for finance, reach all that the contract asks
   before delivery. */
extern const Gate gate_money_reported;
/* Starts, moves or stops the order's lead-time clock as the confirmed money and the approved extensions say; puts
   production on hold when the deposit is no longer in. */
gboolean deposit_follow(Context *context, gint64 order_id, GError **error);
/* The value date of the receipt with which that much of the contract's money was in, the contract's effective date
   where nothing is asked; DICT_UNSET while it is not. */
gint64 deposit_reached(Context *context, const Contract *contract, gint64 asked, GError **error);
/* Sum of the confirmed money that is allocated to the order's contracts. */
gint64 deposit_confirmed(Context *context, gint64 order_id, GError **error);
/* That and what was reported on this order for them and waits for finance: who has reported it is not to be chased. */
gint64 deposit_reported(Context *context, gint64 order_id, GError **error);
/* What the contract asks before delivery and is not confirmed in. */
gint64 deposit_unpaid(Context *context, gint64 order_id, GError **error);
/* What is confirmed in beyond what the contract asks before delivery; negative when less is in. */
gint64 deposit_surplus(Context *context, gint64 order_id, GError **error);
