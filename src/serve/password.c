/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is typed here is never shown again, logged, or kept but as a hash. */
#include "serve/password.h"
#include "base/lang.h"
#include "party/party.h"
#include <string.h>

/* "3 sessions are open", in the viewer's language; NULL and error on failure. */
static const char *sessions_text(Visit *visit, const View *view, gint64 user_id, GError **error) {
  const gint64 count = session_count(visit->app->sessions, view->tx, user_id, error);
  return count < 0 ? NULL : arena_printf(view->arena, view_text(view, N_("%d sessions are open.")), (int)count);
}

/* What goes with the account when it is closed. */
static const char *closing_text(const View *view, gint64 user_id, GError **error) {
  const DbResult *found = db_query(view->tx, view->arena,
                                   "SELECT COUNT(*) FROM token WHERE parent_id = $1 AND state <> 'revoked'",
                                   DB_ARGS(DB_I(user_id)), error);
  return found ? arena_printf(view->arena,
                              view_text(view, N_("Closing the account ends its sessions and revokes its access tokens "
                                                 "(%d) for good.")),
                              (int)DB_CELL(found, 0, 0)->integer)
               : NULL;
}

void password_set(const Visit *visit, const View *view, Value *root) {
  Arena *arena = view->arena;
  const Reason *why = refusal_any(visit->refusal) ? visit->refusal->reasons->pdata[0] : NULL;
  Value *password = value_set(arena, root, "password", value_map(arena));
  value_set_text(
    arena, password, "must",
    visit->session.must_change
      ? view_text(view, N_("Your password was given to you by somebody else; choose one that only you know."))
      : NULL);
  value_set_text(arena, password, "error", why ? why->message : NULL);
  value_set(arena, password, "is_old_wrong", value_bool(arena, why && !strcmp(why->name, "old")));
  value_set(arena, password, "is_new_wrong", value_bool(arena, why && strcmp(why->name, "old")));
  value_set_text(arena, password, "rule", view_text(view, N_("At least 10 characters, and not the login name.")));
}

/* The page, with why the last attempt was refused where it was. */
static gboolean send_page(Visit *visit, const View *view, GError **error) {
  Value *root = view_page(view, view_text(view, N_("Choose a password")));
  password_set(visit, view, root);
  visit_send_page(visit, refusal_any(visit->refusal) ? visit->refusal->status : 200, "password", root);
  return TRUE;
}

gboolean password_page(Visit *visit, const View *view, GError **error) {
  return send_page(visit, view, error);
}

static gboolean send_again(DbTx *tx, gpointer data, GError **error) {
  Visit *visit = data;
  const View view = visit_view(visit, tx);
  return send_page(visit, &view, error);
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
    response_redirect(visit->response, visit->session.must_change ? "/" : "/account");
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

/* Finds the user that the path names, for who is an administrator by now; else refused. */
static gboolean may_issue(DbTx *tx, gpointer data, GError **error) {
  Issue *issue = data;
  Visit *visit = issue->visit;
  GError *fault = NULL;
  refusal_clear(visit->refusal);
  if (!visit_admit(tx, visit, error))
    return FALSE;
  if (!(visit->session.viewer.roles & ROLE_ADMIN))
    return refusal_add(visit->refusal, REFUSAL_FORBIDDEN, REASON_OTHER, "role",
                       visit_text(visit, N_("This is not among your tasks; ask the person whose role it is.")));
  issue->user = dict_load(tx, visit->request->arena, &user_record, issue->user_id, &fault);
  if (fault)
    g_propagate_error(error, fault);
  return !fault && ((issue->user && !visit->api) || visit_not_found(visit));
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

static gint64 user_of_path(const Visit *visit) {
  return g_ascii_strtoll(visit_part(visit, 1), NULL, 10);
}

gboolean password_end_sessions(Visit *visit, GError **error) {
  Issue issue = {.visit = visit, .user_id = user_of_path(visit)};
  const SessionIssue wish = {.user_id = issue.user_id, .may = may_issue, .data = &issue};
  if (!session_end_all(visit->app->engine, &wish, error))
    return FALSE;
  const View view = visit_view(visit, NULL);
  response_redirect(visit->response, view_href(&view, &user_record, issue.user_id));
  return TRUE;
}

Value *password_account(Visit *visit, const View *view, const Record *record, const Row *row, GError **error) {
  if (record != &user_record || !(view->viewer->roles & ROLE_ADMIN))
    return value_null(view->arena);
  const char *sessions = sessions_text(visit, view, row->id, error), *href = view_href(view, record, row->id);
  const char *closing = closing_text(view, row->id, error);
  if (!sessions || !closing)
    return NULL;
  Value *account = value_map(view->arena);
  value_set_text(view->arena, account, "closing_text", strcmp(row->state, "active") ? NULL : closing);
  value_set_text(view->arena, account, "sessions_text", sessions);
  value_set_text(view->arena, account, "password_action", arena_printf(view->arena, "%s/password", href));
  value_set_text(view->arena, account, "end_action", arena_printf(view->arena, "%s/sessions", href));
  return account;
}

gboolean password_issue(Visit *visit, GError **error) {
  Db *db = engine_db(visit->app->engine);
  Issue issue = {.visit = visit, .user_id = user_of_path(visit)};
  if (!db_read(db, may_issue, &issue, error)) /* hashing costs too much to be done for anybody */
    return FALSE;
  const SessionIssue wish = {.user_id = issue.user_id, .may = may_issue, .data = &issue};
  g_autofree char *password = session_issue_password(visit->app->engine, &wish, error);
  issue.password = password;
  return password && db_read(db, show_issued, &issue, error);
}
