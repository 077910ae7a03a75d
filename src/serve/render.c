/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Templates and catalogues from GResource. */
#include "serve/render.h"
#include "base/lang.h"
#include "base/money.h"
#include "base/reading.h"
#include "web/mustache.h"
#include <gio/gio.h>
#include <string.h>

#define ROOT "/gendan/"

typedef struct {
  const char *language;
  int zone;
} Reader;

static GHashTable *templates; /* name → Mustache*, immutable after start */

static gboolean compile(const char *file, GError **error) {
  g_autofree char *path = g_strconcat(ROOT "template/", file, NULL);
  g_autoptr(GBytes) bytes = g_resources_lookup_data(path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  if (!bytes)
    return FALSE;
  g_autofree char *source = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
  Mustache *mustache = mustache_compile(source, file, error);
  if (!mustache)
    return FALSE;
  g_hash_table_insert(templates, g_strndup(file, strlen(file) - strlen(".html")), mustache);
  return TRUE;
}

gboolean render_catalogues(GError **error) {
  static GBytes *kept[8]; /* a catalogue is read where it lies, for good */
  for (guint i = 0; lang_all[i]; i++) {
    g_autofree char *path = g_strdup_printf(ROOT "lang/%s.mo", lang_all[i]);
    GBytes *bytes = g_resources_lookup_data(path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL); /* English needs none */
    g_clear_pointer(&kept[i], g_bytes_unref);
    kept[i] = bytes;
    if (bytes && !lang_add(lang_all[i], g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes))) {
      g_set_error(error, MUSTACHE_ERROR, 0, "the catalogue %s is malformed", path);
      return FALSE;
    }
  }
  return TRUE;
}

gboolean render_start(GError **error) {
  templates = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)mustache_free);
  g_auto(GStrv) files = g_resources_enumerate_children(ROOT "template/", G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  for (char **file = files; file && *file; file++)
    if (!compile(*file, error))
      return FALSE;
  return files != NULL && render_catalogues(error);
}

static void append(GString *plain, char *text) {
  g_string_append(plain, text);
  g_free(text);
}

static void write_value(gpointer data, const Value *value, GString *plain) {
  const Reader *reader = data;
  switch (value->kind) {
  case VALUE_BOOL: g_string_append(plain, lang_text(reader->language, value->integer ? "yes" : "no")); break;
  case VALUE_MONEY: append(plain, reading_money(value->integer)); break;
  case VALUE_PERCENT:
    append(plain, reading_decimal(value->integer, PERCENT_PLACES));
    g_string_append(plain, "%");
    break;
  case VALUE_LENGTH:
    append(plain, reading_decimal(value->integer, LENGTH_PLACES));
    g_string_append(plain, " mm");
    break;
  case VALUE_DECIMAL: append(plain, reading_decimal(value->integer, DECIMAL_PLACES)); break;
  case VALUE_DATE: append(plain, reading_date(reader->language, value->integer)); break;
  case VALUE_TIME: append(plain, reading_time(reader->language, value->integer, reader->zone)); break;
  default: g_string_append_printf(plain, "%" G_GINT64_FORMAT, value->integer);
  }
}

static const char *translate(gpointer data, const char *message) {
  return lang_text(((const Reader *)data)->language, message);
}

void render_page(const char *name, const Value *root, const char *language, int zone, GString *out) {
  Reader reader = {.language = language, .zone = zone};
  const MustacheFormat format = {.data = &reader, .strict = TRUE, .translate = translate, .write = write_value};
  const Mustache *mustache = g_hash_table_lookup(templates, name);
  g_return_if_fail(mustache);
  mustache_render(mustache, templates, root, &format, out);
}
