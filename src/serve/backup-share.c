/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What backup and restore share: files that are checked as they are copied, and get their name when all is there. */
#include "serve/backup.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
  BLOCK = 1 << 16, /* bytes read at once */
  LOOK_US = 50000, /* between two looks at tar */
  DEPTH = 16,      /* folders held open while one is removed */
};

static gboolean fail(const char *path, GError **error) {
  g_set_error(error, DB_ERROR, errno == ENOSPC ? DB_ERROR_FULL : DB_ERROR_FAILED, "%s: %s", path, g_strerror(errno));
  return FALSE;
}

char *backup_dump(const char *folder, const char *kind) {
  return g_build_filename(folder, g_str_equal(kind, "sqlite") ? "gendan.db" : "database.pgdump", NULL);
}

gboolean backup_hash(const char *path, char hash[65], GError **error) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return fail(path, error);
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  g_autofree guchar *block = g_malloc(BLOCK);
  gssize got;
  while ((got = read(fd, block, BLOCK)) > 0 && !progress_cancelled())
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
  return (g_file_test(stage, G_FILE_TEST_IS_REGULAR) || sync_folder(stage, error)) &&
         (!rename(stage, whole) || fail(whole, error)) && sync_folder(parent, error);
}

gboolean backup_tar(const char *const *argv, GError **error) {
  GPid child;
  if (!g_spawn_async(NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH, NULL, NULL, &child,
                     error))
    return FALSE;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (progress_cancelled())
      kill(child, SIGTERM);
    g_usleep(LOOK_US);
  }
  if (!progress_go_on(error))
    return FALSE;
  if (status)
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "tar failed; it said why above");
  return !status;
}

int backup_command(const BackupTool *what, int argc, char **argv) {
  g_auto(Tool) tool = {0};
  g_autofree char *path = NULL;
  const GOptionEntry more[] = {
    {what->option, 0, 0, G_OPTION_ARG_FILENAME, &path, what->option_help, "PATH"},
    {0},
  };
  g_autoptr(GError) error = NULL;
  Manifest manifest = {0};
  progress_begin();
  const gboolean fine = tool_read(&tool, what->about, more, argc, argv, &error) &&
                        what->work(&tool, path, &manifest, &error);
  progress_end();
  if (fine)
    what->tell(&tool, path, &manifest);
  const int code = tool_tell(fine, error);
  return code && progress_cancelled() ? 130 : code;
}
