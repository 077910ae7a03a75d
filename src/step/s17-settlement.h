/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 17, as far as it goes: when an order is delivered, and when it is settled. */
#pragma once
#include "party/party.h"

/* Says of the order since when all its goods are signed for and all its money is in; with both it is over, without one
   of them it is open. Nothing happens in a cancelled one. */
gboolean settlement_follow(Context *context, gint64 order_id, GError **error);
/* Orders that were delivered before these days were kept read as such from now on, in the journal too. At start. */
gboolean settlement_catch_up(Engine *engine, GError **error);
