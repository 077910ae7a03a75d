#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One's own settings: language, password, sessions, absences with a substitute. Usage: test-account.py GENDAN."""
import datetime
import json
import re
import sys
from house import Browser, run

TODAY = datetime.date.today()


def day(days):
    return (TODAY + datetime.timedelta(days)).isoformat()


def sessions(page):
    return len(re.findall("This browser", page)), len(re.findall("Another browser", page))


def user_of(base, login):
    return next(row["id"] for row in Browser(base, "admin").row(f"/users?q={login}") if row["login"] == login)


def test_the_page(base):
    clerk, dealer = Browser(base, "clerk"), Browser(base, "dealer")
    page = clerk.get("/account")[1]
    assert "陈小梅" in page and "Order clerk" in page and "When I am away" in page and 'action="/password"' in page
    assert "When I am away" not in dealer.get("/account")[1], "a dealer signs for nobody else"
    assert 'href="/account"' in clerk.get("/")[1]
    assert Browser(base).get("/account")[2]["Location"] == "/login?next=/account", "a stranger logs in first"


def test_language(base):
    clerk = Browser(base, "clerk2")
    status, _, headers = clerk.send("/language", language="zh_TW", _then="account")
    assert (status, headers["Location"]) == (303, "/account")
    assert "我的設定" in clerk.get("/account")[1]
    assert clerk.send("/language", language="en")[2]["Location"] == "/"


def test_sessions(base):
    one, two, three = (Browser(base, "warehouse") for _ in range(3))
    assert sessions(one.get("/account")[1]) == (1, 2)
    status, _, headers = one.send("/account/sessions")
    assert status == 303 and headers["Location"].startswith("/account")
    page = one.get("/account")[1]
    assert sessions(page) == (1, 0) and "Log out the others" not in page
    for other in (two, three):
        assert other.get("/account")[0] == 303, "they have to log in again"
    assert Browser(base, "finance").get("/")[0] == 200, "somebody else stays"


def test_password(base):
    person = Browser(base, "sales")
    status, page, _ = person.send("/password", old="wrong", new="a long new password", again="a long new password")
    assert status == 422 and "The present password is wrong" in page
    status, _, headers = person.send("/password", old="gendan-demo", new="a long new password",
                                     again="a long new password")
    assert (status, headers["Location"]) == (303, "/account")
    again = person.send("/password", old="a long new password", new="gendan-demo", again="gendan-demo")
    assert again[0] == 303


def test_absence(base):
    manager, substitute = Browser(base, "manager"), user_of(base, "regional")
    status, page, _ = manager.send("/new/absence.announce", first_day=day(2), last_day=day(1), substitute=substitute)
    assert status == 422 and "Last day: " in page and "is before “First day”" in page and f'value="{day(2)}"' in page
    status, _, headers = manager.send("/new/absence.announce", first_day=day(0), last_day=day(3), substitute=substitute)
    assert (status, headers["Location"]) == (303, "/account#absences")
    page = manager.get("/account")[1]
    assert "刘区域" in page.split('id="absences"')[1]
    stand_in = Browser(base, "regional").get("/account")[1]
    assert "I stand in for" in stand_in and "王经理" in stand_in
    assert "I stand in for" not in Browser(base, "clerk").get("/account")[1]
    row = manager.row("/absences")[0]
    assert (row["user"], row["role"]) == (user_of(base, "manager"), None)
    status, page, _ = Browser(base, "clerk").send(f"/absences/{row['id']}/absence.withdraw")
    assert status == 409 and "somebody else" in page
    action, key = re.search(r'action="(/absences/\d+/absence.withdraw)".*?name="_key" value="([^"]+)"', manager.get(
        "/account")[1]).groups()
    status, _, headers = manager.send(action, _key=key, _version=row["version"], _then="account")
    assert status == 303 and headers["Location"].startswith("/account")
    assert "刘区域" not in manager.get("/account")[1]


def test_programs_state_absences_too(base):
    clerk = Browser(base, "clerk")
    paths = clerk.row("/openapi.json")["paths"]
    assert paths["/new/absence.announce"]["post"]["operationId"] == "absence.announce"
    id = clerk.act("/new/absence.announce", first_day=day(5), last_day=day(6), substitute=user_of(base, "clerk2"))
    assert clerk.row(f"/absences/{id}")["state"] == "stated"
    assert Browser(base, "dealer").try_act("/new/absence.announce", first_day=day(5), last_day=day(6),
                                           substitute=1)[0] == 403


def test_a_token_gives_nothing_that_outlives_it(base):
    """Who has got hold of an administrator's access token gets no password, no other token and nobody's sessions."""
    admin, id = Browser(base, "admin"), user_of(base, "admin")
    token = admin.act(f"/users/{id}/token.create", purpose="Stolen")
    other = admin.act(f"/users/{id}/token.create", purpose="Not yet shown")
    program = {"Authorization": f"Bearer {json.loads(admin.try_act(f'/tokens/{token}/issue')[1])['secret']}",
               "Content-Type": "application/json"}

    def act(path, **inputs):
        status, body, _ = Browser(base).ask("/api" + path, json.dumps(inputs).encode(), program)
        return status, body
    for path, inputs in ((f"/users/{user_of(base, 'gm')}/password", {}), (f"/tokens/{other}/issue", {}),
                         (f"/tokens/{other}/token.issue", {}), ("/account/sessions", {}), ("/logout", {}),
                         ("/password", {"old": "gendan-demo", "new": "taken by a program",
                                        "again": "taken by a program"})):
        status, body = act(path, **inputs)
        assert status == 403 and "not with an access token" in body, (path, status, body)
    assert admin.get("/account")[0] == 200 and admin.row(f"/tokens/{other}")["state"] != "active"
    assert act("/dealers", name="By a program")[0] == 403, "and no role but its user's"
    assert act(f"/tokens/{other}/revoke")[0] == 200, "what its user may do, it does"


run(sys.argv[1], dict(globals()))
