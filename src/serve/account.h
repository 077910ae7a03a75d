/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What somebody decides about the own account: language, password, sessions, and who stands in during an absence. */
#pragma once
#include "serve/visit.h"

/* GET /account */
gboolean account_page(Visit *visit, const View *view, GError **error);
/* POST /account/sessions: ends the others. */
gboolean account_end_sessions(Visit *visit, GError **error);
