/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Money in Chinese capital numerals, as contracts and bank forms write it so that no stroke can be added. */
#pragma once
#include <glib.h>

/* "壹拾贰万捌仟元整" of 12800000 fen; traditional: "壹拾貳萬捌仟元整". After the rules for filling in bills and settlement
   vouchers annexed to the People's Bank of China's Measures for Payment and Settlement (1997): one 零 for any zeros
   between two numerals, 整 behind yuan and jiao but not behind fen. Caller frees. */
char *capital_money(gint64 fen, gboolean traditional);
