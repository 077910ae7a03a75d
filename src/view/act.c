/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Buttons: which act comes next, which stand beside it, and which are seldom wanted and wait in a menu. */
#include "view/act.h"
#include "party/party.h"
#include "view/table.h"
#include <string.h>

GPtrArray *act_offers(const View *view, const Record *record, void *row, GError **error) {
  return act_by_lines(workflow_offers(view->engine, view->tx, view->arena, view->viewer, record, row, error));
}

GPtrArray *act_by_lines(GPtrArray *offers) {
  static const char *none[] = {NULL};
  for (guint i = offers ? offers->len : 0; i-- > 0;) {
    Offer *offer = offers->pdata[i];
    if (!offer->command->by_lines)
      continue;
    offer->label = ACT_BY_LINES;
    offer->unmet = none;
    if (offer->command->instead)
      g_ptr_array_remove_index(offers, i);
  }
  return offers;
}

ActPlace act_place(const Offer *offer) {
  const Command *command = offer->command;
  const gboolean met = !*offer->unmet;
  if (command->instead)
    return ACT_INSTEAD;
  if (command->forbidden_look || !strcmp(command->record, comment_record.name)) /* comments have their form elsewhere */
    return ACT_SELDOM;
  if (offer->extra)
    return ACT_SELDOM;
  if (command->creates)
    return met ? ACT_BESIDE : ACT_SELDOM;
  return command->to || command->chain ? ACT_NEXT : ACT_SELDOM;
}

const Offer *act_next(const GPtrArray *offers) {
  const Offer *blocked = NULL;
  for (guint i = 0; offers && i < offers->len; i++) {
    const Offer *offer = offers->pdata[i];
    if (act_place(offer) != ACT_NEXT)
      continue;
    if (!*offer->unmet)
      return offer;
    blocked = blocked ? blocked : offer;
  }
  return blocked;
}

Value *act_sentences(const View *view, const Offer *offer) {
  Value *list = value_list(view->arena);
  const gboolean others = offer && workflow_audience(view->viewer) == WORKSHOP &&
                          !workflow_may(view->viewer, offer->command);
  const char *kept[] = {view_text(view, N_("Something that others do has to come first; the order clerk knows what.")),
                        NULL};
  const char **unmet = !offer ? NULL : others && *offer->unmet ? kept : offer->unmet;
  for (const char **sentence = unmet; sentence && *sentence; sentence++)
    value_set_text(view->arena, value_append(view->arena, list, value_map(view->arena)), "sentence", *sentence);
  return list;
}

gboolean act_in_force(const Record *record, const Row *row) {
  const Choice *state = dict_choice(record->states, row->state);
  return !state || state->kind != PAST;
}

const char *act_note(const View *view, const Record *record, const void *row) {
  const Field *field = dict_field(record, "signed_at");
  if (!field || !dict_is_set(field, row) || act_in_force(record, row))
    return NULL;
  return view_text(view,
                   N_("This signature counts no longer: a newer revision has taken the place of what was signed."));
}

/* Whether one press does it: nothing is typed, looked at or warned of beforehand, and what another proposed is read
   before it is decided. */
static gboolean is_direct(const View *view, const Row *row, const Offer *offer) {
  const Command *command = offer->command;
  Beforehand said;
  if (command->inputs || command->creates || command->chain || offer->extra || command->by_other || command->shows ||
      command->by_lines || command->remarked)
    return FALSE;
  return !command->warns || (workflow_beforehand(view->engine, view->tx, view->arena, view->viewer, command,
                                                 (Row *)row, NULL, &said, NULL) && !said.warning);
}

/* Whether what the command makes one of is there already. */
static gboolean has_lines(const View *view, const Command *command, const Row *row) {
  g_autoptr(GPtrArray) lines = dict_load_by(view->tx, view->arena, dict_find(command->record), "parent_id",
                                            DB_I(row->id), NULL);
  for (guint i = 0; lines && i < lines->len; i++)
    if (strcmp(((const Row *)lines->pdata[i])->state, "removed"))
      return TRUE;
  return FALSE;
}

Value *act_item(const View *view, const Record *record, const Row *row, const Offer *offer, gboolean primary) {
  Arena *arena = view->arena;
  const Command *command = offer->command;
  Value *item = value_map(arena), *unmet = act_sentences(view, offer);
  const gboolean in_table = primary && command->in_table && has_lines(view, command, row);
  value_set_text(arena, item, "label", view_text(view, in_table ? command->in_table : offer->label));
  value_set_text(arena, item, "href",
                 in_table ? table_address(view, record, row->id, command->record)
                          : arena_printf(arena, "%s/%s", view_href(view, record, row->id), command->name));
  value_set_bool(arena, item, "is_direct", is_direct(view, row, offer));
  value_set_text(arena, item, "key", view_key(view));
  value_set_integer(arena, item, "version", VALUE_NUMBER, row->version);
  value_set_bool(arena, item, "is_primary", primary && !unmet->count);
  value_set_bool(arena, item, "is_danger", command->forbidden_look);
  value_set_bool(arena, item, "has_unmet", unmet->count > 0);
  value_set(arena, item, "unmet", unmet);
  return item;
}

void act_set(const View *view, Value *map, Value *commands, Value *more) {
  value_set_bool(view->arena, map, "has_commands", commands->count || more->count);
  value_set(view->arena, map, "commands", commands);
  value_set_bool(view->arena, map, "has_more", more->count > 0);
  value_set(view->arena, map, "more", more);
}

void act_set_offers(const View *view, Value *map, const Record *record, const Row *row, const GPtrArray *offers,
                    const Offer *primary) {
  Value *commands = value_list(view->arena), *more = value_list(view->arena);
  const Offer *next = act_next(offers);
  if (primary) /* what comes next comes first, and hides in no menu */
    value_append(view->arena, commands, act_item(view, record, row, primary, TRUE));
  for (guint i = 0; offers && i < offers->len; i++) {
    const Offer *offer = offers->pdata[i];
    if (offer == primary || !strcmp(offer->command->record, comment_record.name))
      continue;
    const gboolean seldom = act_place(offer) == ACT_SELDOM ||
                            (act_place(offer) == ACT_NEXT && offer != next && *offer->unmet);
    value_append(view->arena, seldom ? more : commands, act_item(view, record, row, offer, FALSE));
  }
  act_set(view, map, commands, more);
}
