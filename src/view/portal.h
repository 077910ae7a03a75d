/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the dealer's first page and the page of an order say alike. */
#pragma once
#include "view/standing.h"
#include "view/step.h"


/* What a duty of the dealer's asks, and one sentence about it (may be ""). */
void portal_ask_words(const View *view, const Duty *duty, const Standing *standing, const char **title,
                      const char **text);
/* "Please pay ¥30,000.00". */
const char *portal_payment_title(const View *view, const Standing *standing);
