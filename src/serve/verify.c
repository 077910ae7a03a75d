/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gendan verify: proves that nothing of a house is lost or altered, or says the first broken place. It only reads, and
   the house may be served meanwhile. */
#include "base/date.h"
#include "serve/tool.h"
#include "serve/serve.h"
#include <stdio.h>
#include <unistd.h>

enum { BATCH = 500 /* rows of files */ };
#define NUMBER "%" G_GINT64_FORMAT

typedef struct {
  Tool *tool;
  char *expected;  /* a seal's hash, or NULL */
  Verified found;
  gint64 contents; /* files whose bytes were checked */
} Proof;

static gboolean broken(GError **error, const char *sentence) {
  g_set_error_literal(error, DB_ERROR, DB_ERROR_FAILED, sentence);
  return FALSE;
}

/* Rows outside of the dictionary that must lead to a user. */
static gboolean check_sessions(DbTx *tx, GError **error) {
  static const char *const queries[] = {
    "SELECT p.user_id FROM password p LEFT JOIN \"user\" u ON u.id = p.user_id WHERE u.id IS NULL ORDER BY p.user_id "
    "LIMIT 1",
    "SELECT s.user_id FROM session s LEFT JOIN \"user\" u ON u.id = s.user_id WHERE u.id IS NULL ORDER BY s.user_id "
    "LIMIT 1",
  };
  g_autoptr(Arena) arena = arena_new();
  for (guint i = 0; i < G_N_ELEMENTS(queries); i++) {
    const DbResult *found = db_query(tx, arena, queries[i], DB_NO_ARGS, error);
    if (!found)
      return FALSE;
    if (found->rows)
      return broken(error, arena_printf(arena, "a %s is that of user " NUMBER ", who is not there",
                                        i ? "session" : "password", DB_CELL(found, 0, 0)->integer));
  }
  return TRUE;
}

/* Each content once, under the first row that names it. */
static gboolean check_content(Proof *proof, Arena *arena, const DbCell *cell, GError **error) {
  const char *file = arena_printf(arena, "file " NUMBER " (%s)", cell[0].integer, cell[1].text);
  g_autoptr(GError) why = NULL;
  gint64 size = 0;
  const int descriptor = cell[2].text ? files_read(proof->tool->files, cell[2].text, &size, &why) : -1;
  if (descriptor < 0)
    return broken(error,
                  arena_printf(arena, "%s: its content is missing: %s", file, why ? why->message : "it names none"));
  close(descriptor);
  if (size != cell[3].integer)
    return broken(error, arena_printf(arena, "%s: its content has " NUMBER " bytes instead of " NUMBER, file, size,
                                      cell[3].integer));
  if (!files_verify(proof->tool->files, cell[2].text, &why))
    return broken(error, arena_printf(arena, "%s: %s", file, why->message));
  proof->contents++;
  return TRUE;
}

static gboolean check_contents(DbTx *tx, Proof *proof, GError **error) {
  proof->contents = 0;
  for (gint64 last = 0;;) {
    g_autoptr(Arena) arena = arena_new();
    const DbResult *found = db_query(
      tx, arena,
      "SELECT f.id, f.name, f.sha256, f.size FROM file f WHERE f.id > $1 AND NOT EXISTS (SELECT 1"
      " FROM file e WHERE e.sha256 = f.sha256 AND e.id < f.id) ORDER BY f.id LIMIT $2",
      DB_ARGS(DB_I(last), DB_I(BATCH)), error);
    if (!found || !found->rows)
      return found != NULL;
    for (guint i = 0; i < found->rows; i++)
      if (!check_content(proof, arena, DB_CELL(found, i, 0), error))
        return FALSE;
    last = DB_CELL(found, found->rows - 1, 0)->integer;
  }
}

static gboolean prove(DbTx *tx, gpointer data, GError **error) {
  Proof *proof = data;
  g_autoptr(Arena) arena = arena_new();
  GError *fault = NULL;
  const char *wrong = verify_database(tx, arena, proof->expected, &proof->found, &fault);
  if (wrong)
    return broken(error, wrong);
  if (fault)
    g_propagate_error(error, fault);
  return !fault && check_sessions(tx, error) && check_contents(tx, proof, error);
}

static void tell(const Proof *proof) {
  const VerifySeal *seal = &proof->found.seal;
  printf(NUMBER " journal entries are sound\n" NUMBER " rows are as the journal left them\n" NUMBER
                " files are sound\n",
         proof->found.entries, proof->found.rows, proof->contents);
  g_autofree char *at = date_time_format(seal->at);
  if (seal->id)
    printf("seal " NUMBER " of %s: %s\n", seal->id, at, seal->hash);
}

int verify_main(int argc, char **argv) {
  g_auto(Tool) tool = {0};
  g_autofree char *expected = NULL;
  const GOptionEntry more[] = {
    {"seal", 0, 0, G_OPTION_ARG_STRING, &expected, "a seal that was noted earlier and must be among those of the house",
     "HASH"},
    {0},
  };
  g_autoptr(GError) error = NULL;
  gboolean fine = tool_read(
                    &tool,
                    "Proves that nothing is lost or altered: the journal's chains and their seals, every row and "
                    "signature, reference, sum of money and file. Says the first broken place and exits with 1. "
                    "The factory may be served meanwhile.",
                    more, argc, argv, &error) &&
                  tool_open(&tool, &error);
  Proof proof = {.tool = &tool, .expected = expected};
  fine = fine && db_read(tool.db, prove, &proof, &error);
  if (fine)
    tell(&proof);
  return tool_tell(fine, error);
}
