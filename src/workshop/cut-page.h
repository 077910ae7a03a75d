/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The furniture of every printed page: a head with what the plan is about, tables, "page n of m". */
#pragma once
#include "workshop/cut-plan.h"
#include "workshop/cut-scene.h"

/* How the user wants papers. */
typedef struct {
  const char *language;  /* of lang/; NULL or "en": English */
  const char *date;      /* printed as it is; NULL: none */
  double width, height;  /* of a page, points; as it lies before the operator */
} CutStyle;

#define CUT_PAPER_A4 {.width = 841.89, .height = 595.28}
#define CUT_PAPER_A3 {.width = 1190.55, .height = 841.89}

/* Pages being written from top to bottom. */
typedef struct {
  const CutWork *work;
  const CutStyle *style;
  const char *heading;       /* message id: what kind of paper this is */
  CutTotals totals;
  CutScene *scene;           /* owned */
  double left, right, bottom; /* what may be drawn on */
  double y;                  /* where the next thing begins */
} CutPage;

/* Begins the first page. */
void cut_page_begin(CutPage *page, const CutWork *work, const CutStyle *style, const char *heading);
/* Where less than height is left, a new page begins; TRUE then. */
gboolean cut_page_need(CutPage *page, double height);
/* Numbers the pages, writes the legend (a message id) at the foot of each, and hands the scene over. */
CutScene *cut_page_end(CutPage *page, const char *legend);
/* A message in the user's language. */
const char *cut_page_say(const CutPage *page, const char *id);

typedef struct {
  const char *label; /* message id; NULL ends the columns */
  double share;      /* of the width, in parts of the sum of all */
  CutAlign align;
} CutColumn;

/* The head of a table, and its lines; texts are made smaller where they do not fit. A line that begins a new page gets
 * the head again. Its upper edge is returned. */
void cut_page_table(CutPage *page, const CutColumn *columns);
double cut_page_row(CutPage *page, const CutColumn *columns, const char *const *texts);
/* "45°", "-22.5°", "90°" is said as a square cut: "". Caller frees. */
char *cut_page_angle(int tenths);
/* "7", or "7–9". */
char *cut_page_range(gint64 first, gint64 last);
/* "93.21 %" of hundredths. Caller frees. */
char *cut_page_percent(gint64 hundredths);
/* "GD2511-007 W01/1 竖框"; any part may be missing. Caller frees. */
char *cut_page_tag(const CutTag *tag);
