/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with an order for bars: every fault, a line each, before any work is done. */
#include "cut/bars.h"
#include "cut/faults.h"

static void check_head(const CutOrder *order, Faults *faults) {
  faults_between(faults, N_("the kerf"), order->kerf, 0, CUT_LENGTH_MAX);
  faults_between(faults, N_("the trim of the left end"), order->trim_left, 0, CUT_LENGTH_MAX);
  faults_between(faults, N_("the trim of the right end"), order->trim_right, 0, CUT_LENGTH_MAX);
  faults_between(faults, N_("the number of pieces of a bar"), order->pieces_max, 0, CUT_LENGTH_MAX);
  faults_between(faults, N_("the shortest remnant kept"), order->remnant_min, 0, CUT_LENGTH_MAX);
  faults_between(faults, N_("the longest waste allowed"), order->waste_max, 0, CUT_LENGTH_MAX);
  if (order->waste_max > 0 && order->remnant_min <= order->waste_max)
    faults_add(faults, N_("where waste is limited, the shortest remnant kept must be longer than it"));
  if (order->n_pieces == 0)
    faults_add(faults, N_("no pieces are ordered"));
  if (order->n_pieces > CUT_PIECES_MAX)
    faults_add(faults, N_("more than %d lines of pieces"), CUT_PIECES_MAX);
  if (order->n_stocks == 0)
    faults_add(faults, N_("there is no stock"));
  if (order->n_stocks > CUT_STOCKS_MAX)
    faults_add(faults, N_("more than %d lines of stock"), CUT_STOCKS_MAX);
}

/* The longest usable length; 0 where no bar outlasts its trims. */
static gint64 check_stocks(const CutOrder *order, Faults *faults) {
  gint64 usable = 0, trims = CLAMP(order->trim_left, 0, CUT_LENGTH_MAX) + CLAMP(order->trim_right, 0, CUT_LENGTH_MAX);
  for (gsize s = 0; s < order->n_stocks && s < CUT_STOCKS_MAX; s++) {
    const CutStock *stock = &order->stocks[s];
    faults_line(faults, N_("stock"), s, N_("length"), stock->length, 1, CUT_LENGTH_MAX);
    faults_line(faults, N_("stock"), s, N_("price"), stock->price, 1, CUT_PRICE_MAX);
    faults_line(faults, N_("stock"), s, N_("count"), stock->count, 0, CUT_LENGTH_MAX);
    usable = MAX(usable, CLAMP(stock->length, 0, CUT_LENGTH_MAX) - trims);
  }
  return usable;
}

static void check_pieces(const CutOrder *order, gint64 usable, Faults *faults) {
  gint64 total = 0;
  for (gsize i = 0; i < order->n_pieces && i < CUT_PIECES_MAX; i++) {
    const CutPiece *piece = &order->pieces[i];
    if (piece->length < 1)
      faults_add(faults, N_("piece %zu: length %lld is not positive"), i + 1, (long long)piece->length);
    else if (piece->length > usable)
      faults_add(faults, N_("piece %zu: length %lld is longer than the %lld usable of a bar"), i + 1,
                 (long long)piece->length, (long long)usable);
    faults_line(faults, N_("piece"), i, N_("count"), piece->count, 1, CUT_LENGTH_MAX);
    faults_line(faults, N_("piece"), i, N_("saving nose to tail"), piece->nest, 0, MAX(piece->length, 0));
    faults_line(faults, N_("piece"), i, N_("left angle"), piece->left, -CUT_ANGLE_MAX, CUT_ANGLE_MAX);
    faults_line(faults, N_("piece"), i, N_("right angle"), piece->right, -CUT_ANGLE_MAX, CUT_ANGLE_MAX);
    total += CLAMP(piece->count, 0, CUT_LENGTH_MAX);
  }
  if (total > CUT_LENGTH_MAX)
    faults_add(faults, N_("more than %d pieces in all"), CUT_LENGTH_MAX);
}

gboolean cut_bars_validate(const CutOrder *order, GError **error) {
  g_auto(Faults) faults = faults_begin(order->language);
  check_head(order, &faults);
  check_pieces(order, check_stocks(order, &faults), &faults);
  return faults_tell(&faults, CUT_ERROR_ORDER, error);
}
