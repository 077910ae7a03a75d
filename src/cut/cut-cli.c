/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clock, the signals and the printing live here; the core knows none of them. */
#include "cut/cut-cli.h"
#include "cut/bars-check.h"
#include "cut/cut-draw.h"
#include "cut/cut-read.h"
#include "cut/cut.h"
#include "cut/sheets-check.h"
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define SECONDS_DEFAULT 10

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number) {
  interrupted = 1;
}

/* What the command line says. */
typedef struct {
  double seconds; /* 0: no limit of time */
  gint64 work;    /* 0: no limit of work */
  gint64 kerf, trim;
  gboolean json;
  char *rules;    /* of sheets; NULL: not given */
  char *pdf;      /* where the sheets are drawn; NULL: nowhere */
  char **files;   /* what is not an option */
} CliOptions;

/* When to stop, and what was last said on the terminal. */
typedef struct {
  gint64 start, end; /* µs of the monotonic clock; end 0: never */
  gint64 best;
  gboolean talk;     /* progress goes to the terminal */
} CliWatch;

static double cpu_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static gboolean on_progress(gint64 bound, gint64 best, void *data) {
  CliWatch *watch = data;
  gint64 now = g_get_monotonic_time();
  if (watch->talk && best < watch->best)
    fprintf(stderr, "%7.2f s: %lld, at most %lld above the bound\n", (double)(now - watch->start) / 1e6,
            (long long)best, (long long)(best - bound));
  watch->best = MIN(watch->best, best);
  return !interrupted && (watch->end == 0 || now < watch->end);
}

static CliWatch watch_begin(const CliOptions *options) {
  gint64 now = g_get_monotonic_time();
  signal(SIGINT, on_interrupt);
  signal(SIGTERM, on_interrupt);
  return (CliWatch){.start = now, .best = G_MAXINT64, .talk = isatty(STDERR_FILENO),
                    .end = options->seconds > 0 ? now + (gint64)(options->seconds * 1e6) : 0};
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
  return json_pack("{s:I,s:I,s:b,s:o,s:f}", "lower_bound", (json_int_t)plan->bound_bars, "bars",
                   (json_int_t)plan->bars, "optimal", plan->optimal, "patterns", patterns, "seconds", cpu_seconds());
}

static void bars_print(const CutOrder *order, const CutBarPlan *plan) {
  if (plan->optimal)
    printf("%lld bars, optimal\n", (long long)plan->bars);
  else
    printf("%lld bars, at most %lld above the bound\n", (long long)plan->bars,
           (long long)(plan->bars - plan->bound_bars));
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

static int refuse(const GError *error) {
  fprintf(stderr, "gendan cut: %s\n", error->message);
  return 1;
}

static int run_bars(const CliOptions *options) {
  if (g_strv_length(options->files) != 1)
    return 2;
  g_autoptr(GError) error = NULL;
  CutOrder order = cut_order_default();
  CutStock stock = {.price = 1, .count = CUT_UNLIMITED};
  g_autofree CutPiece *pieces = cut_read_bars(options->files[0], &order.n_pieces, &stock.length, &error);
  if (!pieces)
    return refuse(error);
  CliWatch watch = watch_begin(options);
  order.pieces = pieces;
  order.stocks = &stock;
  order.n_stocks = 1;
  order.kerf = options->kerf;
  order.trim_right = options->trim;
  order.work = options->work;
  order.progress = on_progress;
  order.progress_data = &watch;
  g_autoptr(CutBarPlan) plan = cut_bars(&order, &error);
  if (!plan)
    return refuse(error);
  if (options->json)
    print_json(bars_json(&order, plan));
  else
    bars_print(&order, plan);
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
  return json_pack("{s:i,s:I,s:o,s:o}", "count", 1, "bin", (json_int_t)order->bin, "placements", placements, "cuts",
                   cuts);
}

static json_t *sheets_json(const CutSheetOrder *order, const CutSheetPlan *plan) {
  json_t *plans = json_array();
  guint placement = 0, cut = 0;
  for (gint64 sheet = 0; sheet < plan->sheets; sheet++)
    json_array_append_new(plans, sheet_json(order, plan, sheet, &placement, &cut));
  return json_pack("{s:I,s:I,s:o,s:f}", "lower_bound", (json_int_t)plan->lower_bound, "sheets",
                   (json_int_t)plan->sheets, "plans", plans, "seconds", cpu_seconds());
}

static void sheets_print(const CutSheetOrder *order, const CutSheetPlan *plan) {
  printf("%lld sheets, at most %lld above the bound\n", (long long)plan->sheets,
         (long long)(plan->sheets - plan->lower_bound));
  for (guint i = 0; i < plan->placements->len; i++) {
    CutPlacement at = g_array_index(plan->placements, CutPlacement, i);
    printf("sheet %lld: item %lld at %lld,%lld, %lld x %lld\n", (long long)at.sheet + 1,
           (long long)order->items[at.item].id, (long long)at.x, (long long)at.y, (long long)at.width,
           (long long)at.height);
  }
}

static int refuse_text(const char *text) {
  fprintf(stderr, "gendan cut: %s\n", text);
  return 1;
}

static int run_sheets(const CliOptions *options) {
  if (g_strv_length(options->files) != 2 || !options->rules)
    return 2;
  g_autoptr(GError) error = NULL;
  CutSheetOrder order = {.work = options->work, .progress = on_progress};
  gsize n_bins;
  g_autofree CutItem *items = cut_read_items(options->files[0], &order.n_items, &error);
  if (!items)
    return refuse(error);
  g_autofree CutItem *bins = cut_read_items(options->files[1], &n_bins, &error);
  if (!bins)
    return refuse(error);
  if (n_bins != 1)
    return refuse_text("one sheet size is needed, no more and no less");
  if (!cut_rules_by_name(options->rules, &order.rules))
    return refuse_text("the rules are glass3x, board3n, board2n or classic");
  CliWatch watch = watch_begin(options);
  order.items = items;
  order.bin = bins[0].id;
  order.width = bins[0].width;
  order.height = bins[0].height;
  order.progress_data = &watch;
  g_autoptr(CutSheetPlan) plan = cut_sheets(&order, &error);
  if (!plan)
    return refuse(error);
  if (options->pdf && !cut_draw_sheets(&order, plan, options->pdf, &error))
    return refuse(error);
  if (options->json)
    print_json(sheets_json(&order, plan));
  else
    sheets_print(&order, plan);
  return 0;
}

static int say_check(gboolean good, const GString *faults) {
  fputs(good ? "the plan is right\n" : faults->str, stdout);
  return good ? 0 : 1;
}

static int run_check(const CliOptions *options) {
  gboolean bars = options->files[0] && g_str_equal(options->files[0], "bars");
  gboolean sheets = options->files[0] && g_str_equal(options->files[0], "sheets");
  if ((!bars && !sheets) || g_strv_length(options->files) != (bars ? 3 : 4) || (sheets && !options->rules))
    return 2;
  g_autofree char *order = NULL, *plan = NULL, *bins = NULL;
  g_autoptr(GError) error = NULL;
  if (!g_file_get_contents(options->files[1], &order, NULL, &error) ||
      (sheets && !g_file_get_contents(options->files[2], &bins, NULL, &error)) ||
      !g_file_get_contents(options->files[bars ? 2 : 3], &plan, NULL, &error))
    return refuse(error);
  g_autoptr(GString) faults = g_string_new(NULL);
  return say_check(bars ? bars_check(order, plan, faults) : sheets_check(order, bins, options->rules, plan, faults),
                   faults);
}

int cut_cli_main(int argc, char **argv) {
  CliOptions options = {.seconds = -1};
  const GOptionEntry entries[] = {
    {"seconds", 's', 0, G_OPTION_ARG_DOUBLE, &options.seconds, "stop after S seconds (10; 0: never)", "S"},
    {"work", 'w', 0, G_OPTION_ARG_INT64, &options.work, "stop after N work units: the same plan on every machine", "N"},
    {"kerf", 0, 0, G_OPTION_ARG_INT64, &options.kerf, "lost to each cut (bars; 0)", "LENGTH"},
    {"trim", 0, 0, G_OPTION_ARG_INT64, &options.trim, "lost at both ends together (bars; 0)", "LENGTH"},
    {"rules", 'r', 0, G_OPTION_ARG_STRING, &options.rules, "of sheets: glass3x, board3n, board2n or classic", "RULES"},
    {"pdf", 0, 0, G_OPTION_ARG_FILENAME, &options.pdf, "draw the sheets with the cuts in order, a page each", "FILE"},
    {"json", 'j', 0, G_OPTION_ARG_NONE, &options.json, "print the plan as JSON", NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.files, NULL, NULL},
    {NULL},
  };
  g_autoptr(GOptionContext) context = g_option_context_new(
    "bars FILE | sheets ITEMS.csv BINS.csv --rules RULES | check bars FILE PLAN.json |\n"
    "  check sheets ITEMS.csv BINS.csv PLAN.json --rules RULES");
  g_option_context_add_main_entries(context, entries, NULL);
  g_auto(GStrv) copy = g_new0(char *, argc + 1);
  for (int i = 0; i < argc; i++)
    copy[i] = g_strdup(argv[i]);
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) rest = NULL;
  int code = 2;
  gboolean parsed = g_option_context_parse_strv(context, &copy, &error);
  rest = options.files;
  if (options.seconds < 0)
    options.seconds = options.work > 0 ? 0 : SECONDS_DEFAULT;
  if (!parsed)
    refuse(error);
  else if (rest && g_str_equal(rest[0], "bars"))
    code = (options.files = rest + 1, run_bars(&options));
  else if (rest && g_str_equal(rest[0], "sheets"))
    code = (options.files = rest + 1, run_sheets(&options));
  else if (rest && g_str_equal(rest[0], "check"))
    code = (options.files = rest + 1, run_check(&options));
  if (code == 2 && parsed) {
    g_autofree char *help = g_option_context_get_help(context, TRUE, NULL);
    fputs(help, stderr);
  }
  g_free(options.rules);
  g_free(options.pdf);
  return code;
}
