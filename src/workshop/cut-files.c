/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain files in, plain JSON out: the command lines that programs and benchmarks use. Their formats are fixed. */
#include "base/lang.h"
#include "cut-check/bars-check.h"
#include "cut-check/sheets-check.h"
#include "workshop/cut-cli.h"
#include "workshop/cut-print.h"
#include "workshop/cut-read.h"
#include <jansson.h>
#include <stdio.h>
#include <time.h>

#define CHECKED_MAX (128 * 1024 * 1024) /* bytes of a file that is checked */

static double cpu_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void print_json(json_t *root) {
  json_dumpf(root, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
  putchar('\n');
  json_decref(root);
}

static json_t *bars_json(const CutOrder *order, const CutBarPlan *plan) {
  json_t *patterns = json_array();
  for (guint i = 0; i < plan->patterns->len; i++) {
    const CutPattern *pattern = plan->patterns->pdata[i];
    json_t *pieces = json_array();
    for (guint p = 0; p < pattern->parts->len; p++) {
      CutPart part = g_array_index(pattern->parts, CutPart, p);
      for (gint64 t = 0; t < part.times; t++)
        json_array_append_new(pieces, json_integer(order->pieces[part.piece].length));
    }
    json_array_append_new(patterns, json_pack("{s:I,s:o}", "count", (json_int_t)pattern->count, "pieces", pieces));
  }
  return json_pack("{s:I,s:I,s:b,s:o,s:I,s:f}", "lower_bound", (json_int_t)plan->bound_bars, "bars",
                   (json_int_t)plan->bars, "optimal", plan->optimal, "patterns", patterns, "setups_first",
                   (json_int_t)plan->setups_first, "seconds", cpu_seconds());
}

static void bars_print(const CutCli *options, const CutOrder *order, const CutBarPlan *plan) {
  if (plan->optimal)
    printf(cut_cli_say(options, N_("%lld bars, optimal")), (long long)plan->bars);
  else
    printf(cut_cli_say(options, N_("%lld bars, at most %lld above the bound")), (long long)plan->bars,
           (long long)(plan->bars - plan->bound_bars));
  putchar('\n');
  for (guint i = 0; i < plan->patterns->len; i++) {
    const CutPattern *pattern = plan->patterns->pdata[i];
    printf("%6lld x", (long long)pattern->count);
    for (guint p = 0; p < pattern->parts->len; p++) {
      CutPart part = g_array_index(pattern->parts, CutPart, p);
      printf(" %lld x %lld", (long long)part.times, (long long)order->pieces[part.piece].length);
    }
    putchar('\n');
  }
}

gboolean cut_cli_written(const CutCli *options, gboolean written, const char *path, GError **error) {
  if (!written)
    g_set_error(error, CUT_ERROR, CUT_ERROR_PLAN, cut_cli_say(options, N_("%s: it cannot be written")), path);
  return written;
}

gboolean cut_cli_pdf(const CutCli *options, CutScene *scene, const char *path, const char *title, GError **error) {
  return cut_cli_written(options, cut_scene_pdf(scene, path, title, options->date, NULL), path, error);
}

/* To scale, with lengths for names. */
static gboolean draw(const CutCli *options, const CutWork *work,
                     CutScene *(*print)(const CutWork *work, const CutStyle *style), GError **error) {
  CutStyle style = CUT_PAPER_A4;
  style.language = options->language;
  if (!options->pdf)
    return TRUE;
  if (!cut_plan_may_be_printed(work, FALSE, error))
    return FALSE;
  g_autoptr(CutScene) scene = print(work, &style);
  return cut_cli_pdf(options, scene, options->pdf, "gendan cut", error);
}

int cut_cli_bars_file(const CutCli *options) {
  if (g_strv_length(options->files) != 2)
    return 2;
  g_autoptr(GError) error = NULL;
  CutOrder order = cut_order_default();
  CutStock stock = {.price = 1, .count = CUT_UNLIMITED};
  g_autofree CutPiece *pieces = cut_read_bars(options->files[1], options->language, &order.n_pieces, &stock.length,
                                                &error);
  if (!pieces)
    return cut_cli_refuse(error);
  CutWatch watch = cut_watch_begin(options);
  order.pieces = pieces;
  order.stocks = &stock;
  order.n_stocks = 1;
  order.kerf = options->kerf;
  order.trim_right = options->trim;
  order.work = options->work;
  order.language = options->language;
  order.progress = cut_watch_progress;
  order.progress_data = &watch;
  g_autoptr(CutBarPlan) plan = cut_bars(&order, &error);
  if (!plan)
    return cut_cli_refuse(error);
  g_autoptr(CutJob) job = cut_job_of_bars(&order);
  if (!draw(options, &(CutWork){.job = job, .bars = plan}, cut_print_bars, &error))
    return cut_cli_refuse(error);
  if (options->json)
    print_json(bars_json(&order, plan));
  else
    bars_print(options, &order, plan);
  return 0;
}

/* One sheet: placements and cuts from the running indices on, which move past it. */
static json_t *sheet_json(const CutSheetOrder *order, const CutSheetPlan *plan, gint64 sheet, guint *placement,
                          guint *cut) {
  json_t *placements = json_array(), *cuts = json_array();
  for (; *placement < plan->placements->len; ++*placement) {
    CutPlacement at = g_array_index(plan->placements, CutPlacement, *placement);
    if (at.sheet != sheet)
      break;
    json_array_append_new(placements, json_pack("{s:I,s:I,s:I,s:I,s:I}", "item", (json_int_t)order->items[at.item].id,
                                                "x", (json_int_t)at.x, "y", (json_int_t)at.y, "width",
                                                (json_int_t)at.width, "height", (json_int_t)at.height));
  }
  for (; *cut < plan->cuts->len; ++*cut) {
    CutLine line = g_array_index(plan->cuts, CutLine, *cut);
    if (line.sheet != sheet)
      break;
    json_array_append_new(cuts, json_pack("{s:i,s:I,s:I,s:I,s:I}", "stage", line.stage, "x1", (json_int_t)line.x1, "y1",
                                          (json_int_t)line.y1, "x2", (json_int_t)line.x2, "y2", (json_int_t)line.y2));
  }
  gint64 bin = order->sheets[g_array_index(plan->kinds, gint64, sheet)].id;
  return json_pack("{s:i,s:I,s:o,s:o}", "count", 1, "bin", (json_int_t)bin, "placements", placements, "cuts", cuts);
}

static json_t *sheets_json(const CutSheetOrder *order, const CutSheetPlan *plan) {
  json_t *plans = json_array();
  guint placement = 0, cut = 0;
  for (gint64 sheet = 0; sheet < plan->sheets; sheet++)
    json_array_append_new(plans, sheet_json(order, plan, sheet, &placement, &cut));
  return json_pack("{s:I,s:I,s:o,s:f}", "lower_bound", (json_int_t)plan->bound_sheets, "sheets",
                   (json_int_t)plan->sheets, "plans", plans, "seconds", cpu_seconds());
}

static void sheets_print(const CutCli *options, const CutSheetOrder *order, const CutSheetPlan *plan) {
  printf(cut_cli_say(options, N_("%lld sheets, at most %lld above the bound")), (long long)plan->sheets,
         (long long)(plan->sheets - plan->bound_sheets));
  putchar('\n');
  for (guint i = 0; i < plan->placements->len; i++) {
    CutPlacement at = g_array_index(plan->placements, CutPlacement, i);
    printf(cut_cli_say(options, N_("sheet %lld: item %lld at %lld,%lld, %lld x %lld")), (long long)at.sheet + 1,
           (long long)order->items[at.item].id, (long long)at.x, (long long)at.y, (long long)at.width,
           (long long)at.height);
    putchar('\n');
  }
}

int cut_cli_sheets_files(const CutCli *options) {
  if (g_strv_length(options->files) != 3 || !options->rules)
    return 2;
  g_autoptr(GError) error = NULL;
  CutSheetOrder order = cut_sheet_order_default();
  gsize n_bins;
  g_autofree CutItem *items = cut_read_items(options->files[1], options->language, &order.n_items, &error);
  if (!items)
    return cut_cli_refuse(error);
  g_autofree CutItem *bins = cut_read_items(options->files[2], options->language, &n_bins, &error);
  if (!bins)
    return cut_cli_refuse(error);
  if (n_bins != 1)
    return cut_cli_refuse_text(options, N_("one sheet size is needed, no more and no less"));
  if (!cut_rules_by_name(options->rules, &order.rules))
    return cut_cli_refuse_text(options, N_("the rules are glass3x, board3n, board2n or classic"));
  CutWatch watch = cut_watch_begin(options);
  order.items = items;
  CutSheet sheet = {.id = bins[0].id, .width = bins[0].width, .height = bins[0].height, .price = 1};
  order.sheets = &sheet;
  order.n_sheets = 1;
  order.work = options->work;
  order.language = options->language;
  order.progress = cut_watch_progress;
  order.progress_data = &watch;
  g_autoptr(CutSheetPlan) plan = cut_sheets(&order, &error);
  if (!plan)
    return cut_cli_refuse(error);
  g_autoptr(CutJob) job = cut_job_of_sheets(&order);
  if (!draw(options, &(CutWork){.job = job, .sheets = plan}, cut_print_sheets, &error))
    return cut_cli_refuse(error);
  if (options->json)
    print_json(sheets_json(&order, plan));
  else
    sheets_print(options, &order, plan);
  return 0;
}

int cut_cli_judge(const CutCli *options, gboolean right, const GString *faults) {
  if (right)
    puts(cut_cli_say(options, N_("the plan is right")));
  else
    fputs(faults->str, stdout);
  return right ? 0 : 1;
}

int cut_cli_check(const CutCli *options) {
  char **files = options->files + 1;
  const gboolean bars = files[0] && g_str_equal(files[0], "bars"), sheets = files[0] && g_str_equal(files[0], "sheets");
  if ((!bars && !sheets) || g_strv_length(files) != (bars ? 3 : 4) || (sheets && !options->rules))
    return 2;
  g_autofree char *order = NULL, *plan = NULL, *bins = NULL;
  g_autoptr(GError) error = NULL;
  const char *language = options->language;
  gsize size;
  if (!(order = cut_read_text(files[1], CHECKED_MAX, language, &size, &error)) ||
      (sheets && !(bins = cut_read_text(files[2], CHECKED_MAX, language, &size, &error))) ||
      !(plan = cut_read_text(files[bars ? 2 : 3], CHECKED_MAX, language, &size, &error)))
    return cut_cli_refuse(error);
  g_autoptr(GString) faults = g_string_new(NULL);
  return cut_cli_judge(options, bars ? bars_check(order, plan, language, faults)
                                     : sheets_check(order, bins, options->rules, plan, language, faults), faults);
}
