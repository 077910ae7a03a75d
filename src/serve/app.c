/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every address there is, and what answers it: session → form token → the route's function → refusal or fault. */
#include "serve/app.h"
#include "base/lang.h"
#include "serve/acts.h"
#include "serve/calendar.h"
#include "serve/file-pages.h"
#include "serve/log.h"
#include "serve/openapi.h"
#include "serve/lines.h"
#include "serve/pages.h"
#include "serve/papers.h"
#include "serve/password.h"
#include "serve/account.h"
#include "serve/probes.h"
#include "serve/receivable-pages.h"
#include "serve/token.h"
#include <string.h>

/* A route has one of the functions; `then` comes behind `read`. */
typedef struct {
  const char *path;      /* words in capitals stand for any one part: "/RECORDS/ID", or for one of that
                            ending: "/PAPER.pdf" */
  gboolean open;         /* answers also who is not logged in */
  gboolean no_token;     /* asks for no form token: nobody has one yet */
  gboolean only_api;     /* is there under /api alone */
  gboolean only_page;    /* is not there under /api */
  gboolean bytes;        /* a file or a stream, and no page: a stranger is not led to the login */
  gboolean newcomer;     /* answers also who must choose a password first */
  gboolean in_person;    /* not by an access token: what it gives, or takes, would outlive the token */
  gboolean (*read)(Visit *visit, const View *view, GError **error); /* GET: within a snapshot */
  gboolean (*then)(Visit *visit, GError **error); /* GET, in a worker: what is made of what was read; NULL: nothing */
  gboolean (*act)(Visit *visit, GError **error);                    /* POST: in a worker */
  gboolean (*patch)(Visit *visit, GError **error);                  /* PATCH: in a worker */
  void (*plain)(const App *app, const Request *request, Response *response); /* GET: without session and database */
} Route;

static void asset(const App *app, const Request *request, Response *response) {
  if (!assets_answer(app->assets, request->path + strlen("/assets/"), request, response))
    response_text(response, 404, "no such asset\n");
}

/* The first that fits counts. All but the plain ones also answer under /api, in JSON. */
static const Route routes[] = {
  {.path = "/healthz", .plain = probes_healthz},
  {.path = "/metrics", .plain = probes_metrics},
  {.path = "/assets/NAME", .plain = asset},
  {.path = "/", .read = pages_inbox},
  {.path = "/calendar", .read = calendar_page},
  {.path = "/calendar", .act = calendar_import},
  {.path = "/calendar.csv", .read = calendar_csv, .bytes = TRUE},
  {.path = "/permissions", .read = pages_permissions},
  {.path = "/receivables", .read = receivable_pages_show},
  {.path = "/receivables.csv", .read = receivable_pages_csv},
  {.path = "/events", .read = pages_events, .bytes = TRUE},
  {.path = "/inbox", .read = pages_inbox, .only_api = TRUE},
  {.path = "/openapi.json", .read = openapi_answer, .only_api = TRUE, .open = TRUE, .newcomer = TRUE},
  {.path = "/login", .read = pages_login_page, .open = TRUE, .newcomer = TRUE, .only_page = TRUE},
  {.path = "/login", .act = acts_login, .open = TRUE, .no_token = TRUE, .newcomer = TRUE},
  {.path = "/logout", .act = acts_logout, .newcomer = TRUE, .in_person = TRUE},
  {.path = "/language", .act = acts_language, .open = TRUE, .newcomer = TRUE},
  {.path = "/account", .read = account_page},
  {.path = "/account/sessions", .act = account_end_sessions, .in_person = TRUE},
  {.path = "/account/password", .read = password_page, .newcomer = TRUE},
  {.path = "/password", .act = password_change, .newcomer = TRUE, .in_person = TRUE},
  {.path = "/users/ID/password", .act = password_issue, .in_person = TRUE},
  {.path = "/users/ID/sessions", .act = password_end_sessions},
  {.path = "/tokens/ID/issue", .act = token_issue_secret, .in_person = TRUE},
  {.path = "/tokens/ID/token.issue", .act = token_issue_secret, .in_person = TRUE},
  {.path = "/files/ID/content", .read = pages_file, .bytes = TRUE},
  {.path = "/files/ID/pages", .read = file_pages_read, .then = file_pages_show, .only_page = TRUE},
  {.path = "/files/ID/pages/PAGE.png", .read = file_pages_read, .then = file_pages_send, .bytes = TRUE,
   .only_page = TRUE},
  {.path = "/new/COMMAND", .read = pages_form},
  {.path = "/new/COMMAND", .act = acts_command},
  {.path = "/RECORDS", .read = pages_list},
  {.path = "/RECORDS", .act = acts_command, .only_api = TRUE},
  {.path = "/RECORDS/ID", .read = pages_row},
  {.path = "/RECORDS/ID", .patch = acts_command, .only_api = TRUE},
  {.path = "/RECORDS/ID/lines", .read = lines_table},
  {.path = "/RECORDS/ID/lines", .act = lines_save},
  {.path = "/RECORDS/ID/lines.csv", .read = lines_csv, .bytes = TRUE},
  {.path = "/RECORDS/ID/template.csv", .read = lines_template, .bytes = TRUE},
  {.path = "/RECORDS/ID/PAPER" PAPERS_ENDING, .read = papers_read, .then = papers_print, .bytes = TRUE},
  {.path = "/RECORDS/ID/COMMAND", .read = pages_form},
  {.path = "/RECORDS/ID/COMMAND", .act = acts_command},
};

static gboolean fits(const Route *route, char **parts) {
  g_auto(GStrv) words = g_strsplit(route->path + 1, "/", -1);
  const guint count = g_strv_length(words);
  if (count != g_strv_length(parts))
    return FALSE;
  for (guint i = 0; i < count; i++) {
    const gboolean any = g_ascii_isupper(*words[i]);
    const char *ending = any ? strchr(words[i], '.') : NULL;
    if (any ? ending && !g_str_has_suffix(parts[i], ending) : strcmp(words[i], parts[i]))
      return FALSE;
  }
  return TRUE;
}

static const char *method_of(const Route *route) {
  return route->act ? "POST" : route->patch ? "PATCH" : "GET";
}

static gboolean is_literal(const char *path) {
  for (; *path; path++)
    if (g_ascii_isupper(*path))
      return FALSE;
  return TRUE;
}

/* `allowed` gets the methods that the path answers to, empty where there is no such path. */
static const Route *find(char **parts, gboolean api, const char *method, GString *allowed) {
  const char *asked = strcmp(method, "HEAD") ? method : "GET";
  const Route *found = NULL;
  const char *literal = NULL; /* a path that is there word by word is no record's */
  for (guint i = 0; i < G_N_ELEMENTS(routes); i++) {
    const Route *route = &routes[i];
    if (!fits(route, parts) || (api ? route->plain || route->only_page : route->only_api))
      continue;
    if (literal && strcmp(literal, route->path))
      continue;
    if (is_literal(route->path))
      literal = route->path;
    const char *takes = method_of(route);
    if (!found && !strcmp(takes, asked))
      found = route;
    if (!strstr(allowed->str, takes))
      g_string_append_printf(allowed, "%s%s", allowed->len ? ", " : "", strcmp(takes, "GET") ? takes : "GET, HEAD");
  }
  return found;
}

/* One request and the route that answers it. */
typedef struct {
  Visit visit;
  const Route *route; /* NULL: the path, or the method on it, is not there */
  const GString *allowed; /* methods that the path answers to, with commas; empty: it is not there */
} Ride;

/* A program, that does not take HTML. */
static gboolean takes_json(const Request *request) {
  const char *accept = request_header(request, "Accept");
  return accept && strstr(accept, "json") && !strstr(accept, "text/html");
}

/* A page asked for by an address, as people do, and not by a program. */
static gboolean takes_html(const Request *request) {
  const char *accept = request_header(request, "Accept");
  return accept && strstr(accept, "text/html");
}

/* What no page's own form answers for: said as whoever asks can read it. */
static void send_refusal(Visit *visit, DbTx *tx) {
  const Request *request = visit->request;
  if (visit->api || takes_json(request)) {
    visit_send_problem(visit);
  } else if (takes_html(request)) {
    visit_send_error_page(visit, tx);
  } else {
    response_text(visit->response, visit->refusal->status, ((Reason *)visit->refusal->reasons->pdata[0])->message);
    g_string_append_c(visit->response->body, '\n');
  }
}

/* There is no route. */
static gboolean refuse_path(const Ride *ride, Visit *visit) {
  if (!ride->allowed->len)
    return visit_not_found(visit);
  response_header(visit->response, "Allow", ride->allowed->str);
  return refusal_addf(visit->refusal, REFUSAL_METHOD, REASON_OTHER, "method",
                      visit_text(visit, N_("This address is not asked by %s; go back, and open it from a page.")),
                      visit->request->method);
}

/* To the login and back. A file is not there for a stranger: a person is shown where to log in all the same. */
static gboolean lead_stranger(const Ride *ride, Visit *visit, DbTx *tx) {
  const char *uri = pages_local(visit->request->uri);
  visit->next = uri && strcmp(uri, "/") ? uri : NULL;
  if (ride->route && ride->route->bytes) {
    if (takes_html(visit->request))
      return pages_login(visit, tx, REFUSAL_LOGIN, NULL);
    response_text(visit->response, REFUSAL_LOGIN, visit_text(visit, N_("Log in first.")));
    g_string_append_c(visit->response->body, '\n');
    return TRUE;
  }
  g_autofree char *escaped = visit->next ? g_uri_escape_string(visit->next, "/", FALSE) : NULL;
  response_redirect(visit->response,
                    escaped ? arena_printf(visit->request->arena, "/login?next=%s", escaped) : "/login");
  return TRUE;
}

static gboolean refuse_stranger(Visit *visit) {
  return refusal_add(visit->refusal, REFUSAL_LOGIN, REASON_OTHER, "login", visit_text(visit, N_("Log in first.")));
}

/* Whoever was given a password by somebody else chooses another before anything else. */
static gboolean is_kept_back(const Ride *ride) {
  return ride->visit.session.must_change && !(ride->route && ride->route->newcomer);
}

static gboolean refuse_newcomer(Visit *visit) {
  if (visit->api)
    return refusal_add(visit->refusal, REFUSAL_FORBIDDEN, REASON_OTHER, "password",
                       visit_text(visit, N_("Choose a password of your own first, in the browser.")));
  response_redirect(visit->response, "/account/password");
  return TRUE;
}

static gboolean read_visit(DbTx *tx, gpointer data, GError **error) {
  const Ride *ride = data;
  Visit *visit = data;
  db_remember(tx, visit->request->arena);
  if (!visit_admit(tx, visit, error))
    return FALSE;
  const View view = visit_view(visit, tx);
  const gboolean misses = !ride->route && ride->allowed->len; /* the method alone: said to anybody */
  const gboolean stranger = !misses && !visit->session.viewer.user_id && !(ride->route && ride->route->open);
  if (stranger && !visit->api)
    return lead_stranger(ride, visit, tx);
  const gboolean fine = stranger       ? refuse_stranger(visit)
                        : !misses && is_kept_back(ride) ? refuse_newcomer(visit)
                        : !ride->route ? refuse_path(ride, visit)
                                       : ride->route->read(visit, &view, error);
  if (!fine && misses)
    send_refusal(visit, tx);
  else if (!fine && refusal_any(visit->refusal) && !visit->api)
    visit_send_error_page(visit, tx);
  return fine || refusal_any(visit->refusal);
}

/* Length of "example.com" in "example.com:8080", of "[::1]" in "[::1]:8080". */
static gsize host_length(const char *host) {
  return *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
}

/* Ports are left out: a proxy may drop them. */
static gboolean is_of_host(const char *origin, const char *host) {
  const char *start = strstr(origin, "://");
  if (!start || !host)
    return FALSE;
  start += strlen("://");
  const gsize length = host_length(host);
  return host_length(start) == length && !g_ascii_strncasecmp(start, host, length);
}

/* Another site's page sends this, as browsers say: without TLS by Origin alone. The form token says so too, but logging
   in has none: people could be logged in as another without noticing. */
static gboolean is_sent_by_other_site(const Request *request) {
  const char *site = request_header(request, "Sec-Fetch-Site"), *origin = request_header(request, "Origin");
  if (site)
    return strcmp(site, "same-origin") && strcmp(site, "none");
  return origin && !is_of_host(origin, request_header(request, "Host"));
}

/* What pages send. A body of several parts has been read into fields. */
static gboolean is_form(const Request *request) {
  static const char urlencoded[] = "application/x-www-form-urlencoded";
  const char *type = request_header(request, "Content-Type");
  return !request->body->len || (type && !g_ascii_strncasecmp(type, urlencoded, strlen(urlencoded)));
}

static gboolean refuse_token(Visit *visit) {
  return refusal_add(visit->refusal, REFUSAL_FORBIDDEN, REASON_OTHER, "csrf",
                     visit_text(visit, N_("This form is out of date; load the page again.")));
}

static gboolean write_visit(Ride *ride, GError **error) {
  Visit *visit = &ride->visit;
  if (is_sent_by_other_site(visit->request))
    return refuse_token(visit);
  if (!db_read(engine_db(visit->app->engine), visit_admit, visit, error))
    return FALSE;
  if (!ride->route)
    return refuse_path(ride, visit);
  if (!visit->api && !is_form(visit->request))
    return refusal_add(visit->refusal, REFUSAL_MEDIA, REASON_OTHER, "Content-Type",
                       visit_text(visit, N_("Send a form, or JSON to the same address under /api.")));
  const gboolean known = visit->session.viewer.user_id != 0;
  if (!known && !ride->route->open)
    return refuse_stranger(visit);
  const char *token = visit->api ? request_header(visit->request, "X-CSRF-Token")
                                 : request_field(visit->request, "_csrf");
  if (known && !ride->route->no_token && !token_is_sent(visit) && g_strcmp0(token, visit->session.csrf))
    return refuse_token(visit);
  if (ride->route->in_person && token_is_sent(visit))
    return refusal_add(visit->refusal, REFUSAL_FORBIDDEN, REASON_OTHER, "token",
                       visit_text(visit, N_("This is done by who is logged in, not with an access token.")));
  if (is_kept_back(ride))
    return refuse_newcomer(visit);
  return ride->route->act ? ride->route->act(visit, error) : ride->route->patch(visit, error);
}

static gboolean login_again(DbTx *tx, gpointer data, GError **error) {
  Visit *visit = data;
  GString *methods = g_string_new(NULL);
  const gboolean has_page = find(visit->parts, FALSE, "GET", methods) != NULL; /* the form that was sent */
  const char *sent = request_field(visit->request, "next");
  g_string_free(methods, TRUE);
  visit->next = pages_local(sent ? sent : has_page ? visit->request->uri : NULL);
  return pages_login(visit, tx, visit->refusal->status, ((Reason *)visit->refusal->reasons->pdata[0])->message);
}

static gboolean form_again(DbTx *tx, gpointer data, GError **error) {
  db_remember(tx, ((Visit *)data)->request->arena);
  return pages_form_again(data, tx, error);
}

static void answer_refusal(Visit *visit, GError **error) {
  const RefusalStatus status = visit->refusal->status;
  const gboolean login = status == REFUSAL_LOGIN || !visit->session.viewer.user_id;
  if (visit->api || status == REFUSAL_METHOD || status == REFUSAL_MEDIA)
    send_refusal(visit, NULL);
  else
    db_read(engine_db(visit->app->engine), login ? login_again : form_again, visit, error);
}

gboolean app_is_slow(const Request *request, gpointer data) {
  return strcmp(request->method, "GET") && strcmp(request->method, "HEAD");
}

static char **path_parts(const char *path, gboolean *api) {
  *api = g_str_has_prefix(path, "/api/") || !strcmp(path, "/api");
  const char *start = !*api ? path + 1 : path[strlen("/api")] ? path + strlen("/api/") : "";
  return *start ? g_strsplit(start, "/", 8) : g_new0(char *, 1);
}

/* What the house's people can wait for, or mend, rather than we: said as a refusal. FALSE: a fault of ours. */
static gboolean is_outage(Visit *visit, const GError *error) {
  const gboolean full = g_error_matches(error, DB_ERROR, DB_ERROR_FULL);
  if (!full && !g_error_matches(error, DB_ERROR, DB_ERROR_LOST))
    return FALSE;
  refusal_clear(visit->refusal);
  const char *sentence = full ? N_("The server's disk is full, so nothing was changed; tell the administrator, and "
                                   "repeat it when there is room again.")
                              : N_("The database cannot be reached at the moment; try again in a minute. What you send "
                                   "once more from this page still happens only once.");
  refusal_add(visit->refusal, full ? REFUSAL_FULL : REFUSAL_AWAY, REASON_OTHER, full ? "disk" : "database",
              visit_text(visit, sentence));
  response_header(visit->response, "Retry-After", full ? "60" : "10");
  return TRUE;
}

static void ride(Ride *ride) {
  Visit *visit = &ride->visit;
  g_autoptr(GError) error = NULL;
  const gboolean acts = app_is_slow(visit->request, NULL);
  gboolean fine = acts ? write_visit(ride, &error)
                       : db_read(engine_db(visit->app->engine), read_visit, ride, &error);
  if (fine && (visit->folio || visit->pdf))
    fine = ride->route->then(visit, &error);
  if (!fine && !error && (refusal_any(visit->refusal) || visit->typed))
    answer_refusal(visit, &error);
  else if (fine && visit->api && refusal_any(visit->refusal))
    visit_send_problem(visit);
  if (!error)
    return;
  log_fault(visit->request, error->message);
  const gboolean outage = is_outage(visit, error);
  if (outage && visit->api)
    visit_send_problem(visit);
  else if (outage)
    visit_send_error_page(visit, NULL);
  else
    visit_send_fault(visit);
}

const char *app_language(const Request *request) {
  const char *wish = request_cookie(request, "language");
  return wish && g_strv_contains(lang_all, wish) ? wish
                                                 : lang_choose(request_header(request, "Accept-Language"));
}

void app_handle(Request *request, Response *response, gpointer data) {
  Ride here = {.visit = {.app = data, .request = request, .response = response}};
  Visit *visit = &here.visit;
  g_auto(GStrv) parts = path_parts(request->path, &visit->api);
  g_autoptr(GString) allowed = g_string_new(NULL);
  here.allowed = allowed;
  here.route = find(parts, visit->api, request->method, allowed);
  visit->api = visit->api || (!app_is_slow(request, NULL) && takes_json(request));
  if (here.route && here.route->plain) {
    here.route->plain(data, request, response);
    return;
  }
  g_autoptr(Refusal) refusal = refusal_new();
  visit->refusal = refusal;
  visit->parts = parts;
  visit->language = app_language(request);
  visit->session = (Session){.viewer = {.name = "", .language = visit->language}, .csrf = ""};
  ride(&here);
  request->user_id = visit->session.viewer.user_id;
  g_clear_pointer(&visit->typed, g_hash_table_unref);
  g_clear_pointer(&visit->sought, g_hash_table_unref);
  g_clear_pointer(&visit->folio, folio_free);
}

void app_refuse(const Request *request, Response *response, guint status, const char *reason, gpointer data) {
  gboolean api;
  Request asked = *request;
  asked.path = request->path ? request->path : "/"; /* not well formed: pages name the one that they are on */
  g_auto(GStrv) parts = path_parts(asked.path, &api);
  g_autoptr(Refusal) refusal = refusal_new();
  const char *language = app_language(request);
  Visit visit = {.app = data, .request = &asked, .response = response, .refusal = refusal, .parts = parts,
                 .language = language, .session = {.viewer = {.name = "", .language = language}, .csrf = ""}};
  refusal_add(refusal, (RefusalStatus)status, REASON_OTHER, "request", visit_text(&visit, reason));
  visit.api = api;
  send_refusal(&visit, NULL);
}
