/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening a house from outside: unlike serve, this makes no house where there is none and completes no tables. */
#include "serve/tool.h"
#include "step/procedure.h"
#include <stdio.h>

static gboolean fail(GError **error, const char *format, const char *what) {
  g_set_error(error, DB_ERROR, DB_ERROR_FAILED, format, what);
  return FALSE;
}

gboolean tool_read(Tool *tool, const char *about, const GOptionEntry *more, int argc, char **argv, GError **error) {
  if (!config_load(&tool->config, CONFIG_HOUSE, about, more, &argc, &argv, error))
    return FALSE;
  if (argc > 1)
    return fail(error, "“%s” is one argument too many; see --help", argv[1]);
  const char *data = tool->config.data;
  tool->url = *tool->config.db ? g_strdup(tool->config.db) : g_build_filename(data, "gendan.db", NULL);
  tool->folder = g_build_filename(data, "files", NULL);
  return procedure_register(error);
}

gboolean tool_open(Tool *tool, GError **error) {
  if (!g_file_test(tool->folder, G_FILE_TEST_IS_DIR) ||
      (!*tool->config.db && !g_file_test(tool->url, G_FILE_TEST_IS_REGULAR)))
    return fail(error, "there is no factory in the folder %s; name another with --data", tool->config.data);
  tool->db = db_open(tool->url, 2, error);
  tool->files = tool->db ? files_open(tool->folder, error) : NULL;
  tool->engine = tool->files ? engine_new(tool->db, (int)tool->config.zone) : NULL;
  return tool->engine != NULL;
}

void tool_close(Tool *tool) {
  g_clear_pointer(&tool->engine, engine_free);
  g_clear_pointer(&tool->db, db_close);
  g_clear_pointer(&tool->files, files_close);
  g_clear_pointer(&tool->url, g_free);
  g_clear_pointer(&tool->folder, g_free);
  config_clear(&tool->config);
}

int tool_tell(gboolean fine, const GError *error) {
  if (fine)
    return 0;
  g_autofree char *line = g_strdelimit(g_strdup(error ? error->message : "failed without a reason"), "\n", ' ');
  fprintf(stderr, "gendan: %s\n", line);
  return 1;
}
