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
  CUT_ERROR_STOCK, /* the stock does not suffice, or no way was found in which it does; the message says what is left */
  CUT_ERROR_PLAN,  /* a plan does not do what its order asks */
} CutError;

#define CUT_LENGTH_MAX 1000000000 /* longest length, widest sheet and largest number of copies */
#define CUT_PIECES_MAX 1000000    /* lines of an order */

/* Told after every better plan or bound, and often between, in units of price; return FALSE to stop with the best so
 * far. */
typedef gboolean (*CutProgress)(gint64 bound, gint64 best, void *data);

#define CUT_UNLIMITED 0
#define CUT_PRICE_MAX 1000000000 /* highest price of one bar */
#define CUT_STOCKS_MAX 10000     /* lines of stock */
#define CUT_ANGLE_MAX 899        /* steepest saw angle, tenths of a degree from square */

/* Bars of one length, new or left over from earlier orders. */
typedef struct {
  gint64 length;      /* 1 .. CUT_LENGTH_MAX, from end to end */
  gint64 price;       /* 1 .. CUT_PRICE_MAX: what one is worth, in any unit of money (the product: fen) */
  gint64 count;       /* how many there are; CUT_UNLIMITED */
  gboolean offcut;    /* from the store of remnants: see CutOrder.offcuts_first */
  const char *origin; /* what the caller knows it by; may be NULL; not looked into */
} CutStock;

/* Pieces of one length for one place. */
typedef struct {
  gint64 length;      /* > 0, finished length from point to point */
  gint64 count;       /* > 0, how many */
  const char *origin; /* what the caller knows it by (order, wall, bay); may be NULL; not looked into */
  gint64 nest;        /* what two of these save of the bar when laid nose to tail; 0 .. length; 0: cut square */
  int left, right;    /* saw angles in tenths of a degree from square, -CUT_ANGLE_MAX .. CUT_ANGLE_MAX */
} CutPiece;

/* What to cut from what. The first aim is the lowest price, then few different patterns, then one long remnant. */
typedef struct {
  const CutPiece *pieces;  /* the caller's */
  gsize n_pieces;
  const CutStock *stocks;  /* the caller's */
  gsize n_stocks;
  gint64 kerf;             /* lost to each cut along the bar, >= 0: one for all. Which angles meet in a cut is known
                              only when the pieces are in a row, so of mitred pieces it is that of the steepest angle
                              (kerf / cos): never too little, and for a square cut of a 4 mm blade among mitres of 45
                              degrees 1.7 mm too much */
  gint64 trim_left;        /* lost at the left end of every bar, its cut included, >= 0 */
  gint64 trim_right;       /* the same at the right end */
  gint64 pieces_max;       /* most pieces from one bar; 0: any number */
  gint64 remnant_min;      /* a leftover of at least this is kept; 0: none is */
  gint64 waste_max;        /* every leftover is at most this, or kept; 0: anything goes. Needs a larger remnant_min */
  gboolean offcuts_first;  /* the lowest price of new bars comes first, even where more is wasted of the offcuts */
  gint64 work;             /* most work units (about 20 ns each); 0: until proved or stopped */
  guint64 seed;            /* another seed may find another plan of the same price */
  const char *language;    /* of refusals: one of lang_all; NULL: English */
  CutProgress progress;    /* may be NULL */
  void *progress_data;
} CutOrder;

/* An order with no pieces, no stock, no kerf, no trims, no limit. */
CutOrder cut_order_default(void);

/* Pieces of the same length, nest and angles are laid nose to tail in one bar, two and two, as far as they go. */
typedef struct {
  gint64 piece;  /* index into the order's pieces */
  gint64 times;  /* how often in one bar */
  gint64 paired; /* how many of these lie nose to tail with a neighbour; the neighbour may be of the next part */
} CutPart;

typedef struct {
  gint64 stock;    /* index into the order's stocks */
  gint64 count;    /* bars cut this way */
  gint64 leftover; /* of each bar: what is left when trims, pieces and all cuts are gone, the leftover's own too */
  GArray *parts;   /* of CutPart, longest first */
} CutPattern;

/* What goes back to the store. */
typedef struct {
  gint64 stock;  /* index into the order's stocks: what it was cut from */
  gint64 length; /* at least the order's remnant_min */
  gint64 count;
} CutRemnant;

typedef struct {
  gint64 price;        /* of all bars */
  gint64 bars;         /* bars the plan needs */
  gint64 lower_bound;  /* no plan costs less: proved in whole numbers. With offcuts_first: none that spends no more on
                          new bars than the best possible */
  gint64 bound_bars;   /* no plan needs fewer bars; 0 unless there is one stock */
  gboolean optimal;    /* price is proved the lowest */
  gint64 setups;       /* different patterns, whatever the origins of their pieces */
  gint64 setups_first; /* of the same price before they were made fewer */
  gint64 work;         /* work units spent */
  GPtrArray *patterns; /* of CutPattern */
  GArray *remnants;    /* of CutRemnant, longest first */
} CutBarPlan;

/* The best plan found. NULL and error where the order is refused or the stock does not suffice; the message then says
 * which pieces are left over. */
CutBarPlan *cut_bars(const CutOrder *order, GError **error);
void cut_bar_plan_free(CutBarPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CutBarPlan, cut_bar_plan_free)

/* Every fault of an order for bars in one error; TRUE where there is none. */
gboolean cut_bars_validate(const CutOrder *order, GError **error);

/* Sheets. Coordinates from the lower left corner of a sheet; a cut of kerf k at x takes [x, x + k). */
#define CUT_SHEET_MAX 1000000      /* widest sheet */
#define CUT_SHEET_ITEMS_MAX 20000   /* lines of items */
#define CUT_SHEET_PIECES_MAX 200000 /* copies of all items together */
#define CUT_SHEET_KINDS_MAX 1000   /* lines of sheets in stock */
#define CUT_DEFECTS_MAX 1000       /* on one sheet */
#define CUT_PRIORITY_MAX 1000000
#define CUT_STAGES_FREE 0 /* any number of stages */

typedef enum { CUT_FIRST_EITHER, CUT_FIRST_VERTICAL, CUT_FIRST_HORIZONTAL } CutFirst;
typedef enum { CUT_TURN_ASK_RULES, CUT_TURN_MAY, CUT_TURN_NEVER } CutTurn;

/* Distances are between the edges that cuts leave: what is cut off has that width. The last rest of a sheet or strip
 * keeps the largest distance only where pieces lie in it. */
typedef struct {
  int stages;             /* 2 or 3 guillotine stages, or CUT_STAGES_FREE */
  gboolean exact;         /* no further cut trims a piece; not with CUT_STAGES_FREE */
  gboolean rotate;        /* pieces may be turned by a quarter; FALSE for grain. Items may say otherwise */
  CutFirst first;         /* direction of the first cuts; any with CUT_STAGES_FREE */
  gint64 kerf;            /* lost to each cut */
  gint64 first_min;       /* between first-stage cuts; 0: any. These four not with CUT_STAGES_FREE */
  gint64 first_max;       /* 0: any */
  gint64 second_min;      /* between second-stage cuts; 0: any */
  gint64 second_max;      /* 0: any */
  gint64 waste_min;       /* no strip of waste narrower than this (break distance); only with exact */
  gint64 trim_left;       /* lost at the left edge of every sheet, its cut included */
  gint64 trim_right;      /* the same at the right edge */
  gint64 trim_bottom;     /* the same at the lower edge */
  gint64 trim_top;        /* the same at the upper edge */
  gint64 remnant_min;     /* a rest behind the last first-stage cut is kept from this width on; 0: none is */
} CutRules;

/* glass3x, board3n, board2n or classic; FALSE for other names. */
gboolean cut_rules_by_name(const char *name, CutRules *rules);

typedef struct {
  gint64 x, y, width, height; /* on the whole sheet, trims included; may reach over its edge */
} CutDefect;

/* Sheets of one size, new or left over from earlier orders. */
typedef struct {
  gint64 id;                /* the caller's; each its own */
  gint64 width, height;     /* 1 .. CUT_SHEET_MAX, trims included */
  gint64 price;             /* 1 .. CUT_PRICE_MAX: what one is worth, in any unit of money (the product: fen) */
  gint64 count;             /* how many there are; CUT_UNLIMITED */
  gboolean offcut;          /* from the store of remnants: see CutSheetOrder.offcuts_first */
  const char *origin;       /* what the caller knows it by; may be NULL; not looked into */
  const CutDefect *defects; /* no piece may touch them, cuts may pass; the same on each of these sheets */
  gsize n_defects;
} CutSheet;

typedef struct {
  gint64 id;            /* the caller's; each its own */
  gint64 width, height; /* finished */
  gint64 copies;
  CutTurn turn;         /* by a quarter */
  gint64 priority;      /* no piece lies on a later sheet than one with a higher number; 0 .. CUT_PRIORITY_MAX */
  gint64 matched;       /* 0: none. Items of one number lie side by side in the order's order, upright from left to
                           right, turned from below upwards, with one cut between neighbours (matched grain); they
                           have equal heights, copies, priorities and turns, and turn together */
  const char *origin;   /* what the caller knows it by (order, wall, bay); may be NULL; not looked into */
} CutItem;

/* What to cut from what. The first aim is the lowest price, then one large remnant. */
typedef struct {
  const CutItem *items;   /* the caller's */
  gsize n_items;
  const CutSheet *sheets; /* the caller's */
  gsize n_sheets;
  CutRules rules;
  gboolean offcuts_first; /* the lowest price of new sheets comes first, even where more is wasted of the offcuts */
  gint64 work;            /* most work units; 0: until proved or stopped */
  guint64 seed;           /* another seed may find another plan of the same price */
  const char *language;   /* of refusals: one of lang_all; NULL: English */
  CutProgress progress;   /* may be NULL */
  void *progress_data;
} CutSheetOrder;

/* An order with no items, no sheets, 3 stages with trimming, no kerf, no limit. */
CutSheetOrder cut_sheet_order_default(void);

typedef struct {
  gint64 sheet;   /* counted from 0, in the order in which they are cut */
  gint64 item;    /* index into the order's items */
  gint64 x, y, width, height;
} CutPlacement;

typedef struct {
  gint64 sheet;
  int stage;              /* 0 trims the sheet's edges; 1 .. stages, and one more for trimming pieces */
  gint64 x1, y1, x2, y2;  /* where the saw or wheel goes */
} CutLine;

/* What goes back to the store: the rest of a sheet behind its last first-stage cut, free of defects. */
typedef struct {
  gint64 sheet;
  gint64 x, y, width, height;
} CutSheetRemnant;

typedef struct {
  gint64 price;        /* of all sheets */
  gint64 sheets;       /* sheets the plan needs */
  gint64 lower_bound;  /* no plan costs less: proved in whole numbers */
  gint64 bound_sheets; /* no plan needs fewer sheets; 0 unless there is one kind of sheet */
  gboolean optimal;    /* price is proved the lowest */
  gint64 work;         /* work units spent */
  GArray *kinds;       /* of gint64, by sheet: index into the order's sheets */
  GArray *placements;  /* of CutPlacement, by sheet */
  GArray *cuts;        /* of CutLine, by sheet, in cutting order */
  GArray *remnants;    /* of CutSheetRemnant, by sheet */
} CutSheetPlan;

/* The best plan found. NULL and error where the order is refused or the stock does not suffice; the message then says
 * which pieces are left over. */
CutSheetPlan *cut_sheets(const CutSheetOrder *order, GError **error);
void cut_sheet_plan_free(CutSheetPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CutSheetPlan, cut_sheet_plan_free)

/* Every fault of an order for sheets in one error; TRUE where there is none. */
gboolean cut_sheets_validate(const CutSheetOrder *order, GError **error);
