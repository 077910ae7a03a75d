# SPDX-License-Identifier: GPL-3.0-or-later
"""What the shop floor, the warehouse and whoever ships see where they report: how things stand, what the form begins
with, what is meant by a figure, and whose turn it is afterwards."""
import html
import re
import sys
from house import PDF, PNG, run
from journey import Journey

trip = {}


def plain(text):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def form(who, path):
    status, page, _ = trip["way"][who].get(path)
    assert status == 200, (path, status)
    return page


def begun(page, name):
    """What the field of the form begins with."""
    field = next(part for part in page.split('<div class="field')[1:] if f'id="f-{name}"' in part)
    found = re.search(r'<option value="([^"]+)" selected', field) or re.search(r'<input[^>]* value="([^"]*)"', field)
    return found and html.unescape(found.group(1))


def after(who, path, **fields):
    """Acts as a page does; the message that follows."""
    trip["way"].post(who, path, **fields)
    return plain(trip["way"][who].get("/orders/1")[1].split('role="status">')[1].split("</p>")[0])


def test_progress(base):
    """The form says what was ordered and is done, begins with what comes next, and says what the figure means."""
    way = trip["way"] = Journey(base).release()
    path = f"/works_orders/{way.works}/progress.report"
    page = form("production", path)
    assert "Ordered: 2 pieces. Reported so far: Cut 0 · Machined 0 · Assembled 0 · Packed 0." in plain(page)
    assert "not the sum in all" in page and "Pieces done since the last report" in page
    assert [begun(page, name) for name in ("stage", "quantity", "done_on")] == ["cut", "2", way.today()]
    way.report("cut", 1)
    page = form("production", path)
    assert "Cut 1 · Machined 0" in plain(page) and [begun(page, n) for n in ("stage", "quantity")] == ["cut", "1"]
    assert "Left to report now: Cut 1 · Machined 1 · Assembled 0 · Packed 0." in plain(page)
    assert re.search(r'<select[^>]*name="stage"[^>]*hx-get="[^"]*/progress.report"[^>]*hx-target="#f-quantity"', page)
    for stage, left in (("machined", "1"), ("assembled", ""), ("nonsense", "1")):
        assert begun(form("production", f"{path}?stage={stage}"), "quantity") == left, stage
    page, dealer = form("production", "/orders/1"), form("dealer", "/orders/1")
    wall, line = re.search(r"Wall by wall.*?</table>", page, re.S).group(0), f"{path}?stage=machined&amp;wall=1"
    assert "Packed Hall · Double glass 4200 × 2800 2 report 1 report 1 – – Not said of which 1 – – –" in plain(wall)
    assert f'href="{line}"' in wall and f'href="{path}?stage=cut&amp;wall=1"' in wall
    page = form("production", html.unescape(line))
    assert [begun(page, n) for n in ("stage", "wall", "quantity")] == ["machined", "1", "1"]
    assert re.search(r'<select[^>]*name="wall"[^>]*hx-include="\[data-sets\]"', page) and "The whole order" in page
    assert "Wall by wall" not in dealer, "nothing was said of any wall"
    way["production"].act(path, stage="machined", quantity=1, wall=1)
    way.report("cut", 1).report("machined", 1).report("assembled")
    inspection = f"/works_orders/{way.works}/inspection.record"
    page = form("production", inspection)
    assert begun(page, "quantity") == "2" and "To be reworked of these" not in page
    first = way["production"].act(inspection, result="rework", wall=1, quantity=1, again=0, findings="Scratched")
    assert "<dt>Inspected again" not in form("production", f"/inspections/{first}"), "what is not so is not said"
    for page in (form("production", inspection), form("production", f"{inspection}?wall=1")):
        assert "To be reworked of these: 1 (Hall × 1); they pass only once they are mended." in plain(page), plain(page)
        assert begun(page, "quantity") == "1", "what is to be reworked is not passed by a slip"
    second = way["production"].act(inspection, result="rework", wall=1, quantity=1, again=1, findings="Still scratched")
    assert form("production", f"/inspections/{second}").count("<dt>Inspected again") == 2, "and when it was said"
    assert "To be reworked of these: 1 (Hall × 1)" in plain(form("production", inspection)), "it is the same piece"
    way["production"].act(inspection, result="passed", wall=1, quantity=1, again=1)
    page = form("production", inspection)
    assert "To be reworked of these" not in page and begun(page, "quantity") == "1", "it is mended"
    way.inspect(1)
    dealer = form("dealer", "/orders/1")
    wall = re.search(r"Wall by wall.*?</table>", dealer, re.S).group(0)
    assert re.search(r" 2 2 2 2 – $", plain(wall)) and "report" not in plain(wall), plain(wall)
    assert [begun(form("production", path), n) for n in ("stage", "quantity")] == ["packed", "2"]
    assert "Next: Warehouse." in after("production", path, stage="packed", quantity="2")
    order = form("production", "/orders/1")
    assert "/progress.report" not in order, "what is over is not offered"
    assert "0 of 2 ordered pieces are in store and all are packed; the warehouse receives the goods." in plain(order)


def test_remarks_on_the_works_order(base):
    """Whoever receives it, or resumes it, reads what is ordered and may remark; that is for the house alone."""
    way = trip["way"]
    path = f"/works_orders/{way.works}"
    way["manager"].act(f"{path}/hold", reason="Glass")
    way.post("manager", f"{path}/works_order.resume", _remark="The glass is here")
    page = form("production", f"{path}/works_order.confirm")
    assert 'name="_remark"' in page and "Double glass" in page and f'href="{path}/works_order.confirm"' in form(
        "production", "/orders/1")
    way.post("production", f"{path}/works_order.confirm", _remark="Begins on Monday")
    told = [plain(form(who, "/orders/1").split('id="timeline"')[1]) for who in ("clerk", "dealer")]
    assert "The glass is here" in told[0] and "Begins on Monday" in told[0]
    assert "The glass is here" not in told[1] and "Begins on Monday" not in told[1]


def test_store(base):
    way = trip["way"]
    path = f"/works_orders/{way.works}/stored_goods.receive"
    page = form("warehouse", path)
    assert "Ordered: 2 pieces. Packed: 2, of these 0 in store and 2 waiting." in plain(page)
    assert begun(page, "quantity") == "2" and "not how many packages" in page and "O-00001" in page
    way.goods = [way["warehouse"].act(path, package="Crate 1", quantity=1, place="A-03")]
    assert "Next: Production." in after("warehouse", path, package="Crate 2", quantity="1", place="A-04")
    assert "/stored_goods.receive" not in form("warehouse", "/orders/1"), "nothing waits to be received"
    money = plain(form("clerk", "/orders/1").split('class="sums"')[1].split("</dl>")[0])
    assert re.search(r"Still open goods in store since [\w ]+, 0 days ¥70,000.00", money), money
    way.goods.append(way.newest("stored_goods"))
    way["production"].act(f"/works_orders/{way.works}/finish")


def test_a_package_listed_twice(base):
    """The fault stands in the cell where the package was chosen, which says how many pieces are in it and where."""
    way, lines = trip["way"], "/delivery_notices/{}/lines"
    notice = way.notice = way["clerk"].act("/orders/1/balance_notice.create", planned_date=way.today(5))
    way["clerk"].act(f"/balance_notices/{notice}/send")
    way.pay(7000000)
    way.delivery = way["clerk"].act("/orders/1/delivery_notice.create", planned_date=way.today(5))
    assert "List all packages in store" in form("clerk", "/orders/1")
    lines = lines.format(way.delivery)
    assert "Crate 1 · Quantity 1 · Place in store A-03" in html.unescape(form("clerk", lines))
    twice = {f"r{i}.goods": str(way.goods[0]) for i in (0, 1)}
    status, page, _ = way["clerk"].send(lines, **twice)
    head, cell = re.search(r'<tr><th scope="row"[^>]*>2(.*?)</th>\s*<td>(.*?)</td>', page, re.S).groups()
    assert status == 422 and "on a delivery notice already" in cell and "field wrong" in cell, cell
    assert "already" not in head


def test_shipping(base):
    """What ships and where it stands is told to whoever ships it, and what arrives to whoever signs for it."""
    way = trip["way"]
    way.post("clerk", f"/delivery_notices/{way.delivery}/delivery_notice.fill")
    way["clerk"].act(f"/delivery_notices/{way.delivery}/submit")
    assert "shipment.plan" not in form("clerk", f"/delivery_notices/{way.delivery}"), "not before it is approved"
    grid = form("clerk", f"/delivery_notices/{way.delivery}")
    assert re.search(r"Crate 1.*?A-03.*?Crate 2.*?A-04", plain(grid))
    for who in ("regional", "finance", "gm"):
        way[who].act(f"/delivery_notices/{way.delivery}/sign")
    page = form("clerk", f"/delivery_notices/{way.delivery}/shipment.plan")
    assert begun(page, "hand_over_date") == way.today(5) and "Expected to arrive on" in page and "Crate 1" in page
    order, clerk = way["clerk"].row("/orders/1"), way["clerk"]
    project = clerk.row(f"/projects/{order['project']}")
    person = [row for row in clerk.row("/contacts") if row["dealer_id"] == order["dealer_id"]][-1]
    assert begun(page, "address") == project["site_address"] and begun(page, "receiver") == person["name"]
    assert begun(page, "phone") == person["phone"], "nobody is named for the site: the dealer's own contact"
    clerk.act(f"/projects/{project['id']}/change", site_person="Zhou", site_phone="13911112222")
    page = form("clerk", f"/delivery_notices/{way.delivery}/shipment.plan")
    assert begun(page, "receiver") == "Zhou" and begun(page, "phone") == "13911112222"
    way.shipment = way["clerk"].act(f"/delivery_notices/{way.delivery}/shipment.plan", carrier="Deppon",
                                     hand_over_date=way.today(5))
    path = f"/shipments/{way.shipment}"
    assert way["dealer"].row(path)["receiver"] == "Zhou", "also of who plans it by a program"
    for page in (form("clerk", "/orders/1"), form("clerk", f"{path}/shipment.decline")):
        assert "Record that the dealer declines" in page and "Decline the carrier" not in page
    assert "Record that the dealer" not in form("dealer", "/orders/1")
    way["dealer"].act(f"{path}/agree")
    for page in (form("warehouse", f"{path}/shipment.ship"), form("warehouse", "/orders/1").split('id="s13"')[1]):
        assert re.search(r"Crate 1.*?1 A-03.*?Crate 2.*?1 A-04", plain(page)), plain(page)[:900]
    assert "To be given to the carrier on" in plain(form("dealer", path))
    ship = {"waybill": "DP1", "expected_date": way.today(6), "freight": "800.00"}
    status, page, _ = way["warehouse"].send(f"{path}/shipment.ship", [("loading", "list.pdf", PDF)], **ship)
    assert status == 422 and "“list.pdf” is no picture; take a photo." in html.unescape(page)
    photos = [("loading", name, PNG) for name in ("IMG_1.png", "IMG_2.png")]
    assert way["warehouse"].send(f"{path}/shipment.ship", photos, **ship)[0] == 303
    page = form("clerk", f"{path}/shipment.send_waybill")
    assert "The program sends nothing" in page and begun(page, "waybill_sent") == way.today()
    way.post("clerk", f"{path}/shipment.send_waybill", waybill_sent=way.today())
    for who in ("dealer", "clerk"):
        page = plain(form(who, path).split('id="timeline"')[0])
        assert "Loading photos 1" in page and "Loading photos 2" in page and "To be given to the carrier" not in page
        assert ("Waybill number sent on" in page) == (who == "clerk"), "of no use to the dealer"
    seen = begun(form("clerk", f"{path}/tracking.add"), "seen_at")
    assert re.fullmatch(way.today() + r"T\d\d:\d\d", seen), "the factory's clock, as browsers show and send a time"
    way.post("clerk", f"{path}/tracking.add", seen_at=way.today() + "T00:00", event="Reached the depot")
    told = plain(form("clerk", path))
    assert re.search(r"\b0?0:00", told) and "Reached the depot" in told
    page = form("clerk", f"{path}/tracking.add")
    assert re.search(rf'min="{way.today()}T00:00" max="{way.today()}T23:59"[^>]*name="seen_at"', page)
    page = form("dealer", f"{path}/shipment.sign_for")
    assert re.search(rf'min="{way.today()}" max="{way.today()}"[^>]*name="signed_date"', page)
    assert "Crate 1" in page and "Crate 2" in page and "A-03" not in page, "the house's own place is not told"
    assert begun(page, "signed_date") == way.today() and begun(page, "signed_by")
    assert not begun(form("clerk", f"{path}/shipment.sign_for"), "signed_by"), "the house does not know who signed"


def test_carriers_by_their_record(base):
    """Beside the form on which a carrier is chosen stands what is known of each; only the house sees it."""
    way = trip["way"]
    plan = f"/delivery_notices/{way.delivery}/shipment.plan"
    table = re.search(r"Carriers by their record.*?</table>", form("clerk", plan), re.S).group(0)
    assert plain(table).endswith("Deppon 1 1 0 ¥800.00 "), "under way: neither days nor lateness are known yet"
    assert f'href="{plan}?carrier=Deppon"' in table
    assert "freight" not in way["dealer"].row(f"/shipments/{way.shipment}")
    assert "800.00" not in form("dealer", f"/shipments/{way.shipment}")


def test_search_by_what_hangs_on_an_order(base):
    """Any number of the order finds it, and so does the waybill; each only what its searcher may see."""
    way = trip["way"]
    number = {"contract": f"C-{way.contract:05}", "works": f"w-{way.works}", "shipment": f"S-{way.shipment:05}"}
    for q, by in ((number["contract"], "Contract"), (number["works"], "Works order"), (number["shipment"], "Shipment"),
                  ("DP1", "Shipment"), ("dp1", "DP1")):
        page = form("finance", f"/orders?q={q}")
        assert "O-00001" in page and by in plain(page.split("<tbody>")[1]), (q, by)
        assert [row["id"] for row in way["finance"].row(f"/orders?q={q}")] == [1], q
    assert "O-00001" in form("dealer", "/orders?q=DP1") and "O-00001" not in form("dealer2", "/orders?q=DP1")
    assert "O-00001" not in form("dealer2", f"/orders?q={number['contract']}")
    assert "O-00001" not in form("dealer", f"/orders?q={number['works']}"), "works orders are the house's"
    assert "by the whole number of anything" in form("clerk", "/orders?q=C-99999")
    assert "O-00001" not in form("clerk", f"/orders?filter=cancelled&q={number['contract']}"), "filters hold"


def test_the_end(base):
    """A finished order says so; of its long timeline the newest five stand in sight, the others are folded."""
    way = trip["way"]
    assert "This order is finished" not in form("clerk", "/orders/1")
    way["clerk"].act(f"/shipments/{way.shipment}/send_waybill")
    way["dealer"].act(f"/shipments/{way.shipment}/sign_for", signed_by="Sun")
    page = form("clerk", "/orders/1")
    assert "This order is finished: everything is delivered and paid." in page and 'class="card now"' not in page
    paid, notice = form("dealer", f"/contracts/{way.contract}"), f"/contracts/{way.contract}/receipt.notice"
    assert notice in paid.split('class="more-list"')[1] and notice not in paid.split('class="more-list"')[0]
    assert "All money of this contract is paid or reported already" in form("dealer", notice)
    contract = form("clerk", f"/contracts/{way.contract}")
    assert "/contract.amend" in contract.split('class="more-list"')[1] and contract.count("/contract.amend") == 1
    assert "is delivered and settled; amend" in form("clerk", f"/contracts/{way.contract}/contract.amend")
    assert "Withdraw" not in form("clerk", f"/balance_notices/{way.notice}"), "what has shipped is not announced anew"
    assert "Report what is wrong" in form("dealer", f"/shipments/{way.shipment}"), "that may be found afterwards"
    facts = plain(page.split('class="order-side"')[1].split('id="timeline"')[0])
    assert "Step finished " in facts and "13 · " not in facts
    sight, rest = page.split('id="timeline"')[1].split('<details class="rest" id="timeline-rest">')
    assert sight.count('<li class="') == 5 and "Confirm the delivery" in plain(sight)
    folded = rest.split("</details>\n")[0].count('<li class="')
    assert folded >= 5 and f"Show earlier entries ({folded})" in rest
    older = re.search(r'href="(/orders/1\?before=\d+)#timeline"', rest).group(1)
    assert "timeline-rest" not in form("clerk", older), "who asks for older ones sees all of them"


def test_a_carrier_that_arrived(base):
    way = trip["way"]
    way["clerk"].act(f"/shipments/{way.shipment}/claim.report", kind="damage", what="A pane")
    page = form("clerk", f"/delivery_notices/{way.delivery}/shipment.plan")
    table = re.search(r"Carriers by their record.*?</table>", page, re.S).group(0)
    assert plain(table).endswith("Deppon 1 1 0.0 0 1 ¥800.00 "), plain(table)


def test_cancel_leads_back(base):
    """Cancel leads to the page that the form was opened from, also after a refusal; never to another host."""
    clerk = trip["way"]["clerk"]
    path = f"/works_orders/{trip['way'].works}/obstacle.report"

    def cancel(page):
        return html.unescape(re.search(r'<a class="btn" href="([^"]*)">Cancel', page).group(1))

    def opened(referer):
        return cancel(clerk.ask(path, headers={"Referer": referer})[1])

    own = f"/works_orders/{trip['way'].works}"
    assert cancel(form("clerk", path)) == own
    assert opened(base + "/orders/1") == "/orders/1#s11" and opened(base + "/?group=late") == "/?group=late"
    host = base.split("://")[1]
    for evil in ("http://evil.example/orders/1", f"http://{host}.evil.example/x", f"http://{host}//evil.example/",
                 f"http://{host}/\\evil.example", f"http://{host}@evil.example/", "javascript:alert(1)"):
        assert opened(evil) == own, evil
    status, page, _ = clerk.send(path, _from="/projects/1", title="")
    assert status == 422 and cancel(page) == "/projects/1"
    for evil in ("//evil.example/", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "/\tx"):
        assert cancel(clerk.send(path, _from=evil, title="")[1]) == own, evil


run(sys.argv[1], dict(globals()))
