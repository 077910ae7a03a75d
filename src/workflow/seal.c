/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sealer chains the heads of all chains into one. A chain alone proves its own order; whoever rewrites one from an
   entry on, or cuts its end off, still leaves the seals that name its old heads. A seal lists the heads that moved
   since the one before, so it costs what happened and not what there is. */
#include "workflow/engine.h"
#include <string.h>

enum { HEADS_MOST = 5000 /* in one seal; more follow in the next */ };

typedef struct {
  gint64 now;
  guint sealed; /* heads in the last seal made */
} Sealing;

/* A seal's hash, over the one before (empty at the start); in the arena. */
static const char *hash_of(Arena *arena, const char *previous, gint64 id, gint64 at, const char *heads) {
  const char *text = arena_printf(arena, "%s\n%" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n%s", previous, id, at, heads);
  g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
  return arena_strdup(arena, hash);
}

static int compare_lines(gconstpointer one, gconstpointer other) {
  return strcmp(*(const char *const *)one, *(const char *const *)other);
}

/* "order:17 5 HASH" for each head, a line each, in order. */
static char *lines_of(Arena *arena, const DbResult *heads) {
  g_autoptr(GPtrArray) lines = g_ptr_array_new();
  for (guint i = 0; i < heads->rows; i++) {
    const DbCell *cell = DB_CELL(heads, i, 0);
    g_ptr_array_add(lines,
                    arena_printf(arena, "%s %" G_GINT64_FORMAT " %s", cell[0].text, cell[1].integer, cell[2].text));
  }
  g_ptr_array_sort(lines, compare_lines);
  g_ptr_array_add(lines, NULL);
  return g_strjoinv("\n", (char **)lines->pdata);
}

static gboolean seal(DbTx *tx, gpointer data, GError **error) {
  Sealing *sealing = data;
  g_autoptr(Arena) arena = arena_new();
  const DbResult *heads = db_query(tx, arena,
                                   "UPDATE chain_head SET sealed = seq WHERE root IN (SELECT root FROM chain_head WHERE"
                                   " sealed < seq ORDER BY root LIMIT $1) RETURNING root, seq, hash",
                                   DB_ARGS(DB_I(HEADS_MOST)), error);
  const DbResult *last = heads ? db_query(tx, arena, "SELECT id, hash FROM seal ORDER BY id DESC LIMIT 1", DB_NO_ARGS,
                                          error)
                               : NULL;
  if (!last)
    return FALSE;
  sealing->sealed = heads->rows;
  if (!heads->rows)
    return TRUE;
  g_autofree char *lines = lines_of(arena, heads);
  const gint64 id = last->rows ? DB_CELL(last, 0, 0)->integer + 1 : 1;
  const char *hash = hash_of(arena, last->rows ? DB_CELL(last, 0, 1)->text : "", id, sealing->now, lines);
  return db_exec(tx, "INSERT INTO seal (id, at, heads, hash) VALUES ($1, $2, $3, $4)",
                 DB_ARGS(DB_I(id), DB_I(sealing->now), DB_T(lines), DB_T(hash)), error) == 1;
}

gboolean engine_seal(Engine *engine, GError **error) {
  Sealing sealing = {.now = engine_now(engine), .sealed = HEADS_MOST};
  while (sealing.sealed == HEADS_MOST)
    if (!db_write_alone(engine->db, seal, &sealing, error)) /* alone: two servers would make a fork of it */
      return FALSE;
  return TRUE;
}

/* Whether the journal still has the entry that a line of a seal names; notes it as the root's last one sealed. */
static const char *check_head(DbTx *tx, Arena *arena, gint64 id, const char *line, GHashTable *sealed, GError **error) {
  g_auto(GStrv) parts = g_strsplit(line, " ", 3);
  if (g_strv_length(parts) != 3)
    return arena_printf(arena, "seal %" G_GINT64_FORMAT ": it names no head: “%s”", id, line);
  const gint64 seq = g_ascii_strtoll(parts[1], NULL, 10);
  const DbResult *found = db_query(tx, arena, "SELECT hash FROM journal WHERE root = $1 AND seq = $2",
                                   DB_ARGS(DB_T(parts[0]), DB_I(seq)), error);
  g_hash_table_insert(sealed, g_strdup(parts[0]), GSIZE_TO_POINTER((gsize)seq));
  if (!found || (found->rows && !g_strcmp0(DB_CELL(found, 0, 0)->text, parts[2])))
    return NULL;
  return arena_printf(arena, "journal of %s: entry %s is not the one that seal %" G_GINT64_FORMAT " names", parts[0],
                      parts[1], id);
}

static const char *check_seal(DbTx *tx, Arena *arena, const DbCell *cell, VerifySeal *last, GHashTable *sealed,
                              GError **error) {
  const gint64 id = cell[0].integer;
  if (id != last->id + 1)
    return arena_printf(arena, "seal %" G_GINT64_FORMAT " is missing", last->id + 1);
  if (g_strcmp0(hash_of(arena, last->hash, id, cell[1].integer, cell[2].text), cell[3].text))
    return arena_printf(arena, "seal %" G_GINT64_FORMAT " was altered", id);
  *last = (VerifySeal){.id = id, .at = cell[1].integer};
  g_strlcpy(last->hash, cell[3].text, sizeof last->hash);
  g_auto(GStrv) lines = g_strsplit(cell[2].text, "\n", -1);
  for (char **line = lines; *line; line++) {
    g_autoptr(Arena) own = arena_new();
    const char *wrong = check_head(tx, own, id, *line, sealed, error);
    if (wrong || *error)
      return arena_strdup(arena, wrong);
  }
  return NULL;
}

/* What the heads say of how far they are sealed must be what the seals say: else the last seals were taken away. */
static const char *check_sealed(DbTx *tx, Arena *arena, GHashTable *sealed, GError **error) {
  enum { BATCH = 1000 };
  const char *root = "";
  for (;;) {
    g_autoptr(Arena) own = arena_new();
    const DbResult *heads = db_query(tx, own,
                                     "SELECT root, sealed FROM chain_head WHERE root > $1 ORDER BY root LIMIT $2",
                                     DB_ARGS(DB_T(root), DB_I(BATCH)), error);
    if (!heads || !heads->rows)
      return NULL;
    for (guint i = 0; i < heads->rows; i++) {
      root = DB_CELL(heads, i, 0)->text;
      if ((gint64)GPOINTER_TO_SIZE(g_hash_table_lookup(sealed, root)) != DB_CELL(heads, i, 1)->integer)
        return arena_printf(arena, "journal of %s: a seal that named its head is missing", root);
    }
    root = arena_strdup(arena, root);
  }
}

const char *seal_verify(DbTx *tx, Arena *arena, const char *expected, VerifySeal *last, GError **error) {
  g_autoptr(GHashTable) sealed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL); /* root → seq */
  gboolean seen = !expected;
  *last = (VerifySeal){0};
  for (;;) {
    g_autoptr(Arena) own = arena_new();
    const DbResult *found = db_query(tx, own, "SELECT id, at, heads, hash FROM seal WHERE id > $1 ORDER BY id LIMIT 1",
                                     DB_ARGS(DB_I(last->id)), error);
    if (!found || !found->rows)
      break;
    const char *wrong = check_seal(tx, own, DB_CELL(found, 0, 0), last, sealed, error);
    if (wrong || *error)
      return arena_strdup(arena, wrong);
    seen = seen || !strcmp(expected, last->hash);
  }
  const char *wrong = *error ? NULL : check_sealed(tx, arena, sealed, error);
  return wrong || *error || seen ? wrong
                                 : arena_printf(arena, "the seal %s is not among those of this house", expected);
}
