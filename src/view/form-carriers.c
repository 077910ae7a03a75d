/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Carriers beside the form on which one is chosen, by their own record: how long they took, how often they came late or
   with damage, and what they cost. Only what is recorded is said, and only to the house. */
#include "step/s13-shipping.h"
#include "view/form.h"
#include "view/order.h"
#include <string.h>

enum { CARRIERS = 8, SHIPMENTS_READ = 2000 /* the newest; older ones say little of today */ };

/* The newest shipments that left, a row for each carrier, those that go to this dealer's region first. */
static const DbResult *load_record(const View *view, gint64 dealer, GError **error) {
  return db_query(
    view->tx, view->arena,
    "SELECT s.carrier, COUNT(*), CAST(SUM(CASE WHEN s.dealer_id = $1 OR (d.region <> '' AND d.region = o.region) THEN "
    "1 ELSE 0 END) AS BIGINT), COUNT(s.signed_date), CAST(SUM(s.signed_date - s.shipped_date) AS BIGINT), "
    "COUNT(CASE WHEN s.signed_date > s.expected_date THEN 1 END), CAST(SUM(COALESCE(c.claims, 0)) AS BIGINT), "
    "COUNT(s.freight), CAST(SUM(s.freight) AS BIGINT) FROM shipment s JOIN dealer d ON d.id = s.dealer_id LEFT JOIN "
    "dealer o ON o.id = $1 LEFT JOIN (SELECT parent_id, COUNT(*) AS claims FROM claim WHERE kind IN ('damage', 'loss') "
    "GROUP BY parent_id) c ON c.parent_id = s.id WHERE s.state IN ('shipped', 'delivered') AND s.carrier IS NOT NULL "
    "AND s.id > (SELECT MAX(id) FROM shipment) - $2 GROUP BY s.carrier ORDER BY 3 DESC, 2 DESC, 1 LIMIT $3",
    DB_ARGS(DB_I(dealer), DB_I(SHIPMENTS_READ), DB_I(CARRIERS)), error);
}

static gint64 number_at(const DbResult *found, guint row, guint column) {
  const DbCell *cell = DB_CELL(found, row, column);
  return cell->kind == DB_INTEGER ? cell->integer : 0;
}

/* "3.5": tenths, rounded. NULL where nothing was counted. */
static const char *mean_of(const View *view, gint64 sum, gint64 count) {
  const gint64 tenths = count ? (2 * 10 * sum + count) / (2 * count) : 0;
  return count ? arena_printf(view->arena, "%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT, tenths / 10, tenths % 10) : NULL;
}

/* Whether the freight of any of them is known. */
static gboolean is_priced(const DbResult *found) {
  for (guint i = 0; i < found->rows; i++)
    if (number_at(found, i, 7))
      return TRUE;
  return FALSE;
}

static void add_row(const View *view, Value *rows, Value *heads, const DbResult *found, guint row, const char *form) {
  Arena *arena = view->arena;
  const gint64 all = number_at(found, row, 1), there = number_at(found, row, 2), arrived = number_at(found, row, 3);
  const gint64 priced = number_at(found, row, 7);
  const char *carrier = DB_CELL(found, row, 0)->text;
  g_autofree char *escaped = g_uri_escape_string(carrier, NULL, FALSE);
  const char *mean = mean_of(view, number_at(found, row, 4), arrived);
  const ViewCell cells[] = {
    {.label = view_text(view, N_("Carrier")), .text = value_text(arena, carrier),
     .href = arena_printf(arena, "%s?carrier=%s", form, escaped), .is_short = TRUE},
    {.label = view_text(view, N_("Shipments")), .text = value_integer(arena, VALUE_NUMBER, all), .is_number = TRUE},
    {.label = view_text(view, N_("Of these to this region")), .text = value_integer(arena, VALUE_NUMBER, there),
     .is_number = TRUE},
    {.label = view_text(view, N_("Days on the way, on average")), .text = mean ? value_text(arena, mean) : NULL,
     .is_number = TRUE},
    {.label = view_text(view, N_("Later than expected")), .is_number = TRUE,
     .text = arrived ? value_integer(arena, VALUE_NUMBER, number_at(found, row, 5)) : NULL},
    {.label = view_text(view, N_("With damage or loss")), .is_number = TRUE,
     .text = value_integer(arena, VALUE_NUMBER, number_at(found, row, 6))},
    {.label = view_text(view, N_("Freight, on average")), .is_number = TRUE, .is_short = TRUE,
     .text = priced ? value_integer(arena, VALUE_MONEY, number_at(found, row, 8) / priced) : NULL},
  };
  Value *item = value_append(arena, rows, value_map(arena)), *list = value_set(arena, item, "cells", value_list(arena));
  for (guint i = 0; i + !is_priced(found) < G_N_ELEMENTS(cells); i++) { /* freight is the last */
    Value *cell = value_append(arena, list, view_cell(view, &cells[i]));
    if (!row)
      value_append(arena, heads, cell);
  }
  value_set(arena, item, "href", value_null(arena));
}

gboolean form_add_carriers(const View *view, const Command *command, const Row *row, const char *form, Value *tables,
                           GError **error) {
  const Input *input = strcmp(command->record, shipment_record.name) ? NULL : command->inputs;
  while (input && input->field && strcmp(input->field, "carrier"))
    input++;
  if (!input || !input->field || !row || view_is_dealer(view))
    return TRUE;
  const DbResult *found = load_record(view, row->dealer_id, error);
  if (!found || !found->rows)
    return found != NULL;
  Arena *arena = view->arena;
  Value *table = value_append(arena, tables, value_map(arena)), *heads = value_list(arena), *rows = value_list(arena);
  for (guint i = 0; i < found->rows; i++)
    add_row(view, rows, heads, found, i, form);
  value_set_text(arena, table, "title", view_text(view, N_("Carriers by their record")));
  value_set_bool(arena, table, "has_acts", FALSE);
  value_set(arena, table, "columns", heads);
  value_set(arena, table, "rows", rows);
  for (const char *const *key = IN("add_href", "add_label", "total", "more_href"); *key; key++)
    value_set(arena, table, *key, value_null(arena));
  return TRUE;
}
