/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of PDFs as pictures: real ones, broken ones, enormous ones, and what is kept of them. */
#include "serve/pictures.h"
#include <cairo-pdf.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  char *folder;   /* of the test */
  char *pictures; /* below it */
  Files *files;
  Pictures *drawn;
} House;

static void open_house(House *house, gconstpointer data) {
  g_autofree char *files = NULL;
  house->folder = g_dir_make_tmp("gendan-XXXXXX", NULL);
  house->pictures = g_build_filename(house->folder, "pictures", NULL);
  files = g_build_filename(house->folder, "files", NULL);
  house->files = files_open(files, NULL);
  house->drawn = pictures_open(house->files, house->pictures, NULL);
  g_assert_nonnull(house->drawn);
}

static void close_house(House *house, gconstpointer data) {
  const char *const argv[] = {"rm", "-r", house->folder, NULL};
  pictures_close(house->drawn);
  files_close(house->files);
  g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
  g_free(house->folder);
  g_free(house->pictures);
}

static cairo_status_t append(void *bytes, const unsigned char *data, unsigned length) {
  g_byte_array_append(bytes, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/* Keeps a PDF of so many pages of that size in points; its SHA-256. */
static char *keep(const House *house, guint pages, double width, double height) {
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(append, bytes, width, height);
  cairo_t *cairo = cairo_create(surface);
  for (guint i = 0; i < pages; i++) {
    cairo_rectangle(cairo, width / 4, height / 4, width / 2, height / 2);
    cairo_stroke(cairo);
    cairo_show_page(cairo);
  }
  cairo_destroy(cairo);
  cairo_surface_destroy(surface);
  return files_keep(house->files, bytes->data, bytes->len, NULL);
}

/* Looks at the page: width and height of its picture in pixels. */
static void size_of(const House *house, const char *sha256, guint page, guint32 *width, guint32 *height) {
  guint8 head[24];
  int content = -1;
  gint64 size = 0;
  g_assert_cmpint(pictures_page(house->drawn, sha256, page, &content, &size, NULL), ==, PICTURES_DRAWN);
  g_assert_cmpint(read(content, head, sizeof head), ==, sizeof head);
  g_assert_cmpint(lseek(content, 0, SEEK_END), ==, size);
  g_assert_cmpmem(head, 8, "\x89PNG\r\n\x1a\n", 8);
  memcpy(width, head + 16, sizeof *width);
  memcpy(height, head + 20, sizeof *height);
  *width = GUINT32_FROM_BE(*width);
  *height = GUINT32_FROM_BE(*height);
  close(content);
}

static PicturesOutcome try_page(const House *house, const char *sha256, guint page) {
  int content = -1;
  gint64 size;
  const PicturesOutcome outcome = pictures_page(house->drawn, sha256, page, &content, &size, NULL);
  if (content >= 0)
    close(content);
  return outcome;
}

static void test_pages(House *house, gconstpointer data) {
  g_autofree char *sha256 = keep(house, 3, 1190.5, 841.9); /* A3 laid across */
  guint count = 0;
  guint32 width, height;
  g_assert_cmpint(pictures_count(house->drawn, sha256, &count, NULL), ==, PICTURES_DRAWN);
  g_assert_cmpuint(count, ==, 3);
  for (guint page = 1; page <= 3; page++) {
    size_of(house, sha256, page, &width, &height);
    g_assert_cmpuint(width, ==, PICTURES_SIDE);
    g_assert_true(height == 1697 || height == 1698);
  }
  g_assert_cmpint(try_page(house, sha256, 0), ==, PICTURES_NONE);
  g_assert_cmpint(try_page(house, sha256, 4), ==, PICTURES_NONE);
  g_assert_cmpint(try_page(house, sha256, PICTURES_PAGES + 1), ==, PICTURES_NONE);
}

/* However large the sheet, the picture has the same number of pixels at most. */
static void test_huge(House *house, gconstpointer data) {
  g_autofree char *square = keep(house, 1, 200000, 200000), *strip = keep(house, 1, 200000, 20);
  guint32 width, height;
  size_of(house, square, 1, &width, &height);
  g_assert_cmpuint(width, ==, PICTURES_SIDE);
  g_assert_cmpuint(height, ==, PICTURES_SIDE);
  if (try_page(house, strip, 1) == PICTURES_DRAWN) {
    size_of(house, strip, 1, &width, &height);
    g_assert_cmpuint(width, ==, PICTURES_SIDE);
  }
}

static void test_broken(House *house, gconstpointer data) {
  static const char *const contents[] = {
    "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n", "%PDF-1.7\n", "",
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1000000>>endobj\n"
    "trailer<</Root 1 0 R>>\n%%EOF\n"};
  for (guint i = 0; i < G_N_ELEMENTS(contents); i++) {
    g_autofree char *sha256 = files_keep(house->files, contents[i], strlen(contents[i]), NULL);
    guint count = 7;
    const PicturesOutcome outcome = pictures_count(house->drawn, sha256, &count, NULL);
    g_assert_true(outcome == PICTURES_NONE || outcome == PICTURES_DRAWN);
    g_assert_cmpint(try_page(house, sha256, 1), ==, PICTURES_NONE);
  }
}

/* What is kept may go at any time, and half of a picture, or none, is not taken for one. */
static void test_kept(House *house, gconstpointer data) {
  g_autofree char *sha256 = keep(house, 1, 800, 600);
  g_autofree char *path = g_strdup_printf("%s/%s-1.png", house->pictures, sha256);
  g_assert_cmpint(try_page(house, sha256, 1), ==, PICTURES_DRAWN);
  g_assert_true(g_file_set_contents(path, "kept", -1, NULL));
  int content = -1;
  gint64 size = 0;
  g_assert_cmpint(pictures_page(house->drawn, sha256, 1, &content, &size, NULL), ==, PICTURES_DRAWN);
  g_assert_cmpint(size, ==, strlen("kept")); /* it is not drawn again */
  close(content);
  g_assert_true(g_file_set_contents(path, "", 0, NULL));
  g_assert_cmpint(try_page(house, sha256, 1), ==, PICTURES_DRAWN);
  g_unlink(path);
  g_assert_cmpint(g_rmdir(house->pictures), ==, 0); /* nothing else was left in it */
  g_assert_cmpint(try_page(house, sha256, 1), ==, PICTURES_DRAWN);
  g_unlink(path);
}

static void test_missing(House *house, gconstpointer data) {
  g_autoptr(GError) error = NULL;
  g_autofree char *sha256 = keep(house, 1, 800, 600), *kept = g_strdup(g_getenv("PATH"));
  g_autofree char *timeout = g_find_program_in_path("timeout"), *prlimit = g_find_program_in_path("prlimit");
  g_autofree char *first = g_build_filename(house->folder, "timeout", NULL);
  g_autofree char *second = g_build_filename(house->folder, "prlimit", NULL);
  g_assert_true(!symlink(timeout, first) && !symlink(prlimit, second));
  guint count;
  g_setenv("PATH", house->folder, TRUE);
  g_assert_cmpint(pictures_count(house->drawn, sha256, &count, &error), ==, PICTURES_FAULT);
  g_setenv("PATH", kept, TRUE);
  g_assert_nonnull(strstr(error->message, "poppler-utils"));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add("/pictures/" #name, House, NULL, open_house, test_##name, close_house)
  TEST(pages);
  TEST(huge);
  TEST(broken);
  TEST(kept);
  TEST(missing);
  return g_test_run();
}
