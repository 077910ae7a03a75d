#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup of a served house under load, restore into an empty place, and verify of the result; what is not whole or not
empty is refused, and a cancelled backup leaves nothing. On both databases. Usage: test-backup.py GENDAN. Prints TAP."""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

from house import PDF, House, Path, Person, Postgres, run_tests

CLIENTS = 4


class Busy:
    """Clients that make dealers and comments with files for as long as the block runs; what was acknowledged."""

    def __init__(self, house):
        self.house, self.clerk, self.done, self.failures = house, Person(house, "clerk"), [], []
        self.stopping = False

    def client(self, number):
        person, count = self.clerk.clone(), 0
        try:
            while not self.stopping:
                name, count = f"busy-{number}-{count}", count + 1
                status, answer = person.act("/new/dealer.create", name=name)
                assert status == 201, answer
                self.done.append((name, answer["id"]))
                files = {"files": ("a.pdf", PDF + name.encode())}
                status, answer = person.upload("/orders/2/comment.add", files, text=name)
                assert status == 201, answer
        except Exception as failure:  # said at the end
            self.failures.append(failure)

    def __enter__(self):
        self.clients = [threading.Thread(target=self.client, args=(number,)) for number in range(CLIENTS)]
        for client in self.clients:
            client.start()
        return self

    def __exit__(self, *rest):
        self.stopping = True
        for client in self.clients:
            client.join()
        assert not self.failures, self.failures


class Scene:
    """A busy house, its backups and where they are restored to."""

    def __init__(self, program, folder, postgres):
        self.folder, self.postgres = pathlib.Path(folder), postgres
        self.house = House(program, self.folder / "house", postgres.database() if postgres else None)

    def elsewhere(self, name):
        return House(self.house.program, self.folder / name, self.postgres.database() if self.postgres else None)

    def start(self):
        self.house.start("demo", "--bare")
        Path(self.house)

    def backup_while_busy(self, name):
        """Backs up under load; then what was acknowledged before is in the copy, and the copy is sound."""
        with Busy(self.house) as busy:
            while len(busy.done) < 20:
                time.sleep(0.01)
            before = list(busy.done)
            result = self.house.run("backup", "--to", str(self.folder / name))
            after = len(busy.done)
        assert result.returncode == 0, result.stderr
        assert after > len(before), "the house went on meanwhile"
        seal = re.search(r"seal ([0-9a-f]{64})", result.stdout).group(1)
        copy = self.elsewhere(name + "-restored")
        result = copy.run("restore", "--from", str(self.folder / name))
        assert result.returncode == 0, result.stderr
        copy.verify()
        assert copy.run("verify", "--seal", seal).returncode == 0
        copy.start()
        try:
            clerk = Person(copy, "clerk")
            for dealer, number in before:
                assert clerk.get(f"/dealers/{number}")[1]["name"] == dealer
            assert clerk.act("/new/dealer.create", name="after")[0] == 201, "life goes on in it"
            status, _, _ = clerk.ask("GET", "/files/1/content")
            assert status == 200
        finally:
            copy.stop()
        copy.verify()
        print(f"# {len(before)} commands before, {after - len(before)} during the backup")

    def backup_folder(self):
        self.backup_while_busy("folder")
        dump = "database.pgdump" if self.postgres else "gendan.db"
        assert set(os.listdir(self.folder / "folder")) == {"manifest.json", "files", dump}

    def backup_archive(self):
        self.backup_while_busy("one.tar")
        assert (self.folder / "one.tar").is_file()

    def private(self):
        """What holds everybody's data and the passwords' hashes is for its owner alone, whatever the umask was."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        assert self.folder / "one.tar" in files and self.folder / "folder" / "manifest.json" in files
        assert not (found := [str(path) for path in files if path.stat().st_mode & 0o077]), found

    def refuse(self, sentence, verb, *options, house=None):
        there = set(os.listdir(self.folder))
        result = (house or self.house).run(verb, *options)
        assert result.returncode == 1 and re.search(sentence, result.stderr), (sentence, result)
        assert set(os.listdir(self.folder)) == there, "nothing is left behind"

    def refusals(self):
        self.refuse("folder is there already", "backup", "--to", str(self.folder / "folder"))
        self.refuse("say where to", "backup")
        self.refuse("No such file or directory", "backup", "--to", str(self.folder / "no" / "where"))
        none = House(self.house.program, self.folder / "none")
        self.refuse("there is no factory in", "backup", "--to", str(self.folder / "x"), house=none)
        backup = str(self.folder / "folder")
        self.refuse("is not empty", "restore", "--from", backup)
        self.refuse("holds no backup", "restore", "--from", backup + "/files", house=self.elsewhere("x1"))
        if self.postgres:
            full = House(self.house.program, self.folder / "x2", self.house.db)
            self.refuse("the database is not empty: it has a table", "restore", "--from", backup, house=full)
            other = House(self.house.program, self.folder / "x3")
            self.refuse("this backup is of PostgreSQL", "restore", "--from", backup, house=other)

    def harmed(self):
        """One byte of a file or of the dump, or a file that is missing, is found before anything gets its name."""
        backup = self.folder / "folder"
        file = next(path for path in sorted(backup.glob("files/??/*")) if path.stat().st_size)
        dump = backup / ("database.pgdump" if self.postgres else "gendan.db")
        for path, sentence in ((file, "the content has changed"), (dump, "the content has changed")):
            content = path.read_bytes()
            path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
            self.refuse(sentence, "restore", "--from", str(backup), house=self.elsewhere("x4"))
            path.write_bytes(content)
        content = file.read_bytes()
        file.unlink()
        self.refuse(r"not whole: \d+ of \d+ files", "restore", "--from", str(backup), house=self.elsewhere("x5"))
        file.write_bytes(content)
        manifest = json.loads((backup / "manifest.json").read_text())
        (backup / "manifest.json").write_text(json.dumps({**manifest, "format": 99}))
        self.refuse("of another format", "restore", "--from", str(backup), house=self.elsewhere("x6"))
        (backup / "manifest.json").write_text(json.dumps(manifest))

    def cancelled(self):
        """Ctrl-C in the middle leaves nothing; the same backup then succeeds."""
        large = pathlib.Path(self.folder / "large.bin")
        with large.open("wb") as out:
            out.truncate(100 << 20)  # enough to be caught in the middle
        clerk = Person(self.house, "clerk")
        files = {"files": ("large.bin", large.read_bytes())}
        assert clerk.upload("/orders/2/comment.add", files, text="large")[0] == 201
        large.unlink()
        for to in ("cancelled", "cancelled.tar"):
            there = set(os.listdir(self.folder))
            words = [self.house.program, "backup", *self.house.options(), "--to", str(self.folder / to)]
            process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            deadline = time.monotonic() + 60
            while not [name for name in os.listdir(self.folder) if ".partial-" in name]:
                assert process.poll() is None and time.monotonic() < deadline, "it never began"
                time.sleep(0.002)
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=60)[1]
            assert process.returncode == 130 and "cancelled" in said, (process.returncode, said)
            assert set(os.listdir(self.folder)) == there, set(os.listdir(self.folder)) - there
        result = self.house.run("backup", "--to", str(self.folder / "cancelled"))
        assert result.returncode == 0, result.stderr

    def stop(self):
        self.house.stop()
        self.house.verify()

    def tests(self):
        kind = "postgres" if self.postgres else "sqlite"
        tests = (self.start, self.backup_folder, self.backup_archive, self.private, self.refusals, self.harmed,
                 self.cancelled, self.stop)
        return [(f"{kind}: {test.__name__}", test) for test in tests]


def main():
    postgres = Postgres()
    try:
        with tempfile.TemporaryDirectory(prefix="gendan-") as folder:
            one, other = pathlib.Path(folder, "one"), pathlib.Path(folder, "other")
            one.mkdir(), other.mkdir()
            run_tests(Scene(sys.argv[1], one, None).tests() + Scene(sys.argv[1], other, postgres).tests())
    finally:
        postgres.close()


main()
