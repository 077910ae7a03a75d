#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What several send at the same moment is done once, whoever they are, on both databases. Usage: test-races.py GENDAN.
Prints TAP."""
import pathlib
import re
import sys
import tempfile
import threading
import urllib.parse

from house import House, Path, Person, Postgres, run_tests

RIVALS = 5
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def at_once(calls):
    """What the calls answer, all made at the same moment."""
    start, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(i):
        start.wait()
        answers[i] = calls[i]()
    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def rivals(person, path, each=None, **inputs):
    """Statuses of the same act by browsers of the person; each: what differs in the inputs of that number."""
    twins = [person.clone() for _ in range(RIVALS)]
    return sorted(status for status, _ in at_once([
      lambda me=me, i=i: me.act(path, **inputs, **(each(i) if each else {})) for i, me in enumerate(twins)]))


def money(house):
    """A receipt is confirmed once, and counts once."""
    path = Path(house)
    receipt = path.do("dealer", f"/contracts/{path.contract}/receipt.notice", amount=1000000)
    assert rivals(path.people["finance"], f"/receipts/{receipt}/receipt.confirm",
                  value_date="2026-11-20") == [200] + [409] * (RIVALS - 1)
    house.verify()


def rows(house):
    """Of what there may be one of, there is one."""
    clerk, admin = Person(house, "clerk"), Person(house, "admin")
    order = clerk.act("/projects/1/order.create", name="Raced for")[1]["id"]
    assert rivals(clerk, f"/orders/{order}/order_form.create") == [201] + [409] * (RIVALS - 1)
    assert rivals(admin, "/users", each=lambda i: {"name": f"Rival {i}"}, login="raced",
                  roles=["clerk"]) == [201] + [409] * (RIVALS - 1)


def keys(house):
    """Somebody else's idempotency key is another key: it tells nothing, and keeps nothing from being done."""
    clerk, sales = Person(house, "clerk"), Person(house, "sales")
    made = [person.act("/dealers", key="everybody's", name=f"Dealer of {i}") for i, person in enumerate((clerk, sales))]
    assert [status for status, _ in made] == [201, 201] and made[0][1]["id"] != made[1][1]["id"], made
    assert clerk.act("/dealers", key="everybody's", name="Dealer of 0") == made[0]


def passwords(house):
    """Of several who choose a password by the same old one, one has chosen."""
    admin = Person(house, "admin")
    user = admin.act("/users", login="chooses", name="Chooses", roles=["clerk"])[1]["id"]
    page = admin.ask("POST", f"/users/{user}/password", urllib.parse.urlencode({"_csrf": admin.csrf}), FORM)[1]
    given = re.search(r"<code>([a-z0-9-]+)</code>", page).group(1)
    people = [Person(house, "chooses", given, "/account/password") for _ in range(3)]
    fresh = [f"a password of number {i}" for i in range(3)]

    def choose(i):
        fields = {"_csrf": people[i].csrf, "old": given, "new": fresh[i], "again": fresh[i]}
        return people[i].ask("POST", "/password", urllib.parse.urlencode(fields), FORM)[0]
    chosen = at_once([lambda i=i: choose(i) for i in range(3)])
    assert chosen.count(303) == 1, chosen
    for i, password in enumerate(fresh):
        body = urllib.parse.urlencode({"user": "chooses", "password": password})
        assert (admin.ask("POST", "/login", body, FORM)[0] == 303) == (chosen[i] == 303), (chosen, i)


def main():
    postgres = Postgres()
    try:
        with tempfile.TemporaryDirectory(prefix="gendan-") as folder:
            tests = []
            for name, db in (("sqlite", None), ("postgresql", postgres.database())):
                house = House(sys.argv[1], pathlib.Path(folder, name), db).start("demo", "--bare")
                tests += [(f"{name}: {test.__name__}", lambda test=test, house=house: test(house))
                          for test in (money, rows, keys, passwords)] + [(f"{name}: stopped", house.stop)]
            run_tests(tests)
    finally:
        postgres.close()


main()
