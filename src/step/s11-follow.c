/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 11: how production is followed: its forecast against the due date, the clerk's visits to the shop floor and
   words to the dealer, and problems with whoever is to solve them. */
#include "step/s11-production.h"

#define DICT_NAME forecast
#define DICT_TYPE Forecast
#define DICT_DEF "step/forecast.def"
#include "dict/declare.h"
#define DICT_NAME floor_visit
#define DICT_TYPE FloorVisit
#define DICT_DEF "step/floor_visit.def"
#include "dict/declare.h"
#define DICT_NAME word
#define DICT_TYPE Word
#define DICT_DEF "step/word.def"
#include "dict/declare.h"
#define DICT_NAME obstacle
#define DICT_TYPE Obstacle
#define DICT_DEF "step/obstacle.def"
#include "dict/declare.h"

/* ---- the forecast ---- */
static const char *check_in_time(Context *context, GError **error) {
  const Order *order = context->row;
  if (order->expected_date == DICT_UNSET || order->due_date == DICT_UNSET || order->expected_date <= order->due_date)
    return NULL;
  return context_sentence(context, N_("The goods are expected %d days after the due date; production finds a way, or "
                                      "the due date is extended."), (int)(order->expected_date - order->due_date));
}
static const Gate gate_in_time = {"forecast.in_time", check_in_time};

static gboolean expect_order(Context *context, GError **error) {
  return party_expect_order(context, ((Forecast *)context->row)->expected_date, error);
}
static const Command forecast_commands[] = {
  {.name = "forecast.report", .label = N_("Say when it is expected to ship"),
   .help = N_("The dealer sees this day; where it is later than the due date, the clerk is warned at once."),
   .creates = TRUE, .under = "works_order", .by = ROLE_PRODUCTION,
   .inputs = INPUTS({"expected_date", .not_before = IN("today")}, {"reason", TRUE}),
   .gates = GATES(&gate_order_open, &gate_making), .run = expect_order},
  {0},
};
static const Duty forecast_duties[] = {
  {.name = "forecast.late", .record = "order", .step = 11, .state = "open", .role = ROLE_CLERK,
   .escalates = ROLE_MANAGER, .label = N_("Act on a forecast later than the due date"), .act = "extension.propose",
   .until = &gate_in_time, .asked_after = IN("forecast.report")},
  {0},
};
const Record forecast_record = {
  DICT_OF(forecast, Forecast), .label = N_("Forecast"), .plural = N_("Forecasts"), .step = 11,
  .commands = forecast_commands, .duties = forecast_duties,
};

/* ---- visits and words ---- */
static const Command floor_visit_commands[] = {
  {.name = "floor_visit.log", .label = N_("Log a visit to the shop floor"), .help = N_("Says what was found there."),
   .creates = TRUE, .under = "works_order", .by = ROLE_CLERK, .inputs = INPUTS({"found"}),
   .gates = GATES(&gate_order_open, &gate_making)},
  {0},
};
const Record floor_visit_record = {
  DICT_OF(floor_visit, FloorVisit), .label = N_("Visit to the shop floor"), .plural = N_("Visits to the shop floor"),
  .step = 11,
  .commands = floor_visit_commands,
};
static const Command word_commands[] = {
  {.name = "word.log", .label = N_("Log an update to the dealer"),
   .help = N_("Keeps what the dealer was told, and how, for the house: the dealer does not read it. A comment shared "
              "with the dealer counts as telling, too."),
   .creates = TRUE, .under = "works_order", .by = ROLE_CLERK, .inputs = INPUTS({"told_how"}, {"said"}),
   .gates = GATES(&gate_order_open, &gate_making)},
  {0},
};
const Record word_record = {
  DICT_OF(word, Word), .label = N_("Update to the dealer"), .plural = N_("Updates to the dealer"), .step = 11,
  .commands = word_commands,
};

/* ---- problems ---- */
static const char *check_owner(Context *context, GError **error) {
  const Obstacle *obstacle = context->row;
  const User *owner = context_load(context, &user_record, obstacle->owner, error);
  if (!owner || !obstacle->department || (!g_strcmp0(owner->row.state, "active") &&
                                         (party_roles(owner->roles) & workflow_role(obstacle->department))))
    return NULL;
  return context_sentence(context, N_("%s is not of this department; choose another person, or leave it to anyone of "
                                      "the department."), owner->name);
}
static const Gate gate_owner = {"obstacle.owner", check_owner};

#define NOTICERS (ROLE_CLERK | ROLE_PRODUCTION)
#define SOLVERS (NOTICERS | ROLE_PURCHASING | ROLE_WAREHOUSE | ROLE_DESIGNER | ROLE_ESTIMATOR)
static const Command obstacle_commands[] = {
  {.name = "obstacle.report", .label = N_("Report a problem"),
   .help = N_("Says what holds up production, and who deals with it."),
   .creates = TRUE, .under = "works_order", .to = "open", .by = NOTICERS,
   .inputs = INPUTS({"title"}, {"department"}, {"owner", TRUE}, {"solve_by", TRUE, .not_before = IN("today")}),
   .gates = GATES(&gate_order_open, &gate_owner)},
  {.name = "obstacle.assign", .label = N_("Assign"), .help = N_("Gives the problem to another department or person."),
   .from = IN("open"), .by = NOTICERS | ROLE_MANAGER,
   .inputs = INPUTS({"department"}, {"owner", TRUE}, {"solve_by", TRUE, .not_before = IN("today")}),
   .gates = GATES(&gate_order_stands, &gate_owner)},
  {.name = "obstacle.solve", .label = N_("Solved"), .help = N_("Says how it was solved."),
   .from = IN("open"), .to = "solved", .by = SOLVERS, .inputs = INPUTS({"solution"}),
   .gates = GATES(&gate_order_stands)},
  {0},
};
static const Duty obstacle_duties[] = {
  {.name = "obstacle.solve", .state = "open", .role_field = "department", .person_field = "owner",
   .due_field = "solve_by", .days = 3, .escalates = ROLE_MANAGER, .label = N_("Solve the problem")},
  {0},
};
const Record obstacle_record = {
  DICT_OF(obstacle, Obstacle), .label = N_("Problem"), .plural = N_("Problems"), .prefix = "X", .step = 11,
  .states = STATES({"open", N_("Open")}, {"cancelled", N_("Cancelled"), HOUSE, PAST}, {"solved", N_("Solved")}),
  .ends = ENDS({"open", "cancelled"}),
  .commands = obstacle_commands, .duties = obstacle_duties,
};
