/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Receivables by age on both databases: what is owed of each instalment and since when, as its spreadsheet says. */
#include "postgres-fixture.h"
#include "script.h"
#include "step/procedure.h"
#include "view/receivables.h"
#include <string.h>

typedef struct {
  House *house;
  Viewer viewer;
  GString *text;
} Sheet;

static gboolean write_sheet(DbTx *tx, gpointer data, GError **error) {
  Sheet *sheet = data;
  g_autoptr(Arena) arena = arena_new();
  const View view = {.engine = sheet->house->engine, .tx = tx, .arena = arena, .viewer = &sheet->viewer};
  g_string_truncate(sheet->text, 0);
  return receivables_csv(&view, &(ReceivablesAsked){0}, sheet->text, error);
}

/* The rows that this person finds, without the header and its clerk. */
static void expect_rows(House *house, const char *who, const char *meant) {
  g_autoptr(GString) text = g_string_new(NULL);
  Sheet sheet = {.house = house, .viewer = house_person(house, who), .text = text};
  house_read(house, write_sheet, &sheet);
  const char *rows = strchr(text->str, '\n') + 1;
  g_assert_cmpstr(rows, ==, meant);
}

static void run(House *house, const char *text) {
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  ScriptLine line = {.file = "here", .number = 1, .words = words, .count = g_strv_length(words)};
  ScriptLine *const all[] = {&line};
  g_autofree char *wrong = script_run(house, all, 1);
  g_assert_cmpstr(wrong, ==, NULL);
}

#define ROW(kind, owed, reported, due, days, reminded) STORED(kind, owed, reported, due, days, reminded, "")
#define STORED(kind, owed, reported, due, days, reminded, stored)                                                    \
  "\"O-00001 Floor 18\",\"Dawn Interiors\",\"" kind "\",\"" owed "\",\"" reported "\",\"" due "\",\"" days           \
  "\",\"clerk\",\"" reminded "\",\"" stored "\"\r\n"

/* The day is the one that the dealer's own duty names: three working days for the deposit. */
static void test_rows(gconstpointer postgres) {
  g_autofree char *url = postgres ? postgres_fixture_url() : NULL;
  g_autoptr(House) house = house_new(url);
  g_autofree char *wrong = script_start(house, "contract sealed");
  g_assert_cmpstr(wrong, ==, NULL);
  expect_rows(house, "finance", "");
  run(house, "clerk contract.file_copy C1 countersigned=file:1");
  expect_rows(house, "finance", ROW("Down payment", "30000.00", "", "2026-03-05", "", "") ROW(
                                  "Balance", "70000.00", "", "", "", ""));
  run(house, "clock 2026-03-06");
  run(house, "clerk reminder.send O1 told_how=portal said=Please");
  run(house, "dealer receipt.notice C1 amount=20000");
  expect_rows(house, "gm", ROW("Down payment", "30000.00", "20000.00", "2026-03-05", "1", "2026-03-06") ROW(
                             "Balance", "70000.00", "", "", "", "2026-03-06"));
  run(house, "finance receipt.confirm R1 value_date=2026-03-06");
  expect_rows(house, "clerk", ROW("Down payment", "10000.00", "", "2026-03-05", "1", "2026-03-06") ROW(
                                "Balance", "70000.00", "", "", "", "2026-03-06"));
  expect_rows(house, "clerk2", "");
  run(house, "gm order.cancel O1 reason=Lost spent=0 refunded=20000.00");
  expect_rows(house, "finance", "");
}

/* What is made and not paid for takes up room: how long, is told until it has left. */
static void test_stored(gconstpointer postgres) {
  g_autofree char *url = postgres ? postgres_fixture_url() : NULL;
  g_autoptr(House) house = house_new(url);
  g_autofree char *wrong = script_start(house, "made");
  g_assert_cmpstr(wrong, ==, NULL);
  run(house, "clock 2026-03-20");
  expect_rows(house, "gm", STORED("Balance", "70000.00", "", "", "", "", "4"));
  expect_rows(house, "clerk", STORED("Balance", "70000.00", "", "", "", "", "4"));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_autoptr(GError) error = NULL;
  procedure_register(&error);
  g_assert_no_error(error);
  g_test_add_data_func("/receivables/sqlite", NULL, test_rows);
  g_test_add_data_func("/receivables/postgres", "yes", test_rows);
  g_test_add_data_func("/stored/sqlite", NULL, test_stored);
  g_test_add_data_func("/stored/postgres", "yes", test_stored);
  return g_test_run();
}
