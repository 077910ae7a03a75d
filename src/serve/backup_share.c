/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What backup and restore share: manifest, progress, and files that get their name only when they are whole. */
#include "base/date.h"
#include "serve/backup.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FORMAT = 1, BLOCK = 1 << 16, LOOK_US = 50000, DEPTH = 16 };

static gboolean fail(const char *path, GError **error) {
  g_set_error(error, DB_ERROR, errno == ENOSPC ? DB_ERROR_FULL : DB_ERROR_FAILED, "%s: %s", path, g_strerror(errno));
  return FALSE;
}

/* ---- manifest ---- */
char *backup_dump(const char *folder, const char *kind) {
  return g_build_filename(folder, g_str_equal(kind, "sqlite") ? "gendan.db" : "database.pgdump", NULL);
}

gboolean manifest_write(const Manifest *manifest, const char *folder, GError **error) {
  g_autofree char *path = g_build_filename(folder, "manifest.json", NULL);
  g_autofree char *now = date_time_format(g_get_real_time() / G_USEC_PER_SEC);
  json_t *json = json_pack("{si ss ss ss ss sI sI}", "format", FORMAT, "made_at", now, "database", manifest->kind, "dump_sha256",
                           manifest->dump, "seal", manifest->seal, "files", (json_int_t)manifest->files, "bytes",
                           (json_int_t)manifest->bytes);
  char *text = json_dumps(json, JSON_INDENT(2));
  const gboolean ok = g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                               error);
  free(text);
  json_decref(json);
  return ok;
}

gboolean manifest_read(Manifest *manifest, const char *folder, GError **error) {
  g_autofree char *path = g_build_filename(folder, "manifest.json", NULL);
  const char *kind = NULL, *dump = NULL, *seal = NULL;
  int format = 0;
  json_int_t files = 0, bytes = 0;
  json_error_t where;
  json_t *json = json_load_file(path, 0, &where);
  gboolean ok = json && !json_unpack(json, "{si ss ss ss sI sI}", "format", &format, "database", &kind, "dump_sha256", &dump,
                                     "seal", &seal, "files", &files, "bytes", &bytes);
  ok = ok && format == FORMAT && (g_str_equal(kind, "sqlite") || g_str_equal(kind, "postgresql"));
  if (ok) {
    *manifest = (Manifest){.kind = kind[0] == 's' ? "sqlite" : "postgresql", .files = files, .bytes = bytes};
    g_strlcpy(manifest->dump, dump, sizeof manifest->dump);
    g_strlcpy(manifest->seal, seal, sizeof manifest->seal);
  } else {
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s holds no backup that this program made: its manifest.json is missing or "
                "of another format", folder);
  }
  json_decref(json);
  return ok;
}

/* ---- progress ---- */
static volatile sig_atomic_t cancelled;
static gint64 told_at; /* monotonic microseconds */

static void cancel(int signal) { cancelled = 1; }

void progress_begin(void) {
  const struct sigaction action = {.sa_handler = cancel};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
}

gboolean progress_cancelled(void) { return cancelled; }

gboolean progress_tell(gint64 done, gint64 total, gpointer what) {
  const gint64 now = g_get_monotonic_time();
  if (isatty(STDERR_FILENO) && (now - told_at > G_USEC_PER_SEC / 10 || (total && done == total))) {
    told_at = now;
    if (total)
      fprintf(stderr, "\r%s: %" G_GINT64_FORMAT " %%\033[K%s", (const char *)what, done * 100 / total, done == total ? "\n" : "");
    else
      fprintf(stderr, "\r%s: %.1f MB\033[K", (const char *)what, (double)done / 1e6);
  }
  return !cancelled;
}

void progress_end(void) {
  if (isatty(STDERR_FILENO))
    fputs("\r\033[K", stderr);
}

gboolean progress_go_on(GError **error) {
  if (cancelled)
    g_set_error_literal(error, DUMP_CANCELLED, "cancelled: nothing was left half done");
  return !cancelled;
}

/* ---- files ---- */
gboolean backup_hash(const char *path, char hash[65], GError **error) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return fail(path, error);
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  g_autofree guchar *block = g_malloc(BLOCK);
  gssize got;
  while ((got = read(fd, block, BLOCK)) > 0 && !cancelled)
    g_checksum_update(sum, block, got);
  close(fd);
  if (got < 0)
    return fail(path, error);
  g_strlcpy(hash, g_checksum_get_string(sum), 65);
  return progress_go_on(error);
}

gboolean backup_copy(Files *from, Files *to, const char *name, gint64 *bytes, GError **error) {
  const int fd = files_read(from, name, NULL, error);
  g_autoptr(FilesWriter) writer = fd < 0 ? NULL : files_begin(to, error);
  g_autofree char *block = g_malloc(BLOCK);
  gssize got = 0;
  gboolean ok = writer != NULL;
  while (ok && (got = read(fd, block, BLOCK)) > 0)
    ok = progress_go_on(error) && files_append(writer, block, (gsize)got, error);
  if (ok && got < 0)
    ok = fail(name, error);
  if (fd >= 0)
    close(fd);
  gint64 size = 0;
  g_autofree char *is = ok ? files_finish(writer, &size, error) : NULL;
  if (!is)
    return FALSE;
  *bytes += size;
  progress_tell(*bytes, 0, "files");
  if (g_str_equal(is, name))
    return TRUE;
  g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "file %s: the content has changed", name);
  return FALSE;
}

gboolean backup_is_free(const char *path) {
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  return dir ? !g_dir_read_name(dir) : !g_file_test(path, G_FILE_TEST_EXISTS);
}

char *backup_stage(const char *path, GError **error) {
  g_autofree char *whole = g_canonicalize_filename(path, NULL);
  char *stage = g_strconcat(whole, ".partial-XXXXXX", NULL);
  if (g_mkdtemp(stage))
    return stage;
  fail(stage, error);
  g_free(stage);
  return NULL;
}

static int remove_one(const char *path, const struct stat *found, int kind, struct FTW *where) { return remove(path); }

void backup_remove(const char *path) {
  if (path)
    nftw(path, remove_one, DEPTH, FTW_DEPTH | FTW_PHYS);
}

static gboolean sync_folder(const char *path, GError **error) {
  const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const gboolean ok = (fd >= 0 && fsync(fd) == 0) || fail(path, error);
  if (fd >= 0)
    close(fd);
  return ok;
}

gboolean backup_publish(const char *stage, const char *path, GError **error) {
  g_autofree char *whole = g_canonicalize_filename(path, NULL), *parent = g_path_get_dirname(whole);
  return (g_file_test(stage, G_FILE_TEST_IS_REGULAR) || sync_folder(stage, error)) && (!rename(stage, whole) || fail(whole, error)) &&
         sync_folder(parent, error);
}

gboolean backup_tar(const char *const *argv, GError **error) {
  GPid child;
  if (!g_spawn_async(NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH, NULL, NULL, &child, error))
    return FALSE;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (cancelled)
      kill(child, SIGTERM);
    g_usleep(LOOK_US);
  }
  if (!progress_go_on(error))
    return FALSE;
  if (status)
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "tar failed; it said why above");
  return !status;
}
