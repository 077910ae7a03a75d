/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One field of a form, for forms of other shapes. */
#pragma once
#include "view/view.h"

/* field.html's item. row: whose value it shows (NULL: none), near: where the form stands (for what a reference may
   name), name: of the input. NULL and error on a fault. */
Value *form_field(const View *view, const Input *input, const Field *field, const void *row, const Row *near,
                  const ViewTyped *typed, const char *name, GError **error);
