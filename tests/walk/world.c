/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The factory that is walked in. */
#include "world.h"
#include "base/date.h"
#include "paper/paper.h"
#include "step/procedure.h"
#include <string.h>

/* Their user ids are 1, 2, …: world_new() enters them in this order. */
static const struct {
  const char *name;
  guint roles, substitutes;
} people[] = {
    {"Chen", ROLE_CLERK, 0},
    {"Zhao", ROLE_GM, 0},
    {"Lin", ROLE_CLERK, 0},
    {"Wang", ROLE_MANAGER, 0},
    {"Qian", ROLE_FINANCE, 0},
    {"Feng", ROLE_FINANCE, 0},
    {"Sun", ROLE_PRODUCTION, 0},
    {"Li", ROLE_WAREHOUSE, 0},
    {"Zhou", ROLE_REGIONAL, 0},
    {"Gao", ROLE_DESIGNER, 0},
    {"Root", ROLE_ADMIN, 0},
    {"Bao", ROLE_CLERK | ROLE_MANAGER, 0},                 /* may meet what she submitted herself */
    {"Hua", ROLE_REGIONAL | ROLE_GM, 0},                   /* two successive signatures */
    {"Jin", ROLE_FINANCE | ROLE_REGIONAL | ROLE_CLERK, 0}, /* finance never merges */
    {"Ning", ROLE_SALES, ROLE_GM},                         /* signs for an absent one */
};

const Viewer *world_person(guint roles, gint64 dealer, guint pick, Viewer *user) {
  guint fit = 0;
  for (guint i = 0; i < G_N_ELEMENTS(people); i++)
    fit += ((people[i].roles | people[i].substitutes) & roles) != 0;
  const guint choices = fit + ((roles & ROLE_DEALER) != 0);
  if (!choices || ((roles & ROLE_DEALER) && pick % choices == fit)) {
    *user =
        (Viewer){.user_id = 1000 + dealer, .name = "Wu", .roles = ROLE_DEALER, .dealer_id = dealer, .language = "en"};
    return user;
  }
  guint skip = pick % choices;
  for (guint i = 0; i < G_N_ELEMENTS(people); i++)
    if (((people[i].roles | people[i].substitutes) & roles) && skip-- == 0)
      *user = (Viewer){.user_id = i + 1,
                       .name = people[i].name,
                       .roles = people[i].roles,
                       .substitutes = people[i].substitutes,
                       .language = "en"};
  return user;
}

const char *world_statement(World *world, char *sql) {
  pthread_mutex_lock(&world->mutex);
  const char *kept = g_hash_table_lookup(world->statements, sql);
  if (!kept)
    g_hash_table_add(world->statements, (gpointer)(kept = sql));
  pthread_mutex_unlock(&world->mutex);
  if (kept != sql)
    g_free(sql);
  return kept;
}

typedef struct {
  const char *sql;
  gint64 one, two;
  guint args;
  gint64 *numbers;
  guint count;
  char *text;
  gboolean found;
} Ask;

static gboolean ask(DbTx *tx, gpointer data, GError **error) {
  Ask *query = data;
  g_autoptr(Arena) arena = arena_new();
  const DbCell args[] = {DB_I(query->one), DB_I(query->two)};
  const DbResult *found = db_query(tx, arena, query->sql, args, query->args, error);
  if (!found)
    return FALSE;
  g_clear_pointer(&query->text, g_free);
  query->found = found->rows > 0;
  for (guint i = 0; query->found && i < query->count; i++)
    query->numbers[i] =
        i < found->columns && DB_CELL(found, 0, i)->kind == DB_INTEGER ? DB_CELL(found, 0, i)->integer : 0;
  if (query->found && DB_CELL(found, 0, 0)->kind == DB_TEXT)
    query->text = g_strdup(DB_CELL(found, 0, 0)->text);
  else if (query->found && DB_CELL(found, 0, 0)->kind == DB_INTEGER)
    query->text = g_strdup_printf("%" G_GINT64_FORMAT, DB_CELL(found, 0, 0)->integer);
  return TRUE;
}

static void ask_world(World *world, Ask *query) {
  g_autoptr(GError) error = NULL;
  if (!db_read(world->db, ask, query, &error))
    g_error("%s: %s", query->sql, error ? error->message : "");
}

gboolean world_numbers(World *world, const char *sql, gint64 one, gint64 two, gint64 *numbers, guint count) {
  Ask query = {.sql = sql, .one = one, .two = two, .numbers = numbers, .count = count};
  query.args = (strstr(sql, "$1") != NULL) + (strstr(sql, "$2") != NULL);
  ask_world(world, &query);
  g_free(query.text);
  return query.found;
}

char *world_text(World *world, const char *sql) {
  Ask query = {.sql = sql};
  ask_world(world, &query);
  return query.text;
}

static void count_gates(World *world, const Command *command, const Outcome *outcome) {
  if (outcome->gate[0])
    g_atomic_int_inc(&((GateCount *)g_hash_table_lookup(world->gates, outcome->gate))->failed);
  for (const Gate *const *gate = command->gates; !outcome->status && gate && *gate; gate++)
    g_atomic_int_inc(&((GateCount *)g_hash_table_lookup(world->gates, (*gate)->name))->passed);
}

static void remember(World *world, const Command *command, const char *key, const Done *done) {
  const Ack ack = {.key = g_strdup(key), .command = command->name, .id = done->id, .version = done->version};
  pthread_mutex_lock(&world->mutex);
  g_array_append_val(world->acks, ack);
  pthread_mutex_unlock(&world->mutex);
}

Outcome world_act(World *world, const Viewer *viewer, const Command *command, gint64 id, gint64 version,
                  GHashTable *inputs, const char *key) {
  g_autofree char *fresh = g_uuid_string_random();
  g_autoptr(Refusal) refusal = refusal_new();
  g_autoptr(GError) error = NULL;
  const Act act = {.viewer = viewer,
                   .command = command,
                   .id = id,
                   .version = version,
                   .inputs = inputs,
                   .style = INPUT_JSON,
                   .key = key ? key : fresh};
  Done done = {0};
  Outcome outcome = {0};
  if (engine_run(world->engine, &act, &done, refusal, &error)) {
    outcome.id = done.id;
    outcome.version = done.version;
    if (!done.again) {
      remember(world, command, act.key, &done);
      count_gates(world, command, &outcome);
    }
    return outcome;
  }
  if (!refusal_any(refusal))
    g_error("%s %" G_GINT64_FORMAT ": %s", command->name, id, error ? error->message : "failed without a reason");
  const Reason *first = refusal->reasons->pdata[0];
  outcome.status = refusal->status;
  g_strlcpy(outcome.says, first->message, sizeof outcome.says);
  if (refusal->reasons->len == 1 && first->kind == REASON_GATE)
    g_strlcpy(outcome.gate, first->name, sizeof outcome.gate);
  count_gates(world, command, &outcome);
  return outcome;
}

/* {n} and {day} become numbers and dates that nobody used before; {file} that one; %s the situation's value. */
static char *fill(World *world, const char *text, const char *value, gint64 upload) {
  const gint serial = g_atomic_int_add(&world->serial, 1) + 1;
  g_autofree char *number = g_strdup_printf("%d", serial), *day = date_format(WORLD_TODAY + 400 + serial);
  g_autofree char *file = g_strdup_printf("%" G_GINT64_FORMAT, upload);
  g_autoptr(GString) out = g_string_new(text);
  g_string_replace(out, "{n}", number, 0);
  g_string_replace(out, "{day}", day, 0);
  g_string_replace(out, "{file}", file, 0);
  g_string_replace(out, "%s", value, 0);
  return g_strdup(out->str);
}

static GHashTable *inputs_of(World *world, const char *inputs, const char *value, gint64 upload) {
  GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_auto(GStrv) pairs = g_strsplit(inputs ? inputs : "", ";", -1);
  for (char **pair = pairs; *pair; pair++) {
    g_auto(GStrv) parts = g_strsplit(*pair, "=", 2);
    g_hash_table_insert(table, g_strdup(parts[0]), fill(world, parts[1], value, upload));
  }
  return table;
}

gint64 world_situation(World *world, const Rule *rule, gint64 order, GHashTable **inputs) {
  gint64 numbers[2] = {0};
  *inputs = NULL;
  const gboolean found = world_numbers(world, rule->where, order, 0, numbers, 2);
  const Command *command = workflow_find(rule->command);
  const gboolean rootless = command->creates && !command->under;
  if (!found || (!numbers[0] && !rootless))
    return 0;
  g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT, numbers[1]);
  gint64 upload = 0;
  if (rule->inputs && strstr(rule->inputs, "{file}"))
    world_numbers(world, "SELECT f.id FROM file f JOIN \"order\" o ON o.dealer_id = f.dealer_id WHERE o.id = $1 AND "
                         "f.name = 'plan.pdf'", order, 0, &upload, 1);
  *inputs = inputs_of(world, rule->inputs, value, upload);
  return rootless ? 1 : numbers[0];
}

Outcome world_follow(World *world, const Rule *rule, gint64 order, gint64 id, GHashTable *inputs, guint pick) {
  gint64 dealer = 0;
  Viewer viewer;
  if (rule->by & ROLE_DEALER)
    world_numbers(world, "SELECT dealer_id FROM \"order\" WHERE id = $1", order, 0, &dealer, 1);
  world_person(rule->by, dealer, pick, &viewer);
  return world_act(world, &viewer, workflow_find(rule->command), id, 0, inputs, NULL);
}

/* ---- beginning and end ---- */
/* A file that the dealer has uploaded. */
typedef struct {
  const World *world;
  gint64 dealer;
} NewFile;
static gboolean add_file(DbTx *tx, gpointer data, GError **error) {
  const NewFile *file = data;
  const gint64 id = db_next_id(tx, "file", error);
  return id > 0 &&
         db_exec(tx,
                 "INSERT INTO file (id, version, created_by, dealer_id, name, sha256, type, for_dealer) VALUES ($1, 1, "
                 "900, $2, 'plan.pdf', $3, 'application/pdf', 1)",
                 DB_ARGS(DB_I(id), DB_I(file->dealer), DB_T(file->world->sheet)), error) == 1;
}

static gint64 must(World *world, guint role, const char *command, gint64 id, const char *inputs) {
  Viewer viewer;
  g_autoptr(GHashTable) table = inputs_of(world, inputs, "", 0);
  const Outcome outcome =
      world_act(world, world_person(role, 0, 0, &viewer), workflow_find(command), id, 0, table, NULL);
  if (outcome.status)
    g_error("%s: %s", command, outcome.says);
  return outcome.id;
}

static void list_gates(World *world) {
  guint count;
  const Command *const *commands = workflow_commands(&count);
  for (guint i = 0; i < count; i++)
    for (const Gate *const *gate = commands[i]->gates; gate && *gate; gate++)
      if (!g_hash_table_contains(world->gates, (*gate)->name))
        g_hash_table_insert(world->gates, (gpointer)(*gate)->name, g_new0(GateCount, 1));
}

static gint64 make_project(World *world) {
  g_autoptr(GError) error = NULL;
  gint64 dealer = must(world, ROLE_CLERK, "dealer.create", 0, "name=Dawn{n}");
  if (!db_write(world->db, add_file, &(NewFile){world, dealer}, &error))
    g_error("%s", error->message);
  return must(world, ROLE_CLERK, "project.create", dealer, "name=Tower{n}");
}

static void settle(World *world) {
  for (guint i = 0; i < G_N_ELEMENTS(people); i++) {
    g_autofree char *inputs = g_strdup_printf("login=p%u;name=%s;roles=clerk", i, people[i].name);
    must(world, ROLE_ADMIN, "user.create", 0, inputs);
  }
  must(world, ROLE_ADMIN, "user.create", 0, "login=taken;name=X;roles=sales");
  must(world, ROLE_ADMIN, "user.create", 0, "login=root;name=X;roles=admin");
  must(world, ROLE_ADMIN, "absence.state", 0,
       "user=1;substitute=3;role=clerk;first_day=2026-03-20;last_day=2026-03-27");
  must(world, ROLE_ADMIN, "holiday.add", 0, "date=2026-10-01;working=0;name=National Day");
  const gint64 closed = must(world, ROLE_CLERK, "dealer.create", 0, "name=Dusk");
  must(world, ROLE_CLERK, "project.create", closed, "name=Ruin");
  must(world, ROLE_MANAGER, "dealer.close", closed, "");
  for (guint i = 0; i < WORLD_DEALERS; i++)
    make_project(world);
  must(world, ROLE_CLERK, "project.close", make_project(world), "");
}

static void open_files(World *world) {
  static const char sheet[] = "area,style,thickness,width,height,quantity\nHall,A1,84,3000,2700,2\n";
  g_autoptr(GError) error = NULL;
  world->folder = world_folder();
  world->files = files_open(world->folder, &error);
  g_autofree char *name = world->files ? files_keep(world->files, sheet, strlen(sheet), &error) : NULL;
  if (!name)
    g_error("%s: %s", world->folder, error->message);
  world->sheet = g_intern_string(name);
  engine_set_files(world->engine, world->files);
  engine_set_press(world->engine, &paper_press);
}

World *world_open(const char *url) {
  g_autoptr(GError) error = NULL;
  World *world = g_new0(World, 1);
  pthread_mutex_init(&world->mutex, NULL);
  world->acks = g_array_new(FALSE, FALSE, sizeof(Ack));
  world->statements = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  world->gates = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
  list_gates(world);
  if (!(world->db = db_open(url, 16, &error)))
    g_error("%s: %s", url, error->message);
  world->engine = engine_new(world->db, WORLD_ZONE);
  open_files(world);
  engine_set_clock(world->engine, WORLD_TODAY * DATE_SECONDS + DATE_SECONDS / 2 - WORLD_ZONE);
  return world;
}

World *world_new(const char *url) {
  g_autoptr(GError) error = NULL;
  World *world = world_open(url);
  for (guint i = 0; i < rules_visits_count; i++)
    if (!g_hash_table_contains(world->gates, rules_visits[i].gate))
      g_error("there is no gate %s any more", rules_visits[i].gate);
  if (!engine_migrate(world->engine, &error))
    g_error("%s: %s", url, error->message);
  settle(world);
  return world;
}

void world_free(World *world) {
  engine_free(world->engine);
  db_close(world->db);
  files_close(world->files);
  world_remove(world->folder);
  g_free(world->folder);
  for (guint i = 0; i < world->acks->len; i++)
    g_free(g_array_index(world->acks, Ack, i).key);
  g_array_unref(world->acks);
  g_hash_table_unref(world->statements);
  g_hash_table_unref(world->gates);
  pthread_mutex_destroy(&world->mutex);
  g_free(world);
}

gint64 world_order(World *world, guint pick) {
  gint64 project = 0;
  if (!world_numbers(
          world,
          "SELECT p.id FROM project p JOIN dealer d ON d.id = p.dealer_id WHERE p.state = 'active' AND "
          "d.state = 'active' AND EXISTS (SELECT 1 FROM file f WHERE f.dealer_id = d.id AND f.name = 'plan.pdf') "
          "ORDER BY (p.id * $1) % 97 LIMIT 1",
          pick, 0, &project, 1))
    project = make_project(world);
  Viewer viewer;
  g_autoptr(GHashTable) inputs = inputs_of(world, "name=Floor {n}", "", 0);
  return world_act(world, world_person(ROLE_CLERK, 0, pick, &viewer), workflow_find("order.create"), project, 0, inputs,
                   NULL)
      .id;
}

char *world_folder(void) {
  char *folder = g_strdup("/dev/shm/gendan-walk-XXXXXX");
  if (g_mkdtemp(folder))
    return folder;
  g_free(folder);
  return g_dir_make_tmp("gendan-walk-XXXXXX", NULL);
}

void world_remove(const char *folder) {
  const char *argv[] = {"rm", "-rf", "--", folder, NULL};
  g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}
