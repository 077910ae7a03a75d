/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions. The cookie's token is random; only its SHA-256 is stored, so the table lets nobody in. */
#include "serve/session.h"
#include "base/date.h"
#include "base/lang.h"
#include "party/party.h"
#include "serve/secret.h"
#include <pthread.h>
#include <sodium.h>
#include <string.h>

enum {
  TOKEN_BYTES = 32,
  LOGIN_MOST = 64, /* characters of a login name */
};

struct Sessions {
  Engine *engine;
  SessionRules rules;
  pthread_mutex_t mutex; /* guards seen */
  GHashTable *seen;      /* stored form of a token → gint64 when it was last used, not yet written */
};

static const char *const tables[] = {
  "CREATE TABLE IF NOT EXISTS session (token TEXT PRIMARY KEY, user_id BIGINT, csrf TEXT, created_at BIGINT, seen_at "
  "BIGINT)",
  "CREATE INDEX IF NOT EXISTS session_of_user ON session (user_id)",
};

static gboolean migrate(DbTx *tx, gpointer data, GError **error) {
  for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
    if (db_exec(tx, tables[i], DB_NO_ARGS, error) < 0)
      return FALSE;
  return secret_migrate(tx, error);
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

static char *stored_form(const char *token) {
  return g_compute_checksum_for_string(G_CHECKSUM_SHA256, token ? token : "", -1);
}

/* ---- passwords ---- */
typedef struct {
  const gint64 *user_ids; /* ended by 0 */
  gint64 now;
  const char *hash;
  gboolean must_change;
  const char *keep;         /* stored form of the token of a session that stays; NULL: all end */
  const SecretClaim *claim; /* the proof that the new password rests on; NULL: none is needed */
  const SessionIssue *issue; /* asks whether it may be done; NULL: nobody does */
  GArray *users;            /* gint64: for engine_write() */
} NewPassword;

static gboolean store_passwords(DbTx *tx, gpointer data, GError **error) {
  const NewPassword *new = data;
  const SessionIssue *issue = new->issue;
  if ((new->claim && !secret_holds(tx, new->claim, error)) ||
      (issue && issue->may && !issue->may(tx, issue->data, error)))
    return FALSE;
  for (const gint64 *id = new->user_ids; *id; id++)
    if (!secret_store(tx, *id, new->hash, new->now, new->must_change, error) ||
        db_exec(tx, "DELETE FROM session WHERE user_id = $1 AND token <> $2",
                DB_ARGS(DB_I(*id), DB_T(new->keep ? new->keep : "")), error) < 0)
      return FALSE;
    else
      g_array_append_val(new->users, *id);
  return TRUE;
}

static gboolean set_passwords(Engine *engine, NewPassword *new, const char *password, GError **error) {
  g_autofree char *hash = secret_hash(password, error);
  g_autoptr(GArray) users = g_array_new(FALSE, FALSE, sizeof(gint64));
  new->now = engine_now(engine);
  new->hash = hash;
  new->users = users;
  return hash && engine_write(engine, store_passwords, new, users, error);
}

gboolean session_set_passwords(Engine *engine, const gint64 *user_ids, const char *password, GError **error) {
  return set_passwords(engine, &(NewPassword){.user_ids = user_ids}, password, error);
}

/* Letters and digits that nobody confuses, in groups. */
char *session_issue_password(Engine *engine, const SessionIssue *issue, GError **error) {
  static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
  g_autoptr(GString) password = g_string_new(NULL);
  for (guint i = 0; i < 16; i++)
    g_string_append_printf(password, "%s%c", i && i % 4 == 0 ? "-" : "",
                           letters[randombytes_uniform(sizeof letters - 1)]);
  NewPassword new = {.user_ids = (const gint64[]){issue->user_id, 0}, .must_change = TRUE, .issue = issue};
  return set_passwords(engine, &new, password->str, error) ? g_strdup(password->str) : NULL;
}

/* Whether the password will do; else a reason. */
static gboolean check_password(const char *login, const SessionChange *change, const char *language,
                               Refusal *refusal) {
  const glong length = g_utf8_validate(change->fresh, -1, NULL) ? g_utf8_strlen(change->fresh, -1) : 0;
  if (length < SESSION_PASSWORD_LEAST || length > SESSION_PASSWORD_MOST)
    return refusal_addf(
      refusal, REFUSAL_INVALID, REASON_FIELD, "new",
      lang_text(language, N_("The new password needs %d to %d characters; a sentence is easy to remember.")),
      SESSION_PASSWORD_LEAST, SESSION_PASSWORD_MOST);
  if (!g_ascii_strcasecmp(change->fresh, login))
    return refusal_add(refusal, REFUSAL_INVALID, REASON_FIELD, "new",
                       lang_text(language, N_("The new password is the login name; choose another.")));
  if (!strcmp(change->fresh, change->old))
    return refusal_add(refusal, REFUSAL_INVALID, REASON_FIELD, "new",
                       lang_text(language, N_("The new password is the old one; choose another.")));
  return TRUE;
}

/* Refuses what secret_prove() did not find proved, or what no longer holds: as a login, or as a field of a form. */
static gboolean refuse_claim(const SecretClaim *claim, const char *wrong, const char *language, Refusal *refusal) {
  const ReasonKind kind = claim->login ? REASON_OTHER : REASON_FIELD;
  const char *name = claim->login ? "login" : "old";
  if (!claim->limited)
    return refusal_add(refusal, claim->login ? REFUSAL_LOGIN : REFUSAL_INVALID, kind, name, lang_text(language, wrong));
  return refusal_addf(refusal, REFUSAL_TOO_OFTEN, kind, name,
                      lang_text(language, N_("Too many attempts; wait %d minutes, or ask the administrator.")),
                      (int)(claim->rules->window + 59) / 60);
}

gboolean session_change_password(Sessions *sessions, const Session *session, const SessionChange *change,
                                 Refusal *refusal, GError **error) {
  const char *language = session->viewer.language;
  g_autofree char *keep = stored_form(change->token);
  g_auto(SecretClaim) claim = {.rules = &sessions->rules, .now = engine_now(sessions->engine),
                               .user_id = session->viewer.user_id};
  NewPassword new = {.user_ids = (const gint64[]){claim.user_id, 0}, .keep = keep, .claim = &claim};
  GError *fault = NULL;
  const gboolean proved = secret_prove(engine_db(sessions->engine), &claim, change->old, &fault);
  if (proved && !check_password(claim.name, change, language, refusal))
    return FALSE;
  if (proved && set_passwords(sessions->engine, &new, change->fresh, &fault))
    return TRUE;
  if (!fault)
    return refuse_claim(&claim, N_("The present password is wrong; type it again."), language, refusal);
  g_propagate_error(error, fault);
  return FALSE;
}

/* ---- logging in ---- */
static char *random_text(void) {
  guint8 bytes[TOKEN_BYTES];
  randombytes_buf(bytes, sizeof bytes);
  char *text = g_malloc(TOKEN_BYTES * 2 + 1);
  return sodium_bin2hex(text, TOKEN_BYTES * 2 + 1, bytes, sizeof bytes);
}

typedef struct {
  SecretClaim claim;
  const char *token, *old_token; /* of the new session, and of the browser's last one */
  const char *browser;           /* by which the browser is known from now on */
  GArray *users;                 /* gint64: for engine_write() */
} Beginning;

/* Adds to users whose session it is, if it is one. */
static gboolean add_owner(DbTx *tx, const char *stored, GArray *users, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  const DbResult *found = db_query(tx, arena, "SELECT user_id FROM session WHERE token = $1", DB_ARGS(DB_T(stored)),
                                   error);
  if (found && found->rows)
    g_array_append_val(users, DB_CELL(found, 0, 0)->integer);
  return found != NULL;
}

/* The session begins in place of the browser's last one. */
static gboolean begin_session(DbTx *tx, gpointer data, GError **error) {
  const Beginning *beginning = data;
  const SecretClaim *claim = &beginning->claim;
  g_autofree char *stored = stored_form(beginning->token), *old = stored_form(beginning->old_token);
  g_autofree char *csrf = random_text();
  return secret_holds(tx, claim, error) && secret_know(tx, claim, beginning->browser, error) &&
         add_owner(tx, old, beginning->users, error) &&
         db_exec(tx, "DELETE FROM session WHERE created_at <= $1 OR token = $2",
                 DB_ARGS(DB_I(claim->now - claim->rules->absolute), DB_T(old)), error) >= 0 &&
         db_exec(tx, "INSERT INTO session (token, user_id, csrf, created_at, seen_at) VALUES ($1,$2,$3,$4,$4)",
                 DB_ARGS(DB_T(stored), DB_I(claim->user_id), DB_T(csrf), DB_I(claim->now)), error) == 1;
}

char *session_login(Sessions *sessions, const SessionLogin *login, char **browser, Refusal *refusal, GError **error) {
  const gboolean text = g_utf8_validate(login->login, -1, NULL);
  g_autofree char *name = text ? g_utf8_substring(login->login, 0, MIN(LOGIN_MOST, g_utf8_strlen(login->login, -1)))
                               : g_strdup("");
  g_autofree char *token = random_text(), *known = random_text();
  g_autoptr(GArray) users = g_array_new(FALSE, FALSE, sizeof(gint64));
  Beginning beginning = {.token = token, .old_token = login->old_token, .browser = known, .users = users,
                         .claim = {.rules = &sessions->rules, .now = engine_now(sessions->engine), .login = name,
                                   .peer = login->peer, .browser = login->browser}};
  Db *db = engine_db(sessions->engine);
  GError *fault = NULL;
  const gboolean begun = secret_prove(db, &beginning.claim, login->password, &fault) &&
                         engine_write(sessions->engine, begin_session, &beginning, users, &fault);
  if (fault)
    g_propagate_error(error, fault);
  else if (!begun)
    refuse_claim(&beginning.claim, N_("User name or password is wrong; check both and try again."), login->language,
                 refusal);
  secret_claim_clear(&beginning.claim);
  *browser = begun ? g_steal_pointer(&known) : NULL;
  return begun ? g_steal_pointer(&token) : NULL;
}

/* ---- being logged in ---- */
/* Notes that the session is used now (if it is), and says when it was used last before, as far as is known here. */
static gint64 note_use(Sessions *sessions, const char *stored, gint64 written, gint64 now, gboolean used) {
  pthread_mutex_lock(&sessions->mutex);
  const gint64 *seen = g_hash_table_lookup(sessions->seen, stored);
  const gint64 last = MAX(written, seen ? *seen : 0);
  if (used && last > now - sessions->rules.idle && last < now)
    g_hash_table_insert(sessions->seen, g_strdup(stored), g_memdup2(&now, sizeof now));
  pthread_mutex_unlock(&sessions->mutex);
  return last;
}

gboolean session_load(Sessions *sessions, DbTx *tx, Arena *arena, const char *token, gboolean used,
                      const char *language, Session *session, GError **error) {
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
  if (note_use(sessions, stored, DB_CELL(found, 0, 6)->integer, now, used) <= now - sessions->rules.idle)
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
  const char *sql;           /* deletes sessions by the stored form; NULL: the user is named */
  char *stored;              /* form of a session's token, owned; or NULL */
  const SessionIssue *issue; /* names the user; or NULL */
  GArray *users;             /* gint64, owned: for engine_write() */
} Ending;

static gboolean end(DbTx *tx, gpointer data, GError **error) {
  const Ending *ending = data;
  const SessionIssue *issue = ending->issue;
  if (issue && issue->may && !issue->may(tx, issue->data, error))
    return FALSE;
  if (issue)
    g_array_append_val(ending->users, issue->user_id);
  return issue ? session_end_user(tx, issue->user_id, NULL, error)
               : add_owner(tx, ending->stored, ending->users, error) &&
                   db_exec(tx, ending->sql, DB_ARGS(DB_T(ending->stored)), error) >= 0;
}

static gboolean run_ending(Engine *engine, Ending *ending, GError **error) {
  ending->users = g_array_new(FALSE, FALSE, sizeof(gint64));
  const gboolean fine = engine_write(engine, end, ending, ending->users, error);
  g_array_unref(ending->users);
  g_free(ending->stored);
  return fine;
}

gboolean session_end(Sessions *sessions, const char *token, gboolean all, GError **error) {
  static const char own[] = "DELETE FROM session WHERE token = $1",
                    each[] = "DELETE FROM session WHERE user_id = (SELECT user_id FROM session WHERE token = $1)";
  return run_ending(sessions->engine, &(Ending){.sql = all ? each : own, .stored = stored_form(token)}, error);
}

gboolean session_end_others(Sessions *sessions, const char *token, GError **error) {
  static const char others[] =
    "DELETE FROM session WHERE token <> $1 AND user_id = (SELECT user_id FROM session WHERE token = $1)";
  return run_ending(sessions->engine, &(Ending){.sql = others, .stored = stored_form(token)}, error);
}

gboolean session_end_all(Engine *engine, const SessionIssue *issue, GError **error) {
  return run_ending(engine, &(Ending){.issue = issue}, error);
}

gint64 session_count(const Sessions *sessions, DbTx *tx, gint64 user_id, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  const gint64 now = engine_now(sessions->engine);
  const DbResult *found = db_query(
    tx, arena, "SELECT COUNT(*) FROM session WHERE user_id = $1 AND created_at > $2 AND seen_at > $3",
    DB_ARGS(DB_I(user_id), DB_I(now - sessions->rules.absolute), DB_I(now - sessions->rules.idle)), error);
  return found ? DB_CELL(found, 0, 0)->integer : -1;
}

static gint compare_used(gconstpointer one, gconstpointer other) {
  const gint64 a = ((const SessionOpen *)one)->used, b = ((const SessionOpen *)other)->used;
  return (a < b) - (a > b);
}

GArray *session_list(Sessions *sessions, DbTx *tx, gint64 user_id, const char *token, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  g_autofree char *own = stored_form(token);
  const gint64 now = engine_now(sessions->engine);
  const DbResult *found = db_query(tx, arena,
                                   "SELECT token, created_at, seen_at FROM session WHERE user_id = $1 AND"
                                   " created_at > $2",
                                   DB_ARGS(DB_I(user_id), DB_I(now - sessions->rules.absolute)), error);
  GArray *all = found ? g_array_new(FALSE, FALSE, sizeof(SessionOpen)) : NULL;
  pthread_mutex_lock(&sessions->mutex);
  for (guint i = 0; found && i < found->rows; i++) {
    const gint64 *seen = g_hash_table_lookup(sessions->seen, DB_CELL(found, i, 0)->text);
    const SessionOpen open = {.since = DB_CELL(found, i, 1)->integer,
                              .used = MAX(DB_CELL(found, i, 2)->integer, seen ? *seen : 0),
                              .is_this = !strcmp(DB_CELL(found, i, 0)->text, own)};
    if (open.used > now - sessions->rules.idle)
      g_array_append_val(all, open);
  }
  pthread_mutex_unlock(&sessions->mutex);
  if (all)
    g_array_sort(all, compare_used);
  return all;
}

gboolean session_end_user(DbTx *tx, gint64 user_id, gpointer data, GError **error) {
  return db_exec(tx, "DELETE FROM session WHERE user_id = $1", DB_ARGS(DB_I(user_id)), error) >= 0;
}

typedef struct {
  gint64 user_id;
  const char *language;
} Speech;

static gboolean speak(DbTx *tx, gpointer data, GError **error) {
  const Speech *change = data;
  return db_exec(tx, "UPDATE \"user\" SET language = $2 WHERE id = $1",
                 DB_ARGS(DB_I(change->user_id), DB_T(change->language)), error) >= 0;
}

gboolean session_speak(Sessions *sessions, gint64 user_id, const char *language, GError **error) {
  Speech change = {.user_id = user_id, .language = language};
  return db_write(engine_db(sessions->engine), speak, &change, error);
}
