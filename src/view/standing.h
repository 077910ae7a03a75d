/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How an order stands, in the words of its dealer: true at every moment, and never a word of the house's. */
#pragma once
#include "party/party.h"
#include "step/s02-order-form.h"
#include "step/s13-shipping.h"
#include "view/order.h"

typedef struct {
  const Order *order;
  OrderMoney money;
  gboolean begun;           /* there is an order form */
  gboolean copy_sent;       /* the countersigned contract waits for our check */
  const Shipment *shipment; /* the newest one planned or under way; NULL: none */
  gboolean anew;            /* something is made anew for it, on an order that is not delivered yet */
  const char *said;         /* what the house wrote to the dealer of late, as long as he has not answered and neither
                               money nor goods moved since; NULL: nothing */
} Standing;

/* The stretches of the way as a dealer knows them, as message ids; ends with NULL. */
enum { STANDING_STRETCHES = 7 };
extern const char *const standing_stretches[STANDING_STRETCHES + 1];

gboolean standing_load(Standing *standing, const View *view, const Order *order, GError **error);
/* The stretch that the order is on: an index of standing_stretches. */
guint standing_stretch(const Standing *standing);
/* Whether the order passes that stretch: one that asks for no money passes none that is about money. */
gboolean standing_passes(const Standing *standing, guint stretch);
gboolean standing_delivered(const Standing *standing);
/* One sentence: what happens now. In the viewer's language, in the arena. */
const char *standing_sentence(const View *view, const Standing *standing);
/* The day that matters now ("expected to ship on 5 May"), and its tone; NULL: none is known. */
const char *standing_day(const View *view, const Standing *standing, const char **tone);
/* What the dealer is to pay by now and has not reported yet; fen. Before a shipment, and where money of it went back
   later, all that is due before delivery, else the deposit, or the instalment due next where its date is near. */
gint64 standing_unpaid(const View *view, const Standing *standing);
/* Whether that is an instalment whose date is near: what no duty says. */
gboolean standing_due_soon(const View *view, const Standing *standing);
