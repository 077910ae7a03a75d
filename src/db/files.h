/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attachments: files named by the SHA-256 of their content, so that one content is kept once, never changes, and can
   be checked. A file is on disk for good before files_finish() returns its name; only then may a row name it. What no
   row names is harmless. Errors are of DB_ERROR: DB_ERROR_FULL where the disk is, else DB_ERROR_FAILED. */
#pragma once
#include <glib.h>

typedef struct Files Files;             /* a folder of attachments; thread-safe */
typedef struct FilesWriter FilesWriter; /* one file being written, used by one thread at a time */

enum { FILES_NAME = 64 /* characters of a name: lowercase hexadecimal digits */ };

/* Opens the folder, made where it is missing (its parent must exist). NULL and error on failure. */
Files *files_open(const char *folder, GError **error);
void files_close(Files *files);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Files, files_close)

/* A new, empty file that has no name yet. NULL and error on failure. */
FilesWriter *files_begin(Files *files, GError **error);
gboolean files_append(FilesWriter *writer, const void *bytes, gsize length, GError **error);
/* Makes the file durable and returns its name (caller frees); size may be NULL, else gets the bytes written. NULL and
   error on failure, also where an append failed before. Nothing may be appended afterwards. */
char *files_finish(FilesWriter *writer, gint64 *size, GError **error);
/* Keeps these bytes: their name, which the caller frees. NULL and error on failure. */
char *files_keep(Files *files, const void *bytes, gsize length, GError **error);
/* Takes over a file written elsewhere on the same file system, whose SHA-256 the caller has computed: makes it durable
   and moves it to its name. FALSE and error on failure: then it is where it was. */
gboolean files_adopt(Files *files, const char *path, const char *name, GError **error);
/* Where files that are not finished yet are: of the same file system; what a dead server left there is removed. */
const char *files_incoming(const Files *files);
/* Ends the writer; what was not finished is thrown away. */
void files_writer_free(FilesWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FilesWriter, files_writer_free)

/* Opens a file for reading: its descriptor, which the caller closes; size in bytes unless NULL. -1 and error where
   there is none, or the name is not a name. */
int files_read(Files *files, const char *name, gint64 *size, GError **error);
/* Whether the file is there and its content still has this name; FALSE and error where not. Reads it all. */
gboolean files_verify(Files *files, const char *name, GError **error);
