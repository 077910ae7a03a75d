/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lists that procedure.def names, made known to the dictionary and the workflow. */
#include "step/procedure.h"

#define RECORD(name) extern const Record name##_record;
#define COMMAND(name) extern const Command name;
#define DUTIES(record) extern const Duty record##_duties[];
#define SUMS(record) extern const DictSum record##_sums[];
#include "step/procedure.def"

static const Record *const records[] = {
#define RECORD(name) &name##_record,
#include "step/procedure.def"
};
static const Command *const commands[] = {
#define COMMAND(name) &name,
#include "step/procedure.def"
};
static const Duty *const duties_of_records[] = {
#define DUTIES(record) record##_duties,
#include "step/procedure.def"
};

ProcedureStep procedure_steps[PROCEDURE_STEPS] = {
#define STEP(number, title) [number - 1] = {number, title},
#include "step/procedure.def"
};

static const DictSum *const sums_of_records[] = {
#define SUMS(record) record##_sums,
#include "step/procedure.def"
};

/* One after the other in one array, made at the first call and kept. */
static const GArray *all_duties(void) {
  static GArray *all;
  if (all)
    return all;
  all = g_array_new(FALSE, FALSE, sizeof(Duty));
  for (guint i = 0; i < G_N_ELEMENTS(duties_of_records); i++)
    for (const Duty *duty = duties_of_records[i]; duty->name; duty++)
      g_array_append_vals(all, duty, 1);
  return all;
}

const DictSum *procedure_sums(void) {
  static GArray *all;
  if (all)
    return (const DictSum *)all->data;
  all = g_array_new(TRUE, FALSE, sizeof(DictSum));
  for (guint i = 0; i < G_N_ELEMENTS(sums_of_records); i++)
    for (const DictSum *sum = sums_of_records[i]; sum->record; sum++)
      g_array_append_vals(all, sum, 1);
  return (const DictSum *)all->data;
}

gboolean procedure_register(GError **error) {
  const GArray *duties = all_duties();
  if (!dict_register(records, G_N_ELEMENTS(records), error) ||
      !workflow_register(commands, G_N_ELEMENTS(commands), (const Duty *)duties->data, duties->len, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(records); i++)
    if (records[i]->step)
      procedure_steps[records[i]->step - 1].exists = TRUE;
  return TRUE;
}
