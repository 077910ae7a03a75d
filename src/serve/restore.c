/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gendan restore: a backup into an empty place. Everything is checked against the manifest and the files' names before
   anything gets its own. */
#include "serve/backup.h"
#include "serve/serve.h"
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

enum { PREFIX = 2 /* characters of a content's name that make its subfolder */ };

static gboolean fail(GError **error, const char *format, const char *what) {
  g_set_error(error, DB_ERROR, DB_ERROR_FAILED, format, what);
  return FALSE;
}

static gboolean copy_subfolder(const char *folder, const char *prefix, Files *from, Files *to, Manifest *copied,
                               GError **error) {
  g_autofree char *path = g_build_filename(folder, prefix, NULL);
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  for (const char *rest; dir && (rest = g_dir_read_name(dir)); copied->files++) {
    g_autofree char *name = g_strconcat(prefix, rest, NULL);
    if (!backup_copy(from, to, name, &copied->bytes, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean copy_files(const char *backup, const char *stage, const Manifest *manifest, GError **error) {
  g_autofree char *source = g_build_filename(backup, "files", NULL), *folder = g_build_filename(stage, "files", NULL);
  g_autoptr(Files) to = files_open(folder, error);
  g_autoptr(Files) from = to && g_file_test(source, G_FILE_TEST_IS_DIR) ? files_open(source, error) : NULL;
  Manifest copied = {0};
  for (guint i = 0; from && i < 256; i++) {
    char prefix[PREFIX + 1];
    g_snprintf(prefix, sizeof prefix, "%02x", i);
    if (!copy_subfolder(source, prefix, from, to, &copied, error))
      return FALSE;
  }
  if (from && copied.files == manifest->files && copied.bytes == manifest->bytes)
    return TRUE;
  if (error && !*error)
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "the backup is not whole: %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                " files are there", copied.files, manifest->files);
  return FALSE;
}

/* Whether the backup and the place that the settings name go together. */
static gboolean check_kind(const Tool *tool, const Manifest *manifest, GError **error) {
  if (g_str_equal(manifest->kind, dump_kind(tool->url)))
    return dump_check_empty(tool->url, error);
  return fail(error, "%s", g_str_equal(manifest->kind, "sqlite")
                             ? "this backup is of SQLite: restore it without --db"
                             : "this backup is of PostgreSQL: name an empty database by --db postgresql://…");
}

static gboolean fill(Tool *tool, const char *backup, const char *stage, Manifest *manifest, GError **error) {
  if (!manifest_read(manifest, backup, error) || !check_kind(tool, manifest, error))
    return FALSE;
  g_autofree char *dump = backup_dump(backup, manifest->kind), *own = g_build_filename(stage, "gendan.db", NULL);
  char hash[65];
  if (!backup_hash(dump, hash, error) ||
      (strcmp(hash, manifest->dump) && !fail(error, "%s: the content has changed", dump)))
    return FALSE;
  const char *url = *tool->config.db ? tool->url : own;
  return copy_files(backup, stage, manifest, error) && dump_read(url, dump, progress_tell, "database", error);
}

static gboolean unpack(const char *archive, const char *into, GError **error) {
  const char *const argv[] = {"tar", "--extract", "--no-same-owner", "--file", archive, "--directory", into, NULL};
  return backup_tar(argv, error);
}

static gboolean restore(Tool *tool, const char *from, Manifest *manifest, GError **error) {
  const char *data = tool->config.data;
  if (!from)
    return fail(error, "say where %s is: --from PATH", "the backup");
  if (!backup_is_free(data))
    return fail(error, "the folder %s is not empty; a backup is restored into an empty place", data);
  g_autofree char *stage = backup_stage(data, error);
  g_autofree char *unpacked = stage && g_file_test(from, G_FILE_TEST_IS_REGULAR) ? backup_stage(data, error) : NULL;
  const gboolean ok = stage && !(error && *error) && (!unpacked || unpack(from, unpacked, error)) &&
                      fill(tool, unpacked ? unpacked : from, stage, manifest, error) &&
                      backup_publish(stage, data, error);
  backup_remove(unpacked);
  if (!ok)
    backup_remove(stage);
  return ok;
}

static void tell(const Tool *tool, const char *path, const Manifest *manifest) {
  printf("restored into %s: the database and %" G_GINT64_FORMAT " files, %.1f MB\n", tool->config.data, manifest->files,
         (double)manifest->bytes / 1e6);
}

int restore_main(int argc, char **argv) {
  static const BackupTool restoring = {
    .about = "Restores a backup into an empty data folder (--data) and, for PostgreSQL, an empty database (--db). "
             "Checks everything on the way; gendan verify proves the result.",
    .option = "from", .option_help = "what backup made: a folder or a .tar", .work = restore, .tell = tell,
  };
  return backup_command(&restoring, argc, argv);
}
