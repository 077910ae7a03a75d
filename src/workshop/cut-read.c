/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading is strict: what is not exactly a whole number is a fault, and all faults are told at once. */
#include "workshop/cut-read.h"
#include "base/lang.h"
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

static void add_fault(GString *faults, const char *language, guint *count, gsize line, const char *what) {
  if ((*count)++ >= FAULTS_MAX)
    return;
  if (faults->len > 0)
    g_string_append_c(faults, '\n');
  g_string_append_printf(faults, lang_text(language, N_("line %zu: %s")), line + 1, lang_text(language, what));
}

char *cut_read_text(const char *path, gsize most, const char *language, gsize *size, GError **error) {
  g_autofree char *text = NULL;
  g_autoptr(GError) why = NULL;
  if (!g_file_get_contents(path, &text, size, &why)) {
    const gboolean absent = g_error_matches(why, G_FILE_ERROR, G_FILE_ERROR_NOENT);
    g_set_error(error, CUT_ERROR, CUT_ERROR_ORDER,
                lang_text(language, absent ? N_("%s: there is no such file") : N_("%s: it cannot be read")), path);
    return NULL;
  }
  if (*size > most) {
    g_set_error(error, CUT_ERROR, CUT_ERROR_ORDER,
                lang_text(language, N_("%s: larger than %d bytes; cut it in parts")), path, (int)most);
    return NULL;
  }
  return g_steal_pointer(&text);
}

/* NULL and error where it is no text, or too large. */
static char **lines_of(const char *path, const char *language, GError **error) {
  gsize size;
  g_autofree char *text = cut_read_text(path, FILE_MAX, language, &size, error);
  if (text && strlen(text) != size)
    g_set_error(error, CUT_ERROR, CUT_ERROR_ORDER, lang_text(language, N_("%s: it is not text")), path);
  return text && strlen(text) == size ? g_strsplit(text, "\n", -1) : NULL;
}

CutPiece *cut_read_bars(const char *path, const char *language, gsize *n_pieces, gint64 *bar, GError **error) {
  g_auto(GStrv) lines = lines_of(path, language, error);
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
        add_fault(faults, language, &count, i, N_("the number of lengths is not a whole number"));
        kinds = 0;
      }
    } else if (*bar < 0) {
      if (!cut_read_number(lines[i], bar) || *bar < 1) {
        add_fault(faults, language, &count, i, N_("the bar's length is not a positive whole number"));
        *bar = 0;
      }
    } else if (!two_numbers(lines[i], &piece.length, &piece.count)) {
      add_fault(faults, language, &count, i, N_("not a length and a demand"));
    } else {
      g_array_append_val(pieces, piece);
    }
  }
  if (count == 0 && *bar < 0)
    g_string_append(faults, lang_text(language, N_("the number of lengths and the bar's length are missing")));
  else if (count == 0 && kinds != (gint64)pieces->len)
    g_string_append_printf(faults, lang_text(language, N_("%lld lengths are announced, %u follow")), (long long)kinds,
                           pieces->len);
  else if (count == 0 && pieces->len == 0)
    g_string_append(faults, lang_text(language, N_("there is nothing to cut")));
  if (faults->len > 0) {
    g_set_error(error, CUT_ERROR, CUT_ERROR_ORDER, "%s: %s", path, faults->str);
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

CutItem *cut_read_items(const char *path, const char *language, gsize *n_items, GError **error) {
  g_auto(GStrv) lines = lines_of(path, language, error);
  if (!lines)
    return NULL;
  g_autoptr(GString) faults = g_string_new(NULL);
  g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(CutItem));
  guint count = 0;
  if (!lines[0] || !g_str_has_prefix(lines[0], "ID,WIDTH,HEIGHT"))
    add_fault(faults, language, &count, 0, N_("the head is not ID,WIDTH,HEIGHT[,COPIES]"));
  for (gsize i = 1; lines[0] && lines[i]; i++) {
    CutItem item = {0};
    if (*g_strchug(lines[i]) == '\0')
      continue;
    if (item_of(lines[i], &item))
      g_array_append_val(items, item);
    else
      add_fault(faults, language, &count, i, N_("not ID,WIDTH,HEIGHT[,COPIES] in whole numbers"));
  }
  if (count == 0 && items->len == 0)
    g_string_append(faults, lang_text(language, N_("no line after the head")));
  if (faults->len > 0) {
    g_set_error(error, CUT_ERROR, CUT_ERROR_ORDER, "%s: %s", path, faults->str);
    return NULL;
  }
  *n_items = items->len;
  return (CutItem *)(void *)g_array_free(g_steal_pointer(&items), FALSE);
}
