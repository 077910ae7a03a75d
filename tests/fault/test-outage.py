#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that fills up in the middle of the load, and a PostgreSQL that is stopped and started again: said clearly,
nothing half done, and the server goes on. Usage: test-outage.py GENDAN FULL-DISK-LIBRARY. Prints TAP."""
import pathlib
import sqlite3
import sys
import tempfile
import threading
import time

from house import PDF, House, Person, Postgres, left_behind, run_tests

CLIENTS = 6
OUTAGES = 4


class Clients:
    """Send commands with keys without end; what is refused for the outage is sent again until it is done."""

    def __init__(self, house, outage):
        self.house, self.outage, self.clerk = house, outage, Person(house, "clerk")
        self.done, self.refused, self.failures, self.stopping = [], [], [], False

    def once(self, person, name, upload):
        if upload:
            files = {"files": ("a.pdf", PDF + name.encode())}
            status, answer = person.upload("/orders/2/comment.add", files, key=name, text=name)
        else:
            status, answer = person.act("/new/dealer.create", key=name, name=name)
        if status == 201:
            self.done.append(name)
            return True
        sentence = answer if isinstance(answer, str) else answer["reasons"][0]["message"]
        assert status == self.outage[0] and self.outage[1] in sentence, (status, answer)
        self.refused.append(name)
        return False

    def client(self, number):
        person, count = self.clerk.clone(), 0
        try:
            while not self.stopping:
                name, count = f"client-{number}-{count}", count + 1
                while not self.once(person, name, count % 3 == 0):
                    time.sleep(0.02)
        except Exception as failure:  # said at the end
            self.failures.append(failure)

    def __enter__(self):
        self.threads = [threading.Thread(target=self.client, args=(number,)) for number in range(CLIENTS)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *rest):
        self.stopping = True
        for thread in self.threads:
            thread.join()
        assert not self.failures, self.failures

    def wait(self, what, more):
        """Until so many more are done, or refused."""
        enough, deadline = len(what) + more, time.monotonic() + 60
        while len(what) < enough:
            assert time.monotonic() < deadline and not self.failures, (len(self.done), len(self.refused), self.failures)
            time.sleep(0.01)


def rows(house, postgres, query):
    if postgres:
        return [row[0] for row in postgres.query(house.db, query)]
    database = sqlite3.connect(house.folder + "/gendan.db")
    try:
        return [row[0] for row in database.execute(query)]
    finally:
        database.close()


def check_done(house, postgres, clients):
    made = rows(house, postgres, "SELECT name FROM dealer WHERE name LIKE 'client-%'")
    made += rows(house, postgres, "SELECT text FROM comment WHERE text LIKE 'client-%'")
    assert sorted(made) == sorted(clients.done), set(made) ^ set(clients.done)
    assert clients.refused, "nothing was ever refused"
    print(f"# {len(clients.done)} done, {len(clients.refused)} times refused")


def full_disk(program, library, folder):
    """On SQLite; the disk of the attachments is the same one."""
    flag, nearly = pathlib.Path(folder, "full"), pathlib.Path(folder, "nearly")
    house = House(program, pathlib.Path(folder, "house"),
                  env={"LD_PRELOAD": library, "FULL_DISK": str(flag), "NEARLY_FULL": str(nearly)})
    house.start("demo")
    reader = Person(house, "manager")
    with Clients(house, (507, "disk is full")) as clients:
        for _ in range(OUTAGES):
            clients.wait(clients.done, 20)
            flag.touch()
            clients.wait(clients.refused, 10)
            assert reader.get("/dealers/1")[0] == 200, "reading goes on"
            flag.unlink()
    flag.touch()
    status, page, headers = reader.ask("POST", "/language", f"_csrf={reader.csrf}&language=en",
                                       {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"})
    assert status == 507 and "<html" in page and headers["Retry-After"], (status, page)
    flag.unlink()
    nearly.touch()  # nobody's uploads fill the disk so far that the others cannot act
    files = {"files": ("a.pdf", PDF)}
    status, answer = reader.upload("/orders/2/comment.add", files, text="nearly")
    assert status == 507 and "disk is full" in str(answer), (status, answer)
    assert reader.act("/orders/2/comment.add", text="nearly")[0] == 201
    nearly.unlink()
    assert reader.upload("/orders/2/comment.add", files, text="nearly")[0] == 201
    assert not left_behind(house)
    house.stop()
    house.verify()
    check_done(house, None, clients)


def lost_database(program, postgres, folder):
    house = House(program, folder, postgres.database())
    house.start("demo")
    reader = Person(house, "manager")
    with Clients(house, (503, "cannot be reached")) as clients:
        for _ in range(OUTAGES):
            clients.wait(clients.done, 10)
            postgres.stop()
            clients.wait(clients.refused, 10)
            status, page, headers = reader.ask("GET", "/orders", headers={"Accept": "text/html"})
            assert status == 503 and "<html" in page and headers["Retry-After"] == "10", (status, page)
            assert reader.ask("GET", "/healthz")[0] == 503
            postgres.start()
        clients.wait(clients.done, 10)
    assert reader.ask("GET", "/healthz")[0] == 200
    house.stop()
    house.verify()
    check_done(house, postgres, clients)


def main():
    postgres = Postgres()
    try:
        with tempfile.TemporaryDirectory(prefix="gendan-") as folder:
            run_tests([("full disk", lambda: full_disk(sys.argv[1], sys.argv[2], folder)),
                       ("lost PostgreSQL", lambda: lost_database(sys.argv[1], postgres, folder + "/other"))])
    finally:
        postgres.close()


main()
