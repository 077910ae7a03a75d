/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Placeholders of PostgreSQL ($1) turned into those of SQLite (?1). */
#pragma once
#include <glib.h>

/* The statement with each $n as ?n, outside of strings, quoted names and comments. Caller frees. */
char *placeholder_rewrite(const char *sql);
