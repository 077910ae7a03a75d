/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gendan: one program; the first word of the command line says what it does. */
#include "workshop/cut-cli.h"
#include "serve/render.h"
#include "serve/serve.h"
#include "step/document.h"
#include <glib.h>
#include <locale.h>
#include <stdio.h>

typedef struct {
  const char *name; /* first word of the command line */
  const char *help; /* one line of `gendan --help` */
  int (*run)(int argc, char **argv); /* argv[0] is the name; returns the exit code */
} Verb;

/* The catalogues lie above the cutting core, which only asks for texts. */
static int cut_main(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  if (!render_catalogues(&error))
    g_error("%s", error->message);
  return cut_cli_main(argc, argv);
}

static const Verb verbs[] = {
  {"serve", "serve a factory's data folder", serve_main},
  {"init", "make an empty data folder with a first administrator", init_main},
  {"password", "give a user a one-time password", password_main},
  {"backup", "copy database and files as of one moment, also while they are in use", backup_main},
  {"restore", "restore a backup into an empty place", restore_main},
  {"verify", "prove that nothing is lost or altered: journal, rows, references, sums, files", verify_main},
  {"config", "print a commented configuration file", config_main},
  {"demo", "make a demo factory and serve it", demo_main},
  {"procedure", "print the procedure as the tables declare it (docs/procedure.md)", document_main},
  {"cut", "cutting plans for bars and sheets", cut_main},
  {0},
};

static int usage(FILE *to, int code) {
  fputs("usage: gendan COMMAND [OPTIONS]\n\n", to);
  for (const Verb *verb = verbs; verb->name; verb++)
    fprintf(to, "  %-10s %s\n", verb->name, verb->help);
  fputs("\ngendan COMMAND --help tells a command's options.\n", to);
  return code;
}

int main(int argc, char **argv) {
  setlocale(LC_CTYPE, "C.UTF-8");
  if (argc > 1 && (g_str_equal(argv[1], "--help") || g_str_equal(argv[1], "-h")))
    return usage(stdout, 0);
  for (const Verb *verb = verbs; argc > 1 && verb->name; verb++)
    if (g_str_equal(argv[1], verb->name))
      return verb->run(argc - 1, argv + 1);
  return usage(stderr, 2);
}
