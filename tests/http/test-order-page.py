#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order page: what it tells each role to do next, what keeps an act from being possible, money, papers, the message
after an act. Usage: test-order-page.py GENDAN."""
import re
import sys
from house import Browser, run
from journey import Journey

trip = {}


def page(who, order=1):
    return trip["way"][who].get(f"/orders/{order}")[1]


def now(text):
    """The card “What happens now”, as text."""
    card = re.search(r'<section class="card now">(.*?)</section>', text, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", card.group(1))) if card else ""


def primary(text):
    """The labels of the buttons that look like the next act."""
    return set(re.findall(r'class="btn btn-primary"[^>]*>(?:<svg.*?</svg>)?([^<]+)<', text))


def state(text, step):
    return re.search(rf'class="step-mark ?([a-z]*)"><a href="#s{step}"', text).group(1)


def test_first_step(base):
    trip["way"] = Journey(base)
    for who in ("clerk", "dealer"):
        text = page(who)
        if who == "clerk":
            assert primary(text) == {"Start an order form"} and state(text, 2) == "current", primary(text)
    assert "Start an order form" not in now(page("finance")) and primary(page("finance")) == set()


def test_how_an_order_begins(base):
    """From the list of orders the way leads over its dealer; who may not open one is not led anywhere."""
    begins = 'href="/dealers"><svg'
    lists = {who: trip["way"][who].get("/orders")[1].split("<main")[1] for who in ("clerk", "finance")}
    assert begins in lists["clerk"] and "New order: choose the dealer first" in lists["clerk"]
    assert begins not in lists["finance"]


def test_an_order_is_kept_by_a_clerk(base):
    """Nobody else is offered: neither other people of the house nor the dealer's."""
    text = trip["way"]["clerk"].get("/projects/1/order.create")[1]
    people = re.search(r'<select[^>]*name="clerk".*?</select>', text, re.S).group(0)
    names = re.findall(r'<option value="\d+"[^>]*>([^<]+)', people)
    assert sorted(names) == sorted(["李文博", "陈小梅"]), names


def test_form_without_lines(base):
    way = trip["way"]
    way.form = form = way["clerk"].act("/orders/1/order_form.create")
    text = page("clerk")
    assert "Complete the order form" in now(text)
    assert "The order form has no lines yet" in now(text), "said before anybody presses"
    way["clerk"].act(f"/order_forms/{form}/order_form_line.add", area="Hall", style="S", thickness=1000, width=9000,
                     height=9000, quantity=1)
    way["clerk"].act(f"/order_forms/{form}/order_form.submit")
    text = page("clerk")
    assert primary(text) == {"Check line by line"} and "Verify the order form" in now(text), (primary(text), now(text))
    assert "Return with remarks" not in text.split('class="timeline')[0], "both answers are given on that page"
    way["clerk"].act(f"/order_forms/{form}/order_form.accept")


def test_whose_turn(base):
    way = trip["way"].issue_drawing()
    clerk = page("clerk")
    assert "Sign the drawing" in now(clerk) and "Dealer" in now(clerk) and state(clerk, 5) == "waiting"
    assert state(clerk, 2) == "done" and state(clerk, 9) == "", "later steps are plain"
    assert "plan.pdf · PDF" in clerk and "Drawing, revision 1" in clerk
    status, _, headers = way["clerk"].ask(f"/orders/1/order.change",
                                          b"name=Hall&_csrf=" + way["clerk"].token().encode())
    assert status == 303 and "flash=order.change" in headers["Set-Cookie"], headers["Set-Cookie"]


def test_message_after_an_act(base):
    way = trip["way"]
    first, second = page("clerk"), page("clerk")
    assert "Done: Change (Order O-00001)." in first and "Done: Change" not in second
    from house import PNG
    way.post("dealer", f"/drawings/{way.drawing}/drawing.sign", [("signature", "me.png", PNG)], signer_name="Sun")
    form = way["clerk"].get("/orders/1/contract.create")[1]
    assert 'value="30" id="f-deposit_percent"' in form and '<option value="working" selected>' in form
    way.draft_contract()
    way.post("clerk", f"/contracts/{way.contract}/contract.submit")
    assert "Done: Submit for signature (Contract C-00001). Next: Manager." in page("clerk")
    for who in (None, "dealer2"):
        reader = Browser(base, who)
        own = "; ".join(f"{cookie.name}={cookie.value}" for cookie in reader.cookies)
        text = reader.ask("/", headers={"Cookie": f"{own}; flash=contract.submit:1"})[1]
        assert "C-00001" not in text and ("Log out" in text) == (who is not None), "the cookie shows nothing by itself"


def test_money(base):
    way = trip["way"]
    assert "¥100,000.00" in page("clerk") and "¥100,000.00" not in page("dealer"), "a contract in review is the house's"
    agreed = page("clerk").split('<dl class="sums">')[1].split("</dl>")[0]
    assert "Not in force yet: nothing is owed" in agreed and "Still open" not in agreed and "Due next" not in agreed
    for who in ("manager", "gm", "finance"):
        way[who].act(f"/contracts/{way.contract}/contract.sign")
    from house import PDF
    way.post("dealer", f"/contracts/{way.contract}/contract.countersign", [("countersigned", "back.pdf", PDF)])
    way["clerk"].act(f"/contracts/{way.contract}/contract.accept_copy")
    sums = dict(re.findall(r"<dt>([^<]+)<.*?<dd[^>]*>([^<]+)<",
                           re.search(r'<dl class="sums">(.*?)</dl>', page("clerk"), re.S).group(1)))
    for part in ("Contract amount", "Received", "Still open"):
        beside = way["finance"].get(f"/contracts/{way.contract}/receipt.notice")[1].split("beside whose")[1]
        assert f"<dt>{part}</dt>" in beside, part
    assert sums == {"Contract amount": "¥100,000.00", "Received": "¥0.00", "Still open": "¥100,000.00",
                    "Due next": "¥30,000.00"}, sums
    assert "blocked" == state(page("clerk"), 8) or "Remind the dealer of the payment" in now(page("clerk"))


def test_blocked_says_why_to_everybody(base):
    """At step 9 the works order needs the deposit: also those who do not write it see what is missing. Whoever does can
    go on with the rest meanwhile, and finds the act that is asked for beside what is owed."""
    way = trip["way"]
    way["clerk"].act(f"/contracts/{way.contract}/receipt.notice", amount=3000000, value_date="2026-01-05")
    item = way["finance"].get("/")[1].split("Confirm the money received")[1].split("</li>")[0]
    assert "Finance" not in item, "what anybody of the role owes is the viewer's too"
    way["finance"].act("/receipts/1/receipt.confirm", value_date="2026-01-05")
    way["finance"].act("/receipts/1/receipt.reverse", reason="bounced")
    way["clerk"].act("/orders/1/works_order.create")
    unpaid, others = "The down payment is not in: ¥0.00 of ¥30,000.00", "Something that others do has to come first"
    for who, where, said in (("clerk", "current", unpaid), ("regional", "blocked", unpaid),
                             ("production", "blocked", others)):
        text = page(who)
        assert state(text, 9) == where and said in now(text), (who, now(text))
        assert (unpaid in text) == (said == unpaid), "the workshop reads of no money"
    text = page("production")
    assert state(text, 6) == "done" and "kept by the office" in text, state(text, 6)
    assert "kept by the office" not in page("clerk")
    assert primary(page("clerk")) == {"Complete"}, "and not something else that can be made of it"
    assert "Remind the dealer of the payment" in now(page("clerk")) and "Report a payment" in now(page("clerk"))
    body = page("finance").split('id="s8"')[1].split('id="s9"')[0]
    assert "/receipt.notice" in body, "what belongs to a step stands in its card, whatever row it is done on"


def test_late_and_extended(base):
    """The due date says why it moved; a later forecast warns the clerk on the order and on the list; the dealer reads
    when it is expected and how far it is."""
    way = trip["way"]
    way["clerk"].act(f"/contracts/{way.contract}/receipt.notice", amount=3000000, value_date="2026-01-05")
    way["finance"].act("/receipts/2/receipt.confirm", value_date="2026-01-05")
    extension = way["clerk"].act("/orders/1/extension.propose", days=3, cause="site", reason="The floor is not done")
    assert "extended by" not in page("clerk") and way["dealer"].get(f"/extensions/{extension}")[0] == 404
    way["manager"].act(f"/extensions/{extension}/approve")
    for who in ("clerk", "dealer"):
        assert "extended by 3 days: The site" in page(who), who
    assert "Tell the dealer of the new due date" in now(page("clerk"))
    way["clerk"].act(f"/extensions/{extension}/tell", told_how="speech")
    works = 1
    way["clerk"].act(f"/works_orders/{works}/change", floor="Level", ceiling="Gypsum", others="None", glass="us",
                     panel="us", door="us", hardware="none")
    for who, act in (("clerk", "submit"), ("manager", "sign"), ("gm", "sign"), ("production", "confirm")):
        way[who].act(f"/works_orders/{works}/{act}")
    assert "Log an update to the dealer" in page("clerk") and "Log a visit to the shop floor" in primary(page("clerk"))
    way["production"].act(f"/works_orders/{works}/progress.report", stage="cut", quantity=1)
    way["production"].act(f"/works_orders/{works}/forecast.report", expected_date="2099-01-05", reason="Secret glass")
    assert re.search("Act on a forecast later than the due date.*Propose a later due date", now(page("clerk")))
    listed = way["clerk"].get("/orders")[1]
    assert re.search(r'tone-bad"[^>]*>[^<]*2099', listed), "it stands out in the list"
    dealer = page("dealer")
    assert "expected to ship on 5 Jan 2099" in dealer and "1 of 1 pieces" in dealer
    assert "Secret glass" not in dealer and "forecast later" not in dealer


def test_cancelled(base):
    """What is not done reads as cancelled, nothing is left to do but the refund, and the journal tells of the order."""
    way = trip["way"]
    way["gm"].act("/orders/1/order.cancel", reason="The tender was lost", spent=0, refunded=1000000)
    text = page("clerk")
    assert [state(text, step) for step in (2, 5, 6, 9, 11)] == ["done", "done", "absent", "absent", "absent"]
    assert "Order O-00001: Cancel order" in text
    ending = re.sub(r"<[^>]+>", " ", text.split("How it ended")[1].split("</section>")[0])
    assert "and ¥10,000.00 is still to be paid back." in ending and "The works order is cancelled" in ending, ending
    assert "in store" in ending and "How it ended" not in page("dealer"), ending
    assert "Return the dealer&#39;s money Finance" in now(text), now(text)
    assert "Ended with the order" in page("dealer") and "This order is cancelled" in page("dealer")


def test_a_refusal_says_what_it_is(base):
    """A page that is not there says so and leads to the list; one that is not the viewer's leads to the row."""
    status, page, *_ = trip["way"]["clerk"].get("/orders/999999")
    assert status == 404 and "<h1>Not found</h1>" in page and 'href="/orders">Back</a>' in page, page
    status, page, *_ = trip["way"]["production"].get("/orders/1/order.cancel")
    assert status == 403 and "<h1>This is not for you to do</h1>" in page and 'href="/orders/1">Back</a>' in page, page
    status, page, *_ = trip["way"]["clerk"].get("/nothing/of/this/kind")
    assert status == 404 and ">Back</a>" not in page and 'href="/">Home</a>' in page, page


def test_a_dealer_with_what_hangs_on_it(base):
    """A dealer's page lists its orders, projects and people; a project's page its orders; nobody else's."""
    clerk = trip["way"]["clerk"]
    clerk.act("/dealers/1/contact.create", name="Miss Lin")
    page = clerk.get("/dealers/1")[1]
    for shown in ("O-00001", "O-00002", "P-00001", "Miss Lin"):
        assert shown in page, shown
    assert "O-00003" not in page
    page = clerk.get("/projects/1")[1]
    assert "O-00001" in page and "O-00003" not in page
    own = trip["way"]["dealer"].get("/dealers/1")[1]
    assert "O-00001" in own and "陈小梅" not in own.split('id="timeline"')[0], "who the clerk is stays in the house"


run(sys.argv[1], dict(globals()))
