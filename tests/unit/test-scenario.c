/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every scenario of tests/scenario, on both databases. */
#include "postgres-fixture.h"
#include "script.h"
#include "step/procedure.h"

typedef struct {
  char *file; /* "scenario/path.txt" */
  gboolean postgres;
} Scenario;

/* Each "start" begins in a factory of its own. */
static void run(gconstpointer data) {
  const Scenario *scenario = data;
  g_autoptr(GPtrArray) lines = script_read(scenario->file);
  ScriptLine *const *all = (ScriptLine *const *)lines->pdata;
  for (guint i = 0, end; i < lines->len; i = end) {
    for (end = i + 1; end < lines->len && g_strcmp0(all[end]->words[0], "start");)
      end++;
    g_autofree char *url = scenario->postgres ? postgres_fixture_url() : NULL;
    g_autoptr(House) house = house_new(url);
    g_autofree char *wrong = script_run(house, all + i, end - i);
    if (wrong) {
      g_test_message("%s", wrong);
      g_test_fail();
    }
  }
}

static void scenario_free(gpointer data) {
  g_free(((Scenario *)data)->file);
  g_free(data);
}

static void add(const char *file, gboolean postgres) {
  Scenario *scenario = g_new(Scenario, 1);
  *scenario = (Scenario){.file = g_strconcat("scenario/", file, NULL), .postgres = postgres};
  g_autofree char *path = g_strdup_printf("/%s/%s", postgres ? "postgres" : "sqlite", scenario->file);
  g_test_add_data_func_full(path, scenario, run, scenario_free);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_autoptr(GError) error = NULL;
  procedure_register(&error);
  g_assert_no_error(error);
  g_autofree char *folder = g_test_build_filename(G_TEST_DIST, "scenario", NULL);
  g_autoptr(GDir) files = g_dir_open(folder, 0, &error);
  g_assert_no_error(error);
  for (const char *file; (file = g_dir_read_name(files));) {
    add(file, FALSE);
    add(file, TRUE);
  }
  return g_test_run();
}
