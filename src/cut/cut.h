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

/* Sheets. Coordinates from the lower left corner of a sheet; a cut of kerf k at x takes [x, x + k). */
#define CUT_SHEET_MAX 1000000       /* widest sheet */
#define CUT_SHEET_PIECES_MAX 20000  /* copies of all items together */

typedef enum { CUT_FIRST_EITHER, CUT_FIRST_VERTICAL, CUT_FIRST_HORIZONTAL } CutFirst;

typedef struct {
  int stages;            /* 2 or 3 guillotine stages */
  gboolean exact;        /* no further cut trims a piece */
  gboolean rotate;       /* pieces may be turned by a quarter; FALSE for grain */
  CutFirst first;        /* direction of the first cuts */
  gint64 kerf;           /* lost to each cut */
  gint64 first_min;      /* between first-stage cuts; 0: any */
  gint64 first_max;      /* 0: any */
  gint64 waste_min;      /* no strip of waste narrower than this (break distance); only with exact */
} CutRules;

/* glass3x, board3n, board2n or classic; FALSE for other names. */
gboolean cut_rules_by_name(const char *name, CutRules *rules);

typedef struct {
  gint64 id;            /* the caller's */
  gint64 width, height; /* finished */
  gint64 copies;
} CutItem;

typedef struct {
  const CutItem *items; /* the caller's */
  gsize n_items;
  gint64 bin;           /* the caller's id of the sheet */
  gint64 width, height; /* of a sheet; any number of them */
  CutRules rules;
  gint64 work;          /* most work units; 0: until proved or stopped */
  CutProgress progress; /* may be NULL */
  void *progress_data;
} CutSheetOrder;

typedef struct {
  gint64 sheet;                    /* counted from 0 */
  gint64 item;                     /* index into the order's items */
  gint64 x, y, width, height;
} CutPlacement;

typedef struct {
  gint64 sheet;
  int stage;                       /* 1 .. stages, and one more for trimming */
  gint64 x1, y1, x2, y2;           /* where the saw or wheel goes */
} CutLine;

typedef struct {
  gint64 sheets;
  gint64 lower_bound;
  gint64 work;
  GArray *placements; /* of CutPlacement, by sheet */
  GArray *cuts;       /* of CutLine, by sheet, in cutting order */
} CutSheetPlan;

CutSheetPlan *cut_sheets(const CutSheetOrder *order, GError **error);
void cut_sheet_plan_free(CutSheetPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CutSheetPlan, cut_sheet_plan_free)
gboolean cut_sheets_validate(const CutSheetOrder *order, GError **error);
