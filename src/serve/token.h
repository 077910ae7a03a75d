/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Access tokens for programs: "Authorization: Bearer …" under /api. Who presents one acts as its user; no cookie and no
   form token are needed, for no browser sends it by itself. */
#pragma once
#include "serve/visit.h"

/* Creates the table of the secrets' hashes. */
gboolean token_migrate(Db *db, GError **error);
/* Whether the request names a token instead of a session. */
gboolean token_is_sent(const Visit *visit);
/* The session of the token named; nobody when it is unknown, not active, out of date, or its user's account closed. */
gboolean token_load(Visit *visit, DbTx *tx, GError **error);
/* POST /tokens/ID/issue: makes the token's secret and shows it, once. */
gboolean token_issue_secret(Visit *visit, GError **error);
