/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What backup and restore share. A backup is a folder (or one tar file of it):
     manifest.json  what it is: kind of database, hash of the dump, number and bytes of the files, last seal
     gendan.db      the database; or database.pgdump, as pg_dump wrote it
     files/         the attachments, as in a data folder: a folder of a backup of SQLite can be verified as it is */
#pragma once
#include "db/dump.h"
#include "serve/keep.h"

typedef struct {
  const char *kind;  /* dump_kind() */
  char dump[65];     /* SHA-256 of the dump */
  char seal[65];     /* the last seal's; empty: none yet */
  gint64 files, bytes;
} Manifest;
gboolean manifest_write(const Manifest *manifest, const char *folder, GError **error);
/* FALSE and error where the folder holds no backup of this format. */
gboolean manifest_read(Manifest *manifest, const char *folder, GError **error);
/* Path of the dump in a backup's folder. Caller frees. */
char *backup_dump(const char *folder, const char *kind);

/* Makes SIGINT and SIGTERM a wish to cancel, and says on a terminal how far the work is. */
void progress_begin(void);
/* TRUE to go on. what: "database", "files". For a DumpWatch, data is `what`. */
gboolean progress_tell(gint64 done, gint64 total, gpointer what);
/* FALSE and error once somebody wishes to cancel. */
gboolean progress_go_on(GError **error);
gboolean progress_cancelled(void);
/* Clears the line. */
void progress_end(void);

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
