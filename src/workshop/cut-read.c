/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading is strict: what is not exactly a whole number is a fault, and all faults are told at once. */
#include "workshop/cut-read.h"
#include <string.h>

#define FILE_MAX (64 * 1024 * 1024)
#define FAULTS_MAX 1000

gboolean cut_read_number(const char *text, gint64 *number) {
  g_autofree char *copy = g_strstrip(g_strdup(text));
  return g_ascii_string_to_signed(copy, 10, G_MININT64, G_MAXINT64, number, NULL);
}

static gboolean two_numbers(const char *line, gint64 *first, gint64 *second) {
  g_autofree char *copy = g_strstrip(g_strdup(line));
  char *gap = strpbrk(copy, " \t");
  if (!gap)
    return FALSE;
  *gap = '\0';
  return cut_read_number(copy, first) && cut_read_number(gap + 1, second);
}

static void add_fault(GString *faults, guint *count, gsize line, const char *what) {
  if ((*count)++ < FAULTS_MAX)
    g_string_append_printf(faults, "%sline %zu: %s", faults->len ? "\n" : "", line + 1, what);
}

/* NULL and error where it is no text, or too large. */
static char **lines_of(const char *path, GError **error) {
  g_autofree char *text = NULL;
  gsize size;
  if (!g_file_get_contents(path, &text, &size, error))
    return NULL;
  if (size > FILE_MAX || strlen(text) != size) {
    g_set_error(error, CUT_ERROR, CUT_ERROR_ORDER, "%s: larger than %d bytes, or not text", path, FILE_MAX);
    return NULL;
  }
  return g_strsplit(text, "\n", -1);
}

CutPiece *cut_read_bars(const char *path, gsize *n_pieces, gint64 *bar, GError **error) {
  g_auto(GStrv) lines = lines_of(path, error);
  if (!lines)
    return NULL;
  g_autoptr(GString) faults = g_string_new(NULL);
  g_autoptr(GArray) pieces = g_array_new(FALSE, FALSE, sizeof(CutPiece));
  gint64 kinds = -1;
  guint count = 0;
  *bar = -1;
  for (gsize i = 0; lines[i]; i++) {
    CutPiece piece = {0};
    if (*g_strchug(lines[i]) == '\0')
      continue;
    if (kinds < 0) {
      if (!cut_read_number(lines[i], &kinds) || kinds < 0) {
        add_fault(faults, &count, i, "the number of lengths is not a whole number");
        kinds = 0;
      }
    } else if (*bar < 0) {
      if (!cut_read_number(lines[i], bar) || *bar < 1) {
        add_fault(faults, &count, i, "the bar's length is not a positive whole number");
        *bar = 0;
      }
    } else if (!two_numbers(lines[i], &piece.length, &piece.count)) {
      add_fault(faults, &count, i, "not a length and a demand");
    } else {
      g_array_append_val(pieces, piece);
    }
  }
  if (count == 0 && *bar < 0)
    g_string_append(faults, "the number of lengths and the bar's length are missing");
  else if (count == 0 && kinds != (gint64)pieces->len)
    g_string_append_printf(faults, "%" G_GINT64_FORMAT " lengths are announced, %u follow", kinds, pieces->len);
  else if (count == 0 && pieces->len == 0)
    g_string_append(faults, "there is nothing to cut");
  if (faults->len > 0) {
    g_set_error(error, CUT_ERROR, CUT_ERROR_ORDER, "%s", faults->str);
    return NULL;
  }
  *n_pieces = pieces->len;
  return (CutPiece *)(void *)g_array_free(g_steal_pointer(&pieces), FALSE);
}

static gboolean item_of(const char *line, CutItem *item) {
  g_auto(GStrv) cells = g_strsplit(line, ",", -1);
  guint n = g_strv_length(cells);
  item->copies = 1;
  return (n == 3 || n == 4) && cut_read_number(cells[0], &item->id) && cut_read_number(cells[1], &item->width) &&
         cut_read_number(cells[2], &item->height) && (n == 3 || cut_read_number(cells[3], &item->copies));
}

CutItem *cut_read_items(const char *path, gsize *n_items, GError **error) {
  g_auto(GStrv) lines = lines_of(path, error);
  if (!lines)
    return NULL;
  g_autoptr(GString) faults = g_string_new(NULL);
  g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(CutItem));
  guint count = 0;
  if (!lines[0] || !g_str_has_prefix(lines[0], "ID,WIDTH,HEIGHT"))
    add_fault(faults, &count, 0, "the head is not ID,WIDTH,HEIGHT[,COPIES]");
  for (gsize i = 1; lines[0] && lines[i]; i++) {
    CutItem item = {0};
    if (*g_strchug(lines[i]) == '\0')
      continue;
    if (item_of(lines[i], &item))
      g_array_append_val(items, item);
    else
      add_fault(faults, &count, i, "not ID,WIDTH,HEIGHT[,COPIES] in whole numbers");
  }
  if (count == 0 && items->len == 0)
    g_string_append(faults, "no line after the head");
  if (faults->len > 0) {
    g_set_error(error, CUT_ERROR, CUT_ERROR_ORDER, "%s: %s", path, faults->str);
    return NULL;
  }
  *n_items = items->len;
  return (CutItem *)(void *)g_array_free(g_steal_pointer(&items), FALSE);
}
