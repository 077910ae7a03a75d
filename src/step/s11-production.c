/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 11: production reports cut → machined → assembled → packed; the warehouse receives what is packed into store. */
#include "step/s11-production.h"
#include "base/lang.h"
#include "step/s02-order-form.h"
#include "step/s09-works-order.h"
#include <string.h>

static const char *check_making(Context *context, GError **error) {
  const WorksOrder *works = context_load(context, &works_order_record, ((Row *)context->row)->parent_id, error);
  if (works && !g_strcmp0(works->row.state, "making"))
    return NULL;
  if (works && !g_strcmp0(works->row.state, "held"))
    return context_sentence(context, N_("Production is on hold (%s); the manager resumes it."),
                            works->reason ? works->reason : "");
  return context_sentence(context,
                          N_("The works order is not in production; manager and general manager release it and "
                             "production confirms receipt."));
}
const Gate gate_making = {"works_order.making", check_making};

static gint64 done_so_far(Context *context, gint64 works, const char *stage, GError **error) {
  const DbResult *stages = dict_ask(context->tx, context->arena, &works_order_record,
                                    "SELECT parent_id, stage, CAST(SUM(quantity) AS BIGINT) FROM progress"
                                    " WHERE parent_id = $1 GROUP BY parent_id, stage",
                                    DB_ARGS(DB_I(works)), error);
  for (guint i = 0; stages && i < stages->rows; i++)
    if (!g_strcmp0(DB_CELL(stages, i, 1)->text, stage))
      return DB_CELL(stages, i, 2)->integer;
  return 0;
}

/* How far a works order is: pieces ordered, and done so far at each stage. */
enum { STAGES = 4 };
typedef struct {
  const Choice *stages; /* as the field names them, in their order */
  gint64 ordered, done[STAGES];
} Flow;
static Flow flow_of(Context *context, const Row *report, GError **error) {
  Flow flow = {.stages = dict_field(&progress_record, "stage")->choices,
               .ordered = order_form_pieces(context, report->order_id, error)};
  for (guint i = 0; i < STAGES && flow.stages[i].code; i++)
    flow.done[i] = done_so_far(context, report->parent_id, flow.stages[i].code, error);
  return flow;
}
/* Pieces that can still be reported at the stage: nothing passes one that has not passed the one before. */
static gint64 flow_left(const Flow *flow, guint at) {
  return MAX(0, (at ? flow->done[at - 1] : flow->ordered) - flow->done[at]);
}
static const char *stage_label(Context *context, const Flow *flow, guint at) {
  return lang_text(context->viewer->language, flow->stages[at].label);
}

/* The stage that is reported; STAGES: none yet. */
static guint stage_of(const Flow *flow, const Progress *report) {
  guint at = 0;
  while (at < STAGES && g_strcmp0(flow->stages[at].code, report->stage))
    at++;
  return at;
}
/* NULL, or why so many cannot have passed it. */
static const char *check_room(Context *context, const Flow *flow, guint at, gint64 quantity) {
  const int left = (int)flow_left(flow, at);
  if (quantity <= left)
    return NULL;
  const gint64 most = at ? flow->done[at - 1] : flow->ordered;
  if (most >= flow->ordered)
    return context_sentence(context, N_("“%s”: at most %d more can be reported, for no more are ordered."),
                            stage_label(context, flow, at), left);
  return context_sentence(context, N_("“%s”: at most %d more can be reported; production first reports more as “%s”."),
                          stage_label(context, flow, at), left, stage_label(context, flow, at - 1));
}

/* Decides while nothing is typed: once all is packed nobody could report any more. */
static const char *check_flow(Context *context, GError **error) {
  const Progress *report = context->row;
  const Flow flow = flow_of(context, &report->row, error);
  if (flow.ordered && flow.done[STAGES - 1] >= flow.ordered)
    return context_sentence(context, N_("All %d ordered pieces are packed; no progress is left to report."),
                            (int)flow.ordered);
  const guint at = stage_of(&flow, report);
  if (at == STAGES || report->quantity == DICT_UNSET)
    return NULL; /* said by the inputs */
  return check_room(context, &flow, at, report->quantity);
}
static const Gate gate_flow = {"progress.flow", check_flow, .decides = TRUE};

gint64 stored_goods_pieces(Context *context, gint64 works, GError **error) {
  return context_ask(context, &works_order_record,
                     "SELECT parent_id, CAST(SUM(quantity) AS BIGINT) FROM stored_goods WHERE parent_id = $1"
                     " GROUP BY parent_id", DB_ARGS(DB_I(works)), error);
}

/* How many of the stage can be taken back: what went on from it has passed it. */
static gint64 taken_back(Context *context, const Flow *flow, guint at, gint64 works, GError **error) {
  return MAX(0, flow->done[at] - (at + 1 < STAGES ? flow->done[at + 1] : stored_goods_pieces(context, works, error)));
}
/* Decides while nothing is typed: where all went on already there is nothing to correct. */
static const char *check_taken_back(Context *context, GError **error) {
  const Progress *report = context->row;
  const Flow flow = flow_of(context, &report->row, error);
  gint64 left[STAGES], all = 0;
  for (guint i = 0; i < STAGES; i++)
    all += left[i] = taken_back(context, &flow, i, report->row.parent_id, error);
  const guint at = stage_of(&flow, report);
  if (!all)
    return context_sentence(context, N_("There is no report to correct: nothing is reported that did not go on to the "
                                        "next stage or the store."));
  if (at == STAGES || report->quantity == DICT_UNSET || report->quantity <= left[at])
    return NULL;
  return at + 1 < STAGES
           ? context_sentence(context, N_("“%s”: at most %d can be taken back; production first corrects “%s”."),
                              stage_label(context, &flow, at), (int)left[at], stage_label(context, &flow, at + 1))
           : context_sentence(context, N_("“%s”: at most %d can be taken back, for the others are in store."),
                              stage_label(context, &flow, at), (int)left[at]);
}
static const Gate gate_taken_back = {"progress.taken_back", check_taken_back, .decides = TRUE};

/* Begins with the last report, as far as it can be taken back. */
static gboolean begin_correction(Context *context, GError **error) {
  Progress *report = context->row;
  const DbResult *last = db_query(context->tx, context->arena,
                                  "SELECT stage, quantity FROM progress WHERE parent_id = $1 ORDER BY id DESC LIMIT 1",
                                  DB_ARGS(DB_I(report->row.parent_id)), error);
  if (!last || !last->rows || DB_CELL(last, 0, 1)->integer < 0)
    return last != NULL;
  report->stage = DB_CELL(last, 0, 0)->text;
  report->quantity = DB_CELL(last, 0, 1)->integer;
  return TRUE;
}
/* A report of so many less: the sums follow, and both stay in sight. */
static gboolean take_back(Context *context, GError **error) {
  Progress *report = context->row;
  report->quantity = -report->quantity;
  report->done_on = context->today;
  return TRUE;
}

static const char *tell_flow(Context *context, GError **error) {
  const Flow flow = flow_of(context, context->row, error);
  g_autoptr(GString) done = g_string_new(NULL), left = g_string_new(NULL);
  for (guint i = 0; i < STAGES; i++) {
    g_string_append_printf(done, "%s%s %d", i ? " · " : "", stage_label(context, &flow, i), (int)flow.done[i]);
    g_string_append_printf(left, "%s%s %d", i ? " · " : "", stage_label(context, &flow, i), (int)flow_left(&flow, i));
  }
  return context_sentence(context, N_("Ordered: %d pieces. Reported so far: %s. Left to report now: %s."),
                          (int)flow.ordered, done->str, left->str);
}
/* Begins with what is left of the stage chosen, else of the first that is not over. */
static gboolean begin_report(Context *context, GError **error) {
  Progress *report = context->row;
  const Flow flow = flow_of(context, &report->row, error);
  report->done_on = context->today;
  guint at = 0;
  while (at < STAGES && (report->stage ? g_strcmp0(report->stage, flow.stages[at].code) : !flow_left(&flow, at)))
    at++;
  if (at == STAGES)
    return TRUE;
  report->stage = flow.stages[at].code;
  report->quantity = flow_left(&flow, at) ? flow_left(&flow, at) : DICT_UNSET;
  return TRUE;
}
static gboolean date_report(Context *context, GError **error) {
  Progress *report = context->row;
  if (report->done_on == DICT_UNSET)
    report->done_on = context->today;
  return TRUE;
}
static const Command progress_commands[] = {
  {.name = "progress.report", .label = N_("Report progress"), .help = N_("Says how many pieces passed a stage."),
   .creates = TRUE, .under = "works_order", .by = ROLE_PRODUCTION,
   .inputs = INPUTS({"stage", .sets = "quantity"},
                    {"quantity", .label = N_("Pieces done since the last report"),
                     .help = N_("Only those that were not reported yet, not the sum in all: the program adds up. It "
                                "begins with what is left of the stage.")},
                    {"done_on", TRUE, .not_after = IN("today")}, {"remarks", TRUE}),
   .gates = GATES(&gate_order_open, &gate_making, &gate_flow), .tells = tell_flow, .begins = begin_report,
   .run = date_report},
  {.name = "progress.correct", .label = N_("Correct a report"),
   .help = N_("Takes back pieces that were reported by mistake; the dealer's figures follow."),
   .creates = TRUE, .under = "works_order", .by = ROLE_PRODUCTION,
   .inputs = INPUTS({"stage"}, {"quantity", .label = N_("Pieces reported too many")},
                    {"remarks", .label = N_("Reason")}),
   .gates = GATES(&gate_order_open, &gate_making, &gate_taken_back), .tells = tell_flow, .begins = begin_correction,
   .run = take_back},
  {0},
};
const Record progress_record = {
  DICT_OF(progress, Progress), .label = N_("Progress report"), .plural = N_("Progress reports"), .step = 11,
  .shown_to = DEALER,
  .commands = progress_commands,
};

/* Pieces of a works order that are packed and not in store yet. */
static gint64 packed_only(Context *context, gint64 works, GError **error) {
  return done_so_far(context, works, "packed", error) - stored_goods_pieces(context, works, error);
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

/* Decides while nothing is typed: where nothing packed waits there is nothing to receive. */
static const char *check_packed(Context *context, GError **error) {
  const StoredGoods *goods = context->row;
  const gint64 waiting = packed_only(context, goods->row.parent_id, error);
  if (waiting > 0 && (goods->quantity == DICT_UNSET || goods->quantity <= waiting))
    return NULL;
  return context_sentence(context, N_("Only %d packed pieces are not in store yet; production reports "
                                      "packing first."), (int)waiting);
}
static const Gate gate_packed = {"stored_goods.packed", check_packed, .decides = TRUE};
static const char *tell_packed(Context *context, GError **error) {
  const Row *row = context->row;
  const gint64 packed = done_so_far(context, row->parent_id, "packed", error);
  const gint64 waiting = packed_only(context, row->parent_id, error);
  return context_sentence(context, N_("Ordered: %d pieces. Packed: %d, of these %d in store and %d waiting."),
                          (int)order_form_pieces(context, row->order_id, error), (int)packed, (int)(packed - waiting),
                          (int)waiting);
}
static gboolean begin_goods(Context *context, GError **error) {
  StoredGoods *goods = context->row;
  const gint64 waiting = packed_only(context, goods->row.parent_id, error);
  goods->quantity = waiting > 0 ? waiting : DICT_UNSET;
  return TRUE;
}
static gboolean date_goods(Context *context, GError **error) {
  ((StoredGoods *)context->row)->received_date = context->today;
  return TRUE;
}
/* Papers and the site tell packages apart by their names. */
static const char *check_name(Context *context, GError **error) {
  const StoredGoods *goods = context->row;
  g_autoptr(GPtrArray) all = !goods->package ? NULL
                                             : dict_load_by(context->tx, context->arena, &stored_goods_record,
                                                            "order_id", DB_I(goods->row.order_id), error);
  for (guint i = 0; all && i < all->len; i++) {
    const StoredGoods *other = all->pdata[i];
    if (other->row.id != goods->row.id && !g_strcmp0(other->package, goods->package))
      return context_sentence(context, N_("This order has a package “%s” already (%s, %d pieces); give this one "
                                          "another name, or correct that one."),
                              goods->package, other->row.number, (int)other->quantity);
  }
  return NULL;
}
static const Gate gate_name = {"stored_goods.name", check_name};

static const char *check_fits(Context *context, GError **error) {
  const StoredGoods *goods = context->row, *before = context->before;
  const gint64 most = packed_only(context, goods->row.parent_id, error) + before->quantity;
  if (goods->quantity <= most)
    return NULL;
  return context_sentence(context, N_("At most %d pieces can be in it, for no more are packed that are in no other "
                                      "package; production reports packing first."), (int)most);
}
static const Gate gate_fits = {"stored_goods.fits", check_fits};

/* What is signed for stays as it was signed. */
static const char *check_unsigned(Context *context, GError **error) {
  const DbResult *notice = dict_ask(context->tx, context->arena, &stored_goods_record,
                                    "SELECT l.goods, n.number, n.state FROM delivery_line l JOIN delivery_notice n ON "
                                    "n.id = l.parent_id WHERE l.goods = $1 AND l.state <> 'removed' AND n.state IN "
                                    "('review', 'gm', 'approved')",
                                    DB_ARGS(DB_I(((Row *)context->row)->id)), error);
  if (!notice || !notice->rows)
    return NULL;
  const gboolean approved = !g_strcmp0(DB_CELL(notice, 0, 2)->text, "approved");
  return context_sentence(context,
                          approved ? N_("It is on delivery notice %s, which is approved; the clerk or the general "
                                        "manager withdraws that first.")
                                   : N_("It is on delivery notice %s, which is being signed; a signer sends that back "
                                        "first."), DB_CELL(notice, 0, 1)->text);
}
static const Gate gate_unsigned = {"stored_goods.unsigned", check_unsigned};

/* Where pieces are missing again the works order is not made: they are received, and production says so once more. */
static gboolean follow_store(Context *context, GError **error) {
  const StoredGoods *goods = context->row;
  gboolean lost = FALSE;
  if (!dict_update(context->tx, context->arena, &stored_goods_record, context->row, &lost, error))
    return FALSE;
  const WorksOrder *before = context_load(context, &works_order_record, goods->row.parent_id, error);
  if (!before || g_strcmp0(before->row.state, "made") || packed_only(context, before->row.id, error) <= 0)
    return before != NULL;
  WorksOrder *works = dict_copy_row(context->arena, &works_order_record, before);
  works->row.state = "making";
  return context_save(context, &works_order_record, before, works, error);
}

#define PACKAGE_INPUTS                                                                                               \
  INPUTS({"package", .help = N_("What is written on it, “Crate 1” for example; one entry for each package.")},       \
         {"quantity", .label = N_("Pieces in this package"),                                                         \
          .help = N_("How many of the pieces ordered are in it, not how many packages.")},                           \
         {"contents", TRUE}, {"place", TRUE, .help = N_("Where it stands, “A-03” for example.")})
static const Command stored_goods_commands[] = {
  {.name = "stored_goods.receive", .label = N_("Receive into store"),
   .help = N_("Receives a package into store; only then can a delivery notice list it."),
   .creates = TRUE, .under = "works_order", .to = "in_store", .by = ROLE_WAREHOUSE,
   .inputs = PACKAGE_INPUTS,
   .gates = GATES(&gate_order_open, &gate_packed, &gate_name), .tells = tell_packed, .begins = begin_goods,
   .run = date_goods},
  {.name = "stored_goods.correct", .label = N_("Correct"),
   .help = N_("Puts right what a package is called, holds and where it stands, until a delivery notice that lists it "
              "is handed in for signature."),
   .from = IN("in_store"), .by = ROLE_WAREHOUSE | ROLE_PRODUCTION, .inputs = PACKAGE_INPUTS,
   .gates = GATES(&gate_order_stands, &gate_name, &gate_fits, &gate_unsigned), .run = follow_store,
   .moves = MOVES("works_order.making")},
  {0},
};
const Record stored_goods_record = {
  DICT_OF(stored_goods, StoredGoods), .label = N_("Package in store"), .plural = N_("Finished goods"), .prefix = "G",
  .step = 11,
  .shown_to = DEALER, .states = STATES({"in_store", N_("In store"), DEALER}, {"shipped", N_("Shipped"), DEALER}),
  .about_goods = TRUE,
  .commands = stored_goods_commands,
};
