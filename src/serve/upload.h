/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Uploads of a form become rows of the record "file", before the command that names them runs. */
#pragma once
#include "serve/app.h"

/* For every file field among the command's inputs that came as a part (or as a drawn signature), stores the bytes and
   sets the input to the id of the new row. near: the row acted on, for scope; may be NULL. */
gboolean upload_take(const App *app, const Request *request, const Viewer *viewer, const Command *command, const Row *near,
                     GHashTable *inputs, GError **error);
