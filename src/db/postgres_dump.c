/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pg_dump and pg_restore as programs. They learn where the database is by their environment: on the command line
   everybody on the machine could read the password. */
#include "db/postgres_dump.h"
#include "db/db.h"
#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <libpq-fe.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_US = 100000 /* between two looks at the program */ };

static gboolean fail(GError **error, const char *what, const char *why) {
  g_autofree char *line = g_strstrip(g_strdelimit(g_strdup(why), "\n", ' '));
  g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s: %s", what, line);
  return FALSE;
}

/* The process's environment with what the url says as PGHOST, PGPASSWORD and so on; NULL and error for a malformed
   one. */
static char **environment_of(const char *url, GError **error) {
  char *why = NULL;
  PQconninfoOption *options = PQconninfoParse(url, &why);
  if (!options) {
    fail(error, "the database's address", why ? why : "malformed");
    PQfreemem(why);
    return NULL;
  }
  char **environment = g_get_environ();
  for (const PQconninfoOption *option = options; option->keyword; option++)
    if (option->val && option->envvar)
      environment = g_environ_setenv(environment, option->envvar, option->val, TRUE);
  PQconninfoFree(options);
  return environment;
}

static gint64 size_of(const char *file) {
  GStatBuf found;
  return g_stat(file, &found) ? 0 : (gint64)found.st_size;
}

/* Waits for the program's end, or ends it. Its wait status; -1 when cancelled. */
static int wait_for(GPid child, const char *file, DumpWatch watch, gpointer data) {
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (!watch(size_of(file), 0, data)) {
      kill(child, SIGTERM);
      waitpid(child, &status, 0);
      return -1;
    }
    g_usleep(LOOK_US);
  }
  return status;
}

/* What it wrote to the temporary file of its errors. */
static char *said(int fd) {
  g_autoptr(GString) text = g_string_new(NULL);
  char block[4096];
  gssize got;
  lseek(fd, 0, SEEK_SET);
  while ((got = read(fd, block, sizeof block)) > 0)
    g_string_append_len(text, block, got);
  return g_strdup(text->len ? text->str : "failed without a reason");
}

static gboolean run(const char *url, const char *const *argv, const char *file, DumpWatch watch, gpointer data,
                    GError **error) {
  g_auto(GStrv) environment = environment_of(url, error);
  g_autofree char *name = NULL;
  const int errors = environment ? g_file_open_tmp("gendan-XXXXXX", &name, error) : -1;
  if (errors < 0)
    return FALSE;
  g_unlink(name);
  GPid child;
  if (!g_spawn_async_with_fds(NULL, (char **)argv, environment, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH, NULL,
                              NULL, &child, -1, STDOUT_FILENO, errors, error)) {
    g_prefix_error(error, "%s of Debian's package postgresql-client is needed: ", argv[0]);
    close(errors);
    return FALSE;
  }
  const int status = wait_for(child, file, watch, data);
  g_autofree char *why = said(errors);
  close(errors);
  if (status == -1)
    g_set_error_literal(error, DUMP_CANCELLED, "cancelled");
  else if (status != 0)
    fail(error, argv[0], why);
  return status == 0;
}

gboolean postgres_dump_write(const char *url, const char *file, DumpWatch watch, gpointer data, GError **error) {
  const char *const argv[] = {"pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", file, NULL};
  return run(url, argv, file, watch, data, error);
}

gboolean postgres_dump_read(const char *url, const char *file, DumpWatch watch, gpointer data, GError **error) {
  g_auto(GStrv) environment = environment_of(url, error);
  const char *database = environment ? g_environ_getenv(environment, "PGDATABASE") : NULL;
  if (!environment)
    return FALSE;
  const char *const argv[] = {"pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
                              "--dbname", database ? database : "postgres", file, NULL};
  return run(url, argv, file, watch, data, error);
}

gboolean postgres_dump_check_empty(const char *url, GError **error) {
  PGconn *server = PQconnectdb(url);
  PGresult *answer = PQexec(server,
                            "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(current_schema())"
                            " AND relkind IN ('r', 'v', 'm', 'S', 'p') ORDER BY relname LIMIT 1");
  gboolean empty = FALSE;
  if (PQresultStatus(answer) != PGRES_TUPLES_OK)
    fail(error, "the database", PQerrorMessage(server));
  else if (!(empty = PQntuples(answer) == 0))
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "the database is not empty: it has a table %s",
                PQgetvalue(answer, 0, 0));
  PQclear(answer);
  PQfinish(server);
  return empty;
}
