/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The goods of an order, as several papers list them. */
#pragma once
#include "paper/paper.h"

/* The lines of an order form as a table with their sum, its lengths in mm; and those of the order's accepted one. */
gboolean paper_form_lines(const PaperWork *work, gint64 form, GError **error);
gboolean paper_lines(const PaperWork *work, gint64 order_id, GError **error);
