/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the writers of a scene see of it. */
#pragma once
#include "draw/draw.h"
#include "workshop/cut-scene.h"

typedef enum { CUT_MARK_POLYGON, CUT_MARK_LINE, CUT_MARK_TEXT } CutMarkKind;

typedef struct {
  CutMarkKind kind;
  CutInk ink;     /* of polygons and lines */
  CutType type;   /* of texts; size as it fits, width as it came out */
  guint first, n; /* corners in the scene's points */
  char *text;     /* owned by the scene's texts */
} CutMark;

struct CutScene {
  double width, height;
  GPtrArray *pages;     /* of GArray of CutMark */
  guint page;           /* marks go here */
  GArray *points;       /* of double, x and y by turns */
  GStringChunk *texts;
  PangoLayout *meter;   /* measures texts; made when first needed */
};
