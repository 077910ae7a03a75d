/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SVG written element by element; everything that is not a constant of this file goes through the escaping. */
#include "workshop/cut-scene-part.h"
#include <string.h>

#define PAGE_GAP 12.0

static void put(GString *out, const char *name, const char *value) {
  g_autofree char *escaped = g_markup_escape_text(value, -1);
  g_string_append_printf(out, " %s=\"%s\"", name, escaped);
}

/* Thousandths of a point, the same in every locale. */
static void number(GString *out, double value) {
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd(text, sizeof text, "%.3f", value);
  char *end = text + strlen(text);
  while (end[-1] == '0')
    *--end = '\0';
  if (end[-1] == '.')
    end[-1] = '\0';
  g_string_append(out, text);
}

static void put_number(GString *out, const char *name, double value) {
  g_string_append_printf(out, " %s=\"", name);
  number(out, value);
  g_string_append_c(out, '"');
}

static void open_tag(GString *out, const char *name) {
  g_string_append_c(out, '<');
  g_string_append(out, name);
}

static void put_grey(GString *out, const char *name, double black) {
  g_autofree char *colour = NULL;
  const int level = (int)(255 * (1 - black) + 0.5);
  colour = black < 0 ? g_strdup("none") : g_strdup_printf("#%02x%02x%02x", level, level, level);
  put(out, name, colour);
}

static void write_shape(GString *out, const CutScene *scene, const CutMark *mark) {
  open_tag(out, mark->kind == CUT_MARK_POLYGON ? "polygon" : "polyline");
  put(out, "class", mark->ink.class);
  g_string_append(out, " points=\"");
  for (guint i = 0; i < mark->n * 2; i++) {
    if (i > 0)
      g_string_append_c(out, i % 2 ? ',' : ' ');
    number(out, g_array_index(scene->points, double, mark->first * 2 + i));
  }
  g_string_append_c(out, '"');
  put_grey(out, "fill", mark->kind == CUT_MARK_POLYGON ? mark->ink.fill : -1);
  if (mark->ink.line > 0) {
    put(out, "stroke", "#000000");
    put_number(out, "stroke-width", mark->ink.line);
  }
  if (mark->ink.dashed)
    put(out, "stroke-dasharray", "3 2");
  g_string_append(out, "/>\n");
}

static void write_text(GString *out, const CutScene *scene, const CutMark *mark) {
  static const char *const anchors[] = {"start", "middle", "end"};
  const double *point = &g_array_index(scene->points, double, mark->first * 2);
  g_autofree char *text = g_markup_escape_text(mark->text, -1);
  open_tag(out, "text");
  put(out, "class", mark->type.class);
  put_number(out, "x", point[0]);
  put_number(out, "y", point[1]);
  put_number(out, "font-size", mark->type.size);
  put(out, "text-anchor", anchors[mark->type.align]);
  put_grey(out, "fill", 1);
  if (mark->type.halo) {
    put(out, "stroke", "#ffffff");
    put_number(out, "stroke-width", 2);
    put(out, "paint-order", "stroke");
  }
  if (mark->type.turned) {
    g_string_append(out, " transform=\"rotate(-90 ");
    number(out, point[0]);
    g_string_append_c(out, ' ');
    number(out, point[1]);
    g_string_append(out, ")\"");
  }
  g_string_append_printf(out, ">%s", text);
  g_string_append(out, "</" "text>\n");
}

static void write_page(GString *out, const CutScene *scene, guint page) {
  const GArray *marks = scene->pages->pdata[page];
  open_tag(out, "g");
  put(out, "class", "page");
  g_string_append(out, " transform=\"translate(0 ");
  number(out, page * (scene->height + PAGE_GAP));
  g_string_append(out, ")\">\n");
  for (guint i = 0; i < marks->len; i++) {
    const CutMark *mark = &g_array_index(marks, CutMark, i);
    if (mark->kind == CUT_MARK_TEXT)
      write_text(out, scene, mark);
    else
      write_shape(out, scene, mark);
  }
  g_string_append(out, "</" "g>\n");
}

gboolean cut_scene_svg(const CutScene *scene, const char *path, GError **error) {
  g_autoptr(GString) out = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  const double height = scene->pages->len * (scene->height + PAGE_GAP) - PAGE_GAP;
  open_tag(out, "svg");
  put(out, "xmlns", "http://www.w3.org/2000/svg");
  g_string_append(out, " viewBox=\"0 0 ");
  number(out, scene->width);
  g_string_append_c(out, ' ');
  number(out, height);
  g_string_append_c(out, '"');
  put_number(out, "width", scene->width);
  put_number(out, "height", height);
  put(out, "font-family", DRAW_FONT ", Microsoft YaHei, PingFang SC, sans-serif");
  g_string_append(out, ">\n");
  for (guint page = 0; page < scene->pages->len; page++)
    write_page(out, scene, page);
  g_string_append(out, "</" "svg>\n");
  return g_file_set_contents(path, out->str, (gssize)out->len, error);
}
