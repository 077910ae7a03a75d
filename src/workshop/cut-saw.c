/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over the patterns makes the lines; CSV repeats them for every bar, paper does not. */
#include "workshop/cut-saw.h"
#include "base/lang.h"
#include "workshop/cut-lay.h"
#include <stdio.h>
#include <string.h>

#define CHUNK (1 << 20) /* CSV goes to the file in pieces of this size: a million lines need no memory */

static void add_bars(GArray *lines, const CutWork *work) {
  gint64 first = 1;
  for (guint i = 0; i < work->bars->patterns->len; i++) {
    const CutPattern *pattern = work->bars->patterns->pdata[i];
    g_autoptr(CutLay) lay = cut_lay_pattern(&work->job->bars, pattern);
    for (guint p = 0; p < lay->laid->len; p++) {
      const CutLaid *laid = &g_array_index(lay->laid, CutLaid, p);
      const CutSawLine line = {.first = first, .last = first + pattern->count - 1, .place = p + 1,
                               .stock = pattern->stock, .piece = laid->piece, .stop = laid->to,
                               .length = laid->to - laid->from, .left = laid->left, .right = laid->right,
                               .turned = laid->turned};
      g_array_append_val(lines, line);
    }
    first += pattern->count;
  }
}

static void add_sheets(GArray *lines, const CutWork *work) {
  g_autoptr(GArray) runs = cut_lay_runs(work->sheets);
  for (guint i = 0; i < runs->len; i++) {
    const CutRun *run = &g_array_index(runs, CutRun, i);
    for (guint p = 0; p < run->n_placements; p++) {
      const CutPlacement *at = &g_array_index(work->sheets->placements, CutPlacement, run->placement + p);
      const CutItem *item = &work->job->sheets.items[at->item];
      const CutSawLine line = {.first = run->first + 1, .last = run->first + run->count, .place = p + 1,
                               .stock = run->kind, .piece = at->item, .x = at->x, .y = at->y, .width = at->width,
                               .height = at->height, .turned = at->width != item->width};
      g_array_append_val(lines, line);
    }
  }
}

GArray *cut_saw_lines(const CutWork *work) {
  GArray *lines = g_array_new(FALSE, FALSE, sizeof(CutSawLine));
  (work->job->kind == CUT_JOB_BARS ? add_bars : add_sheets)(lines, work);
  return lines;
}

void cut_saw_put(GString *out, CutCsv csv, const char *text) {
  const char special[] = {csv.separator, '"', '\n', '\r', '\0'};
  const gboolean guard = *text && strchr("=+-@\t\r", *text);
  if (!guard && !strpbrk(text, special)) {
    g_string_append(out, text);
    return;
  }
  g_string_append(out, guard ? "\"'" : "\"");
  for (; *text; text++)
    g_string_append(out, *text == '"' ? "\"\"" : (char[]){*text, '\0'});
  g_string_append_c(out, '"');
}

typedef enum {
  COLUMN_BARS = 1,   /* stands in lists of bars */
  COLUMN_SHEETS = 2,
  COLUMN_BOTH = 3,
} ColumnOf;

/* A column of CSV, and what is in it. */
typedef struct {
  const char *name;
  ColumnOf of;
  enum { LENGTH, ANGLE, FLAG, STOCK_NAME, STOCK_WIDTH, STOCK_HEIGHT, BAR, PLACE, NAME, LABEL } what;
  gsize at; /* offset in the line (LENGTH, ANGLE, FLAG) or in the tag (NAME) */
} Column;

#define OF_LINE(member) G_STRUCT_OFFSET(CutSawLine, member)
#define OF_TAG(member) G_STRUCT_OFFSET(CutTag, member)
static const Column columns[] = {
  {"bar", COLUMN_BARS, BAR},
  {"sheet", COLUMN_SHEETS, BAR},
  {"stock", COLUMN_BOTH, STOCK_NAME},
  {"stock_length", COLUMN_BARS, STOCK_WIDTH},
  {"stock_width", COLUMN_SHEETS, STOCK_WIDTH},
  {"stock_height", COLUMN_SHEETS, STOCK_HEIGHT},
  {"place", COLUMN_BOTH, PLACE},
  {"stop", COLUMN_BARS, LENGTH, OF_LINE(stop)},
  {"length", COLUMN_BARS, LENGTH, OF_LINE(length)},
  {"x", COLUMN_SHEETS, LENGTH, OF_LINE(x)},
  {"y", COLUMN_SHEETS, LENGTH, OF_LINE(y)},
  {"width", COLUMN_SHEETS, LENGTH, OF_LINE(width)},
  {"height", COLUMN_SHEETS, LENGTH, OF_LINE(height)},
  {"left", COLUMN_BARS, ANGLE, OF_LINE(left)},
  {"right", COLUMN_BARS, ANGLE, OF_LINE(right)},
  {"turned", COLUMN_BOTH, FLAG, OF_LINE(turned)},
  {"order", COLUMN_BOTH, NAME, OF_TAG(order)},
  {"wall", COLUMN_BOTH, NAME, OF_TAG(wall)},
  {"bay", COLUMN_BOTH, NAME, OF_TAG(bay)},
  {"item", COLUMN_BOTH, NAME, OF_TAG(item)},
  {"label", COLUMN_BOTH, LABEL},
};

static gboolean is_in(const Column *column, const CutJob *job) {
  return (column->of & (job->kind == CUT_JOB_BARS ? COLUMN_BARS : COLUMN_SHEETS)) != 0;
}

static gint64 stock_side(const CutJob *job, gint64 stock, gboolean width) {
  if (job->kind == CUT_JOB_BARS)
    return job->bars.stocks[stock].length;
  return width ? job->sheets.sheets[stock].width : job->sheets.sheets[stock].height;
}

static void put_length(GString *out, const CutJob *job, gint64 length) {
  g_autofree char *text = cut_job_length(job, length);
  g_string_append(out, text);
}

/* Numbers have a point in every locale. */
static void put_field(GString *out, CutCsv csv, const CutJob *job, const Column *column, const CutSawLine *line,
                      gint64 bar) {
  const char *member = (const char *)line + column->at, *text = "";
  const char *name = (const char *)cut_job_tag(job, line->piece) + column->at;
  const int angle = column->what == ANGLE ? *(const int *)(const void *)member : 0;
  switch (column->what) {
  case LENGTH: put_length(out, job, *(const gint64 *)(const void *)member); break;
  case ANGLE: g_string_append_printf(out, "%s%d.%d", angle < 0 ? "-" : "", ABS(angle) / 10, ABS(angle) % 10); break;
  case FLAG: g_string_append_printf(out, "%d", *(const gboolean *)(const void *)member); break;
  case STOCK_NAME: text = cut_job_stock_name(job, line->stock); break;
  case STOCK_WIDTH: put_length(out, job, stock_side(job, line->stock, TRUE)); break;
  case STOCK_HEIGHT: put_length(out, job, stock_side(job, line->stock, FALSE)); break;
  case BAR: g_string_append_printf(out, "%" G_GINT64_FORMAT, bar); break;
  case PLACE: g_string_append_printf(out, "%" G_GINT64_FORMAT, line->place); break;
  case NAME: text = *(const char *const *)(const void *)name; break;
  case LABEL: g_string_append_printf(out, "%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, bar, line->place); break;
  }
  cut_saw_put(out, csv, text ? text : "");
}

static void put_line(GString *out, CutCsv csv, const CutJob *job, const CutSawLine *line, gint64 bar) {
  for (gsize i = 0, n = 0; i < G_N_ELEMENTS(columns); i++) {
    if (!is_in(&columns[i], job))
      continue;
    if (n++ > 0)
      g_string_append_c(out, csv.separator);
    put_field(out, csv, job, &columns[i], line, bar);
  }
  g_string_append(out, "\r\n");
}

static void put_head(GString *out, CutCsv csv, const CutJob *job) {
  if (csv.bom)
    g_string_append(out, "\xef\xbb\xbf");
  for (gsize i = 0, n = 0; i < G_N_ELEMENTS(columns); i++)
    if (is_in(&columns[i], job))
      g_string_append_printf(out, "%s%s", n++ > 0 ? (char[]){csv.separator, '\0'} : "", columns[i].name);
  g_string_append(out, "\r\n");
}

static gboolean flush(FILE *file, GString *out) {
  const gboolean good = fwrite(out->str, 1, out->len, file) == out->len;
  g_string_truncate(out, 0);
  return good;
}

static gboolean write_lines(const CutWork *work, CutCsv csv, FILE *file) {
  g_autoptr(GArray) lines = cut_saw_lines(work);
  g_autoptr(GString) out = g_string_new(NULL);
  gboolean good = TRUE;
  put_head(out, csv, work->job);
  for (guint from = 0, end; from < lines->len; from = end) {
    const CutSawLine *first = &g_array_index(lines, CutSawLine, from);
    for (end = from; end < lines->len && g_array_index(lines, CutSawLine, end).first == first->first; end++)
      ;
    for (gint64 bar = first->first; bar <= first->last && good; bar++) {
      for (guint i = from; i < end; i++)
        put_line(out, csv, work->job, &g_array_index(lines, CutSawLine, i), bar);
      good = out->len < CHUNK || flush(file, out);
    }
  }
  return flush(file, out) && good;
}

gboolean cut_saw_csv(const CutWork *work, CutCsv csv, const char *path, GError **error) {
  FILE *file = fopen(path, "wb");
  const gboolean good = file && write_lines(work, csv, file);
  if (!file || fclose(file) != 0 || !good) {
    g_set_error(error, CUT_ERROR, CUT_ERROR_PLAN,
                lang_text(cut_job_language(work->job), N_("%s: it cannot be written")), path);
    return FALSE;
  }
  return TRUE;
}
