/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logging in and out, and the commands of the procedure. */
#include "serve/acts.h"
#include "base/date.h"
#include "base/lang.h"
#include "serve/api.h"
#include "serve/kept.h"
#include "serve/line-check.h"
#include "serve/pages.h"
#include "serve/upload.h"
#include "view/difference.h"
#include <string.h>

enum { REMARK_MOST = 2000 /* characters */ };

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

/* Browsers send a time as the clock on the wall shows it, without a zone: it is the factory's. */
static RequestPair in_utc(const Visit *visit, const Record *record, const RequestPair *pair) {
  const Field *field = dict_field(record, pair->name);
  const gboolean minutes = strlen(pair->value) == strlen("2026-03-01T08:30");
  g_autofree char *whole = g_strconcat(pair->value, minutes ? ":00Z" : "Z", NULL);
  gint64 seconds;
  RequestPair same = *pair;
  if (visit->api || !field || field->kind != KIND_TIME || !date_time_parse(whole, &seconds))
    return same;
  g_autofree char *utc = date_time_format(seconds - visit->app->zone);
  same.value = arena_strdup(visit->request->arena, utc);
  return same;
}

static gboolean take_fields(Visit *visit, const Command *command, GHashTable *inputs) {
  const Record *record = dict_find(command->record);
  gboolean fine = TRUE;
  for (guint i = 0; i < visit->request->fields->len; i++) {
    const RequestPair *pair = &g_array_index(visit->request->fields, RequestPair, i);
    const RequestPair taken = in_utc(visit, record, pair);
    if (*pair->name != '_' && !g_str_has_suffix(pair->name, "_drawn"))
      fine = api_take_field(visit, record, &taken, inputs) && fine;
  }
  /* a box not ticked is not sent by browsers */
  for (const Input *input = visit->api ? NULL : command->inputs; input && input->field; input++) {
    const Kind kind = dict_field(record, input->field)->kind;
    const gboolean several = kind == KIND_SET || kind == KIND_REFS;
    if ((kind == KIND_YESNO || several) && !g_hash_table_contains(inputs, input->field))
      g_hash_table_insert(inputs, (gpointer)input->field, (gpointer)(several ? "" : "0"));
  }
  for (guint i = 0; i < visit->request->fields->len; i++) { /* where two edited, one may leave what the other wrote */
    const RequestPair *pair = &g_array_index(visit->request->fields, RequestPair, i);
    if (!strcmp(pair->name, "_take"))
      g_hash_table_remove(inputs, pair->value);
  }
  return fine;
}

/* The version that the actor has seen, 0 when it was not said. */
static gboolean take_version(Visit *visit, gint64 *version) {
  if (visit->api)
    return api_take_version(visit, version);
  const char *text = request_field(visit->request, "_version");
  *version = text ? g_ascii_strtoll(text, NULL, 10) : 0;
  return TRUE;
}

/* The row acted on, or made under: named by the path, or for a program that makes one by the input parent_id. */
static gboolean take_target(Visit *visit, const Command *command, GHashTable *inputs, Target *target, GError **error) {
  guint64 id;
  target->record = dict_find(command->creates ? command->under : command->record);
  if (!target->record)
    return TRUE;
  if (!visit_part(visit, 1))
    return api_take_parent(visit, inputs, &target->id) &&
           db_read(engine_db(visit->app->engine), load_target, target, error);
  if (!g_ascii_string_to_unsigned(visit_part(visit, 1), 10, 1, G_MAXINT64, &id, NULL))
    return visit_not_found(visit);
  target->id = (gint64)id;
  return db_read(engine_db(visit->app->engine), load_target, target, error);
}

/* Keeps what the act brings. Who could not do it anyway stores nothing; the engine says why not. */
static gboolean take_files(Visit *visit, const Command *command, const Target *target, GError **error) {
  const Viewer *viewer = &visit->session.viewer;
  if (!workflow_may(viewer, command) ||
      (target->record && !(target->row && context_may_see(viewer, target->record, target->row))))
    return TRUE;
  visit->files = upload_take(visit->app, visit->request, command, error);
  const ActFile *all = visit->files ? kept_take(visit, command, visit->files, error) : NULL;
  visit->files = all ? all : visit->files;
  return all != NULL;
}

/* What whoever signs remarks on it; NULL: nothing. FALSE: it is too long. */
static gboolean take_remark(Visit *visit, const Command *command, const char **remark) {
  const gboolean asked = command->chain || command->remarked;
  const char *sent = asked && !visit->api ? request_field(visit->request, "_remark") : NULL;
  *remark = sent && *sent ? sent : NULL;
  return !*remark || g_utf8_strlen(*remark, -1) <= REMARK_MOST ||
         refusal_addf(visit->refusal, REFUSAL_INVALID, REASON_OTHER, "remark", "%s",
                      visit_text(visit, N_("The remark is too long; shorten it to 2000 characters.")));
}

gboolean acts_run(Visit *visit, const Command *command, Done *done, GError **error) {
  g_autoptr(GHashTable) inputs = g_hash_table_new(g_str_hash, g_str_equal);
  Target target = {.visit = visit};
  gint64 version;
  if (!(visit->api ? api_take_inputs(visit, dict_find(command->record), inputs)
                   : take_fields(visit, command, inputs)))
    return FALSE;
  const char *remark;
  if (!take_remark(visit, command, &remark) || !take_version(visit, &version) ||
      !take_target(visit, command, inputs, &target, error))
    return FALSE;
  const gboolean kept = take_files(visit, command, &target, error);
  if (!kept || (!visit->api && request_field(visit->request, FIND_INPUT))) {
    visit->typed = g_steal_pointer(&inputs);
    return FALSE;
  }
  const char *key = visit->api ? request_header(visit->request, "Idempotency-Key")
                               : request_field(visit->request, "_key");
  const Act does = {.viewer = &visit->session.viewer, .admit = visit_admit, .admit_data = visit,
                    .command = command, .id = target.id, .inputs = inputs, .files = visit->files,
                    .key = key && *key ? key : NULL, .comment = remark,
                    .style = visit->api ? INPUT_JSON : INPUT_FORM,
                    .version = version, .also = strcmp(command->name, "user.close") ? NULL : session_end_user};
  const gboolean fine = engine_run(visit->app->engine, &does, done, visit->refusal, error);
  metrics_command(visit->app->metrics, command, fine ? (done->again ? METRICS_AGAIN : METRICS_DONE)
                                                     : refusal_any(visit->refusal) ? METRICS_REFUSED : METRICS_FAULT);
  if (fine)
    return TRUE;
  visit->typed = g_steal_pointer(&inputs);
  visit->seen = version;
  return FALSE;
}

/* For a program whose version is out of date: what others changed, as data. */
static gboolean load_changes(DbTx *tx, gpointer data, GError **error) {
  Visit *visit = data;
  guint64 id;
  const View view = visit_view(visit, tx);
  const Record *record = view_record(visit_part(visit, 0));
  const char *number = visit_part(visit, 1);
  if (!record || !number || !g_ascii_string_to_unsigned(number, 10, 1, G_MAXINT64, &id, NULL))
    return TRUE;
  const Row *row = dict_load(tx, view.arena, record, (gint64)id, error);
  if (row && view_may_see(&view, record, row))
    visit->changes = difference_data(&view, record, row, visit->seen, error);
  return row || !error || !*error;
}

/* Sent from the page of one's own account. */
static gboolean leads_back(const Visit *visit) {
  return !g_strcmp0(request_field(visit->request, "_then"), "account");
}

/* Where a browser goes next: to the head of the order's page, which says what was done and what comes next; else to the
   row. */
static const char *after_act(const Visit *visit, const Command *command, const Done *done) {
  Arena *arena = visit->request->arena;
  const View view = visit_view(visit, NULL);
  if (!strcmp(command->record, "comment"))
    return arena_printf(arena, "/orders/%" G_GINT64_FORMAT "#timeline", done->order_id);
  if (leads_back(visit) || !strcmp(command->name, "absence.announce"))
    return "/account#absences";
  if (done->order_id)
    return arena_printf(arena, "/orders/%" G_GINT64_FORMAT, done->order_id);
  return view_href(&view, dict_find(command->record), done->id);
}

static void send_done(Visit *visit, const Command *command, const Done *done) {
  Arena *arena = visit->request->arena;
  const View view = visit_view(visit, NULL);
  Value *answer = value_map(arena);
  value_set_integer(arena, answer, "id", VALUE_NUMBER, done->id);
  value_set_integer(arena, answer, "version", VALUE_NUMBER, done->version);
  response_header(visit->response, "ETag", api_etag(arena, done->version));
  if (command->creates)
    response_header(visit->response, "Location",
                    arena_printf(arena, "/api%s", view_href(&view, dict_find(command->record), done->id)));
  visit_send_json(visit, command->creates ? 201 : 200, "application/json", answer);
}

gboolean acts_command(Visit *visit, GError **error) {
  const Command *command = visit_command(visit);
  if (!command)
    return visit_not_found(visit);
  Done done;
  if (command->by_lines && !visit->api && request_field(visit->request, "_lines"))
    return line_check_run(visit, command, error);
  if (!acts_run(visit, command, &done, error)) {
    if (visit->api && visit->refusal->status == REFUSAL_CHANGED)
      db_read(engine_db(visit->app->engine), load_changes, visit, error);
    return FALSE;
  }
  if (visit->api) {
    send_done(visit, command, &done);
  } else {
    response_cookie(visit->response, FLASH_COOKIE, view_flash_name(visit->request->arena, command, done.id),
                    FLASH_SECONDS, visit->request->secure);
    response_redirect(visit->response, after_act(visit, command, &done));
  }
  return TRUE;
}

typedef struct {
  Visit *visit;
  const char *token; /* of the session's cookie */
} Fresh;
static gboolean load_fresh(DbTx *tx, gpointer data, GError **error) {
  const Fresh *fresh = data;
  Visit *visit = fresh->visit;
  return session_load(visit->app->sessions, tx, visit->request->arena, fresh->token, TRUE, visit->language,
                      &visit->session, error);
}

/* Tells a program the token that its later changes carry. */
static gboolean send_session(Visit *visit, const char *token, GError **error) {
  Fresh fresh = {.visit = visit, .token = token};
  if (!db_read(engine_db(visit->app->engine), load_fresh, &fresh, error))
    return FALSE;
  Arena *arena = visit->request->arena;
  Value *answer = value_map(arena);
  value_set_text(arena, answer, "csrf", visit->session.csrf);
  value_set_integer(arena, answer, "user_id", VALUE_NUMBER, visit->session.viewer.user_id);
  value_set_text(arena, answer, "name", visit->session.viewer.name);
  visit_send_json(visit, 200, "application/json", answer);
  return TRUE;
}

/* What was sent under the name, "" when nothing was. */
static const char *sent(const Visit *visit, GHashTable *inputs, const char *name) {
  const char *value = visit->api ? g_hash_table_lookup(inputs, name) : request_field(visit->request, name);
  return value ? value : "";
}

gboolean acts_login(Visit *visit, GError **error) {
  g_autoptr(GHashTable) inputs = g_hash_table_new(g_str_hash, g_str_equal);
  if (visit->api && !api_take_inputs(visit, NULL, inputs))
    return FALSE;
  const SessionLogin attempt = {.login = sent(visit, inputs, "user"), .password = sent(visit, inputs, "password"),
                                .peer = visit->request->address, .language = visit->language,
                                .old_token = request_cookie(visit->request, SESSION_COOKIE),
                                .browser = request_cookie(visit->request, SESSION_BROWSER)};
  g_autofree char *browser = NULL;
  g_autofree char *token = session_login(visit->app->sessions, &attempt, &browser, visit->refusal, error);
  if (!token)
    return FALSE;
  response_cookie(visit->response, SESSION_COOKIE, token, -1, visit->request->secure);
  response_cookie(visit->response, SESSION_BROWSER, browser, SESSION_BROWSER_SECONDS, visit->request->secure);
  if (visit->api)
    return send_session(visit, token, error);
  const char *next = pages_local(request_field(visit->request, "next"));
  response_redirect(visit->response, next ? next : "/");
  return TRUE;
}

gboolean acts_language(Visit *visit, GError **error) {
  const char *language = request_field(visit->request, "language");
  if (!language || !g_strv_contains(lang_all, language))
    return visit_not_found(visit);
  response_cookie(visit->response, "language", language, 365 * 86400, visit->request->secure);
  const char *next = pages_local(request_field(visit->request, "next"));
  response_redirect(visit->response, leads_back(visit) ? "/account" : next ? next : "/");
  const gint64 user = visit->session.viewer.user_id;
  return !user || session_speak(visit->app->sessions, user, language, error);
}

gboolean acts_logout(Visit *visit, GError **error) {
  response_cookie(visit->response, SESSION_COOKIE, "", 0, visit->request->secure);
  if (visit->api)
    visit->response->status = 204;
  else
    response_redirect(visit->response, "/");
  const gboolean everywhere = request_field(visit->request, "everywhere") != NULL;
  return session_end(visit->app->sessions, request_cookie(visit->request, SESSION_COOKIE), everywhere, error);
}
