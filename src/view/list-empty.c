/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list without rows: nothing matches, nothing is in that tab, or nothing was made yet; and what to do about it. */
#include "party/party.h"
#include "view/list.h"
#include <string.h>

/* What begins under the dealer brings all that is needed with it, and so comes before what begins further down. */
static const Command *maker_for(const Viewer *viewer, const Record *record) {
  guint count;
  const Command *found = NULL;
  const Command *const *commands = workflow_commands(&count);
  for (guint i = 0; i < count; i++)
    if (commands[i]->creates && !strcmp(commands[i]->record, record->name) && workflow_may(viewer, commands[i]) &&
        (!found || !g_strcmp0(commands[i]->under, dealer_record.name)))
      found = commands[i];
  return found;
}

Value *list_create(const View *view, const Record *record) {
  const Command *command = record->step ? NULL : maker_for(view->viewer, record);
  const Record *above = command && command->under ? dict_find(command->under) : NULL;
  const gboolean own = above == &dealer_record && view->viewer->dealer_id; /* a dealer has no other to choose */
  const Record *under = own ? NULL : above;
  if (!command || (under && !view_may_list(view, under)))
    return value_null(view->arena);
  const char *label = view_text(view, command->label);
  g_autofree char *first = under ? g_utf8_strdown(view_text(view, under->label), -1) : NULL; /* within a sentence */
  Value *create = value_map(view->arena);
  value_set_text(view->arena, create, "label",
                 under ? arena_printf(view->arena, view_text(view, N_("%s: choose the %s first")), label,
                                      first) : label);
  value_set_text(view->arena, create, "href",
                 under ? arena_printf(view->arena, "/%s", view_plural(view, under))
                 : own ? arena_printf(view->arena, "%s/%s", view_href(view, above, view->viewer->dealer_id),
                                      command->name)
                       : arena_printf(view->arena, "/new/%s", command->name));
  return create;
}

gboolean list_is_filtered(const ViewQuery *query) {
  for (guint i = 0; i < query->given; i++) {
    const ViewPair *pair = &g_array_index(query->pairs, ViewPair, i);
    g_autofree char *name = g_strndup(pair->name, strcspn(pair->name, "-"));
    const Field *field = dict_column(query->record, name);
    if (*pair->value && g_str_has_prefix(pair->name, VIEW_SOUGHT))
      return TRUE;
    if (((field && field->filtered) || !strcmp(name, "duty")) && *pair->value)
      return TRUE;
  }
  return FALSE;
}

static const DictFilter *tab_of(const ViewQuery *query) {
  for (const DictFilter *filter = query->filter ? query->record->filters : NULL; filter && filter->name; filter++)
    if (!strcmp(filter->name, query->filter))
      return filter;
  return NULL;
}

const char *list_tab_help(const View *view, const ViewQuery *query) {
  const DictFilter *tab = tab_of(query);
  return tab && tab->help ? view_text(view, tab->help) : NULL;
}

static Value *empty_value(const View *view, const char *sentence, const char *detail, const char *label,
                          const char *href) {
  Value *empty = value_map(view->arena);
  value_set_text(view->arena, empty, "sentence", sentence);
  value_set_text(view->arena, empty, "detail", detail);
  value_set_text(view->arena, empty, "label", label);
  value_set_text(view->arena, empty, "href", href);
  return empty;
}

/* What makes the first one, and who may where the viewer may not. */
static const char *making(const View *view, const Record *record, gboolean may) {
  const Command *maker = workflow_maker(record);
  if (!maker)
    return NULL;
  g_autoptr(GString) who = g_string_new(NULL);
  for (guint i = 0; workflow_roles[i].code; i++)
    if (workflow_needs(maker) & (1u << i))
      g_string_append_printf(who, "%s%s", who->len ? lang_comma(view->viewer->language) : "",
                             view_text(view, workflow_roles[i].label));
  const char *help = view_text(view, maker->help);
  return may ? help : arena_printf(view->arena, view_text(view, N_("%s This is done by: %s.")), help, who->str);
}

Value *list_empty(const View *view, const ViewQuery *query) {
  Arena *arena = view->arena;
  const char *all = arena_printf(arena, "/%s", view_plural(view, query->record));
  const char *nothing = view_text(view, N_("There is nothing under “%s”."));
  const DictFilter *tab = tab_of(query);
  if (*query->q || list_is_filtered(query))
    return empty_value(view, view_text(view, N_("Nothing here matches.")),
                       view_text(view, query->record == &order_record
                                         ? N_("Orders are found by a part of their name, project or dealer, and by the "
                                              "whole number of anything that hangs on them: contract, payment, works "
                                              "order, delivery notice, shipment, waybill. Check it, or take a filter "
                                              "away.")
                                         : N_("Search for a part of it, or take a filter away.")),
                       view_text(view, N_("Show all")), all);
  if (tab && *tab->query)
    return empty_value(view, arena_printf(arena, nothing, view_text(view, tab->label)), NULL,
                       view_text(view, N_("Show all")), all);
  const Value *create = list_create(view, query->record);
  const gboolean may = create->kind != VALUE_NULL;
  const char *sentence = query->record == &setting_record
                           ? view_text(view, N_("The house has not changed any of these yet."))
                           : arena_printf(arena, nothing, view_text(view, query->record->plural));
  return empty_value(view, sentence,
                     making(view, query->record, may), may ? value_get(create, "label")->text : NULL,
                     may ? value_get(create, "href")->text : NULL);
}
