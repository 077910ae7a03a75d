/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PDF by Cairo, texts by Pango: the font is embedded, texts can be searched and copied. */
#include "workshop/cut-scene-part.h"
#include "cut/cut.h"
#include "draw/draw.h"

static void trace(cairo_t *cairo, const CutScene *scene, const CutMark *mark) {
  for (guint i = 0; i < mark->n; i++) {
    const double *point = &g_array_index(scene->points, double, (mark->first + i) * 2);
    if (i == 0)
      cairo_move_to(cairo, point[0], point[1]);
    else
      cairo_line_to(cairo, point[0], point[1]);
  }
}

static void draw_shape(cairo_t *cairo, const CutScene *scene, const CutMark *mark) {
  static const double dashes[] = {3, 2};
  trace(cairo, scene, mark);
  if (mark->kind == CUT_MARK_POLYGON)
    cairo_close_path(cairo);
  if (mark->kind == CUT_MARK_POLYGON && mark->ink.fill >= 0) {
    cairo_set_source_rgb(cairo, 1 - mark->ink.fill, 1 - mark->ink.fill, 1 - mark->ink.fill);
    cairo_fill_preserve(cairo);
  }
  if (mark->ink.line > 0) {
    cairo_set_source_rgb(cairo, 0, 0, 0);
    cairo_set_line_width(cairo, mark->ink.line);
    cairo_set_dash(cairo, dashes, mark->ink.dashed ? 2 : 0, 0);
    cairo_stroke_preserve(cairo);
  }
  cairo_new_path(cairo);
}

static void draw_text(cairo_t *cairo, const CutScene *scene, const CutMark *mark, PangoLayout *layout) {
  const double *point = &g_array_index(scene->points, double, mark->first * 2);
  draw_set_size(layout, mark->type.size);
  pango_layout_set_text(layout, mark->text, -1);
  const double width = mark->type.width;
  const double back = mark->type.align == CUT_ALIGN_LEFT ? 0 : mark->type.align == CUT_ALIGN_CENTRE ? width / 2 : width;
  cairo_save(cairo);
  cairo_translate(cairo, point[0], point[1]);
  if (mark->type.turned)
    cairo_rotate(cairo, -G_PI / 2);
  if (mark->type.halo) {
    cairo_rectangle(cairo, -back - 0.8, -mark->type.size * 0.85, width + 1.6, mark->type.size * 1.05);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_fill(cairo);
  }
  cairo_set_source_rgb(cairo, 0, 0, 0);
  cairo_move_to(cairo, -back, -(double)pango_layout_get_baseline(layout) / PANGO_SCALE);
  pango_cairo_show_layout(cairo, layout);
  cairo_restore(cairo);
}

static void draw_page(cairo_t *cairo, const CutScene *scene, const GArray *marks, PangoLayout *layout) {
  for (guint i = 0; i < marks->len; i++) {
    const CutMark *mark = &g_array_index(marks, CutMark, i);
    if (mark->kind == CUT_MARK_TEXT)
      draw_text(cairo, scene, mark, layout);
    else
      draw_shape(cairo, scene, mark);
  }
  cairo_show_page(cairo);
}

gboolean cut_scene_pdf(CutScene *scene, const char *path, const char *title, const char *date, GError **error) {
  cairo_surface_t *surface = cairo_pdf_surface_create(path, scene->width, scene->height);
  draw_describe(surface, title, date);
  cairo_t *cairo = cairo_create(surface);
  PangoLayout *layout = draw_layout(cairo);
  for (guint page = 0; page < scene->pages->len; page++)
    draw_page(cairo, scene, scene->pages->pdata[page], layout);
  g_object_unref(layout);
  cairo_destroy(cairo);
  cairo_surface_finish(surface);
  const cairo_status_t status = cairo_surface_status(surface);
  cairo_surface_destroy(surface);
  if (status != CAIRO_STATUS_SUCCESS)
    g_set_error(error, CUT_ERROR, CUT_ERROR_PLAN, "%s: %s", path, cairo_status_to_string(status));
  return status == CAIRO_STATUS_SUCCESS;
}
