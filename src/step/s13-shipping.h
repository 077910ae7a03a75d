/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 13: shipments. */
#pragma once
#include "party/party.h"

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "step/shipment.def"
#undef FIELD
} Shipment;
extern const Record shipment_record;

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "step/tracking.def"
#undef FIELD
} Tracking;
extern const Record tracking_record;
