/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawn plans: what the saw operator works from. The scene is the caller's. */
#pragma once
#include "workshop/cut-page.h"

/* What is taken from the store and what goes back; then each different bar to scale, with its pieces, the places of the
 * cuts, trims and leftover. */
CutScene *cut_print_bars(const CutWork *work, const CutStyle *style);

/* The same of sheets; each different sheet has a page of its own, with the cuts numbered as they are made, what the saw
 * is set to at each, and dimension lines along the first and second cuts. */
CutScene *cut_print_sheets(const CutWork *work, const CutStyle *style);
