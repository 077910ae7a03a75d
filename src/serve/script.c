/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A thin coat over engine_run(). */
#include "serve/script.h"

gint64 script_run(Engine *engine, const Viewer *viewer, const char *command, gint64 id, const char *const *inputs,
                  const ActFile *files, GError **error) {
  g_autoptr(GHashTable) table = g_hash_table_new(g_str_hash, g_str_equal);
  for (; inputs && inputs[0]; inputs += 2)
    g_hash_table_insert(table, (gpointer)inputs[0], (gpointer)inputs[1]);
  const Act act = {.viewer = viewer, .command = workflow_find(command), .id = id, .inputs = table, .files = files};
  g_return_val_if_fail(act.command, -1);
  g_autoptr(Refusal) refusal = refusal_new();
  Done done;
  GError *fault = NULL;
  if (engine_run(engine, &act, &done, refusal, &fault))
    return done.id;
  g_autoptr(GString) why = g_string_new(NULL);
  for (guint i = 0; i < refusal->reasons->len; i++)
    g_string_append_printf(why, " %s", ((Reason *)refusal->reasons->pdata[i])->message);
  if (fault)
    g_propagate_error(error, fault);
  else
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s as %s:%s", command, viewer->name, why->str);
  return -1;
}
