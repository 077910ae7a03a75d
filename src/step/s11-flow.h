/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a works order is: pieces that passed each stage, of the whole order and wall by wall. */
#pragma once
#include "step/s02-order-form.h"

enum { FLOW_STAGES = 4, FLOW_ASSEMBLED = 2, FLOW_PACKED = 3 };

/* A line of the accepted order form. */
typedef struct {
  const OrderFormLine *line;
  gint64 named[FLOW_STAGES]; /* pieces reported of it at each stage, in whatever edition of the form it stood */
  gint64 passed;             /* pieces of it that passed the outgoing inspection */
} FlowWall;
typedef struct {
  const Choice *stages;      /* as reports name them, in their order */
  gint64 ordered;            /* pieces on the accepted order form */
  gint64 done[FLOW_STAGES];  /* pieces reported in all */
  gint64 whole[FLOW_STAGES]; /* of these, reported without saying of which wall */
  gint64 passed;             /* pieces that passed the outgoing inspection */
  gint64 whole_passed;       /* of these, without saying of which wall */
  FlowWall *walls;           /* in the order of the form */
  guint count;               /* of walls */
} Flow;

/* Of the works order of that id, which is of that order; in the arena, NULL and error on failure. */
const Flow *flow_load(DbTx *tx, Arena *arena, gint64 works, gint64 order_id, GError **error);
/* The stage's place, FLOW_STAGES: there is none of that code. */
guint flow_stage(const Flow *flow, const char *code);
/* Pieces that can still be reported at the stage: nothing passes one that has not passed the one before. */
gint64 flow_left(const Flow *flow, guint at);
/* The same without what has not passed the outgoing inspection yet, which is not packed. */
gint64 flow_ready(const Flow *flow, guint at);
/* As flow_left(), of a wall; pieces reported of no certain wall may be of it. */
gint64 flow_wall_left(const Flow *flow, const FlowWall *wall, guint at);
/* As flow_ready(), of a wall: what passed the inspection under another wall's name is not packed under this one's. */
gint64 flow_wall_ready(const Flow *flow, const FlowWall *wall, guint at);
/* Assembled pieces that have not passed the outgoing inspection; of a wall, NULL: of the whole order. */
gint64 flow_uninspected(const Flow *flow, const FlowWall *wall);
/* Passed pieces that are not packed, so that their inspection can be withdrawn: of a wall, NULL: of what named none. */
gint64 flow_unpacked(const Flow *flow, const FlowWall *wall);
/* Pieces of the wall that passed the stage, as far as reports say; all of them where the whole order has. */
gint64 flow_wall_done(const Flow *flow, const FlowWall *wall, guint at);
/* The wall on the line of that id; NULL: the accepted order form has no such line. */
const FlowWall *flow_wall(const Flow *flow, gint64 line);
/* Whether any report says of which wall it is. */
gboolean flow_is_named(const Flow *flow);
