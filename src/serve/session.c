/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions. The cookie's token is random; only its SHA-256 is stored, so the table lets nobody in. */
#include "serve/session.h"
#include "base/date.h"
#include "base/lang.h"
#include "party/party.h"
#include <pthread.h>
#include <semaphore.h>
#include <sodium.h>
#include <string.h>

enum {
  TOKEN_BYTES = 32,
  LOGIN_MOST = 64, /* characters of a login name */
  HASHING = 2,     /* passwords hashed at once: each takes 64 MB for a moment */
};

struct Sessions {
  Engine *engine;
  SessionRules rules;
  pthread_mutex_t mutex; /* guards seen */
  GHashTable *seen;      /* stored form of a token → gint64 when it was last used, not yet written */
};

static const char *const tables[] = {
  "CREATE TABLE IF NOT EXISTS password (user_id BIGINT PRIMARY KEY, hash TEXT, changed_at BIGINT, must_change BIGINT)",
  "CREATE TABLE IF NOT EXISTS session (token TEXT PRIMARY KEY, user_id BIGINT, csrf TEXT, created_at BIGINT, seen_at "
  "BIGINT)",
  "CREATE INDEX IF NOT EXISTS session_of_user ON session (user_id)",
  "CREATE TABLE IF NOT EXISTS login_attempt (name TEXT PRIMARY KEY, since BIGINT, count BIGINT)",
};

static gboolean migrate(DbTx *tx, gpointer data, GError **error) {
  for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
    if (db_exec(tx, tables[i], DB_NO_ARGS, error) < 0)
      return FALSE;
  g_autoptr(GHashTable) columns = db_columns(tx, "password", error);
  return columns && (g_hash_table_contains(columns, "must_change") ||
                     db_exec(tx, "ALTER TABLE password ADD COLUMN must_change BIGINT", DB_NO_ARGS, error) >= 0);
}

gboolean session_migrate(Db *db, GError **error) {
  return db_write_alone(db, migrate, NULL, error);
}

Sessions *session_open(Engine *engine, const SessionRules *rules) {
  Sessions *sessions = g_new0(Sessions, 1);
  sessions->engine = engine;
  sessions->rules = *rules;
  sessions->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  pthread_mutex_init(&sessions->mutex, NULL);
  return sessions;
}

void session_close(Sessions *sessions) {
  if (!sessions)
    return;
  g_hash_table_unref(sessions->seen);
  pthread_mutex_destroy(&sessions->mutex);
  g_free(sessions);
}

/* ---- passwords ---- */
static sem_t hashing;
static void start_hashing(void) {
  sem_init(&hashing, 0, HASHING);
}

/* Hashes, or compares with a hash. NULL where memory is out, or the password is another. */
static char *hash_or_verify(const char *password, const char *hash) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  char made[crypto_pwhash_STRBYTES] = "";
  pthread_once(&once, start_hashing);
  while (sem_wait(&hashing))
    continue;
  const int failed = hash ? crypto_pwhash_str_verify(hash, password, strlen(password))
                          : crypto_pwhash_str(made, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                              crypto_pwhash_MEMLIMIT_INTERACTIVE);
  sem_post(&hashing);
  return failed ? NULL : g_strdup(hash ? hash : made);
}

static gboolean is_password(const char *password, const char *hash) {
  g_autofree char *same = hash_or_verify(password, hash);
  return same != NULL;
}

static char *hash_of(const char *password, GError **error) {
  char *hash = hash_or_verify(password, NULL);
  if (!hash)
    g_set_error_literal(error, DB_ERROR, DB_ERROR_FAILED, "no memory to hash a password");
  return hash;
}

typedef struct {
  const gint64 *user_ids; /* ended by 0 */
  gint64 user_id, now;    /* user_id: the one being stored */
  const char *hash;
  gboolean must_change;
  const char *keep; /* stored form of the token of a session that stays; NULL: all end */
} NewPassword;

static gboolean store_password(DbTx *tx, const NewPassword *new, GError **error) {
  return db_exec(tx, "DELETE FROM password WHERE user_id = $1", DB_ARGS(DB_I(new->user_id)), error) >= 0 &&
         db_exec(tx, "INSERT INTO password (user_id, hash, changed_at, must_change) VALUES ($1,$2,$3,$4)",
                 DB_ARGS(DB_I(new->user_id), DB_T(new->hash), DB_I(new->now), DB_I(new->must_change)), error) == 1 &&
         db_exec(tx, "DELETE FROM session WHERE user_id = $1 AND token <> $2",
                 DB_ARGS(DB_I(new->user_id), DB_T(new->keep ? new->keep : "")), error) >= 0;
}

static gboolean store_passwords(DbTx *tx, gpointer data, GError **error) {
  NewPassword new = *(const NewPassword *)data;
  for (guint i = 0; new.user_ids[i]; i++) {
    new.user_id = new.user_ids[i];
    if (!store_password(tx, &new, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean set_passwords(Engine *engine, NewPassword *new, const char *password, GError **error) {
  g_autofree char *hash = hash_of(password, error);
  new->now = engine_now(engine);
  new->hash = hash;
  return hash && db_write(engine_db(engine), store_passwords, new, error);
}

gboolean session_set_passwords(Engine *engine, const gint64 *user_ids, const char *password, GError **error) {
  return set_passwords(engine, &(NewPassword){.user_ids = user_ids}, password, error);
}

/* Letters and digits that nobody confuses, in groups. */
char *session_issue_password(Engine *engine, gint64 user_id, GError **error) {
  static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
  g_autoptr(GString) password = g_string_new(NULL);
  for (guint i = 0; i < 16; i++)
    g_string_append_printf(password, "%s%c", i && i % 4 == 0 ? "-" : "",
                           letters[randombytes_uniform(sizeof letters - 1)]);
  NewPassword new = {.user_ids = (const gint64[]){user_id, 0}, .must_change = TRUE};
  return set_passwords(engine, &new, password->str, error) ? g_strdup(password->str) : NULL;
}

static char *stored_form(const char *token) {
  return g_compute_checksum_for_string(G_CHECKSUM_SHA256, token ? token : "", -1);
}

typedef struct {
  gint64 user_id;
  char *login, *hash; /* found */
} Account;

static gboolean find_account(DbTx *tx, gpointer data, GError **error) {
  Account *account = data;
  g_autoptr(Arena) arena = arena_new();
  const DbResult *found = db_query(
    tx, arena, "SELECT u.login, p.hash FROM \"user\" u JOIN password p ON p.user_id = u.id WHERE u.id = $1",
    DB_ARGS(DB_I(account->user_id)), error);
  g_clear_pointer(&account->login, g_free);
  g_clear_pointer(&account->hash, g_free);
  if (found && found->rows) {
    account->login = g_strdup(DB_CELL(found, 0, 0)->text);
    account->hash = g_strdup(DB_CELL(found, 0, 1)->text);
  }
  return found != NULL;
}

/* Whether the password will do; else a reason. */
static gboolean check_password(const Account *account, const SessionChange *change, const char *language,
                               Refusal *refusal) {
  const glong length = g_utf8_validate(change->fresh, -1, NULL) ? g_utf8_strlen(change->fresh, -1) : 0;
  if (length < SESSION_PASSWORD_LEAST || length > SESSION_PASSWORD_MOST)
    return refusal_addf(
      refusal, REFUSAL_INVALID, REASON_FIELD, "new",
      lang_text(language, N_("The new password needs %d to %d characters; a sentence is easy to remember.")),
      SESSION_PASSWORD_LEAST, SESSION_PASSWORD_MOST);
  if (account->login && !g_ascii_strcasecmp(change->fresh, account->login))
    return refusal_add(refusal, REFUSAL_INVALID, REASON_FIELD, "new",
                       lang_text(language, N_("The new password is the login name; choose another.")));
  if (!strcmp(change->fresh, change->old))
    return refusal_add(refusal, REFUSAL_INVALID, REASON_FIELD, "new",
                       lang_text(language, N_("The new password is the old one; choose another.")));
  return TRUE;
}

gboolean session_change_password(Sessions *sessions, const Session *session, const SessionChange *change,
                                 Refusal *refusal, GError **error) {
  const char *language = session->viewer.language;
  Account account = {.user_id = session->viewer.user_id};
  if (!db_read(engine_db(sessions->engine), find_account, &account, error))
    return FALSE;
  g_autofree char *login = account.login, *hash = account.hash, *keep = stored_form(change->token);
  if (!hash || !is_password(change->old, hash))
    return refusal_add(refusal, REFUSAL_INVALID, REASON_FIELD, "old",
                       lang_text(language, N_("The present password is wrong; type it again.")));
  NewPassword new = {.user_ids = (const gint64[]){account.user_id, 0}, .keep = keep};
  return check_password(&account, change, language, refusal) &&
         set_passwords(sessions->engine, &new, change->fresh, error);
}

/* ---- logging in ---- */
static char *random_text(void) {
  guint8 bytes[TOKEN_BYTES];
  randombytes_buf(bytes, sizeof bytes);
  char *text = g_malloc(TOKEN_BYTES * 2 + 1);
  return sodium_bin2hex(text, TOKEN_BYTES * 2 + 1, bytes, sizeof bytes);
}

typedef struct {
  const SessionRules *rules;
  const char *account, *address; /* names of their counters */
  const char *login;
  gint64 now;
  gboolean limited;              /* tried too often */
  gint64 user_id;                /* found */
  char *hash;                    /* stored for the user */
  const char *token, *csrf;      /* of the new session */
  const char *old_token;
} Attempt;

/* Counts an attempt before it is known to be wrong, so that many at once do not get more than one after the other.
   FALSE without error when there were too many. */
static gboolean count_attempt(DbTx *tx, Attempt *attempt, const char *name, GError **error) {
  const gint64 changed = db_exec(
    tx,
    "INSERT INTO login_attempt (name, since, count) VALUES ($1, $2, 1) ON CONFLICT (name) DO UPDATE SET "
    "count = CASE WHEN login_attempt.since <= $3 THEN 1 ELSE login_attempt.count + 1 END, "
    "since = CASE WHEN login_attempt.since <= $3 THEN $2 ELSE login_attempt.since END "
    "WHERE login_attempt.since <= $3 OR login_attempt.count < $4",
    DB_ARGS(DB_T(name), DB_I(attempt->now), DB_I(attempt->now - attempt->rules->window),
            DB_I(attempt->rules->attempts)),
    error);
  attempt->limited = changed == 0;
  return changed == 1;
}

static gboolean reserve(DbTx *tx, gpointer data, GError **error) {
  Attempt *attempt = data;
  g_autoptr(Arena) arena = arena_new();
  g_clear_pointer(&attempt->hash, g_free);
  if (!count_attempt(tx, attempt, attempt->account, error) || !count_attempt(tx, attempt, attempt->address, error))
    return FALSE;
  const DbResult *found = db_query(tx, arena,
                                   "SELECT u.id, p.hash FROM \"user\" u JOIN password p ON p.user_id = u.id"
                                   " WHERE u.login = $1 AND u.state = 'active'",
                                   DB_ARGS(DB_T(attempt->login)), error);
  if (found && found->rows) {
    attempt->user_id = DB_CELL(found, 0, 0)->integer;
    attempt->hash = g_strdup(DB_CELL(found, 0, 1)->text);
  }
  return found != NULL;
}

/* The password was right: it does not count as an attempt, and the session begins in place of the browser's last
   one. */
static gboolean begin_session(DbTx *tx, gpointer data, GError **error) {
  const Attempt *attempt = data;
  g_autofree char *stored = stored_form(attempt->token), *old = stored_form(attempt->old_token);
  const gint64 now = attempt->now, oldest = now - attempt->rules->absolute;
  return db_exec(tx, "DELETE FROM login_attempt WHERE name = $1 OR since <= $2",
                 DB_ARGS(DB_T(attempt->account), DB_I(now - attempt->rules->window)), error) >= 0 &&
         db_exec(tx, "UPDATE login_attempt SET count = count - 1 WHERE name = $1 AND count > 0",
                 DB_ARGS(DB_T(attempt->address)), error) >= 0 &&
         db_exec(tx, "DELETE FROM session WHERE created_at <= $1 OR token = $2", DB_ARGS(DB_I(oldest), DB_T(old)),
                 error) >= 0 &&
         db_exec(tx, "INSERT INTO session (token, user_id, csrf, created_at, seen_at) VALUES ($1,$2,$3,$4,$4)",
                 DB_ARGS(DB_T(stored), DB_I(attempt->user_id), DB_T(attempt->csrf), DB_I(now)), error) == 1;
}

/* Who has one IPv6 address has 2^64 of them: its network counts. */
static char *address_counter(const char *peer) {
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string(peer);
  if (!address || g_inet_address_get_family(address) != G_SOCKET_FAMILY_IPV6)
    return g_strconcat("address:", peer, NULL);
  const guint8 *bytes = g_inet_address_to_bytes(address);
  char network[17];
  sodium_bin2hex(network, sizeof network, bytes, 8);
  return g_strconcat("address:", network, NULL);
}

char *session_login(Sessions *sessions, const SessionLogin *login, Refusal *refusal, GError **error) {
  const gboolean text = g_utf8_validate(login->login, -1, NULL);
  g_autofree char *name = text ? g_utf8_substring(login->login, 0, MIN(LOGIN_MOST, g_utf8_strlen(login->login, -1)))
                               : g_strdup("");
  g_autofree char *account = g_strconcat("account:", name, NULL), *address = address_counter(login->peer);
  g_autofree char *token = random_text(), *csrf = random_text();
  Attempt attempt = {.rules = &sessions->rules, .account = account, .address = address, .login = name,
                     .now = engine_now(sessions->engine), .token = token, .csrf = csrf, .old_token = login->old_token};
  Db *db = engine_db(sessions->engine);
  GError *fault = NULL;
  const gboolean reserved = db_write(db, reserve, &attempt, &fault);
  g_autofree char *hash = attempt.hash;
  if (fault) {
    g_propagate_error(error, fault);
    return NULL;
  }
  if (!reserved) {
    refusal_addf(refusal, REFUSAL_TOO_OFTEN, REASON_OTHER, "login",
                 lang_text(login->language, N_("Too many attempts; wait %d minutes, or ask the administrator.")),
                 (int)(sessions->rules.window + 59) / 60);
    return NULL;
  }
  /* an unknown name takes as long as a wrong password */
  if (!hash)
    g_free(hash_or_verify(login->password, NULL));
  if (!hash || !is_password(login->password, hash)) {
    refusal_add(refusal, REFUSAL_LOGIN, REASON_OTHER, "login",
                lang_text(login->language, N_("User name or password is wrong; check both and try again.")));
    return NULL;
  }
  return db_write(db, begin_session, &attempt, error) ? g_steal_pointer(&token) : NULL;
}

/* ---- being logged in ---- */
/* Notes that the session is used now, and says when it was used last before, as far as is known here. */
static gint64 note_use(Sessions *sessions, const char *stored, gint64 written, gint64 now) {
  pthread_mutex_lock(&sessions->mutex);
  const gint64 *seen = g_hash_table_lookup(sessions->seen, stored);
  const gint64 last = MAX(written, seen ? *seen : 0);
  if (last > now - sessions->rules.idle && last < now)
    g_hash_table_insert(sessions->seen, g_strdup(stored), g_memdup2(&now, sizeof now));
  pthread_mutex_unlock(&sessions->mutex);
  return last;
}

gboolean session_load(Sessions *sessions, DbTx *tx, Arena *arena, const char *token, const char *language,
                      Session *session, GError **error) {
  const gint64 now = engine_now(sessions->engine);
  *session = (Session){.viewer = {.name = "", .language = language}, .csrf = ""};
  if (!token || !*token)
    return TRUE;
  g_autofree char *stored = stored_form(token);
  const DbResult *found = db_query(
    tx, arena,
    "SELECT u.id, u.name, u.roles, u.dealer, u.language, s.csrf, s.seen_at, p.must_change"
    " FROM session s JOIN \"user\" u ON u.id = s.user_id LEFT JOIN password p ON p.user_id = u.id"
    " WHERE s.token = $1 AND s.created_at > $2 AND u.state = 'active'",
    DB_ARGS(DB_T(stored), DB_I(now - sessions->rules.absolute)), error);
  if (!found || !found->rows)
    return found != NULL;
  if (note_use(sessions, stored, DB_CELL(found, 0, 6)->integer, now) <= now - sessions->rules.idle)
    return TRUE;
  session->csrf = DB_CELL(found, 0, 5)->text;
  session->must_change = DB_CELL(found, 0, 7)->integer == 1;
  session->viewer = (Viewer){.user_id = DB_CELL(found, 0, 0)->integer, .name = DB_CELL(found, 0, 1)->text,
                             .roles = party_roles(DB_CELL(found, 0, 2)->text),
                             .dealer_id = DB_CELL(found, 0, 3)->integer,
                             .language = DB_CELL(found, 0, 4)->kind == DB_TEXT ? DB_CELL(found, 0, 4)->text : language};
  return party_substitutes(tx, session->viewer.user_id, date_of_time(now, sessions->rules.zone),
                           &session->viewer.substitutes, error);
}

static gboolean write_uses(DbTx *tx, gpointer seen, GError **error) {
  GHashTableIter each;
  gpointer stored, when;
  g_hash_table_iter_init(&each, seen);
  while (g_hash_table_iter_next(&each, &stored, &when))
    if (db_exec(tx, "UPDATE session SET seen_at = $2 WHERE token = $1 AND seen_at < $2",
                DB_ARGS(DB_T((const char *)stored), DB_I(*(gint64 *)when)), error) < 0)
      return FALSE;
  return TRUE;
}

static gboolean is_written(gpointer stored, gpointer when, gpointer written) {
  const gint64 *done = g_hash_table_lookup(written, stored);
  return done && *done == *(gint64 *)when;
}

gboolean session_flush(Sessions *sessions, GError **error) {
  GHashTableIter each;
  gpointer stored, when;
  g_autoptr(GHashTable) written = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  pthread_mutex_lock(&sessions->mutex);
  g_hash_table_iter_init(&each, sessions->seen);
  while (g_hash_table_iter_next(&each, &stored, &when))
    g_hash_table_insert(written, g_strdup(stored), g_memdup2(when, sizeof(gint64)));
  pthread_mutex_unlock(&sessions->mutex);
  if (g_hash_table_size(written) && !db_write(engine_db(sessions->engine), write_uses, written, error))
    return FALSE;
  pthread_mutex_lock(&sessions->mutex);
  g_hash_table_foreach_remove(sessions->seen, is_written, written);
  pthread_mutex_unlock(&sessions->mutex);
  return TRUE;
}

/* ---- small changes ---- */
typedef struct {
  const char *token, *language;
  gint64 user_id;
  gboolean all;
} Change;

static gboolean end(DbTx *tx, gpointer data, GError **error) {
  const Change *change = data;
  g_autofree char *stored = stored_form(change->token);
  return db_exec(tx, change->all ? "DELETE FROM session WHERE user_id = (SELECT user_id FROM session WHERE token = $1)"
                                 : "DELETE FROM session WHERE token = $1",
                 DB_ARGS(DB_T(stored)), error) >= 0;
}

gboolean session_end(Sessions *sessions, const char *token, gboolean all, GError **error) {
  Change change = {.token = token, .all = all};
  return db_write(engine_db(sessions->engine), end, &change, error);
}

gint64 session_count(const Sessions *sessions, DbTx *tx, gint64 user_id, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  const gint64 now = engine_now(sessions->engine);
  const DbResult *found = db_query(
    tx, arena, "SELECT COUNT(*) FROM session WHERE user_id = $1 AND created_at > $2 AND seen_at > $3",
    DB_ARGS(DB_I(user_id), DB_I(now - sessions->rules.absolute), DB_I(now - sessions->rules.idle)), error);
  return found ? DB_CELL(found, 0, 0)->integer : -1;
}

static gboolean end_user(DbTx *tx, gpointer data, GError **error) {
  return db_exec(tx, "DELETE FROM session WHERE user_id = $1", DB_ARGS(DB_I(((const Change *)data)->user_id)), error) >=
         0;
}

gboolean session_end_user(Sessions *sessions, gint64 user_id, GError **error) {
  Change change = {.user_id = user_id};
  return db_write(engine_db(sessions->engine), end_user, &change, error);
}

static gboolean speak(DbTx *tx, gpointer data, GError **error) {
  const Change *change = data;
  return db_exec(tx, "UPDATE \"user\" SET language = $2 WHERE id = $1",
                 DB_ARGS(DB_I(change->user_id), DB_T(change->language)), error) >= 0;
}

gboolean session_speak(Sessions *sessions, gint64 user_id, const char *language, GError **error) {
  Change change = {.user_id = user_id, .language = language};
  return db_write(engine_db(sessions->engine), speak, &change, error);
}
