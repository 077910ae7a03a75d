/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of one's own settings; absences are stated and withdrawn by their commands, which lead back here. */
#include "serve/account.h"
#include "party/party.h"
#include "serve/password.h"
#include <string.h>

enum { ABSENCES_MOST = 100 };

static gboolean set_sessions(Visit *visit, const View *view, Value *account, GError **error) {
  Arena *arena = view->arena;
  g_autoptr(GArray) all = session_list(visit->app->sessions, view->tx, view->viewer->user_id,
                                       request_cookie(visit->request, SESSION_COOKIE), error);
  Value *list = value_set(arena, account, "sessions", value_list(arena));
  for (guint i = 0; all && i < all->len; i++) {
    const SessionOpen *open = &g_array_index(all, SessionOpen, i);
    Value *item = value_append(arena, list, value_map(arena));
    value_set_text(arena, item, "since",
                   arena_printf(arena, view_text(view, N_("logged in %s")), view_time(view, open->since)));
    value_set_text(arena, item, "used",
                   arena_printf(arena, view_text(view, N_("last used %s")), view_time(view, open->used)));
    value_set_bool(arena, item, "is_this", open->is_this);
  }
  value_set_bool(arena, account, "has_others", all && all->len > 1);
  return all != NULL;
}

/* "1 – 5 March", whom it is with, and for which role. */
static Value *absence_item(const View *view, Value *list, const Absence *absence, const char *who_key, gint64 who,
                           GError **error) {
  Arena *arena = view->arena;
  const User *other = dict_load(view->tx, arena, &user_record, who, error);
  const Choice *role = dict_choice(workflow_roles, absence->role);
  Value *item = value_append(arena, list, value_map(arena));
  value_set_text(arena, item, "days", arena_printf(arena, "%s – %s", view_date(view, absence->first_day),
                                                   view_date(view, absence->last_day)));
  value_set_text(arena, item, who_key, other ? other->name : "");
  value_set_text(arena, item, "roles", role ? view_text(view, role->label) : NULL);
  return item;
}

/* Absences that are stated and not over, where the field names the viewer. */
static gboolean set_absences(const View *view, Value *account, const char *column, const char *key, GError **error) {
  Arena *arena = view->arena;
  const gboolean own = !strcmp(column, "user");
  const DictCondition where[] = {
    {.field = dict_field(&absence_record, column), .op = DICT_IS, .cell = DB_I(view->viewer->user_id)},
    {.field = dict_column(&absence_record, "state"), .op = DICT_IS, .cell = DB_T("stated")},
    {.field = dict_field(&absence_record, "last_day"), .op = DICT_FROM, .cell = DB_I(engine_today(view->engine))}};
  const DictPage page = {.where = where, .conditions = G_N_ELEMENTS(where), .most = ABSENCES_MOST};
  g_autoptr(GPtrArray) rows = dict_load_page(view->tx, arena, &absence_record, &page, NULL, error);
  Value *list = value_set(arena, account, key, value_list(arena));
  for (guint i = 0; rows && i < rows->len; i++) {
    const Absence *absence = rows->pdata[i];
    Value *item = absence_item(view, list, absence, own ? "substitute" : "absent",
                               own ? absence->substitute : absence->user, error);
    value_set_text(arena, item, "href", arena_printf(arena, "%s/absence.withdraw",
                                                     view_href(view, &absence_record, absence->row.id)));
    value_set_text(arena, item, "key", view_key(view));
    value_set_integer(arena, item, "version", VALUE_NUMBER, absence->row.version);
  }
  value_set_bool(arena, account, arena_printf(arena, "has_%s", key), list->count > 0);
  return rows != NULL;
}

static const char *roles_of(const View *view) {
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; workflow_roles[i].code; i++)
    if (view->viewer->roles & (1u << i))
      g_string_append_printf(text, "%s%s", text->len ? " · " : "", view_text(view, workflow_roles[i].label));
  return arena_strdup(view->arena, text->str);
}

gboolean account_page(Visit *visit, const View *view, GError **error) {
  Arena *arena = view->arena;
  const User *user = dict_load(view->tx, arena, &user_record, view->viewer->user_id, error);
  Value *root = view_page(view, view_text(view, N_("My settings")));
  Value *account = value_set(arena, root, "account", value_map(arena));
  if (!user)
    return FALSE;
  value_set_text(arena, account, "name", user->name);
  value_set_text(arena, account, "login", user->login);
  value_set_text(arena, account, "roles", roles_of(view));
  value_set_text(arena, account, "note", view_text(view, N_("The administrator changes these.")));
  value_set_bool(arena, account, "may_be_absent", !(view->viewer->roles & ROLE_DEALER));
  value_set_text(arena, account, "announce_href", "/new/absence.announce");
  password_set(visit, view, root);
  if (!set_sessions(visit, view, account, error) || !set_absences(view, account, "user", "absences", error) ||
      !set_absences(view, account, "substitute", "stands", error))
    return FALSE;
  visit_send_page(visit, 200, "account", root);
  return TRUE;
}

gboolean account_end_sessions(Visit *visit, GError **error) {
  response_redirect(visit->response, "/account#sessions");
  return session_end_others(visit->app->sessions, request_cookie(visit->request, SESSION_COOKIE), error);
}
