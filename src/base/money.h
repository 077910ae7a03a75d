/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decimal amounts kept as whole numbers: money in fen, percent in basis points, lengths in 0.1 mm, quantities in
   hundredths. */
#pragma once
#include <glib.h>

enum { MONEY_PLACES = 2, PERCENT_PLACES = 2, LENGTH_PLACES = 1, DECIMAL_PLACES = 2 };

/* Reads "-1,234.5" with at most `places` decimals (grouping by comma or space allowed) into units of 10^-places.
   FALSE when it is not such a number or does not fit. */
gboolean money_parse(const char *text, int places, gint64 *units);
/* Writes units of 10^-places: grouped as "12 000.00" with the separator given ("" for none). Caller frees. */
char *money_format(gint64 units, int places, const char *separator);
