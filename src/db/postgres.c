/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PostgreSQL behind db.h. */
#include "db/driver.h"

Db *postgres_open(const char *url, guint connections, GError **error) {
  g_set_error_literal(error, DB_ERROR, DB_ERROR_FAILED, "PostgreSQL is not built in yet");
  return NULL;
}

gboolean db_is_postgres(const Db *db) { return FALSE; }
