/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A random walk: several clients at once do mostly sensible, sometimes senseless commands by random people, on SQLite
   and on a real PostgreSQL. Every gate must be passed and must alone refuse, orders must get shipped, and the
   invariants must hold during and after it. Usage: walk [COMMANDS [SEED [sqlite|postgres]]]. Prints TAP. */
#include "workflow/engine.h"
#include "invariants.h"
#include "postgres-fixture.h"
#include "step/procedure.h"
#include "stroll.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  SHORT = 10000,       /* commands where nothing else is asked for */
  FULL = 100000,       /* commands of the whole walk, to which the marks below belong */
  MARK_SHIPPED = 1000, /* orders */
  UNDER_WAY = 2000,    /* commands, about, before orders have come as far as their shipping, and all gates */
  MARK_GATE = 100,     /* passes, and lone refusals, of each gate */
};

static guint check_gates(World *world, gint mark) {
  guint missing = 0;
  GHashTableIter iter;
  gpointer name, value;
  g_hash_table_iter_init(&iter, world->gates);
  while (g_hash_table_iter_next(&iter, &name, &value)) {
    const GateCount *count = value;
    const gboolean few = count->passed < mark || count->failed < mark;
    missing += few;
    printf("#   %-32s passed %6d, alone refused %6d%s\n", (char *)name, count->passed, count->failed,
           few ? "  TOO FEW" : "");
  }
  return missing;
}

static gboolean say(const char *wrong) {
  if (wrong)
    printf("# %s\n", wrong);
  return wrong == NULL;
}

/* What `gendan verify` says of it. Users and files are not asked for: the walk made them without the journal. */
static gboolean prove(DbTx *tx, gpointer data, GError **error) {
  char **said = data;
  g_autoptr(Arena) arena = arena_new();
  GError *fault = NULL;
  gint64 entries, rows = 0;
  VerifySeal seal;
  guint count;
  const Record *const *records = dict_all(&count);
  const char *wrong = journal_verify(tx, arena, &entries, &fault);
  wrong = wrong || fault ? wrong : seal_verify(tx, arena, NULL, &seal, &fault);
  for (guint i = 0; i < count && !wrong && !fault; i++)
    if (strcmp(records[i]->name, "user") && strcmp(records[i]->name, "file"))
      wrong = verify_rows(tx, arena, records[i], &rows, &fault);
  *said = g_strdup(wrong);
  if (fault)
    g_propagate_error(error, fault);
  return !fault;
}

static char *verified(World *world) {
  g_autoptr(GError) error = NULL;
  char *said = NULL;
  if (!engine_seal(world->engine, &error) || !db_read(world->db, prove, &said, &error))
    return g_strdup(error->message);
  return said;
}

static gboolean check(World *world, const Stroll *stroll) {
  gint64 shipped = 0;
  const gint64 counted = MAX(0, stroll->commands - UNDER_WAY);
  const gint mark_gate = (gint)(MARK_GATE * counted / (FULL - UNDER_WAY));
  const gint mark_shipped = (gint)(MARK_SHIPPED * counted / (FULL - UNDER_WAY));
  g_autofree char *now = invariants_now(world), *history = invariants_history(world),
                  *kept = invariants_acknowledged(world), *proof = verified(world);
  gboolean fine = say(now) & say(history) & say(kept) & say(proof);
  world_numbers(world, "SELECT COUNT(DISTINCT order_id) FROM shipment WHERE state IN ('shipped', 'delivered')", 0, 0,
                &shipped, 1);
  printf("# %d commands, %u acknowledged, %" G_GINT64_FORMAT
         " orders shipped, %d acts repeated, %d met a change, %d not found\n",
         stroll->commands, world->acks->len, shipped, stroll->again, stroll->changed, stroll->not_found);
  fine &= check_gates(world, mark_gate) == 0;
  return fine && shipped >= mark_shipped && stroll->again > 0 && stroll->changed > 0 && stroll->not_found > 0;
}

static gboolean walk_on(const char *url, gint commands, guint32 seed) {
  const gint64 start = g_get_monotonic_time();
  World *world = world_new(url);
  Stroll stroll = {.commands = commands, .seed = seed, .watched = TRUE};
  stroll_about(world, &stroll);
  const gint64 walked = g_get_monotonic_time();
  const gboolean fine = check(world, &stroll);
  printf("# walked %.1f s, looked back %.1f s\n", (double)(walked - start) / G_USEC_PER_SEC,
         (double)(g_get_monotonic_time() - walked) / G_USEC_PER_SEC);
  world_free(world);
  return fine;
}

int main(int argc, char **argv) {
  const char *wish = argc > 1 ? argv[1] : g_getenv("GENDAN_WALK");
  const gint commands = wish ? (int)g_ascii_strtoll(wish, NULL, 10) : SHORT;
  const guint32 seed = argc > 2 ? (guint32)strtoul(argv[2], NULL, 10) : 20260320;
  const char *only = argc > 3 ? argv[3] : "";
  g_autoptr(GError) error = NULL;
  if (!procedure_register(&error))
    g_error("%s", error->message);
  setvbuf(stdout, NULL, _IOLBF, 0);
  printf("1..2\n");
  g_autofree char *folder = world_folder();
  g_autofree char *file = g_build_filename(folder, "walk.db", NULL);
  gboolean fine = TRUE;
  if (strcmp(only, "postgres"))
    printf("%s 1 sqlite\n", (fine &= walk_on(file, commands, seed)) ? "ok" : "not ok");
  world_remove(folder);
  if (strcmp(only, "sqlite")) {
    g_autofree char *url = postgres_fixture_url();
    const gboolean also = walk_on(url, commands, seed);
    printf("%s 2 postgres\n", also ? "ok" : "not ok");
    fine &= also;
  }
  return fine ? 0 : 1;
}
