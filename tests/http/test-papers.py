# SPDX-License-Identifier: GPL-3.0-or-later
"""Papers as PDF: what stands on them, who gets them, and that nothing leaves the house unmarked before it may.
Usage: test-papers.py GENDAN."""
import datetime
import hashlib
import html
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from house import PDF, Browser, run
from journey import LINE, Journey

STORY = {}
LONG = "玻璃隔断单元板（含五金配件、密封胶条、安装说明书）广州市天河区黄埔大道西 120 号"


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
        way.form = way["dealer"].act("/orders/1/order_form.create", remarks="Film on all glass")
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
                     "30% ¥38,400.15 before production", "70% ¥89,600.35 before delivery",
                     "20 working days from the day", "30/70", "by law", "not signed yet", "140"):
        assert expected in whole, (expected, whole)
    assert re.search(r"Signed at .* 20\d\d, ", whole) and re.search(r"\b[0-9a-f]{64}\b", whole), whole
    goods = [page for page in texts if re.search(r"Room \d", page)]
    assert len(goods) > 3 and all("Thickness" in page for page in goods), "the head of a table is repeated"
    for dealer in ("dealer", "dealer2"):
        assert fetch(Browser(base, dealer), path)[0] == 404, "a draft is the house's"


def test_languages(base):
    way, path = contract(base)
    for language, words in (("zh-CN", ("订货合同", "需方", "人民币大写 壹拾贰万", "个工作日", "签字盖章")),
                            ("zh-TW", ("訂貨合約", "人民幣大寫 壹拾貳萬", "個工作日"))):
        whole = " ".join(paper(Browser(base, "clerk", language), path))
        for word in words:
            assert word in whole, (word, whole)


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
        assert "not signed yet" not in texts[-1]
    assert texts == paper(way["clerk"], path) and "Waits for" not in texts[0], texts[0]
    assert fetch(Browser(base, "dealer2"), path)[0] == 404, "another dealer's"
    assert fetch(Browser(base), "/api" + path)[0] == 401
    for wrong in (f"/contracts/{way.contract}/works_order.pdf", "/contracts/999/contract.pdf", "/orders/1/contract.pdf",
                  f"/contracts/{way.contract}/.pdf"):
        assert fetch(way["clerk"], wrong)[0] == 404, wrong


def sealed(base):
    """The contract as it was when it was sealed."""
    if "sealed" not in STORY:
        way, path = contract(base)
        STORY["sealed"] = fetch(way["clerk"], path)[1]
    return STORY["sealed"]


def assert_as_sealed(base):
    way, path = contract(base)
    for reader in (way["clerk"], way["dealer"], way["gm"], Browser(base, "clerk", "zh-CN"),
                   Browser(base, "dealer", "zh-TW")):
        for address in (path, "/api" + path):
            assert fetch(reader, address)[1] == sealed(base), (reader.language, address)


def test_what_was_sealed_stays(base):
    """It is a file from then on, in whatever language somebody reads it, and the page says its fingerprint."""
    way, path = contract(base)
    sha256 = hashlib.sha256(sealed(base)).hexdigest()
    assert_as_sealed(base)
    way["clerk"].act("/dealers/1/dealer.change", name="Renamed Ltd", address="Elsewhere 1")
    assert_as_sealed(base)
    file = way["dealer"].row(f"/contracts/{way.contract}")["paper"]
    assert way["dealer"].row(f"/files/{file}")["sha256"] == sha256
    for who in ("clerk", "dealer"):
        page = way[who].get(f"/contracts/{way.contract}")[1]
        assert f'title="SHA-256 {sha256}"' in page and f"<code>{sha256[:12]}</code>" in page, who
        assert fetch(way[who], f"/files/{file}/content")[1] == sealed(base)
    assert fetch(Browser(base, "dealer2"), f"/files/{file}/content")[0] == 404


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
    way["clerk"].act(f"/contracts/{way.contract}/contract.accept_copy")
    assert way["dealer"].row(f"/contracts/{way.contract}")["state"] == "effective"
    assert_as_sealed(base)


def test_contract_without_charge(base):
    """What is made up for: no account, no instalments, no terms of payment, and days that begin with the contract."""
    clerk = contract(base)[0]["clerk"]
    way = Journey(base, clerk.act("/projects/1/order.create", name="Made up for")).draft_contract(amount=0)
    text = " ".join(paper(clerk, f"/contracts/{way.contract}/contract.pdf"))
    assert "The goods are delivered without charge." in text
    assert "from the day on which the contract comes into force" in text
    for absent in ("Bank account", "Instalment", "down payment", "When due"):
        assert absent not in text, absent


def test_works_order(base):
    way, _ = contract(base)
    clerk = way["clerk"]
    slip = clerk.act(f"/contracts/{way.contract}/receipt.notice", amount=12800050, value_date="2026-03-02")
    way["finance"].act(f"/receipts/{slip}/receipt.confirm", value_date="2026-03-02")
    form = html.unescape(clerk.get("/orders/1/works_order.create")[1])
    assert 'value="Double glass"' in form, "the style that all lines have"
    assert f"Frame colour: 哑光黑\nHardware: {'W' * 90}</textarea>" in form, "what all lines have alike"
    works = clerk.act("/orders/1/works_order.create", specification="As signed", floor="level", ceiling="gypsum",
                      others="lift free from noon", glass="us", panel="customer", door="us", hardware="none")
    path = f"/works_orders/{works}/works_order.pdf"
    texts = paper(clerk, path)
    assert all(is_marked(page) for page in texts)
    for expected in ("Works order", "As signed", "level", "gypsum", "lift free from noon", "Supplied by the customer",
                     "Room 70", "C-00001", "not signed yet", "Dealer's remarks", "Film on all glass",
                     "Other site lift free from noon"):
        assert expected in " ".join(texts), expected
    clerk.act(f"/works_orders/{works}/works_order.submit")
    for who in ("manager", "gm"):
        way[who].act(f"/works_orders/{works}/works_order.sign")
    texts = paper(way["production"], path)
    assert "Draft" not in "".join(texts) and "王经理" in texts[-1] and "赵总" in texts[-1], texts[-1]
    released = fetch(way["production"], path)[1]
    assert fetch(way["dealer"], path)[0] == 404, "it is the house's own"
    way["manager"].act(f"/works_orders/{works}/works_order.hold", reason="drawing")
    assert all(is_marked(page, "On hold") or "On hold" in page for page in paper(clerk, path))
    way["manager"].act(f"/works_orders/{works}/works_order.resume")
    assert fetch(way["production"], path)[1] == released, "the paper that was released"
    way["manager"].act(f"/works_orders/{works}/works_order.withdraw", reason="other floor")
    assert all(is_marked(page) for page in paper(clerk, path))
    clerk.act(f"/works_orders/{works}/works_order.change", floor="raised")
    clerk.act(f"/works_orders/{works}/works_order.submit")
    assert "raised" in " ".join(paper(clerk, path)) and clerk.row(f"/works_orders/{works}")["paper"] is None
    for who in ("manager", "gm"):
        way[who].act(f"/works_orders/{works}/works_order.sign")
    again = " ".join(paper(way["production"], path))
    assert "raised" in again and "not signed yet" not in again and "Draft" not in again, again
    STORY["works"] = works


def test_delivery_notice(base):
    way, _ = contract(base)
    clerk, works, day = way["clerk"], STORY["works"], datetime.date.today() + datetime.timedelta(30)
    way["production"].act(f"/works_orders/{works}/works_order.confirm")
    way.works = works
    way.report("cut", 140).report("machined", 140).report("assembled", 140).inspect(140).report("packed", 140)
    for i, quantity in enumerate([70] + [2] * 35, 1):
        way["warehouse"].act(f"/works_orders/{works}/stored_goods.receive", package=f"Crate {i} {LONG}",
                             quantity=quantity, place="Shelf 7", contents=f"Walls of floor {i}")
    site = clerk.row("/orders/1")["project"]
    clerk.act(f"/projects/{site}/change", site_person="Old Liang", site_phone="555-0142")
    told = clerk.act("/orders/1/balance_notice.create", planned_date=day.isoformat())
    clerk.act(f"/balance_notices/{told}/balance_notice.send")
    notice = clerk.act("/orders/1/delivery_notice.create", planned_date=day.isoformat(), remarks="Forklift needed")
    clerk.act(f"/delivery_notices/{notice}/delivery_notice.fill")
    path = f"/delivery_notices/{notice}/delivery_notice.pdf"
    draft = paper(clerk, path)
    assert is_marked(draft[0]) and fetch(way["dealer"], path)[0] == 404
    clerk.act(f"/delivery_notices/{notice}/delivery_notice.submit")
    for who in ("regional", "finance", "gm"):
        way[who].act(f"/delivery_notices/{notice}/delivery_notice.sign")
    house, dealers = (" ".join(paper(way[who], path)) for who in ("warehouse", "dealer"))
    for expected in ("Delivery notice", "Crate 1", "Crate 2", "70", "140", f"{day.day} {day:%b %Y}", "Forklift needed",
                     "Walls of floor 36", "Packages: 36", "Pieces in it", "Old Liang", "555-0142", "刘区域", "郑会计", "赵总"):
        assert expected in house and expected in dealers, (expected, house, dealers)
    assert "Shelf 7" in house and "Place in store" in house
    assert "Shelf 7" not in dealers and "Place in store" not in dealers, "a field that the dealer may not see"
    assert "Draft" not in house + dealers and fetch(Browser(base, "dealer2"), path)[0] == 404
    assert fetch(way["warehouse"], path)[1] == fetch(Browser(base, "gm", "zh-CN"), path)[1], "as it was approved"
    STORY["notice"] = notice


def test_delivery_note(base):
    """Goes with the goods: what they are, where to and who receives them, with room to sign for them."""
    way, _ = contract(base)
    shipment = way["clerk"].act(f"/delivery_notices/{STORY['notice']}/shipment.plan", carrier="Deppon",
                                address="9 Kiln Road", receiver="Old Wu", phone="555-0199")
    path = f"/shipments/{shipment}/delivery_note.pdf"
    assert all(is_marked(page) for page in paper(way["clerk"], path)), "the carrier is not agreed yet"
    way["dealer"].act(f"/shipments/{shipment}/agree")
    before = paper(way["warehouse"], path)
    assert "Draft" not in "".join(before) and "DP77" not in "".join(before), "printed to go with the goods"
    way["warehouse"].act(f"/shipments/{shipment}/ship", waybill="DP77", expected_date=way.today(6))
    for who in ("warehouse", "clerk", "dealer"):
        texts = paper(way[who], path)
        whole = " ".join(texts)
        assert len(texts) > 1 and all("Package" in page for page in texts if "Crate" in page), texts
        for number, page in enumerate(texts, 1):
            assert re.search(rf"{number} ?/ ?{len(texts)}", page), page
        for expected in ("Delivery note", "9 Kiln Road", "Old Wu", "555-0199", "Deppon", "DP77", "Crate 36", "140",
                         "Walls of floor 36", "Packages: 36", "Pieces in it", "Missing, damaged", "Received by",
                         "Handed over by the carrier"):
            assert expected in whole, (expected, whole)
        assert "Shelf 7" not in whole, "it leaves the house"
        assert f'href="{path}"' in way[who].get(f"/shipments/{shipment}")[1], who
    assert fetch(Browser(base, "dealer2"), path)[0] == 404
    way["dealer"].act(f"/shipments/{shipment}/sign_for", signed_by="Wu Senior")
    assert "Wu Senior" in " ".join(paper(way["dealer"], path))


def test_order_form(base):
    way, _ = contract(base)
    path = f"/order_forms/{way.form}/order_form.pdf"
    texts = paper(way["dealer"], path)
    assert "Room 70" in " ".join(texts) and "Draft" not in "".join(texts)
    assert fetch(Browser(base, "dealer2"), path)[0] == 404
    form = STORY["second"] = Journey(base, 2).accept_form()
    revised = form["clerk"].act(f"/order_forms/{form.form}/order_form.revise")
    assert revised == form.form and is_marked(paper(form["dealer"], f"/order_forms/{form.newest('order_forms')}"
                                                    "/order_form.pdf")[0])
    accepted = fetch(form["clerk"], f"/order_forms/{form.form}/order_form.pdf")[1]
    assert fetch(Browser(base, "dealer", "zh-CN"), f"/order_forms/{form.form}/order_form.pdf")[1] == accepted
    newer = form.newest("order_forms")
    assert form["clerk"].row(f"/order_forms/{newer}")["paper"] is None, "a copy is another paper"
    for act in ("submit", "accept"):
        form["clerk"].act(f"/order_forms/{newer}/order_form.{act}")
    older = paper(form["dealer"], f"/order_forms/{form.form}/order_form.pdf")
    assert "Replaced by a newer edition" in older[0], older
    kept = form["clerk"].row(f"/order_forms/{form.form}")["paper"]
    assert fetch(form["dealer"], f"/files/{kept}/content")[1] == accepted


def test_goods_as_they_were_signed(base):
    """An edition that is accepted later changes no contract."""
    way = Journey(base, 3, "dealer2").conclude_contract()
    clerk, path = way["clerk"], f"/contracts/{way.contract}/contract.pdf"
    before = fetch(clerk, path)[1]
    clerk.act(f"/order_forms/{way.form}/order_form.revise")
    newer = way.newest("order_forms")
    clerk.act(f"/order_forms/{newer}/order_form_line.add", **{**LINE, "area": "Annexe"})
    clerk.act(f"/order_forms/{newer}/order_form.submit")
    clerk.act(f"/order_forms/{newer}/order_form.accept")
    assert "Annexe" in " ".join(paper(clerk, f"/order_forms/{newer}/order_form.pdf"))
    assert fetch(clerk, path)[1] == before, " ".join(pages(fetch(clerk, path)[1]))


def test_letterhead(base):
    """Who the factory is stands on every page, and in a contract as the supplier with its account; what was sealed
    keeps the name that it was sealed with."""
    way = STORY["second"]
    way.draft_contract()
    path = f"/contracts/{way.contract}/contract.pdf"
    admin, made = Browser(base, "admin"), []
    for name in ("Old Walls Ltd", "New Walls Ltd"):
        made.append(admin.act("/new/letterhead.state", name=name, address="8 Kiln Road", phone="555-0100",
                              bank="Bank of Tin", account="6222 0001"))
    assert [admin.row(f"/letterheads/{id}")["state"] for id in made] == ["superseded", "active"]
    for who in ("clerk", "gm"):
        texts = paper(way[who], path)
        assert all("New Walls Ltd" in page and "Old Walls" not in page for page in texts), texts
        assert "8 Kiln Road 555-0100" in texts[0]
        assert "Bank of Tin" in " ".join(texts) and "6222 0001" in " ".join(texts)
    assert way["clerk"].try_act("/new/letterhead.state", name="Mine")[0] == 403
    assert way["dealer"].get("/letterheads")[0] == 404
    admin.act(f"/letterheads/{made[1]}/letterhead.change", name="Newer Walls Ltd")
    assert "Newer Walls Ltd" in paper(way["clerk"], path)[0]
    assert_as_sealed(base)


def test_language_of_the_house(base):
    """What is kept is in the language of the house, whoever signs it."""
    admin, letterhead = Browser(base, "admin"), Browser(base, "admin").row("/letterheads?state=active")[0]["id"]
    admin.act(f"/letterheads/{letterhead}/letterhead.change", name="建联", language="zh_CN")
    way = STORY["second"]
    way["clerk"].act(f"/contracts/{way.contract}/contract.submit")
    for who in ("manager", "gm", "finance"):
        way[who].act(f"/contracts/{way.contract}/contract.sign")
    texts = paper(way["clerk"], f"/contracts/{way.contract}/contract.pdf")
    assert "订货合同" in texts[0] and "Supply contract" not in " ".join(texts), texts
    assert "草稿" not in " ".join(texts)


def test_balance_notice(base):
    """What is due until when, and to which account; the dealer prints it too."""
    way = STORY["second"]
    way.post("dealer", f"/contracts/{way.contract}/contract.countersign", [("countersigned", "back.pdf", PDF)])
    way["clerk"].act(f"/contracts/{way.contract}/contract.accept_copy")
    day = datetime.date.fromisoformat(way.today(10))
    notice = way["clerk"].act("/orders/2/balance_notice.create", planned_date=day.isoformat())
    path, last = f"/balance_notices/{notice}/balance_notice.pdf", day - datetime.timedelta(1)
    draft = paper(way["clerk"], path)
    assert is_marked(draft[0]) and "¥100,000.00" in draft[0] and fetch(way["dealer"], path)[0] == 404
    way["clerk"].act(f"/balance_notices/{notice}/balance_notice.send")
    for who in ("clerk", "dealer"):
        whole = " ".join(paper(way[who], path))
        for expected in ("Balance notice", "¥100,000.00", "壹拾万元整", f"{last.day} {last:%b %Y}", "建联",
                         f"{day.day} {day:%b %Y}", "Bank of Tin", "6222 0001", "C-0000"):
            assert expected in whole, (expected, whole)
        assert "Draft" not in whole and f'href="{path}"' in way[who].get(f"/balance_notices/{notice}")[1], who
    assert f'href="{path}"' in way["dealer"].get("/orders/2")[1], "in the portal, where it is paid"
    assert fetch(Browser(base, "dealer2"), path)[0] == 404
    assert "nothing is to be paid" in " ".join(paper(way["clerk"], "/balance_notices/1/balance_notice.pdf"))


def stretches(page):
    """Of the way, as the dealer's page draws it."""
    return re.findall(r"<b>([^<]+)</b>", re.search(r'class="stages".*?</ol>', page, re.S).group(0))


def test_notice_of_shipping(base):
    """An order that asks for no money: nothing on its pages and papers speaks of any."""
    clerk = contract(base)[0]["clerk"]
    way = Journey(base, clerk.act("/projects/1/order.create", name="Made up for")).draft_contract(amount=0)
    acts = (("clerk", "submit", {}), ("manager", "sign", {}), ("gm", "allow_terms", {"gm_reason": "Ours"}),
            ("gm", "sign", {}), ("finance", "sign", {}))
    for who, act, inputs in acts:
        way[who].act(f"/contracts/{way.contract}/contract.{act}", **inputs)
    page = way["dealer"].get(f"/orders/{way.order}")[1]
    assert "Down payment" in stretches(page), "whether there is one is not known before the contract is in force"
    card = re.search(r'<section class="card ask-card.*?</section>', page, re.S).group(0)
    assert "contract.countersign" in card and "receipt.notice" not in card.split("<details")[0], "not beside the act"
    way.post("dealer", f"/contracts/{way.contract}/contract.countersign", [("countersigned", "back.pdf", PDF)])
    clerk.act(f"/contracts/{way.contract}/contract.accept_copy")
    page = clerk.get(f"/orders/{way.order}")[1]
    assert re.search(r"not needed</span><span class=\"wait\">the contract asks for no down payment", page), page
    assert "the whole down payment" not in page, "nothing runs from it"
    passed = stretches(way["dealer"].get(f"/orders/{way.order}")[1])
    assert passed == ["Order form", "Drawing", "Contract", "Production", "Delivery"], passed
    notice = clerk.act(f"/orders/{way.order}/balance_notice.create", planned_date=way.today(9))
    for send in (False, True):
        if send:
            clerk.act(f"/balance_notices/{notice}/send")
        page = clerk.get(f"/balance_notices/{notice}")[1]
        assert '<p class="soft">Notice of shipping</p>' in page and "Unpaid" not in page, page
        text = " ".join(paper(clerk, f"/balance_notices/{notice}/balance_notice.pdf"))
        assert "Notice of shipping" in text and "¥" not in text and "paid" not in text, text


if __name__ == "__main__":
    run(sys.argv[1], dict(globals()))
