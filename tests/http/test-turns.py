#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages ask for next, step after step: the way of an order by what they offer alone, as the clerk, production,
finance and the warehouse see it. Usage: test-turns.py GENDAN."""
import re
import sys
from house import Browser, run
from journey import LINE, Journey

trip = {}


def plain(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def page(who):
    return trip["way"][who].get("/orders/1")[1]


def now(who):
    """The entries of “What happens now”, as text, by what they ask for."""
    card = re.search(r'<section class="card now">.*?</h2><ul>(.*?)\n  </ul></section>', page(who), re.S)
    return [plain(item) for item in re.split(r'\n    <li><a class="mark', card.group(1))[1:]] if card else []


def entry(who, title):
    found = [item for item in now(who) if title in item]
    assert len(found) == 1, (title, now(who))
    return found[0]


def card(who, number):
    """What the card of a step shows."""
    return page(who).split(f'id="s{number}"')[1].split('<details class="card step')[0]


def primary(html):
    """The labels of the buttons that look like the next act."""
    return sorted(set(re.findall(r'class="btn btn-primary"[^>]*>(?:<svg.*?</svg>)?([^<]+)<', html)))


def test_forms_say_what_is_needed_later(base):
    """What handing in asks for is marked where it is typed, as the gates declare; saving does without."""
    way = trip["way"] = Journey(base).sign_drawing()
    form = way["clerk"].get("/orders/1/contract.create")[1]
    fields = dict(re.findall(r'for="f-(\w+)">(.*?)</label>', form, re.S))
    needed = {name for name, label in fields.items() if "needed for “Submit for signature”" in label}
    assert needed == {"amount", "lead_days", "lead_kind", "payment_terms", "liability"}, fields
    contract = way["clerk"].act("/orders/1/contract.create", amount=10000000, lead_days=20, payment_terms="30/70")
    assert "The contract lacks: Liability for breach; the clerk" in entry("clerk", "Complete the contract")
    way["clerk"].act(f"/contracts/{contract}/cancel")


def test_reported_money_waits_on_finance(base):
    way = trip["way"].conclude_contract()
    assert "Remind the dealer of a payment" in primary(page("clerk"))
    receipt = way.report_money(3000000)
    assert not [item for item in now("clerk") if "Remind the dealer" in item] and primary(page("clerk")) == []
    assert "Finance" in entry("clerk", "Confirm the money received")
    for who in ("clerk", "dealer"):
        said = plain(way[who].get(f"/receipts/{receipt}")[1])
        assert "Paid on, as reported" in said and "Value date" not in said, "it is none before finance says so"
    way["finance"].act(f"/receipts/{receipt}/refuse", reason="Not on the statement")
    assert "Remind the dealer of a payment" in primary(page("clerk"))


def test_reminders(base):
    """The inbox leads to the reminder, which begins with polite words; the dealer reads them beside what is asked."""
    clerk, dealer = trip["way"]["clerk"], trip["way"]["dealer"]
    inbox = clerk.get("/")[1]
    assert re.search(r'href="/orders/1/reminder.send"[^>]*>Remind the dealer of a payment', inbox)
    form = plain(clerk.get("/orders/1/reminder.send")[1])
    assert "Dear customer, may we kindly remind you that ¥30,000.00 is to be paid for" in form
    assert "Our reminder of" not in plain(dealer.get("/orders/1")[1])
    clerk.act("/orders/1/reminder.send", told_how="portal", said="May we kindly remind you?")
    assert re.search(r"Our reminder of \d+ \w+ \d+ May we kindly remind you\?", plain(dealer.get("/orders/1")[1]))
    last = entry("clerk", "Remind the dealer of the payment")
    assert re.search(r"last \d+ \w+ \d+ .*next \d+ \w+ \d+", last), last


def test_what_was_done_is_not_asked_again(base):
    """A visit to the shop floor is logged: the duty says when the last one was and when the next is, and asks for no
    other one now."""
    way = trip["way"].release()
    assert "Log a visit to the shop floor" in primary(page("clerk"))
    way["clerk"].act(f"/works_orders/{way.works}/floor_visit.log", found="Frames are cut")
    visit = entry("clerk", "Visit the shop floor")
    assert re.search(r"last \d+ \w+ \d+ .*next \d+ \w+ \d+", visit), visit
    assert primary(page("clerk")) == ["Log an update to the dealer"], (primary(page("clerk")), now("clerk"))
    way["clerk"].act(f"/works_orders/{way.works}/word.log", told_how="speech", said="Frames are cut")
    assert primary(page("clerk")) == []
    inbox = plain(way["clerk"].get("/")[1])
    assert re.search(r"Visit the shop floor: W-00001 .*?next \d+ \w+ \d+ last \d+", inbox), inbox


def test_reports_say_what_was_reported(base):
    way = trip["way"].report("cut", 1).report("cut", 1).report("machined")
    timeline = plain(page("clerk").split('id="timeline"')[1])
    for report in ("Progress report: Cut · Quantity done 1", "Progress report: Machined · Quantity done 2"):
        assert report in timeline, timeline
    assert "Visit to the shop floor: Frames are cut" in timeline
    dealer = plain(way["dealer"].get("/orders/1")[1])
    assert "Frames are cut" not in dealer.split("Timeline")[1].split("Update to the dealer")[0]


def test_money_stands_at_its_step(base):
    """What comes after the down payment is the balance: it stands at step 12."""
    way = trip["way"]
    way.report("assembled").inspect().report("packed")
    way.goods = [way["warehouse"].act(f"/works_orders/{way.works}/stored_goods.receive", package=f"{i}/2", quantity=1)
                 for i in (1, 2)]
    assert primary(page("production")) == ["Report as made"] and entry("production", "Report as made")
    way["production"].act(f"/works_orders/{way.works}/finish")
    way.submit_delivery()
    assert "R-00002" in card("clerk", 8) and "R-00003" not in card("clerk", 8), "R-00001 was refused"
    assert "R-00003" in card("clerk", 12) and "R-00002" not in card("clerk", 12)


def test_who_is_missing(base):
    """After one of two signatures only the other is waited for."""
    way = trip["way"]
    both = "Waits for regional manager and finance"
    assert both in card("clerk", 12)
    way["regional"].act(f"/delivery_notices/{way.delivery}/sign")
    for text in (card("clerk", 12), way["clerk"].get(f"/delivery_notices/{way.delivery}")[1]):
        assert "Waits for: Finance" in text and both not in text, "only who is missing"


def test_what_is_to_be_known_beforehand(base):
    """The form of the balance notice says the earliest ship date, and one that is too early leads to who allows
    it and to another date; the form for shipping says that it is before the day agreed."""
    way, early = trip["way"], Journey(base, order=2).release().finish()
    form = early["clerk"].get("/orders/2/balance_notice.create")[1]
    assert "¥70,000.00 is not in: the earliest ship date is" in form
    notice = early["clerk"].act("/orders/2/balance_notice.create", planned_date=early.today(1), ask_early="1")
    pages = {who: early[who].get("/orders/2")[1].split('id="s12"')[1] for who in ("clerk", "gm")}
    assert primary(pages["clerk"])[0] == "Change" and primary(pages["gm"]) == ["Allow the early date"]
    early["gm"].act(f"/balance_notices/{notice}/allow_early", gm_reason="The site waits")
    assert primary(early["clerk"].get("/orders/2")[1]) == ["Send to the dealer"]
    for who in ("finance", "gm"):
        way[who].act(f"/delivery_notices/{way.delivery}/sign")
    shipment = way["clerk"].act(f"/delivery_notices/{way.delivery}/shipment.plan", carrier="Deppon")
    way["dealer"].act(f"/shipments/{shipment}/agree")
    assert "The goods are to leave on" in way["warehouse"].get(f"/shipments/{shipment}/shipment.ship")[1]
    way["clerk"].act(f"/shipments/{shipment}/cancel")


def test_what_ships_is_counted(base):
    for who in ("clerk", "finance", "gm"):
        lines = card(who, 12).split("Delivery lines</h3>")[1]
        assert re.search(r"Package</th>\s*<th[^>]*>Quantity</th>", lines) and "Sum 2" in lines, (who, lines[:900])


def test_the_waybill_comes_before_the_signature(base):
    way = trip["way"].ship()
    for text in (card("clerk", 13), way["clerk"].get(f"/shipments/{way.shipment}")[1]):
        commands = text.split('class="commands"')[1]
        sight = re.findall(r'class="btn[^"]*"[^>]*>([^<]+)<', commands.split('class="more-acts"')[0])
        note = "Note the waybill as sent"
        assert primary(text) == [note] and sight[0] == note, (primary(text), sight)
    way["clerk"].act(f"/shipments/{way.shipment}/send_waybill")
    assert primary(card("clerk", 13)) == ["Add tracking event"]


def test_saved_lines_are_confirmed(base):
    clerk = trip["way"]["clerk"]
    form = clerk.act("/orders/3/order_form.create")
    line = {"r0.area": "Hall", "r0.style": "A1", "r0.thickness": "84", "r0.width": "3000", "r0.height": "2700",
            "r0.quantity": "3"}
    status, _, headers = clerk.send(f"/order_forms/{form}/lines", **line)
    assert status == 303, status
    text = clerk.get("/orders/3")[1]
    assert re.search(r"Order form F-0000\d: the lines are saved\.", text), text[:2000]


def test_a_drawing_is_changed_as_the_dealer_asks(base):
    order = Browser(base, "dealer").act("/dealers/1/order.begin", name="Redrawn", new_project="Redrawn")
    clerk, form = Browser(base, "clerk"), max(row["id"] for row in Browser(base, "dealer").row("/order_forms"))
    way = Journey(base, order)
    way.form = form
    way["dealer"].act(f"/order_forms/{form}/order_form_line.add", **LINE)
    way["dealer"].act(f"/order_forms/{form}/order_form.submit")
    clerk.act(f"/order_forms/{form}/order_form.accept")
    first = way.issue_drawing().drawing
    way["dealer"].act(f"/drawings/{first}/decline", declined_because="The door opens inwards")
    inbox = way["designer"].get("/")[1]
    assert f"Change the drawing as the dealer asks: Z-{first:05} Hall" in inbox, inbox
    assert "It was sent back: “The door opens inwards”" in inbox and f"/orders/{order}/drawing.create" in inbox, inbox
    page = way["designer"].get(f"/orders/{order}/drawing.create")[1]
    assert re.search(r'value="Hall" id="f-title"', page), page
    second = way.sign_drawing().drawing
    assert "Change the drawing" not in way["designer"].get("/")[1].split(f"/orders/{order}")[0]
    contract = way.draft_contract().contract
    third = way.sign_drawing().drawing
    page = clerk.get(f"/contracts/{contract}/contract.change")[1]
    options = re.findall(r"<option value=\"(\d+)\"( selected)?>(Z-[^<]*)<", page)
    assert options == [(str(first), "", f"Z-{first:05} Hall · Revision 1 · Replaced by a newer revision"),
                       (str(second), "", f"Z-{second:05} Hall · Revision 2 · Replaced by a newer revision"),
                       (str(third), " selected", f"Z-{third:05} Hall · Revision 3 · Signed")], options
    assert f"Another drawing was signed since: Z-{third:05}, revision 3." in page, page


run(sys.argv[1], dict(globals()))
