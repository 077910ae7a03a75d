/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a form shows beside what is typed, on both databases: carriers by their own record, and what was said in a field
   before. */
#include "postgres-fixture.h"
#include "script.h"
#include "step/procedure.h"
#include "step/s02-order-form.h"
#include "step/s12-balance.h"
#include "view/form.h"
#include <string.h>

typedef struct {
  House *house;
  Viewer viewer;
  gint64 dealer; /* for whom something is suggested; 0: the house */
  GString *text; /* what was found */
} Asked;

/* Every cell of the table, parted by " | ". */
static void write_cells(GString *text, const Value *table) {
  const Value *rows = value_get(table, "rows");
  for (guint i = 0; rows && i < rows->count; i++) {
    const Value *cells = value_get(rows->items[i], "cells");
    for (guint k = 0; k < cells->count; k++) {
      const Value *said = value_get(cells->items[k], "text");
      if (said->kind == VALUE_TEXT)
        g_string_append_printf(text, "%s | ", said->text);
      else
        g_string_append_printf(text, "%" G_GINT64_FORMAT " | ", said->integer);
    }
  }
}

static gboolean ask_carriers(DbTx *tx, gpointer data, GError **error) {
  const Asked *asked = data;
  g_autoptr(Arena) arena = arena_new();
  const View view = {.engine = asked->house->engine, .tx = tx, .arena = arena, .viewer = &asked->viewer};
  const Row *notice = dict_load(tx, arena, &delivery_notice_record, 1, error);
  Value *tables = value_list(arena);
  if (!notice || !form_add_carriers(&view, workflow_find("shipment.plan"), notice, "/form", tables, error))
    return FALSE;
  g_string_truncate(asked->text, 0);
  if (tables->count)
    write_cells(asked->text, tables->items[0]);
  return TRUE;
}

static gboolean ask_suggestions(DbTx *tx, gpointer data, GError **error) {
  const Asked *asked = data;
  g_autoptr(Arena) arena = arena_new();
  const Field *field = dict_field(&order_form_line_record, "style");
  const DbResult *found = dict_suggest(tx, arena, &order_form_line_record, field, asked->dealer, error);
  g_string_truncate(asked->text, 0);
  for (guint i = 0; found && i < found->rows; i++)
    g_string_append_printf(asked->text, "%s | ", DB_CELL(found, i, 0)->text);
  return found != NULL;
}

static void run(House *house, const char *text) {
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  ScriptLine line = {.file = "here", .number = 1, .words = words, .count = g_strv_length(words)};
  ScriptLine *const all[] = {&line};
  g_autofree char *wrong = script_run(house, all, 1);
  g_assert_cmpstr(wrong, ==, NULL);
}

static House *begin(gconstpointer postgres, const char *mark) {
  g_autofree char *url = postgres ? postgres_fixture_url() : NULL;
  House *house = house_new(url);
  g_autofree char *wrong = script_start(house, mark);
  g_assert_cmpstr(wrong, ==, NULL);
  return house;
}

static void test_carriers(gconstpointer postgres) {
  g_autoptr(House) house = begin(postgres, "delivery approved");
  g_autoptr(GString) text = g_string_new(NULL);
  Asked asked = {.house = house, .viewer = house_person(house, "clerk"), .text = text};
  house_read(house, ask_carriers, &asked);
  g_assert_cmpstr(text->str, ==, "");
  run(house, "clerk shipment.plan N1 carrier=Deppon");
  run(house, "dealer shipment.agree S1");
  run(house, "clock 2026-03-20");
  run(house, "warehouse shipment.ship S1 waybill=DP1 expected_date=2026-03-22 freight=800");
  house_read(house, ask_carriers, &asked);
  g_assert_cmpstr(text->str, ==, "Deppon | 1 | 1 |  |  | 0 | 80000 | ");
  run(house, "dealer claim.report S1 kind=damage what=Broken");
  run(house, "clock 2026-03-25");
  run(house, "dealer shipment.sign_for S1 signed_by=Wu");
  house_read(house, ask_carriers, &asked);
  g_assert_cmpstr(text->str, ==, "Deppon | 1 | 1 | 5.0 | 1 | 1 | 80000 | ");
  asked.viewer = house_person(house, "dealer");
  house_read(house, ask_carriers, &asked);
  g_assert_cmpstr(text->str, ==, "");
}

/* A dealer is told the own words and those of several, and nobody else's. */
static void test_suggestions(gconstpointer postgres) {
  g_autoptr(House) house = begin(postgres, "form accepted");
  g_autoptr(GString) text = g_string_new(NULL);
  Asked asked = {.house = house, .text = text};
  house_read(house, ask_suggestions, &asked);
  g_assert_cmpstr(text->str, ==, "A1 | ");
  asked.dealer = 1;
  house_read(house, ask_suggestions, &asked);
  g_assert_cmpstr(text->str, ==, "A1 | ");
  asked.dealer = 2;
  house_read(house, ask_suggestions, &asked);
  g_assert_cmpstr(text->str, ==, "");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_autoptr(GError) error = NULL;
  procedure_register(&error);
  g_assert_no_error(error);
  g_test_add_data_func("/form-beside/carriers/sqlite", NULL, test_carriers);
  g_test_add_data_func("/form-beside/carriers/postgres", "yes", test_carriers);
  g_test_add_data_func("/form-beside/suggestions/sqlite", NULL, test_suggestions);
  g_test_add_data_func("/form-beside/suggestions/postgres", "yes", test_suggestions);
  return g_test_run();
}
