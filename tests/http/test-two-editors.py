#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people edit the same row: the second sees what the first changed, field by field, and chooses; programs get it as
data. Usage: test-two-editors.py GENDAN."""
import html
import json
import re
import sys
from house import Browser, run
from journey import Journey

DEALER = "/dealers/1"


def value(page, name):
    return html.unescape(re.search(rf'value="([^"]*)" id="f-{name}"', page).group(1))


def rows(page):
    """label → (before, now, yours, whether there is a choice) of the table of changes."""
    table = re.search(r'<table class="table rows changed">(.*?)</table>', page, re.S)
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", table.group(1), re.S) if table else []:
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)
        if len(cells) == 5 and "data-label" in row:
            found[cells[0]] = tuple(map(html.unescape, cells[1:4])) + ("_take" in cells[4],)
    return found


def open_form(browser):
    page = browser.get(DEALER + "/dealer.change")[1]
    return re.search(r'name="_version" value="(\d+)"', page).group(1), page


def test_the_second_sees_what_the_first_changed(base):
    clerk, sales = Browser(base, "clerk"), Browser(base, "sales")
    clerk.send(DEALER + "/dealer.change", name="Old", phone="1", address="A", region="R", level="a")
    version, _ = open_form(clerk)
    first = sales.send(DEALER + "/dealer.change", _version=version, name="<Sales'>", phone="2", address="A", region="R",
                       level="b")
    assert first[0] == 303
    mine = {"name": "Clerk's", "phone": "1", "address": "B", "region": "R", "level": "a"}
    status, page, _ = clerk.send(DEALER + "/dealer.change", _version=version, **mine)
    assert status == 412, status
    assert rows(page) == {"Name": ("Old", "<Sales'>", "Clerk's", True), "Phone": ("1", "2", "—", False),
                          "Level": ("Level A", "Level B", "—", False)}, rows(page)
    assert "林志强 changed this meanwhile" in page, "who it was"
    assert (value(page, "name"), value(page, "phone"), value(page, "address")) == ("Clerk's", "2", "B"), "joined"
    assert '<option value="b" selected>' in page
    assert clerk.row(DEALER)["name"] == "<Sales'>", "nothing is overwritten yet"
    mine.update(phone="2", level="b", _version=re.search(r'name="_version" value="(\d+)"', page).group(1))
    assert clerk.send(DEALER + "/dealer.change", _take="name", **mine)[0] == 303
    row = clerk.row(DEALER)
    assert (row["name"], row["phone"], row["address"], row["level"]) == ("<Sales'>", "2", "B", "b"), row


def test_overwriting_is_possible_and_deliberate(base):
    clerk, sales = Browser(base, "clerk"), Browser(base, "sales")
    version, _ = open_form(clerk)
    assert sales.send(DEALER + "/dealer.change", _version=version, name="Theirs", level="a")[0] == 303
    status, page, _ = clerk.send(DEALER + "/dealer.change", _version=version, name="Mine", level="b")
    assert status == 412
    version = re.search(r'name="_version" value="(\d+)"', page).group(1)
    assert clerk.send(DEALER + "/dealer.change", _version=version, name="Mine", level="b")[0] == 303
    assert clerk.row(DEALER)["name"] == "Mine"


def test_programs_get_it_as_data(base):
    clerk, sales = Browser(base, "clerk"), Browser(base, "sales")
    seen = clerk.row(DEALER)
    sales.act(DEALER + "/dealer.change", name="API", level=None)
    headers = {"X-CSRF-Token": clerk.token(), "Content-Type": "application/json", "If-Match": f'"{seen["version"]}"'}
    status, body, _ = clerk.ask("/api" + DEALER + "/dealer.change", b'{"name": "Mine"}', headers)
    assert status == 412, body
    assert json.loads(body)["changes"] == [{"field": "name", "before": "Mine", "now": "API"},
                                           {"field": "level", "before": "b", "now": None}], body


def test_a_dealer_learns_of_no_hidden_field(base):
    way = Journey(base).sign_drawing().draft_contract()
    path = f"/contracts/{way.contract}"
    way["clerk"].act(path + "/contract.submit")
    way["gm"].act(path + "/contract.allow_terms", gm_reason="an old friend")
    for who in ("manager", "gm", "finance"):
        way[who].act(path + "/contract.sign")
    headers = {"X-CSRF-Token": way["dealer"].token(), "Content-Type": "application/json", "If-Match": '"1"'}
    status, body, _ = way["dealer"].ask("/api" + path + "/contract.countersign", b"{}", headers)
    assert status == 412 and "friend" not in body and "gm_reason" not in body, body
    status, page, _ = way["dealer"].send(path + "/contract.countersign", _version="1")
    assert status == 412 and "friend" not in page, "nor on the form"


run(sys.argv[1], dict(globals()))
