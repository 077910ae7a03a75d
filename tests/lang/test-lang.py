#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every text of the program is there in every language: each message id has its translations, arguments stand in the
same order, simplified and traditional characters are not mixed, and no page shows English to who reads Chinese.
Usage: test-lang.py GENDAN SOURCE. Prints TAP."""
import html
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "http"))
import catalogue
import house

GENDAN, SOURCE = sys.argv[1:3]
# The characters of each script: a Chinese character that its national standard lacks is of the other script.
LANGUAGES = {"zh_CN": "gb2312", "zh_TW": "big5"}
ARGUMENT = re.compile(r"%(?:\d+\$)?[-+ 0#]*\d*(?:\.\d+)?(?:l|ll|z)?[a-zA-Z%]")
PARTS = re.compile(r"\{[a-z_]+\}")


def of_other_script(text, codec):
    def lacks(character):
        try:
            character.encode(codec)
        except UnicodeEncodeError:
            return True
        return False
    return [character for character in text if "\u4e00" <= character <= "\u9fff" and lacks(character)]


def untranslated(ids, texts):
    return [f"{place}: {text}" for text, place in ids.items() if not texts.get(text)]


def mismatched(texts):
    return [text for text, translation in texts.items()
            if ARGUMENT.findall(text) != ARGUMENT.findall(translation)
            or sorted(PARTS.findall(text)) != sorted(PARTS.findall(translation))]


def test_every_id_is_translated(base):
    ids = catalogue.ids(SOURCE)
    assert len(ids) > 600, "the sources' ids are found"
    for language in LANGUAGES:
        texts = catalogue.read(f"{SOURCE}/lang/{language}.po")
        assert not untranslated(ids, texts), (language, untranslated(ids, texts))
        unused = [text for text in texts if text not in ids]
        assert not unused, (language, "nothing says", unused)


def test_arguments_match(base):
    for language in LANGUAGES:
        texts = catalogue.read(f"{SOURCE}/lang/{language}.po")
        assert not mismatched(texts), (language, mismatched(texts))


def test_scripts_are_not_mixed(base):
    for language, codec in LANGUAGES.items():
        mixed = {translation: of_other_script(translation, codec)
                 for translation in catalogue.read(f"{SOURCE}/lang/{language}.po").values()
                 if of_other_script(translation, codec)}
        assert not mixed, (language, mixed)


def test_the_checks_catch_faults(base):
    assert untranslated({"Order": "x.c"}, {"Order": ""}) and not untranslated({"Order": "x.c"}, {"Order": "订单"})
    assert mismatched({"%d of %s": "%s 之 %d"}) and mismatched({"%d rows": "若干行"}) and not mismatched({"%d of %d": "%d 之 %d"})
    assert of_other_script("訂单", "big5") == ["单"] and of_other_script("訂单", "gb2312") == ["訂"]
    assert english("<p title='x'>Order <b>订单</b> O-00001 PDF</p>") == ["Order"]


# What stands in Latin letters on a Chinese page too: names, codes, units, file types, and what the demo's people typed.
ALLOWED = re.compile(
    r"gendan|English|PDF|PNG|JPE?G|DXF|DWG|CSV|XLSX?|JSON|SHA-?256|UTC|UTF-8|API|ID|OK|mm|kg|SF Express|"
    r"[A-Z]-?\d[\w-]*|v?\d[\w.]*|[0-9a-f]{32,64}")
# The demo's login names, which the page of users shows.
LOGINS = {"admin", "clerk", "sales", "designer", "production", "warehouse", "finance", "manager", "regional", "gm",
          "dealer", "dealer2", "dealer3"}
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


def test_no_english_on_chinese_pages(base):
    seen = 0
    for user in ("clerk", "dealer", "finance", "gm", "admin"):
        for language, codec in LANGUAGES.items():
            browser = house.Browser(base, user)
            browser.post("/language", _csrf=browser.token(), language=language)
            pages = crawl(browser, 60)
            seen += len(pages)
            for path, page in pages.items():
                assert f'lang="{"zh-Hans" if language == "zh_CN" else "zh-Hant"}"' in page, path
                words = set(english(page)) - (LOGINS if path.startswith("/users") else set())
                assert not words, (user, language, path, words)
    assert seen > 100, seen
    stranger = house.Browser(base).ask("/", headers={"Accept-Language": "zh-TW"})[1]
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


house.run(GENDAN, globals())
