/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From settings to a running server, and what is done with each request before and after the app sees it. */
#include "serve/listen.h"
#include "base/lang.h"
#include "serve/chores.h"
#include "serve/file-pages.h"
#include "serve/log.h"
#include "serve/pages.h"
#include "serve/papers.h"
#include "serve/upload.h"
#include "web/server.h"
#include <glib-unix.h>
#include <stdio.h>
#include <string.h>

enum { HEARTBEAT = 20 /* seconds between signs of life on event streams */ };

/* Where the address that people type says https, its proxy or we speak TLS. */
static gboolean is_public_tls(const Config *config) {
  return g_str_has_prefix(config->public_address, "https://");
}

/* Whether the request names the host that people type, or none is set. Probes come by number. */
static gboolean is_our_host(const Config *config, const Request *request) {
  const char *ours = strstr(config->public_address, "://"), *host = request_header(request, "Host");
  if (!ours || metrics_kind(request) == METRICS_PROBE)
    return TRUE;
  return host && !g_ascii_strcasecmp(host, ours + strlen("://"));
}

static ServerClass begin(Request *request, Response *response, gpointer data) {
  const App *app = data;
  request->secure = request->secure || is_public_tls(app->config);
  if (!is_our_host(app->config, request)) {
    app_refuse(request, response, 421, N_("this server answers to another name"), data);
    return SERVER_REFUSE;
  }
  const gboolean searches = request_query(request, "q") != NULL; /* reads thousands of rows */
  const gboolean prints = g_str_has_suffix(request->path, PAPERS_ENDING) || file_pages_asked(request->path);
  const gboolean slow = app_is_slow(request, data) || searches || prints || db_is_postgres(engine_db(app->engine));
  return slow ? SERVER_SLOW : SERVER_QUICK;
}

static void allow(Request *request, gpointer data) {
  upload_allow(data, request);
}

static void done(const Request *request, const ServerOutcome *outcome, gpointer data) {
  const App *app = data;
  const MetricsKind kind = metrics_kind(request);
  metrics_request(app->metrics, kind, outcome);
  log_request(kind == METRICS_ASSET || kind == METRICS_PROBE ? "debug" : "info", request, outcome);
}

/* The file's text, or NULL where none is named; error where it cannot be read. */
static char *read_pem(const char *path, GError **error) {
  char *text = NULL;
  g_autoptr(GError) why = NULL;
  if (*path && !g_file_get_contents(path, &text, NULL, &why))
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "TLS: %s", why->message);
  return text;
}

static ServerOptions options_of(App *app) {
  const Config *config = app->config;
  ServerOptions options = server_options_default();
  options.address = config->address;
  options.port = (guint16)config->port;
  options.threads = (guint)config->threads;
  options.workers = (guint)config->workers;
  options.connections = (guint)config->connections;
  options.address_connections = (guint)config->address_connections;
  options.idle_seconds = (guint)config->idle_seconds;
  options.head_seconds = (guint)config->head_seconds;
  options.body_seconds = (guint)config->body_seconds;
  options.head_bytes = (gsize)config->head_bytes;
  options.body_bytes = (guint64)config->form_bytes;
  options.memory_bytes = (gsize)config->form_bytes;
  options.trusted_proxy = *config->trusted_proxy ? config->trusted_proxy : NULL;
  options.begin = begin;
  options.allow = allow;
  options.handler = app_handle;
  options.refuse = app_refuse;
  options.done = done;
  options.data = app;
  return options;
}

static void tell_address(const Config *config, const Server *server) {
  const gboolean six = strchr(config->address, ':') != NULL;
  if (*config->public_address)
    printf("gendan serves %s on %s port %d\n", config->public_address, config->address, server_port(server));
  else
    printf("gendan serves on http%s://%s%s%s:%d\n", *config->certificate ? "s" : "", six ? "[" : "", config->address,
           six ? "]" : "", server_port(server));
  fflush(stdout);
}

static gboolean quit(gpointer loop) {
  g_main_loop_quit(loop);
  return G_SOURCE_REMOVE;
}

/* Serves with these options until a signal comes. */
static gboolean run(App *app, const ServerOptions *options, void (*ready)(void), GError **error) {
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  g_unix_signal_add(SIGINT, quit, loop);
  g_unix_signal_add(SIGTERM, quit, loop);
  g_autoptr(Server) server = server_start(options, error);
  if (server) {
    if (ready)
      ready();
    tell_address(app->config, server);
    chores_start(app);
    g_main_loop_run(loop);
    chores_stop(app);
  }
  events_close(app->events); /* before the server stops */
  return server != NULL;
}

gboolean listen_serve(App *app, void (*ready)(void), GError **error) {
  const Config *config = app->config;
  g_autoptr(GError) unread = NULL;
  g_autofree char *certificate = read_pem(config->certificate, &unread),
                  *key = unread ? NULL : read_pem(config->key, &unread);
  if (unread) {
    g_propagate_error(error, g_steal_pointer(&unread));
    return FALSE;
  }
  log_start(config->log_level);
  ServerOptions options = options_of(app);
  options.upload_folder = files_incoming(app->files);
  options.certificate = certificate;
  options.key = key;
  g_autoptr(Metrics) metrics = metrics_new();
  app->metrics = metrics;
  const SessionRules rules = {.idle = config->session_idle_minutes * 60, .absolute = config->session_hours * 3600,
                              .attempts = config->login_attempts, .window = config->login_minutes * 60,
                              .zone = app->zone};
  g_autoptr(Sessions) sessions = session_open(app->engine, &rules);
  app->sessions = sessions;
  app->events = events_new(HEARTBEAT);
  engine_watch(app->engine, pages_changed, app->events);
  const gboolean fine = run(app, &options, ready, error);
  engine_unwatch(app->engine);
  events_free(app->events);
  return fine;
}
