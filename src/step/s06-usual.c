/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands out in a contract, a works order or a delivery notice: told to whoever signs it, before they sign. None
   of it keeps anybody from signing; what does is a gate of the command. */
#include "step/s06-usual.h"
#include "base/lang.h"
#include "step/s02-order-form.h"
#include "step/s05-drawing.h"
#include "step/s06-contract.h"
#include "step/s06-prices.h"
#include "step/s09-works-order.h"
#include "step/s12-balance.h"

static const char *tell_deposit(Context *context, GError **error) {
  const Contract *contract = context->row;
  const gint64 deposit = context_number(context,
                                        "SELECT CAST(SUM(amount) AS BIGINT) FROM instalment WHERE parent_id = $1 AND "
                                        "state <> 'removed' AND kind = 'deposit'",
                                        DB_ARGS(DB_I(contract->row.id)), error);
  if (contract->amount == 0)
    return context_sentence(context, N_("Nothing is to be paid by this contract."));
  if (contract->amount == DICT_UNSET || deposit * 100 >= contract->amount * USUAL_DEPOSIT)
    return NULL;
  return context_sentence(context, N_("The down payment is %s, %d%% of the contract; the usual is %d%%."),
                          context_money(context, deposit), (int)(deposit * 100 / contract->amount), USUAL_DEPOSIT);
}
static const Gate told_deposit = {"contract.low_deposit", tell_deposit};

static const char *say_credit(Context *context, gint64 contract, GError **error) {
  const gint64 later = context_number(context,
                                      "SELECT CAST(SUM(amount) AS BIGINT) FROM instalment WHERE parent_id = $1 AND "
                                      "state <> 'removed' AND before_delivery = 0",
                                      DB_ARGS(DB_I(contract)), error);
  return later ? context_sentence(context, N_("%s of the contract is due only after delivery."),
                                  context_money(context, later)) : NULL;
}
static const char *tell_credit(Context *context, GError **error) {
  return say_credit(context, ((Row *)context->row)->id, error);
}
static const Gate told_credit = {"contract.granted_credit", tell_credit};

#define LEAD_DAYS "lead_days" /* the setting */
static const char *tell_lead(Context *context, GError **error) {
  const Contract *contract = context->row;
  const gint64 usual = context_setting(context, LEAD_DAYS, NULL, error);
  const gboolean calendar = !g_strcmp0(contract->lead_kind, "calendar");
  const gint64 working = calendar ? contract->lead_days * 5 / 7 : contract->lead_days;
  if (contract->lead_days == DICT_UNSET || working >= usual)
    return NULL;
  return context_sentence(context,
                          calendar ? N_("The lead time is %d calendar days; the usual is %d working days.")
                                   : N_("The lead time is %d working days; the usual is %d."),
                          (int)contract->lead_days, (int)usual);
}
static const Gate told_lead = {"contract.short_lead", tell_lead};

static const char *tell_form(Context *context, GError **error) {
  const Contract *contract = context->row;
  const gint64 edition = context_number(context,
                                        "SELECT edition FROM order_form WHERE order_id = $1 AND state = 'accepted' "
                                        "AND id <> $2",
                                        DB_ARGS(DB_I(contract->row.order_id), DB_I(contract->order_form)), error);
  return edition ? context_sentence(context, N_("Edition %d of the order form is newer than this contract; compare "
                                                "what is ordered."), (int)edition) : NULL;
}
static const Gate told_form = {"contract.newer_form", tell_form};

/* Text of a field of the row, said with a sentence that has room for it. */
static const char *tell_text(Context *context, const char *field, const char *sentence) {
  const Record *record = dict_find(context->command->record);
  const char *text = *dict_text(dict_field(record, field), context->row);
  return text ? arena_printf(context->arena, "%s %s", lang_text(context->viewer->language, sentence), text) : NULL;
}
static const char *tell_allowed(Context *context, GError **error) {
  return tell_text(context, "gm_reason", N_("The general manager allowed these terms:"));
}
static const Gate told_allowed = {"contract.allowed", tell_allowed};

static const char *tell_sent_back(Context *context, GError **error) {
  return tell_text(context, "refused_because", N_("It was sent back before:"));
}
static const Gate told_sent_back = {"signing.sent_back", tell_sent_back};

static const char *say_usual_contract(Context *context, GError **error) {
  gboolean set;
  const gint64 usual = context_setting(context, LEAD_DAYS, &set, error);
  const char *goods = prices_say(context, error);
  const char *said = context_sentence(context,
                          set ? N_("Usual are a down payment of at least %d%% and all money in before delivery "
                                   "(company rule; anything else is credit), and a lead time of at least %d working "
                                   "days (the factory's setting).")
                              : N_("Usual are a down payment of at least %d%% and all money in before delivery "
                                   "(company rule; anything else is credit), and a lead time of at least %d working "
                                   "days (the program's own figure: the factory has not set another)."),
                          USUAL_DEPOSIT, (int)usual);
  return goods ? arena_printf(context->arena, "%s %s", said, goods) : said;
}
const Usual usual_contract = {
  GATES(&told_deposit, &told_credit, &told_lead, &told_form, &gate_told_unpriced, &gate_told_unordered,
        &gate_told_otherwise, &told_allowed, &told_sent_back), say_usual_contract};

/* ---- works order ---- */
static const char *tell_supply(Context *context, GError **error) {
  static const struct {
    const char *field, *name;
  } kinds[] = {{"glass", N_("Glass")}, {"panel", N_("Panels")}, {"door", N_("Doors")}, {"hardware", N_("Hardware")}};
  const char *language = context->viewer->language;
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (!g_strcmp0(*dict_text(dict_field(&works_order_record, kinds[i].field), context->row), "customer"))
      g_string_append_printf(text, "%s%s", text->len ? lang_comma(language) : "", lang_text(language, kinds[i].name));
  return text->len ? context_sentence(context, N_("The customer supplies: %s."), text->str) : NULL;
}
static const Gate told_supply = {"works_order.customer_supply", tell_supply};

static const char *tell_drawing(Context *context, GError **error) {
  const WorksOrder *works = context->row;
  const Contract *contract = context_load(context, &contract_record, works->contract, error);
  const Drawing *drawing = contract && contract->drawing != works->drawing
                             ? context_load(context, &drawing_record, works->drawing, error) : NULL;
  return drawing ? context_sentence(context, N_("It shows revision %d of the drawing, which is not the one that the "
                                                "contract names."), (int)drawing->revision) : NULL;
}
static const Gate told_drawing = {"works_order.other_drawing", tell_drawing};

static const char *tell_reason(Context *context, GError **error) {
  return tell_text(context, "reason", N_("It was sent back or on hold before:"));
}
static const Gate told_reason = {"works_order.reason", tell_reason};

static const char *say_usual_works(Context *context, GError **error) {
  return context_sentence(context, N_("Compared with the contract and its signed drawing. Usually we buy all material, "
                                      "and nothing was sent back or on hold."));
}
const Usual usual_works_order = {GATES(&told_supply, &told_drawing, &told_reason), say_usual_works};

/* ---- delivery notice ---- */
static const char *tell_part(Context *context, GError **error) {
  const Row *row = context->row;
  const gint64 ordered = order_form_pieces(context, row->order_id, error);
  const gint64 listed = context_number(context,
                                       "SELECT CAST(SUM(g.quantity) AS BIGINT) FROM delivery_line l JOIN stored_goods g"
                                       " ON g.id = l.goods WHERE l.parent_id = $1 AND l.state <> 'removed'",
                                       DB_ARGS(DB_I(row->id)), error);
  return listed < ordered ? context_sentence(context, N_("It lists %d of the %d pieces ordered."), (int)listed,
                                             (int)ordered) : NULL;
}
static const Gate told_part = {"delivery_notice.part", tell_part};

static const char *tell_late(Context *context, GError **error) {
  const DeliveryNotice *notice = context->row;
  const Order *order = context_load(context, &order_record, notice->row.order_id, error);
  const gint64 late = !order || order->due_date == DICT_UNSET ? 0 : notice->planned_date - order->due_date;
  return late > 0 ? context_sentence(context, N_("The goods ship %d days after the due date."), (int)late) : NULL;
}
static const Gate told_late = {"delivery_notice.late", tell_late};

/* What leaves before it is paid. */
static const char *tell_unpaid(Context *context, GError **error) {
  const Contract *contract = contract_effective(context, error);
  return contract ? say_credit(context, contract->row.id, error) : NULL;
}
static const Gate told_unpaid = {"delivery_notice.unpaid", tell_unpaid};

static const char *tell_written_off(Context *context, GError **error) {
  const gint64 sum = context_number(context,
                                    "SELECT CAST(SUM(amount) AS BIGINT) FROM receipt WHERE order_id = $1 AND "
                                    "state = 'confirmed' AND written_off = 1",
                                    DB_ARGS(DB_I(((Row *)context->row)->order_id)), error);
  return sum ? context_sentence(context, N_("%s of the contract was not paid, but written off."),
                                context_money(context, sum)) : NULL;
}
static const Gate told_written_off = {"delivery_notice.written_off", tell_written_off};

static const char *say_usual_delivery(Context *context, GError **error) {
  return context_sentence(context, N_("Compared with the order form, the due date and the contract in force. Usually "
                                      "all that was ordered ships at once, in time, and fully paid."));
}
const Usual usual_delivery = {GATES(&told_part, &told_late, &told_unpaid, &told_written_off, &told_sent_back),
                              say_usual_delivery};
