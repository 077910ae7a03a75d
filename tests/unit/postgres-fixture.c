/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts a server in a folder of its own, on a Unix socket only. PostgreSQL refuses to run as root, so as root it
   is started as the user postgres, by setuid in the child: then its pid is known, and it dies with the test. */
#include "postgres-fixture.h"
#include <glib/gstdio.h>
#include <glob.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { START_TRIES = 600, START_PAUSE_US = 50000 };

static char *folder, *programs; /* of the running server; of initdb and postgres */
static pid_t server, starter;   /* starter: the test, which alone stops the server */

static const struct passwd *server_user(void) {
  const struct passwd *user = geteuid() == 0 ? getpwnam("postgres") : getpwuid(geteuid());
  g_assert_nonnull(user);
  return user;
}

/* In the child, between fork and exec. */
static void become_server_user(gpointer data) {
  const struct passwd *user = data;
  if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
    _exit(126);
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
}

static char *find_programs(void) {
  glob_t found;
  g_assert_cmpint(glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &found), ==, 0);
  char *path = g_path_get_dirname(found.gl_pathv[found.gl_pathc - 1]);
  globfree(&found);
  return path;
}

static void remove_folder(void) {
  const char *argv[] = {"rm", "-rf", "--", folder, NULL};
  g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}

static void stop(void) {
  if (getpid() != starter)
    return;
  kill(server, SIGQUIT); /* at once: nothing here is worth keeping */
  waitpid(server, NULL, 0);
  remove_folder();
  g_free(folder);
  g_free(programs);
}

static void run_initdb(const char *data) {
  g_autoptr(GError) error = NULL;
  g_autofree char *program = g_build_filename(programs, "initdb", NULL), *said = NULL;
  const char *argv[] = {program, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                        "--no-sync", NULL};
  int status = 0;
  g_spawn_sync(folder, (char **)argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, become_server_user,
               (gpointer)server_user(), NULL, &said, &status, &error);
  g_assert_no_error(error);
  if (status != 0)
    g_error("initdb: %s", said);
}

static void run_server(const char *data) {
  g_autoptr(GError) error = NULL;
  g_autofree char *program = g_build_filename(programs, "postgres", NULL);
  const char *argv[] = {program, "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c",
                        "shared_buffers=16MB", "-c", "deadlock_timeout=20ms", NULL};
  g_spawn_async(folder, (char **)argv, NULL,
                G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                become_server_user, (gpointer)server_user(), &server, &error);
  g_assert_no_error(error);
}

static char *url_of(const char *database) {
  return g_strdup_printf("postgresql://postgres@/%s?host=%s", database, folder);
}

static void start(void) {
  g_autoptr(GError) error = NULL;
  programs = find_programs();
  folder = g_dir_make_tmp("gendan-pg-XXXXXX", &error);
  g_assert_no_error(error);
  if (geteuid() == 0)
    g_assert_cmpint(chown(folder, server_user()->pw_uid, server_user()->pw_gid), ==, 0);
  g_autofree char *data = g_build_filename(folder, "data", NULL), *url = url_of("postgres");
  run_initdb(data);
  run_server(data);
  starter = getpid();
  atexit(stop);
  for (int i = 0; PQping(url) != PQPING_OK; i++) {
    g_assert_cmpint(i, <, START_TRIES);
    g_assert_cmpint(waitpid(server, NULL, WNOHANG), ==, 0);
    g_usleep(START_PAUSE_US);
  }
}

char *postgres_fixture_url(void) {
  static guint databases = 0;
  if (!folder)
    start();
  g_autofree char *name = g_strdup_printf("test%u", ++databases), *all = url_of("postgres");
  g_autofree char *sql = g_strdup_printf("CREATE DATABASE %s", name);
  PGconn *connection = PQconnectdb(all);
  PGresult *answer = PQexec(connection, sql);
  if (PQresultStatus(answer) != PGRES_COMMAND_OK)
    g_error("%s: %s", sql, PQerrorMessage(connection));
  PQclear(answer);
  PQfinish(connection);
  return url_of(name);
}
