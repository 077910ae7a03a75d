#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dealer isolation: a second dealer tries every address and every command on the first one's things; and what is the
house's alone never reaches a dealer. In a copy of the demo factory every text is given a mark that says whose it is and
of which field, and the first dealer's money is made unmistakable, so that a leak names itself.
Usage: test-isolation.py GENDAN. Prints TAP."""
import json
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import traceback
import urllib.request
from house import PDF, PNG, Browser

FIRST, SECOND, THIRD = 1, 2, 3  # the dealers "dealer", "dealer2" and "dealer3"
MARK = re.compile(r"zQ(\d+)-(\w+)-(\w+)-Qz")
MONEY = re.compile(r"\b7[ ,\u00a0\u202f]?7\d\d[ ,\u00a0\u202f]?\d{3}\.\d\d\b|\b77\d{7}\b")
SECRET_MONEY = re.compile(r"\b8[ ,\u00a0\u202f]?88\d[ ,\u00a0\u202f]?\d{3}\.\d\d\b|\b888\d{6}\b")  # of hidden rows
CREDIT = re.compile(r"\b9[ ,\u00a0\u202f]?93\d[ ,\u00a0\u202f]?\d{3}\.\d\d\b|\b993\d{6}\b")
COMMERCIAL = {"contract", "contract_line", "instalment", "receipt", "allocation", "refund", "reminder",
              "balance_notice"}
WORKSHOP = ("production", "warehouse", "designer")  # users
FEW = 2  # rows of a record and state

# What the procedure lets a dealer know of the own things; written by hand.
SHOWN = {
    "dealer": {"name", "region", "address", "phone", "tax_number"},
    "contact": {"name", "post", "phone", "email"},
    "project": {"name", "site_address", "site_person", "site_phone", "owner", "main_contractor"},
    "order": {"name", "reason"},
    "order_form": {"remarks", "returned_because"},
    "order_form_line": {"area", "style", "frame_colour", "filling", "door_type", "hardware", "remarks",
                        "question", "answer"},
    "drawing": {"title", "declined_because", "signer_name"},
    "contract": {"payment_terms", "liability", "amends_because"},
    "contract_line": {"item"},
    "receipt": {"payer", "reason"},
    "refund": {"reason"},
    "reminder": {"said"},
    "extension": {"reason"},
    "stored_goods": {"package", "contents"},
    "delivery_notice": {"remarks"},
    "shipment": {"carrier", "address", "receiver", "phone", "waybill", "signed_by"},
    "tracking": {"place", "event"},
    "comment": {"text"},
    "file": {"name"},
    "user": {"name"},  # who did it
}
# States in which a row is the house's alone, with what hangs on it.
HIDDEN = {
    "contract": {"draft", "review", "gm", "seal", "cancelled"},
    "drawing": {"draft"},
    "extension": {"proposed", "refused", "cancelled"},
    "balance_notice": {"draft"},
    "delivery_notice": {"draft", "review", "gm", "returned", "withdrawn"},
    "delivery_line": {"planned", "removed"},
    "refund": {"proposed", "refused", "withdrawn"},
    "comment": {"internal", "superseded"},
}
CODES = {"user.login", "file.sha256", "file.type", "file.about", "drawing.sha256"}
MONEY_FIELDS = [("contract", "amount"), ("instalment", "amount"), ("receipt", "amount"), ("allocation", "amount"),
                ("refund", "amount"), ("balance_notice", "amount_due"), ("reminder", "owed"),
                ("contract_line", "unit_price"), ("contract_line", "amount")]


class House:
    """The marked factory, its server, and what is in it."""

    def __init__(self, gendan, folder):
        self.gendan, self.folder = gendan, folder
        self.start("demo")
        api = json.loads(Browser(self.base, "admin").get("/api/openapi.json")[1])
        self.stop()
        schemas = api["components"]["schemas"]
        self.database = sqlite3.connect(pathlib.Path(folder) / "gendan.db")
        tables = {name for name, in self.database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        self.fields = {record: schema["properties"] for record, schema in schemas.items()
                       if record in tables and "id" in schema.get("properties", {})}
        self.commands = sorted(act["operationId"] for path in api["paths"].values() for method, act in path.items()
                               if method in ("post", "patch") and "." in act["operationId"])
        self.mark()
        self.start("serve")

    def start(self, verb):
        self.server = subprocess.Popen([self.gendan, verb, "--data", self.folder, "--port", "0"],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.base = next(line.split()[-1] for line in self.server.stdout if "serves on" in line)

    def stop(self):
        self.server.send_signal(signal.SIGTERM)
        assert self.server.wait(60) == 0, "the server stops when told to"

    def free_texts(self, record):
        """Fields that hold what people wrote, not codes, dates or hashes."""
        for name, schema in self.fields[record].items():
            kinds = [schema, *schema.get("anyOf", [])]
            texts = [kind for kind in kinds if kind.get("type") == "string"]
            coded = any(key in kind for kind in kinds for key in ("oneOf", "enum", "format", "const", "pattern"))
            if texts and not coded and f"{record}.{name}" not in CODES and name != "number":
                yield name

    def mark(self):
        """Writes the marks into tables and journal."""
        run, counter = self.database.execute, 0
        for record in self.fields:
            for name in self.free_texts(record):
                run(f"""UPDATE "{record}" SET "{name}" = "{name}" || ' zQ' || COALESCE(dealer_id, 0) ||"""
                    f""" '-{record}-{name}-Qz' WHERE "{name}" IS NOT NULL""")
        for number, (record, name) in enumerate(MONEY_FIELDS):
            run(f'UPDATE "{record}" SET "{name}" = 770000000 + {number} * 1000000 + id WHERE dealer_id = {FIRST}')
        self.mark_hidden(run)
        run("UPDATE dealer SET credit = 993000000 + id, level = 'a'")
        dealers = dict(run("SELECT id, dealer_id FROM journal"))
        hidden = set(run("SELECT 'contract', id FROM contract WHERE amount BETWEEN 888000000 AND 889000000 UNION SELECT"
                         " 'instalment', id FROM instalment WHERE amount BETWEEN 888000000 AND 889000000 UNION SELECT"
                         " 'contract_line', id FROM contract_line WHERE amount BETWEEN 888000000 AND 889000000"))
        for entry, record, row, detail in run("SELECT id, record, row_id, detail FROM journal").fetchall():
            changes, texts = json.loads(detail), set(self.free_texts(record)) if record in self.fields else set()
            for name, change in changes.items():
                for side in ("before", "after") if isinstance(change, dict) else ():
                    if name in texts and change.get(side):
                        change[side] += f" zQ{dealers[entry]}-{record}-{name}-Qz"
                    if (record, name) in MONEY_FIELDS and change.get(side) and dealers[entry] == FIRST:
                        counter += 1
                        change[side] = 779000000 + counter
                    if (record, name) in MONEY_FIELDS and change.get(side) and (record, row) in hidden:
                        change[side] = 888900000 + counter
            run("UPDATE journal SET detail = ? WHERE id = ?", (json.dumps(changes, ensure_ascii=False), entry))
        self.database.commit()

    def mark_hidden(self, run):
        """What is in a state that dealers do not see, its lines and its files, of whichever dealer."""
        self.hidden_files = set()
        for record, states in HIDDEN.items():
            where = "state IN (" + ", ".join(f"'{state}'" for state in states) + ")"
            for name in self.free_texts(record):
                run(f"""UPDATE "{record}" SET "{name}" = replace("{name}", '-{record}-', '-hidden_{record}-')"""
                    f" WHERE {where}")
            for name, schema in self.fields[record].items():
                if any(kind.get("x-record") == "file" for kind in (schema, *schema.get("anyOf", []))):
                    files = run(f'SELECT "{name}" FROM "{record}" WHERE {where} AND "{name}" > 0')
                    self.hidden_files |= {row for row, in files}
        run("UPDATE contract SET amount = 888000000 + id WHERE state IN ('draft', 'review', 'gm', 'seal', 'cancelled')")
        for change in ("instalment SET amount = 888100000 + id",
                       "contract_line SET amount = 888200000 + id, unit_price = 888300000 + id"):
            run(f"UPDATE {change} WHERE parent_id IN (SELECT id FROM contract WHERE amount BETWEEN 888000000 AND"
                " 889000000)")
        for row in self.hidden_files:
            run("UPDATE file SET name = replace(name, '-file-', '-hidden_file-') WHERE id = ?", (row,))

    def rows(self, record, dealer):
        """Ids of that dealer's rows: a few in each state."""
        state = "state" if "state" in self.fields[record] else "''"
        kept = {}
        for state, row in self.database.execute(f'SELECT {state}, id FROM "{record}" WHERE dealer_id = ? ORDER BY id',
                                                (dealer,)).fetchall():
            if len(kept.setdefault(state, [])) < FEW:
                kept[state].append(row)
        return [row for rows in kept.values() for row in rows]

    def numbers(self, dealer):
        return {number for record in self.fields if "number" in self.fields[record]
                for number, in self.database.execute(f'SELECT number FROM "{record}" WHERE dealer_id = ?', (dealer,))}


house = None  # set by main()


def plural(record):
    return record if record.endswith("s") else record + "s"


def leaks(body, dealer):
    """What in an answer is not this dealer's to read; or, for dealer 0, not the workshop's: nothing of money."""
    if not dealer:
        yield from (f"{record}.{field}" for _, record, field in MARK.findall(body)
                    if record.replace("hidden_", "") in COMMERCIAL)
        yield from (f"the sum {text}" for pattern in (MONEY, SECRET_MONEY, CREDIT) for text in pattern.findall(body))
        return
    for whose, record, field in MARK.findall(body):
        if record == "user" and field == "name" and whose in ("0", str(dealer)):
            continue
        if record == "letterhead" and field in ("name", "bank", "account") and whose == "0":
            continue  # to whom a dealer pays
        if whose != str(dealer) or field not in SHOWN.get(record, ()):
            yield f"{record}.{field} of dealer {whose}"
    if dealer != FIRST:
        yield from (f"the sum {text}" for text in MONEY.findall(body))
        others = house.numbers(FIRST)
        yield from (number for number in re.findall(r"\b[A-Z]-\d{5}\b", body) if number in others)
    yield from (f"the hidden sum {text}" for text in SECRET_MONEY.findall(body))
    yield from (f"the credit {text}" for text in CREDIT.findall(body))


class Try:
    """Requests of one dealer, with what each wrongly told."""

    def __init__(self, user, dealer, wanted=None):
        self.browser, self.dealer, self.wanted = Browser(house.base, user), dealer, wanted
        self.wrong, self.count = [], 0
        self.browser.token()
        self.json = {"X-CSRF-Token": self.browser.token(), "Content-Type": "application/json"}

    def look(self, what, answer):
        status, body, headers = answer
        self.count += 1
        told = sorted(set(leaks(body + str(headers), self.dealer)))
        if told or status >= 500 or (self.wanted and status not in self.wanted):
            self.wrong.append(f"{what}: {status} {', '.join(told[:4])}")

    def get(self, path):
        self.look("GET " + path, self.browser.get(path))

    def post(self, path, **inputs):
        self.look("POST " + path, self.browser.send(path, **inputs))

    def api(self, path, inputs=None, method="POST", **headers):
        body = json.dumps(inputs or {}).encode()
        request = urllib.request.Request(house.base + "/api" + path, body, {**self.json, **headers}, method=method)
        try:
            with self.browser.opener.open(request, timeout=20) as answer:
                result = answer.status, answer.read().decode("utf-8", "replace"), answer.headers
        except urllib.error.HTTPError as refusal:
            result = refusal.code, refusal.read().decode("utf-8", "replace"), refusal.headers
        self.look(f"{method} /api{path} {inputs or ''}", result)
        return result

    def done(self, least):
        assert not self.wrong, f"{len(self.wrong)} of {self.count} went wrong:\n" + "\n".join(self.wrong[:30])
        assert self.count >= least, f"only {self.count} were tried"
        print(f"# {self.count} requests", flush=True)


def test_marks_are_seen():
    """The test can fail: the house sees every kind of mark."""
    clerk = Browser(house.base, "clerk")
    seen = set(MARK.findall("".join(clerk.get(f"/api/{plural(record)}")[1] for record in house.fields)))
    records = {record for _, record, _ in seen}
    assert records >= {"order", "dealer", "project", "works_order", "receipt", "shipment"}, records
    assert SECRET_MONEY.search(clerk.get("/api/contracts")[1]) and SECRET_MONEY.search(clerk.get("/api/instalments")[1])
    assert house.hidden_files and "hidden_drawing" in clerk.get("/api/drawings")[1]
    assert CREDIT.search(clerk.get("/api/dealers/1")[1]) and MONEY.search(clerk.get("/api/contracts")[1])
    dealer = Browser(house.base, "dealer")
    assert MONEY.search(dealer.get("/api/contracts")[1]), "and the dealer sees the own money"


def test_pages_of_the_first():
    """Rows, forms and files of the first dealer are not there for the second."""
    other = Try("dealer2", SECOND, {403, 404})
    for record in house.fields:
        for row in house.rows(record, FIRST):
            for path in (f"/{plural(record)}/{row}", f"/{plural(record)}/{row}?before=999999"):
                other.get(path)
                other.get("/api" + path)
            for command in house.commands:
                if command.startswith(record + ".") or "." in command and row == house.rows(record, FIRST)[0]:
                    other.get(f"/{plural(record)}/{row}/{command}")
    for row, in house.database.execute("SELECT id FROM file WHERE dealer_id = ?", (FIRST,)):
        other.get(f"/files/{row}/content")
    other.done(1000)


def test_commands_on_the_first():
    """Every command on every kind of row of the first dealer, by form and by API, with and without a version."""
    other = Try("dealer2", SECOND, {403, 404, 405})
    for record in house.fields:
        rows = house.rows(record, FIRST)
        for command in house.commands:
            for row in rows if command.startswith(record + ".") else rows[:1]:
                path = f"/{plural(record)}/{row}/{command}"
                other.api(path)
                other.api(path, {"remarks": "x"}, **{"If-Match": '"1"', "Idempotency-Key": f"try {path}"})
                if row == rows[0]:
                    other.post(path, remarks="x", _version="1")
        for row in rows[:FEW]:
            other.api(f"/{plural(record)}/{row}", {"name": "x"}, "PATCH", **{"If-Match": '"1"'})
    other.done(1000)


def test_lists():
    """Lists, searches and filters give the second dealer nothing of the first, nor of the house."""
    other = Try("dealer2", SECOND)
    queries = ["", "?q=O-0000", "?q=zQ1", "?q=Qz", f"?dealer_id={FIRST}", "?order_id=1", "?parent_id=1", "?id=1",
               "?sort=-number", "?after=0", "?before=999999", "?level=a", "?clerk=2", "?credit=993000001",
               "?sort=credit", "?view=kanban"]
    for record in house.fields:
        for query in queries:
            other.get(f"/{plural(record)}{query}")
            other.get(f"/api/{plural(record)}{query}")
    for path in ("/", "/api/inbox", "/api/openapi.json", "/api/session", "/account/password", "/search?q=zQ1",
                 "/api/search?q=zQ1"):
        other.get(path)
    for command in house.commands:
        other.get(f"/new/{command}")
        other.api(f"/new/{command}")
    other.done(600)


def test_hidden_values_cannot_be_probed():
    """Filters and sorts by what is the house's alone are refused or do nothing: the answers do not differ."""
    dealer = Browser(house.base, "dealer")
    for path, one, two in (("dealers", "level=a", "level=c"), ("orders", "clerk=2", "clerk=999"),
                           ("dealers", "credit=993000001", "credit=1"), ("contracts", "gm_reason=x", "gm_reason=y"),
                           ("orders", "sort=clerk", "sort=-clerk")):
        answers = [dealer.get(f"/api/{path}?{query}") for query in (one, two)]
        (status, said, _), (status2, said2, _) = answers
        assert status == status2 and (status >= 400 or said == said2), (path, one, answers)


def own_pages(user, dealer):
    own = Try(user, dealer)
    for record in house.fields:
        own.get("/" + plural(record))
        own.get("/api/" + plural(record))
        for row in house.rows(record, dealer):
            own.get(f"/{plural(record)}/{row}")
            own.get(f"/api/{plural(record)}/{row}")
            for command in house.commands:
                if command.startswith(record + ".") or record in ("order", "contract", "delivery_notice", "order_form"):
                    own.get(f"/{plural(record)}/{row}/{command}")
    for row in house.hidden_files:
        status, body, _ = own.browser.get(f"/files/{row}/content")
        assert status == 404, f"file {row} of a hidden row is served"
    for order in house.rows("order", dealer):
        for before in ("", "?before=60", "?before=30"):
            own.get(f"/orders/{order}{before}")
    own.done(300)


def test_own_pages_of_the_first():
    """The house's fields (works orders, notes, reasons, clerks, credit) never reach the dealer that they are about."""
    own_pages("dealer", FIRST)


def test_own_pages_of_the_second():
    own_pages("dealer2", SECOND)


def test_own_pages_of_the_third():
    """Whose contract waits for signatures: no sum of it, nor of its instalments, is known yet."""
    assert any(house.rows("instalment", THIRD)), "the demo has no such contract any more"
    own_pages("dealer3", THIRD)


def test_money_is_not_the_workshops():
    """Who makes, keeps and draws sees of no order, list, form, file or paper what it costs."""
    for user in WORKSHOP:
        maker = Try(user, 0)
        for record in house.fields:
            maker.get(f"/{plural(record)}")
            maker.get(f"/api/{plural(record)}")
            for row in house.rows(record, FIRST) + house.rows(record, THIRD):
                for path in (f"/{plural(record)}/{row}", f"/api/{plural(record)}/{row}"):
                    maker.get(path)
            for row in house.rows(record, FIRST)[:1]:
                for command in house.commands:
                    if command.startswith(record + ".") or record in ("order", "works_order", "delivery_notice"):
                        maker.get(f"/{plural(record)}/{row}/{command}")
        for path in ("/", "/api/inbox", "/search?q=zQ1", "/api/search?q=zQ1", "/orders?sort=credit", "/receivables",
                     "/receivables.csv", "/orders?view=kanban"):
            maker.get(path)
        maker.done(300)


def test_files_about_money_are_not_the_workshops():
    """Slips, copies and papers of what is hidden from it; drawings and photos it opens."""
    makers, clerk, opened = [Browser(house.base, user) for user in WORKSHOP], Browser(house.base, "clerk"), 0
    names = [(record, name) for record in house.fields for name, schema in house.fields[record].items()
             if name != "id" and any(kind.get("x-record") == "file" for kind in (schema, *schema.get("anyOf", [])))]
    for record, name in names:
        for row, file in house.database.execute(f'SELECT id, "{name}" FROM "{record}" WHERE "{name}" > 0'):
            assert clerk.get(f"/files/{file}/content")[0] == 200
            for maker in makers:
                status = maker.get(f"/files/{file}/content")[0]
                assert status == (404 if record in COMMERCIAL else 200), (record, row, name, file, status)
                opened += status == 200
            if record in COMMERCIAL and record != "receipt":
                assert makers[0].get(f"/{plural(record)}/{row}/{record}.pdf")[0] == 404
    assert {record for record, _ in names} >= {"contract", "receipt", "drawing"} and opened > 20, opened
    assert makers[0].get("/files")[0] == makers[0].get("/api/files")[0] == 404
    contract = house.rows("contract", FIRST)[0]
    assert clerk.get(f"/contracts/{contract}/contract.pdf")[0] == 200
    for path in (f"/contracts/{contract}", f"/contracts/{contract}/contract.pdf", "/contracts", "/receipts"):
        assert [maker.get(path)[0] for maker in makers] == [404] * len(makers), path


def references():
    """(path, field, record meant) of every input that names a row or a file, in commands that dealers may do."""
    for record, command, field, target in (
            ("dealer", "order.begin", "project", "project"),
            ("order", "order_form.create", "plan", "file"), ("order", "comment.add", "files", "file"),
            ("order_form", "order_form.change", "plan", "file"), ("drawing", "drawing.sign", "signature", "file"),
            ("contract", "contract.countersign", "countersigned", "file"),
            ("contract", "receipt.notice", "slip", "file"),
            ("shipment", "shipment.sign_for", "delivery_note", "file")):
        for row in house.rows(record, SECOND):
            yield f"/{plural(record)}/{row}/{command}", field, target


def test_references():
    """Naming the first dealer's file or row as an input is refused, and says no more than that there is none."""
    other, named = Try("dealer2", SECOND), 0
    for path, field, target in references():
        foreign = house.rows(target, FIRST)[0]
        inputs = {"amount": 1, "text": "x", "name": "x", "signer_name": "x", "signed_by": "x",
                  field: [foreign] if field == "files" else foreign}
        command = path.rsplit("/", 1)[1]
        keep = {field, {"receipt.notice": "amount", "comment.add": "text", "drawing.sign": "signer_name",
                        "order.begin": "name",
                        "shipment.sign_for": "signed_by"}.get(command)}
        status, body, _ = other.api(path, {name: value for name, value in inputs.items() if name in keep})
        assert status >= 400, (path, status, body)
        named += status == 422 and any(reason.get("field") == field for reason in json.loads(body)["reasons"])
    assert named >= 5, f"only {named} were refused for the reference itself"
    other.done(10)


def test_references_by_the_house():
    """Nor can the house mix two dealers' things by mistake."""
    finance = Browser(house.base, "finance")
    receipt, = house.database.execute("SELECT id FROM receipt WHERE dealer_id <> ? AND state = 'noticed'",
                                      (FIRST,)).fetchone()
    foreign = house.rows("contract", FIRST)[0]
    status, body = finance.try_act(f"/receipts/{receipt}/allocation.add", contract=foreign, amount=100)
    assert status == 422 and "contract" in body, (status, body)
    clerk = Browser(house.base, "clerk")
    order = house.rows("order", SECOND)[0]
    status, body = clerk.try_act(f"/orders/{order}/comment.add", text="x", files=[house.rows("file", FIRST)[0]])
    assert status in (409, 422), (status, body)


def test_changed_says_no_more():
    """Who had seen an older version is told what changed: the dealer only of what a dealer may see."""
    clerk, dealer = Browser(house.base, "clerk"), Try("dealer", FIRST)
    project = house.rows("project", FIRST)[0]
    order = clerk.act(f"/projects/{project}/order.create", name="Seen zQ1-order-name-Qz")
    form = clerk.act(f"/orders/{order}/order_form.create", remarks="zQ1-order_form-remarks-Qz")
    clerk.act(f"/orders/{order}/order.change", name="zQ1-order-name-Qz", note="zQ1-order-note-Qz")
    clerk.act(f"/order_forms/{form}/order_form.change", remarks="anew zQ1-order_form-remarks-Qz")
    for user, wanted in ((dealer, 412), (Try("dealer2", SECOND), 404)):
        status, body, _ = user.api(f"/order_forms/{form}/order_form.change", {"remarks": "mine"}, **{"If-Match": '"1"'})
        assert status == wanted, (status, body)
        user.post(f"/order_forms/{form}/order_form.change", remarks="mine", _version="1")
        user.done(2)


def test_live_events():
    """An open page of the second dealer does not learn that the first one's order changed; the first one's does."""
    heard = {}

    def listen(user):
        browser = Browser(house.base, user)
        heard[user] = b""
        events = urllib.request.Request(house.base + "/events", headers={"Accept": "text/event-stream"})
        stream = browser.opener.open(events, timeout=6)
        ready.release()
        try:
            while True:
                line = stream.readline()
                if not line:
                    break
                heard[user] += line
        except OSError:  # nothing more for a while
            pass

    ready = threading.Semaphore(0)
    threads = [threading.Thread(target=listen, args=(user,)) for user in ("dealer", "dealer2")]
    for thread in threads:
        thread.start()
        ready.acquire()
    clerk = Browser(house.base, "clerk")
    mine, others = house.rows("order", FIRST)[0], house.rows("order", SECOND)[0]
    clerk.act(f"/orders/{mine}/comment.add", text="zQ1-comment-text-Qz")
    clerk.act(f"/orders/{others}/comment.add", text="zQ2-comment-text-Qz")
    for thread in threads:
        thread.join()
    for user, own, other in (("dealer", mine, others), ("dealer2", others, mine)):
        assert f"order-{own}\n".encode() in heard[user] and f"order-{other}\n".encode() not in heard[user], heard


def main():
    global house
    tests = [value for name, value in globals().items() if name.startswith("test_")]
    print(f"1..{len(tests)}")
    with tempfile.TemporaryDirectory() as folder:
        house = House(sys.argv[1], folder)
        for number, test in enumerate(tests, 1):
            try:
                test()
                print(f"ok {number} {test.__name__}", flush=True)
            except Exception:  # said as TAP, then the next
                print("# " + traceback.format_exc().replace("\n", "\n# "))
                print(f"not ok {number} {test.__name__}", flush=True)
        house.stop()


main()
