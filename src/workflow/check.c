/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must hold before a command may run: role, state, submitter, gates. The runner and the pages ask the same. */
#include "base/date.h"
#include "base/lang.h"
#include "workflow/check.h"
#include <string.h>

guint workflow_needs(const Command *command) {
  guint roles = command->by;
  for (guint i = 0; command->chain && i < command->chain->count; i++)
    roles |= command->chain->stages[i].roles;
  return roles;
}

gboolean check_role(const Viewer *viewer, const Command *command, guint *needed) {
  *needed = workflow_needs(command);
  return ((viewer->roles | viewer->substitutes) & *needed) != 0;
}

gboolean workflow_may(const Viewer *viewer, const Command *command) {
  guint needed;
  return check_role(viewer, command, &needed);
}

gboolean check_state(const Command *command, const Row *row) {
  if (command->chain)
    return workflow_stage(command->chain, row->state) != NULL;
  return !command->from || (row->state && g_strv_contains(command->from, row->state));
}

/* "A, B" of the labels of the roles. */
static const char *roles_text(Context *context, guint roles) {
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; workflow_roles[i].code; i++)
    if (roles & (1u << i))
      g_string_append_printf(text, "%s%s", text->len ? lang_comma(context->viewer->language) : "",
                             lang_text(context->viewer->language, workflow_roles[i].label));
  return arena_strdup(context->arena, text->str);
}

gboolean check_refuse_role(Context *context, guint roles) {
  return refusal_addf(context->refusal, REFUSAL_FORBIDDEN, REASON_OTHER, "role", "%s",
                      context_sentence(context, N_("“%s” can be done by: %s."),
                                       lang_text(context->viewer->language, context->command->label),
                                       roles_text(context, roles)));
}

gboolean check_refuse_state(Context *context, const Record *record) {
  const Command *command = context->command;
  const Row *row = context->row;
  g_autoptr(GString) states = g_string_new(NULL);
  for (const Choice *state = record->states; state && state->code; state++) {
    const Row there = {.state = state->code};
    if (check_state(command, &there))
      g_string_append_printf(states, "%s%s", states->len ? lang_comma(context->viewer->language) : "",
                             lang_text(context->viewer->language, state->label));
  }
  return refusal_addf(context->refusal, REFUSAL_CONFLICT, REASON_OTHER, "state", "%s",
                      context_sentence(context, N_("%s %s is in state “%s”; “%s” is possible in: %s."),
                                       lang_text(context->viewer->language, record->label),
                                       row->number ? row->number
                                                   : arena_printf(context->arena, "%" G_GINT64_FORMAT, row->id),
                                       context_state_label(context, record, row->state),
                                       lang_text(context->viewer->language, command->label), states->str));
}

gboolean check_person(Context *context, const Record *record, GError **error) {
  const Command *command = context->command;
  const Row *row = context->row;
  if (command->by_other || command->chain) {
    const gint64 submitter = journal_submitter(context, record, row->id, error);
    if (submitter && submitter == context->viewer->user_id)
      return refusal_add(context->refusal, REFUSAL_FORBIDDEN, REASON_OTHER, "submitter",
                         context_sentence(context, N_("You submitted this yourself; somebody else must approve it.")));
  }
  const Stage *stage = workflow_stage(command->chain, row->state);
  if (!stage)
    return TRUE;
  guint given;
  if (!approval_given(context, record, row->id, stage->from, &given, error))
    return FALSE;
  return approval_open(context->viewer, stage, given) || check_refuse_role(context, stage->roles & ~given);
}

/* NULL, or names the fields that are to be set and are not. */
static const char *check_fields(Context *context, const Gate *gate) {
  const Record *record = dict_find(context->command->record);
  g_autoptr(GString) missing = g_string_new(NULL);
  for (const char *const *name = gate->fields; *name; name++) {
    const Field *field = dict_field(record, *name);
    if (!dict_is_set(field, context->row))
      g_string_append_printf(missing, "%s%s", missing->len ? lang_comma(context->viewer->language) : "",
                             lang_text(context->viewer->language, field->label));
  }
  return missing->len ? context_sentence(context, gate->lacks, missing->str) : NULL;
}

gboolean check_gates(Context *context, GError **error) {
  for (const Gate *const *gate = context->command->gates; gate && *gate; gate++) {
    GError *fault = NULL;
    const char *sentence = (*gate)->fields ? check_fields(context, *gate) : (*gate)->check(context, &fault);
    if (fault) {
      g_propagate_error(error, fault);
      return FALSE;
    }
    if (sentence)
      refusal_add(context->refusal, REFUSAL_CONFLICT, REASON_GATE, (*gate)->name, sentence);
    if (sentence && (*gate)->decides)
      break;
  }
  return TRUE;
}

/* Whether a gate that decides is unmet: nothing that the viewer could do would let it pass. */
static gboolean is_decided(const Context *context) {
  const GPtrArray *reasons = context->refusal->reasons;
  const Reason *last = reasons->len ? reasons->pdata[reasons->len - 1] : NULL;
  for (const Gate *const *gate = context->command->gates; last && gate && *gate; gate++)
    if ((*gate)->decides && !g_strcmp0(last->name, (*gate)->name))
      return TRUE;
  return FALSE;
}

static const char *mended_by(const Context *context) {
  const GPtrArray *reasons = context->refusal->reasons;
  for (guint i = 0; i < reasons->len; i++)
    for (const Gate *const *gate = context->command->gates; gate && *gate; gate++)
      if ((*gate)->mended_by && !g_strcmp0(((const Reason *)reasons->pdata[i])->name, (*gate)->name))
        return (*gate)->mended_by;
  return NULL;
}

static gboolean offer_one(Context *context, const Record *record, GPtrArray *offers, GError **error) {
  guint needed;
  refusal_clear(context->refusal);
  if (!check_role(context->viewer, context->command, &needed) ||
      (!context->command->creates && !check_state(context->command, context->row)))
    return TRUE;
  GError *fault = NULL;
  const gboolean person = context->command->creates || check_person(context, record, &fault);
  if (person && !check_gates(context, &fault))
    g_assert(fault);
  if (fault) {
    g_propagate_error(error, fault);
    return FALSE;
  }
  const Stage *stage = workflow_stage(context->command->chain, ((Row *)context->row)->state);
  if ((!person && stage) || is_decided(context))
    return TRUE;
  Offer *offer = arena_new_of(context->arena, Offer, 1);
  *offer = (Offer){.command = context->command,
                   .label = stage && stage->label ? stage->label : workflow_label(context->viewer, context->command),
                   .unmet = arena_new_of(context->arena, const char *, context->refusal->reasons->len + 1)};
  for (guint i = 0; i < context->refusal->reasons->len; i++)
    offer->unmet[i] = arena_strdup(context->arena, ((Reason *)context->refusal->reasons->pdata[i])->message);
  offer->mended_by = mended_by(context);
  offer->submitted = !person && context->command->by_other;
  offer->extra = context->command->extra && context->command->extra(context, &fault);
  g_ptr_array_add(offers, offer);
  if (fault)
    g_propagate_error(error, fault);
  return !fault;
}

/* A row as the command would make it under this one, for its gates to look at. */
static void *row_under(Arena *arena, const Command *command, const Row *parent) {
  Row *row = dict_new_row(arena, dict_find(command->record));
  row->order_id = parent->order_id;
  row->dealer_id = parent->dealer_id;
  row->parent_id = parent->id;
  return row;
}

GPtrArray *workflow_offers(Engine *engine, DbTx *tx, Arena *arena, const Viewer *viewer, const Record *record,
                           void *row, GError **error) {
  g_autoptr(GPtrArray) offers = g_ptr_array_new();
  g_autoptr(Refusal) refusal = refusal_new();
  g_auto(Context) context = {.row = row, .before = row, .refusal = refusal};
  if (!context_init(&context, engine, tx, arena, viewer, error))
    return NULL;
  guint count;
  const Command *const *commands = workflow_commands(&count);
  for (guint i = 0; i < count; i++) {
    const Command *command = commands[i];
    if (g_strcmp0(command->creates ? command->under : command->record, record->name))
      continue;
    context.command = command;
    context.row = command->creates ? row_under(arena, command, row) : row;
    if (!offer_one(&context, record, offers, error))
      return NULL;
  }
  return g_steal_pointer(&offers);
}

/* Whose turn it is in a stage: what is owed there says so. */
static const char *turn_of(Context *context, int zone, const Record *record, const Stage *stage, GError **error) {
  const DbResult *found = db_query(context->tx, context->arena,
                                   "SELECT role, since FROM duty WHERE record = $1 AND row_id = $2 AND closed_at IS "
                                   "NULL ORDER BY id",
                                   DB_ARGS(DB_T(record->name), DB_I(((Row *)context->row)->id)), error);
  guint roles = 0;
  gint64 since = 0;
  for (guint i = 0; found && i < found->rows; i++)
    if (stage->roles & (guint)DB_CELL(found, i, 0)->integer) {
      roles |= (guint)DB_CELL(found, i, 0)->integer;
      since = DB_CELL(found, i, 1)->integer;
    }
  return roles ? context_sentence(context, N_("It is the turn of: %s, since %s."), roles_text(context, roles),
                                  context_date(context, date_of_time(since, zone)))
               : NULL;
}

const char *workflow_closed(Engine *engine, DbTx *tx, Arena *arena, const Viewer *viewer, const Command *command,
                            void *row, GError **error) {
  GError *fault = NULL;
  g_autoptr(Refusal) refusal = refusal_new();
  g_auto(Context) context = {.row = row, .before = row, .refusal = refusal, .command = command};
  const Record *record = dict_find(command->record);
  if (command->creates || !context_init(&context, engine, tx, arena, viewer, error))
    return NULL;
  const char *turn = NULL;
  if (!check_state(command, row))
    check_refuse_state(&context, record);
  else if (!check_person(&context, record, &fault) && !fault) {
    const Stage *stage = workflow_stage(command->chain, ((Row *)row)->state);
    const Reason *why = refusal->reasons->pdata[0];
    if (stage && g_strcmp0(why->name, "submitter"))
      turn = turn_of(&context, engine_zone(engine), record, stage, &fault);
  }
  if (fault)
    g_propagate_error(error, fault);
  return fault || !refusal->reasons->len ? NULL
         : turn ? turn : arena_strdup(arena, ((Reason *)refusal->reasons->pdata[0])->message);
}

const char **workflow_told(Engine *engine, DbTx *tx, Arena *arena, const Viewer *viewer, const Command *command,
                           void *row, const char **usual, GError **error) {
  GError *fault = NULL;
  g_autoptr(Refusal) refusal = refusal_new();
  g_auto(Context) context = {.row = row, .before = row, .refusal = refusal, .command = command};
  if (!context_init(&context, engine, tx, arena, viewer, error))
    return NULL;
  const Usual *usually = command->chain ? command->chain->told : NULL;
  const Gate *const *told = usually ? usually->gates : NULL;
  guint count = 0;
  while (told && told[count])
    count++;
  const char **sentences = arena_new_of(arena, const char *, count + 1);
  for (guint i = 0, said = 0; i < count && !fault; i++)
    if ((sentences[said] = told[i]->check(&context, &fault)))
      said++;
  *usual = usually && !fault ? usually->says(&context, &fault) : NULL;
  if (fault)
    g_propagate_error(error, fault);
  return fault ? NULL : sentences;
}

/* A row as the command would make it under this one, as far as its form says already; what is wrong there is
   left out. */
static void *row_said(Arena *arena, const Viewer *viewer, const Command *command, const Row *parent,
                      GHashTable *inputs) {
  g_autoptr(Refusal) wrong = refusal_new();
  const Record *record = dict_find(command->record);
  void *row = row_under(arena, command, parent);
  for (const Input *input = inputs ? command->inputs : NULL; input && input->field; input++) {
    const char *text = g_hash_table_lookup(inputs, input->field);
    if (text)
      dict_parse(arena, dict_field(record, input->field), text, INPUT_FORM, viewer->language, row, wrong);
  }
  return row;
}

gboolean workflow_beforehand(Engine *engine, DbTx *tx, Arena *arena, const Viewer *viewer, const Command *command,
                             void *row, GHashTable *inputs, Beforehand *said, GError **error) {
  *said = (Beforehand){0};
  if (!row || !(command->warns || command->extra || command->tells || command->begins))
    return TRUE;
  g_autoptr(Refusal) refusal = refusal_new();
  void *begun = command->creates ? row_said(arena, viewer, command, row, inputs)
                                 : dict_copy_row(arena, dict_find(command->record), row);
  g_auto(Context) context = {.row = begun, .before = row, .command = command, .refusal = refusal};
  GError *fault = NULL;
  if (!context_init(&context, engine, tx, arena, viewer, error))
    return FALSE;
  const char *warns = command->warns ? command->warns(&context, &fault) : NULL;
  const char *extra = command->extra && !fault ? command->extra(&context, &fault) : NULL;
  said->warning = warns && extra ? arena_printf(arena, "%s\n%s", extra, warns) : extra ? extra : warns;
  said->telling = command->tells && !fault ? command->tells(&context, &fault) : NULL;
  if (command->begins && !fault && command->begins(&context, &fault))
    said->begun = begun;
  if (fault)
    g_propagate_error(error, fault);
  return !fault;
}
