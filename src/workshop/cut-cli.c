/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gendan cut: its options, and which form of the command the words ask for. */
#include "workshop/cut-cli.h"
#include "base/lang.h"
#include <stdio.h>

#define SECONDS_DEFAULT 10

static const char usage[] =
  "bars FILE | bars --order ORDER.json | sheets ITEMS.csv BINS.csv --rules RULES |\n"
  "  sheets --order ORDER.json | print PLAN.json | compare PLAN.json PLAN.json |\n"
  "  check bars FILE PLAN.json | check sheets ITEMS.csv BINS.csv PLAN.json --rules RULES |\n"
  "  check bars|sheets --order ORDER.json PLAN.json";

/* A form of the command: its first word, whether it takes an order.json, and what runs it. */
static const struct {
  const char *word;
  gboolean order;
  int (*run)(const CutCli *options);
} forms[] = {
  {"bars", FALSE, cut_cli_bars_file},
  {"bars", TRUE, cut_cli_order},
  {"sheets", FALSE, cut_cli_sheets_files},
  {"sheets", TRUE, cut_cli_order},
  {"check", FALSE, cut_cli_check},
  {"check", TRUE, cut_cli_check_order},
  {"print", FALSE, cut_cli_print},
  {"compare", FALSE, cut_cli_compare},
};

int cut_cli_refuse(const GError *error) {
  fprintf(stderr, "gendan cut: %s\n", error->message);
  return 1;
}

const char *cut_cli_say(const CutCli *options, const char *id) {
  return lang_text(options->language, id);
}

int cut_cli_refuse_text(const CutCli *options, const char *id) {
  fprintf(stderr, "gendan cut: %s\n", cut_cli_say(options, id));
  return 1;
}

static int run(CutCli *options) {
  for (gsize i = 0; options->files && i < G_N_ELEMENTS(forms); i++)
    if (g_str_equal(forms[i].word, options->files[0]) && forms[i].order == (options->order != NULL))
      return forms[i].run(options);
  return 2;
}

static void clear(CutCli *options) {
  char **texts[] = {&options->rules, &options->order, &options->pdf, &options->svg, &options->saw, &options->labels,
                    &options->paper, &options->label_size, &options->separator, &options->language, &options->date};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(*texts[i]);
  g_strfreev(options->files);
}

/* Asked for what an option does not have, too. */
static const char *translate(const char *text, void *language) {
  return text ? lang_text(language, text) : NULL;
}

static gboolean parse(GOptionContext *context, CutCli *options, int argc, char **argv) {
  const GOptionEntry entries[] = {
    {"seconds", 's', 0, G_OPTION_ARG_DOUBLE, &options->seconds, N_("stop after S seconds (10; 0: never)"), "S"},
    {"work", 'w', 0, G_OPTION_ARG_INT64, &options->work, N_("stop after N work units: the same plan on every machine"),
     "N"},
    {"order", 'o', 0, G_OPTION_ARG_FILENAME, &options->order, N_("what to cut from what, with names (docs/cutting.md)"),
     "FILE"},
    {"kerf", 0, 0, G_OPTION_ARG_INT64, &options->kerf, N_("lost to each cut (bars FILE; 0)"), "LENGTH"},
    {"trim", 0, 0, G_OPTION_ARG_INT64, &options->trim, N_("lost at both ends together (bars FILE; 0)"), "LENGTH"},
    {"rules", 'r', 0, G_OPTION_ARG_STRING, &options->rules, N_("of sheets: glass3x, board3n, board2n or classic"),
     "RULES"},
    {"json", 'j', 0, G_OPTION_ARG_NONE, &options->json, N_("print the plan as JSON"), NULL},
    {"pdf", 0, 0, G_OPTION_ARG_FILENAME, &options->pdf, N_("draw the plan to scale"), "FILE"},
    {"svg", 0, 0, G_OPTION_ARG_FILENAME, &options->svg, N_("the same as one picture"), "FILE"},
    {"saw", 0, 0, G_OPTION_ARG_FILENAME, &options->saw, N_("saw list in cutting order: a name in .csv or .pdf"),
     "FILE"},
    {"labels", 0, 0, G_OPTION_ARG_FILENAME, &options->labels, N_("a label a piece as PDF, in cutting order"), "FILE"},
    {"paper", 0, 0, G_OPTION_ARG_STRING, &options->paper, N_("a4 (default) or a3"), "SIZE"},
    {"label-size", 0, 0, G_OPTION_ARG_STRING, &options->label_size, N_("in millimetres (60x40)"), "WxH"},
    {"separator", 0, 0, G_OPTION_ARG_STRING, &options->separator, N_("of CSV: , (default) or ;"), "CHARACTER"},
    {"bom", 0, 0, G_OPTION_ARG_NONE, &options->bom, N_("CSV begins with the mark of UTF-8"), NULL},
    {"lang", 0, 0, G_OPTION_ARG_STRING, &options->language,
     N_("of all that is said and printed: zh_CN, zh_TW or en (as LC_ALL, LC_MESSAGES or LANG say)"),
     "LANGUAGE"},
    {"date", 0, 0, G_OPTION_ARG_STRING, &options->date, N_("printed on every page; else nothing is dated"), "DATE"},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->files, NULL, NULL},
    {NULL},
  };
  g_option_context_add_main_entries(context, entries, NULL);
  g_option_group_set_translate_func(g_option_context_get_main_group(context), translate, (void *)lang_of_process(),
                                    NULL);
  g_auto(GStrv) copy = g_new0(char *, argc + 1);
  for (int i = 0; i < argc; i++)
    copy[i] = g_strdup(argv[i]);
  g_autoptr(GError) error = NULL;
  const gboolean parsed = g_option_context_parse_strv(context, &copy, &error);
  if (!parsed)
    cut_cli_refuse(error);
  return parsed;
}

int cut_cli_main(int argc, char **argv) {
  CutCli options = {.seconds = -1};
  g_autoptr(GOptionContext) context = g_option_context_new(usage);
  const gboolean parsed = parse(context, &options, argc, argv);
  if (options.seconds < 0)
    options.seconds = options.work > 0 ? 0 : SECONDS_DEFAULT;
  if (!options.language)
    options.language = g_strdup(lang_of_process());
  const int code = parsed && g_strv_contains(lang_all, options.language) ? run(&options) : 2;
  if (code == 2 && parsed) {
    g_autofree char *help = g_option_context_get_help(context, TRUE, NULL);
    fputs(help, stderr);
  }
  clear(&options);
  return code;
}
