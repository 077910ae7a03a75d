#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sent is taken for what it says, or refused by name: nothing is guessed. Usage: test-inputs.py GENDAN. Prints
TAP."""
import json
import socket
import sys
import time

from house import Browser, run
from journey import LINE


def fields_of(body):
    return {reason.get("field") for reason in json.loads(body)["reasons"]}


def test_kinds(base):
    """A value of another kind than the field's is refused, and becomes no text and no number."""
    clerk = Browser(base, "clerk")
    form = clerk.act("/orders/1/order_form.create")
    add = f"/order_forms/{form}/order_form_line.add"
    for field, values in (("area", (True, 12, ["a", "b"], {"a": 1}, 1.5)), ("style", (False, 0, ["a"])),
                          ("width", (True, [1, 2], 1.5, "1,2", "4 2", "1,234", " 12", "0x10", "1e3", {})),
                          ("quantity", (True, "2.0", "1 000", [2]))):
        for value in values:
            status, body = clerk.try_act(add, **{**LINE, field: value})
            assert status == 422 and fields_of(body) == {field}, (field, value, status, body)
    for value in ("42000", 42000):
        line = clerk.act(add, **{**LINE, "width": value})
        assert clerk.row(f"/order_form_lines/{line}")["width"] == 42000, value


def test_texts_are_what_is_seen(base):
    """A needed text of blanks is none; what turns the direction of writing, or is not seen at all, is left out."""
    clerk = Browser(base, "clerk")
    for blank in ("   ", "\t", "\u3000\u3000", "\u00a0", "\u200b", "\u202e", "\u200d", "\ufeff \u2060"):
        status, body = clerk.try_act("/orders/1/order.change", name=blank)
        assert status == 422 and fields_of(body) == {"name"}, (blank, status, body)
    for sent, kept in (("a\u202egnp.exe", "agnp.exe"), ("\u202d13800138000\u202c", "13800138000"),
                       ("\u3000华 南\u3000", "华 南"), ("a\u200db", "a\u200db"), ("\ufeffx", "x")):
        clerk.act("/orders/1/order.change", name=sent)
        assert clerk.row("/orders/1")["name"] == kept, sent
    for broken in ("a\u0085b", "a\u009bb", "a\u007fb", "a\u2028b", "a\nb", "a\x1bb"):
        status, body = clerk.try_act("/orders/1/order.change", name=broken)
        assert status == 422 and fields_of(body) == {"name"}, (broken, status, body)


def test_twice(base):
    """Of a field that came twice nobody knows which was meant; one of several values takes them all."""
    clerk, admin = Browser(base, "clerk"), Browser(base, "admin")
    for path, status in (("/orders/1/order.change", 422), ("/api/orders/1/order.change", 422)):
        answer = clerk.send(path, name=["one", "two"])
        assert answer[0] == status and "twice" in answer[1], answer
    assert clerk.row("/orders/1")["name"] not in ("one", "two")
    assert admin.send("/new/user.create", login="both", name="Both", roles=["clerk", "sales"])[0] == 303
    assert json.loads(admin.get("/api/users?q=both")[1])[0]["roles"] == ["clerk", "sales"]


def test_key(base):
    """A key that no index would hold is refused."""
    clerk = Browser(base, "clerk")
    headers = {"X-CSRF-Token": clerk.token(), "Content-Type": "application/json"}
    for size, expected in ((200, 200), (201, 422), (20000, 422)):
        status, body, _ = clerk.ask("/api/orders/1/order.change", b'{"name": "key"}',
                                    {**headers, "Idempotency-Key": "k" * size})
        assert status == expected, (size, status, body)


def test_in_pieces(base):
    """However the network cuts a form, each of its fields comes once and whole."""
    clerk = Browser(base, "clerk")
    edge, token = "--edge\r\nContent-Disposition: form-data; name=", clerk.token()
    body = f'{edge}"_csrf"\r\n\r\n{token}\r\n{edge}"name"\r\n\r\nIn pieces\r\n{edge}"note"\r\n\r\n\r\n--edge--\r\n'
    cookie = "; ".join(f"{cookie.name}={cookie.value}" for cookie in clerk.cookies)
    head = (f"POST /orders/1/order.change HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nContent-Length: {len(body)}\r\n"
            "Content-Type: multipart/form-data; boundary=edge\r\nConnection: close\r\n\r\n")
    with socket.create_connection(("127.0.0.1", int(base.rsplit(":", 1)[1])), timeout=30) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.sendall(head.encode())
        for byte in body.encode():
            line.sendall(bytes([byte]))
            time.sleep(0.001)  # most arrive alone, then
        answer = line.makefile().read()
    assert answer.startswith("HTTP/1.1 303"), answer
    assert clerk.row("/orders/1")["name"] == "In pieces"


def test_the_server_speaks_the_language_of_who_asks(base):
    """What is refused before anybody looks at who asks is said in their language too."""
    body = b"--edge\r\n" + b"Content-Disposition: form-data; name=\"remarks\"\r\n\r\n" + b"\xff\r\n--edge--\r\n"
    for language, words, large in (("en", "is not UTF-8", "too large"), ("zh-CN", "表单里有一个字段", "内容太多"),
                                   ("zh-TW", "表單裡有一個欄位", "內容太多")):
        person = Browser(base, "clerk", language)
        for path in ("", "/api"):
            status, said, _ = person.ask(path + "/orders/1/order_form.create", body,
                                         {"Content-Type": "multipart/form-data; boundary=edge"})
            assert status == 400 and words in said, (language, path, said)
        status, said, _ = person.send("/orders/1/order_form.create", remarks="x" * (1 << 21))
        assert status == 413 and large in said, (language, said)
    chosen = Browser(base, language="en")
    chosen.post("/language", language="zh_TW")
    assert "表單裡" in chosen.ask("/login", body, {"Content-Type": "multipart/form-data; boundary=edge"})[1]


def test_addresses_of_lists(base):
    """However often something stands in an address, the answer comes."""
    clerk = Browser(base, "clerk")
    columns = "&".join(["column=" + ".".join(["name"] * 60)] * 100)
    status, _, headers = clerk.get(f"/orders?{columns}")
    assert status == 200 and len(headers["Set-Cookie"]) < 200, (status, headers)
    for path in ("/orders", "/api/orders"):
        assert clerk.get(f"{path}?q={'%25_' * 66}")[0] == 200
        status, body, _ = clerk.get(f"{path}?q={'%' + '25'}" + "x" * 200)
        assert status == 422 and "200" in body, (status, body)


if __name__ == "__main__":
    run(sys.argv[1], globals())
