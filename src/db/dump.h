/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole database as one file, and back. The database may be in use meanwhile, also by other processes: the file has
   it as it was at one moment. */
#pragma once
#include <glib.h>

/* Told how far it is (total 0: not known), now and then; FALSE cancels: the call fails with DUMP_CANCELLED. */
typedef gboolean (*DumpWatch)(gint64 done, gint64 total, gpointer data);
#define DUMP_CANCELLED G_IO_ERROR, G_IO_ERROR_CANCELLED

/* "sqlite" or "postgresql": a dump of one can be read by the same only. */
const char *dump_kind(const char *url);
/* Writes the database at url to a new file, durably. FALSE and error on failure; what there is of the file is the
   caller's to remove. */
gboolean dump_write(const char *url, const char *file, DumpWatch watch, gpointer data, GError **error);
/* Whether nothing is in the database at url, so that it may be filled. FALSE and error where something is. */
gboolean dump_check_empty(const char *url, GError **error);
/* Fills the empty database at url from such a file: all of it or nothing. */
gboolean dump_read(const char *url, const char *file, DumpWatch watch, gpointer data, GError **error);
