/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 2: the dealer's order form, entered in the portal or by the clerk, verified line by line, frozen when
   accepted. */
#include "step/s02-order-form.h"
#include "workflow/import.h"

static const char *check_form_begun(Context *context, GError **error) {
  if (context_number(context, "SELECT COUNT(*) FROM order_form WHERE order_id = $1",
                     DB_ARGS(DB_I(((Row *)context->row)->order_id)), error))
    return NULL;
  return context_sentence(context, N_("There is no order form yet; the dealer or the clerk fills one in."));
}
static const Gate gate_form_begun = {"order_form.begun", check_form_begun};

/* Of this edition; drawings of earlier versions do not say of which. One that the dealer wants changed asks for another
   itself. */
static const char *check_drawing_begun(Context *context, GError **error) {
  const Row *form = context->row;
  if (context_number(context,
                     "SELECT COUNT(*) FROM drawing WHERE order_id = $1 AND (state = 'declined' OR "
                     "(state IN ('draft', 'issued', 'signed') AND COALESCE(order_form, $2) = $2))",
                     DB_ARGS(DB_I(form->order_id), DB_I(form->id)), error))
    return NULL;
  return context_sentence(context, N_("There is no shop drawing of this order form yet; the designer or the clerk "
                                      "uploads it."));
}
static const Gate gate_drawing_begun = {"drawing.begun", check_drawing_begun};

gint64 order_form_accepted(Context *context, gint64 order_id, GError **error) {
  return context_number(context, "SELECT id FROM order_form WHERE order_id = $1 AND state = 'accepted'",
                        DB_ARGS(DB_I(order_id)), error);
}

gint64 order_form_pieces(Context *context, gint64 order_id, GError **error) {
  return context_number(context,
                        "SELECT CAST(SUM(l.quantity) AS BIGINT) FROM order_form_line l JOIN order_form f "
                        "ON f.id = l.parent_id WHERE f.order_id = $1 AND f.state = 'accepted' AND l.state = 'active'",
                        DB_ARGS(DB_I(order_id)), error);
}

#define FILLERS (ROLE_CLERK | ROLE_DEALER)

static const char *check_form_alone(Context *context, GError **error) {
  if (context_has_other(context, &order_form_record, "accepted superseded cancelled", error))
    return context_sentence(context,
                            N_("Another order form of this order is still being worked on; complete that one."));
  return NULL;
}
static const Gate gate_form_alone = {"order_form.alone", check_form_alone};

/* Later editions are made from the accepted form, by order_form.revise. */
static const char *check_form_first(Context *context, GError **error) {
  const Row *row = context->row;
  if (context_number(context, "SELECT COUNT(*) FROM order_form WHERE order_id = $1 AND state = 'accepted'",
                     DB_ARGS(DB_I(row->order_id)), error))
    return context_sentence(context,
                            N_("This order has an accepted order form, which is frozen; the dealer or the clerk "
                               "makes a new edition from it."));
  return NULL;
}
static const Gate gate_form_first = {"order_form.first", check_form_first};

static const char *check_form_filled(Context *context, GError **error) {
  const Row *row = context->row;
  if (context_ask(context, &order_form_record,
                  "SELECT parent_id, COUNT(*) FROM order_form_line WHERE state = 'active' AND parent_id = $1"
                  " GROUP BY parent_id", DB_ARGS(DB_I(row->id)), error))
    return NULL;
  return context_sentence(context, context->viewer->roles & ROLE_DEALER
                                     ? N_("Your order form has no lines yet; add at least one.")
                                     : N_("The order form has no lines yet; the dealer or the clerk adds at least "
                                          "one."));
}
static const Gate gate_form_filled = {"order_form.filled", check_form_filled};

static const char *check_form_editable(Context *context, GError **error) {
  const Row *row = context->row;
  if (context_is_in(context, &order_form_record, row->parent_id, "draft returned", error))
    return NULL;
  return context_sentence(context, N_("The order form is frozen; the clerk returns it, or a new edition is made."));
}
static const Gate gate_form_editable = {"order_form.editable", check_form_editable};

/* A form that the dealer has begun, or is to correct, is the dealer's to hand in. */
static const char *say_dealers_turn(Context *context, GError **error) {
  const OrderForm *form = context->row;
  const gboolean returned = !g_strcmp0(form->row.state, "returned");
  const User *author = (context->viewer->roles & ROLE_DEALER) || returned
                         ? NULL : context_load(context, &user_record, form->row.created_by, error);
  if ((context->viewer->roles & ROLE_DEALER) || (!returned && (!author || author->dealer == DICT_UNSET)))
    return NULL;
  return context_sentence(context, N_("It is the dealer's turn to complete this form; hand it in only if you have "
                                      "agreed on that with the dealer."));
}

/* The numbers of the form's lines, as the form shows them, of which the column says 1; NULL: of none. */
static const char *numbers_of(Context *context, const DbResult *lines, guint column) {
  GString *numbers = g_string_new(NULL);
  for (guint i = 0; lines && i < lines->rows; i++)
    if (DB_CELL(lines, i, column)->integer)
      g_string_append_printf(numbers, "%s%u", numbers->len ? ", " : "", i + 1);
  const char *text = numbers->len ? arena_strdup(context->arena, numbers->str) : NULL;
  g_string_free(numbers, TRUE);
  return text;
}

/* What the clerk is likely to send the form back for. */
static const char *warn_of_lines(Context *context, GError **error) {
  static const struct {
    guint column;
    const char *sentence;
  } looked_for[] = {
    {1, N_("Asked by the clerk, and neither changed nor answered: line %s.")},
    {2, N_("A door without its opening direction: line %s.")},
  };
  const DbResult *lines = dict_ask(
    context->tx, context->arena, &order_form_record,
    "SELECT parent_id, CASE WHEN finding = 'question' THEN 1 ELSE 0 END, CASE WHEN COALESCE(door_type, '') <> '' AND"
    " COALESCE(door_opening, '') = '' THEN 1 ELSE 0 END FROM order_form_line WHERE state = 'active' AND parent_id = $1"
    " ORDER BY id", DB_ARGS(DB_I(((const Row *)context->row)->id)), error);
  const char *said = NULL;
  for (guint i = 0; i < G_N_ELEMENTS(looked_for); i++) {
    const char *numbers = numbers_of(context, lines, looked_for[i].column);
    const char *line = numbers ? context_sentence(context, looked_for[i].sentence, numbers) : NULL;
    said = said && line ? arena_printf(context->arena, "%s\n%s", said, line) : said ? said : line;
  }
  return said;
}

static gboolean number_edition(Context *context, GError **error) {
  OrderForm *form = context->row;
  form->edition = 1 + context_number(context, "SELECT MAX(edition) FROM order_form WHERE order_id = $1 AND id <> $2",
                                     DB_ARGS(DB_I(form->row.order_id), DB_I(form->row.id)), error);
  return TRUE;
}

/* The order with its form in one act: nothing is left to be begun. */
static gboolean begin_order(Context *context, GError **error) {
  OrderForm *form = dict_new_row(context->arena, &order_form_record);
  form->edition = 1;
  return party_place_order(context, error) && context_create(context, &order_form_record, form, error);
}

gboolean order_form_take_over(Context *context, const char *lines, GError **error) {
  OrderForm *form = dict_new_row(context->arena, &order_form_record);
  form->edition = 1;
  gboolean fine = context_create(context, &order_form_record, form, error);
  guint count;
  const gint64 *ids = dict_ids(context->arena, lines, &count);
  for (guint i = 0; fine && i < count; i++) {
    const OrderFormLine *old = context_load(context, &order_form_line_record, ids[i], error);
    OrderFormLine *line = old ? dict_copy_row(context->arena, &order_form_line_record, old) : NULL;
    if (!line)
      return FALSE;
    line->row.parent_id = form->row.id;
    line->row.order_id = form->row.order_id;
    line->origin = DICT_UNSET; /* another piece, however alike */
    line->finding = line->question = line->answer = NULL;
    fine = context_create(context, &order_form_line_record, line, error);
  }
  return fine;
}

/* ---- line by line ---- */
static const char *check_form_waiting(Context *context, GError **error) {
  const Row *line = context->row;
  if (context_is_in(context, &order_form_record, line->parent_id, "submitted", error))
    return NULL;
  return context_sentence(context, N_("The order form is not handed in; lines are checked when the dealer or the clerk "
                                      "has done that."));
}
static const Gate gate_form_waiting = {"order_form.waiting", check_form_waiting, .decides = TRUE};

/* Lines of the form whose remark waits for its answer, after the form's id: area and remark. NULL and error. */
static const DbResult *questions(Context *context, gint64 form, GError **error) {
  return dict_ask(context->tx, context->arena, &order_form_record,
                  "SELECT parent_id, area, question FROM order_form_line WHERE state = 'active'"
                  " AND finding = 'question' AND parent_id = $1 ORDER BY id", DB_ARGS(DB_I(form)), error);
}

static const char *check_form_answered(Context *context, GError **error) {
  const DbResult *found = questions(context, ((const Row *)context->row)->id, error);
  if (!found || !found->rows)
    return NULL;
  return context_sentence(context, N_("A remark waits for its answer (%s: “%s”); return the form with remarks, or mark "
                                      "the line as in order."),
                          DB_CELL(found, 0, 1)->text, DB_CELL(found, 0, 2)->text);
}
static const Gate gate_form_answered = {"order_form.answered", check_form_answered};

static const char *check_form_remarked(Context *context, GError **error) {
  const OrderForm *form = context->row;
  const DbResult *found = form->returned_because ? NULL : questions(context, form->row.id, error);
  if (form->returned_because || (found && found->rows))
    return NULL;
  return context_sentence(context, N_("Nothing says what is to be corrected: write a remark beside a line, or one on "
                                      "the whole form."));
}
static const Gate gate_form_remarked = {"order_form.remarked", check_form_remarked};

/* A remark outweighs a tick; who says neither has not looked at the line yet. */
static gboolean find_line(Context *context, GError **error) {
  OrderFormLine *line = context->row;
  line->finding = line->question ? "question" : g_strcmp0(line->finding, "verified") ? NULL : "verified";
  line->answer = NULL;
  return TRUE;
}

/* What was looked at and then changed or answered is to be looked at again. */
static gboolean change_line(Context *context, GError **error) {
  OrderFormLine *line = context->row;
  if (line->finding && dict_difference(context->arena, &order_form_line_record, context->before, line)->count)
    line->finding = "changed";
  return TRUE;
}

static gboolean verify_others(Context *context, gint64 form_id, GError **error) {
  g_autoptr(GPtrArray) lines = dict_load_by(context->tx, context->arena, &order_form_line_record, "parent_id",
                                            DB_I(form_id), error);
  for (guint i = 0; lines && i < lines->len; i++) {
    const OrderFormLine *before = lines->pdata[i];
    if (g_strcmp0(before->row.state, "active") || !g_strcmp0(before->finding, "verified") ||
        !g_strcmp0(before->finding, "question"))
      continue;
    OrderFormLine *line = dict_copy_row(context->arena, &order_form_line_record, before);
    line->finding = "verified";
    line->question = line->answer = NULL;
    if (!context_save(context, &order_form_line_record, before, line, error))
      return FALSE;
  }
  return lines != NULL;
}

static gboolean return_form(Context *context, GError **error) {
  OrderForm *form = context->row;
  const gboolean others = form->others_verified == 1;
  form->others_verified = DICT_UNSET;
  return (!others || verify_others(context, form->row.id, error)) && party_take_order(context, error);
}

/* Whoever accepts a form says that all of its lines are in order. */
static gboolean accept_form(Context *context, GError **error) {
  const Row *row = context->row;
  if (!verify_others(context, row->id, error))
    return FALSE;
  g_autoptr(GPtrArray) forms = dict_load_by(context->tx, context->arena, &order_form_record, "order_id",
                                            DB_I(row->order_id), error);
  for (guint i = 0; forms && i < forms->len; i++) {
    const OrderForm *before = forms->pdata[i];
    if (before->row.id == row->id || g_strcmp0(before->row.state, "accepted"))
      continue;
    OrderForm *form = dict_copy_row(context->arena, &order_form_record, before);
    form->row.state = "superseded";
    if (!context_save(context, &order_form_record, before, form, error))
      return FALSE;
  }
  return forms && party_take_order(context, error) && party_advance_order(context, 5, error);
}

/* The accepted form stays in force until the new edition is accepted. */
static gboolean copy_form(Context *context, GError **error) {
  const OrderForm *old = context->row;
  OrderForm *form = dict_copy_row(context->arena, &order_form_record, old);
  form->row.state = "draft";
  form->edition = old->edition + 1;
  form->follows = old->row.id;
  form->returned_because = NULL;
  form->paper = DICT_UNSET;
  if (!context_create(context, &order_form_record, form, error))
    return FALSE;
  g_autoptr(GPtrArray) lines = dict_load_by(context->tx, context->arena, &order_form_line_record, "parent_id",
                                            DB_I(old->row.id), error);
  for (guint i = 0; lines && i < lines->len; i++) {
    OrderFormLine *line = lines->pdata[i];
    line->origin = order_form_wall(line);
    line->row.parent_id = form->row.id;
    if (!g_strcmp0(line->row.state, "active") && !context_create(context, &order_form_line_record, line, error))
      return FALSE;
  }
  return lines != NULL;
}

#define LINE_INPUTS                                                                                                  \
  {"area"}, {"style"}, {"thickness"}, {"width"}, {"height"}, {"quantity"}, {"frame_colour", TRUE}, {"filling", TRUE}, \
    {"door_type", TRUE}, {"door_opening", TRUE}, {"hardware", TRUE}, {"remarks", TRUE}
static const Command order_form_commands[] = {
  {.name = "order.begin", .record = "order", .label = N_("New order"),
   .help = N_("Opens an order for a project, known or new, with an empty order form to fill in."),
   .creates = TRUE, .under = "dealer", .to = "open", .by = FILLERS,
   .inputs = INPUTS({"name"}, {"project", TRUE}, {"new_project", TRUE}, {"site_address", TRUE}, {"owner", TRUE}),
   .gates = GATES(&gate_dealer_active, &gate_order_placed), .run = begin_order},
  {.name = "order_form.create", .label = N_("Start an order form"), .help = N_("Starts an order form."),
   .creates = TRUE, .under = "order", .to = "draft", .by = FILLERS,
   .inputs = INPUTS({"plan", TRUE}, {"drawings", TRUE}, {"remarks", TRUE}),
   .gates = GATES(&gate_order_open, &gate_form_alone, &gate_form_first), .run = number_edition},
  {.name = "order_form.change", .label = N_("Change"), .help = N_("Changes the form's plan and remarks."),
   .from = IN("draft", "returned"), .by = FILLERS,
   .inputs = INPUTS({"plan", TRUE}, {"drawings", TRUE}, {"remarks", TRUE}),
   .gates = GATES(&gate_order_stands)},
  {.name = "order_form.submit", .label = N_("Hand in"), .behalf = N_("Hand in for the dealer"),
   .extra = say_dealers_turn, .warns = warn_of_lines,
   .help = N_("Gives the form to the clerk for verification."),
   .from = IN("draft", "returned"), .to = "submitted", .by = FILLERS,
   .gates = GATES(&gate_order_stands, &gate_form_filled), .submits = TRUE},
  {.name = "order_form.accept", .label = N_("Accept"),
   .help = N_("Says that every line was checked, and freezes the form as the basis of the order."),
   .from = IN("submitted"), .to = "accepted", .by = ROLE_CLERK, .by_lines = "order_form_line.check",
   .gates = GATES(&gate_order_stands, &gate_form_answered), .run = accept_form,
   .moves = MOVES("order_form.superseded")},
  {.name = "order_form.return", .label = N_("Return with remarks"), .help = N_("Sends the form back to be corrected."),
   .from = IN("submitted"), .to = "returned", .by = ROLE_CLERK, .by_lines = "order_form_line.check",
   .inputs = INPUTS({.field = "returned_because", .optional = TRUE, .label = N_("Remark on the whole form")},
                    {"others_verified", TRUE}),
   .gates = GATES(&gate_order_stands, &gate_form_remarked), .run = return_form, .forbidden_look = TRUE,
   .instead = "order_form.accept"},
  {.name = "order_form.revise", .label = N_("Make a new edition"),
   .help = N_("Copies the frozen form into a new draft."),
   .from = IN("accepted"), .by = FILLERS, .gates = GATES(&gate_order_open, &gate_form_alone), .run = copy_form},
  {.name = "order_form.import", .label = N_("Import lines"),
   .help = N_("Adds the rows of a spreadsheet, or replaces the existing lines with them."),
   .from = IN("draft", "returned"), .by = FILLERS, .inputs = INPUTS({"sheet"}, {"replaces", TRUE}),
   .gates = GATES(&gate_order_stands), .prepare = import_prepare, .run = import_run,
   .moves = MOVES("order_form_line.removed")},
  {0},
};
static const Duty order_form_duties[] = {
  {.name = "order.form", .record = "order", .step = 2, .state = "open", .role = ROLE_CLERK, .days = 2,
   .escalates = ROLE_MANAGER, .label = N_("Get the order form filled in"), .act = "order_form.create",
   .until = &gate_form_begun,
   .asked_after = IN("order_form.create")},
  {.name = "order_form.complete", .state = "draft", .role = ROLE_DEALER, .days = 5,
   .escalates = ROLE_CLERK, .label = N_("Complete the order form"), .meanwhile = "order_form_line.add"},
  {.name = "order_form.verify", .state = "submitted", .role = ROLE_CLERK, .days = 1,
   .escalates = ROLE_MANAGER, .label = N_("Verify the order form")},
  {.name = "order_form.correct", .state = "returned", .role = ROLE_DEALER, .days = 3,
   .escalates = ROLE_CLERK, .label = N_("Correct the order form")},
  {.name = "order_form.draw", .step = 5, .state = "accepted", .role = ROLE_DESIGNER, .days = 3,
   .escalates = ROLE_CLERK, .label = N_("Upload the shop drawing"), .act = "drawing.create",
   .until = &gate_drawing_begun, .asked_after = IN("drawing.create", "drawing.keep", "drawing.decline")},
  {0},
};
const Record order_form_record = {
  DICT_OF(order_form, OrderForm), .label = N_("Order form"), .plural = N_("Order forms"), .prefix = "F", .step = 2,
  .shown_to = DEALER,
  .states = STATES({"draft", N_("Draft"), DEALER}, {"submitted", N_("Waits for verification"), DEALER},
                   {"returned", N_("Returned with remarks"), DEALER, BACK}, {"accepted", N_("Accepted"), DEALER},
                   {"superseded", N_("Replaced by a newer edition"), DEALER, PAST},
                   {"cancelled", N_("Cancelled"), DEALER, PAST}),
  .ends = ENDS({"draft", "cancelled"}, {"submitted", "cancelled"}, {"returned", "cancelled"}),
  .commands = order_form_commands, .duties = order_form_duties,
};
static const Command order_form_line_commands[] = {
  {.name = "order_form_line.add", .label = N_("Add line"), .help = N_("Adds a line to the order form."),
   .creates = TRUE, .under = "order_form", .to = "active", .by = FILLERS, .inputs = INPUTS(LINE_INPUTS),
   .gates = GATES(&gate_order_stands, &gate_form_editable)},
  {.name = "order_form_line.change", .label = N_("Change line"), .help = N_("Changes a line of the order form."),
   .from = IN("active"), .by = FILLERS, .inputs = INPUTS(LINE_INPUTS, {"answer", TRUE}), .run = change_line,
   .gates = GATES(&gate_order_stands, &gate_form_editable)},
  {.name = "order_form_line.check", .label = N_("Check line"),
   .help = N_("Marks a line as in order, or remarks on it."),
   .from = IN("active"), .by = ROLE_CLERK, .inputs = INPUTS({"finding", TRUE}, {"question", TRUE}), .run = find_line,
   .gates = GATES(&gate_order_stands, &gate_form_waiting)},
  {.name = "order_form_line.remove", .label = N_("Remove line"), .help = N_("Takes a line off the order form."),
   .from = IN("active"), .to = "removed", .by = FILLERS, .gates = GATES(&gate_order_stands, &gate_form_editable),
   .forbidden_look = TRUE},
  {0},
};
const Record order_form_line_record = {
  DICT_OF(order_form_line, OrderFormLine), .label = N_("Order form line"), .plural = N_("Order form lines"), .step = 2,
  .parent = "order_form",
  .shown_to = DEALER, .states = STATES({"active", N_("Active"), DEALER}, {"removed", N_("Removed"), DEALER, PAST}),
  .commands = order_form_line_commands,
};
