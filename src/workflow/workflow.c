/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What commands and duties there are, checked at start against the dictionary and each other. */
#include "workflow/engine.h"
#include "workflow/import.h"
#include <string.h>

const Choice workflow_roles[] = {
  {"clerk", N_("Order clerk"), HOUSE},       {"sales", N_("Sales"), HOUSE},
  {"designer", N_("Designer"), HOUSE},       {"surveyor", N_("Surveyor"), HOUSE},
  {"estimator", N_("Estimator"), HOUSE},     {"production", N_("Production"), HOUSE},
  {"purchasing", N_("Purchasing"), HOUSE},   {"warehouse", N_("Warehouse"), HOUSE},
  {"installer", N_("Installation"), HOUSE},  {"finance", N_("Finance"), HOUSE},
  {"manager", N_("Manager"), HOUSE},         {"regional_manager", N_("Regional manager"), HOUSE},
  {"gm", N_("General manager"), HOUSE},      {"admin", N_("Administrator"), HOUSE},
  {"dealer", N_("Dealer"), DEALER},          {0},
};

static const Command *const *commands;
static guint commands_count;
static GHashTable *commands_by_name; /* the first of a name */
static const Duty *duties;
static guint duties_count;

guint workflow_role(const char *code) {
  const Choice *role = dict_choice(workflow_roles, code);
  return role ? 1u << (role - workflow_roles) : 0;
}

const Command *workflow_find(const char *name) {
  return name && commands_by_name ? g_hash_table_lookup(commands_by_name, name) : NULL;
}

const Command *workflow_on(const Record *record, const char *name) {
  if (!record || !name)
    return NULL;
  for (guint i = 0; i < commands_count; i++) {
    const Command *command = commands[i];
    if (g_strcmp0(command->creates ? command->under : command->record, record->name))
      continue;
    const gboolean own = !strcmp(command->record, record->name);
    if (!strcmp(command->name, name) || (own && !strcmp(command->name + strlen(record->name) + 1, name)))
      return command;
  }
  return NULL;
}

gboolean workflow_is_choice(const Command *command) {
  for (guint i = 0; i < commands_count; i++)
    if (!g_strcmp0(commands[i]->instead, command->name))
      return TRUE;
  return FALSE;
}

/* Who deals with customers and their money. */
#define OFFICE (ROLE_CLERK | ROLE_SALES | ROLE_FINANCE | ROLE_MANAGER | ROLE_REGIONAL | ROLE_GM | ROLE_ADMIN)

Audience workflow_audience(const Viewer *viewer) {
  if (viewer->roles & ROLE_DEALER)
    return DEALER;
  return (viewer->roles | viewer->substitutes) & OFFICE ? HOUSE : WORKSHOP;
}

const char *workflow_label(const Viewer *viewer, const Command *command) {
  return command->behalf && !(viewer->roles & ROLE_DEALER) ? command->behalf : command->label;
}

const Command *workflow_maker(const Record *record) {
  for (guint i = 0; i < commands_count; i++)
    if (commands[i]->creates && !strcmp(commands[i]->record, record->name))
      return commands[i];
  return NULL;
}

const Command *const *workflow_commands(guint *count) {
  *count = commands_count;
  return commands;
}

const Duty *workflow_duties(guint *count) {
  *count = duties_count;
  return duties;
}
const Choice *workflow_setting(const char *name) {
  const Record *settings = dict_find("setting");
  return settings ? dict_choice(dict_field(settings, "name")->choices, name) : NULL;
}

const Duty *workflow_duty(const char *name) {
  for (guint i = 0; i < duties_count; i++)
    if (!strcmp(duties[i].name, name))
      return &duties[i];
  return NULL;
}

static gboolean moves_on(const Command *command, const Duty *duty) {
  if (command->chain)
    return workflow_stage(command->chain, duty->state) != NULL;
  return command->to && !command->creates && !command->forbidden_look && command->from &&
         g_strv_contains(command->from, duty->state);
}

const Command *workflow_act(const Duty *duty, guint role) {
  const Command *named = duty->act ? workflow_find(duty->act) : NULL;
  if (named)
    return workflow_needs(named) & role ? named : NULL;
  for (const char *const *awaited = duty->renewed_by; awaited && *awaited; awaited++)
    for (guint i = 0; i < commands_count; i++)
      if (commands[i]->creates && !strcmp(commands[i]->record, *awaited) && (commands[i]->by & role) &&
          !g_strcmp0(commands[i]->under, duty->record))
        return commands[i];
  for (guint i = 0; i < commands_count; i++) {
    const gboolean of_record = !strcmp(commands[i]->record, duty->record);
    if (of_record && moves_on(commands[i], duty) && (workflow_needs(commands[i]) & role))
      return commands[i];
  }
  return NULL;
}

const Stage *workflow_stage(const Chain *chain, const char *state) {
  for (guint i = 0; chain && state && i < chain->count; i++)
    if (!strcmp(chain->stages[i].from, state))
      return &chain->stages[i];
  return NULL;
}

gboolean workflow_moves(const Command *command, const Record *record, const char *state) {
  const gsize length = strlen(record->name);
  for (const char *const *move = command->moves; move && *move; move++)
    if (!strncmp(*move, record->name, length) && (*move)[length] == '.' && !g_strcmp0(*move + length + 1, state))
      return TRUE;
  for (const DictEnd *end = command->ends ? record->ends : NULL; end && end->from; end++)
    if (!g_strcmp0(end->to, state))
      return TRUE;
  return FALSE;
}

static gboolean fault(GError **error, const char *name, const char *what, const char *detail) {
  g_set_error(error, DB_ERROR, DB_ERROR_FAILED, "%s: %s%s%s", name, what, detail ? " " : "", detail ? detail : "");
  return FALSE;
}

static gboolean check_moves(const Command *command, GError **error) {
  for (const char *const *move = command->moves; move && *move; move++) {
    const char *dot = strchr(*move, '.');
    g_autofree char *name = g_strndup(*move, dot ? (gsize)(dot - *move) : 0);
    const Record *record = dict_find(name);
    if (!record || !dict_choice(record->states, dot + 1))
      return fault(error, command->name, "moves rows to a state that there is not:", *move);
    if (!command->run)
      return fault(error, command->name, "moves rows, but runs nothing:", *move);
  }
  return TRUE;
}

static gboolean check_states(const Command *command, const Record *record, GError **error) {
  for (const char *const *from = command->from; from && *from; from++)
    if (!dict_choice(record->states, *from))
      return fault(error, command->name, "starts from a state that there is not:", *from);
  if (command->to && !dict_choice(record->states, command->to))
    return fault(error, command->name, "leads to a state that there is not:", command->to);
  for (guint i = 0; command->chain && i < command->chain->count; i++) {
    const Stage *stage = &command->chain->stages[i];
    if (!dict_choice(record->states, stage->from) || !dict_choice(record->states, stage->to) || !stage->roles)
      return fault(error, command->name, "a stage of its chain is incomplete:", stage->from);
  }
  return TRUE;
}

static gboolean check_inputs(const Command *command, const Record *record, GError **error) {
  for (const Input *input = command->inputs; input && input->field; input++) {
    if (!dict_field(record, input->field))
      return fault(error, command->name, "takes a field that there is not:", input->field);
    if (!bounds_exist(record, input))
      return fault(error, command->name, "bounds by no such date:", input->field);
    if (input->sets && (!dict_field(record, input->sets) || !command->begins))
      return fault(error, command->name, "sets no such field by a choice:", input->sets);
    for (const Input *other = command->inputs; other != input; other++)
      if (!strcmp(other->field, input->field))
        return fault(error, command->name, "takes a field twice:", input->field);
  }
  return TRUE;
}

static gboolean check_gate(const Command *command, const Gate *gate, const Record *record, GError **error) {
  if (!gate->name || !gate->check == !gate->fields || !gate->fields != !gate->lacks)
    return fault(error, command->name, "has a gate without name or check", NULL);
  for (const char *const *name = gate->fields; name && *name; name++)
    if (!dict_field(record, *name))
      return fault(error, command->name, "has a gate that asks for no such field:", *name);
  if (gate->mended_by && !workflow_find(gate->mended_by))
    return fault(error, command->name, "has a gate that no such command mends:", gate->mended_by);
  return TRUE;
}

static gboolean check_command(const Command *command, GError **error) {
  const Record *record = dict_find(command->record);
  if (workflow_find(command->name) != command)
    return fault(error, command->name, "is there twice", NULL);
  if (!record || !g_str_has_prefix(command->name, command->record) || command->name[strlen(command->record)] != '.')
    return fault(error, command->name, "acts on no such record:", command->record);
  if (!command->label || (!command->by && !command->chain))
    return fault(error, command->name, "needs a label and a role", NULL);
  if (command->under && (!command->creates || !dict_find(command->under)))
    return fault(error, command->name, "is made under no such record:", command->under);
  if (command->creates && command->from)
    return fault(error, command->name, "makes a row, which has no state to start from", NULL);
  if (command->prepare == import_prepare && (!import_field(command) || command->creates ||
                                             !workflow_maker(dict_find(import_field(command)->target))))
    return fault(error, command->name, "imports lines, but no field of its says which", NULL);
  if (command->prepare && !command->run)
    return fault(error, command->name, "prepares, but runs nothing", NULL);
  if ((command->tells || command->begins) && !command->inputs && !command->chain)
    return fault(error, command->name, "says something beforehand, but has no form to do it in", NULL);
  if (command->chain && (command->from || command->to || command->by))
    return fault(error, command->name, "is signed by a chain, which says from, to and by", NULL);
  if (record->commercial && (workflow_needs(command) & ~(OFFICE | ROLE_DEALER)))
    return fault(error, command->name, "is done by a role that may not know of its record", NULL);
  const Command *other = command->instead ? workflow_find(command->instead) : NULL;
  if (command->instead && (!other || g_strcmp0(other->record, command->record) || command->creates))
    return fault(error, command->name, "is the other answer to no such command:", command->instead);
  const Command *lines = command->by_lines ? workflow_find(command->by_lines) : NULL;
  if (command->by_lines && (!lines || g_strcmp0(dict_find(lines->record)->parent, command->record)))
    return fault(error, command->name, "looks at its lines by no such command:", command->by_lines);
  if (command->in_table && (!command->creates || g_strcmp0(record->parent, command->under)))
    return fault(error, command->name, "makes no line, and so is in no table", NULL);
  const Field *shown = command->shows ? dict_field(record, command->shows) : NULL;
  if (command->shows && (command->creates || !shown || shown->kind != KIND_FILE))
    return fault(error, command->name, "shows no such file of its row:", command->shows);
  if (!check_inputs(command, record, error))
    return FALSE;
  for (const Gate *const *gate = command->gates; gate && *gate; gate++)
    if (!check_gate(command, *gate, record, error))
      return FALSE;
  return check_states(command, record, error) && check_moves(command, error);
}

/* Whether some command leads to the state. */
static gboolean reachable(const Record *record, const char *state) {
  if (!strcmp(record->states[0].code, state))
    return TRUE;
  for (guint i = 0; i < commands_count; i++) {
    const Command *command = commands[i];
    if (workflow_moves(command, record, state))
      return TRUE;
    if (strcmp(command->record, record->name))
      continue;
    if (!g_strcmp0(command->to, state))
      return TRUE;
    for (guint k = 0; command->chain && k < command->chain->count; k++)
      if (!strcmp(command->chain->stages[k].to, state))
        return TRUE;
  }
  return FALSE;
}

/* "record" or "record.state". */
static gboolean check_event(const char *event) {
  g_auto(GStrv) parts = g_strsplit(event, ".", 2);
  const Record *record = dict_find(parts[0]);
  return record && (!parts[1] || dict_choice(record->states, parts[1]));
}

static gboolean check_duty(const Duty *duty, GError **error) {
  const Record *record = dict_find(duty->record);
  for (const Duty *other = duties; other != duty; other++)
    if (!strcmp(other->name, duty->name))
      return fault(error, duty->name, "is there twice", NULL);
  if (!record || !dict_choice(record->states, duty->state))
    return fault(error, duty->name, "there is no such record or state:", duty->state);
  if (duty->setting && (!workflow_setting(duty->setting) || duty->days))
    return fault(error, duty->name, "goes by no such setting, or says the days beside it:", duty->setting);
  if (!duty->role == !duty->role_field || !duty->label)
    return fault(error, duty->name, "needs a role, or a field that says it, and a label", NULL);
  if (!duty->until != !duty->asked_after || (duty->until && (!duty->until->name || !duty->until->check)))
    return fault(error, duty->name, "needs a gate that ends it and commands to ask it after, or neither", NULL);
  for (const char *const *command = duty->asked_after; command && *command; command++)
    if (!workflow_find(*command))
      return fault(error, duty->name, "is asked after no such command:", *command);
  if (duty->act && !workflow_find(duty->act))
    return fault(error, duty->name, "asks for no such command:", duty->act);
  if (duty->meanwhile && !workflow_find(duty->meanwhile))
    return fault(error, duty->name, "is completed by no such command:", duty->meanwhile);
  const Field *because = duty->because ? dict_field(record, duty->because) : NULL;
  if (duty->because && (!because || !dict_is_text(because)))
    return fault(error, duty->name, "arises again for a reason that no text says:", duty->because);
  const Field *role = duty->role_field ? dict_field(record, duty->role_field) : NULL;
  if (duty->role_field && (!role || role->kind != KIND_CHOICE))
    return fault(error, duty->name, "is owed by no such choice of a role:", duty->role_field);
  for (const Choice *choice = role ? role->choices : NULL; choice && choice->code; choice++)
    if (!workflow_role(choice->code))
      return fault(error, duty->name, "is owed by a role that there is not:", choice->code);
  const Field *person = duty->person_field ? dict_field(record, duty->person_field) : NULL;
  if (duty->person_field && (!role || !person || person->kind != KIND_REF || strcmp(person->target, "user")))
    return fault(error, duty->name, "is owed by no such person:", duty->person_field);
  for (const char *const *event = duty->renewed_by; event && *event; event++)
    if (!check_event(*event))
      return fault(error, duty->name, "is renewed by no such record or state:", *event);
  const Field *due = duty->due_field ? dict_field(record, duty->due_field) : NULL;
  if (duty->due_field && (!due || due->kind != KIND_DATE))
    return fault(error, duty->name, "is due by no such date field:", duty->due_field);
  return TRUE;
}

gboolean workflow_register(const Command *const *list, guint list_count, const Duty *owed, guint owed_count,
                           GError **error) {
  commands = list, commands_count = list_count;
  duties = owed, duties_count = owed_count;
  g_clear_pointer(&commands_by_name, g_hash_table_unref);
  commands_by_name = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = list_count; i-- > 0;)
    g_hash_table_insert(commands_by_name, (gpointer)list[i]->name, (gpointer)list[i]);
  for (guint i = 0; i < list_count; i++)
    if (!check_command(list[i], error))
      return FALSE;
  for (guint i = 0; i < owed_count; i++)
    if (!check_duty(&owed[i], error))
      return FALSE;
  guint count;
  const Record *const *records = dict_all(&count);
  for (guint i = 0; i < count; i++)
    for (const Choice *state = records[i]->states; state && state->code; state++)
      if (!reachable(records[i], state->code))
        return fault(error, records[i]->name, "no command leads to state", state->code);
  return TRUE;
}

const gint64 *workflow_among(DbTx *tx, Arena *arena, const Input *input, gint64 parent, guint *count, GError **error) {
  const DbResult *found = db_query(tx, arena, input->among, DB_ARGS(DB_I(parent)), error);
  gint64 *ids = found ? arena_new_of(arena, gint64, found->rows + 1) : NULL;
  *count = found ? found->rows : 0;
  for (guint i = 0; i < *count; i++)
    ids[i] = DB_CELL(found, i, 0)->integer;
  return ids;
}

gboolean workflow_is_among(DbTx *tx, Arena *arena, const Input *input, gint64 parent, gint64 id, GError **error) {
  guint count = 0, i = 0;
  const gint64 *ids = input->among ? workflow_among(tx, arena, input, parent, &count, error) : &id;
  while (i < count && ids[i] != id)
    i++;
  return ids == &id || i < count;
}
