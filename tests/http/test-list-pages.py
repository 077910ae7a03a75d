#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists over HTTP: tabs, filters, headings and columns without JavaScript, orders by step, the same under /api.
Usage: test-list-pages.py GENDAN. Prints TAP."""
import html
import json
import re
import sys

from house import Browser, run
from journey import Journey


def links(page):
    return {re.sub(r"<[^>]+>", "", text).strip(): html.unescape(href)
            for href, text in re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', page, re.S)}


def numbers(page):
    return re.findall(r'class=" main"><a href="[^"]+">(O-\d+)', page)


def test_tabs_and_headings(base):
    clerk = Browser(base, "clerk")
    page = clerk.get("/orders")[1]
    tabs = links(page)
    assert {"My open orders", "Waiting for me", "Delivery overdue", "Open", "Delivered, not settled",
            "Delivered and settled", "Cancelled", "All"} <= set(tabs), tabs
    mine = clerk.get(tabs["My open orders"])[1]
    assert numbers(mine) and 'aria-sort="ascending"' in mine, "by due date"
    down = clerk.get(links(mine)["Delivery due"])[1]
    assert 'aria-sort="descending"' in down and set(numbers(down)) == set(numbers(mine))
    assert "My open orders" not in links(Browser(base, "manager").get("/orders")[1]), "who is no clerk has none"
    assert "My open orders" not in links(Browser(base, "dealer").get("/orders")[1])


def overdue_order(base, name):
    """Made, and due in the past, for its down payment was in long ago."""
    way = Journey(base)
    way.order = way["clerk"].act("/projects/1/order.create", name=name)
    return way.release("2026-01-05")


def test_overdue_means_one_thing(base):
    """Past its day and not signed for, also under way: in the list, on the board, on the order's and dealer's page."""
    manager = Browser(base, "manager")
    overdue_order(base, "Mislaid")
    overdue_order(base, "Afloat").finish().submit_delivery().ship()
    page = manager.get("/orders?filter=overdue")[1]
    assert "not all goods are signed for" in page, "the tab says what it shows"
    late = json.loads(manager.get("/api/orders?filter=overdue")[1])
    assert {order["name"] for order in late if order["step"] == 13} == {"Afloat"}, "also what is under way"
    assert "Mislaid" in {order["name"] for order in late}
    assert numbers(page) == [order["number"] for order in late] and page.count(" overdue</small>") == len(late)
    board = manager.get("/orders?view=kanban")[1]
    cards = re.findall(r'<a class="card" href="/orders/(\d+)">(.*?)</a>', board, re.S)
    assert {int(id) for id, card in cards if " overdue</p>" in card} == {order["id"] for order in late}
    for order in late:
        head = re.search(r'<p class="due tone-bad">.*?</p>', manager.get(f"/orders/{order['id']}")[1], re.S)
        assert head and re.search(r"\d+ days? overdue", head[0]), order["number"]
    for dealer in json.loads(manager.get("/api/dealers")[1]):
        own = [order["number"] for order in late if order["dealer_id"] == dealer["id"]]
        page = manager.get(f"/dealers/{dealer['id']}")[1]
        count = re.search(r'<dt>Delivery overdue</dt><dd[^>]*>(?:<a href="([^"]+)">)?(\d+)', page)
        assert int(count[2]) == len(own) if count else not own, dealer
        assert not own or page.count(" overdue</small>") == len(own)
        assert not own or numbers(manager.get(count[1].replace("&amp;", "&"))[1]) == own


def test_filters_are_a_form(base):
    clerk = Browser(base, "clerk")
    given = "q=&kind=normal&clerk=&step=2&due_date-from=&due_date-to=&dealer_id=2&state=&sort=name"
    found = clerk.get("/orders?" + given)[1]
    dealers = set(re.findall(r'data-label="Dealer"[^>]*>([^<]+)', found))
    assert numbers(found) and dealers == {"上海卓越装饰工程"}, found
    assert '<option value="2" selected>' in found, "the form shows what it is narrowed to"
    assert numbers(clerk.get("/orders?kind=sample")[1]) == []
    status, page, _ = clerk.get("/orders?colour=red")
    assert status == 422 and "colour" in page and "due_date-from" in page, "what is possible is said"
    assert clerk.get("/orders?before=x")[0] == 400


def test_columns_are_kept(base):
    clerk = Browser(base, "clerk")
    page = clerk.get("/orders?column=name&column=step")[1]
    shown = r'<td data-label="([^"]+)"'
    assert set(re.findall(shown, page)) == {"Number", "Order name", "Step"}, "the number stays"
    assert set(re.findall(shown, clerk.get("/orders")[1])) == {"Number", "Order name", "Step"}, "kept by the browser"
    assert "Dealer" in re.findall(shown, Browser(base, "clerk").get("/orders")[1])
    assert clerk.get("/orders?column=password")[0] == 422
    assert Browser(base, "dealer").get("/orders?column=clerk")[0] == 422


def test_a_number_that_names_is_no_quantity(base):
    page = Browser(base, "admin").get("/users")[1]
    assert re.search(r'<td data-label="Number" class="(?![^"]*number)[^"]*main', page), "an account's number is text"
    page = Browser(base, "clerk").get("/dealers?column=credit")[1]
    assert re.search(r'<td data-label="Credit limit" class="[^"]*number', page), "an amount is not"


def test_by_step(base):
    clerk, dealer, other = (Browser(base, who) for who in ("clerk", "dealer", "dealer2"))
    page = clerk.get(links(clerk.get("/orders?filter=mine")[1])["By step"])[1]
    cards = re.findall(r'<a class="card" href="/orders/\d+"><b>(O-\d+)', page)
    listed = json.loads(clerk.get("/api/orders?filter=mine")[1])
    assert sorted(cards) == sorted(row["number"] for row in listed), (cards, listed)
    assert '<span class="mark">2</span>' in page and "上海卓越装饰工程" in page
    whole = clerk.get("/orders?view=kanban")[1]
    one = clerk.get("/orders?view=kanban&step=2&dealer_id=2")[1]
    assert whole.count("<section ") > one.count("<section ") == 1
    steps = re.findall(r'<a href="#(step-\d+)">', whole)
    assert steps == re.findall(r'<section id="(step-\d+)"', whole), "each column is a link away, without a script too"
    own, theirs = (re.findall(r"<b>(O-\d+)", who.get("/orders?view=kanban")[1]) for who in (dealer, other))
    assert own and theirs and not set(own) & set(theirs), "dealers are apart"
    shown = dealer.get("/orders?view=kanban")[1].split("<main")[1]
    assert "Order clerk" not in shown, "nor told whom it waits on inside"
    assert clerk.get("/projects?view=kanban")[0] == 422


def test_whom_orders_wait_on(base):
    waits = r"<small>([^<]+)</small></td>"
    inside = re.findall(waits, Browser(base, "clerk").get("/orders")[1])
    assert "Order clerk" in inside, inside
    outside = re.findall(waits, Browser(base, "dealer").get("/orders")[1])
    waiting = {text for text in outside if not text.endswith(" overdue")}
    assert waiting <= {"waiting for you"}, "dealers know of themselves"


def test_api(base):
    clerk = Browser(base, "clerk")
    status, body, headers = clerk.get("/api/orders?filter=mine&sort=-number")
    rows = [row["id"] for row in json.loads(body)]
    assert status == 200 and rows == sorted(rows, reverse=True) and headers["Total-Count"] == str(len(rows)), rows
    behind = [row["id"] for row in json.loads(clerk.get(f"/api/orders?filter=mine&sort=-number&after={rows[1]}")[1])]
    assert behind == rows[2:]
    status, body, headers = clerk.get(f"/api/orders?filter=mine&sort=-number&before={rows[2]}")
    assert [row["id"] for row in json.loads(body)] == rows[:2]
    assert headers["Link"] == f'</api/orders?filter=mine&sort=-number&after={rows[1]}>; rel="next"', headers["Link"]
    assert json.loads(clerk.get("/api/orders?q=%E5%8D%93%E8%B6%8A")[1]), "by the dealer's name"
    assert clerk.get("/?after=2026-13-01.1")[0] == 400 and clerk.get("/?after=2026-01-01.1")[0] == 200


def test_an_empty_list_says_what_would_stand_there(base):
    admin, clerk, manager = (Browser(base, who) for who in ("admin", "clerk", "manager"))
    page = clerk.get("/orders?q=zQ9")[1]
    assert "Nothing here matches." in page and 'href="/orders">Show all' in page
    page = clerk.get("/orders?filter=cancelled&clerk=1")[1]
    assert "Orders are found by a part of their name" in page
    page = admin.get("/absences")[1]
    assert "There is nothing under “Absences”." in page and re.search(r'href="/new/absence[^"]*">', page), page
    page = manager.get("/orders?filter=closed")[1]
    assert "There is nothing under “Delivered and settled”." in page, page
    page = manager.get("/settings?filter=&q=")[1]
    assert "Nothing here matches." not in page
    row = r"while in production</td>.*?>(\d+)</td><td[^>]*>([^<]+)"
    assert re.search(row, page, re.S).groups() == ("3", "Usual: 3; not changed by the house"), "what applies now"
    change = re.search(r'href="(/new/setting\.state\?name=production_days)"', page)[1]
    assert 'value="production_days" selected' in manager.get(change)[1]
    manager.act("/settings", name="production_days", value=5)
    assert re.search(row, manager.get("/settings")[1], re.S).groups() == ("5", "Set by the house; usual: 3")


def test_a_filter_of_many_rows_is_searched(base):
    clerk, dealer = Browser(base, "clerk"), Browser(base, "dealer")
    assert 'name="_q.dealer_id"' not in clerk.get("/orders")[1], "few are all listed"
    for i in range(201):
        assert clerk.send("/new/dealer.create", name=f"Zeta {i:03}")[0] == 303
    page = clerk.get("/orders")[1]
    assert 'name="_q.dealer_id"' in page and page.count(">Zeta ") == 200, page[page.index('filter-dealer_id'):][:300]
    page = clerk.get("/orders?_q.dealer_id=Zeta+200")[1].replace("\n", " ")
    choice = re.search(r'<select[^>]*name="dealer_id">(.*?)</select>', page).group(1)
    assert re.findall(r">(Zeta \d+)<", choice) == ["Zeta 200"], choice
    assert '<details class="filter-more" open>' in page
    assert clerk.get("/orders?_q.step=2")[0] == 422 and clerk.get("/orders?_q.nothing=2")[0] == 422
    assert dealer.get("/orders?_q.dealer_id=Zeta")[0] in (200, 422) and "Zeta" not in re.sub(
        r'value="[^"]*"|“[^”]*”', "", dealer.get("/orders?_q.dealer_id=Zeta")[1])


run(sys.argv[1], dict(globals()))
