/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Amounts and dates as people read them. */
#include "base/reading.h"
#include "base/date.h"
#include "base/money.h"
#include <string.h>

char *reading_date(const char *language, gint64 days) {
  static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  int year, month, day;
  if (!date_parts(days, &year, &month, &day))
    return g_strdup("?");
  if (language && g_str_has_prefix(language, "zh"))
    return g_strdup_printf("%d年%d月%d日", year, month, day);
  return g_strdup_printf("%d %s %d", day, months[month - 1], year);
}

char *reading_time(const char *language, gint64 seconds, int zone) {
  const gint64 days = date_of_time(seconds, zone);
  const int minute = (int)(seconds + zone - days * DATE_SECONDS) / 60;
  g_autofree char *date = reading_date(language, days);
  const char *between = language && g_str_has_prefix(language, "zh") ? " " : ", ";
  return g_strdup_printf("%s%s%02d:%02d", date, between, minute / 60, minute % 60);
}

char *reading_money(gint64 fen) {
  g_autofree char *amount = money_format(ABS(fen), MONEY_PLACES, ",");
  return g_strdup_printf("%s¥%s", fen < 0 ? "−" : "", amount);
}

char *reading_decimal(gint64 units, int places) {
  char *text = money_format(units, places, "");
  char *end = text + strlen(text);
  while (places && end[-1] == '0')
    *--end = '\0';
  if (places && end[-1] == '.')
    end[-1] = '\0';
  return text;
}

char *reading_size(gint64 bytes) {
  if (bytes < 1000)
    return g_strdup_printf("%" G_GINT64_FORMAT " B", bytes);
  if (bytes < 1000000)
    return g_strdup_printf("%" G_GINT64_FORMAT " kB", (bytes + 500) / 1000);
  return g_strdup_printf("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT " MB", bytes / 1000000, bytes % 1000000 / 100000);
}
