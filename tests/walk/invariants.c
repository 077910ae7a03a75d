/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invariants as SQL: each statement finds the first row that breaks one. */
#include "invariants.h"
#include "workflow/engine.h"
#include <string.h>

#define SUM(what, from) "COALESCE((SELECT SUM(" what ") FROM " from "), 0)"
#define CONFIRMED(order)                                                                                         \
  SUM("a.amount", "allocation a JOIN receipt r ON r.id = a.parent_id JOIN contract k ON k.id = a.contract WHERE " \
                  "k.order_id = " order " AND a.state = 'active' AND r.state = 'confirmed'")
#define REPORTED(order)                                                                                          \
  SUM("a.amount", "allocation a JOIN receipt r ON r.id = a.parent_id JOIN contract k ON k.id = a.contract WHERE " \
                  "k.order_id = " order " AND r.order_id = " order " AND a.state = 'active' AND r.state = 'noticed'")
#define CONFIRMED_UNTIL(order, date)                                                                             \
  SUM("a.amount", "allocation a JOIN receipt r ON r.id = a.parent_id JOIN contract k ON k.id = a.contract WHERE " \
                  "k.order_id = " order " AND a.state = 'active' AND r.state = 'confirmed' AND " \
                  "COALESCE(a.counts_from, r.value_date) <= " date)
#define DEPOSIT(contract) \
  SUM("i.amount", "instalment i WHERE i.parent_id = " contract " AND i.state <> 'removed' AND i.kind = 'deposit'")
#define DONE(stage) SUM("p.quantity", "progress p WHERE p.parent_id = w.id AND p.stage = '" stage "'")
#define PASSED \
  SUM("q.quantity", "inspection q WHERE q.parent_id = w.id AND q.state = 'recorded' AND q.result = 'passed'")
#define STORED SUM("g.quantity", "stored_goods g WHERE g.parent_id = w.id")
/* Pieces reported of each wall (0: of none) at each stage. */
#define WALL_SUMS                                                                                                  \
  "(SELECT p.parent_id AS works, CASE p.stage WHEN 'cut' THEN 1 WHEN 'machined' THEN 2 WHEN 'assembled' THEN 3 "    \
  "ELSE 4 END AS stage, COALESCE(l.origin, l.id, 0) AS wall, SUM(p.quantity) AS pieces FROM progress p LEFT JOIN "  \
  "order_form_line l ON l.id = p.wall GROUP BY p.parent_id, p.stage, COALESCE(l.origin, l.id, 0))"
/* Instalments of one contract without their like in the other. */
#define UNLIKE(one, other)                                                                                         \
  "EXISTS (SELECT 1 FROM instalment i WHERE i.parent_id = " one ".id AND i.state <> 'removed' AND NOT EXISTS "     \
  "(SELECT 1 FROM instalment k WHERE k.parent_id = " other ".id AND k.state <> 'removed' AND k.kind = i.kind AND " \
  "k.amount = i.amount AND k.before_delivery = i.before_delivery AND COALESCE(k.due_date, 0) = "                   \
  "COALESCE(i.due_date, 0)))"
/* The signature of a role stands, and is not of whoever submitted last before it. */
#define SIGNED(record, alias, role)                                                                              \
  "EXISTS (SELECT 1 FROM approval p WHERE p.record = '" record "' AND p.row_id = " alias ".id AND "              \
  "p.void = 0 AND p.role = " role " AND p.user_id <> (SELECT j.user_id FROM journal j WHERE j.record = '" record \
  "' AND j.row_id = " alias ".id AND j.submits = 1 ORDER BY j.seq DESC LIMIT 1))"
#define MANAGER "1024"
#define REGIONAL "2048"
#define FINANCE "512"
#define GM "4096"
#define TODAY "20532"

#define REFUNDED \
  SUM("q.amount", "refund q JOIN contract k ON k.id = q.contract WHERE k.order_id = o.id AND q.state = 'paid'")
#define PROMISED                                                                                                  \
  SUM("q.amount", "refund q JOIN contract k ON k.id = q.contract WHERE k.order_id = o.id AND q.state IN ('proposed', " \
                  "'approved', 'kept')")
#define RECEIVED                                                                                                  \
  SUM("a.amount", "allocation a JOIN receipt r ON r.id = a.parent_id JOIN contract k ON k.id = a.contract WHERE " \
                  "k.order_id = o.id AND a.state = 'active' AND r.state = 'confirmed' AND r.written_off IS NULL")
#define OPEN_ROW(table, over)                                                                                  \
  "SELECT r.id FROM " table " r JOIN \"order\" o ON o.id = r.order_id WHERE o.state = 'cancelled' AND r.state " \
  "NOT IN (" over ")"
#define STILL_OPEN                                                                                                   \
  OPEN_ROW("order_form", "'accepted', 'superseded', 'cancelled'") " UNION ALL "                                      \
  OPEN_ROW("drawing", "'signed', 'superseded', 'dropped', 'cancelled'") " UNION ALL "                                \
  OPEN_ROW("contract", "'superseded', 'cancelled', 'ended'") " UNION ALL "                                           \
  OPEN_ROW("instalment", "'superseded', 'removed', 'ended'") " UNION ALL "                                           \
  OPEN_ROW("extension", "'refused', 'approved', 'told', 'cancelled'") " UNION ALL "                    \
  OPEN_ROW("works_order", "'made', 'cancelled'") " UNION ALL " OPEN_ROW("balance_notice", "'withdrawn'")             \
  " UNION ALL " OPEN_ROW("delivery_notice", "'withdrawn'") " UNION ALL " OPEN_ROW("shipment", "'cancelled'")         \
  " UNION ALL " OPEN_ROW("obstacle", "'solved', 'cancelled'")                                                         \
  " UNION ALL SELECT d.id FROM duty d JOIN \"order\" o ON o.id = d.order_id WHERE o.state = 'cancelled' AND "        \
  "d.closed_at IS NULL AND d.name NOT IN ('receipt.confirm', 'refund.propose', 'refund.approve', 'refund.pay', "      \
  "'comment.answer')"

static const struct {
  const char *says, *sql; /* the statement gives the id of the first row that breaks it */
} invariants[] = {
    {"a confirmed receipt is not what is allocated of it",
     "SELECT r.id FROM receipt r WHERE r.state = 'confirmed' AND r.amount <> " SUM(
         "a.amount", "allocation a WHERE a.parent_id = r.id "
                     "AND a.state = 'active'")},
    {"money is given back that never came in",
     "SELECT f.id FROM refund f JOIN receipt r ON r.id = f.parent_id WHERE r.state IN ('noticed', 'refused') OR "
     "r.written_off = 1"},
    {"more is to be given back than there is of a receipt for a contract",
     "SELECT f.parent_id FROM refund f WHERE f.state IN ('proposed', 'approved', 'kept') GROUP BY f.parent_id, "
     "f.contract HAVING SUM(f.amount) > COALESCE((SELECT SUM(a.amount) FROM allocation a WHERE a.parent_id = "
     "f.parent_id AND a.contract = f.contract AND a.state = 'active'), 0)"},
    {"a refund that was paid out is no part of its receipt, or another is",
     "SELECT f.id FROM refund f WHERE CASE WHEN f.state = 'paid' THEN f.amount ELSE 0 END <> " SUM(
         "a.amount", "allocation a WHERE a.refund = f.id AND a.parent_id = f.parent_id AND a.state = 'active'")},
    {"a refund was paid out by nobody's leave, or its own proposer's",
     "SELECT f.id FROM refund f WHERE f.state = 'paid' AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.record = "
     "'refund' AND j.row_id = f.id AND j.command = 'refund.approve' AND j.user_id <> f.created_by)"},
    {"what was overpaid waits on nobody, or what was not on finance",
     "SELECT c.id FROM contract c JOIN \"order\" o ON o.id = c.order_id LEFT JOIN duty d ON d.row_id = c.id AND "
     "d.name = 'refund.overpaid' AND d.closed_at IS NULL WHERE c.state = 'effective' AND (d.id IS NOT NULL) <> ("
     RECEIVED " - c.amount > " PROMISED ")"},
    {"money was kept as a credit that the contract needs",
     "SELECT f.id FROM refund f JOIN contract k ON k.id = f.contract JOIN \"order\" o ON o.id = k.order_id JOIN "
     "contract c ON c.order_id = o.id AND c.state = 'effective' JOIN journal p ON p.record = 'refund' AND p.row_id = "
     "f.id AND p.command = 'refund.keep' WHERE f.state = 'kept' AND " RECEIVED " - c.amount < "
     PROMISED " AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.dealer_id = c.dealer_id AND j.id > p.id AND j.command "
     "IN ('receipt.reverse', 'contract.file_copy', 'contract.accept_copy', 'refund.propose', 'refund.pay'))"},
    {"a credit was used for the contract that it came from, or one that was never in force",
     "SELECT f.id FROM refund f JOIN contract k ON k.id = f.contract JOIN contract t ON t.id = f.used_for WHERE "
     "f.state = 'used' AND (t.order_id = k.order_id OR t.effective_date IS NULL)"},
    {"a refund was paid out in the future", "SELECT id FROM refund WHERE paid_date > " TODAY},
    {"the price of goods that have left was given back",
     "SELECT f.id FROM refund f JOIN contract k ON k.id = f.contract JOIN contract c ON c.order_id = k.order_id AND "
     "c.state = 'effective' JOIN journal p ON p.record = 'refund' AND p.row_id = f.id AND p.command = 'refund.pay' "
     "WHERE EXISTS (SELECT 1 FROM shipment s WHERE s.order_id = c.order_id AND s.state IN ('shipped', 'delivered')) "
     "AND " CONFIRMED("c.order_id") " < " SUM("i.amount", "instalment i WHERE i.parent_id = c.id AND i.state <> "
                                              "'removed' AND i.before_delivery = 1") " AND NOT EXISTS (SELECT 1 FROM "
     "journal j WHERE j.dealer_id = c.dealer_id AND j.id > p.id AND j.command IN ('receipt.reverse', "
     "'contract.file_copy', 'contract.accept_copy', 'shipment.ship'))"},
    {"money is confirmed before its value date",
     "SELECT id FROM receipt WHERE state = 'confirmed' AND value_date > " TODAY},
    {"more than 100.00 is written off of one order",
     "SELECT r.order_id FROM receipt r WHERE r.state = 'confirmed' AND r.written_off = 1 GROUP BY r.order_id HAVING "
     "SUM(r.amount) > 10000"},
    {"a contract handed in is not the sum of its instalments",
     "SELECT c.id FROM contract c WHERE c.state NOT IN ('draft', 'cancelled') AND c.amount <> " SUM(
         "i.amount", "instalment i WHERE i.parent_id = c.id AND i.state <> 'removed'")},
    {"a contract handed in is not the sum of its prices",
     "SELECT c.id FROM contract c JOIN contract_line l ON l.parent_id = c.id AND l.state <> 'removed' WHERE c.state "
     "NOT IN ('draft', 'cancelled') GROUP BY c.id, c.amount HAVING SUM(l.amount) <> c.amount OR COUNT(*) <> "
     "COUNT(l.amount)"},
    {"a copy bears a seal before the contract is sealed",
     "SELECT id FROM contract WHERE sealed_copy IS NOT NULL AND state IN ('draft', 'review', 'gm', 'seal')"},
    {"an amount is not what its quantity costs",
     "SELECT id FROM contract_line WHERE ABS(amount * 100 - quantity * unit_price) > 50"},
    {"a contract handed in lacks a term", "SELECT id FROM contract WHERE state NOT IN ('draft', 'cancelled') AND "
                                          "(amount IS NULL OR lead_days IS NULL OR lead_kind IS NULL OR "
                                          "payment_terms IS NULL OR liability IS NULL)"},
    {"a contract handed in names no drawing that was signed",
     "SELECT c.id FROM contract c LEFT JOIN drawing d ON d.id = c.drawing AND d.order_id = c.order_id WHERE c.state "
     "NOT IN ('draft', "
     "'cancelled') AND d.signed_at IS NULL"},
    {"credit was given without the general manager's reason",
     "SELECT c.id FROM contract c WHERE c.state IN ('seal', 'countersign', 'check', 'effective') AND "
     "c.gm_reason IS NULL AND (c.amount * 30 > 100 * " DEPOSIT("c.id") " OR EXISTS (SELECT 1 FROM instalment i WHERE "
     "i.parent_id = c.id AND i.state <> 'removed' AND i.before_delivery <> 1))"},
    {"a deposit is due after delivery",
     "SELECT id FROM instalment WHERE state <> 'removed' AND kind = 'deposit' AND before_delivery <> 1"},
    {"a sealed contract lacks a signature by another than who submitted it",
     "SELECT c.id FROM contract c WHERE c.state IN ('countersign', 'check', 'effective') AND NOT (" SIGNED(
         "contract", "c", MANAGER) " AND " SIGNED("contract", "c", GM) " AND " SIGNED("contract", "c", FINANCE) ")"},
    {"an effective contract has no countersigned copy",
     "SELECT id FROM contract WHERE state = 'effective' AND (countersigned IS NULL OR effective_date IS NULL)"},
    {"nobody of the house looked at the countersigned copy",
     "SELECT c.id FROM contract c WHERE c.state = 'effective' AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.record = "
     "'contract' AND j.row_id = c.id AND j.command IN ('contract.file_copy', 'contract.accept_copy') AND j.user_id < "
     "1000)"},
    {"an order has two contracts",
     "SELECT order_id FROM contract WHERE state <> 'cancelled' AND amends IS NULL GROUP BY order_id HAVING COUNT(*) > "
     "1"},
    {"an order has two contracts in force, or two amendments under way",
     "SELECT order_id FROM contract WHERE state NOT IN ('superseded', 'cancelled', 'ended') GROUP BY order_id, CASE "
     "WHEN state = 'effective' THEN 1 ELSE 0 END HAVING COUNT(*) > 1"},
    {"what is amended was never in force, or is in force beside its amendment",
     "SELECT a.id FROM contract a LEFT JOIN contract c ON c.id = a.amends AND c.order_id = a.order_id WHERE a.amends "
     "IS NOT NULL AND a.state <> 'cancelled' AND (c.effective_date IS NULL OR c.state NOT IN (CASE WHEN a.state IN "
     "('effective', 'superseded', 'ended') THEN 'superseded' ELSE 'effective' END, CASE a.state WHEN 'ended' THEN "
     "'ended' ELSE '' END))"},
    {"a contract was replaced by nothing",
     "SELECT c.id FROM contract c WHERE c.state = 'superseded' AND NOT EXISTS (SELECT 1 FROM contract a WHERE a.amends "
     "= c.id AND a.state IN ('effective', 'superseded', 'ended'))"},
    {"what is to be paid is not of the contract in force",
     "SELECT i.id FROM instalment i JOIN contract c ON c.id = i.parent_id WHERE (i.state = 'superseded') <> (c.state = "
     "'superseded' AND i.state <> 'removed')"},
    {"an order is for no project of its dealer",
     "SELECT o.id FROM \"order\" o LEFT JOIN project p ON p.id = o.project AND p.dealer_id = o.dealer_id AND "
     "p.order_id = 0 WHERE p.id IS NULL"},
    {"an order form was verified for an order without a clerk",
     "SELECT f.id FROM order_form f JOIN \"order\" o ON o.id = f.order_id WHERE f.state IN ('accepted', "
     "'returned') AND o.clerk IS NULL"},
    {"an order has two order forms under way", "SELECT order_id FROM order_form WHERE state IN ('draft', 'submitted', "
                                               "'returned') GROUP BY order_id HAVING COUNT(*) > 1"},
    {"an order has two accepted order forms",
     "SELECT order_id FROM order_form WHERE state = 'accepted' GROUP BY order_id HAVING COUNT(*) > 1"},
    {"an amendment was handed in that changes nothing",
     "SELECT a.id FROM contract a JOIN contract c ON c.id = a.amends WHERE a.state NOT IN ('draft', 'cancelled') AND "
     "a.amount = c.amount AND a.lead_days = c.lead_days AND a.lead_kind = c.lead_kind AND a.drawing = c.drawing AND "
     "a.payment_terms = c.payment_terms AND a.liability = c.liability AND COALESCE(a.deposit_percent, -1) = "
     "COALESCE(c.deposit_percent, -1) AND NOT " UNLIKE("a", "c") " AND NOT " UNLIKE("c", "a")},
    {"an order form was begun anew beside an earlier one",
     "SELECT order_id FROM journal WHERE command = 'order_form.create' AND record = 'order_form' GROUP BY order_id "
     "HAVING COUNT(*) > 1"},
    {"an order form was handed in empty", "SELECT f.id FROM order_form f WHERE f.state IN ('submitted', 'accepted') "
                                          "AND NOT EXISTS (SELECT 1 FROM order_form_line l WHERE "
                                          "l.parent_id = f.id AND l.state = 'active')"},
    {"an order form was accepted with a line that is not in order",
     "SELECT l.id FROM order_form_line l JOIN order_form f ON f.id = l.parent_id WHERE f.state = 'accepted' AND "
     "l.state = 'active' AND COALESCE(l.finding, '') <> 'verified'"},
    {"an order form was returned without a word",
     "SELECT f.id FROM order_form f WHERE f.state = 'returned' AND f.returned_because IS NULL AND NOT EXISTS (SELECT 1 "
     "FROM order_form_line l WHERE l.parent_id = f.id AND l.finding IN ('question', 'changed'))"},
    {"there is a drawing without an accepted order form",
     "SELECT d.id FROM drawing d WHERE NOT EXISTS (SELECT 1 FROM order_form f WHERE f.order_id = d.order_id AND "
     "f.state = 'accepted')"},
    {"two revisions of a drawing stand, or an old one does",
     "SELECT d.id FROM drawing d JOIN drawing e ON e.order_id = d.order_id AND e.id <> d.id AND e.revision >= "
     "d.revision WHERE "
     "d.state NOT IN ('superseded', 'dropped')"},
    {"a drawing was kept for a form that it showed already",
     "SELECT row_id FROM journal WHERE command = 'drawing.keep' AND detail NOT LIKE '%order_form%'"},
    {"a drawing is to be made and the designer is not told, or none is and he is",
     "SELECT f.id FROM order_form f JOIN \"order\" o ON o.id = f.order_id LEFT JOIN duty d ON d.row_id = f.id AND "
     "d.name = 'order_form.draw' AND d.closed_at IS NULL WHERE (d.id IS NOT NULL) <> (f.state = 'accepted' AND o.state "
     "<> 'cancelled' AND NOT EXISTS (SELECT 1 FROM drawing w WHERE (w.order_form = f.id AND w.state IN ('draft', "
     "'issued', 'signed')) OR (w.order_id = f.order_id AND w.state = 'declined')))"},
    {"a signed drawing lacks signature, signer or hash",
     "SELECT d.id FROM drawing d LEFT JOIN file f ON f.id = d.file WHERE d.state = 'signed' AND (d.signer_name IS NULL "
     "OR d.signature IS "
     "NULL OR d.signed_at IS NULL OR d.sha256 IS NULL OR f.sha256 IS NULL OR d.sha256 <> f.sha256)"},
    {"a paper is not kept as it was signed",
     "SELECT id FROM (SELECT id, paper, order_id FROM contract WHERE state IN ('countersign', 'check', 'effective', "
     "'superseded', 'ended') UNION ALL SELECT id, paper, order_id FROM order_form WHERE state = 'accepted' UNION ALL "
     "SELECT id, paper, order_id FROM works_order WHERE state IN ('released', 'making', 'held', 'made') UNION ALL "
     "SELECT id, paper, order_id FROM delivery_notice WHERE state IN ('approved', 'shipped')) AS k WHERE NOT EXISTS "
     "(SELECT 1 FROM file f WHERE f.id = k.paper AND f.order_id = k.order_id AND f.type = 'application/pdf')"},
    {"a paper is kept before it was signed",
     "SELECT id FROM contract WHERE paper IS NOT NULL AND state IN ('draft', 'review', 'gm', 'seal') UNION ALL "
     "SELECT id FROM order_form WHERE paper IS NOT NULL AND state NOT IN ('accepted', 'superseded') UNION ALL "
     "SELECT id FROM works_order WHERE paper IS NOT NULL AND state IN ('review', 'gm') UNION ALL "
     "SELECT id FROM delivery_notice WHERE paper IS NOT NULL AND state IN ('draft', 'review', 'gm')"},
    {"a sealed contract was given another paper",
     "SELECT row_id FROM journal WHERE record = 'contract' AND detail LIKE '%\"paper\":%' GROUP BY row_id HAVING "
     "COUNT(*) > 1"},
    {"a works order stands on no effective contract",
     "SELECT w.id FROM works_order w LEFT JOIN contract c ON c.id = w.contract AND c.state IN ('effective', "
     "'superseded', 'ended') AND c.order_id = w.order_id WHERE "
     "w.state <> 'cancelled' AND c.id IS NULL"},
    {"an order has two works orders",
     "SELECT order_id FROM works_order WHERE state <> 'cancelled' GROUP BY order_id HAVING COUNT(*) > 1"},
    {"a works order handed in does not state the supply",
     "SELECT id FROM works_order WHERE state NOT IN ('draft', 'cancelled') AND (glass IS NULL OR panel IS NULL OR door "
     "IS NULL OR hardware IS NULL)"},
    {"a works order handed in does not state the site",
     "SELECT id FROM works_order WHERE state NOT IN ('draft', 'cancelled') AND (floor IS NULL OR ceiling IS NULL OR "
     "others IS NULL)"},
    {"production has a works order whose drawing is not the one signed last",
     "SELECT w.id FROM works_order w LEFT JOIN drawing d ON d.id = w.drawing AND d.order_id = w.order_id AND d.state = "
     "'signed' WHERE "
     "w.state IN ('released', 'making') AND d.id IS NULL"},
    {"production has a works order whose deposit is not in",
     "SELECT w.id FROM works_order w JOIN contract c ON c.order_id = w.order_id AND c.state = 'effective' WHERE "
     "w.state IN ('released', 'making') "
     "AND " CONFIRMED("c.order_id") " < " DEPOSIT("c.id")},
    {"a released works order lacks a signature by another than who submitted it",
     "SELECT w.id FROM works_order w WHERE w.state IN ('released', 'making', 'held', 'made') AND NOT (" SIGNED(
         "works_order", "w", MANAGER) " AND " SIGNED("works_order", "w", GM) ")"},
    {"a stage of production is ahead of the one before, or the store of the packing",
     "SELECT w.id FROM works_order w WHERE " DONE("cut") " < " DONE("machined") " OR " DONE("machined") " < " DONE(
         "assembled") " OR " DONE("assembled") " < " DONE("packed") " OR " DONE("packed") " < " STORED},
    {"more passed inspection than is assembled, or more is packed than passed",
     "SELECT w.id FROM works_order w WHERE " PASSED " > " DONE("assembled") " OR " DONE("packed") " > " PASSED},
    {"a wall is packed more often than it passed the inspection",
     "SELECT s.works FROM " WALL_SUMS " s WHERE s.wall <> 0 AND s.stage = 4 AND s.pieces > COALESCE((SELECT "
     "SUM(q.quantity) FROM inspection q LEFT JOIN order_form_line l ON l.id = q.wall WHERE q.parent_id = s.works AND "
     "q.state = 'recorded' AND q.result = 'passed' AND COALESCE(l.origin, l.id, 0) IN (0, s.wall)), 0)"},
    {"goods came from the customer that the works order has us buy",
     "SELECT s.id FROM supplied_goods s JOIN works_order w ON w.id = s.parent_id WHERE COALESCE(CASE s.kind WHEN "
     "'glass' THEN w.glass WHEN 'panel' THEN w.panel WHEN 'door' THEN w.door ELSE w.hardware END, '') <> 'customer'"},
    {"something is to be reworked, and nobody says what",
     "SELECT id FROM inspection WHERE result <> 'passed' AND findings IS NULL"},
    {"a wall has passed a stage more often than it has pieces",
     "SELECT s.works FROM " WALL_SUMS " s WHERE s.wall <> 0 AND s.pieces > (SELECT MAX(l.quantity) FROM "
     "order_form_line l WHERE COALESCE(l.origin, l.id) = s.wall)"},
    {"a wall has passed a stage more often than the one before",
     "SELECT s.works FROM " WALL_SUMS " s WHERE s.wall <> 0 AND s.stage > 1 AND s.pieces > COALESCE((SELECT "
     "SUM(b.pieces) FROM " WALL_SUMS " b WHERE b.works = s.works AND b.stage = s.stage - 1 AND b.wall IN (0, s.wall)), "
     "0)"},
    {"more was taken back of a wall, or of none, than was reported",
     "SELECT s.works FROM " WALL_SUMS " s WHERE s.pieces < 0"},
    {"a report names a wall of another order, or one that was never ordered",
     "SELECT p.id FROM progress p JOIN order_form_line l ON l.id = p.wall JOIN order_form f ON f.id = l.parent_id "
     "WHERE l.order_id <> p.order_id OR l.state <> 'active' OR f.state NOT IN ('accepted', 'superseded')"},
    {"a works order is made that is not in store", "SELECT w.id FROM works_order w WHERE w.state = 'made' AND (" DONE(
                                                       "packed") " = 0 OR " DONE("packed") " > " STORED ")"},
    {"the lead time runs without the deposit, or stands although it is in",
     "SELECT o.id FROM \"order\" o LEFT JOIN contract c ON c.order_id = o.id AND c.state = 'effective' WHERE "
     "(o.clock_date IS NOT NULL) <> "
     "(o.state <> 'cancelled' AND c.id IS NOT NULL AND " CONFIRMED("c.order_id") " >= " DEPOSIT("c.id") ")"},
    {"the lead time runs from another day than the one that completed the deposit",
     "SELECT o.id FROM \"order\" o JOIN contract c ON c.order_id = o.id AND c.state = 'effective' WHERE o.clock_date "
     "IS NOT NULL AND " DEPOSIT("c.id") " > 0 AND (" CONFIRMED_UNTIL("c.order_id", "o.clock_date") " < " DEPOSIT(
         "c.id") " OR " CONFIRMED_UNTIL("c.order_id", "o.clock_date - 1") " >= " DEPOSIT("c.id") ")"},
    {"the days added to the lead time are not those approved",
     "SELECT o.id FROM \"order\" o WHERE o.state = 'open' AND o.clock_date IS NOT NULL AND COALESCE(o.extended, 0) <> "
     SUM("e.days", "extension e WHERE e.order_id = o.id AND e.state IN ('approved', 'told')")},
    {"a refund that is promised waits on nobody, or one that is not on somebody",
     "SELECT o.id FROM \"order\" o LEFT JOIN duty d ON d.row_id = o.id AND d.name = 'refund.propose' AND d.closed_at "
     "IS NULL WHERE (d.id IS NOT NULL) <> (o.state = 'cancelled' AND o.refunded > " REFUNDED " AND " RECEIVED " > 0)"},
    {"an order is over that is not delivered and settled, or is not over that is",
     "SELECT id FROM \"order\" WHERE state <> 'cancelled' AND (state = 'closed') <> (delivered_date IS NOT NULL AND "
     "settled_date IS NOT NULL)"},
    {"an order reads as settled whose money is not in, or the other way about",
     "SELECT o.id FROM \"order\" o LEFT JOIN contract c ON c.order_id = o.id AND c.state = 'effective' WHERE o.state "
     "<> 'cancelled' AND (o.settled_date IS NOT NULL) <> (c.id IS NOT NULL AND " CONFIRMED("o.id") " >= c.amount)"},
    {"an order reads as delivered whose goods are not all signed for, or the other way about",
     "SELECT o.id FROM \"order\" o WHERE o.state <> 'cancelled' AND (o.delivered_date IS NOT NULL) <> (EXISTS (SELECT "
     "1 FROM works_order w WHERE w.order_id = o.id AND w.state = 'made') AND " SUM("g.quantity", "stored_goods g WHERE "
     "g.order_id = o.id") " = " SUM("g.quantity", "stored_goods g JOIN delivery_line l ON l.goods = g.id AND l.state = "
     "'active' JOIN shipment s ON s.parent_id = l.parent_id AND s.state = 'delivered' WHERE g.order_id = o.id") ")"},
    {"something is still open in a cancelled order", STILL_OPEN},
    {"something was begun in an order that was delivered and settled",
     "SELECT j.row_id FROM journal j JOIN \"order\" o ON o.id = j.order_id WHERE o.state = 'closed' AND j.command IN "
     "('order_form.create', 'order_form.revise', 'drawing.create', 'contract.create', 'extension.propose', "
     "'works_order.create', 'forecast.report', 'floor_visit.log', 'word.log', 'obstacle.report', 'progress.report', "
     "'inspection.record', 'supplied_goods.receive', 'stored_goods.receive', 'balance_notice.create', "
     "'delivery_notice.create', 'shipment.plan') AND j.seq > (SELECT MAX(k.seq) FROM journal k WHERE "
     "k.root = j.root AND k.record = 'order')"},
    {"a payment of several times the contract was reported without its slip",
     "SELECT r.id FROM receipt r JOIN contract c ON c.id = r.parent_id WHERE r.slip IS NULL AND r.amount > "
     "3 * c.amount"},
    {"a payment was reported on a cancelled order",
     "SELECT j.row_id FROM journal j JOIN \"order\" o ON o.id = j.order_id WHERE o.state = 'cancelled' AND j.command "
     "= 'receipt.notice' AND j.seq > (SELECT MAX(k.seq) FROM journal k WHERE k.root = j.root AND k.command = "
     "'order.cancel')"},
    {"a forecast was of a day that was past", "SELECT id FROM forecast WHERE expected_date < " TODAY},
    {"a problem is with somebody of another department",
     "SELECT p.id FROM obstacle p JOIN \"user\" u ON u.id = p.owner WHERE u.roles NOT LIKE '%' || p.department || '%'"},
    {"a duty is not with whom its row names",
     "SELECT p.id FROM obstacle p JOIN duty d ON d.row_id = p.id AND d.name = 'obstacle.solve' AND d.closed_at IS NULL "
     "WHERE p.owner IS NOT NULL AND d.person <> p.owner"},
    {"goods are expected after the due date and nobody is warned, or before and somebody is",
     "SELECT o.id FROM \"order\" o LEFT JOIN duty d ON d.row_id = o.id AND d.name = 'forecast.late' AND d.closed_at "
     "IS NULL WHERE (d.id IS NOT NULL) <> (o.state = 'open' AND o.expected_date IS NOT NULL AND o.due_date IS NOT NULL "
     "AND o.expected_date > o.due_date)"},
    {"an extension extends no due date",
     "SELECT id FROM extension WHERE due_before IS NULL OR (state IN ('approved', 'told') AND due_after IS NULL)"},
    {"an extension was approved by who proposed it",
     "SELECT e.id FROM extension e JOIN journal j ON j.record = 'extension' AND j.row_id = e.id AND j.command = "
     "'extension.approve' WHERE j.user_id = e.created_by"},
    {"a balance notice went out late without the general manager's reason",
     "SELECT id FROM balance_notice WHERE state = 'sent' AND planned_date < noticed_date + 3 AND "
     "gm_reason IS NULL AND amount_due > 0"},
    {"a balance notice is for an early day that nobody asked for",
     "SELECT b.id FROM balance_notice b JOIN contract k ON k.order_id = b.order_id AND k.state = 'effective' WHERE "
     "b.state = 'draft' AND b.planned_date < " TODAY " + 3 AND b.ask_early IS NULL AND " CONFIRMED("b.order_id") " < "
     SUM("i.amount", "instalment i WHERE i.parent_id = k.id AND i.state <> 'removed' AND i.before_delivery = 1")
     " AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.dealer_id = b.dealer_id AND j.command IN ('receipt.reverse', "
     "'refund.pay', 'refund.use', 'contract.file_copy', 'contract.accept_copy') AND j.id > (SELECT MIN(p.id) FROM "
     "journal p WHERE p.record = 'balance_notice' AND p.row_id = b.id))"},
    {"a balance notice is for a day that was past", "SELECT id FROM balance_notice WHERE planned_date < " TODAY},
    {"a delivery notice is for a day that the dealer was not told",
     "SELECT n.id FROM delivery_notice n WHERE n.state <> 'withdrawn' AND NOT EXISTS (SELECT 1 FROM balance_notice b "
     "WHERE b.order_id = n.order_id "
     "AND b.noticed_date IS NOT NULL AND b.planned_date <= n.planned_date)"},
    {"a delivery notice handed in lists nothing",
     "SELECT n.id FROM delivery_notice n WHERE n.state NOT IN ('draft', 'returned', 'withdrawn') AND NOT EXISTS "
     "(SELECT 1 FROM delivery_line l WHERE l.parent_id = n.id AND l.state <> 'removed')"},
    {"packages were listed, and there were none",
     "SELECT j.row_id FROM journal j WHERE j.command = 'delivery_notice.fill' AND j.record = 'delivery_notice' AND NOT "
     "EXISTS (SELECT 1 FROM journal k WHERE k.root = j.root AND k.seq = j.seq - 1 AND k.command = j.command AND "
     "k.record = 'delivery_line')"},
    {"a delivery notice lists what is not in store",
     "SELECT n.id FROM delivery_notice n JOIN delivery_line l ON l.parent_id = n.id AND l.state <> 'removed' LEFT JOIN "
     "stored_goods g ON g.id = "
     "l.goods AND g.order_id = n.order_id WHERE n.state <> 'withdrawn' AND (g.id IS NULL OR g.state <> CASE n.state "
     "WHEN 'shipped' THEN "
     "'shipped' ELSE 'in_store' END)"},
    {"a package is on two delivery notices, or twice on one",
     "SELECT l.goods FROM delivery_line l JOIN delivery_notice n ON n.id = l.parent_id WHERE l.state <> 'removed' AND "
     "n.state <> 'withdrawn' "
     "GROUP BY l.goods HAVING COUNT(*) > 1"},
    {"two packages of an order are called the same",
     "SELECT MAX(id) FROM stored_goods GROUP BY order_id, package HAVING COUNT(*) > 1"},
    {"a package was changed that was signed for",
     "SELECT l.goods FROM delivery_line l JOIN delivery_notice n ON n.id = l.parent_id AND n.state IN ('review', 'gm', "
     "'approved', 'shipped') JOIN journal j ON j.record = 'stored_goods' AND j.row_id = l.goods AND j.command = "
     "'stored_goods.correct' WHERE l.state <> 'removed' AND j.seq > (SELECT MAX(k.seq) FROM journal k WHERE k.record = "
     "'delivery_notice' AND k.row_id = n.id AND k.command = 'delivery_notice.submit')"},
    {"a package is gone without a shipped notice",
     "SELECT g.id FROM stored_goods g WHERE g.state = 'shipped' AND NOT EXISTS (SELECT 1 FROM delivery_line l JOIN "
     "delivery_notice n ON n.id = "
     "l.parent_id JOIN shipment s ON s.parent_id = n.id AND s.state IN ('shipped', 'delivered') WHERE l.goods = g.id "
     "AND l.state <> 'removed' AND "
     "n.state = 'shipped')"},
    {"goods left on a notice without the three signatures",
     "SELECT s.id FROM shipment s JOIN delivery_notice n ON n.id = s.parent_id WHERE s.state IN ('shipped', "
     "'delivered') AND NOT (n.state = "
     "'shipped' AND " SIGNED("delivery_notice", "n", REGIONAL) " AND " SIGNED(
         "delivery_notice", "n", FINANCE) " AND " SIGNED("delivery_notice", "n", GM) ")"},
    {"a shipment is planned on a notice that is not approved",
     "SELECT s.id FROM shipment s JOIN delivery_notice n ON n.id = s.parent_id WHERE s.state IN ('planned', 'agreed', "
     "'declined') AND n.state <> 'approved'"},
    {"goods left with a carrier that was not agreed", "SELECT id FROM shipment WHERE state IN ('shipped', 'delivered') "
                                                      "AND (carrier IS NULL OR agreed IS NULL OR agreed <> 1)"},
    {"goods were signed for on a day before they left, or on one to come",
     "SELECT id FROM shipment WHERE signed_date < shipped_date OR signed_date > " TODAY},
    {"goods are to be given to the carrier before the day that the dealer was told",
     "SELECT s.id FROM shipment s JOIN delivery_notice n ON n.id = s.parent_id WHERE s.hand_over_date < "
     "n.planned_date"},
    {"goods are expected on a day that was past", "SELECT id FROM shipment WHERE state IN ('shipped', 'delivered') AND "
                                                  "expected_date < " TODAY},
    {"a delivery notice has two shipments",
     "SELECT parent_id FROM shipment WHERE state <> 'cancelled' GROUP BY parent_id HAVING COUNT(*) > 1"},
    {"a shipment stands on a withdrawn notice", "SELECT s.id FROM shipment s JOIN delivery_notice n ON n.id = "
                                                "s.parent_id WHERE s.state <> 'cancelled' AND n.state = 'withdrawn'"},
    {"a shipment was seen that is not on its way",
     "SELECT t.id FROM tracking t JOIN shipment s ON s.id = t.parent_id WHERE s.state NOT IN ('shipped', 'delivered')"},
    {"damage on the way was reported of goods that had not left",
     "SELECT c.id FROM claim c JOIN shipment s ON s.id = c.parent_id WHERE s.state NOT IN ('shipped', 'delivered')"},
    {"what did not happen on the way is with the carrier, or what did with a department",
     "SELECT id FROM claim WHERE CASE WHEN kind IN ('damage', 'loss') THEN state IN ('examined', 'asked', 'answered') "
     "OR borne_by IS NOT NULL ELSE state IN ('reported', 'raised') OR claimed IS NOT NULL OR paid IS NOT NULL END"},
    {"two orders make up for one claim, or one does that its claim does not name",
     "SELECT MAX(o.id) FROM \"order\" o JOIN claim c ON c.id = o.claim GROUP BY o.claim HAVING COUNT(*) > 1 OR "
     "MAX(o.id) <> MAX(c.makeup) OR MAX(o.source) <> MAX(c.order_id)"},
    {"goods of a cancelled order left, or it was cancelled after they had",
     "SELECT o.id FROM \"order\" o JOIN shipment s ON s.order_id = o.id WHERE o.state = 'cancelled' AND s.state IN "
     "('shipped', 'delivered')"},
    {"two users have one login name", "SELECT MAX(id) FROM \"user\" GROUP BY login HAVING COUNT(*) > 1"},
    {"a comment was replaced by another than who wrote it",
     "SELECT c.id FROM comment c JOIN comment d ON d.id = c.replaces WHERE c.created_by <> d.created_by"},
    {"a comment took over a file of somebody else", "SELECT f.id FROM file f JOIN comment c ON c.id = f.about_id AND "
                                                    "f.about = 'comment' WHERE f.created_by <> c.created_by"},
    {"a user of the portal has no dealer, or one of the house has",
     "SELECT id FROM \"user\" WHERE (roles = 'dealer') <> (dealer IS NOT NULL)"},
    {"nobody is an administrator", "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM \"user\" WHERE state = 'active' AND "
                                   "roles LIKE '%admin%')"},
    {"somebody is the own substitute, or is back before leaving",
     "SELECT id FROM absence WHERE \"user\" = substitute OR last_day < first_day"},
    {"a token was made that had run out", "SELECT id FROM token WHERE expires_on < " TODAY},
    {"an absence was withdrawn by somebody whom it does not concern",
     "SELECT j.row_id FROM journal j JOIN absence a ON a.id = j.row_id WHERE j.record = 'absence' AND j.command = "
     "'absence.withdraw' AND j.user_id <> a.\"user\" AND j.user_id NOT IN (2, 4, 11, 12, 13, 15)"},
    {"somebody made themselves a substitute", "SELECT id FROM absence WHERE substitute = created_by"},
    {"an order is with somebody who is no clerk",
     "SELECT o.id FROM \"order\" o LEFT JOIN \"user\" u ON u.id = o.clerk WHERE o.clerk IS NOT NULL AND "
     "(u.id IS NULL OR u.roles NOT LIKE '%clerk%')"},
    {"a works order was dropped although production had begun",
     "SELECT w.id FROM works_order w JOIN progress p ON p.parent_id = w.id JOIN \"order\" o ON o.id = w.order_id WHERE "
     "w.state = 'cancelled' AND o.state = 'open'"},
    {"the calendar has two entries for a day",
     "SELECT date FROM holiday WHERE state = 'active' AND date IS NOT NULL GROUP BY date HAVING COUNT(*) > 1"},
    {"a row's versions in the journal do not rise", "SELECT a.id FROM journal a JOIN journal b ON b.record = a.record "
                                                    "AND b.row_id = a.row_id AND b.root = a.root AND b.seq > a.seq AND "
                                                    "b.row_version <= a.row_version"},
    {"a chain of the journal has a gap",
     "SELECT MAX(id) FROM journal GROUP BY root HAVING MIN(seq) <> 1 OR MAX(seq) <> COUNT(*)"},
    {"an act under a key has no entry, or more than one",
     "SELECT i.row_id FROM idempotency i LEFT JOIN (SELECT command, row_id, row_version, user_id, COUNT(*) AS entries "
     "FROM journal WHERE "
     "command LIKE record || '.%' GROUP BY command, row_id, row_version, user_id) j ON j.command = i.command AND "
     "j.row_id = i.row_id AND "
     "j.row_version = i.row_version AND j.user_id = i.user_id WHERE j.entries IS NULL OR j.entries <> 1"},
    {"an open order waits on nobody",
     "SELECT o.id FROM \"order\" o WHERE o.state = 'open' AND NOT EXISTS (SELECT 1 FROM duty d WHERE d.order_id = o.id "
     "AND d.closed_at IS NULL) AND NOT EXISTS (SELECT 1 FROM shipment s WHERE s.order_id = o.id AND s.state = "
     "'delivered')"},
    {"a dealer was reminded of nothing", "SELECT id FROM reminder WHERE owed IS NULL OR owed <= 0"},
    {"a payment is chased that is in or reported",
     "SELECT i.id FROM instalment i JOIN duty d ON d.row_id = i.id AND d.name = 'instalment.pay' AND d.closed_at IS "
     "NULL WHERE " CONFIRMED("i.order_id") " + " REPORTED("i.order_id") " >= "
     SUM("k.amount", "instalment k WHERE k.parent_id = i.parent_id AND k.state = 'active'")},
    {"a deposit is asked for, not reported and not chased",
     "SELECT i.id FROM instalment i JOIN contract c ON c.id = i.parent_id JOIN \"order\" o ON o.id = c.order_id WHERE "
     "o.state = 'open' AND i.state = 'active' AND i.kind = 'deposit' AND c.state = 'effective' AND NOT EXISTS (SELECT "
     "1 FROM duty d WHERE d.name = 'instalment.pay' AND d.row_id = i.id AND d.closed_at IS NULL) AND "
     CONFIRMED("c.order_id") " + " REPORTED("c.order_id") " < i.amount"},
    {"a deposit is asked for and not reported, and the dealer is not told",
     "SELECT i.id FROM instalment i JOIN contract c ON c.id = i.parent_id JOIN \"order\" o ON o.id = c.order_id WHERE "
     "o.state = 'open' AND i.state = 'active' AND i.kind = 'deposit' AND c.state = 'effective' AND NOT EXISTS (SELECT "
     "1 FROM duty d WHERE d.name = 'instalment.settle' AND d.row_id = i.id AND d.closed_at IS NULL) AND "
     CONFIRMED("c.order_id") " + " REPORTED("c.order_id") " < i.amount"},
    {"a dealer is told to pay a deposit that is in or reported",
     "SELECT i.id FROM instalment i JOIN duty d ON d.row_id = i.id AND d.name = 'instalment.settle' AND d.closed_at IS "
     "NULL WHERE i.kind <> 'deposit' OR " CONFIRMED("i.order_id") " + " REPORTED("i.order_id") " >= "
     SUM("k.amount", "instalment k WHERE k.parent_id = i.parent_id AND k.state = 'active' AND k.kind = 'deposit'")},
    {"a balance is chased that is in",
     "SELECT b.id FROM balance_notice b JOIN duty d ON d.row_id = b.id AND d.name = 'balance_notice.pay' AND "
     "d.closed_at IS NULL JOIN contract c ON c.order_id = b.order_id AND c.state = 'effective' WHERE "
     CONFIRMED("c.order_id") " >= " SUM("k.amount", "instalment k WHERE k.parent_id = c.id AND k.state = 'active'")},
    {"a balance that was not reported is not chased",
     "SELECT b.id FROM balance_notice b JOIN contract c ON c.order_id = b.order_id AND c.state = 'effective' JOIN "
     "\"order\" o ON o.id = b.order_id WHERE b.state = 'sent' AND o.state = 'open' AND NOT EXISTS (SELECT 1 FROM duty "
     "d WHERE d.row_id = b.id AND d.name = 'balance_notice.pay' AND d.closed_at IS NULL) AND "
     CONFIRMED("c.order_id") " + " REPORTED("c.order_id") " < "
     SUM("k.amount", "instalment k WHERE k.parent_id = c.id AND k.state = 'active' AND k.before_delivery = 1")},
};

/* Without a gate that ends it, a duty is open exactly while the state lasts and its role has not signed; with one,
   nowhere else. */
static char *duties_now(World *world) {
  guint count;
  const Duty *duties = workflow_duties(&count);
  for (guint i = 0; i < count; i++) {
    const Duty *duty = &duties[i];
    g_autofree char *sql = g_strdup_printf(
        "SELECT x.id FROM (SELECT r.id, r.order_id, COALESCE(d.open, 0) AS open, CASE WHEN r.state = '%s' AND NOT "
        "EXISTS (SELECT 1 FROM approval p WHERE p.record = '%s' AND p.row_id = r.id AND p.stage = r.state AND (p.role "
        "& %u) <> 0 AND p.void = 0) THEN 1 ELSE 0 END AS owed FROM \"%s\" r LEFT JOIN (SELECT row_id, COUNT(*) AS open "
        "FROM duty WHERE name = '%s' AND closed_at IS NULL GROUP BY row_id) d ON d.row_id = r.id) x WHERE x.open > "
        "x.owed OR (%d = 1 AND x.open < x.owed AND NOT EXISTS (SELECT 1 FROM \"order\" o WHERE o.id = x.order_id AND "
        "o.state = 'cancelled')) LIMIT 1",
        duty->state, duty->record, duty->role, duty->record, duty->name, duty->until == NULL);
    g_autofree char *wrong = world_text(world, world_statement(world, g_steal_pointer(&sql)));
    if (wrong)
      return g_strdup_printf("the duty %s is not open exactly where it is owed: %s %s", duty->name, duty->record,
                             wrong);
  }
  return NULL;
}

static gboolean verify(DbTx *tx, gpointer data, GError **error) {
  char **wrong = data;
  g_autoptr(Arena) arena = arena_new();
  gint64 entries;
  g_clear_pointer(wrong, g_free);
  *wrong = g_strdup(journal_verify(tx, arena, &entries, error));
  return !error || !*error;
}

char *invariants_now(World *world) {
  for (guint i = 0; i < G_N_ELEMENTS(invariants); i++) {
    g_autofree char *sql = g_strdup_printf("%s LIMIT 1", invariants[i].sql);
    g_autofree char *row = world_text(world, world_statement(world, g_steal_pointer(&sql)));
    if (row)
      return g_strdup_printf("%s: %s", invariants[i].says, row);
  }
  char *wrong = duties_now(world);
  g_autoptr(GError) error = NULL;
  if (!wrong && !db_read(world->db, verify, &wrong, &error))
    return g_strdup(error->message);
  return wrong;
}

char *invariants_acknowledged(World *world) {
  gint64 kept = 0;
  for (guint i = 0; i < world->acks->len; i++) {
    const Ack *ack = &g_array_index(world->acks, Ack, i);
    gint64 count = 0;
    const char *sql = world_statement(
        world,
        g_strdup_printf(
            "SELECT COUNT(*) FROM journal WHERE command = '%s' AND record = '%s' AND row_id = $1 AND row_version = $2",
            ack->command, workflow_find(ack->command)->record));
    world_numbers(world, sql, ack->id, ack->version, &count, 1);
    if (count != 1)
      return g_strdup_printf("%s of row %" G_GINT64_FORMAT " was acknowledged, the journal has it %" G_GINT64_FORMAT
                             " times",
                             ack->command, ack->id, count);
  }
  world_numbers(world, "SELECT COUNT(*) FROM idempotency", 0, 0, &kept, 1);
  return kept == (gint64)world->acks->len
             ? NULL
             : g_strdup_printf("%u acts were acknowledged, %" G_GINT64_FORMAT " were done", world->acks->len, kept);
}
