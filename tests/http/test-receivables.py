#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receivables by age: what is owed of each instalment, due since when; for finance, managers and the general manager of
all orders, for a clerk of the own ones, never for dealers. Usage: test-receivables.py GENDAN."""
import csv
import io
import json
import re
import sys
from house import Browser, run
from journey import Journey

trip = {}


def page(who="finance", query=""):
    status, body, _ = trip["way"][who].get(f"/receivables{query}")
    assert status == 200, (who, query, status)
    return body


def rows(body):
    table = body.split('<table class="table rows">')
    found = re.findall(r"<tr>(.*?)</tr>", table[1].split("<tbody>")[1].split("</tbody>")[0], re.S) if table[1:] else []
    return [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)] for row in found]


def sums(body):
    """The sum of each group by its label."""
    found = re.findall(r"<a [^>]*><span>(?:<i [^>]*></i>)?([^<]+?) ?(?:<small>(\d+)</small>)?</span><b>([^<]+)</b>",
                       body.split('class="ages-sums"')[1].split("</nav>")[0])
    return {label: (count, amount) for label, count, amount in found}


def instalments(contract):
    return [row for row in trip["way"]["clerk"].row("/instalments") if row["parent_id"] == contract]


def test_what_is_owed(base):
    way = trip["way"] = Journey(base).draft_contract()
    assert rows(page()) == [], "a draft asks for nothing"
    balance = next(row for row in instalments(way.contract) if row["kind"] == "balance")
    way["clerk"].act(f"/instalments/{balance['id']}/change", due_date=way.today(-45))
    for who, act in (("clerk", "submit"), ("manager", "sign"), ("gm", "sign"), ("finance", "sign")):
        way[who].act(f"/contracts/{way.contract}/{act}")
    assert rows(page()) == [], "not before it is in force"
    way.post("clerk", f"/contracts/{way.contract}/contract.file_copy", [("countersigned", "back.pdf", b"%PDF-1.4\n")])
    body = page()
    late, deposit = rows(body)
    assert late[0].startswith("O-00001 ") and late[2:4] == ["Balance", "¥70,000.00"] and late[6] == "45", late
    assert deposit[2:4] == ["Down payment", "¥30,000.00"] and deposit[6] == "", "due today is not overdue"
    assert late[8] == "" and sums(body) == {
        "All": ("", "¥100,000.00"), "Not due yet": ("1", "¥30,000.00"), "1–30 days": ("0", "¥0.00"),
        "31–60 days": ("1", "¥70,000.00"), "61–90 days": ("0", "¥0.00"), "Over 90 days": ("0", "¥0.00")}, sums(body)
    bar = re.findall(r'<rect class="age-(\w+)" x="(\d+)" y="0" width="(\d+)"', body)
    assert bar == [("info", "0", "300"), ("warn", "300", "0"), ("late", "300", "700"), ("later", "1000", "0"),
                   ("bad", "1000", "0")], bar


def test_money_and_reminders(base):
    """Confirmed money pays the down payment first; what is only reported is still owed, and says so."""
    way = trip["way"]
    way["clerk"].act("/orders/1/reminder.send", told_how="portal", said="May we kindly remind you?")
    receipt = way.report_money(4000000)
    late, deposit = rows(page())
    assert deposit[3:5] == ["¥30,000.00", "¥30,000.00"] and late[3:5] == ["¥70,000.00", "¥10,000.00"], (late, deposit)
    assert late[8] and late[8] == deposit[8], "the day of the last reminder"
    way["finance"].act(f"/receipts/{receipt}/confirm", value_date=way.today())
    late, = rows(page())
    assert late[2:5] == ["Balance", "¥60,000.00", ""]


def test_who_sees_them(base):
    way = trip["way"]
    for who in ("clerk", "manager", "gm"):
        assert len(rows(page(who))) == 1 and 'href="/receivables"' in page(who), who
    other = Browser(base, "clerk2")
    assert other.get("/receivables")[0] == 200 and "Nothing is owed here." in other.get("/receivables")[1]
    assert "O-00001" not in other.get("/receivables.csv")[1] and "O-00001" not in other.get("/api/receivables")[1]
    for path in ("/receivables", "/receivables.csv", "/api/receivables"):
        assert way["dealer"].get(path)[0] == 404 and way["warehouse"].get(path)[0] == 403, path
    assert "/receivables" not in way["dealer"].get("/")[1] + way["warehouse"].get("/")[1]


def test_filters_and_csv(base):
    way = trip["way"]
    dealer = way["clerk"].row("/orders/1")["dealer_id"]
    assert len(rows(page(query=f"?dealer={dealer}"))) == 1 and rows(page(query="?dealer=999")) == []
    assert len(rows(page(query="?age=60"))) == 1 and rows(page(query="?age=over")) == []
    assert len(rows(page(query="?age=%27&sort=%22&dealer=x&after=y"))) == 1, "what is not known is left out"
    status, text, headers = way["finance"].get("/receivables.csv?age=60")
    table = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    assert status == 200 and headers["Content-Type"].startswith("text/csv")
    assert table[0][:4] == ["Order", "Dealer", "Instalment", "Owed"] and table[1][2:4] == ["Balance", "60000.00"], table


def test_programs_are_told(base):
    """The API's description names the pages to who may read them, and to nobody else."""
    for who, told in (("finance", True), ("clerk", True), ("warehouse", False), ("dealer", False)):
        paths = json.loads(Browser(base, who).get("/api/openapi.json")[1])["paths"]
        assert ("/receivables" in paths) == told and ("/receivables.csv" in paths) == told, who
    assert json.loads(Browser(base, "finance").get("/api/receivables")[1])["receivables"]["total"] is not None
    assert Browser(base, "finance").get("/api/receivables.csv")[2]["Content-Type"].startswith("text/csv")


def test_pages(base):
    """A contract of many instalments: one page after the other, each row once, in the order asked for."""
    order = trip["way"]["clerk"].row(f"/orders/{Browser(base, 'dealer2').row('/orders')[0]['id']}")
    way = Journey(base, order=order["id"], dealer="dealer2")
    way.draft_contract(10000000)
    for row in instalments(way.contract):
        if row["kind"] == "balance":
            way["clerk"].act(f"/instalments/{row['id']}/change", amount=7000000 - 55 * 1000)
    for i in range(55):
        way["clerk"].act(f"/contracts/{way.contract}/instalment.add", kind="progress", amount=1000,
                         before_delivery=True, due_date=way.today(-i - 1))
    way["clerk"].act(f"/contracts/{way.contract}/submit")
    for who in ("manager", "gm", "finance"):
        way[who].act(f"/contracts/{way.contract}/sign")
    way.post("clerk", f"/contracts/{way.contract}/contract.file_copy", [("countersigned", "back.pdf", b"%PDF-1.4\n")])
    first = page(query="?sort=-owed")
    following = re.search(r'rel="next" href="/receivables(\?[^"]+)"', first).group(1).replace("&amp;", "&")
    second = page(query=following)
    amounts = [row[3] for row in rows(first) + rows(second)]
    assert len(rows(first)) == 50 and len(amounts) == 58 and amounts[-1] == "¥10.00", (len(amounts), amounts[:4])
    assert amounts[:3] == ["¥69,450.00", "¥60,000.00", "¥30,000.00"] and 'rel="prev"' in second
    assert sums(first)["1–30 days"] == ("30", "¥300.00") and sums(second) == sums(first)


def test_what_is_written_off_is_owed_no_longer(base):
    """It counts as paid by age, and the sums of the groups stay those of the rows."""
    query = "?dealer=1"
    before, = rows(page(query=query))
    receipt = trip["way"].report_money(5999000)
    trip["way"]["finance"].act(f"/receipts/{receipt}/confirm", value_date=trip["way"].today())
    left, = rows(page(query=query))
    assert before[3] == "¥60,000.00" and left[3] == "¥10.00", (before, left)
    assert sums(page(query=query))["All"] == ("", "¥10.00") and sums(page(query=query))["31–60 days"] == ("1", "¥10.00")
    trip["way"]["finance"].act(f"/contracts/{trip['way'].contract}/receipt.write_off", amount=1000,
                               reason="Bank fees")
    assert rows(page(query=query)) == [] and sums(page(query=query))["All"] == ("", "¥0.00")


run(sys.argv[1], dict(globals()))
