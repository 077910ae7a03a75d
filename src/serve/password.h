/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords as pages: choosing one's own, and the administrator's handing out of one-time passwords. */
#pragma once
#include "serve/visit.h"

/* GET /settings/password */
gboolean password_page(Visit *visit, const View *view, GError **error);
/* POST /password: old, new, again. */
gboolean password_change(Visit *visit, GError **error);
/* POST /users/ID/password: by the administrator; the answer shows the one-time password, once. */
gboolean password_issue(Visit *visit, GError **error);
