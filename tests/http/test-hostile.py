#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people send with bad intentions: files that would run in somebody else's browser, names that are paths or
headers. Usage: test-hostile.py GENDAN. Prints TAP."""
import json
import sys

from house import PDF, Browser, run
from journey import LINE, Journey

HTML = b"<html><script>alert(1)</script></html>"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0"  # enough of it to be known
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def upload(person, name, data, order=1):
    """Attaches the file to the order; its row and what downloading it answers."""
    status, body, _ = person.send(f"/orders/{order}/comment.add", files=[("files", name, data)], text="x")
    assert status == 303, (name, status, body)
    row = json.loads(person.get("/api/files")[1])[0]
    status, _, headers = person.get(f"/files/{row['id']}/content")
    assert status == 200, (name, status)
    return row, headers


def test_files_run_nowhere(base):
    """Whatever its name says, a file is shown only as a picture or a PDF, and no script of it runs."""
    clerk = Browser(base, "clerk")
    for name, data, shown in (("a.png", HTML, False), ("a.html", HTML, False), ("a.svg", SVG, False),
                              ("a.pdf", SVG, False), ("a.html", PNG, True), ("a.html", PDF, True)):
        row, headers = upload(clerk, name, data)
        policy = headers["Content-Security-Policy"]
        assert headers["Content-Disposition"].split(";")[0] == ("inline" if shown else "attachment"), (name, row)
        assert headers["X-Content-Type-Options"] == "nosniff" and "default-src 'none'" in policy, (name, policy)
        assert "script-src" not in policy and ("sandbox" in policy or data == PDF), (name, policy)


def test_names_of_files(base):
    """A name is what stands behind the last slash, and cannot become a header, a path or a page of text."""
    clerk = Browser(base, "clerk")
    for sent, kept in (("../../etc/passwd", "passwd"), ("C:\\\\temp\\\\plan.txt", "plan.txt"), ("..", ".."),
                       ("a%0d%0aSet-Cookie: x=y", "a%0d%0aSet-Cookie: x=y"), ("\u202egnp.exe", "gnp.exe"),
                       ("a\x1b[31m\tb", "a[31mb"), ("/", "file"), ("  ", "file"), ("图 1.txt", "图 1.txt"),
                       ("n" * 5000, "n" * 200)):
        row, headers = upload(clerk, sent, b"text")
        assert row["name"] == kept, (sent, row["name"])
        disposition = headers["Content-Disposition"]
        assert disposition.isascii() and "Set-Cookie" not in headers and disposition.count(";") == 1, disposition
    assert "filename*=UTF-8''n" in disposition


def test_files_are_as_open_as_what_names_them(base):
    """A dealer learns nothing of the house's own files, nor of a drawing before it is issued; and naming the number of
    such a file opens it no more."""
    journey = Journey(base)
    clerk, dealer = journey["clerk"], journey["dealer"]
    newest = lambda: json.loads(clerk.get("/api/files")[1])[0]["id"]

    def seen(row):
        answers = [dealer.get(path) for path in (f"/files/{row}/content", f"/files/{row}", f"/api/files/{row}")]
        assert len({status for status, _, _ in answers}) == 1, [status for status, _, _ in answers]
        return answers[0][0]
    assert clerk.send("/orders/1/comment.add", files=[("files", "secret-price.txt", b"9")], text="internal")[0] == 303
    internal = newest()
    assert seen(internal) == 404
    assert clerk.send("/orders/1/comment.add", files=[("files", "a.txt", b"9")], text="for you", shared="1")[0] == 303
    assert seen(newest()) == 200
    assert 'href="/files"' not in dealer.get(f"/files/{newest()}")[1], "no way to a list that is not there"
    form = dealer.act("/orders/1/order_form.create")
    for number in (internal, 999999):
        status, body = dealer.try_act(f"/order_forms/{form}/order_form.change", plan=number)
        assert status == 422 and json.loads(body)["reasons"][0]["field"] == "plan", (number, status, body)
    answers = [json.loads(dealer.try_act("/orders/1/comment.add", text="x", files=[number])[1])["reasons"]
               for number in (internal, 999999)]
    assert answers[0] == answers[1], f"what is hidden and what is not there are told apart: {answers}"
    assert seen(internal) == 404
    assert dealer.get("/files")[0] == dealer.get("/api/files")[0] == 404
    for page in ("/", "/orders/1", f"/order_forms/{form}", "/api/comments"):
        assert "secret-price" not in dealer.get(page)[1], page
    journey.form = form
    dealer.act(f"/order_forms/{form}/order_form_line.add", **LINE)
    dealer.act(f"/order_forms/{form}/order_form.submit")
    clerk.act(f"/order_forms/{form}/order_form.accept")
    journey.post("designer", "/orders/1/drawing.create", [("file", "plan.pdf", PDF)], title="Hall")
    drawing, plan = json.loads(clerk.get("/api/drawings")[1])[0]["id"], newest()
    assert seen(plan) == 404, "a draft is the house's"
    clerk.act(f"/drawings/{drawing}/drawing.issue")
    assert seen(plan) == 200


def test_other_sites(base):
    """No other site's page sends a form here, not even the one without a token: nobody is logged in unawares."""
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 303), ("none", 303)):
        answer = Browser(base).ask("/login", b"user=clerk&password=gendan-demo", {"Sec-Fetch-Site": site})
        assert answer[0] == status and ("gendan=" in str(answer[2])) == (status == 303), (site, answer[0])
    host = base.removeprefix("http://127.0.0.1")
    for origin, status in (("http://evil.example", 403), ("null", 403), ("http://127.0.0.1.evil.example", 403),
                           ("http://127.0.0.10" + host, 403), (base, 303), ("https://127.0.0.1", 303)):
        answer = Browser(base).ask("/login", b"user=clerk&password=gendan-demo", {"Origin": origin})
        assert answer[0] == status and ("gendan=" in str(answer[2])) == (status == 303), (origin, answer[0])


if __name__ == "__main__":
    run(sys.argv[1], globals())
