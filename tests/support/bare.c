/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record and the frame that such tests share. */
#include "bare.h"
#include "postgres-fixture.h"

typedef struct {
  Row row;
  FieldTEXT name, type, sha256;
  FieldNUMBER size;
  FieldYESNO for_dealer;
} Sheet;
static const Field sheet_fields[] = {
  DICT_FIELD(Sheet, name, TEXT, .label = "Name") DICT_FIELD(Sheet, type, TEXT, .label = "Type")
    DICT_FIELD(Sheet, sha256, TEXT, .label = "SHA-256") DICT_FIELD(Sheet, size, NUMBER, .label = "Size")
      DICT_FIELD(Sheet, for_dealer, YESNO, .label = "For the dealer")};
const Record bare_file_record = {.name = "file", .label = "File", .plural = "Files", DICT_SIZE(Sheet, sheet_fields)};

static void test_sqlite(gconstpointer bare) {
  ((const Bare *)bare)->check(NULL);
}

static void test_postgres(gconstpointer bare) {
  g_autofree char *url = postgres_fixture_url();
  ((const Bare *)bare)->check(url);
}

int bare_main(int argc, char **argv, const Bare *bare) {
  g_autoptr(GError) error = NULL;
  g_autofree char *sqlite = g_strdup_printf("/%s/sqlite", bare->name);
  g_autofree char *postgres = g_strdup_printf("/%s/postgres", bare->name);
  g_test_init(&argc, &argv, NULL);
  dict_register(bare->records, bare->records_count, &error);
  g_assert_no_error(error);
  workflow_register(bare->commands, bare->commands_count, NULL, 0, &error);
  g_assert_no_error(error);
  g_test_add_data_func(sqlite, bare, test_sqlite);
  g_test_add_data_func(postgres, bare, test_postgres);
  return g_test_run();
}
