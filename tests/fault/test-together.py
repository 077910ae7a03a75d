#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two servers on one PostgreSQL and one folder of files: commands split over both, and the same command sent to both at
the same moment. Nothing is lost or done twice, and no chain forks. Usage: test-together.py GENDAN. Prints TAP."""
import collections
import datetime
import pathlib
import re
import socket
import sys
import tempfile
import threading
import time
import urllib.parse

from house import PDF, House, Person, Postgres, run_tests

CLIENTS = 3  # a server
ROUNDS = 40


class Pair:
    """Both servers, with a clerk's and an administrator's session that both know."""

    def __init__(self, program, folder, url):
        self.one, self.other = House(program, folder, url), House(program, folder, url)
        self.one.start("demo")
        self.other.start()
        self.clerk, self.admin = Person(self.one, "clerk"), Person(self.one, "admin")

    def at(self, person, house):
        twin = person.clone()
        twin.house = house
        return twin

    def together(self, work):
        """Calls work(house, number) in CLIENTS threads for each server, at the same moment."""
        start, failures = threading.Barrier(2 * CLIENTS), []

        def run(house, number):
            try:
                start.wait()
                work(house, number)
            except Exception as failure:  # said below
                failures.append(failure)
        threads = [threading.Thread(target=run, args=(house, number))
                   for house in (self.one, self.other) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures, failures


def split(pair):
    """Different commands, many of them in the house's one chain, and files into the common folder."""
    def work(house, number):
        admin, clerk = pair.at(pair.admin, house), pair.at(pair.clerk, house)
        first = datetime.date(2030 + 10 * (house is pair.one) + number, 1, 1)
        for i in range(ROUNDS):
            date = str(first + datetime.timedelta(i))
            status, answer = admin.act("/new/holiday.add", date=date, working=0, name="split")
            assert status == 201, answer
            files = {"files": ("a.pdf", PDF)}
            status, answer = clerk.upload("/orders/1/comment.add", files, text=f"split {number} {i}")
            assert status == 201, answer
    pair.together(work)
    days = pair.postgres.query(pair.one.db, "SELECT COUNT(*), COUNT(DISTINCT date) FROM holiday WHERE name = 'split'")
    assert days == [[str(2 * CLIENTS * ROUNDS)] * 2], days
    pair.one.verify()


def same(pair):
    """The same command with the same key at all clients at once: one answer, one row."""
    answers, lock = collections.defaultdict(list), threading.Lock()
    meet = threading.Barrier(2 * CLIENTS)

    def work(house, number):
        clerk = pair.at(pair.clerk, house)
        for i in range(ROUNDS):
            meet.wait(60)
            answer = clerk.act("/new/dealer.create", key=f"same-{i}", name=f"same-{i}")
            with lock:
                answers[i].append(answer)
    pair.together(work)
    for i, given in answers.items():
        assert len(given) == 2 * CLIENTS and all(answer == given[0] for answer in given) and given[0][0] == 201, given
    made = pair.postgres.query(pair.one.db, "SELECT COUNT(*) FROM dealer WHERE name LIKE 'same-%'")
    assert made == [[str(ROUNDS)]], made
    pair.one.verify()


PART = 100000  # fen

# An order whose goods have left and that is paid as asked, with its contract and a receipt of its own; and contracts of
# two other orders of the same dealer.
THREE_ORDERS = """
SELECT c.order_id, c.id, r.id, x.id, y.id FROM contract c
JOIN receipt r ON r.order_id = c.order_id AND r.state = 'confirmed' AND r.amount > 300000
JOIN contract x ON x.dealer_id = c.dealer_id AND x.order_id <> c.order_id AND x.state = 'effective'
JOIN contract y ON y.dealer_id = c.dealer_id AND y.order_id NOT IN (c.order_id, x.order_id) AND y.state = 'effective'
WHERE c.state = 'effective' AND EXISTS (
  SELECT 1 FROM shipment s WHERE s.order_id = c.order_id AND s.state IN ('shipped', 'delivered')) AND (
  SELECT SUM(amount) FROM instalment i WHERE i.parent_id = c.id AND i.state <> 'removed' AND before_delivery = 1) = (
  SELECT SUM(a.amount) FROM allocation a WHERE a.contract = c.id AND a.state = 'active')
ORDER BY c.id, r.id, x.id, y.id LIMIT 1"""


def overpay(pair, people, contract, paid):
    """Money that came for one contract and is given to another, confirmed; its receipt."""
    clerk, finance = people["clerk"], people["finance"]
    receipt = done(clerk.act(f"/contracts/{contract}/receipt.notice", amount=PART))
    [[line]] = pair.postgres.query(pair.one.db, f"SELECT id FROM allocation WHERE parent_id = {receipt}")
    done(finance.act(f"/allocations/{line}/allocation.change", contract=int(paid), amount=PART))
    done(finance.act(f"/receipts/{receipt}/receipt.confirm", value_date="2026-11-20"))
    return receipt


def done(answer):
    assert answer[0] in (200, 201), answer
    return answer[1]["id"]


def refund(people, receipt, paid):
    """A refund of the receipt that only waits to be paid out."""
    inputs = {"contract": int(paid), "amount": PART, "reason": "paid too much"}
    row = done(people["finance"].act(f"/receipts/{receipt}/refund.propose", **inputs))
    return done(people["gm"].act(f"/refunds/{row}/refund.approve"))


def crossing(pair):
    """Two refunds out of one order's surplus, which is enough for one, from receipts of two other orders: each holds
    another order's lock, and still only one is paid."""
    people = {who: Person(pair.one, who) for who in ("clerk", "finance", "gm")}
    query = lambda sql: pair.postgres.query(pair.one.db, sql)
    [[order, paid, own, *others]] = query(THREE_ORDERS)
    refunds = [refund(people, overpay(pair, people, other, paid), paid) for other in others]
    done(people["finance"].act(f"/refunds/{refund(people, own, paid)}/refund.pay", payee="x", paid_date="2026-11-20"))
    answers, pay = [], lambda who, row: answers.append(who.act(f"/refunds/{row}/refund.pay", payee="x",
                                                               paid_date="2026-11-20"))
    with pair.postgres.hold(pair.one.db, f'SELECT id FROM "order" WHERE id = {order} FOR UPDATE'):
        threads = [threading.Thread(target=pay, args=(pair.at(people["finance"], house), row))
                   for house, row in zip((pair.one, pair.other), refunds)]
        for thread in threads:
            thread.start()
        while query("SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") != [["2"]]:
            time.sleep(0.05)
    for thread in threads:
        thread.join()
    assert sorted(status for status, _ in answers) == [200, 409], answers
    pair.one.verify()


def listen(person):
    """A stream of events, open at the person's server."""
    line = socket.create_connection(("127.0.0.1", person.house.port), timeout=120)
    line.sendall(f"GET /events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {person.cookie}\r\n\r\n".encode())
    head = line.recv(4096)
    assert b"text/event-stream" in head, head
    return line


def form(person, path, **fields):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = person.ask("POST", path, urllib.parse.urlencode({"_csrf": person.csrf, **fields}), headers)
    assert answer[0] in (200, 303), answer[:2]
    return answer[1]


def ended(pair):
    """What somebody's sessions and rights rest on is taken away at one server: the streams at the other end by it."""
    user = {"login": "leaves", "name": "Leaves", "roles": ["clerk"]}
    row, first = done(pair.admin.act("/users", **user)), "a password of my own"
    given = re.search(r"<code>([a-z0-9-]+)</code>", form(pair.admin, f"/users/{row}/password")).group(1)
    form(Person(pair.one, "leaves", given, "/account/password"), "/password", old=given, new=first, again=first)
    token = done(pair.admin.act(f"/users/{row}/token.create", purpose="x"))
    for what in (lambda me: form(me, "/logout"), lambda me: form(me, "/logout", everywhere="1"),
                 lambda me: form(Person(pair.one, "leaves", first), "/account/sessions"),
                 lambda me: form(pair.admin, f"/users/{row}/sessions"),
                 lambda me: form(me, "/login", user="clerk", password="gendan-demo"),
                 lambda me: done(pair.admin.act(f"/users/{row}/change", **{**user, "roles": ["designer"]})),
                 lambda me: done(pair.admin.act(f"/tokens/{token}/revoke")),
                 lambda me: [done(pair.admin.act(f"/users/{row}/{verb}")) for verb in ("close", "reopen")],
                 lambda me: form(me, "/password", old=first, new=first + "!", again=first + "!")):
        person = Person(pair.one, "leaves", first)
        with listen(pair.at(person, pair.other)) as stream, listen(pair.at(pair.clerk, pair.other)) as stays:
            what(person)
            while stream.recv(4096):  # five minutes otherwise, which is more than this waits
                pass
            done(pair.admin.act("/orders/1/comment.add", text="still told"))
            said = b""
            while b"order-1" not in said:
                said += (more := stays.recv(4096))
                assert more, "somebody else's stream stays"


def held(pair):
    """A server that hangs in the middle of an act holds up its order only, and whoever waits is told."""
    clerk = pair.at(pair.clerk, pair.other)
    with pair.postgres.hold(pair.one.db, 'SELECT id FROM "order" WHERE id = 1 FOR UPDATE'):
        status, answer = clerk.act("/orders/1/comment.add", text="held")
        assert status == 503 and answer["reasons"][0]["about"] == "database", (status, answer)
        assert clerk.act("/orders/2/comment.add", text="free")[0] == 201
    assert clerk.act("/orders/1/comment.add", text="free again")[0] == 201


def stop(pair):
    pair.one.stop()
    pair.other.stop()
    pair.one.verify()


def main():
    postgres = Postgres()
    try:
        with tempfile.TemporaryDirectory(prefix="gendan-") as folder:
            pair = Pair(sys.argv[1], pathlib.Path(folder, "data"), postgres.database())
            pair.postgres = postgres
            run_tests([("split over both", lambda: split(pair)), ("the same at both", lambda: same(pair)),
                       ("two out of one", lambda: crossing(pair)),
                       ("ended at the other", lambda: ended(pair)),
                       ("held by one that hangs", lambda: held(pair)), ("stopped", lambda: stop(pair))])
    finally:
        postgres.close()


main()
