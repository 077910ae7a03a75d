#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two servers on one PostgreSQL and one folder of files: commands split over both, and the same command sent to both at
the same moment. Nothing is lost or done twice, and no chain forks. Usage: test-together.py GENDAN. Prints TAP."""
import collections
import datetime
import pathlib
import sys
import tempfile
import threading

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
                       ("stopped", lambda: stop(pair))])
    finally:
        postgres.close()


main()
