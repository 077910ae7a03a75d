/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 2: the order form. */
#pragma once
#include "party/party.h"

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "step/order_form.def"
#undef FIELD
} OrderForm;
extern const Record order_form_record;

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include "step/order_form_line.def"
#undef FIELD
} OrderFormLine;
extern const Record order_form_line_record;

/* How many pieces the order's accepted form asks for, 0 when there is none. */
gint64 order_form_pieces(Context *context, gint64 order_id, GError **error);
