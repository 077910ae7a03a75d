/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gendan serve, init and demo: opens the data folder and the database, starts the engine and the server. */
#include "serve/serve.h"
#include "serve/config.h"
#include "serve/holidays.h"
#include "serve/kept.h"
#include "serve/listen.h"
#include "serve/render.h"
#include "serve/script.h"
#include "serve/session.h"
#include "serve/token.h"
#include "paper/paper.h"
#include "resources.h"
#include "step/procedure.h"
#include "step/s17-settlement.h"
#include "web/server.h"
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
  gboolean bare;  /* demo: without a history */
  char *argument; /* the plain argument of the command line, where the verb takes one */
} House;

static gboolean open_folder(const char *data, GError **error) {
  const gboolean made = !g_mkdir_with_parents(data, 0700);
  if (made && !access(data, R_OK | W_OK | X_OK))
    return TRUE;
  const char *why = g_strerror(errno);
  g_set_error(error, DB_ERROR, DB_ERROR_FAILED,
              "cannot %s the data folder %s: %s; let the user %s own it, or name another with --data",
              made ? "write in" : "make", data, why, g_get_user_name());
  return FALSE;
}

/* A mistyped folder would else be served as an empty house that nobody can enter. */
static gboolean is_made(const Config *config, const char *file, GError **error) {
  if (*config->db || g_file_test(file, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  g_set_error(error, DB_ERROR, DB_ERROR_FAILED,
              "there is no factory in the folder %s; make one with gendan init, or name another with --data",
              config->data);
  return FALSE;
}

/* makes: the house, where there is none. */
static gboolean open_house(House *house, gboolean makes, GError **error) {
  const Config *config = &house->config;
  g_autofree char *file = g_build_filename(config->data, "gendan.db", NULL);
  g_autofree char *files = g_build_filename(config->data, "files", NULL);
  if (sodium_init() < 0 || (!makes && !is_made(config, file, error)) || !open_folder(config->data, error))
    return FALSE;
  house->db = db_open(*config->db ? config->db : file, (guint)config->db_connections, error);
  if (!house->db)
    g_prefix_error(error, "cannot open the database that the setting db names: ");
  house->files = house->db ? files_open(files, error) : NULL;
  if (!house->files || !procedure_register(error) || !render_start(error))
    return FALSE;
  house->engine = engine_new(house->db, (int)config->zone);
  engine_set_files(house->engine, house->files);
  engine_set_press(house->engine, &paper_press);
  return engine_migrate(house->engine, error) && session_migrate(house->db, error) &&
         kept_migrate(house->db, error) && token_migrate(house->db, error);
}

static void close_house(House *house) {
  g_clear_pointer(&house->engine, engine_free);
  g_clear_pointer(&house->db, db_close);
  g_clear_pointer(&house->files, files_close);
  config_clear(&house->config);
  g_free(house->argument);
}

static gboolean serve(House *house, void (*ready)(void), GError **error) {
  g_autoptr(Assets) assets = assets_new(gendan_get_resource(), "/gendan/assets", error);
  g_autofree char *folder = g_build_filename(house->config.data, "pictures", NULL);
  g_autoptr(Pictures) pictures = pictures_open(house->files, folder, error);
  App app = {.config = &house->config, .engine = house->engine, .files = house->files, .zone = (int)house->config.zone,
             .assets = assets, .pictures = pictures};
  return assets && pictures && settlement_catch_up(house->engine, error) && listen_serve(&app, ready, error);
}

typedef struct {
  const char *login;
  gint64 count, passwords; /* of all users */
  gint64 id;               /* of the active user of that login; 0: there is none */
} UserSearch;

static gboolean find_user(DbTx *tx, gpointer data, GError **error) {
  UserSearch *search = data;
  g_autoptr(Arena) arena = arena_new();
  const DbResult *found = db_query(tx, arena,
                                   "SELECT COUNT(*), COUNT(p.hash), "
                                   "COALESCE(MAX(CASE WHEN u.login = $1 AND u.state = 'active' THEN u.id END), 0) "
                                   "FROM \"user\" u LEFT JOIN password p ON p.user_id = u.id",
                                   DB_ARGS(DB_T(search->login)), error);
  if (!found)
    return FALSE;
  search->count = DB_CELL(found, 0, 0)->integer;
  search->passwords = DB_CELL(found, 0, 1)->integer;
  search->id = DB_CELL(found, 0, 2)->integer;
  return TRUE;
}

static gboolean tell_password(House *house, gint64 user_id, const char *login, GError **error) {
  const SessionIssue issue = {.user_id = user_id};
  g_autofree char *password = user_id > 0 ? session_issue_password(house->engine, &issue, error) : NULL;
  if (password)
    printf("%s logs in with the password %s (shown only now; another has to be chosen then).\n", login, password);
  return password != NULL;
}

static gboolean do_init(House *house, GError **error) {
  static const Viewer nobody = {.name = "gendan", .roles = ROLE_ADMIN, .language = "en"};
  UserSearch search = {.login = "admin"};
  if (!db_read(house->db, find_user, &search, error))
    return FALSE;
  if (search.count > 0) {
    puts("There are users already; gendan password LOGIN gives one of them a new password.");
    return TRUE;
  }
  const gint64 id = script_run(house->engine, &nobody, "user.create", 0,
                               SCRIPT_INPUTS("login", "admin", "name", "Administrator", "roles", "admin"), NULL, error);
  if (id < 0 || !holidays_enter(house->engine, &nobody, error) || !tell_password(house, id, "admin", error))
    return FALSE;
  puts("The working calendar has China's public holidays of 2026; those of other years are entered under Calendar.");
  puts("Now start gendan serve with the same settings and log in there; the other accounts are made under Users.");
  return TRUE;
}

static gboolean do_demo(House *house, GError **error) {
  UserSearch search = {.login = "admin"};
  if (!server_may_listen(house->config.address, (guint16)house->config.port, error) || /* before the work of filling */
      !db_read(house->db, find_user, &search, error))
    return FALSE;
  if (search.count > 0 && !search.passwords) { /* they are given last */
    g_set_error_literal(error, DB_ERROR, DB_ERROR_FAILED,
                        "the demo factory was left half made; remove its data and start again");
    return FALSE;
  }
  return (search.count > 0 || demo_fill(house->engine, house->files, house->bare, error)) &&
         serve(house, demo_tell, error);
}

static gboolean do_password(House *house, GError **error) {
  UserSearch search = {.login = house->argument};
  if (!db_read(house->db, find_user, &search, error))
    return FALSE;
  if (search.id)
    return tell_password(house, search.id, house->argument, error);
  g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "there is no active user %s; the list stands under Users",
              house->argument);
  return FALSE;
}

static gboolean do_serve(House *house, GError **error) {
  UserSearch search = {.login = "admin"};
  if (!db_read(house->db, find_user, &search, error))
    return FALSE;
  if (search.count)
    return serve(house, NULL, error);
  g_set_error_literal(error, DB_ERROR, DB_ERROR_FAILED, "nobody could log in yet; gendan init makes the administrator");
  return FALSE;
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

/* A verb that opens the house. */
typedef struct {
  ConfigUse use;
  const char *about;    /* for --help */
  const char *argument; /* what its plain argument is called; NULL: it takes none */
  gboolean makes;       /* the house, where there is none */
  gboolean (*work)(House *house, GError **error);
} Verb;

static gboolean read_settings(House *house, const Verb *verb, int argc, char **argv, GError **error) {
  const GOptionEntry more[] = {{"bare", 0, 0, G_OPTION_ARG_NONE, &house->bare,
                                "Only people, dealers and fresh orders: nothing happened yet", NULL},
                               {0}};
  if (!config_load(&house->config, verb->use, verb->about, verb->work == do_demo ? more : NULL, &argc, &argv, error))
    return FALSE;
  const int wanted = verb->argument ? 2 : 1;
  if (argc > wanted)
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s takes no argument “%s”; see %s --help", g_get_prgname(),
                argv[wanted], g_get_prgname());
  else if (argc < wanted)
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s needs %s; see %s --help", g_get_prgname(), verb->argument,
                g_get_prgname());
  else
    house->argument = g_strdup(argv[wanted - 1]);
  return argc == wanted;
}

static int run(const Verb *verb, int argc, char **argv) {
  House house = {0};
  g_autoptr(GError) error = NULL;
  const gboolean fine = read_settings(&house, verb, argc, argv, &error) && open_house(&house, verb->makes, &error) &&
                        verb->work(&house, &error);
  close_house(&house);
  return tell_outcome(fine, error);
}

int serve_main(int argc, char **argv) {
  static const Verb verb = {.use = CONFIG_SERVING, .work = do_serve,
                            .about = "Serves the factory's data folder until it is told to stop (SIGTERM, Ctrl-C)."};
  return run(&verb, argc, argv);
}

int init_main(int argc, char **argv) {
  static const Verb verb = {
    .work = do_init, .makes = TRUE,
    .about = "Makes an empty factory with a first administrator, whose password is printed once."};
  return run(&verb, argc, argv);
}

int password_main(int argc, char **argv) {
  static const Verb verb = {
    .work = do_password,
    .argument = "LOGIN",
    .about = "Gives the user LOGIN a one-time password, printed once; all of that user's sessions end."};
  return run(&verb, argc, argv);
}

int demo_main(int argc, char **argv) {
  static const Verb verb = {.use = CONFIG_SERVING, .work = do_demo, .makes = TRUE,
                            .about = "Fills an empty data folder with a demo factory and serves it."};
  return run(&verb, argc, argv);
}

int config_main(int argc, char **argv) {
  static const Verb verb = {.use = CONFIG_SERVING,
                            .about = "Prints a commented configuration file with the settings in effect."};
  House house = {0};
  g_autoptr(GError) error = NULL;
  const gboolean fine = read_settings(&house, &verb, argc, argv, &error);
  g_autofree char *text = fine ? config_text(&house.config) : NULL;
  if (text)
    fputs(text, stdout);
  close_house(&house);
  return tell_outcome(fine, error);
}
