/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Working days: the weekday rule, with exceptions by date. */
#include "base/calendar.h"
#include "base/date.h"

struct Calendar {
  GHashTable *exceptions; /* date → 1 working, 2 holiday */
};

enum { WORKING = 1, HOLIDAY = 2, FRIDAY = 5 };

Calendar *calendar_new(void) {
  Calendar *calendar = g_new0(Calendar, 1);
  calendar->exceptions = g_hash_table_new(NULL, NULL);
  return calendar;
}

void calendar_free(Calendar *calendar) {
  if (!calendar)
    return;
  g_hash_table_unref(calendar->exceptions);
  g_free(calendar);
}

void calendar_set(Calendar *calendar, gint64 date, gboolean working) {
  g_hash_table_insert(calendar->exceptions, GINT_TO_POINTER((gint)date), GINT_TO_POINTER(working ? WORKING : HOLIDAY));
}

gboolean calendar_is_working(const Calendar *calendar, gint64 date) {
  const gint kind = GPOINTER_TO_INT(g_hash_table_lookup(calendar->exceptions, GINT_TO_POINTER((gint)date)));
  return kind ? kind == WORKING : date_weekday(date) <= FRIDAY;
}

gint64 calendar_add(const Calendar *calendar, gint64 date, int days) {
  while (days > 0)
    if (calendar_is_working(calendar, ++date))
      days--;
  return date;
}
