/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What moves are made of: inputs that fit, and pieces of situations in SQL. */
#pragma once
#include "rules.h"

#define DEALER_OR_CLERK (ROLE_DEALER | ROLE_CLERK)
#define LINE "area=Hall;style=A1;thickness=840;width=30000;height=27000;quantity=10"
#define STOREROOM "area=Store;style=A1;thickness=840;width=9000;height=27000;quantity=1"
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
#define PRICES SUM("l.amount", "contract_line l WHERE l.parent_id = contract.id AND l.state <> 'removed'")
#define PRICED_LINE(more) \
  "EXISTS (SELECT 1 FROM contract_line l WHERE l.parent_id = contract.id AND l.state <> 'removed'" more ")"
#define PRICES_SET " AND NOT " PRICED_LINE(" AND l.unit_price IS NULL")
#define TOTAL_RIGHT PRICES_SET " AND (NOT " PRICED_LINE("") " OR amount = " PRICES ")"
#define TOTAL_WRONG PRICES_SET " AND " PRICED_LINE("") " AND amount <> " PRICES
#define NAMES_SIGNED " AND drawing = (SELECT id FROM drawing d WHERE d.order_id = $1 AND d.state = 'signed')"
#define OTHER_SIGNED " AND drawing <> (SELECT id FROM drawing d WHERE d.order_id = $1 AND d.state = 'signed')"
#define OLD_FORM_DRAWN HAS("drawing", "state = 'signed' AND order_form <> (SELECT f.id FROM order_form f WHERE " \
                           "f.order_id = $1 AND f.state = 'accepted')")
#define FORM_DRAWN " AND NOT (1 = 1" OLD_FORM_DRAWN ")"
#define NEWEST_SIGNED NAMES_SIGNED FORM_DRAWN
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
#define PASSED \
  SUM("q.quantity", "inspection q WHERE q.parent_id = works_order.id AND q.state = 'recorded' AND q.result = 'passed'")
#define STORED SUM("g.quantity", "stored_goods g WHERE g.parent_id = works_order.id")
#define ORDERED                                                                                            \
  SUM("l.quantity", "order_form_line l JOIN order_form f ON f.id = l.parent_id WHERE f.order_id = $1 AND " \
                    "f.state = 'accepted' AND l.state = 'active'")
#define NAMED(stage, line) \
  SUM("p.quantity", "progress p WHERE p.parent_id = works_order.id AND p.stage = '" stage "' AND p.wall = " line)
#define WHOLE(stage) \
  SUM("p.quantity", "progress p WHERE p.parent_id = works_order.id AND p.wall IS NULL AND p.stage = '" stage "'")
#define ON_FORM                                                                                              \
  "works_order JOIN order_form_line l ON l.order_id = works_order.order_id AND l.state = 'active' JOIN order_form f " \
  "ON f.id = l.parent_id AND f.state = 'accepted' WHERE works_order.order_id = $1 AND works_order.state = 'making'"
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
