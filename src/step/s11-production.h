/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 11: what the shop floor reports and what is in store. */
#pragma once
#include "party/party.h"

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "step/progress.def"
#undef FIELD
} Progress;
extern const Record progress_record;

/* The gate of what is reported of it: the works order is in production. */
extern const Gate gate_making;

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "step/stored_goods.def"
#undef FIELD
} StoredGoods;
extern const Record stored_goods_record;
