/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is logged in: passwords (Argon2id), sessions, and limits on trying. Tables: password, session, login_attempt. */
#pragma once
#include "workflow/workflow.h"

#define SESSION_COOKIE "gendan" /* holds the session's token */
#define SESSION_BROWSER "browser" /* the cookie by which a browser is known as one that its user has logged in with */
enum { SESSION_BROWSER_SECONDS = 180 * 86400, /* how long a browser is known after a login */
       SESSION_PASSWORD_LEAST = 10, SESSION_PASSWORD_MOST = 200 /* characters of a password */ };

typedef struct {
  gint64 idle;     /* seconds without a request that end a session */
  gint64 absolute; /* seconds that end it in any case */
  gint64 attempts; /* wrong passwords from an address, or in a browser known as its user's, within window; then it has
                      to wait. Five times as many from anywhere else close the account to browsers not known */
  gint64 window;   /* seconds */
  int zone;        /* the factory's, seconds east of Greenwich */
} SessionRules;

/* The sessions of one database; thread-safe. */
typedef struct Sessions Sessions;

/* Creates and completes the tables. */
gboolean session_migrate(Db *db, GError **error);
/* Over an engine, which must live on. */
Sessions *session_open(Engine *engine, const SessionRules *rules);
void session_close(Sessions *sessions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sessions, session_close)

typedef struct {
  Viewer viewer;        /* user_id 0: nobody; texts in the arena given */
  const char *csrf;     /* the session's form token */
  gboolean must_change; /* the password was given by somebody else: nothing is answered before another is chosen */
} Session;

typedef struct {
  const char *login, *password;
  const char *peer;      /* the address asking */
  const char *old_token; /* of the session that the browser has so far, which ends; or NULL */
  const char *browser;   /* what the last login in this browser gave it to be known by; or NULL */
  const char *language;  /* for the reason of a refusal */
} SessionLogin;
/* Checks name and password and opens a session. The token (for the cookie, free with g_free()), and in *browser that by
   which the browser is known (likewise); or NULL with a reason in `refusal`, or NULL and error. Slow on purpose
   (Argon2id, about 0.1 s): not in an event thread. */
char *session_login(Sessions *sessions, const SessionLogin *login, char **browser, Refusal *refusal, GError **error);
/* The session of a cookie's token; nobody when it is unknown, idle too long, too old, or its user's account closed.
   used: somebody uses it just now, so its idle time begins anew. */
gboolean session_load(Sessions *sessions, DbTx *tx, Arena *arena, const char *token, gboolean used,
                      const char *language, Session *session, GError **error);
/* Writes down when the sessions were last used: every quarter of a minute, so that no page costs a write. */
gboolean session_flush(Sessions *sessions, GError **error);
/* One of a user's sessions, as the user sees it. */
typedef struct {
  gint64 since, used; /* UTC seconds: when it began, and was used last */
  gboolean is_this;   /* it is that of the token given */
} SessionOpen;
/* The user's sessions that are not idle, the latest used first. SessionOpen, caller unrefs; NULL and error on
   failure. */
GArray *session_list(Sessions *sessions, DbTx *tx, gint64 user_id, const char *token, GError **error);
/* Ends the sessions of a token's user, but for that one. */
gboolean session_end_others(Sessions *sessions, const char *token, GError **error);
/* Ends one session, or all of its user's. */
gboolean session_end(Sessions *sessions, const char *token, gboolean all, GError **error);
/* How many sessions the user has, idle ones apart; -1 and error on failure. */
gint64 session_count(const Sessions *sessions, DbTx *tx, gint64 user_id, GError **error);
/* Ends all sessions of a user; data is not used: what an act does also, which tells of the user itself. */
gboolean session_end_user(DbTx *tx, gint64 user_id, gpointer data, GError **error);
/* Changes the language of a user. */
gboolean session_speak(Sessions *sessions, gint64 user_id, const char *language, GError **error);

/* Changes the password of the session's user, who knows the old one; ends the user's other sessions. FALSE with a
   reason naming the field ("old", "new") in `refusal`, or FALSE and error. Slow. */
typedef struct {
  const char *token;        /* of the session that stays */
  const char *old, *fresh;  /* passwords */
} SessionChange;
gboolean session_change_password(Sessions *sessions, const Session *session, const SessionChange *change,
                                 Refusal *refusal, GError **error);
typedef struct {
  gint64 user_id;
  DbWork may;   /* NULL, or whether it may be done, asked within the transaction; FALSE: no, or error */
  gpointer data;
} SessionIssue;
/* Ends all sessions of the user. */
gboolean session_end_all(Engine *engine, const SessionIssue *issue, GError **error);
/* Gives a user a random password that must be changed at the first login; ends the user's sessions. The password (free
   with g_free(); it is stored nowhere), or NULL and error. Slow. */
char *session_issue_password(Engine *engine, const SessionIssue *issue, GError **error);
/* Gives all of these users (ended by 0) the same password: for demo accounts. */
gboolean session_set_passwords(Engine *engine, const gint64 *user_ids, const char *password, GError **error);
