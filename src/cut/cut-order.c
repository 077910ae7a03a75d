/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From an order.json to a plan and everything that is made of it; or from a plan file, without solving anew. */
#include "cut/bars-check.h"
#include "cut/cut-cli.h"
#include "cut/cut-plan.h"
#include <stdio.h>
#include <string.h>

/* One line of what came out, and how good it is. */
static void say(const CutWork *work) {
  const CutTotals totals = cut_plan_totals(work);
  const gint64 yield = cut_plan_yield(&totals);
  printf("%" G_GINT64_FORMAT " bars, %" G_GINT64_FORMAT " patterns, %d.%02d %% used, ", totals.stocks, totals.patterns,
         (int)(yield / 100), (int)(yield % 100));
  if (work->job->priced)
    printf("%.2f, ", (double)totals.price / 100);
  if (totals.price == totals.bound)
    puts("optimal");
  else
    printf("at most %.2f %% above the bound\n",
           (double)(totals.price - totals.bound) * 100 / (double)MAX(1, totals.bound));
}

static int deliver(const CutCli *options, const CutWork *work) {
  if (!options->json) {
    say(work);
    return 0;
  }
  json_t *plan = cut_plan_json(work);
  json_dumpf(plan, stdout, JSON_COMPACT);
  putchar('\n');
  json_decref(plan);
  return 0;
}

int cut_cli_order(const CutCli *options) {
  if (g_strv_length(options->files) != 1)
    return 2;
  g_autoptr(GError) error = NULL;
  g_auto(CutWork) work = {.job = cut_job_load(options->order, &error)};
  if (!work.job)
    return cut_cli_refuse(error);
  if (!g_str_equal(options->files[0], work.job->kind == CUT_JOB_BARS ? "bars" : "sheets")) {
    fprintf(stderr, "gendan cut: the order is not for %s\n", options->files[0]);
    return 1;
  }
  CutWatch watch = cut_watch_begin(options);
  watch.money = work.job->priced;
  CutOrder order = work.job->bars;
  order.work = options->work;
  order.progress = cut_watch_progress;
  order.progress_data = &watch;
  work.bars = cut_bars(&order, &error);
  return work.bars ? deliver(options, &work) : cut_cli_refuse(error);
}

/* The plan, which holds its own order, against the order asked for, by the checker that knows nothing of the solver. */
int cut_cli_check_order(const CutCli *options) {
  if (g_strv_length(options->files) != 3)
    return 2;
  g_autoptr(GError) error = NULL;
  g_autoptr(CutJob) job = cut_job_load(options->order, &error);
  g_auto(CutWork) work = {0};
  if (!job || !cut_plan_load(options->files[2], &work, &error))
    return cut_cli_refuse(error);
  g_autoptr(GString) faults = g_string_new(NULL);
  if (!json_equal(job->source, work.job->source))
    g_string_append(faults, "the plan was made for another order\n");
  const gboolean right = bars_check_plan(&job->bars, work.bars, faults) && faults->len == 0;
  fputs(right ? "the plan is right\n" : faults->str, stdout);
  return right ? 0 : 1;
}

int cut_cli_print(const CutCli *options) {
  if (g_strv_length(options->files) != 2)
    return 2;
  g_autoptr(GError) error = NULL;
  g_auto(CutWork) work = {0};
  return cut_plan_load(options->files[1], &work, &error) ? deliver(options, &work) : cut_cli_refuse(error);
}
