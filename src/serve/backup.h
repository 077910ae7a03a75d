/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What backup and restore share. A backup is a folder (or one tar file of it):
     manifest.json  what it is: kind of database, hash of the dump, number and bytes of the files, last seal
     gendan.db      the database; or database.pgdump, as pg_dump wrote it
     files/         the attachments, as in a data folder: a folder of a backup of SQLite can be verified as it is */
#pragma once
#include "db/dump.h"
#include "serve/tool.h"
#include "serve/manifest.h"
#include "serve/progress.h"

/* One of the two, as a command with a progress that can be cancelled. */
typedef struct {
  const char *about;               /* for --help */
  const char *option, *option_help; /* the name of the option that gives the path of the backup */
  gboolean (*work)(Tool *tool, const char *path, Manifest *manifest, GError **error); /* path: NULL when not given */
  void (*tell)(const Tool *tool, const char *path, const Manifest *manifest); /* says what was done, in a line */
} BackupTool;
/* Runs it; the exit code, 130 when it was cancelled. */
int backup_command(const BackupTool *what, int argc, char **argv);

/* Path of the dump in a backup's folder. Caller frees. */
char *backup_dump(const char *folder, const char *kind);

/* SHA-256 of a file into `hash`. */
gboolean backup_hash(const char *path, char hash[65], GError **error);
/* Copies the content of that name, checking it on the way; bytes gets its size added. */
gboolean backup_copy(Files *from, Files *to, const char *name, gint64 *bytes, GError **error);
/* A new folder beside `path` for what is not finished; removed with backup_remove(). NULL and error on failure. */
char *backup_stage(const char *path, GError **error);
void backup_remove(const char *path);
/* Gives the finished folder its name, durably; an empty folder may be there. */
gboolean backup_publish(const char *stage, const char *path, GError **error);
/* Runs tar with these arguments (ends with NULL), cancelling it when told to. */
gboolean backup_tar(const char *const *argv, GError **error);
/* Whether nothing is there, or an empty folder. */
gboolean backup_is_free(const char *path);
