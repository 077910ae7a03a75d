#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server as it is seen from outside: TLS, a trusted proxy, probes, and what it writes down.
Usage: test-serving.py GENDAN."""
import concurrent.futures
import re
import socket
import ssl
import struct
import subprocess
import urllib.error
import urllib.request
import warnings

from gendan import OWN, Browser, Server, command, eventually, init, main, raw, settle_in

GET = "GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{}\r\n"


def certificate(folder):
    """A certificate for 127.0.0.1, signed by itself: the files of it and of its key."""
    pem, key = str(folder / "cert.pem"), str(folder / "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", pem, "-days", "1", "-subj", "/CN=gendan test",
                    "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    return pem, key


def test_tls(folder):
    pem, key = certificate(folder)
    password = init(folder / "data")
    with Server(folder / "data", "--certificate", pem, "--key", key, scheme="https") as server:
        person = Browser(server.base, cafile=pem)
        status, _, headers = person.log_in("admin", password)
        assert status == 303, status
        assert "Secure" in headers["Set-Cookie"] and "HttpOnly" in headers["Set-Cookie"], headers["Set-Cookie"]
        assert "max-age=" in headers["Strict-Transport-Security"]
        try:
            Browser(server.base, cafile=ssl.get_default_verify_paths().cafile).get("/healthz")
            raise AssertionError("a certificate that nobody vouches for is not accepted by the client")
        except urllib.error.URLError as refusal:
            assert "CERTIFICATE_VERIFY_FAILED" in str(refusal), refusal
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        with warnings.catch_warnings(action="ignore"):
            old.set_ciphers("DEFAULT@SECLEVEL=0")  # the client itself would speak it
            old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
            old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        try:
            urllib.request.urlopen(server.base + "/healthz", context=old, timeout=20)
            raise AssertionError("TLS 1.1 is not spoken")
        except urllib.error.URLError:
            pass
        assert "HTTP/1.1 2" not in raw(server, GET.format("/", "127.0.0.1", "")), "no plain text on the TLS port"
    with Server(folder / "data") as server:
        headers = Browser(server.base).log_in("admin", password)[2]
        assert "Secure" not in headers["Set-Cookie"] and not headers["Strict-Transport-Security"]


def test_late_over_tls(folder):
    """Who is too slow is told so behind TLS as well: with a body in the asker's language, with a head in two."""
    pem, key = certificate(folder)
    init(folder / "data")
    trusts = ssl.create_default_context(cafile=pem)
    with Server(folder / "data", "--certificate", pem, "--key", key, "--idle-seconds", "1", "--head-seconds", "1",
                scheme="https") as server:
        def ask(request):
            with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
                with trusts.wrap_socket(line, server_hostname="127.0.0.1", suppress_ragged_eofs=False) as secret:
                    secret.sendall(request.encode())
                    return b"".join(iter(lambda: secret.recv(65536), b"")).decode()
        head = "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nAccept: text/html\r\n"
        for language, words in (("en", "took too long"), ("zh-CN", "请求")):
            answer = ask(f"{head}Accept-Language: {language}\r\n\r\nx")
            assert answer.startswith("HTTP/1.1 408 ") and words in answer and "</html>" in answer, answer
        answer = ask("GET / HTTP/1.1\r\nHost:")
        assert answer.startswith("HTTP/1.1 408 ") and "took too long" in answer and "请重新发送" in answer, answer
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
            assert line.recv(1) == b"", "who does not even begin is cut off"
        assert "HTTP/1.1 200" in ask(GET.format("/healthz", "127.0.0.1", "")), "and the others go on"


REFUSED = (
    (400, "GET /%00 HTTP/1.1\r\nHost: x\r\n"), (400, "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n"),
    (400, "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
    (400, "GET / HTTP/1.1\r\nHost : x\r\n"), (501, "BREW / HTTP/1.1\r\nHost: x\r\n"),
    (405, "PUT /orders HTTP/1.1\r\nHost: x\r\n"), (405, "DELETE /login HTTP/1.1\r\nHost: x\r\n"),
    (413, "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n"),
    (414, f"GET /{'a' * 40000} HTTP/1.1\r\nHost: x\r\n"), (414, f"GET /?{'a' * 200000} HTTP/1.1\r\nHost: x\r\n"),
    (431, f"GET / HTTP/1.1\r\nHost: x\r\nX: {'a' * 200000}\r\n"),
    (415, "POST /login HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n"),
    (415, "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n"),
    (408, "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n"))


def test_refusals_are_read_by_whom_they_are_for(folder):
    """What is refused before a page answers is said in the asker's language, as a page or as data."""
    init(folder)
    with Server(folder, "--idle-seconds", "2") as server:
        for status, head in REFUSED:
            for accept, kind in (("text/html,*/*;q=0.8", "text/html"), ("application/json", "application/problem+json"),
                                 ("*/*", "text/plain")):
                for language, chinese in (("zh-CN,zh;q=0.9", True), ("en", False)):
                    answer = raw(server, f"{head}Connection: close\r\nAccept: {accept}\r\n"
                                 f"Accept-Language: {language}\r\n\r\nx")
                    said, body = answer.split("\r\n\r\n", 1)
                    place = (head[:60], accept, language, answer[:400])
                    assert said.startswith(f"HTTP/1.1 {status} "), place
                    assert f"Content-Type: {kind}" in said, place
                    assert bool(re.search("[\u4e00-\u9fff]", body.replace("跟单", "").replace("简体中文", "")
                                          .replace("繁體中文", ""))) == chinese, place
                    assert f'"status":{status}' in body or kind != "application/problem+json", place
                    assert "nosniff" in said, place
        assert "Allow: GET, HEAD" in raw(server, "PUT /orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    with Server(folder, "--public-address", "https://right.example") as server:
        answer = raw(server, GET.format("/", "wrong.example", "Accept: text/html\r\nAccept-Language: zh-TW\r\n"))
        assert answer.startswith("HTTP/1.1 421") and "另一個網址" in answer, answer


def addresses(server):
    """The addresses in the log, in the order of the requests; call when the server has ended."""
    return re.findall(r" path=/login address=(\S+)", server.log())


def test_forged_addresses(folder):
    """Only the trusted proxy is believed; of its chain only the last link, which it added itself."""
    init(folder)
    forged = "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n"
    with Server(folder) as server:
        answer = raw(server, GET.format("/login", "x", forged))
        assert "Strict-Transport-Security" not in answer, "nobody is trusted: this is no TLS"
    assert addresses(server) == ["127.0.0.1"], server.log()
    with Server(folder, "--trusted-proxy", "192.0.2.1") as server:
        assert "Strict-Transport-Security" not in raw(server, GET.format("/login", "x", forged))
    assert addresses(server) == ["127.0.0.1"], server.log()
    with Server(folder, "--trusted-proxy", "127.0.0.1") as server:
        assert "Strict-Transport-Security" in raw(server, GET.format("/login", "x", forged))
        chain = "X-Forwarded-For: 198.51.100.1, 203.0.113.8\r\nX-Forwarded-Proto: http\r\n"
        assert "Strict-Transport-Security" not in raw(server, GET.format("/login", "x", chain))
        raw(server, GET.format("/login", "x", "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-For: 203.0.113.10\r\n"))
        raw(server, GET.format("/login", "x", "X-Forwarded-For: no address\r\n"))
        raw(server, GET.format("/login", "x", ""))
    assert addresses(server) == ["203.0.113.7", "203.0.113.8", "203.0.113.10", "127.0.0.1", "127.0.0.1"], server.log()


def test_public_address(folder):
    init(folder)
    with Server(folder, "--public-address", "https://gendan.example.com") as server:
        good = raw(server, GET.format("/login", "Gendan.example.com", ""))
        assert good.split()[1] == "200" and "Strict-Transport-Security" in good, good[:200]
        for host in ("evil.example.com", "gendan.example.com.evil.net", "127.0.0.1"):
            assert raw(server, GET.format("/login", host, "")).split()[1] == "421", host
        assert raw(server, GET.format("/healthz", "127.0.0.1", "")).split()[1] == "200"
    for wrong in ("gendan.example.com", "ftp://x", "https://x/path", "https://"):
        assert "--public-address" in command("serve", "--public-address", wrong).stderr, wrong


def test_healthz(folder):
    """A broken file is seen at once, whatever the server's readers still have in memory."""
    init(folder)

    def ask_often(server):
        with concurrent.futures.ThreadPoolExecutor(16) as many:
            return set(many.map(lambda _: Browser(server.base).get("/healthz")[:2], range(32)))
    with Server(folder) as server:
        assert ask_often(server) == {(200, "ok\n")}
        (folder / "gendan.db").write_bytes(b"not a database any more" * 1000)
        (folder / "gendan.db-wal").unlink(missing_ok=True)
        assert ask_often(server) == {(503, "the database does not answer\n")}
        server.process.kill()  # what is left of its database cannot be closed in order
        server.process.wait()
        server.process.returncode = 0
    assert re.search(r"level=error event=fault .* path=/healthz .*text=", server.log()), server.log()


def metrics(server):
    status, text, _ = Browser(server.base).get("/metrics", Authorization="Bearer let-me-see")
    assert status == 200, (status, text)
    values = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            assert re.fullmatch(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})?', name) and name not in values, line
            values[name] = float(value)
    return values


TOKEN = {"GENDAN_METRICS_TOKEN": "let-me-see"}


def test_metrics(folder):
    password = init(folder)
    with Server(folder, env=TOKEN) as server:
        person = settle_in(server, "admin", password)
        person.get("/orders")
        person.get("/api/orders/999999")
        eventually(lambda: metrics(server)['gendan_http_request_seconds_count{kind="api"}'] == 1)
        after = metrics(server)
        assert after['gendan_http_requests_total{kind="page",status="200"}'] == 2, after
        assert after['gendan_http_requests_total{kind="act",status="303"}'] == 2, after
        assert after['gendan_http_request_seconds_count{kind="page"}'] == 2
        assert after['gendan_http_request_seconds_bucket{kind="page",le="+Inf"}'] == 2
        assert after['gendan_http_requests_total{kind="api",status="404"}'] == 1
        assert after["gendan_event_streams"] == 0 and after["gendan_db_waiting"] == 0
        assert after["gendan_db_commit_works_count"] > 0 and after["gendan_db_commit_works_sum"] > 0
        assert 1e6 < after["process_resident_memory_bytes"] < 1e9 and after["process_start_time_seconds"] > 1.7e9
        for kind in ("page", "act", "api"):
            counts = [value for name, value in after.items() if f'seconds_bucket{{kind="{kind}"' in name]
            assert counts == sorted(counts), "a histogram's buckets add up"


def test_metrics_are_not_public(folder):
    init(folder)
    def status(headers):
        return raw(server, GET.format("/metrics", "127.0.0.1", headers)).split()[1]
    with Server(folder, env=TOKEN) as server:
        for headers in ("", "X-Forwarded-For: 127.0.0.1\r\n", "Authorization: Bearer let-me-se\r\n",
                        "Authorization: Bearer \r\n", "Authorization: let-me-see\r\n"):
            assert status(headers) == "403", headers
        assert status("Authorization: Bearer let-me-see\r\n") == "200"
    with Server(folder) as server:  # no token is set: nobody may
        assert status("") == status("Authorization: Bearer \r\n") == "403"


def test_log(folder):
    password = init(folder)
    with Server(folder, env={"GENDAN_LOG_LEVEL": "debug"}) as server:
        person = settle_in(server, "admin", password)
        Browser(server.base).log_in("admin", "a-wrong-password")
        headers = person.get("/orders?q=secret-words")[2]
        person.get("/orders/no%20such%20%22page%22")
        person.get("/%E2%80%AE%C2%9B31m%E2%80%A8%E5%9B%BE")
    log = server.log()
    for hidden in (password, OWN.replace(" ", "+"), OWN, "a-wrong-password", "secret-words",
                   *(cookie.value for cookie in person.jar)):
        assert hidden not in log, hidden
    line = re.search(r"^time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=info event=request id=(\w+) "
                     r"method=GET path=/orders address=127\.0\.0\.1 user=\d+ status=200 us=\d+ bytes=[1-9]\d*$",
                     log, re.M)
    assert line and line.group(1) == headers["X-Request-Id"], log
    assert r'path="/orders/no such \"page\""' in log, log
    assert r'path="/\u202e\u009b31m\u2028图"' in log, "no terminal obeys what a stranger asked for"
    with Server(folder, "--log-level", "warning") as server:
        Browser(server.base).get("/orders")
    assert server.log() == "", "no warnings, no lines"


def test_log_is_lines(folder):
    """Whatever the HTTP library has to say of clients that leave is a line as all others are."""
    with Server(folder, "--bare", verb="demo", env={"GENDAN_LOG_LEVEL": "debug"}) as server:
        clerk = Browser(server.base)
        assert clerk.log_in("clerk", "gendan-demo")[0] == 303
        cookie = f"Cookie: gendan={next(one.value for one in clerk.jar if one.name == 'gendan')}\r\n"
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
                line.sendall(f"GET /events HTTP/1.1\r\nHost: x\r\n{cookie}\r\n".encode())
                assert line.recv(4096)
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # leaves with a reset
        for _ in range(2):
            assert clerk.post("/orders/1/comment.add", _csrf=clerk.token(), text="news for the streams")[0] == 303
        eventually(lambda: len(re.findall("path=/events", server.log())) == 3)
        raw(server, "NONSENSE\r\n\r\n")
    log = server.log()
    strange = [line for line in log.splitlines() if not re.match(r"time=\S+Z level=\w+ event=\w+ ", line)]
    assert not strange, strange
    assert "http:" in log, "the library has said something"


main(globals())
