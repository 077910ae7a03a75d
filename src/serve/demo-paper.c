/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Papers of the demo factory: enough on them to look at, small enough to make a hundred in a second. */
#include "serve/demo.h"
#include "draw/draw.h"
#include <math.h>
#include <string.h>

enum { PANELS = 6, MM = 10 /* tenths */ };

static void write_text(cairo_t *cairo, double x, double y, double size, const char *text) {
  g_autoptr(PangoLayout) layout = draw_layout(cairo);
  draw_set_size(layout, size);
  pango_layout_set_text(layout, text, -1);
  cairo_move_to(cairo, x, y);
  pango_cairo_show_layout(cairo, layout);
}

G_GNUC_PRINTF(5, 6)
static void write_line(cairo_t *cairo, double x, double y, double size, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  write_text(cairo, x, y, size, text);
}

static void draw_box(cairo_t *cairo, double x, double y, double width, double height) {
  cairo_rectangle(cairo, x, y, width, height);
  cairo_stroke(cairo);
}

/* A dimension line from (x1, y1) to (x2, y2), with its text in the middle. */
static void draw_dimension(cairo_t *cairo, double x1, double y1, double x2, double y2, gint64 tenths) {
  const double tick = 3;
  cairo_set_line_width(cairo, 0.4);
  cairo_move_to(cairo, x1, y1);
  cairo_line_to(cairo, x2, y2);
  for (int end = 0; end < 2; end++) {
    const double x = end ? x2 : x1, y = end ? y2 : y1;
    cairo_move_to(cairo, x - tick, y + tick);
    cairo_line_to(cairo, x + tick, y - tick);
  }
  cairo_stroke(cairo);
  const gboolean upright = x1 == x2;
  write_line(cairo, (x1 + x2) / 2 + (upright ? 4 : -12), (y1 + y2) / 2 - (upright ? 6 : 14), 9, "%d",
             (int)(tenths / MM));
}

static void draw_wall(cairo_t *cairo, const DemoPaper *paper) {
  const double left = 120, top = 150, width = 840, height = 430;
  cairo_set_line_width(cairo, 1.4);
  draw_box(cairo, left, top, width, height);
  for (int i = 0; i < PANELS; i++) {
    const double x = left + width * i / PANELS;
    cairo_set_line_width(cairo, 0.8);
    draw_box(cairo, x + 5, top + 5, width / PANELS - 10, height - 10);
    if (i == 2) { /* the door, hung on the left */
      draw_box(cairo, x + 12, top + 90, width / PANELS - 24, height - 95);
      cairo_set_line_width(cairo, 0.4);
      cairo_move_to(cairo, x + width / PANELS - 12, top + 90);
      cairo_line_to(cairo, x + 12, top + (height + 90) / 2);
      cairo_line_to(cairo, x + width / PANELS - 12, top + height - 5);
      cairo_stroke(cairo);
    }
    draw_dimension(cairo, x, top + height + 24, x + width / PANELS, top + height + 24, paper->width / PANELS);
  }
  draw_dimension(cairo, left, top + height + 52, left + width, top + height + 52, paper->width);
  draw_dimension(cairo, left + width + 30, top, left + width + 30, top + height, paper->height);
}

GBytes *demo_paper_drawing(const DemoPaper *paper) {
  GByteArray *bytes = g_byte_array_new();
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(draw_append, bytes, 1190, 842);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, paper->title);
  cairo_t *cairo = cairo_create(surface);
  cairo_set_line_width(cairo, 2);
  draw_box(cairo, 40, 30, 1110, 782);
  write_line(cairo, 64, 50, 22, "%s", paper->title);
  write_line(cairo, 64, 84, 12, "%s", paper->subject);
  draw_wall(cairo, paper);
  cairo_set_line_width(cairo, 1);
  draw_box(cairo, 790, 712, 360, 100);
  write_line(cairo, 804, 722, 11, "经销商  %s", paper->dealer);
  write_line(cairo, 804, 744, 11, "订单  %s      版本  %u", paper->number, paper->revision);
  write_line(cairo, 804, 766, 11, "日期  %s      单位  mm", paper->date);
  write_line(cairo, 804, 788, 11, "确认签字：");
  cairo_destroy(cairo);
  cairo_surface_destroy(surface);
  return g_byte_array_free_to_bytes(bytes);
}

GBytes *demo_paper_contract(const DemoPaper *paper) {
  GByteArray *bytes = g_byte_array_new();
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(draw_append, bytes, 595, 842);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, paper->title);
  cairo_t *cairo = cairo_create(surface);
  write_line(cairo, 200, 90, 22, "%s", paper->title);
  write_line(cairo, 72, 160, 12, "供方：本厂");
  write_line(cairo, 72, 184, 12, "需方：%s", paper->dealer);
  write_line(cairo, 72, 208, 12, "工程：%s", paper->subject);
  write_line(cairo, 72, 232, 12, "合同金额：人民币 %d.%02d 元", (int)(paper->amount / 100), (int)(paper->amount % 100));
  write_line(cairo, 72, 256, 12, "付款：合同生效后付订金 30%%，发货前付清余款 70%%。");
  write_line(cairo, 72, 640, 12, "需方回签：");
  write_line(cairo, 72, 700, 12, "日期：%s", paper->date);
  cairo_set_source_rgb(cairo, 0.75, 0.1, 0.1);
  cairo_set_line_width(cairo, 2.5);
  cairo_arc(cairo, 420, 660, 52, 0, 2 * G_PI);
  cairo_stroke(cairo);
  write_line(cairo, 386, 650, 14, "合同专用章");
  cairo_destroy(cairo);
  cairo_surface_destroy(surface);
  return g_byte_array_free_to_bytes(bytes);
}

static GBytes *png_of(cairo_surface_t *surface, cairo_t *cairo) {
  GByteArray *bytes = g_byte_array_new();
  cairo_destroy(cairo);
  cairo_surface_write_to_png_stream(surface, draw_append, bytes);
  cairo_surface_destroy(surface);
  return g_byte_array_free_to_bytes(bytes);
}

GBytes *demo_paper_slip(const DemoPaper *paper) {
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 720, 300);
  cairo_t *cairo = cairo_create(surface);
  cairo_set_source_rgb(cairo, 1, 1, 1);
  cairo_paint(cairo);
  cairo_set_source_rgb(cairo, 0.1, 0.2, 0.45);
  cairo_set_line_width(cairo, 2);
  draw_box(cairo, 16, 16, 688, 268);
  write_line(cairo, 40, 34, 24, "银行转账回单");
  write_line(cairo, 40, 90, 17, "付款人  %s", paper->dealer);
  write_line(cairo, 40, 124, 17, "金额  ¥ %d.%02d", (int)(paper->amount / 100), (int)(paper->amount % 100));
  write_line(cairo, 40, 158, 17, "附言  %s", paper->subject);
  write_line(cairo, 40, 192, 17, "入账日期  %s", paper->date);
  return png_of(surface, cairo);
}

GBytes *demo_paper_signature(const char *name) {
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 320, 120);
  cairo_t *cairo = cairo_create(surface);
  g_autoptr(GRand) chance = g_rand_new_with_seed(g_str_hash(name));
  cairo_set_source_rgb(cairo, 0.05, 0.05, 0.3);
  cairo_set_line_width(cairo, 3);
  cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
  cairo_move_to(cairo, 30, 60);
  for (int i = 0; i < 6; i++)
    cairo_curve_to(cairo, 40 + i * 42, g_rand_double_range(chance, 5, 115), 60 + i * 42,
                   g_rand_double_range(chance, 5, 115), 70 + i * 42, g_rand_double_range(chance, 40, 80));
  cairo_stroke(cairo);
  return png_of(surface, cairo);
}
