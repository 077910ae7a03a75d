/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal: who did what when, with the difference; a SHA-256 chain for each order, dealer or the house. */
#include "base/json.h"
#include "base/lang.h"
#include "workflow/engine.h"
#include <string.h>

/* The root whose chain an entry of this row belongs to, "order:17". */
static const char *root_of(Arena *arena, const Row *row) {
  gint64 id;
  const Record *root = dict_root_of(row, &id);
  return root ? arena_printf(arena, "%s:%" G_GINT64_FORMAT, root->name, id) : "house";
}

/* The next place in the chain and the hash before it. The head stays locked until the act's end: chains that no row's
   lock guards (the house's own) would else fork where two servers append at once. */
static gboolean take_place(Context *context, const char *root, gint64 *sequence, const char **previous,
                           GError **error) {
  const DbResult *found = db_query(context->tx, context->arena,
                                   "INSERT INTO chain_head (root, seq, hash, sealed) VALUES ($1, 1, '', 0)"
                                   " ON CONFLICT (root) DO UPDATE SET seq = chain_head.seq + 1 RETURNING seq, hash",
                                   DB_ARGS(DB_T(root)), error);
  if (!found)
    return FALSE;
  *sequence = DB_CELL(found, 0, 0)->integer;
  *previous = DB_CELL(found, 0, 1)->text;
  return TRUE;
}

#define NUMBER " %" G_GINT64_FORMAT
const char *journal_hash(Arena *arena, const char *previous, const JournalEntry *entry) {
  const char *numbers = arena_printf(arena, NUMBER NUMBER NUMBER NUMBER NUMBER NUMBER NUMBER NUMBER NUMBER, entry->seq,
                                     entry->at, entry->user_id, entry->row_id, entry->row_version, entry->order_id,
                                     entry->dealer_id, entry->parent_id, entry->submits);
  const char *const parts[] = {previous,      entry->root,   numbers, entry->command,
                               entry->record, entry->detail, entry->comment ? entry->comment : ""};
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
    g_checksum_update(sum, (const guchar *)parts[i], -1);
    g_checksum_update(sum, (const guchar *)"\n", 1);
  }
  return arena_strdup(arena, g_checksum_get_string(sum));
}

static gboolean store(Context *context, const JournalEntry *entry, const char *hash, GError **error) {
  const gint64 id = db_next_id(context->tx, "journal", error);
  return id > 0 &&
         db_exec(
           context->tx,
           "INSERT INTO journal (id, root, seq, at, user_id, command, record, row_id, row_version, order_id, dealer_id,"
           " parent_id, submits, detail, comment, hash) VALUES "
           "($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)",
           DB_ARGS(DB_I(id), DB_T(entry->root), DB_I(entry->seq), DB_I(entry->at), DB_I(entry->user_id),
                   DB_T(entry->command), DB_T(entry->record), DB_I(entry->row_id), DB_I(entry->row_version),
                   DB_I(entry->order_id), DB_I(entry->dealer_id), DB_I(entry->parent_id), DB_I(entry->submits),
                   DB_T(entry->detail), DB_T(entry->comment), DB_T(hash)),
           error) == 1 &&
         db_exec(context->tx, "UPDATE chain_head SET hash = $2 WHERE root = $1", DB_ARGS(DB_T(entry->root), DB_T(hash)),
                 error) == 1;
}

gboolean journal_append(Context *context, const Change *change, const char *comment, GError **error) {
  Arena *arena = context->arena;
  const Row *row = change->after;
  const DictWhose rights = change->record->rights;
  context_touch(context, row);
  if (rights && context->changes)
    watch_add(context->changes, &(EngineChange){.user_id = rights == DICT_PARENT ? row->parent_id : row->id});
  Value *difference = dict_difference(arena, change->record, change->before, change->after);
  if (change->signs)
    value_set_text(arena, difference, "signed", change->signs);
  g_autofree char *detail = json_text(difference);
  JournalEntry entry = {.root = root_of(arena, row), .at = context->now, .user_id = context->viewer->user_id,
                        .command = context->command->name, .record = change->record->name, .row_id = row->id,
                        .row_version = row->version, .order_id = row->order_id, .dealer_id = row->dealer_id,
                        .parent_id = row->parent_id, .submits = context->command->submits, .detail = detail,
                        .comment = comment};
  const char *previous;
  return take_place(context, entry.root, &entry.seq, &previous, error) &&
         store(context, &entry, journal_hash(arena, previous, &entry), error);
}

gint64 journal_submitter(Context *context, const Record *record, gint64 id, GError **error) {
  return context_ask(context, record,
                     "SELECT row_id, user_id FROM journal WHERE record = $1 AND submits = 1 AND row_id = $2"
                     " ORDER BY row_version DESC, seq DESC",
                     DB_ARGS(DB_T(record->name), DB_I(id)), error);
}

const char *journal_since(Context *context, const Record *record, gint64 id, gint64 version, GError **error) {
  const DbResult *found = db_query(context->tx, context->arena,
                                   "SELECT command, detail FROM journal WHERE record = $1 AND row_id = $2 AND "
                                   "row_version > $3 ORDER BY row_version, seq",
                                   DB_ARGS(DB_T(record->name), DB_I(id), DB_I(version)), error);
  const Audience audience = workflow_audience(context->viewer);
  g_autoptr(GString) names = g_string_new(NULL);
  for (guint i = 0; found && i < found->rows; i++) {
    json_t *changes = json_loads(DB_CELL(found, i, 1)->text, 0, NULL), *change;
    const char *name;
    json_object_foreach(changes, name, change) {
      const Field *field = dict_field(record, name);
      const gboolean hidden = audience != HOUSE && !(field && dict_shows(field, audience));
      if (!hidden)
        g_string_append_printf(names, "%s%s", names->len ? lang_comma(context->viewer->language) : "",
                               field ? lang_text(context->viewer->language, field->label) : name);
    }
    json_decref(changes);
  }
  return context_sentence(
    context, N_("Somebody else changed this in the meantime (%s). Look at it again, then repeat what you still "
                "want."),
    names->str);
}


/* Columns of an entry in the order of JournalEntry, then its hash. */
#define ENTRY                                                                                                          \
  "root, seq, at, user_id, command, record, row_id, row_version, order_id, dealer_id, parent_id, submits, detail, "    \
  "comment, hash"
enum { VERIFY_ROWS = 1000, HASH_COLUMN = 14 };

static JournalEntry entry_of(const DbCell *cell) {
  return (JournalEntry){.root = cell[0].text, .seq = cell[1].integer, .at = cell[2].integer, .user_id = cell[3].integer,
                        .command = cell[4].text, .record = cell[5].text, .row_id = cell[6].integer,
                        .row_version = cell[7].integer, .order_id = cell[8].integer, .dealer_id = cell[9].integer,
                        .parent_id = cell[10].integer, .submits = cell[11].integer, .detail = cell[12].text,
                        .comment = cell[13].text};
}

/* Where a walk along the chains stands. */
typedef struct {
  char *root, *hash; /* of the last entry */
  gint64 seq;
} Place;

/* Checks one entry against the one before it. What is wrong, or NULL. */
static const char *check_entry(Arena *arena, const DbCell *cell, Place *place) {
  const JournalEntry entry = entry_of(cell);
  const gboolean same = !g_strcmp0(entry.root, place->root);
  const gint64 expected = same ? place->seq + 1 : 1;
  if (!entry.command || !entry.record || !entry.detail || !entry.root || (entry.seq == expected &&
      g_strcmp0(journal_hash(arena, same ? place->hash : "", &entry), cell[HASH_COLUMN].text)))
    return arena_printf(arena, "journal of %s: entry %" G_GINT64_FORMAT " (%s) was altered", entry.root, entry.seq,
                        entry.command);
  if (entry.seq != expected)
    return arena_printf(arena, "journal of %s: entry %" G_GINT64_FORMAT " is missing", entry.root, expected);
  if (!same) {
    g_free(place->root);
    place->root = g_strdup(entry.root);
  }
  g_free(place->hash);
  place->hash = g_strdup(cell[HASH_COLUMN].text);
  place->seq = entry.seq;
  return NULL;
}

/* The first thing wrong along all chains, or NULL. */
static const char *walk(DbTx *tx, Arena *arena, Place *place, gint64 *entries, GError **error) {
  for (;;) {
    g_autoptr(Arena) own = arena_new();
    const DbResult *all = db_query(tx, own,
                                   "SELECT " ENTRY " FROM journal WHERE root > $1 OR (root = $1 AND seq > $2)"
                                   " ORDER BY root, seq LIMIT $3",
                                   DB_ARGS(DB_T(place->root), DB_I(place->seq), DB_I(VERIFY_ROWS)), error);
    if (!all || !all->rows)
      return NULL;
    for (guint i = 0; i < all->rows; i++, (*entries)++) {
      const char *wrong = check_entry(own, DB_CELL(all, i, 0), place);
      if (wrong)
        return arena_strdup(arena, wrong);
    }
  }
}

const char *journal_verify(DbTx *tx, Arena *arena, gint64 *entries, GError **error) {
  Place place = {.root = g_strdup(""), .hash = g_strdup("")};
  *entries = 0;
  const char *wrong = walk(tx, arena, &place, entries, error);
  g_free(place.root);
  g_free(place.hash);
  const DbResult *all = wrong || *error ? NULL : db_query(tx, arena, "SELECT COUNT(*) FROM journal", DB_NO_ARGS, error);
  if (!all)
    return wrong;
  if (DB_CELL(all, 0, 0)->integer != *entries)
    return arena_printf(arena, "the journal has %" G_GINT64_FORMAT " entries that stand in no chain",
                        DB_CELL(all, 0, 0)->integer - *entries);
  const DbResult *heads = db_query(
    tx, arena,
    "SELECT h.root FROM chain_head h LEFT JOIN journal j ON j.root = h.root AND j.seq = h.seq"
    " WHERE j.hash IS NULL OR j.hash <> h.hash ORDER BY h.root LIMIT 1",
    DB_NO_ARGS, error);
  if (heads && heads->rows)
    return arena_printf(arena, "journal of %s: its last entries are missing", DB_CELL(heads, 0, 0)->text);
  heads = heads ? db_query(tx, arena,
                           "SELECT j.root FROM journal j LEFT JOIN chain_head h ON h.root = j.root WHERE h.root IS "
                           "NULL OR j.seq > h.seq"
                           " ORDER BY j.root LIMIT 1",
                           DB_NO_ARGS, error)
                : NULL;
  return heads && heads->rows ? arena_printf(arena, "journal of %s: its head is missing", DB_CELL(heads, 0, 0)->text)
                              : NULL;
}
