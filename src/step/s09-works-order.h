/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 9: the works order. */
#pragma once
#include "party/party.h"

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "step/works_order.def"
#undef FIELD
} WorksOrder;
extern const Record works_order_record;
