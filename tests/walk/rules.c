/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of moves: the path, the visits to each gate, and the turns that lead off the path. */
#include "rules.h"

#define DEALER_OR_CLERK (ROLE_DEALER | ROLE_CLERK)
#define LINE "area=Hall;style=A1;thickness=840;width=30000;height=27000;quantity=10"
#define TERMS "deposit_percent=3000;lead_days=20;payment_terms=30/70;liability=usual"
#define SITE "floor=level;ceiling=gypsum;others=none"
#define SUPPLY "glass=us;panel=us;door=customer;hardware=none"
#define EXTENSION "days=2;cause=site;reason=floor"
#define REGRET "reason=regret;spent=0;refunded=500"
#define SOON "2026-03-24" /* four days from the walk's today */
#define TODAY "2026-03-20"
#define YESTERDAY "2026-03-19"

/* ---- pieces of situations; $1 is the order ---- */
#define OPEN " AND EXISTS (SELECT 1 FROM \"order\" WHERE id = $1 AND state = 'open')"
#define ORDER "SELECT id FROM \"order\" WHERE id = $1 AND state = 'open'"
#define ROW(table, state) "SELECT id FROM " table " WHERE order_id = $1 AND state = '" state "'" OPEN
#define HAS(table, condition) " AND EXISTS (SELECT 1 FROM " table " WHERE order_id = $1 AND " condition ")"
#define NO(table, condition) " AND NOT EXISTS (SELECT 1 FROM " table " WHERE order_id = $1 AND " condition ")"
#define CLOCK(what) " AND EXISTS (SELECT 1 FROM \"order\" o WHERE o.id = $1 AND o.clock_date " what ")"
#define SUM(what, from) "COALESCE((SELECT CAST(SUM(" what ") AS BIGINT) FROM " from "), 0)"
#define PAID                                                                                                      \
  SUM("a.amount", "allocation a JOIN receipt r ON r.id = a.parent_id JOIN contract k ON k.id = a.contract WHERE " \
                  "k.order_id = $1 AND a.state = 'active' AND r.state = 'confirmed'")
#define ASKED(which)                                                                              \
  SUM("i.amount", "instalment i JOIN contract k ON k.id = i.parent_id WHERE k.order_id = $1 AND " \
                  "k.state = 'effective' AND i.state <> 'removed' AND " which)
#define DEPOSIT ASKED("i.kind = 'deposit'")
#define BEFORE ASKED("i.before_delivery = 1")
#define SUM_RIGHT \
  " AND amount = " SUM("i.amount", "instalment i WHERE i.parent_id = contract.id AND i.state <> 'removed'")
#define SUM_WRONG \
  " AND amount <> " SUM("i.amount", "instalment i WHERE i.parent_id = contract.id AND i.state <> 'removed'")
#define LOW                                                                                                  \
  " AND amount * 30 > 100 * " SUM("i.amount",                                                                \
                                  "instalment i WHERE i.parent_id = contract.id AND i.state <> 'removed' AND " \
                                  "i.kind = 'deposit'")
#define LATER                                                                                           \
  " AND EXISTS (SELECT 1 FROM instalment i WHERE i.parent_id = contract.id AND i.state <> 'removed' AND " \
  "i.before_delivery = 0)"
#define NEWEST_SIGNED " AND drawing = (SELECT id FROM drawing d WHERE d.order_id = $1 AND d.state = 'signed')"
#define OTHER_SIGNED " AND drawing <> (SELECT id FROM drawing d WHERE d.order_id = $1 AND d.state = 'signed')"
#define TERMS_SET " AND liability IS NOT NULL AND payment_terms IS NOT NULL AND lead_days IS NOT NULL"
#define TERMS_UNSET " AND (liability IS NULL OR payment_terms IS NULL OR lead_days IS NULL)"
#define SAME_DAYS \
  " AND EXISTS (SELECT 1 FROM contract c WHERE c.id = contract.amends AND c.lead_days = contract.lead_days)"
#define CHANGED \
  " AND NOT EXISTS (SELECT 1 FROM contract c WHERE c.id = contract.amends AND c.lead_days = contract.lead_days)"
#define SITE_SET " AND floor IS NOT NULL AND ceiling IS NOT NULL AND others IS NOT NULL"
#define SITE_UNSET " AND (floor IS NULL OR ceiling IS NULL OR others IS NULL)"
#define SUPPLY_SET " AND glass IS NOT NULL AND panel IS NOT NULL AND door IS NOT NULL AND hardware IS NOT NULL"
#define SUPPLY_UNSET " AND (glass IS NULL OR panel IS NULL OR door IS NULL OR hardware IS NULL)"
#define DONE(stage) SUM("p.quantity", "progress p WHERE p.parent_id = works_order.id AND p.stage = '" stage "'")
#define STORED SUM("g.quantity", "stored_goods g WHERE g.parent_id = works_order.id")
#define ORDERED                                                                                            \
  SUM("l.quantity", "order_form_line l JOIN order_form f ON f.id = l.parent_id WHERE f.order_id = $1 AND " \
                    "f.state = 'accepted' AND l.state = 'active'")
#define LEFT_OVER(stage, most)                                                                                \
  "SELECT id, " most " - " DONE(stage) " FROM works_order WHERE order_id = $1 AND state = 'making' AND " most \
                                       " > " DONE(stage) OPEN
#define FREE_GOODS                                                                                                 \
  "(SELECT MIN(g.id) FROM stored_goods g WHERE g.order_id = $1 AND g.state = 'in_store' AND NOT EXISTS (SELECT 1 " \
  "FROM delivery_line l JOIN delivery_notice n ON n.id = l.parent_id WHERE l.goods = g.id AND l.state <> 'removed' " \
  "AND n.state <> 'withdrawn'))"
#define NO_NOTICE                                                                                                \
  " AND NOT EXISTS (SELECT 1 FROM delivery_line l JOIN delivery_notice n ON n.id = l.parent_id WHERE l.goods = " \
  "g.id AND l.state <> 'removed' AND n.state IN ('review', 'gm', 'approved'))"
#define LISTED \
  " AND EXISTS (SELECT 1 FROM delivery_line l WHERE l.parent_id = delivery_notice.id AND l.state <> 'removed')"
#define UNLISTED \
  " AND NOT EXISTS (SELECT 1 FROM delivery_line l WHERE l.parent_id = delivery_notice.id AND l.state <> 'removed')"
#define SHIPPABLE(state, notice)                                                                    \
  "SELECT s.id FROM shipment s JOIN delivery_notice n ON n.id = s.parent_id WHERE s.order_id = $1 " \
  "AND s.state = '" state "' AND n.state " notice " AND " PAID " >= " BEFORE OPEN
#define NOTICED(more) HAS("balance_notice", "state = 'sent'" more)
#define SIGNED HAS("drawing", "state = 'signed'")
#define UNDER_WAY "state NOT IN ('effective', 'superseded', 'cancelled', 'ended')"
#define EFFECTIVE HAS("contract", "state = 'effective'")
#define ALLOCATED SUM("a.amount", "allocation a WHERE a.parent_id = receipt.id AND a.state = 'active'")

#define ASKED_LINE HAS("order_form_line", "state = 'active' AND finding = 'question'")
#define UNASKED NO("order_form_line", "state = 'active' AND finding = 'question'")
#define LINE_IN(states) \
  "SELECT l.id FROM order_form_line l JOIN order_form f ON f.id = l.parent_id WHERE l.order_id = $1 AND l.state = " \
  "'active' AND f.state IN (" states ")" OPEN
#define LEFT HAS("shipment", "state IN ('shipped', 'delivered')")
#define NOT_LEFT NO("shipment", "state IN ('shipped', 'delivered')")
#define REFUND "contract=%s;amount=1;reason=over"
#define CONTRACT_AMOUNT "(SELECT k.amount FROM contract k WHERE k.order_id = $1 AND k.state = 'effective')"
#define PROMISED \
  SUM("f.amount", "refund f JOIN contract k ON k.id = f.contract WHERE k.order_id = $1 AND f.state IN ('proposed', " \
                  "'approved', 'kept')")
#define KEPT_STANDS \
  " AND EXISTS (SELECT 1 FROM receipt r WHERE r.id = f.parent_id AND r.state = 'confirmed') AND " PAID " >= " \
  CONTRACT_AMOUNT " + " PROMISED
#define CREDIT "contract=%s;amount=1;reason=next"
#define REFUNDABLE(receipt)                                                                                       \
  "SELECT r.id, a.contract FROM receipt r JOIN allocation a ON a.parent_id = r.id AND a.state = 'active' AND "    \
  "a.contract IS NOT NULL WHERE r.order_id = $1 AND COALESCE(r.written_off, 0) = 0 AND " receipt

const Rule rules_path[] = {
    {.command = "order_form.create",
     .by = DEALER_OR_CLERK,
     .inputs = "remarks=soon",
     .where = ORDER NO("order_form", "state <> 'superseded'")},
    {.command = "order_form_line.add",
     .by = DEALER_OR_CLERK,
     .inputs = LINE,
     .where = "SELECT id FROM order_form WHERE order_id = $1 AND state IN ('draft', 'returned') AND NOT EXISTS (SELECT "
              "1 FROM "
              "order_form_line l WHERE l.parent_id = order_form.id AND l.state = 'active')" OPEN},
    {.command = "order_form.submit",
     .by = DEALER_OR_CLERK,
     .where =
         "SELECT id FROM order_form WHERE order_id = $1 AND state IN ('draft', 'returned') AND EXISTS (SELECT 1 FROM "
         "order_form_line l WHERE l.parent_id = order_form.id AND l.state = 'active')" OPEN},
    {.command = "order_form.import",
     .by = DEALER_OR_CLERK,
     .inputs = "sheet={file};replaces=1",
     .where =
         "SELECT id FROM order_form WHERE order_id = $1 AND state IN ('draft', 'returned') AND sheet IS NULL" OPEN},
    {.command = "order_form.accept", .by = ROLE_CLERK, .where = ROW("order_form", "submitted") UNASKED},
    {.command = "order_form.return", .by = ROLE_CLERK, .inputs = "others_verified=1",
     .where = ROW("order_form", "submitted") ASKED_LINE},
    {.command = "drawing.create",
     .by = ROLE_DESIGNER,
     .inputs = "title=Walls;file={file}",
     .where = ORDER HAS("order_form", "state = 'accepted'") NO("drawing", "state NOT IN ('superseded', 'declined')")},
    {.command = "drawing.issue", .by = ROLE_CLERK, .where = ROW("drawing", "draft")},
    {.command = "drawing.sign",
     .by = ROLE_DEALER,
     .inputs = "signer_name=Wu;signature={file}",
     .where = ROW("drawing", "issued")},
    {.command = "drawing.sign_on_paper",
     .by = ROLE_CLERK,
     .inputs = "signer_name=Wu;signature={file}",
     .where = ROW("drawing", "issued")},
    {.command = "contract.create",
     .by = ROLE_CLERK,
     .inputs = "amount=10000000;" TERMS,
     .where = ORDER SIGNED NO("contract", "state <> 'cancelled'")},
    {.command = "contract.change",
     .by = ROLE_CLERK,
     .inputs = "amount=10000000;drawing=%s;" TERMS,
     .where = "SELECT id, (SELECT id FROM drawing d WHERE d.order_id = $1 AND d.state = 'signed') FROM contract WHERE "
              "order_id = $1 "
              "AND state = 'draft'" TERMS_UNSET SIGNED OPEN},
    {.command = "contract.change",
     .by = ROLE_CLERK,
     .inputs = "amount=10000000;drawing=%s;" TERMS,
     .where = "SELECT id, (SELECT id FROM drawing d WHERE d.order_id = $1 AND d.state = 'signed') FROM contract WHERE "
              "order_id = $1 "
              "AND state = 'draft'" OTHER_SIGNED OPEN},
    {.command = "contract.split",
     .by = ROLE_CLERK,
     .inputs = "deposit_percent=3000",
     .where = ROW("contract", "draft") SUM_WRONG},
    {.command = "contract.submit",
     .by = ROLE_CLERK,
     .where = ROW("contract", "draft") TERMS_SET SUM_RIGHT NEWEST_SIGNED CHANGED},
    {.command = "contract.change",
     .by = ROLE_CLERK,
     .inputs = "amount=10000000;lead_days=%s;deposit_percent=3000;payment_terms=30/70;liability=usual",
     .where = "SELECT id, 1 + (SELECT c.lead_days FROM contract c WHERE c.id = contract.amends) FROM contract WHERE "
              "order_id = $1 AND state = 'draft'" SAME_DAYS OPEN},
    {.command = "contract.sign", .by = ROLE_MANAGER, .where = ROW("contract", "review") NEWEST_SIGNED},
    {.command = "contract.allow_terms",
     .by = ROLE_GM,
     .inputs = "gm_reason=old customer",
     .where = ROW("contract", "gm") " AND gm_reason IS NULL" LOW},
    {.command = "contract.allow_terms",
     .by = ROLE_GM,
     .inputs = "gm_reason=old customer",
     .where = ROW("contract", "gm") " AND gm_reason IS NULL" LATER},
    {.command = "contract.sign", .by = ROLE_GM, .where = ROW("contract", "gm") NEWEST_SIGNED},
    {.command = "contract.sign", .by = ROLE_FINANCE, .where = ROW("contract", "seal") NEWEST_SIGNED},
    {.command = "contract.file_copy",
     .by = ROLE_CLERK,
     .inputs = "countersigned={file}",
     .where = ROW("contract", "countersign") NEWEST_SIGNED},
    {.command = "contract.countersign",
     .by = ROLE_DEALER,
     .inputs = "countersigned={file}",
     .where = ROW("contract", "countersign") NEWEST_SIGNED},
    {.command = "contract.accept_copy", .by = ROLE_CLERK, .where = ROW("contract", "check") NEWEST_SIGNED},
    {.command = "contract.return_copy",
     .by = ROLE_CLERK,
     .inputs = "copy_returned_because=blurred",
     .where = ROW("contract", "check")},
    {.command = "contract.refuse",
     .by = ROLE_MANAGER | ROLE_GM | ROLE_FINANCE,
     .inputs = "refused_because=drawing",
     .where = "SELECT id FROM contract WHERE order_id = $1 AND state IN ('review', 'gm', 'seal')" OTHER_SIGNED OPEN},
    {.command = "contract.cancel",
     .by = ROLE_CLERK | ROLE_MANAGER,
     .where = ROW("contract", "countersign") OTHER_SIGNED},
    {.command = "contract.cancel",
     .by = ROLE_CLERK | ROLE_MANAGER,
     .where = ROW("contract", "check") OTHER_SIGNED},
    {.command = "receipt.notice",
     .by = DEALER_OR_CLERK,
     .inputs = "amount=%s;payer=Dawn;slip={file}",
     .where = "SELECT id, " DEPOSIT " - " PAID " FROM contract WHERE order_id = $1 AND state = 'effective' AND " DEPOSIT
              " > " PAID NO("receipt", "state = 'noticed'") OPEN},
    {.command = "receipt.confirm",
     .by = ROLE_FINANCE,
     .inputs = "value_date=" YESTERDAY,
     .where = ROW("receipt", "noticed") " AND amount = " ALLOCATED},
    {.command = "receipt.refuse",
     .by = ROLE_FINANCE,
     .inputs = "reason=unclear",
     .where = ROW("receipt", "noticed") " AND amount <> " ALLOCATED},
    {.command = "works_order.create",
     .by = ROLE_CLERK,
     .inputs = "style=A1;" SITE ";" SUPPLY,
     .where = ORDER EFFECTIVE NO("works_order", "state <> 'cancelled'")},
    {.command = "works_order.change",
     .by = ROLE_CLERK,
     .inputs = "style=A2;" SITE ";" SUPPLY,
     .where = ROW("works_order", "draft") SITE_UNSET},
    {.command = "works_order.change",
     .by = ROLE_CLERK,
     .inputs = "style=A2;" SITE ";" SUPPLY,
     .where = ROW("works_order", "draft") SUPPLY_UNSET},
    {.command = "works_order.change",
     .by = ROLE_CLERK,
     .inputs = "style=A3",
     .where = ROW("works_order", "draft") OTHER_SIGNED},
    {.command = "works_order.submit",
     .by = ROLE_CLERK,
     .where = ROW("works_order", "draft") SITE_SET SUPPLY_SET NEWEST_SIGNED " AND " PAID " >= " DEPOSIT},
    {.command = "works_order.sign", .by = ROLE_MANAGER, .where = ROW("works_order", "review") NEWEST_SIGNED},
    {.command = "works_order.sign", .by = ROLE_GM, .where = ROW("works_order", "gm") NEWEST_SIGNED},
    {.command = "works_order.refuse",
     .by = ROLE_MANAGER | ROLE_GM,
     .inputs = "reason=drawing",
     .where = "SELECT id FROM works_order WHERE order_id = $1 AND state IN ('review', 'gm')" OTHER_SIGNED OPEN},
    {.command = "works_order.confirm", .by = ROLE_PRODUCTION, .where = ROW("works_order", "released")},
    {.command = "works_order.resume",
     .by = ROLE_MANAGER,
     .where = ROW("works_order", "held") NEWEST_SIGNED " AND " PAID " >= " DEPOSIT},
    {.command = "works_order.withdraw",
     .by = ROLE_MANAGER,
     .inputs = "reason=drawing",
     .where = ROW("works_order", "held") OTHER_SIGNED},
    {.command = "progress.report",
     .by = ROLE_PRODUCTION,
     .inputs = "stage=cut;quantity=%s",
     .where = LEFT_OVER("cut", ORDERED)},
    {.command = "progress.report",
     .by = ROLE_PRODUCTION,
     .inputs = "stage=machined;quantity=%s",
     .where = LEFT_OVER("machined", DONE("cut"))},
    {.command = "progress.report",
     .by = ROLE_PRODUCTION,
     .inputs = "stage=assembled;quantity=%s",
     .where = LEFT_OVER("assembled", DONE("machined"))},
    {.command = "progress.report",
     .by = ROLE_PRODUCTION,
     .inputs = "stage=packed;quantity=%s",
     .where = LEFT_OVER("packed", DONE("assembled"))},
    {.command = "stored_goods.receive",
     .by = ROLE_WAREHOUSE,
     .inputs = "package={n};quantity=%s",
     .where = "SELECT id, " DONE("packed") " - " STORED " FROM works_order WHERE order_id = $1 AND " DONE(
         "packed") " > " STORED OPEN},
    {.command = "works_order.finish",
     .by = ROLE_PRODUCTION,
     .where = ROW("works_order", "making") " AND " DONE("packed") " > 0 AND " DONE(
         "packed") " >= " ORDERED " AND " STORED " >= " DONE("packed")},
    {.command = "balance_notice.create",
     .by = ROLE_CLERK,
     .inputs = "planned_date=" SOON,
     .where = ORDER HAS("works_order", "state = 'made'") NO("balance_notice", "state IN ('draft', 'sent')")},
    {.command = "balance_notice.change",
     .by = ROLE_CLERK,
     .inputs = "planned_date=" SOON,
     .where = ROW("balance_notice", "draft") " AND planned_date < 20536 AND gm_reason IS NULL"},
    {.command = "balance_notice.allow_early",
     .by = ROLE_GM,
     .inputs = "gm_reason=lorry is there",
     .where = ROW("balance_notice", "draft") " AND planned_date < 20536 AND gm_reason IS NULL"},
    {.command = "balance_notice.send",
     .by = ROLE_CLERK,
     .where = ROW("balance_notice", "draft") EFFECTIVE " AND (planned_date >= 20536 OR gm_reason IS NOT NULL)"},
    {.command = "receipt.notice",
     .by = DEALER_OR_CLERK,
     .inputs = "amount=%s;payer=Dawn",
     .where = "SELECT id, " BEFORE " - " PAID " FROM contract WHERE order_id = $1 AND state = 'effective' AND " BEFORE
              " > " PAID NO("receipt", "state = 'noticed'") NOTICED("") OPEN},
    {.command = "delivery_notice.create",
     .by = ROLE_CLERK,
     .inputs = "planned_date=" SOON,
     .where = ORDER " AND " PAID " >= " BEFORE EFFECTIVE NOTICED("")
         NO("delivery_notice", "state <> 'withdrawn'") " AND " FREE_GOODS " IS NOT NULL"},
    {.command = "delivery_line.add",
     .by = ROLE_CLERK,
     .inputs = "goods=%s",
     .where = "SELECT id, " FREE_GOODS " FROM delivery_notice WHERE order_id = $1 AND state = 'draft' AND " FREE_GOODS
              " IS NOT NULL" OPEN},
    {.command = "delivery_notice.fill",
     .by = ROLE_CLERK,
     .where = "SELECT id FROM delivery_notice WHERE order_id = $1 AND state = 'draft' AND " FREE_GOODS
              " IS NOT NULL" OPEN},
    {.command = "delivery_notice.submit", .by = ROLE_CLERK, .where = ROW("delivery_notice", "draft") LISTED},
    {.command = "delivery_notice.submit", .by = ROLE_CLERK, .where = ROW("delivery_notice", "returned") LISTED},
    {.command = "delivery_notice.sign",
     .by = ROLE_REGIONAL,
     .where = ROW("delivery_notice",
                  "review") " AND NOT EXISTS (SELECT 1 FROM approval p WHERE p.record = 'delivery_notice' AND p.row_id "
                            "= delivery_notice.id AND p.void = 0 AND p.role = 2048)"},
    {.command = "delivery_notice.sign",
     .by = ROLE_FINANCE,
     .where = ROW("delivery_notice",
                  "review") " AND NOT EXISTS (SELECT 1 FROM approval p WHERE p.record = 'delivery_notice' AND p.row_id "
                            "= delivery_notice.id AND p.void = 0 AND p.role = 512)"},
    {.command = "delivery_notice.sign", .by = ROLE_GM, .where = ROW("delivery_notice", "gm")},
    {.command = "shipment.plan",
     .by = ROLE_CLERK | ROLE_WAREHOUSE,
     .inputs = "carrier=Deppon",
     .where = "SELECT id FROM delivery_notice WHERE order_id = $1 AND state = 'approved' AND NOT EXISTS "
              "(SELECT 1 FROM shipment s WHERE s.parent_id = delivery_notice.id AND s.state <> 'cancelled')" OPEN},
    {.command = "shipment.agree", .by = DEALER_OR_CLERK, .where = ROW("shipment", "planned")},
    {.command = "shipment.decline", .by = DEALER_OR_CLERK, .inputs = "declined_because=slow",
     .where = ROW("shipment", "planned")},
    {.command = "shipment.change", .by = ROLE_CLERK, .inputs = "carrier=SF", .where = ROW("shipment", "declined")},
    {.command = "shipment.ship",
     .by = ROLE_WAREHOUSE,
     .inputs = "waybill=SF1;expected_date=2026-03-26",
     .where = SHIPPABLE("agreed", "= 'approved'")},
    {.command = "tracking.add",
     .by = ROLE_WAREHOUSE,
     .inputs = "event=left",
     .where = ROW("shipment", "shipped") " AND NOT EXISTS (SELECT 1 FROM tracking t WHERE t.parent_id = shipment.id)"},
    {.command = "shipment.correct", .by = ROLE_CLERK,
     .inputs = "signed_by=Li;signed_date=" TODAY ";corrected_because=typo",
     .where = "SELECT id FROM shipment WHERE order_id = $1 AND state = 'delivered' AND corrected_because IS NULL"},
    {.command = "shipment.expect", .by = ROLE_CLERK, .inputs = "expected_date=" SOON,
     .where = ROW("shipment", "shipped") " AND expected_date <> 20536"},
    {.command = "shipment.sign_for",
     .by = DEALER_OR_CLERK,
     .inputs = "signed_by=Wu",
     .where = ROW("shipment", "shipped")},
};
const guint rules_path_count = G_N_ELEMENTS(rules_path);

#define ANYWHERE "SELECT CAST($1 AS BIGINT)"
#define ROOT "SELECT id FROM \"user\" WHERE login = 'root' AND CAST($1 AS BIGINT) > 0"
#define FAILS(name) .gate = name
#define PASSES(name) .gate = name, .passes = TRUE

const Rule rules_visits[] = {
    /* who takes part */
    {FAILS("user.login_free"), .command = "user.create", .by = ROLE_ADMIN, .inputs = "login=taken;name=X;roles=clerk",
     .where = ANYWHERE},
    {FAILS("user.dealer_named"), .command = "user.create", .by = ROLE_ADMIN, .inputs = "login=u{n};name=X;roles=dealer",
     .where = ANYWHERE},
    {PASSES("user.login_free"), .command = "user.create", .by = ROLE_ADMIN, .inputs = "login=u{n};name=X;roles=clerk",
     .where = ANYWHERE},
    {PASSES("user.dealer_named"), .command = "user.create", .by = ROLE_ADMIN,
     .inputs = "login=u{n};name=X;roles=dealer;dealer=%s", .where = "SELECT 0, dealer_id FROM \"order\" WHERE id = $1"},
    {FAILS("user.admin_left"), .command = "user.close", .by = ROLE_ADMIN, .where = ROOT},
    {FAILS("user.admin_left"), .command = "user.change", .by = ROLE_ADMIN, .inputs = "login=root;name=X;roles=clerk",
     .where = ROOT},
    {PASSES("user.admin_left"), .command = "user.change", .by = ROLE_ADMIN, .inputs = "login=root;name=X;roles=admin",
     .where = ROOT},
    {FAILS("token.expiry"),
     .command = "token.create",
     .by = ROLE_ADMIN,
     .inputs = "purpose=Bridge;expires_on=" YESTERDAY,
     .where = "SELECT MIN(id) FROM \"user\" WHERE CAST($1 AS BIGINT) > 0"},
    {PASSES("token.expiry"),
     .command = "token.create",
     .by = ROLE_ADMIN,
     .inputs = "purpose=Bridge;expires_on=" SOON,
     .where = "SELECT MIN(id) FROM \"user\" WHERE CAST($1 AS BIGINT) > 0"},
    {FAILS("absence.sound"), .command = "absence.state", .by = ROLE_ADMIN, .where = ANYWHERE,
     .inputs = "user=1;substitute=1;role=clerk;first_day=" TODAY ";last_day=" SOON},
    {FAILS("absence.by_other"), .command = "absence.state", .by = ROLE_ADMIN, .where = ANYWHERE,
     .inputs = "user=1;substitute=11;role=clerk;first_day=" TODAY ";last_day=" SOON},
    {FAILS("absence.own"), .command = "absence.withdraw", .by = ROLE_DESIGNER,
     .where = "SELECT MIN(id) FROM absence WHERE state = 'stated' AND \"user\" <> 10 AND CAST($1 AS BIGINT) > 0"},
    {PASSES("absence.own"), .command = "absence.withdraw", .by = ROLE_ADMIN,
     .where = "SELECT MAX(id) FROM absence WHERE state = 'stated' AND CAST($1 AS BIGINT) > 0"},
    {PASSES("absence.sound"), .command = "absence.state", .by = ROLE_ADMIN, .where = ANYWHERE,
     .inputs = "user=1;substitute=3;role=clerk;first_day=" TODAY ";last_day=" SOON},
    {PASSES("absence.by_other"), .command = "absence.state", .by = ROLE_ADMIN, .where = ANYWHERE,
     .inputs = "user=1;substitute=3;role=clerk;first_day=" TODAY ";last_day=" SOON},
    {FAILS("holiday.date_free"), .command = "holiday.add", .by = ROLE_ADMIN,
     .inputs = "date=2026-10-01;working=0;name=National Day", .where = ANYWHERE},
    {PASSES("holiday.date_free"), .command = "holiday.add", .by = ROLE_ADMIN,
     .inputs = "date={day};working=0;name=Rest", .where = ANYWHERE},
    {FAILS("dealer.active"), .command = "contact.create", .by = ROLE_CLERK, .inputs = "name=Ma",
     .where = "SELECT MIN(id) FROM dealer WHERE state = 'closed' AND CAST($1 AS BIGINT) > 0"},
    {PASSES("dealer.active"), .command = "contact.create", .by = ROLE_CLERK, .inputs = "name=Ma",
     .where = "SELECT MAX(id) FROM dealer WHERE state = 'active' AND CAST($1 AS BIGINT) > 0"},
    {FAILS("project.active"), .command = "order.create", .by = ROLE_CLERK, .inputs = "name=Late",
     .where = "SELECT MIN(p.id) FROM project p JOIN dealer d ON d.id = p.dealer_id WHERE p.state = 'closed' AND "
              "d.state = 'active' "
              "AND CAST($1 AS BIGINT) > 0"},
    {FAILS("order.placed"), .command = "order.begin", .by = DEALER_OR_CLERK, .inputs = "name=Floor",
     .where = "SELECT dealer_id FROM \"order\" WHERE id = $1"},
    {PASSES("order.placed"), .command = "order.begin", .by = DEALER_OR_CLERK, .inputs = "name=Floor;project=%s",
     .where = "SELECT o.dealer_id, o.project FROM \"order\" o JOIN project p ON p.id = o.project JOIN dealer d ON d.id "
              "= o.dealer_id WHERE o.id = $1 AND p.state = 'active' AND d.state = 'active'"},
    {PASSES("order.placed"), .command = "order.begin", .by = DEALER_OR_CLERK, .inputs = "name=Floor;new_project=Hut{n}",
     .where = "SELECT d.id FROM \"order\" o JOIN dealer d ON d.id = o.dealer_id WHERE o.id = $1 AND d.state = "
              "'active'"},
    {FAILS("order.clerk"), .command = "order.hand_over", .by = ROLE_MANAGER, .inputs = "clerk=16", .where = ORDER},
    {PASSES("order.clerk"), .command = "order.hand_over", .by = ROLE_MANAGER, .inputs = "clerk=3", .where = ORDER},
    {FAILS("order.not_shipped"), .command = "order.cancel", .by = ROLE_GM, .inputs = REGRET,
     .where = ORDER HAS("shipment", "state IN ('shipped', 'delivered')")},
    {PASSES("order.not_shipped"), .command = "order.cancel", .by = ROLE_GM, .inputs = REGRET,
     .where = ORDER NO("shipment", "state IN ('shipped', 'delivered')")},
    {FAILS("order.open"), .command = "order_form.revise", .by = DEALER_OR_CLERK,
     .where = "SELECT f.id FROM order_form f JOIN \"order\" o ON o.id = f.order_id WHERE o.id = $1 AND o.state = "
              "'cancelled' AND "
              "f.state = 'accepted'" NO("order_form", "state IN ('draft', 'returned', 'submitted')")},
    {FAILS("order.open"), .command = "drawing.create", .by = ROLE_CLERK, .inputs = "title=Late;file={file}",
     .where = "SELECT id FROM \"order\" WHERE id = $1 AND state = 'closed'"},
    {FAILS("order.stands"), .command = "receipt.notice", .by = ROLE_CLERK, .inputs = "amount=100",
     .where = "SELECT c.id FROM contract c WHERE c.order_id = $1 AND c.state = 'ended'"},
    {FAILS("comment.own_files"), .command = "comment.add", .by = ROLE_CLERK, .inputs = "text=See;files={file}",
     .where = ORDER},
    {PASSES("comment.own_files"), .command = "comment.add", .by = ROLE_MANAGER, .inputs = "text=So", .where = ORDER},
    {FAILS("comment.author"), .command = "comment.replace", .by = ROLE_FINANCE, .inputs = "text=No",
     .where = "SELECT MAX(id) FROM comment WHERE order_id = $1 AND state <> 'superseded' AND created_by = 4"},
    {PASSES("comment.author"), .command = "comment.replace", .by = ROLE_MANAGER, .inputs = "text=Rather so",
     .where = "SELECT MAX(id) FROM comment WHERE order_id = $1 AND state <> 'superseded' AND created_by = 4"},
    {FAILS("reminder.owed"), .command = "reminder.send", .by = ROLE_CLERK, .inputs = "told_how=portal;said=please",
     .where = ORDER NO("contract", "state = 'effective'")},
    {PASSES("reminder.owed"), .command = "reminder.send", .by = ROLE_CLERK, .inputs = "told_how=portal;said=please",
     .where = ORDER EFFECTIVE " AND " PAID " < " DEPOSIT NO("receipt", "state = 'noticed'")},
    /* order form and drawing */
    {FAILS("order_form.alone"), .command = "order_form.create", .by = DEALER_OR_CLERK, .inputs = "remarks=again",
     .where =
         ORDER HAS("order_form", "state IN ('draft', 'returned', 'submitted')") NO("order_form", "state = 'accepted'")},
    {FAILS("order_form.first"), .command = "order_form.create", .by = DEALER_OR_CLERK, .inputs = "remarks=again",
     .where =
         ORDER HAS("order_form", "state = 'accepted'") NO("order_form", "state IN ('draft', 'returned', 'submitted')")},
    {FAILS("order_form.filled"), .command = "order_form.submit", .by = DEALER_OR_CLERK,
     .where = "SELECT id FROM order_form WHERE order_id = $1 AND state IN ('draft', 'returned') AND NOT EXISTS (SELECT "
              "1 FROM "
              "order_form_line l WHERE l.parent_id = order_form.id AND l.state = 'active')" OPEN},
    {FAILS("order_form.editable"), .command = "order_form_line.add", .by = DEALER_OR_CLERK, .inputs = LINE,
     .where = "SELECT id FROM order_form WHERE order_id = $1 AND state IN ('submitted', 'accepted')" OPEN},
    {FAILS("order_form.waiting"), .command = "order_form_line.check", .by = ROLE_CLERK, .inputs = "finding=verified",
     .where = LINE_IN("'draft', 'returned', 'accepted'")},
    {PASSES("order_form.waiting"), .command = "order_form_line.check", .by = ROLE_CLERK, .inputs = "finding=verified",
     .where = LINE_IN("'submitted'")},
    {FAILS("order_form.answered"), .command = "order_form.accept", .by = ROLE_CLERK,
     .where = ROW("order_form", "submitted") ASKED_LINE},
    {FAILS("order_form.remarked"), .command = "order_form.return", .by = ROLE_CLERK, .inputs = "others_verified=1",
     .where = ROW("order_form", "submitted") " AND returned_because IS NULL" UNASKED},
    {PASSES("order_form.remarked"), .command = "order_form.return", .by = ROLE_CLERK,
     .inputs = "returned_because=glass", .where = ROW("order_form", "submitted")},
    {FAILS("order_form.accepted"), .command = "drawing.create", .by = ROLE_CLERK, .inputs = "title=Early;file={file}",
     .where = ORDER NO("order_form", "state = 'accepted'")},
    {FAILS("drawing.signed"), .command = "contract.create", .by = ROLE_CLERK, .inputs = "amount=10000000;" TERMS,
     .where = ORDER NO("drawing", "state = 'signed'") NO("contract", "state <> 'cancelled'")},
    {FAILS("drawing.form_newer"), .command = "drawing.keep", .by = ROLE_DESIGNER,
     .where = "SELECT id FROM drawing WHERE order_id = $1 AND state IN ('draft', 'issued', 'signed') AND order_form = "
              "(SELECT f.id FROM order_form f WHERE f.order_id = $1 AND f.state = 'accepted')" OPEN},
    {PASSES("drawing.form_newer"), .command = "drawing.keep", .by = ROLE_DESIGNER,
     .where = "SELECT id FROM drawing WHERE order_id = $1 AND state IN ('draft', 'issued', 'signed') AND order_form <> "
              "(SELECT f.id FROM order_form f WHERE f.order_id = $1 AND f.state = 'accepted')" OPEN},
    /* contract */
    {FAILS("contract.alone"), .command = "contract.create", .by = ROLE_CLERK, .inputs = "amount=10000000;" TERMS,
     .where = ORDER SIGNED HAS("contract", "state <> 'cancelled'")},
    {FAILS("contract.in_force"), .command = "contract.amend", .by = ROLE_CLERK, .inputs = "amends_because=door",
     .where = ROW("contract", "superseded") NO("contract", UNDER_WAY)},
    {FAILS("contract.in_force"), .command = "contract.amend", .by = ROLE_CLERK, .inputs = "amends_because=door",
     .where = ROW("contract", "cancelled") NO("contract", UNDER_WAY)},
    {FAILS("contract.one_amendment"), .command = "contract.amend", .by = ROLE_CLERK, .inputs = "amends_because=door",
     .where = ROW("contract", "effective") HAS("contract", UNDER_WAY)},
    {PASSES("contract.in_force"), .command = "contract.amend", .by = ROLE_CLERK, .inputs = "amends_because=door",
     .where = ROW("contract", "effective") SIGNED NO("contract", UNDER_WAY)},
    {PASSES("contract.one_amendment"), .command = "contract.amend", .by = ROLE_CLERK, .inputs = "amends_because=door",
     .where = ROW("contract", "effective") SIGNED NO("contract", UNDER_WAY)},
    {FAILS("contract.terms"), .command = "contract.submit", .by = ROLE_CLERK,
     .where = ROW("contract", "draft") TERMS_UNSET SUM_RIGHT NEWEST_SIGNED},
    {FAILS("contract.sum"), .command = "contract.submit", .by = ROLE_CLERK,
     .where = ROW("contract", "draft") TERMS_SET SUM_WRONG NEWEST_SIGNED},
    {FAILS("contract.drawing"), .command = "contract.submit", .by = ROLE_CLERK,
     .where = ROW("contract", "draft") TERMS_SET SUM_RIGHT OTHER_SIGNED CHANGED},
    {FAILS("contract.changed"), .command = "contract.submit", .by = ROLE_CLERK,
     .where = ROW("contract", "draft") TERMS_SET SUM_RIGHT NEWEST_SIGNED SAME_DAYS},
    {FAILS("contract.credit"), .command = "contract.sign", .by = ROLE_GM,
     .where = ROW("contract", "gm") NEWEST_SIGNED " AND gm_reason IS NULL" LOW},
    {FAILS("contract.credit"), .command = "contract.sign", .by = ROLE_GM,
     .where = ROW("contract", "gm") NEWEST_SIGNED " AND gm_reason IS NULL" LATER},
    {FAILS("contract.draft"), .command = "instalment.add", .by = ROLE_CLERK,
     .inputs = "kind=progress;amount=100;before_delivery=1",
     .where = "SELECT id FROM contract WHERE order_id = $1 AND state NOT IN ('draft', 'cancelled')" OPEN},
    {FAILS("instalment.deposit_before"), .command = "instalment.add", .by = ROLE_CLERK,
     .inputs = "kind=deposit;amount=100;before_delivery=0", .where = ROW("contract", "draft")},
    {PASSES("contract.draft"), .command = "instalment.add", .by = ROLE_CLERK,
     .inputs = "kind=progress;amount=100;before_delivery=1", .where = ROW("contract", "draft")},
    {FAILS("contract.effective"), .command = "works_order.create", .by = ROLE_CLERK, .inputs = "style=A1",
     .where = ORDER NO("contract", "state = 'effective'") NO("works_order", "state <> 'cancelled'")},
    /* money */
    {FAILS("receipt.deposit_in"), .command = "works_order.submit", .by = ROLE_CLERK,
     .where = ROW("works_order", "draft") SITE_SET SUPPLY_SET NEWEST_SIGNED EFFECTIVE " AND " PAID " < " DEPOSIT},
    {FAILS("receipt.deposit_in"), .command = "works_order.resume", .by = ROLE_MANAGER,
     .where = ROW("works_order", "held") NEWEST_SIGNED EFFECTIVE " AND " PAID " < " DEPOSIT},
    {FAILS("receipt.before_delivery"), .command = "delivery_notice.create", .by = ROLE_CLERK,
     .inputs = "planned_date=" SOON,
     .where =
         ORDER EFFECTIVE NOTICED(" AND planned_date <= 20536") " AND " PAID " < " BEFORE},
    {FAILS("receipt.before_delivery"), .command = "shipment.ship", .by = ROLE_WAREHOUSE,
     .inputs = "waybill=SF1;expected_date=2026-03-26",
     .where = "SELECT s.id FROM shipment s JOIN delivery_notice n ON n.id = s.parent_id WHERE s.order_id = $1 AND "
              "s.state = 'agreed' "
              "AND n.state = 'approved' AND " PAID " < " BEFORE OPEN},
    {FAILS("receipt.contract"), .command = "receipt.notice", .by = ROLE_CLERK, .inputs = "amount=100",
     .where = ROW("contract", "cancelled")},
    {FAILS("receipt.allocated"), .command = "receipt.confirm", .by = ROLE_FINANCE, .inputs = "value_date=" YESTERDAY,
     .where = ROW("receipt", "noticed") " AND amount <> " ALLOCATED},
    {FAILS("receipt.value_date"), .command = "receipt.confirm", .by = ROLE_FINANCE, .inputs = "value_date=2026-03-21",
     .where = ROW("receipt", "noticed") " AND amount = " ALLOCATED},
    {FAILS("receipt.noticed"), .command = "allocation.add", .by = ROLE_FINANCE, .inputs = "contract=%s;amount=1",
     .where =
         "SELECT id, parent_id FROM receipt WHERE order_id = $1 AND state IN ('confirmed', 'refused', 'reversed')"},
    {PASSES("receipt.noticed"), .command = "allocation.add", .by = ROLE_FINANCE, .inputs = "contract=%s;amount=1",
     .where = "SELECT id, parent_id FROM receipt WHERE order_id = $1 AND state = 'noticed'"},
    {FAILS("receipt.remainder"), .command = "receipt.write_off", .by = ROLE_FINANCE,
     .inputs = "amount=10001;reason=fees", .where = ROW("contract", "effective")},
    {PASSES("receipt.remainder"), .command = "receipt.write_off", .by = ROLE_FINANCE, .inputs = "amount=10;reason=fees",
     .where =
         ROW("contract", "effective") " AND " BEFORE " > " PAID " AND NOT EXISTS (SELECT 1 FROM receipt r WHERE "
                                                                "r.parent_id = contract.id AND r.written_off = 1)"},
    {FAILS("refund.confirmed"), .command = "refund.propose", .by = ROLE_FINANCE, .inputs = REFUND,
     .where = REFUNDABLE("r.state = 'noticed'")},
    {FAILS("refund.covered"), .command = "refund.propose", .by = ROLE_FINANCE,
     .inputs = "contract=%s;amount=99999999999;reason=over", .where = REFUNDABLE("r.state = 'confirmed'") NOT_LEFT},
    {FAILS("refund.surplus"), .command = "refund.pay", .by = ROLE_FINANCE, .inputs = "payee=Dawn;paid_date=" TODAY,
     .where = "SELECT f.id FROM refund f JOIN contract k ON k.id = f.contract WHERE f.order_id = $1 AND k.order_id = "
              "$1 AND f.state = 'approved' AND " PAID " - f.amount < " BEFORE LEFT},
    {FAILS("refund.beyond"), .command = "refund.keep", .by = ROLE_FINANCE, .inputs = CREDIT,
     .where = REFUNDABLE("r.state = 'confirmed'") " AND " PAID " <= " CONTRACT_AMOUNT EFFECTIVE},
    {PASSES("refund.beyond"), .command = "refund.keep", .by = ROLE_FINANCE, .inputs = CREDIT,
     .where = REFUNDABLE("r.state = 'confirmed'") " AND " PAID " > " CONTRACT_AMOUNT " + " PROMISED
         NO("refund", "state = 'kept'")},
    {FAILS("refund.target"), .command = "refund.use", .by = ROLE_FINANCE, .inputs = "used_for=%s",
     .where = "SELECT f.id, f.contract FROM refund f WHERE f.order_id = $1 AND f.state = 'kept'" KEPT_STANDS},
    {PASSES("refund.target"), .command = "refund.use", .by = ROLE_FINANCE, .inputs = "used_for=%s",
     .where = "SELECT f.id, (SELECT MIN(t.id) FROM contract t WHERE t.dealer_id = f.dealer_id AND t.order_id <> $1 AND "
              "t.state = 'effective') FROM refund f WHERE f.order_id = $1 AND f.state = 'kept' AND EXISTS (SELECT 1 "
              "FROM contract t WHERE t.dealer_id = f.dealer_id AND t.order_id <> $1 AND t.state = 'effective')"
              KEPT_STANDS},
    {FAILS("refund.date"), .command = "refund.pay", .by = ROLE_FINANCE, .inputs = "payee=Dawn;paid_date=" SOON,
     .where = "SELECT f.id FROM refund f WHERE f.order_id = $1 AND f.state = 'approved'" NOT_LEFT},
    {PASSES("refund.confirmed"), .command = "refund.propose", .by = ROLE_FINANCE, .inputs = REFUND,
     .where = REFUNDABLE("r.state = 'confirmed'") NOT_LEFT NO("refund", "state = 'proposed'")},
    {PASSES("refund.covered"), .command = "refund.approve", .by = ROLE_GM,
     .where = "SELECT id FROM refund WHERE order_id = $1 AND state = 'proposed'" NOT_LEFT},
    {PASSES("refund.surplus"), .command = "refund.pay", .by = ROLE_FINANCE, .inputs = "payee=Dawn;paid_date=" TODAY,
     .where = "SELECT id FROM refund WHERE order_id = $1 AND state = 'approved'" NOT_LEFT},
    {PASSES("refund.date"), .command = "refund.pay", .by = ROLE_FINANCE, .inputs = "payee=Dawn;paid_date=" TODAY,
     .where = "SELECT id FROM refund WHERE order_id = $1 AND state = 'approved'" NOT_LEFT},
    {FAILS("extension.clock"), .command = "extension.propose", .by = ROLE_CLERK, .inputs = EXTENSION,
     .where = ORDER " AND clock_date IS NULL"},
    {FAILS("extension.clock"), .command = "extension.approve", .by = ROLE_MANAGER,
     .where = ROW("extension", "proposed") CLOCK("IS NULL")},
    {PASSES("extension.clock"), .command = "extension.propose", .by = ROLE_CLERK, .inputs = EXTENSION,
     .where = ORDER " AND clock_date IS NOT NULL" NO("extension", "state = 'proposed'")},
    {PASSES("extension.clock"), .command = "extension.approve", .by = ROLE_MANAGER,
     .where = ROW("extension", "proposed") CLOCK("IS NOT NULL")},
    /* works order and production */
    {FAILS("works_order.supply"), .command = "works_order.submit", .by = ROLE_CLERK,
     .where = ROW("works_order", "draft") SITE_SET SUPPLY_UNSET NEWEST_SIGNED " AND " PAID " >= " DEPOSIT},
    {FAILS("works_order.site"), .command = "works_order.submit", .by = ROLE_CLERK,
     .where = ROW("works_order", "draft") SITE_UNSET SUPPLY_SET NEWEST_SIGNED " AND " PAID " >= " DEPOSIT},
    {FAILS("works_order.drawing"), .command = "works_order.submit", .by = ROLE_CLERK,
     .where = ROW("works_order", "draft") SITE_SET SUPPLY_SET OTHER_SIGNED " AND " PAID " >= " DEPOSIT},
    {FAILS("works_order.drawing"), .command = "works_order.resume", .by = ROLE_MANAGER,
     .where = ROW("works_order", "held") OTHER_SIGNED " AND " PAID " >= " DEPOSIT},
    {FAILS("works_order.alone"), .command = "works_order.create", .by = ROLE_CLERK, .inputs = "style=A1",
     .where = ORDER EFFECTIVE HAS("works_order", "state <> 'cancelled'")},
    {FAILS("works_order.not_begun"), .command = "works_order.cancel", .by = ROLE_CLERK,
     .where = ROW("works_order", "draft") " AND " DONE("cut") " > 0"},
    {PASSES("works_order.not_begun"), .command = "works_order.cancel", .by = ROLE_CLERK,
     .where = ROW("works_order", "draft") " AND " DONE("cut") " = 0"},
    {FAILS("works_order.all_stored"), .command = "works_order.finish", .by = ROLE_PRODUCTION,
     .where = ROW("works_order", "making") " AND " STORED " < " ORDERED},
    {FAILS("works_order.making"), .command = "progress.report", .by = ROLE_PRODUCTION, .inputs = "stage=cut;quantity=1",
     .where = "SELECT id FROM works_order WHERE order_id = $1 AND state IN ('released', 'held', 'review') AND " DONE(
         "cut") " < " ORDERED OPEN},
    {PASSES("works_order.making"), .command = "forecast.report", .by = ROLE_PRODUCTION, .inputs = "expected_date={day}",
     .where = ROW("works_order", "making")},
    {PASSES("works_order.making"), .command = "forecast.report", .by = ROLE_PRODUCTION, .inputs = "expected_date=" SOON,
     .where = ROW("works_order", "making")},
    {PASSES("works_order.making"), .command = "word.log", .by = ROLE_CLERK, .inputs = "told_how=speech;said=so",
     .where = ROW("works_order", "making")},
    {PASSES("works_order.making"), .command = "floor_visit.log", .by = ROLE_CLERK, .inputs = "found=so",
     .where = ROW("works_order", "making")},
    {FAILS("obstacle.owner"), .command = "obstacle.report", .by = ROLE_PRODUCTION,
     .inputs = "title=glass;department=purchasing;owner=1", .where = ROW("works_order", "making")},
    {PASSES("obstacle.owner"), .command = "obstacle.report", .by = ROLE_CLERK,
     .inputs = "title=glass;department=purchasing",
     .where = ROW("works_order", "making") NO("obstacle", "state = 'open'")},
    {PASSES("obstacle.owner"), .command = "obstacle.assign", .by = ROLE_CLERK, .inputs = "department=clerk;owner=1",
     .where = ROW("obstacle", "open")},
    {FAILS("progress.taken_back"), .command = "progress.correct", .by = ROLE_PRODUCTION,
     .inputs = "stage=cut;quantity=1;remarks=typo",
     .where = "SELECT id FROM works_order WHERE order_id = $1 AND state = 'making' AND " DONE("cut") " <= " DONE(
         "machined") OPEN},
    {PASSES("progress.taken_back"), .command = "progress.correct", .by = ROLE_PRODUCTION,
     .inputs = "stage=cut;quantity=1;remarks=typo",
     .where = "SELECT id FROM works_order WHERE order_id = $1 AND state = 'making' AND " DONE("cut") " > " DONE(
         "machined") OPEN},
    {FAILS("progress.flow"), .command = "progress.report", .by = ROLE_PRODUCTION,
     .inputs = "stage=assembled;quantity=11", .where = ROW("works_order", "making")},
    {FAILS("progress.flow"), .command = "progress.report", .by = ROLE_PRODUCTION, .inputs = "stage=cut;quantity=1",
     .where = ROW("works_order", "making") " AND " DONE("cut") " >= " ORDERED},
    {FAILS("stored_goods.packed"), .command = "stored_goods.receive", .by = ROLE_WAREHOUSE,
     .inputs = "package={n};quantity=1",
     .where = "SELECT id FROM works_order WHERE order_id = $1 AND " DONE("packed") " = " STORED OPEN},
    {FAILS("stored_goods.name"), .command = "stored_goods.receive", .by = ROLE_WAREHOUSE,
     .inputs = "package=%s;quantity=1",
     .where = "SELECT w.id, g.package FROM works_order w JOIN stored_goods g ON g.parent_id = w.id WHERE "
              "w.order_id = $1 AND " SUM("p.quantity", "progress p WHERE p.parent_id = w.id AND p.stage = 'packed'")
              " > " SUM("s.quantity", "stored_goods s WHERE s.parent_id = w.id") OPEN},
    {FAILS("stored_goods.name"), .command = "stored_goods.correct", .by = ROLE_PRODUCTION,
     .inputs = "package=%s;quantity=1",
     .where = "SELECT g.id, h.package FROM stored_goods g JOIN stored_goods h ON h.order_id = g.order_id AND "
              "h.id <> g.id WHERE g.order_id = $1 AND g.state = 'in_store'" NO_NOTICE OPEN},
    {FAILS("stored_goods.fits"), .command = "stored_goods.correct", .by = ROLE_WAREHOUSE,
     .inputs = "package={n};quantity=100000",
     .where = "SELECT g.id FROM stored_goods g WHERE g.order_id = $1 AND g.state = 'in_store'" NO_NOTICE OPEN},
    {FAILS("stored_goods.unsigned"), .command = "stored_goods.correct", .by = ROLE_WAREHOUSE,
     .inputs = "package={n};quantity=%s",
     .where = "SELECT g.id, g.quantity FROM stored_goods g JOIN delivery_line l ON l.goods = g.id AND "
              "l.state <> 'removed' JOIN delivery_notice n ON n.id = l.parent_id AND n.state IN ('review', 'gm', "
              "'approved') WHERE g.order_id = $1 AND g.state = 'in_store'" OPEN},
    {PASSES("stored_goods.unsigned"), .command = "stored_goods.correct", .by = ROLE_PRODUCTION,
     .inputs = "package={n};quantity=%s",
     .where = "SELECT g.id, g.quantity FROM stored_goods g WHERE g.order_id = $1 AND g.state = 'in_store'"
              NO_NOTICE OPEN},
    /* delivery */
    {FAILS("balance_notice.three_days"), .command = "balance_notice.send", .by = ROLE_CLERK,
     .where = ROW("balance_notice", "draft") " AND planned_date < 20535 AND gm_reason IS NULL AND " PAID
                                             " < " BEFORE EFFECTIVE},
    {FAILS("balance_notice.ahead"), .command = "balance_notice.create", .by = ROLE_CLERK,
     .inputs = "planned_date=" YESTERDAY,
     .where = ORDER HAS("works_order", "state = 'made'") NO("balance_notice", "state IN ('draft', 'sent')")},
    {FAILS("balance_notice.asked"), .command = "balance_notice.create", .by = ROLE_CLERK,
     .inputs = "planned_date=" TODAY,
     .where = ORDER EFFECTIVE HAS("works_order", "state = 'made'")
         NO("balance_notice", "state IN ('draft', 'sent')") " AND " PAID " < " BEFORE},
    {FAILS("balance_notice.asked"), .command = "balance_notice.change", .by = ROLE_CLERK,
     .inputs = "planned_date=" TODAY,
     .where = ROW("balance_notice", "draft") EFFECTIVE " AND ask_early IS NULL AND " PAID " < " BEFORE},
    {FAILS("balance_notice.ahead"), .command = "balance_notice.change", .by = ROLE_CLERK,
     .inputs = "planned_date=" YESTERDAY, .where = ROW("balance_notice", "draft")},
    {FAILS("delivery_notice.noticed"), .command = "delivery_notice.create", .by = ROLE_CLERK,
     .inputs = "planned_date=" TODAY,
     .where = ORDER EFFECTIVE NO("balance_notice", "state = 'sent'") " AND " PAID " >= " BEFORE},
    {FAILS("delivery_notice.noticed"), .command = "delivery_notice.create", .by = ROLE_CLERK,
     .inputs = "planned_date=" TODAY,
     .where = ORDER EFFECTIVE NOTICED(" AND planned_date > 20532") " AND " PAID " >= " BEFORE},
    {FAILS("delivery_notice.in_store"), .command = "delivery_notice.submit", .by = ROLE_CLERK,
     .where = ROW("delivery_notice", "draft") UNLISTED NOTICED("") EFFECTIVE " AND " PAID " >= " BEFORE},
    {FAILS("delivery_notice.draft"), .command = "delivery_line.remove", .by = ROLE_CLERK,
     .where = "SELECT l.id FROM delivery_line l JOIN delivery_notice n ON n.id = l.parent_id WHERE l.order_id = $1 AND "
              "l.state = 'planned' AND n.state NOT IN ('draft', 'returned')" OPEN},
    {FAILS("delivery_line.goods_free"), .command = "delivery_line.add", .by = ROLE_CLERK, .inputs = "goods=%s",
     .where = "SELECT n.id, l.goods FROM delivery_notice n JOIN delivery_line l ON l.parent_id = n.id AND l.state = "
              "'planned' WHERE n.order_id = $1 AND n.state = 'draft'" OPEN},
    {FAILS("delivery_notice.left"), .command = "delivery_notice.fill", .by = ROLE_CLERK,
     .where = "SELECT id FROM delivery_notice WHERE order_id = $1 AND state = 'draft' AND " FREE_GOODS
              " IS NULL" OPEN},
    {PASSES("delivery_notice.left"), .command = "delivery_notice.fill", .by = ROLE_CLERK,
     .where = "SELECT id FROM delivery_notice WHERE order_id = $1 AND state = 'draft' AND " FREE_GOODS
              " IS NOT NULL" OPEN},
    {FAILS("delivery_notice.no_shipment"), .command = "delivery_notice.withdraw", .by = ROLE_CLERK,
     .where = "SELECT n.id FROM delivery_notice n JOIN shipment s ON s.parent_id = n.id AND s.state <> 'cancelled' "
              "WHERE n.order_id = $1 "
              "AND n.state IN ('draft', 'approved')"},
    {PASSES("delivery_notice.no_shipment"), .command = "delivery_notice.withdraw", .by = ROLE_CLERK,
     .where = "SELECT n.id FROM delivery_notice n WHERE n.order_id = $1 AND n.state = 'draft' AND NOT EXISTS (SELECT 1 "
              "FROM shipment s "
              "WHERE s.parent_id = n.id AND s.state <> 'cancelled')"},
    {FAILS("delivery_notice.approved"), .command = "shipment.plan", .by = ROLE_CLERK, .inputs = "carrier=SF",
     .where = "SELECT id FROM delivery_notice WHERE order_id = $1 AND state IN ('draft', 'review', 'gm', 'withdrawn') "
              "AND NOT EXISTS (SELECT 1 FROM shipment s WHERE s.parent_id = delivery_notice.id AND s.state <> "
              "'cancelled')" OPEN},
    {FAILS("shipment.carrier_agreed"), .command = "shipment.ship", .by = ROLE_WAREHOUSE,
     .inputs = "waybill=SF1;expected_date=2026-03-26", .where = SHIPPABLE("planned", "= 'approved'")},
    {FAILS("shipment.one"), .command = "shipment.plan", .by = ROLE_CLERK, .inputs = "carrier=SF",
     .where =
         "SELECT s.parent_id FROM shipment s JOIN delivery_notice n ON n.id = s.parent_id WHERE s.order_id = $1 AND "
         "s.state <> 'cancelled' AND n.state <> 'withdrawn'" OPEN},
    {FAILS("claim.left"), .command = "claim.report", .by = DEALER_OR_CLERK, .inputs = "kind=damage;what=pane",
     .where = "SELECT id FROM shipment WHERE order_id = $1 AND state IN ('planned', 'agreed')" OPEN},
    {PASSES("claim.left"), .command = "claim.report", .by = DEALER_OR_CLERK, .inputs = "kind=damage;what=pane",
     .where = ROW("shipment", "shipped") NO("claim", "state = 'reported'")},
    {FAILS("shipment.under_way"), .command = "tracking.add", .by = ROLE_CLERK, .inputs = "event=seen",
     .where = "SELECT id FROM shipment WHERE order_id = $1 AND state IN ('planned', 'agreed')" OPEN},
    {PASSES("shipment.under_way"), .command = "tracking.add", .by = ROLE_CLERK, .inputs = "event=seen",
     .where = ROW("shipment", "shipped")},
};
const guint rules_visits_count = G_N_ELEMENTS(rules_visits);

const Rule rules_turns[] = {
    {FAILS("drawing.form_newer"), .command = "order_form.revise", .by = DEALER_OR_CLERK,
     .where = ROW("order_form", "accepted") NO("order_form", "state IN ('draft', 'returned', 'submitted')")
         HAS("drawing", "state IN ('draft', 'issued', 'signed')") NO("contract", "state <> 'cancelled'")},
    {FAILS("drawing.signed"), .command = "drawing.decline", .by = DEALER_OR_CLERK, .inputs = "declined_because=door",
     .where = ROW("drawing", "issued")},
    {FAILS("order_form.answered"), .command = "order_form_line.check", .by = ROLE_CLERK, .inputs = "question=Which?",
     .where = LINE_IN("'submitted'")},
    {FAILS("contract.drawing"), .command = "drawing.create", .by = ROLE_CLERK, .inputs = "title=Changed;file={file}",
     .where = ORDER SIGNED HAS("contract", "state = 'draft'")},
    {FAILS("refund.surplus"), .command = "refund.propose", .by = ROLE_FINANCE, .inputs = REFUND,
     .where = REFUNDABLE("r.state = 'confirmed'") NO("refund", "state IN ('proposed', 'approved')")
         HAS("shipment", "state = 'agreed'")},
    {FAILS("refund.surplus"), .command = "refund.approve", .by = ROLE_GM,
     .where = "SELECT id FROM refund WHERE order_id = $1 AND state = 'proposed'" NOT_LEFT},
    {FAILS("refund.date"), .command = "refund.propose", .by = ROLE_FINANCE, .inputs = REFUND,
     .where = REFUNDABLE("r.state = 'confirmed'") NOT_LEFT NO("refund", "state IN ('proposed', 'approved')")},
    {FAILS("refund.date"), .command = "refund.approve", .by = ROLE_GM,
     .where = "SELECT id FROM refund WHERE order_id = $1 AND state = 'proposed'" NOT_LEFT},
    {FAILS("contract.one_amendment"), .command = "contract.amend", .by = ROLE_CLERK, .inputs = "amends_because=door",
     .where = ROW("contract", "effective") NO("contract", UNDER_WAY)},
    {FAILS("refund.target"), .command = "receipt.notice", .by = DEALER_OR_CLERK, .inputs = "amount=%s;payer=Dawn",
     .where = "SELECT id, 1 + amount - " PAID " FROM contract WHERE order_id = $1 AND state = 'effective' AND " PAID
              " <= amount" NO("receipt", "state = 'noticed'")},
    {FAILS("refund.target"), .command = "receipt.confirm", .by = ROLE_FINANCE, .inputs = "value_date=" YESTERDAY,
     .where = "SELECT id FROM receipt WHERE order_id = $1 AND state = 'noticed' AND amount = " ALLOCATED},
    {FAILS("refund.target"), .command = "refund.keep", .by = ROLE_FINANCE, .inputs = CREDIT,
     .where = REFUNDABLE("r.state = 'confirmed'") " AND " PAID " > " CONTRACT_AMOUNT " + " PROMISED},
    {FAILS("contract.changed"), .command = "contract.amend", .by = ROLE_CLERK, .inputs = "amends_because=door",
     .where = ROW("contract", "effective") SIGNED NO("contract", UNDER_WAY)},
    {FAILS("contract.in_force"), .command = "contract.cancel", .by = ROLE_CLERK, .where = ROW("contract", "draft")},
    {FAILS("works_order.drawing"), .command = "drawing.create", .by = ROLE_CLERK, .inputs = "title=Changed;file={file}",
     .where = ORDER SIGNED HAS("works_order", "state IN ('draft', 'released', 'making')")},
    {FAILS("contract.terms"), .command = "contract.create", .by = ROLE_CLERK, .inputs = "amount=10000000",
     .where = ORDER SIGNED NO("contract", "state <> 'cancelled'")},
    {FAILS("contract.sum"), .command = "instalment.add", .by = ROLE_CLERK,
     .inputs = "kind=progress;amount=100;before_delivery=1", .where = ROW("contract", "draft") TERMS_SET},
    {FAILS("contract.credit"), .command = "contract.split", .by = ROLE_CLERK, .inputs = "deposit_percent=1000",
     .where = ROW("contract", "draft")},
    {FAILS("receipt.allocated"), .command = "allocation.change", .by = ROLE_FINANCE, .inputs = "contract=%s;amount=1",
     .where = "SELECT a.id, a.contract FROM allocation a JOIN receipt r ON r.id = a.parent_id WHERE a.order_id = $1 "
              "AND r.state = 'noticed' "
              "AND a.state = 'active'"},
    {FAILS("receipt.deposit_in"), .command = "works_order.create", .by = ROLE_CLERK,
     .inputs = "style=A1;" SITE ";" SUPPLY,
     .where = ORDER EFFECTIVE NO("works_order", "state <> 'cancelled'") " AND " PAID " < " DEPOSIT},
    {FAILS("receipt.deposit_in"), .command = "receipt.reverse", .by = ROLE_FINANCE, .inputs = "reason=bounced",
     .where = ROW("receipt", "confirmed")},
    {FAILS("works_order.not_begun"), .command = "works_order.hold", .by = ROLE_MANAGER, .inputs = "reason=door",
     .where = ROW("works_order", "making") " AND " DONE("cut") " > 0"},
    {FAILS("works_order.not_begun"), .command = "works_order.withdraw", .by = ROLE_MANAGER, .inputs = "reason=door",
     .where = ROW("works_order", "held") " AND " DONE("cut") " > 0"},
    {FAILS("receipt.contract"), .command = "contract.cancel", .by = ROLE_CLERK, .where = ROW("contract", "draft")},
    {FAILS("works_order.supply"), .command = "works_order.create", .by = ROLE_CLERK, .inputs = "style=A1;" SITE,
     .where = ORDER EFFECTIVE NO("works_order", "state <> 'cancelled'")},
    {FAILS("works_order.site"), .command = "works_order.create", .by = ROLE_CLERK, .inputs = "style=A1;" SUPPLY,
     .where = ORDER EFFECTIVE NO("works_order", "state <> 'cancelled'")},
    {FAILS("balance_notice.three_days"), .command = "balance_notice.create", .by = ROLE_CLERK,
     .inputs = "planned_date=" TODAY ";ask_early=1",
     .where = ORDER EFFECTIVE HAS("works_order", "state = 'made'")
         NO("balance_notice", "state IN ('draft', 'sent')") " AND " PAID " < " BEFORE},
    {FAILS("stored_goods.name"), .command = "stored_goods.receive", .by = ROLE_WAREHOUSE,
     .inputs = "package={n};quantity=1",
     .where = "SELECT id FROM works_order WHERE order_id = $1 AND " DONE("packed") " > 1 + " STORED OPEN},
    {FAILS("delivery_notice.in_store"), .command = "delivery_notice.refuse", .by = ROLE_FINANCE,
     .inputs = "refused_because=wet", .where = ROW("delivery_notice", "review")},
    {FAILS("shipment.carrier_agreed"), .command = "shipment.change", .by = ROLE_CLERK, .inputs = "carrier=SF",
     .where = SHIPPABLE("agreed", "= 'approved'")},
    {FAILS("comment.author"), .command = "comment.add", .by = ROLE_MANAGER, .inputs = "text=So", .where = ORDER},
    {FAILS("order.stands"), .command = "order.cancel", .by = ROLE_GM, .inputs = REGRET, .where = ORDER EFFECTIVE},
};
const guint rules_turns_count = G_N_ELEMENTS(rules_turns);
