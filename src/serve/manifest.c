/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A backup's manifest, written and read. */
#include "serve/manifest.h"
#include "base/date.h"
#include "db/db.h"
#include <jansson.h>

enum { FORMAT = 1 /* of backups: rises when an older program could not restore them */ };

gboolean manifest_write(const Manifest *manifest, const char *folder, GError **error) {
  g_autofree char *path = g_build_filename(folder, "manifest.json", NULL);
  g_autofree char *now = date_time_format(g_get_real_time() / G_USEC_PER_SEC);
  json_t *json = json_pack("{si ss ss ss ss sI sI}", "format", FORMAT, "made_at", now, "database", manifest->kind,
                           "dump_sha256", manifest->dump, "seal", manifest->seal, "files", (json_int_t)manifest->files,
                           "bytes", (json_int_t)manifest->bytes);
  char *text = json_dumps(json, JSON_INDENT(2));
  const gboolean ok = g_file_set_contents_full(
    path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
  free(text);
  json_decref(json);
  return ok;
}

gboolean manifest_read(Manifest *manifest, const char *folder, GError **error) {
  g_autofree char *path = g_build_filename(folder, "manifest.json", NULL);
  const char *kind = NULL, *dump = NULL, *seal = NULL;
  int format = 0;
  json_int_t files = 0, bytes = 0;
  json_error_t where;
  json_t *json = json_load_file(path, 0, &where);
  gboolean ok = json && !json_unpack(json, "{si ss ss ss sI sI}", "format", &format, "database", &kind, "dump_sha256",
                                     &dump, "seal", &seal, "files", &files, "bytes", &bytes);
  ok = ok && format == FORMAT && (g_str_equal(kind, "sqlite") || g_str_equal(kind, "postgresql"));
  if (ok) {
    *manifest = (Manifest){.kind = kind[0] == 's' ? "sqlite" : "postgresql", .files = files, .bytes = bytes};
    g_strlcpy(manifest->dump, dump, sizeof manifest->dump);
    g_strlcpy(manifest->seal, seal, sizeof manifest->seal);
  } else {
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED,
                "%s holds no backup that this program made: its manifest.json is missing or "
                "of another format",
                folder);
  }
  json_decref(json);
  return ok;
}
