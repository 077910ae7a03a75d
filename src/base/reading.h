/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How people read amounts and dates in their language. */
#pragma once
#include <glib.h>

/* "2026年11月25日" or "25 Nov 2026", of days since 1970-01-01. Caller frees. */
char *reading_date(const char *language, gint64 days);
/* The same with the time of day, "2026年11月25日 17:21" or "25 Nov 2026, 17:21"; zone: seconds east of Greenwich.
   Caller frees. */
char *reading_time(const char *language, gint64 seconds, int zone);
/* "¥128,000.00", alike in every language. Caller frees. */
char *reading_money(gint64 fen);
/* "12.5", "84": units with that many places behind the point, without zeros at the end. Caller frees. */
char *reading_decimal(gint64 units, int places);
/* "1,250 kB", "3.4 MB". Caller frees. */
char *reading_size(gint64 bytes);
