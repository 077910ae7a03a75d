/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text is a template or is refused; in strict form no mark of HTML comes out of a value. A template may write marks
   itself (`<scri{{a}}pt>`), so they are counted against those of the same template with a harmless value. */
#include "fuzz.h"
#include "web/mustache.h"
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv) { return 0; }

static void render(const Mustache *mustache, GHashTable *partials, const char *value, GString *out) {
  g_autoptr(Arena) arena = arena_new();
  Value *root = value_map(arena), *list = value_set(arena, root, "a", value_list(arena));
  for (int i = 0; i < 2; i++)
    value_set_text(arena, value_append(arena, list, value_map(arena)), "b", value);
  value_set_integer(arena, root, "c", VALUE_MONEY, -1);
  mustache_render(mustache, partials, root, &(MustacheFormat){.strict = TRUE}, out);
}

static int marks(const GString *out) {
  int found = 0;
  for (gsize i = 0; i < out->len; i++)
    found += strchr("<>\"'", out->str[i]) && out->str[i];
  return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  g_autofree char *source = g_strndup((const char *)bytes, size);
  g_autoptr(GError) error = NULL;
  g_autoptr(Mustache) mustache = mustache_compile(source, "fuzz", &error);
  g_assert((mustache == NULL) == (error != NULL));
  if (!mustache)
    return 0;
  g_autoptr(Mustache) part = mustache_compile("{{#a}}\n  {{b}}\n{{/a}}", "part", NULL);
  g_autoptr(GHashTable) partials = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(partials, (gpointer) "p", part);
  g_autoptr(GString) hostile = g_string_new(NULL), harmless = g_string_new(NULL);
  render(mustache, partials, "<script>\"&'\x01", hostile);
  render(mustache, partials, "script", harmless);
  g_assert_cmpint(marks(hostile), ==, marks(harmless));
  return 0;
}
