/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawn plans: what the saw operator works from. The scene is the caller's. */
#pragma once
#include "cut/cut-page.h"

/* What is taken from the store and what goes back; then each different bar to scale, with its pieces, the places of the
 * cuts, trims and leftover. */
CutScene *cut_print_bars(const CutWork *work, const CutStyle *style);
