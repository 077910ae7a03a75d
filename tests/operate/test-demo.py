#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo factory: big enough, in every state, with papers, and sound. Usage: test-demo.py GENDAN."""
import re
import sqlite3
import sys

from gendan import ROOT, Browser, Server, command, main

sys.path.insert(0, str(ROOT / "tests/fault"))
from house import Postgres  # noqa: E402

STATES = {  # what somebody who looks around must find an example of
    "order": {"open", "cancelled", "closed"}, "order_form": {"draft", "submitted", "returned", "accepted"},
    "drawing": {"draft", "issued", "signed", "superseded"},
    "contract": {"draft", "review", "gm", "seal", "countersign", "effective", "superseded"},
    "receipt": {"noticed", "confirmed", "reversed"}, "refund": {"proposed", "paid", "kept"}, "extension": {"told"},
    "works_order": {"draft", "review", "gm", "released", "making", "held", "made"},
    "stored_goods": {"in_store", "shipped"},
    "delivery_notice": {"review", "gm", "approved", "shipped"}, "shipment": {"agreed", "shipped", "delivered"},
}


def ask(database, sql):
    return [row[0] if len(row) == 1 else row for row in database.execute(sql)]


def look_at_rows(database):
    assert ask(database, "SELECT COUNT(*) FROM dealer")[0] >= 8
    assert ask(database, "SELECT COUNT(DISTINCT region) FROM dealer")[0] >= 8
    assert ask(database, 'SELECT COUNT(*) FROM "order"')[0] >= 40
    for record, states in STATES.items():
        assert states <= set(ask(database, f'SELECT DISTINCT state FROM "{record}"')), record
    now = "CAST(strftime('%s', 'now') AS INTEGER)"
    overdue, later = ask(database, f"SELECT SUM(due * 86400 < {now}), SUM(due * 86400 >= {now}) FROM duty "
                         "WHERE closed_at IS NULL")[0]
    assert overdue >= 5 and later >= 5, (overdue, later)
    days = ask(database, "SELECT COUNT(DISTINCT at / 86400), MAX(at) / 86400 - MIN(at) / 86400 FROM journal "
               "WHERE root LIKE 'order:%'")[0]
    assert days[0] >= 40 and days[1] >= 50, f"a history of many days, not of one evening: {days}"
    assert ask(database, f"SELECT COUNT(*) FROM journal WHERE at > {now} + 60")[0] == 0, "none of it is in the future"
    least, most = ask(database, "SELECT MIN(amount), MAX(amount) FROM contract")[0]
    assert 1000000 < least and most < 200000000, (least, most)


def look_at_tasks(person):
    """What the inbox says somebody owes, the page it leads to says too."""
    tasks = re.findall(r'<a href="(/orders/\d+)[^"]*">\s*<span class="duty-title">([^:<]+)', person.get("/")[1])
    for href, task in tasks:
        card = re.search(r'<section class="card now">(.*?)</section>', person.get(href)[1], re.S)
        assert card and task in card.group(1), (href, task)
    return len(tasks)


def look_at_the_end(person, order):
    """An order that is delivered and settled is under way nowhere."""
    marks = re.findall(r'class="step-mark ?([a-z]*)"><a href="#s(\d+)"', person.get(f"/orders/{order}")[1])
    assert marks and {mark for mark, _ in marks} == {"done"}, marks


def test_demo(folder):
    with Server(folder, verb="demo") as server:
        pass
    database = sqlite3.connect(folder / "gendan.db")
    look_at_rows(database)
    before = ask(database, "SELECT COUNT(*) FROM journal")
    kinds = set(ask(database, "SELECT DISTINCT type FROM file"))
    assert {"application/pdf", "image/png"} <= kinds, kinds
    drawing = ask(database, "SELECT f.id FROM drawing d JOIN file f ON f.id = d.file WHERE d.dealer_id = 1")[0]
    sound = command("verify", "--data", str(folder))
    assert sound.returncode == 0, sound.stderr
    with Server(folder, verb="demo") as server:
        assert ask(database, "SELECT COUNT(*) FROM journal") == before, "the second start makes nothing again"
        roles, tasks = set(), 0
        for login in ask(database, 'SELECT login FROM "user"'):
            person = Browser(server.base)
            assert person.log_in(login, "gendan-demo")[0] == 303, login
            tasks += look_at_tasks(person)
            if login == "gm":
                look_at_the_end(person, ask(database, "SELECT MAX(id) FROM \"order\" WHERE state = 'closed'")[0])
            roles.update(ask(database, f"""SELECT roles FROM "user" WHERE login = '{login}'"""))
        assert {"clerk", "gm", "dealer", "regional_manager", "installer", "estimator"} <= roles, roles
        assert tasks >= 50, tasks
        dealer = Browser(server.base)
        dealer.log_in("dealer", "gendan-demo")
        with dealer.opener.open(f"{server.base}/files/{drawing}/content") as answer:
            assert answer.headers["Content-Type"] == "application/pdf" and answer.read(5) == b"%PDF-"
        page = dealer.get("/orders")[1]
        assert "南塔" in page and "上海卓越" not in page
    database.close()


def test_demo_on_postgresql(folder):
    postgres = Postgres()
    try:
        url = postgres.database()
        with Server(folder, "--db", url, verb="demo") as server:
            person = Browser(server.base)
            assert person.log_in("clerk", "gendan-demo")[0] == 303 and person.get("/orders")[0] == 200
        counts = postgres.query(url, 'SELECT (SELECT COUNT(*) FROM dealer), (SELECT COUNT(*) FROM "order")')[0]
        assert int(counts[0]) >= 8 and int(counts[1]) >= 40, counts
        sound = command("verify", "--data", str(folder), "--db", url)
        assert sound.returncode == 0, sound.stderr
    finally:
        postgres.close()


def test_half_made(folder):
    """Who was interrupted while the demo was being made is told so, instead of an empty house."""
    with Server(folder, "--bare", verb="demo"):
        pass
    database = sqlite3.connect(folder / "gendan.db")
    database.execute("DELETE FROM password")
    database.commit()
    database.close()
    result = command("demo", "--data", str(folder), "--port", "0")
    assert result.returncode == 1 and re.search("half made; remove", result.stderr), result


main(globals())
