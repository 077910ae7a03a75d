# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes an order of the demo factory through the procedure, by the people whose tasks these are."""
import datetime
import re
from house import PDF, PNG, Browser

LINE = {"area": "Hall", "style": "Double glass", "thickness": 1000, "width": 42000, "height": 28000, "quantity": 2}


class Journey:
    """One order; each method does one stretch of the way. Ids are kept as they come: form, drawing, contract …"""

    def __init__(self, base, order=1, dealer="dealer"):
        self.base, self.order, self.dealer, self.people = base, order, dealer, {}
        self.form = self.drawing = self.contract = self.works = self.goods = self.delivery = self.shipment = None

    def __getitem__(self, who):
        if who not in self.people:
            self.people[who] = Browser(self.base, self.dealer if who == "dealer" else who)
        return self.people[who]

    def newest(self, records):
        rows = self["clerk"].row(f"/{records}")
        rows = rows if isinstance(rows, list) else rows["items"]
        return max(row["id"] for row in rows)

    def post(self, who, path, files=(), **fields):
        status, page, headers = self[who].send(path, files, **fields)
        assert status == 303, (path, status, re.findall(r"<li>(.*?)</li>", page, re.S))
        return headers["Location"]

    def hand_in_form(self):
        self.form = self["dealer"].act(f"/orders/{self.order}/order_form.create")
        self["dealer"].act(f"/order_forms/{self.form}/order_form_line.add", **LINE)
        self["dealer"].act(f"/order_forms/{self.form}/order_form.submit")
        return self

    def accept_form(self):
        self.hand_in_form()
        self["clerk"].act(f"/order_forms/{self.form}/order_form.accept")
        return self

    def issue_drawing(self):
        if not self.form:
            self.accept_form()
        self.post("designer", f"/orders/{self.order}/drawing.create", [("file", "plan.pdf", PDF)], title="Hall")
        self.drawing = self.newest("drawings")
        self["clerk"].act(f"/drawings/{self.drawing}/drawing.issue")
        return self

    def sign_drawing(self):
        self.issue_drawing()
        self.post("dealer", f"/drawings/{self.drawing}/drawing.sign", [("signature", "me.png", PNG)], signer_name="Sun")
        return self

    def draft_contract(self, amount=10000000):
        if not self.drawing:
            self.sign_drawing()
        self.contract = self["clerk"].act(f"/orders/{self.order}/contract.create", amount=amount, deposit_percent=3000,
                                          lead_days=20, lead_kind="working", payment_terms="30/70", liability="by law")
        return self

    def conclude_contract(self):
        self.draft_contract()
        self["clerk"].act(f"/contracts/{self.contract}/contract.submit")
        for who in ("manager", "gm", "finance"):
            self[who].act(f"/contracts/{self.contract}/contract.sign")
        self.post("dealer", f"/contracts/{self.contract}/contract.countersign", [("countersigned", "back.pdf", PDF)])
        self["clerk"].act(f"/contracts/{self.contract}/contract.accept_copy")
        return self

    def today(self, days=0):
        """A day of the factory's calendar, counted from its today."""
        return (datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date() +
                datetime.timedelta(days)).isoformat()

    def report_money(self, amount, who="dealer"):
        return self[who].act(f"/contracts/{self.contract}/receipt.notice", amount=amount, value_date=self.today())

    def pay(self, amount, day=None):
        receipt = self.report_money(amount)
        self["finance"].act(f"/receipts/{receipt}/receipt.confirm", value_date=day or self.today())
        return self

    def release(self, day=None):
        """The deposit is in (that day, or today) and production has the works order."""
        if not self.contract:
            self.conclude_contract()
        self.pay(3000000, day)
        self.works = self["clerk"].act(f"/orders/{self.order}/works_order.create", floor="Level", ceiling="Gypsum",
                                       others="None", glass="us", panel="us", door="us", hardware="none")
        for who, act in (("clerk", "submit"), ("manager", "sign"), ("gm", "sign"), ("production", "confirm")):
            self[who].act(f"/works_orders/{self.works}/{act}")
        return self

    def report(self, stage, quantity=2):
        self["production"].act(f"/works_orders/{self.works}/progress.report", stage=stage, quantity=quantity)
        return self

    def inspect(self, quantity=2):
        self["production"].act(f"/works_orders/{self.works}/inspection.record", result="passed", quantity=quantity)
        return self

    def finish(self):
        """All is made, and in store as two packages."""
        self.report("cut").report("machined").report("assembled").inspect().report("packed")
        self.goods = [self["warehouse"].act(f"/works_orders/{self.works}/stored_goods.receive", package=f"{i}/2",
                                            quantity=1) for i in (1, 2)]
        self["production"].act(f"/works_orders/{self.works}/finish")
        return self

    def submit_delivery(self, days=5):
        """The balance is noticed and paid, and what ships waits for its signatures."""
        notice = self["clerk"].act(f"/orders/{self.order}/balance_notice.create", planned_date=self.today(days))
        self["clerk"].act(f"/balance_notices/{notice}/send")
        self.pay(7000000)
        self.delivery = self["clerk"].act(f"/orders/{self.order}/delivery_notice.create",
                                          planned_date=self.today(days))
        for goods in self.goods:
            self["clerk"].act(f"/delivery_notices/{self.delivery}/delivery_line.add", goods=goods)
        self["clerk"].act(f"/delivery_notices/{self.delivery}/submit")
        return self

    def ship(self):
        for who in ("regional", "finance", "gm"):
            self[who].try_act(f"/delivery_notices/{self.delivery}/sign")  # where it is not signed by them already
        self.shipment = self["clerk"].act(f"/delivery_notices/{self.delivery}/shipment.plan", carrier="Deppon")
        self["dealer"].act(f"/shipments/{self.shipment}/agree")
        self["warehouse"].act(f"/shipments/{self.shipment}/ship", waybill="DP1", expected_date=self.today(6))
        return self
