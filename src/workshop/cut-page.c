/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines and greys are chosen for black and white printers: nothing depends on a colour. */
#include "workshop/cut-page.h"
#include "base/lang.h"
#include <string.h>

#define MARGIN 28.0
#define CELL_HEIGHT 24.0
#define ROW_HEIGHT 13.5

const char *cut_page_say(const CutPage *page, const char *id) {
  return lang_text(page->style->language, id);
}

char *cut_page_angle(int tenths) {
  if (tenths % 10 == 0)
    return tenths == 0 ? g_strdup("") : g_strdup_printf("%d°", tenths / 10);
  return g_strdup_printf("%s%d.%d°", tenths < 0 ? "-" : "", ABS(tenths) / 10, ABS(tenths) % 10);
}

char *cut_page_range(gint64 first, gint64 last) {
  return first == last ? g_strdup_printf("%" G_GINT64_FORMAT, first)
                       : g_strdup_printf("%" G_GINT64_FORMAT "–%" G_GINT64_FORMAT, first, last);
}

char *cut_page_percent(gint64 hundredths) {
  return g_strdup_printf("%d.%02d%%", (int)(hundredths / 100), (int)(hundredths % 100));
}

char *cut_page_tag(const CutTag *tag) {
  g_autofree char *place = tag->wall && tag->bay ? g_strconcat(tag->wall, "/", tag->bay, NULL)
                                                 : g_strdup(tag->wall ? tag->wall : tag->bay);
  const char *parts[] = {tag->order, place, tag->item};
  GString *text = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
    if (parts[i])
      g_string_append_printf(text, "%s%s", text->len ? " " : "", parts[i]);
  return g_string_free(text, FALSE);
}

/* One cell of the head: a small label over its value. */
static void head_cell(CutPage *page, double x, double width, const char *label, const char *value) {
  const CutInk frame = {.class = "head", .fill = -1, .line = 0.5};
  cut_scene_box(page->scene, frame, x, page->y, width, CELL_HEIGHT);
  cut_scene_short_text(page->scene, (CutType){.class = "label", .size = 6.5, .width = width - 6}, x + 3, page->y + 8,
                       cut_page_say(page, label));
  cut_scene_short_text(page->scene, (CutType){.class = "value", .size = 10, .least = 7, .width = width - 6}, x + 3,
                       page->y + 20, value);
}

/* Trims, each once where they are all equal: left, right, and of sheets bottom and top. */
static char *trims_text(const CutJob *job) {
  const CutRules *rules = &job->sheets.rules;
  const gboolean sheets = job->kind == CUT_JOB_SHEETS;
  const gint64 trims[] = {sheets ? rules->trim_left : job->bars.trim_left,
                          sheets ? rules->trim_right : job->bars.trim_right, rules->trim_bottom, rules->trim_top};
  GString *text = g_string_new(NULL);
  gboolean equal = TRUE;
  for (int i = 0; i < (sheets ? 4 : 2); i++) {
    g_autofree char *trim = cut_job_length(job, trims[i]);
    equal = equal && trims[i] == trims[0];
    g_string_append_printf(text, "%s%s", i > 0 ? " / " : "", trim);
  }
  if (equal)
    g_string_truncate(text, (gsize)(strchr(text->str, ' ') - text->str));
  return g_string_free(text, FALSE);
}

/* The numbers of the orders; behind how many they are, where there are several. */
static char *orders_text(const CutJob *job) {
  guint count;
  g_autofree char *orders = cut_job_orders(job, &count);
  return count > 2 ? g_strdup_printf("%u: %s", count, orders) : g_steal_pointer(&orders);
}

static void draw_head(CutPage *page) {
  const CutJob *job = page->work->job;
  const double width = page->right - page->left;
  g_autofree char *orders = orders_text(job), *kerf = cut_job_length(job, job->kerf), *trims = trims_text(job);
  g_autofree char *used = cut_page_percent(cut_plan_yield(&page->totals));
  const char *kinds = job->kind == CUT_JOB_BARS ? N_("Bars") : N_("Sheets");
  g_autofree char *stocks = g_strdup_printf("%" G_GINT64_FORMAT, page->totals.stocks);
  g_autofree char *material = g_strjoin(" ", job->material ? job->material : "", job->colour, NULL);
  g_autofree char *title = job->title ? g_strdup_printf("%s · %s", cut_page_say(page, page->heading), job->title)
                                      : g_strdup(cut_page_say(page, page->heading));
  cut_scene_short_text(page->scene, (CutType){.class = "title", .size = 16, .width = width * 0.72}, page->left,
                       page->y + 14, title);
  page->y += 21;
  const struct {
    const char *label, *value;
    double share;
  } cells[] = {
    {N_("Material"), material, 0.27}, {N_("Orders"), orders, 0.33}, {N_("Kerf (mm)"), kerf, 0.08},
    {N_("Trims (mm)"), trims, 0.1},   {kinds, stocks, 0.08},           {N_("Used"), used, 0.14},
  };
  double x = page->left;
  for (gsize i = 0; i < G_N_ELEMENTS(cells); i++) {
    head_cell(page, x, cells[i].share * width, cells[i].label, cells[i].value);
    x += cells[i].share * width;
  }
  page->y += CELL_HEIGHT + 4;
  if (job->remark) {
    cut_scene_short_text(page->scene, (CutType){.class = "remark", .size = 8.5, .width = width}, page->left,
                         page->y + 9, job->remark);
    page->y += 13;
  }
  page->y += 4;
}

static void new_page(CutPage *page) {
  cut_scene_page(page->scene);
  page->y = MARGIN;
  draw_head(page);
}

void cut_page_begin(CutPage *page, const CutWork *work, const CutStyle *style, const char *heading) {
  *page = (CutPage){.work = work, .style = style, .heading = heading, .totals = cut_plan_totals(work),
                    .scene = cut_scene_new(style->width, style->height), .left = MARGIN,
                    .right = style->width - MARGIN, .bottom = style->height - MARGIN};
  new_page(page);
}

gboolean cut_page_need(CutPage *page, double height) {
  if (page->y + height <= page->bottom)
    return FALSE;
  new_page(page);
  return TRUE;
}

CutScene *cut_page_end(CutPage *page, const char *legend) {
  const guint pages = cut_scene_pages(page->scene);
  for (guint i = 0; i < pages; i++) {
    g_autofree char *number = g_strdup_printf(cut_page_say(page, N_("Page %d of %d")), (int)i + 1, (int)pages);
    g_autofree char *text = page->style->date ? g_strdup_printf("%s    %s", page->style->date, number)
                                              : g_strdup(number);
    cut_scene_turn_to(page->scene, i);
    cut_scene_text(page->scene, (CutType){.class = "page-number", .size = 9, .align = CUT_ALIGN_RIGHT}, page->right,
                   MARGIN + 14, text);
    cut_scene_short_text(page->scene, (CutType){.class = "legend", .size = 8, .width = page->right - page->left},
                         page->left, page->bottom + 12, cut_page_say(page, legend));
  }
  return g_steal_pointer(&page->scene);
}

static void draw_cells(CutPage *page, const CutColumn *columns, const char *const *texts, double height, double size,
                       gboolean head) {
  double sum = 0, x = page->left;
  for (const CutColumn *column = columns; column->label; column++)
    sum += column->share;
  const CutInk frame = {.class = head ? "table-head" : "table-cell", .fill = head ? 0.12 : -1, .line = 0.4};
  for (const CutColumn *column = columns; column->label; column++) {
    const double width = column->share / sum * (page->right - page->left);
    const double at = column->align == CUT_ALIGN_LEFT     ? x + 3
                      : column->align == CUT_ALIGN_CENTRE ? x + width / 2
                                                          : x + width - 3;
    const char *text = head ? cut_page_say(page, column->label) : texts[column - columns];
    cut_scene_box(page->scene, frame, x, page->y, width, height);
    if (text && *text)
      cut_scene_short_text(page->scene,
                           (CutType){.class = "cell", .size = size, .align = column->align, .width = width - 6}, at,
                           page->y + height / 2 + size * 0.36, text);
    x += width;
  }
  page->y += height;
}

void cut_page_table(CutPage *page, const CutColumn *columns) {
  cut_page_need(page, 2 * ROW_HEIGHT);
  draw_cells(page, columns, NULL, ROW_HEIGHT, 7.5, TRUE);
}

double cut_page_row(CutPage *page, const CutColumn *columns, const char *const *texts) {
  if (cut_page_need(page, ROW_HEIGHT))
    draw_cells(page, columns, NULL, ROW_HEIGHT, 7.5, TRUE);
  draw_cells(page, columns, texts, ROW_HEIGHT, 8.5, FALSE);
  return page->y - ROW_HEIGHT;
}
