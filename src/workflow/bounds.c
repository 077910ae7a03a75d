/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The days between which a date or a moment that is typed must lie, as its command's input declares. */
#include "base/date.h"
#include "base/lang.h"
#include "workflow/engine.h"
#include <string.h>

#define TODAY "today"

/* What bounds are read from: a row, and when it is looked at. */
typedef struct {
  DbTx *tx;
  Arena *arena;
  const Record *record;
  const void *row;
  gint64 today;
} Reader;

/* The field that a bound names, and the record that has it: the row's own, or before a dot what it belongs to. NULL:
   there is none. */
static const Field *field_of(const Record *record, const char *name, const Record **of) {
  const char *dot = strchr(name, '.');
  g_autofree char *above = dot ? g_strndup(name, (gsize)(dot - name)) : NULL;
  *of = dot ? dict_find(above) : record;
  return *of ? dict_field(*of, dot ? dot + 1 : name) : NULL;
}

/* The day of a bound; DICT_UNSET where it is not known. */
static gint64 day_of(const Reader *reader, const char *name, GError **error) {
  if (!strcmp(name, TODAY))
    return reader->today;
  const Record *of;
  const Field *field = field_of(reader->record, name, &of);
  const void *row = of == reader->record
                      ? reader->row
                      : dict_load(reader->tx, reader->arena, of, ((const Row *)reader->row)->parent_id, error);
  return row ? *dict_integer(field, row) : DICT_UNSET;
}

static gboolean is_bound(const Record *record, const char *name) {
  const Record *of;
  const Field *field = strcmp(name, TODAY) ? field_of(record, name, &of) : NULL;
  return !strcmp(name, TODAY) || (field && field->kind == KIND_DATE);
}

gboolean bounds_exist(const Record *record, const Input *input) {
  const Field *field = dict_field(record, input->field);
  if ((input->not_before || input->not_after) && field->kind != KIND_DATE && field->kind != KIND_TIME)
    return FALSE;
  for (const char *const *name = input->not_before; name && *name; name++)
    if (!is_bound(record, *name))
      return FALSE;
  for (const char *const *name = input->not_after; name && *name; name++)
    if (!is_bound(record, *name))
      return FALSE;
  return TRUE;
}

/* What the bound's day is called: of an input as its form calls it. */
static const char *called(Context *context, const Record *record, const char *name) {
  const Record *of;
  const Field *field = field_of(record, name, &of);
  for (const Input *input = context->command->inputs; input->field; input++)
    if (of == record && !strcmp(input->field, name) && input->label)
      return lang_text(context->viewer->language, input->label);
  return lang_text(context->viewer->language, field->label);
}

static void refuse(Context *context, const Record *record, const Input *input, const char *name, gboolean before,
                   gint64 typed, gint64 day) {
  const Field *field = dict_field(record, input->field);
  const char *label = lang_text(context->viewer->language, input->label ? input->label : field->label);
  const char *said = context_date(context, typed), *bound = context_date(context, day);
  const char *sentence =
    strcmp(name, TODAY)
      ? context_sentence(context, before ? N_("%s: %s is before “%s” (%s); give a day from then on.")
                                         : N_("%s: %s is after “%s” (%s); give a day up to then."),
                         label, said, called(context, record, name), bound)
      : context_sentence(context, before ? N_("%s: %s is past; give a day from today (%s) on.")
                                         : N_("%s: %s is still to come; give a day up to today (%s)."),
                         label, said, bound);
  refusal_add(context->refusal, REFUSAL_INVALID, REASON_FIELD, field->name, sentence);
}

/* Says the first bound that is passed. FALSE on a fault only. */
static gboolean check(Context *context, const Record *record, const Input *input, gboolean before, GError **error) {
  const Reader reader = {context->tx, context->arena, record, context->row, context->today};
  const gint64 value = *dict_integer(dict_field(record, input->field), context->row);
  const gboolean moment = dict_field(record, input->field)->kind == KIND_TIME;
  const gint64 typed = moment ? date_of_time(value, context->zone) : value;
  for (const char *const *name = before ? input->not_before : input->not_after; name && *name; name++) {
    GError *fault = NULL;
    const gint64 day = day_of(&reader, *name, &fault);
    if (fault) {
      g_propagate_error(error, fault);
      return FALSE;
    }
    const gboolean to_come = moment && !before && !strcmp(*name, TODAY) && value > context->now;
    if (day == DICT_UNSET || !(to_come || (before ? typed < day : typed > day)))
      continue;
    refuse(context, record, input, *name, before, typed, day);
    return TRUE;
  }
  return TRUE;
}

gboolean bounds_check(Context *context, const Record *record, GError **error) {
  for (const Input *input = context->command->inputs; input && input->field; input++)
    if ((input->not_before || input->not_after) && dict_is_set(dict_field(record, input->field), context->row) &&
        (!check(context, record, input, TRUE, error) || !check(context, record, input, FALSE, error)))
      return FALSE;
  return TRUE;
}

static gboolean is_asked(const Command *command, const char *name) {
  for (const Input *input = command->inputs; input->field; input++)
    if (!strcmp(input->field, name))
      return TRUE;
  return FALSE;
}

gboolean workflow_span(Engine *engine, DbTx *tx, Arena *arena, const Command *command, const Input *input,
                       const void *row, WorkflowSpan *span, GError **error) {
  *span = (WorkflowSpan){DICT_UNSET, DICT_UNSET};
  const Record *record = dict_find(command->record);
  const void *read = row;
  if (command->creates && row) {
    Row *made = dict_new_row(arena, record);
    made->parent_id = ((const Row *)row)->id;
    read = made;
  }
  const Reader reader = {tx, arena, record, read ? read : dict_new_row(arena, record), engine_today(engine)};
  GError *fault = NULL;
  for (guint side = 0; side < 2; side++)
    for (const char *const *name = side ? input->not_after : input->not_before; !fault && name && *name; name++) {
      const gint64 day = is_asked(command, *name) ? DICT_UNSET : day_of(&reader, *name, &fault);
      gint64 *edge = side ? &span->latest : &span->earliest;
      if (day != DICT_UNSET && (*edge == DICT_UNSET || (side ? day < *edge : day > *edge)))
        *edge = day;
    }
  if (fault)
    g_propagate_error(error, fault);
  return !fault;
}
