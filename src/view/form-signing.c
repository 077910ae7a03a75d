/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page on which a signature of a chain is given: what is signed with its lines, differences and papers, and what
   stands out in it; and beside any act the other answers to it. All of it follows from the declarations. */
#include "view/form.h"
#include "view/order.h"
#include <string.h>

static Value *told_of(const View *view, const Command *command, void *row, const char **usual, GError **error) {
  Value *list = value_list(view->arena);
  const char **told = workflow_told(view->engine, view->tx, view->arena, view->viewer, command, row, usual, error);
  for (const char **sentence = told; sentence && *sentence; sentence++)
    value_set_text(view->arena, value_append(view->arena, list, value_map(view->arena)), "sentence", *sentence);
  return told ? list : NULL;
}

/* A small form of its own for the other answer. */
static Value *answer_of(const View *view, const Record *record, const Offer *offer, void *row, GError **error) {
  Arena *arena = view->arena;
  const Command *command = offer->command;
  const ViewTyped typed = {0};
  Value *answer = value_map(arena), *fields = value_list(arena);
  for (const Input *input = command->inputs; input && input->field; input++) {
    /* why it was sent back before stands among what stands out; this reason is a new one */
    Value *item = form_field(view, input, dict_field(record, input->field), NULL, row, &typed, input->field, error);
    if (!item)
      return NULL;
    form_set_plain(view, item, dict_field(record, input->field));
    value_append(arena, fields, item);
  }
  value_set_text(arena, answer, "action",
                 arena_printf(arena, "%s/%s", view_href(view, record, ((Row *)row)->id), command->name));
  value_set_text(arena, answer, "key", view_key(view));
  value_set_integer(arena, answer, "version", VALUE_NUMBER, ((Row *)row)->version);
  value_set_text(arena, answer, "label", view_text(view, offer->label));
  value_set(arena, answer, "fields", fields);
  return answer;
}

gboolean form_set_answers(const View *view, Value *form, const Command *command, void *row, GError **error) {
  Value *answers = value_set(view->arena, form, "answers", value_list(view->arena));
  if (!workflow_is_choice(command) || command->by_lines) /* whose lines are looked at has both answers in one form */
    return TRUE;
  const Record *record = dict_find(command->record);
  g_autoptr(GPtrArray)
    offers = workflow_offers(view->engine, view->tx, view->arena, view->viewer, record, row, error);
  for (guint i = 0; offers && i < offers->len; i++) {
    const Offer *offer = offers->pdata[i];
    if (g_strcmp0(offer->command->instead, command->name) || *offer->unmet)
      continue;
    Value *answer = answer_of(view, record, offer, row, error);
    if (!answer)
      return FALSE;
    value_append(view->arena, answers, answer);
  }
  return offers != NULL;
}

gboolean form_set_signing(const View *view, Value *form, const Command *command, const Stage *stage, void *row,
                          GError **error) {
  Arena *arena = view->arena;
  if (!stage) {
    value_set(arena, form, "signing", value_null(arena));
    return TRUE;
  }
  const Record *record = dict_find(command->record);
  const char *usual = NULL;
  Value *told = told_of(view, command, row, &usual, error);
  Value *tables = told ? view_lines(view, record, row, NULL, error) : NULL;
  if (!tables || !view_add_goods(view, record, row, ((Row *)row)->order_id, tables, error))
    return FALSE;
  Value *signing = value_set(arena, form, "signing", value_map(arena)), *papers = view_papers(view, record, row, error);
  value_set_bool(arena, signing, "has_told", told->count > 0);
  value_set(arena, signing, "told", told);
  value_set_text(arena, signing, "usual", usual);
  value_set(arena, signing, "tables", tables);
  value_set_bool(arena, signing, "has_papers", papers->count > 0);
  value_set(arena, signing, "papers", papers);
  return TRUE;
}
