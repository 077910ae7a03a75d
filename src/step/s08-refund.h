/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 8: refunds. */
#pragma once
#include "party/party.h"

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "step/refund.def"
#undef FIELD
} Refund;
extern const Record refund_record;
