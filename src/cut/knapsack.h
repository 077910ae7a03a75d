/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bounded knapsack in whole numbers: the most valuable way to fill one bar. */
#pragma once
#include <glib.h>

#define KNAPSACK_VALUE_MAX (G_GINT64_CONSTANT(1) << 30)

typedef struct {
  gint64 length; /* 1 .. CUT_LENGTH_MAX */
  gint64 value;  /* 0 .. KNAPSACK_VALUE_MAX */
  gint64 most;   /* at most so many, >= 1 */
  int kind;      /* the caller's index */
} KnapsackItem;

typedef struct Knapsack Knapsack;

/* Room for up to n items; reused between calls. */
Knapsack *knapsack_new(int n);
void knapsack_free(Knapsack *knapsack);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Knapsack, knapsack_free)

typedef struct {
  gint64 value;   /* of the best filling found */
  gint64 ceiling; /* proved: no filling is worth more; == value when the search finished */
  gint64 nodes;   /* work spent */
} KnapsackAnswer;

/* Sorts items by value per length and searches at most `nodes` nodes; where that is not enough, `table`
 * is set and the capacity is small, the ceiling comes from dynamic programming. take[k] says how many of items[k] (as
 * sorted) the best filling holds. */
KnapsackAnswer knapsack_solve(Knapsack *knapsack, KnapsackItem *items, int n, gint64 capacity, gint64 nodes,
                              gboolean table, gint64 *take);
