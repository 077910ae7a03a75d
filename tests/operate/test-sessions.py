#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logging in as people do it: one-time passwords, choosing one's own, being limited, logging out everywhere.
Usage: test-sessions.py GENDAN."""
import concurrent.futures
import contextlib
import re
import socket
import sqlite3
import time

from gendan import OWN, Browser, Server, command, init, main, raw, settle_in


def test_first_log_in(folder):
    password = init(folder)
    with Server(folder) as server:
        person = Browser(server.base)
        status, _, headers = person.log_in("admin", password)
        assert status == 303 and "HttpOnly" in headers["Set-Cookie"] and "SameSite=Lax" in headers["Set-Cookie"]
        for path in ("/", "/orders", "/new/user.create", "/events"):
            status, _, headers = person.get(path)
            assert (status, headers["Location"]) == (303, "/account/password"), path
        assert person.get("/api/orders")[0] == 403
        token = person.token("/account/password")
        made = person.post("/new/user.create", _csrf=token, login="x", name="x", roles="gm")
        assert made[2]["Location"] == "/account/password", "no act before a password is chosen"
        page = person.get("/account/password")[1]
        assert "given to you by somebody else" in page and password not in page

        def choose(**fields):
            return person.post("/password", **{"old": password, "new": OWN, "again": OWN, "_csrf": token, **fields})

        for fields, words in (({"old": "wrong"}, "present password is wrong"), ({"again": OWN + "x"}, "differ"),
                              ({"new": "short", "again": "short"}, "10 to 200"),
                              ({"new": "", "again": ""}, "10 to 200"),
                              ({"new": password, "again": password}, "old one")):
            status, page, _ = choose(**fields)
            assert status == 422 and words in page and 'name="password"' not in page, (fields, status, page)
            assert OWN not in page and password not in page, "what was typed is not shown again"
        assert choose(_csrf="forged")[0] == 403
        assert choose()[0] == 303
        assert person.get("/orders")[0] == 200
        assert Browser(server.base).log_in("admin", password)[0] == 401
        assert Browser(server.base).log_in("admin", OWN)[0] == 303


def test_administrator_hands_out_passwords(folder):
    password = init(folder)
    with Server(folder) as server:
        admin = settle_in(server, "admin", password)
        token = admin.token()
        status, _, headers = admin.post("/new/user.create", _csrf=token, login="chen", name="Chen", roles="clerk")
        assert status == 303, status
        user = re.search(r"/users/(\d+)", headers["Location"]).group(1)
        assert Browser(server.base).log_in("chen", "")[0] == 401, "without a password nobody comes in"
        status, page, headers = admin.post(f"/users/{user}/password", _csrf=token)
        given = re.search(r"<code>([a-z0-9-]+)</code>", page).group(1)
        assert status == 200 and headers["Cache-Control"] == "no-store", headers["Cache-Control"]
        chen = settle_in(server, "chen", given, "a password of Chen's own")
        assert chen.get("/orders")[0] == 200
        assert chen.post(f"/users/{user}/password", _csrf=chen.token())[0] == 403
        assert chen.post("/users/1/password", _csrf=chen.token())[0] == 403
        assert admin.post("/users/99/password", _csrf=token)[0] == 404
        assert admin.post(f"/users/{user}/password", _csrf="forged")[0] == 403
        admin.post(f"/users/{user}/password", _csrf=token)
        assert chen.get("/orders")[0] == 303, "the sessions of who gets a new password end"
    result = command("password", "--data", str(folder), "chen")
    assert result.returncode == 0, result
    with Server(folder) as server:
        settle_in(server, "chen", re.search(r"password (\S+)", result.stdout).group(1))


def test_the_session_rotates(folder):
    """Nobody can plant a session: logging in never keeps the token that the browser came with."""
    password = init(folder)
    with Server(folder) as server:
        person = settle_in(server, "admin", password)
        first = next(cookie.value for cookie in person.jar if cookie.name == "gendan")
        assert person.log_in("admin", OWN)[0] == 303
        second = next(cookie.value for cookie in person.jar if cookie.name == "gendan")
        assert first != second
        for token, known in ((first, False), (second, True)):
            answer = raw(server, "GET /orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                         f"Cookie: gendan={token}\r\n\r\n")
            assert answer.startswith("HTTP/1.1 200" if known else "HTTP/1.1 303")
        assert person.post("/logout", _csrf=person.token())[0] == 303
        answer = raw(server, f"GET /orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: gendan={second}\r\n\r\n")
        assert answer.startswith("HTTP/1.1 303")


def test_log_out_everywhere(folder):
    password = init(folder)
    with Server(folder) as server:
        desk = settle_in(server, "admin", password)
        phone, home = Browser(server.base), Browser(server.base)
        assert phone.log_in("admin", OWN)[0] == home.log_in("admin", OWN)[0] == 303
        assert desk.get("/account")[1].count("Another browser") == 2
        assert phone.post("/logout", _csrf=phone.token(), everywhere="1")[0] == 303
        assert all(person.get("/orders")[0] == 303 for person in (desk, phone, home))
        admin, other = Browser(server.base), Browser(server.base)
        assert admin.log_in("admin", OWN)[0] == other.log_in("admin", OWN)[0] == 303
        page = admin.get("/users/1")[1]
        assert 'action="/users/1/password"' in page and 'action="/users/1/sessions"' in page
        assert admin.post("/users/1/sessions", _csrf="forged")[0] == 403
        assert admin.post("/users/1/sessions", _csrf=admin.token())[0] == 303
        assert other.get("/orders")[0] == admin.get("/orders")[0] == 303


def settle_two(server, password):
    """The administrator and a clerk, user 2, both logged in; and the administrator's token of forms."""
    admin = settle_in(server, "admin", password)
    token = admin.token()
    admin.post("/new/user.create", _csrf=token, login="chen", name="Chen", roles="clerk")
    page = admin.post("/users/2/password", _csrf=token)[1]
    return admin, settle_in(server, "chen", re.search(r"<code>([a-z0-9-]+)</code>", page).group(1)), token


def listen(server, person):
    """A stream of events, open."""
    line = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in person.jar)
    line.sendall(f"GET /events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {cookies}\r\n\r\n".encode())
    assert b"text/event-stream" in line.recv(4096)
    return line


def test_streams_end_with_what_they_rest_on(folder):
    """Whoever is logged out, or may see less from now on, learns of no order any more by a page left open."""
    password = init(folder)
    with Server(folder) as server:
        admin, chen, token = settle_two(server, password)
        stays = listen(server, admin)
        less = {"_csrf": token, "login": "chen", "name": "Chen", "roles": "designer"}
        for change in (lambda: admin.post("/users/2/user.change", **less),
                       lambda: chen.post("/account/sessions", _csrf=chen.token()),
                       lambda: chen.post("/logout", _csrf=chen.token()),
                       lambda: admin.post("/users/2/sessions", _csrf=token),
                       lambda: admin.post("/users/2/close", _csrf=token)):
            with listen(server, chen) as stream:
                assert change()[0] == 303
                said = b"".join(iter(lambda: stream.recv(4096), b""))
                assert b"order-" not in said, said
            chen.log_in("chen", OWN)
        stays.setblocking(False)
        with stays, contextlib.suppress(BlockingIOError):
            while stays.recv(4096):  # its greeting, which may come behind the head, and signs of life
                pass
            raise AssertionError("somebody else's stream stays")


def test_streams_end_with_a_password_given_on_the_server(folder):
    """The program beside the server ends what the account has open there, and nobody else's."""
    password = init(folder)
    with Server(folder) as server:
        admin, chen, token = settle_two(server, password)
        with listen(server, chen) as stream, listen(server, admin) as stays:
            stream.settimeout(60)  # signs of life come more often than that: it ends, or recv() goes on
            assert command("password", "--data", str(folder), "chen").returncode == 0
            said = b"".join(iter(lambda: stream.recv(4096), b""))
            assert said.count(b":\n\n") <= 1, said
            stays.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while stays.recv(4096):
                    pass
                raise AssertionError("somebody else's stream stays")


def test_closing_an_account_ends_its_sessions(folder):
    """For good: opened again, it lets nobody in who did not log in again."""
    password = init(folder)
    with Server(folder) as server:
        admin, chen, token = settle_two(server, password)
        assert chen.get("/dealers")[0] == 200
        admin.post("/users/2/token.create", _csrf=token, purpose="accounts")
        admin.post("/users/2/token.create", _csrf=token, purpose="not yet shown")
        secret = re.search(r"gendan_[0-9a-f]+", admin.post("/tokens/1/issue", _csrf=token)[1]).group(0)
        program = Browser(server.base)
        assert program.get("/api/dealers", Authorization=f"Bearer {secret}")[0] == 200
        assert "revokes its access tokens (2) for good" in admin.get("/users/2")[1]
        assert admin.post("/users/2/close", _csrf=token)[0] == 303
        assert admin.post("/users/2/reopen", _csrf=token)[0] == 303
        assert chen.get("/dealers")[0] == 303
        assert program.get("/api/dealers", Authorization=f"Bearer {secret}")[0] == 401
        for row in (1, 2):
            assert '"state":"revoked"' in admin.get(f"/api/tokens/{row}")[1], "and it shows"
            assert admin.post(f"/tokens/{row}/issue", _csrf=token)[0] == 409
    database = sqlite3.connect(folder / "gendan.db")
    said = database.execute("SELECT command, detail FROM journal WHERE record = 'token' AND command = 'user.close'")
    assert [(name, "revoked" in detail) for name, detail in said] == [("user.close", True)] * 2
    assert command("verify", "--data", str(folder)).returncode == 0


def test_what_is_taken_away_counts_at_once(folder):
    """An act that waits for its turn is done only by who may still do it when the turn comes."""
    password = init(folder)
    with Server(folder) as server, concurrent.futures.ThreadPoolExecutor(1) as meanwhile:
        admin = settle_in(server, "admin", password)
        token = admin.token()
        for change, path, status in (
                ("UPDATE \"user\" SET roles = 'clerk'", "/new/user.create", 403),
                ("UPDATE \"user\" SET state = 'closed'", "/new/user.create", 401),
                ("DELETE FROM session", "/new/user.create", 401),
                ("UPDATE \"user\" SET roles = 'clerk'", "/users/1/password", 403),
                ("UPDATE \"user\" SET roles = 'clerk'", "/users/1/sessions", 403)):
            assert admin.log_in("admin", OWN)[0] == 303
            token = admin.token()
            database = sqlite3.connect(folder / "gendan.db", isolation_level=None)
            database.execute("BEGIN IMMEDIATE")  # nobody else writes now
            late = meanwhile.submit(admin.post, path, _csrf=token, login="x", name="x", roles="gm")
            time.sleep(0.5)  # by now it has been looked at who asks
            database.execute(change)
            database.execute("COMMIT")
            assert late.result()[0] == status, (change, path, late.result()[:2])
            assert not database.execute("SELECT 1 FROM \"user\" WHERE login = 'x'").fetchall()
            database.execute("UPDATE \"user\" SET roles = 'admin', state = 'active'")
            database.close()


def test_sessions_outlive_the_server(folder):
    password = init(folder)
    with Server(folder) as server:
        person = settle_in(server, "admin", password)
    with Server(folder) as server:
        person.base = server.base
        assert person.get("/orders")[0] == 200


def test_log_in_limit_goes_by_the_true_address(folder):
    """Whoever forges X-Forwarded-For has no more attempts for it."""
    init(folder)
    with Server(folder, "--login-attempts", "3") as server:
        def attempt(i):
            body = f"user=person{i}&password=wrong-password"
            return raw(server, "POST /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                       f"X-Forwarded-For: 203.0.113.{i}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                       f"Content-Length: {len(body)}\r\n\r\n{body}")
        assert [attempt(i).split()[1] for i in range(5)] == ["401"] * 3 + ["429"] * 2


def test_nobody_is_locked_out(folder):
    """Wrong passwords from one address close no account: not to other addresses, and at the same address not to the
    browser that its user has logged in with before."""
    password = init(folder)
    with Server(folder, "--login-attempts", "3") as server:
        admin = settle_in(server, "admin", password)
        assert any(cookie.name == "browser" and cookie.expires for cookie in admin.jar)
        assert [Browser(server.base).log_in("admin", "wrong")[0] for _ in range(5)] == [401] * 3 + [429] * 2
        assert Browser(server.base).log_in("admin", OWN)[0] == 429, "a browser that nobody knows waits"
        assert admin.post("/logout", _csrf=admin.token())[0] == 303
        assert admin.log_in("admin", OWN)[0] == 303
        body = f"user=admin&password={OWN}".replace(" ", "+")
        head = (f"POST /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\n\r\n")
        with socket.create_connection(("127.0.0.1", server.port), 20, ("127.0.0.9", 0)) as line:
            line.sendall((head + body).encode())
            assert line.makefile().readline().split()[1] == "303"


def test_log_in_limit_of_one_is_not_anothers(folder):
    """Who listens on [::] meets every IPv4 client in the same IPv6 network: each of them counts alone."""
    init(folder)
    with Server(folder, "--login-attempts", "3", "--address", "::") as server:
        def attempt(source, i):
            body = f"user=person{source}{i}&password=wrong-password"
            head = (f"POST /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
                    "Content-Type: application/x-www-form-urlencoded\r\n\r\n")
            with socket.create_connection(("127.0.0.1", server.port), 20, (source, 0)) as line:
                line.sendall((head + body).encode())
                return line.makefile().readline().split()[1]
        assert [attempt("127.0.0.1", i) for i in range(4)] == ["401"] * 3 + ["429"]
        assert attempt("127.0.0.9", 0) == "401"
    assert "address=127.0.0.9" in server.log() and "::ffff" not in server.log()


main(globals())
