/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is written: each function carries out one kind of POST. FALSE: refused, or error is set. */
#pragma once
#include "serve/visit.h"

gboolean acts_login(Visit *visit, GError **error);
gboolean acts_logout(Visit *visit, GError **error);
gboolean acts_language(Visit *visit, GError **error);
/* Runs the command with what the request says; done says what became of it. */
gboolean acts_run(Visit *visit, const Command *command, Done *done, GError **error);
/* Runs the command that the path names, then shows the row (or, under /api, answers with its id and version). */
gboolean acts_command(Visit *visit, GError **error);
