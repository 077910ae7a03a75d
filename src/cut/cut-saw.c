/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over the patterns makes the lines; CSV repeats them for every bar, paper does not. */
#include "cut/cut-saw.h"
#include "cut/cut-lay.h"
#include <stdio.h>
#include <string.h>

#define CHUNK (1 << 20) /* CSV goes to the file in pieces of this size: a million lines need no memory */

GArray *cut_saw_lines(const CutWork *work) {
  GArray *lines = g_array_new(FALSE, FALSE, sizeof(CutSawLine));
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

static void put_text(GString *out, CutCsv csv, const char *text) {
  g_string_append_c(out, csv.separator);
  cut_saw_put(out, csv, text ? text : "");
}

static void put_number(GString *out, CutCsv csv, gint64 number) {
  g_string_append_printf(out, "%c%" G_GINT64_FORMAT, csv.separator, number);
}

/* "45", "22.5": degrees with a point in every locale. */
static void put_angle(GString *out, CutCsv csv, int tenths) {
  g_string_append_printf(out, "%c%s%d.%d", csv.separator, tenths < 0 ? "-" : "", ABS(tenths) / 10, ABS(tenths) % 10);
}

static void put_length(GString *out, CutCsv csv, const CutJob *job, gint64 length) {
  g_autofree char *text = cut_job_length(job, length);
  g_string_append_printf(out, "%c%s", csv.separator, text);
}

static void put_line(GString *out, CutCsv csv, const CutJob *job, const CutSawLine *line, gint64 bar) {
  const CutStock *stock = &job->bars.stocks[line->stock];
  const CutTag *tag = cut_job_tag(job, line->piece);
  g_string_append_printf(out, "%" G_GINT64_FORMAT, bar);
  put_text(out, csv, stock->origin);
  put_length(out, csv, job, stock->length);
  put_number(out, csv, line->place);
  put_length(out, csv, job, line->stop);
  put_length(out, csv, job, line->length);
  put_angle(out, csv, line->left);
  put_angle(out, csv, line->right);
  put_number(out, csv, line->turned);
  put_text(out, csv, tag->order);
  put_text(out, csv, tag->wall);
  put_text(out, csv, tag->bay);
  put_text(out, csv, tag->item);
  g_string_append_printf(out, "%c%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "\r\n", csv.separator, bar, line->place);
}

static void put_head(GString *out, CutCsv csv) {
  static const char *const names[] = {"bar",   "stock", "stock_length", "place", "stop", "length", "left", "right",
                                      "turned", "order", "wall",         "bay",   "item", "label"};
  if (csv.bom)
    g_string_append(out, "\xef\xbb\xbf");
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    g_string_append_printf(out, "%s%s", i > 0 ? (char[]){csv.separator, '\0'} : "", names[i]);
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
  put_head(out, csv);
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
    g_set_error(error, CUT_ERROR, CUT_ERROR_PLAN, "%s: it cannot be written", path);
    return FALSE;
  }
  return TRUE;
}
