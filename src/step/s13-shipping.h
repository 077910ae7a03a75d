/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 13: shipments. */
#pragma once
#include "party/party.h"

#define DICT_NAME shipment
#define DICT_TYPE Shipment
#define DICT_DEF "step/shipment.def"
#include "dict/declare.h"

#define DICT_NAME tracking
#define DICT_TYPE Tracking
#define DICT_DEF "step/tracking.def"
#include "dict/declare.h"
