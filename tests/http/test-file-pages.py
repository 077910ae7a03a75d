# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of a PDF as pictures: whoever may have the file sees them, on the page where it is signed, and nobody else.
Usage: test-file-pages.py GENDAN."""
import re
import sys
from house import PDF, PNG, Browser, run
from journey import Journey

trip = {}


def sheets(count):
    """A PDF of so many pages."""
    kids = " ".join(f"{i + 3} 0 R" for i in range(count))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {count}>>"]
    objects += ["<</Type/Page/Parent 2 0 R/MediaBox[0 0 1190 842]>>"] * count
    body = "".join(f"{i} 0 obj{text}endobj\n" for i, text in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer<</Root 1 0 R>>\n%%EOF\n".encode()


def upload(data, name="plan.pdf"):
    """A revision of the order's drawing with this file, issued: the address of the file, and of its pages."""
    way = trip["way"]
    way.post("designer", "/orders/1/drawing.create", [("file", name, data)], title="Hall")
    drawing = way["clerk"].row(f"/drawings/{way.newest('drawings')}")
    trip["drawing"] = f"/drawings/{drawing['id']}"
    return f"/files/{drawing['file']}"


def test_a_draft_is_shown_to_whoever_issues_it(base):
    trip["way"] = way = Journey(base).accept_form()
    trip["file"] = file = upload(sheets(3))
    page = way["clerk"].get(f"{trip['drawing']}/drawing.issue")[1]
    assert f'hx-get="{file}/pages"' in page and f'href="{file}/content"' in page
    assert way["dealer"].get(f"{file}/pages")[0] == 404 and way["dealer"].get(f"{file}/pages/1.png")[0] == 404
    way["clerk"].act(f"{trip['drawing']}/drawing.issue")


def test_all_pages_are_shown_where_it_is_signed(base):
    way, file = trip["way"], trip["file"]
    page = way["dealer"].get(f"{trip['drawing']}/drawing.sign")[1]
    assert f'hx-get="{file}/pages"' in page and "<object" not in page and f'href="{file}/content"' in page
    status, page, _ = way["dealer"].get(f"{file}/pages")
    assert status == 200 and re.findall(r'<img src="([^"]+)"', page.split('class="sheets"')[1]) == [
        f"{file}/pages/{i}.png" for i in (1, 2, 3)]
    assert "Page 3 of 3" in page and f'href="{file}/content"' in page
    for number in (1, 3):
        status, _, headers = way["dealer"].get(f"{file}/pages/{number}.png")
        assert status == 200 and headers["Content-Type"] == "image/png" and int(headers["Content-Length"]) > 1000
        assert "sandbox" in headers["Content-Security-Policy"] and "private" in headers["Cache-Control"]
    for number in ("0", "4", "41", "-1", "x", "", "1.5", "99999999999999999999", "..", "%2e%2e%2f1"):
        assert way["dealer"].get(f"{file}/pages/{number}.png")[0] == 404, number


def test_nobody_else_sees_them(base):
    file = trip["file"]
    for path in (f"{file}/pages", f"{file}/pages/1.png"):
        assert Browser(base, "dealer2").get(path)[0] == 404, path
    assert Browser(base).ask(f"{file}/pages")[2]["Location"].startswith("/login?")
    assert Browser(base).ask(f"{file}/pages/1.png")[0] == 401


def test_what_cannot_be_drawn_is_said(base):
    way = trip["way"]
    broken = upload(PDF)
    status, page, _ = way["clerk"].get(f"{broken}/pages")
    assert status == 200 and "cannot be shown here as pictures" in page and f'href="{broken}/content"' in page
    assert way["clerk"].get(f"{broken}/pages/1.png")[0] == 404
    page = way["clerk"].get(f"{upload(sheets(45))}/pages")[1]
    assert "The first 40 of 45 pages are shown here" in page and page.count("<img src=\"/files/") == 40


def test_a_picture_shows_itself(base):
    way = trip["way"]
    picture = upload(PNG, "plan.png")
    page = way["clerk"].get(f"{trip['drawing']}/drawing.issue")[1]
    assert f'<img src="{picture}/content"' in page and "hx-get=\"/files" not in page
    assert way["clerk"].get(f"{picture}/pages")[0] == 404


run(sys.argv[1], dict(globals()))
