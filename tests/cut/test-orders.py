#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders for cutting as docs/cutting.md states them: the worked example there, every fault told with its place, plans
that come back as they went out, wrong plans refused. Usage: test-orders.py GENDAN."""
import copy
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "operate"))
from gendan import GENDAN, ROOT, command, main

DOCUMENT = (ROOT / "docs/cutting.md").read_text()
EXAMPLES = {order["cut"]: order for order in map(json.loads, re.findall(r"```json\n(.*?)```", DOCUMENT, re.S))}


def write(folder, name, value):
    path = folder / name
    path.write_text(json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value)
    return str(path)


def cut(folder, order, *options):
    """The plan of an order, checked by the checker that knows nothing of the solver."""
    path = write(folder, "order.json", order)
    made = command("cut", order["cut"], "--order", path, "--work", "20000000", "--json", *options)
    assert made.returncode == 0, made.stderr
    plan = write(folder, "plan.json", made.stdout)
    checked = command("cut", "check", order["cut"], "--order", path, plan)
    assert checked.returncode == 0 and checked.stdout == "the plan is right\n", checked
    return json.loads(made.stdout)


def faults_of(folder, order, kind="bars"):
    refused = command("cut", kind, "--order", write(folder, "order.json", order))
    assert refused.returncode == 1 and not refused.stdout, refused
    assert refused.stderr.startswith("gendan cut: ")
    return refused.stderr.removeprefix("gendan cut: ").splitlines()


def test_the_documented_example(folder):
    plan = cut(folder, EXAMPLES["bars"])
    assert plan["optimal"] and plan["lower_bound"] == plan["price"]
    offcuts = {pattern["stock"] for pattern in plan["patterns"]} & {2, 3}
    assert offcuts == {2, 3}, "offcuts first"
    assert plan["order"] == EXAMPLES["bars"]
    paired = [part for pattern in plan["patterns"] for part in pattern["parts"] if part["paired"]]
    assert paired, "mitres meet nose to tail"


def test_the_documented_glass(folder):
    order = EXAMPLES["sheets"]
    plan = cut(folder, order)
    pieces = [placement for one in plan["plans"] for placement in one["placements"] for _ in range(one["count"])]
    for number, piece in enumerate(order["pieces"]):
        assert sum(placement["piece"] == number for placement in pieces) == piece["count"], piece
    assert sum(one["count"] for one in plan["plans"]) == plan["sheets"]
    flaw = order["stocks"][0]["defects"][0]
    for one in plan["plans"]:
        for at in one["placements"] if one["stock"] == 0 else []:
            assert at["x"] + at["width"] <= flaw["x"] or at["x"] >= flaw["x"] + flaw["width"] or \
                at["y"] + at["height"] <= flaw["y"] or at["y"] >= flaw["y"] + flaw["height"], at


def test_same_bytes(folder):
    for kind, example in EXAMPLES.items():
        order = write(folder, "order.json", example)
        one, two = (command("cut", kind, "--order", order, "--work", "3000000", "--json").stdout for _ in range(2))
        assert one and one == two, kind
        again = command("cut", "print", write(folder, "plan.json", one), "--json")
        assert again.stdout == one, "a plan that is read and written stays as it is"


def test_every_fault_of_sheets(folder):
    order = copy.deepcopy(EXAMPLES["sheets"])
    order["rules"] = "glass"
    order["kerf"] = -1
    order["first"] = "up"
    order["stocks"][0]["defects"][0]["width"] = 0
    order["offcuts"][0]["height"] = 2 * 10 ** 6
    order["pieces"][0]["width"] = 0
    order["pieces"][1]["turn"] = True
    order["pieces"][2]["length"] = 5
    faults = faults_of(folder, order, "sheets")
    for place in ("rules: ", "kerf: ", "first: ", "stocks[0].defects[0].width: ", "offcuts[0].height: ",
                  "pieces[0].width: ", "pieces[1].turn: ", "pieces[2]: “length”"):
        assert any(fault.startswith(place) for fault in faults), (place, faults)
    assert len(faults) == 8, faults
    large = copy.deepcopy(EXAMPLES["sheets"])
    large["pieces"][0]["width"] = large["pieces"][3]["width"] = 5000
    assert len(faults_of(folder, large, "sheets")) == 2, "what is too large is all told"
    assert faults_of(folder, EXAMPLES["bars"], "sheets") == ["the order is not for sheets"]


def test_progress_and_interrupt(folder):
    """The terminal hears of every better plan with its gap; an interrupt keeps the best, which is complete."""
    order = copy.deepcopy(EXAMPLES["sheets"])
    for piece in order["pieces"]:
        piece["count"] *= 13
    path = write(folder, "order.json", order)
    ours, theirs = pty.openpty()
    process = subprocess.Popen([GENDAN, "cut", "sheets", "--order", path, "--seconds", "0", "--json"],
                               stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    with os.fdopen(os.dup(ours)) as terminal:
        said = terminal.readline()
    assert re.match(r" *\d+\.\d{3} s: \d+\.\d\d, at most \d+\.\d\d% above the bound\n", said), said
    process.send_signal(signal.SIGINT)
    plan = process.communicate(timeout=60)[0].decode()
    os.close(ours)
    assert process.returncode == 0 and not json.loads(plan)["optimal"]
    checked = command("cut", "check", "sheets", "--order", path, write(folder, "plan.json", plan))
    assert checked.stdout == "the plan is right\n", checked


def test_comparison(folder):
    one = cut(folder, EXAMPLES["bars"])
    square = copy.deepcopy(EXAMPLES["bars"])
    square.pop("offcuts")
    for piece in square["pieces"]:
        piece.update(left=0, right=0)
    other = cut(folder, square)
    paths = [write(folder, f"{name}.json", plan) for name, plan in (("one", one), ("other", other))]
    rows = json.loads(command("cut", "compare", *paths, "--json").stdout)
    for side, plan in enumerate((one, other)):
        stocks = plan["order"]["stocks"] + plan["order"].get("offcuts", [])
        material = sum(pattern["count"] * stocks[pattern["stock"]]["length"] for pattern in plan["patterns"])
        pieces = [length for pattern in plan["patterns"] for length in pattern["pieces"] * pattern["count"]]
        assert rows["price"][side] == plan["price"] and rows["stocks"][side] == plan["bars"]
        assert rows["pieces"][side] == len(pieces) and rows["yield"][side] == sum(pieces) * 10000 // material
        assert rows["patterns"][side] == len(plan["patterns"])
        assert rows["remnants"][side] == sum(remnant["count"] for remnant in plan["remnants"])
        assert rows["kept"][side] == sum(remnant["count"] * remnant["length"] for remnant in plan["remnants"])
    text = command("cut", "compare", *paths, "--lang", "zh_TW").stdout
    assert re.search(rf"^成本 +{one['price'] / 100:.2f} +{other['price'] / 100:.2f}$", text, re.M), text
    sheets = write(folder, "sheets.json", cut(folder, EXAMPLES["sheets"]))
    assert command("cut", "compare", paths[0], sheets).returncode == 1
    assert command("cut", "compare", paths[0]).returncode == 2


def test_every_fault_with_its_place(folder):
    order = copy.deepcopy(EXAMPLES["bars"])
    order["kerf"] = "4"
    order["colours"] = "黑"
    order["pieces"][0]["length"] = 0
    order["pieces"][1]["length"] = -5
    order["pieces"][2]["length"] = 10 ** 18
    order["pieces"][3]["length"] = 60000
    order["pieces"][4]["länge"] = 1
    order["pieces"][5]["count"] = 2.5
    order["pieces"][6]["bay"] = "1\u0007"
    order["pieces"].append(7)
    del order["stocks"][0]["length"]
    order["stocks"][1]["length"] = 59999
    order["offcuts"][0]["price"] = 0
    faults = faults_of(folder, order)
    for place in ("kerf: ", "“colours”", "pieces[0].length: ", "pieces[1].length: ", "pieces[2].length: ",
                  "pieces[3].length: ", "pieces[4]: “länge”", "pieces[5].count: ", "pieces[6].bay: ", "pieces[7]: ",
                  "stocks[0].length: ", "offcuts[0].price: "):
        assert any(place in fault for fault in faults), (place, faults)
    assert len(faults) == 12, faults


def test_refused_in_the_user_s_language(folder):
    """--lang, or what the environment says; of the reader, of the core, and of files that are not there."""
    order = copy.deepcopy(EXAMPLES["bars"])
    order["pieces"][0]["length"] = -5
    path = write(folder, "order.json", order)
    said = {"zh_CN": "不在 1 与", "zh_TW": "不在 1 與", "en": "is not between 1 and"}
    for language, words in said.items():
        refused = command("cut", "bars", "--order", path, "--lang", language)
        assert refused.returncode == 1 and f"pieces[0].length: -5 {words}" in refused.stderr, refused
    for variable, value, language in (("LC_ALL", "zh_TW.UTF-8", "zh_TW"), ("LC_ALL", "zh_CN", "zh_CN"),
                                      ("LC_ALL", "zh_HK.UTF-8", "zh_TW"), ("LC_ALL", "POSIX", "en")):
        assert said[language] in command("cut", "bars", "--order", path, env={variable: value}).stderr, value
    short = {**EXAMPLES["bars"], "stocks": [{"length": 60000, "count": 1}], "offcuts": []}
    refused = command("cut", "bars", "--order", write(folder, "short.json", short), "--lang", "zh_CN", "--work",
                      "1000000")
    assert refused.returncode == 1 and "原料不够，还差" in refused.stderr and "支料" in refused.stderr, refused
    absent = command("cut", "sheets", "--order", str(folder / "no.json"), "--lang", "zh_TW")
    assert absent.stderr == f"gendan cut: {folder}/no.json：沒有這個檔案\n", absent
    good = command("cut", "bars", "--order", write(folder, "order.json", EXAMPLES["bars"]), "--lang", "zh_CN",
                   "--work", "20000000")
    assert good.stdout.startswith("7 支料，6 种排法，利用率 95.04%，"), good
    assert command("cut", "bars", "--order", path, "--lang", "fr").returncode == 2


def test_checked_in_the_user_s_language(folder):
    """What the checker says, what the parser of JSON says, and the help."""
    path = write(folder, "order.json", EXAMPLES["bars"])
    plan = cut(folder, EXAMPLES["bars"])
    wrong = {**plan, "bars": plan["bars"] + 1}
    broken = write(folder, "broken.json", json.dumps(EXAMPLES["bars"])[:-1])
    twice = write(folder, "twice.json", '{"cut": "bars", "cut": "bars"}')
    words = {"zh_CN": ("方案写的是", "内容不完整", "同一名称给了两次", "按比例画出下料图"),
             "zh_TW": ("方案寫的是", "內容不完整", "同一名稱給了兩次", "按比例畫出下料圖")}
    for language, (judged, ended, doubled, helped) in words.items():
        checked = command("cut", "check", "bars", "--order", path, write(folder, "wrong.json", wrong), "--lang",
                          language)
        assert checked.returncode == 1 and judged in checked.stdout, checked
        assert ended in command("cut", "bars", "--order", broken, "--lang", language).stderr
        assert doubled in command("cut", "bars", "--order", twice, "--lang", language).stderr
        assert helped in command("cut", "--help", env={"LC_ALL": language}).stdout
    bare = write(folder, "bars.txt", "1 100\n50 3\n")
    few = write(folder, "few.json", {"bars": 1, "lower_bound": 1, "optimal": True,
                                     "patterns": [{"count": 1, "pieces": [50]}]})
    judged = command("cut", "check", "bars", bare, few, "--lang", "zh_CN")
    assert judged.returncode == 1 and judged.stdout == "长 50：缺 2 件\n", judged


def test_what_does_not_go_together(folder):
    def changed(**changes):
        return {**copy.deepcopy(EXAMPLES["bars"]), **changes}
    no_face = changed()
    del no_face["face"]
    assert len(faults_of(folder, no_face)) == 6
    some = changed(stocks=[{"length": 60000, "price": 5}, {"length": 50000}])
    assert faults_of(folder, some) == ["stocks: some have a price and some have none"]
    assert faults_of(folder, changed(stocks=[], offcuts=[]))[0] == "there is no stock"
    assert faults_of(folder, changed(stocks=[{"length": 0}])) == [
        "stocks[0].length: 0 is not between 1 and 1000000000"], "the offcuts' price cannot be made of it"
    assert faults_of(folder, changed(waste_max=9000, remnant_min=8000))
    assert faults_of(folder, changed(cut="sheet"))[0].startswith("cut: ")
    assert "line 1" in faults_of(folder, '{"cut": "bars", "cut": "bars"}')[0]
    assert faults_of(folder, "[]") and faults_of(folder, "") and faults_of(folder, "nonsense")


def test_huge_orders(folder):
    """A million pieces in few lines are cut; a file beyond the limit is refused before it is read as JSON."""
    many = {"cut": "bars", "unit": "mm", "kerf": 4, "stocks": [{"length": 6000}],
            "pieces": [{"length": 500 + 7 * i, "count": 50000} for i in range(20)]}
    plan = cut(folder, many, "--seconds", "5")
    assert sum(pattern["count"] * len(pattern["pieces"]) for pattern in plan["patterns"]) == 1000000
    tiny = {"cut": "bars", "unit": "mm", "stocks": [{"length": 10 ** 6}], "pieces": [{"length": 1, "count": 10 ** 6}]}
    drawn = command("cut", "bars", "--order", write(folder, "tiny.json", tiny), "--pdf", str(folder / "tiny.pdf"))
    assert drawn.returncode == 1 and "1000000 pieces are more than the 20000 that are printed" in drawn.stderr, drawn
    many_sheets = {"cut": "sheets", "stocks": [{"width": 30000, "height": 20000}],
                   "pieces": [{"width": 100, "height": 100, "count": 20000}] * 50}
    assert faults_of(folder, many_sheets, "sheets") == ["more than 200000 pieces in all"]
    panes = {"cut": "sheets", "rules": "glass3x", "unit": "mm", "stocks": [{"width": 6000, "height": 3210}],
             "pieces": [{"width": 200 + 3 * i, "height": 900 + i, "count": 400} for i in range(500)]}
    plan = cut(folder, panes, "--seconds", "1")
    assert sum(one["count"] * len(one["placements"]) for one in plan["plans"]) == 200000
    bomb = {**plan, "plans": plan["plans"] * 2}
    refused = command("cut", "print", write(folder, "bomb.json", bomb), "--json")
    assert refused.returncode == 1 and "more than 200000 pieces or remnants" in refused.stderr, refused.stderr[:300]
    lines = '{"cut":"bars","stocks":[{"length":6000}],"pieces":[' + ",".join(['{"length":1}'] * 1400000) + "]}"
    assert "larger than" in faults_of(folder, lines)[0]


def test_wrong_plans_are_refused(folder):
    plan = cut(folder, EXAMPLES["bars"])
    order = write(folder, "order.json", EXAMPLES["bars"])

    def refused(change):
        wrong = copy.deepcopy(plan)
        change(wrong)
        checked = command("cut", "check", "bars", "--order", order, write(folder, "wrong.json", wrong))
        assert checked.returncode == 1, (change, checked)
        return checked.stdout + checked.stderr
    assert "missing" in refused(lambda wrong: wrong.pop("price"))
    refused(lambda wrong: wrong.update(price=wrong["price"] - 1))
    refused(lambda wrong: wrong["patterns"].pop())
    refused(lambda wrong: wrong["patterns"][0].update(count=2))
    refused(lambda wrong: wrong["patterns"][0].update(stock=9))
    assert "longer than the bar" in refused(lambda wrong: wrong["patterns"][0]["parts"][0].update(times=3))
    refused(lambda wrong: wrong["patterns"][0]["parts"][0].update(piece=99))
    refused(lambda wrong: wrong["patterns"][0]["parts"][0].update(paired=0))
    assert "neither" in refused(lambda wrong: wrong["order"].update(cut="doors"))
    assert "another order" in refused(lambda wrong: wrong["order"].update(title="另一批"))


def test_wrong_sheets_are_refused(folder):
    plan = cut(folder, EXAMPLES["sheets"])
    order = write(folder, "order.json", EXAMPLES["sheets"])

    def refused(change):
        wrong = copy.deepcopy(plan)
        change(wrong)
        checked = command("cut", "check", "sheets", "--order", order, write(folder, "wrong.json", wrong))
        assert checked.returncode == 1 and checked.stdout + checked.stderr, (change, checked)
    first = plan["plans"][0]
    assert first["placements"] and first["cuts"]
    refused(lambda wrong: wrong["plans"][0]["placements"][0].update(x=first["placements"][0]["x"] + 1))
    refused(lambda wrong: wrong["plans"][0]["placements"].pop())
    refused(lambda wrong: wrong["plans"][0]["placements"][0].update(piece=99))
    refused(lambda wrong: wrong["plans"][0]["cuts"].pop())
    refused(lambda wrong: wrong["plans"][0]["cuts"].reverse())
    refused(lambda wrong: wrong["plans"][0].update(count=2))
    refused(lambda wrong: wrong["plans"][0].update(count=10 ** 9))
    refused(lambda wrong: wrong.update(price=wrong["price"] - 1))
    refused(lambda wrong: wrong.update(sheets=wrong["sheets"] + 1))


main(globals())
