/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calendar dates as days since 1970-01-01, and moments as seconds since then (UTC). */
#pragma once
#include <glib.h>

enum { DATE_SECONDS = 86400 };

/* Days since 1970-01-01 of a Gregorian date; the caller gives a valid one. */
gint64 date_of(int year, int month, int day);
/* Reads "2026-11-24"; FALSE when it is no such date. Years 1900 to 2999. */
gboolean date_parse(const char *text, gint64 *days);
/* Year, month and day of it; FALSE beyond GDate's years. */
gboolean date_parts(gint64 days, int *year, int *month, int *day);
/* "2026-11-24". Caller frees. */
char *date_format(gint64 days);
/* 1 Monday … 7 Sunday. */
int date_weekday(gint64 days);
/* "2026-11-24T09:30:00Z", and back (only this form). Caller frees. */
char *date_time_format(gint64 seconds);
gboolean date_time_parse(const char *text, gint64 *seconds);
/* The date of a moment in the factory's zone, given as seconds east of Greenwich. */
gint64 date_of_time(gint64 seconds, int zone);
