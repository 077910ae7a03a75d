/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each gate, taken out alone, must be missed: an order is led to where the gate alone refuses, the gate is taken out of
   every command, the same act now succeeds, and the invariants must say what is wrong. So no gate is decoration, and no
   invariant is asleep. The commands are copied without the gate: the program itself knows nothing of it. */
#include "invariants.h"
#include "step/procedure.h"
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

enum { MOVES = 200 /* towards the gate, at most */, RULES = 64 /* turns there may be, at most */ };

/* The commands as the program declares them. */
static const Command *const *whole;
static guint whole_count;

static gboolean stroll_path(World *world, gint64 order) {
  for (guint i = 0; i < rules_path_count; i++) {
    g_autoptr(GHashTable) inputs = NULL;
    const gint64 id = world_situation(world, &rules_path[i], order, &inputs);
    if (inputs)
      return !world_follow(world, &rules_path[i], order, id, inputs, 0).status;
  }
  return FALSE;
}

/* One turn towards the gate that was not taken yet; FALSE: there is none now. */
static gboolean turn(World *world, const char *gate, gint64 order, gboolean *taken) {
  for (guint i = 0; i < rules_turns_count; i++) {
    if (taken[i] || strcmp(rules_turns[i].gate, gate))
      continue;
    g_autoptr(GHashTable) inputs = NULL;
    const gint64 id = world_situation(world, &rules_turns[i], order, &inputs);
    if (!inputs)
      continue;
    taken[i] = TRUE;
    return !world_follow(world, &rules_turns[i], order, id, inputs, 0).status;
  }
  return FALSE;
}

/* A visit in the order in which the gate refuses alone; its id and inputs. NULL: not yet. */
static const Rule *refused_alone(World *world, const char *gate, gint64 order, gint64 *id, GHashTable **inputs) {
  for (guint i = 0; i < rules_visits_count; i++) {
    const Rule *rule = &rules_visits[i];
    if (rule->passes || strcmp(rule->gate, gate))
      continue;
    *id = world_situation(world, rule, order, inputs);
    if (!*inputs)
      continue;
    if (!strcmp(world_follow(world, rule, order, *id, *inputs, 0).gate, gate))
      return rule;
    g_clear_pointer(inputs, g_hash_table_unref);
  }
  return NULL;
}

/* The commands without the gate. */
static void take_out(const char *name) {
  Command *copies = g_new0(Command, whole_count);
  const Command **list = g_new0(const Command *, whole_count);
  for (guint i = 0; i < whole_count; i++) {
    copies[i] = *whole[i];
    list[i] = &copies[i];
    guint count = 0, kept = 0;
    while (copies[i].gates && copies[i].gates[count])
      count++;
    const Gate **gates = g_new0(const Gate *, count + 1);
    for (guint k = 0; k < count; k++)
      if (strcmp(whole[i]->gates[k]->name, name))
        gates[kept++] = whole[i]->gates[k];
    copies[i].gates = gates;
  }
  g_autoptr(GError) error = NULL;
  guint duties_count;
  const Duty *duties = workflow_duties(&duties_count);
  if (!workflow_register(list, whole_count, duties, duties_count, &error))
    g_error("%s", error->message);
}

static void put_back(void) {
  guint count, duties_count;
  const Command *const *copies = workflow_commands(&count);
  const Duty *duties = workflow_duties(&duties_count);
  g_autoptr(GError) error = NULL;
  if (!workflow_register(whole, whole_count, duties, duties_count, &error))
    g_error("%s", error->message);
  for (guint i = 0; i < count; i++)
    g_free((gpointer)copies[i]->gates);
  g_free((gpointer)copies[0]); /* they were made as one */
  g_free((gpointer)copies);
}

static char *broken(World *world) {
  char *wrong = invariants_now(world);
  return wrong ? wrong : invariants_history(world);
}

/* NULL: the gate was missed, as it must be; *missed says how. Else why not. */
static char *without(World *world, const char *gate, char **missed) {
  const gint64 order = world_order(world, 0);
  gboolean taken[RULES] = {FALSE};
  g_autoptr(GHashTable) inputs = NULL;
  gint64 id = 0;
  const Rule *rule = NULL;
  for (guint i = 0; i < MOVES && !(rule = refused_alone(world, gate, order, &id, &inputs)); i++)
    if (!turn(world, gate, order, taken) && !stroll_path(world, order))
      break;
  if (!rule)
    return g_strdup("no rule leads to where it alone refuses: add a visit, and turns towards it, to rules.c");
  char *before = broken(world);
  if (before)
    return before;
  take_out(gate);
  const Outcome outcome = world_follow(world, rule, order, id, inputs, 0);
  *missed = outcome.status ? NULL : broken(world);
  put_back();
  if (outcome.status)
    return g_strdup_printf("%s is refused without it too: %s", rule->command, outcome.says);
  return *missed ? NULL : g_strdup_printf("nothing misses it after %s: add an invariant", rule->command);
}

static gint compare_names(gconstpointer one, gconstpointer other) {
  return strcmp(*(const char *const *)one, *(const char *const *)other);
}

static GPtrArray *all_gates(void) {
  GPtrArray *names = g_ptr_array_new();
  for (guint i = 0; i < whole_count; i++)
    for (const Gate *const *gate = whole[i]->gates; gate && *gate; gate++)
      if (!g_ptr_array_find_with_equal_func(names, (*gate)->name, g_str_equal, NULL))
        g_ptr_array_add(names, (gpointer)(*gate)->name);
  g_ptr_array_sort(names, compare_names);
  return names;
}

int main(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  if (!procedure_register(&error))
    g_error("%s", error->message);
  g_assert(rules_turns_count <= RULES);
  whole = workflow_commands(&whole_count);
  setvbuf(stdout, NULL, _IOLBF, 0);
  g_autoptr(GPtrArray) gates = all_gates();
  printf("1..%u\n", gates->len);
  gboolean fine = TRUE;
  for (guint i = 0; i < gates->len; i++) {
    const char *gate = gates->pdata[i];
    if (argc > 1 && strcmp(argv[1], gate))
      continue;
    g_autofree char *folder = world_folder(), *file = g_build_filename(folder, "house.db", NULL), *missed = NULL;
    World *world = world_new(file);
    g_autofree char *wrong = without(world, gate, &missed);
    world_free(world);
    world_remove(folder);
    if (wrong)
      printf("# %s: %s\n", gate, wrong);
    printf("%sok %u %s: %s\n", wrong ? "not " : "", i + 1, gate, missed ? missed : "");
    fine &= !wrong;
  }
  return fine ? 0 : 1;
}
