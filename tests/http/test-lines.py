#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many lines at once: spreadsheets that must be accepted and rejected (tests/accept/csv, tests/reject/csv), and the
table. Usage: test-lines.py GENDAN."""
import csv
import html
import io
import json
import pathlib
import re
import sys
from house import Browser, run
from journey import Journey

CASES = pathlib.Path(__file__).parent.parent
trip = {}


def case(kind, name):
    return (CASES / kind / "csv" / f"{name}.csv").read_bytes()


def form_of(base):
    """A browser and the path of the order's form."""
    if "form" not in trip:
        trip["form"] = Browser(base, "clerk").act("/orders/1/order_form.create")
    return Browser(base, "clerk"), f"/order_forms/{trip['form']}"


def lines(browser, path):
    """The active lines through the API, oldest first, with the fields that are set."""
    rows = browser.row("/order_form_lines?state=active")
    rows = [row for row in rows if row["parent_id"] == int(path.split("/")[-1])]
    extra = {"id", "version", "state", "order_id", "dealer_id", "parent_id", "created_at", "created_by", "number"}
    return [{name: value for name, value in row.items() if value is not None and name not in extra}
            for row in sorted(rows, key=lambda row: row["id"])]


def reasons(page):
    """What a refused form says: of the sheet, then of its cells."""
    cells = re.search(r'<table class="table import-errors">.*?<tbody>(.*?)</tbody>', page, re.S)
    said = re.findall(r"<li>(.*?)</li>", page) + re.findall(r"<td>(.*?)</td>", cells.group(1) if cells else "", re.S)
    return [html.unescape(re.sub(r"<[^>]+>", "", text)) for text in said]


def test_accepted_files(base):
    clerk, path = form_of(base)
    files = sorted((CASES / "accept/csv").glob("*.csv"))
    assert len(files) >= 7
    for file in files:
        status, page, _ = clerk.send(path + "/import", [("sheet", file.name, file.read_bytes())], replaces="1")
        assert status == 303, (file.name, reasons(page))
        assert lines(clerk, path) == json.loads(file.with_suffix(".json").read_text()), (file.name, lines(clerk, path))


def test_rejected_files(base):
    clerk, path = form_of(base)
    before = lines(clerk, path)
    files = sorted((CASES / "reject/csv").glob("*.csv"))
    assert len(files) >= 12
    for file in files:
        status, page, _ = clerk.send(path + "/import", [("sheet", file.name, file.read_bytes())], replaces="1")
        expected = file.with_suffix(".txt").read_text().splitlines()
        said = reasons(page)
        assert status == 422, (file.name, status)
        assert said == expected, (file.name, said)
        assert lines(clerk, path) == before, f"{file.name}: nothing is half done"


def test_limits(base):
    clerk, path = form_of(base)
    head = "area,style,thickness,width,height,quantity\n"
    many = (head + "Hall,D,10,100,100,1\n" * 300).encode()
    for data, words in ((head + "Hall,D,10,100,100,1\n" * 2001, "The file has more than 2000 rows; divide it."),
                        (head + "x" * 5_000_001, "The file is larger than 5 MB; divide it.")):
        status, page, _ = clerk.send(path + "/import", [("sheet", "big.csv", data.encode())])
        assert status == 413 and reasons(page) == [words], (status, reasons(page))
    before = len(lines(clerk, path))
    status, page, _ = clerk.send(path + "/import", [("sheet", "full.csv", many)], _key="a")
    again = clerk.send(path + "/import", [("sheet", "full.csv", many)], _key="a")
    assert status == 303 and again[0] == 303, reasons(page)
    assert clerk.get(path + "/lines.csv")[1].count("\r\n") == before + 301, "sent twice, stored once"
    assert len(clerk.get(path + "/lines")[1].split("<tr>")) > 50 and "/lines?after=" in clerk.get(path + "/lines")[1]


def test_program_and_roles(base):
    clerk, path = form_of(base)
    status, body = clerk.try_act(path + "/import", replaces=True)
    assert status == 422 and json.loads(body)["reasons"] == [
        {"field": "sheet", "message": "Spreadsheet (CSV): this is needed."}], body
    status, body, _ = clerk.send("/api" + path + "/import", [("sheet", "x.csv", case("reject", "cells"))], replaces="1")
    assert status == 422 and json.loads(body)["reasons"][0]["field"] == "D2", body
    status, body, _ = clerk.send("/api" + path + "/import", [("sheet", "x.csv", case("accept", "field-names"))],
                                 replaces="1")
    assert status == 200 and json.loads(body)["id"] == trip["form"], body
    sheet = clerk.row(path)["sheet"]
    assert sheet and len(lines(clerk, path)) == 1, "the sheet is kept"
    assert clerk.try_act(path + "/import")[0] == 422, "but not taken again by mistake"
    assert clerk.row(path)["replaces"] is None and len(lines(clerk, path)) == 1
    clerk.send("/orders/1/comment.add", [("files", "x.csv", case("accept", "field-names"))], text="Among us")
    kept = max(file["id"] for file in clerk.row("/files"))
    status, body = Browser(base, "dealer").try_act(path + "/import", sheet=kept)
    assert status == 422, f"a file that the house keeps to itself: {body}"
    for who, expected in (("dealer2", 404), ("finance", 403), ("dealer", 200)):
        other = Browser(base, who)
        assert other.get(path + "/import")[0] == expected, who
        assert other.get(path + "/lines.csv")[0] == expected, who
    file = case("accept", "field-names")
    assert Browser(base, "dealer2").send(path + "/import", [("sheet", "x.csv", file)])[0] == 404
    assert Browser(base, "finance").send(path + "/import", [("sheet", "x.csv", file)])[0] == 403
    assert clerk.send(path + "/import")[0] == 422, "no file chosen"


def test_export_is_safe_and_comes_back(base):
    clerk, path = form_of(base)
    hostile = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "＝1+1", '"quoted", comma']
    rows = "".join(f'"{text.replace(chr(34), chr(34) * 2)}",D,100,4200,2800,1\n' for text in hostile)
    sheet = ("area,style,thickness,width,height,quantity\n" + rows).encode()
    assert clerk.send(path + "/import", [("sheet", "x.csv", sheet)], replaces="1")[0] == 303
    status, sheet, headers = clerk.get(path + "/lines.csv")
    assert status == 200 and headers["Content-Type"].startswith("text/csv")
    assert "attachment" in headers["Content-Disposition"]
    cells = [row[0] for row in csv.reader(io.StringIO(sheet.lstrip("\ufeff")))]
    assert cells[1:] == ["'" + text if text[0] in "=+-@＝" else text for text in hostile], cells
    before = lines(clerk, path)
    assert clerk.send(path + "/import", [("sheet", "back.csv", sheet.encode())], replaces="1")[0] == 303
    assert lines(clerk, path) == before and [line["area"] for line in before] == hostile
    template = clerk.get(path + "/template.csv")[1]
    assert template.count("\r\n") == 1 and "Width (mm)" in template


def hidden(page):
    return dict(re.findall(r'<input type="hidden" name="(r\d+\._\w+)" value="(\d+)"', page))


def test_table(base):
    """Lines are changed, removed and added in one go; one wrong cell, and nothing is stored."""
    clerk, path = form_of(base)
    clerk.send(path + "/import", [("sheet", "x.csv", case("accept", "field-names"))], replaces="1")
    page = clerk.get(path + "/lines")[1]
    new = {"r1.area": "Door", "r1.style": "S", "r1.thickness": "45", "r1.width": "900", "r1.height": "2400",
           "r1.quantity": "6"}
    old = {"r0.area": "Lobby", "r0.style": "Double", "r0.thickness": "100.0", "r0.width": "4200.0",
           "r0.height": "2800.5", "r0.quantity": "2"}
    fields = {**hidden(page), **old, **new}
    status, wrong, _ = clerk.send(path + "/lines", **{**fields, "r1.width": "wide"})
    assert status == 422 and "Width: write a number such as 1234.5." in wrong
    link = re.search(r'<a href="#(f-r\d+\.width)">Line \d+: Width: write a number', wrong).group(1)
    assert f'id="{link}"' in wrong, "what is wrong leads to its cell"
    assert 'value="wide"' in wrong and 'value="Lobby"' in wrong
    assert [line["area"] for line in lines(clerk, path)] == ["Hall"], "nothing is stored"
    status, _, headers = clerk.send(path + "/lines", _then="more", **fields)
    assert status == 303 and headers["Location"] == path + "/lines"
    assert [line["area"] for line in lines(clerk, path)] == ["Lobby", "Door"]
    page = clerk.get(path + "/lines")[1]
    assert 'value="Door"' in page and page.count("r6.area") > 0, "five empty rows follow"
    versions = {line["id"]: line["version"] for line in clerk.row("/order_form_lines")}
    fields = {**hidden(page), **old, **new, "r1._remove": "1"}
    assert clerk.send(path + "/lines", **fields)[0] == 303
    assert [line["area"] for line in lines(clerk, path)] == ["Lobby"]
    after = {line["id"]: line["version"] for line in clerk.row("/order_form_lines")}
    kept = min(id for id in versions if hidden(page)["r0._id"] == str(id))
    assert versions[kept] == after[kept], "a line that was not touched is not changed"
    fields["r0._version"] = "1"
    status, page, _ = clerk.send(path + "/lines", **{**fields, "r0.area": "Stale"})
    assert status == 412 and "These lines were changed in the meantime" in page


def test_suggestions(base):
    """A field suggests what was said in it before: to the house all of it, to a dealer the own words and those that
    several dealers use, never what only another has said."""
    line = {"area": "Hall", "thickness": 840, "width": 30000, "height": 27000, "quantity": 1}
    forms = {}
    for number, who in ((1, "dealer"), (2, "dealer2")):
        dealer = Browser(base, who)
        order = dealer.act(f"/dealers/{number}/order.begin", name="Suggested", new_project="Suggested")
        form = next(row["id"] for row in dealer.row("/order_forms") if row["order_id"] == order)
        for style in (f"Only {who} <says>", "Both say"):
            dealer.act(f"/order_forms/{form}/order_form_line.add", style=style, **line)
        forms[who] = f"/order_forms/{form}"

    def suggested(who, page, name):
        found = re.search(rf'<datalist id="s-{name}">(.*?)</datalist>', Browser(base, who).get(page)[1], re.S)
        return [html.unescape(text) for text in re.findall(r'value="([^"]*)"', found.group(1))] if found else []

    for page in ("order_form_line.add", "lines"):
        for who, other in (("dealer", "dealer2"), ("dealer2", "dealer")):
            said = suggested(who, f"{forms[who]}/{page}", "style")
            assert f"Only {who} <says>" in said and "Both say" in said and f"Only {other} <says>" not in said, said
            assert said.index("Both say") < said.index(f"Only {who} <says>"), "what is said most comes first"
        said = suggested("clerk", f"{forms['dealer']}/{page}", "style")
        assert {"Only dealer <says>", "Only dealer2 <says>", "Both say"} <= set(said), said
    page = Browser(base, "dealer").get(forms["dealer"] + "/lines")[1]
    assert page.count('list="s-style"') >= 3 and page.count('<datalist id="s-style">') == 1, "once for all rows"
    assert 'list="s-area"' not in page


def test_table_is_strict(base):
    """What a table was sent beside its cells, or twice, is named and not guessed at; nothing is stored."""
    clerk, path = form_of(base)
    clerk.send(path + "/import", [("sheet", "x.csv", case("accept", "field-names"))], replaces="1")
    fields = {**hidden(clerk.get(path + "/lines")[1]), "r0.area": "Lobby", "r0.style": "Double", "r0.thickness": "100",
              "r0.width": "4200", "r0.height": "2800.5", "r0.quantity": "2"}
    for wrong, words in (({"r0.area": ["Lobby", "Hall"]}, "r0.area: this came twice"),
                         ({"r0._id": [fields["r0._id"]] * 2}, "r0._id: this came twice"),
                         ({"r0.colour": "red"}, "“r0.colour” is not"), ({"r500.area": "Far"}, "“r500.area” is not"),
                         ({"area": "Lobby"}, "“area” is not"), ({"r0.parent_id": "2"}, "“r0.parent_id” is not"),
                         ({"r0._id": "1x"}, "“r0._id” is not"), ({"r0._version": "-1"}, "“r0._version” is not")):
        status, page, _ = clerk.send(path + "/lines", **{**fields, **wrong})
        assert status == 422 and words in page, (wrong, status, page)
        assert [line["area"] for line in lines(clerk, path)] == ["Hall"], wrong
    status, body, _ = clerk.ask("/api" + path + "/lines", b'{"area": "x"}', {"Content-Type": "application/json",
                                                                             "X-CSRF-Token": clerk.token()})
    assert status == 404, "programs have the lines' own addresses"
    assert clerk.send(path + "/lines", **fields)[0] == 303
    assert [line["area"] for line in lines(clerk, path)] == ["Lobby"]


def test_one_transfer_for_two_orders(base):
    """Finance divides a receipt between the contracts of two orders of the dealer, in one table."""
    first = Journey(base, 2).conclude_contract()
    other = first["clerk"].act("/projects/1/order.create", name="Second")
    second = Journey(base, other).conclude_contract()
    receipt = first["clerk"].act(f"/contracts/{first.contract}/receipt.notice", amount=6000000, value_date="2026-01-05")
    page = first["finance"].get(f"/receipts/{receipt}/lines")[1]
    assert f'<option value="{second.contract}"' in page and f'<option value="{first.contract}" selected' in page
    fields = {**hidden(page), "r0.contract": first.contract, "r0.amount": "30000", "r1.contract": second.contract,
              "r1.amount": "30000"}
    assert first["finance"].send(f"/receipts/{receipt}/lines", **fields)[0] == 303
    first["finance"].act(f"/receipts/{receipt}/receipt.confirm", value_date="2026-01-05")
    for order in (2, other):
        sums = first["clerk"].get(f"/orders/{order}")[1].split('class="sums"')[1]
        assert "¥30,000.00" in sums.split("Received")[1].split("</dd>")[0], order


def test_each_table_has_its_page(base):
    """A contract has goods to be priced and instalments, and each table's button leads to its own lines."""
    clerk = Browser(base, "clerk")
    way = Journey(base, clerk.act("/projects/1/order.create", name="Two tables")).draft_contract()
    path = f"/contracts/{way.contract}"
    page = clerk.get(f"/orders/{way.order}")[1]
    tables = dict(re.findall(rf'<h3>([^<]+)</h3>[^<]*<a[^>]*href="({path}/lines[^"]*)"', page))
    assert tables == {"Prices": f"{path}/lines", "Instalments": f"{path}/lines?of=instalment"}, tables
    page = clerk.get(tables["Instalments"])[1]
    assert f'action="{tables["Instalments"]}"' in page and "<h1>Instalments</h1>" in page
    rows = {"r0.kind": "deposit", "r0.amount": "40000", "r0.before_delivery": "1",
            "r1.kind": "balance", "r1.amount": "60000", "r1.before_delivery": "1"}
    assert clerk.send(tables["Instalments"], **{**hidden(page), **rows, "r1.amount": "much"})[0] == 422
    status, _, headers = clerk.send(tables["Instalments"], _then="more", **{**hidden(page), **rows})
    assert status == 303 and headers["Location"] == tables["Instalments"]
    assert "data-sum>¥100,000.00</output>" in clerk.get(tables["Instalments"])[1], "the sum needs no script"
    amounts = [row["amount"] for row in clerk.row("/instalments") if row["parent_id"] == way.contract]
    assert sorted(amounts) == [4000000, 6000000], amounts
    assert clerk.get(f"{path}/lines?of=order_form_line")[0] == 404


run(sys.argv[1], dict(globals()))
