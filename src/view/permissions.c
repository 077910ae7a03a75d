/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which role may do what, read off the commands themselves. */
#include "view/view.h"
#include <string.h>

static void add_command(const View *view, Value *commands, const Command *command) {
  Arena *arena = view->arena;
  const guint needs = workflow_needs(command);
  Value *item = value_append(arena, commands, value_map(arena)), *cells = value_list(arena);
  value_set_text(arena, item, "label", view_text(view, command->label));
  value_set_text(arena, item, "help", command->help ? view_text(view, command->help) : NULL);
  for (guint i = 0; workflow_roles[i].code; i++) {
    Value *cell = value_append(arena, cells, value_map(arena));
    value_set_text(arena, cell, "role", view_text(view, workflow_roles[i].label));
    value_set_bool(arena, cell, "may", (needs & (1u << i)) != 0);
  }
  value_set(arena, item, "cells", cells);
}

Value *view_permissions(const View *view) {
  Arena *arena = view->arena;
  Value *permissions = value_map(arena), *roles = value_list(arena), *groups = value_list(arena);
  for (guint i = 0; workflow_roles[i].code; i++)
    value_set_text(arena, value_append(arena, roles, value_map(arena)), "label",
                   view_text(view, workflow_roles[i].label));
  guint count;
  const Command *const *all = workflow_commands(&count);
  Value *commands = NULL;
  for (guint i = 0; i < count; i++) {
    if (!i || strcmp(all[i]->record, all[i - 1]->record)) {
      Value *group = value_append(arena, groups, value_map(arena));
      value_set_text(arena, group, "title", view_text(view, dict_find(all[i]->record)->label));
      commands = value_set(arena, group, "commands", value_list(arena));
    }
    add_command(view, commands, all[i]);
  }
  value_set(arena, permissions, "roles", roles);
  value_set(arena, permissions, "groups", groups);
  return permissions;
}
