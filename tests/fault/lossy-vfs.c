/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process sees the real files of the system's own VFS, which never syncs them. Beside each we keep what would be on
   the disk for sure, and the list of what was written since. Locks and shared memory are the system's. */
#include "lossy-vfs.h"
#include <sqlite3.h>
#include <string.h>

enum { SECTOR = 512 /* bytes that a disk writes whole or not at all; SQLite counts on no more */ };

/* One change not yet synced. */
typedef struct {
  sqlite3_int64 offset; /* of the bytes; of a truncation, the new size */
  GBytes *bytes;        /* NULL: a truncation */
} Change;

/* One database or WAL, by its path, for all connections. */
typedef struct {
  char *path;
  GByteArray *durable;
  GArray *changes; /* Change */
} Track;

typedef struct {
  sqlite3_file base;
  Track *track;
  sqlite3_file *real; /* behind this structure */
} LossyFile;

static sqlite3_vfs *system_vfs, lossy;
static const char *watched;
static GMutex mutex; /* guards what follows, and every track */
static GPtrArray *tracks;
static gboolean lying, was_full;
static int room = -1; /* writes until the disk is full; negative: never */

static void clear_change(gpointer change) {
  g_clear_pointer(&((Change *)change)->bytes, g_bytes_unref);
}

static Track *track_of(const char *path) {
  for (guint i = 0; i < tracks->len; i++)
    if (!strcmp(((Track *)tracks->pdata[i])->path, path))
      return tracks->pdata[i];
  Track *track = g_new0(Track, 1);
  *track = (Track){.path = g_strdup(path),
                   .durable = g_byte_array_new(),
                   .changes = g_array_new(FALSE, FALSE, sizeof(Change))};
  g_array_set_clear_func(track->changes, clear_change);
  g_ptr_array_add(tracks, track);
  return track;
}

static void resize(GByteArray *content, gsize size) {
  const gsize before = content->len;
  g_byte_array_set_size(content, (guint)size);
  if (size > before)
    memset(content->data + before, 0, size - before);
}

static void put(GByteArray *content, gsize offset, const guint8 *bytes, gsize size) {
  if (content->len < offset + size)
    resize(content, offset + size);
  memcpy(content->data + offset, bytes, size);
}

/* Applies a change, or those of its sectors that chance (NULL: all) keeps. */
static void apply(GByteArray *content, const Change *change, GRand *chance, int kept) {
  if (!change->bytes) {
    if (!chance || g_rand_int_range(chance, 0, 100) < kept)
      resize(content, (gsize)change->offset);
    return;
  }
  gsize size;
  const guint8 *bytes = g_bytes_get_data(change->bytes, &size);
  for (gsize done = 0; done < size;) {
    const gsize offset = (gsize)change->offset + done, piece = MIN(size - done, SECTOR - offset % SECTOR);
    if (!chance || g_rand_int_range(chance, 0, 100) < kept)
      put(content, offset, bytes + done, piece);
    done += piece;
  }
}

/* ---- files ---- */
#define REAL(file) (((LossyFile *)(file))->real)
#define PASS(file, method, ...) REAL(file)->pMethods->method(REAL(file), ##__VA_ARGS__)

static int file_close(sqlite3_file *file) {
  return PASS(file, xClose);
}
static int file_read(sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset) {
  return PASS(file, xRead, bytes, size, offset);
}
static int file_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset) {
  g_mutex_lock(&mutex);
  const gboolean full = room == 0;
  room -= room > 0;
  was_full |= full;
  const int code = full ? SQLITE_FULL : PASS(file, xWrite, bytes, size, offset);
  if (code == SQLITE_OK) {
    const Change change = {.offset = offset, .bytes = g_bytes_new(bytes, (gsize)size)};
    g_array_append_val(((LossyFile *)file)->track->changes, change);
  }
  g_mutex_unlock(&mutex);
  return code;
}
static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
  g_mutex_lock(&mutex);
  const int code = PASS(file, xTruncate, size);
  const Change change = {.offset = size};
  if (code == SQLITE_OK)
    g_array_append_val(((LossyFile *)file)->track->changes, change);
  g_mutex_unlock(&mutex);
  return code;
}
static int file_sync(sqlite3_file *file, int flags) {
  Track *track = ((LossyFile *)file)->track;
  g_mutex_lock(&mutex);
  for (guint i = 0; !lying && i < track->changes->len; i++)
    apply(track->durable, &g_array_index(track->changes, Change, i), NULL, 100);
  if (!lying)
    g_array_set_size(track->changes, 0);
  g_mutex_unlock(&mutex);
  return SQLITE_OK;
}
static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
  return PASS(file, xFileSize, size);
}
static int file_lock(sqlite3_file *file, int kind) {
  return PASS(file, xLock, kind);
}
static int file_unlock(sqlite3_file *file, int kind) {
  return PASS(file, xUnlock, kind);
}
static int file_is_reserved(sqlite3_file *file, int *is) {
  return PASS(file, xCheckReservedLock, is);
}
static int file_control(sqlite3_file *file, int what, void *data) {
  return what == SQLITE_FCNTL_SIZE_HINT ? SQLITE_OK : PASS(file, xFileControl, what, data);
}
static int file_sector(sqlite3_file *file) {
  return PASS(file, xSectorSize);
}
static int file_device(sqlite3_file *file) {
  return PASS(file, xDeviceCharacteristics);
}
static int shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **memory) {
  return PASS(file, xShmMap, page, size, extend, memory);
}
static int shm_lock(sqlite3_file *file, int offset, int count, int flags) {
  return PASS(file, xShmLock, offset, count, flags);
}
static void shm_barrier(sqlite3_file *file) {
  PASS(file, xShmBarrier);
}
static int shm_unmap(sqlite3_file *file, int remove) {
  return PASS(file, xShmUnmap, remove);
}

static const sqlite3_io_methods methods = {
  .iVersion = 2, .xClose = file_close, .xRead = file_read, .xWrite = file_write, .xTruncate = file_truncate,
  .xSync = file_sync, .xFileSize = file_size, .xLock = file_lock, .xUnlock = file_unlock,
  .xCheckReservedLock = file_is_reserved, .xFileControl = file_control, .xSectorSize = file_sector,
  .xDeviceCharacteristics = file_device, .xShmMap = shm_map, .xShmLock = shm_lock, .xShmBarrier = shm_barrier,
  .xShmUnmap = shm_unmap,
};

static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out) {
  if (!(flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) || !g_str_has_prefix(path, watched))
    return system_vfs->xOpen(system_vfs, path, file, flags, out); /* there is room for either kind */
  LossyFile *own = (LossyFile *)file;
  *own = (LossyFile){.real = (sqlite3_file *)(own + 1)};
  const int code = system_vfs->xOpen(system_vfs, path, own->real, flags, out);
  if (code != SQLITE_OK)
    return code;
  g_mutex_lock(&mutex);
  own->track = track_of(path);
  g_mutex_unlock(&mutex);
  own->base.pMethods = &methods;
  return SQLITE_OK;
}

void lossy_vfs_begin(const char *folder) {
  system_vfs = sqlite3_vfs_find(NULL);
  watched = folder;
  tracks = g_ptr_array_new();
  lossy = *system_vfs;
  lossy.zName = "lossy";
  lossy.pNext = NULL;
  lossy.szOsFile = system_vfs->szOsFile + (int)sizeof(LossyFile);
  lossy.xOpen = open_file;
  g_assert_cmpint(sqlite3_vfs_register(&lossy, TRUE), ==, SQLITE_OK);
}

void lossy_vfs_cut(const char *into, GRand *chance, int kept) {
  g_mutex_lock(&mutex);
  for (guint i = 0; i < tracks->len; i++) {
    const Track *track = tracks->pdata[i];
    g_autofree char *name = g_path_get_basename(track->path), *path = g_build_filename(into, name, NULL);
    g_autoptr(GByteArray) content = g_byte_array_sized_new(track->durable->len);
    put(content, 0, track->durable->data, track->durable->len);
    for (guint k = 0; k < track->changes->len; k++)
      apply(content, &g_array_index(track->changes, Change, k), chance, kept);
    g_assert_true(g_file_set_contents(path, (const char *)content->data, content->len, NULL));
  }
  g_mutex_unlock(&mutex);
}

void lossy_vfs_lie(gboolean lies) {
  g_mutex_lock(&mutex);
  lying = lies;
  g_mutex_unlock(&mutex);
}

void lossy_vfs_fill(int writes) {
  g_mutex_lock(&mutex);
  room = writes;
  was_full = FALSE;
  g_mutex_unlock(&mutex);
}

gboolean lossy_vfs_was_full(void) {
  g_mutex_lock(&mutex);
  const gboolean was = was_full;
  g_mutex_unlock(&mutex);
  return was;
}
