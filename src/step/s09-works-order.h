/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 9: the works order. */
#pragma once
#include "party/party.h"

#define DICT_NAME works_order
#define DICT_TYPE WorksOrder
#define DICT_DEF "step/works_order.def"
#include "dict/declare.h"

/* Puts what production has of the order on hold, with the reason; nothing happens where nothing was released. */
gboolean works_order_hold_all(Context *context, gint64 order_id, const char *reason, GError **error);
