/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dealers with their contacts, projects and orders: what every step hangs on. */
#include "party/party.h"

#define KEEPERS (ROLE_CLERK | ROLE_SALES | ROLE_MANAGER)

#define DEALER_INPUTS                                                                                                \
  INPUTS({"name"}, {"region", TRUE}, {"level", TRUE}, {"address", TRUE}, {"phone", TRUE}, {"tax_number", TRUE},      \
         {"clerk", TRUE}, {"note", TRUE})
static const Command dealer_commands[] = {
  {.name = "dealer.create", .label = N_("Add a dealer"), .help = N_("Enters a dealer."),
   .creates = TRUE, .to = "active", .by = KEEPERS, .inputs = DEALER_INPUTS},
  {.name = "dealer.change", .label = N_("Change"), .help = N_("Changes what is known of a dealer."),
   .from = IN("active"), .by = KEEPERS, .inputs = DEALER_INPUTS},
  {.name = "dealer.close", .label = N_("Close"), .help = N_("Closes the dealer: nothing new can be ordered."),
   .from = IN("active"), .to = "closed", .by = ROLE_MANAGER, .forbidden_look = TRUE},
  {.name = "dealer.reopen", .label = N_("Reopen"), .help = N_("Lets the dealer order again."),
   .from = IN("closed"), .to = "active", .by = ROLE_MANAGER},
  {0},
};
const Record dealer_record = {
  DICT_OF(dealer, Dealer), .label = N_("Dealer"), .plural = N_("Dealers"), .prefix = "D", .shown_to = DEALER,
  .root = DICT_ROOT(dealer_id),
  .states = STATES({"active", N_("Active"), DEALER}, {"closed", N_("Closed"), DEALER, PAST}),
  .commands = dealer_commands,
};

static const char *check_dealer_active(Context *context, GError **error) {
  const Row *row = context->row;
  if (context_is_in(context, &dealer_record, row->dealer_id, "closed", error))
    return context_sentence(context, N_("The dealer is closed; a manager can reopen it."));
  return NULL;
}
const Gate gate_dealer_active = {"dealer.active", check_dealer_active};

#define CONTACT_INPUTS INPUTS({"name"}, {"post", TRUE}, {"phone", TRUE}, {"email", TRUE}, {"note", TRUE})
static const Command contact_commands[] = {
  {.name = "contact.create", .label = N_("Add a contact"), .help = N_("Enters a person at a dealer."),
   .creates = TRUE, .under = "dealer", .to = "active", .by = KEEPERS, .inputs = CONTACT_INPUTS,
   .gates = GATES(&gate_dealer_active)},
  {.name = "contact.change", .label = N_("Change"), .help = N_("Changes what is known of a person."),
   .from = IN("active"), .by = KEEPERS, .inputs = CONTACT_INPUTS},
  {.name = "contact.close", .label = N_("Close"), .help = N_("Records that the person is no longer there."),
   .from = IN("active"), .to = "closed", .by = KEEPERS, .forbidden_look = TRUE},
  {0},
};
const Record contact_record = {
  DICT_OF(contact, Contact), .label = N_("Contact"), .plural = N_("Contacts"), .shown_to = DEALER,
  .states = STATES({"active", N_("Active"), DEALER}, {"closed", N_("Closed"), HOUSE, PAST}),
  .commands = contact_commands,
};

#define PROJECT_INPUTS                                                                                               \
  INPUTS({"name"}, {"site_address", TRUE}, {"site_person", TRUE}, {"site_phone", TRUE}, {"owner", TRUE},             \
         {"main_contractor", TRUE}, {"note", TRUE})
static const Command project_commands[] = {
  {.name = "project.create", .label = N_("Add a project"), .help = N_("Enters a building site of the dealer."),
   .creates = TRUE, .under = "dealer", .to = "active", .by = KEEPERS, .inputs = PROJECT_INPUTS,
   .gates = GATES(&gate_dealer_active)},
  {.name = "project.change", .label = N_("Change"), .help = N_("Changes what is known of a project."),
   .from = IN("active"), .by = KEEPERS, .inputs = PROJECT_INPUTS},
  {.name = "project.close", .label = N_("Close"), .help = N_("Closes the project: nothing new is ordered for it."),
   .from = IN("active"), .to = "closed", .by = KEEPERS, .forbidden_look = TRUE},
  {0},
};
const Record project_record = {
  DICT_OF(project, Project), .label = N_("Project"), .plural = N_("Projects"), .prefix = "P", .shown_to = DEALER,
  .states = STATES({"active", N_("Active"), DEALER}, {"closed", N_("Closed"), DEALER, PAST}),
  .commands = project_commands,
};

static const char *check_project_active(Context *context, GError **error) {
  const Row *row = context->row;
  if (context_is_in(context, &project_record, row->parent_id, "closed", error))
    return context_sentence(context, N_("The project is closed; open a new project for this order."));
  return NULL;
}
static const Gate gate_project_active = {"project.active", check_project_active};

static const char *check_order_clerk(Context *context, GError **error) {
  const Order *order = context->row;
  const User *clerk = context_load(context, &user_record, order->clerk, error);
  if (!clerk || (!g_strcmp0(clerk->row.state, "active") && (party_roles(clerk->roles) & ROLE_CLERK)))
    return NULL;
  return context_sentence(context, N_("An order is kept by an active order clerk; choose one."));
}
static const Gate gate_order_clerk = {"order.clerk", check_order_clerk};

/* The clerk who opens an order owns it, until it is handed over. */
static gboolean begin_own(Context *context, GError **error) {
  ((Order *)context->row)->clerk = context->viewer->user_id;
  return TRUE;
}

static gboolean open_order(Context *context, GError **error) {
  Order *order = context->row;
  order->project = order->row.parent_id;
  order->kind = order->kind ? order->kind : "normal";
  order->clerk = order->clerk == DICT_UNSET ? context->viewer->user_id : order->clerk;
  order->step = 2;
  return TRUE;
}

static const char *check_order_placed(Context *context, GError **error) {
  const Order *order = context->row;
  const gboolean chosen = order->project != DICT_UNSET, named = order->new_project != NULL;
  if (!order->name)
    return NULL; /* said by the inputs; nothing is typed yet */
  if (!chosen && !named)
    return context_sentence(context, N_("Say for which project it is; choose one of the list, or name a new one."));
  if (chosen && (named || order->site_address || order->owner))
    return context_sentence(context, N_("A project is chosen and a new one described; leave one of the two empty."));
  if (chosen && context_is_in(context, &project_record, order->project, "closed", error))
    return context_sentence(context, N_("The project is closed; open a new project for this order."));
  return NULL;
}
const Gate gate_order_placed = {"order.placed", check_order_placed};

/* The project belongs to the dealer, not to the order that begins it. */
static gboolean make_project(Context *context, Order *order, GError **error) {
  Project *project = dict_new_row(context->arena, &project_record);
  project->row.parent_id = order->row.parent_id;
  project->name = order->new_project;
  project->site_address = order->site_address;
  project->owner = order->owner;
  order->new_project = order->site_address = order->owner = NULL;
  context->row = context_load(context, &dealer_record, order->row.parent_id, error);
  const gboolean made = context->row && context_create(context, &project_record, project, error);
  context->row = order;
  order->project = project->row.id;
  return made;
}

/* The dealer's usual clerk, where there is an active one. */
static gint64 usual_clerk(Context *context, gint64 dealer_id, GError **error) {
  const Dealer *dealer = context_load(context, &dealer_record, dealer_id, error);
  const User *clerk = dealer ? context_load(context, &user_record, dealer->clerk, error) : NULL;
  return clerk && !g_strcmp0(clerk->row.state, "active") && (party_roles(clerk->roles) & ROLE_CLERK) ? clerk->row.id
                                                                                                      : DICT_UNSET;
}

gboolean party_place_order(Context *context, GError **error) {
  Order *order = context->row;
  order->kind = "normal";
  order->step = 2;
  order->clerk = context->viewer->roles & ROLE_DEALER ? usual_clerk(context, order->row.parent_id, error)
                                                      : context->viewer->user_id;
  return !order->new_project || make_project(context, order, error);
}

gboolean party_take_order(Context *context, GError **error) {
  const Order *before = context_load(context, &order_record, ((Row *)context->row)->order_id, error);
  if (!before || before->clerk != DICT_UNSET)
    return before != NULL;
  Order *order = dict_copy_row(context->arena, &order_record, before);
  order->clerk = context->viewer->user_id;
  return context_save(context, &order_record, before, order, error);
}

static const char *check_not_shipped(Context *context, GError **error) {
  const Row *row = context->row;
  if (context_number(context, "SELECT COUNT(*) FROM shipment WHERE order_id = $1 AND state IN ('shipped', 'delivered')",
                     DB_ARGS(DB_I(row->order_id)), error))
    return context_sentence(context,
                            N_("Goods of this order have left; what is wrong with them is settled by a return."));
  return NULL;
}
static const Gate gate_not_shipped = {"order.not_shipped", check_not_shipped};

/* Nothing of an order that is over is due. */
static gboolean end_order(Context *context, GError **error) {
  Order *order = context->row;
  order->clock_date = order->due_date = order->expected_date = order->settled_date = DICT_UNSET;
  return TRUE;
}
static const Command order_commands[] = {
  {.name = "order.create", .label = N_("Open an order"), .help = N_("Opens an order for the project."),
   .creates = TRUE, .under = "project", .to = "open", .by = ROLE_CLERK,
   .inputs = INPUTS({"name"}, {"kind", TRUE}, {"clerk", TRUE}, {"note", TRUE}),
   .gates = GATES(&gate_dealer_active, &gate_project_active, &gate_order_clerk), .begins = begin_own,
   .run = open_order},
  {.name = "order.change", .label = N_("Change"), .help = N_("Changes the order's name and note."),
   .from = IN("open"), .by = ROLE_CLERK, .inputs = INPUTS({"name"}, {"note", TRUE})},
  {.name = "order.hand_over", .label = N_("Hand over"),
   .help = N_("Gives the order to another clerk; it keeps everything."),
   .from = IN("open"), .by = ROLE_CLERK | ROLE_MANAGER, .inputs = INPUTS({"clerk"}), .gates = GATES(&gate_order_clerk)},
  {.name = "order.cancel", .label = N_("Cancel order"),
   .help = N_("Ends the order; the general manager says why, what was spent and what is refunded."),
   .from = IN("open"), .to = "cancelled", .by = ROLE_GM, .inputs = INPUTS({"reason"}, {"spent"}, {"refunded"}),
   .gates = GATES(&gate_not_shipped), .forbidden_look = TRUE, .run = end_order, .ends = TRUE},
  {0},
};
const Record order_record = {
  DICT_OF(order, Order), .label = N_("Order"), .plural = N_("Orders"), .prefix = "O", .shown_to = DEALER,
  .root = DICT_ROOT(order_id),
  .states = STATES({"open", N_("Open"), DEALER}, {"cancelled", N_("Cancelled"), DEALER, PAST},
                   {"closed", N_("Delivered and settled"), DEALER}),
  .indexes = INDEXES({{"clerk", "state", "due_date"}}, {{"dealer_id", "state", "due_date"}},
                     {{"state", "step", "due_date"}}, {{"state", "due_date"}},
                     {{"state", "due_date"}, .unset = "delivered_date"}, {{"state", "delivered_date"}}),
  .filters = FILTERS({"mine", N_("My open orders"), "state=open&clerk=me&sort=due_date", ROLE_CLERK},
                     {"waits", N_("Waiting for me"), "waits=me&sort=due_date"},
                     {"overdue", N_("Delivery overdue"), "late=due_date&sort=due_date",
                      .help = N_("The day on which delivery was due is past, and not all goods are signed for.")},
                     {"forecast", N_("Late forecasts"), "state=open&duty=forecast.late&sort=due_date",
                      ROLE_CLERK | ROLE_PRODUCTION | ROLE_MANAGER | ROLE_GM},
                     {"open", N_("Open"), "state=open&sort=due_date"},
                     {"delivered", N_("Delivered, not settled"),
                      "state=open&delivered_date-to=today&sort=delivered_date"},
                     {"closed", N_("Delivered and settled"), "state=closed&sort=-delivered_date"},
                     {"cancelled", N_("Cancelled"), "state=cancelled"}, {"all", N_("All"), ""}),
  .commands = order_commands,
};

/* Whether the order that context->row belongs to is in the state. */
static gboolean is_order(Context *context, const char *state, GError **error) {
  return context_number(context, "SELECT COUNT(*) FROM \"order\" WHERE id = $1 AND state = $2",
                        DB_ARGS(DB_I(((Row *)context->row)->order_id), DB_T(state)), error) > 0;
}

static const char *check_order_stands(Context *context, GError **error) {
  return is_order(context, "cancelled", error)
           ? context_sentence(context, N_("The order is cancelled; nothing more can be done in it."))
           : NULL;
}
const Gate gate_order_stands = {"order.stands", check_order_stands, .decides = TRUE};

static const char *check_order_open(Context *context, GError **error) {
  return is_order(context, "closed", error)
           ? context_sentence(context, N_("The order is delivered and settled; what is missing or broken is made on a "
                                          "make-up order."))
           : check_order_stands(context, error);
}
const Gate gate_order_open = {"order.open", check_order_open, .decides = TRUE};

gboolean party_expect_order(Context *context, gint64 date, GError **error) {
  const Order *before = context_load(context, &order_record, ((Row *)context->row)->order_id, error);
  if (!before || before->expected_date == date)
    return before != NULL;
  Order *order = dict_copy_row(context->arena, &order_record, before);
  order->expected_date = date;
  return context_save(context, &order_record, before, order, error);
}

gboolean party_advance_order(Context *context, int step, GError **error) {
  const Order *before = context_load(context, &order_record, ((Row *)context->row)->order_id, error);
  if (!before)
    return FALSE;
  if (before->step != DICT_UNSET && before->step >= step)
    return TRUE;
  Order *order = dict_copy_row(context->arena, &order_record, before);
  order->step = step;
  return context_save(context, &order_record, before, order, error);
}
