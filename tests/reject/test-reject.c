/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Declarations that the checks at start must reject: a sound set with one thing spoilt, and what is said of it. */
#include "../accept/declarations.h"

typedef struct {
  const char *name;
  void (*spoil)(Declarations *all);
  const char *says;
} Fault;

static const char *const no_field[] = {"colour", NULL};
#define SPOIL(name, change)                                                                                          \
  static void spoil_##name(Declarations *all) { (void)(change); }
SPOIL(target, all->line_fields[0].target = "nothing")
SPOIL(counts, all->line_fields[0].counts = "title")
SPOIL(field_twice, all->line_fields[1].name = "paper")
SPOIL(field_taken, all->line_fields[1].name = "state")
SPOIL(field_label, all->paper_fields[0].label = NULL)
SPOIL(preset, all->line_fields[1].preset = "many")
SPOIL(choices, all->paper_fields[2].choices = NULL)
SPOIL(choice_twice, all->kinds[1].code = "wide")
SPOIL(state_twice, all->states[3].code = "draft")
SPOIL(struct, all->paper.size = sizeof(Row))
SPOIL(record_twice, all->line.name = "paper")
SPOIL(record_label, all->line.plural = NULL)
SPOIL(prefix, all->line.prefix = "P")
SPOIL(parent, all->line.parent = "nothing")
SPOIL(step, all->paper.step = 18)
SPOIL(root, all->paper.root = DICT_ROOT(parent_id))
SPOIL(root_twice, all->paper.root = all->line.root = DICT_ROOT(order_id))
SPOIL(unreachable, all->stages[1].to = "reviewed")
SPOIL(moved_unreachable, all->ask.moves = NULL)
SPOIL(command_twice, all->ask.name = "paper.make")
SPOIL(command_record, all->ask.record = "line")
SPOIL(command_role, all->ask.by = 0)
SPOIL(under, all->add.under = "nothing")
SPOIL(makes_from, all->make.from = all->from)
SPOIL(chain_from, all->sign.from = all->from)
SPOIL(input, all->inputs[0].field = "colour")
SPOIL(input_twice, all->inputs[1].field = "title")
SPOIL(gate, all->gate.name = NULL)
SPOIL(gate_check, all->gate.check = NULL)
SPOIL(gate_both, all->gate.fields = no_field)
SPOIL(gate_field, (all->gate.check = NULL, all->gate.fields = no_field, all->gate.lacks = "%s"))
SPOIL(from, all->from[0] = "lost")
SPOIL(to, all->ask.to = "lost")
SPOIL(stage, all->stages[1].roles = 0)
SPOIL(moves, all->moves[0] = "line.lost")
SPOIL(moves_without_run, all->ask.run = NULL)
SPOIL(prepare_without_run, all->make.prepare = declarations_run)
static const char *warn(Context *context, GError **error) {
  return NULL;
}
SPOIL(tells, all->ask.tells = warn)
SPOIL(duty_state, all->duties[0].state = "lost")
SPOIL(duty_role, all->duties[0].role = 0)
SPOIL(duty_field, all->duties[1].due_field = "title")
SPOIL(duty_role_field, (all->duties[0].role = 0, all->duties[0].role_field = "title"))
SPOIL(duty_person, all->duties[0].person_field = "title")
static const char *const no_event[] = {"paper.lost", NULL};
SPOIL(duty_event, all->duties[0].renewed_by = no_event)
SPOIL(duty_twice, all->duties[1].name = "paper.review")

static const Fault faults[] = {
  {"target", spoil_target, "record line: no such target of field paper"},
  {"counts", spoil_counts, "record line: no such number to count by of field paper"},
  {"field_twice", spoil_field_twice, "record line: the field's name is malformed or taken: paper"},
  {"field_taken", spoil_field_taken, "record line: the field's name is malformed or taken: state"},
  {"field_label", spoil_field_label, "record paper: no label on field title"},
  {"choices", spoil_choices, "record paper: no choices on field kind"},
  {"choice_twice", spoil_choice_twice, "record paper: choice twice or without label: wide"},
  {"state_twice", spoil_state_twice, "record paper: state twice or without label: draft"},
  {"struct", spoil_struct, "record paper: outside of the struct: field title"},
  {"preset", spoil_preset, "record line: the preset is none that can be typed: field quantity"},
  {"record_twice", spoil_record_twice, "record paper: the name is malformed or taken"},
  {"record_label", spoil_record_label, "record line: no label or plural"},
  {"prefix", spoil_prefix, "record line: the prefix is taken: P"},
  {"parent", spoil_parent, "record line: no such parent: nothing"},
  {"step", spoil_step, "record paper: there is no such step"},
  {"root", spoil_root, "record paper: it is no root, or another record is"},
  {"root_twice", spoil_root_twice, "record line: it is no root, or another record is"},
  {"unreachable", spoil_unreachable, "paper: no command leads to state signed"},
  {"moved_unreachable", spoil_moved_unreachable, "line: no command leads to state dropped"},
  {"command_twice", spoil_command_twice, "paper.make: is there twice"},
  {"command_record", spoil_command_record, "paper.ask: acts on no such record: line"},
  {"command_role", spoil_command_role, "paper.ask: needs a label and a role"},
  {"under", spoil_under, "line.add: is made under no such record: nothing"},
  {"makes_from", spoil_makes_from, "paper.make: makes a row, which has no state to start from"},
  {"chain_from", spoil_chain_from, "paper.sign: is signed by a chain, which says from, to and by"},
  {"input", spoil_input, "paper.make: takes a field that there is not: colour"},
  {"input_twice", spoil_input_twice, "paper.make: takes a field twice: title"},
  {"gate", spoil_gate, "paper.ask: has a gate without name or check"},
  {"gate_check", spoil_gate_check, "paper.ask: has a gate without name or check"},
  {"gate_both", spoil_gate_both, "paper.ask: has a gate without name or check"},
  {"gate_field", spoil_gate_field, "paper.ask: has a gate that asks for no such field: colour"},
  {"from", spoil_from, "paper.ask: starts from a state that there is not: lost"},
  {"to", spoil_to, "paper.ask: leads to a state that there is not: lost"},
  {"stage", spoil_stage, "paper.sign: a stage of its chain is incomplete: reviewed"},
  {"moves", spoil_moves, "paper.ask: moves rows to a state that there is not: line.lost"},
  {"moves_without_run", spoil_moves_without_run, "paper.ask: moves rows, but runs nothing: line.dropped"},
  {"prepare_without_run", spoil_prepare_without_run, "paper.make: prepares, but runs nothing"},
  {"tells", spoil_tells, "paper.ask: says something beforehand, but has no form to do it in"},
  {"duty_state", spoil_duty_state, "paper.review: there is no such record or state: lost"},
  {"duty_role", spoil_duty_role, "paper.review: needs a role, or a field that says it, and a label"},
  {"duty_field", spoil_duty_field, "paper.ask: is due by no such date field: title"},
  {"duty_role_field", spoil_duty_role_field, "paper.review: is owed by no such choice of a role: title"},
  {"duty_person", spoil_duty_person, "paper.review: is owed by no such person: title"},
  {"duty_event", spoil_duty_event, "paper.review: is renewed by no such record or state: paper.lost"},
  {"duty_twice", spoil_duty_twice, "paper.review: is there twice"},
};

static void test_fault(gconstpointer data) {
  const Fault *fault = data;
  g_autoptr(GError) error = NULL;
  Declarations all;
  declarations_make(&all);
  fault->spoil(&all);
  g_assert_false(declarations_register(&all, &error));
  g_assert_cmpstr(error->message, ==, fault->says);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
    g_autofree char *path = g_strconcat("/reject/", faults[i].name, NULL);
    g_test_add_data_func(path, &faults[i], test_fault);
  }
  return g_test_run();
}
