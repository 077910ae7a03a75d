/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of a form that was refused for something else: their bytes are kept by their hash already, and the form shown
   again carries a token for each, so that it need not be chosen again. A token is signed with the house's own key
   (table kept_key) and good for one user, command and row, for an hour. */
#pragma once
#include "serve/visit.h"

#define KEPT_INPUT "_kept" /* a token, as the form sends it back */

/* Creates the table and the key. */
gboolean kept_migrate(Db *db, GError **error);
/* What the form carries for the files that came with the refused act (visit->files), but for fields that were refused
   themselves and for spreadsheets, which are mended and chosen again. In the arena; NULL and error on failure. */
const ViewKept *kept_offer(const Visit *visit, DbTx *tx, const Command *command, GError **error);
/* The files chosen now, and those that the form's tokens stand for where nothing was chosen instead. NULL with a reason
   naming the field where a token is not good (any more), or NULL and error. */
const ActFile *kept_take(Visit *visit, const Command *command, const ActFile *chosen, GError **error);
