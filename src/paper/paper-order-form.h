/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order form on paper. */
#pragma once
#include "paper/paper.h"

/* Writes the order form (a row of its record); a Paper's function. */
gboolean paper_order_form(const PaperWork *work, const void *row, GError **error);
