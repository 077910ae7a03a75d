/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQLite: the library's own copy of pages, under a read transaction that stays open, so that writers neither wait nor
   make it begin again. PostgreSQL: its programs pg_dump and pg_restore, which know every kind of object of their
   version, take one snapshot and restore in one transaction; what we would write ourselves with COPY could only know
   our tables. */
#include "db/dump.h"
#include "db/db.h"
#include "db/postgres_dump.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <unistd.h>

enum {
  PAGES = 256,    /* copied between two looks at whether to go on */
  BUSY_MS = 10000 /* how long to wait for another process */
};

static gboolean is_postgres(const char *url) {
  return g_str_has_prefix(url, "postgresql://") || g_str_has_prefix(url, "postgres://");
}

static const char *path_of(const char *url) {
  return g_str_has_prefix(url, "sqlite:") ? url + strlen("sqlite:") : url;
}

const char *dump_kind(const char *url) { return is_postgres(url) ? "postgresql" : "sqlite"; }

static gboolean fail(sqlite3 *handle, const char *path, GError **error) {
  const gboolean full = sqlite3_errcode(handle) == SQLITE_FULL;
  g_set_error(error, DB_ERROR, full ? DB_ERROR_FULL : DB_ERROR_FAILED, "%s: %s", path, sqlite3_errmsg(handle));
  return FALSE;
}

static gboolean copy_pages(sqlite3 *from, sqlite3 *to, const char *path, DumpWatch watch, gpointer data,
                           GError **error) {
  sqlite3_backup *copy = sqlite3_backup_init(to, "main", from, "main");
  if (!copy)
    return fail(to, path, error);
  int code = SQLITE_OK;
  gboolean go_on = TRUE;
  while (go_on && (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED)) {
    code = sqlite3_backup_step(copy, PAGES);
    const int total = sqlite3_backup_pagecount(copy);
    go_on = watch(total - sqlite3_backup_remaining(copy), total, data);
  }
  sqlite3_backup_finish(copy);
  if (!go_on) {
    g_set_error_literal(error, DUMP_CANCELLED, "cancelled");
    return FALSE;
  }
  return code == SQLITE_DONE || fail(to, path, error);
}

static gboolean sync_file(const char *path, GError **error) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  const gboolean ok = fd >= 0 && fsync(fd) == 0;
  if (!ok)
    g_set_error(error, DB_ERROR, errno == ENOSPC ? DB_ERROR_FULL : DB_ERROR_FAILED, "%s: %s", path, g_strerror(errno));
  if (fd >= 0)
    close(fd);
  return ok;
}

/* flags: how to open what is copied; the file is new. */
static gboolean sqlite_copy(const char *path, int flags, const char *file, DumpWatch watch, gpointer data,
                            GError **error) {
  sqlite3 *from = NULL, *to = NULL;
  gboolean ok = sqlite3_open_v2(path, &from, flags | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK;
  sqlite3_busy_timeout(from, BUSY_MS);
  /* the read transaction begins with the first look at the database, not with BEGIN */
  ok = (ok && sqlite3_exec(from, "BEGIN; SELECT 1 FROM sqlite_schema", NULL, NULL, NULL) == SQLITE_OK) ||
       fail(from, path, error);
  ok = ok && (sqlite3_open_v2(file, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) ==
                SQLITE_OK ||
              fail(to, file, error));
  ok = ok && copy_pages(from, to, file, watch, data, error);
  sqlite3_close(to);
  sqlite3_close(from);
  return ok && sync_file(file, error);
}

gboolean dump_write(const char *url, const char *file, DumpWatch watch, gpointer data, GError **error) {
  if (is_postgres(url))
    return postgres_dump_write(url, file, watch, data, error) && sync_file(file, error);
  return sqlite_copy(path_of(url), SQLITE_OPEN_READWRITE, file, watch, data, error);
}

gboolean dump_check_empty(const char *url, GError **error) {
  if (is_postgres(url))
    return postgres_dump_check_empty(url, error);
  if (!g_file_test(path_of(url), G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "there is a database already: %s", path_of(url));
  return FALSE;
}

gboolean dump_read(const char *url, const char *file, DumpWatch watch, gpointer data, GError **error) {
  if (is_postgres(url))
    return postgres_dump_read(url, file, watch, data, error);
  g_autofree char *whole = g_canonicalize_filename(file, NULL), *uri = g_filename_to_uri(whole, NULL, error);
  /* nobody writes a dump: so it may lie on a medium where the library could not make its lock files */
  g_autofree char *immutable = uri ? g_strconcat(uri, "?immutable=1", NULL) : NULL;
  return uri && sqlite_copy(immutable, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, path_of(url), watch, data, error);
}
