# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of operation share: running the program, a browser of one person, and TAP."""
import http.cookiejar
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.error
import urllib.parse
import urllib.request

GENDAN = os.path.abspath(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parents[2]


def command(*words, env=None, cwd=None):
    """Runs gendan to its end, in English where `env` says no language; the completed process, with texts."""
    return subprocess.run([GENDAN, *words], capture_output=True, text=True, timeout=60, cwd=cwd,
                          env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})})


def init(folder, *options):
    """Makes an empty factory; the administrator's one-time password."""
    result = command("init", "--data", str(folder), *options)
    assert result.returncode == 0, result.stderr
    return re.search(r"password (\S+)", result.stdout).group(1)


class Server:
    """A running `gendan serve` (or demo) on a free port; use with `with`. Its log is complete after the end."""

    def __init__(self, data, *options, verb="serve", scheme="http", env=None):
        self.log_file = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([GENDAN, verb, "--data", str(data), "--port", "0", *options],
                                        stdout=subprocess.PIPE,
                                        stderr=self.log_file, text=True, env={**os.environ, **(env or {})})
        line = next((line for line in self.process.stdout if line.startswith("gendan serves")), "")
        assert line, self.log()
        self.port = int(line.split()[-1].rsplit(":")[-1])
        self.base = f"{scheme}://127.0.0.1:{self.port}"

    def log(self):
        self.log_file.seek(0)
        return self.log_file.read()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def __enter__(self):
        return self

    def __exit__(self, *rest):
        assert self.stop() == 0, self.log()


class Browser:
    """One person's browser: keeps cookies, follows no redirects."""

    def __init__(self, base, cafile=None):
        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *rest):
                return None
        self.base = base
        self.jar = http.cookiejar.CookieJar()
        context = ssl.create_default_context(cafile=cafile) if cafile else None
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), Stay,
                                                  urllib.request.HTTPSHandler(context=context))

    def ask(self, path, data=None, **headers):
        request = urllib.request.Request(self.base + path, data,
                                         {name.replace("_", "-"): value for name, value in headers.items()})
        try:
            with self.opener.open(request, timeout=20) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode(), refusal.headers

    def get(self, path, **headers):
        return self.ask(path, **headers)

    def post(self, path, **fields):
        return self.ask(path, urllib.parse.urlencode(fields).encode())

    def token(self, path="/"):
        return re.search(r'name="_csrf" value="([^"]+)"', self.get(path)[1]).group(1)

    def log_in(self, user, password):
        return self.post("/login", user=user, password=password)


OWN = "a password of my own"


def settle_in(server, user, password, own=OWN, cafile=None):
    """Logs in with a one-time password and chooses another; the browser."""
    person = Browser(server.base, cafile)
    assert person.log_in(user, password)[0] == 303
    assert person.post("/password", old=password, new=own, again=own,
                       _csrf=person.token("/account/password"))[0] == 303
    return person


def eventually(check):
    """What check() gives once it holds: what is counted or written after an answer may come a moment later."""
    for _ in range(200):
        found = check()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("never came true")


def raw(server, request):
    """Sends these bytes on a connection of its own; the answer as text."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(request.encode())
        return b"".join(iter(lambda: line.recv(65536), b"")).decode()


def main(module):
    """Runs every test_ function of the module as TAP."""
    tests = [value for name, value in module.items() if name.startswith("test_")]
    print(f"1..{len(tests)}")
    failed = 0
    for number, test in enumerate(tests, 1):
        try:
            with tempfile.TemporaryDirectory() as folder:
                test(pathlib.Path(folder))
            print(f"ok {number} {test.__name__}", flush=True)
        except Exception:  # said as TAP, then the next
            print("# " + traceback.format_exc().replace("\n", "\n# "))
            print(f"not ok {number} {test.__name__}", flush=True)
            failed = 1
    sys.exit(failed)
