/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where each piece of a bar lies, and how the saw stands: what a pattern says in numbers of pieces, said in places. */
#pragma once
#include "cut/cut.h"

/* A piece on its bar. A turned piece lies end for end (by half a turn in the plane of the face). */
typedef struct {
  gint64 piece;    /* index into the order's pieces */
  gint64 from, to; /* from the bar's left end, points of the piece furthest out */
  int left, right; /* angles of the saw at its two ends as it lies: > 0 where the far edge is the shorter one */
  gboolean turned;
  gboolean meets;  /* nose to tail: its left end is made by the cut of its neighbour's right end */
} CutLaid;

typedef struct {
  GArray *laid;    /* of CutLaid, from left to right */
  gint64 pieces;   /* lengths of all together */
  gint64 end;      /* where the last cut ends; what follows is the leftover */
  gint64 leftover; /* without the right trim; < 0 where the pattern does not fit */
  gint64 cuts;     /* along the bar; pieces nose to tail share one */
} CutLay;

/* Lays one bar of the pattern out: left trim, then the pieces with a kerf after each. */
CutLay *cut_lay_pattern(const CutOrder *order, const CutPattern *pattern);
/* Sheets that follow each other and are cut alike, with the ranges of what is the first one's. */
typedef struct {
  gint64 first, count;            /* sheets, from 0 */
  gint64 kind;                    /* index into the order's sheets */
  guint placement, n_placements;  /* of the plan's placements */
  guint cut, n_cuts;              /* of the plan's cuts */
  guint remnant, n_remnants;      /* of the plan's remnants */
} CutRun;

/* Of CutRun; the array is the caller's. */
GArray *cut_lay_runs(const CutSheetPlan *plan);
/* For each cut of the run its distance from the edge of the plate that it cuts; the array is the caller's. */
gint64 *cut_lay_distances(const CutSheetOrder *order, const CutSheetPlan *plan, const CutRun *run);

void cut_lay_free(CutLay *lay);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CutLay, cut_lay_free)
