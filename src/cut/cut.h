/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cutting plans: what to cut from which bar, and a proof of how good the plan is.
 *
 * A pure core: no clock, no files, no database. Lengths are whole numbers in any one unit (the product
 * uses tenths of a millimetre). The same order, seed and work limit give the same plan. The caller owns
 * the arrays that an order points to; a plan is owned by whoever asked for it and freed with its
 * cut_..._free. Orders that cannot be cut are refused with every fault listed in one GError. */
#pragma once
#include <glib.h>

#define CUT_ERROR (cut_error_quark())
GQuark cut_error_quark(void);

typedef enum {
  CUT_ERROR_ORDER, /* the order is impossible or malformed; the message has one fault a line */
  CUT_ERROR_PLAN,  /* a plan does not do what its order asks */
} CutError;

#define CUT_LENGTH_MAX 1000000000 /* longest length, widest sheet and largest number of copies */
#define CUT_PIECES_MAX 1000000    /* lines of an order */

typedef struct {
  gint64 length;      /* > 0, finished length */
  gint64 count;       /* > 0, how many */
  const char *origin; /* what the caller knows it by (order, wall, bay); may be NULL; not looked into */
} CutPiece;

/* Told after every better plan or bound, and often between; return FALSE to stop with the best so far. */
typedef gboolean (*CutProgress)(gint64 bound, gint64 best, void *data);

typedef struct {
  const CutPiece *pieces; /* the caller's */
  gsize n_pieces;
  gint64 bar;             /* full length of a bar */
  gint64 kerf;            /* lost to each cut, >= 0 */
  gint64 trim;            /* lost at both ends together, >= 0 */
  gint64 work;            /* most work units (about 0.1 µs each); 0: until proved or stopped */
  CutProgress progress;   /* may be NULL */
  void *progress_data;
} CutOrder;

/* An order with no pieces, no kerf, no trim, no limit. */
CutOrder cut_order_default(void);

typedef struct {
  gint64 piece; /* index into the order's pieces */
  gint64 times; /* how often in one bar */
} CutPart;

typedef struct {
  gint64 count;  /* bars cut this way */
  GArray *parts; /* of CutPart, longest first */
} CutPattern;

typedef struct {
  gint64 bars;         /* bars the plan needs */
  gint64 lower_bound;  /* no plan needs fewer: proved in whole numbers */
  gint64 work;         /* work units spent */
  GPtrArray *patterns; /* of CutPattern */
} CutBarPlan;

/* The best plan found. NULL and error where the order is refused. bars == lower_bound means optimal. */
CutBarPlan *cut_bars(const CutOrder *order, GError **error);
void cut_bar_plan_free(CutBarPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CutBarPlan, cut_bar_plan_free)

/* Every fault of an order for bars in one error; TRUE where there is none. */
gboolean cut_bars_validate(const CutOrder *order, GError **error);
