/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The delivery notice on paper. */
#pragma once
#include "paper/paper.h"

/* Writes the delivery notice (a row of its record); a Paper's function. */
gboolean paper_delivery_notice(const PaperWork *work, const void *row, GError **error);
