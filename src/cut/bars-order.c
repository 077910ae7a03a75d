/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with an order for bars: every fault, a line each, before any work is done. */
#include "cut/bars.h"

static void fault(GString *faults, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void fault(GString *faults, const char *format, ...) {
  va_list arguments;
  if (faults->len > 0)
    g_string_append_c(faults, '\n');
  va_start(arguments, format);
  g_string_append_vprintf(faults, format, arguments);
  va_end(arguments);
}

static void check_between(GString *faults, const char *what, gint64 value, gint64 least, gint64 most) {
  if (value < least || value > most)
    fault(faults, "%s %" G_GINT64_FORMAT " is not between %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT, what, value,
          least, most);
}

/* The same of one line of pieces or stock. */
static void check_line(GString *faults, const char *kind, gsize line, const char *what, gint64 value, gint64 least,
                       gint64 most) {
  if (value < least || value > most)
    fault(faults, "%s %zu: %s %" G_GINT64_FORMAT " is not between %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT, kind,
          line + 1, what, value, least, most);
}

static void check_head(const CutOrder *order, GString *faults) {
  check_between(faults, "the kerf", order->kerf, 0, CUT_LENGTH_MAX);
  check_between(faults, "the trim of the left end", order->trim_left, 0, CUT_LENGTH_MAX);
  check_between(faults, "the trim of the right end", order->trim_right, 0, CUT_LENGTH_MAX);
  check_between(faults, "the number of pieces of a bar", order->pieces_max, 0, CUT_LENGTH_MAX);
  check_between(faults, "the shortest remnant kept", order->remnant_min, 0, CUT_LENGTH_MAX);
  check_between(faults, "the longest waste allowed", order->waste_max, 0, CUT_LENGTH_MAX);
  if (order->waste_max > 0 && order->remnant_min <= order->waste_max)
    fault(faults, "where waste is limited, the shortest remnant kept must be longer than it");
  if (order->n_pieces == 0)
    fault(faults, "no pieces are ordered");
  if (order->n_pieces > CUT_PIECES_MAX)
    fault(faults, "more than %d lines of pieces", CUT_PIECES_MAX);
  if (order->n_stocks == 0)
    fault(faults, "there is no stock");
  if (order->n_stocks > CUT_STOCKS_MAX)
    fault(faults, "more than %d lines of stock", CUT_STOCKS_MAX);
}

/* The longest usable length; 0 where no bar outlasts its trims. */
static gint64 check_stocks(const CutOrder *order, GString *faults) {
  gint64 usable = 0, trims = CLAMP(order->trim_left, 0, CUT_LENGTH_MAX) + CLAMP(order->trim_right, 0, CUT_LENGTH_MAX);
  for (gsize s = 0; s < order->n_stocks && s < CUT_STOCKS_MAX; s++) {
    const CutStock *stock = &order->stocks[s];
    check_line(faults, "stock", s, "length", stock->length, 1, CUT_LENGTH_MAX);
    check_line(faults, "stock", s, "price", stock->price, 1, CUT_PRICE_MAX);
    check_line(faults, "stock", s, "count", stock->count, 0, CUT_LENGTH_MAX);
    usable = MAX(usable, CLAMP(stock->length, 0, CUT_LENGTH_MAX) - trims);
  }
  return usable;
}

static void check_pieces(const CutOrder *order, gint64 usable, GString *faults) {
  gint64 total = 0;
  for (gsize i = 0; i < order->n_pieces && i < CUT_PIECES_MAX; i++) {
    const CutPiece *piece = &order->pieces[i];
    if (piece->length < 1)
      fault(faults, "piece %zu: length %" G_GINT64_FORMAT " is not positive", i + 1, piece->length);
    else if (piece->length > usable)
      fault(faults, "piece %zu: length %" G_GINT64_FORMAT " is longer than the %" G_GINT64_FORMAT " usable of a bar",
            i + 1, piece->length, usable);
    check_line(faults, "piece", i, "count", piece->count, 1, CUT_LENGTH_MAX);
    check_line(faults, "piece", i, "saving nose to tail", piece->nest, 0, MAX(piece->length, 0));
    check_line(faults, "piece", i, "left angle", piece->left, -CUT_ANGLE_MAX, CUT_ANGLE_MAX);
    check_line(faults, "piece", i, "right angle", piece->right, -CUT_ANGLE_MAX, CUT_ANGLE_MAX);
    total += CLAMP(piece->count, 0, CUT_LENGTH_MAX);
  }
  if (total > CUT_LENGTH_MAX)
    fault(faults, "more than %d pieces in all", CUT_LENGTH_MAX);
}

gboolean cut_bars_validate(const CutOrder *order, GError **error) {
  g_autoptr(GString) faults = g_string_new(NULL);
  check_head(order, faults);
  check_pieces(order, check_stocks(order, faults), faults);
  if (faults->len > 0)
    g_set_error_literal(error, CUT_ERROR, CUT_ERROR_ORDER, faults->str);
  return faults->len == 0;
}
