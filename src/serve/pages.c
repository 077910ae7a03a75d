/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages, lists, forms and files, as HTML or JSON. */
#include "serve/pages.h"
#include "base/date.h"
#include "serve/kept.h"
#include "serve/password.h"
#include "serve/api.h"
#include <string.h>
#include <unistd.h>

enum { API_ROWS = 50 }; /* on a page of a program's list */

/* Browsers take "//" and a backslash for another host. */
const char *pages_local(const char *path) {
  for (const char *at = path; at && *at; at++)
    if ((guchar)*at <= ' ' || *at == '\\' || *at == 0x7f)
      return NULL;
  return path && path[0] == '/' && path[1] != '/' && !g_str_has_prefix(path, "/login") ? path : NULL;
}

gboolean pages_login(Visit *visit, DbTx *tx, guint status, const char *error_text) {
  Arena *arena = visit->request->arena;
  View view = visit_view(visit, tx);
  Value *root = view_page(&view, visit_text(visit, N_("Log in")));
  Value *login = value_set(arena, root, "login", value_map(arena));
  value_set_text(arena, login, "user", request_field(visit->request, "user"));
  value_set_text(arena, login, "error", error_text);
  value_set_text(arena, login, "next", visit->next);
  value_set_text(arena, login, "note", NULL);
  visit_send_page(visit, status, "login", root);
  return TRUE;
}

gboolean pages_login_page(Visit *visit, const View *view, GError **error) {
  visit->next = pages_local(request_query(visit->request, "next"));
  if (!view->viewer->user_id)
    return pages_login(visit, view->tx, 200, NULL);
  response_redirect(visit->response, visit->next ? visit->next : "/");
  return TRUE;
}

Row *pages_row_of_path(Visit *visit, const View *view, const Record **record, GError **error) {
  guint64 id;
  *record = visit_part(visit, 0) ? view_record(visit_part(visit, 0)) : NULL;
  const char *number = visit_part(visit, 1);
  if (!*record || !number || !g_ascii_string_to_unsigned(number, 10, 1, G_MAXINT64, &id, NULL)) {
    visit_not_found(visit);
    return NULL;
  }
  Row *row = dict_load(view->tx, view->arena, *record, (gint64)id, error);
  if (row && view_may_see(view, *record, row))
    return row;
  if (!error || !*error)
    visit_not_found(visit);
  return NULL;
}

gboolean pages_row(Visit *visit, const View *view, GError **error) {
  const Record *record;
  Row *row = pages_row_of_path(visit, view, &record, error);
  if (!row)
    return FALSE;
  const Audience shown = workflow_audience(view->viewer);
  if (visit->api) {
    response_header(visit->response, "ETag", api_etag(view->arena, row->version));
    visit_send_json(visit, 200, "application/json", dict_map(view->arena, record, row, shown));
    return TRUE;
  }
  View shows = *view;
  shows.live = row->order_id ? arena_printf(view->arena, "order-%" G_GINT64_FORMAT, row->order_id) : NULL;
  const gboolean is_order = !strcmp(record->name, "order"), portal = is_order && shown == DEALER;
  Value *root = view_page(&shows, view_title(view, record, row));
  Value *order = portal ? view_portal_order(view, row, error) : view_order(view, record, row, error);
  const char *before = request_query(visit->request, "before");
  const gint64 from = before ? g_ascii_strtoll(before, NULL, 10) : 0;
  Value *timeline = order ? view_timeline(view, record, row, from, error) : NULL;
  if (!timeline)
    return FALSE;
  Value *account = password_account(visit, view, record, row, error);
  if (!account)
    return FALSE;
  value_set(view->arena, root, portal ? "portal_order" : "order", order);
  value_set(view->arena, root, "timeline", timeline);
  value_set(view->arena, root, "account", account);
  visit_send_page(visit, 200, portal ? "portal-order" : is_order ? "order" : "record", root);
  return TRUE;
}

static GArray *query_pairs(const Request *request) {
  GArray *pairs = g_array_new(FALSE, FALSE, sizeof(ViewPair));
  for (guint i = 0; i < request->query->len; i++) {
    const RequestPair *pair = &g_array_index(request->query, RequestPair, i);
    const ViewPair same = {.name = pair->name, .value = pair->value};
    g_array_append_val(pairs, same);
  }
  return pairs;
}

static void add_link(Visit *visit, const char *href, const char *relation) {
  if (href)
    response_header(visit->response, "Link", arena_printf(visit->request->arena, "<%s>; rel=\"%s\"", href, relation));
}

static gboolean send_rows(Visit *visit, const View *view, ViewQuery *query, GError **error) {
  const char *next, *previous;
  Value *rows = view_rows(view, query, &next, &previous, error);
  if (!rows)
    return FALSE;
  const char *count = view_query_count(view, query, error);
  add_link(visit, next, "next");
  add_link(visit, previous, "prev");
  if (count)
    response_header(visit->response, "Total-Count", count);
  visit_send_json(visit, 200, "application/json", rows);
  return TRUE;
}

/* Columns chosen are kept by the browser, a cookie for each record. */
static void keep_columns(Visit *visit, const View *view, ViewQuery *query) {
  const char *cookie = arena_printf(view->arena, "columns-%s", query->record->name);
  if (query->columns)
    response_cookie(visit->response, cookie, query->columns, 365 * 86400, visit->request->secure);
  else
    query->columns = request_cookie(visit->request, cookie);
}

gboolean pages_list(Visit *visit, const View *view, GError **error) {
  const Record *record = view_record(visit_part(visit, 0));
  if (!record || !view_may_list(view, record))
    return visit_not_found(visit);
  g_autoptr(GArray) pairs = query_pairs(visit->request);
  g_auto(ViewQuery) query = {0};
  if (!view_query(view, record, (const ViewPair *)pairs->data, pairs->len, &query, visit->refusal, error))
    return FALSE;
  if (visit->api)
    return send_rows(visit, view, &query, error);
  keep_columns(visit, view, &query);
  const char *template = query.kanban ? "kanban" : "list";
  Value *root = view_page(view, view_text(view, record->plural));
  Value *shown = query.kanban ? view_kanban(view, &query, error) : view_list(view, &query, error);
  if (!shown)
    return FALSE;
  value_set(view->arena, root, template, shown);
  visit_send_page(visit, 200, template, root);
  return TRUE;
}

gboolean pages_permissions(Visit *visit, const View *view, GError **error) {
  if (view->viewer->roles & ROLE_DEALER)
    return visit_not_found(visit);
  Value *root = view_page(view, visit_text(visit, N_("Permissions")));
  value_set(view->arena, root, "permissions", view_permissions(view));
  visit_send_page(visit, 200, "permissions", root);
  return TRUE;
}

/* A dealer begins with the own orders. */
static gboolean show_portal(Visit *visit, const View *view, GError **error) {
  Value *root = view_page(view, visit_text(visit, N_("My orders"))), *portal = view_portal(view, error);
  if (!portal)
    return FALSE;
  value_set(view->arena, root, "portal", portal);
  visit_send_page(visit, 200, "portal", root);
  return TRUE;
}

gboolean pages_inbox(Visit *visit, const View *view, GError **error) {
  View shows = *view;
  shows.live = "*";
  if ((view->viewer->roles & ROLE_DEALER) && !visit->api)
    return show_portal(visit, &shows, error);
  DutyWait behind;
  const char *after = request_query(visit->request, "after"), *group = request_query(visit->request, "group");
  if (group && !view_inbox_group(group))
    return refusal_add(visit->refusal, REFUSAL_BAD, REASON_FIELD, "group",
                       visit_text(visit, N_("There is no such part of the inbox; choose one of those shown.")));
  if (after && !view_inbox_place(after, &behind))
    return refusal_add(visit->refusal, REFUSAL_BAD, REASON_FIELD, "after",
                       visit_text(visit, N_("There is no such place in the inbox; begin at its start.")));
  Value *root = view_page(&shows, visit_text(visit, N_("Inbox")));
  Value *inbox = view_inbox(view, group, after ? &behind : NULL, error);
  if (!inbox)
    return FALSE;
  value_set(view->arena, root, "inbox", inbox);
  visit_send_page(visit, 200, "inbox", root);
  return TRUE;
}

/* What the address says beforehand, where the form was not sent; and what either searches for. */
static void take_address(Visit *visit, const Command *command) {
  visit->sought = g_hash_table_new(g_str_hash, g_str_equal);
  const GArray *pairs = visit->typed ? visit->request->fields : visit->request->query;
  GHashTable *inputs = visit->typed ? NULL : g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < pairs->len; i++) {
    const RequestPair *pair = &g_array_index(pairs, RequestPair, i);
    if (g_str_has_prefix(pair->name, VIEW_SOUGHT))
      g_hash_table_insert(visit->sought, (gpointer)(pair->name + strlen(VIEW_SOUGHT)), (gpointer)pair->value);
    for (const Input *input = command->inputs; inputs && input && input->field; input++)
      if (!strcmp(input->field, pair->name))
        g_hash_table_insert(inputs, (gpointer)pair->name, (gpointer)pair->value);
  }
  visit->typed = visit->typed ? visit->typed : inputs;
}

/* The page that the form was opened from, as the browser says or the form sent back; NULL: not known, or elsewhere. */
static const char *opened_from(const Request *request) {
  const char *sent = request_field(request, "_from"), *host = request_header(request, "Host");
  const char *referer = request_header(request, "Referer"), *rest = referer ? strstr(referer, "://") : NULL;
  if (!sent && rest && host && g_str_has_prefix(rest + strlen("://"), host))
    sent = rest + strlen("://") + strlen(host);
  return pages_local(sent);
}

gboolean pages_form(Visit *visit, const View *view, GError **error) {
  const gboolean fresh = !g_strcmp0(visit_part(visit, 0), "new");
  const Command *command = visit_command(visit);
  const Record *record = NULL;
  Row *row = NULL;
  if (!command)
    return visit_not_found(visit);
  if (command->by_lines && command->instead) /* both answers are given from one page */
    command = workflow_find(command->instead);
  if (!workflow_may(view->viewer, command))
    return refusal_add(visit->refusal, REFUSAL_FORBIDDEN, REASON_OTHER, "role",
                       visit_text(visit, N_("This is not among your tasks; ask the person whose role it is.")));
  if (!fresh && !(row = pages_row_of_path(visit, view, &record, error)))
    return FALSE;
  const char *on = command->creates ? command->under : command->record;
  if (g_strcmp0(on, record ? record->name : NULL))
    return visit_not_found(visit);
  take_address(visit, command);
  const Refusal *why = refusal_any(visit->refusal) ? visit->refusal : NULL;
  Value *root = view_page(view, view_text(view, workflow_label(view->viewer, command)));
  const ViewTyped typed = {.inputs = visit->typed, .sought = visit->sought, .refusal = why, .version = visit->seen,
                           .from = opened_from(visit->request), .kept = kept_offer(visit, view->tx, command, error)};
  Value *form = typed.kept ? view_form(view, command, row, &typed, error) : NULL;
  if (!form)
    return FALSE;
  value_set(view->arena, root, "form", form);
  visit_send_page(visit, why ? why->status : 200, "form", root);
  return TRUE;
}

/* What people upload is shown by the browser only where it is a picture or a PDF; whatever it is, no script of it runs
   and nothing is fetched for it. Chromium shows no PDF in a sandbox. */
void pages_file_headers(Response *response, Arena *arena, const char *type, const char *name) {
  static const char *const shown[] = {"image/png", "image/jpeg", "application/pdf", NULL};
  const gboolean pdf = g_str_equal(type, "application/pdf");
  g_autofree char *escaped = g_uri_escape_string(name, NULL, FALSE);
  response->type = type;
  response_header(response, "Content-Disposition",
                  arena_printf(arena, "%s; filename*=UTF-8''%s", g_strv_contains(shown, type) ? "inline" : "attachment",
                               escaped));
  response_header(response, "Content-Security-Policy",
                  pdf /* stands in the page on which it is signed */
                    ? "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
                    : "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'");
}

gboolean pages_send_file(Visit *visit, const View *view, const File *file, GError **error) {
  gint64 size = 0;
  int content = file ? files_read(visit->app->files, file->sha256, &size, error) : -1;
  if (content >= 0 && size != file->size) { /* all of it: `gendan verify` */
    g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s: the content has changed", file->sha256);
    close(content);
    content = -1;
  }
  visit->response->file = content;
  visit->response->file_size = (guint64)size;
  if (file)
    pages_file_headers(visit->response, view->arena, file->type, file->name);
  return visit->response->file >= 0;
}

gboolean pages_file(Visit *visit, const View *view, GError **error) {
  const Record *record;
  const void *row = pages_row_of_path(visit, view, &record, error);
  return row && (record == &file_record ? pages_send_file(visit, view, row, error) : visit_not_found(visit));
}

/* Whether a stream's viewer may learn that the order changed: the house, and its own dealer. */
static gboolean may_learn(gpointer viewer, gpointer dealer) {
  const gint64 own = *(const gint64 *)viewer;
  return !own || own == *(const gint64 *)dealer;
}

void pages_changed(const EngineChange *change, gpointer events) {
  if (change->user_id) {
    events_end(events, change->user_id);
    return;
  }
  g_autofree char *id = g_strdup_printf("order-%" G_GINT64_FORMAT, change->order_id);
  events_broadcast(events, "message", id, may_learn, (gpointer)&change->dealer_id);
}

gboolean pages_events(Visit *visit, const View *view, GError **error) {
  gint64 *dealer = g_new(gint64, 1);
  const Viewer *viewer = view->viewer;
  *dealer = viewer->roles & ROLE_DEALER ? (viewer->dealer_id ? viewer->dealer_id : -1) : 0;
  events_answer(visit->app->events, visit->request, visit->response, viewer->user_id, dealer, g_free);
  return TRUE;
}

gboolean pages_form_again(Visit *visit, DbTx *tx, GError **error) {
  const View view = visit_view(visit, tx);
  const RefusalStatus status = visit->refusal->status;
  const guint known = visit->refusal->reasons->len;
  const gboolean form = status == REFUSAL_NONE || status == REFUSAL_INVALID || status == REFUSAL_CHANGED ||
                        status == REFUSAL_CONFLICT || status == REFUSAL_TOO_LARGE;
  if (form && visit->typed && pages_form(visit, &view, error))
    return TRUE;
  g_ptr_array_set_size(visit->refusal->reasons, (int)known); /* what the form itself refused is beside the point */
  visit_send_error_page(visit, tx);
  return TRUE;
}
