/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Assets never change while the program runs, so their hashes are made once, at start. */
#include "web/assets.h"
#include <string.h>

struct Assets {
  GHashTable *files; /* name → File* */
  char *version;
};

typedef struct {
  GBytes *bytes;
  char *etag; /* quoted; of these very bytes, so each encoding has its own */
} File;

/* Best first. */
static const struct {
  const char *name;
  const char *suffix;
} encodings[] = { { "br", ".br" }, { "gzip", ".gz" } };

static void file_free(void *data) {
  File *file = data;
  g_bytes_unref(file->bytes);
  g_free(file->etag);
  g_free(file);
}

Assets *assets_new(GResource *resource, const char *folder, GError **error) {
  g_auto(GStrv) names = g_resource_enumerate_children(resource, folder, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  if (!names)
    return NULL;
  g_autoptr(Assets) assets = g_new0(Assets, 1);
  assets->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, file_free);
  g_autoptr(GChecksum) all = g_checksum_new(G_CHECKSUM_SHA256);
  qsort(names, g_strv_length(names), sizeof *names, (int (*)(const void *, const void *))g_strcmp0);
  for (guint i = 0; names[i]; i++) {
    g_autofree char *path = g_strconcat(folder, "/", names[i], NULL);
    GBytes *bytes = g_resource_lookup_data(resource, path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
    if (!bytes)
      return NULL;
    g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
    File *file = g_new0(File, 1);
    *file = (File){ .bytes = bytes, .etag = g_strdup_printf("\"%.32s\"", sum) };
    g_hash_table_insert(assets->files, g_strdup(names[i]), file);
    g_checksum_update(all, (const guchar *)sum, -1);
  }
  assets->version = g_strndup(g_checksum_get_string(all), 12);
  return g_steal_pointer(&assets);
}

void assets_free(Assets *assets) {
  if (!assets)
    return;
  g_hash_table_unref(assets->files);
  g_free(assets->version);
  g_free(assets);
}

const char *assets_version(const Assets *assets) {
  return assets->version;
}

/* A list such as "gzip;q=0.5, br": the name is in it and not with quality nought. */
static gboolean accepts(const char *list, const char *name) {
  g_auto(GStrv) items = g_strsplit(list ? list : "", ",", -1);
  for (guint i = 0; items[i]; i++) {
    g_auto(GStrv) parts = g_strsplit(items[i], ";", 2);
    if (!parts[0] || g_ascii_strcasecmp(g_strstrip(parts[0]), name))
      continue;
    const char *quality = parts[1] ? strstr(parts[1], "q=") : NULL;
    return !quality || g_ascii_strtod(quality + 2, NULL) > 0;
  }
  return FALSE;
}

static const char *type_of(const char *name) {
  static const struct {
    const char *suffix;
    const char *type;
  } types[] = {
    { ".css", "text/css; charset=utf-8" }, { ".js", "text/javascript; charset=utf-8" }, { ".svg", "image/svg+xml" },
    { ".png", "image/png" },               { ".ico", "image/x-icon" },                  { ".woff2", "font/woff2" },
    { ".json", "application/json" },       { ".txt", "text/plain; charset=utf-8" },
  };
  for (guint i = 0; i < G_N_ELEMENTS(types); i++)
    if (g_str_has_suffix(name, types[i].suffix))
      return types[i].type;
  return "application/octet-stream";
}

gboolean assets_answer(const Assets *assets, const char *name, const Request *request, Response *response) {
  const File *file = g_hash_table_lookup(assets->files, name);
  if (!file)
    return FALSE;
  const char *list = request_header(request, "Accept-Encoding");
  for (guint i = 0; i < G_N_ELEMENTS(encodings); i++) {
    g_autofree char *packed = g_strconcat(name, encodings[i].suffix, NULL);
    const File *smaller = accepts(list, encodings[i].name) ? g_hash_table_lookup(assets->files, packed) : NULL;
    if (!smaller)
      continue;
    file = smaller;
    response_header(response, "Content-Encoding", encodings[i].name);
    break;
  }
  const gboolean current = !g_strcmp0(request_query(request, "v"), assets->version);
  response_header(response, "Cache-Control", current ? "public, max-age=31536000, immutable" : "no-cache");
  response_header(response, "ETag", file->etag);
  response_header(response, "Vary", "Accept-Encoding");
  response->type = type_of(name);
  const char *known = request_header(request, "If-None-Match");
  if (known && strstr(known, file->etag))
    response->status = 304;
  else
    response->bytes = g_bytes_ref(file->bytes);
  return TRUE;
}
