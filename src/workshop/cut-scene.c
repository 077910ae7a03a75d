/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Marks in arrays; texts are measured with the font that the PDF is set in. */
#include "workshop/cut-scene-part.h"
#include <math.h>

#define SIZE_LEAST 4.0

/* Metrics at one large size without hints: widths then are in proportion to the size. */
#define METER_SIZE 100.0

CutScene *cut_scene_new(double width, double height) {
  CutScene *scene = g_new0(CutScene, 1);
  *scene = (CutScene){.width = width, .height = height, .texts = g_string_chunk_new(4096),
                      .pages = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref),
                      .points = g_array_new(FALSE, FALSE, sizeof(double))};
  return scene;
}

void cut_scene_free(CutScene *scene) {
  if (!scene)
    return;
  g_clear_object(&scene->meter);
  g_ptr_array_unref(scene->pages);
  g_array_unref(scene->points);
  g_string_chunk_free(scene->texts);
  g_free(scene);
}

double cut_scene_width(const CutScene *scene) {
  return scene->width;
}

double cut_scene_height(const CutScene *scene) {
  return scene->height;
}

void cut_scene_page(CutScene *scene) {
  g_ptr_array_add(scene->pages, g_array_new(FALSE, TRUE, sizeof(CutMark)));
  scene->page = scene->pages->len - 1;
}

guint cut_scene_pages(const CutScene *scene) {
  return scene->pages->len;
}

void cut_scene_turn_to(CutScene *scene, guint page) {
  scene->page = MIN(page, scene->pages->len - 1);
}

static void add(CutScene *scene, CutMark mark, const double *points, guint n) {
  mark.first = scene->points->len / 2;
  mark.n = n;
  g_array_append_vals(scene->points, points, n * 2);
  g_array_append_val((GArray *)scene->pages->pdata[scene->page], mark);
}

void cut_scene_polygon(CutScene *scene, CutInk ink, const double *corners, guint n) {
  add(scene, (CutMark){.kind = CUT_MARK_POLYGON, .ink = ink}, corners, n);
}

void cut_scene_box(CutScene *scene, CutInk ink, double x, double y, double width, double height) {
  const double corners[] = {x, y, x + width, y, x + width, y + height, x, y + height};
  cut_scene_polygon(scene, ink, corners, 4);
}

void cut_scene_line(CutScene *scene, CutInk ink, double x1, double y1, double x2, double y2) {
  const double ends[] = {x1, y1, x2, y2};
  add(scene, (CutMark){.kind = CUT_MARK_LINE, .ink = ink}, ends, 2);
}

void cut_scene_hatch(CutScene *scene, CutInk ink, double x, double y, double width, double height, double gap) {
  for (double at = gap; at < width + height; at += gap) {
    const double left = MAX(0, at - height), right = MIN(width, at);
    cut_scene_line(scene, ink, x + left, y + at - left, x + right, y + at - right);
  }
}

double cut_scene_text_width(CutScene *scene, double size, const char *text) {
  int width, height;
  if (!scene->meter) {
    scene->meter = draw_layout(NULL);
    draw_set_size(scene->meter, METER_SIZE);
  }
  pango_layout_set_text(scene->meter, text, -1);
  pango_layout_get_size(scene->meter, &width, &height);
  return (double)width / PANGO_SCALE * size / METER_SIZE;
}

static void put_text(CutScene *scene, CutType type, double x, double y, const char *text) {
  const double point[] = {x, y};
  add(scene, (CutMark){.kind = CUT_MARK_TEXT, .type = type, .text = g_string_chunk_insert(scene->texts, text)}, point,
      1);
}

static double least_of(CutType type) {
  return type.least > 0 ? type.least : SIZE_LEAST;
}

gboolean cut_scene_text(CutScene *scene, CutType type, double x, double y, const char *text) {
  const double width = cut_scene_text_width(scene, type.size, text);
  if (type.width > 0 && width > type.width && type.size * type.width / width < least_of(type))
    return FALSE;
  if (type.width > 0 && width > type.width)
    type.size *= type.width / width;
  type.width = type.width > 0 ? MIN(width, type.width) : width;
  put_text(scene, type, x, y, text);
  return TRUE;
}

void cut_scene_short_text(CutScene *scene, CutType type, double x, double y, const char *text) {
  if (cut_scene_text(scene, type, x, y, text))
    return;
  const double full = cut_scene_text_width(scene, least_of(type), text);
  const glong length = g_utf8_strlen(text, -1), fits = (glong)((double)length * type.width / full) + 3;
  for (glong keep = MIN(fits, length - 1); keep > 0; keep--) {
    g_autofree char *head = g_utf8_substring(text, 0, keep), *shown = g_strconcat(head, "…", NULL);
    if (cut_scene_text(scene, type, x, y, shown))
      return;
  }
}
