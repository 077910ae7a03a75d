#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people edit the same row: the second sees what the first changed, field by field, and chooses; programs get it as
data. Usage: test-two-editors.py GENDAN."""
import html
import html.parser
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
    assert "林志强 changed this in the meantime" in page, "who it was"
    assert (value(page, "name"), value(page, "phone"), value(page, "address")) == ("Clerk's", "2", "B"), "joined"
    assert '<option value="b" selected>' in page
    assert clerk.row(DEALER)["name"] == "<Sales'>", "nothing is overwritten yet"
    mine.update(phone="2", level="b", _version=re.search(r'name="_version" value="(\d+)"', page).group(1))
    assert clerk.send(DEALER + "/dealer.change", _take="name", **mine)[0] == 303
    row = clerk.row(DEALER)
    assert (row["name"], row["phone"], row["address"], row["level"]) == ("<Sales'>", "2", "B", "b"), row


def test_what_came_too_late_only_says_so(base):
    way = Journey(base, Browser(base, "clerk").act("/projects/1/order.create", name="Too late")).conclude_contract()
    slip = f"/receipts/{way.report_money(3000000)}"
    page = way["finance"].get(f"{slip}/receipt.confirm")[1]
    version = re.search(r'name="_version" value="(\d+)"', page).group(1)
    way["dealer"].act(f"{slip}/receipt.withdraw")
    status, page, _ = way["finance"].send(f"{slip}/receipt.confirm", _version=version, value_date=way.today())
    assert status in (409, 412) and "Not possible now" in page, (status, page)
    assert f'href="/orders/{way.order}">Back to the order</a>' in page, page
    for absent in ("conflict", "<form class=\"card", "completes the down payment", "At a glance"):
        assert absent not in page, absent


def test_overwriting_is_possible_and_deliberate(base):
    clerk, sales = Browser(base, "clerk"), Browser(base, "sales")
    version, _ = open_form(clerk)
    assert sales.send(DEALER + "/dealer.change", _version=version, name="Theirs", level="a")[0] == 303
    status, page, _ = clerk.send(DEALER + "/dealer.change", _version=version, name="Mine", level="b")
    assert status == 412
    version = re.search(r'name="_version" value="(\d+)"', page).group(1)
    assert clerk.send(DEALER + "/dealer.change", _version=version, name="Mine", level="b")[0] == 303
    assert clerk.row(DEALER)["name"] == "Mine"


class Table(html.parser.HTMLParser):
    """The inputs of the page's form of lines as a browser would send them; a box only where it is ticked."""

    def __init__(self, page):
        super().__init__()
        self.fields, self.select = {}, None
        self.feed(page[page.index('enctype="multipart/form-data"'):].split("</form>")[0])

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "select":
            self.select = given["name"]
        if tag == "option" and "selected" in given:
            self.fields[self.select] = given["value"]
        if tag == "input" and "name" in given and (given["type"] != "checkbox" or "checked" in given):
            self.fields.setdefault(given["name"], []).append(given.get("value", ""))


def new_form(clerk, dealer):
    order = clerk.act("/projects/1/order.create", name="Two editors")
    return f"/order_forms/{dealer.act(f'/orders/{order}/order_form.create')}"


def table(browser, path):
    """The fields, and the place of each line in them by its area."""
    fields = Table(browser.get(path + "/lines")[1]).fields
    return fields, {values[0]: name[:-len(".area")] for name, values in fields.items() if name.endswith(".area")}


def changed(page):
    """(line, what, before, now, yours, whether there is a choice) of the table of changes."""
    found = []
    part = page.split('<table class="table rows changed">')[1].split("</table>")[0] if "rows changed" in page else ""
    for row in re.findall(r"<tr>(.*?)</tr>", part, re.S)[1:]:
        cells = [html.unescape(re.sub(r"<small>.*?</small>|<[^>]+>", "", cell)).strip()
                 for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
        found.append((*cells[:5], "_take" in row))
    return found


LINE = {"style": "S", "thickness": 1000, "width": 10000, "height": 20000, "quantity": 1}


def test_a_table_of_lines(base):
    """Both work in one table: cells that only the first changed are kept, for the others the second chooses; nothing is
    stored before, and nothing that was typed is lost."""
    clerk, dealer = Browser(base, "clerk"), Browser(base, "dealer")
    path = new_form(clerk, dealer)
    ids = {area: dealer.act(f"{path}/order_form_line.add", area=area, **LINE) for area in "ABCDE"}
    mine, at = table(dealer, path)
    first = lambda area, verb, **inputs: clerk.act(f"/order_form_lines/{ids[area]}/{verb}", **inputs)
    first("A", "change", width=11000)
    first("B", "remove")
    first("C", "change", quantity=5)
    first("D", "remove")
    clerk.act(f"{path}/order_form_line.add", area="N", **LINE)
    new = next(name for area, name in at.items() if not area)
    mine.update({at["A"] + ".height": "2500", at["B"] + ".quantity": "7", at["C"] + ".quantity": "9",
                 at["E"] + ".style": "mine", new + ".area": "M", new + ".style": "S", new + ".thickness": "100",
                 new + ".width": "1000", new + ".height": "2000", new + ".quantity": "3"})
    rows = lambda: {row["area"]: row for row in clerk.row("/order_form_lines?state=active")
                    if row["parent_id"] == int(path.split("/")[-1])}
    before = rows()
    status, page, _ = dealer.send(path + "/lines", **mine)
    assert status == 412 and rows() == before, status
    said = changed(page)
    assert [row[:5] for row in said if row[5]] == [("3", "Quantity", "1", "5", "9")], said
    assert [row[1:] for row in said if not row[5]] == [
        ("Width", "1000 mm", "1100 mm", "—", False),
        ("Line removed", "B S 100 mm 1000 mm 2000 mm 1", "",
         "Kept below; without the tick at “Remove” it is added again.", False),
        ("Line removed", "D S 100 mm 1000 mm 2000 mm 1", "", "", False),
        ("Line added", "", "N S 100 mm 1000 mm 2000 mm 1", "", False)], said
    assert page.count("陈小梅 changed this in the meantime") == 5, "and who did it"
    again = Table(page).fields
    status, wrong, _ = dealer.send(path + "/lines", **{**again, at["A"] + ".height": "tall"})
    assert status == 422 and "_take" not in wrong and rows() == before, "one cell cannot be read"
    again = {**Table(wrong).fields, at["A"] + ".height": "2500"}
    assert dealer.send(path + "/lines", **again)[0] == 303
    after = rows()
    assert sorted(after) == ["A", "C", "E", "M", "N"], sorted(after)
    assert (after["A"]["width"], after["A"]["height"], after["C"]["quantity"]) == (11000, 25000, 5)
    assert (after["E"]["style"], after["M"]["quantity"]) == ("mine", 3)


def test_a_table_of_lines_overwritten(base):
    """Without the ticks the second's own is stored, also in place of what was removed; who changed nothing that the
    first touched is asked all the same where lines were added."""
    clerk, dealer = Browser(base, "clerk"), Browser(base, "dealer")
    path = new_form(clerk, dealer)
    ids = {area: dealer.act(f"{path}/order_form_line.add", area=area, **LINE) for area in "AB"}
    mine, at = table(dealer, path)
    clerk.act(f"/order_form_lines/{ids['A']}/change", quantity=5)
    clerk.act(f"/order_form_lines/{ids['B']}/remove")
    mine.update({at["A"] + ".quantity": "9", at["B"] + ".quantity": "8"})
    status, page, _ = dealer.send(path + "/lines", **mine)
    again = {name: value for name, value in Table(page).fields.items() if not name.endswith(("_take", "_remove"))}
    assert status == 412 and dealer.send(path + "/lines", **again)[0] == 303
    rows = [row for row in clerk.row("/order_form_lines?state=active") if row["parent_id"] == int(path.split("/")[-1])]
    assert {row["area"]: row["quantity"] for row in rows} == {"A": 9, "B": 8}
    mine, at = table(dealer, path)
    clerk.act(f"{path}/order_form_line.add", area="N", **LINE)
    status, page, _ = dealer.send(path + "/lines", **{**mine, at["A"] + ".quantity": "1"})
    assert status == 412 and [row[1] for row in changed(page)] == ["Line added"], changed(page)
    assert dealer.send(path + "/lines", **Table(page).fields)[0] == 303
    assert dealer.send(path + "/lines", **table(dealer, path)[0])[0] == 303, "nobody was there meanwhile"


def test_programs_get_lines_as_data(base):
    """Of a line by its version: what was changed, and that it was removed."""
    clerk, dealer = Browser(base, "clerk"), Browser(base, "dealer")
    line = f"/order_form_lines/{dealer.act(new_form(clerk, dealer) + '/order_form_line.add', area='A', **LINE)}"
    seen = dealer.row(line)
    headers = {"X-CSRF-Token": dealer.token(), "Content-Type": "application/json", "If-Match": f'"{seen["version"]}"'}
    clerk.act(line + "/change", quantity=5)
    status, body, _ = dealer.ask("/api" + line + "/change", b'{"quantity": 9}', headers)
    assert status == 412 and json.loads(body)["changes"] == [{"field": "quantity", "before": 1, "now": 5}], body
    clerk.act(line + "/remove")
    status, body, _ = dealer.ask("/api" + line + "/change", b'{"quantity": 9}', headers)
    assert status == 412 and {"field": "state", "before": "active", "now": "removed"} in json.loads(body)["changes"]


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
