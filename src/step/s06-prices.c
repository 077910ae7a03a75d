/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 6: what the contract's goods cost by the square metre, the door or the piece. Amounts follow from quantities as
   they are printed, so that anybody can check the sum with a pocket calculator. */
#include "step/s06-prices.h"
#include "step/s02-order-form.h"
#include "step/s06-contract.h"
#include "base/money.h"
#include "base/reading.h"
#include <string.h>

/* Of hundredths and fen, to the nearest fen. */
static gint64 amount_of(gint64 quantity, gint64 price) {
  const __int128 product = (__int128)quantity * price;
  return (gint64)((product + (product < 0 ? -50 : 50)) / 100);
}

gint64 prices_sum(Context *context, gint64 contract, GError **error) {
  return context_ask(context, &contract_record,
                     "SELECT parent_id, CAST(SUM(amount) AS BIGINT) FROM contract_line WHERE state <> 'removed'"
                     " AND parent_id = $1 GROUP BY parent_id", DB_ARGS(DB_I(contract)), error);
}

gboolean prices_has(Context *context, gint64 contract, gint64 but, GError **error) {
  return context_number(context,
                        "SELECT COUNT(*) FROM contract_line WHERE parent_id = $1 AND id <> $2 AND state <> 'removed'",
                        DB_ARGS(DB_I(contract), DB_I(but)), error) > 0;
}

static const char *check_prices(Context *context, GError **error) {
  const DbResult *found = dict_ask(context->tx, context->arena, &contract_record,
                                   "SELECT parent_id, item FROM contract_line WHERE state <> 'removed'"
                                   " AND unit_price IS NULL AND parent_id = $1 ORDER BY id",
                                   DB_ARGS(DB_I(((const Row *)context->row)->id)), error);
  if (!found || !found->rows)
    return NULL;
  return context_sentence(context, N_("No unit price is stated yet for “%s”; the clerk prices all lines, or removes "
                                      "them where a lump sum is agreed on."), DB_CELL(found, 0, 1)->text);
}
const Gate gate_contract_prices = {"contract.prices", check_prices, .mended_by = "contract_line.add"};

/* What has no price yet is said by the other gate. */
static const char *check_total(Context *context, GError **error) {
  const Contract *contract = context->row;
  const DbResult *found = dict_ask(context->tx, context->arena, &contract_record,
                                   "SELECT parent_id, CAST(SUM(amount) AS BIGINT), COUNT(*) - COUNT(unit_price)"
                                   " FROM contract_line WHERE state <> 'removed' AND parent_id = $1 GROUP BY parent_id",
                                   DB_ARGS(DB_I(contract->row.id)), error);
  if (!found || !found->rows || DB_CELL(found, 0, 2)->integer || DB_CELL(found, 0, 1)->integer == contract->amount)
    return NULL;
  return context_sentence(context, N_("The priced lines add up to %s, the contract to %s; the clerk makes the "
                                      "instalments anew, which takes over the sum, or corrects a price."),
                          context_money(context, DB_CELL(found, 0, 1)->integer),
                          context_money(context, MAX(contract->amount, 0)));
}
const Gate gate_contract_total = {"contract.total", check_total};

/* ---- lines ---- */
static GPtrArray *standing_lines(Context *context, gint64 contract, GError **error) {
  GPtrArray *lines = dict_load_by(context->tx, context->arena, &contract_line_record, "parent_id", DB_I(contract),
                                  error);
  for (guint i = lines ? lines->len : 0; i-- > 0;)
    if (!g_strcmp0(((const Row *)lines->pdata[i])->state, "removed"))
      g_ptr_array_remove_index(lines, i);
  return lines;
}

static void set_amount(ContractLine *line) {
  const gboolean priced = line->unit_price != DICT_UNSET && line->quantity != DICT_UNSET;
  line->amount = priced ? amount_of(line->quantity, line->unit_price) : DICT_UNSET;
}

/* Walls, with a door or without, by their area to the hundredth of a square metre; a door alone by the piece. */
static void measure(Context *context, ContractLine *line, const OrderFormLine *goods) {
  enum { SQUARES = 1000000 /* 0.1 mm by 0.1 mm in a hundredth of a square metre */ };
  g_autofree char *width = reading_decimal(goods->width, LENGTH_PLACES);
  g_autofree char *height = reading_decimal(goods->height, LENGTH_PLACES);
  line->goods = goods->row.id;
  line->item = arena_printf(context->arena, "%s · %s · %s × %s mm", goods->area, goods->style, width, height);
  line->unit = line->unit ? line->unit : goods->door_type && !goods->filling ? "door" : "sqm";
  if (!strcmp(line->unit, "sqm"))
    line->quantity = MAX(1, (goods->width * goods->height * goods->quantity + SQUARES / 2) / SQUARES);
  else if (line->quantity == DICT_UNSET || !g_strv_contains(IN("metre", "whole"), line->unit))
    line->quantity = goods->quantity * 100;
  set_amount(line);
}

/* The price stands while a wall is made as it was, whatever its measures. */
static gboolean is_made_alike(const OrderFormLine *one, const OrderFormLine *other) {
  static const char *const kind[] = {"style", "filling", "door_type", "hardware", "frame_colour"};
  for (guint i = 0; i < G_N_ELEMENTS(kind); i++) {
    const Field *field = dict_field(&order_form_line_record, kind[i]);
    if (g_strcmp0(*dict_text(field, one), *dict_text(field, other)))
      return FALSE;
  }
  return one->thickness == other->thickness;
}

/* Takes the line that is for this wall, of whichever edition, out of `lines`; NULL: there is none. */
static const ContractLine *take_same(Context *context, GPtrArray *lines, const OrderFormLine *goods, GError **error) {
  for (guint i = 0; i < lines->len; i++) {
    const ContractLine *line = lines->pdata[i];
    const OrderFormLine *was = line->goods == DICT_UNSET
                                 ? NULL : context_load(context, &order_form_line_record, line->goods, error);
    if (was && order_form_wall(was) == order_form_wall(goods) && is_made_alike(was, goods))
      return g_ptr_array_remove_index(lines, i);
  }
  return NULL;
}

static gboolean take_one(Context *context, GPtrArray *lines, const OrderFormLine *goods, GError **error) {
  const ContractLine *was = take_same(context, lines, goods, error);
  ContractLine *line = was ? dict_copy_row(context->arena, &contract_line_record, was)
                           : dict_new_row(context->arena, &contract_line_record);
  line->row.parent_id = ((const Row *)context->row)->id;
  measure(context, line, goods);
  return was ? context_save(context, &contract_line_record, was, line, error)
             : context_create(context, &contract_line_record, line, error);
}

static gboolean drop_rest(Context *context, const GPtrArray *lines, GError **error) {
  for (guint i = 0; i < lines->len; i++) {
    ContractLine *line = dict_copy_row(context->arena, &contract_line_record, lines->pdata[i]);
    if (line->goods == DICT_UNSET)
      continue;
    line->row.state = "removed";
    if (!context_save(context, &contract_line_record, lines->pdata[i], line, error))
      return FALSE;
  }
  return TRUE;
}

gboolean prices_take(Context *context, GError **error) {
  const Row *contract = context->row;
  GError *fault = NULL;
  const gint64 form = order_form_accepted(context, contract->order_id, &fault);
  g_autoptr(GPtrArray) goods = fault ? NULL : dict_load_by(context->tx, context->arena, &order_form_line_record,
                                                           "parent_id", DB_I(form), &fault);
  g_autoptr(GPtrArray) lines = goods ? standing_lines(context, contract->id, &fault) : NULL;
  gboolean fine = lines != NULL;
  for (guint i = 0; fine && i < goods->len; i++)
    if (!g_strcmp0(((const Row *)goods->pdata[i])->state, "active"))
      fine = take_one(context, lines, goods->pdata[i], &fault) && !fault;
  fine = fine && drop_rest(context, lines, &fault);
  if (fault)
    g_propagate_error(error, fault);
  return fine;
}

gboolean prices_copy(Context *context, gint64 from, GError **error) {
  g_autoptr(GPtrArray) lines = standing_lines(context, from, error);
  for (guint i = 0; lines && i < lines->len; i++) {
    ContractLine *line = lines->pdata[i];
    line->row.parent_id = ((const Row *)context->row)->id;
    line->row.state = "planned";
    if (!context_create(context, &contract_line_record, line, error))
      return FALSE;
  }
  return lines != NULL;
}

gboolean prices_differ(Context *context, gint64 one, gint64 other, GError **error) {
  return context_number(
           context,
           "SELECT COUNT(*) FROM (SELECT item, unit, quantity, unit_price, SUM(CASE parent_id WHEN $1 THEN 1 ELSE -1 "
           "END) AS more FROM contract_line WHERE parent_id IN ($1, $2) AND state <> 'removed' GROUP BY item, unit, "
           "quantity, unit_price) AS kinds WHERE more <> 0",
           DB_ARGS(DB_I(one), DB_I(other)), error) != 0;
}

/* ---- beside the order form ---- */
typedef enum { UNPRICED, UNORDERED, OTHERWISE } Difference;

/* "3400 × 2700 × 8": a form's line by its measures. */
static const char *measures(Context *context, const OrderFormLine *goods) {
  g_autofree char *width = reading_decimal(goods->width, LENGTH_PLACES);
  g_autofree char *height = reading_decimal(goods->height, LENGTH_PLACES);
  return arena_printf(context->arena, "%s × %s × %d", width, height, (int)goods->quantity);
}

/* How the price of a wall was reckoned, where the form has it otherwise now; NULL: alike. */
static const char *otherwise(Context *context, const ContractLine *line, const OrderFormLine *was,
                             const OrderFormLine *goods) {
  ContractLine now = *line;
  measure(context, &now, goods);
  const char *before = measures(context, was), *after = measures(context, goods);
  if (strcmp(before, after))
    return context_sentence(context, N_("%s: ordered %s, priced %s"), goods->area, after, before);
  if (!is_made_alike(was, goods))
    return context_sentence(context, N_("%s: ordered in another make"), goods->area);
  if (now.quantity == line->quantity)
    return NULL;
  g_autofree char *ordered = reading_decimal(now.quantity, DECIMAL_PLACES);
  g_autofree char *priced = reading_decimal(line->quantity, DECIMAL_PLACES);
  return context_sentence(context, N_("%s: ordered %s, priced %s"), goods->area, ordered, priced);
}

static void add_part(Context *context, GString *text, const char *part) {
  if (part)
    g_string_append_printf(text, "%s%s", text->len ? "; " : "", part);
}

/* Takes the line that is for this wall out of `lines`; *was: as the form had it then. NULL: there is none. */
static const ContractLine *take_priced(Context *context, GPtrArray *lines, const OrderFormLine *goods,
                                       const OrderFormLine **was, GError **error) {
  for (guint i = 0; i < lines->len; i++) {
    const ContractLine *line = lines->pdata[i];
    *was = line->goods == DICT_UNSET ? NULL : context_load(context, &order_form_line_record, line->goods, error);
    if (*was && order_form_wall(*was) == order_form_wall(goods))
      return g_ptr_array_remove_index(lines, i);
  }
  return NULL;
}

/* What of the kind there is, in words; NULL: nothing, or the contract is for a lump sum. */
static const char *find_differences(Context *context, Difference which, GError **error) {
  const Row *contract = context->row;
  const gint64 form = order_form_accepted(context, contract->order_id, error);
  g_autoptr(GPtrArray) lines = form ? standing_lines(context, contract->id, error) : NULL;
  g_autoptr(GPtrArray) goods = lines && lines->len ? dict_load_by(context->tx, context->arena, &order_form_line_record,
                                                                  "parent_id", DB_I(form), error) : NULL;
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; goods && i < goods->len; i++) {
    const OrderFormLine *wall = goods->pdata[i], *was = NULL;
    if (g_strcmp0(wall->row.state, "active"))
      continue;
    const ContractLine *line = take_priced(context, lines, wall, &was, error);
    if (which == UNPRICED && !line)
      add_part(context, text, arena_printf(context->arena, "%s %s", wall->area, measures(context, wall)));
    if (which == OTHERWISE && line)
      add_part(context, text, otherwise(context, line, was, wall));
  }
  for (guint i = 0; goods && which == UNORDERED && i < lines->len; i++) {
    const ContractLine *line = lines->pdata[i];
    add_part(context, text, line->goods == DICT_UNSET ? NULL : line->item);
  }
  return text->len ? arena_strdup(context->arena, text->str) : NULL;
}
static const char *tell_unpriced(Context *context, GError **error) {
  const char *found = find_differences(context, UNPRICED, error);
  return found ? context_sentence(context, N_("On the order form, and not priced: %s."), found) : NULL;
}
const Gate gate_told_unpriced = {"contract.unpriced", tell_unpriced};
static const char *tell_unordered(Context *context, GError **error) {
  const char *found = find_differences(context, UNORDERED, error);
  return found ? context_sentence(context, N_("Priced, and not on the order form: %s."), found) : NULL;
}
const Gate gate_told_unordered = {"contract.unordered", tell_unordered};
static const char *tell_otherwise(Context *context, GError **error) {
  const char *found = find_differences(context, OTHERWISE, error);
  return found ? context_sentence(context, N_("Priced otherwise than ordered: %s."), found) : NULL;
}
const Gate gate_told_otherwise = {"contract.otherwise", tell_otherwise};

const char *prices_say(Context *context, GError **error) {
  enum { SQUARES = 1000000 };
  const Contract *contract = context->row;
  const DbResult *found = db_query(context->tx, context->arena,
                                   "SELECT COUNT(*), CAST(SUM(l.quantity) AS BIGINT), CAST(SUM(l.width * l.height *"
                                   " l.quantity) AS BIGINT) FROM order_form_line l JOIN order_form f ON f.id ="
                                   " l.parent_id WHERE f.order_id = $1 AND f.state = 'accepted' AND l.state = 'active'",
                                   DB_ARGS(DB_I(contract->row.order_id)), error);
  if (!found || !DB_CELL(found, 0, 0)->integer || contract->amount == DICT_UNSET)
    return NULL;
  const gint64 area = (DB_CELL(found, 0, 2)->integer + SQUARES / 2) / SQUARES;
  g_autofree char *squares = reading_decimal(area, DECIMAL_PLACES);
  return context_sentence(context, N_("The order form asks for %d walls and doors, %d pieces, %s m²; the contract is "
                                      "for %s, %s the square metre."),
                          (int)DB_CELL(found, 0, 0)->integer, (int)DB_CELL(found, 0, 1)->integer, squares,
                          context_money(context, contract->amount),
                          context_money(context, area ? contract->amount * 100 / area : 0));
}

/* The contract is for the sum of its lines once all are priced; gone: this one is taken out. */
static gboolean follow_sum(Context *context, gboolean gone, GError **error) {
  const ContractLine *line = context->row, *before = context->before;
  const gint64 contract = line->row.parent_id;
  const gint64 unpriced = context_number(context,
                                         "SELECT COUNT(*) FROM contract_line WHERE parent_id = $1 AND id <> $2 AND"
                                         " state <> 'removed' AND unit_price IS NULL",
                                         DB_ARGS(DB_I(contract), DB_I(line->row.id)), error);
  if (unpriced || (gone ? !prices_has(context, contract, line->row.id, error) : line->amount == DICT_UNSET))
    return !error || !*error;
  const gint64 sum = prices_sum(context, contract, error);
  const gint64 was = before && before->amount != DICT_UNSET ? before->amount : 0;
  return contract_follow_prices(context, contract, sum, sum - was + (gone ? 0 : line->amount), error);
}
static gboolean count_amount(Context *context, GError **error) {
  set_amount(context->row);
  return follow_sum(context, FALSE, error);
}
static gboolean take_out(Context *context, GError **error) {
  return follow_sum(context, TRUE, error);
}

#define LINE_INPUTS INPUTS({"item"}, {"unit"}, {"quantity"}, {"unit_price"})
static const Command contract_line_commands[] = {
  {.name = "contract_line.add", .label = N_("Add priced line"), .in_table = N_("Fill in the prices"),
   .help = N_("Adds goods, freight, installation or a discount to what the contract's amount is made up of."),
   .creates = TRUE, .under = "contract", .to = "planned", .by = ROLE_CLERK, .inputs = LINE_INPUTS,
   .gates = GATES(&gate_order_stands, &gate_contract_draft), .run = count_amount,
   .moves = MOVES("instalment.removed")},
  {.name = "contract_line.change", .label = N_("Price line"), .help = N_("States what a line of the draft costs."),
   .from = IN("planned"), .by = ROLE_CLERK, .inputs = LINE_INPUTS,
   .gates = GATES(&gate_order_stands, &gate_contract_draft), .run = count_amount,
   .moves = MOVES("instalment.removed")},
  {.name = "contract_line.remove", .label = N_("Remove priced line"), .help = N_("Takes a line out of the draft."),
   .from = IN("planned"), .to = "removed", .by = ROLE_CLERK, .gates = GATES(&gate_order_stands, &gate_contract_draft),
   .forbidden_look = TRUE, .run = take_out, .moves = MOVES("instalment.removed")},
  {0},
};
const Record contract_line_record = {
  DICT_OF(contract_line, ContractLine), .label = N_("Priced line"), .plural = N_("Prices"), .step = 6,
  .parent = "contract", .shown_to = DEALER, .commercial = TRUE,
  .states = STATES({"planned", N_("Planned")}, {"active", N_("Active"), DEALER},
                   {"superseded", N_("Replaced by an amendment"), DEALER, PAST},
                   {"removed", N_("Removed"), HOUSE, PAST}, {"ended", N_("Ended with the order"), DEALER, PAST}),
  .ends = ENDS({"planned", "removed"}, {"active", "ended"}), .commands = contract_line_commands,
};
