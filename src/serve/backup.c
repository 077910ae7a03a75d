/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gendan backup: database and files of one moment, while the house is served. First the database, then every file that
   it names: files come before the rows that name them and are never removed, so none can be missing. */
#include "serve/backup.h"
#include "serve/serve.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BATCH = 500 /* names of files */ };

/* Names of contents after `last`, a batch at a time. */
typedef struct {
  Arena *arena;
  const char *last;
  const DbResult *found;
} Names;

static gboolean read_names(DbTx *tx, gpointer data, GError **error) {
  Names *names = data;
  names->found = db_query(tx, names->arena,
                          "SELECT DISTINCT sha256 FROM file WHERE sha256 > $1 ORDER BY sha256 LIMIT $2",
                          DB_ARGS(DB_T(names->last), DB_I(BATCH)), error);
  return names->found != NULL;
}

static gboolean read_seal(DbTx *tx, gpointer data, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  const DbResult *found = db_query(tx, arena, "SELECT hash FROM seal ORDER BY id DESC LIMIT 1", DB_NO_ARGS, error);
  if (found && found->rows)
    g_strlcpy(data, DB_CELL(found, 0, 0)->text, 65);
  return found != NULL;
}

static gboolean copy_files(Tool *tool, const char *stage, Manifest *manifest, GError **error) {
  g_autofree char *folder = g_build_filename(stage, "files", NULL), *last = g_strdup("");
  g_autoptr(Files) to = files_open(folder, error);
  while (to) {
    g_autoptr(Arena) arena = arena_new();
    Names names = {.arena = arena, .last = last};
    if (!db_read(tool->db, read_names, &names, error))
      return FALSE;
    if (!names.found->rows)
      return TRUE;
    for (guint i = 0; i < names.found->rows; i++, manifest->files++)
      if (!backup_copy(tool->files, to, DB_CELL(names.found, i, 0)->text, &manifest->bytes, error))
        return FALSE;
    g_free(last);
    last = g_strdup(DB_CELL(names.found, names.found->rows - 1, 0)->text);
  }
  return FALSE;
}

static gboolean fill(Tool *tool, const char *stage, Manifest *manifest, GError **error) {
  g_autofree char *dump = backup_dump(stage, manifest->kind);
  return db_read(tool->db, read_seal, manifest->seal, error) &&
         dump_write(tool->url, dump, progress_tell, "database", error) && backup_hash(dump, manifest->dump, error) &&
         copy_files(tool, stage, manifest, error) && manifest_write(manifest, stage, error);
}

static gboolean is_archive(const char *path) { return g_str_has_suffix(path, ".tar"); }

/* One file of it all, durable before it gets its name. */
static gboolean publish_archive(const char *stage, const char *path, GError **error) {
  g_autofree char *archive = g_strconcat(stage, ".tar", NULL);
  const char *const argv[] = {"tar", "--create", "--sparse", "--file", archive, "--directory", stage, ".", NULL};
  gboolean ok = backup_tar(argv, error);
  const int fd = ok ? open(archive, O_RDONLY | O_CLOEXEC) : -1;
  if (ok && (fd < 0 || fsync(fd)))
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s cannot be made durable", archive);
  ok = ok && fd >= 0 && !(error && *error);
  if (fd >= 0)
    close(fd);
  ok = ok && backup_publish(archive, path, error);
  if (!ok)
    unlink(archive);
  return ok;
}

static gboolean check_place(const char *path, GError **error) {
  if (!path)
    g_set_error_literal(error, DB_ERROR, DB_ERROR_FAILED, "say where to: --to FOLDER, or --to FILE.tar");
  else if (!backup_is_free(path))
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s is there already; a backup needs a place of its own", path);
  return path && backup_is_free(path);
}

static gboolean back_up(Tool *tool, const char *path, Manifest *manifest, GError **error) {
  if (!check_place(path, error) || !tool_open(tool, error))
    return FALSE;
  manifest->kind = dump_kind(tool->url);
  g_autoptr(GError) unsealed = NULL;
  if (!engine_seal(tool->engine, &unsealed)) /* a busy server does it itself before long */
    fprintf(stderr, "gendan: the journal was not sealed just now: %s\n", unsealed->message);
  g_autofree char *stage = backup_stage(path, error);
  if (!stage)
    return FALSE;
  const gboolean ok = fill(tool, stage, manifest, error) &&
                      (is_archive(path) ? publish_archive(stage, path, error) : backup_publish(stage, path, error));
  if (!ok || is_archive(path))
    backup_remove(stage);
  return ok;
}

static void tell(const Tool *tool, const char *path, const Manifest *manifest) {
  printf("backed up to %s: the database and %" G_GINT64_FORMAT " files, %.1f MB; seal %s\n", path, manifest->files,
         (double)manifest->bytes / 1e6, *manifest->seal ? manifest->seal : "none yet");
}

int backup_main(int argc, char **argv) {
  static const BackupTool backup = {
    .about = "Copies database and files as of one moment; the factory may be served meanwhile. The place gets its name "
             "when all is there: Ctrl-C leaves nothing half done.",
    .option = "to", .option_help = "a new folder, or a new file that ends in .tar", .work = back_up, .tell = tell,
  };
  return backup_command(&backup, argc, argv);
}
