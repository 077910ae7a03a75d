/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords as pages: choosing one's own, and the administrator's handing out of one-time passwords. */
#pragma once
#include "serve/visit.h"

/* Sets password.html's password. */
void password_set(const Visit *visit, const View *view, Value *root);
/* GET /account/password */
gboolean password_page(Visit *visit, const View *view, GError **error);
/* POST /password: old, new, again. */
gboolean password_change(Visit *visit, GError **error);
/* What the administrator may do about a user's logging in, for that user's page; a null value for
   other pages and viewers; NULL and error on failure. */
Value *password_account(Visit *visit, const View *view, const Record *record, const Row *row, GError **error);
/* POST /users/ID/sessions: ends them all, by the administrator. */
gboolean password_end_sessions(Visit *visit, GError **error);
/* POST /users/ID/password: by the administrator; the answer shows the one-time password, once. */
gboolean password_issue(Visit *visit, GError **error);
