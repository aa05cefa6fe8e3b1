"""What the shop says on the supplier's side: totals, counts, shortages, sheets and parcels."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

from bot.views import shipping, supply, supply_notices
from bot.views.kit import Message
from models.shop.bill_records import Bill
from models.shop.consignments import Consignment, Consignments, Contents
from models.shop.group_buy_records import Stage
from models.shop.group_buy_terms import Delivery
from models.shop.orders import Order
from models.shop.supply_parts import Part
from models.shop.supply_records import Shortage
from models.shop.supply_shortages import Cut, Shared
from models.shop.supply_totals import Cases, SupplyLine
from tests.bot.views.shop_gallery import ShopGallery

NONCE = "0123456789ab"
LINK = "https://localhost/dashboard/files/signed"


class SupplyGallery(ShopGallery):
    """One shortage of a few, one of very many, and parcels of every kind."""

    def _supply(self) -> Iterator[tuple[str, Message]]:
        for part in (self._totals(), self._shortages(), self._parcels(), self._tracked()):
            yield from ((f"supply: {name}", message) for name, message in part)

    def _totals(self) -> Iterator[tuple[str, Message]]:
        offer = self.dumplings(12)
        offer.stage = Stage.CLOSED
        lines = [
            SupplyLine(item, self.said("大"), 20, 2, 3, arrived)
            for item, arrived in zip(offer.items, (0, 20, 12) * 4, strict=True)
        ]
        cases = [Cases(offer.items[0], 2, 5), Cases(offer.items[1], 1, 0)]
        told = supply.totals([(offer, lines, cases)] * 5)
        yield from zip(("totals", "purchase"), told, strict=False)
        yield "counting", supply.counting(offer, lines)
        yield "counted", supply.counting(offer, lines[1:2], said=self.said("記下了"))
        yield "several short", supply.several(offer, lines)
        yield "restored", supply.restored(offer, 3)

    def _shortages(self) -> Iterator[tuple[str, Message]]:
        few, many = self._shared(2), self._shared(60)
        for name, shared in (("few", few), ("many", many)):
            yield f"sharing {name}", supply.sharing(shared, nonce=NONCE)
            yield f"shared {name}", supply.shared_out(shared, told=2)
        yield "cut", supply_notices.cut(few, few.cuts[0])
        yield "cut to nothing", supply_notices.cut(many, many.cuts[1])
        offer = self.mangoes()
        yield "given again", supply_notices.restored(offer, "3-12", 900)
        bill = Bill(total=900, refunded=0, paid=0, returned=0, order=Order(order_no="3-12"))
        part = Part(offer, self.wait(offer), 1, bill)
        yield "consent", supply_notices.consented(["3-12"], [], splits=True)
        yield "no consent", supply_notices.consented(["3-12"] * 30, [], splits=False)
        yield "part taken", supply_notices.consented(["3-12"], [part] * 4, splits=True)
        yield "nothing to consent to", supply_notices.consented([], [], splits=True)

    def _shared(self, count: int) -> Shared:
        offer = self.mangoes()
        shortage = Shortage(id=1, quantity=count * 2, spare=count % 3, option=self.said("大"))
        cuts = tuple(
            Cut(n, self.said(f"林小美{n}"), (f"3-{n}",), 2, n % 2 + 0, 450, 50, 5, 1)
            for n in range(1, count + 1)
        )
        return Shared(shortage, offer, offer.items[0], cuts, 5, None)

    def _parcels(self) -> Iterator[tuple[str, Message]]:
        offer = self.mangoes()
        ready = [self._parcel(n) for n in range(1, 30)]
        found = Consignments(ready, ready[:15], ready[:20], 4)
        names = {n: self.said(f"林小美{n}") for n in range(1, 30)}
        links = [("下載 Excel", LINK), ("下載 CSV", LINK)]
        yield "sheet", shipping.sheet(offer, found, names, links, everything=False)
        yield "whole sheet", shipping.sheet(offer, found, names, links, everything=True)
        yield "empty sheet", shipping.sheet(offer, Consignments(), {}, [], everything=False)
        yield "asking", shipping.asking(offer, list(names.values()), nonce=NONCE)
        yield "asked", shipping.asked(3)
        yield "where to", shipping.ask_details(offer, "3-12")
        carrier, number = self.said("黑貓"), self.said("1234567890")
        for name, before in (("ship", None), ("ship again", number)):
            yield (
                name,
                shipping.shipping(
                    *("3-12", self.said("林小美"), carrier, number),
                    before=before,
                    odd=before is None,
                    fetched=before is None,
                    nonce=NONCE,
                ),
            )
        yield "shipped", shipping.shipped("3-12", told=True)
        yield "shipped untold", shipping.shipped("3-12", told=False)
        yield "not shipped", shipping.not_shipped("3-12")
        yield "delivering", shipping.delivering("3-12", self.said("林小美"), nonce=NONCE)
        yield "delivered", shipping.delivered("3-12")

    def _parcel(self, number: int) -> Consignment:
        goods = Contents("A", self.said("愛文芒果"), self.said("大"), 2, "箱")
        who, place = self.said("王小美"), self.said("台北市中正路1號")
        note = self.said("放管理室")
        return Consignment(
            number,
            f"3-{number}",
            number,
            Delivery.HOME,
            who,
            "0912345678",
            place,
            note,
            0,
            (goods,),
        )

    def _tracked(self) -> Iterator[tuple[str, Message]]:
        sent = SimpleNamespace(
            order_no="3-12", carrier=self.said("黑貓"), number=self.said("1234567890")
        )
        bad = SimpleNamespace(
            row=7, column=self.said("物流單號"), reason=self.said("沒有這張訂單")
        )
        found = SimpleNamespace(
            rows=90, new=[sent] * 40, known=3, blank=2, rejected=[bad] * 30, odd=[sent] * 30
        )
        none = SimpleNamespace(rows=1, new=[], known=1, blank=0, rejected=[], odd=[])
        yield "file", shipping.tracked(found, nonce=NONCE)
        yield "file, nothing new", shipping.tracked(none, nonce=None)
        yield "file noted", shipping.tracked(found, nonce=None, told=38)
