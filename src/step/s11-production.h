/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 11: what the shop floor reports and what is in store. */
#pragma once
#include "party/party.h"

#define DICT_NAME progress
#define DICT_TYPE Progress
#define DICT_DEF "step/progress.def"
#include "dict/declare.h"

/* Pieces of the works order of that id that are reported as packed. */
gint64 progress_packed(Context *context, gint64 works, GError **error);
/* The gate of what is reported of it: the works order is in production. */
extern const Gate gate_making;
/* Ends what production owes of reports: as many pieces are packed as are ordered. */
extern const Gate gate_all_packed;
/* The same of inspections: all that is assembled has passed. */
extern const Gate gate_all_inspected;
/* Ends what the warehouse owes of the customer's goods: all that the customer supplies has come. */
extern const Gate gate_all_supplied;
/* Ends what the warehouse owes on a works order: nothing packed is outside of the store. */
extern const Gate gate_packed_stored;

#define DICT_NAME stored_goods
#define DICT_TYPE StoredGoods
#define DICT_DEF "step/stored_goods.def"
#include "dict/declare.h"

/* Pieces of a works order that were received into store. */
gint64 stored_goods_pieces(Context *context, gint64 works, GError **error);
