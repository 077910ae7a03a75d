/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 6: the supply contract, its instalments and its chain: manager, general manager, seal, countersigned copy. */
#include "step/s06-contract.h"
#include "step/s02-order-form.h"
#include "step/s05-drawing.h"
#include "step/s06-amendment.h"
#include "step/s06-prices.h"
#include "step/s06-usual.h"
#include "step/s08-deposit.h"
#include <string.h>

/* Once the deposit is in, production waits for the works order. */
static const char *check_works_begun(Context *context, GError **error) {
  const Row *row = context->row;
  const gboolean waits = !gate_deposit_in.check(context, error) &&
                         !context_number(context, "SELECT COUNT(*) FROM works_order WHERE order_id = $1 AND "
                                                  "state <> 'cancelled'", DB_ARGS(DB_I(row->order_id)), error);
  return waits ? context_sentence(context, N_("There is no works order yet; the clerk makes it from the contract."))
               : NULL;
}
static const Gate gate_works_begun = {"works_order.begun", check_works_begun};

/* What an effective contract asks by a date, and the deposit at once, is chased until the money is in or
   reported (then it waits on finance); money due before delivery is chased by the balance notice. */
static const char *check_instalment_paid(Context *context, GError **error) {
  const Instalment *line = context->row;
  const gboolean deposit = !g_strcmp0(line->kind, "deposit");
  if ((!deposit && line->due_date == DICT_UNSET) ||
      !context_is_in(context, &contract_record, line->row.parent_id, "effective", error))
    return NULL;
  const gint64 asked = context_number(context,
                                      "SELECT CAST(SUM(amount) AS BIGINT) FROM instalment WHERE parent_id = $1 AND "
                                      "state = 'active' AND (id = $2 OR kind = 'deposit' OR ($3 = 0 AND id < $2))",
                                      DB_ARGS(DB_I(line->row.parent_id), DB_I(line->row.id), DB_I(deposit)), error);
  const gint64 said = deposit_reported(context, line->row.order_id, error);
  if (said >= asked)
    return NULL;
  return context_sentence(context, N_("%s of the %s due by now are paid or reported; the clerk reminds the dealer."),
                          context_money(context, said), context_money(context, asked));
}
static const Gate gate_instalment_paid = {"instalment.paid", check_instalment_paid};

/* What the dealer owes at once: the balance is asked for by its notice, and what is due by a date near to it. */
static const char *check_deposit_paid(Context *context, GError **error) {
  const Instalment *line = context->row;
  return g_strcmp0(line->kind, "deposit") ? NULL : check_instalment_paid(context, error);
}
static const Gate gate_deposit_paid = {"instalment.deposit_paid", check_deposit_paid};

const char *instalment_due_before(const Instalment *line) {
  return !g_strcmp0(line->kind, "deposit") ? N_("before production")
       : line->before_delivery == TRUE     ? N_("before delivery") : NULL;
}

Contract *contract_of_order(Context *context, gint64 order_id, GError **error) {
  const gint64 id = context_number(context, "SELECT id FROM contract WHERE order_id = $1 AND state = 'effective'",
                                   DB_ARGS(DB_I(order_id)), error);
  return context_load(context, &contract_record, id, error);
}
Contract *contract_effective(Context *context, GError **error) {
  return contract_of_order(context, ((Row *)context->row)->order_id, error);
}

static const char *check_contract_effective(Context *context, GError **error) {
  if (contract_effective(context, error))
    return NULL;
  return context_sentence(context,
                          N_("The contract is not effective yet; manager, general manager and finance sign it, "
                             "then the dealer's countersigned copy is filed."));
}
const Gate gate_contract_effective = {"contract.effective", check_contract_effective};

static const char *check_contract_alone(Context *context, GError **error) {
  if (context_has_other(context, &contract_record, "cancelled", error))
    return context_sentence(context, N_("This order has a contract already; the clerk changes or cancels that one."));
  return NULL;
}
static const Gate gate_contract_alone = {"contract.alone", check_contract_alone};

static const char *check_drawing_same(Context *context, GError **error) {
  const Contract *contract = context->row;
  const gint64 drawing = drawing_signed(context, error);
  if (!drawing || drawing == contract->drawing)
    return NULL;
  if (g_strv_contains(IN("review", "gm", "seal"), contract->row.state))
    return context_sentence(context, N_("The contract names another drawing than the one signed last; whoever is to "
                                        "sign it now sends it back, then the clerk names that one in it."));
  if (g_strv_contains(IN("countersign", "check"), contract->row.state))
    return context_sentence(context, N_("The contract names another drawing than the one signed last; the clerk "
                                        "cancels it and drafts another, which names that one."));
  return context_sentence(context, N_("The contract names another drawing than the one signed last; the clerk names "
                                      "that one in the contract."));
}
static const Gate gate_drawing_same = {"contract.drawing", check_drawing_same};

static const Gate gate_contract_terms = {
  .name = "contract.terms", .fields = IN("amount", "lead_days", "lead_kind", "payment_terms", "liability"),
  .lacks = N_("The contract lacks: %s; the clerk completes it.")};

static const char *check_sum(Context *context, GError **error) {
  const Contract *contract = context->row;
  const gint64 sum = context_ask(context, &contract_record,
                                 "SELECT parent_id, CAST(SUM(amount) AS BIGINT) FROM instalment"
                                 " WHERE state <> 'removed' AND parent_id = $1 GROUP BY parent_id",
                                 DB_ARGS(DB_I(contract->row.id)), error);
  if (sum == contract->amount || contract->amount == DICT_UNSET) /* that one is said with the terms */
    return NULL;
  return context_sentence(context, N_("The instalments add up to %s, the contract to %s; the clerk makes them equal."),
                          context_money(context, sum), context_money(context, MAX(contract->amount, 0)));
}
static const Gate gate_contract_sum = {"contract.sum", check_sum};

/* A deposit below the least one, or money due after delivery, is credit: only with the general manager's reason. */
static const char *check_credit(Context *context, GError **error) {
  const Contract *contract = context->row;
  const gboolean gm_signs = !strcmp(contract->row.state, "gm") || !strcmp(contract->row.state, "seal") ||
                            ((context->viewer->roles | context->viewer->substitutes) & ROLE_GM);
  if (contract->gm_reason || contract->amount == DICT_UNSET || !gm_signs)
    return NULL;
  if (!contract->amount) /* what is made up for without charge */
    return context_sentence(context, N_("Nothing is to be paid by this contract; only the general manager can allow "
                                        "that, with a reason."));
  const DbResult *sums = dict_ask(
    context->tx, context->arena, &contract_record,
    "SELECT parent_id, CAST(SUM(CASE WHEN kind = 'deposit' THEN amount ELSE 0 END) AS BIGINT),"
    " CAST(SUM(CASE WHEN before_delivery = 1 THEN 0 ELSE amount END) AS BIGINT)"
    " FROM instalment WHERE state <> 'removed' AND parent_id = $1 GROUP BY parent_id",
    DB_ARGS(DB_I(contract->row.id)), error);
  if (!sums)
    return NULL;
  const gint64 deposit = sums->rows ? DB_CELL(sums, 0, 1)->integer : 0;
  const gint64 later = sums->rows ? DB_CELL(sums, 0, 2)->integer : 0;
  const gint64 least = (contract->amount * USUAL_DEPOSIT + 99) / 100;
  if (deposit < least)
    return context_sentence(context,
                            N_("The down payment is %s, less than %d%% of the contract (%s); only the general "
                               "manager can allow that, with a reason."),
                            context_money(context, deposit), USUAL_DEPOSIT, context_money(context, least));
  if (later > 0)
    return context_sentence(context,
                            N_("%s is due only after delivery; only the general manager can allow that, with a "
                               "reason."),
                            context_money(context, later));
  return NULL;
}
static const Gate gate_contract_credit = {"contract.credit", check_credit};

static const char *say_allowed(Context *context, GError **error) {
  return check_credit(context, error) ? NULL
         : context_sentence(context, N_("These terms need no permission, or have it already."));
}

static gboolean add_instalment(Context *context, const Contract *contract, const char *kind, gint64 amount,
                               GError **error) {
  Instalment *line = dict_new_row(context->arena, &instalment_record);
  line->row.parent_id = contract->row.id;
  line->kind = kind;
  line->amount = amount;
  line->before_delivery = TRUE;
  return amount <= 0 || context_create(context, &instalment_record, line, error);
}

static gint64 deposit_of(const Contract *contract) {
  const gint64 share = contract->deposit_percent == DICT_UNSET ? USUAL_DEPOSIT * 100 : contract->deposit_percent;
  return (contract->amount * share + 9999) / 10000;
}

/* Deposit and balance by the contract's percentage, in the place of what instalments there are. */
static gboolean divide(Context *context, Contract *contract, GError **error) {
  if (contract->deposit_percent == DICT_UNSET)
    contract->deposit_percent = USUAL_DEPOSIT * 100;
  g_autoptr(GPtrArray) lines = dict_load_by(context->tx, context->arena, &instalment_record, "parent_id",
                                            DB_I(contract->row.id), error);
  for (guint i = 0; lines && i < lines->len; i++) {
    Instalment *line = dict_copy_row(context->arena, &instalment_record, lines->pdata[i]);
    if (strcmp(line->row.state, "planned"))
      continue;
    line->row.state = "removed";
    if (!context_save(context, &instalment_record, lines->pdata[i], line, error))
      return FALSE;
  }
  if (!lines || contract->amount == DICT_UNSET)
    return lines != NULL;
  const gint64 deposit = deposit_of(contract);
  return add_instalment(context, contract, "deposit", deposit, error) &&
         add_instalment(context, contract, "balance", contract->amount - deposit, error);
}

/* A contract whose lines are priced is for their sum. */
static gboolean split_amount(Context *context, GError **error) {
  Contract *contract = context->row;
  if (prices_has(context, contract->row.id, 0, error))
    contract->amount = MAX(0, prices_sum(context, contract->row.id, error));
  return divide(context, contract, error);
}

/* Whether the instalments are as divide() makes them: nobody arranged them otherwise. */
static gboolean is_divided(const Contract *contract, const GPtrArray *lines) {
  for (guint i = 0; i < lines->len; i++) {
    const Instalment *line = lines->pdata[i];
    const gint64 deposit = deposit_of(contract);
    if (strcmp(line->row.state, "planned"))
      continue;
    const gint64 part = !g_strcmp0(line->kind, "deposit")   ? deposit
                        : !g_strcmp0(line->kind, "balance") ? contract->amount - deposit
                                                            : DICT_UNSET;
    if (line->amount != part || line->before_delivery != TRUE || line->due_date != DICT_UNSET)
      return FALSE;
  }
  return TRUE;
}

gboolean contract_follow_prices(Context *context, gint64 id, gint64 before, gint64 sum, GError **error) {
  const Contract *old = context_load(context, &contract_record, id, error);
  const gboolean follows = old && (old->amount == DICT_UNSET || (old->amount == before && sum != before)) && sum >= 0;
  g_autoptr(GPtrArray) lines = follows ? dict_load_by(context->tx, context->arena, &instalment_record, "parent_id",
                                                      DB_I(id), error) : NULL;
  if (!lines || (old->amount != DICT_UNSET && !is_divided(old, lines)))
    return !error || !*error;
  Contract *contract = dict_copy_row(context->arena, &contract_record, old);
  contract->amount = sum;
  return divide(context, contract, error) && context_save(context, &contract_record, old, contract, error);
}

/* A draft names the drawing signed last, or is not submitted. */
static gboolean begin_drawing(Context *context, GError **error) {
  Contract *contract = context->row;
  const gint64 drawing = drawing_signed(context, error);
  contract->drawing = drawing ? drawing : contract->drawing;
  return !error || !*error;
}
static const char *tell_drawing(Context *context, GError **error) {
  const Contract *contract = context->row;
  const gint64 newest = drawing_signed(context, error);
  const Drawing *drawing = newest == contract->drawing
                             ? NULL : context_load(context, &drawing_record, newest, error);
  return drawing ? context_sentence(context, N_("Another drawing was signed since: %s, revision %d. It is chosen "
                                                "below; saving takes it over."),
                                    drawing->row.number, (int)drawing->revision)
                 : NULL;
}

static gboolean draft_contract(Context *context, GError **error) {
  Contract *contract = context->row;
  contract->drawing = drawing_signed(context, error);
  contract->lead_kind = contract->lead_kind ? contract->lead_kind : "working";
  if (contract->amount == DICT_UNSET && !prices_take(context, error))
    return FALSE;
  return divide(context, contract, error) && party_advance_order(context, 6, error);
}

#define AMOUNT                                                                                                       \
  {.field = "amount", .optional = TRUE,                                                                              \
   .help = N_("A lump sum, 0 where free; empty where the goods are priced line by line, for then it is their sum")}
#define TERMS                                                                                                        \
  {"deposit_percent", TRUE}, {"lead_days", TRUE}, {"lead_kind", TRUE}, {"payment_terms", TRUE}, {"liability", TRUE}
/* What was allowed for other terms counts no longer; and what is signed from now on are the goods of this edition. */
static gboolean freeze_terms(Context *context, GError **error) {
  Contract *contract = context->row;
  const gint64 form = order_form_accepted(context, contract->row.order_id, error);
  contract->gm_reason = NULL;
  contract->order_form = form ? form : DICT_UNSET;
  return TRUE;
}

static const Chain contract_chain = CHAIN(
  &usual_contract,
  {.from = "review", .to = "gm", .roles = ROLE_MANAGER, .label = N_("Review the contract"),
   .act = N_("Pass the review")},
  {.from = "gm", .to = "seal", .roles = ROLE_GM, .label = N_("Sign the contract"), .act = N_("Sign")},
  {.from = "seal", .to = "countersign", .roles = ROLE_FINANCE, .label = N_("Seal the contract"), .act = N_("Seal"),
   .alone = TRUE});
static gboolean move_each(Context *context, const Record *record, gint64 contract, const char *state,
                          GError **error) {
  g_autoptr(GPtrArray) lines = dict_load_by(context->tx, context->arena, record, "parent_id", DB_I(contract), error);
  for (guint i = 0; lines && i < lines->len; i++) {
    Row *line = dict_copy_row(context->arena, record, lines->pdata[i]);
    if (!strcmp(line->state, "removed"))
      continue;
    line->state = state;
    if (!context_save(context, record, lines->pdata[i], line, error))
      return FALSE;
  }
  return lines != NULL;
}
/* Once sealed it leaves the house, and with it prices and what is to be paid; cancelled, nothing is. */
static gboolean move_lines(Context *context, gint64 contract, const char *state, GError **error) {
  return move_each(context, &instalment_record, contract, state, error) &&
         move_each(context, &contract_line_record, contract, state, error);
}
static gboolean open_lines(Context *context, GError **error) {
  const Row *row = context->row;
  return strcmp(row->state, "countersign") || move_lines(context, row->id, "active", error);
}
static gboolean drop_lines(Context *context, GError **error) {
  return move_lines(context, ((Row *)context->row)->id, "removed", error);
}

static gboolean replace_amended(Context *context, gint64 amended, GError **error) {
  const Contract *before = context_load(context, &contract_record, amended, error);
  Contract *old = before ? dict_copy_row(context->arena, &contract_record, before) : NULL;
  if (!old)
    return FALSE;
  old->row.state = "superseded";
  return context_save(context, &contract_record, before, old, error) &&
         move_lines(context, amended, "superseded", error);
}

/* The paper bears a mark until it is sealed here, so it is sealed in ink afterwards. */
static const char *tell_seal(Context *context, GError **error) {
  const Row *row = context->row;
  return strcmp(row->state, "seal") ? NULL
         : context_sentence(context, N_("Seal it here first: from then on the contract prints without the mark of a "
                                        "draft. Print it, put the seal on it, and attach a scan of that copy for the "
                                        "dealer."));
}

static const char *check_sealed_copy(Context *context, GError **error) {
  return ((Contract *)context->row)->sealed_copy != DICT_UNSET
           ? NULL
           : context_sentence(context, N_("The dealer cannot see yet that the contract is sealed; finance attaches a "
                                          "scan of the sealed copy."));
}
static const Gate gate_sealed_copy = {"contract.sealed_copy", check_sealed_copy};

/* What was wrong with another copy says nothing of this one. */
static gboolean take_copy(Context *context, GError **error) {
  ((Contract *)context->row)->copy_returned_because = NULL;
  return TRUE;
}
/* The next copy is another file; the timeline keeps this one. */
static gboolean drop_copy(Context *context, GError **error) {
  ((Contract *)context->row)->countersigned = DICT_UNSET;
  return TRUE;
}

/* The deposit may have come in before; then the clock starts now, at its value date. */
static gboolean take_effect(Context *context, GError **error) {
  Contract *contract = context->row;
  contract->effective_date = context->today;
  if (contract->signed_date == DICT_UNSET)
    contract->signed_date = context->today;
  gboolean lost = FALSE;
  if (contract->amends != DICT_UNSET && !replace_amended(context, contract->amends, error))
    return FALSE;
  return dict_update(context->tx, context->arena, &contract_record, contract, &lost, error) &&
         party_advance_order(context, 8, error) && deposit_follow(context, contract->row.order_id, error);
}
#define SIGNED_ON {.field = "signed_date", .optional = TRUE, .not_after = IN("today")}
#define COPY_GATES GATES(&gate_order_stands, &gate_drawing_signed, &gate_drawing_same)
#define EFFECT_MOVES                                                                                                 \
  MOVES("contract.superseded", "instalment.superseded", "contract_line.superseded", "works_order.held",                \
        "order.open", "order.closed")
static const Command contract_commands[] = {
  {.name = "contract.create", .label = N_("Draft the contract"),
   .help = N_("Drafts the contract on the signed drawing, with down payment and balance as instalments."),
   .creates = TRUE, .under = "order", .to = "draft", .by = ROLE_CLERK, .inputs = INPUTS(AMOUNT, TERMS),
   .gates = GATES(&gate_order_open, &gate_drawing_signed, &gate_contract_alone), .run = draft_contract},
  {.name = "contract.amend", .label = N_("Amend the contract"),
   .help = N_("Copies the contract in force into a draft, to be changed and to go through the same chain; until the "
              "dealer's countersigned copy is filed, the old one stays in force."),
   .creates = TRUE, .under = "contract", .to = "draft", .by = ROLE_CLERK, .inputs = INPUTS({"amends_because"}),
   .extra = amendment_extra, .run = amendment_copy,
   .gates = GATES(&gate_order_stands, &gate_amendable, &gate_amendment_alone)},
  {.name = "contract.change", .label = N_("Change"), .help = N_("Changes the draft; the instalments stay as they are."),
   .from = IN("draft"), .by = ROLE_CLERK, .inputs = INPUTS(AMOUNT, {"drawing", TRUE}, TERMS),
   .gates = GATES(&gate_order_stands), .tells = tell_drawing, .begins = begin_drawing},
  {.name = "contract.split", .label = N_("Make instalments from the percentage"),
   .help = N_("Replaces the instalments by down payment and balance; where lines are priced, their sum becomes the "
              "contract's amount."),
   .from = IN("draft"), .by = ROLE_CLERK, .inputs = INPUTS({"deposit_percent"}),
   .gates = GATES(&gate_order_stands, &gate_contract_prices), .run = split_amount,
   .moves = MOVES("instalment.removed")},
  {.name = "contract.price", .label = N_("Take over the goods to be priced"),
   .help = N_("Makes a line for each line of the accepted order form, measured and yet without a price; lines that "
              "there are already keep their prices."),
   .from = IN("draft"), .by = ROLE_CLERK, .gates = GATES(&gate_order_stands), .run = prices_take,
   .moves = MOVES("contract_line.removed")},
  {.name = "contract.submit", .label = N_("Submit for signature"), .help = N_("Starts the chain of signatures."),
   .from = IN("draft"), .to = "review", .by = ROLE_CLERK,
   .gates = GATES(&gate_order_stands, &gate_drawing_signed, &gate_drawing_shows, &gate_drawing_same,
                  &gate_contract_terms,
                  &gate_contract_prices, &gate_contract_total, &gate_contract_sum, &gate_amendment_changes),
   .submits = TRUE, .run = freeze_terms},
  {.name = "contract.allow_terms", .label = N_("Allow these terms"),
   .help = N_("The general manager records why a low down payment, credit or goods without charge are granted."),
   .extra = say_allowed,
   .from = IN("review", "gm"), .by = ROLE_GM, .inputs = INPUTS({"gm_reason"}), .gates = GATES(&gate_order_stands),
   .by_other = TRUE},
  {.name = "contract.sign", .label = N_("Sign the contract"), .help = N_("Gives the signature that is due."),
   .chain = &contract_chain,
   .gates = GATES(&gate_order_stands, &gate_drawing_signed, &gate_drawing_shows, &gate_drawing_same,
                  &gate_contract_sum, &gate_contract_credit), .run = open_lines, .tells = tell_seal,
   .moves = MOVES("instalment.active", "contract_line.active")},
  {.name = "contract.refuse", .label = N_("Send back"),
   .help = N_("Sends the contract back to the clerk with the reason."),
   .from = IN("review", "gm", "seal"), .to = "draft", .by = ROLE_MANAGER | ROLE_GM | ROLE_FINANCE,
   .inputs = INPUTS({"refused_because"}), .gates = GATES(&gate_order_stands), .forbidden_look = TRUE,
   .instead = "contract.sign"},
  {.name = "contract.attach_sealed", .label = N_("Attach the sealed copy"),
   .help = N_("Shows the dealer a scan of the contract with the seal on it, beside the paper of the program."),
   .from = IN("countersign", "check", "effective"), .by = ROLE_FINANCE, .inputs = INPUTS({"sealed_copy"}),
   .gates = GATES(&gate_order_stands)},
  {.name = "contract.countersign", .label = N_("Send the countersigned copy"),
   .help = N_("Sends a scan or photo of the signed copy; the clerk checks it before the contract is in force."),
   .from = IN("countersign"), .to = "check", .by = ROLE_DEALER, .inputs = INPUTS({"countersigned"}),
   .gates = COPY_GATES, .run = take_copy},
  {.name = "contract.file_copy", .label = N_("File the countersigned copy"),
   .help = N_("Files a copy that came on paper or by mail; with that the contract becomes effective."),
   .from = IN("countersign"), .to = "effective", .by = ROLE_CLERK, .inputs = INPUTS({"countersigned"}, SIGNED_ON),
   .gates = COPY_GATES, .run = take_effect, .moves = EFFECT_MOVES},
  {.name = "contract.accept_copy", .label = N_("Accept the countersigned copy"),
   .help = N_("Files the copy that the dealer sent, once you have found it whole and signed; with that the contract "
              "becomes effective."),
   .from = IN("check"), .to = "effective", .by = ROLE_CLERK, .inputs = INPUTS(SIGNED_ON), .gates = COPY_GATES,
   .run = take_effect, .shows = "countersigned", .moves = EFFECT_MOVES},
  {.name = "contract.return_copy", .label = N_("Return with remarks"),
   .help = N_("Asks the dealer for another copy and says what is wrong with this one."),
   .from = IN("check"), .to = "countersign", .by = ROLE_CLERK, .inputs = INPUTS({"copy_returned_because"}),
   .shows = "countersigned", .gates = GATES(&gate_order_stands), .forbidden_look = TRUE,
   .instead = "contract.accept_copy", .run = drop_copy},
  {.name = "contract.cancel", .label = N_("Cancel the draft"), .help = N_("Drops a contract that is not effective."),
   .from = IN("draft", "countersign", "check"), .to = "cancelled", .by = ROLE_CLERK | ROLE_MANAGER,
   .gates = GATES(&gate_order_stands), .forbidden_look = TRUE, .run = drop_lines,
   .moves = MOVES("instalment.removed", "contract_line.removed")},
  {0},
};
static const Duty contract_duties[] = {
  {.name = "contract.complete", .state = "draft", .role = ROLE_CLERK, .days = 2,
   .escalates = ROLE_MANAGER, .label = N_("Complete the contract"), .meanwhile = "contract.change",
   .because = "refused_because"},
  {.name = "contract.review", .state = "review", .role = ROLE_MANAGER, .days = 1,
   .escalates = ROLE_GM, .label = N_("Review the contract")},
  {.name = "contract.sign", .state = "gm", .role = ROLE_GM, .days = 1, .escalates = ROLE_GM,
   .label = N_("Sign the contract"), .meanwhile = "contract.allow_terms"},
  {.name = "contract.seal", .state = "seal", .role = ROLE_FINANCE, .days = 1,
   .escalates = ROLE_MANAGER, .label = N_("Seal the contract")},
  {.name = "contract.attach_sealed", .state = "countersign", .role = ROLE_FINANCE, .days = 1,
   .escalates = ROLE_CLERK, .label = N_("Attach the sealed copy"), .act = "contract.attach_sealed",
   .until = &gate_sealed_copy, .asked_after = IN("contract.attach_sealed")},
  {.name = "contract.countersign", .state = "countersign", .role = ROLE_DEALER, .days = 5,
   .escalates = ROLE_CLERK, .label = N_("Countersign the contract")},
  {.name = "contract.file_copy", .state = "countersign", .role = ROLE_CLERK, .days = 7,
   .escalates = ROLE_MANAGER, .label = N_("Chase and file the countersigned copy")},
  {.name = "contract.check_copy", .state = "check", .role = ROLE_CLERK, .days = 1,
   .escalates = ROLE_MANAGER, .label = N_("Check the countersigned copy")},
  {.name = "contract.works_order", .step = 9, .state = "effective", .role = ROLE_CLERK, .days = 1,
   .escalates = ROLE_MANAGER, .label = N_("Issue the works order"), .act = "works_order.create",
   .until = &gate_works_begun,
   .asked_after = IN(DEPOSIT_MOVES, "works_order.create", "works_order.cancel")},
  {0},
};
static const DictSum contract_sums[] = {
  {.field = "amount", .lines = "instalment", .line_field = "amount", .line_gone = "removed",
   .in = IN("review", "gm", "seal", "countersign", "check", "effective", "superseded", "ended")},
  {0},
};
const Record contract_record = {
  DICT_OF(contract, Contract), .label = N_("Contract"), .plural = N_("Contracts"), .prefix = "C", .step = 6,
  .shown_to = DEALER, .commercial = TRUE,
  .states = STATES({"draft", N_("Draft")}, {"review", N_("Waits for review")},
                   {"gm", N_("Waits for the general manager")}, {"seal", N_("Waits for the seal")},
                   {"countersign", N_("Waits for the countersigned copy"), DEALER},
                   {"check", N_("Countersigned copy is being checked"), DEALER},
                   {"effective", N_("Effective"), DEALER}, {"superseded", N_("Replaced by an amendment"), DEALER, PAST},
                   {"cancelled", N_("Cancelled"), HOUSE, PAST}, {"ended", N_("Ended with the order"), DEALER, PAST}),
  .ends = ENDS({"draft", "cancelled"}, {"review", "cancelled"}, {"gm", "cancelled"}, {"seal", "cancelled"},
               {"countersign", "ended"}, {"check", "ended"}, {"effective", "ended"}),
  .about_goods = TRUE, .commands = contract_commands, .duties = contract_duties, .sums = contract_sums,
};

static const char *check_contract_draft(Context *context, GError **error) {
  if (context_is_in(context, &contract_record, ((Row *)context->row)->parent_id, "draft", error))
    return NULL;
  return context_sentence(context, N_("The contract is no draft any more; a signer sends it back first."));
}
const Gate gate_contract_draft = {"contract.draft", check_contract_draft, .decides = TRUE};

static const char *check_deposit_before(Context *context, GError **error) {
  const Instalment *line = context->row;
  if (g_strcmp0(line->kind, "deposit") || line->before_delivery == TRUE)
    return NULL;
  return context_sentence(context, N_("A down payment is always due before delivery; mark it so or choose another "
                                      "kind."));
}
static const Gate gate_deposit_before = {"instalment.deposit_before", check_deposit_before};

#define INSTALMENT_INPUTS INPUTS({"kind"}, {"amount"}, {"before_delivery"}, {"due_date", TRUE})
static const Command instalment_commands[] = {
  {.name = "instalment.add", .label = N_("Add instalment"), .help = N_("Adds a payment that the contract asks for."),
   .creates = TRUE, .under = "contract", .to = "planned", .by = ROLE_CLERK, .inputs = INSTALMENT_INPUTS,
   .gates = GATES(&gate_order_stands, &gate_contract_draft, &gate_deposit_before)},
  {.name = "instalment.change", .label = N_("Change instalment"), .help = N_("Changes a payment of the draft."),
   .from = IN("planned"), .by = ROLE_CLERK, .inputs = INSTALMENT_INPUTS,
   .gates = GATES(&gate_order_stands, &gate_contract_draft, &gate_deposit_before)},
  {.name = "instalment.remove", .label = N_("Remove instalment"), .help = N_("Takes a payment out of the draft."),
   .from = IN("planned"), .to = "removed", .by = ROLE_CLERK, .gates = GATES(&gate_order_stands, &gate_contract_draft),
   .forbidden_look = TRUE},
  {0},
};
static const Duty instalment_duties[] = {
  {.name = "instalment.pay", .state = "active", .role = ROLE_CLERK, .due_field = "due_date",
   .before_days = 3, .setting = "reminder_days", .renewed_by = IN("reminder"), .escalates = ROLE_MANAGER,
   .label = N_("Remind the dealer of the payment"), .act = "reminder.send",
   .until = &gate_instalment_paid, .asked_after = IN(DEPOSIT_REPORTS)},
  {.name = "instalment.settle", .state = "active", .role = ROLE_DEALER, .due_field = "due_date", .days = 3,
   .label = N_("Pay the down payment"), .act = "receipt.notice",
   .until = &gate_deposit_paid, .asked_after = IN(DEPOSIT_REPORTS)},
  {0},
};
const Record instalment_record = {
  DICT_OF(instalment, Instalment), .label = N_("Instalment"), .plural = N_("Instalments"), .step = 6,
  .parent = "contract", .shown_to = DEALER, .commercial = TRUE,
  .states = STATES({"planned", N_("Planned")}, {"active", N_("Active"), DEALER},
                   {"superseded", N_("Replaced by an amendment"), DEALER, PAST},
                   {"removed", N_("Removed"), HOUSE, PAST}, {"ended", N_("Ended with the order"), DEALER, PAST}),
  .ends = ENDS({"planned", "removed"}, {"active", "ended"}),
  .commands = instalment_commands, .duties = instalment_duties,
};
