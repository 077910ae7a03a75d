/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 9: the works order, copied from the contract, completed by the clerk, signed by manager and general manager. */
#include "step/s09-works-order.h"
#include "base/lang.h"
#include "step/s02-order-form.h"
#include "step/s05-drawing.h"
#include "step/s06-contract.h"
#include "step/s06-usual.h"
#include "step/s08-deposit.h"
#include "step/s11-production.h"
#include "step/s17-settlement.h"

/* From then on the notice says that it is to be sent. */
static const char *check_notice_begun(Context *context, GError **error) {
  if (context_number(context, "SELECT COUNT(*) FROM balance_notice WHERE order_id = $1 AND state <> 'withdrawn'",
                     DB_ARGS(DB_I(((Row *)context->row)->order_id)), error))
    return NULL;
  return context_sentence(context, N_("There is no notice of balance and ship date yet; the clerk draws it up."));
}
static const Gate gate_notice_begun = {"balance_notice.begun", check_notice_begun};

gboolean works_order_hold_all(Context *context, gint64 order_id, const char *reason, GError **error) {
  g_autoptr(GPtrArray) all = dict_load_by(context->tx, context->arena, &works_order_record, "order_id", DB_I(order_id),
                                          error);
  for (guint i = 0; all && i < all->len; i++) {
    const WorksOrder *before = all->pdata[i];
    if (g_strcmp0(before->row.state, "released") && g_strcmp0(before->row.state, "making"))
      continue;
    WorksOrder *works = dict_copy_row(context->arena, &works_order_record, before);
    works->row.state = "held";
    works->reason = reason;
    if (!context_save(context, &works_order_record, before, works, error))
      return FALSE;
  }
  return all != NULL;
}

static const Gate gate_supply_stated = {
  .name = "works_order.supply", .fields = IN("glass", "panel", "door", "hardware"),
  .lacks = N_("It is not stated yet who supplies what: %s; the clerk states it.")};
static const Gate gate_site_stated = {
  .name = "works_order.site", .fields = IN("floor", "ceiling", "others"),
  .lacks = N_("The site conditions are incomplete: %s; the clerk fills them in.")};

static const char *check_same_drawing(Context *context, GError **error) {
  const WorksOrder *works = context->row;
  const gint64 drawing = drawing_signed(context, error);
  if (!drawing || drawing == works->drawing)
    return NULL;
  return context_sentence(context,
                          N_("The works order shows another drawing than the one signed last; the clerk copies "
                             "it again."));
}
static const Gate gate_works_drawing = {"works_order.drawing", check_same_drawing};

static const char *check_works_alone(Context *context, GError **error) {
  if (context_has_other(context, &works_order_record, "cancelled", error))
    return context_sentence(context,
                            N_("This order has a works order already; the clerk changes or cancels that one."));
  return NULL;
}
static const Gate gate_works_alone = {"works_order.alone", check_works_alone};

#define RELEASE_GATES                                                                                                \
  GATES(&gate_order_stands, &gate_contract_effective, &gate_deposit_in, &gate_drawing_signed, &gate_works_drawing,     \
        &gate_supply_stated, &gate_site_stated)

/* A text that every line of the order form has alike; NULL: they differ, or have none. */
static const char *in_common(const GPtrArray *lines, const Field *field) {
  const char *common = lines->len ? *dict_text(field, lines->pdata[0]) : NULL;
  for (guint i = 1; common && i < lines->len; i++)
    common = g_strcmp0(common, *dict_text(field, lines->pdata[i])) ? NULL : common;
  return common;
}

/* What all lines of the accepted order form say alike need not be typed again. */
/* The site is that of the order which a make-up order makes up for, and so is who supplies what. */
static gboolean begin_as_source(Context *context, WorksOrder *works, GError **error) {
  const Order *order = context_load(context, &order_record, works->row.order_id, error);
  g_autoptr(GPtrArray) all = order && order->source != DICT_UNSET
                               ? dict_load_by(context->tx, context->arena, &works_order_record, "order_id",
                                              DB_I(order->source), error) : NULL;
  for (guint i = 0; all && i < all->len; i++) {
    const WorksOrder *old = all->pdata[i];
    if (!g_strcmp0(old->row.state, "cancelled"))
      continue;
    works->floor = old->floor, works->ceiling = old->ceiling, works->others = old->others;
    works->glass = old->glass, works->panel = old->panel, works->door = old->door, works->hardware = old->hardware;
  }
  return order && (order->source == DICT_UNSET || all);
}

static gboolean begin_works(Context *context, GError **error) {
  static const char *const parts[] = {"filling", "frame_colour", "door_type", "hardware"};
  WorksOrder *works = context->row;
  const gint64 form = order_form_accepted(context, works->row.order_id, error);
  g_autoptr(GPtrArray) lines = dict_load_by(context->tx, context->arena, &order_form_line_record, "parent_id",
                                            DB_I(form), error);
  for (guint i = lines ? lines->len : 0; i > 0; i--)
    if (!g_strcmp0(((const Row *)lines->pdata[i - 1])->state, "removed"))
      g_ptr_array_remove_index(lines, i - 1);
  for (guint i = 0; lines && i < G_N_ELEMENTS(parts); i++) {
    const Field *field = dict_field(&order_form_line_record, parts[i]);
    const char *said = in_common(lines, field), *label = lang_text(context->viewer->language, field->label);
    const char *before = works->specification;
    const char *line = said ? context_sentence(context, N_("%s: %s"), label, said) : NULL;
    if (line)
      works->specification = before ? arena_printf(context->arena, "%s\n%s", before, line) : line;
  }
  works->style = lines ? in_common(lines, dict_field(&order_form_line_record, "style")) : NULL;
  return lines && begin_as_source(context, works, error);
}

static gboolean copy_contract(Context *context, GError **error) {
  WorksOrder *works = context->row;
  const Contract *contract = contract_effective(context, error);
  const OrderForm *form = context_load(context, &order_form_record,
                                       order_form_accepted(context, works->row.order_id, error), error);
  works->remarks = form ? form->remarks : NULL;
  const gint64 drawing = drawing_signed(context, error);
  works->contract = contract ? contract->row.id : DICT_UNSET;
  works->drawing = drawing ? drawing : DICT_UNSET;
  return TRUE;
}

#define WORKS_INPUTS                                                                                                 \
  INPUTS({"specification", TRUE}, {"style", TRUE}, {"floor", TRUE}, {"ceiling", TRUE}, {"others", TRUE},             \
         {"glass", TRUE}, {"panel", TRUE}, {"door", TRUE}, {"hardware", TRUE})

static const Chain works_chain = CHAIN(
  &usual_works_order,
  {.from = "review", .to = "gm", .roles = ROLE_MANAGER, .label = N_("Review the works order"),
   .act = N_("Pass the review")},
  {.from = "gm", .to = "released", .roles = ROLE_GM, .label = N_("Release to production"), .act = N_("Release")});

static gboolean start_making(Context *context, GError **error) {
  return party_advance_order(context, 11, error);
}

/* What was made must not be made again on another works order. */
static const char *check_not_begun(Context *context, GError **error) {
  if (!context_ask(context, &works_order_record,
                   "SELECT parent_id, COUNT(*) FROM progress WHERE parent_id = $1 GROUP BY parent_id",
                   DB_ARGS(DB_I(((Row *)context->row)->id)), error))
    return NULL;
  return context_sentence(context, N_("Production has begun on this works order; the clerk completes it and submits it "
                                      "again."));
}
static const Gate gate_not_begun = {"works_order.not_begun", check_not_begun};

static const char *check_all_stored(Context *context, GError **error) {
  const Row *row = context->row;
  const gint64 ordered = order_form_pieces(context, row->order_id, error);
  const gint64 stored = stored_goods_pieces(context, row->id, error);
  if (stored >= ordered)
    return NULL;
  if (!gate_all_packed.check(context, error))
    return context_sentence(context, N_("%d of %d ordered pieces are in store and all are packed; the warehouse "
                                        "receives the goods."), (int)stored, (int)ordered);
  return context_sentence(context, N_("%d of %d ordered pieces are in store; production reports packing and the "
                                      "warehouse receives the goods."), (int)stored, (int)ordered);
}
static const Gate gate_all_stored = {"works_order.all_stored", check_all_stored};
/* From then on production has nothing left but to say so. */
static const char *check_store_waits(Context *context, GError **error) {
  return gate_all_stored.check(context, error)
           ? NULL
           : context_sentence(context, N_("All pieces are in store; production reports the works order as made."));
}
static const Gate gate_store_waits = {"works_order.store_waits", check_store_waits};
/* What was made last may have been signed for before. */
static gboolean finish_making(Context *context, GError **error) {
  WorksOrder *works = context->row;
  gboolean lost = FALSE;
  return dict_update(context->tx, context->arena, &works_order_record, works, &lost, error) &&
         party_advance_order(context, 12, error) && settlement_follow(context, works->row.order_id, error);
}
static const Command works_order_commands[] = {
  {.name = "works_order.create", .label = N_("Make out the works order"),
   .help = N_("Copies contract and drawing, to be completed."),
   .creates = TRUE, .under = "order", .to = "draft", .by = ROLE_CLERK, .inputs = WORKS_INPUTS,
   .gates = GATES(&gate_order_open, &gate_contract_effective, &gate_works_alone), .run = copy_contract,
   .begins = begin_works},
  {.name = "works_order.change", .label = N_("Complete"),
   .help = N_("Fills in the works order and copies the drawing signed last."),
   .from = IN("draft"), .by = ROLE_CLERK, .inputs = WORKS_INPUTS, .gates = GATES(&gate_order_stands),
   .run = copy_contract},
  {.name = "works_order.submit", .label = N_("Submit for release"), .help = N_("Starts the chain of signatures."),
   .from = IN("draft"), .to = "review", .by = ROLE_CLERK, .gates = RELEASE_GATES, .submits = TRUE},
  {.name = "works_order.sign", .label = N_("Sign the works order"), .help = N_("Gives the signature that is due."),
   .chain = &works_chain, .gates = RELEASE_GATES},
  {.name = "works_order.refuse", .label = N_("Send back"), .help = N_("Sends the works order back to the clerk."),
   .from = IN("review", "gm"), .to = "draft", .by = ROLE_MANAGER | ROLE_GM,
   .inputs = INPUTS({"reason", .help = N_("Why it is sent back")}),
   .gates = GATES(&gate_order_stands), .forbidden_look = TRUE,
   .instead = "works_order.sign"},
  {.name = "works_order.confirm", .label = N_("Confirm receipt"),
   .help = N_("Records that production has it; from then on progress can be reported."),
   .from = IN("released"), .to = "making", .by = ROLE_PRODUCTION,
   .gates = GATES(&gate_order_stands, &gate_contract_effective, &gate_deposit_in, &gate_drawing_signed,
                  &gate_works_drawing), .run = start_making, .remarked = TRUE},
  {.name = "works_order.hold", .label = N_("Put on hold"), .help = N_("Stops production until it is resumed."),
   .from = IN("released", "making"), .to = "held", .by = ROLE_MANAGER | ROLE_GM, .inputs = INPUTS({"reason"}),
   .gates = GATES(&gate_order_stands), .forbidden_look = TRUE},
  {.name = "works_order.resume", .label = N_("Resume production"), .help = N_("Gives production free again."),
   .from = IN("held"), .to = "released", .by = ROLE_MANAGER | ROLE_GM, .gates = RELEASE_GATES,
   .remarked = TRUE},
  {.name = "works_order.withdraw", .label = N_("Withdraw"),
   .help = N_("Takes the works order back for a changed drawing."),
   .from = IN("released", "held"), .to = "draft", .by = ROLE_MANAGER | ROLE_GM, .inputs = INPUTS({"reason"}),
   .gates = GATES(&gate_order_stands), .forbidden_look = TRUE},
  {.name = "works_order.cancel", .label = N_("Cancel"), .help = N_("Drops a works order that was not released."),
   .from = IN("draft"), .to = "cancelled", .by = ROLE_CLERK | ROLE_MANAGER,
   .gates = GATES(&gate_order_stands, &gate_not_begun), .forbidden_look = TRUE},
  {.name = "works_order.finish", .label = N_("Report as made"),
   .help = N_("Says that all of it is made and in store; then the clerk sends the balance notice."),
   .step = 11, .from = IN("making"), .to = "made", .by = ROLE_PRODUCTION,
   .gates = GATES(&gate_order_stands, &gate_all_stored), .run = finish_making,
   .moves = MOVES("order.open", "order.closed")},
  {0},
};
static const Duty works_order_duties[] = {
  {.name = "works_order.complete", .state = "draft", .role = ROLE_CLERK, .days = 1,
   .escalates = ROLE_MANAGER, .label = N_("Complete the works order"), .meanwhile = "works_order.change",
   .because = "reason"},
  {.name = "works_order.review", .state = "review", .role = ROLE_MANAGER, .days = 1,
   .escalates = ROLE_GM, .label = N_("Review the works order")},
  {.name = "works_order.release", .state = "gm", .role = ROLE_GM, .days = 1,
   .escalates = ROLE_GM, .label = N_("Release the works order")},
  {.name = "works_order.confirm", .state = "released", .role = ROLE_PRODUCTION, .days = 1,
   .escalates = ROLE_MANAGER, .label = N_("Confirm receipt of the works order")},
  {.name = "works_order.make", .step = 11, .state = "making", .role = ROLE_PRODUCTION,
   .setting = "production_days", .renewed_by = IN("progress"), .escalates = ROLE_MANAGER,
   .label = N_("Report progress"), .act = "progress.report", .until = &gate_all_packed,
   .asked_after = IN("progress.report", "progress.correct", "order_form.accept")},
  {.name = "works_order.inspect", .step = 11, .state = "making", .role = ROLE_PRODUCTION, .days = 1,
   .escalates = ROLE_MANAGER, .label = N_("Inspect what is assembled"), .act = "inspection.record",
   .until = &gate_all_inspected,
   .asked_after = IN("progress.report", "progress.correct", "inspection.record", "inspection.withdraw")},
  {.name = "works_order.finish", .step = 11, .state = "making", .role = ROLE_PRODUCTION, .days = 1,
   .escalates = ROLE_MANAGER, .label = N_("Report as made"), .act = "works_order.finish", .until = &gate_store_waits,
   .asked_after = IN("stored_goods.receive", "stored_goods.correct", "order_form.accept")},
  {.name = "works_order.store", .step = 11, .state = "making", .role = ROLE_WAREHOUSE,
   .days = 1, .escalates = ROLE_MANAGER, .label = N_("Receive what is packed into store"),
   .act = "stored_goods.receive", .until = &gate_packed_stored,
   .asked_after = IN("progress.report", "progress.correct", "stored_goods.receive", "stored_goods.correct")},
  {.name = "works_order.supplied", .step = 11, .state = "making", .role = ROLE_WAREHOUSE, .days = 5,
   .escalates = ROLE_CLERK, .label = N_("Receive and inspect what the customer supplies"),
   .act = "supplied_goods.receive", .until = &gate_all_supplied,
   .asked_after = IN("supplied_goods.receive", "supplied_goods.correct")},
  {.name = "works_order.visit", .step = 11, .state = "making", .role = ROLE_CLERK,
   .setting = "production_days", .renewed_by = IN("floor_visit"), .escalates = ROLE_MANAGER,
   .label = N_("Visit the shop floor")},
  {.name = "works_order.word", .step = 11, .state = "making", .role = ROLE_CLERK,
   .setting = "production_days",
   .renewed_by = IN("word", "comment.shared", "extension.told", "balance_notice.sent"), .escalates = ROLE_MANAGER,
   .label = N_("Tell the dealer how it goes")},
  {.name = "works_order.resume", .step = 11, .state = "held", .role = ROLE_MANAGER, .days = 1,
   .escalates = ROLE_GM, .label = N_("Clear what holds up production")},
  {.name = "works_order.notice", .step = 12, .state = "made", .role = ROLE_CLERK, .days = 1,
   .escalates = ROLE_MANAGER, .label = N_("Notify the dealer of balance and ship date"),
   .act = "balance_notice.create", .until = &gate_notice_begun,
   .asked_after = IN("balance_notice.create", "balance_notice.withdraw")},
  {0},
};
const Record works_order_record = {
  DICT_OF(works_order, WorksOrder), .label = N_("Works order"), .plural = N_("Works orders"), .prefix = "W", .step = 9,
  .states = STATES({"draft", N_("Draft")}, {"review", N_("Waits for the manager")},
                   {"gm", N_("Waits for the general manager")}, {"released", N_("Released, waits for production")},
                   {"making", N_("In production")}, {"held", N_("On hold"), HOUSE, BACK}, {"made", N_("Made")},
                   {"cancelled", N_("Cancelled"), HOUSE, PAST}),
  .ends = ENDS({"draft", "cancelled"}, {"review", "cancelled"}, {"gm", "cancelled"}, {"released", "cancelled"},
               {"making", "cancelled"}, {"held", "cancelled"}),
  .about_goods = TRUE, .commands = works_order_commands, .duties = works_order_duties,
};
