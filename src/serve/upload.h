/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Uploads on their way to a command: the bytes are kept before it runs, their row is made by the command itself. */
#pragma once
#include "serve/app.h"

/* Lets a form with files be as large as the setting upload-bytes where its sender is logged in; asks the database. */
void upload_allow(const App *app, Request *request);
/* Keeps the bytes of every file, and every drawn signature, that is an input of the command; the list for its Act, in
   the request's arena, names also those that are no input, so that they are refused. NULL and error on failure. */
const ActFile *upload_take(const App *app, const Request *request, const Command *command, GError **error);
