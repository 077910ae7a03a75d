/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans of jobs as JSON, and what they come to. A plan file holds its order.json, so that it can be checked, drawn and
 * compared by itself; the same job and plan give the same bytes. */
#pragma once
#include "workshop/cut-job.h"

/* A job and its plan. One of the two plans is there, by the job's kind. */
typedef struct {
  CutJob *job;
  CutBarPlan *bars;
  CutSheetPlan *sheets;
} CutWork;

/* What a plan comes to, in the job's units; sheets in areas. */
typedef struct {
  gint64 stocks;        /* bars or sheets */
  gint64 patterns;      /* different ones */
  gint64 pieces;        /* how many */
  gint64 cuts;
  gint64 price, bound;  /* of all stocks, and what no plan can go below */
  gint64 material;      /* length or area of all stocks */
  gint64 cut;           /* the pieces' */
  gint64 kept;          /* the remnants' */
  gint64 remnants;      /* how many */
  gint64 longest;       /* length or area of the largest remnant */
} CutTotals;

CutTotals cut_plan_totals(const CutWork *work);
/* Part of the material that becomes pieces, in hundredths of a percent, rounded down. */
gint64 cut_plan_yield(const CutTotals *totals);
/* Whether it can be printed: at most CUT_PLAN_PRINTED_MAX pieces. For labels each counts and so do remnants, else
 * what is cut alike counts once. Else FALSE and error. */
#define CUT_PLAN_PRINTED_MAX 20000
gboolean cut_plan_may_be_printed(const CutWork *work, gboolean each, GError **error);
/* A leftover that goes back to the store. */
gboolean cut_plan_kept(const CutJob *job, gint64 leftover);

/* A new reference. */
json_t *cut_plan_json(const CutWork *work);
/* Both for the files of the plan only. */
CutTotals cut_plan_sheet_totals(const CutWork *work);
json_t *cut_plan_sheets_json(const CutWork *work);
void cut_plan_read_sheets(json_t *root, CutWork *work, CutJsonReader *reader);
/* Reads a plan file; FALSE and every fault in error. The work is the caller's to clear, whatever is answered. */
gboolean cut_plan_load(const char *path, const char *language, CutWork *work, GError **error);
void cut_plan_clear(CutWork *work);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CutWork, cut_plan_clear)
