/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is stated of the house in the program by who runs it: settings, which count from the next event on, and the
   letterhead of its papers. What was stated before stays on record. */
#include "party/party.h"

/* What was stated before of the same: the other active rows that have this in the column. */
static gboolean replace_older(Context *context, const Record *record, const char *column, const char *same,
                              GError **error) {
  const Row *stated = context->row;
  g_autoptr(GPtrArray) all = dict_load_by(context->tx, context->arena, record, column, DB_T(same), error);
  for (guint i = 0; all && i < all->len; i++) {
    const Row *before = all->pdata[i];
    if (before->id == stated->id || g_strcmp0(before->state, "active"))
      continue;
    Row *older = dict_copy_row(context->arena, record, before);
    older->state = "superseded";
    if (!context_save(context, record, before, older, error))
      return FALSE;
  }
  return all != NULL;
}

#define STATED STATES({"active", N_("Active")}, {"superseded", N_("Replaced by a newer one"), HOUSE, PAST})

static gboolean replace_setting(Context *context, GError **error) {
  return replace_older(context, &setting_record, "name", ((const Setting *)context->row)->name, error);
}
static const Command setting_commands[] = {
  {.name = "setting.state", .label = N_("Change a setting"),
   .help = N_("Takes the place of the setting before it, and counts from the next event on."),
   .creates = TRUE, .to = "active", .by = ROLE_ADMIN | ROLE_MANAGER, .inputs = INPUTS({"name"}, {"value"}),
   .run = replace_setting, .moves = MOVES("setting.superseded")},
  {0},
};
const Record setting_record = {
  DICT_OF(setting, Setting), .label = N_("Setting"), .plural = N_("Settings"),
  .states = STATED, .commands = setting_commands,
};

static gboolean replace_letterhead(Context *context, GError **error) {
  return replace_older(context, &letterhead_record, "state", "active", error);
}
#define WHO_WE_ARE                                                                                                   \
  INPUTS({"name"}, {"address", TRUE}, {"phone", TRUE}, {"tax_number", TRUE}, {"bank", TRUE}, {"account", TRUE},       \
         {"language", TRUE})
static const Command letterhead_commands[] = {
  {.name = "letterhead.state", .label = N_("Set the letterhead"),
   .help = N_("Says on every paper from now on who the factory is."),
   .creates = TRUE, .to = "active", .by = ROLE_ADMIN | ROLE_MANAGER, .inputs = WHO_WE_ARE,
   .run = replace_letterhead, .moves = MOVES("letterhead.superseded")},
  {.name = "letterhead.change", .label = N_("Change"), .from = IN("active"), .by = ROLE_ADMIN | ROLE_MANAGER,
   .inputs = WHO_WE_ARE},
  {0},
};
const Record letterhead_record = {
  DICT_OF(letterhead, Letterhead), .label = N_("Letterhead"), .plural = N_("Letterheads"),
  .states = STATED, .commands = letterhead_commands,
};
