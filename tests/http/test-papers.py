# SPDX-License-Identifier: GPL-3.0-or-later
"""Papers as PDF: what stands on them, who gets them, and that nothing leaves the house unmarked before it may.
Usage: test-papers.py GENDAN."""
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from house import PDF, Browser, run
from journey import LINE, Journey

STORY = {}


def fetch(browser, path):
    """Status, bytes and headers of a paper."""
    request = urllib.request.Request(browser.base + path, None, {"Accept-Language": browser.language})
    try:
        with browser.opener.open(request, timeout=60) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read(), refusal.headers


def pages(pdf):
    """The texts of the pages, blanks drawn together."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        text = subprocess.run(["pdftotext", "-layout", file.name, "-"], check=True, capture_output=True).stdout
    return [re.sub(r"\s+", " ", page) for page in text.decode().split("\f")[:-1]]


def paper(browser, path):
    status, pdf, headers = fetch(browser, path)
    assert status == 200, (path, status, pdf[:300])
    assert headers["Content-Type"] == "application/pdf" and pdf.startswith(b"%PDF-"), headers
    return pages(pdf)


def is_marked(page, marked="Draft"):
    """In words at its foot, and large across it: there letters stand one by one."""
    return marked in page and len(re.findall(r"(?<!\w)D|D(?!\w)", page.replace(marked, "", 1))) > 0


def contract(base):
    """A contract with lines enough for several pages; its journey."""
    if "contract" not in STORY:
        way = Journey(base, 1)
        way.form = way["dealer"].act("/orders/1/order_form.create")
        for i in range(70):
            more = {"area": f"Room {i + 1}", "frame_colour": "哑光黑", "hardware": "W" * 90, "remarks": "门 קיר 🚪 wall"}
            way["dealer"].act(f"/order_forms/{way.form}/order_form_line.add", **{**LINE, **more})
        way["dealer"].act(f"/order_forms/{way.form}/order_form.submit")
        way["clerk"].act(f"/order_forms/{way.form}/order_form.accept")
        way.draft_contract(amount=12800050)
        STORY["contract"] = way
    way = STORY["contract"]
    return way, f"/contracts/{way.contract}/contract.pdf"


def test_contract_before_the_seal(base):
    way, path = contract(base)
    texts = paper(way["clerk"], path)
    whole = " ".join(texts)
    assert len(texts) > 3, len(texts)
    for number, page in enumerate(texts, 1):
        assert is_marked(page), page
        assert f"{number} / {len(texts)}" in page, page
    for expected in ("Supply contract", "Room 70", "¥128,000.50", "壹拾贰万捌仟元零伍角整",
                     "30 % ¥38,400.15 before production", "70 % ¥89,600.35 before delivery",
                     "20 working days from the day", "30/70", "by law", "not signed yet", "140"):
        assert expected in whole, (expected, whole)
    assert re.search(r"Signed at .* 20\d\d, ", whole) and re.search(r"\b[0-9a-f]{64}\b", whole), whole
    goods = [page for page in texts if re.search(r"Room \d", page)]
    assert len(goods) > 3 and all("Thickness" in page for page in goods), "the head of a table is repeated"
    assert "signed and sealed" not in whole
    for dealer in ("dealer", "dealer2"):
        assert fetch(Browser(base, dealer), path)[0] == 404, "a draft is the house's"


def test_contract_after_the_seal(base):
    way, path = contract(base)
    way["clerk"].act(f"/contracts/{way.contract}/contract.submit")
    for who in ("manager", "gm"):
        way[who].act(f"/contracts/{way.contract}/contract.sign")
    signed = paper(way["clerk"], path)
    assert all(is_marked(page) for page in signed) and "not signed yet" in signed[-1], signed[-1]
    way["finance"].act(f"/contracts/{way.contract}/contract.sign")
    for who in ("clerk", "dealer"):
        texts = paper(way[who], path)
        assert not any("Draft" in page for page in texts), texts
        for name in ("王经理", "赵总", "郑会计"):
            assert re.search(name + r" \d+ \w+ 20\d\d, \d\d:\d\d", texts[-1]), texts[-1]
        assert "signed and sealed" in texts[-1] and "not signed yet" not in texts[-1]
    assert paper(way["dealer"], "/api" + path) == paper(way["dealer"], path)
    assert fetch(way["dealer"], path)[1] == fetch(way["dealer"], path)[1], "equal papers are equal files"
    assert fetch(Browser(base, "dealer2"), path)[0] == 404, "another dealer's"
    assert fetch(Browser(base), "/api" + path)[0] == 401
    for wrong in (f"/contracts/{way.contract}/works_order.pdf", "/contracts/999/contract.pdf", "/orders/1/contract.pdf",
                  f"/contracts/{way.contract}/.pdf"):
        assert fetch(way["clerk"], wrong)[0] == 404, wrong


def test_languages(base):
    way, path = contract(base)
    for language, words in (("zh-CN", ("订货合同", "需方", "人民币大写 壹拾贰万", "个工作日", "签字盖章")),
                            ("zh-TW", ("訂貨合同", "人民幣大寫 壹拾貳萬", "個工作日"))):
        whole = " ".join(paper(Browser(base, "clerk", language), path))
        for word in words:
            assert word in whole, (word, whole)


def test_offered_where_it_is_needed(base):
    way, path = contract(base)
    for who, page in (("clerk", f"/contracts/{way.contract}"), ("clerk", "/orders/1"), ("dealer", "/orders/1"),
                      ("dealer", f"/contracts/{way.contract}")):
        assert f'href="{path}"' in way[who].get(page)[1], (who, page)
    portal = way["dealer"].get("/orders/1")[1]
    card = re.search(r'<section class="card ask-card.*?</section>', portal, re.S).group(0)
    assert f'href="{path}"' in card and "contract.countersign" in card, "beside the act"


def test_contract_in_force(base):
    way, path = contract(base)
    way.post("dealer", f"/contracts/{way.contract}/contract.countersign", [("countersigned", "back.pdf", PDF)])
    texts = paper(way["dealer"], path)
    assert "Effective since" in texts[-1] and "Draft" not in "".join(texts), texts[-1]


if __name__ == "__main__":
    run(sys.argv[1], dict(globals()))
