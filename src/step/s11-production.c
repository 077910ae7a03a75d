/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 11: finished goods: the warehouse receives what is packed into store. */
#include "step/s11-production.h"
#include "step/s09-works-order.h"
#include "step/s11-flow.h"

gint64 stored_goods_pieces(Context *context, gint64 works, GError **error) {
  return context_ask(context, &works_order_record,
                     "SELECT parent_id, CAST(SUM(quantity) AS BIGINT) FROM stored_goods WHERE parent_id = $1"
                     " GROUP BY parent_id", DB_ARGS(DB_I(works)), error);
}

/* Pieces of a works order that are packed and not in store yet. */
static gint64 packed_only(Context *context, gint64 works, GError **error) {
  return progress_packed(context, works, error) - stored_goods_pieces(context, works, error);
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
  const gint64 packed = progress_packed(context, row->id, error);
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
  const gint64 packed = progress_packed(context, row->parent_id, error);
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
