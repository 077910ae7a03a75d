/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The supply contract on paper. */
#pragma once
#include "paper/paper.h"

/* Writes the contract (a Contract) as it is agreed between factory and dealer; a Paper's function. */
gboolean paper_contract(const PaperWork *work, const void *row, GError **error);
