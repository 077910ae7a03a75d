# SPDX-License-Identifier: GPL-3.0-or-later
"""Step 2, line by line: one page on which the clerk looks at every line, returns the form or accepts it. Usage:
test-checking.py GENDAN."""
import html
import re
import sys
from house import PDF, PNG, Browser, run

DXF = b"999\r\nmade by hand\r\n  0\r\nSECTION\r\n  2\r\nENTITIES\r\n  0\r\nENDSEC\r\n  0\r\nEOF\r\n"

LINE = {"style": "A1", "thickness": 840, "width": 30000, "height": 27000, "quantity": 1}
trip = {}


def form_of(base, name, areas):
    """A new order's form with a line for each area, handed in: its path and the lines' ids."""
    dealer = Browser(base, "dealer")
    order = dealer.act("/dealers/1/order.begin", name=name, new_project=name)
    form = next(row for row in dealer.row("/order_forms") if row["order_id"] == order)
    lines = [dealer.act(f"/order_forms/{form['id']}/order_form_line.add", area=area, **LINE) for area in areas]
    dealer.act(f"/order_forms/{form['id']}/order_form.submit")
    return f"/order_forms/{form['id']}", lines


def text(page):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def fields(page):
    """What the page would send: its hidden inputs and ticked boxes."""
    sent = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r' name="([^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and (("checkbox" not in tag and "submit" not in tag) or " checked" in tag):
            sent[name.group(1)] = html.unescape(value.group(1)) if value else ""
    return sent


def test_accepted_by_one_press(base):
    path, lines = form_of(base, "One press", ["Hall", "Lobby"])
    clerk = Browser(base, "clerk")
    status, page, _ = clerk.get(path + "/order_form.accept")
    assert status == 200 and "All lines are in order: accept" in page and "Hall" in page
    assert clerk.send(path + "/order_form.accept", **fields(page))[0] == 303
    assert clerk.row(path)["state"] == "accepted"
    assert all(clerk.row(f"/order_form_lines/{line}")["finding"] == "verified" for line in lines)


def test_returned_line_by_line(base):
    path, lines = trip["path"], trip["lines"] = form_of(base, "With remarks", ["Hall", "Lobby", "Office"])
    clerk = Browser(base, "clerk")
    status, page, _ = clerk.get(path + "/order_form.return")
    assert status == 200 and "All lines are in order: accept" in page, "both answers are given from one page"
    other = page[page.index('<fieldset class="other">'):].split("</fieldset>")
    assert 'name="returned_because"' in other[0] and 'name="others_verified"' in other[0], "what goes with returning"
    assert 'order_form.return"' in other[0]
    assert "says that all lines are in order, also those that are not ticked" in text(other[1])
    asked = {**fields(page), f"l{lines[1]}.question": "Which <opening>?"}
    status, again, _ = clerk.send(path + "/order_form.accept", **asked)
    assert status == 409, status
    said = "A remark waits for its answer (Lobby: “Which <opening>?”); return the form with remarks"
    assert said in html.unescape(again), text(again)
    assert 'value="Which &lt;opening&gt;?"' in again, "what was typed is not lost"
    assert clerk.row(f"/order_form_lines/{lines[1]}")["finding"] == "question", "what was found is kept"
    assert clerk.row(path)["state"] == "submitted"
    page = clerk.get(path + "/order_form.accept")[1]
    asked = fields(page)
    status, again, _ = clerk.send(path + "/order_form.accept", **{**fields(page), "returned_because": "See plan"})
    assert status == 422 and "A remark goes with “Return with remarks”" in text(again), status
    status, again, _ = clerk.send(path + "/order_form.return", **{**fields(page), f"l{lines[1]}.question": "x" * 201})
    assert status == 422 and "Line 2: " in text(again), text(again)[:600]
    saved = {**asked, "_then": "save", f"l{lines[0]}.finding": "verified"}
    assert clerk.send(path + "/order_form.accept", **saved)[0] == 303
    assert clerk.row(path)["state"] == "submitted"
    assert clerk.row(f"/order_form_lines/{lines[0]}")["finding"] == "verified"
    page = clerk.get(path + "/order_form.accept")[1]
    sent = fields(page)
    assert sent[f"l{lines[1]}.question"] == "Which <opening>?"
    assert "others_verified" not in sent, "nobody has said so yet"
    order = clerk.get(f"/orders/{clerk.row(path)['order_id']}")[1]
    assert f'href="{path}/order_form.accept"' in order and "order_form.return" not in order
    assert "Check line by line" in order and "A remark waits for its answer" not in order, "the page is the way on"
    sent["others_verified"] = "1"
    assert clerk.send(path + "/order_form.return", **sent)[0] == 303
    assert [clerk.row(f"/order_form_lines/{line}")["finding"] for line in lines] == ["verified", "question", "verified"]
    assert clerk.send(path + "/order_form.return", **sent)[0] == 303, "the same once more"
    assert clerk.row(path)["state"] == "returned"


def test_a_returned_form_is_the_dealers(base):
    """The clerk may hand it in for the dealer, but has no button for that in sight, and is told whose turn it is."""
    clerk, submit = Browser(base, "clerk"), f"{trip['path']}/order_form.submit"
    page = clerk.get(trip["path"])[1]
    menu = re.search(r'<details class="more-acts".*?</details>', page, re.S).group(0)
    assert f'href="{submit}"' in menu and "Hand in for the dealer" in menu and page.count(submit) == 1, page
    assert "It is the dealer&#39;s turn" in clerk.get(submit)[1].replace("&#x27;", "&#39;"), clerk.get(submit)[1]


def test_dealer_sees_remarks_beside_lines(base):
    path, lines = trip["path"], trip["lines"]
    dealer = Browser(base, "dealer")
    order = dealer.row(path)["order_id"]
    page = text(dealer.get(f"/orders/{order}")[1])
    assert "To be corrected" in page and "Which <opening>?" in page and "In order" in page
    assert f'href="{path}/order_form.submit"' in dealer.get(path)[1], "it is not handed in again without a word"
    assert "neither changed nor answered: line 2." in text(dealer.get(path + "/order_form.submit")[1])
    page = dealer.get(path + "/lines")[1]
    assert page.count('class="asked"') == 1 and 'name="r1.answer"' in page and "Which &lt;opening&gt;?" in page
    version = dealer.row(f"/order_form_lines/{lines[1]}")["version"]
    row = {"_id": lines[1], "_version": version, "area": "Lobby", "style": "A1", "thickness": "84", "width": "3200",
           "height": "2700", "quantity": "1", "answer": "Left, inwards"}
    assert dealer.send(path + "/lines", **{f"r1.{name}": value for name, value in row.items()})[0] == 303
    assert f'action="{path}/order_form.submit"' in dealer.get(path)[1], "nothing is in the way of one press"
    dealer.act(path + "/order_form_line.add", area="Store", door_type="Single", **LINE)
    assert "A door without its opening direction: line 4." in text(dealer.get(path + "/order_form.submit")[1])
    dealer.act(path + "/order_form.submit")


def test_next_look_shows_what_changed(base):
    path, lines = trip["path"], trip["lines"]
    clerk = Browser(base, "clerk")
    page = clerk.get(path + "/order_form.accept")[1]
    open_lines, done = page[page.index("form-main"):].split('<details class="lines check"', 1)
    said = text(open_lines)
    assert "2 of 4 lines were found in order; 1 were changed or answered" in said, said
    assert "3200 3000 mm" in said and "Asked Which <opening>?" in said and "Answer Left, inwards" in said, said
    assert "New line" in said and "Store" in said and "Hall" not in said, said
    assert "Hall" in text(done) and "Office" in text(done)
    assert clerk.send(path + "/order_form.accept", **fields(page))[0] == 303
    assert clerk.row(path)["state"] == "accepted"
    goods = text(clerk.get(path)[1])
    assert "Clerk's remark" not in goods.split("Timeline")[0], "what is settled is not shown any more"


def test_edition_shows_its_difference(base):
    path = trip["path"]
    dealer = Browser(base, "dealer")
    dealer.act(path + "/order_form.revise")
    newer = max(row["id"] for row in dealer.row("/order_forms"))
    old = {row["area"]: row for row in dealer.row("/order_form_lines") if row["parent_id"] == newer}
    dealer.act(f"/order_form_lines/{old['Hall']['id']}/order_form_line.remove")
    dealer.act(f"/order_form_lines/{old['Office']['id']}/order_form_line.change", quantity=7)
    dealer.act(f"/order_forms/{newer}/order_form_line.add", area="Roof", **LINE)
    page = dealer.get(f"/order_forms/{newer}")[1]
    table = text(page[page.index("What it changes"):].split("</table>")[0])
    assert "Order form line 1, taken off Hall —" in table, table
    assert "Order form line 2 · Quantity 1 7" in table, table
    assert "Order form line 4, added — Roof" in table and "Lobby" not in table and "Width" not in table, table


def test_drawings_by_content(base):
    dealer, clerk = Browser(base, "dealer"), Browser(base, "clerk")
    order = dealer.act("/dealers/1/order.begin", name="Drawn", new_project="Drawn")
    form = max(row["id"] for row in dealer.row("/order_forms") if row["order_id"] == order)
    files = [("plan.pdf", PDF), ("photo.png", PNG), ("elevation.dxf", DXF), ("plain.dxf", DXF[20:]),
             ("binary.dxf", b"AutoCAD Binary DXF\r\n\x1a\0" + bytes(80)), ("wall.dwg", b"AC1032" + bytes(300))]
    sent = [("drawings", name, data) for name, data in files]
    assert dealer.send(f"/order_forms/{form}/order_form.change", sent, remarks="As drawn")[0] == 303
    page = dealer.get(f"/order_forms/{form}")[1]
    assert page.count("DXF · ") == 3 and page.count("DWG · ") == 1 and page.count("PNG · ") == 1, text(page)
    assert len(re.findall(r'<img src="/files/\d+/content"', page)) == 1, "pictures alone are shown as such"
    for name in ("program.exe", "notes.txt"):
        bad = [("drawings", name, b"MZ" + bytes(200) if name.endswith("exe") else b"0\nSECTION is missing\n")]
        status, page, _ = clerk.send(f"/order_forms/{form}/order_form.change", bad)
        assert status == 422 and f"“{name}” is neither PDF, DXF, DWG nor a picture" in html.unescape(page), name
    assert dealer.row(f"/order_forms/{form}")["drawings"]
    assert dealer.get(f"/order_forms/{form}/order_form.pdf")[0] == 200


run(sys.argv[1], dict(globals()))
