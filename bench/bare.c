/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a page would cost by hand: asks the program for the page once, notes its statements and its size, and then
   serves a bare page on the same server library that runs the same statements, writes their cells, and fills up to that
   size. GET /page and GET /hello. Usage: bench-bare DATABASE COOKIE PATH; prints the port, statements and bytes; serves
   until its standard input ends. */
#include "resources.h"
#include "serve/app.h"
#include "serve/render.h"
#include "serve/session.h"
#include "statements.h"
#include "step/procedure.h"
#include <microhttpd.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { THREADS = 2, HELLO = 5, ZONE = 8 * 3600 };

static const char *path;   /* of the database */
static GArray *script;     /* Statement */
static gsize page_size;    /* bytes */

static void ask_program(const char *cookie, const char *address) {
  g_autoptr(GError) error = NULL;
  g_autoptr(Db) db = db_open(path, 2, &error);
  if (!db || sodium_init() < 0 || !procedure_register(&error) || !render_start(&error))
    g_error("%s: %s", path, error->message);
  g_autoptr(Engine) engine = engine_new(db, ZONE);
  g_autoptr(Assets) assets = assets_new(gendan_get_resource(), "/gendan/assets", &error);
  const SessionRules rules = {.idle = G_MAXINT32, .absolute = G_MAXINT32, .attempts = 10, .window = 900, .zone = ZONE};
  g_autoptr(Sessions) sessions = session_open(engine, &rules);
  App app = {.engine = engine, .zone = ZONE, .assets = assets, .sessions = sessions};
  g_autoptr(Arena) arena = arena_new();
  Request request = {0};
  Response response = {0};
  request_init(&request, arena);
  response_init(&response, arena);
  request.id = "1";
  request.method = "GET";
  if (!request_set_uri(&request, address))
    g_error("%s is no path", address);
  const RequestPair pair = {.name = SESSION_COOKIE, .value = cookie};
  g_array_append_val(request.cookies, pair);
  script = statements_new();
  statements_record(script);
  app_handle(&request, &response, &app);
  statements_record(NULL);
  page_size = response.body->len;
  if (response.status != 200)
    g_error("%s answers %u", address, response.status);
  request_clear(&request);
  response_clear(&response);
}

/* A thread's own connection and statements, for good. */
typedef struct {
  sqlite3 *db;
  sqlite3_stmt **prepared; /* one a statement of the script */
} Own;

static Own *own(void) {
  static _Thread_local Own *mine;
  if (mine)
    return mine;
  mine = g_new0(Own, 1);
  mine->prepared = g_new0(sqlite3_stmt *, script->len);
  if (sqlite3_open_v2(path, &mine->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL))
    g_error("%s: %s", path, sqlite3_errmsg(mine->db));
  for (guint i = 0; i < script->len; i++)
    if (sqlite3_prepare_v3(mine->db, g_array_index(script, Statement, i).sql, -1, SQLITE_PREPARE_PERSISTENT,
                           &mine->prepared[i], NULL))
      g_error("%s", sqlite3_errmsg(mine->db));
  return mine;
}

static void append_escaped(GString *out, const char *text) {
  for (; *text; text++)
    switch (*text) {
    case '<': g_string_append(out, "&lt;"); break;
    case '>': g_string_append(out, "&gt;"); break;
    case '&': g_string_append(out, "&amp;"); break;
    case '"': g_string_append(out, "&quot;"); break;
    default: g_string_append_c(out, *text);
    }
}

static void append_rows(GString *out, sqlite3_stmt *prepared, const Statement *statement) {
  for (guint i = 0; i < statement->count; i++) {
    const DbCell *cell = &statement->cells[i];
    char name[16];
    g_snprintf(name, sizeof name, "$%u", i + 1);
    const int at = sqlite3_bind_parameter_index(prepared, name);
    if (cell->kind == DB_INTEGER)
      sqlite3_bind_int64(prepared, at, cell->integer);
    else if (cell->kind == DB_TEXT)
      sqlite3_bind_text(prepared, at, cell->text, -1, SQLITE_STATIC);
  }
  while (sqlite3_step(prepared) == SQLITE_ROW) {
    g_string_append(out, "<tr>");
    for (int k = 0; k < sqlite3_column_count(prepared); k++) {
      const char *text = (const char *)sqlite3_column_text(prepared, k);
      g_string_append(out, "<td>");
      append_escaped(out, text ? text : "");
      g_string_append(out, "</td>");
    }
    g_string_append(out, "</tr>\n");
  }
  sqlite3_reset(prepared);
}

static GString *page(void) {
  Own *mine = own();
  GString *out = g_string_sized_new(page_size + 1024);
  g_string_append(out, "<!doctype html><title>Order</title><table>\n");
  sqlite3_exec(mine->db, "BEGIN", NULL, NULL, NULL);
  for (guint i = 0; i < script->len; i++)
    append_rows(out, mine->prepared[i], &g_array_index(script, Statement, i));
  sqlite3_exec(mine->db, "COMMIT", NULL, NULL, NULL);
  while (out->len < page_size)
    g_string_append_len(out, "<p class=\"filler\">0123456789</p>\n", MIN(33, page_size - out->len));
  return out;
}

static enum MHD_Result answer(void *data, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *body, size_t *body_size, void **request) {
  struct MHD_Response *response;
  if (!strcmp(url, "/hello")) {
    response = MHD_create_response_from_buffer(HELLO, (void *)"hello", MHD_RESPMEM_PERSISTENT);
  } else {
    GString *out = page();
    const gsize size = out->len;
    response = MHD_create_response_from_buffer_with_free_callback(size, g_string_free(out, FALSE), g_free);
  }
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/html; charset=utf-8");
  const enum MHD_Result result = MHD_queue_response(connection, 200, response);
  MHD_destroy_response(response);
  return result;
}

int main(int argc, char **argv) {
  if (argc != 4)
    g_error("usage: bench-bare DATABASE COOKIE PATH");
  path = argv[1];
  ask_program(argv[2], argv[3]);
  struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer, NULL,
                                               MHD_OPTION_THREAD_POOL_SIZE, THREADS, MHD_OPTION_END);
  if (!daemon)
    g_error("no daemon");
  printf("%d %u %zu\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port, script->len, (size_t)page_size);
  fflush(stdout);
  char byte;
  while (read(STDIN_FILENO, &byte, 1) > 0)
    ;
  MHD_stop_daemon(daemon);
  return 0;
}
