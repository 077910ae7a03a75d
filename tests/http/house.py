# SPDX-License-Identifier: GPL-3.0-or-later
"""A demo factory served for a test, and browsers for the people in it."""
import contextlib
import http.cookiejar
import json
import re
import signal
import subprocess
import tempfile
import traceback
import urllib.error
import urllib.parse
import urllib.request
import uuid

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0" + bytes(40)


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *rest):
        return None


class Browser:
    """One person's browser: keeps cookies, does not follow redirects."""

    def __init__(self, base, user=None, language="en"):
        self.base, self.language, self._token = base, language, None
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies), Stay)
        if user:
            status, _, _ = self.post("/login", user=user, password="gendan-demo")
            assert status == 303, f"{user} cannot log in: {status}"

    def ask(self, path, data=None, headers=None):
        headers = {"Accept-Language": self.language, **(headers or {})}
        try:
            with self.opener.open(urllib.request.Request(self.base + path, data, headers), timeout=20) as answer:
                return answer.status, answer.read().decode("utf-8", "replace"), answer.headers
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode("utf-8", "replace"), refusal.headers

    def get(self, path):
        return self.ask(path)

    def post(self, path, **fields):
        return self.ask(path, urllib.parse.urlencode(fields, doseq=True).encode())

    def token(self):
        self._token = self._token or re.search(r'name="_csrf" value="([^"]+)"', self.get("/")[1]).group(1)
        return self._token

    def send(self, path, files=(), **fields):
        """Posts a form as a page does, or a program under /api, with files as (field, name, bytes)."""
        mark, token = uuid.uuid4().hex, self.token()
        if not path.startswith("/api/"):
            fields["_csrf"] = token
        body = b""
        for name, values in fields.items():
            for value in values if isinstance(values, list) else [values]:
                body += f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for field, name, data in files:
            body += f'--{mark}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'.encode()
            body += b"Content-Type: application/octet-stream\r\n\r\n" + data + b"\r\n"
        body += f"--{mark}--\r\n".encode()
        return self.ask(path, body, {"Content-Type": f"multipart/form-data; boundary={mark}", "X-CSRF-Token": token})

    def try_act(self, path, **inputs):
        """A command through the API: status and what it says."""
        headers = {"X-CSRF-Token": self.token(), "Content-Type": "application/json"}
        return self.ask("/api" + path, json.dumps(inputs).encode(), headers)[:2]

    def act(self, path, **inputs):
        """A command through the API, which must succeed; the id of its row."""
        status, body = self.try_act(path, **inputs)
        assert status in (200, 201), (path, status, body)
        return json.loads(body)["id"]

    def row(self, path):
        status, body, _ = self.get("/api" + path)
        assert status == 200, (path, status, body)
        return json.loads(body)


@contextlib.contextmanager
def house(gendan):
    """Address of a demo factory that is stopped and thrown away afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen([gendan, "demo", "--bare", "--data", folder, "--port", "0"], stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True)
        try:
            yield next(line.split()[-1] for line in server.stdout if "serves on" in line)
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(20) == 0, "the server stops when told to"


def run(gendan, tests):
    """Runs the functions named test_… against one house, in order; prints TAP."""
    tests = [value for name, value in tests.items() if name.startswith("test_")]
    print(f"1..{len(tests)}")
    with house(gendan) as base:
        for number, test in enumerate(tests, 1):
            try:
                test(base)
                print(f"ok {number} {test.__name__}", flush=True)
            except Exception:  # said as TAP, then the next
                print("# " + traceback.format_exc().replace("\n", "\n# "))
                print(f"not ok {number} {test.__name__}", flush=True)
