#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real program over HTTP: logging in, who sees what, the form token, and that one act sent twice happens once.
Usage: test-http.py GENDAN. Prints TAP."""
import json
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import traceback
import urllib.error
import urllib.parse
import urllib.request


class Browser:
    """One person's browser: keeps cookies, does not follow redirects."""

    def __init__(self, base, user=None):
        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *rest):
                return None
        self.base = base
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(), Stay)
        if user:
            status, _, _ = self.post("/login", user=user, password="gendan-demo")
            assert status == 303, f"{user} cannot log in: {status}"

    def ask(self, path, data=None, headers=None):
        request = urllib.request.Request(self.base + path, data, headers or {})
        try:
            with self.opener.open(request, timeout=20) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode(), refusal.headers

    def get(self, path):
        return self.ask(path)

    def post(self, path, **fields):
        return self.ask(path, urllib.parse.urlencode(fields).encode())

    def token(self):
        return re.search(r'name="_csrf" value="([^"]+)"', self.get("/")[1]).group(1)


def test_login(base):
    stranger = Browser(base)
    status, page, headers = stranger.get("/orders?state=open&q=%E5%BC%A0")
    assert (status, page) == (303, "")
    assert headers["Location"] == "/login?next=/orders%3Fstate%3Dopen%26q%3D%25E5%25BC%25A0", headers["Location"]
    status, page, headers = stranger.get(headers["Location"])
    assert status == 200 and 'name="password"' in page, "a stranger is led to the login page"
    assert 'name="next" value="/orders?state=open&amp;q=%E5%BC%A0"' in page, "and back from there"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert stranger.get("/")[2]["Location"] == "/login"
    known = Browser(base)
    status, _, headers = known.post("/login", user="clerk", password="gendan-demo", next="/orders?state=open")
    assert (status, headers["Location"]) == (303, "/orders?state=open")
    assert known.get("/login?next=/dealers")[2]["Location"] == "/dealers", "who is logged in goes on"
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example", "/%09/evil.example", "/login?x"):
        _, page, _ = stranger.get("/login?next=" + elsewhere)
        assert "evil" not in page and 'name="next"' not in page, elsewhere
        fields = {"user": "clerk", "password": "gendan-demo", "next": elsewhere.replace("%09", "\t")}
        status, _, headers = Browser(base).post("/login", **fields)
        assert (status, headers["Location"]) == (303, "/"), elsewhere
    status, page, _ = stranger.post("/orders/1/comment.add", text="x")
    assert status == 401 and 'name="next" value="/orders/1/comment.add"' in page, "a form whose session has ended"
    assert stranger.post("/login", user="x", password="y", next="/orders")[1].count('value="/orders"') == 2
    assert Browser(base).post("/login", user="clerk", password="wrong")[0] == 401
    assert Browser(base).ask("/api/orders/1")[0] == 401


def test_strangers_get_no_file(base):
    """What is no page is refused as what it is; whether it is there is not told."""
    stranger, clerk = Browser(base), Browser(base, "clerk")
    for path in ("/calendar.csv", "/events", "/files/1/content", "/files/99999/content", "/contracts/1/contract.pdf",
                 "/order_forms/1/lines.csv", "/order_forms/9/template.csv"):
        for accept, kind in (("*/*", "text/plain"), ("application/json", "application/problem+json"),
                             ("text/html,*/*;q=0.8", "text/html")):
            status, body, headers = stranger.ask(path, headers={"Accept": accept})
            assert status == 401 and headers["Content-Type"].startswith(kind), (path, accept, status)
            assert ("Log in first." in body) == (kind != "text/html"), (path, body)
            assert (f'name="next" value="{path}"' in body) == (kind == "text/html"), path
    for path in ("/api", "/api/", "/api/orders", "/api/orders/1", "/api/events", "/api/contracts/1/contract.pdf",
                 "/api/nothing", "/api/files/1/content"):
        status, body, headers = stranger.get(path)
        assert status == 401 and headers["Content-Type"] == "application/problem+json", (path, status)
    assert stranger.get("/nothing")[0] == 303 and clerk.get("/nothing")[0] == 404
    assert stranger.ask("/orders", headers={"Accept": "application/json"})[0] == 401


def test_dealers_are_apart(base):
    own, other = Browser(base, "dealer"), Browser(base, "dealer2")
    assert own.get("/orders/1")[0] == 200 and own.get("/api/orders/1")[0] == 200
    for path in ("/orders/1", "/api/orders/1", "/dealers/1", "/projects/1", "/orders/1/order_form.create"):
        assert other.get(path)[0] == 404, path
    order = json.loads(own.get("/api/orders/1")[1])
    assert "note" not in order and "clerk" not in order, "house fields stay in the house"
    assert "O-00001" not in other.get("/orders")[1]
    assert other.post("/orders/1/order_form.create", _csrf=other.token(), remarks="x")[0] == 404


def test_roles_and_tokens(base):
    dealer, finance = Browser(base, "dealer"), Browser(base, "finance")
    assert dealer.get("/users")[0] == 404 and finance.get("/users")[0] == 404
    assert finance.get("/orders/1/contract.create")[0] == 403
    assert finance.post("/orders/1/contract.create", _csrf=finance.token(), amount="1")[0] == 403
    assert dealer.post("/orders/1/order_form.create", remarks="x")[0] == 403, "no form token"


def test_twice_is_once(base):
    dealer = Browser(base, "dealer")
    fields = {"_csrf": dealer.token(), "_key": "once", "remarks": "急"}
    first, second = (dealer.post("/orders/2/order_form.create", **fields) for _ in range(2))
    assert first[0] == second[0] == 303
    forms = [form for form in json.loads(dealer.get("/api/order_forms")[1]) if form.get("remarks") == "急"]
    assert len(forms) == 1, forms


def test_json(base):
    clerk = Browser(base, "clerk")
    headers = {"X-CSRF-Token": clerk.token(), "Content-Type": "application/json"}
    status, body, _ = clerk.ask("/api/new/dealer.create", b'{"name": 7', headers)
    assert status == 400 and json.loads(body)["reasons"], body
    status, body, _ = clerk.ask("/api/new/dealer.create", b'{"colour": "red"}', headers)
    assert status == 422 and {"colour", "name"} <= {reason.get("field") for reason in json.loads(body)["reasons"]}, body
    status, body, _ = clerk.ask("/api/new/dealer.create", '{"name": "<b>北方</b>"}'.encode(), headers)
    assert status == 201, body
    page = clerk.get(f"/dealers/{json.loads(body)['id']}")[1]
    assert "&lt;b&gt;北方" in page and "<b>北方" not in page


def test_substitute(base):
    """While the gm is absent, the sales person named as substitute has the gm's tasks."""
    sales, admin = Browser(base, "sales"), Browser(base, "admin")
    assert sales.get("/new/absence.state")[0] == 403
    fields = {"_csrf": admin.token(), "user": "10", "substitute": "3", "role": "gm", "last_day": "2999-01-01"}
    assert admin.post("/new/absence.state", **fields, first_day="2998-01-01")[0] == 303
    assert sales.get("/new/absence.state")[0] == 403, "not yet absent"
    assert admin.post("/new/absence.state", **fields, first_day="2020-01-01")[0] == 303
    assert sales.get("/new/absence.state")[0] == 200


def verify(folder):
    """What the tests did verifies; one altered byte of the journal, or a lost entry, does not."""
    def run():
        return subprocess.run([sys.argv[1], "verify", "--data", folder], capture_output=True, text=True)
    sound = run()
    assert sound.returncode == 0 and "journal entries are sound" in sound.stdout, sound.stderr
    database = sqlite3.connect(folder + "/gendan.db")
    detail = database.execute("SELECT detail FROM journal WHERE root = 'order:1' AND seq = 1").fetchone()[0]
    for sql, words in ((("UPDATE journal SET detail = ? WHERE root = 'order:1' AND seq = 1", (detail + " ",)),
                        "was altered"),
                       (("UPDATE journal SET detail = ? WHERE root = 'order:1' AND seq = 1", (detail,)), None),
                       (("DELETE FROM journal WHERE root = 'order:1' AND seq = 1", ()), "order:1")):
        database.execute(*sql)
        database.commit()
        result = run()
        assert (result.returncode == 0) == (words is None) and (words or "") in result.stderr, (sql, result)
    database.close()


def main():
    tests = [value for name, value in sorted(globals().items()) if name.startswith("test_")]
    print(f"1..{len(tests)}")
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen([sys.argv[1], "demo", "--bare", "--data", folder, "--port", "0"],
                                  stdout=subprocess.PIPE, text=True)
        base = next(line.split()[-1] for line in server.stdout if "serves on" in line)
        for number, test in enumerate(tests, 1):
            try:
                test(base)
                print(f"ok {number} {test.__name__}")
            except Exception:  # said as TAP, then the next
                print("# " + traceback.format_exc().replace("\n", "\n# "))
                print(f"not ok {number} {test.__name__}")
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0, "the server stops when told to"
        verify(folder)


main()
