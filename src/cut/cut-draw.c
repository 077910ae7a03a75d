/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan as the saw operator reads it: pieces are filled, waste is left white, each cut carries its number,
 * heavier lines are earlier stages. */
#include "cut/cut-draw.h"
#include <cairo-pdf.h>

#define PAGE_WIDTH 841.89 /* A4 landscape, points */
#define PAGE_HEIGHT 595.28
#define MARGIN 36.0

typedef struct {
  cairo_t *cairo;
  const CutSheetOrder *order;
  double scale; /* points per unit of length */
  double left, base; /* the sheet's lower left corner on the page */
} Page;

static double page_x(const Page *page, gint64 x) {
  return page->left + (double)x * page->scale;
}

static double page_y(const Page *page, gint64 y) {
  return page->base - (double)y * page->scale;
}

static void say(const Page *page, double x, double y, double size, const char *text) {
  cairo_set_font_size(page->cairo, size);
  cairo_move_to(page->cairo, x, y);
  cairo_show_text(page->cairo, text);
}

static void draw_piece(const Page *page, const CutPlacement *at) {
  double width = (double)at->width * page->scale, height = (double)at->height * page->scale;
  double x = page_x(page, at->x), y = page_y(page, at->y + at->height), size = CLAMP(MIN(width / 7, height / 3), 2, 10);
  g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, page->order->items[at->item].id);
  g_autofree char *sides = g_strdup_printf("%" G_GINT64_FORMAT " x %" G_GINT64_FORMAT, at->width, at->height);
  cairo_rectangle(page->cairo, x, y, width, height);
  cairo_set_source_rgb(page->cairo, 0.88, 0.93, 0.98);
  cairo_fill_preserve(page->cairo);
  cairo_set_source_rgb(page->cairo, 0, 0, 0);
  cairo_set_line_width(page->cairo, 0.3);
  cairo_stroke(page->cairo);
  say(page, x + size / 3, y + size * 1.1, size, number);
  say(page, x + size / 3, y + size * 2.2, size, sides);
}

static void draw_cut(const Page *page, const CutLine *line, int number) {
  g_autofree char *text = g_strdup_printf("%d", number);
  cairo_set_source_rgb(page->cairo, 0.75, 0.1, 0.1);
  cairo_set_line_width(page->cairo, MAX(0.4, 2.0 - 0.5 * line->stage));
  cairo_move_to(page->cairo, page_x(page, line->x1), page_y(page, line->y1));
  cairo_line_to(page->cairo, page_x(page, line->x2), page_y(page, line->y2));
  cairo_stroke(page->cairo);
  say(page, page_x(page, line->x2) + 1, page_y(page, line->y2) + (line->x1 == line->x2 ? -1 : 5), 5, text);
}

static void draw_sheet(Page *page, const CutSheetPlan *plan, gint64 sheet) {
  const CutSheet *whole = &page->order->sheets[g_array_index(plan->kinds, gint64, sheet)];
  g_autofree char *title = g_strdup_printf("%" G_GINT64_FORMAT " / %" G_GINT64_FORMAT "    %" G_GINT64_FORMAT
                                           " x %" G_GINT64_FORMAT,
                                           sheet + 1, plan->sheets, whole->width, whole->height);
  page->scale =
    MIN((PAGE_WIDTH - 2 * MARGIN) / (double)whole->width, (PAGE_HEIGHT - 2 * MARGIN) / (double)whole->height);
  cairo_set_source_rgb(page->cairo, 0, 0, 0);
  say(page, MARGIN, MARGIN - 10, 12, title);
  cairo_set_line_width(page->cairo, 1);
  cairo_rectangle(page->cairo, page->left, page_y(page, whole->height), (double)whole->width * page->scale,
                  (double)whole->height * page->scale);
  cairo_stroke(page->cairo);
  for (guint i = 0; i < plan->placements->len; i++)
    if (g_array_index(plan->placements, CutPlacement, i).sheet == sheet)
      draw_piece(page, &g_array_index(plan->placements, CutPlacement, i));
  int number = 0;
  for (guint i = 0; i < plan->cuts->len; i++)
    if (g_array_index(plan->cuts, CutLine, i).sheet == sheet)
      draw_cut(page, &g_array_index(plan->cuts, CutLine, i), ++number);
  cairo_show_page(page->cairo);
}

gboolean cut_draw_sheets(const CutSheetOrder *order, const CutSheetPlan *plan, const char *path, GError **error) {
  cairo_surface_t *surface = cairo_pdf_surface_create(path, PAGE_WIDTH, PAGE_HEIGHT);
  Page page = {.cairo = cairo_create(surface), .order = order, .left = MARGIN, .base = PAGE_HEIGHT - MARGIN};
  cairo_select_font_face(page.cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  for (gint64 sheet = 0; sheet < plan->sheets; sheet++)
    draw_sheet(&page, plan, sheet);
  cairo_destroy(page.cairo);
  cairo_surface_finish(surface);
  cairo_status_t status = cairo_surface_status(surface);
  cairo_surface_destroy(surface);
  if (status != CAIRO_STATUS_SUCCESS)
    g_set_error(error, CUT_ERROR, CUT_ERROR_PLAN, "%s: %s", path, cairo_status_to_string(status));
  return status == CAIRO_STATUS_SUCCESS;
}
