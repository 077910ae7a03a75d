# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of faults share: the real program on a folder of its own, its users, a PostgreSQL, and TAP."""
import contextlib
import glob
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import traceback
import urllib.parse


class House:
    """`gendan demo` (first) or `gendan serve` on one data folder and database; started, killed and started again."""

    def __init__(self, program, folder, db=None, env=None):
        self.program, self.folder, self.db, self.env = program, str(folder), db, env
        self.process, self.port, self.log = None, None, None

    def options(self):
        return ["--data", self.folder] + (["--db", self.db] if self.db else [])

    def start(self, verb="serve", *more):
        self.log = tempfile.TemporaryFile("w+")  # a pipe that nobody reads would stop the server
        self.process = subprocess.Popen([self.program, verb, *more, *self.options(), "--port", "0"], text=True,
                                        stdout=subprocess.PIPE, stderr=self.log, env={**os.environ, **(self.env or {})})
        for line in self.process.stdout:
            if "serves on" in line:
                self.port = int(line.rsplit(":", 1)[1])
                return self
        self.process.wait()
        raise AssertionError("the server did not start: " + self.said())

    def said(self):
        self.log.seek(0)
        return self.log.read()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=30)
        assert self.process.returncode == 0, self.said()

    def run(self, verb, *options):
        return subprocess.run([self.program, verb, *self.options(), *options], text=True, capture_output=True,
                              timeout=300)

    def verify(self):
        result = self.run("verify")
        assert result.returncode == 0, result.stderr
        return result.stdout


class Person:
    """A user, logged in once; the session outlives the server. Not for two threads: clone() for each."""

    def __init__(self, house, login, password="gendan-demo", begins="/"):
        self.house, self.cookie, self.csrf, self.line, self.used = house, None, None, None, 0
        status, _, headers = self.ask("POST", "/login", urllib.parse.urlencode({"user": login, "password": password}),
                                      {"Content-Type": "application/x-www-form-urlencoded"})
        assert status == 303, f"{login} cannot log in: {status}"
        self.cookie = headers["Set-Cookie"].split(";")[0]
        self.csrf = re.search(r'name="_csrf" value="([^"]+)"', self.ask("GET", begins)[1]).group(1)

    def clone(self):
        other = object.__new__(Person)
        other.house, other.cookie, other.csrf, other.line, other.used = self.house, self.cookie, self.csrf, None, 0
        return other

    def ask(self, method, path, body=None, headers=None, timeout=30):
        """Status, text and headers; a lost connection raises OSError or http.client.HTTPException."""
        now = time.monotonic()
        if self.line is None or self.line.port != self.house.port or now - self.used > 10:  # it closes idle ones
            self.line = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=timeout)
        self.used = now
        try:
            own = {"Cookie": self.cookie, "X-CSRF-Token": self.csrf or ""} if self.cookie else {}
            self.line.request(method, path, body, {**own, **(headers or {})})
            answer = self.line.getresponse()
            return answer.status, answer.read().decode(errors="replace"), answer.headers
        except (OSError, http.client.HTTPException):
            self.line.close()
            self.line = None
            raise

    def get(self, path):
        status, text, _ = self.ask("GET", "/api" + path)
        return status, json.loads(text)

    def act(self, path, key=None, **inputs):
        """Status and answer of a command, as a program gives it."""
        headers = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
        status, text, _ = self.ask("POST", "/api" + path, json.dumps(inputs).encode(), headers)
        return status, json.loads(text)

    def upload(self, path, files, key=None, **inputs):
        """The same with files: field → (name, bytes)."""
        body, kind = multipart(files, inputs)
        headers = {"Content-Type": kind, **({"Idempotency-Key": key} if key else {})}
        status, text, _ = self.ask("POST", "/api" + path, body, headers)
        return status, json.loads(text) if text.startswith("{") else text


def multipart(files, fields):
    edge, parts = "edge-of-a-part", []
    for name, value in fields.items():
        parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for name, (filename, content) in files.items():
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


class Postgres:
    """A PostgreSQL of its own on a Unix socket; as root it is run as the user postgres, which it insists on."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="gendan-pg-")
        self.bin = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(self.folder, self.user)
        self.call("initdb", "-D", self.folder + "/data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
                  "--locale=C.UTF-8", "--no-sync")
        self.count, self.process = 0, None
        self.start()

    def call(self, program, *arguments):
        subprocess.run([f"{self.bin}/{program}", *arguments], user=self.user, cwd=self.folder, check=True,
                       stdout=subprocess.DEVNULL)

    def start(self):
        self.process = subprocess.Popen([f"{self.bin}/postgres", "-D", self.folder + "/data", "-k", self.folder, "-c",
                                         "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=16MB"],
                                        user=self.user, cwd=self.folder, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        for _ in range(600):
            if subprocess.run([self.bin + "/pg_isready", "-q", "-h", self.folder], cwd="/").returncode == 0:
                return
            time.sleep(0.05)
        raise AssertionError("PostgreSQL did not start")

    def stop(self):
        self.process.send_signal(signal.SIGINT)  # fast: ends the sessions
        self.process.wait(60)

    def database(self):
        self.count += 1
        self.call("createdb", "-h", self.folder, "-U", "postgres", f"test{self.count}")
        return f"postgresql://postgres@/test{self.count}?host={self.folder}"

    def query(self, url, sql):
        """Rows as lists of texts."""
        done = subprocess.run([self.bin + "/psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d",
                               url, "-c", sql],
                              capture_output=True, text=True, check=True, cwd="/")
        return [line.split("\t") for line in done.stdout.splitlines()]

    @contextlib.contextmanager
    def hold(self, url, sql):
        """A transaction that has run the statement and stays open meanwhile."""
        other = subprocess.Popen([self.bin + "/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/")
        print(f"BEGIN; {sql}; SELECT 'held';", file=other.stdin, flush=True)
        while other.stdout.readline() not in ("held\n", ""):
            pass
        try:
            yield
        finally:
            other.communicate("COMMIT;\n")
            assert other.returncode == 0

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


class Path:
    """The first order of the demo factory, taken by the people of every role until its deposit is in."""

    def __init__(self, house):
        self.people = {name: Person(house, name) for name in ("clerk", "dealer", "manager", "gm", "finance")}
        self.form = self.do("dealer", "/orders/1/order_form.create", remarks="as drawn")
        self.do("dealer", f"/order_forms/{self.form}/order_form_line.add", area="Hall", style="A1", thickness=840,
                width=30000, height=27000, quantity=10)
        self.do("dealer", f"/order_forms/{self.form}/order_form.submit")
        self.do("clerk", f"/order_forms/{self.form}/order_form.accept")
        self.drawing = self.do("clerk", "/orders/1/drawing.create", {"file": ("walls.pdf", PDF)}, title="Walls")
        self.do("clerk", f"/drawings/{self.drawing}/drawing.issue")
        self.do("dealer", f"/drawings/{self.drawing}/drawing.sign", {"signature": ("me.png", PNG)},
                signer_name="Sun")
        self.contract = self.do("clerk", "/orders/1/contract.create", amount=10000000, deposit_percent=3000,
                                lead_days=20,
                                payment_terms="30/70", liability="as usual")
        self.do("clerk", f"/contracts/{self.contract}/contract.submit")
        for who in ("manager", "gm", "finance"):
            self.do(who, f"/contracts/{self.contract}/contract.sign")
        self.do("clerk", f"/contracts/{self.contract}/contract.file_copy",
                {"countersigned": ("back.pdf", PDF + b"%")})
        self.receipt = self.do("dealer", f"/contracts/{self.contract}/receipt.notice", amount=3000000)
        self.do("finance", f"/receipts/{self.receipt}/receipt.confirm", value_date="2026-11-20")

    def do(self, who, path, files=None, **inputs):
        person = self.people[who]
        status, answer = person.upload(path, files, **inputs) if files else person.act(path, **inputs)
        assert status in (200, 201), (who, path, status, answer)
        return answer["id"]


def left_behind(house):
    """What lies among the files that are being written."""
    return [path.name for path in pathlib.Path(house.folder, "files", "incoming").iterdir()]


def run_tests(tests):
    """Runs callables as TAP; a failing one does not stop the others."""
    print(f"1..{len(tests)}", flush=True)
    for number, (name, test) in enumerate(tests, 1):
        began = time.monotonic()
        try:
            test()
            print(f"ok {number} {name} # {time.monotonic() - began:.1f} s", flush=True)
        except Exception:  # said as TAP, then the next
            print("# " + traceback.format_exc().replace("\n", "\n# "))
            print(f"not ok {number} {name}", flush=True)
