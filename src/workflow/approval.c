/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Approval chains: who has signed a stage, who may, and what follows when a stage is complete. */
#include "workflow/engine.h"
#include <string.h>

gboolean approval_given(Context *context, const Record *record, gint64 id, const char *stage, guint *roles,
                        GError **error) {
  const DbResult *found = dict_ask(
    context->tx, context->arena, record,
    "SELECT row_id, role FROM approval WHERE record = $1 AND stage = $2 AND void = 0 AND row_id = $3",
    DB_ARGS(DB_T(record->name), DB_T(stage), DB_I(id)), error);
  *roles = 0;
  for (guint i = 0; found && i < found->rows; i++)
    *roles |= (guint)DB_CELL(found, i, 1)->integer;
  return found != NULL;
}

guint approval_open(const Viewer *viewer, const Stage *stage, guint given) {
  return (viewer->roles | viewer->substitutes) & stage->roles & ~given;
}

gboolean approval_void(Context *context, const Record *record, gint64 id, GError **error) {
  return db_exec(context->tx, "UPDATE approval SET void = 1 WHERE record = $1 AND row_id = $2 AND void = 0",
                 DB_ARGS(DB_T(record->name), DB_I(id)), error) >= 0;
}

const char *approval_text(Arena *arena, const char *stage, guint role, gboolean substitute) {
  return arena_printf(arena, "%s:%s%s", stage, workflow_roles[g_bit_nth_lsf(role, -1)].code,
                      substitute ? ":substitute" : "");
}

static gboolean store(Context *context, const Record *record, const Stage *stage, guint role, GError **error) {
  const gboolean substitute = !(context->viewer->roles & role);
  const char *text = approval_text(context->arena, stage->from, role, substitute);
  context->signs = context->signs ? arena_printf(context->arena, "%s %s", context->signs, text) : text;
  if (!context->changes) /* prepared */
    return TRUE;
  const gint64 id = db_next_id(context->tx, "approval", error);
  return id > 0 &&
         db_exec(context->tx,
                 "INSERT INTO approval (id, record, row_id, row_version, stage, role, user_id, substitute, at, void)"
                 " VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,0)",
                 DB_ARGS(DB_I(id), DB_T(record->name), DB_I(((Row *)context->row)->id),
                         DB_I(((Row *)context->row)->version), DB_T(stage->from), DB_I(role),
                         DB_I(context->viewer->user_id), DB_I(substitute), DB_I(context->now)),
                 error) == 1;
}

/* The signatures that one act gives in a stage: all that the viewer holds, but finance's always alone. */
static guint signatures_of_one_act(guint open) {
  return open & ~(guint)ROLE_FINANCE ? open & ~(guint)ROLE_FINANCE : open;
}

gboolean approval_sign(Context *context, const Record *record, GError **error) {
  Row *row = context->row;
  const Chain *chain = context->command->chain;
  gboolean first = TRUE, alone = FALSE;
  for (const Stage *stage; (stage = workflow_stage(chain, row->state)) && !alone;) {
    guint given;
    if (!approval_given(context, record, row->id, stage->from, &given, error))
      return FALSE;
    const guint open = approval_open(context->viewer, stage, given);
    if (!open || (!first && (stage->alone || open == ROLE_FINANCE)))
      return TRUE;
    const guint signs = signatures_of_one_act(open);
    for (guint bit = 1; bit <= ROLE_DEALER; bit <<= 1)
      if ((signs & bit) && !store(context, record, stage, bit, error))
        return FALSE;
    alone = stage->alone || (signs & ROLE_FINANCE);
    first = FALSE;
    if ((given | signs) != stage->roles)
      return TRUE;
    row->state = dict_choice(record->states, stage->to)->code;
  }
  return TRUE;
}

/* Whether the act gives the signature. */
static gboolean gives(const Context *act, const char *stage, guint role) {
  g_auto(GStrv) given = g_strsplit(act->signs ? act->signs : "", " ", -1);
  for (int substitute = FALSE; substitute <= TRUE; substitute++)
    if (g_strv_contains((const char *const *)given, approval_text(act->arena, stage, role, substitute)))
      return TRUE;
  return FALSE;
}

const Signature *workflow_signatures(DbTx *tx, Arena *arena, const Record *record, const Row *row, const Context *act,
                                     GError **error) {
  const DbResult *found = db_query(tx, arena,
                                   "SELECT a.stage, a.role, u.name, a.at FROM approval a JOIN \"user\" u "
                                   "ON u.id = a.user_id WHERE a.record = $1 AND a.row_id = $2 AND a.void = 0",
                                   DB_ARGS(DB_T(record->name), DB_I(row->id)), error);
  const Chain *chain = act ? act->command->chain : NULL;
  const guint stages = chain ? chain->count : 0;
  guint count = 0;
  if (!found)
    return NULL;
  Signature *all = arena_new_of(arena, Signature, found->rows + stages * g_bit_storage(ROLE_DEALER) + 1);
  for (; count < found->rows; count++) {
    const DbCell *cells = DB_CELL(found, count, 0);
    all[count] = (Signature){cells[0].text, (guint)cells[1].integer, cells[2].text, cells[3].integer};
  }
  for (guint i = 0; i < stages; i++)
    for (guint role = 1; role <= ROLE_DEALER; role <<= 1)
      if (gives(act, chain->stages[i].from, role))
        all[count++] = (Signature){chain->stages[i].from, role, act->viewer->name, act->now};
  return all;
}

gboolean workflow_unsigned(DbTx *tx, Arena *arena, const Record *record, const Row *row, guint *roles, GError **error) {
  Context context = {.tx = tx, .arena = arena};
  const Stage *stage = NULL;
  guint count, given;
  const Command *const *commands = workflow_commands(&count);
  for (guint i = 0; i < count && !stage; i++)
    stage = strcmp(commands[i]->record, record->name) ? NULL : workflow_stage(commands[i]->chain, row->state);
  *roles = 0;
  if (!stage || !(stage->roles & (stage->roles - 1))) /* one signature alone is never half given */
    return TRUE;
  if (!approval_given(&context, record, row->id, stage->from, &given, error))
    return FALSE;
  *roles = given ? stage->roles & ~given : 0;
  return TRUE;
}
