/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lower bounds in whole numbers: area after dual feasible functions on both sides. A function f with
 * sum f(x_i) <= f(X) whenever sum x_i <= X turns sides into sides for which the area bound holds still. */
#include "cut/sheets.h"

#define SIDES_MAX 200     /* tried as limits, each way */
#define WORK_MAX 40000000 /* items looked at by all of them */

/* What is longer than X - u counts as all of X, what is shorter than u as nothing. */
static gint64 stretch(gint64 x, gint64 whole, gint64 u) {
  return u > 0 && x > whole - u ? whole : x < u ? 0 : x;
}

static gint64 bound_for(const SheetTask *order, gint64 u, gint64 v) {
  gint64 kerf = order->rules.kerf, width = order->width + kerf, height = order->height + kerf;
  __int128 total = 0, sheet = (__int128)width * height;
  for (gsize i = 0; i < order->n_items; i++) {
    gint64 w = order->items[i].width + kerf, h = order->items[i].height + kerf;
    __int128 upright = (__int128)stretch(w, width, u) * stretch(h, height, v);
    __int128 lying = (__int128)stretch(h, width, u) * stretch(w, height, v);
    if (order->items[i].turns && h <= width && w <= height && lying < upright)
      upright = lying;
    if (order->items[i].turns && (w > width || h > height))
      upright = lying;
    total += upright * order->items[i].copies;
  }
  return (gint64)((total + sheet - 1) / sheet);
}

gint64 sheets_bound(const SheetTask *order) {
  gint64 best = 1, kerf = order->rules.kerf;
  gsize sides = SIDES_MAX;
  while (sides > 8 && sides * sides * order->n_items > WORK_MAX)
    sides /= 2;
  gsize step = 1 + order->n_items / sides;
  for (gsize i = 0; i <= order->n_items; i += step)
    for (gsize j = 0; j <= order->n_items; j += step) {
      gint64 u = i < order->n_items ? order->items[i].width + kerf : 0,
             v = j < order->n_items ? order->items[j].height + kerf : 0;
      if (u * 2 <= order->width + kerf && v * 2 <= order->height + kerf)
        best = MAX(best, bound_for(order, u, v));
    }
  return best;
}
