/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layout: FOLDER/ab/cdef… for the file whose SHA-256 is abcdef…, and FOLDER/incoming/ for what is being written.
   The order that survives a power cut: content, fsync of the file, rename, fsync of the directory, then the row. */
#include "db/files.h"
#include "db/db.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  PREFIX = 2,              /* characters of a name that make its subfolder */
  STALE_SECONDS = 86400,   /* an incoming file untouched for so long belongs to a server that died */
  READ_SIZE = 64 * 1024,   /* bytes read at once to verify */
  FOLDER_MODE = 0700
};

struct Files {
  char *folder;
  char *incoming; /* below it */
};

struct FilesWriter {
  Files *files;
  char *path; /* below incoming/; NULL once renamed */
  int fd;
  GChecksum *sum;
  gint64 size;     /* bytes so far */
  gboolean broken; /* an append failed: the content has a hole */
};

static gboolean fail(const char *path, GError **error) {
  int code = errno;
  g_set_error(error, DB_ERROR, code == ENOSPC || code == EDQUOT ? DB_ERROR_FULL : DB_ERROR_FAILED, "%s: %s", path,
              g_strerror(code));
  return FALSE;
}

static gboolean sync_folder(const char *path, GError **error) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean ok = (fd >= 0 && fsync(fd) == 0) || fail(path, error);
  if (fd >= 0)
    close(fd);
  return ok;
}

static gboolean make_folder(const char *path, GError **error) {
  return g_mkdir(path, FOLDER_MODE) == 0 || errno == EEXIST || fail(path, error);
}

/* All at the start, so that a writer need not wonder whether its subfolder is durable. */
static gboolean make_folders(const Files *files, GError **error) {
  g_autofree char *parent = g_path_get_dirname(files->folder);
  if (!make_folder(files->folder, error) || !make_folder(files->incoming, error))
    return FALSE;
  for (guint i = 0; i < 256; i++) {
    g_autofree char *path = g_strdup_printf("%s/%02x", files->folder, i);
    if (!make_folder(path, error))
      return FALSE;
  }
  return sync_folder(files->folder, error) && sync_folder(parent, error);
}

static void remove_stale(const Files *files) {
  g_autoptr(GDir) dir = g_dir_open(files->incoming, 0, NULL);
  for (const char *name; dir && (name = g_dir_read_name(dir));) {
    g_autofree char *path = g_build_filename(files->incoming, name, NULL);
    GStatBuf found;
    if (g_stat(path, &found) == 0 && g_get_real_time() / G_USEC_PER_SEC - found.st_mtime > STALE_SECONDS)
      g_unlink(path);
  }
}

Files *files_open(const char *folder, GError **error) {
  g_autoptr(Files) files = g_new0(Files, 1);
  files->folder = g_canonicalize_filename(folder, NULL);
  files->incoming = g_build_filename(files->folder, "incoming", NULL);
  if (!make_folders(files, error))
    return NULL;
  remove_stale(files);
  return g_steal_pointer(&files);
}

void files_close(Files *files) {
  if (!files)
    return;
  g_free(files->folder);
  g_free(files->incoming);
  g_free(files);
}

FilesWriter *files_begin(Files *files, GError **error) {
  g_autofree char *path = g_build_filename(files->incoming, "XXXXXX", NULL);
  int fd = g_mkstemp_full(path, O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) {
    fail(path, error);
    return NULL;
  }
  FilesWriter *writer = g_new0(FilesWriter, 1);
  *writer = (FilesWriter){
    .files = files, .path = g_steal_pointer(&path), .fd = fd, .sum = g_checksum_new(G_CHECKSUM_SHA256)};
  return writer;
}

gboolean files_append(FilesWriter *writer, const void *bytes, gsize length, GError **error) {
  g_return_val_if_fail(writer->path, FALSE);
  const char *at = bytes;
  for (gsize left = length; left > 0;) {
    gssize written = write(writer->fd, at, left);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0) {
      writer->broken = TRUE;
      return fail(writer->path, error);
    }
    at += written;
    left -= (gsize)written;
  }
  g_checksum_update(writer->sum, bytes, (gssize)length);
  writer->size += (gint64)length;
  return TRUE;
}

static char *folder_of(const Files *files, const char *name) {
  return g_strdup_printf("%s/%.*s", files->folder, PREFIX, name);
}

/* Names come from requests: nothing but a name may become part of a path. */
static gboolean is_name(const char *name) {
  gsize length = 0;
  while (g_ascii_isdigit(name[length]) || (name[length] >= 'a' && name[length] <= 'f'))
    length++;
  return length == FILES_NAME && !name[length];
}

/* Where the same content is there already it is replaced, not trusted: it may have decayed, or not be synced yet. */
static gboolean keep(Files *files, int fd, const char *from, const char *name, GError **error) {
  g_autofree char *folder = folder_of(files, name);
  g_autofree char *path = g_build_filename(folder, name + PREFIX, NULL);
  if (fsync(fd) != 0 || g_rename(from, path) != 0)
    return fail(path, error);
  return sync_folder(folder, error);
}

char *files_finish(FilesWriter *writer, gint64 *size, GError **error) {
  g_return_val_if_fail(writer->path, NULL);
  if (writer->broken) {
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s: an append failed", writer->path);
    return NULL;
  }
  const char *name = g_checksum_get_string(writer->sum);
  if (!keep(writer->files, writer->fd, writer->path, name, error))
    return NULL;
  g_clear_pointer(&writer->path, g_free);
  if (size)
    *size = writer->size;
  return g_strdup(name);
}

char *files_keep(Files *files, const void *bytes, gsize length, GError **error) {
  g_autoptr(FilesWriter) writer = files_begin(files, error);
  return writer && files_append(writer, bytes, length, error) ? files_finish(writer, NULL, error) : NULL;
}

static gboolean refuse_name(const char *name, GError **error) {
  g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "not the name of a file: \"%s\"", name);
  return FALSE;
}

gboolean files_adopt(Files *files, const char *path, const char *name, GError **error) {
  if (!is_name(name))
    return refuse_name(name, error);
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0)
    return fail(path, error);
  gboolean ok = keep(files, fd, path, name, error);
  close(fd);
  return ok;
}

const char *files_incoming(const Files *files) { return files->incoming; }

void files_writer_free(FilesWriter *writer) {
  if (!writer)
    return;
  if (writer->path)
    g_unlink(writer->path);
  close(writer->fd);
  g_checksum_free(writer->sum);
  g_free(writer->path);
  g_free(writer);
}

int files_read(Files *files, const char *name, gint64 *size, GError **error) {
  if (!is_name(name)) {
    refuse_name(name, error);
    return -1;
  }
  g_autofree char *folder = folder_of(files, name);
  g_autofree char *path = g_build_filename(folder, name + PREFIX, NULL);
  struct stat found;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0 || fstat(fd, &found) != 0) {
    fail(path, error);
    if (fd >= 0)
      close(fd);
    return -1;
  }
  if (size)
    *size = found.st_size;
  return fd;
}

gboolean files_verify(Files *files, const char *name, GError **error) {
  int fd = files_read(files, name, NULL, error);
  if (fd < 0)
    return FALSE;
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  g_autofree guchar *bytes = g_malloc(READ_SIZE);
  gssize got;
  while ((got = read(fd, bytes, READ_SIZE)) > 0 || (got < 0 && errno == EINTR))
    if (got > 0)
      g_checksum_update(sum, bytes, got);
  if (got < 0)
    fail(name, error);
  close(fd);
  if (got == 0 && !g_str_equal(g_checksum_get_string(sum), name)) {
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s: the content has changed", name);
    return FALSE;
  }
  return got == 0;
}
