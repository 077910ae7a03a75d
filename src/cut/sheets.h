/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files of the sheet solver only. The frame: first cuts are vertical (the order is turned on its
 * side where they are horizontal), kerf is added to every item and to the sheet. A sheet is strips side by
 * side, a strip is rows one above the other, a row is pieces side by side. */
#pragma once
#include "cut/cut.h"

typedef struct {
  gint64 width, height; /* of all of it, upright, no kerf around it */
  gint64 copies;
  gint64 priority;
  gboolean turns;       /* by a quarter */
  gint64 narrowest;     /* width of a member */
  gint64 widest;        /* width of a member */
  guint first_member;   /* index into SheetTask.members */
  guint n_members;
  guint listed;         /* end of those already in SheetTask.members */
} SheetItem;            /* a line of the order, or a matched sequence of several as one piece */

typedef struct {
  const CutSheetOrder *order;
  CutRules rules;
  SheetItem *items;
  gsize n_items;
  int *members;         /* indices into the order's items, by item */
  gboolean free;        /* any number of stages; the rules say 3 then */
  gsize kind;           /* of the sheet at hand */
  gint64 width, height; /* of that sheet, edges trimmed */
} SheetTask;            /* what the search sees of an order */

typedef struct {
  gint64 width, height; /* kerf included */
  gint64 area;
  gint64 toll;          /* off its area where sheets-rest.c guides */
  int item;             /* index into `copies` */
  gboolean tower;       /* a matched sequence one above the other: each a row of its own, with nothing beside it */
  guint64 salt;         /* of the item, for hashing what has been placed */
} SheetForm;            /* an item in one of its positions */

typedef struct {
  gint32 x1, y1, x2, y2; /* in the frame, no kerf around it */
} SheetDefect;

typedef struct SheetPool SheetPool;
typedef struct SheetStrips SheetStrips;
typedef struct SheetRest SheetRest;

typedef struct {
  const SheetTask *task;
  const CutRules *rules;
  int n_items, n_forms;
  SheetForm *forms;     /* smallest index = first item */
  int *active;          /* indices of the forms that are looked at */
  int n_active;
  int *may;             /* scratch, per form */
  guint16 *copies;      /* per item */
  SheetDefect *defects; /* of the sheet at hand */
  int n_defects;
  gboolean priorities;  /* the items have different ones */
  int pieces;           /* sum of copies */
  gint64 width, height; /* kerf included */
  gint64 work, limit;
  gint64 bound, best;   /* in sheets where all are alike, else in price */
  gint64 price;         /* of one unit of bound and best */
  gint64 kept;          /* sheets of a plan that are settled while the rest is searched for */
  gint64 told;          /* work at which the caller is next asked whether to go on */
  gboolean stopped;
  gboolean single;      /* fill one sheet with the worthiest pieces; a form's area is its worth then */
  gboolean in_order;    /* a new sheet begins with the first item that goes on it */
  const SheetRest *rest; /* of SHEETS_GUIDE_REST */
  double tolls;         /* of all copies of all items */
  SheetPool *pool;      /* every sheet filled so far */
  SheetStrips *strips;  /* what fills sheets where all are alike and have two stages; NULL: beams do */
  GPtrArray *solution;  /* of SheetColumn: the best plan, a sheet each; both only where all sheets are alike */
  CutProgress progress;
  void *progress_data;
} SheetSearch;

#define SHEETS_COPIES_MAX 60000 /* of one SheetItem; what is ordered more often is several */
#define SHEETS_GUIDE_WORTH 9 /* front per worth: for single sheets */
#define SHEETS_GUIDE_REST 11 /* worth and the most that the rest can add: after sheets_rest_fill only */

/* How a piece was put in: beside the last in its row, in a new row, strip or sheet. */
typedef enum { SHEET_BESIDE, SHEET_ROW, SHEET_STRIP, SHEET_NEW } SheetPut;

typedef struct {
  gint32 parent;         /* index of the node before; -1 for the root */
  gint32 form;
  gint32 sheet;          /* counted from 0; -1 at the root */
  SheetPut put;
  gint32 x0, x1;         /* the open strip */
  gint32 y0, y1;         /* the open row */
  gint32 end;            /* right end of the last piece */
  gint64 area;           /* of pieces placed */
  gint64 toll;           /* sum of theirs */
  guint64 hash;          /* of the state */
  double guide;          /* the smaller the better */
} SheetNode;

/* sheets-order.c: the task of a valid order, with its first kind of sheet at hand. */
SheetTask *sheets_task_new(const CutSheetOrder *order);
void sheets_task_set_kind(SheetTask *task, gsize kind);
void sheets_task_free(SheetTask *task);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SheetTask, sheets_task_free)

/* The positions of an item in the frame; how many. */
int sheets_forms_of(const SheetTask *task, int item, gboolean turned, SheetForm forms[2]);
/* Whether a position, or any of an item's, can be cut from the sheet at hand, defects not looked at. */
gboolean sheets_form_fits(const SheetTask *task, const SheetForm *form, gboolean turned);
gboolean sheets_item_fits(const SheetTask *task, int item);

/* sheets-node.c: appends all sensible next nodes to `out`, at most SHEETS_CHILDREN of a form: beside the last piece,
 * and in a row and in a strip, each also past a defect. Returns how many were tried. `worst`: better guides only. */
#define SHEETS_CHILDREN 5
gint64 sheets_children(const SheetSearch *search, const GArray *nodes, gint32 at, const guint16 *left, int guide,
                       double worst, GArray *out);

typedef struct {
  int form;
  SheetPut put;
} SheetOffer;
/* The same of these offers only: those that are allowed, guided by worth. */
void sheets_offer(const SheetSearch *search, const GArray *nodes, gint32 at, const SheetOffer *offers, guint n,
                  GArray *out);

/* sheets-rest.c: what the rest of a sheet can be worth at most, by the areas of the search's active forms. */
SheetRest *sheets_rest_new(const SheetSearch *search);
void sheets_rest_free(SheetRest *self);
/* Fills its tables for the frame and copies at hand, and lets SHEETS_GUIDE_REST use them; the tolls left by the last
 * time are corrected in so many rounds, for a bound near to `aim`. */
void sheets_rest_fill(SheetRest *self, SheetSearch *search, double aim, int rounds);
/* What can still be added to a node, less tolls. */
double sheets_rest_worth(const SheetRest *self, const SheetSearch *search, const SheetNode *node);

/* sheets-pool.c: the sheets that any search has filled, each content once. */
typedef struct {
  guint64 hash;          /* of the content */
  gboolean turned;       /* the frame of the chain */
  GArray *items;         /* of int: the item of each node of the chain */
  GArray *chain;         /* of SheetNode, whose parents and sheets mean nothing */
} SheetColumn;

struct SheetPool {
  GPtrArray *columns;    /* of SheetColumn, oldest first */
  GHashTable *known;     /* content hash -> SheetColumn */
};

SheetPool *sheets_pool_new(void);
void sheets_pool_free(SheetPool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SheetPool, sheets_pool_free)
/* The column with that content, new or known; the pool's. */
SheetColumn *sheets_pool_add(SheetPool *pool, const SheetSearch *search, const SheetNode *nodes, guint n,
                             gboolean turned);
/* Adds every sheet of a chain, and appends its column to `into`. */
void sheets_pool_split(SheetPool *pool, const SheetSearch *search, const GArray *chain, gboolean turned,
                       GPtrArray *into);

/* sheets-beam.c: one beam of the given width; a chain of nodes, root excluded, if it needs fewer sheets than
 * search->best, else NULL. */
GArray *sheets_beam(SheetSearch *search, int width, int guide);
/* The worthiest fillings of one sheet, at most `most`, each worth more than `least`, as chains. */
void sheets_beam_single(SheetSearch *search, int width, int guide, gint64 least, guint most, GPtrArray *chains);
/* The worthiest of these alone, or NULL. */
GArray *sheets_beam_worthiest(SheetSearch *search, int width);
gboolean sheets_go_on(SheetSearch *search, gint64 work);

/* sheets.c: an empty plan; all but its arrays kept. */
CutSheetPlan *sheets_plan_new(void);
void sheets_plan_clear(CutSheetPlan *plan);
/* Cuts the last sheet so many times more. */
void sheets_plan_repeat(CutSheetPlan *plan, gint64 times);
/* Changes the arrays of two plans. */
void sheets_plan_swap(CutSheetPlan *a, CutSheetPlan *b);

/* sheets.c: the sheet at hand for one first direction; with the forms. */
void sheets_set_sheet(SheetSearch *search, const SheetTask *order, gboolean turned);
void sheets_set_frame(SheetSearch *search, const SheetTask *order, gboolean turned);

/* sheets.c: keeps these sheets as the best plan if they are fewer than search->best. */
void sheets_found(SheetSearch *search, GPtrArray *columns);

/* sheets-svc.c: one round of sequential value correction; `worth` (per item) is corrected in place. TRUE where
 * `columns` is then a whole plan of fewer sheets than search->best. */
gboolean sheets_svc(SheetSearch *search, const SheetTask *order, gint64 *worth, int round, int width,
                    GPtrArray *columns);

/* sheets-lp.c: column generation, then dives to whole plans. */
typedef struct SheetLp SheetLp;
SheetLp *sheets_lp_new(SheetSearch *search, const SheetTask *order);
void sheets_lp_free(SheetLp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SheetLp, sheets_lp_free)
/* One dive, pricing by beams up to `width` wide. */
void sheets_lp_dive(SheetLp *self, int width);

/* sheets-bound.c */
gint64 sheets_bound(const SheetTask *order);

/* sheets-strips.c: knapsacks of strips. NULL where the rules ask for other than two stages, or the tables are too
 * large. */
SheetStrips *sheets_strips_new(SheetSearch *search, const SheetTask *order);
void sheets_strips_free(SheetStrips *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SheetStrips, sheets_strips_free)
/* No plan needs fewer sheets; spends about so much work on it. Once, and before any filling. */
gint64 sheets_strips_bound(SheetStrips *self, gint64 work);
/* Whether sheets are better filled by strips than by beams; not where cuts must keep distances or be exact. */
gboolean sheets_strips_may_fill(const SheetStrips *self);
/* A sheet filled, in the frame at hand, by the worths in the search's forms (`area`) of what its copies leave: a chain,
 * or NULL where nothing fits. */
GArray *sheets_strips_fill(SheetStrips *self, gboolean turned);
/* sheets-draw.c: appends placements, cuts and remnants of a chain. */
void sheets_draw(const SheetSearch *search, const GArray *chain, gboolean turned, CutSheetPlan *plan);
void sheets_draw_trims(const SheetTask *task, gint64 sheet, CutSheetPlan *plan);

/* sheets-free.c: plates into which the worthiest pieces are cut from the sheet at hand with any number of stages; the
 * frame is upright. `how`: one of several orders and ways. The worth of all pieces in `value`. */
GArray *sheets_free_fill(SheetSearch *search, guint how, gint64 *value);
/* Adds the pieces cut to `taken`, per item. */
void sheets_free_count(const GArray *plates, guint16 *taken);
void sheets_free_draw(const SheetSearch *search, const GArray *plates, gint64 sheet, CutSheetPlan *plan);

/* sheets-stock.c: fills sheet after sheet from kinds that differ in size, price, number or defects, or with any
 * number of stages; `plan` may hold one to be bettered. FALSE where no whole plan is found: `left` (per item) then
 * says what the best try left over. */
gboolean sheets_stock(SheetSearch *search, SheetTask *task, CutSheetPlan *plan, guint16 *left);
/* The kinds of sheet, cheapest area first; where offcuts come first, those before. */
gsize *sheets_rank_kinds(const CutSheetOrder *order);

/* sheets-rough.c: a plan at once, whatever the order, in `plan`; in later rounds the best of more and more tries for
 * each sheet. FALSE where that finds none, or is told to stop. `over`: what it leaves, per item; may be NULL. */
gboolean sheets_rough(SheetSearch *search, const SheetTask *task, int round, CutSheetPlan *plan, guint16 *over);
/* The items by priority, and of one priority those with the longest side first. */
gsize *sheets_rank_items(const SheetTask *task);

/* sheets-first.c: a plan made at once, if there is one. */
void sheets_first(SheetSearch *search, const SheetTask *task, CutSheetPlan *plan);
/* Betters that plan where the order is large or not plain. */
void sheets_better(SheetSearch *search, const SheetTask *task, CutSheetPlan *plan);
/* Whether beams over all pieces take too long. */
gboolean sheets_is_large(const SheetSearch *search);
gboolean sheets_is_plain(const SheetSearch *search);

/* sheets-remnant.c: the same plan with the emptiest sheet last and its rest as wide as can be. */
void sheets_gather_remnant(SheetSearch *search, SheetTask *task, CutSheetPlan *plan);

/* sheets-price.c: no plan costs less. */
gint64 sheets_price_bound(SheetTask *task);
