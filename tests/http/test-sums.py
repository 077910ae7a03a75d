#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How it stands with a dealer and a project: orders and money, as far as each may know.
Usage: test-sums.py GENDAN. Prints TAP."""
import html
import re
import sys
from house import Browser, run
from journey import Journey

trip = {}


def sums(browser, path):
    status, page, _ = browser.get(path)
    assert status == 200, (path, status)
    part = re.search(r'<dl class="sums">(.*?)</dl>', page, re.S)
    pairs = re.findall(r"<dt>([^<]*)(?:<small>[^<]*</small>)?</dt><dd[^>]*>([^<]*)</dd>", part.group(1)) if part else []
    return {label: html.unescape(text) for label, text in pairs}


def pay(way, amount, confirm=True):
    receipt = way["clerk"].act(f"/contracts/{way.contract}/receipt.notice", amount=amount, value_date="2026-01-05")
    if confirm:
        way["finance"].act(f"/receipts/{receipt}/receipt.confirm", value_date="2026-01-05")


def test_nothing_yet(base):
    clerk = Browser(base, "clerk")
    trip["dealer"] = dealer = clerk.act("/dealers", name="Fresh")
    assert sums(clerk, f"/dealers/{dealer}") == {}


def test_orders_and_money(base):
    way = trip["way"] = Journey(base)
    clerk, project = way["clerk"], 1
    before = sums(clerk, "/dealers/1")
    way.order = clerk.act(f"/projects/{project}/order.create", name="Sums")
    assert int(sums(clerk, "/dealers/1")["Orders"]) == int(before["Orders"]) + 1
    way.draft_contract(10000000)
    assert sums(clerk, "/dealers/1")["Contracts in force"] == "¥0.00", "a draft is not in force"
    way["clerk"].act(f"/contracts/{way.contract}/contract.submit")
    for who in ("manager", "gm", "finance"):
        way[who].act(f"/contracts/{way.contract}/contract.sign")
    way.post("dealer", f"/contracts/{way.contract}/contract.countersign", [("countersigned", "back.pdf", b"%PDF-1.4")])
    way["clerk"].act(f"/contracts/{way.contract}/contract.accept_copy")
    pay(way, 1000000)
    pay(way, 500000, confirm=False)
    for path in ("/dealers/1", f"/projects/{project}"):
        found = sums(clerk, path)
        assert (found["Contracts in force"], found["Received"], found["Still open"], found["Payment overdue"]) == (
            "¥100,000.00", "¥10,000.00", "¥90,000.00", "¥0.00"), (path, found)
    assert "5,000.00 reported" in clerk.get("/dealers/1")[1]
    trip["path"] = f"/projects/{project}"


def test_each_sees_what_is_theirs(base):
    dealer, other = Browser(base, "dealer"), Browser(base, "dealer2")
    assert sums(dealer, "/dealers/1") == sums(Browser(base, "finance"), "/dealers/1")
    assert sums(dealer, trip["path"])["Received"] == "¥10,000.00"
    for path in ("/dealers/1", trip["path"]):
        assert other.get(path)[0] == 404, path
    assert "¥10,000.00" not in other.get("/dealers/2")[1]


def test_what_is_past_its_day_is_overdue(base):
    """10,000 are in: of an instalment of 30,000 that is past its day, 20,000 are overdue; the next is not due yet."""
    way = Journey(base)
    way.order = way["clerk"].act("/projects/1/order.create", name="Overdue")
    way.draft_contract(10000000)
    lines = [row for row in way["clerk"].row("/instalments") if row["parent_id"] == way.contract]
    deposit = next(row for row in lines if row["kind"] == "deposit")
    balance = next(row for row in lines if row["kind"] == "balance")
    way["clerk"].act(f"/instalments/{deposit['id']}/instalment.change", due_date="2026-01-10")
    way["clerk"].act(f"/instalments/{balance['id']}/instalment.change", due_date="2099-01-10")
    way["clerk"].act(f"/contracts/{way.contract}/contract.submit")
    for who in ("manager", "gm", "finance"):
        way[who].act(f"/contracts/{way.contract}/contract.sign")
    way.post("dealer", f"/contracts/{way.contract}/contract.countersign", [("countersigned", "back.pdf", b"%PDF-1.4")])
    way["clerk"].act(f"/contracts/{way.contract}/contract.accept_copy")
    assert sums(way["clerk"], "/dealers/1")["Payment overdue"] == "¥30,000.00"
    pay(way, 1000000)
    assert sums(way["clerk"], "/dealers/1")["Payment overdue"] == "¥20,000.00"
    way["gm"].act(f"/orders/{way.order}/order.cancel", reason="Given up", spent=0, refunded=1000000)
    assert sums(way["clerk"], "/dealers/1")["Payment overdue"] == "¥0.00", "a cancelled order asks for nothing"


def test_the_latest_orders_and_all_of_them(base):
    clerk = Browser(base, "clerk")
    project = clerk.act(f"/dealers/{trip['dealer']}/project.create", name="Many")
    for number in range(21):
        clerk.act(f"/projects/{project}/order.create", name=f"Floor {number}")
    for path, narrowed in ((f"/dealers/{trip['dealer']}", f"/orders?dealer_id={trip['dealer']}"),
                           (f"/projects/{project}", f"/orders?project={project}")):
        page = clerk.get(path)[1]
        assert "Floor 20" in page and "Floor 0<" not in page and f'href="{narrowed}"' in page, path
        assert "Floor 0<" in clerk.get(narrowed)[1]


run(sys.argv[1], dict(globals()))
