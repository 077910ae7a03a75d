/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings of the house: stated in the program by who runs it, and counted from the next event on. What was stated
   before stays on record. */
#include "party/party.h"

static gboolean replace_older(Context *context, GError **error) {
  const Setting *stated = context->row;
  g_autoptr(GPtrArray) all = dict_load_by(context->tx, context->arena, &setting_record, "name", DB_T(stated->name),
                                          error);
  for (guint i = 0; all && i < all->len; i++) {
    const Setting *before = all->pdata[i];
    if (before->row.id == stated->row.id || g_strcmp0(before->row.state, "active"))
      continue;
    Setting *older = dict_copy_row(context->arena, &setting_record, before);
    older->row.state = "superseded";
    if (!context_save(context, &setting_record, before, older, error))
      return FALSE;
  }
  return all != NULL;
}
static const Command setting_commands[] = {
  {.name = "setting.state", .label = N_("State a setting"),
   .help = N_("Takes the place of what was stated before, and counts from the next event on."),
   .creates = TRUE, .to = "active", .by = ROLE_ADMIN | ROLE_MANAGER, .inputs = INPUTS({"name"}, {"value"}),
   .run = replace_older, .moves = MOVES("setting.superseded")},
  {0},
};
const Record setting_record = {
  DICT_OF(setting, Setting), .label = N_("Setting"), .plural = N_("Settings"),
  .states = STATES({"active", N_("Active")}, {"superseded", N_("Replaced by a newer one"), HOUSE, PAST}),
  .commands = setting_commands,
};
