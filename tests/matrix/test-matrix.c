/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gate matrix: every command in every state by every role, against what the texts beside this file say by hand. */
#include "expect.h"
#include "matrix.h"
#include "step/procedure.h"
#include <string.h>

enum { STRANGER = 5000 /* user id of somebody without any role */ };

/* AddressSanitizer's: what the texts say is kept until the test ends. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "detect_leaks=0"; }

/* A command in one state of what it acts on, or is made under. */
typedef struct {
  const MatrixCommand *command;
  const MatrixRecord *on;   /* NULL: made under nothing */
  const MatrixState *state; /* NULL: made under nothing */
  const MatrixRule *rule;   /* who may here; NULL: nobody */
  const MatrixRefusal *refusal; /* why nobody may here, by a gate; or NULL */
} Place;

static House *house;
static const Matrix *matrix;
static const char *stands; /* the snapshot that the factory is like now, NULL for none */

static void complain(const ScriptLine *line, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void complain(const ScriptLine *line, const char *format, ...) {
  va_list list;
  va_start(list, format);
  g_autofree char *what = g_strdup_vprintf(format, list);
  va_end(list);
  g_test_message("%s:%u: %s", line->file, line->number, what);
  g_test_fail();
}

static void complain_of(char *wrong) {
  if (wrong)
    g_test_message("%s", wrong), g_test_fail();
  g_free(wrong);
}

/* ---- where it stands ---- */
/* Takes the row to its state, from the mark that the rule names, if it does. */
static char *reach(const MatrixState *state, const char *mark) {
  ScriptLine *const *lines = state->reach.lines;
  const gboolean instead = mark && !strcmp(lines[0]->words[0], "start");
  char *wrong = instead ? script_start(house, mark) : NULL;
  return wrong ? wrong : script_run(house, lines + instead, state->reach.count - instead);
}

static void stand(const Place *place) {
  const char *mark = place->rule && place->rule->at ? place->rule->at : place->refusal ? place->refusal->at : NULL;
  g_autofree char *text = !place->state
                            ? g_strdup("project entered")
                            : g_strdup_printf("%s %s %s", place->on->name, place->state->code, mark ? mark : "");
  const char *name = g_intern_string(text);
  if (stands == name)
    return;
  if (house_has(house, name)) {
    house_restore(house, name);
  } else {
    complain_of(reach(place->state, mark));
    house_snapshot(house, name);
  }
  stands = name;
}

static gboolean speaks_of(char **words, const MatrixState *state) {
  const char *const *states = (const char *const *)words;
  return g_strv_contains(states, state ? state->code : "nothing") || (state && g_strv_contains(states, "any"));
}

static const MatrixRule *rule_in(const MatrixCommand *command, const MatrixState *state) {
  for (guint i = 0; i < command->rules->len; i++)
    if (speaks_of(g_array_index(command->rules, MatrixRule, i).states, state))
      return &g_array_index(command->rules, MatrixRule, i);
  return NULL;
}

static const MatrixRefusal *refusal_in(const MatrixCommand *command, const MatrixState *state) {
  for (guint i = 0; i < command->refusals->len; i++)
    if (speaks_of(g_array_index(command->refusals, MatrixRefusal, i).states, state))
      return &g_array_index(command->refusals, MatrixRefusal, i);
  return NULL;
}

static guint roles_of(const MatrixCommand *command) {
  guint roles = 0;
  for (guint i = 0; i < command->rules->len; i++)
    roles |= g_array_index(command->rules, MatrixRule, i).roles;
  return roles;
}

/* ---- what is expected ---- */
typedef struct {
  guint status; /* 200: it is done */
  char *sentences; /* as script_sentences() says them; NULL when it is done */
} Answer;

static void answer_clear(Answer *answer) {
  g_clear_pointer(&answer->sentences, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, answer_clear)

static Answer not_by(const Place *place, guint roles) {
  g_autofree char *who = matrix_roles_text(matrix, roles);
  return (Answer){403, g_strdup_printf("\"“%s” can be done by: %s.\"", place->command->label, who)};
}

/* "C-00001" of C1, "2" of instalment:2. */
static char *number_of(const char *row) {
  const char *digits = row + strcspn(row, "0123456789");
  return digits[-1] == ':'
           ? g_strdup(digits)
           : g_strdup_printf("%.*s-%05d", (int)(digits - row), row, (int)g_ascii_strtoll(digits, NULL, 10));
}

static Answer not_here(const Place *place) {
  g_autoptr(GString) possible = g_string_new(NULL);
  g_autofree char *number = number_of(place->state->row);
  for (guint i = 0; i < place->on->states->len; i++) {
    const MatrixState *state = &g_array_index(place->on->states, MatrixState, i);
    if (rule_in(place->command, state))
      g_string_append_printf(possible, "%s%s", possible->len ? ", " : "", state->label);
  }
  return (Answer){409, g_strdup_printf("\"%s %s is in state “%s”; “%s” is possible in: %s.\"", place->on->label, number,
                                       place->state->label, place->command->label, possible->str)};
}

/* Whether a list such as "manager,gm" names the person. */
static gboolean is_among(const char *list, const char *who) {
  g_auto(GStrv) names = g_strsplit(list, ",", -1);
  return g_strv_contains((const char *const *)names, who);
}

static Answer expected(const Place *place, const char *who, guint role) {
  const gboolean other_dealer = g_str_has_suffix(who, "2");
  if (!(role & roles_of(place->command)))
    return not_by(place, roles_of(place->command));
  if (place->state && (role & ROLE_DEALER) && (other_dealer || place->state->hidden)) {
    const char *row = place->state->row;
    return (Answer){404, g_strdup_printf("\"There is no such entry: %s %s.\"", place->on->label,
                                         row + strcspn(row, "0123456789"))};
  }
  if (place->rule && !(place->rule->roles & role))
    return not_by(place, place->rule->roles);
  if (place->refusal)
    return (Answer){409, g_strdup(place->refusal->sentences)};
  if (place->rule && place->rule->only && !is_among(place->rule->only, who))
    return (Answer){409, g_strdup_printf("\"%s\"", place->rule->others)};
  return place->rule ? (Answer){200, NULL} : not_here(place);
}

/* ---- trying ---- */
/* "who command row inputs" */
static ScriptLine *line_of(const Place *place, const char *who, gboolean inputs) {
  const MatrixCommand *command = place->command;
  g_autoptr(GPtrArray) words = g_ptr_array_new();
  g_ptr_array_add(words, g_strdup(who));
  g_ptr_array_add(words, g_strdup(command->name));
  if (place->state)
    g_ptr_array_add(words, g_strdup(place->state->row));
  for (guint i = 1; inputs && command->with && i < command->with->count; i++)
    g_ptr_array_add(words, g_strdup(command->with->words[i]));
  ScriptLine *line = g_new(ScriptLine, 1); /* lives as long as the test */
  *line = (ScriptLine){.file = command->line->file, .number = command->line->number, .count = words->len};
  g_ptr_array_add(words, NULL);
  line->words = (char **)g_ptr_array_steal(words, NULL);
  return line;
}

static void check_state_after(const Place *place) {
  const char *to = strcmp(place->rule->to, "same") ? place->rule->to : place->state->code;
  const Command *command = workflow_find(place->command->name);
  g_autofree char *row = g_strdup_printf("%s:%" G_GINT64_FORMAT, command->record, house->done.id);
  const char *words[] = {"expect", "state", row, to, NULL};
  const ScriptLine line = {.file = place->rule->line->file, .number = place->rule->line->number, .count = 4,
                           .words = (char **)words};
  if (strcmp(to, "none") && strcmp(to, "any"))
    complain_of(expect_line(house, &line));
}

/* Somebody tries it: `who` acts as `viewer` (NULL: as who is). */
static void attempt(const Place *place, const char *who, const Viewer *viewer, const Answer *answer) {
  stand(place);
  ScriptAct act;
  const ScriptLine *line = line_of(place, viewer ? "clerk" : who, TRUE);
  char *wrong = script_act(house, line, &act);
  if (!wrong) {
    if (viewer)
      act.viewer = *viewer;
    const gint64 entries = house_number(house, "SELECT count(*) FROM journal");
    const gboolean done = house_act(house, &act.act);
    stands = done ? NULL : stands;
    g_autofree char *said = script_sentences(house);
    const guint status = done ? 200 : house->refusal->status;
    if (status != answer->status || (answer->sentences && strcmp(said, answer->sentences)))
      complain(line, "%s, %s: %s is answered %u %s\n    and not %u %s", who,
               place->state ? place->state->code : "nothing",
               place->command->name, status, said, answer->status, answer->sentences ? answer->sentences : "");
    else if (done)
      check_state_after(place);
    else if (house_number(house, "SELECT count(*) FROM journal") != entries)
      complain(line, "it was refused, and something was done");
  }
  complain_of(wrong);
  script_act_clear(&act);
}

static void attempt_as_role(const Place *place, const char *who, guint role) {
  g_auto(Answer) answer = expected(place, who, role);
  attempt(place, who, NULL, &answer);
  if (answer.status != 200 || role == ROLE_DEALER || place->rule->only) /* nobody stands in for a dealer */
    return;
  const Viewer substitute = {.user_id = STRANGER, .name = who, .substitutes = role, .language = "en"};
  g_autofree char *for_whom = g_strconcat("substitute of ", who, NULL);
  attempt(place, for_whom, &substitute, &answer);
}

/* Whoever submitted it may not, by own role or as a substitute. */
static void attempt_as_submitter(const Place *place) {
  const Answer own = {403, "\"You submitted this yourself; somebody else must approve it.\""};
  Viewer viewer = house_person(house, place->rule->not_this);
  viewer.dealer_id = 0;
  viewer.roles = place->rule->roles;
  attempt(place, "submitter", &viewer, &own);
  viewer.substitutes = viewer.roles;
  viewer.roles = 0;
  attempt(place, "submitter as substitute", &viewer, &own);
}

static void try_place(const Place *place) {
  const Viewer stranger = {.user_id = STRANGER, .name = "stranger", .language = "en"};
  g_auto(Answer) nobody = not_by(place, roles_of(place->command));
  attempt(place, "nobody", &stranger, &nobody);
  for (guint i = 0; i < matrix->roles->len; i++) {
    const char *code = g_array_index(matrix->roles, MatrixRole, i).code;
    attempt_as_role(place, code, workflow_role(code));
  }
  attempt_as_role(place, "dealer2", ROLE_DEALER);
  if (place->rule && place->rule->not_this)
    attempt_as_submitter(place);
}

/* The first role of a rule. */
static const char *first_of(const MatrixRule *rule) {
  return workflow_roles[g_bit_nth_lsf(rule->roles, -1)].code;
}

static void try_without_inputs(const Place *place) {
  stand(place);
  g_auto(Answer) answer = {422, NULL};
  ScriptAct act;
  const ScriptLine *needs = place->command->needs;
  g_autoptr(GString) meant = g_string_new(NULL);
  for (guint i = 1; i < needs->count; i++)
    g_string_append_printf(meant, "%s\"%s: this is needed.\"", i > 1 ? " " : "", needs->words[i]);
  complain_of(script_act(house, line_of(place, first_of(place->rule), FALSE), &act));
  const gboolean done = house_act(house, &act.act);
  stands = done ? NULL : stands;
  g_autofree char *said = script_sentences(house);
  if (done || house->refusal->status != REFUSAL_INVALID || strcmp(said, meant->str))
    complain(needs, "without inputs it is answered %u %s", done ? 200 : house->refusal->status, said);
  script_act_clear(&act);
}

/* The situation in which its order was cancelled, and it ended with it: the state refuses, or another gate too. */
static gboolean try_ended(const Place *place) {
  const char *words[] = {"expect", "state", place->state->row, place->state->code, NULL};
  const ScriptLine same = {.file = place->state->line->file, .number = place->state->line->number, .count = 4,
                           .words = (char **)words};
  g_autofree char *ended = expect_line(house, &same);
  if (!ended)
    return FALSE;
  ScriptAct act;
  const ScriptLine *line = line_of(place, first_of(place->rule), TRUE);
  complain_of(script_act(house, line, &act));
  if (house_act(house, &act.act) || house->refusal->status != REFUSAL_CONFLICT)
    complain(line, "it is not refused after the order was cancelled");
  script_act_clear(&act);
  return TRUE;
}

/* Nothing begins in an order that is delivered and settled either. */
static void try_closed(const Place *first, const MatrixGate *gate) {
  char *refused[] = {"expect", "refused", "409",
                     "The order is delivered and settled; what is missing or broken is made on a make-up order.", NULL};
  ScriptLine refuses = *gate->line;
  refuses.words = refused, refuses.count = 4;
  ScriptLine *const trying[] = {line_of(first, first_of(first->rule), TRUE), &refuses};
  stands = NULL;
  complain_of(script_start(house, "delivered"));
  complain_of(script_run(house, trying, G_N_ELEMENTS(trying)));
}

/* The situation in which only this gate refuses. */
static void try_gate(const Place *first, const MatrixGate *gate) {
  const MatrixLines *lines = &gate->situation;
  if (lines->count) {
    stands = NULL;
    complain_of(script_run(house, lines->lines, lines->count));
    if (lines->count < 2 || g_strcmp0(lines->lines[lines->count - 2]->words[1], first->command->name))
      return complain(gate->line, "the last command is not %s", first->command->name);
  } else {
    char *cancel[] = {"gm", "order.cancel", "O1", "reason=Lost", "spent=0", "refunded=0", NULL};
    char *refused[] = {"expect", "refused", "409", "The order is cancelled; nothing more can be done in it.", NULL};
    ScriptLine cancels = *gate->line, refuses = *gate->line;
    cancels.words = cancel, cancels.count = 6;
    refuses.words = refused, refuses.count = 4;
    ScriptLine *const cancelling[] = {&cancels};
    ScriptLine *const trying[] = {line_of(first, first_of(first->rule), TRUE), &refuses};
    if (!strcmp(gate->name, "order.open"))
      try_closed(first, gate);
    stand(first);
    stands = NULL;
    complain_of(script_run(house, cancelling, 1));
    if (try_ended(first))
      return;
    complain_of(script_run(house, trying, G_N_ELEMENTS(trying)));
  }
  const Reason *reason = house->refusal->reasons->len == 1 ? house->refusal->reasons->pdata[0] : NULL;
  if (!reason || reason->kind != REASON_GATE || strcmp(reason->name, gate->name))
    complain(gate->line, "it is not this gate alone that refuses");
}

static void test_command(gconstpointer data) {
  const Command *program = workflow_find(((const MatrixCommand *)data)->name);
  Place place = {.command = data}, first = {0};
  g_assert_nonnull(program);
  place.on = matrix_record(matrix, program->creates ? program->under : program->record);
  for (guint i = 0; i < (place.on ? place.on->states->len : 1); i++) {
    place.state = place.on ? &g_array_index(place.on->states, MatrixState, i) : NULL;
    place.rule = rule_in(place.command, place.state);
    place.refusal = refusal_in(place.command, place.state);
    try_place(&place);
    first = first.rule || !place.rule || place.refusal ? first : place;
  }
  g_assert_nonnull(first.rule);
  if (place.command->needs)
    try_without_inputs(&first);
  for (guint i = 0; i < place.command->gates->len; i++)
    if (!g_array_index(place.command->gates, MatrixGate, i).never)
      try_gate(&first, &g_array_index(place.command->gates, MatrixGate, i));
}

/* ---- neither knows what the other does not ---- */
/* Guarding twice is fine; but a gate that fails nowhere is none. */
static void test_gates(void) {
  g_autoptr(GHashTable) tried = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < matrix->commands->len; i++) {
      const GArray *gates = g_array_index(matrix->commands, MatrixCommand, i).gates;
      for (guint k = 0; k < gates->len; k++) {
        const MatrixGate *gate = &g_array_index(gates, MatrixGate, k);
        if (!round && !gate->never)
          g_hash_table_add(tried, (gpointer)gate->name);
        else if (round && !g_hash_table_contains(tried, gate->name))
          complain(gate->line, "there is no situation in which this gate refuses");
      }
    }
}

static gboolean has_gate(const MatrixCommand *command, const char *name) {
  for (guint i = 0; i < command->gates->len; i++)
    if (!strcmp(g_array_index(command->gates, MatrixGate, i).name, name))
      return TRUE;
  return FALSE;
}

/* What may begin in an order that is over: its money is put in order, a contract is settled by an amendment, what was
   begun before gets its lines, what came broken is made anew, and people talk of it. Everything else that is made in an
   order asks that it is open. */
static void test_over(void) {
  static const char *const goes_on[] = {
    "contract.amend", "contract_line.add", "instalment.add", "receipt.notice", "receipt.write_off", "allocation.add",
    "refund.propose", "refund.keep", "order_form_line.add", "delivery_line.add", "tracking.add", "claim.report",
    "order.make_up", "comment.add", NULL};
  for (guint i = 0; i < matrix->commands->len; i++) {
    const MatrixCommand *command = &g_array_index(matrix->commands, MatrixCommand, i);
    const Command *program = workflow_find(command->name);
    const Record *under = program && program->creates && program->under ? dict_find(program->under) : NULL;
    if (!under || (!under->step && under->root != DICT_ROOT(order_id)))
      continue;
    if (has_gate(command, "order.open") == g_strv_contains(goes_on, command->name))
      complain(command->line, "either it may begin in an order that is over, or it asks that the order is open");
  }
}

static void test_roles(void) {
  guint count = 0;
  while (workflow_roles[count].code)
    count++;
  g_assert_cmpuint(matrix->roles->len, ==, count);
  for (guint i = 0; i < count; i++)
    g_assert_cmpstr(
      g_array_index(matrix->roles, MatrixRole, i).label, ==,
      workflow_roles[g_bit_nth_lsf(workflow_role(g_array_index(matrix->roles, MatrixRole, i).code), -1)].label);
}

static void compare_states(const MatrixRecord *written, const Record *record) {
  guint count = 0;
  for (; record->states && record->states[count].code; count++)
    if (!matrix_state(written, record->states[count].code))
      complain(written->line, "state %s is not written down", record->states[count].code);
  for (guint i = 0; i < written->states->len; i++) {
    const MatrixState *state = &g_array_index(written->states, MatrixState, i);
    const Choice *choice = dict_choice(record->states, state->code);
    if (!choice || strcmp(choice->label, state->label))
      complain(state->line, "the program has no such state: %s", state->code);
    else if ((record->shown_to == DEALER && choice->shown_to == DEALER) == state->hidden)
      complain(state->line, "the program shows it otherwise to dealers");
  }
  if (count != written->states->len)
    complain(written->line, "a state is written down twice");
}

static void test_records(void) {
  guint count;
  const Record *const *records = dict_all(&count);
  for (guint i = 0; i < count; i++) {
    const MatrixRecord *written = matrix_record(matrix, records[i]->name);
    if (!written || strcmp(written->label, records[i]->label))
      g_test_message("record %s is not written down", records[i]->name), g_test_fail();
    else
      compare_states(written, records[i]);
  }
  if (matrix->records->len != count)
    g_test_message("a record is written down twice, or too many are"), g_test_fail();
}

static void compare_gates(const MatrixCommand *written, const Command *command) {
  guint count = 0;
  for (; command->gates && command->gates[count]; count++) {
    gboolean found = FALSE;
    for (guint i = 0; i < written->gates->len; i++)
      found |= !strcmp(g_array_index(written->gates, MatrixGate, i).name, command->gates[count]->name);
    if (!found)
      complain(written->line, "gate %s of %s is not written down", command->gates[count]->name, command->name);
  }
  if (count != written->gates->len)
    complain(written->line, "%s has %u gates, %u are written down", command->name, count, written->gates->len);
}

static void test_commands(void) {
  guint count;
  const Command *const *commands = workflow_commands(&count);
  for (guint i = 0; i < count; i++) {
    const MatrixCommand *written = NULL;
    for (guint k = 0; k < matrix->commands->len; k++)
      if (!strcmp(g_array_index(matrix->commands, MatrixCommand, k).name, commands[i]->name))
        written = &g_array_index(matrix->commands, MatrixCommand, k);
    if (!written) {
      g_test_message("command %s is not written down", commands[i]->name), g_test_fail();
      continue;
    }
    if (written->makes != commands[i]->creates || written->chain != (commands[i]->chain != NULL))
      complain(written->line, "%s makes a row, or is a chain, in one of the two only", written->name);
    compare_gates(written, commands[i]);
  }
  if (matrix->commands->len != count)
    g_test_message("a command is written down twice, or too many are"), g_test_fail();
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_autoptr(GError) error = NULL;
  procedure_register(&error);
  g_assert_no_error(error);
  matrix = matrix_read();
  house = house_new(NULL);
  g_autofree char *wrong = script_prepare(house);
  if (wrong)
    g_error("%s", wrong);
  g_test_add_func("/matrix/roles", test_roles);
  g_test_add_func("/matrix/records", test_records);
  g_test_add_func("/matrix/commands", test_commands);
  g_test_add_func("/matrix/gates", test_gates);
  g_test_add_func("/matrix/over", test_over);
  for (guint i = 0; i < matrix->commands->len; i++) {
    const MatrixCommand *command = &g_array_index(matrix->commands, MatrixCommand, i);
    g_autofree char *path = g_strconcat("/matrix/", command->name, NULL);
    g_test_add_data_func(path, command, test_command);
  }
  const int failed = g_test_run();
  house_free(house);
  return failed;
}
