/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes are an order for bars with all that it can state: it is cut by a plan which the independent checker passes,
   or is refused with a reason; twice the same. */
#include "bytes.h"
#include "cut-check/bars-check.h"
#include "cut/cut.h"
#include "fuzz.h"

#define LINES_MAX 12
#define WORK 100000

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  return 0;
}

static gint64 next_number(Bytes *bytes) {
  static const gint64 odd[8] = {-1, 1000000000, 1000000001, G_MAXINT64, G_MININT64, 999999937, 0, 1};
  return bytes_number(bytes, 65536, odd);
}

static CutOrder next_order(Bytes *bytes, CutPiece *pieces, CutStock *stocks) {
  CutOrder order = cut_order_default();
  order.pieces = pieces;
  order.stocks = stocks;
  order.n_pieces = (gsize)bytes_next(bytes) % LINES_MAX;
  order.n_stocks = (gsize)bytes_next(bytes) % LINES_MAX;
  gint64 *const rules[] = {&order.kerf, &order.trim_left, &order.trim_right, &order.pieces_max, &order.remnant_min,
                           &order.waste_max};
  gint64 stated = bytes_next(bytes);
  for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
    *rules[i] = stated >> i & 1 ? next_number(bytes) : 0;
  order.offcuts_first = stated >> 6 & 1;
  order.seed = (guint64)bytes_next(bytes);
  order.work = WORK;
  for (gsize s = 0; s < order.n_stocks; s++)
    stocks[s] = (CutStock){.length = next_number(bytes), .price = next_number(bytes), .count = next_number(bytes),
                           .offcut = bytes_next(bytes) & 1};
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
