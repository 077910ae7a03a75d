/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 8: refunds. */
#pragma once
#include "party/party.h"

#define DICT_NAME refund
#define DICT_TYPE Refund
#define DICT_DEF "step/refund.def"
#include "dict/declare.h"
