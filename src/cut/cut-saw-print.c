/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The saw list on paper: a table with a box to tick; a new bar begins with its stock. */
#include "base/lang.h"
#include "cut/cut-saw.h"

static const CutColumn columns[] = {
  {N_("Bar"), 9, CUT_ALIGN_CENTRE},          {N_("Stock"), 16, CUT_ALIGN_LEFT},
  {N_("No."), 5, CUT_ALIGN_CENTRE},          {N_("Stop (mm)"), 10, CUT_ALIGN_RIGHT},
  {N_("Length (mm)"), 11, CUT_ALIGN_RIGHT},  {N_("Left"), 7, CUT_ALIGN_RIGHT},
  {N_("Right"), 7, CUT_ALIGN_RIGHT},         {N_("Order"), 15, CUT_ALIGN_LEFT},
  {N_("Wall"), 8, CUT_ALIGN_LEFT},           {N_("Bay"), 7, CUT_ALIGN_LEFT},
  {N_("Item"), 12, CUT_ALIGN_LEFT},          {N_("Label"), 11, CUT_ALIGN_LEFT},
  {N_("Done"), 6, CUT_ALIGN_CENTRE},         {NULL},
};

static char *range(gint64 first, gint64 last) {
  return first == last ? g_strdup_printf("%" G_GINT64_FORMAT, first)
                       : g_strdup_printf("%" G_GINT64_FORMAT "–%" G_GINT64_FORMAT, first, last);
}

/* "4-1", or "4-1…5-1" of bars that are cut alike. */
static char *label_text(const CutSawLine *line) {
  const gint64 first = line->first, last = line->last, place = line->place;
  return first == last ? g_strdup_printf("%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, first, place)
                       : g_strdup_printf("%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "…%" G_GINT64_FORMAT
                                         "-%" G_GINT64_FORMAT, first, place, last, place);
}

static void print_line(CutPage *page, const CutSawLine *line) {
  const CutJob *job = page->work->job;
  const CutStock *stock = &job->bars.stocks[line->stock];
  const CutTag *tag = cut_job_tag(job, line->piece);
  const gboolean begins = line->place == 1;
  g_autofree char *bars = range(line->first, line->last), *length = cut_job_length(job, line->length);
  g_autofree char *stop = cut_job_length(job, line->stop), *stock_length = cut_job_length(job, stock->length);
  g_autofree char *name = g_strdup_printf("%s %s", stock->origin ? stock->origin : "", stock_length);
  g_autofree char *place = g_strdup_printf("%" G_GINT64_FORMAT, line->place), *left = cut_page_angle(line->left);
  g_autofree char *label = label_text(line), *right = cut_page_angle(line->right);
  const char *texts[] = {begins ? bars : "", begins ? g_strstrip(name) : "", place, stop, length,
                         *left ? left : "0°", *right ? right : "0°", tag->order, tag->wall, tag->bay, tag->item,
                         label, ""};
  const double y = cut_page_row(page, columns, texts);
  if (begins)
    cut_scene_line(page->scene, (CutInk){.class = "rule", .fill = -1, .line = 1.1}, page->left, y, page->right, y);
}

CutScene *cut_saw_print(const CutWork *work, const CutStyle *style) {
  CutPage page;
  g_autoptr(GArray) lines = cut_saw_lines(work);
  cut_page_begin(&page, work, style, N_("Saw list"));
  cut_page_table(&page, columns);
  for (guint i = 0; i < lines->len; i++)
    print_line(&page, &g_array_index(lines, CutSawLine, i));
  return cut_page_end(&page);
}
