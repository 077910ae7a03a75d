/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening a house from outside: unlike serve, this makes no house where there is none and completes no tables. */
#include "serve/keep.h"
#include "step/procedure.h"
#include <stdio.h>

static gboolean fail(GError **error, const char *format, const char *what) {
  g_set_error(error, DB_ERROR, DB_ERROR_FAILED, format, what);
  return FALSE;
}

gboolean keep_read(Keep *keep, const char *about, const GOptionEntry *more, int argc, char **argv, GError **error) {
  if (!config_load(&keep->config, CONFIG_HOUSE, about, more, &argc, &argv, error))
    return FALSE;
  if (argc > 1)
    return fail(error, "“%s” is one argument too many; see --help", argv[1]);
  const char *data = keep->config.data;
  keep->url = *keep->config.db ? g_strdup(keep->config.db) : g_build_filename(data, "gendan.db", NULL);
  keep->folder = g_build_filename(data, "files", NULL);
  return procedure_register(error);
}

gboolean keep_open(Keep *keep, GError **error) {
  if (!g_file_test(keep->folder, G_FILE_TEST_IS_DIR) ||
      (!*keep->config.db && !g_file_test(keep->url, G_FILE_TEST_IS_REGULAR)))
    return fail(error, "there is no factory in the folder %s; name another with --data", keep->config.data);
  keep->db = db_open(keep->url, 2, error);
  keep->files = keep->db ? files_open(keep->folder, error) : NULL;
  keep->engine = keep->files ? engine_new(keep->db, (int)keep->config.zone) : NULL;
  return keep->engine != NULL;
}

void keep_close(Keep *keep) {
  g_clear_pointer(&keep->engine, engine_free);
  g_clear_pointer(&keep->db, db_close);
  g_clear_pointer(&keep->files, files_close);
  g_clear_pointer(&keep->url, g_free);
  g_clear_pointer(&keep->folder, g_free);
  config_clear(&keep->config);
}

int keep_tell(gboolean fine, const GError *error) {
  if (fine)
    return 0;
  g_autofree char *line = g_strdelimit(g_strdup(error ? error->message : "failed without a reason"), "\n", ' ');
  fprintf(stderr, "gendan: %s\n", line);
  return 1;
}
