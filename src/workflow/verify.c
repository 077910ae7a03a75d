/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a database is whole, as one list of checks; each says the first broken place in a sentence, or nothing. */
#include "workflow/engine.h"
#include <string.h>

#define NUMBER "%" G_GINT64_FORMAT

/* One look at a database. */
typedef struct {
  DbTx *tx;
  Arena *arena;
  const char *expected; /* a seal's hash, or NULL */
  Verified *found;
} Look;

static const char *check_chains(Look *look, GError **error) {
  return journal_verify(look->tx, look->arena, &look->found->entries, error);
}

static const char *check_seals(Look *look, GError **error) {
  return seal_verify(look->tx, look->arena, look->expected, &look->found->seal, error);
}

static const char *check_rows(Look *look, GError **error) {
  guint count;
  const Record *const *records = dict_all(&count);
  const char *wrong = NULL;
  for (guint i = 0; i < count && !wrong && !*error; i++)
    wrong = verify_rows(look->tx, look->arena, records[i], &look->found->rows, error);
  return wrong;
}

/* What the engine's own tables name: rows of a record, and users. */
static const char *check_tables(Look *look, GError **error) {
  static const char *const tables[] = {"journal", "approval", "duty"};
  guint count;
  const Record *const *records = dict_all(&count);
  for (guint t = 0; t < G_N_ELEMENTS(tables); t++)
    for (guint i = 0; i < count; i++) {
      DictDangling stray;
      if (!dict_find_stray(look->tx, look->arena, tables[t], records[i], &stray, error))
        return NULL;
      if (stray.id)
        return arena_printf(look->arena, "%s names %s " NUMBER ", which is not there", tables[t], records[i]->name,
                            stray.id);
    }
  const DbResult *unknown = db_query(look->tx, look->arena, "SELECT DISTINCT record FROM journal", DB_NO_ARGS, error);
  for (guint i = 0; unknown && i < unknown->rows; i++)
    if (!dict_find(DB_CELL(unknown, i, 0)->text))
      return arena_printf(look->arena, "journal names a record that there is not: %s", DB_CELL(unknown, i, 0)->text);
  return NULL;
}

static const char *check_reference(Look *look, const Record *record, const char *column, const Record *target,
                                   GError **error) {
  DictDangling found = {0};
  if (!target || !dict_find_dangling(look->tx, look->arena, record, column, target, &found, error) || !found.id)
    return NULL;
  return arena_printf(look->arena, "%s " NUMBER ": %s names %s " NUMBER ", which is not there", record->name, found.id,
                      column, target->name, found.named);
}

/* Of what a row's parent_id is an id: the record that its lines belong to, or under which commands make it. */
static const Record *parent_of(const Record *record) {
  const char *under = record->parent;
  guint count;
  const Command *const *commands = workflow_commands(&count);
  for (guint i = 0; i < count && !record->parent; i++) {
    if (!commands[i]->creates || strcmp(commands[i]->record, record->name) || !commands[i]->under)
      continue;
    if (under && strcmp(under, commands[i]->under))
      return NULL; /* several: the column alone does not say which */
    under = commands[i]->under;
  }
  return dict_find(under);
}

static const char *check_references(Look *look, GError **error) {
  guint count;
  const Record *const *records = dict_all(&count);
  for (guint i = 0; i < count; i++) {
    const Record *record = records[i];
    const struct {
      const char *column;
      const Record *target;
    } head[] = {{"order_id", dict_root(DICT_ROOT(order_id))}, {"dealer_id", dict_root(DICT_ROOT(dealer_id))},
                {"created_by", dict_find("user")}, {"parent_id", parent_of(record)}};
    const char *wrong = NULL;
    for (guint k = 0; k < G_N_ELEMENTS(head) && !wrong && !*error; k++)
      wrong = check_reference(look, record, head[k].column, head[k].target, error);
    for (guint k = 0; k < record->count && !wrong && !*error; k++) {
      const Field *field = &record->fields[k];
      if (field->kind == KIND_REF || field->kind == KIND_FILE)
        wrong = check_reference(look, record, field->name, dict_find(field->kind == KIND_REF ? field->target : "file"),
                                error);
    }
    if (wrong || *error)
      return wrong;
  }
  return NULL;
}

static const char *check_sum(Look *look, const Record *record, const DictSum *sum, GError **error) {
  for (const char *const *state = sum->in; *state; state++) {
    DictUnequal found;
    if (!dict_find_unequal(look->tx, look->arena, record, sum, *state, &found, error))
      return NULL;
    if (found.id)
      return arena_printf(look->arena, "%s " NUMBER " (%s): %s is " NUMBER " fen, but its %s rows add up to " NUMBER,
                          record->name, found.id, *state, sum->field, found.amount, sum->lines, found.sum);
  }
  return NULL;
}

static const char *check_sums(Look *look, GError **error) {
  guint count;
  const Record *const *records = dict_all(&count);
  const char *wrong = NULL;
  for (guint i = 0; i < count; i++)
    for (const DictSum *sum = records[i]->sums; sum && sum->field && !wrong && !*error; sum++)
      wrong = check_sum(look, records[i], sum, error);
  return wrong;
}

const char *verify_database(DbTx *tx, Arena *arena, const char *expected, Verified *found, GError **error) {
  static const char *(*const checks[])(Look *, GError **) = {check_chains,     check_seals, check_tables,
                                                             check_references, check_rows,  check_sums};
  Look look = {.tx = tx, .arena = arena, .expected = expected, .found = found};
  *found = (Verified){0};
  GError *fault = NULL;
  const char *wrong = NULL;
  for (guint i = 0; i < G_N_ELEMENTS(checks) && !wrong && !fault; i++)
    wrong = checks[i](&look, &fault);
  if (fault)
    g_propagate_error(error, fault);
  return wrong;
}
