/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 12: the balance notice and the delivery notice. */
#pragma once
#include "party/party.h"

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "step/balance_notice.def"
#undef FIELD
} BalanceNotice;
extern const Record balance_notice_record;

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "step/delivery_notice.def"
#undef FIELD
} DeliveryNotice;
extern const Record delivery_notice_record;

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "step/delivery_line.def"
#undef FIELD
} DeliveryLine;
extern const Record delivery_line_record;
