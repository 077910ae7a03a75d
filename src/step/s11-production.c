/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 11: production reports cut → machined → assembled → packed; the warehouse receives what is packed into store. */
#include "step/s11-production.h"
#include "step/s02-order-form.h"
#include <string.h>

static const char *check_making(Context *context, GError **error) {
  const gint64 works = ((Row *)context->row)->parent_id;
  const DbResult *found = db_query(context->tx, context->arena, "SELECT state, reason FROM works_order WHERE id = $1",
                                   DB_ARGS(DB_I(works)), error);
  const char *state = found && found->rows ? DB_CELL(found, 0, 0)->text : NULL;
  if (!found || !g_strcmp0(state, "making"))
    return NULL;
  if (!g_strcmp0(state, "held"))
    return context_sentence(context, N_("Production is on hold (%s); the manager resumes it."),
                            DB_CELL(found, 0, 1)->text ? DB_CELL(found, 0, 1)->text : "");
  return context_sentence(context,
                          N_("The works order is not in production; manager and general manager release it and "
                             "production confirms receipt."));
}
const Gate gate_making = {"works_order.making", check_making};

static gint64 done_so_far(Context *context, gint64 works, const char *stage, GError **error) {
  return context_number(context,
                        "SELECT CAST(SUM(quantity) AS BIGINT) FROM progress WHERE parent_id = $1 AND stage = $2",
                        DB_ARGS(DB_I(works), DB_T(stage)), error);
}

/* Nothing passes a stage that has not passed the one before, and nothing more is cut than was ordered. */
static const char *check_flow(Context *context, GError **error) {
  static const char *const stages[] = {"cut", "machined", "assembled", "packed"};
  const Progress *report = context->row;
  guint at = 0;
  while (at < G_N_ELEMENTS(stages) && g_strcmp0(stages[at], report->stage))
    at++;
  if (at == G_N_ELEMENTS(stages) || report->quantity == DICT_UNSET)
    return NULL; /* said by the inputs */
  const gint64 works = report->row.parent_id;
  const gint64 ordered = order_form_pieces(context, report->row.order_id, error);
  const gint64 most = at ? done_so_far(context, works, stages[at - 1], error) : ordered;
  const gint64 done = done_so_far(context, works, stages[at], error);
  if (done + report->quantity <= most)
    return NULL;
  return context_sentence(context,
                          most >= ordered ? N_("At most %d more can be reported at this stage: no more are ordered.")
                                          : N_("At most %d more can be reported at this stage; production reports "
                                               "the stage before first."),
                          (int)MAX(0, most - done));
}
static const Gate gate_flow = {"progress.flow", check_flow};

static gboolean date_report(Context *context, GError **error) {
  Progress *report = context->row;
  if (report->done_on == DICT_UNSET)
    report->done_on = context->today;
  return TRUE;
}
static const Command progress_commands[] = {
  {.name = "progress.report", .label = N_("Report progress"), .help = N_("Says how many pieces passed a stage."),
   .creates = TRUE, .under = "works_order", .by = ROLE_PRODUCTION,
   .inputs = INPUTS({"stage"}, {"quantity"}, {"done_on", TRUE}, {"remarks", TRUE}),
   .gates = GATES(&gate_order_open, &gate_making, &gate_flow), .run = date_report},
  {0},
};
const Record progress_record = {
  DICT_OF(progress, Progress), .label = N_("Progress report"), .plural = N_("Progress reports"), .step = 11,
  .shown_to = DEALER,
  .commands = progress_commands,
};

/* Pieces of a works order that are packed and not in store yet. */
static gint64 packed_only(Context *context, gint64 works, GError **error) {
  return done_so_far(context, works, "packed", error) -
         context_number(context, "SELECT CAST(SUM(quantity) AS BIGINT) FROM stored_goods WHERE parent_id = $1",
                        DB_ARGS(DB_I(works)), error);
}
static const char *check_packed_stored(Context *context, GError **error) {
  const gint64 waiting = packed_only(context, ((Row *)context->row)->id, error);
  return waiting > 0 ? context_sentence(context, N_("%d packed pieces are not in store yet; the warehouse receives "
                                                    "them."), (int)waiting)
                     : NULL;
}
const Gate gate_packed_stored = {"works_order.packed_stored", check_packed_stored};

static const char *check_all_packed(Context *context, GError **error) {
  const Row *row = context->row;
  const gint64 ordered = order_form_pieces(context, row->order_id, error);
  const gint64 packed = done_so_far(context, row->id, "packed", error);
  return packed < ordered ? context_sentence(context, N_("%d of %d ordered pieces are packed; production reports "
                                                         "progress."), (int)packed, (int)ordered)
                          : NULL;
}
const Gate gate_all_packed = {"works_order.all_packed", check_all_packed};

static const char *check_packed(Context *context, GError **error) {
  const StoredGoods *goods = context->row;
  const gint64 waiting = packed_only(context, goods->row.parent_id, error);
  if (goods->quantity == DICT_UNSET || goods->quantity <= waiting)
    return NULL;
  return context_sentence(context, N_("Only %d packed pieces are not in store yet; production reports "
                                      "packing first."), (int)waiting);
}
static const Gate gate_packed = {"stored_goods.packed", check_packed};
static gboolean date_goods(Context *context, GError **error) {
  ((StoredGoods *)context->row)->received_date = context->today;
  return TRUE;
}
static const Command stored_goods_commands[] = {
  {.name = "stored_goods.receive", .label = N_("Receive into store"),
   .help = N_("Receives a package into store; only then can a delivery notice list it."),
   .creates = TRUE, .under = "works_order", .to = "in_store", .by = ROLE_WAREHOUSE,
   .inputs = INPUTS({"package"}, {"quantity"}, {"place", TRUE}), .gates = GATES(&gate_order_open, &gate_packed),
   .run = date_goods},
  {0},
};
const Record stored_goods_record = {
  DICT_OF(stored_goods, StoredGoods), .label = N_("Package in store"), .plural = N_("Finished goods"), .prefix = "G",
  .step = 11,
  .shown_to = DEALER, .states = STATES({"in_store", N_("In store"), DEALER}, {"shipped", N_("Shipped"), DEALER}),
  .commands = stored_goods_commands,
};
