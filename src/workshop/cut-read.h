/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads cutting orders from files. */
#pragma once
#include "cut/cut.h"

/* A file of at most so many bytes; NULL and why in error, in the language (NULL: English). The caller's to free. */
char *cut_read_text(const char *path, gsize most, const char *language, gsize *size, GError **error);

/* A bars file: number of distinct lengths, usable bar length, then `length demand` a line. The pieces are the
 * caller's to free. NULL and every fault (with its line) in error where the file is malformed. */
CutPiece *cut_read_bars(const char *path, const char *language, gsize *n_pieces, gint64 *bar, GError **error);

/* One whole number and nothing else but spaces around it. */
gboolean cut_read_number(const char *text, gint64 *number);

/* Items CSV: a head line, then ID,WIDTH,HEIGHT[,COPIES] a line (one copy where none is said). */
CutItem *cut_read_items(const char *path, const char *language, gsize *n_items, GError **error);
