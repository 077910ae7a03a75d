/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes are an order for bars with all that it can state: it is cut by a plan which the independent checker passes,
   or is refused with a reason; twice the same. */
#include "cut-check/bars-check.h"
#include "cut/cut.h"
#include "fuzz.h"

#define LINES_MAX 12
#define WORK 100000

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  return 0;
}

/* The bytes not read yet. */
typedef struct {
  const uint8_t *at, *end;
} Bytes;

static gint64 next_byte(Bytes *bytes) {
  return bytes->at < bytes->end ? *bytes->at++ : 0;
}

/* Mostly a small number, at times a large, a negative or an impossible one. */
static gint64 next_number(Bytes *bytes) {
  static const gint64 odd[] = {-1, 1000000000, 1000000001, G_MAXINT64, G_MININT64, 999999937, 0, 1};
  gint64 byte = next_byte(bytes);
  return byte == 255 ? odd[next_byte(bytes) % 8] : byte == 254 ? next_byte(bytes) * 65536 : byte;
}

static CutOrder next_order(Bytes *bytes, CutPiece *pieces, CutStock *stocks) {
  CutOrder order = cut_order_default();
  order.pieces = pieces;
  order.stocks = stocks;
  order.n_pieces = (gsize)next_byte(bytes) % LINES_MAX;
  order.n_stocks = (gsize)next_byte(bytes) % LINES_MAX;
  gint64 *const rules[] = {&order.kerf, &order.trim_left, &order.trim_right, &order.pieces_max, &order.remnant_min,
                           &order.waste_max};
  gint64 stated = next_byte(bytes);
  for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
    *rules[i] = stated >> i & 1 ? next_number(bytes) : 0;
  order.offcuts_first = stated >> 6 & 1;
  order.seed = (guint64)next_byte(bytes);
  order.work = WORK;
  for (gsize s = 0; s < order.n_stocks; s++)
    stocks[s] = (CutStock){.length = next_number(bytes), .price = next_number(bytes), .count = next_number(bytes),
                           .offcut = next_byte(bytes) & 1};
  for (gsize s = 0; s < order.n_stocks; s++)
    stocks[s].length *= stocks[s].length > 0 && stocks[s].length < 256 ? 3 : 1;
  for (gsize i = 0; i < order.n_pieces; i++)
    pieces[i] = (CutPiece){.length = next_number(bytes), .count = next_number(bytes),
                           .nest = stated >> 7 & 1 ? next_number(bytes) : 0};
  return order;
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size) {
  Bytes bytes = {.at = at, .end = at + size};
  CutPiece pieces[LINES_MAX];
  CutStock stocks[LINES_MAX];
  const CutOrder order = next_order(&bytes, pieces, stocks);
  g_autoptr(GError) error = NULL;
  g_autoptr(CutBarPlan) plan = cut_bars(&order, &error), again = cut_bars(&order, NULL);
  g_autoptr(GString) faults = g_string_new(NULL);
  g_assert(!plan == !again && !plan == (error != NULL));
  if (plan && !bars_check_plan(&order, plan, faults))
    g_error("%s", faults->str);
  if (plan && (plan->work != again->work || plan->price != again->price || plan->setups != again->setups))
    g_error("two plans for one order");
  return 0;
}
