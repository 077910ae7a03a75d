/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The factory's working calendar: Monday to Friday, less public holidays, plus make-up working days. */
#pragma once
#include <glib.h>

typedef struct Calendar Calendar;

/* A calendar without exceptions; free with calendar_free() or g_autoptr(Calendar). */
Calendar *calendar_new(void);
void calendar_free(Calendar *calendar);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Calendar, calendar_free)

/* States that a date (days since 1970-01-01) is a working day or a holiday, whatever its weekday. */
void calendar_set(Calendar *calendar, gint64 date, gboolean working);
gboolean calendar_is_working(const Calendar *calendar, gint64 date);
/* The date `days` working days after `date`; the day itself does not count. days ≥ 0; days 0 gives `date`. */
gint64 calendar_add(const Calendar *calendar, gint64 date, int days);
