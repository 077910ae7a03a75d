/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The saw list: every piece in the order in which it is cut. A label is numbered by its bar or sheet and its place
 * there ("12-3"), so that list, drawing and label lead to each other. */
#pragma once
#include "workshop/cut-page.h"

/* A piece to be cut, or the same piece of several bars that are cut alike. */
typedef struct {
  gint64 first, last;   /* bars or sheets, counted from 1 */
  gint64 place;         /* on the bar or sheet, from 1, in cutting order */
  gint64 stock;         /* index into the order's stocks */
  gint64 piece;         /* index into the order's pieces */
  gint64 stop;          /* of bars: where its cut ends it, from the bar's left end */
  gint64 length;        /* of bars */
  gint64 x, y, width, height; /* of sheets: its lower left corner, and its sides as it lies */
  int left, right;      /* angles of the saw, tenths of a degree */
  gboolean turned;
} CutSawLine;

/* Lines by pattern, first bar first. The array is the caller's. */
GArray *cut_saw_lines(const CutWork *work);

/* How CSV is written. */
typedef struct {
  char separator; /* , or ; */
  gboolean bom;   /* begins with the mark of UTF-8 */
} CutCsv;

/* One line a piece, every bar by itself (docs/cutting.md has the columns). */
gboolean cut_saw_csv(const CutWork *work, CutCsv csv, const char *path, GError **error);
/* Appends one field, quoted where needed; a text that a spreadsheet would take for a formula gets an apostrophe. */
void cut_saw_put(GString *out, CutCsv csv, const char *text);

/* The list as pages; bars that are cut alike in one line. The scene is the caller's. */
CutScene *cut_saw_print(const CutWork *work, const CutStyle *style);
