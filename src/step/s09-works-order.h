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

/* Puts what production has of the order on hold, with the reason; nothing happens where nothing was released. */
gboolean works_order_hold_all(Context *context, gint64 order_id, const char *reason, GError **error);
