/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 8: refunds and credits. */
#pragma once
#include "party/party.h"

#define DICT_NAME refund
#define DICT_TYPE Refund
#define DICT_DEF "step/refund.def"
#include "dict/declare.h"

/* Takes the refund's amount out of what its receipt has for its contract. */
gboolean refund_take_out(Context *context, const Refund *refund, GError **error);
