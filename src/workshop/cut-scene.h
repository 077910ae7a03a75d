/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A drawing of several pages, made once and written as PDF or SVG. Units are points (1/72 inch), y runs down. Marks are
 * drawn in the order in which they were added. Each has a class ("piece", "cut") that SVG carries, so that style sheets
 * and tests find it; texts stay texts in both. Black on white, greys only lighter than text needs. */
#pragma once
#include <glib.h>

typedef struct CutScene CutScene;

/* How a mark looks. */
typedef struct {
  const char *class; /* a constant; what the mark is */
  double fill;       /* 0 white .. 1 black; < 0: not filled */
  double line;       /* width of the outline; 0: none */
  gboolean dashed;
} CutInk;

typedef enum { CUT_ALIGN_LEFT, CUT_ALIGN_CENTRE, CUT_ALIGN_RIGHT } CutAlign;

/* How a text stands. Its point is the baseline's beginning, middle or end. */
typedef struct {
  const char *class;
  double size;       /* of the letters */
  CutAlign align;
  gboolean turned;   /* reads upwards */
  double width;      /* the text is made smaller, then shortened, to fit it; 0: any */
  double least;      /* smallest size that it is made; 0: 4 points */
  gboolean halo;     /* white is put behind the text first */
} CutType;

CutScene *cut_scene_new(double width, double height);
void cut_scene_free(CutScene *scene);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CutScene, cut_scene_free)
double cut_scene_width(const CutScene *scene);
double cut_scene_height(const CutScene *scene);

/* Begins a page; marks go onto the last page begun. */
void cut_scene_page(CutScene *scene);
guint cut_scene_pages(const CutScene *scene);
/* Goes back to a page that was begun, counted from 0: for "page n of m". */
void cut_scene_turn_to(CutScene *scene, guint page);

/* Corners are n pairs x, y. */
void cut_scene_polygon(CutScene *scene, CutInk ink, const double *corners, guint n);
void cut_scene_box(CutScene *scene, CutInk ink, double x, double y, double width, double height);
void cut_scene_line(CutScene *scene, CutInk ink, double x1, double y1, double x2, double y2);
/* Slanting lines across a box, `gap` apart. */
void cut_scene_hatch(CutScene *scene, CutInk ink, double x, double y, double width, double height, double gap);
/* FALSE where the text is wider than its width even at the least size; nothing is drawn then. */
gboolean cut_scene_text(CutScene *scene, CutType type, double x, double y, const char *text);
/* The same, and what does not fit is cut off with an ellipsis. */
void cut_scene_short_text(CutScene *scene, CutType type, double x, double y, const char *text);
double cut_scene_text_width(CutScene *scene, double size, const char *text);

/* Writes all pages. date: "2026-11-25", or NULL for none; equal scenes give equal bytes. */
gboolean cut_scene_pdf(CutScene *scene, const char *path, const char *title, const char *date, GError **error);
/* One picture with the pages below each other. */
gboolean cut_scene_svg(const CutScene *scene, const char *path, GError **error);
