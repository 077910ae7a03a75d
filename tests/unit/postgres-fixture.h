/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A real PostgreSQL for tests, from Debian's package, started by the first call and stopped when the test ends. */
#pragma once
#include <glib.h>

/* The URL of a new, empty database. Fails the test where there is no PostgreSQL. Call from the main thread (the server
   ends with the thread that started it). Caller frees. */
char *postgres_fixture_url(void);
