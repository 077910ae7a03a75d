/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords (Argon2id), and the limit on trying them. Tables: password, login_attempt, known_browser. */
#pragma once
#include "serve/session.h"

/* Creates and completes the tables. */
gboolean secret_migrate(DbTx *tx, GError **error);

/* Somebody's claim to be a user, by a password. Set the first group, clear it in the end. */
typedef struct {
  const SessionRules *rules;
  gint64 now;        /* UTC seconds */
  const char *login; /* the name typed, UTF-8; NULL: user_id is known */
  const char *peer;  /* the address asking; needed where login is given */
  const char *browser; /* the token that secret_know() was given in an earlier login in the same browser; or NULL */
  gint64 user_id;    /* found by secret_prove() where login is given */
  char *name, *hash; /* found: the user's login and stored password; NULL: no such active user has one */
  gboolean known;    /* found: the user has logged in before in this browser */
  gboolean limited;  /* found: there were too many attempts, so the password was not looked at */
} SecretClaim;
/* Whether the password is right; FALSE without error when not. An attempt is counted before the password is
   looked at, so that many at once do not get more than one after the other; a right one is taken off again. Slow on
   purpose (Argon2id, about 0.1 s). */
gboolean secret_prove(Db *db, SecretClaim *claim, const char *password, GError **error);
/* For the transaction that acts on a proof: whether it still holds; FALSE without error when the account was closed or
   its password changed meanwhile. Locks the user. */
gboolean secret_holds(DbTx *tx, const SecretClaim *claim, GError **error);
/* From now on the browser that keeps this token is known as the user's, in place of the one that it brought. */
gboolean secret_know(DbTx *tx, const SecretClaim *claim, const char *browser, GError **error);
void secret_claim_clear(SecretClaim *claim);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SecretClaim, secret_claim_clear)

/* What is stored of a password; NULL and error when memory is out. Slow. */
char *secret_hash(const char *password, GError **error);
/* Stores the hash as the user's password, and locks the user: whoever proved another one is too late. */
gboolean secret_store(DbTx *tx, gint64 user_id, const char *hash, gint64 now, gboolean must_change, GError **error);
