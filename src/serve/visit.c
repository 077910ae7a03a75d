/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ways of answering: a page by template, JSON, or what was refused. */
#include "serve/visit.h"
#include "base/json.h"
#include "base/lang.h"
#include "serve/render.h"
#include "serve/token.h"
#include <string.h>

gboolean visit_admit(DbTx *tx, gpointer data, GError **error) {
  Visit *visit = data;
  if (token_is_sent(visit))
    return token_load(visit, tx, error);
  /* a page left open asks for events again and again, and nobody sits before it */
  const gboolean used = strcmp(visit->request->path, "/events");
  return session_load(visit->app->sessions, tx, visit->request->arena, request_cookie(visit->request, SESSION_COOKIE),
                      used, visit->language, &visit->session, error);
}

const char *visit_part(const Visit *visit, guint i) {
  return i < g_strv_length(visit->parts) ? visit->parts[i] : NULL;
}

const char *visit_text(const Visit *visit, const char *message) {
  return lang_text(visit->session.viewer.language, message);
}

const Command *visit_command(const Visit *visit) {
  const char *first = visit_part(visit, 0);
  const Record *record = view_record(first);
  switch (g_strv_length(visit->parts)) {
  case 1: return record ? workflow_maker(record) : NULL;
  case 3: return workflow_on(record, visit_part(visit, 2));
  default: break;
  }
  const Command *fresh = strcmp(first, "new") ? NULL : workflow_find(visit_part(visit, 1));
  return fresh ? (fresh->creates && !fresh->under ? fresh : NULL) : workflow_on(record, "change");
}

View visit_view(const Visit *visit, DbTx *tx) {
  View view = {.engine = visit->app->engine, .tx = tx, .arena = visit->request->arena,
               .viewer = &visit->session.viewer, .csrf = visit->session.csrf, .path = visit->request->path,
               .version = assets_version(visit->app->assets)};
  const char *flash = tx && !visit->api ? request_cookie(visit->request, FLASH_COOKIE) : NULL;
  view.flash = flash && *flash ? view_flash(&view, flash, NULL) : NULL;
  return view;
}

gboolean visit_not_found(Visit *visit) {
  return refusal_add(visit->refusal, REFUSAL_NOT_FOUND, REASON_OTHER, "path",
                     visit_text(visit, N_("There is no such page; check the address, or go back.")));
}

void visit_send_json(Visit *visit, guint status, const char *type, const Value *value) {
  g_autofree char *json = json_text(value);
  visit->response->status = status;
  visit->response->type = type;
  g_string_assign(visit->response->body, json);
}

/* The tree without what only pages need. */
static const Value *without_page(Arena *arena, const Value *root) {
  Value *data = value_map(arena);
  for (guint i = 0; i < root->count; i++)
    if (strcmp(root->keys[i], "page"))
      value_set(arena, data, root->keys[i], root->items[i]);
  return data;
}

void visit_send_page(Visit *visit, guint status, const char *template, const Value *root) {
  if (visit->api) {
    visit_send_json(visit, status, "application/json", without_page(visit->request->arena, root));
    return;
  }
  visit->response->status = status;
  visit->response->type = "text/html; charset=utf-8";
  if (request_cookie(visit->request, FLASH_COOKIE)) /* it has been said */
    response_cookie(visit->response, FLASH_COOKIE, "", 0, visit->request->secure);
  render_page(template, root, visit->session.viewer.language, visit->app->zone, visit->response->body);
}

static Value *problem_of(const Visit *visit, guint status, const char *title) {
  Arena *arena = visit->request->arena;
  Value *problem = value_map(arena);
  value_set_text(arena, problem, "type", "about:blank");
  value_set_text(arena, problem, "title", visit_text(visit, title));
  value_set_integer(arena, problem, "status", VALUE_NUMBER, status);
  value_set_text(arena, problem, "instance", visit->request->id);
  return problem;
}

/* error.html with what was refused, if anything; back: where to go on besides the first page, or NULL. */
static void send_error(Visit *visit, const View *view, guint status, const char *title, const char *back) {
  Arena *arena = visit->request->arena;
  Value *root = view_page(view, title);
  Value *page = value_set(arena, root, "error_page", value_map(arena)), *reasons = value_list(arena);
  value_set_integer(arena, page, "status", VALUE_NUMBER, status);
  value_set_text(arena, page, "title", title);
  for (guint i = 0; visit->refusal && i < visit->refusal->reasons->len; i++) {
    Value *item = value_append(arena, reasons, value_map(arena));
    value_set_text(arena, item, "message", ((Reason *)visit->refusal->reasons->pdata[i])->message);
  }
  value_set(arena, page, "reasons", reasons);
  value_set_text(arena, page, "id", visit->refusal && refusal_any(visit->refusal) ? NULL : visit->request->id);
  value_set_text(arena, page, "back", back);
  visit_send_page(visit, status, "error", root);
}

void visit_send_fault(Visit *visit) {
  if (!visit->api) {
    const View view = visit_view(visit, NULL);
    send_error(visit, &view, 500, visit_text(visit, N_("Something went wrong on our side")), NULL);
    return;
  }
  Value *problem = problem_of(visit, 500, N_("This is our fault; it is logged under the id given."));
  value_set(visit->request->arena, problem, "reasons", value_list(visit->request->arena));
  visit_send_json(visit, 500, "application/problem+json", problem);
}

void visit_send_problem(Visit *visit) {
  static const char *const kinds[] = {[REASON_FIELD] = "field", [REASON_GATE] = "gate", [REASON_OTHER] = "about"};
  Arena *arena = visit->request->arena;
  const Refusal *refusal = visit->refusal;
  Value *problem = problem_of(visit, refusal->status, N_("This could not be done."));
  Value *reasons = value_set(arena, problem, "reasons", value_list(arena));
  for (guint i = 0; i < refusal->reasons->len; i++) {
    const Reason *reason = refusal->reasons->pdata[i];
    Value *item = value_append(arena, reasons, value_map(arena));
    value_set_text(arena, item, kinds[reason->kind], reason->name);
    value_set_text(arena, item, "message", reason->message);
  }
  if (visit->changes)
    value_set(arena, problem, "changes", visit->changes);
  visit_send_json(visit, refusal->status, "application/problem+json", problem);
}

static const char *title_of(RefusalStatus status) {
  switch (status) {
  case REFUSAL_FORBIDDEN: return N_("This is not for you to do");
  case REFUSAL_NOT_FOUND: return N_("Not found");
  case REFUSAL_CHANGED: return N_("Changed in the meantime");
  case REFUSAL_AWAY:
  case REFUSAL_FULL: return N_("Not possible just now");
  default: return N_("This could not be done.");
  }
}

/* The row that was acted on, or the list where there is no such row; NULL: neither. */
static const char *back_of(const Visit *visit) {
  const char *list = visit_part(visit, 0), *row = visit_part(visit, 1);
  if (!list || !row || !view_record(list))
    return NULL;
  return visit_part(visit, 2) && visit->refusal->status != REFUSAL_NOT_FOUND
           ? arena_printf(visit->request->arena, "/%s/%s", list, row)
           : arena_printf(visit->request->arena, "/%s", list);
}

void visit_send_error_page(Visit *visit, DbTx *tx) {
  const View view = visit_view(visit, tx);
  send_error(visit, &view, visit->refusal->status, visit_text(visit, title_of(visit->refusal->status)), back_of(visit));
}
