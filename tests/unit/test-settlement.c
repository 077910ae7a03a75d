/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders that were delivered before the program kept the day read as delivered once it starts, once. */
#include "postgres-fixture.h"
#include "script.h"
#include "step/procedure.h"
#include "step/s17-settlement.h"

static gboolean forget_days(DbTx *tx, gpointer data, GError **error) {
  return db_exec(tx, "UPDATE \"order\" SET delivered_date = NULL, settled_date = NULL, state = 'open' WHERE state = "
                     "'closed'", DB_NO_ARGS, error) >= 0;
}

static void catch_up(House *house) {
  g_autoptr(GError) error = NULL;
  settlement_catch_up(house->engine, &error);
  g_assert_no_error(error);
}

static void test_catch_up(gconstpointer postgres) {
  g_autofree char *url = postgres ? postgres_fixture_url() : NULL;
  g_autoptr(House) house = house_new(url);
  g_autofree char *wrong = script_start(house, "delivered");
  g_autoptr(GError) error = NULL;
  g_assert_null(wrong);
  const gint64 day = house_number(house, "SELECT delivered_date FROM \"order\" WHERE state = 'closed'");
  const gint64 settled = house_number(house, "SELECT settled_date FROM \"order\" WHERE state = 'closed'");
  db_write(house->db, forget_days, NULL, &error);
  g_assert_no_error(error);
  catch_up(house);
  g_assert_cmpint(house_number(house, "SELECT delivered_date FROM \"order\" WHERE state = 'closed'"), ==, day);
  g_assert_cmpint(house_number(house, "SELECT settled_date FROM \"order\" WHERE state = 'closed'"), ==, settled);
  const gint64 entries = house_number(house, "SELECT COUNT(*) FROM journal");
  catch_up(house);
  g_assert_cmpint(house_number(house, "SELECT COUNT(*) FROM journal"), ==, entries);
}

/* An order on its way is none of them. */
static void test_under_way(void) {
  g_autoptr(House) house = house_new(NULL);
  g_autofree char *wrong = script_start(house, "shipped");
  g_assert_null(wrong);
  const gint64 entries = house_number(house, "SELECT COUNT(*) FROM journal");
  catch_up(house);
  g_assert_cmpint(house_number(house, "SELECT COUNT(*) FROM journal"), ==, entries);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_autoptr(GError) error = NULL;
  procedure_register(&error);
  g_assert_no_error(error);
  g_test_add_data_func("/settlement/catch_up/sqlite", NULL, test_catch_up);
  g_test_add_data_func("/settlement/catch_up/postgres", "postgres", test_catch_up);
  g_test_add_func("/settlement/under_way", test_under_way);
  return g_test_run();
}
