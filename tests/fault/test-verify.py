#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`gendan verify` finds each kind of thing that can be altered or lost, on both databases, and says the place.
Usage: test-verify.py GENDAN. Prints TAP."""
import hashlib
import pathlib
import re
import sqlite3
import sys
import tempfile

from house import House, Path, Person, Postgres, run_tests

# What is done to the database, and what verify says of it. SQL of both databases.
HARM = [
    ("journal detail", "UPDATE journal SET detail = replace(detail, '10000000', '20000000')"
     " WHERE command = 'contract.create' AND record = 'contract'",
     r"journal of order:1: entry \d+ \(contract\.create\) was altered"),
    ("journal time", "UPDATE journal SET at = at - 86400 WHERE command = 'contract.sign'",
     r"journal of order:1: entry \d+ \(contract\.sign\) was altered"),
    ("journal user", "UPDATE journal SET user_id = 1 WHERE command = 'receipt.confirm'",
     r"journal of order:1: entry \d+ \(receipt\.confirm\) was altered"),
    ("journal order", "UPDATE journal SET order_id = 2 WHERE command = 'drawing.issue'",
     r"journal of order:1: entry \d+ \(drawing\.issue\) was altered"),
    ("journal submitter", "UPDATE journal SET submits = 0 WHERE command = 'contract.submit'",
     r"journal of order:1: entry \d+ \(contract\.submit\) was altered"),
    ("journal entry lost", "DELETE FROM journal WHERE root = 'order:1' AND seq = 3",
     r"journal of order:1: entry 3 is missing"),
    ("journal end lost", "DELETE FROM journal WHERE root = 'order:1'"
     " AND seq = (SELECT MAX(seq) FROM journal WHERE root = 'order:1')",
     r"journal of order:1: its last entries are missing"),
    ("journal entry out of any chain", "UPDATE journal SET root = NULL WHERE root = 'dealer:2'",
     r"the journal has \d+ entries that stand in no chain"),
    ("head lost", "DELETE FROM chain_head WHERE root = 'order:1'", r"journal of order:1: its head is missing"),
    ("end of a chain cut off with its head", ["DELETE FROM journal WHERE root = 'order:1' AND seq > 5",
     "UPDATE chain_head SET seq = 5, hash = (SELECT hash FROM journal WHERE root = 'order:1' AND seq = 5)"
     " WHERE root = 'order:1'"],
     r"journal of order:1: entry \d+ is not the one that seal \d+ names"),
    ("seal altered", "UPDATE seal SET at = at + 1 WHERE id = 1", r"seal 1 was altered"),
    ("seal lost", "DELETE FROM seal WHERE id = 1", r"seal 1 is missing"),
    ("last seal lost", "DELETE FROM seal WHERE id = (SELECT MAX(id) FROM seal)",
     r"journal of \S+: a seal that named its head is missing"),
    ("money", "UPDATE contract SET amount = amount + 1",
     r"contract 1: amount is 10000001, but the journal says 10000000"),
    ("state", "UPDATE contract SET state = 'draft'", r"contract 1: state is draft, but the journal says effective"),
    ("unknown state", "UPDATE receipt SET state = 'lost'",
     r"receipt 1: state is none of those there are, but the journal says confirmed"),
    ("text", "UPDATE dealer SET name = 'X' WHERE id = 2", r"dealer 2: name is \"X\", but the journal says"),
    ("yes or no", "UPDATE instalment SET before_delivery = 7 WHERE id = 1",
     r"instalment 1: before_delivery is 7, but the journal says true"),
    ("set to nothing", "UPDATE \"order\" SET due_date = NULL WHERE id = 1",
     r"order 1: due_date is null, but the journal says \"20"),
    ("roles", "UPDATE \"user\" SET roles = 'gm' WHERE login = 'clerk'",
     r"user 2: roles is \[\"gm\"\], but the journal says"),
    ("another's", "UPDATE project SET dealer_id = 2 WHERE id = 1",
     r"project 1: dealer_id is 2, but the journal says 1"),
    ("another order's", "UPDATE drawing SET order_id = 2", r"drawing 1: order_id is 2, but the journal says 1"),
    ("another parent's", "UPDATE allocation SET parent_id = 99",
     r"allocation 1: parent_id names receipt 99, which is not there"),
    ("who made it", "UPDATE receipt SET created_by = 2", r"receipt 1: created_by is 2, but the journal says"),
    ("version", "UPDATE contract SET version = 1", r"contract 1: version is 1, but the journal says"),
    ("number", "UPDATE contract SET number = 'C-00009'", r"contract 1: its number is C-00009"),
    ("row lost", "DELETE FROM order_form_line", r"journal names order_form_line 1, which is not there"),
    ("row slipped in", "INSERT INTO allocation (id, version, state, order_id, dealer_id, parent_id, created_at,"
     " created_by, contract, amount) VALUES (99, 1, 'removed', 1, 1, 1, 1, 2, 1, 5)",
     r"allocation 99: the journal does not know of it"),
    ("file's hash", "UPDATE file SET sha256 = '" + "0" * 64 + "' WHERE id = 1", r"file 1: sha256 is"),
    ("signature slipped in",
     "INSERT INTO approval (id, record, row_id, row_version, stage, role, user_id, substitute, at, void) VALUES "
     "(99, 'contract', 1, 1, 'gm', 4096, 2, 0, 1, 0)",
     r"contract 1: the signature gm:gm by user 2 at 1 is not in the journal"),
    ("signature lost", "DELETE FROM approval WHERE stage = 'seal'",
     r"contract 1: the signature seal:finance by user \d+ at \d+ is missing"),
    ("signature of another", "UPDATE approval SET user_id = 2 WHERE stage = 'gm'",
     r"contract 1: the signature gm:gm by user 10 at \d+ is missing"),
    ("signature made void", "UPDATE approval SET void = 1 WHERE stage = 'gm'",
     r"contract 1: the signature gm:gm by user \d+ at \d+ was made void"),
    ("duty of nothing", "UPDATE duty SET row_id = 77 WHERE name = 'receipt.confirm'",
     r"duty names receipt 77, which is not there"),
    ("reference", "UPDATE drawing SET file = 88", r"drawing 1: file names file 88, which is not there"),
    ("password of nobody", "UPDATE password SET user_id = 66 WHERE user_id = 2",
     r"a password is that of user 66, who is not there"),
]


class Database:
    """SQL on either database, and a copy to go back to."""

    def __init__(self, house, postgres):
        self.house, self.postgres = house, postgres

    def run(self, statements):
        statements = [statements] if isinstance(statements, str) else statements
        if self.postgres:
            for statement in statements:
                self.postgres.query(self.house.db, statement)
            return
        database = sqlite3.connect(self.house.folder + "/gendan.db")
        for statement in statements:
            database.execute(statement)
        database.commit()
        database.close()

    def ask(self, query):
        if self.postgres:
            return [[int(cell) if re.fullmatch(r"-?\d+", cell) else cell for cell in row]
                    for row in self.postgres.query(self.house.db, query)]
        database = sqlite3.connect(self.house.folder + "/gendan.db")
        try:
            return database.execute(query).fetchall()
        finally:
            database.close()

    def keep(self):
        if self.postgres:
            self.name = re.search(r"/(test\d+)", self.house.db).group(1)
        else:
            self.kept = {path: path.read_bytes() for path in pathlib.Path(self.house.folder).glob("gendan.db*")}

    def give_back(self):
        if self.postgres:
            self.postgres.call("dropdb", "-h", self.postgres.folder, "-U", "postgres", self.name)
            self.postgres.call("createdb", "-h", self.postgres.folder, "-U", "postgres", "-T", self.name + "kept",
                               self.name)
            return
        for path in pathlib.Path(self.house.folder).glob("gendan.db*"):
            path.unlink()
        for path, content in self.kept.items():
            path.write_bytes(content)


def check(house, sentence):
    result = house.run("verify")
    assert result.returncode == 1, f"not found; {sentence!r} was expected"
    assert re.search(sentence, result.stderr), f"{result.stderr!r} instead of {sentence!r}"
    assert len(result.stderr.splitlines()) == 1 and not result.stdout, result


def harm(database, name, statements, sentence):
    database.run(statements)
    try:
        check(database.house, sentence)
    finally:
        database.give_back()


def harm_files(house):
    """Content that decayed, was cut short, or is gone."""
    path = next(path for path in pathlib.Path(house.folder, "files").glob("??/*") if path.stat().st_size > 20)
    content = path.read_bytes()
    for harmed, sentence in ((content[:-1] + b"x", r"file \d+ \([^)]+\): [0-9a-f]{64}: the content has changed"),
                             (content[:-1], r"file \d+ \([^)]+\): its content has \d+ bytes instead of \d+"),
                             (None, r"file \d+ \([^)]+\): its content is missing")):
        path.unlink()
        if harmed is not None:
            path.write_bytes(harmed)
        check(house, sentence)
        path.write_bytes(content)
    house.verify()


def note_seal(house):
    """A seal noted elsewhere proves that it is still among them."""
    noted = re.search(r"seal \d+ of \S+: ([0-9a-f]{64})", house.verify()).group(1)
    assert house.run("verify", "--seal", noted).returncode == 0
    other = house.run("verify", "--seal", "f" * 64)
    assert other.returncode == 1 and "is not among those of this house" in other.stderr, other


def forge(database):
    """Makes chains and seals fit what the journal's rows say now, as somebody with the whole database could."""
    ask, last, heads = database.ask, {}, {}
    for row in ask("SELECT id, root, seq, at, user_id, row_id, row_version, order_id, dealer_id, parent_id, submits,"
                   " command, record, detail, COALESCE(comment, '') FROM journal ORDER BY root, seq"):
        number, root, seq = row[:3]
        numbers = "".join(f" {value}" for value in (seq, *row[3:11]))
        text = "\n".join((last.get(root, ""), root, numbers, *row[11:], ""))
        last[root] = heads[root, str(seq)] = hashlib.sha256(text.encode()).hexdigest()
        database.run(f"UPDATE journal SET hash = '{last[root]}' WHERE id = {number}")
    for root, digest in last.items():
        database.run(f"UPDATE chain_head SET hash = '{digest}' WHERE root = '{root}'")
    previous = ""
    newline = "chr(10)" if database.postgres else "char(10)"
    for number, at, lines in ask(f"SELECT id, at, replace(heads, {newline}, '|') FROM seal ORDER BY id"):
        named = [line.split(" ")[:2] for line in lines.split("|")]
        text = "\n".join(" ".join((root, seq, heads[root, seq])) for root, seq in named)
        previous = hashlib.sha256(f"{previous}\n{number} {at}\n{text}".encode()).hexdigest()
        database.run(f"UPDATE seal SET heads = '{text}', hash = '{previous}' WHERE id = {number}")


def harm_sums(database):
    """Who rewrites rows, chains and seals alike is still found by the sums, and by a seal that was noted elsewhere."""
    noted = re.search(r"seal \d+ of \S+: ([0-9a-f]{64})", database.house.verify()).group(1)
    for harm_done, sentence in (
        ("allocation", r"receipt 1 \(confirmed\): amount is 3000000 fen, but its allocation rows add up to 2999999"),
        ("instalment", r"contract 1 \(effective\): amount is 10000000 fen, but its instalment rows add up to 9999999")):
        database.run([f"UPDATE {harm_done} SET amount = amount - 1 WHERE id = 1",
                      "UPDATE journal SET detail = replace(replace(detail, '3000000', '2999999'), '7000000', '6999999')"
                      f" WHERE record = '{harm_done}' AND row_id = 1"])
        try:
            check(database.house, r"was altered")
            forge(database)
            check(database.house, sentence)
        finally:
            database.give_back()
    name = database.ask("SELECT name FROM dealer WHERE id = 2")[0][0]
    database.run(["UPDATE dealer SET name = 'X' WHERE id = 2",
                  f"UPDATE journal SET detail = replace(detail, '{name}', 'X') WHERE record = 'dealer' AND row_id = 2"])
    try:
        forge(database)
        database.house.verify()  # nothing inside can tell
        result = database.house.run("verify", "--seal", noted)
        assert result.returncode == 1 and "is not among those" in result.stderr, result
    finally:
        database.give_back()


def tests_of(house, postgres):
    house.start("demo", "--bare")
    Path(house)
    house.stop()
    house.start()  # a second seal needs something new
    Person(house, "clerk").act("/new/dealer.create", name="second seal")
    house.stop()
    database = Database(house, postgres)
    database.keep()
    if postgres:
        postgres.call("createdb", "-h", postgres.folder, "-U", "postgres", "-T", database.name, database.name + "kept")
    kind = "postgres" if postgres else "sqlite"
    yield f"{kind}: sound", house.verify
    for case in HARM[::3] if postgres else HARM:  # the checks are the same; their SQL is what may differ
        yield f"{kind}: {case[0]}", lambda case=case: harm(database, *case)
    yield f"{kind}: files", lambda: harm_files(house)
    yield f"{kind}: sums", lambda: harm_sums(database)
    yield f"{kind}: a seal noted", lambda: note_seal(house)


def main():
    postgres = Postgres()
    try:
        with tempfile.TemporaryDirectory(prefix="gendan-") as folder:
            one, other = pathlib.Path(folder, "one"), pathlib.Path(folder, "other")
            run_tests([*tests_of(House(sys.argv[1], one), None),
                       *tests_of(House(sys.argv[1], other, postgres.database()), postgres)])
    finally:
        postgres.close()


main()
