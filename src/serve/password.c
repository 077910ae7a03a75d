/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is typed here is never shown again, logged, or kept but as a hash. */
#include "serve/password.h"
#include "base/lang.h"
#include "party/party.h"
#include <string.h>

/* The page, with why the last attempt was refused where it was. */
static void send_page(Visit *visit, const View *view) {
  Arena *arena = view->arena;
  const Reason *why = refusal_any(visit->refusal) ? visit->refusal->reasons->pdata[0] : NULL;
  Value *root = view_page(view, view_text(view, N_("Choose a password")));
  Value *password = value_set(arena, root, "password", value_map(arena));
  value_set_text(arena, password, "must",
                 visit->session.must_change
                   ? view_text(view, N_("Your password was given to you by somebody else; choose one that only you know."))
                   : NULL);
  value_set_text(arena, password, "error", why ? why->message : NULL);
  value_set(arena, password, "is_old_wrong", value_bool(arena, why && !strcmp(why->name, "old")));
  value_set(arena, password, "is_new_wrong", value_bool(arena, why && strcmp(why->name, "old")));
  value_set_text(arena, password, "rule", view_text(view, N_("At least 10 characters, and not the login name.")));
  visit_send_page(visit, why ? visit->refusal->status : 200, "password", root);
}

gboolean password_page(Visit *visit, const View *view, GError **error) {
  send_page(visit, view);
  return TRUE;
}

static gboolean send_again(DbTx *tx, gpointer data, GError **error) {
  Visit *visit = data;
  const View view = visit_view(visit, tx);
  send_page(visit, &view);
  return TRUE;
}

static const char *typed(const Visit *visit, const char *field) {
  const char *value = request_field(visit->request, field);
  return value ? value : "";
}

gboolean password_change(Visit *visit, GError **error) {
  const SessionChange change = {.token = request_cookie(visit->request, SESSION_COOKIE), .old = typed(visit, "old"),
                                .fresh = typed(visit, "new")};
  GError *fault = NULL;
  const gboolean same = !strcmp(typed(visit, "again"), change.fresh);
  if (!same)
    refusal_add(visit->refusal, REFUSAL_INVALID, REASON_FIELD, "again",
                visit_text(visit, N_("The two new passwords differ; type the same twice.")));
  if (same && session_change_password(visit->app->sessions, &visit->session, &change, visit->refusal, &fault)) {
    response_redirect(visit->response, "/");
    return TRUE;
  }
  if (fault) {
    g_propagate_error(error, fault);
    return FALSE;
  }
  return !visit->api && db_read(engine_db(visit->app->engine), send_again, visit, error);
}

typedef struct {
  Visit *visit;
  gint64 user_id;
  const char *password; /* NULL: not yet issued */
  const User *user;     /* found */
} Issue;

static gboolean load_user(DbTx *tx, gpointer data, GError **error) {
  Issue *issue = data;
  issue->user = dict_load(tx, issue->visit->request->arena, &user_record, issue->user_id, error);
  return issue->user || !error || !*error;
}

static gboolean show_issued(DbTx *tx, gpointer data, GError **error) {
  const Issue *issue = data;
  const View view = visit_view(issue->visit, tx);
  Value *root = view_page(&view, view_text(&view, N_("One-time password")));
  Value *issued = value_set(view.arena, root, "issued", value_map(view.arena));
  value_set_text(view.arena, issued, "name", issue->user->name);
  value_set_text(view.arena, issued, "login", issue->user->login);
  value_set_text(view.arena, issued, "password", issue->password);
  value_set_text(view.arena, issued, "back_href", view_href(&view, &user_record, issue->user_id));
  visit_send_page(issue->visit, 200, "password-issued", root);
  return TRUE;
}

gboolean password_issue(Visit *visit, GError **error) {
  Db *db = engine_db(visit->app->engine);
  Issue issue = {.visit = visit, .user_id = g_ascii_strtoll(visit_part(visit, 1), NULL, 10)};
  if (!(visit->session.viewer.roles & ROLE_ADMIN))
    return refusal_add(visit->refusal, REFUSAL_FORBIDDEN, REASON_OTHER, "role",
                       visit_text(visit, N_("This is not among your tasks; ask the person whose role it is.")));
  if (!db_read(db, load_user, &issue, error))
    return FALSE;
  if (!issue.user || visit->api)
    return visit_not_found(visit);
  g_autofree char *password = session_issue_password(visit->app->engine, issue.user_id, error);
  issue.password = password;
  return password && db_read(db, show_issued, &issue, error);
}
