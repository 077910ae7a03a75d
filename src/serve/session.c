/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions. The cookie's token is random; only its SHA-256 is stored, so the table lets nobody in. */
#include "serve/session.h"
#include "base/date.h"
#include "base/lang.h"
#include "party/party.h"
#include <sodium.h>
#include <string.h>

enum {
  IDLE = 12 * 3600,      /* seconds without a request that end a session */
  ABSOLUTE = 7 * 86400,  /* seconds that end it in any case */
  ATTEMPTS = 10,         /* wrong passwords of an account or address within WINDOW */
  WINDOW = 900,
  TOKEN_BYTES = 32,
  ZONE = 8 * 3600,       /* the factory's, seconds east of Greenwich */
};

static const char *const tables[] = {
  "CREATE TABLE IF NOT EXISTS password (user_id BIGINT PRIMARY KEY, hash TEXT, changed_at BIGINT)",
  "CREATE TABLE IF NOT EXISTS session (token TEXT PRIMARY KEY, user_id BIGINT, csrf TEXT, created_at BIGINT, seen_at BIGINT)",
  "CREATE INDEX IF NOT EXISTS session_of_user ON session (user_id)",
  "CREATE TABLE IF NOT EXISTS login_attempt (name TEXT PRIMARY KEY, since BIGINT, count BIGINT)",
};

static gboolean migrate(DbTx *tx, gpointer data, GError **error) {
  for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
    if (db_exec(tx, tables[i], DB_NO_ARGS, error) < 0)
      return FALSE;
  return TRUE;
}

gboolean session_migrate(Db *db, GError **error) {
  return db_write_alone(db, migrate, NULL, error);
}

char *session_hash(const char *password) {
  char hash[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str(hash, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE))
    return NULL;
  return g_strdup(hash);
}

gboolean session_set_password(DbTx *tx, gint64 user_id, const char *hash, gint64 now, GError **error) {
  return db_exec(tx, "DELETE FROM password WHERE user_id = $1", DB_ARGS(DB_I(user_id)), error) >= 0 &&
         db_exec(tx, "INSERT INTO password (user_id, hash, changed_at) VALUES ($1,$2,$3)", DB_ARGS(DB_I(user_id), DB_T(hash), DB_I(now)), error) == 1;
}

static char *stored_form(const char *token) {
  return g_compute_checksum_for_string(G_CHECKSUM_SHA256, token, -1);
}

static char *random_text(void) {
  guint8 bytes[TOKEN_BYTES];
  randombytes_buf(bytes, sizeof bytes);
  char *text = g_malloc(TOKEN_BYTES * 2 + 1);
  return sodium_bin2hex(text, TOKEN_BYTES * 2 + 1, bytes, sizeof bytes);
}

typedef struct {
  const char *login, *peer, *language;
  gint64 now;
  gint64 user_id;      /* found */
  char *hash;          /* stored for the user */
  gboolean limited;    /* tried too often */
  char *token, *csrf;
  gboolean right;      /* the password was */
} Attempt;

static gboolean attempts_of(DbTx *tx, Arena *arena, Attempt *attempt, const char *name, GError **error) {
  const DbResult *found = db_query(tx, arena, "SELECT count FROM login_attempt WHERE name = $1 AND since > $2",
                                   DB_ARGS(DB_T(name), DB_I(attempt->now - WINDOW)), error);
  attempt->limited = attempt->limited || (found && found->rows && DB_CELL(found, 0, 0)->integer >= ATTEMPTS);
  return found != NULL;
}

static gboolean look_up(DbTx *tx, gpointer data, GError **error) {
  Attempt *attempt = data;
  g_autoptr(Arena) arena = arena_new();
  g_clear_pointer(&attempt->hash, g_free);
  const char *address = arena_printf(arena, "address:%s", attempt->peer);
  const char *account = arena_printf(arena, "account:%s", attempt->login);
  if (!attempts_of(tx, arena, attempt, account, error) || !attempts_of(tx, arena, attempt, address, error))
    return FALSE;
  const DbResult *found = db_query(tx, arena,
                                   "SELECT u.id, p.hash FROM \"user\" u JOIN password p ON p.user_id = u.id WHERE u.login = $1 AND u.state = 'active'",
                                   DB_ARGS(DB_T(attempt->login)), error);
  if (found && found->rows) {
    attempt->user_id = DB_CELL(found, 0, 0)->integer;
    attempt->hash = g_strdup(DB_CELL(found, 0, 1)->text);
  }
  return found != NULL;
}

static gboolean count_failure(DbTx *tx, Arena *arena, const char *name, gint64 now, GError **error) {
  const gint64 changed = db_exec(tx, "UPDATE login_attempt SET count = count + 1 WHERE name = $1 AND since > $2",
                                 DB_ARGS(DB_T(name), DB_I(now - WINDOW)), error);
  if (changed != 0)
    return changed > 0;
  return db_exec(tx, "DELETE FROM login_attempt WHERE name = $1", DB_ARGS(DB_T(name)), error) >= 0 &&
         db_exec(tx, "INSERT INTO login_attempt (name, since, count) VALUES ($1,$2,1)", DB_ARGS(DB_T(name), DB_I(now)), error) == 1;
}

static gboolean settle(DbTx *tx, gpointer data, GError **error) {
  Attempt *attempt = data;
  g_autoptr(Arena) arena = arena_new();
  const char *account = arena_printf(arena, "account:%s", attempt->login);
  if (!attempt->right)
    return count_failure(tx, arena, account, attempt->now, error) &&
           count_failure(tx, arena, arena_printf(arena, "address:%s", attempt->peer), attempt->now, error);
  g_autofree char *stored = stored_form(attempt->token);
  return db_exec(tx, "DELETE FROM login_attempt WHERE name = $1", DB_ARGS(DB_T(account)), error) >= 0 &&
         db_exec(tx, "DELETE FROM session WHERE created_at < $1", DB_ARGS(DB_I(attempt->now - ABSOLUTE)), error) >= 0 &&
         db_exec(tx, "INSERT INTO session (token, user_id, csrf, created_at, seen_at) VALUES ($1,$2,$3,$4,$4)",
                 DB_ARGS(DB_T(stored), DB_I(attempt->user_id), DB_T(attempt->csrf), DB_I(attempt->now)), error) == 1;
}

char *session_login(Engine *engine, const char *login, const char *password, const char *peer, Refusal *refusal, const char *language, GError **error) {
  g_autofree char *short_login = g_strndup(login, 64);
  Attempt attempt = {.login = short_login, .peer = peer, .now = engine_now(engine)};
  Db *db = engine_db(engine);
  if (!db_read(db, look_up, &attempt, error))
    return NULL;
  g_autofree char *hash = attempt.hash;
  if (attempt.limited) {
    refusal_add(refusal, REFUSAL_TOO_OFTEN, REASON_OTHER, "login", lang_text(language, N_("Too many attempts; wait a quarter of an hour, or ask the administrator.")));
    return NULL;
  }
  /* an unknown name takes as long as a wrong password */
  if (!hash)
    g_free(session_hash(password));
  attempt.right = hash && crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
  g_autofree char *token = random_text(), *csrf = random_text();
  attempt.token = token, attempt.csrf = csrf;
  if (!db_write(db, settle, &attempt, error))
    return NULL;
  if (attempt.right)
    return g_steal_pointer(&token);
  refusal_add(refusal, REFUSAL_LOGIN, REASON_OTHER, "login", lang_text(language, N_("User name or password is wrong; check both and try again.")));
  return NULL;
}

gboolean session_load(DbTx *tx, Arena *arena, const char *token, gint64 now, const char *language, Session *session, GError **error) {
  *session = (Session){.viewer = {.name = "", .language = language}, .csrf = ""};
  if (!token || !*token)
    return TRUE;
  g_autofree char *stored = stored_form(token);
  const DbResult *found = db_query(tx, arena,
                                   "SELECT u.id, u.name, u.roles, u.dealer, u.language, s.csrf FROM session s JOIN \"user\" u ON u.id = s.user_id"
                                   " WHERE s.token = $1 AND s.created_at > $2 AND s.seen_at > $3 AND u.state = 'active'",
                                   DB_ARGS(DB_T(stored), DB_I(now - ABSOLUTE), DB_I(now - IDLE)), error);
  if (!found || !found->rows)
    return found != NULL;
  session->csrf = DB_CELL(found, 0, 5)->text;
  session->viewer = (Viewer){.user_id = DB_CELL(found, 0, 0)->integer, .name = DB_CELL(found, 0, 1)->text,
                             .roles = party_roles(DB_CELL(found, 0, 2)->text), .dealer_id = DB_CELL(found, 0, 3)->integer,
                             .language = DB_CELL(found, 0, 4)->kind == DB_TEXT ? DB_CELL(found, 0, 4)->text : language};
  return party_substitutes(tx, session->viewer.user_id, date_of_time(now, ZONE), &session->viewer.substitutes, error);
}

typedef struct {
  const char *token, *language;
  gint64 user_id;
  gboolean all;
} Change;

static gboolean end(DbTx *tx, gpointer data, GError **error) {
  const Change *change = data;
  g_autofree char *stored = stored_form(change->token);
  return db_exec(tx, change->all ? "DELETE FROM session WHERE user_id = (SELECT user_id FROM session WHERE token = $1)" : "DELETE FROM session WHERE token = $1",
                 DB_ARGS(DB_T(stored)), error) >= 0;
}

gboolean session_end(Db *db, const char *token, gboolean all, GError **error) {
  Change change = {.token = token, .all = all};
  return db_write(db, end, &change, error);
}

static gboolean speak(DbTx *tx, gpointer data, GError **error) {
  const Change *change = data;
  return db_exec(tx, "UPDATE \"user\" SET language = $2 WHERE id = $1", DB_ARGS(DB_I(change->user_id), DB_T(change->language)), error) >= 0;
}

gboolean session_speak(Db *db, gint64 user_id, const char *language, GError **error) {
  Change change = {.user_id = user_id, .language = language};
  return db_write(db, speak, &change, error);
}
