/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labels: one a piece, a page of its own size each, in cutting order, so that a roll printer keeps up with the saw. */
#pragma once
#include "workshop/cut-saw.h"

/* style's width and height are the label's. The QR code holds the label's number, order, wall, bay, item, size and
 * angles as one line of CSV with semicolons. NULL and error where there are too many labels. */
CutScene *cut_label_print(const CutWork *work, const CutStyle *style, GError **error);
