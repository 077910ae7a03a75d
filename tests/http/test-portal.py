#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a dealer sees: own orders in plain words, what is asked, the paper that is signed, a signature that counts no
longer. Usage: test-portal.py GENDAN."""
import datetime
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


def test_an_order_of_the_dealers_own(base):
    """Begun in the portal for a new project; the form to fill in is there at once."""
    dealer = Browser(base, "dealer2")
    path = re.search(r'<a class="btn btn-primary" href="(/dealers/\d+/order.begin)">.*?New order', dealer.get("/")[1],
                     re.S).group(1)
    form = dealer.get(path)[1]
    assert all(part in text(form) for part in ("New project", "Site address", "End customer")), text(form)
    status, page, _ = dealer.send(path, name="Floor 9")
    assert status == 409 and "Say for which project it is" in text(page)
    place = {"new_project": "Tower", "site_address": "1 River Road", "owner": "Bank"}
    status, _, headers = dealer.send(path, name="Floor 9", **place)
    assert status == 303 and "Complete your order form" in text(dealer.get(headers["Location"])[1])
    assert "Tower" in text(dealer.get("/projects")[1])
    assert "Tower" not in text(Browser(base, "dealer").get("/projects")[1])
    assert Browser(base, "dealer").get(path)[0] == 404, "nobody begins an order for another dealer"
    clerk = Browser(base, "clerk").get("/orders")[1]
    assert re.search(r'class="btn btn-primary" href="/dealers">.*?New order', clerk, re.S), "the dealer is chosen first"


def test_no_words_of_the_machine(base):
    """The menu is a dealer's own, a step has its title everywhere, and a sheet's columns are called as on it."""
    dealer = trip["way"]["dealer"]
    menu = dealer.get("/")[1].split("<main")[0]
    assert "All orders" in menu and "My company" in menu and "Dealers" not in menu
    assert re.search(r'href="/dealers/1"[^>]*>(?:(?!</a>).)*My company', menu, re.S), "a list of one row leads nowhere"
    project = text(dealer.get("/projects/1")[1])
    assert re.search(r"[12] · [A-Z]", project), project
    form = dealer.act("/orders/2/order_form.create")
    sheet = dealer.get(f"/order_forms/{form}/order_form.import")[1]
    assert "Frame colour" in sheet and "frame_colour" not in sheet and "whole number" in sheet


def test_signing_shows_what_is_signed(base):
    way = trip["way"].issue_drawing()
    assert "Your drawing waits for your signature" in home()
    page = order()
    assert "Your drawing waits for your signature" in page and f"/drawings/{way.drawing}/drawing.sign" in page
    form = way["dealer"].get(f"/drawings/{way.drawing}/drawing.sign")[1]
    href = re.search(r'<a class="btn" href="(/files/\d+/content)"', form).group(1)
    name = re.search(r"Good day, ([^<]+)<", way["dealer"].get("/")[1]).group(1)
    assert re.search(rf'value="{name}"[^>]*name="signer_name"', form), "who is logged in need not type the own name"
    assert form.index('name="signature"') < form.index(hashlib.sha256(PDF).hexdigest()), "the fingerprint comes after"
    scan = way["clerk"].get(f"/drawings/{way.drawing}/drawing.sign_on_paper")[1]
    assert re.search(r'value=""[^>]*name="signer_name"', scan), "the clerk files another's signature"
    status, body, headers = way["dealer"].get(href)
    assert status == 200 and headers["Content-Type"] == "application/pdf"
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"] and "inline" in headers["Content-Disposition"]
    assert Browser(base, "dealer2").get(href)[0] == 404
    way.post("dealer", f"/drawings/{way.drawing}/drawing.sign", [("signature", "me.png", PNG)], signer_name="Sun")
    assert way["clerk"].row(f"/drawings/{way.drawing}")["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert "Your drawing waits" not in home() and "We are preparing your contract." in home()


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


def what_finance_enters(way):
    """Another of finance confirms it; who entered it by mistake takes it back, and the dealer hears nothing of it."""
    finance = way["finance"]
    finance.act(f"/contracts/{way.contract}/receipt.notice", amount="29000", value_date="2026-01-05")
    own = way.newest("receipts")
    now = finance.get(f"/orders/{way.order}")[1].split('class="card now"')[1].split("</section>")[0]
    assert "Finance, somebody other than you" in now and "You submitted this yourself" in now, now
    assert "btn-primary" not in now and "allocation" not in now, now
    assert "Somebody else reported" not in finance.get(f"/receipts/{own}/receipt.withdraw")[1]
    finance.act(f"/receipts/{own}/receipt.withdraw")
    page = text(order())
    assert "¥290.00 reported" not in page and "did not arrive" not in page, page
    way["clerk"].act(f"/contracts/{way.contract}/receipt.notice", amount="28000", value_date="2026-01-05")
    noted = f"/receipts/{way.newest('receipts')}"
    assert "Somebody else reported" in html.unescape(finance.get(f"{noted}/receipt.withdraw")[1])
    finance.act(f"{noted}/receipt.refuse", reason="Of another dealer")
    page = text(order())
    assert "The payment of ¥280.00 that we entered for you did not arrive" in page, page


def test_money_in_plain_words(base):
    way = trip["way"].conclude_contract()
    page = text(order())
    assert "Please pay ¥30,000.00" in page and "¥0.00 of ¥100,000.00 received" in page
    assert "Please pay ¥30,000.00" in home()
    assert "Down payment before production ¥30,000.00 open" in page
    assert "Balance before delivery ¥70,000.00 open" in page
    form = way["dealer"].get(re.search(r'href="(/contracts/[^"]*receipt.notice[^"]*)"', order()).group(1))[1]
    assert re.search(r'value="30000.00"[^>]*name="amount"', form), "what is to be paid stands in the form"
    assert "Paid on" in form and "reached our account" not in form
    tomorrow = (datetime.date.today() + datetime.timedelta(days=2)).isoformat()
    status, page, _ = way["dealer"].send(f"/contracts/{way.contract}/receipt.notice", amount="30000",
                                         value_date=tomorrow)
    assert status == 409 and "The day of payment lies in the future" in text(page)
    status, page, _ = way["dealer"].send(f"/contracts/{way.contract}/receipt.notice", amount="300000")
    assert status == 409 and "more than the whole contract of ¥100,000.00; look at the zeros" in text(page)
    way.post("dealer", f"/contracts/{way.contract}/receipt.notice", [], amount="103000", value_date="2026-01-05")
    assert "¥103,000.00 reported, being checked by us" in text(order())
    way["dealer"].act(f"/receipts/{way.newest('receipts')}/receipt.withdraw")
    assert "being checked" not in text(order()) and "Please pay ¥30,000.00" in text(order())
    what_finance_enters(way)
    way.post("dealer", f"/contracts/{way.contract}/receipt.notice", [("slip", "slip.png", PNG)], amount="300000",
             value_date="2026-01-05")
    lost = way.newest("receipts")
    assert "¥300,000.00 reported, being checked by us" in text(order())
    form = way["finance"].get(f"/receipts/{lost}/receipt.confirm")[1]
    assert "This is ¥200,000.00 more than the contract still asks for." in text(form) and "No bank slip" not in form
    assert f'action="/receipts/{lost}/receipt.refuse"' in form, "the other answer stands beside"
    way["finance"].act(f"/receipts/{lost}/receipt.refuse", reason="Nothing from you on the statement")
    page = text(order())
    assert "The payment of ¥300,000.00 that you reported did not arrive: Nothing from you on the statement" in page
    assert "Please pay ¥30,000.00" in page
    way.post("dealer", f"/contracts/{way.contract}/receipt.notice", [("slip", "slip.png", PNG)], amount="30000",
             value_date="2026-01-05")
    page = text(order())
    assert "Please pay" not in page + home() and "did not arrive" not in page, "reported; finance looks for it"
    assert "We are looking for the payment that you reported." in page and "¥30,000.00 reported" in page
    way["finance"].act(f"/receipts/{way.newest('receipts')}/receipt.confirm", value_date="2026-01-05")
    page = text(order())
    assert "¥30,000.00 of ¥100,000.00 received" in page and "agreed for" in page
    assert "Your down payment is in; we are preparing the production." in page and "being made" not in page


def test_more_than_was_asked(base):
    way = trip["way"]
    assert "more than the contract asks" not in order()
    paid = way["dealer"].act(f"/contracts/{way.contract}/receipt.notice", amount=7000050, value_date="2026-01-05")
    way["finance"].act(f"/receipts/{paid}/receipt.confirm", value_date="2026-01-05")
    page = text(order())
    assert "You have paid ¥0.50 more than the contract asks" in page and "¥100,000.50 of ¥100,000.00 received" in page
    way["finance"].act(f"/receipts/{paid}/receipt.reverse", reason="bounced")
    assert "more than the contract asks" not in order()


def test_nothing_of_the_house(base):
    way = trip["way"]
    way["clerk"].send("/orders/1/comment.add", text="margin is thin")
    way["clerk"].act("/orders/1/works_order.create")
    page = order()
    for hidden in ("margin is thin", "Works order W-", "Internal note", "works_order"):
        assert hidden not in page, hidden


def test_what_we_wrote(base):
    """On the dealer's first page until he answers; nothing of what the house says to itself."""
    way = trip["way"]
    assert "We wrote:" not in home()
    way["clerk"].act("/orders/1/comment.add", text="The glass comes on Friday", shared=True)
    way["clerk"].act("/orders/1/comment.add", text="his credit is thin")
    assert "We wrote: The glass comes on Friday" in home() and "is thin" not in home()
    way["dealer"].act("/orders/1/comment.add", text="Fine")
    assert "We wrote:" not in home()


def test_the_way_to_the_door(base):
    """Each sentence is true when it is said: made, paid, packed, under way, arrived."""
    way, works = trip["way"], trip["way"].newest("works_orders")
    site = {name: "known" for name in ("specification", "style", "floor", "ceiling", "others")}
    way["clerk"].act(f"/works_orders/{works}/works_order.change", **site, glass="us", panel="none", door="none",
                     hardware="us")
    way["clerk"].act(f"/works_orders/{works}/works_order.submit")
    way["manager"].act(f"/works_orders/{works}/works_order.sign")
    way["gm"].act(f"/works_orders/{works}/works_order.sign")
    way["production"].act(f"/works_orders/{works}/works_order.confirm")
    assert "Your order is being made." in text(order())
    way.works = works
    way.report("cut").report("machined").report("assembled").inspect().report("packed")
    goods = way["warehouse"].act(f"/works_orders/{works}/stored_goods.receive", package="1/1", quantity=2, place="A-03")
    way["production"].act(f"/works_orders/{works}/works_order.finish")
    assert "Your goods are made; they leave when the balance is in." in text(order())
    day = (datetime.date.today() + datetime.timedelta(days=6)).isoformat()
    notice = way["clerk"].act("/orders/1/balance_notice.create", planned_date=day)
    way["clerk"].act(f"/balance_notices/{notice}/balance_notice.send")
    assert "Please pay ¥70,000.00" in home() and "receipt.notice?amount=70000.00" in order()
    assert "at the earliest, once the balance is in" in home() and "expected to ship" not in home()
    way.post("dealer", f"/contracts/{way.contract}/receipt.notice", [("slip", "slip.png", PNG)], amount="70000",
             value_date="2026-01-05")
    paid = way.newest("receipts")
    assert f"R-{paid:05}" in " ".join(re.findall(r"Bank slip · [^<]*", order())), "two of one name are told apart"
    assert "We are looking for the payment that you reported." in text(order()) and "Please pay" not in home()
    way["finance"].act(f"/receipts/{paid}/receipt.confirm", value_date="2026-01-05")
    assert "Everything due before delivery is paid" in text(order())
    leave = way["clerk"].act("/orders/1/delivery_notice.create", planned_date=day)
    way["clerk"].act(f"/delivery_notices/{leave}/delivery_line.add", goods=goods)
    way["clerk"].act(f"/delivery_notices/{leave}/delivery_notice.submit")
    for who in ("regional", "finance", "gm"):
        way[who].act(f"/delivery_notices/{leave}/delivery_notice.sign")
    assert "we are preparing the shipment" in home() and "on their way" not in home()
    shipment = way["clerk"].act(f"/delivery_notices/{leave}/shipment.plan", carrier="Debang", expected_date=day)
    page, asks = text(order()), order().split("Please agree to the carrier")[1].split("</section>")[0]
    assert "shipment.decline" in asks and "<details" not in asks.split("shipment.decline")[0], "in sight"
    assert "Designated" not in page and "Agreed with" not in page, "what the house notes for itself"
    way["dealer"].act(f"/shipments/{shipment}/shipment.decline", declined_because="They broke two panes")
    assert "Please agree to the carrier" not in home() and "They broke two panes" in order("clerk")
    way["clerk"].act(f"/shipments/{shipment}/shipment.change", carrier="SF")
    assert "Please agree to the carrier" in home()
    way["dealer"].act(f"/shipments/{shipment}/shipment.agree")
    assert "we are preparing the shipment" in home() and "on their way" not in home() + text(order())
    way["warehouse"].act(f"/shipments/{shipment}/shipment.ship", waybill="DB-1", expected_date=day)
    page = text(order())
    assert "Your goods are on their way" in home() and "DB-1" in page and "expected to arrive on" in page
    assert 'class="mark tone-info"' in order(), "news, and no warning"
    assert page.index("Confirm the delivery") < page.index("Payments"), "the button is not folded away"
    way["dealer"].act(f"/shipments/{shipment}/shipment.sign_for", signed_by="Li", signed_date=way.today())
    assert "delivered on" in home() and "Your goods have arrived, and everything is paid." in home()
    drawing = ("photos", "hall.dxf", b"0\nSECTION\n2\nHEADER\n0\nENDSEC\n0\nEOF\n")
    _, refused, _ = way["dealer"].send(f"/shipments/{shipment}/claim.report", [drawing], kind="wrong", what="A door")
    assert "export it from your CAD program as a PDF" in refused, refused
    claim = way["dealer"].act(f"/shipments/{shipment}/claim.report", kind="damage", what="Pane 3 is cracked")
    page = text(order())
    assert "We follow what you reported" in page and "Pane 3 is cracked" in page
    assert f"/claims/{claim}/claim.change" in order(), "photos can follow"
    assert "What became of" not in text(order())
    assert order().count(f'href="/shipments/{shipment}/claim.report') == 2, "in sight, and in its step"
    assert "Claims open: 1" in text(way["clerk"].get("/orders/1")[1])
    assert f"/shipments/{shipment}\"" in way["clerk"].get(f"/claims/{claim}")[1], "what it is about is one press away"
    asked = way["dealer"].get(f"/shipments/{shipment}/claim.report")[1]
    assert 'name="packages" value="' in asked, "the packages of the shipment, to be ticked"
    form = way["clerk"].get(f"/claims/{claim}/order.make_up")[1]
    walls = re.findall(r'name="walls" value="(\d+)"', form)
    assert len(walls) == 1 and "4200 mm" in text(form), "the walls of the order's form, with their sizes"
    makeup = way["clerk"].act(f"/claims/{claim}/order.make_up", name="A pane", walls=[int(walls[0])])
    assert "Check the order form of what is made anew" in home() and "Fill in your order form" not in home()
    assert f"/orders/{makeup}" in order() and "/orders/1" in way["dealer"].get(f"/orders/{makeup}")[1]
    way["clerk"].act(f"/claims/{claim}/claim.settle", outcome="A new pane comes on Friday")
    assert "We follow what" not in text(order())
    top = text(order()).split("Payments")[0]
    assert "Your goods have arrived" in top and "A new pane comes on Friday" in top, "how it ended stays in sight"
    assert "Something wrong with the goods?" in top
    assert "Your goods have arrived; what is made anew is under way." in home()
    assert "Made anew O-0" in top and "everything is paid" not in top
    assert "It waits for you." in top, "the order form of what is made anew"
    page = way["clerk"].get(f"/orders/{makeup}/works_order.create")[1]
    assert ">known</textarea>" in page and 'value="us" selected' in page, "the site is that of the source order"
    assert "K-00001" in text(page) and "O-00001" in text(page), "what it makes up for"
    page = text(way["clerk"].get("/orders/1")[1])
    assert "Made anew" in page and "2 · Order form" in page and "Nothing is left to do" not in page
    assert "Claims open" not in text(way["clerk"].get("/orders/1")[1])
    way["finance"].act(f"/receipts/{paid}/receipt.reverse", reason="bounced")
    page = text(order())
    assert "Please pay ¥70,000.00" in home() and page.count("Please pay ¥70,000.00") == 1 and "¥0.00" not in home()
    assert "your goods leave when" not in page and "receipt.notice?amount=70000.00" in order()


run(sys.argv[1], dict(globals()))
