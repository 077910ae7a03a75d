/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is logged in: passwords (Argon2id), sessions and the limits on trying. Tables: password, session, login_attempt. */
#pragma once
#include "workflow/workflow.h"

#define SESSION_COOKIE "gendan"

/* Creates the tables. */
gboolean session_migrate(Db *db, GError **error);
/* Sets a user's password within a transaction. Slow on purpose: the hash is computed by session_hash() beforehand. */
gboolean session_set_password(DbTx *tx, gint64 user_id, const char *hash, gint64 now, GError **error);
/* Argon2id hash of a password; free with g_free(). NULL when memory is out. About 0.1 s: not in an event thread. */
char *session_hash(const char *password);

typedef struct {
  Viewer viewer;      /* user_id 0: nobody; texts in the arena given */
  const char *csrf;   /* the session's form token */
} Session;

/* Checks name and password and opens a session. The token (for the cookie, free with g_free()) or NULL with a reason in
   `refusal` or error. `peer` is the address asking. */
char *session_login(Engine *engine, const char *login, const char *password, const char *peer, Refusal *refusal, const char *language, GError **error);
/* The session of a cookie's token; nobody when it is unknown, idle too long or too old. */
gboolean session_load(DbTx *tx, Arena *arena, const char *token, gint64 now, const char *language, Session *session, GError **error);
/* Ends one session, or all of its user's. */
gboolean session_end(Db *db, const char *token, gboolean all, GError **error);
/* Changes the language of the session's user. */
gboolean session_speak(Db *db, gint64 user_id, const char *language, GError **error);
