/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cairo and Pango as every paper uses them. */
#include "draw/draw.h"

#define NO_DATE "1970-01-01" /* Cairo writes the present time where none is set */

PangoLayout *draw_layout(cairo_t *cairo) {
  PangoContext *context = cairo ? pango_cairo_create_context(cairo)
                                : pango_font_map_create_context(pango_cairo_font_map_get_default());
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  pango_cairo_context_set_font_options(context, options);
  pango_cairo_context_set_resolution(context, 72);
  cairo_font_options_destroy(options);
  PangoLayout *layout = pango_layout_new(context);
  g_object_unref(context);
  return layout;
}

void draw_set_size(PangoLayout *layout, double size) {
  PangoFontDescription *font = pango_font_description_from_string(DRAW_FONT ", " DRAW_FALLBACK);
  pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
  pango_layout_set_font_description(layout, font);
  pango_font_description_free(font);
}

void draw_describe(cairo_surface_t *pdf, const char *title, const char *date) {
  cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATE_DATE, date ? date : NO_DATE);
  cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATOR, "gendan");
  cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_TITLE, title);
}

cairo_status_t draw_append(void *array, const unsigned char *bytes, unsigned int length) {
  g_byte_array_append(array, bytes, length);
  return CAIRO_STATUS_SUCCESS;
}
