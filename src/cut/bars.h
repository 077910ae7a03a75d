/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files of the bar solver only. A piece takes its length and one kerf, and a bar has its length less
 * the trims and one kerf more, so that a piece of exactly the usable length fits. Kinds are the pieces that can stand
 * for each other, longest first. Costs are prices, or, where offcuts go first, prices weighed so that any new bar
 * costs more than all offcuts. */
#pragma once
#include "cut/cut.h"
#include "cut/knapsack.h"

#define BARS_NO_STOCK (-1) /* the stock of bars that are not to be had: a plan with such bars is no plan yet */

typedef struct {
  gint64 length; /* kerf included */
  gint64 pair;   /* of two, nose to tail where they can be: <= 2 * length */
  gint64 demand;
} BarKind;

typedef struct {
  gint64 capacity; /* length less trims, and a kerf */
  gint64 cost;     /* of one */
  double guide;    /* what the linear program takes for its cost */
  gint64 most;     /* how many there are, at most as many as pieces */
  gint64 index;    /* into the order's stocks */
} BarStock;

typedef struct {
  int kind;
  gint64 times;
} BarPart;

typedef struct {
  int stock;    /* index into the search's stocks, or BARS_NO_STOCK */
  gint64 count; /* bars */
  int n;        /* parts */
  BarPart parts[];
} BarPattern;

/* How good a plan is; the less the better, the first member first. */
typedef struct {
  gint64 missing; /* bars that are not to be had */
  gint64 cost;    /* of the others */
} BarScore;

/* What is being solved, the best plan so far and the budget. */
typedef struct {
  int n;                 /* kinds */
  BarKind *kinds;        /* by falling length */
  int n_stocks;
  BarStock *stocks;      /* by falling capacity */
  KnapsackBin bin;       /* the rules for every bar; capacity of the longest */
  gint64 kerf;
  gint64 step;           /* every cost is a multiple of this */
  gint64 weight;         /* of a new bar's price in its cost; 1, or where offcuts go first more than theirs together */
  gint64 bound;          /* certified cost; G_MAXINT64: the stock cannot suffice */
  BarScore best;         /* of `plan` */
  GPtrArray *plan;       /* of BarPattern, owned */
  gint64 polished;       /* cost of the plan that was made handier last */
  gint64 setups_first;   /* patterns of the plan before they were made fewer */
  Knapsack *knapsack;
  KnapsackItem *items;   /* scratch of n */
  gint64 *take;          /* scratch of n */
  gint64 work, limit;    /* spent, and at most */
  guint64 random;        /* state of the generator */
  gboolean stopped;      /* by the caller or the limit */
  gint64 grace_work;     /* twice this may be spent when the search has been stopped */
  gboolean grace;        /* the plan found may still be made handier for a moment */
  CutProgress progress;
  void *progress_data;
} BarSearch;

/* Adds work; FALSE when the search for a cheaper plan must end: proved, out of budget or told to stop. */
gboolean bars_go_on(BarSearch *search, gint64 work);
/* The same without an end by proof, where handier plans are sought. */
gboolean bars_continues(BarSearch *search);
/* Makes the best plan handier within a share of the work spent so far. */
void bars_polish(BarSearch *search);
/* Takes over a copy of the patterns as the best plan if they are better. */
void bars_offer(BarSearch *search, GPtrArray *patterns);
BarPattern *bars_pattern_new(int stock, const BarPart *parts, int n, gint64 count);
BarScore bars_score(const BarSearch *search, GPtrArray *patterns);
gboolean bars_better(BarScore a, BarScore b);
gint64 bars_round_up(const BarSearch *search, gint64 cost);
/* What `times` of a kind take of a bar. */
gint64 bars_length(const BarKind *kind, gint64 times);
gint64 bars_used(const BarSearch *search, const BarPattern *pattern);
/* What a bar of the pattern leaves, its own cut taken off. */
gint64 bars_leftover(const BarSearch *search, const BarPattern *pattern);
gboolean bars_leftover_allowed(const BarSearch *search, const BarPattern *pattern);
guint64 bars_random(BarSearch *search);
/* An item of the search's knapsack: at most `most` of a kind, each of that worth. */
KnapsackItem bars_item(const BarSearch *search, int kind, gint64 most, gint64 value);
/* The pattern that `take` says of the first n `items`, cut once. */
BarPattern *bars_pattern_taken(const BarSearch *search, int stock, int n);
/* How many bars of each stock the patterns leave; the caller's to free. */
gint64 *bars_stock_left(const BarSearch *search, GPtrArray *patterns);

/* bars-bound.c: where no bar of stock s is worth more than value[s], bars that are together worth `worth` cost at
 * least this; G_MAXINT64 where `most` bars of each do not suffice. Looks into at most `nodes` whole-number mixes; with
 * 0 (or where they are not enough) fractions of bars count. */
gint64 bars_bound_mix(BarSearch *search, const gint64 *most, const gint64 *value, gint64 worth, gint64 nodes);
/* The mix that is worth most at no more than that cost, as far as `nodes` show, into `mix` (bars per stock); FALSE
 * where it is not worth `worth`. */
gboolean bars_bound_best_mix(BarSearch *search, const gint64 *value, gint64 worth, gint64 cost, gint64 nodes,
                             gint64 *mix);
/* The same bound for pieces that are worth their length. */
gint64 bars_bound_length(BarSearch *search, const gint64 *most, const gint64 *demand, gint64 nodes);

/* bars-round.c: first fit decreasing and sequential value correction of a remainder. The first appends patterns that
 * cut all of `demand` (which it brings to zero). */
void bars_round_first_fit(BarSearch *search, gint64 *demand, GPtrArray *into);
/* Tries `rounds` plans for the remainder below the patterns in `fixed`; offers each better one.
 * `worth` (per kind, < 2^30) is where the values begin. */
void bars_round_correct(BarSearch *search, const gint64 *demand, GPtrArray *fixed, const gint64 *worth, int rounds);

/* bars-lp.c: column generation, the certified bound, and diving. */
void bars_lp_search(BarSearch *search);

/* bars-mip.c: the best plan of a small order. FALSE where it has too many patterns or the search was stopped. */
gboolean bars_mip_search(BarSearch *search);

/* bars-few.c: fewer different patterns at the same cost, and equal patterns made one. */
void bars_few(BarSearch *search, gint64 work);
void bars_few_merge(BarSearch *search);

/* bars-remnant.c: a longer remnant at the same cost, with no more patterns. */
void bars_remnant(BarSearch *search, gint64 work);

/* bars-plan.c: the pieces behind the kinds. */
typedef struct {
  gint64 *sorted; /* indices of pieces, kind by kind */
  gint64 *first;  /* per kind, and one more: where its pieces begin in sorted */
} BarPieces;
CutBarPlan *bars_plan(const BarSearch *search, const CutOrder *order, const BarPieces *pieces);
/* Which pieces lie on bars that are not to be had. */
void bars_plan_missing(const BarSearch *search, const CutOrder *order, const BarPieces *pieces, GError **error);
