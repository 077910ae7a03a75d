/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mustache: every required case of the public specification, then what we add: typed values, messages, strictness. */
#include "web/mustache.h"
#include <jansson.h>
#include <string.h>

static Value *from_json(Arena *arena, json_t *json) {
  switch (json_typeof(json)) {
  case JSON_NULL: return value_null(arena);
  case JSON_TRUE:
  case JSON_FALSE: return value_bool(arena, json_is_true(json));
  case JSON_INTEGER: return value_integer(arena, VALUE_NUMBER, json_integer_value(json));
  case JSON_REAL: return value_text(arena, arena_printf(arena, "%g", json_real_value(json)));
  case JSON_STRING: return value_text(arena, json_string_value(json));
  case JSON_ARRAY: break;
  case JSON_OBJECT: break;
  }
  if (json_is_array(json)) {
    Value *list = value_list(arena);
    for (size_t i = 0; i < json_array_size(json); i++)
      value_append(arena, list, from_json(arena, json_array_get(json, i)));
    return list;
  }
  Value *map = value_map(arena);
  const char *key;
  json_t *item;
  json_object_foreach(json, key, item) value_set(arena, map, key, from_json(arena, item));
  return map;
}

static Mustache *compile(const char *source, const char *name) {
  g_autoptr(GError) error = NULL;
  Mustache *mustache = mustache_compile(source, name, &error);
  g_assert_no_error(error);
  return mustache;
}

static char *render(const char *source, GHashTable *partials, const Value *root, const MustacheFormat *format) {
  g_autoptr(Mustache) mustache = compile(source, "test");
  GString *out = g_string_new(NULL);
  mustache_render(mustache, partials, root, format, out);
  return g_string_free(out, FALSE);
}

static void run_case(json_t *test) {
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GHashTable) partials = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)mustache_free);
  const char *name;
  json_t *source;
  json_object_foreach(json_object_get(test, "partials"), name, source)
      g_hash_table_insert(partials, (gpointer)name, compile(json_string_value(source), name));
  g_test_message("%s", json_string_value(json_object_get(test, "name")));
  const Value *root = from_json(arena, json_object_get(test, "data"));
  g_autofree char *out = render(json_string_value(json_object_get(test, "template")), partials, root, NULL);
  g_assert_cmpstr(out, ==, json_string_value(json_object_get(test, "expected")));
}

static void test_module(gconstpointer module) {
  g_autofree char *file = g_strdup_printf("%s/mustache/%s.json", g_getenv("GENDAN_CASES"), (const char *)module);
  json_error_t error;
  json_t *json = json_load_file(file, 0, &error);
  g_assert_nonnull(json);
  json_t *tests = json_object_get(json, "tests");
  g_assert_cmpuint(json_array_size(tests), >=, 12);
  for (size_t i = 0; i < json_array_size(tests); i++)
    run_case(json_array_get(tests, i));
  json_decref(json);
}

static const char *translate(gpointer data, const char *message) {
  return strcmp(message, "Save & close") ? message : data;
}

static void write_value(gpointer data, const Value *value, GString *plain) {
  if (value->kind == VALUE_MONEY)
    g_string_append_printf(plain, "<%" G_GINT64_FORMAT ".%02d>", value->integer / 100, (int)(value->integer % 100));
  else
    g_string_append_printf(plain, "%d:%" G_GINT64_FORMAT, value->kind, value->integer);
}

static void test_format(void) {
  g_autoptr(Arena) arena = arena_new();
  Value *root = value_map(arena);
  value_set_integer(arena, root, "sum", VALUE_MONEY, 1205);
  value_set_integer(arena, root, "count", VALUE_NUMBER, 7);
  const MustacheFormat format = { .data = (gpointer) "存 & 關", .translate = translate, .write = write_value };
  g_autofree char *out = render("{{_Save & close}}|{{_ Other}}|{{sum}}|{{count}}", NULL, root, &format);
  g_assert_cmpstr(out, ==, "存 &amp; 關|Other|&lt;12.05&gt;|2:7");
}

static void test_strict(void) {
  g_autoptr(Arena) arena = arena_new();
  Value *root = value_map(arena);
  value_set_text(arena, root, "text", "<b>'");
  value_set(arena, root, "drawing", value_markup(arena, "<svg/>"));
  const MustacheFormat format = { .strict = TRUE };
  g_autofree char *out = render("{{{text}}}{{&text}} {{{drawing}}}{{&drawing}}{{drawing}}", NULL, root, &format);
  g_assert_cmpstr(out, ==, "&lt;b&gt;&#39;&lt;b&gt;&#39; <svg/><svg/>&lt;svg/&gt;");
}

static void test_errors(void) {
  static const struct {
    const char *source;
    const char *message;
  } cases[] = {
    { "a\n{{b", "t.html:2: a tag is not closed" },
    { "{{#a}}\n{{#b}}{{/a}}", "t.html:2: section 'a' is closed where 'b' is open" },
    { "{{/a}}", "t.html:1: section 'a' is closed but was not opened" },
    { "x\n{{#a}}y\n{{b}}", "t.html:2: section 'a' is not closed" },
    { "{{}}", "t.html:1: a tag without a name" },
    { "{{=x=}}", "t.html:1: delimiters must be two short words" },
    { "{{={ 1234567890123456=}}", "t.html:1: delimiters must be two short words" },
    { "{{{a}}", "t.html:1: a tag is not closed" },
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(mustache_compile(cases[i].source, "t.html", &error));
    g_assert_error(error, MUSTACHE_ERROR, 0);
    g_assert_cmpstr(error->message, ==, cases[i].message);
  }
}

static void test_endless_partial(void) {
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GHashTable) partials = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)mustache_free);
  g_hash_table_insert(partials, (gpointer) "self", compile("x{{>self}}", "self"));
  g_autofree char *out = render("{{>self}}", partials, value_map(arena), NULL);
  g_assert_cmpuint(strlen(out), ==, 64);
}

static void test_references(void) {
  g_autoptr(Mustache) mustache = compile("{{>head}}{{_One}}{{{svg}}}{{#a}}{{_Two words}}{{/a}}{{>foot}}", "t");
  guint at = 0;
  g_assert_cmpstr(mustache_next_reference(mustache, MUSTACHE_PARTIAL, &at), ==, "head");
  g_assert_cmpstr(mustache_next_reference(mustache, MUSTACHE_PARTIAL, &at), ==, "foot");
  g_assert_null(mustache_next_reference(mustache, MUSTACHE_PARTIAL, &at));
  at = 0;
  g_assert_cmpstr(mustache_next_reference(mustache, MUSTACHE_MESSAGE, &at), ==, "One");
  g_assert_cmpstr(mustache_next_reference(mustache, MUSTACHE_MESSAGE, &at), ==, "Two words");
  at = 0;
  g_assert_cmpstr(mustache_next_reference(mustache, MUSTACHE_RAW, &at), ==, "svg");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  static const char *const modules[] = {"comments", "delimiters", "interpolation", "inverted", "partials", "sections"};
  for (guint i = 0; i < G_N_ELEMENTS(modules); i++) {
    g_autofree char *path = g_strconcat("/mustache/spec/", modules[i], NULL);
    g_test_add_data_func(path, modules[i], test_module);
  }
  g_test_add_func("/mustache/format", test_format);
  g_test_add_func("/mustache/strict", test_strict);
  g_test_add_func("/mustache/errors", test_errors);
  g_test_add_func("/mustache/endless-partial", test_endless_partial);
  g_test_add_func("/mustache/references", test_references);
  return g_test_run();
}
