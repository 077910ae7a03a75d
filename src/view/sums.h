/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums on the page of a dealer or a project. */
#pragma once
#include "view/view.h"

/* Sets record.html's has_sums and sums: of orders and of the money of contracts, as far as the viewer may know of them.
   None for other records. */
gboolean sums_set(const View *view, const Record *record, const Row *row, Value *page, GError **error);
