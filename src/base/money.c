/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decimal text to whole numbers and back, without floating point. */
#include "base/money.h"
#include <string.h>

#define DIGITS "0123456789"

/* A comma or blank between digits stands before every three of them, or nowhere: "12,50" is not 1250. */
static gboolean is_grouped(const char *text) {
  const gsize first = strspn(text, DIGITS);
  text += first;
  if (*text != ',' && *text != ' ')
    return TRUE;
  for (const char separator = *text; *text == separator && g_ascii_isdigit(text[1]); text += 4)
    if (first > 3 || strspn(text + 1, DIGITS) != 3)
      return FALSE;
  return *text != ',' && !(*text == ' ' && g_ascii_isdigit(text[1]));
}

gboolean money_parse(const char *text, int places, gint64 *units) {
  gint64 sum = 0;
  int decimals = -1, digits = 0;
  gboolean minus = FALSE;
  while (g_ascii_isspace(*text))
    text++;
  if (*text == '-' || *text == '+')
    minus = *text++ == '-';
  if (!is_grouped(text))
    return FALSE;
  for (; *text && !(g_ascii_isspace(*text) && !g_ascii_isdigit(text[1])); text++) {
    if (*text == '.' && decimals < 0) {
      decimals = 0;
    } else if (g_ascii_isdigit(*text)) {
      if (decimals >= 0 && ++decimals > places)
        return FALSE;
      digits++;
      if (__builtin_mul_overflow(sum, 10, &sum) || __builtin_add_overflow(sum, *text - '0', &sum))
        return FALSE;
    } else if (!((*text == ',' || *text == ' ') && decimals < 0 && digits && g_ascii_isdigit(text[1]))) {
      return FALSE;
    }
  }
  while (g_ascii_isspace(*text))
    text++;
  if (*text || !digits)
    return FALSE;
  for (int i = MAX(decimals, 0); i < places; i++)
    if (__builtin_mul_overflow(sum, 10, &sum))
      return FALSE;
  *units = minus ? -sum : sum;
  return TRUE;
}

char *money_format(gint64 units, int places, const char *separator) {
  guint64 rest = units < 0 ? (guint64)0 - (guint64)units : (guint64)units;
  guint64 scale = 1;
  for (int i = 0; i < places; i++)
    scale *= 10;
  g_autofree char *whole = g_strdup_printf("%" G_GUINT64_FORMAT, rest / scale);
  GString *text = g_string_new(units < 0 ? "-" : "");
  const gsize length = strlen(whole);
  for (gsize i = 0; i < length; i++) {
    if (i && (length - i) % 3 == 0)
      g_string_append(text, separator);
    g_string_append_c(text, whole[i]);
  }
  if (places)
    g_string_append_printf(text, ".%0*" G_GUINT64_FORMAT, places, rest % scale);
  return g_string_free(text, FALSE);
}
