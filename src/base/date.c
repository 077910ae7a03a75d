/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates over GLib's GDate, counted from 1970. */
#include "base/date.h"
#include <stdio.h>

enum { JULIAN_1970 = 719163 }; /* GDate's Julian day of 1970-01-01 */

gint64 date_of(int year, int month, int day) {
  GDate date;
  g_date_clear(&date, 1);
  g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
  return (gint64)g_date_get_julian(&date) - JULIAN_1970;
}

/* Reads exactly `count` digits. */
static gboolean digits(const char **text, int count, int *number) {
  *number = 0;
  for (int i = 0; i < count; i++, (*text)++) {
    if (!g_ascii_isdigit(**text))
      return FALSE;
    *number = *number * 10 + (**text - '0');
  }
  return TRUE;
}

static gboolean parse_date(const char **text, gint64 *days) {
  int year, month, day;
  if (!digits(text, 4, &year) || *(*text)++ != '-' || !digits(text, 2, &month) || *(*text)++ != '-' ||
      !digits(text, 2, &day))
    return FALSE;
  if (year < 1900 || year > 2999 || !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
    return FALSE;
  *days = date_of(year, month, day);
  return TRUE;
}

gboolean date_parse(const char *text, gint64 *days) {
  return parse_date(&text, days) && *text == '\0';
}

static gint64 floor_days(gint64 seconds) {
  return seconds / DATE_SECONDS - (seconds % DATE_SECONDS < 0);
}

gboolean date_parts(gint64 days, int *year, int *month, int *day) {
  GDate date;
  if (days < -JULIAN_1970 + 1 || days > 3000000)
    return FALSE;
  g_date_clear(&date, 1);
  g_date_set_julian(&date, (guint32)(days + JULIAN_1970));
  *year = g_date_get_year(&date), *month = g_date_get_month(&date), *day = g_date_get_day(&date);
  return TRUE;
}

char *date_format(gint64 days) {
  int year, month, day;
  return date_parts(days, &year, &month, &day) ? g_strdup_printf("%04d-%02d-%02d", year, month, day) : g_strdup("?");
}

int date_weekday(gint64 days) {
  const gint64 since_monday = (days + 3) % 7; /* 1970-01-01 was a Thursday */
  return (int)(since_monday < 0 ? since_monday + 7 : since_monday) + 1;
}

char *date_time_format(gint64 seconds) {
  const gint64 days = floor_days(seconds);
  const int rest = (int)(seconds - days * DATE_SECONDS);
  g_autofree char *date = date_format(days);
  return g_strdup_printf("%sT%02d:%02d:%02dZ", date, rest / 3600, rest / 60 % 60, rest % 60);
}

gboolean date_time_parse(const char *text, gint64 *seconds) {
  gint64 days;
  int hour, minute, second;
  if (!parse_date(&text, &days) || *text++ != 'T' || !digits(&text, 2, &hour) || *text++ != ':' ||
      !digits(&text, 2, &minute) || *text++ != ':' || !digits(&text, 2, &second) || *text++ != 'Z' || *text)
    return FALSE;
  if (hour > 23 || minute > 59 || second > 59)
    return FALSE;
  *seconds = days * DATE_SECONDS + hour * 3600 + minute * 60 + second;
  return TRUE;
}

gint64 date_of_time(gint64 seconds, int zone) {
  return floor_days(seconds + zone);
}
