/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A claim is proved in three parts: counted and looked up, hashed outside of any transaction (it is slow), and looked
   at again by whatever acts on it. */
#include "serve/secret.h"
#include <pthread.h>
#include <semaphore.h>
#include <sodium.h>
#include <string.h>

enum {
  HASHING = 2,         /* passwords hashed at once: each takes 64 MB for a moment */
  STRANGERS = 5,       /* times as many wrong passwords as from one address close an account to browsers not known */
  KNOWN_MOST = 20,     /* browsers of a user */
};

static const char *const tables[] = {
  "CREATE TABLE IF NOT EXISTS password (user_id BIGINT PRIMARY KEY, hash TEXT, changed_at BIGINT, must_change BIGINT)",
  "CREATE TABLE IF NOT EXISTS login_attempt (name TEXT PRIMARY KEY, since BIGINT, count BIGINT)",
  "CREATE TABLE IF NOT EXISTS known_browser (token TEXT PRIMARY KEY, user_id BIGINT, at BIGINT)",
  "CREATE INDEX IF NOT EXISTS known_browser_of_user ON known_browser (user_id)",
};

gboolean secret_migrate(DbTx *tx, GError **error) {
  for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
    if (db_exec(tx, tables[i], DB_NO_ARGS, error) < 0)
      return FALSE;
  g_autoptr(GHashTable) columns = db_columns(tx, "password", error);
  return columns && (g_hash_table_contains(columns, "must_change") ||
                     db_exec(tx, "ALTER TABLE password ADD COLUMN must_change BIGINT", DB_NO_ARGS, error) >= 0);
}

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

char *secret_hash(const char *password, GError **error) {
  char *hash = hash_or_verify(password, NULL);
  if (!hash)
    g_set_error_literal(error, DB_ERROR, DB_ERROR_FAILED, "no memory to hash a password");
  return hash;
}

gboolean secret_store(DbTx *tx, gint64 user_id, const char *hash, gint64 now, gboolean must_change, GError **error) {
  return db_lock(tx, "user", user_id, error) &&
         db_exec(tx, "DELETE FROM password WHERE user_id = $1", DB_ARGS(DB_I(user_id)), error) >= 0 &&
         db_exec(tx, "INSERT INTO password (user_id, hash, changed_at, must_change) VALUES ($1,$2,$3,$4)",
                 DB_ARGS(DB_I(user_id), DB_T(hash), DB_I(now), DB_I(must_change)), error) == 1;
}

static char *stored_form(const char *browser) {
  return g_compute_checksum_for_string(G_CHECKSUM_SHA256, browser ? browser : "", -1);
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

/* A number of wrong passwords that makes people wait. */
typedef struct {
  char *counter; /* the row of login_attempt */
  gint64 most;
} Limit;
typedef struct {
  Limit all[2];
  guint count;
} Limits;

static void add_limit(Limits *limits, char *counter, gint64 most) {
  limits->all[limits->count++] = (Limit){.counter = counter, .most = most};
}

static void limits_clear(Limits *limits) {
  for (guint i = 0; i < limits->count; i++)
    g_free(limits->all[i].counter);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Limits, limits_clear)

/* A browser in which the user has logged in before counts for itself: whoever tries wrong passwords elsewhere, or at
   the same address, does not keep the user out. One address alone never closes an account. */
static Limits limits_of(const SecretClaim *claim) {
  Limits limits = {0};
  const gint64 attempts = claim->rules->attempts;
  if (!claim->login) {
    add_limit(&limits, g_strdup_printf("change:%" G_GINT64_FORMAT, claim->user_id), attempts);
  } else if (claim->known) {
    g_autofree char *stored = stored_form(claim->browser);
    add_limit(&limits, g_strconcat("browser:", stored, NULL), attempts);
  } else {
    add_limit(&limits, g_strconcat("account:", claim->name ? claim->name : claim->login, NULL), attempts * STRANGERS);
    add_limit(&limits, address_counter(claim->peer), attempts);
  }
  return limits;
}

/* FALSE without error when there were too many. */
static gboolean count_attempt(DbTx *tx, SecretClaim *claim, const Limit *limit, GError **error) {
  const gint64 changed = db_exec(
    tx,
    "INSERT INTO login_attempt (name, since, count) VALUES ($1, $2, 1) ON CONFLICT (name) DO UPDATE SET "
    "count = CASE WHEN login_attempt.since <= $3 THEN 1 ELSE login_attempt.count + 1 END, "
    "since = CASE WHEN login_attempt.since <= $3 THEN $2 ELSE login_attempt.since END "
    "WHERE login_attempt.since <= $3 OR login_attempt.count < $4",
    DB_ARGS(DB_T(limit->counter), DB_I(claim->now), DB_I(claim->now - claim->rules->window), DB_I(limit->most)),
    error);
  claim->limited = changed == 0;
  return changed == 1;
}

static gboolean find(DbTx *tx, SecretClaim *claim, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  g_autofree char *stored = stored_form(claim->browser);
  const DbResult *found = db_query(tx, arena,
                                   "SELECT u.id, u.login, p.hash, (SELECT COUNT(*) FROM known_browser b"
                                   " WHERE b.token = $3 AND b.user_id = u.id AND b.at > $4)"
                                   " FROM \"user\" u JOIN password p ON p.user_id = u.id"
                                   " WHERE (u.login = $1 OR u.id = $2) AND u.state = 'active'",
                                   DB_ARGS(DB_T(claim->login), DB_I(claim->login ? 0 : claim->user_id), DB_T(stored),
                                           DB_I(claim->now - SESSION_BROWSER_SECONDS)),
                                   error);
  secret_claim_clear(claim);
  if (found && found->rows) {
    claim->user_id = DB_CELL(found, 0, 0)->integer;
    claim->name = g_strdup(DB_CELL(found, 0, 1)->text);
    claim->hash = g_strdup(DB_CELL(found, 0, 2)->text);
    claim->known = DB_CELL(found, 0, 3)->integer > 0;
  }
  return found != NULL;
}

static gboolean reserve(DbTx *tx, gpointer data, GError **error) {
  SecretClaim *claim = data;
  if (!find(tx, claim, error))
    return FALSE;
  g_auto(Limits) limits = limits_of(claim);
  for (guint i = 0; i < limits.count; i++)
    if (!count_attempt(tx, claim, &limits.all[i], error))
      return FALSE;
  return TRUE;
}

/* A right password is no attempt. */
static gboolean forgive(DbTx *tx, gpointer data, GError **error) {
  const SecretClaim *claim = data;
  g_auto(Limits) limits = limits_of(claim);
  for (guint i = 0; i < limits.count; i++)
    if (db_exec(tx, "UPDATE login_attempt SET count = count - 1 WHERE name = $1 AND count > 0",
                DB_ARGS(DB_T(limits.all[i].counter)), error) < 0)
      return FALSE;
  return db_exec(tx, "DELETE FROM login_attempt WHERE since <= $1",
                 DB_ARGS(DB_I(claim->now - claim->rules->window)), error) >= 0;
}

gboolean secret_prove(Db *db, SecretClaim *claim, const char *password, GError **error) {
  if (!db_write(db, reserve, claim, error))
    return FALSE;
  /* an unknown name takes as long as a wrong password */
  g_autofree char *same = hash_or_verify(password, claim->hash);
  return claim->hash && same && db_write(db, forgive, claim, error);
}

gboolean secret_holds(DbTx *tx, const SecretClaim *claim, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  if (!db_lock(tx, "user", claim->user_id, error))
    return FALSE;
  const DbResult *found = db_query(tx, arena,
                                   "SELECT u.id FROM \"user\" u JOIN password p ON p.user_id = u.id"
                                   " WHERE u.id = $1 AND p.hash = $2 AND u.state = 'active'",
                                   DB_ARGS(DB_I(claim->user_id), DB_T(claim->hash)), error);
  return found && found->rows;
}

gboolean secret_know(DbTx *tx, const SecretClaim *claim, const char *browser, GError **error) {
  g_autofree char *stored = stored_form(browser), *before = stored_form(claim->browser);
  return db_exec(tx, "DELETE FROM known_browser WHERE token = $1 OR at <= $2",
                 DB_ARGS(DB_T(before), DB_I(claim->now - SESSION_BROWSER_SECONDS)), error) >= 0 &&
         db_exec(tx, "INSERT INTO known_browser (token, user_id, at) VALUES ($1,$2,$3)",
                 DB_ARGS(DB_T(stored), DB_I(claim->user_id), DB_I(claim->now)), error) == 1 &&
         db_exec(tx, "DELETE FROM known_browser WHERE user_id = $1 AND token NOT IN (SELECT token FROM known_browser"
                     " WHERE user_id = $1 ORDER BY at DESC, token LIMIT $2)",
                 DB_ARGS(DB_I(claim->user_id), DB_I(KNOWN_MOST)), error) >= 0;
}

void secret_claim_clear(SecretClaim *claim) {
  g_clear_pointer(&claim->name, g_free);
  g_clear_pointer(&claim->hash, g_free);
}
