#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Uploads: memory stays flat, a killed client and a refused act leave nothing, types come from the content.
Usage: test-upload.py GENDAN. Prints TAP."""
import hashlib
import pathlib
import re
import socket
import sqlite3
import sys
import tempfile
import time

from house import PDF, House, Person, left_behind, multipart, run_tests

MEGABYTE = 1 << 20
LARGE = 500 * MEGABYTE


def memory(house, what):
    text = pathlib.Path(f"/proc/{house.process.pid}/status").read_text()
    return int(re.search(rf"{what}:\s+(\d+) kB", text).group(1)) * 1024


def rows(house, sql):
    database = sqlite3.connect(house.folder + "/gendan.db")
    try:
        return database.execute(sql).fetchall()
    finally:
        database.close()


def head_of(person, path, length, name="big.bin"):
    """The start of an upload by hand: head and the part's own head; and what ends it."""
    start = f'--edge\r\nContent-Disposition: form-data; name="plan"; filename="{name}"\r\n\r\n'.encode()
    end = b"\r\n--edge--\r\n"
    head = (f"POST /api{path} HTTP/1.1\r\nHost: x\r\nCookie: {person.cookie}\r\nX-CSRF-Token: {person.csrf}\r\n"
            "Content-Type: multipart/form-data; boundary=edge\r\n"
            f"Content-Length: {len(start) + length + len(end)}\r\n\r\n")
    return head.encode() + start, end


def connect(house):
    return socket.create_connection(("127.0.0.1", house.port), timeout=120)


def test_large(house, dealer):
    """500 MB pass through without the server growing."""
    assert dealer.upload("/orders/1/order_form.create", {"plan": ("small.pdf", PDF)})[0] == 201
    block = bytes(range(256)) * (MEGABYTE // 256)
    head, end = head_of(dealer, "/order_forms/1/order_form.change", LARGE)
    pathlib.Path(f"/proc/{house.process.pid}/clear_refs").write_text("5")  # the peak counts from now
    before = memory(house, "VmRSS")
    with connect(house) as line:
        line.sendall(head)
        for _ in range(LARGE // MEGABYTE):
            line.sendall(block)
        line.sendall(end)
        answer = line.recv(65536).decode()
    assert answer.startswith("HTTP/1.1 200"), answer
    grown = memory(house, "VmHWM") - before
    print(f"# 500 MB grew the server by {grown / MEGABYTE:.1f} MB at most")
    assert grown <= 8 * MEGABYTE, grown
    name, size, sha256 = rows(house, "SELECT name, size, sha256 FROM file ORDER BY id DESC LIMIT 1")[0]
    whole = hashlib.sha256()
    for _ in range(LARGE // MEGABYTE):
        whole.update(block)
    assert (name, size, sha256) == ("big.bin", LARGE, whole.hexdigest())
    kept = pathlib.Path(house.folder, "files", sha256[:2], sha256[2:])
    assert kept.stat().st_size == LARGE and not left_behind(house)


def test_killed_client(house, dealer):
    """A client that dies in the middle leaves neither a file nor a row."""
    before = rows(house, "SELECT COUNT(*) FROM file")
    head, _ = head_of(dealer, "/orders/1/order_form.create", LARGE)
    line = connect(house)
    line.sendall(head + bytes(5 * MEGABYTE))
    deadline = time.monotonic() + 30
    while not left_behind(house):
        assert time.monotonic() < deadline, "the upload never arrived"
        time.sleep(0.02)
    line.close()
    while left_behind(house):
        assert time.monotonic() < deadline, left_behind(house)
        time.sleep(0.02)
    assert rows(house, "SELECT COUNT(*) FROM file") == before


def test_refused_act(house, dealer):
    """What the act refuses leaves no row: for lack of a role, of the row, of an input, or by a gate."""
    before = rows(house, "SELECT COUNT(*) FROM file")
    other = Person(house, "dealer2")
    plan = {"plan": ("a.pdf", PDF + b"1")}
    assert dealer.upload("/orders/1/contract.create", plan)[0] == 403
    assert other.upload("/orders/1/order_form.create", plan)[0] == 404
    status, answer = dealer.upload("/order_forms/1/order_form.change", {"remarks": ("a.pdf", PDF)})
    assert status == 422 and answer["reasons"][0]["field"] == "remarks", answer
    status, answer = dealer.upload("/order_forms/1/order_form.change", {"slip": ("a.pdf", PDF)})
    assert status == 422 and answer["reasons"][0]["field"] == "slip", answer
    status, answer = dealer.upload("/orders/1/order_form.create", plan)
    assert status == 409 and answer["reasons"], answer
    assert rows(house, "SELECT COUNT(*) FROM file") == before and not left_behind(house)


def test_twice_is_once(house, dealer):
    """The same upload with the same key makes one row; another file under that key is refused."""
    before = rows(house, "SELECT COUNT(*) FROM file")[0][0]
    first, second = (dealer.upload("/order_forms/1/order_form.change", {"plan": ("b.pdf", PDF + b"2")},
                                   key="k") for _ in range(2))
    assert first == second and first[0] == 200, (first, second)
    assert dealer.upload("/order_forms/1/order_form.change", {"plan": ("b.pdf", PDF + b"3")}, key="k")[0] == 422
    assert rows(house, "SELECT COUNT(*) FROM file")[0][0] == before + 1


def test_types(house, dealer):
    """The type is told from the content, whatever the name says."""
    known = {"image/png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0", "application/pdf": PDF,
             "image/jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0", "image/vnd.dwg": b"AC1032\0\0\0\0\0\0",
             "text/html": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
             "application/octet-stream": bytes(range(1, 32)) * 9}
    for kind, content in known.items():
        status, answer = dealer.upload("/order_forms/1/order_form.change", {"plan": ("photo.jpg", content)})
        assert status == 200, answer
        number, told = rows(house, "SELECT id, type FROM file ORDER BY id DESC LIMIT 1")[0]
        assert told == kind, (told, kind)
        status, _, headers = dealer.ask("GET", f"/files/{number}/content")
        assert status == 200 and headers["X-Content-Type-Options"] == "nosniff"
        shown = kind in ("image/png", "image/jpeg", "application/pdf")
        way = headers["Content-Disposition"]
        assert way.startswith("inline" if shown else "attachment"), (kind, way)


def test_limit(house, dealer):
    """Too large is said before a byte is sent; a stranger may send no more than a form."""
    head, _ = head_of(dealer, "/orders/1/order_form.create", 2 << 30)
    with connect(house) as line:
        line.sendall(head)
        assert line.recv(4096).startswith(b"HTTP/1.1 413")
    stranger = dealer.clone()
    stranger.cookie = "gendan=" + "0" * 64
    head, _ = head_of(stranger, "/orders/1/order_form.create", 5 * MEGABYTE)
    with connect(house) as line:
        line.sendall(head)
        assert line.recv(4096).startswith(b"HTTP/1.1 413")
    assert not left_behind(house)


def test_programs(house, dealer):
    """Whoever comes with a token sends files as large as people do."""
    admin = Person(house, "admin")
    user = rows(house, "SELECT id FROM \"user\" WHERE login = 'dealer'")[0][0]
    token = admin.act(f"/users/{user}/token.create", purpose="upload")[1]["id"]
    secret = admin.act(f"/tokens/{token}/issue")[1]["secret"]
    body, kind = multipart({"plan": ("a.bin", bytes(3 * MEGABYTE))}, {})
    status, text, _ = dealer.clone().ask("POST", "/api/order_forms/1/order_form.change", body,
                                         {"Content-Type": kind, "Authorization": f"Bearer {secret}", "Cookie": ""})
    assert status == 200, text


def test_damaged(house, dealer):
    """What the disk lost or cut is not given out as if it were the file; it is a fault, with an id."""
    number, name = rows(house, "SELECT id, sha256 FROM file ORDER BY id DESC LIMIT 1")[0]
    path = pathlib.Path(house.folder, "files", name[:2], name[2:])
    content = path.read_bytes()
    for harm in (lambda: path.write_bytes(content[:-1]), lambda: path.write_bytes(b""), path.unlink):
        harm()
        status, text, headers = dealer.ask("GET", f"/files/{number}/content")
        assert status == 500 and headers["X-Request-Id"] in text, (status, text)
        assert name not in text and house.folder not in text, text
    path.write_bytes(content)
    assert dealer.ask("GET", f"/files/{number}/content")[0] == 200


def main():
    with tempfile.TemporaryDirectory(prefix="gendan-") as folder:
        house = House(sys.argv[1], folder).start("demo", "--bare")
        dealer = Person(house, "dealer")
        tests = (test_large, test_killed_client, test_refused_act, test_twice_is_once, test_types, test_limit,
                 test_programs, test_damaged)
        run_tests([(test.__name__, lambda test=test: test(house, dealer)) for test in tests]
                  + [("stop_and_verify", lambda: (house.stop(), house.verify()))])


main()
