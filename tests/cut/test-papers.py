#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The papers made of a plan, read back by other programs: drawings agree with the plan in place and in words, saw lists
hold every piece once, codes on labels say what the list says. Usage: test-papers.py GENDAN."""
import collections
import copy
import csv
import io
import json
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "operate"))
from gendan import ROOT, command, main

DOCUMENT = (ROOT / "docs/cutting.md").read_text()
EXAMPLES = {order["cut"]: order for order in map(json.loads, re.findall(r"```json\n(.*?)```", DOCUMENT, re.S))}
SVG = "{http://www.w3.org/2000/svg}"


def millimetres(tenths):
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)


def cut(folder, order, *options):
    """Cuts the order with papers; the plan."""
    path = folder / "order.json"
    path.write_text(json.dumps(order, ensure_ascii=False))
    made = command("cut", order["cut"], "--order", str(path), "--work", "20000000", "--json", *options)
    assert made.returncode == 0, made.stderr
    (folder / "plan.json").write_text(made.stdout)
    return json.loads(made.stdout)


def words_of(pdf):
    """The words of each page."""
    text = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    return [page.split() for page in text.split("\f")[:-1]]


def corners(element):
    return [tuple(map(float, point.split(","))) for point in element.get("points").split()]


def shapes(svg, *classes):
    """(class, corners) in the order in which they were drawn, page after page."""
    root = xml.parse(svg).getroot()
    assert root.tag == SVG + "svg"
    for page in root:
        for element in page:
            if element.get("class") in classes and element.get("points"):
                yield element.get("class"), corners(element)


def rows_of(path, separator=",", bom=False):
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") == bom
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=separator))


def test_bars_are_drawn_where_they_are_cut(folder):
    plan = cut(folder, EXAMPLES["bars"], "--svg", str(folder / "plan.svg"))
    order = plan["order"]
    bars = []
    for kind, points in shapes(folder / "plan.svg", "bar", "piece"):
        if kind == "bar":
            bars.append((points, []))
        else:
            bars[-1][1].append(points)
    assert len(bars) == len(plan["patterns"])
    stocks = order["stocks"] + order["offcuts"]
    kerf = 57  # 4 mm at 45°: 5.66 mm along the bar
    for (bar, pieces), pattern in zip(bars, plan["patterns"]):
        left, right = bar[0][0], bar[1][0]
        scale = stocks[pattern["stock"]]["length"] / (right - left)
        assert len(pieces) == len(pattern["pieces"])
        end = 0
        for piece, length in zip(pieces, pattern["pieces"]):
            begins, ends = min(x for x, _ in piece), max(x for x, _ in piece)
            assert abs((ends - begins) * scale - length) < 1, "to scale"
            place = (begins - left) * scale
            assert place > 149 if end == 0 else place > end + kerf - 401, "nose to tail, else apart"
            end = (ends - left) * scale
        edge = stocks[pattern["stock"]]["length"] - 150
        assert abs(edge - end - kerf - pattern["leftover"]) < 1 or pattern["leftover"] == 0
    paired = next(pieces for (_, pieces), pattern in zip(bars, plan["patterns"]) if pattern["parts"][0]["paired"])
    first, second = paired[:2]
    assert second[0][0] - first[1][0] > 0 and second[3][0] - first[2][0] > 0, "a kerf between them above and below"
    assert min(x for x, _ in second) < max(x for x, _ in first), "nose to tail"


def test_sheets_are_drawn_where_they_are_cut(folder):
    plan = cut(folder, EXAMPLES["sheets"], "--svg", str(folder / "plan.svg"))
    stocks = plan["order"]["stocks"] + plan["order"]["offcuts"]
    sheets = []
    for kind, points in shapes(folder / "plan.svg", "sheet", "piece", "remnant", "defect", "cut"):
        if kind == "sheet":
            sheets.append({"sheet": points, "piece": [], "remnant": [], "defect": [], "cut": []})
        else:
            sheets[-1][kind].append(points)
    assert len(sheets) == len(plan["plans"])
    for drawn, one in zip(sheets, plan["plans"]):
        stock = stocks[one["stock"]]
        (left, top), (right, bottom) = drawn["sheet"][0], drawn["sheet"][2]
        scale = stock["width"] / (right - left)
        assert abs((bottom - top) * scale - stock["height"]) < 1, "one scale in both directions"

        def on_sheet(corners):
            (x1, y1), (x2, y2) = corners[0], corners[2]
            return [(x1 - left) * scale, (bottom - y2) * scale, (x2 - x1) * scale, (y2 - y1) * scale]
        for kind, boxes in (("piece", one["placements"]), ("remnant", one["remnants"]),
                            ("defect", stock.get("defects", []))):
            assert len(drawn[kind]) == len(boxes), kind
            for corners_drawn, box in zip(drawn[kind], boxes):
                wanted = [box["x"], box["y"], box["width"], box["height"]]
                assert all(abs(a - b) < 1 for a, b in zip(on_sheet(corners_drawn), wanted)), (kind, box)
        for line, line_cut in zip(drawn["cut"], reversed(one["cuts"])):
            (x1, y1), (x2, y2) = line
            found = [(x1 - left) * scale, (bottom - y1) * scale, (x2 - left) * scale, (bottom - y2) * scale]
            wanted = [line_cut[key] for key in ("x1", "y1", "x2", "y2")]
            assert all(abs(a - b) < 1 for a, b in zip(found, wanted)), line_cut


def test_sheets_in_words(folder):
    plan = cut(folder, EXAMPLES["sheets"], "--pdf", str(folder / "plan.pdf"), "--labels", str(folder / "labels.pdf"),
               "--lang", "zh_CN", "--paper", "a3")
    pages = words_of(folder / "plan.pdf")
    assert len(pages) == 1 + len(plan["plans"]), "what is taken and given back, then a page a sheet"
    assert "固定玻璃" in pages[0] and "余料" in "".join(pages[0])
    for words, one in zip(pages[1:], plan["plans"]):
        text = " ".join(words)
        for at in one["placements"]:
            assert f"{at['width']} × {at['height']}" in text, at
        for number in range(1, len(one["cuts"]) + 1):
            assert f"{number}." in words and str(number) in words, "each cut in the list and at its line"
        plate = one["cuts"][0]["x1"]
        assert f"1. ↕ {plate}" in text
    rows = saw_rows(folder)
    wanted = {(at["x"], at["y"], at["width"], at["height"]) for one in plan["plans"] for at in one["placements"]}
    assert {tuple(int(row[key]) for key in ("x", "y", "width", "height")) for row in rows} == wanted
    assert len(rows) == sum(piece["count"] for piece in plan["order"]["pieces"])
    assert len(words_of(folder / "labels.pdf")) == len(rows)


def test_bars_in_words(folder):
    plan = cut(folder, EXAMPLES["bars"], "--pdf", str(folder / "plan.pdf"), "--lang", "zh_CN")
    pages = words_of(folder / "plan.pdf")
    words = [word for page in pages for word in page]
    for number, page in enumerate(pages, 1):
        text = "".join(page)
        assert f"第{number}页，共{len(pages)}页" in text and "GD80-01" in text and "GD2511-007,GD2511-011" in text
    for place in ("W01/1", "W01/2", "W03/1", "竖框", "横框", "中横", "下料图"):
        assert any(place in word for word in words), place
    count = collections.Counter(words)
    for pattern in plan["patterns"]:
        for length in pattern["pieces"]:
            assert count[millimetres(length)], length
    for row in saw_rows(folder):
        assert count[row["stop"]], ("where the saw cuts", row)
    fonts = subprocess.run(["pdffonts", str(folder / "plan.pdf")], capture_output=True, text=True, check=True).stdout
    assert "WenQuanYi" in fonts and " yes " in fonts, fonts


def saw_rows(folder, *options, separator=",", bom=False):
    made = command("cut", "print", str(folder / "plan.json"), "--saw", str(folder / "saw.csv"), *options)
    assert made.returncode == 0, made.stderr
    return rows_of(folder / "saw.csv", separator, bom)


def test_saw_list_holds_every_piece_once(folder):
    order = EXAMPLES["bars"]
    plan = cut(folder, order)
    rows = saw_rows(folder)
    wanted = collections.Counter()
    for piece in order["pieces"]:
        names = [piece[key] for key in ("order", "wall", "bay", "item")]
        wanted[*names, millimetres(piece["length"])] += piece["count"]
    assert collections.Counter((row["order"], row["wall"], row["bay"], row["item"], row["length"])
                               for row in rows) == wanted
    assert len({row["label"] for row in rows}) == len(rows)
    assert [int(row["bar"]) for row in rows] == sorted(int(row["bar"]) for row in rows)
    assert int(rows[-1]["bar"]) == plan["bars"]
    for row in rows:
        assert row["label"] == f"{row['bar']}-{row['place']}"
        assert float(row["stop"]) <= float(row["stock_length"]) - 15
        assert {row["left"], row["right"]} <= {"0.0", "45.0", "-45.0"}
    assert saw_rows(folder, "--separator", ";", "--bom", separator=";", bom=True) == rows
    assert command("cut", "print", str(folder / "plan.json"), "--separator", "x").returncode == 2


def test_names_survive_csv(folder):
    order = copy.deepcopy(EXAMPLES["bars"])
    names = ['say "ah", twice', "=1+1", "-05", "；;,", "<b>&amp;"]
    for piece, name in zip(order["pieces"], names):
        piece["item"] = name
    cut(folder, order, "--svg", str(folder / "plan.svg"), "--pdf", str(folder / "plan.pdf"))
    found = {row["item"] for row in saw_rows(folder)}
    assert {'say "ah", twice', "'=1+1", "'-05", "；;,", "<b>&amp;"} <= found, found
    texts = [element.text for element in xml.parse(folder / "plan.svg").iter(SVG + "text")]
    assert any("<b>&amp;" in text for text in texts)


def test_saw_list_on_paper(folder):
    cut(folder, EXAMPLES["bars"], "--saw", str(folder / "saw.pdf"), "--lang", "zh_TW", "--date", "2026-11-25")
    words = [word for page in words_of(folder / "saw.pdf") for word in page]
    assert "鋸切清單" in words and "2026-11-25" in words
    for row in saw_rows(folder):
        assert row["stop"] in words and row["length"] in words, row


def codes_of(folder):
    """What the codes of labels.pdf hold, page after page."""
    subprocess.run(["pdftoppm", "-r", "200", "-gray", "-png", str(folder / "labels.pdf"), str(folder / "label")],
                   check=True)
    pictures = sorted(folder.glob("label-*.png"))
    read = subprocess.run(["zbarimg", "-q", "--raw", *map(str, pictures)], capture_output=True, text=True)
    codes = list(csv.reader(io.StringIO(read.stdout), delimiter=";"))
    assert len(codes) == len(pictures)
    return codes


def test_numbers_of_cuts_do_not_touch(folder):
    """In strips that are narrower than a number: neighbours stand one below or beside the other."""
    order = {"cut": "sheets", "unit": "mm", "rules": "board3n", "stocks": [{"width": 2800, "height": 2070}],
             "pieces": [{"width": 30, "height": 2000, "count": 14}, {"width": 900, "height": 25, "count": 20},
                        {"width": 820, "height": 2000}]}
    cut(folder, order, "--svg", str(folder / "narrow.svg"))
    boxes = []
    for text in xml.parse(folder / "narrow.svg").getroot().iter(SVG + "text"):
        if text.get("class") == "cut-number":
            size, x, y = float(text.get("font-size")), float(text.get("x")), float(text.get("y"))
            width = len("".join(text.itertext())) * size / 2
            left = x - width * {"middle": 0.5, "end": 1}.get(text.get("text-anchor"), 0)
            boxes.append((left, y - size * 0.7, left + width, y))
    assert len(boxes) > 35
    for at, one in enumerate(boxes):
        for other in boxes[:at]:
            assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3], (one, other)


def test_remnants_are_labelled(folder):
    """What goes back to the store has a label behind those of its bar or sheet."""
    plan = cut(folder, {**EXAMPLES["bars"], "remnant_min": 2000}, "--labels", str(folder / "labels.pdf"))
    wanted, bar = collections.Counter(), 0
    for pattern in plan["patterns"]:
        for bar in range(bar + 1, bar + pattern["count"] + 1):
            if pattern["leftover"] >= 2000:
                wanted[(f"{bar}-R", millimetres(pattern["leftover"]))] += 1
    codes = codes_of(folder)
    assert wanted and collections.Counter((code[0], code[5]) for code in codes if "R" in code[0]) == wanted
    assert len(codes) == len(saw_rows(folder)) + wanted.total()
    glass = {**EXAMPLES["sheets"], "remnant_min": 100}
    plan = cut(folder, glass, "--labels", str(folder / "labels.pdf"), "--lang", "zh_CN")
    remnants = sum(one["count"] * len(one["remnants"]) for one in plan["plans"])
    found = [page for page in words_of(folder / "labels.pdf") if "余料" in page]
    assert remnants > 0 and len(found) == remnants


def test_the_legend_stands_on_every_page(folder):
    for order in EXAMPLES.values():
        cut(folder, order, "--pdf", str(folder / "plan.pdf"), "--lang", "zh_CN")
        for page in words_of(folder / "plan.pdf"):
            assert any("密斜线" in word for word in page) and any("贴标签入库" in word for word in page)


def test_codes_on_labels(folder):
    cut(folder, EXAMPLES["bars"], "--labels", str(folder / "labels.pdf"))
    rows = saw_rows(folder)
    codes = codes_of(folder)
    assert [code[:6] for code in codes] == [[row["label"], row["order"], row["wall"], row["bay"], row["item"],
                                             row["length"]] for row in rows]
    size = subprocess.run(["pdfinfo", str(folder / "labels.pdf")], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Page size: +170\.0\d+ x 113\.3\d+ pts", size), size
    for wrong in ("60", "60x", "5x5", "1000x40", "60x40x"):
        assert command("cut", "print", str(folder / "plan.json"), "--label-size", wrong).returncode == 2, wrong


def test_the_same_papers(folder):
    """Equal plans are equal files, and nothing is dated unless it is asked for."""
    papers = ["--pdf", "plan.pdf", "--svg", "plan.svg", "--labels", "labels.pdf", "--saw", "saw.pdf"]
    found = []
    cut(folder, EXAMPLES["bars"])
    for name in ("one", "two"):
        (folder / name).mkdir()
        made = command("cut", "print", str(folder / "plan.json"), "--lang", "zh_CN", *papers, cwd=folder / name)
        assert made.returncode == 0, made.stderr
        found.append({path.name: path.read_bytes() for path in sorted((folder / name).iterdir())})
    assert len(found[0]) == 4 and found[0] == found[1]
    assert command("cut", "print", str(folder / "plan.json"), "--pdf", "/nowhere/plan.pdf").returncode == 1
    assert command("cut", "print", str(folder / "plan.json"), "--lang", "fr").returncode == 2


main(globals())
