/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What everything that is printed shares: the font, how texts are laid out, what a PDF says of itself. */
#pragma once
#include <cairo-pdf.h>
#include <glib.h>
#include <pango/pangocairo.h>

#define DRAW_FONT "WenQuanYi Micro Hei" /* TrueType with all of simplified and traditional Chinese: embedded whole */
/* Where that lacks a character, in this order: other scripts, signs and emoji in one colour, rare characters of
   people's names, and a plain shape of anything else. What none of them has is a box with its number. */
#define DRAW_FALLBACK "DejaVu Sans, Symbola, HanaMinA, HanaMinB, Unifont, Unifont Upper"

/* A layout in that font, one unit a point and without hinting, so that a line is as long on paper as it was measured.
   cairo: where it will be shown; NULL: it is only measured. Caller unrefs. */
PangoLayout *draw_layout(cairo_t *cairo);
/* The size of the texts that follow, in points. */
void draw_set_size(PangoLayout *layout, double size);
/* Title and date of a PDF; date: as Cairo takes it, NULL: one that is always the same, for equal papers are equal
   files. */
void draw_describe(cairo_surface_t *pdf, const char *title, const char *date);
/* A cairo_write_func_t over a GByteArray. */
cairo_status_t draw_append(void *array, const unsigned char *bytes, unsigned int length);
