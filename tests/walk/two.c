/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two engines, in two processes, on one PostgreSQL at the same moment: each act sent to both under one key happens once
   and both get its answer; what only one can have, one gets; a walk split over both loses nothing and does nothing
   twice.
   Usage: two; it starts itself as `two child URL NUMBER`. Prints TAP. */
#include "invariants.h"
#include "postgres-fixture.h"
#include "step/procedure.h"
#include "stroll.h"
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

enum { CHILDREN = 2, THREADS = 4, ACTS = 160, COMMANDS = 1200, SEED = 77, SERIALS = 5000 };

/* What both processes do: acts whose answers must agree (the key is the same), or that one of them wins (it is not). */
static const struct {
  const char *name;
  guint role;
  const char *command, *inputs;
  gboolean contested; /* each process sends a key of its own */
  gboolean of_order;  /* acts on, or under, the order of that number */
  gboolean of_form;   /* acts on that order's form */
} kinds[] = {
    {.name = "comment", .role = ROLE_CLERK, .command = "comment.add", .inputs = "text=Said %d", .of_order = TRUE},
    {.name = "submit", .role = ROLE_CLERK, .command = "order_form.submit", .inputs = "", .of_form = TRUE},
    {.name = "user", .role = ROLE_ADMIN, .command = "user.create", .inputs = "login=same%d;name=X;roles=clerk"},
    {.name = "holiday",
     .role = ROLE_ADMIN,
     .command = "holiday.add",
     .inputs = "date=2028-%02d-%02d;working=0;name=X"},
    {.name = "login",
     .role = ROLE_ADMIN,
     .command = "user.create",
     .inputs = "login=wanted%d;name=X;roles=clerk",
     .contested = TRUE},
    {.name = "date",
     .role = ROLE_ADMIN,
     .command = "holiday.add",
     .inputs = "date=2029-%02d-%02d;working=0;name=X",
     .contested = TRUE},
    {.name = "form",
     .role = ROLE_CLERK,
     .command = "order_form.create",
     .inputs = "remarks=X",
     .contested = TRUE,
     .of_order = TRUE},
};

/* ---- a child ---- */
typedef struct {
  World *world;
  guint child;
  gint next; /* number of the next act; atomic */
} Child;

static GHashTable *inputs_of(guint kind, gint number) {
  GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_auto(GStrv) pairs = g_strsplit(kinds[kind].inputs, ";", -1);
  for (char **pair = pairs; *pair && **pair; pair++) {
    g_auto(GStrv) parts = g_strsplit(*pair, "=", 2);
    g_autoptr(GString) value = g_string_new(parts[1]);
    g_autofree char *plain = g_strdup_printf("%d", number),
                    *date = g_strdup_printf("%02d-%02d", 1 + number / 28 % 12, 1 + number % 28);
    g_string_replace(value, "%02d-%02d", date, 0);
    g_string_replace(value, "%d", plain, 0);
    g_hash_table_insert(table, g_strdup(parts[0]), g_strdup(value->str));
  }
  return table;
}

static void do_act(Child *child, guint kind, gint number) {
  gint64 id = 0;
  const gint64 order = 1 + 2 * (number / (gint)G_N_ELEMENTS(kinds)) + kinds[kind].contested;
  if (kinds[kind].of_order)
    id = order;
  if (kinds[kind].of_form &&
      !world_numbers(child->world, "SELECT MIN(id) FROM order_form WHERE order_id = $1", order, 0, &id, 1))
    return;
  Viewer viewer;
  g_autoptr(GHashTable) inputs = inputs_of(kind, number);
  g_autofree char *key = kinds[kind].contested
                             ? g_strdup_printf("%s %d of %u", kinds[kind].name, number, child->child)
                             : g_strdup_printf("%s %d", kinds[kind].name, number);
  const Outcome outcome = world_act(child->world, world_person(kinds[kind].role, 0, 0, &viewer),
                                    workflow_find(kinds[kind].command), id, 0, inputs, key);
  if (kinds[kind].contested)
    printf("%s %s_%d %u\n", outcome.status ? "lost" : "won", kinds[kind].name, number, outcome.status);
  else
    printf("did %s_%d %u %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s\n", kinds[kind].name, number, outcome.status,
           outcome.id, outcome.version, outcome.says);
}

static void *do_acts(void *data) {
  Child *child = data;
  for (gint number; (number = g_atomic_int_add(&child->next, 1)) < ACTS;)
    do_act(child, (guint)number % G_N_ELEMENTS(kinds), number);
  return NULL;
}

static int be_child(const char *url, guint number) {
  char go[8];
  Child child = {.world = world_open(url), .child = number};
  child.world->serial = (gint)number * SERIALS;
  printf("ready\n");
  if (!fgets(go, sizeof go, stdin))
    return 1;
  pthread_t threads[THREADS];
  for (guint i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, do_acts, &child);
  for (guint i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  Stroll stroll = {.commands = COMMANDS, .seed = SEED + 1000 * number};
  stroll_about(child.world, &stroll);
  for (guint i = 0; i < child.world->acks->len; i++) {
    const Ack *ack = &g_array_index(child.world->acks, Ack, i);
    printf("ack %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s\n", ack->command, ack->id, ack->version, ack->key);
  }
  world_free(child.world);
  return 0;
}

/* ---- the parent ---- */
typedef struct {
  World *world;
  GHashTable *did;  /* act → what the first process was answered */
  GHashTable *won;  /* act → who won it */
  GHashTable *lost; /* act → who lost it */
  GHashTable *acks; /* keys */
  gboolean fine;
} Both;

static gboolean expect(Both *both, gboolean fine, const char *line, const char *why) {
  if (!fine)
    printf("# %s: %s\n", line, why);
  both->fine = both->fine && fine;
  return fine;
}

static void take_ack(Both *both, const char *line) {
  g_auto(GStrv) parts = g_strsplit(line, " ", 5);
  Ack ack = {.key = g_strdup(parts[4]),
             .command = workflow_find(parts[1])->name,
             .id = g_ascii_strtoll(parts[2], NULL, 10),
             .version = g_ascii_strtoll(parts[3], NULL, 10)};
  g_array_append_val(both->world->acks, ack);
  expect(both, g_hash_table_add(both->acks, g_strdup_printf("%s %s", parts[1], parts[4])), line,
         "two processes did it");
}

static void take_line(Both *both, const char *line) {
  g_auto(GStrv) parts = g_strsplit(line, " ", 3);
  if (g_str_has_prefix(line, "ack "))
    take_ack(both, line);
  if (g_str_has_prefix(line, "did ")) {
    const char *first = g_hash_table_lookup(both->did, parts[1]);
    expect(both, g_str_has_prefix(parts[2], "0 "), line, "refused");
    expect(both, !first || !strcmp(first, parts[2]), line, "the two processes were answered differently");
    g_hash_table_insert(both->did, g_strdup(parts[1]), g_strdup(parts[2]));
  }
  if (g_str_has_prefix(line, "won "))
    expect(both, g_hash_table_add(both->won, g_strdup(parts[1])), line, "both have it");
  if (g_str_has_prefix(line, "lost "))
    expect(both, g_hash_table_add(both->lost, g_strdup(parts[1])), line, "neither has it");
}

static GSubprocess *start_child(const char *program, const char *url, guint number) {
  g_autoptr(GError) error = NULL;
  g_autofree char *text = g_strdup_printf("%u", number);
  GSubprocess *child = g_subprocess_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                                        program, "child", url, text, NULL);
  g_assert_no_error(error);
  return child;
}

/* Both are let go once both are ready. */
static void run_children(Both *both, const char *program, const char *url) {
  GSubprocess *children[CHILDREN];
  GDataInputStream *streams[CHILDREN];
  for (guint i = 0; i < CHILDREN; i++) {
    children[i] = start_child(program, url, i + 1);
    streams[i] = g_data_input_stream_new(g_subprocess_get_stdout_pipe(children[i]));
    g_autofree char *ready = g_data_input_stream_read_line(streams[i], NULL, NULL, NULL);
    expect(both, !g_strcmp0(ready, "ready"), "a process", "did not start");
  }
  for (guint i = 0; i < CHILDREN; i++)
    g_output_stream_write_all(g_subprocess_get_stdin_pipe(children[i]), "go\n", 3, NULL, NULL, NULL);
  for (guint i = 0; i < CHILDREN; i++) {
    char *line;
    while ((line = g_data_input_stream_read_line(streams[i], NULL, NULL, NULL))) {
      take_line(both, line);
      g_free(line);
    }
    expect(both, g_subprocess_wait_check(children[i], NULL, NULL), "a process", "ended badly");
    g_object_unref(streams[i]);
    g_object_unref(children[i]);
  }
}

/* Orders for the acts: the odd ones with a form to hand in, the even ones with none. */
static void prepare(World *world) {
  for (guint i = 0; i < 2 * ACTS / G_N_ELEMENTS(kinds) + 2; i++) {
    const gint64 order = world_order(world, i);
    for (guint k = 0; k < 2 && order % 2; k++) {
      g_autoptr(GHashTable) inputs = NULL;
      const gint64 id = world_situation(world, &rules_path[k], order, &inputs);
      world_follow(world, &rules_path[k], order, id, inputs, 0);
    }
  }
}

static gboolean check(Both *both) {
  g_autofree char *now = invariants_now(both->world), *kept = invariants_acknowledged(both->world);
  expect(both, !now, "afterwards", now);
  expect(both, !kept, "afterwards", kept);
  expect(both, g_hash_table_size(both->did) > ACTS / 3 && g_hash_table_size(both->won) > ACTS / 4, "acts",
         "there were too few");
  printf("# %u acts sent to both under one key, %u that one of them won, %u acknowledged in all\n",
         g_hash_table_size(both->did), g_hash_table_size(both->won), both->world->acks->len);
  return both->fine;
}

int main(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  if (!procedure_register(&error))
    g_error("%s", error->message);
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (argc == 4 && !strcmp(argv[1], "child"))
    return be_child(argv[2], (guint)g_ascii_strtoull(argv[3], NULL, 10));
  printf("1..1\n");
  g_autofree char *url = postgres_fixture_url();
  Both both = {.world = world_new(url),
               .fine = TRUE,
               .did = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
               .won = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
               .lost = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
               .acks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
  prepare(both.world);
  run_children(&both, argv[0], url);
  const gboolean fine = check(&both);
  world_free(both.world);
  printf("%s 1 two engines\n", fine ? "ok" : "not ok");
  g_hash_table_unref(both.did);
  g_hash_table_unref(both.won);
  g_hash_table_unref(both.lost);
  g_hash_table_unref(both.acks);
  return fine ? 0 : 1;
}
