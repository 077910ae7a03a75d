/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The delivery note on paper. */
#pragma once
#include "paper/paper.h"

/* Writes the delivery note (of a shipment); a Paper's function. */
gboolean paper_delivery_note(const PaperWork *work, const void *row, GError **error);
