/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps and records that procedure.def names, with all that the records declare, made known to the dictionary and
   the workflow. */
#include "step/procedure.h"

#define RECORD(name) extern const Record name##_record;
#include "step/procedure.def"

static const Record *const records[] = {
#define RECORD(name) &name##_record,
#include "step/procedure.def"
};

ProcedureStep procedure_steps[PROCEDURE_STEPS] = {
#define STEP(number, title) [number - 1] = {number, title},
#include "step/procedure.def"
};

/* Where they do not say it themselves, a record's commands and duties are its own, and on its step. */
static void collect(const Record *record, GPtrArray *commands, GArray *duties) {
  for (const Command *command = record->commands; command && command->name; command++) {
    Command *own = g_memdup2(command, sizeof *command);
    own->record = own->record ? own->record : record->name;
    own->step = own->step ? own->step : record->step;
    g_ptr_array_add(commands, own);
  }
  for (const Duty *duty = record->duties; duty && duty->name; duty++) {
    Duty own = *duty;
    own.record = own.record ? own.record : record->name;
    g_array_append_val(duties, own);
  }
}

gboolean procedure_register(GError **error) {
  static GPtrArray *commands; /* made at the first call, and kept */
  static GArray *duties;
  if (!commands) {
    commands = g_ptr_array_new();
    duties = g_array_new(FALSE, FALSE, sizeof(Duty));
    for (guint i = 0; i < G_N_ELEMENTS(records); i++)
      collect(records[i], commands, duties);
  }
  if (!dict_register(records, G_N_ELEMENTS(records), error) ||
      !workflow_register((const Command *const *)commands->pdata, commands->len,
                         (const Duty *)duties->data, duties->len, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(records); i++)
    if (records[i]->step)
      procedure_steps[records[i]->step - 1].exists = TRUE;
  return TRUE;
}
