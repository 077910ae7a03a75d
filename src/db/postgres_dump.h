/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dump.h for PostgreSQL. */
#pragma once
#include "db/dump.h"

gboolean postgres_dump_write(const char *url, const char *file, DumpWatch watch, gpointer data, GError **error);
gboolean postgres_dump_check_empty(const char *url, GError **error);
gboolean postgres_dump_read(const char *url, const char *file, DumpWatch watch, gpointer data, GError **error);
