/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clock, the signals and the printing live here; the core knows none of them. */
#include "cut/cut-cli.h"
#include "cut/bars-check.h"
#include "cut/cut-read.h"
#include "cut/cut.h"
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
    fprintf(stderr, "%7.2f s: %lld, at most %lld above the bound\n", (double)(now - watch->start) / 1e6, (long long)best,
            (long long)(best - bound));
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
  return json_pack("{s:I,s:I,s:b,s:o,s:f}", "lower_bound", (json_int_t)plan->lower_bound, "bars", (json_int_t)plan->bars,
                   "optimal", plan->bars == plan->lower_bound, "patterns", patterns, "seconds", cpu_seconds());
}

static void bars_print(const CutOrder *order, const CutBarPlan *plan) {
  if (plan->bars == plan->lower_bound)
    printf("%lld bars, optimal\n", (long long)plan->bars);
  else
    printf("%lld bars, at most %lld above the bound\n", (long long)plan->bars, (long long)(plan->bars - plan->lower_bound));
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
  g_autofree CutPiece *pieces = cut_read_bars(options->files[0], &order.n_pieces, &order.bar, &error);
  if (!pieces)
    return refuse(error);
  CliWatch watch = watch_begin(options);
  order.pieces = pieces;
  order.kerf = options->kerf;
  order.trim = options->trim;
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

static int run_check(const CliOptions *options) {
  if (g_strv_length(options->files) != 3 || !g_str_equal(options->files[0], "bars"))
    return 2;
  g_autofree char *order = NULL, *plan = NULL;
  g_autoptr(GError) error = NULL;
  if (!g_file_get_contents(options->files[1], &order, NULL, &error) ||
      !g_file_get_contents(options->files[2], &plan, NULL, &error))
    return refuse(error);
  g_autoptr(GString) faults = g_string_new(NULL);
  gboolean good = bars_check(order, plan, faults);
  fputs(good ? "the plan is right\n" : faults->str, stdout);
  return good ? 0 : 1;
}

int cut_cli_main(int argc, char **argv) {
  CliOptions options = {.seconds = -1};
  const GOptionEntry entries[] = {
    {"seconds", 's', 0, G_OPTION_ARG_DOUBLE, &options.seconds, "stop after S seconds (10; 0: never)", "S"},
    {"work", 'w', 0, G_OPTION_ARG_INT64, &options.work, "stop after N work units: the same plan on every machine", "N"},
    {"kerf", 0, 0, G_OPTION_ARG_INT64, &options.kerf, "lost to each cut (bars; 0)", "LENGTH"},
    {"trim", 0, 0, G_OPTION_ARG_INT64, &options.trim, "lost at both ends together (bars; 0)", "LENGTH"},
    {"json", 'j', 0, G_OPTION_ARG_NONE, &options.json, "print the plan as JSON", NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.files, NULL, NULL},
    {NULL},
  };
  g_autoptr(GOptionContext) context = g_option_context_new("bars FILE | check bars FILE PLAN.json");
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
  else if (rest && g_str_equal(rest[0], "check"))
    code = (options.files = rest + 1, run_check(&options));
  if (code == 2 && parsed) {
    g_autofree char *help = g_option_context_get_help(context, TRUE, NULL);
    fputs(help, stderr);
  }
  return code;
}
