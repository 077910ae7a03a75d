/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A database that began with half of the fields and grew has the same tables, columns and indexes as a fresh one; and
   what was in it is there still. */
#include "house.h"
#include "postgres-fixture.h"
#include "party/party.h"
#include "step/procedure.h"
#include <string.h>

#define SQLITE_SCHEMA                                                                                                \
  "SELECT m.type || ' ' || m.name || ' ' || COALESCE(p.name || ' ' || p.type, m.sql) FROM sqlite_master m"           \
  " LEFT JOIN pragma_table_info(m.name) p ON m.type = 'table' WHERE m.name NOT LIKE 'sqlite_%' ORDER BY 1"
#define POSTGRES_SCHEMA                                                                                              \
  "SELECT line FROM (SELECT table_name || ' ' || column_name || ' ' || data_type AS line FROM"                       \
  " information_schema.columns WHERE table_schema = 'public' UNION ALL SELECT indexdef FROM pg_indexes"              \
  " WHERE schemaname = 'public') AS everything ORDER BY line"

static gboolean append_schema(DbTx *tx, gpointer data, GError **error) {
  const House *house = ((gpointer *)data)[0];
  GString *lines = ((gpointer *)data)[1];
  g_autoptr(Arena) arena = arena_new();
  const char *sql = db_is_postgres(house->db) ? POSTGRES_SCHEMA : SQLITE_SCHEMA;
  const DbResult *found = db_query(tx, arena, sql, DB_NO_ARGS, error);
  for (guint i = 0; found && i < found->rows; i++)
    g_string_append_printf(lines, "%s\n", DB_CELL(found, i, 0)->text);
  return found != NULL;
}

static char *schema(House *house) {
  GString *lines = g_string_new(NULL);
  gpointer both[] = {house, lines};
  house_read(house, append_schema, both);
  return g_string_free(lines, FALSE);
}

static void use_everything(void) {
  g_autoptr(GError) error = NULL;
  procedure_register(&error);
  g_assert_no_error(error);
}

/* The records as they might have been in a first release: every other field of those that nothing here needs. */
static void use_half(void) {
  static Record halves[64];
  static const Record *list[64];
  static Field fields[64][64];
  guint count;
  use_everything();
  const Record *const *all = dict_all(&count);
  for (guint i = 0; i < count; i++) {
    const gboolean whole = all[i] == &user_record || all[i] == &order_record;
    halves[i] = *all[i];
    halves[i].indexes = whole ? all[i]->indexes : NULL;
    halves[i].sums = NULL;
    halves[i].fields = fields[i];
    halves[i].count = 0;
    for (guint k = 0; k < all[i]->count; k++)
      if (whole || k % 2 == 0)
        fields[i][halves[i].count++] = all[i]->fields[k];
    for (guint k = 0; k < halves[i].count; k++)
      fields[i][k].counts = fields[i][k].beside = fields[i][k].came = NULL; /* may be in the other half */
    list[i] = &halves[i];
  }
  g_autoptr(GError) error = NULL;
  dict_register(list, count, &error);
  g_assert_no_error(error);
}

static void migrate(House *house) {
  g_autoptr(GError) error = NULL;
  engine_migrate(house->engine, &error);
  g_assert_no_error(error);
}

static void compare(const char *grown_url, const char *fresh_url) {
  use_half();
  g_autoptr(House) grown = house_new(grown_url);
  const gint64 people = house_number(grown, "SELECT COUNT(*) FROM \"user\"");
  g_autofree char *half = schema(grown);
  use_everything();
  migrate(grown);
  g_autoptr(House) fresh = house_new(fresh_url);
  g_autofree char *one = schema(grown), *other = schema(fresh);
  g_assert_cmpstr(half, !=, other);
  g_assert_cmpstr(one, ==, other);
  g_assert_cmpint(house_number(grown, "SELECT COUNT(*) FROM \"user\""), ==, people);
  migrate(grown); /* nothing is left to do */
  g_autofree char *again = schema(grown);
  g_assert_cmpstr(again, ==, other);
}

static void test_sqlite(void) { compare(NULL, NULL); }

static void test_postgres(void) {
  g_autofree char *grown = postgres_fixture_url(), *fresh = postgres_fixture_url();
  compare(grown, fresh);
}

/* What an act was done under is known for ninety days. */
static void test_forgotten_keys(void) {
  use_everything();
  g_autoptr(House) house = house_new(NULL);
  const Viewer clerk = house_person(house, "clerk");
  g_autoptr(GHashTable) inputs = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(inputs, (gpointer) "name", (gpointer) "South China Partitions");
  const Act act = {.viewer = &clerk, .command = workflow_find("dealer.create"), .inputs = inputs, .key = "once"};
  g_autoptr(GError) error = NULL;
  g_assert_true(house_act(house, &act));
  house->clock += 89 * 86400;
  engine_set_clock(house->engine, house->clock);
  g_assert_true(engine_forget(house->engine, &error));
  g_assert_true(house_act(house, &act) && house->done.again);
  house->clock += 2 * 86400;
  engine_set_clock(house->engine, house->clock);
  g_assert_true(engine_forget(house->engine, &error));
  g_assert_true(house_act(house, &act) && !house->done.again);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/schema/sqlite", test_sqlite);
  g_test_add_func("/schema/postgres", test_postgres);
  g_test_add_func("/schema/forgotten-keys", test_forgotten_keys);
  return g_test_run();
}
