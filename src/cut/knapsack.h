/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bounded knapsack in whole numbers: the most valuable way to fill one bar. */
#pragma once
#include <glib.h>

#define KNAPSACK_VALUE_MAX (G_GINT64_CONSTANT(1) << 30)

typedef struct {
  gint64 length; /* of one, 1 .. 2^31 */
  gint64 pair;   /* of two: length .. 2 * length. Items are laid in pairs as far as they go */
  gint64 value;  /* of one, 0 .. KNAPSACK_VALUE_MAX */
  gint64 most;   /* at most so many, >= 1 */
  int kind;      /* the caller's index */
} KnapsackItem;

typedef struct {
  gint64 capacity;          /* 1 .. 2^31 */
  gint64 pieces;            /* at most so many items in all; G_MAXINT64: any number */
  gint64 bad_from, bad_end; /* room left may not lie in [bad_from, bad_end) */
} KnapsackBin;

typedef struct Knapsack Knapsack;

/* Room for up to n items; reused between calls. */
Knapsack *knapsack_new(int n);
void knapsack_free(Knapsack *knapsack);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Knapsack, knapsack_free)

typedef struct {
  gint64 value;   /* of the best filling found; 0 where none is allowed */
  gint64 ceiling; /* proved: no filling is worth more; == value when the search finished */
  gint64 nodes;   /* work spent */
} KnapsackAnswer;

/* Sorts items by value per length and searches at most `nodes` nodes; where that is not enough, `table` is set and the
 * capacity is small, the ceiling comes from dynamic programming. take[k] says how many of items[k] (as sorted) the
 * best filling holds. */
KnapsackAnswer knapsack_solve(Knapsack *knapsack, KnapsackItem *items, int n, const KnapsackBin *bin, gint64 nodes,
                              gboolean table, gint64 *take);

/* How many of an item a room holds. */
gint64 knapsack_times(const KnapsackItem *item, gint64 room);
