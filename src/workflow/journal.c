/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal: who did what when, with the difference; a SHA-256 chain for each order, dealer or the house. */
#include "base/json.h"
#include "workflow/engine.h"
#include <string.h>

/* The root whose chain an entry of this row belongs to, "order:17". */
static const char *root_of(Arena *arena, const Row *row) {
  if (row->order_id)
    return arena_printf(arena, "order:%" G_GINT64_FORMAT, row->order_id);
  if (row->dealer_id)
    return arena_printf(arena, "dealer:%" G_GINT64_FORMAT, row->dealer_id);
  return "house";
}

/* Start of the chain or where it stands: sequence number and hash. */
static gboolean head_of(Context *context, const char *root, gint64 *sequence, const char **hash, GError **error) {
  const DbResult *found = db_query(context->tx, context->arena, "SELECT seq, hash FROM chain_head WHERE root = $1",
                                   DB_ARGS(DB_T(root)), error);
  if (!found)
    return FALSE;
  *sequence = found->rows ? DB_CELL(found, 0, 0)->integer : 0;
  *hash = found->rows ? DB_CELL(found, 0, 1)->text : "";
  if (!found->rows)
    return db_exec(context->tx, "INSERT INTO chain_head (root, seq, hash) VALUES ($1, 0, '')", DB_ARGS(DB_T(root)), error) == 1;
  return TRUE;
}

static const char *hash_of(Arena *arena, const char *const *parts) {
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  for (; *parts; parts++) {
    g_checksum_update(sum, (const guchar *)*parts, (gssize)strlen(*parts));
    g_checksum_update(sum, (const guchar *)"\n", 1);
  }
  return arena_strdup(arena, g_checksum_get_string(sum));
}

gboolean journal_append(Context *context, const Change *change, const char *comment, GError **error) {
  Arena *arena = context->arena;
  const Row *row = change->after;
  const char *root = root_of(arena, row), *previous;
  gint64 sequence;
  if (context->changes)
    watch_add(context->changes, row);
  if (!head_of(context, root, &sequence, &previous, error))
    return FALSE;
  g_autofree char *detail = json_text(dict_difference(arena, change->record, change->before, change->after));
  const char *numbers = arena_printf(arena, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                                     sequence + 1, context->now, context->viewer->user_id, row->id);
  const char *const parts[] = {previous, root,   numbers,                 context->command->name,
                               change->record->name, detail, comment ? comment : "", NULL};
  const char *hash = hash_of(arena, parts);
  const gint64 id = db_next_id(context->tx, "journal", error);
  if (id < 0)
    return FALSE;
  return db_exec(context->tx,
                 "INSERT INTO journal (id, root, seq, at, user_id, command, record, row_id, row_version, order_id, dealer_id,"
                 " submits, detail, comment, hash) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)",
                 DB_ARGS(DB_I(id), DB_T(root), DB_I(sequence + 1), DB_I(context->now), DB_I(context->viewer->user_id),
                         DB_T(context->command->name), DB_T(change->record->name), DB_I(row->id), DB_I(row->version),
                         DB_I(row->order_id), DB_I(row->dealer_id), DB_I(context->command->submits), DB_T(detail),
                         DB_T(comment), DB_T(hash)),
                 error) == 1 &&
         db_exec(context->tx, "UPDATE chain_head SET seq = $2, hash = $3 WHERE root = $1",
                 DB_ARGS(DB_T(root), DB_I(sequence + 1), DB_T(hash)), error) == 1;
}

gint64 journal_submitter(Context *context, const Record *record, gint64 id, GError **error) {
  return context_number(context,
                        "SELECT user_id FROM journal WHERE record = $1 AND row_id = $2 AND submits = 1 ORDER BY seq DESC LIMIT 1",
                        DB_ARGS(DB_T(record->name), DB_I(id)), error);
}

const char *journal_since(Context *context, const Record *record, gint64 id, gint64 version, GError **error) {
  const DbResult *found = db_query(context->tx, context->arena,
                                   "SELECT command, detail FROM journal WHERE record = $1 AND row_id = $2 AND row_version > $3 ORDER BY seq",
                                   DB_ARGS(DB_T(record->name), DB_I(id), DB_I(version)), error);
  g_autoptr(GString) names = g_string_new(NULL);
  for (guint i = 0; found && i < found->rows; i++) {
    json_t *changes = json_loads(DB_CELL(found, i, 1)->text, 0, NULL), *change;
    const char *name;
    json_object_foreach(changes, name, change) {
      const Field *field = dict_field(record, name);
      const gboolean hidden = (context->viewer->roles & ROLE_DEALER) && !(field && field->shown_to == DEALER);
      if (!hidden)
        g_string_append_printf(names, "%s%s", names->len ? ", " : "", name);
    }
    json_decref(changes);
  }
  return context_sentence(context, N_("Somebody else changed this meanwhile (%s). Look at it again, then repeat what you still want."),
                          names->str);
}

/* Checks one entry against the hash before it; says what is wrong, NULL when it is sound. */
static const char *check_entry(Arena *arena, const DbResult *all, guint i, const char *previous, gint64 expected) {
  const DbCell *cell = DB_CELL(all, i, 0);
  const char *root = cell[0].text;
  if (cell[1].integer != expected)
    return arena_printf(arena, "journal of %s: entry %" G_GINT64_FORMAT " is missing", root, expected);
  const char *numbers = arena_printf(arena, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                                     cell[1].integer, cell[2].integer, cell[3].integer, cell[6].integer);
  const char *const parts[] = {previous, root, numbers, cell[4].text, cell[5].text, cell[7].text, cell[8].text ? cell[8].text : "", NULL};
  if (g_strcmp0(hash_of(arena, parts), cell[9].text))
    return arena_printf(arena, "journal of %s: entry %" G_GINT64_FORMAT " (%s) was altered", root, expected, cell[4].text);
  return NULL;
}

enum { VERIFY_ROWS = 1000 };

const char *journal_verify(DbTx *tx, Arena *arena, gint64 *entries, GError **error) {
  const char *root = "", *previous = "";
  gint64 sequence = 0;
  *entries = 0;
  for (;;) {
    const DbResult *all = db_query(tx, arena,
                                   "SELECT root, seq, at, user_id, command, record, row_id, detail, comment, hash FROM journal"
                                   " WHERE root > $1 OR (root = $1 AND seq > $2) ORDER BY root, seq LIMIT $3",
                                   DB_ARGS(DB_T(root), DB_I(sequence), DB_I(VERIFY_ROWS)), error);
    if (!all || !all->rows)
      break;
    for (guint i = 0; i < all->rows; i++, (*entries)++) {
      const gboolean same = !strcmp(DB_CELL(all, i, 0)->text, root);
      const char *wrong = check_entry(arena, all, i, same ? previous : "", same ? sequence + 1 : 1);
      if (wrong)
        return wrong;
      root = DB_CELL(all, i, 0)->text;
      sequence = DB_CELL(all, i, 1)->integer;
      previous = DB_CELL(all, i, 9)->text;
    }
  }
  const DbResult *heads = db_query(tx, arena,
                                   "SELECT h.root FROM chain_head h LEFT JOIN journal j ON j.root = h.root AND j.seq = h.seq"
                                   " WHERE j.hash IS NULL OR j.hash <> h.hash ORDER BY h.root LIMIT 1",
                                   DB_NO_ARGS, error);
  return heads && heads->rows ? arena_printf(arena, "journal of %s: its last entries are missing", DB_CELL(heads, 0, 0)->text) : NULL;
}
