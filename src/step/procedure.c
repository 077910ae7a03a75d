/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The three lists of the procedure, and its duties: whoever is waited for, until when. */
#include "step/procedure.h"
#include "party/party.h"
#include "step/s02-order-form.h"
#include "step/s05-drawing.h"
#include "step/s06-contract.h"
#include "step/s08-deposit.h"
#include "step/s09-works-order.h"
#include "step/s11-production.h"
#include "step/s12-balance.h"
#include "step/s13-shipping.h"

const ProcedureStep procedure_steps[PROCEDURE_STEPS] = {
  {1, N_("Help the dealer win the contract"), FALSE},
  {2, N_("Order form"), TRUE},
  {3, N_("Site measurement"), FALSE},
  {4, N_("Shop drawings and quotation"), FALSE},
  {5, N_("Drawing confirmed"), TRUE},
  {6, N_("Contract"), TRUE},
  {7, N_("Contracts signed in the factory's name"), FALSE},
  {8, N_("Deposit"), TRUE},
  {9, N_("Works order"), TRUE},
  {10, N_("Take-off"), FALSE},
  {11, N_("Production"), TRUE},
  {12, N_("Balance and delivery notice"), TRUE},
  {13, N_("Shipping"), TRUE},
  {14, N_("Installation"), FALSE},
  {15, N_("Acceptance"), FALSE},
  {16, N_("Photos"), FALSE},
  {17, N_("Summary"), FALSE},
};

const Record *const procedure_records[] = {
  &user_record,      &absence_record,         &holiday_record,         &file_record,          &dealer_record,
  &contact_record,   &project_record,         &order_record,           &order_form_record,    &order_form_line_record,
  &drawing_record,   &contract_record,        &instalment_record,      &receipt_record,       &allocation_record,
  &works_order_record, &progress_record,      &stored_goods_record,    &balance_notice_record, &delivery_notice_record,
  &delivery_line_record, &shipment_record,    &tracking_record,
};
const guint procedure_records_count = G_N_ELEMENTS(procedure_records);

#define COMMAND(name) extern const Command name;
#include "step/commands.def"
#undef COMMAND
const Command *const procedure_commands[] = {
#define COMMAND(name) &name,
#include "step/commands.def"
#undef COMMAND
};
const guint procedure_commands_count = G_N_ELEMENTS(procedure_commands);

const Duty procedure_duties[] = {
  {.name = "order_form.complete", .record = "order_form", .state = "draft", .role = ROLE_DEALER, .days = 5,
   .escalates = ROLE_CLERK, .label = N_("Complete the order form")},
  {.name = "order_form.verify", .record = "order_form", .state = "submitted", .role = ROLE_CLERK, .days = 1,
   .escalates = ROLE_MANAGER, .label = N_("Verify the order form")},
  {.name = "order_form.correct", .record = "order_form", .state = "returned", .role = ROLE_DEALER, .days = 3,
   .escalates = ROLE_CLERK, .label = N_("Correct the order form")},
  {.name = "drawing.issue", .record = "drawing", .state = "draft", .role = ROLE_CLERK, .days = 1,
   .escalates = ROLE_MANAGER, .label = N_("Issue the drawing")},
  {.name = "drawing.sign", .record = "drawing", .state = "issued", .role = ROLE_DEALER, .days = 3,
   .escalates = ROLE_CLERK, .label = N_("Sign the drawing")},
  {.name = "contract.complete", .record = "contract", .state = "draft", .role = ROLE_CLERK, .days = 2,
   .escalates = ROLE_MANAGER, .label = N_("Complete the contract")},
  {.name = "contract.review", .record = "contract", .state = "review", .role = ROLE_MANAGER, .days = 1,
   .escalates = ROLE_GM, .label = N_("Review the contract")},
  {.name = "contract.sign", .record = "contract", .state = "gm", .role = ROLE_GM, .days = 1, .escalates = ROLE_GM,
   .label = N_("Sign the contract")},
  {.name = "contract.seal", .record = "contract", .state = "seal", .role = ROLE_FINANCE, .days = 1,
   .escalates = ROLE_MANAGER, .label = N_("Seal the contract")},
  {.name = "contract.countersign", .record = "contract", .state = "countersign", .role = ROLE_DEALER, .days = 5,
   .escalates = ROLE_CLERK, .label = N_("Countersign the contract")},
  {.name = "contract.file_copy", .record = "contract", .state = "countersign", .role = ROLE_CLERK, .days = 7,
   .escalates = ROLE_MANAGER, .label = N_("Chase and file the countersigned copy")},
  {.name = "instalment.pay", .record = "instalment", .state = "active", .role = ROLE_CLERK, .due_field = "due_date",
   .before_days = 3, .escalates = ROLE_MANAGER, .label = N_("Remind the dealer of the payment")},
  {.name = "receipt.confirm", .record = "receipt", .state = "noticed", .role = ROLE_FINANCE, .days = 1,
   .escalates = ROLE_MANAGER, .label = N_("Confirm the money received")},
  {.name = "works_order.complete", .record = "works_order", .state = "draft", .role = ROLE_CLERK, .days = 1,
   .escalates = ROLE_MANAGER, .label = N_("Complete the works order")},
  {.name = "works_order.review", .record = "works_order", .state = "review", .role = ROLE_MANAGER, .days = 1,
   .escalates = ROLE_GM, .label = N_("Review the works order")},
  {.name = "works_order.release", .record = "works_order", .state = "gm", .role = ROLE_GM, .days = 1,
   .escalates = ROLE_GM, .label = N_("Release the works order")},
  {.name = "works_order.confirm", .record = "works_order", .state = "released", .role = ROLE_PRODUCTION, .days = 1,
   .escalates = ROLE_MANAGER, .label = N_("Confirm receipt of the works order")},
  {.name = "works_order.make", .record = "works_order", .state = "making", .role = ROLE_PRODUCTION, .days = 3,
   .escalates = ROLE_MANAGER, .label = N_("Report progress")},
  {.name = "works_order.resume", .record = "works_order", .state = "held", .role = ROLE_MANAGER, .days = 1,
   .escalates = ROLE_GM, .label = N_("Clear what holds production")},
  {.name = "works_order.notice", .record = "works_order", .state = "made", .role = ROLE_CLERK, .days = 1,
   .escalates = ROLE_MANAGER, .label = N_("Notice the dealer of balance and ship date")},
  {.name = "balance_notice.send", .record = "balance_notice", .state = "draft", .role = ROLE_CLERK,
   .due_field = "planned_date", .before_days = 3, .escalates = ROLE_MANAGER, .label = N_("Send the balance notice")},
  {.name = "balance_notice.pay", .record = "balance_notice", .state = "sent", .role = ROLE_DEALER,
   .due_field = "planned_date", .before_days = 1, .escalates = ROLE_CLERK, .label = N_("Pay the balance")},
  {.name = "delivery_notice.complete", .record = "delivery_notice", .state = "draft", .role = ROLE_CLERK,
   .due_field = "planned_date", .before_days = 1, .escalates = ROLE_MANAGER, .label = N_("Complete the delivery notice")},
  {.name = "delivery_notice.sign", .record = "delivery_notice", .state = "review", .role = ROLE_REGIONAL, .days = 1,
   .escalates = ROLE_GM, .label = N_("Sign the delivery notice")},
  {.name = "delivery_notice.sign_money", .record = "delivery_notice", .state = "review", .role = ROLE_FINANCE,
   .days = 1, .escalates = ROLE_GM, .label = N_("Sign the delivery notice")},
  {.name = "delivery_notice.approve", .record = "delivery_notice", .state = "gm", .role = ROLE_GM, .days = 1,
   .escalates = ROLE_GM, .label = N_("Approve the delivery")},
  {.name = "delivery_notice.ship", .record = "delivery_notice", .state = "approved", .role = ROLE_WAREHOUSE,
   .due_field = "planned_date", .escalates = ROLE_MANAGER, .label = N_("Ship the goods")},
  {.name = "shipment.agree", .record = "shipment", .state = "planned", .role = ROLE_DEALER, .days = 1,
   .escalates = ROLE_CLERK, .label = N_("Agree to the carrier")},
  {.name = "shipment.follow", .record = "shipment", .state = "shipped", .role = ROLE_CLERK,
   .due_field = "expected_date", .escalates = ROLE_MANAGER, .label = N_("Follow the shipment until it is signed for")},
};
const guint procedure_duties_count = G_N_ELEMENTS(procedure_duties);

gboolean procedure_register(GError **error) {
  return dict_register(procedure_records, procedure_records_count, error) &&
         workflow_register(procedure_commands, procedure_commands_count, procedure_duties, procedure_duties_count, error);
}
