/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gendan serve, init and demo: opens the data folder and the database, starts the engine and the server. */
#include "serve/serve.h"
#include "serve/config.h"
#include "serve/listen.h"
#include "serve/render.h"
#include "serve/session.h"
#include "resources.h"
#include "step/procedure.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

typedef struct {
  Config config;
  Db *db;
  Engine *engine;
  Files *files;
} House;

static gboolean open_house(House *house, GError **error) {
  const Config *config = &house->config;
  if (sodium_init() < 0 || g_mkdir_with_parents(config->data, 0700)) {
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "cannot make the data folder %s: %s", config->data, g_strerror(errno));
    return FALSE;
  }
  if (access(config->data, R_OK | W_OK | X_OK)) {
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "cannot write in the data folder %s: %s", config->data, g_strerror(errno));
    return FALSE;
  }
  g_autofree char *file = g_build_filename(config->data, "gendan.db", NULL);
  g_autofree char *files = g_build_filename(config->data, "files", NULL);
  house->db = db_open(*config->db ? config->db : file, (guint)config->db_connections, error);
  house->files = house->db ? files_open(files, error) : NULL;
  if (!house->files || !procedure_register(error) || !render_start(error))
    return FALSE;
  house->engine = engine_new(house->db, (int)config->zone);
  return engine_migrate(house->engine, error) && session_migrate(house->db, error);
}

static void close_house(House *house) {
  g_clear_pointer(&house->engine, engine_free);
  g_clear_pointer(&house->db, db_close);
  g_clear_pointer(&house->files, files_close);
  config_clear(&house->config);
}

static gboolean serve(House *house, void (*ready)(void), GError **error) {
  g_autoptr(Assets) assets = assets_new(gendan_get_resource(), "/gendan/assets", error);
  App app = {.config = &house->config, .engine = house->engine, .files = house->files, .zone = (int)house->config.zone,
             .assets = assets};
  return assets && listen_serve(&app, ready, error);
}

static gboolean make_admin(House *house, GError **error) {
  const gint64 users = demo_count_users(house->engine, error);
  if (users != 0)
    return users > 0;
  g_autofree char *password = g_uuid_string_random();
  if (demo_user(house->engine, "admin", "Administrator", "admin", 0, password, error) < 0)
    return FALSE;
  printf("The first administrator is “admin” with the password %s (shown only now; change it after logging in).\n", password);
  return TRUE;
}

/* What each verb does once the house is open. */
static gboolean do_serve(House *house, GError **error) {
  return serve(house, NULL, error);
}

static gboolean do_demo(House *house, GError **error) {
  return demo_fill(house->engine, error) && serve(house, demo_tell, error);
}

/* One line, whatever the library that failed has to say. */
static int tell_outcome(gboolean fine, const GError *error) {
  g_auto(GStrv) words = g_strsplit_set(error ? error->message : "failed without a reason", " \t\n", -1);
  if (!fine)
    fputs("gendan:", stderr);
  for (char **word = words; !fine && *word; word++)
    if (**word)
      fprintf(stderr, " %s", *word);
  if (!fine)
    fputs("\n", stderr);
  return fine ? 0 : 1;
}

static gboolean read_settings(Config *config, ConfigUse use, const char *about, int argc, char **argv, GError **error) {
  if (!config_load(config, use, about, NULL, &argc, &argv, error))
    return FALSE;
  if (argc > 1)
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s takes no argument “%s”; see %s --help", g_get_prgname(), argv[1],
                g_get_prgname());
  return argc <= 1;
}

static int run(ConfigUse use, gboolean (*work)(House *house, GError **error), const char *about, int argc, char **argv) {
  House house = {0};
  g_autoptr(GError) error = NULL;
  const gboolean fine = read_settings(&house.config, use, about, argc, argv, &error) && open_house(&house, &error) &&
                        work(&house, &error);
  close_house(&house);
  return tell_outcome(fine, error);
}

int serve_main(int argc, char **argv) {
  return run(CONFIG_SERVING, do_serve, "Serves the factory's data folder until it is told to stop (SIGTERM, Ctrl-C).", argc, argv);
}

int init_main(int argc, char **argv) {
  return run(CONFIG_HOUSE, make_admin, "Makes an empty factory with a first administrator, whose password is printed once.",
             argc, argv);
}

int demo_main(int argc, char **argv) {
  return run(CONFIG_SERVING, do_demo, "Fills an empty data folder with a demo factory and serves it.", argc, argv);
}

int config_main(int argc, char **argv) {
  g_auto(Config) config = {0};
  g_autoptr(GError) error = NULL;
  const gboolean fine = read_settings(&config, CONFIG_SERVING,
                                      "Prints a commented configuration file with the settings in effect.", argc, argv, &error);
  g_autofree char *text = fine ? config_text(&config) : NULL;
  if (text)
    fputs(text, stdout);
  return tell_outcome(fine, error);
}
