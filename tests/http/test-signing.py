#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing a paper of a chain: what is signed and what stands out in it is on the page on which it is signed, the other
answer beside, and the act has its right name everywhere. Usage: test-signing.py GENDAN."""
import html
import re
import sys
from house import Browser, run
from journey import Journey

trip = {}


def text(page):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("<main")[1])))


def page_of(who, path):
    status, page, _ = trip["way"][who].get(path)
    assert status == 200, (path, status)
    return page


def sign(who, path, **fields):
    """Signs as a page does; the page that it leads to."""
    to = trip["way"].post(who, path, **fields)
    return text(page_of(who, to))


def test_a_review_shows_what_is_reviewed(base):
    way = trip["way"] = Journey(base).draft_contract()
    contract = trip["contract"] = f"/contracts/{way.contract}"
    way["clerk"].act(f"{contract}/contract.change", amount=10000000, lead_days=10)
    way["clerk"].act(f"{contract}/contract.split", deposit_percent=2000)
    way["clerk"].act(f"{contract}/contract.submit")
    order = page_of("manager", "/orders/1")
    assert f'href="{contract}/contract.sign"' in order and f'action="{contract}/contract.sign"' not in order
    page = page_of("manager", f"{contract}/contract.sign")
    said = text(page)
    for part in ("Review the contract", "Pass the review", "Internal remark",
                 "The down payment is ¥20,000.00, 20% of the contract; the usual is 30%.",
                 "The lead time is 10 working days; the usual is 20.",
                 "Contract amount", "¥100,000.00", "Instalments", "¥80,000.00"):
        assert part in said, part
    assert f'action="{contract}/contract.refuse"' in page and 'name="refused_because"' in page, "the other answer"
    assert "Nothing departs" not in said
    assert "Usual are a down payment of at least 30% and all money in before delivery (company rule" in said
    assert "at least 20 working days (the program's own figure: the factory has not set another)" in said


def test_out_of_turn(base):
    """Who opens the page before the others have signed finds whose turn it is since when, and no button to press."""
    page = page_of("gm", f"{trip['contract']}/contract.sign")
    said = text(page)
    assert re.search(r"Not possible now It is the turn of: Manager, since \d+ \w+ \d{4}\.", said)
    assert re.search(r'<button class="btn btn-primary" disabled>Pass the review', page)
    page = page_of("finance", f"{trip['contract']}/contract.sign")
    assert "It is the turn of: Manager" in text(page) and page.count("disabled>Pass the review") == 2
    assert "Not possible now" not in text(page_of("manager", f"{trip['contract']}/contract.sign"))
    assert "is in state “Waits for review”; “Cancel the draft” is possible in:" in text(
        page_of("clerk", f"{trip['contract']}/contract.cancel"))


def test_whose_it_is(base):
    """Nobody signs by a number alone: order, dealer, site and money stand beside; who has no part in it, no money."""
    way, contract = trip["way"], trip["contract"]
    order = way["clerk"].row("/orders/1")
    project = way["clerk"].row(f"/projects/{order['project']}")
    dealer = way["clerk"].row(f"/dealers/{order['dealer_id']}")
    for who, path in (("manager", f"{contract}/contract.sign"), ("finance", f"{contract}/receipt.notice"),
                      ("clerk", "/orders/1/balance_notice.create")):
        beside = page_of(who, path).split('class="card card-body beside whose"')[1].split("</section>")[0]
        said = text("<main>" + beside)
        for part in (order["number"], order["name"], project["name"], project["site_address"], dealer["name"]):
            assert part in said, (path, part, said)
        assert "Contract amount, not in force yet ¥100,000.00" in said and "Still open" not in said, said
    drawing = page_of("designer", "/orders/1/drawing.create")
    assert "Belongs to" in drawing and dealer["name"] in drawing and "¥" not in text(drawing)
    assert "Belongs to" not in page_of("dealer", "/orders/1/comment.add")


def test_what_is_ordered(base):
    """Who reviews a contract, or draws one up, sees the lines that it is for."""
    way, contract = trip["way"], trip["contract"]
    for who, path in (("manager", f"{contract}/contract.sign"), ("manager", contract),
                      ("clerk", "/orders/1/contract.create"), ("clerk", "/orders/1/works_order.create")):
        page = page_of(who, path)
        assert "<h3>Order form lines</h3>" in page and "Double glass" in page and "4200" in page, path
    assert "Order form lines" not in page_of("clerk", "/orders/1/balance_notice.create")


def test_sent_back_from_there(base):
    way, contract = trip["way"], trip["contract"]
    way.post("manager", f"{contract}/contract.refuse", refused_because="Lead time too short")
    assert way["clerk"].row(contract)["state"] == "draft"
    said = "It was sent back: “Lead time too short”. Put that right first."
    for path in ("/", "/orders/1"):
        assert said in text(page_of("clerk", path)), path
    assert said not in text(page_of("manager", "/orders/1")), "it is the clerk's to put right"
    clerk = way["clerk"]
    for act in ("revise", "submit", "accept"):
        clerk.act(f"/order_forms/{way.newest('order_forms')}/order_form.{act}")
    clerk.act(f"/drawings/{way.newest('drawings')}/drawing.keep")
    clerk.act(f"{contract}/contract.submit")
    page = page_of("manager", f"{contract}/contract.sign")
    assert "is newer than this contract" not in text(page), "it was submitted with the newest edition"
    assert "It was sent back before: Lead time too short" in text(page)
    assert "Lead time too short" not in page.split('name="refused_because"')[1].split("</textarea>")[0], "a new reason"


def test_each_act_has_its_name(base):
    way, contract = trip["way"], trip["contract"]
    said = sign("manager", f"{contract}/contract.sign", _remark="Fine for <once>")
    assert "Done: Review the contract (" in said and "Done: Sign the contract" not in said
    assert "Contract C-00001: Review the contract" in said and "Fine for <once>" in said
    assert "The general manager records" not in text(page_of("gm", f"{contract}/contract.sign"))
    locked = page_of("gm", f"{contract}/contract.sign")
    assert "only the general manager can allow that" in text(locked)
    assert re.search(r"btn-primary\"[^>]* disabled", locked), "seen before anybody presses"
    primary = rf'btn-primary"[^>]*href="{contract}/contract.%s|href="{contract}/contract.%s"[^>]*btn-primary'
    assert re.search(primary.replace("%s", "allow_terms"), page_of("gm", "/orders/1")), "what has to be done first"
    way["gm"].act(f"{contract}/contract.allow_terms", gm_reason="Ten years")
    assert re.search(primary.replace("%s", "sign"), page_of("gm", "/orders/1"))
    page = text(page_of("gm", f"{contract}/contract.sign"))
    assert "Sign the contract" in page and "The general manager allowed these terms: Ten years" in page
    assert "Done: Sign the contract (" in sign("gm", f"{contract}/contract.sign")
    page = page_of("finance", f"{contract}/contract.sign")
    assert re.search(r"btn-primary\"[^>]*>Seal<", page), "finance seals"
    said = sign("finance", f"{contract}/contract.sign")
    assert "Done: Seal the contract (" in said and "Contract C-00001: Seal the contract" in said
    assert "Fine for <once>" not in text(page_of("dealer", "/orders/1")), "a remark is the house's own"


def test_goods_beside_the_order_form(base):
    """Whoever signs reads how much is ordered, what it comes to, and where prices are not for what is ordered."""
    clerk = trip["way"]["clerk"]
    way = Journey(base, clerk.act("/projects/1/order.create", name="Floor 19"))
    contract = f"/contracts/{way.draft_contract().contract}"
    clerk.act(f"{contract}/contract.price")
    line = way.newest("contract_lines")
    page = page_of("clerk", f"/orders/{way.order}")
    now = page.split('<section class="card now">')[1].split("</section>")[0]
    prices = f'href="{contract}/lines"[^>]*>(?:<svg.*?</svg>)?Fill in the prices<'
    assert re.search(prices, now) and "Change<" not in now, "where prices are missing, that is where they are typed"
    assert len(re.findall(prices, page)) == 2 and "Add priced line" not in page, "on the contract's card too"
    clerk.act(f"/contract_lines/{line}/contract_line.change", item="Hall", unit="sqm", quantity=2000,
              unit_price=500000)
    assert "Fill in the prices" not in page_of("clerk", f"/orders/{way.order}")
    clerk.act(f"{contract}/contract.submit")
    said = text(page_of("manager", f"{contract}/contract.sign"))
    assert "Priced otherwise than ordered: Hall: ordered 23.52, priced 20." in said, said[:1500]
    assert "for 1 walls and doors, 2 pieces, 23.52 m²; the contract is for ¥100,000.00, ¥4,251.70 the square" in said
    before = way.form
    clerk.act(f"/order_forms/{before}/order_form.revise")
    form, walls = way.newest("order_forms"), way.newest("order_form_lines")
    clerk.act(f"/order_form_lines/{walls}/order_form_line.change", width=43000)
    store = {"area": "Store", "style": "A1", "thickness": 840, "width": 30000, "height": 27000, "quantity": 2}
    clerk.act(f"/order_forms/{form}/order_form_line.add", **store)
    clerk.act(f"/order_forms/{form}/order_form.submit")
    clerk.act(f"/order_forms/{form}/order_form.accept")
    said = text(page_of("manager", f"{contract}/contract.sign"))
    assert "On the order form, and not priced: Store 3000 × 2700 × 2." in said
    assert "Priced otherwise than ordered: Hall: ordered 4300 × 2800 × 2, priced 4200 × 2800 × 2." in said
    clerk.act(f"/order_forms/{form}/order_form.revise")
    form = way.newest("order_forms")
    hall = min(row["id"] for row in clerk.row("/order_form_lines") if row["parent_id"] == form)
    clerk.act(f"/order_form_lines/{hall}/order_form_line.remove")
    clerk.act(f"/order_forms/{form}/order_form.submit")
    clerk.act(f"/order_forms/{form}/order_form.accept")
    assert "Priced, and not on the order form: Hall." in text(page_of("manager", f"{contract}/contract.sign"))


def test_in_chinese(base):
    for language, verb in (("zh_CN", "审核通过"), ("zh_TW", "審核通過")):
        way = Journey(base, Browser(base, "clerk").act("/projects/1/order.create", name=verb)).draft_contract()
        way["clerk"].act(f"/contracts/{way.contract}/contract.submit")
        way["manager"].post("/language", language=language, _csrf=way["manager"].token())
        page = way["manager"].get(f"/contracts/{way.contract}/contract.sign")[1]
        assert verb in page and ("各项均符合惯例" in page or "各項均符合慣例" in page), verb
        said = text(way["manager"].get(way.post("manager", f"/contracts/{way.contract}/contract.sign"))[1])
        assert "审核合同" in said or "審核合約" in said, said[:300]


def test_a_remark_that_is_too_long(base):
    way = Journey(base, Browser(base, "clerk").act("/projects/1/order.create", name="Long")).draft_contract()
    way["clerk"].act(f"/contracts/{way.contract}/contract.submit")
    status, page, _ = Browser(base, "manager").send(f"/contracts/{way.contract}/contract.sign", _remark="x" * 2001)
    assert status == 422 and way["clerk"].row(f"/contracts/{way.contract}")["state"] == "review", status


run(sys.argv[1], dict(globals()))
