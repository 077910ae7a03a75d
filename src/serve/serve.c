/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gendan serve, init and demo: opens the data folder and the database, starts the engine and the server. */
#include "serve/serve.h"
#include "serve/app.h"
#include "serve/pages.h"
#include "serve/render.h"
#include "serve/session.h"
#include "resources.h"
#include "step/procedure.h"
#include "web/server.h"
#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <stdio.h>

enum { ZONE = 8 * 3600, DATABASE_THREADS = 16, HEARTBEAT = 20 /* seconds */ };

typedef struct {
  char *data, *db, *address;
  int port;
} Options;

typedef struct {
  Db *db;
  Engine *engine;
  Files *files;
} House;

static gboolean parse(Options *options, int *argc, char ***argv, const char *about, GError **error) {
  const GOptionEntry entries[] = {
    {"data", 0, 0, G_OPTION_ARG_FILENAME, &options->data, "folder of files and of the SQLite database (default: data)", "FOLDER"},
    {"db", 0, 0, G_OPTION_ARG_STRING, &options->db, "database: postgresql://… (default: SQLite in the data folder)", "URL"},
    {"port", 0, 0, G_OPTION_ARG_INT, &options->port, "TCP port, 0 for a free one (default: 8080)", "N"},
    {"address", 0, 0, G_OPTION_ARG_STRING, &options->address, "numeric address to listen on (default: 127.0.0.1)", "ADDRESS"},
    {0},
  };
  g_autoptr(GOptionContext) context = g_option_context_new(NULL);
  g_option_context_set_summary(context, about);
  g_option_context_add_main_entries(context, entries, NULL);
  return g_option_context_parse(context, argc, argv, error);
}

static gboolean open_house(House *house, const Options *options, GError **error) {
  const char *data = options->data ? options->data : "data";
  if (sodium_init() < 0 || g_mkdir_with_parents(data, 0700)) {
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "cannot make the folder %s: %s", data, g_strerror(errno));
    return FALSE;
  }
  g_autofree char *file = g_build_filename(data, "gendan.db", NULL), *files = g_build_filename(data, "files", NULL);
  house->db = db_open(options->db && *options->db ? options->db : file, DATABASE_THREADS, error);
  house->files = house->db ? files_open(files, error) : NULL;
  if (!house->files || !procedure_register(error) || !render_start(error))
    return FALSE;
  house->engine = engine_new(house->db, ZONE);
  return engine_migrate(house->engine, error) && session_migrate(house->db, error);
}

static void close_house(House *house) {
  g_clear_pointer(&house->engine, engine_free);
  g_clear_pointer(&house->db, db_close);
  g_clear_pointer(&house->files, files_close);
}

static ServerClass class_of(Request *request, Response *response, gpointer data) {
  const App *app = data;
  return app_is_slow(request, data) || db_is_postgres(engine_db(app->engine)) ? SERVER_SLOW : SERVER_QUICK;
}

static gboolean quit(gpointer loop) {
  g_main_loop_quit(loop);
  return G_SOURCE_REMOVE;
}

/* Serves until SIGINT or SIGTERM. */
static gboolean serve(House *house, const Options *options, gboolean tell, GError **error) {
  g_autoptr(Assets) assets = assets_new(gendan_get_resource(), "/gendan/assets", error);
  if (!assets)
    return FALSE;
  App app = {.engine = house->engine, .files = house->files, .zone = ZONE, .assets = assets, .events = events_new(HEARTBEAT)};
  g_autofree char *uploads = g_build_filename(options->data ? options->data : "data", "uploads", NULL);
  g_mkdir_with_parents(uploads, 0700);
  ServerOptions server_options = server_options_default();
  server_options.address = options->address ? options->address : "127.0.0.1";
  server_options.port = (guint16)options->port;
  server_options.upload_folder = uploads;
  server_options.begin = class_of;
  server_options.handler = app_handle;
  server_options.data = &app;
  engine_watch(house->engine, pages_order_changed, app.events);
  Server *server = server_start(&server_options, error);
  if (!server) {
    engine_unwatch(house->engine);
    events_free(app.events);
    return FALSE;
  }
  if (tell)
    demo_tell();
  printf("gendan serves on http://%s:%d\n", server_options.address, server_port(server));
  fflush(stdout);
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  g_unix_signal_add(SIGINT, quit, loop);
  g_unix_signal_add(SIGTERM, quit, loop);
  g_main_loop_run(loop);
  events_close(app.events);
  server_stop(server);
  engine_unwatch(house->engine);
  events_free(app.events);
  return TRUE;
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

static gboolean verify_tx(DbTx *tx, gpointer data, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  gint64 entries;
  const char *wrong = journal_verify(tx, arena, &entries, error);
  if (wrong)
    g_set_error_literal(error, DB_ERROR, DB_ERROR_FAILED, wrong);
  else if (!error || !*error)
    printf("%" G_GINT64_FORMAT " journal entries are sound\n", entries);
  return !wrong;
}

typedef struct {
  House *house;
  gint64 count;
} FileCheck;

static gboolean verify_files(DbTx *tx, gpointer data, GError **error) {
  FileCheck *check = data;
  g_autoptr(Arena) arena = arena_new();
  const DbResult *found = db_query(tx, arena, "SELECT DISTINCT sha256 FROM file", DB_NO_ARGS, error);
  for (guint i = 0; found && i < found->rows; i++, check->count++)
    if (!files_verify(check->house->files, DB_CELL(found, i, 0)->text, error))
      return FALSE;
  return found != NULL;
}

static gboolean verify(House *house, GError **error) {
  FileCheck check = {.house = house};
  GError *fault = NULL;
  const gboolean fine = db_read(house->db, verify_tx, NULL, &fault) && db_read(house->db, verify_files, &check, &fault);
  if (fine)
    printf("%" G_GINT64_FORMAT " files are sound\n", check.count);
  if (fault)
    g_propagate_error(error, fault);
  return fine;
}

typedef enum { SERVE, INIT, DEMO, VERIFY } What;

static int run(What what, const char *about, int argc, char **argv) {
  Options options = {.port = 8080};
  House house = {0};
  g_autoptr(GError) error = NULL;
  gboolean fine = parse(&options, &argc, &argv, about, &error) && open_house(&house, &options, &error);
  if (fine && what == INIT)
    fine = make_admin(&house, &error);
  if (fine && what == DEMO)
    fine = demo_fill(house.engine, &error);
  if (fine && what == VERIFY)
    fine = verify(&house, &error);
  if (fine && (what == SERVE || what == DEMO))
    fine = serve(&house, &options, what == DEMO, &error);
  if (!fine)
    fprintf(stderr, "gendan: %s\n", error ? error->message : "failed without a reason");
  close_house(&house);
  g_free(options.data);
  g_free(options.db);
  g_free(options.address);
  return fine ? 0 : 1;
}

int serve_main(int argc, char **argv) {
  return run(SERVE, "Serves the factory's data folder until it is told to stop.", argc, argv);
}

int init_main(int argc, char **argv) {
  return run(INIT, "Makes an empty data folder with a first administrator, whose password is printed once.", argc, argv);
}

int demo_main(int argc, char **argv) {
  return run(DEMO, "Fills an empty data folder with a demo factory and serves it.", argc, argv);
}

int verify_main(int argc, char **argv) {
  return run(VERIFY, "Checks the journal's chains and every file's hash; says the first broken place.", argc, argv);
}
