/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An act before which lines are looked at (Command.by_lines), sent from its page. */
#pragma once
#include "serve/visit.h"

/* Carries out what the page says of each line and then the command; the other answer (Command.instead) with the lines
   as one act. "save" of `_then` leaves the command out. FALSE: refused, or error is set. */
gboolean line_check_run(Visit *visit, const Command *command, GError **error);
