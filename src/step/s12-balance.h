/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 12: the balance notice and the delivery notice. */
#pragma once
#include "party/party.h"

enum { BALANCE_DAYS = 1 /* before the ship date: the last day on which the balance is in time */ };

#define DICT_NAME balance_notice
#define DICT_TYPE BalanceNotice
#define DICT_DEF "step/balance_notice.def"
#include "dict/declare.h"

#define DICT_NAME delivery_notice
#define DICT_TYPE DeliveryNotice
#define DICT_DEF "step/delivery_notice.def"
#include "dict/declare.h"

#define DICT_NAME delivery_line
#define DICT_TYPE DeliveryLine
#define DICT_DEF "step/delivery_line.def"
#include "dict/declare.h"
