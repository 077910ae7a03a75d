/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gendan cut: the command line of the cutting core. */
#pragma once
#include "cut/cut.h"
#include "workshop/cut-scene.h"

int cut_cli_main(int argc, char **argv);

/* The rest is for the files of the command line only. */

/* What the command line says; texts that are not given are NULL. */
typedef struct {
  double seconds;      /* 0: no limit of time */
  gint64 work;         /* 0: no limit of work */
  gint64 kerf, trim;
  gboolean json;
  char *rules;         /* of sheets */
  char *order;         /* the order.json */
  char *pdf, *svg;     /* where the plan is drawn */
  char *saw, *labels;  /* where the saw list and the labels go */
  char *paper;         /* a4 or a3 */
  char *label_size;    /* in mm: 60x40 */
  char *separator;     /* of CSV */
  gboolean bom;        /* CSV begins with the mark of UTF-8 */
  char *language;      /* of all that is said and printed: one of lang_all */
  char *date;          /* printed; nothing is dated else */
  char **files;        /* what is not an option, after the first word */
} CutCli;

/* When to stop, and what was last said on the terminal. */
typedef struct {
  gint64 start, end; /* µs of the monotonic clock; end 0: never */
  gint64 best;
  gboolean talk;     /* progress goes to the terminal */
  gboolean money;    /* best is fen */
  const char *language;
} CutWatch;

/* The clock starts; an interrupt from now on ends the search, and the best plan is kept. */
CutWatch cut_watch_begin(const CutCli *options);
/* A CutProgress; data is the watch. */
gboolean cut_watch_progress(gint64 bound, gint64 best, void *data);

/* Prints an error; the exit code of a refusal. */
int cut_cli_refuse(const GError *error);
/* The same of a message id. */
int cut_cli_refuse_text(const CutCli *options, const char *id);
/* A message in the user's language. */
const char *cut_cli_say(const CutCli *options, const char *id);

/* An error where a file could not be written; returns `written`. */
gboolean cut_cli_written(const CutCli *options, gboolean written, const char *path, GError **error);
/* Writes a scene as PDF. */
gboolean cut_cli_pdf(const CutCli *options, CutScene *scene, const char *path, const char *title, GError **error);
/* Says that a plan is right, or what is wrong with it; the exit code. */
int cut_cli_judge(const CutCli *options, gboolean right, const GString *faults);

/* Each runs one form of the command; 0, 1 where refused, 2 where the words do not fit the form. */
int cut_cli_bars_file(const CutCli *options);
int cut_cli_sheets_files(const CutCli *options);
int cut_cli_check(const CutCli *options);
int cut_cli_order(const CutCli *options);
int cut_cli_check_order(const CutCli *options);
int cut_cli_print(const CutCli *options);
int cut_cli_compare(const CutCli *options);
