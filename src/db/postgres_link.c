/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One PostgreSQL connection: statements prepared once and kept by their text, parameters in, rows out, SQLSTATE
   mapped. Parameters go as text of no declared type, so that the server infers the type from the column. */
#include "db/postgres_link.h"
#include <libpq-fe.h>
#include <string.h>

enum {
  STATEMENTS_KEPT = 1000, /* beyond that all are dropped: something makes statements without end */
  NUMBER_SIZE = 24,       /* bytes of a 64-bit number as text */
  /* Types of the server, as pg_type.dat numbers them for good. */
  TYPE_BOOL = 16,
  TYPE_BYTEA = 17,
  TYPE_INT8 = 20,
  TYPE_INT2 = 21,
  TYPE_INT4 = 23,
  TYPE_OID = 26,
  TYPE_NUMERIC = 1700,
};

typedef PGresult Answer;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Answer, PQclear)

struct PostgresLink {
  PGconn *server;
  GHashTable *statements; /* SQL text → its name on the server */
  PostgresFault fault;
};

static void ignore_notice(void *unused, const PGresult *notice) {}

static void note_fault(PostgresLink *link, PostgresFault fault) { link->fault = MAX(link->fault, fault); }

static gboolean fail(PostgresLink *link, const PGresult *answer, GError **error) {
  const char *state = answer ? PQresultErrorField(answer, PG_DIAG_SQLSTATE) : NULL;
  const char *message = answer ? PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY) : NULL;
  int kind = DB_ERROR_FAILED;
  if (PQstatus(link->server) == CONNECTION_BAD) {
    kind = DB_ERROR_LOST;
    note_fault(link, POSTGRES_FAULT_LOST);
  } else if (g_strcmp0(state, "23505") == 0) {
    kind = DB_ERROR_CONSTRAINT;
  } else if (g_strcmp0(state, "53100") == 0) {
    kind = DB_ERROR_FULL;
  } else if (g_strcmp0(state, "55P03") == 0) {
    kind = DB_ERROR_LOST; /* somebody holds what is needed, and hangs */
  } else if (g_strcmp0(state, "40001") == 0 || g_strcmp0(state, "40P01") == 0) {
    note_fault(link, POSTGRES_FAULT_AGAIN);
  } else if (g_strcmp0(state, "0A000") == 0 || g_strcmp0(state, "26000") == 0) {
    note_fault(link, POSTGRES_FAULT_LOST); /* a table changed under a prepared statement: they are of no use */
  }
  g_autofree char *text = g_strstrip(g_strdup(message ? message : PQerrorMessage(link->server)));
  g_set_error(error, DB_ERROR, kind, "%s%s%s", state ? state : "", state ? ": " : "", text);
  return FALSE;
}

static gboolean succeeded(PostgresLink *link, const PGresult *answer, GError **error) {
  ExecStatusType status = PQresultStatus(answer);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || fail(link, answer, error);
}

PostgresLink *postgres_link_open(const char *url, GError **error) {
  g_autoptr(PostgresLink) link = g_new0(PostgresLink, 1);
  link->statements = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  /* a server that says nothing is away; what the URL says of it counts before this */
  static const char *const names[] = {"connect_timeout", "tcp_user_timeout", "keepalives_idle", "keepalives_interval",
                                      "dbname", NULL};
  const char *const values[] = {"10", "30000", "30", "10", url, NULL};
  link->server = PQconnectdbParams(names, values, TRUE);
  if (PQstatus(link->server) != CONNECTION_OK) {
    fail(link, NULL, error);
    return NULL;
  }
  PQsetNoticeReceiver(link->server, ignore_notice, NULL);
  if (!postgres_link_run(link,
                         "SET client_encoding = 'UTF8'; SET bytea_output = 'hex'; SET synchronous_commit = on;"
                         "SET standard_conforming_strings = on; SET lock_timeout = '10s'",
                         error))
    return NULL;
  return g_steal_pointer(&link);
}

void postgres_link_close(PostgresLink *link) {
  if (!link)
    return;
  PQfinish(link->server);
  g_hash_table_unref(link->statements);
  g_free(link);
}

PostgresFault postgres_link_fault(const PostgresLink *link) { return link->fault; }
void postgres_link_clear_fault(PostgresLink *link) { link->fault = POSTGRES_FAULT_OWN; }

gboolean postgres_link_run(PostgresLink *link, const char *sql, GError **error) {
  g_autoptr(Answer) answer = PQexec(link->server, sql);
  return succeeded(link, answer, error);
}

/* The statement's name on the server. */
static const char *prepare(PostgresLink *link, const char *sql, GError **error) {
  const char *known = g_hash_table_lookup(link->statements, sql);
  if (known)
    return known;
  if (g_hash_table_size(link->statements) >= STATEMENTS_KEPT) {
    g_hash_table_remove_all(link->statements);
    if (!postgres_link_run(link, "DEALLOCATE ALL", error))
      return NULL;
  }
  g_autofree char *name = g_strdup_printf("s%u", g_hash_table_size(link->statements));
  g_autoptr(Answer) answer = PQprepare(link->server, name, sql, 0, NULL);
  if (!succeeded(link, answer, error))
    return NULL;
  known = name;
  g_hash_table_insert(link->statements, g_strdup(sql), g_steal_pointer(&name));
  return known;
}

/* Runs it; NULL and error on failure. Scratch memory comes from the arena. */
static Answer *send(PostgresLink *link, Arena *arena, const char *sql, const DbCell *args, guint count,
                    GError **error) {
  const char *name = prepare(link, sql, error);
  if (!name)
    return NULL;
  const char **values = arena_new_of(arena, const char *, count + 1);
  int *lengths = arena_new_of(arena, int, count + 1), *binary = arena_new_of(arena, int, count + 1);
  for (guint i = 0; i < count; i++) {
    const DbCell *cell = &args[i];
    if (cell->kind == DB_INTEGER) {
      char *number = arena_alloc(arena, NUMBER_SIZE);
      g_snprintf(number, NUMBER_SIZE, "%" G_GINT64_FORMAT, cell->integer);
      values[i] = number;
    } else if (cell->kind == DB_TEXT) {
      values[i] = cell->length ? arena_strndup(arena, cell->text, cell->length) : cell->text;
    } else if (cell->kind == DB_BLOB) {
      values[i] = cell->length ? cell->text : "";
      lengths[i] = (int)cell->length;
      binary[i] = 1;
    }
  }
  g_autoptr(Answer) answer = PQexecPrepared(link->server, name, (int)count, values, lengths, binary, 0);
  return succeeded(link, answer, error) ? g_steal_pointer(&answer) : NULL;
}

/* "\x00ff" as bytes. */
static DbCell read_bytes(const char *hex, gsize digits, Arena *arena) {
  gsize length = digits >= 2 ? digits / 2 - 1 : 0;
  char *bytes = arena_alloc(arena, length + 1);
  for (gsize i = 0; i < length; i++)
    bytes[i] = (char)(g_ascii_xdigit_value(hex[2 * i + 2]) << 4 | g_ascii_xdigit_value(hex[2 * i + 3]));
  return (DbCell){.kind = DB_BLOB, .text = bytes, .length = length};
}

static DbCell read_cell(const PGresult *answer, int row, int column, Arena *arena) {
  if (PQgetisnull(answer, row, column))
    return DB_NONE;
  const char *text = PQgetvalue(answer, row, column);
  gsize length = (gsize)PQgetlength(answer, row, column);
  gint64 number;
  switch (PQftype(answer, column)) {
  case TYPE_BOOL: return DB_I(text[0] == 't');
  case TYPE_BYTEA: return read_bytes(text, length, arena);
  case TYPE_INT2:
  case TYPE_INT4:
  case TYPE_INT8:
  case TYPE_OID:
  case TYPE_NUMERIC: /* what SUM(bigint) gives */
    if (g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, &number, NULL))
      return DB_I(number);
    break;
  default: break;
  }
  return (DbCell){.kind = DB_TEXT, .text = arena_strndup(arena, text, length), .length = length};
}

const DbResult *postgres_link_query(PostgresLink *link, Arena *arena, const char *sql, const DbCell *args, guint count,
                                    GError **error) {
  g_autoptr(Answer) answer = send(link, arena, sql, args, count, error);
  if (!answer)
    return NULL;
  guint columns = (guint)PQnfields(answer), rows = (guint)PQntuples(answer);
  DbCell *cells = arena_new_of(arena, DbCell, (gsize)columns * rows + 1);
  for (guint row = 0; row < rows; row++)
    for (guint column = 0; column < columns; column++)
      cells[(gsize)row * columns + column] = read_cell(answer, (int)row, (int)column, arena);
  DbResult *result = arena_new_of(arena, DbResult, 1);
  *result = (DbResult){.columns = columns, .rows = rows, .cells = cells};
  return result;
}

gint64 postgres_link_exec(PostgresLink *link, const char *sql, const DbCell *args, guint count, GError **error) {
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Answer) answer = send(link, arena, sql, args, count, error);
  return answer ? g_ascii_strtoll(PQcmdTuples(answer), NULL, 10) : -1;
}
