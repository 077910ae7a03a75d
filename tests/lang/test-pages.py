#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""No page shows English to who reads Chinese: every kind of page that each role can reach is read in both scripts.
Usage: test-pages.py GENDAN. Prints TAP."""
import html
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "http"))
import house

LANGUAGES = {"zh_CN": "zh-Hans", "zh_TW": "zh-Hant"}
# What stands in Latin letters on a Chinese page too: names, codes, units, file types, and what the demo's people typed.
ALLOWED = re.compile(
    r"gendan|English|PDF|PNG|JPE?G|DXF|DWG|CSV|XLSX?|JSON|SHA-?256|UTC|UTF-8|API|ID|OK|mm|kg|SF Express|"
    r"[A-Z]-?\d[\w-]*|v?\d[\w.]*|[0-9a-f]{32,64}")
# The demo's login names, which the page of users shows.
LOGINS = {"admin", "clerk", "clerk2", "sales", "designer", "production", "warehouse", "finance", "manager", "regional",
          "gm", "surveyor", "estimator", "purchasing", "installer", "dealer", "dealer2", "dealer3"}
# Text inside these is data: what people have typed, or an address.
TYPED = re.compile(r"<(script|style|textarea|code|svg)\b.*?</\1>", re.S)


def english(page):
    """The Latin words that a reader of the page sees."""
    page = TYPED.sub(" ", re.sub(r"<!--.*?-->", " ", page, flags=re.S))
    seen = re.sub(r"<[^>]*>", " ", page)
    told = " ".join(re.findall(r"\b(?:title|placeholder|aria-label|alt)=\"([^\"]*)\"", page))
    words = re.findall(r"[A-Za-z][A-Za-z0-9_.'-]*", ALLOWED.sub(" ", html.unescape(f"{seen} {told}")))
    return [word for word in words if len(word) > 1]


def links(page):
    """Where a reader may go from the page; writing is left alone."""
    found = {html.unescape(path) for path in re.findall(r'href="(/[^"#]*)', page)}
    return {path for path in found if not re.match(r"/(assets|files/\d+/content|api)\b", path)}


def shape(path):
    """Pages that differ only in the row shown are alike; a few of each are enough."""
    return re.sub(r"\d+", "N", re.sub(r"([?&](q|before|after)=)[^&]*", r"\1X", path))


def crawl(browser, most):
    """Every kind of page that can be reached, as path → text."""
    pages, waiting, kinds = {}, ["/"], {}
    while waiting and len(pages) < most:
        path = waiting.pop(0)
        kinds[shape(path)] = kinds.get(shape(path), 0) + 1
        if path in pages or kinds[shape(path)] > 2:
            continue
        status, page, headers = browser.get(path)
        assert status == 200, (path, status)
        if not headers["Content-Type"].startswith("text/html"):
            continue
        pages[path] = page
        waiting += sorted(links(page))
    return pages


def test_the_check_catches_english(base):
    assert english("<p title='x'>Order <b>订单</b> O-00001 PDF</p>") == ["Order"]
    assert english('<a title="Open it">打开</a><textarea>typed by hand</textarea>') == ["Open", "it"]


def test_no_english_on_chinese_pages(base):
    seen = 0
    for user in ("clerk", "dealer", "finance", "gm", "admin"):
        for language, code in LANGUAGES.items():
            browser = house.Browser(base, user)
            browser.post("/language", _csrf=browser.token(), language=language)
            pages = crawl(browser, 60)
            seen += len(pages)
            for path, page in pages.items():
                assert f'lang="{code}"' in page, path
                words = set(english(page)) - (LOGINS if path.startswith("/users") else set())
                assert not words, (user, language, path, words)
    assert seen > 100, seen
    stranger = house.Browser(base).ask("/login", headers={"Accept-Language": "zh-TW"})[1]
    assert "zh-Hant" in stranger and not english(stranger), english(stranger)


def test_refusals_are_translated(base):
    browser = house.Browser(base, "clerk")
    browser.post("/language", _csrf=browser.token(), language="zh_CN")
    headers = {"X-CSRF-Token": browser.token(), "Content-Type": "application/json"}
    for path, body in (("/api/dealers", b"{"), ("/api/dealers", b'{"level": "z"}'), ("/api/orders/1/cancel", b"{}"),
                       ("/api/nothing", b"{}"), ("/api/orders", b'{"name": "x"}')):
        status, text, _ = browser.ask(path, body, headers)
        messages = [reason["message"] for reason in json.loads(text)["reasons"]]
        assert status >= 400 and messages, (path, text)
        for message in messages:
            assert re.search("[\u4e00-\u9fff]", message), message


house.run(sys.argv[1], dict(globals()))
