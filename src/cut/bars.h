/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files of the bar solver only. Kinds are the distinct lengths, longest first, kerf included. */
#pragma once
#include "cut/cut.h"
#include "cut/knapsack.h"

typedef struct {
  int kind;
  gint64 times;
} BarPart;

typedef struct {
  gint64 count; /* bars */
  int n;        /* parts */
  BarPart parts[];
} BarPattern;

/* What is being solved, the best plan so far and the budget. */
typedef struct {
  int n;                 /* kinds */
  gint64 *length;        /* of each kind, falling */
  gint64 *demand;        /* of each kind */
  gint64 capacity;       /* bar - trim + kerf */
  gint64 bound;          /* certified */
  gint64 best;           /* bars of `plan` */
  GPtrArray *plan;       /* of BarPattern, owned */
  Knapsack *knapsack;
  KnapsackItem *items;   /* scratch of n */
  gint64 *take;          /* scratch of n */
  gint64 work, limit;    /* spent, and at most */
  guint64 random;        /* state of the generator */
  gboolean stopped;      /* by the caller or the limit */
  CutProgress progress;
  void *progress_data;
} BarSearch;

/* Adds work; FALSE when the search must end: proved, out of budget or told to stop. */
gboolean bars_go_on(BarSearch *search, gint64 work);
/* Takes over a copy of the patterns as the best plan if they need fewer bars. */
void bars_offer(BarSearch *search, GPtrArray *patterns);
BarPattern *bars_pattern_new(const BarPart *parts, int n, gint64 count);
gint64 bars_count(GPtrArray *patterns);

/* bars-round.c: first fit decreasing and sequential value correction of a remainder. Both append to
 * `into` patterns that cut all of `demand` (which they bring to zero). */
void bars_round_first_fit(BarSearch *search, gint64 *demand, GPtrArray *into);
/* Tries `rounds` plans for the remainder below the patterns in `fixed`; offers each complete one.
 * `worth` (per kind, < 2^30) is where the values begin. */
void bars_round_correct(BarSearch *search, const gint64 *demand, GPtrArray *fixed, const gint64 *worth, int rounds);

/* bars-lp.c: column generation, the certified bound, and diving. */
void bars_lp_search(BarSearch *search);
