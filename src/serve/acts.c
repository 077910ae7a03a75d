/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logging in and out, and the commands of the procedure. */
#include "serve/acts.h"
#include "base/lang.h"
#include "serve/pages.h"
#include "serve/upload.h"
#include <jansson.h>
#include <string.h>

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

/* A JSON scalar as the text of an input; NULL for anything else. */
static char *scalar_text(Arena *arena, const json_t *value) {
  switch (json_typeof(value)) {
  case JSON_STRING: return arena_strdup(arena, json_string_value(value));
  case JSON_INTEGER: return arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
  case JSON_TRUE: return arena_strdup(arena, "1");
  case JSON_FALSE: return arena_strdup(arena, "0");
  case JSON_NULL: return arena_strdup(arena, "");
  default: return NULL;
  }
}

/* The same, and a list of scalars as their texts separated by commas. */
static char *plain_text(Arena *arena, const json_t *value) {
  if (!json_is_array(value))
    return scalar_text(arena, value);
  g_autoptr(GString) all = g_string_new(NULL);
  gsize i;
  json_t *item;
  json_array_foreach(value, i, item) {
    const char *text = scalar_text(arena, item);
    if (!text || strchr(text, ','))
      return NULL;
    g_string_append_printf(all, "%s%s", i ? "," : "", text);
  }
  return arena_strdup(arena, all->str);
}

static void take_json(Visit *visit, GHashTable *inputs) {
  json_error_t where;
  const GString *body = visit->request->body;
  json_t *json = body->len ? json_loadb(body->str, body->len, JSON_REJECT_DUPLICATES, &where) : json_object(), *value;
  const char *name;
  if (!json_is_object(json))
    refusal_addf(visit->refusal, REFUSAL_BAD, REASON_OTHER, "body",
                 visit_text(visit, N_("The body is not a JSON object (line %d).")), json ? 1 : where.line);
  json_object_foreach(json, name, value) {
    char *plain = plain_text(visit->request->arena, value);
    if (plain)
      g_hash_table_insert(inputs, arena_strdup(visit->request->arena, name), plain);
    else
      refusal_addf(visit->refusal, REFUSAL_INVALID, REASON_FIELD, name,
                   visit_text(visit, N_("%s: give a text, a whole number, true, false or null, or a list of them.")), name);
  }
  json_decref(json);
}

static void take_fields(Visit *visit, const Command *command, GHashTable *inputs) {
  const Record *record = dict_find(command->record);
  for (guint i = 0; i < visit->request->fields->len; i++) {
    const RequestPair *pair = &g_array_index(visit->request->fields, RequestPair, i);
    const Field *field = dict_field(record, pair->name);
    const char *before = field && dict_is_several(field) ? g_hash_table_lookup(inputs, pair->name) : NULL;
    const char *value = before ? arena_printf(visit->request->arena, "%s,%s", before, pair->value) : pair->value;
    if (*pair->name != '_' && !g_str_has_suffix(pair->name, "_drawn"))
      g_hash_table_insert(inputs, (gpointer)pair->name, (gpointer)value);
  }
  /* a box not ticked is not sent by browsers */
  for (const Input *input = visit->api ? NULL : command->inputs; input && input->field; input++) {
    const Kind kind = dict_field(record, input->field)->kind;
    if ((kind == KIND_YESNO || kind == KIND_SET) && !g_hash_table_contains(inputs, input->field))
      g_hash_table_insert(inputs, (gpointer)input->field, (gpointer)(kind == KIND_SET ? "" : "0"));
  }
}

/* What a program says in a header and a form in a hidden field. */
static const char *said(const Visit *visit, const char *header, const char *field) {
  return visit->api ? request_header(visit->request, header) : request_field(visit->request, field);
}

/* Runs the command that the path names; done says what became of it. */
static gboolean act(Visit *visit, const Command *command, Done *done, GError **error) {
  g_autoptr(GHashTable) inputs = g_hash_table_new(g_str_hash, g_str_equal);
  Target target = {.visit = visit, .record = dict_find(command->creates ? command->under : command->record)};
  target.id = target.record ? g_ascii_strtoll(visit_part(visit, 1), NULL, 10) : 0;
  if (visit->api && !visit->request->parts->len)
    take_json(visit, inputs);
  else
    take_fields(visit, command, inputs);
  if (refusal_any(visit->refusal))
    return FALSE;
  if (target.record && !db_read(engine_db(visit->app->engine), load_target, &target, error))
    return FALSE;
  const Viewer *viewer = &visit->session.viewer;
  /* who could not do it anyway stores nothing; the engine says why not */
  const gboolean may = workflow_may(viewer, command) &&
                       (!target.record || (target.row && context_may_see(viewer, target.record, target.row)));
  const ActFile *files = may ? upload_take(visit->app, visit->request, command, error) : NULL;
  if (may && !files)
    return FALSE;
  const char *version = said(visit, "If-Match", "_version"), *key = said(visit, "Idempotency-Key", "_key");
  const Act does = {.viewer = viewer, .command = command, .id = target.id, .inputs = inputs, .files = files,
                    .key = key && *key ? key : NULL, .style = visit->api ? INPUT_JSON : INPUT_FORM,
                    .version = version ? g_ascii_strtoll(*version == '"' ? version + 1 : version, NULL, 10) : 0};
  const gboolean fine = engine_run(visit->app->engine, &does, done, visit->refusal, error);
  metrics_command(visit->app->metrics, command, fine ? (done->again ? METRICS_AGAIN : METRICS_DONE)
                                                     : refusal_any(visit->refusal) ? METRICS_REFUSED : METRICS_FAULT);
  if (fine)
    return TRUE;
  visit->typed = g_steal_pointer(&inputs);
  return FALSE;
}

/* Where a browser goes next: to the step on the order's page, else to the row. */
static const char *after_act(const Visit *visit, const Command *command, const Done *done) {
  Arena *arena = visit->request->arena;
  const View view = visit_view(visit, NULL);
  if (!strcmp(command->record, "comment"))
    return arena_printf(arena, "/orders/%" G_GINT64_FORMAT "#timeline", done->order_id);
  if (done->order_id)
    return command->step ? arena_printf(arena, "/orders/%" G_GINT64_FORMAT "#s%d", done->order_id, command->step)
                         : arena_printf(arena, "/orders/%" G_GINT64_FORMAT, done->order_id);
  return view_href(&view, dict_find(command->record), done->id);
}

gboolean acts_command(Visit *visit, GError **error) {
  const gboolean fresh = !g_strcmp0(visit_part(visit, 0), "new");
  const Command *command = workflow_find(visit_part(visit, fresh ? 1 : 2));
  const Record *on = command ? dict_find(command->creates ? command->under : command->record) : NULL;
  if (!command || (fresh ? on != NULL : !on || on != view_record(visit_part(visit, 0))))
    return visit_not_found(visit);
  Done done;
  if (!act(visit, command, &done, error))
    return FALSE;
  if (visit->api) {
    Value *answer = value_map(visit->request->arena);
    value_set_integer(visit->request->arena, answer, "id", VALUE_NUMBER, done.id);
    value_set_integer(visit->request->arena, answer, "version", VALUE_NUMBER, done.version);
    visit_send_json(visit, command->creates ? 201 : 200, "application/json", answer);
  } else {
    response_redirect(visit->response, after_act(visit, command, &done));
  }
  return TRUE;
}

gboolean acts_login(Visit *visit, GError **error) {
  const char *login = request_field(visit->request, "user"), *password = request_field(visit->request, "password");
  g_autofree char *token = session_login(visit->app->engine, login ? login : "", password ? password : "",
                                         visit->request->address, visit->refusal, visit->language, error);
  if (!token)
    return FALSE;
  response_cookie(visit->response, SESSION_COOKIE, token, -1, visit->request->secure);
  response_redirect(visit->response, "/");
  return TRUE;
}

gboolean acts_language(Visit *visit, GError **error) {
  const char *language = request_field(visit->request, "language");
  if (!language || !g_strv_contains(lang_all, language))
    return visit_not_found(visit);
  response_cookie(visit->response, "language", language, 365 * 86400, visit->request->secure);
  response_redirect(visit->response, "/");
  const gint64 user = visit->session.viewer.user_id;
  return !user || session_speak(engine_db(visit->app->engine), user, language, error);
}

gboolean acts_logout(Visit *visit, GError **error) {
  response_cookie(visit->response, SESSION_COOKIE, "", 0, visit->request->secure);
  response_redirect(visit->response, "/");
  return session_end(engine_db(visit->app->engine), request_cookie(visit->request, SESSION_COOKIE), FALSE, error);
}
