/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The saw list on paper: a table with a box to tick; a new bar begins with its stock. */
#include "base/lang.h"
#include "workshop/cut-saw.h"

static const CutColumn bar_columns[] = {
  {N_("Bar"), 9, CUT_ALIGN_CENTRE},          {N_("Stock"), 16, CUT_ALIGN_LEFT},
  {N_("No."), 5, CUT_ALIGN_CENTRE},          {N_("Stop (mm)"), 10, CUT_ALIGN_RIGHT},
  {N_("Length (mm)"), 11, CUT_ALIGN_RIGHT},  {N_("Left"), 7, CUT_ALIGN_RIGHT},
  {N_("Right"), 7, CUT_ALIGN_RIGHT},         {N_("Order"), 15, CUT_ALIGN_LEFT},
  {N_("Wall"), 8, CUT_ALIGN_LEFT},           {N_("Bay"), 7, CUT_ALIGN_LEFT},
  {N_("Item"), 12, CUT_ALIGN_LEFT},          {N_("Label"), 11, CUT_ALIGN_LEFT},
  {N_("Done"), 6, CUT_ALIGN_CENTRE},         {NULL},
};

static const CutColumn sheet_columns[] = {
  {N_("Sheet"), 9, CUT_ALIGN_CENTRE},        {N_("Stock"), 18, CUT_ALIGN_LEFT},
  {N_("No."), 5, CUT_ALIGN_CENTRE},          {N_("Width (mm)"), 10, CUT_ALIGN_RIGHT},
  {N_("Height (mm)"), 10, CUT_ALIGN_RIGHT},  {N_("Place (mm)"), 13, CUT_ALIGN_RIGHT},
  {N_("Order"), 15, CUT_ALIGN_LEFT},         {N_("Wall"), 8, CUT_ALIGN_LEFT},
  {N_("Bay"), 7, CUT_ALIGN_LEFT},            {N_("Item"), 14, CUT_ALIGN_LEFT},
  {N_("Label"), 11, CUT_ALIGN_LEFT},         {N_("Done"), 6, CUT_ALIGN_CENTRE},
  {NULL},
};

/* "4-1", or "4-1…5-1" of bars that are cut alike. */
static char *label_text(const CutSawLine *line) {
  const gint64 first = line->first, last = line->last, place = line->place;
  return first == last ? g_strdup_printf("%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, first, place)
                       : g_strdup_printf("%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "…%" G_GINT64_FORMAT
                                         "-%" G_GINT64_FORMAT, first, place, last, place);
}

static void print_row(CutPage *page, const CutSawLine *line, const CutColumn *columns, const char *const *texts) {
  const double y = cut_page_row(page, columns, texts);
  if (line->place == 1)
    cut_scene_line(page->scene, (CutInk){.class = "rule", .fill = -1, .line = 1.1}, page->left, y, page->right, y);
}

/* Name and size of what is cut, where a bar or sheet begins. */
static char *stock_text(const CutJob *job, const CutSawLine *line) {
  const char *name = cut_job_stock_name(job, line->stock);
  g_autofree char *size = cut_job_stock_size(job, line->stock);
  return line->place > 1 ? g_strdup("") : g_strdup_printf("%s%s%s", name ? name : "", name ? " " : "", size);
}

static void print_bar_line(CutPage *page, const CutSawLine *line) {
  const CutJob *job = page->work->job;
  const CutTag *tag = cut_job_tag(job, line->piece);
  g_autofree char *bars = cut_page_range(line->first, line->last), *length = cut_job_length(job, line->length);
  g_autofree char *stop = cut_job_length(job, line->stop), *stock = stock_text(job, line);
  g_autofree char *place = g_strdup_printf("%" G_GINT64_FORMAT, line->place), *left = cut_page_angle(line->left);
  g_autofree char *label = label_text(line), *right = cut_page_angle(line->right);
  const char *texts[] = {line->place == 1 ? bars : "", stock, place, stop, length, *left ? left : "0°",
                         *right ? right : "0°", tag->order, tag->wall, tag->bay, tag->item, label, ""};
  print_row(page, line, bar_columns, texts);
}

static void print_sheet_line(CutPage *page, const CutSawLine *line) {
  const CutJob *job = page->work->job;
  const CutTag *tag = cut_job_tag(job, line->piece);
  g_autofree char *sheets = cut_page_range(line->first, line->last), *stock = stock_text(job, line);
  g_autofree char *place = g_strdup_printf("%" G_GINT64_FORMAT, line->place), *label = label_text(line);
  g_autofree char *width = cut_job_length(job, line->width), *height = cut_job_length(job, line->height);
  g_autofree char *x = cut_job_length(job, line->x), *y = cut_job_length(job, line->y);
  g_autofree char *corner = g_strdup_printf("%s, %s", x, y);
  const char *texts[] = {line->place == 1 ? sheets : "", stock, place, width, height, corner, tag->order, tag->wall,
                         tag->bay, tag->item, label, ""};
  print_row(page, line, sheet_columns, texts);
}

CutScene *cut_saw_print(const CutWork *work, const CutStyle *style) {
  const gboolean bars = work->job->kind == CUT_JOB_BARS;
  CutPage page;
  g_autoptr(GArray) lines = cut_saw_lines(work);
  cut_page_begin(&page, work, style, N_("Saw list"));
  cut_page_table(&page, bars ? bar_columns : sheet_columns);
  for (guint i = 0; i < lines->len; i++)
    (bars ? print_bar_line : print_sheet_line)(&page, &g_array_index(lines, CutSawLine, i));
  return cut_page_end(&page, work->job->kind == CUT_JOB_BARS
                               ? N_("Place: where the cut ends the piece, from the bar's left end. "
                                    "Angles of the saw: + far edge shorter, − near edge.")
                               : N_("Place: lower left corner of the piece on the sheet. Sizes as the piece lies."));
}
