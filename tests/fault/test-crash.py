#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of the real server at random moments under load: what was acknowledged is there, what was not and is sent
again with its key happens once, and `gendan verify` is clean after each crash. On both databases.
Usage: test-crash.py GENDAN [ROUNDS], ROUNDS a database; without it as many as fit into 15 s each. Prints TAP."""
import collections
import http.client
import json
import pathlib
import random
import sqlite3
import sys
import tempfile
import threading
import time

from house import PDF, House, Person, Postgres, run_tests

CLIENTS = 6
SECONDS = 15  # a database, where no number of rounds is given
FEWEST = 3    # rounds that make a test of it


class Sent:
    """One command with its key: what was sent, and what was answered, if anything was."""

    def __init__(self, number):
        self.token, self.answer = f"token-{number}-", None
        self.send = random.choice([self.dealer, self.project, self.order, self.change, self.comment])

    def dealer(self, person):
        return person.act("/new/dealer.create", self.token, name=self.token)

    def project(self, person):
        return person.act("/dealers/1/project.create", self.token, name=self.token)

    def order(self, person):
        return person.act("/projects/1/order.create", self.token, name=self.token, kind="normal")

    def change(self, person):
        return person.act("/orders/1/order.change", self.token, name="18F", note=self.token)

    def comment(self, person):
        return person.upload("/orders/2/comment.add", {"files": ("plan.pdf", PDF + self.token.encode())}, self.token,
                             text=self.token)

    def try_it(self, person):
        """Sends it; FALSE where the server is gone."""
        try:
            status, answer = self.send(person)
        except (OSError, http.client.HTTPException):
            return False
        assert status in (200, 201), (self.token, status, answer)
        assert self.answer in (None, answer), (self.token, self.answer, answer)
        self.answer = answer
        return True


class Load:
    """Clients that send one command after the other until the server is gone."""

    def __init__(self, house):
        self.house, self.sent, self.failures, self.lock = house, [], [], threading.Lock()
        self.clerk = Person(house, "clerk")

    def client(self):
        person = self.clerk.clone()
        try:
            while True:
                with self.lock:
                    command = Sent(len(self.sent))
                    self.sent.append(command)
                if not command.try_it(person):
                    return
        except Exception as failure:  # said by crash()
            self.failures.append(failure)

    def crash(self):
        clients = [threading.Thread(target=self.client) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        time.sleep(random.uniform(0.05, 0.8))
        self.house.kill()
        for client in clients:
            client.join()
        assert not self.failures, self.failures

    def send_again(self):
        """What was not acknowledged, and a few that were: the answer is the first one."""
        person = self.clerk.clone()
        unanswered = [command for command in self.sent if command.answer is None]
        for command in unanswered + random.sample(self.sent, min(5, len(self.sent))):
            assert command.try_it(person), "the server is gone"
        return len(unanswered)


def journal(house, postgres):
    """(record, row_id, detail) of all entries."""
    query = "SELECT record, row_id, detail FROM journal"
    if postgres:
        return postgres.query(house.db, query)
    database = sqlite3.connect(house.folder + "/gendan.db")
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def happened(house, postgres):
    """token → ids of the rows that it made or changed, one for each time."""
    found = collections.defaultdict(list)
    for _, row, detail in journal(house, postgres):
        changes = json.loads(detail)
        for field in ("name", "note", "text"):
            after = changes.get(field, {}).get("after")
            if str(after).startswith("token-"):
                found[after].append(int(row))
    return found


def check(load, house, postgres, complete):
    """Every acknowledged command happened once and to the row that was answered; complete: every one sent did."""
    found = happened(house, postgres)
    for command in load.sent:
        rows = found.get(command.token, [])
        assert len(rows) <= 1, f"{command.token} happened {len(rows)} times"
        if command.answer is not None:
            assert rows == [command.answer["id"]], f"{command.token} was acknowledged, but there is {rows}"
        assert rows or not complete, f"{command.token} never happened"
    assert len(found) <= len(load.sent)


def crash_often(house, postgres, rounds):
    house.start("demo", "--bare")
    load, until, crashes, repeated = Load(house), time.monotonic() + SECONDS, 0, 0
    while crashes < rounds if rounds else crashes < FEWEST or time.monotonic() < until:
        load.crash()
        crashes += 1
        house.verify()
        check(load, house, postgres, False)
        house.start()
        repeated += load.send_again()
    house.stop()
    house.verify()
    check(load, house, postgres, True)
    acknowledged = sum(command.answer is not None for command in load.sent) - repeated
    print(f"# {crashes} crashes, {acknowledged} commands acknowledged at once, {repeated} sent again")
    assert acknowledged > 20 * crashes and repeated > 0, "that was no load"


def main():
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    postgres = Postgres()
    try:
        with tempfile.TemporaryDirectory(prefix="gendan-") as folder:
            one, other = (House(sys.argv[1], pathlib.Path(folder, name)) for name in ("sqlite", "postgres"))
            other.db = postgres.database()
            run_tests([("crashes on SQLite", lambda: crash_often(one, None, rounds)),
                       ("crashes on PostgreSQL", lambda: crash_often(other, postgres, rounds))])
    finally:
        postgres.close()


main()
