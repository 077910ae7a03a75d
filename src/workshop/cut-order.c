/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From an order.json to a plan and everything that is made of it; or from a plan file, without solving anew. */
#include "base/lang.h"
#include "cut-check/bars-check.h"
#include "cut-check/sheets-check.h"
#include "workshop/cut-cli.h"
#include "workshop/cut-label.h"
#include "workshop/cut-print.h"
#include <stdio.h>
#include <string.h>

/* One line of what came out, and how good it is. */
static void say(const CutCli *options, const CutWork *work) {
  const CutTotals totals = cut_plan_totals(work);
  g_autofree char *yield = cut_page_percent(cut_plan_yield(&totals));
  const char *format = work->job->kind == CUT_JOB_BARS ? N_("%lld bars, %lld patterns, %s used, ")
                                                       : N_("%lld sheets, %lld patterns, %s used, ");
  printf(cut_cli_say(options, format), (long long)totals.stocks, (long long)totals.patterns, yield);
  if (work->job->priced)
    printf("%.2f, ", (double)totals.price / 100);
  if (totals.price == totals.bound)
    fputs(cut_cli_say(options, N_("optimal")), stdout);
  else
    printf(cut_cli_say(options, N_("at most %.2f%% above the bound")),
           (double)(totals.price - totals.bound) * 100 / (double)MAX(1, totals.bound));
  putchar('\n');
}

static gboolean style_of(const CutCli *options, CutStyle *style) {
  const gboolean large = g_strcmp0(options->paper, "a3") == 0;
  *style = large ? (CutStyle)CUT_PAPER_A3 : (CutStyle)CUT_PAPER_A4;
  style->language = options->language;
  style->date = options->date;
  return large || !options->paper || g_str_equal(options->paper, "a4");
}

static const char *title_of(const CutWork *work) {
  return work->job->title ? work->job->title : "gendan cut";
}

static gboolean draw(const CutCli *options, const CutWork *work, const CutStyle *style, GError **error) {
  if (!options->pdf && !options->svg)
    return TRUE;
  if (!cut_plan_may_be_printed(work, FALSE, error))
    return FALSE;
  g_autoptr(CutScene) scene = (work->job->kind == CUT_JOB_BARS ? cut_print_bars : cut_print_sheets)(work, style);
  return (!options->pdf || cut_cli_pdf(options, scene, options->pdf, title_of(work), error)) &&
         (!options->svg || cut_cli_written(options, cut_scene_svg(scene, options->svg, NULL), options->svg, error));
}

static gboolean csv_of(const CutCli *options, CutCsv *csv) {
  const char *separator = options->separator ? options->separator : ",";
  *csv = (CutCsv){.separator = *separator, .bom = options->bom};
  return g_str_equal(separator, ",") || g_str_equal(separator, ";");
}

static gboolean list(const CutCli *options, const CutWork *work, const CutStyle *style, CutCsv csv, GError **error) {
  if (!options->saw)
    return TRUE;
  if (g_str_has_suffix(options->saw, ".csv"))
    return cut_saw_csv(work, csv, options->saw, error);
  if (!cut_plan_may_be_printed(work, FALSE, error))
    return FALSE;
  g_autoptr(CutScene) scene = cut_saw_print(work, style);
  return cut_cli_pdf(options, scene, options->saw, title_of(work), error);
}

#define LABEL_LEAST 20 /* mm */
#define LABEL_MOST 300
#define POINTS_PER_MM (72 / 25.4)

/* "60x40" */
static gboolean label_size_of(const CutCli *options, CutStyle *style) {
  int width = 60, height = 40, used = 0;
  const char *text = options->label_size ? options->label_size : "60x40";
  if (sscanf(text, "%3dx%3d%n", &width, &height, &used) != 2 || text[used] != '\0')
    return FALSE;
  *style = (CutStyle){.language = options->language, .width = width * POINTS_PER_MM, .height = height * POINTS_PER_MM};
  return MIN(width, height) >= LABEL_LEAST && MAX(width, height) <= LABEL_MOST;
}

static gboolean label(const CutCli *options, const CutWork *work, const CutStyle *style, GError **error) {
  if (!options->labels)
    return TRUE;
  g_autoptr(CutScene) scene = cut_label_print(work, style, error);
  return scene && cut_cli_pdf(options, scene, options->labels, title_of(work), error);
}

static int deliver(const CutCli *options, const CutWork *work) {
  g_autoptr(GError) error = NULL;
  CutStyle style, small;
  CutCsv csv;
  if (!style_of(options, &style) || !csv_of(options, &csv) || !label_size_of(options, &small))
    return 2;
  if (!draw(options, work, &style, &error) || !list(options, work, &style, csv, &error) ||
      !label(options, work, &small, &error))
    return cut_cli_refuse(error);
  if (!options->json) {
    say(options, work);
    return 0;
  }
  json_t *plan = cut_plan_json(work);
  json_dumpf(plan, stdout, JSON_COMPACT);
  putchar('\n');
  json_decref(plan);
  return 0;
}

static gboolean solve(const CutCli *options, CutWork *work, CutWatch *watch, GError **error) {
  CutOrder bars = work->job->bars;
  CutSheetOrder sheets = work->job->sheets;
  bars.work = sheets.work = options->work;
  bars.progress = sheets.progress = cut_watch_progress;
  bars.progress_data = sheets.progress_data = watch;
  if (work->job->kind == CUT_JOB_BARS)
    return (work->bars = cut_bars(&bars, error)) != NULL;
  return (work->sheets = cut_sheets(&sheets, error)) != NULL;
}

int cut_cli_order(const CutCli *options) {
  if (g_strv_length(options->files) != 1)
    return 2;
  g_autoptr(GError) error = NULL;
  g_auto(CutWork) work = {.job = cut_job_load(options->order, options->language, &error)};
  if (!work.job)
    return cut_cli_refuse(error);
  if (!g_str_equal(options->files[0], cut_job_kinds[work.job->kind]))
    return cut_cli_refuse_text(options, work.job->kind == CUT_JOB_BARS ? N_("the order is not for sheets")
                                                                      : N_("the order is not for bars"));
  CutWatch watch = cut_watch_begin(options);
  watch.money = work.job->priced;
  return solve(options, &work, &watch, &error) ? deliver(options, &work) : cut_cli_refuse(error);
}

/* The plan, which holds its own order, against the order asked for, by the checker that knows nothing of the solver. */
int cut_cli_check_order(const CutCli *options) {
  if (g_strv_length(options->files) != 3)
    return 2;
  g_autoptr(GError) error = NULL;
  g_autoptr(CutJob) job = cut_job_load(options->order, options->language, &error);
  g_auto(CutWork) work = {0};
  if (!job || !cut_plan_load(options->files[2], options->language, &work, &error))
    return cut_cli_refuse(error);
  g_autoptr(GString) faults = g_string_new(NULL);
  if (!json_equal(job->source, work.job->source))
    g_string_append_printf(faults, "%s\n", cut_cli_say(options, N_("the plan was made for another order")));
  const gboolean right = job->kind != work.job->kind            ? FALSE
                         : job->kind == CUT_JOB_BARS ? bars_check_plan(&job->bars, work.bars, faults)
                                                     : sheets_check_plan(&job->sheets, work.sheets, faults);
  return cut_cli_judge(options, right && faults->len == 0, faults);
}

int cut_cli_print(const CutCli *options) {
  if (g_strv_length(options->files) != 2)
    return 2;
  g_autoptr(GError) error = NULL;
  g_auto(CutWork) work = {0};
  const gboolean loaded = cut_plan_load(options->files[1], options->language, &work, &error);
  return loaded ? deliver(options, &work) : cut_cli_refuse(error);
}
