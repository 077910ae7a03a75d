/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program on its port: the server with the settings' limits, its log and counts, until a signal ends it. */
#pragma once
#include "serve/app.h"
#include "serve/config.h"

/* Listens and calls `ready` (or NULL), says the address on standard output, and serves until SIGINT or SIGTERM. The
   app's config, engine, files and assets are set; the rest is made here. FALSE and error when it cannot start. */
gboolean listen_serve(App *app, void (*ready)(void), GError **error);
