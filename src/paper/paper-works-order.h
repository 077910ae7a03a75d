/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The works order on paper. */
#pragma once
#include "paper/paper.h"

/* Writes the works order (a row of its record); a Paper's function. */
gboolean paper_works_order(const PaperWork *work, const void *row, GError **error);
