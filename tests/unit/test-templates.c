/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every page template compiles in our own engine, names only parts that exist, leaves nothing unescaped, and names
   only catalogue-ready messages. */
#include "web/mustache.h"

static GHashTable *templates; /* name without ending → Mustache* */

static void load(void) {
  g_autofree char *folder = g_build_filename(g_getenv("G_TEST_SRCDIR"), "..", "src", "web", "template", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GDir) entries = g_dir_open(folder, 0, &error);
  g_assert_no_error(error);
  templates = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) mustache_free);
  for (const char *entry = g_dir_read_name(entries); entry != NULL; entry = g_dir_read_name(entries)) {
    g_assert_true(g_str_has_suffix(entry, ".html"));
    g_autofree char *path = g_build_filename(folder, entry, NULL);
    g_autofree char *source = NULL;
    g_file_get_contents(path, &source, NULL, &error);
    g_assert_no_error(error);
    Mustache *compiled = mustache_compile(source, entry, &error);
    g_assert_no_error(error);
    g_hash_table_insert(templates, g_strndup(entry, strlen(entry) - strlen(".html")), compiled);
  }
  g_assert_cmpuint(g_hash_table_size(templates), >=, 20);
}

static void test_parts_exist(void) {
  GHashTableIter each;
  gpointer name, compiled;
  g_hash_table_iter_init(&each, templates);
  while (g_hash_table_iter_next(&each, &name, &compiled)) {
    guint position = 0;
    const char *part;
    while ((part = mustache_next_reference(compiled, MUSTACHE_PARTIAL, &position)) != NULL)
      if (!g_hash_table_contains(templates, part))
        g_error("%s.html names a part that is not there: %s", (char *)name, part);
  }
}

static void test_nothing_unescaped(void) {
  GHashTableIter each;
  gpointer name, compiled;
  g_hash_table_iter_init(&each, templates);
  while (g_hash_table_iter_next(&each, &name, &compiled)) {
    guint position = 0;
    const char *raw = mustache_next_reference(compiled, MUSTACHE_RAW, &position);
    if (raw != NULL) g_error("%s.html leaves %s unescaped", (char *) name, raw);
  }
}

static void test_messages_are_ids(void) {
  guint count = 0;
  GHashTableIter each;
  gpointer compiled;
  g_hash_table_iter_init(&each, templates);
  while (g_hash_table_iter_next(&each, NULL, &compiled)) {
    guint position = 0;
    const char *message;
    while ((message = mustache_next_reference(compiled, MUSTACHE_MESSAGE, &position)) != NULL) {
      g_assert_true(g_str_is_ascii(message));
      g_assert_true(g_ascii_isupper(message[0]));
      count++;
    }
  }
  g_assert_cmpuint(count, >, 50);
}

/* The log-in page with hostile text in it. */
static void test_login_escapes(void) {
  g_autoptr(Arena) arena = arena_new();
  Value *root = value_map(arena);
  Value *login = value_set(arena, root, "login", value_map(arena));
  value_set_text(arena, login, "user", "\"><script>alert(1)</script>");
  g_autoptr(GString) page = g_string_new(NULL);
  mustache_render(g_hash_table_lookup(templates, "login"), templates, root, NULL, page);
  g_assert_true(g_str_has_prefix(page->str, "<!DOCTYPE html>"));
  g_assert_nonnull(strstr(page->str, "&quot;&gt;&lt;script&gt;alert(1)"));
  g_assert_null(strstr(page->str, "<script>"));
  g_assert_nonnull(strstr(page->str, "</html>"));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  load();
  g_test_add_func("/templates/parts-exist", test_parts_exist);
  g_test_add_func("/templates/nothing-unescaped", test_nothing_unescaped);
  g_test_add_func("/templates/messages-are-ids", test_messages_are_ids);
  g_test_add_func("/templates/login-escapes", test_login_escapes);
  int failed = g_test_run();
  g_hash_table_unref(templates);
  return failed;
}
