/* SPDX-License-Identifier: GPL-3.0-or-later */
/* China's public holidays of 2026, and the weekend days worked for them: notice of the General Office of the State
   Council of 4 November 2025. The next year's are entered on the page of the calendar once they are published. */
#include "serve/holidays.h"

gboolean holidays_enter(Engine *engine, const Viewer *viewer, GError **error) {
  static const struct {
    const char *date, *last, *working, *name;
  } days[] = {
    {"2026-01-01", "2026-01-03", "0", "元旦"}, {"2026-01-04", "", "1", "元旦调休"},
    {"2026-02-14", "", "1", "春节调休"}, {"2026-02-15", "2026-02-23", "0", "春节"},
    {"2026-02-28", "", "1", "春节调休"}, {"2026-04-04", "2026-04-06", "0", "清明节"},
    {"2026-05-01", "2026-05-05", "0", "劳动节"}, {"2026-05-09", "", "1", "劳动节调休"},
    {"2026-06-19", "2026-06-21", "0", "端午节"}, {"2026-09-20", "", "1", "国庆节调休"},
    {"2026-09-25", "2026-09-27", "0", "中秋节"}, {"2026-10-01", "2026-10-07", "0", "国庆节"},
    {"2026-10-10", "", "1", "国庆节调休"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(days); i++)
    if (script_run(engine, viewer, "holiday.add", 0,
                   SCRIPT_INPUTS("date", days[i].date, "last_day", days[i].last, "working", days[i].working, "name",
                                 days[i].name),
                   NULL, error) < 0)
      return FALSE;
  return TRUE;
}
