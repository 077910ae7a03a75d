#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The timeline: comments with files, who reads what of it, and older entries. Usage: test-timeline.py GENDAN."""
import re
import sys
from house import PDF, PNG, Browser, run

ORDER = "/orders/1"  # of the dealer "dealer"


def timeline(browser, path=ORDER):
    return browser.get(path)[1].split('id="timeline"')[1]


def test_house_and_dealer_read_their_own(base):
    clerk, dealer, other = Browser(base, "clerk"), Browser(base, "dealer"), Browser(base, "dealer2")
    assert clerk.send(ORDER + "/comment.add", text="Internal: margin is thin")[0] == 303
    assert clerk.send(ORDER + "/comment.add", text="Please send the plan", shared="1")[0] == 303
    assert dealer.send(ORDER + "/comment.add", [("files", "plan.pdf", PDF), ("files", "photo.png", PNG)],
                       text="Here is <b>the plan</b>")[0] == 303
    own, house = timeline(dealer), timeline(clerk)
    assert "margin is thin" in house and "margin is thin" not in own
    for said in ("Please send the plan", "Here is &lt;b&gt;the plan", "plan.pdf", "photo.png"):
        assert said in house and said in own, said
    assert f"PDF · {len(PDF)} B" in own and 'name="shared"' not in own and 'name="shared"' in house
    assert other.send(ORDER + "/comment.add", text="x")[0] == 404
    shared = r'name="shared"[^>]*checked|checked[^>]*name="shared"'
    form = clerk.get(ORDER + "/comment.add")[1]
    assert "The dealer wrote: Here is &lt;b&gt;the plan" in form and re.search(shared, form)
    assert re.search(shared, house), "what answers the dealer is meant for the dealer"
    inbox = clerk.get("/")[1]
    assert re.search(r'href="/orders/1/comment.add"', inbox), "the inbox leads to the answer"
    assert "s comment: “Here is &lt;b&gt;the plan&lt;/b&gt;”" in inbox, "and says the first words"
    clerk.send(ORDER + "/comment.add", text="Thank you", shared="1")
    assert not re.search(shared, timeline(clerk) + clerk.get(ORDER + "/comment.add")[1])
    rows = dealer.get("/api/comments")[1]
    assert "margin" not in rows and "Please send" in rows


def test_files_are_as_open_as_the_comment(base):
    clerk, dealer, other = Browser(base, "clerk"), Browser(base, "dealer"), Browser(base, "dealer2")
    clerk.send(ORDER + "/comment.add", [("files", "costs.pdf", PDF)], text="Costs")
    clerk.send(ORDER + "/comment.add", [("files", "news.pdf", PDF)], text="News", shared="1")
    links = dict(re.findall(r'href="(/files/\d+/content)"[^>]*>.*?<span>([^<]+)<', timeline(clerk)))
    hidden, shown = (next(path for path, name in links.items() if name == wanted) for wanted in ("costs.pdf",
                                                                                                 "news.pdf"))
    assert dealer.get(hidden)[0] == 404 and dealer.get(shown)[0] == 200 and other.get(shown)[0] == 404
    number = hidden.split("/")[2]
    status, page, _ = dealer.ask("/api" + ORDER + "/comment.add", f'{{"text": "x", "files": [{number}]}}'.encode(),
                                 {"X-CSRF-Token": dealer.token(), "Content-Type": "application/json"})
    assert status == 422 and '"field":"files"' in page, "naming the house's file does not open it"
    assert dealer.get(hidden)[0] == 404


def test_comments_are_replaced_not_deleted(base):
    clerk, sales = Browser(base, "clerk"), Browser(base, "sales")
    clerk.send(ORDER + "/comment.add", text="Delivery on Mondy")
    path = re.search(r'Delivery on Mondy.*?href="(/comments/\d+/comment.replace)"', timeline(clerk), re.S).group(1)
    assert sales.send(path, text="Delivery never")[0] == 409, "only the author corrects it"
    assert clerk.send(path, text="Delivery on Monday")[0] == 303
    page = timeline(clerk)
    assert "Delivery on Monday" in page and "Delivery on Mondy" in page and "Replaced by a newer one" in page


def test_a_dealer_sees_what_was_shown_then(base):
    """Drafts and other dealers' doings stay hidden, also after the row is shown."""
    clerk, designer, dealer = (Browser(base, who) for who in ("clerk", "designer", "dealer"))
    form = clerk.act(ORDER + "/order_form.create")
    clerk.act(f"/order_forms/{form}/order_form_line.add", area="Hall", style="S", thickness=1000, width=9000,
              height=9000,
              quantity=1)
    clerk.act(f"/order_forms/{form}/order_form.submit")
    clerk.act(f"/order_forms/{form}/order_form.accept")
    designer.send(ORDER + "/drawing.create", [("file", "a.pdf", PDF)], title="Hall")
    assert "Upload a drawing" in timeline(clerk)
    assert not re.search("Upload a drawing|Drawing Z", timeline(dealer)), "a draft is the house's"
    clerk.act("/drawings/1/drawing.issue")
    assert "Issue the drawing" in timeline(dealer) and "Upload a drawing" not in timeline(dealer)
    other = Browser(base, "dealer2")
    mine = timeline(other, "/dealers/2")
    assert "Dealer D-00002: Add a dealer" in mine and "D-00001" not in mine and "Add a user" not in mine


def test_words_of_a_comment(base):
    """What a comment says stands in the message that it was sent, shortened where it is long."""
    clerk = Browser(base, "clerk")
    for text, said in (("Brief", "Done: Comment (Comment “Brief”)."),
                       ("Twenty-four characters of this and more", "(Comment “Twenty-four characters o…”).")):
        assert clerk.send("/orders/1/comment.add", text=text)[0] == 303
        assert said in clerk.get("/orders/1")[1], said


def test_a_table_saved_is_one_entry(base):
    clerk = Browser(base, "clerk")
    form = clerk.act("/orders/2/order_form.create")
    page = clerk.get(f"/order_forms/{form}/lines")[1]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    for row in ("r0", "r1"):
        for name, value in {"area": "Hall", "style": "S", "thickness": "84", "width": "900", "height": "2400",
                            "quantity": "1"}.items():
            fields[f"{row}.{name}"] = value
    assert clerk.send(f"/order_forms/{form}/lines", **fields)[0] == 303
    assert "Order form lines: 2 added" in timeline(clerk, "/orders/2")


def test_older_entries(base):
    clerk = Browser(base, "clerk")
    for number in range(50):
        clerk.act("/orders/2/comment.add", text=f"Note {number:02}")
    newest = timeline(clerk, "/orders/2")
    older = re.search(r'href="(/orders/2\?before=\d+)#timeline"', newest).group(1)
    first, second = (set(re.findall(r"Note \d\d", page)) for page in (newest, timeline(clerk, older)))
    assert "Note 49" in first and "Note 00" in second and not first & second and len(first | second) == 50
    assert "Open an order" in timeline(clerk, older) and "Newest entries" in timeline(clerk, older)


run(sys.argv[1], dict(globals()))
