/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Declarations that the checks at start must accept: the smallest of each kind, and the procedure itself. */
#include "declarations.h"
#include "step/procedure.h"

static void test_sound(void) {
  Declarations all;
  g_autoptr(GError) error = NULL;
  declarations_make(&all);
  declarations_register(&all, &error);
  g_assert_no_error(error);
}

/* A record without states, a command without inputs or gates, no duties. */
static void test_least(void) {
  Declarations all;
  g_autoptr(GError) error = NULL;
  declarations_make(&all);
  all.paper.states = NULL;
  all.make.to = NULL;
  all.make.inputs = NULL;
  const Record *const records[] = {&all.paper};
  const Command *const commands[] = {&all.make};
  dict_register(records, 1, &error);
  g_assert_no_error(error);
  workflow_register(commands, 1, NULL, 0, &error);
  g_assert_no_error(error);
}

static void test_procedure(void) {
  g_autoptr(GError) error = NULL;
  procedure_register(&error);
  g_assert_no_error(error);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/accept/sound", test_sound);
  g_test_add_func("/accept/least", test_least);
  g_test_add_func("/accept/procedure", test_procedure);
  return g_test_run();
}
