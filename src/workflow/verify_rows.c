/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether every row is as the journal last left it: fields, state, scope, who made it when, and the signatures given.
   The journal is replayed beside the rows, a batch at a time. */
#include "base/json.h"
#include "workflow/engine.h"
#include <string.h>

enum { BATCH = 500 /* rows */ };
#define NUMBER "%" G_GINT64_FORMAT

/* A signature: as the journal tells it, or as the table "approval" has it. */
typedef struct {
  const char *text; /* approval_text(), by whom and when */
  gboolean void_;   /* counts no longer */
} Sign;

/* What the journal tells of one row. */
typedef struct {
  json_t *fields;     /* name → value, "state" among them */
  gint64 at, user_id; /* of the first entry */
  gint64 version, order_id, dealer_id, parent_id; /* of the last */
  GArray *signs;      /* Sign */
} Told;

static Told *told_new(void) {
  Told *told = g_new0(Told, 1);
  *told = (Told){.fields = json_object(), .signs = g_array_new(FALSE, FALSE, sizeof(Sign))};
  return told;
}

static void told_free(gpointer data) {
  Told *told = data;
  json_decref(told->fields);
  g_array_unref(told->signs);
  g_free(told);
}

static void add_signs(Arena *arena, Told *told, const char *texts, gint64 user_id, gint64 at) {
  g_auto(GStrv) all = g_strsplit(texts, " ", -1);
  for (char **text = all; *text; text++) {
    const Sign sign = {.text = arena_printf(arena, "%s by user " NUMBER " at " NUMBER, *text, user_id, at)};
    g_array_append_val(told->signs, sign);
  }
}

enum {
  C_ROW,
  C_COMMAND,
  C_AT,
  C_USER,
  C_VERSION,
  C_ORDER,
  C_DEALER,
  C_PARENT,
  C_SUBMITS,
  C_DETAIL
}; /* columns of read_told() */

static void tell(Arena *arena, const Record *record, Told *told, const DbCell *cell) {
  const Command *command = workflow_find(cell[C_COMMAND].text);
  if (!told->version) {
    told->at = cell[C_AT].integer;
    told->user_id = cell[C_USER].integer;
  }
  told->version = cell[C_VERSION].integer;
  told->order_id = cell[C_ORDER].integer;
  told->dealer_id = cell[C_DEALER].integer;
  told->parent_id = cell[C_PARENT].integer;
  const gboolean own = command && !strcmp(command->record, record->name);
  for (guint i = 0; own && cell[C_SUBMITS].integer && i < told->signs->len; i++)
    g_array_index(told->signs, Sign, i).void_ = TRUE;
  json_t *detail = json_loads(cell[C_DETAIL].text, 0, NULL), *change;
  const char *name;
  json_object_foreach(detail, name, change) {
    if (!strcmp(name, "signed") && json_is_string(change))
      add_signs(arena, told, json_string_value(change), cell[C_USER].integer, cell[C_AT].integer);
    else
      json_object_set(told->fields, name, json_object_get(change, "after"));
  }
  json_decref(detail);
}

/* Row id → Told, for the rows from one id to another. */
static GHashTable *read_told(DbTx *tx, Arena *arena, const Record *record, gint64 from, gint64 to, GError **error) {
  GHashTable *all = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, told_free);
  const DbResult *found = db_query(
    tx, arena,
    "SELECT row_id, command, at, user_id, row_version, order_id, dealer_id, parent_id, submits, detail"
    " FROM journal WHERE record = $1 AND row_id >= $2 AND row_id <= $3 ORDER BY row_id, row_version, seq",
    DB_ARGS(DB_T(record->name), DB_I(from), DB_I(to)), error);
  for (guint i = 0; found && i < found->rows; i++) {
    const DbCell *cell = DB_CELL(found, i, 0);
    Told *told = g_hash_table_lookup(all, &cell[C_ROW].integer);
    if (!told) {
      told = told_new();
      g_hash_table_insert(all, g_memdup2(&cell[C_ROW].integer, sizeof(gint64)), told);
    }
    tell(arena, record, told, cell);
  }
  return all;
}

/* Row id → GArray of Sign, as the table has them. */
static GHashTable *read_signs(DbTx *tx, Arena *arena, const Record *record, gint64 from, gint64 to, GError **error) {
  GHashTable *all = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_array_unref);
  const DbResult *found = db_query(
    tx, arena,
    "SELECT row_id, stage, role, substitute, user_id, at, void FROM approval WHERE record = $1"
    " AND row_id >= $2 AND row_id <= $3 ORDER BY row_id, id",
    DB_ARGS(DB_T(record->name), DB_I(from), DB_I(to)), error);
  for (guint i = 0; found && i < found->rows; i++) {
    const DbCell *cell = DB_CELL(found, i, 0);
    GArray *signs = g_hash_table_lookup(all, &cell[0].integer);
    if (!signs) {
      signs = g_array_new(FALSE, FALSE, sizeof(Sign));
      g_hash_table_insert(all, g_memdup2(&cell[0].integer, sizeof(gint64)), signs);
    }
    const guint role = (guint)cell[2].integer & ((ROLE_DEALER << 1) - 1);
    const Sign sign = {
      .text = arena_printf(arena, "%s by user " NUMBER " at " NUMBER,
                           role ? approval_text(arena, cell[1].text, role, cell[3].integer != 0) : "nobody",
                           cell[4].integer, cell[5].integer),
      .void_ = cell[6].integer != 0};
    g_array_append_val(signs, sign);
  }
  return all;
}

static const char *name_of(Arena *arena, const Record *record, gint64 id) {
  return arena_printf(arena, "%s " NUMBER, record->name, id);
}

static const char *differs(Arena *arena, const char *row, const char *what, const json_t *is, const json_t *told) {
  char *one = json_dumps(is ? is : json_null(), JSON_ENCODE_ANY),
       *other = json_dumps(told ? told : json_null(), JSON_ENCODE_ANY);
  const char *sentence = arena_printf(arena, "%s: %s is %s, but the journal says %s", row, what, one, other);
  free(one);
  free(other);
  return sentence;
}

static const char *check_fields(Arena *arena, const char *name, const Record *record, const void *row,
                                const Told *told) {
  const char *wrong = NULL;
  for (guint i = 0; i < record->count && !wrong; i++) {
    const Field *field = &record->fields[i];
    if (field->personal)
      continue;
    const gboolean odd = field->kind == KIND_YESNO && dict_is_set(field, row) && *dict_integer(field, row) >> 1;
    json_t *is = odd ? json_integer(*dict_integer(field, row)) : json_from_value(dict_value(arena, field, row));
    json_t *said = json_object_get(told->fields, field->name);
    if (!json_equal(is, said ? said : json_null()))
      wrong = differs(arena, name, field->name, is, said);
    json_decref(is);
  }
  return wrong;
}

/* What every row has. */
static const char *check_head(Arena *arena, const char *name, const Record *record, const Row *row, const Told *told) {
  const struct {
    const char *what;
    gint64 is, said;
  } numbers[] = {{"order_id", row->order_id, told->order_id},   {"dealer_id", row->dealer_id, told->dealer_id},
                 {"parent_id", row->parent_id, told->parent_id}, {"created_at", row->created_at, told->at},
                 {"created_by", row->created_by, told->user_id}};
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
    if (numbers[i].is != numbers[i].said)
      return arena_printf(arena, "%s: %s is " NUMBER ", but the journal says " NUMBER, name, numbers[i].what,
                          numbers[i].is, numbers[i].said);
  const char *state = json_string_value(json_object_get(told->fields, "state"));
  if (g_strcmp0(row->state, state))
    return arena_printf(arena, "%s: state is %s, but the journal says %s", name,
                        row->state ? row->state : "none of those there are", state ? state : "none");
  if (g_strcmp0(row->number, dict_number(arena, record, row->id)))
    return arena_printf(arena, "%s: its number is %s", name, row->number);
  return row->version < told->version ? arena_printf(arena, "%s: version is " NUMBER ", but the journal says " NUMBER,
                                                     name, row->version, told->version)
                                      : NULL;
}

static int compare_signs(gconstpointer one, gconstpointer other) {
  return strcmp(((const Sign *)one)->text, ((const Sign *)other)->text);
}

static const char *check_signs(Arena *arena, const char *name, const Told *told, GArray *signs) {
  const guint count = signs ? signs->len : 0;
  if (signs)
    g_array_sort(signs, compare_signs);
  g_array_sort(told->signs, compare_signs);
  for (guint i = 0; i < MAX(count, told->signs->len); i++) {
    const Sign *is = i < count ? &g_array_index(signs, Sign, i) : NULL;
    const Sign *said = i < told->signs->len ? &g_array_index(told->signs, Sign, i) : NULL;
    const int order = !is ? 1 : !said ? -1 : strcmp(is->text, said->text);
    if (order < 0)
      return arena_printf(arena, "%s: the signature %s is not in the journal", name, is->text);
    if (order > 0)
      return arena_printf(arena, "%s: the signature %s is missing", name, said->text);
    if (is->void_ != said->void_)
      return arena_printf(arena, "%s: the signature %s %s", name, is->text,
                          is->void_ ? "was made void" : "was void and counts again");
  }
  return NULL;
}

/* Lists of ids are no column that a query could follow. */
static const char *check_lists(DbTx *tx, Arena *arena, const char *name, const Record *record, const void *row,
                               GError **error) {
  for (guint i = 0; i < record->count; i++) {
    const Field *field = &record->fields[i];
    guint count = 0;
    const gint64 *ids = dict_is_list(field) ? dict_ids(arena, *dict_text(field, row), &count) : NULL;
    for (guint k = 0; k < count; k++)
      if (!dict_load(tx, arena, dict_named(field), ids[k], error))
        return *error
                 ? NULL
                 : arena_printf(arena, "%s: %s names %s " NUMBER ", which is not there", name, field->name,
                                  dict_named(field)->name, ids[k]);
  }
  return NULL;
}

static const char *check_batch(DbTx *tx, Arena *arena, const Record *record, const GPtrArray *rows, GError **error) {
  const gint64 from = ((const Row *)rows->pdata[0])->id, to = ((const Row *)rows->pdata[rows->len - 1])->id;
  g_autoptr(GHashTable) told = read_told(tx, arena, record, from, to, error);
  g_autoptr(GHashTable) signs = *error ? NULL : read_signs(tx, arena, record, from, to, error);
  for (guint i = 0; i < rows->len && !*error; i++) {
    const Row *row = rows->pdata[i];
    const char *name = name_of(arena, record, row->id);
    const Told *its = g_hash_table_lookup(told, &row->id);
    const char *wrong = !its ? arena_printf(arena, "%s: the journal does not know of it", name)
                             : check_fields(arena, name, record, row, its);
    wrong = wrong ? wrong : check_head(arena, name, record, row, its);
    wrong = wrong ? wrong : check_signs(arena, name, its, g_hash_table_lookup(signs, &row->id));
    wrong = wrong ? wrong : check_lists(tx, arena, name, record, row, error);
    if (wrong)
      return wrong;
  }
  return NULL;
}

const char *verify_rows(DbTx *tx, Arena *arena, const Record *record, gint64 *rows, GError **error) {
  for (gint64 last = 0;;) {
    g_autoptr(Arena) own = arena_new();
    g_autoptr(GPtrArray) batch = dict_load_after(tx, own, record, last, BATCH, error);
    if (!batch || !batch->len)
      return NULL;
    const char *wrong = check_batch(tx, own, record, batch, error);
    if (wrong || *error)
      return arena_strdup(arena, wrong);
    *rows += batch->len;
    last = ((const Row *)batch->pdata[batch->len - 1])->id;
  }
}
