/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The balance notice on paper. */
#pragma once
#include "paper/paper.h"

/* Writes the balance notice; a Paper's function. */
gboolean paper_balance_notice(const PaperWork *work, const void *row, GError **error);
