/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 11: what the customer supplies is received and inspected as it arrives. */
#include "base/lang.h"
#include "step/s09-works-order.h"
#include "step/s11-production.h"
#include <string.h>

#define DICT_NAME supplied_goods
#define DICT_TYPE SuppliedGoods
#define DICT_DEF "step/supplied_goods.def"
#include "dict/declare.h"

static gboolean is_supplied(const WorksOrder *works, const char *kind) {
  return !g_strcmp0(*dict_text(dict_field(&works_order_record, kind), works), "customer");
}
static const Choice *kinds_of(void) {
  return dict_field(&supplied_goods_record, "kind")->choices;
}

/* Decides while nothing is typed: where the customer supplies nothing there is nothing to receive. */
static const char *check_kind(Context *context, GError **error) {
  const SuppliedGoods *goods = context->row;
  const WorksOrder *works = context_load(context, &works_order_record, goods->row.parent_id, error);
  gboolean any = FALSE;
  for (const Choice *kind = kinds_of(); works && kind->code; kind++)
    any = any || (is_supplied(works, kind->code) && (!goods->kind || !strcmp(goods->kind, kind->code)));
  return any || !works ? NULL
                       : context_sentence(context, N_("The works order does not say that the customer supplies this; "
                                                      "the clerk states who supplies what."));
}
static const Gate gate_kind = {"supplied_goods.kind", check_kind, .decides = TRUE};

/* Ends what the warehouse owes of it: everything has come that the customer supplies. */
static const char *check_all_supplied(Context *context, GError **error) {
  const WorksOrder *works = context->row;
  const DbResult *come = dict_ask(context->tx, context->arena, &works_order_record,
                                  "SELECT parent_id, kind FROM supplied_goods WHERE complete = 1 AND parent_id = $1",
                                  DB_ARGS(DB_I(works->row.id)), error);
  g_autoptr(GString) text = g_string_new(NULL);
  const char *language = context->viewer->language;
  for (const Choice *kind = kinds_of(); come && kind->code; kind++) {
    gboolean waits = is_supplied(works, kind->code);
    for (guint i = 0; i < come->rows; i++)
      waits = waits && strcmp(DB_CELL(come, i, 1)->text, kind->code);
    if (waits)
      g_string_append_printf(text, "%s%s", text->len ? lang_comma(language) : "", lang_text(language, kind->label));
  }
  return text->len ? context_sentence(context, N_("Still to come from the customer: %s; the warehouse receives and "
                                                  "inspects it."), text->str) : NULL;
}
const Gate gate_all_supplied = {"works_order.all_supplied", check_all_supplied};

#define SUPPLIED_INPUTS                                                                                              \
  INPUTS({"kind"}, {"what"}, {"quantity"}, {"condition"}, {"findings", TRUE}, {"photos", TRUE}, {"complete", TRUE})
static const Command supplied_goods_commands[] = {
  {.name = "supplied_goods.receive", .label = N_("Receive the customer's goods"),
   .help = N_("Says what of the customer's came, and in what condition; the program asks for the rest until all of it "
              "has come."),
   .creates = TRUE, .under = "works_order", .to = "received", .by = ROLE_WAREHOUSE, .inputs = SUPPLIED_INPUTS,
   .gates = GATES(&gate_order_open, &gate_kind)},
  {.name = "supplied_goods.correct", .label = N_("Correct"), .help = N_("Puts right what was entered."),
   .from = IN("received"), .by = ROLE_WAREHOUSE, .inputs = SUPPLIED_INPUTS,
   .gates = GATES(&gate_order_stands, &gate_kind)},
  {0},
};
const Record supplied_goods_record = {
  DICT_OF(supplied_goods, SuppliedGoods), .label = N_("Customer's goods"), .plural = N_("Customer's goods received"),
  .prefix = "A", .step = 11, .states = STATES({"received", N_("Came in")}),
  .commands = supplied_goods_commands,
};
