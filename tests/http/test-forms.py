#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forms: what a reference may name is searched for, and a file chosen before a refusal need not be chosen again; both
without JavaScript. Usage: test-forms.py GENDAN."""
import html
import re
import sys
from house import PDF, PNG, Browser, run
from journey import Journey

trip = {}


def select(page, name):
    """The options of a list by their texts, those that are selected, and whether the form can search for more."""
    part = re.search(rf'<select [^>]*id="f-{name}".*?</select>', page, re.S).group(0)
    options = re.findall(r'<option value="(\d+)"( selected)?>([^<]*)', part)
    return ({html.unescape(text): value for value, _, text in options},
            [html.unescape(text) for _, chosen, text in options if chosen], f'name="_q.{name}"' in page)


def tokens(page):
    return [html.unescape(token) for token in re.findall(r'name="_kept" value="([^"]+)"', page)]


def test_a_short_list_is_a_list(base):
    page = Browser(base, "admin").get("/new/user.create")[1]
    options, chosen, searches = select(page, "dealer")
    assert 0 < len(options) < 50 and not chosen and not searches


def test_a_long_list_is_searched(base):
    clerk, admin = Browser(base, "clerk"), Browser(base, "admin")
    for number in range(60):
        clerk.act("/dealers", name=f"Reed & Co {number:02}")
    last = clerk.act("/dealers", name="<Alder>")
    page = admin.get("/new/user.create")[1]
    options, _, searches = select(page, "dealer")
    assert len(options) == 50 and searches and "The newest 50" in page
    found = admin.get("/new/user.create?_q.dealer=reed+%26+co+0")[1]
    options, chosen, _ = select(found, "dealer")
    assert sorted(name.split()[-1] for name in options) == [f"{n:02}" for n in range(10)] and not chosen
    assert "Found: 10" in found and 'value="reed &amp; co 0"' in found
    assert "More than 50 found" in admin.get("/new/user.create?_q.dealer=reed")[1]
    options, chosen, _ = select(admin.get("/new/user.create?_q.dealer=alder")[1], "dealer")
    assert list(options.values()) == [str(last)] and len(chosen) == 1, "the only one is chosen"
    number = admin.get(f"/new/user.create?_q.dealer=D-{last:05}")[1]
    assert list(select(number, "dealer")[0].values()) == [str(last)], "by its number"
    nothing = admin.get("/new/user.create?_q.dealer=zzz")[1]
    assert select(nothing, "dealer")[0] == {} and "Nothing found" in nothing
    trip["last"] = last


def test_searching_keeps_what_is_typed(base):
    """The button beside the search box sends the whole form, and nothing is done."""
    admin, last = Browser(base, "admin"), trip["last"]
    before = admin.get("/api/users")[1]
    status, page, _ = admin.send("/new/user.create", login="li", name="Li <Na>", roles="dealer",
                                 **{"_q.dealer": "reed & co 1", "_find": "dealer", "dealer": last})
    assert status == 200 and 'value="Li &lt;Na&gt;"' in page and 'value="dealer" checked' in page
    options, chosen, _ = select(page, "dealer")
    assert len(options) == 11 and options[chosen[0]] == str(last), "the one chosen stays, and stays chosen"
    assert "Please correct these" not in page and admin.get("/api/users")[1] == before
    status, page, _ = admin.send("/new/user.create", login="", name="Li", roles="dealer", **{"_q.dealer": "alder"})
    assert status == 422 and list(select(page, "dealer")[0].values()) == [str(last)], "a refused form searches on"


def test_an_address_fills_in(base):
    page = Browser(base, "admin").get("/new/user.create?name=Wu&dealer=2&roles=dealer&nonsense=1")[1]
    assert 'value="Wu"' in page and select(page, "dealer")[1] and 'value="dealer" checked' in page


def test_only_who_may_search(base):
    for who, status in (("dealer", 403), ("clerk", 403), (None, 303)):
        page = Browser(base, who).get("/new/user.create?_q.dealer=reed")
        assert page[0] == status and "Reed" not in page[1], (who, page[0])


def test_a_chosen_file_is_kept(base):
    order = Browser(base, "clerk").act("/projects/1/order.create", name="Kept")
    trip["way"] = way = Journey(base, order).accept_form()
    path = trip["path"] = f"/orders/{order}/drawing.create"
    status, page, _ = way["designer"].send(path, [("file", "plan <1>.pdf", PDF)], title="")
    assert status == 422 and len(tokens(page)) == 1 and "plan &lt;1&gt;.pdf" in page, page
    token = tokens(page)[0]
    status, page, _ = way["designer"].send(path, title="", _kept=token)
    assert status == 422 and len(tokens(page)) == 1, "refused again, kept again"
    status, _, _ = way["designer"].send(path, title="Hall", _kept=tokens(page)[0])
    assert status == 303
    file = way["clerk"].row("/files")[0]
    assert (file["name"], file["type"], file["size"]) == ("plan <1>.pdf", "application/pdf", len(PDF))
    status, _, headers = way["clerk"].get(f"/files/{file['id']}/content")
    assert status == 200 and headers["Content-Length"] == str(len(PDF))
    trip["token"] = token


def test_another_file_or_none_instead(base):
    way, path, token = trip["way"], trip["path"], trip["token"]
    status, page, _ = way["designer"].send(path, [("file", "new.pdf", PDF + b"x")], title="", _kept=token)
    assert status == 422 and len(tokens(page)) == 1 and "new.pdf" in page and "plan" not in page
    status, page, _ = way["designer"].send(path, title="Hall")
    assert status == 422 and not tokens(page), "left out"


def test_a_token_is_good_for_one_thing(base):
    way, path, token = trip["way"], trip["path"], trip["token"]
    mac, rest = token.split(" ", 1)
    for who, where, text in (("clerk", path, token), ("designer", "/orders/1/drawing.create", token),
                             ("designer", path, f"{mac[::-1]} {rest}"), ("designer", path, "nonsense"),
                             ("designer", path, token.replace("plan", "plot")),
                             ("designer", path, f"{mac} 99999999999 {rest.split(' ', 1)[1]}"),
                             ("designer", path.replace("drawing.create", "comment.add"), token)):
        inputs = {"text": "x"} if "comment" in where else {"title": "Hall"}
        status, page, _ = way[who].send(where, _kept=text, **inputs)
        assert status == 422 and "no longer at hand" in page and not tokens(page), (who, where, text, status)
    status, body, _ = way["designer"].send("/api" + path, title="Hall", _kept=token)
    assert status == 422 and "_kept" in body, "programs send their files again"
    assert way["clerk"].row("/drawings")[0]["title"] == "Hall" and len(way["clerk"].row("/drawings")) <= 3


def test_a_signature_is_kept(base):
    way = trip["way"]
    drawing = max(row["id"] for row in way["clerk"].row("/drawings") if row["order_id"] == way.order)
    way["clerk"].act(f"/drawings/{drawing}/drawing.issue")
    path = f"/drawings/{drawing}/drawing.sign"
    status, page, _ = way["dealer"].send(path, [("signature", "me.png", b"not a picture at all")], signer_name="He")
    assert status == 422 and "neither a picture nor a PDF" in page, "told by what is in it"
    status, page, _ = way["dealer"].send(path, [("signature", "me.png", PNG)], signer_name="")
    assert status == 422 and len(tokens(page)) == 1
    assert way["dealer"].send(path, signer_name="He", _kept=tokens(page)[0])[0] == 303
    assert way["clerk"].row(f"/drawings/{drawing}")["state"] == "signed"


def test_a_form_begins_with_what_was_said_last(base):
    """The words of a dealer's newest contract stand in the form of the next one, which names it; nobody else's do."""
    clerk = Browser(base, "clerk")
    order, other = (clerk.act("/projects/1/order.create", name=name, kind="normal") for name in ("Recall", "Again"))
    contract = Journey(base, order).draft_contract().contract
    page = clerk.get(f"/orders/{other}/contract.create")[1]
    assert html.unescape(page).count(f"As in C-{contract:05}, the dealer's last; change what differs.") == 2
    assert "30/70</textarea>" in html.unescape(page)
    assert 'value="20"' in page and 'value="100000"' not in page, "the words and the lead time, not the amount"
    stranger = clerk.act("/dealers", name="Stranger")
    project = clerk.act(f"/dealers/{stranger}/project.create", name="Elsewhere")
    elsewhere = clerk.act(f"/projects/{project}/order.create", name="Elsewhere", kind="normal")
    page = clerk.get(f"/orders/{elsewhere}/contract.create")[1]
    assert "As in" not in page and "30/70" not in page


def test_what_is_in_the_way_is_said_before_anything_is_typed(base):
    """A form that the menu locks says the same; refused, it is said once, among what is to be corrected."""
    way = Journey(base, Browser(base, "clerk").act("/projects/1/order.create", name="Locked")).draft_contract()
    path = f"/orders/{way.order}/contract.create"
    status, page, _ = way["clerk"].get(path)
    why = "This order has a contract already"
    assert status == 200 and "Not yet possible" in page and page.count(why) == 1, page
    assert 'btn-primary"' in page and 'btn-primary" disabled' not in page, "it may be met by what is typed"
    status, page, _ = way["clerk"].send(path, amount="1", deposit_percent="30", lead_days="2", lead_kind="working",
                                        payment_terms="30/70", liability="by law")
    assert (status, page.count(why), "Not yet possible" in page) == (409, 1, False), (status, page)


def test_what_is_checked_is_shown(base):
    """Finance sees the bank's slip where the money is confirmed, and is told where there is none; the day is begun
    with what the payer said. The clerk sees the copy that the dealer signed before accepting it."""
    way = Journey(base, Browser(base, "clerk").act("/projects/1/order.create", name="Slip")).draft_contract()
    way["clerk"].act(f"/contracts/{way.contract}/contract.submit")
    for who in ("manager", "gm", "finance"):
        way[who].act(f"/contracts/{way.contract}/contract.sign")
    way.post("dealer", f"/contracts/{way.contract}/contract.countersign", [("countersigned", "back.pdf", PDF)])
    order = way["clerk"].get(f"/orders/{way.order}")[1]
    assert f'href="/contracts/{way.contract}/contract.accept_copy"' in order, "a page to look at it, no mere button"
    copy = way["clerk"].get(f"/contracts/{way.contract}/contract.accept_copy")[1]
    assert 'hx-get="/files/' in copy and "back.pdf" in copy and "Open in full" in copy
    assert "fingerprint" not in copy, "nothing is signed here"
    way.post("clerk", f"/contracts/{way.contract}/contract.accept_copy")
    plain = way.report_money(1000)
    page = way["finance"].get(f"/receipts/{plain}/receipt.confirm")[1]
    assert "No bank slip is attached" in html.unescape(page) and 'class="preview"' not in page
    assert f'value="{way.today()}"' in page, "begun with the day that was reported"
    path = f"/contracts/{way.contract}/receipt.notice"
    shot = PNG[:8] + b"\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0"  # enough of a picture to be known as one
    way.post("dealer", path, [("slip", "slip.png", shot)], amount="20", value_date=way.today())
    page = way["finance"].get(f"/receipts/{way.newest('receipts')}/receipt.confirm")[1]
    assert re.search(r'<img src="/files/\d+/content"', page) and "slip.png" in page
    assert "No bank slip is attached" not in html.unescape(page)


def test_a_delivery_begins_with_the_day_announced(base):
    way = Journey(base, Browser(base, "clerk").act("/projects/1/order.create", name="Day")).release().finish()
    clerk, path = way["clerk"], f"/orders/{way.order}"
    for day, off in (("2031-01-04", True), ("2031-01-06", False)):
        form = clerk.get(f"{path}/balance_notice.create?planned_date={day}")[1]
        assert ("is a day off in the factory" in form) == off and 'hx-select="#w-planned_date"' in form, day
    notice = clerk.act(f"{path}/balance_notice.create", planned_date=way.today(5))
    clerk.act(f"/balance_notices/{notice}/send")
    way.pay(7000000)
    page = clerk.get(f"{path}/delivery_notice.create")[1]
    assert f'type="date" value="{way.today(5)}"' in page
    early = clerk.send(f"{path}/delivery_notice.create", planned_date=way.today(2))[1]
    assert "was told that the goods ship on" in early and f'value="{way.today(2)}"' in early, "what was typed stays"
    beside = page.split("beside whose")[1].split("</section>")[0]
    assert "¥100,000.00" in beside and "<dt>Still open</dt><dd>¥0.00" in beside, "and all is paid"


run(sys.argv[1], dict(globals()))
