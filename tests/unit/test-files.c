/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attachments: named by content, whole or not there, checked. */
#include "db/db.h"
#include "db/files.h"
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* SHA-256 of "abc", from FIPS 180-2, and of nothing. */
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

typedef struct {
  char *folder;
  Files *files;
} Fixture;

static void set_up(Fixture *f, gconstpointer unused) {
  g_autoptr(GError) error = NULL;
  f->folder = g_dir_make_tmp("gendan-files-XXXXXX", &error);
  g_assert_no_error(error);
  f->files = files_open(f->folder, &error);
  g_assert_no_error(error);
}

static void tear_down(Fixture *f, gconstpointer unused) {
  files_close(f->files);
  const char *argv[] = {"rm", "-rf", "--", f->folder, NULL};
  g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
  g_free(f->folder);
}

static char *store(Fixture *f, const char *content, gsize piece, gint64 *size) {
  g_autoptr(GError) error = NULL;
  g_autoptr(FilesWriter) writer = files_begin(f->files, &error);
  g_assert_no_error(error);
  for (gsize at = 0, left = strlen(content); left > 0;) {
    gsize length = MIN(piece, left);
    g_assert_true(files_append(writer, content + at, length, &error));
    at += length;
    left -= length;
  }
  char *name = files_finish(writer, size, &error);
  g_assert_no_error(error);
  return name;
}

static guint count_incoming(Fixture *f) {
  g_autofree char *path = g_build_filename(f->folder, "incoming", NULL);
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  guint count = 0;
  while (g_dir_read_name(dir))
    count++;
  return count;
}

static void test_store(Fixture *f, gconstpointer unused) {
  gint64 size = 0;
  g_autofree char *abc = store(f, "abc", 1, &size), *again = store(f, "abc", 3, NULL), *nothing = store(f, "", 1, NULL);
  g_assert_cmpstr(abc, ==, ABC);
  g_assert_cmpstr(again, ==, ABC);
  g_assert_cmpstr(nothing, ==, NOTHING);
  g_assert_cmpint(size, ==, 3);
  g_assert_cmpint(count_incoming(f), ==, 0);
  g_autoptr(GError) error = NULL;
  size = 0;
  int fd = files_read(f->files, abc, &size, &error);
  g_assert_no_error(error);
  char got[8];
  g_assert_cmpint(size, ==, 3);
  g_assert_cmpint(read(fd, got, sizeof got), ==, 3);
  g_assert_cmpmem(got, 3, "abc", 3);
  close(fd);
  g_assert_true(files_verify(f->files, abc, &error));
  g_assert_true(files_verify(f->files, nothing, &error));
}

static void test_abandoned(Fixture *f, gconstpointer unused) {
  FilesWriter *writer = files_begin(f->files, NULL);
  g_assert_true(files_append(writer, "abc", 3, NULL));
  g_assert_cmpint(count_incoming(f), ==, 1);
  files_writer_free(writer);
  g_assert_cmpint(count_incoming(f), ==, 0);
  g_assert_cmpint(files_read(f->files, ABC, NULL, NULL), ==, -1);
}

static void test_names(Fixture *f, gconstpointer unused) {
  static const char *const wrong[] = {"", "abc", "../incoming", ABC "0", ABC "/", NOTHING};
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_cmpint(files_read(f->files, wrong[i], NULL, &error), ==, -1);
    g_assert_error(error, DB_ERROR, DB_ERROR_FAILED);
  }
  g_autofree char *abc = store(f, "abc", 3, NULL), *upper = g_ascii_strup(abc, -1);
  g_assert_cmpint(files_read(f->files, upper, NULL, NULL), ==, -1);
}

static void test_decayed(Fixture *f, gconstpointer unused) {
  g_autofree char *name = store(f, "abc", 3, NULL);
  g_autofree char *path = g_strdup_printf("%s/%.2s/%s", f->folder, name, name + 2);
  g_autoptr(GError) error = NULL;
  g_assert_true(g_file_set_contents(path, "abd", 3, &error));
  g_assert_false(files_verify(f->files, name, &error));
  g_assert_error(error, DB_ERROR, DB_ERROR_FAILED);
  g_clear_error(&error);
  g_autofree char *again = store(f, "abc", 3, NULL);
  g_assert_true(files_verify(f->files, again, &error));
}

/* The limit on a file's size stands for a full disk: the write fails half way. */
static void test_write_fails(Fixture *f, gconstpointer unused) {
  struct rlimit before, small = {.rlim_cur = 1000};
  g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
  small.rlim_max = before.rlim_max;
  signal(SIGXFSZ, SIG_IGN);
  g_autoptr(FilesWriter) writer = files_begin(f->files, NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *much = g_strnfill(5000, 'x');
  g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
  gboolean ok = files_append(writer, much, 5000, &error);
  g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
  g_assert_false(ok);
  g_assert_error(error, DB_ERROR, DB_ERROR_FAILED);
  g_clear_error(&error);
  g_assert_null(files_finish(writer, NULL, &error));
  g_assert_error(error, DB_ERROR, DB_ERROR_FAILED);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add("/files/store", Fixture, NULL, set_up, test_store, tear_down);
  g_test_add("/files/abandoned", Fixture, NULL, set_up, test_abandoned, tear_down);
  g_test_add("/files/names", Fixture, NULL, set_up, test_names, tear_down);
  g_test_add("/files/decayed", Fixture, NULL, set_up, test_decayed, tear_down);
  g_test_add("/files/write-fails", Fixture, NULL, set_up, test_write_fails, tear_down);
  return g_test_run();
}
