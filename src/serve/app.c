/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses:
   GET  /                        inbox            GET  /assets/NAME
   GET  /RECORDS                 list             GET  /RECORDS/ID                 page
   GET  /RECORDS/ID/COMMAND      form             POST /RECORDS/ID/COMMAND         act, then see the row
   GET  /new/COMMAND             form             POST /new/COMMAND                act
   GET  /files/ID/content        bytes            POST /login /logout /language
   The same under /api answers JSON. */
#include "serve/app.h"
#include "base/json.h"
#include "base/lang.h"
#include "serve/render.h"
#include "serve/session.h"
#include "serve/upload.h"
#include "view/view.h"
#include <string.h>

#define COOKIE "gendan"

/* One request on its way to an answer. */
typedef struct {
  const App *app;
  Request *request;
  Response *response;
  Session session;
  char **parts;     /* path split at '/', without the leading "" and "api" */
  gboolean api;
  const char *language; /* of the browser */
  Refusal *refusal;
  GHashTable *typed;    /* inputs of a refused form, to be shown again */
} Visit;

static const char *part(const Visit *visit, guint i) {
  return i < g_strv_length(visit->parts) ? visit->parts[i] : NULL;
}

static const char *text(const Visit *visit, const char *message) {
  return lang_text(visit->session.viewer.language, message);
}

static gboolean not_found(Visit *visit) {
  return refusal_add(visit->refusal, REFUSAL_NOT_FOUND, REASON_OTHER, "path", text(visit, N_("There is no such page; check the address, or go back.")));
}

static void send_json(Visit *visit, guint status, const char *type, const Value *value) {
  g_autofree char *json = json_text(value);
  visit->response->status = status;
  visit->response->type = type;
  g_string_assign(visit->response->body, json);
}

static void send_page(Visit *visit, guint status, const char *template, const Value *root) {
  visit->response->status = status;
  visit->response->type = "text/html; charset=utf-8";
  render_page(template, root, visit->session.viewer.language, visit->app->zone, visit->response->body);
}

static View view_of(Visit *visit, DbTx *tx) {
  return (View){.engine = visit->app->engine, .tx = tx, .arena = visit->request->arena, .viewer = &visit->session.viewer,
                .csrf = visit->session.csrf, .path = visit->request->path, .version = assets_version(visit->app->assets)};
}

/* ---- refusals and faults ---- */
static void send_problem(Visit *visit) {
  Arena *arena = visit->request->arena;
  const Refusal *refusal = visit->refusal;
  Value *problem = value_map(arena), *reasons = value_set(arena, problem, "reasons", value_list(arena));
  value_set_integer(arena, problem, "status", VALUE_NUMBER, refusal->status);
  value_set_text(arena, problem, "title", text(visit, N_("This could not be done.")));
  for (guint i = 0; i < refusal->reasons->len; i++) {
    const Reason *reason = refusal->reasons->pdata[i];
    Value *item = value_append(arena, reasons, value_map(arena));
    value_set_text(arena, item, reason->kind == REASON_FIELD ? "field" : reason->kind == REASON_GATE ? "gate" : "about", reason->name);
    value_set_text(arena, item, "message", reason->message);
  }
  send_json(visit, refusal->status, "application/problem+json", problem);
}

static void send_error_page(Visit *visit, DbTx *tx) {
  Arena *arena = visit->request->arena;
  View view = view_of(visit, tx);
  Value *root = view_page(&view, text(visit, N_("This could not be done.")));
  Value *page = value_set(arena, root, "error_page", value_map(arena)), *reasons = value_list(arena);
  value_set_integer(arena, page, "status", VALUE_NUMBER, visit->refusal->status);
  value_set_text(arena, page, "title", text(visit, N_("This could not be done.")));
  value_set_text(arena, page, "text", "");
  for (guint i = 0; i < visit->refusal->reasons->len; i++) {
    Value *item = value_append(arena, reasons, value_map(arena));
    value_set(arena, item, "place", value_null(arena));
    value_set_text(arena, item, "message", ((Reason *)visit->refusal->reasons->pdata[i])->message);
  }
  value_set(arena, page, "reasons", reasons);
  value_set(arena, page, "id", value_null(arena));
  value_set_text(arena, page, "back", "/");
  send_page(visit, visit->refusal->status, "error", root);
}

/* ---- reading ---- */
static gboolean show_login(Visit *visit, DbTx *tx, const char *error_text) {
  Arena *arena = visit->request->arena;
  View view = view_of(visit, tx);
  Value *root = view_page(&view, text(visit, N_("Log in"))), *login = value_set(arena, root, "login", value_map(arena));
  value_set_text(arena, login, "user", request_field(visit->request, "user"));
  value_set_text(arena, login, "error", error_text);
  value_set_text(arena, login, "next", NULL);
  value_set_text(arena, login, "note", NULL);
  send_page(visit, error_text ? 401 : 200, "login", root);
  return TRUE;
}

/* The record and row that the path names; NULL refused. */
static Row *row_of_path(Visit *visit, const View *view, const Record **record, GError **error) {
  guint64 id;
  *record = part(visit, 0) ? view_record(part(visit, 0)) : NULL;
  if (!*record || !part(visit, 1) || !g_ascii_string_to_unsigned(part(visit, 1), 10, 1, G_MAXINT64, &id, NULL)) {
    not_found(visit);
    return NULL;
  }
  Row *row = dict_load(view->tx, view->arena, *record, (gint64)id, error);
  if (row && view_may_see(view, *record, row))
    return row;
  if (!error || !*error)
    not_found(visit);
  return NULL;
}

static gboolean show_row(Visit *visit, const View *view, GError **error) {
  const Record *record;
  Row *row = row_of_path(visit, view, &record, error);
  if (!row)
    return FALSE;
  const ShownTo shown = visit->session.viewer.roles & ROLE_DEALER ? DEALER : HOUSE;
  if (visit->api) {
    send_json(visit, 200, "application/json", dict_map(view->arena, record, row, shown));
    return TRUE;
  }
  Value *root = view_page(view, view_title(view, record, row)), *order = view_order(view, record, row, error);
  Value *timeline = order ? view_timeline(view, row, error) : NULL;
  if (!timeline)
    return FALSE;
  value_set(view->arena, root, "order", order);
  value_set(view->arena, root, "timeline", timeline);
  send_page(visit, 200, strcmp(record->name, "order") ? "record" : "order", root);
  return TRUE;
}

static gboolean show_list(Visit *visit, const View *view, GError **error) {
  const Record *record = view_record(part(visit, 0));
  if (!record || !view_may_list(view, record))
    return not_found(visit);
  const char *q = request_query(visit->request, "q"), *before = request_query(visit->request, "before");
  const gint64 after = before ? g_ascii_strtoll(before, NULL, 10) : 0;
  if (visit->api) {
    const DictPage page = {.dealer_id = view->viewer->roles & ROLE_DEALER ? view->viewer->dealer_id : 0, .q = q, .before = after, .most = 50};
    g_autoptr(GPtrArray) rows = dict_load_page(view->tx, view->arena, record, &page, error);
    Value *list = value_list(view->arena);
    for (guint i = 0; rows && i < rows->len; i++)
      if (view_may_see(view, record, rows->pdata[i]))
        value_append(view->arena, list, dict_map(view->arena, record, rows->pdata[i], view->viewer->roles & ROLE_DEALER ? DEALER : HOUSE));
    send_json(visit, 200, "application/json", list);
    return rows != NULL;
  }
  Value *root = view_page(view, view_text(view, record->plural)), *list = view_list(view, record, q, after, error);
  if (!list)
    return FALSE;
  value_set(view->arena, root, "list", list);
  send_page(visit, 200, "list", root);
  return TRUE;
}

static gboolean show_inbox(Visit *visit, const View *view, GError **error) {
  Value *root = view_page(view, text(visit, N_("Inbox"))), *inbox = view_inbox(view, error);
  if (!inbox)
    return FALSE;
  value_set(view->arena, root, "inbox", inbox);
  send_page(visit, 200, "inbox", root);
  return TRUE;
}

static gboolean show_form(Visit *visit, const View *view, const Refusal *refusal, GError **error) {
  const gboolean fresh = !g_strcmp0(part(visit, 0), "new");
  const Command *command = workflow_find(part(visit, fresh ? 1 : 2));
  const Record *record = NULL;
  Row *row = NULL;
  if (!command)
    return not_found(visit);
  if (!workflow_may(view->viewer, command))
    return refusal_add(visit->refusal, REFUSAL_FORBIDDEN, REASON_OTHER, "role", text(visit, N_("This is not among your tasks; ask the person whose role it is.")));
  if (!fresh && !(row = row_of_path(visit, view, &record, error)))
    return FALSE;
  const char *on = command->creates ? command->under : command->record;
  if (g_strcmp0(on, record ? record->name : NULL))
    return not_found(visit);
  Value *root = view_page(view, view_text(view, command->label));
  Value *form = view_form(view, command, row, visit->typed, refusal, error);
  if (!form)
    return FALSE;
  value_set(view->arena, root, "form", form);
  send_page(visit, refusal ? refusal->status : 200, "form", root);
  return TRUE;
}

static gboolean show_file(Visit *visit, const View *view, GError **error) {
  const Record *record;
  Row *row = row_of_path(visit, view, &record, error);
  if (!row)
    return FALSE;
  const Field *open_to = dict_field(record, "for_dealer"), *name = dict_field(record, "sha256"), *type = dict_field(record, "type");
  if (!name || !type || ((view->viewer->roles & ROLE_DEALER) && (!open_to || *dict_integer(open_to, row) != 1)))
    return not_found(visit);
  gint64 size = 0;
  visit->response->file = files_read(visit->app->files, *dict_text(name, row), &size, error);
  visit->response->file_size = (guint64)size;
  visit->response->type = *dict_text(type, row);
  const gboolean picture = g_str_has_prefix(visit->response->type, "image/p") || g_str_has_prefix(visit->response->type, "image/j");
  response_header(visit->response, "Content-Disposition", picture || g_str_equal(visit->response->type, "application/pdf") ? "inline" : "attachment");
  return visit->response->file >= 0;
}

/* Whether a stream's viewer may learn that the order changed: the house, and its own dealer. */
static gboolean sees(gpointer viewer, gpointer data) {
  const gint64 dealer = *(const gint64 *)viewer;
  return !dealer || dealer == *(const gint64 *)data;
}

static gboolean live(Visit *visit) {
  gint64 *dealer = g_new(gint64, 1);
  const Viewer *viewer = &visit->session.viewer;
  *dealer = viewer->roles & ROLE_DEALER ? (viewer->dealer_id ? viewer->dealer_id : -1) : 0;
  events_answer(visit->app->events, visit->request, visit->response, dealer, g_free);
  return TRUE;
}

static gboolean read_visit(DbTx *tx, gpointer data, GError **error) {
  Visit *visit = data;
  const char *token = request_cookie(visit->request, COOKIE);
  if (!session_load(tx, visit->request->arena, token, engine_now(visit->app->engine), visit->language, &visit->session, error))
    return FALSE;
  View view = view_of(visit, tx);
  const guint count = g_strv_length(visit->parts);
  gboolean fine;
  if (!visit->session.viewer.user_id) {
    if (!visit->api)
      return show_login(visit, tx, NULL);
    fine = refusal_add(visit->refusal, REFUSAL_LOGIN, REASON_OTHER, "login", text(visit, N_("Log in first.")));
  } else if (count == 1 && !strcmp(part(visit, 0), "events")) {
    fine = live(visit);
  } else if (count == 0) {
    fine = show_inbox(visit, &view, error);
  } else if (count == 3 && !strcmp(part(visit, 0), "files") && !strcmp(part(visit, 2), "content")) {
    fine = show_file(visit, &view, error);
  } else if (count == 3 || (count == 2 && !strcmp(part(visit, 0), "new"))) {
    fine = show_form(visit, &view, NULL, error);
  } else {
    fine = count == 1 ? show_list(visit, &view, error) : count == 2 ? show_row(visit, &view, error) : not_found(visit);
  }
  if (!fine && refusal_any(visit->refusal) && !visit->api)
    send_error_page(visit, tx);
  return fine || refusal_any(visit->refusal);
}

/* ---- acting ---- */
static gboolean load_session(DbTx *tx, gpointer data, GError **error) {
  Visit *visit = data;
  return session_load(tx, visit->request->arena, request_cookie(visit->request, COOKIE), engine_now(visit->app->engine), visit->language, &visit->session, error);
}

typedef struct {
  Visit *visit;
  const Record *record;
  gint64 id;
  Row *row;
} Target;
static gboolean load_target(DbTx *tx, gpointer data, GError **error) {
  Target *target = data;
  target->row = dict_load(tx, target->visit->request->arena, target->record, target->id, error);
  return target->row || !error || !*error;
}

static void take_json(Visit *visit, GHashTable *inputs) {
  json_error_t where;
  const GString *body = visit->request->body;
  json_t *json = body->len ? json_loadb(body->str, body->len, JSON_REJECT_DUPLICATES, &where) : json_object(), *value;
  const char *name;
  if (!json_is_object(json))
    refusal_addf(visit->refusal, REFUSAL_BAD, REASON_OTHER, "body", text(visit, N_("The body is not a JSON object (line %d).")), json ? 1 : where.line);
  json_object_foreach(json, name, value) {
    char *plain = json_is_string(value)    ? arena_strdup(visit->request->arena, json_string_value(value))
                  : json_is_integer(value) ? arena_printf(visit->request->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value))
                  : json_is_boolean(value) ? arena_strdup(visit->request->arena, json_is_true(value) ? "1" : "0")
                  : json_is_null(value)    ? arena_strdup(visit->request->arena, "")
                                           : NULL;
    if (plain)
      g_hash_table_insert(inputs, arena_strdup(visit->request->arena, name), plain);
    else
      refusal_addf(visit->refusal, REFUSAL_INVALID, REASON_FIELD, name, text(visit, N_("%s: give a text, a whole number, true, false or null.")), name);
  }
  json_decref(json);
}

static void take_fields(Visit *visit, const Command *command, GHashTable *inputs) {
  const Record *record = dict_find(command->record);
  for (guint i = 0; i < visit->request->fields->len; i++) {
    const RequestPair *pair = &g_array_index(visit->request->fields, RequestPair, i);
    if (*pair->name != '_' && !g_str_has_suffix(pair->name, "_drawn"))
      g_hash_table_insert(inputs, (gpointer)pair->name, (gpointer)pair->value);
  }
  for (const Input *input = command->inputs; input && input->field; input++) /* a box that is not ticked is not sent */
    if (dict_field(record, input->field)->kind == KIND_YESNO && !g_hash_table_contains(inputs, input->field))
      g_hash_table_insert(inputs, (gpointer)input->field, (gpointer) "0");
}

/* Runs the command that the path names; done says what became of it, dealer whose row it was. */
static gboolean act(Visit *visit, const Command *command, Done *done, gint64 *dealer, GError **error) {
  g_autoptr(GHashTable) inputs = g_hash_table_new(g_str_hash, g_str_equal);
  Target target = {.visit = visit, .record = dict_find(command->creates ? command->under : command->record)};
  target.id = target.record ? g_ascii_strtoll(part(visit, 1), NULL, 10) : 0;
  if (visit->api)
    take_json(visit, inputs);
  else
    take_fields(visit, command, inputs);
  if (refusal_any(visit->refusal))
    return FALSE;
  if (target.record && !db_read(engine_db(visit->app->engine), load_target, &target, error))
    return FALSE;
  const Viewer *viewer = &visit->session.viewer;
  *dealer = target.row ? target.row->dealer_id : 0;
  if (target.row && context_may_see(viewer, target.record, target.row) &&
      !upload_take(visit->app, visit->request, viewer, command, target.row, inputs, error))
    return FALSE;
  const char *version = visit->api ? request_header(visit->request, "If-Match") : request_field(visit->request, "_version");
  const char *key = visit->api ? request_header(visit->request, "Idempotency-Key") : request_field(visit->request, "_key");
  const Act does = {.viewer = viewer, .command = command, .id = target.id, .inputs = inputs, .key = key && *key ? key : NULL,
                    .style = visit->api ? INPUT_JSON : INPUT_FORM,
                    .version = version ? g_ascii_strtoll(*version == '"' ? version + 1 : version, NULL, 10) : 0};
  if (engine_run(visit->app->engine, &does, done, visit->refusal, error))
    return TRUE;
  visit->typed = g_steal_pointer(&inputs);
  return FALSE;
}

static gboolean form_again(DbTx *tx, gpointer data, GError **error) {
  Visit *visit = data;
  View view = view_of(visit, tx);
  g_autoptr(Refusal) why = g_steal_pointer(&visit->refusal);
  visit->refusal = refusal_new();
  const RefusalStatus status = why->status;
  const gboolean form = (status == REFUSAL_INVALID || status == REFUSAL_CHANGED || status == REFUSAL_CONFLICT) && visit->typed;
  if (form && show_form(visit, &view, why, error))
    return TRUE;
  refusal_free(visit->refusal);
  visit->refusal = g_steal_pointer(&why);
  send_error_page(visit, tx);
  return TRUE;
}

static const char *after_act(Visit *visit, const Command *command, const Done *done) {
  const View view = view_of(visit, NULL);
  if (done->order_id)
    return arena_printf(visit->request->arena, "/orders/%" G_GINT64_FORMAT "%s", done->order_id, command->step ? "#s" : "");
  return view_href(&view, dict_find(command->record), done->id);
}

static gboolean post_command(Visit *visit, GError **error) {
  const gboolean fresh = !g_strcmp0(part(visit, 0), "new");
  const Command *command = workflow_find(part(visit, fresh ? 1 : 2));
  const Record *on = command ? dict_find(command->creates ? command->under : command->record) : NULL;
  if (!command || (fresh ? on != NULL : !on || on != view_record(part(visit, 0))))
    return not_found(visit);
  Done done;
  gint64 dealer = 0;
  if (!act(visit, command, &done, &dealer, error))
    return FALSE;
  if (done.order_id)
    events_broadcast(visit->app->events, "message", arena_printf(visit->request->arena, "order-%" G_GINT64_FORMAT, done.order_id), sees, &dealer);
  if (visit->api) {
    Value *answer = value_map(visit->request->arena);
    value_set_integer(visit->request->arena, answer, "id", VALUE_NUMBER, done.id);
    value_set_integer(visit->request->arena, answer, "version", VALUE_NUMBER, done.version);
    send_json(visit, command->creates ? 201 : 200, "application/json", answer);
  } else {
    const char *next = after_act(visit, command, &done);
    response_redirect(visit->response, command->step && done.order_id ? arena_printf(visit->request->arena, "%s%d", next, command->step) : next);
  }
  return TRUE;
}

static gboolean post_login(Visit *visit, GError **error) {
  const char *login = request_field(visit->request, "user"), *password = request_field(visit->request, "password");
  g_autofree char *token = session_login(visit->app->engine, login ? login : "", password ? password : "", visit->request->address,
                                         visit->refusal, visit->language, error);
  if (!token)
    return FALSE;
  response_cookie(visit->response, COOKIE, token, -1, visit->request->secure);
  response_redirect(visit->response, "/");
  return TRUE;
}

static gboolean post_language(Visit *visit, GError **error) {
  const char *language = request_field(visit->request, "language");
  if (!language || !g_strv_contains(lang_all, language))
    return not_found(visit);
  response_cookie(visit->response, "language", language, 365 * 86400, visit->request->secure);
  response_redirect(visit->response, "/");
  return !visit->session.viewer.user_id || session_speak(engine_db(visit->app->engine), visit->session.viewer.user_id, language, error);
}

static gboolean write_visit(Visit *visit, GError **error) {
  if (!db_read(engine_db(visit->app->engine), load_session, visit, error))
    return FALSE;
  const char *first = part(visit, 0);
  if (!g_strcmp0(first, "login"))
    return post_login(visit, error);
  const char *csrf = visit->api ? request_header(visit->request, "X-CSRF-Token") : request_field(visit->request, "_csrf");
  if (!visit->session.viewer.user_id && g_strcmp0(first, "language"))
    return refusal_add(visit->refusal, REFUSAL_LOGIN, REASON_OTHER, "login", text(visit, N_("Log in first.")));
  if (visit->session.viewer.user_id && g_strcmp0(csrf, visit->session.csrf))
    return refusal_add(visit->refusal, REFUSAL_FORBIDDEN, REASON_OTHER, "csrf", text(visit, N_("This form is out of date; load the page again.")));
  if (!g_strcmp0(first, "logout")) {
    response_cookie(visit->response, COOKIE, "", 0, visit->request->secure);
    response_redirect(visit->response, "/");
    return session_end(engine_db(visit->app->engine), request_cookie(visit->request, COOKIE), FALSE, error);
  }
  return !g_strcmp0(first, "language") ? post_language(visit, error) : post_command(visit, error);
}

static gboolean login_again(DbTx *tx, gpointer data, GError **error) {
  Visit *visit = data;
  return show_login(visit, tx, ((Reason *)visit->refusal->reasons->pdata[0])->message);
}

static void answer_refusal(Visit *visit, GError **error) {
  if (visit->api) {
    send_problem(visit);
    return;
  }
  const gboolean login = visit->refusal->status == REFUSAL_LOGIN || !visit->session.viewer.user_id;
  db_read(engine_db(visit->app->engine), login ? login_again : form_again, visit, error);
}

gboolean app_is_slow(const Request *request, gpointer data) {
  return strcmp(request->method, "GET") && strcmp(request->method, "HEAD");
}

static char **path_parts(const char *path, gboolean *api) {
  *api = g_str_has_prefix(path, "/api/");
  const char *start = *api ? path + strlen("/api/") : path + 1;
  return *start ? g_strsplit(start, "/", 8) : g_new0(char *, 1);
}

void app_handle(Request *request, Response *response, gpointer data) {
  if (!strcmp(request->path, "/healthz")) {
    response_text(response, 200, "ok\n");
    return;
  }
  if (g_str_has_prefix(request->path, "/assets/")) {
    if (!assets_answer(((const App *)data)->assets, request->path + strlen("/assets/"), request, response))
      response_text(response, 404, "no such asset\n");
    return;
  }
  Visit visit = {.app = data, .request = request, .response = response, .refusal = refusal_new()};
  const char *wish = request_cookie(request, "language");
  visit.language = wish && g_strv_contains(lang_all, wish) ? wish : lang_choose(request_header(request, "Accept-Language"));
  visit.session = (Session){.viewer = {.name = "", .language = visit.language}, .csrf = ""};
  g_auto(GStrv) parts = path_parts(request->path, &visit.api);
  visit.parts = parts;
  g_autoptr(GError) error = NULL;
  const gboolean fine = app_is_slow(request, data) ? write_visit(&visit, &error)
                                                   : db_read(engine_db(visit.app->engine), read_visit, &visit, &error);
  if (!fine && !error && refusal_any(visit.refusal))
    answer_refusal(&visit, &error);
  else if (fine && visit.api && refusal_any(visit.refusal))
    send_problem(&visit);
  if (error) {
    g_warning("fault %s: %s %s: %s", request->id, request->method, request->path, error->message);
    response_text(response, 500, arena_printf(request->arena, "fault %s\n", request->id));
  }
  g_clear_pointer(&visit.typed, g_hash_table_unref);
  refusal_free(visit.refusal);
}
