#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a dealer sees: own orders in plain words, what is asked, the paper that is signed, a signature that counts no
longer. Usage: test-portal.py GENDAN."""
import hashlib
import html
import re
import sys
from house import PDF, PNG, Browser, run
from journey import Journey

trip = {}


def text(page):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("<main")[1])))


def home(who="dealer"):
    return text(trip["way"][who].get("/")[1])


def order(who="dealer"):
    return trip["way"][who].get("/orders/1")[1]


def test_own_orders_only(base):
    trip["way"] = Journey(base)
    page, other = home(), text(Browser(base, "dealer2").get("/")[1])
    assert "O-00001" in page and "O-00002" in page and "O-00003" not in page
    assert "O-00003" in other and "O-00001" not in other
    assert "Fill in your order form" in text(order()) and "order_form.create" in order()


def test_signing_shows_what_is_signed(base):
    way = trip["way"].issue_drawing()
    assert "Your drawing waits for your signature" in home()
    page = order()
    assert "Your drawing waits for your signature" in page and f"/drawings/{way.drawing}/drawing.sign" in page
    form = way["dealer"].get(f"/drawings/{way.drawing}/drawing.sign")[1]
    href = re.search(r'<object data="(/files/\d+/content)" type="application/pdf"', form).group(1)
    assert hashlib.sha256(PDF).hexdigest() in form
    status, body, headers = way["dealer"].get(href)
    assert status == 200 and headers["Content-Type"] == "application/pdf"
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"] and "inline" in headers["Content-Disposition"]
    assert Browser(base, "dealer2").get(href)[0] == 404
    way.post("dealer", f"/drawings/{way.drawing}/drawing.sign", [("signature", "me.png", PNG)], signer_name="Sun")
    assert way["clerk"].row(f"/drawings/{way.drawing}")["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert "Your drawing waits" not in home() and "We are preparing your" in home()


def test_a_new_revision_voids_it_visibly(base):
    way = trip["way"]
    old = way.drawing
    assert "counts no longer" not in order() and "counts no longer" not in order("clerk")
    way.issue_drawing()
    for who in ("dealer", "clerk"):
        assert "This signature counts no longer" in order(who), who
        assert "This signature counts no longer" in way[who].get(f"/drawings/{old}")[1]
    assert "Your drawing waits for your signature" in home()
    way.post("dealer", f"/drawings/{way.drawing}/drawing.sign", [("signature", "me.png", PNG)], signer_name="Sun")


def test_money_in_plain_words(base):
    way = trip["way"].conclude_contract()
    page = text(order())
    assert "Please pay ¥30,000.00" in page and "¥0.00 of ¥100,000.00 received" in page
    assert f"/contracts/{way.contract}/receipt.notice" in order()
    way.post("dealer", f"/contracts/{way.contract}/receipt.notice", [("slip", "slip.png", PNG)], amount="30000",
             value_date="2026-01-05")
    assert "Please pay" not in text(order()), "reported; finance looks for it"
    way["finance"].act(f"/receipts/{way.newest('receipts')}/receipt.confirm", value_date="2026-01-05")
    page = text(order())
    assert "¥30,000.00 of ¥100,000.00 received" in page and "Your order is being made" in page and "ready by" in page


def test_nothing_of_the_house(base):
    way = trip["way"]
    way["clerk"].send("/orders/1/comment.add", text="margin is thin")
    way["clerk"].act("/orders/1/works_order.create")
    page = order()
    for hidden in ("margin is thin", "Works order W-", "Internal note", "works_order"):
        assert hidden not in page, hidden


run(sys.argv[1], dict(globals()))
