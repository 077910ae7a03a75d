/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes docs/procedure.md from the tables: whatever is declared is said there, and nothing else. */
#include "step/document.h"
#include "step/procedure.h"
#include <stdio.h>
#include <string.h>

#define INTRODUCTION                                                                                                 \
  "<!-- Printed by `gendan procedure`; a test compares. Change the declarations in src/step and src/party, not this " \
  "page. -->\n"                                                                                                      \
  "# The procedure, as the program carries it out\n\n"                                                               \
  "For each step: what it holds, what may be done by whom and from which state, what must be true first (gates), who " \
  "signs (chains), and who owes what until when (duties). A field or state marked *dealer* is shown to the dealer "  \
  "whose row it is; all else is the house's. What is *commercial* is hidden from those who only draw, buy, make, " \
  "keep or mount.\n"

static const char *kind_name(Kind kind) {
  static const char *const names[] = {
    [KIND_REF] = "reference", [KIND_TEXT] = "text",       [KIND_LONGTEXT] = "long text", [KIND_NUMBER] = "whole number",
    [KIND_MONEY] = "money",   [KIND_PERCENT] = "percent", [KIND_LENGTH] = "length",      [KIND_DATE] = "date",
    [KIND_TIME] = "time",     [KIND_CHOICE] = "choice",   [KIND_YESNO] = "yes or no",    [KIND_FILE] = "file",
    [KIND_SET] = "choices",   [KIND_FILES] = "files",       [KIND_DECIMAL] = "decimal",
    [KIND_REFS] = "references",
  };
  return names[kind];
}

static void add_roles(GString *page, guint roles) {
  const char *between = "";
  for (guint i = 0; workflow_roles[i].code; i++)
    if (roles & (1u << i)) {
      g_string_append_printf(page, "%s%s", between, workflow_roles[i].label);
      between = ", ";
    }
}

/* " to `contract`", ": A / B / C", or nothing. */
static void add_detail(GString *page, const Field *field) {
  if (field->kind == KIND_REF || field->kind == KIND_REFS)
    g_string_append_printf(page, " to `%s`", field->target);
  for (const Choice *choice = field->choices; choice && choice->code; choice++)
    g_string_append_printf(page, "%s%s", choice == field->choices ? ": " : " / ", choice->label);
}

static void add_fields(GString *page, const Record *record) {
  g_string_append(page, "\n| field | | holds | shown to |\n|---|---|---|---|\n");
  for (guint i = 0; i < record->count; i++) {
    const Field *field = &record->fields[i];
    g_string_append_printf(page, "| `%s` | %s | %s", field->name, field->label, kind_name(field->kind));
    add_detail(page, field);
    g_string_append_printf(page, " | %s%s |\n", field->shown_to == DEALER ? "dealer" : "house",
                           field->commercial ? ", commercial" : "");
  }
}

static void add_states(GString *page, const Record *record) {
  if (!record->states)
    return;
  g_string_append(page, "\nStates: ");
  for (const Choice *state = record->states; state->code; state++)
    g_string_append_printf(page, "%s`%s` %s%s", state == record->states ? "" : " · ", state->code, state->label,
                           state->shown_to == DEALER && record->shown_to == DEALER ? " *(dealer)*" : "");
  for (const DictEnd *end = record->ends; end && end->from; end++)
    g_string_append_printf(page, "%s%s → `%s`", end == record->ends ? "; when its order is cancelled: " : ", ",
                           end->from, end->to);
  g_string_append(page, "\n");
}

/* "draft, returned → submitted". */
static void add_move(GString *page, const Command *command) {
  if (command->creates)
    g_string_append_printf(page, "new%s%s", command->under ? " under " : "", command->under ? command->under : "");
  else if (!command->from)
    g_string_append(page, command->chain ? "the chain's" : "any");
  for (const char *const *from = command->from; from && *from; from++)
    g_string_append_printf(page, "%s%s", from == command->from ? "" : ", ", *from);
  if (command->to)
    g_string_append_printf(page, " → %s", command->to);
  for (const char *const *move = command->moves; move && *move; move++)
    g_string_append_printf(page, "%s`%s`", move == command->moves ? "; also → " : ", ", *move);
}

static void add_inputs(GString *page, const Command *command) {
  for (const Input *input = command->inputs; input && input->field; input++)
    g_string_append_printf(page, "%s%s%s", input == command->inputs ? "" : ", ", input->field,
                           input->optional ? "?" : "");
}

static void add_gates(GString *page, const Command *command) {
  for (const Gate *const *gate = command->gates; gate && *gate; gate++)
    g_string_append_printf(page, "%s`%s`", gate == command->gates ? "" : ", ", (*gate)->name);
}

static void add_command(GString *page, const Command *command) {
  g_string_append_printf(page, "| `%s` | %s%s%s%s | ", command->name, command->label, command->help ? ": " : "",
                         command->help ? command->help : "", command->by_other ? " Not by who submitted it." : "");
  add_roles(page, workflow_needs(command));
  g_string_append(page, " | ");
  add_move(page, command);
  g_string_append(page, " | ");
  add_inputs(page, command);
  g_string_append(page, " | ");
  add_gates(page, command);
  g_string_append(page, " |\n");
}

static void add_chain(GString *page, const Command *command) {
  const Chain *chain = command->chain;
  g_string_append_printf(page, "\nChain of `%s`, never signed by who submitted it:\n\n", command->name);
  for (guint i = 0; i < chain->count; i++) {
    const Stage *stage = &chain->stages[i];
    g_string_append_printf(page, "%u. %s: ", i + 1, stage->label ? stage->label : command->label);
    add_roles(page, stage->roles);
    g_string_append_printf(page, "%s (%s → %s)%s\n", stage->roles & (stage->roles - 1) ? ", in any order" : "",
                           stage->from, stage->to, stage->alone ? "; never in one act with another signature" : "");
  }
  const Gate *const *first = chain->told ? chain->told->gates : NULL;
  for (const Gate *const *told = first; told && *told; told++)
    g_string_append_printf(page, "%s`%s`", told == first ? "\nWhoever signs is told of: " : ", ", (*told)->name);
  g_string_append(page, chain->told ? ".\n" : "");
}

static void add_commands(GString *page, const Record *record) {
  guint count;
  gboolean any = FALSE;
  const Command *const *commands = workflow_commands(&count);
  for (guint i = 0; i < count; i++) {
    if (strcmp(commands[i]->record, record->name))
      continue;
    if (!any)
      g_string_append(page, "\n| act | what it does | who may | state | inputs (? optional) | gates |\n"
                            "|---|---|---|---|---|---|\n");
    any = TRUE;
    add_command(page, commands[i]);
  }
  for (guint i = 0; i < count; i++)
    if (commands[i]->chain && !strcmp(commands[i]->record, record->name))
      add_chain(page, commands[i]);
}

static void add_days(GString *page, int days) {
  g_string_append_printf(page, days == 1 ? "%d working day" : "%d working days", days);
}

static void add_duties(GString *page, const Record *record) {
  guint count;
  gboolean any = FALSE;
  const Duty *duties = workflow_duties(&count);
  for (guint i = 0; i < count; i++) {
    const Duty *duty = &duties[i];
    if (strcmp(duty->record, record->name))
      continue;
    if (!any)
      g_string_append(page, "\n| duty | owed by | while | due | then told |\n|---|---|---|---|---|\n");
    any = TRUE;
    g_string_append_printf(page, "| %s | ", duty->label);
    if (duty->role_field)
      g_string_append_printf(page, "`%s`", duty->role_field);
    add_roles(page, duty->role);
    g_string_append_printf(page, " | %s | ", duty->state);
    if (duty->due_field)
      g_string_append_printf(page, "%d days before `%s`", duty->before_days, duty->due_field);
    else
      add_days(page, duty->setting ? workflow_setting(duty->setting)->usual : duty->days);
    if (duty->setting)
      g_string_append_printf(page, " (setting `%s`)", duty->setting);
    for (const char *const *event = duty->renewed_by; event && *event; event++)
      g_string_append_printf(page, "%s`%s`", event == duty->renewed_by ? " from the last " : ", ", *event);
    g_string_append(page, " | ");
    add_roles(page, duty->escalates);
    g_string_append(page, " |\n");
  }
}

static void add_record(GString *page, const Record *record) {
  g_string_append_printf(page, "\n### %s\n`%s`", record->label, record->name);
  if (record->prefix)
    g_string_append_printf(page, ", numbered %s-00001", record->prefix);
  if (record->parent)
    g_string_append_printf(page, ", lines of `%s`", record->parent);
  g_string_append(page, record->shown_to == DEALER ? "; a dealer sees own rows" : "; not shown to dealers");
  g_string_append(page, record->commercial ? "; commercial.\n" : ".\n");
  add_fields(page, record);
  add_states(page, record);
  add_commands(page, record);
  add_duties(page, record);
}

static void add_records(GString *page, int step) {
  guint count;
  const Record *const *records = dict_all(&count);
  for (guint i = 0; i < count; i++)
    if (records[i]->step == step)
      add_record(page, records[i]);
}

int document_main(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  if (argc > 1) {
    const gboolean help = g_str_equal(argv[1], "--help") || g_str_equal(argv[1], "-h");
    fputs("Usage:\n  gendan procedure\n\nPrints the procedure as the tables declare it, as Markdown.\n",
          help ? stdout : stderr);
    return help ? 0 : 2;
  }
  if (!procedure_register(&error)) {
    fprintf(stderr, "gendan: %s\n", error->message);
    return 1;
  }
  g_autoptr(GString) page = g_string_new(INTRODUCTION);
  for (guint i = 0; i < PROCEDURE_STEPS; i++) {
    const ProcedureStep *step = &procedure_steps[i];
    g_string_append_printf(page, "\n## %d. %s\n", step->number, step->title);
    if (!step->exists)
      g_string_append(page, "Not available yet.\n");
    add_records(page, step->number);
  }
  g_string_append(page, "\n## What all steps stand on\n");
  add_records(page, 0);
  fputs(page->str, stdout);
  return 0;
}
