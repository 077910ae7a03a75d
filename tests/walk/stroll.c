/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clients that walk: mostly what is due next, often a visit to a gate, sometimes a blunder or the same act again. */
#include "stroll.h"
#include "base/date.h"
#include "invariants.h"
#include <stdio.h>
#include <string.h>

enum {
  CLIENTS = 8,
  PLACES = 2, /* orders under way at once for each client */
  POOL = CLIENTS * PLACES,
  PATIENCE = 160, /* moves in an order before another takes its place */
  LOOKS = 10,     /* orders looked at for a situation */
  DRAWS = 24,      /* gates of which the one met least is visited */
  TURNS = 5,      /* moves made towards a visit at most */
  WATCH_EVERY_US = 4000000,
};

typedef struct {
  World *world;
  Stroll *stroll;
  gint left;           /* commands still to do; atomic */
  gint64 orders[POOL]; /* under way; atomic */
  gint moves[POOL];    /* done in each; atomic */
  const char *path;    /* the statement that finds what is due in an order */
  gint over;           /* atomic */
} Walk;

typedef struct {
  Walk *walk;
  guint number;
  guint32 seed;
  GRand *rand;
  pthread_t thread;
} Client;

static guint pick(Client *client, guint below) {
  return (guint)g_rand_int_range(client->rand, 0, (gint32)MAX(below, 1));
}

/* One statement over the whole path: which rules apply in order $1, the first of them first. */
static const char *path_statement(World *world) {
  GString *sql = g_string_new("SELECT rule FROM (");
  for (guint i = 0; i < rules_path_count; i++)
    g_string_append_printf(sql, "%sSELECT * FROM (SELECT CAST(%u AS BIGINT) AS rule WHERE EXISTS (%s)) r%u",
                           i ? " UNION ALL " : "", i, rules_path[i].where, i);
  g_string_append(sql, ") due LIMIT 1 OFFSET $2");
  return world_statement(world, g_string_free(sql, FALSE));
}

/* ---- kinds of moves; FALSE: not possible now ---- */
static gboolean follow(Client *client, const Rule *rule, gint64 order) {
  GHashTable *inputs;
  const gint64 id = world_situation(client->walk->world, rule, order, &inputs);
  if (!inputs)
    return FALSE;
  world_follow(client->walk->world, rule, order, id, inputs, (guint)g_rand_int(client->rand));
  g_hash_table_unref(inputs);
  g_atomic_int_add(&client->walk->left, -1);
  return TRUE;
}

static gboolean go_on(Client *client, gint64 order) {
  gint64 rule;
  const gint64 skip = pick(client, 4) ? 0 : pick(client, 3);
  if (!world_numbers(client->walk->world, client->walk->path, order, skip, &rule, 1) &&
      !world_numbers(client->walk->world, client->walk->path, order, 0, &rule, 1))
    return FALSE;
  return follow(client, &rules_path[rule], order);
}

static gint seen(Client *client, const Rule *rule) {
  const GateCount *count = g_hash_table_lookup(client->walk->world->gates, rule->gate);
  return g_atomic_int_get(rule->passes ? &count->passed : &count->failed);
}

/* The order, looked for from anywhere, in which a rule applied and was followed; 0: none. */
static gint64 follow_somewhere(Client *client, const Rule *rule) {
  const guint start = pick(client, POOL);
  for (guint i = 0; i < LOOKS; i++) {
    const gint64 order = __atomic_load_n(&client->walk->orders[(start + i) % POOL], __ATOMIC_RELAXED);
    if (follow(client, rule, order))
      return order;
  }
  return 0;
}

/* A turn that leads to where a gate refuses: in that order, or (0) in any. The order, or 0. */
static gint64 turn_towards(Client *client, const char *gate, gint64 order) {
  const guint start = pick(client, rules_turns_count);
  for (guint i = 0; i < rules_turns_count; i++) {
    const Rule *turn = &rules_turns[(start + i) % rules_turns_count];
    if (strcmp(turn->gate, gate))
      continue;
    const gint64 found = !order ? follow_somewhere(client, turn) : follow(client, turn, order) ? order : 0;
    if (found)
      return found;
  }
  return 0;
}

/* The visit whose gate was met least, of several; where its situation is nowhere, a few moves that lead there. */
static gboolean visit_gate(Client *client) {
  const Rule *rule = &rules_visits[pick(client, rules_visits_count)];
  for (guint i = 0; i < DRAWS; i++) {
    const Rule *other = &rules_visits[pick(client, rules_visits_count)];
    rule = seen(client, other) < seen(client, rule) ? other : rule;
  }
  if (follow_somewhere(client, rule))
    return TRUE;
  const gint64 order = turn_towards(client, rule->gate, 0);
  for (guint i = 0; order && i < TURNS && !follow(client, rule, order); i++)
    if (!turn_towards(client, rule->gate, order))
      go_on(client, order);
  return order != 0;
}

static char *senseless_text(Client *client, const Field *field) {
  static const char *const numbers[] = {"0", "1", "7", "10", "3000", "10000000", "-5", "999999999999", "x"};
  guint count = 0;
  while (field->choices && field->choices[count].code)
    count++;
  switch (field->kind) {
  case KIND_CHOICE: return g_strdup(field->choices[pick(client, count)].code);
  case KIND_DATE: return date_format(WORLD_TODAY - 3 + pick(client, 9));
  case KIND_YESNO: return g_strdup(pick(client, 2) ? "1" : "0");
  case KIND_REF:
  case KIND_REFS: return g_strdup_printf("%u", 1 + pick(client, 40));
  case KIND_SET: return g_strdup(field->choices[pick(client, count)].code);
  case KIND_FILE:
  case KIND_FILES: return g_strdup_printf("%u", 1 + pick(client, WORLD_DEALERS + 3));
  case KIND_TEXT:
  case KIND_LONGTEXT: return g_strdup(pick(client, 8) ? "so" : "");
  default: return g_strdup(numbers[pick(client, G_N_ELEMENTS(numbers))]);
  }
}

/* Any command, by anybody or by somebody who may, on any row of the order, with any inputs. */
static gboolean blunder(Client *client, gint64 order) {
  World *world = client->walk->world;
  guint count;
  const Command *const *commands = workflow_commands(&count);
  const Command *command = commands[pick(client, count)];
  const char *on = command->creates ? command->under : command->record;
  gint64 id = 0, dealer = 0;
  if (!strcmp(command->record, "user") || !strcmp(command->name, "dealer.close") ||
      !strcmp(command->name, "dealer.reopen"))
    return FALSE; /* people and dealers stay who they are: the rules count on them */
  if (on) {
    const gboolean of_order = dict_find(on)->step || !strcmp(on, "order");
    const char *sql = of_order ? "SELECT id FROM \"%s\" WHERE order_id = $1 ORDER BY (id * $2) %% 97 LIMIT 1"
                               : "SELECT id FROM \"%s\" WHERE $1 > 0 ORDER BY (id * $2) %% 97 LIMIT 1";
    world_numbers(world, world_statement(world, g_strdup_printf(sql, on)), order, 1 + pick(client, 96), &id, 1);
  }
  if (!pick(client, 20))
    id += 1000000;
  world_numbers(world, "SELECT dealer_id FROM \"order\" WHERE id = $1", order, 0, &dealer, 1);
  guint roles = command->by;
  for (guint i = 0; command->chain && i < command->chain->count; i++)
    roles |= command->chain->stages[i].roles;
  if (!pick(client, 5))
    roles = 1u << pick(client, 15);
  Viewer viewer;
  world_person(roles, pick(client, 10) ? dealer : dealer + 1, (guint)g_rand_int(client->rand), &viewer);
  g_autoptr(GHashTable) inputs = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
  for (const Input *input = command->inputs; input && input->field; input++)
    if (!input->optional || pick(client, 2))
      g_hash_table_insert(inputs, (gpointer)input->field,
                          senseless_text(client, dict_field(dict_find(command->record), input->field)));
  const Outcome outcome = world_act(world, &viewer, command, id, 0, inputs, NULL);
  g_atomic_int_add(&client->walk->left, -1);
  if (outcome.status == REFUSAL_NOT_FOUND)
    g_atomic_int_inc(&client->walk->stroll->not_found);
  return TRUE;
}

/* The same act twice under one key, and one by somebody who has seen an older version. */
static gboolean repeat(Client *client, gint64 order) {
  World *world = client->walk->world;
  Viewer viewer;
  g_autoptr(GHashTable) inputs = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
  g_hash_table_insert(inputs, (gpointer) "name", g_strdup_printf("Floor %u", pick(client, 1000)));
  g_autofree char *key = g_uuid_string_random();
  world_person(ROLE_CLERK, 0, (guint)g_rand_int(client->rand), &viewer);
  const Command *change = workflow_find("order.change");
  const Outcome first = world_act(world, &viewer, change, order, 0, inputs, key);
  const Outcome second = world_act(world, &viewer, change, order, 0, inputs, key);
  if (!first.status && (first.id != second.id || first.version != second.version))
    g_error("client seed %u: the second act under one key got another answer", client->seed);
  g_atomic_int_add(&client->walk->stroll->again, !first.status);
  g_atomic_int_add(&client->walk->left, -2);
  if (first.status || first.version < 2)
    return TRUE;
  const Outcome late = world_act(world, &viewer, change, order, first.version - 1, inputs, NULL);
  if (late.status != REFUSAL_CHANGED && late.status != REFUSAL_CONFLICT)
    g_error("client seed %u: who had seen version %" G_GINT64_FORMAT " was not told of the change", client->seed,
            first.version - 1);
  g_atomic_int_add(&client->walk->stroll->changed, late.status == REFUSAL_CHANGED);
  return TRUE;
}

/* Another order takes the place of one that is done, or that nobody gets further. */
static void renew(Client *client, guint place) {
  Walk *walk = client->walk;
  const gint64 order = __atomic_load_n(&walk->orders[place], __ATOMIC_RELAXED);
  gint64 over = 0;
  const gint moves = g_atomic_int_add(&walk->moves[place], 1);
  if (moves % 8 == 7)
    world_numbers(walk->world,
                  "SELECT COUNT(*) FROM \"order\" o WHERE o.id = $1 AND (o.state = 'cancelled' OR EXISTS "
                  "(SELECT 1 FROM shipment s WHERE s.order_id = $1 AND s.state = 'delivered'))",
                  order, 0, &over, 1);
  if (!over && moves < PATIENCE)
    return;
  g_atomic_int_set(&walk->moves[place], 0);
  __atomic_store_n(&walk->orders[place], world_order(walk->world, (guint)g_rand_int(client->rand)), __ATOMIC_RELAXED);
}

static void *walk_on(void *data) {
  Client *client = data;
  Walk *walk = client->walk;
  while (g_atomic_int_get(&walk->left) > 0) {
    const guint place =
        pick(client, 4) ? client->number * PLACES + pick(client, PLACES) : pick(client, POOL); /* rather one's own */
    const guint kind = pick(client, 100);
    const gint64 order = __atomic_load_n(&walk->orders[place], __ATOMIC_RELAXED);
    const gboolean done = kind < 40   ? visit_gate(client)
                          : kind < 42 ? blunder(client, order)
                          : kind < 43 ? repeat(client, order)
                                      : FALSE;
    if (!done && !go_on(client, order))
      blunder(client, order);
    renew(client, place);
  }
  return NULL;
}

/* Looks at the invariants while the others walk. */
static void *watch(void *data) {
  Walk *walk = data;
  while (!g_atomic_int_get(&walk->over)) {
    g_usleep(WATCH_EVERY_US);
    char *wrong = invariants_now(walk->world);
    if (wrong)
      g_error("during the walk: %s", wrong);
  }
  return NULL;
}

void stroll_about(World *world, Stroll *stroll) {
  Walk walk = {.world = world, .stroll = stroll, .left = stroll->commands, .path = path_statement(world)};
  Client clients[CLIENTS];
  pthread_t watcher;
  for (guint i = 0; i < POOL; i++)
    walk.orders[i] = world_order(world, stroll->seed + i);
  if (stroll->watched)
    pthread_create(&watcher, NULL, watch, &walk);
  for (guint i = 0; i < CLIENTS; i++) {
    clients[i] =
        (Client){.walk = &walk, .number = i, .seed = stroll->seed + i, .rand = g_rand_new_with_seed(stroll->seed + i)};
    printf("# client %u walks by seed %u\n", i, clients[i].seed);
    pthread_create(&clients[i].thread, NULL, walk_on, &clients[i]);
  }
  for (guint i = 0; i < CLIENTS; i++) {
    pthread_join(clients[i].thread, NULL);
    g_rand_free(clients[i].rand);
  }
  g_atomic_int_set(&walk.over, 1);
  if (stroll->watched)
    pthread_join(watcher, NULL);
}
