/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The factory's working calendar: a year month by month, with its public holidays and make-up working days. */
#include "base/date.h"
#include "party/party.h"
#include "view/view.h"
#include <string.h>

enum { WEEKS = 6, DAYS = 7, WEEKEND = 6 /* weekday from which on nobody works */ };

static const char *const weekdays[DAYS] = {N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun")};

/* The exception on that date, NULL for none. */
static const Holiday *exception_on(const GPtrArray *holidays, gint64 date) {
  for (guint i = 0; i < holidays->len; i++) {
    const Holiday *holiday = holidays->pdata[i];
    if (holiday->date == date && !g_strcmp0(holiday->row.state, "active"))
      return holiday;
  }
  return NULL;
}

static void add_day(const View *view, Value *days, const GPtrArray *holidays, gint64 date, int number) {
  Arena *arena = view->arena;
  Value *day = value_append(arena, days, value_map(arena));
  const Holiday *holiday = number ? exception_on(holidays, date) : NULL;
  const gboolean off = holiday ? holiday->working != TRUE : date_weekday(date) >= WEEKEND;
  value_set(arena, day, "number", number ? value_integer(arena, VALUE_NUMBER, number) : value_null(arena));
  value_set_bool(arena, day, "is_off", number && off);
  value_set_bool(arena, day, "is_changed", holiday != NULL);
  value_set_bool(arena, day, "is_today", number && date == engine_today(view->engine));
  value_set_text(arena, day, "tip", holiday ? holiday->name : view_text(view, off ? N_("Day off") : N_("Working day")));
}

static void add_month(const View *view, Value *months, const GPtrArray *holidays, int year, int month) {
  Arena *arena = view->arena;
  Value *item = value_append(arena, months, value_map(arena)), *weeks = value_list(arena);
  const gint64 first = date_of(year, month, 1);
  const gint64 next = month == 12 ? date_of(year + 1, 1, 1) : date_of(year, month + 1, 1);
  gint64 date = first - (date_weekday(first) - 1);
  for (int week = 0; week < WEEKS && date < next; week++) {
    Value *row = value_append(arena, weeks, value_map(arena)), *days = value_set(arena, row, "days", value_list(arena));
    for (int i = 0; i < DAYS; i++, date++)
      add_day(view, days, holidays, date, date >= first && date < next ? (int)(date - first) + 1 : 0);
  }
  value_set_text(arena, item, "title", arena_printf(arena, "%d-%02d", year, month));
  value_set(arena, item, "weeks", weeks);
}

static void add_change(const View *view, Value *changes, const Holiday *holiday, gboolean may) {
  Arena *arena = view->arena;
  const gboolean works = holiday->working == TRUE;
  const char *path = view_href(view, &holiday_record, holiday->row.id);
  Value *item = value_append(arena, changes, value_map(arena));
  value_set_text(arena, item, "date_text", view_date(view, holiday->date));
  value_set_text(arena, item, "kind_text", view_text(view, works ? N_("Make-up working day") : N_("Holiday")));
  value_set_text(arena, item, "name", holiday->name);
  value_set_text(arena, item, "tone", works ? "warn" : "bad");
  value_set_text(arena, item, "href", path);
  value_set_text(arena, item, "remove_action", may ? arena_printf(arena, "%s/holiday.remove", path) : NULL);
  value_set_text(arena, item, "remove_key", view_key(view));
  value_set_integer(arena, item, "version", VALUE_NUMBER, holiday->row.version);
}

static int by_date(gconstpointer one, gconstpointer other) {
  const Holiday *a = *(Holiday *const *)one, *b = *(Holiday *const *)other;
  return (a->date > b->date) - (a->date < b->date);
}

Value *view_calendar(const View *view, int year, GError **error) {
  Arena *arena = view->arena;
  g_autoptr(GPtrArray) holidays = dict_load_by(view->tx, arena, &holiday_record, "state", DB_T("active"), error);
  if (!holidays)
    return NULL;
  g_ptr_array_sort(holidays, by_date);
  const gboolean may = workflow_may(view->viewer, workflow_find("holiday.add"));
  Value *calendar = value_map(arena), *heads = value_list(arena), *months = value_list(arena);
  Value *changes = value_list(arena);
  for (guint i = 0; i < DAYS; i++)
    value_set_text(arena, value_append(arena, heads, value_map(arena)), "label", view_text(view, weekdays[i]));
  for (int month = 1; month <= 12; month++)
    add_month(view, months, holidays, year, month);
  for (guint i = 0; i < holidays->len; i++) {
    const Holiday *holiday = holidays->pdata[i];
    if (holiday->date >= date_of(year, 1, 1) && holiday->date < date_of(year + 1, 1, 1))
      add_change(view, changes, holiday, may);
  }
  value_set_integer(arena, calendar, "year", VALUE_NUMBER, year);
  value_set_text(arena, calendar, "previous_href", arena_printf(arena, "/calendar?year=%d", year - 1));
  value_set_text(arena, calendar, "next_href", arena_printf(arena, "/calendar?year=%d", year + 1));
  value_set_text(arena, calendar, "csv_href", arena_printf(arena, "/calendar.csv?year=%d", year));
  value_set_text(arena, calendar, "action", may ? "/new/holiday.add" : NULL);
  value_set_text(arena, calendar, "key", view_key(view));
  value_set(arena, calendar, "weekdays", heads);
  value_set(arena, calendar, "months", months);
  value_set(arena, calendar, "changes", changes);
  const gboolean bare = !changes->count && date_of(year + 1, 1, 1) > engine_today(view->engine);
  const char *note = N_("No public holiday of this year is entered yet: due dates count every day from Monday to "
                        "Friday as a working day.");
  value_set_text(arena, calendar, "note", bare ? view_text(view, note) : NULL);
  return calendar;
}
