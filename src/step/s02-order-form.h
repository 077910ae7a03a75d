/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 2: the order form. */
#pragma once
#include "party/party.h"

#define DICT_NAME order_form
#define DICT_TYPE OrderForm
#define DICT_DEF "step/order_form.def"
#include "dict/declare.h"

#define DICT_NAME order_form_line
#define DICT_TYPE OrderFormLine
#define DICT_DEF "step/order_form_line.def"
#include "dict/declare.h"

/* Id of the order's accepted form, 0 when there is none. */
gint64 order_form_accepted(Context *context, gint64 order_id, GError **error);
/* How many pieces the order's accepted form asks for, 0 when there is none. */
gint64 order_form_pieces(Context *context, gint64 order_id, GError **error);
/* Begins the order form of context->row, an order that was just made, with these lines of another order's form: ids
   parted by commas. */
gboolean order_form_take_over(Context *context, const char *lines, GError **error);
/* The wall that the line is about: a line that was copied into a new edition of the form is still the same one. */
static inline gint64 order_form_wall(const OrderFormLine *line) {
  return line->origin == DICT_UNSET ? line->row.id : line->origin;
}
