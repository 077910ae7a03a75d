/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text is a template or is refused; in strict form nothing of a value leaves it unescaped. */
#include "fuzz.h"
#include "web/mustache.h"
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv) { return 0; }

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  g_autofree char *source = g_strndup((const char *)bytes, size);
  g_autoptr(GError) error = NULL;
  g_autoptr(Mustache) mustache = mustache_compile(source, "fuzz", &error);
  g_assert((mustache == NULL) == (error != NULL));
  if (!mustache)
    return 0;
  g_autoptr(Arena) arena = arena_new();
  Value *root = value_map(arena), *list = value_set(arena, root, "a", value_list(arena));
  for (int i = 0; i < 2; i++)
    value_set_text(arena, value_append(arena, list, value_map(arena)), "b", "<script>\"&'\x01");
  value_set_integer(arena, root, "c", VALUE_MONEY, -1);
  g_autoptr(Mustache) part = mustache_compile("{{#a}}\n  {{b}}\n{{/a}}", "part", NULL);
  g_autoptr(GHashTable) partials = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(partials, (gpointer) "p", part);
  g_autoptr(GString) out = g_string_new(NULL);
  mustache_render(mustache, partials, root, &(MustacheFormat){.strict = TRUE}, out);
  g_assert(strstr(source, "<script>") || !strstr(out->str, "<script>"));
  return 0;
}
