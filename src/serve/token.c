/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A secret is random and long, so a plain SHA-256 keeps it; who reads the table gets in nowhere. Whether the user's
   password must be changed is beside the point: a program does not come in by it. */
#include "serve/token.h"
#include "party/party.h"
#include "serve/acts.h"
#include <sodium.h>
#include <string.h>

#define SCHEME "Bearer "
#define PREFIX "gendan_" /* so that a secret that strays into a file is found */
enum { SECRET_BYTES = 32 };

static const char *const tables[] = {
  "CREATE TABLE IF NOT EXISTS token_secret (hash TEXT PRIMARY KEY, token_id BIGINT)",
};

static gboolean migrate(DbTx *tx, gpointer data, GError **error) {
  for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
    if (db_exec(tx, tables[i], DB_NO_ARGS, error) < 0)
      return FALSE;
  return TRUE;
}

gboolean token_migrate(Db *db, GError **error) {
  return db_write_alone(db, migrate, NULL, error);
}

gboolean token_is_sent(const Visit *visit) {
  const char *named = request_header(visit->request, "Authorization");
  return visit->api && named && !g_ascii_strncasecmp(named, SCHEME, strlen(SCHEME));
}

gboolean token_load(Visit *visit, DbTx *tx, GError **error) {
  const char *secret = request_header(visit->request, "Authorization") + strlen(SCHEME);
  g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, secret, -1);
  const gint64 today = engine_today(visit->app->engine);
  Viewer *viewer = &visit->session.viewer;
  visit->session = (Session){.viewer = {.name = "", .language = visit->language}, .csrf = ""};
  const DbResult *found = db_query(tx, visit->request->arena,
                                   "SELECT u.id, u.name, u.roles, u.dealer, u.language FROM token_secret s"
                                   " JOIN token t ON t.id = s.token_id JOIN \"user\" u ON u.id = t.parent_id"
                                   " WHERE s.hash = $1 AND t.state = 'active' AND u.state = 'active'"
                                   " AND (t.expires_on IS NULL OR t.expires_on >= $2)",
                                   DB_ARGS(DB_T(hash), DB_I(today)), error);
  if (!found || !found->rows)
    return found != NULL;
  *viewer = (Viewer){.user_id = DB_CELL(found, 0, 0)->integer, .name = DB_CELL(found, 0, 1)->text,
                     .roles = party_roles(DB_CELL(found, 0, 2)->text), .dealer_id = DB_CELL(found, 0, 3)->integer,
                     .language = DB_CELL(found, 0, 4)->kind == DB_TEXT ? DB_CELL(found, 0, 4)->text : visit->language};
  return party_substitutes(tx, viewer->user_id, today, &viewer->substitutes, error);
}

typedef struct {
  Visit *visit;
  Done done;          /* what the command did */
  const char *secret; /* in the arena */
  const char *hash;
} Issue;

static gboolean keep(DbTx *tx, gpointer data, GError **error) {
  const Issue *issue = data;
  return db_exec(tx, "INSERT INTO token_secret (hash, token_id) VALUES ($1,$2)",
                 DB_ARGS(DB_T(issue->hash), DB_I(issue->done.id)), error) == 1;
}

static gboolean show(DbTx *tx, gpointer data, GError **error) {
  const Issue *issue = data;
  const View view = visit_view(issue->visit, tx);
  const Record *record = dict_find("token");
  const void *row = dict_load(tx, view.arena, record, issue->done.id, error);
  if (!row)
    return FALSE;
  Value *root = view_page(&view, view_text(&view, record->label));
  Value *issued = value_set(view.arena, root, "issued", value_map(view.arena));
  value_set_text(view.arena, issued, "name", view_title(&view, record, row));
  value_set_text(view.arena, issued, "secret", issue->secret);
  value_set_text(view.arena, issued, "back_href", view_href(&view, record, issue->done.id));
  visit_send_page(issue->visit, 200, "token-issued", root);
  return TRUE;
}

static void send_secret(const Issue *issue) {
  Arena *arena = issue->visit->request->arena;
  Value *answer = value_map(arena);
  value_set_integer(arena, answer, "id", VALUE_NUMBER, issue->done.id);
  value_set_integer(arena, answer, "version", VALUE_NUMBER, issue->done.version);
  value_set_text(arena, answer, "secret", issue->secret);
  visit_send_json(issue->visit, 200, "application/json", answer);
}

static const char *make_secret(Arena *arena) {
  guint8 bytes[SECRET_BYTES];
  char text[SECRET_BYTES * 2 + 1];
  randombytes_buf(bytes, sizeof bytes);
  return arena_printf(arena, PREFIX "%s", sodium_bin2hex(text, sizeof text, bytes, sizeof bytes));
}

gboolean token_issue_secret(Visit *visit, GError **error) {
  Issue issue = {.visit = visit};
  Db *db = engine_db(visit->app->engine);
  if (!acts_run(visit, workflow_find("token.issue"), &issue.done, error))
    return FALSE;
  if (issue.done.again) /* the first answer is gone for good */
    return refusal_add(visit->refusal, REFUSAL_CONFLICT, REASON_OTHER, "token",
                       visit_text(visit, N_("The secret was shown already; revoke this token and make a new one.")));
  issue.secret = make_secret(visit->request->arena);
  g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, issue.secret, -1);
  issue.hash = hash;
  if (!db_write(db, keep, &issue, error))
    return FALSE;
  if (!visit->api)
    return db_read(db, show, &issue, error);
  send_secret(&issue);
  return TRUE;
}
