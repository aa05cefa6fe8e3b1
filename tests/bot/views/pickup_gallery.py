"""What the shop says where goods are handed over: at the counter, at the door, and to members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.views import doorsteps, pickup_points, pickup_slots, pickups
from bot.views.kit import Message
from models.people.members import Member
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy, Stage
from models.shop.orders import Order, Status
from models.shop.payment_records import Method, Payment
from models.shop.payments import Booked
from models.shop.pickup_point_records import PickupPoint
from models.shop.pickup_queries import Bag, Goods
from models.shop.pickup_slots import Slot
from models.shop.pickups import Handed
from tests.bot.views.coupon_gallery import CouponGallery
from tests.bot.views.facts import NOON, TODAY


class PickupGallery(CouponGallery):
    """Bags that are paid, owed, late, fetched already, and very many of them."""

    def _pickups(self) -> Iterator[tuple[str, Message]]:
        parts = (self._counter(), self._absent(), self._door(), self._places(), self._slots())
        for part in parts:
            yield from ((f"pickup: {name}", message) for name, message in part)

    def _counter(self) -> Iterator[tuple[str, Message]]:
        mei = Member(id=1, name=self.said("林小美"))
        late, paid = self.bag(1, fee=60), self.bag(2, owed=0)
        told = Payment(id=7, amount=900)
        yield "asked", pickups.preview(mei, [late, paid], [told], nonce="0123456789ab")
        yield "many", pickups.preview(mei, [late] * 30, [], nonce="0123456789ab")
        cash = Payment(id=8, amount=960, method=Method.CASH)
        yield "handed", pickups.handed(mei.name, Handed([late, paid], Booked(cash, [])))
        yield "handed, paid", pickups.handed("", Handed([paid], None))
        yield "fetched", pickups.fetched(self.said("小林"), [late, paid])
        yield "two of a code", pickups.whose_code("123456", [mei, Member(id=2, name="")])
        yield "for others", pickups.fetches_for(mei.name, [(1, mei.name), (2, "")])
        yield "forgiven", pickups.forgiven(late, waived=True)
        yield "not forgiven", pickups.forgiven(late, waived=False)

    def _absent(self) -> Iterator[tuple[str, Message]]:
        programme, title = self.programme, self.said("愛文芒果")
        gone = self.bag(1, fee=280, late=14)
        noted = self.bag(2, late=20, paid=900)
        noted.bill.no_show_at = NOON
        refunding = replace(programme, shop=replace(programme.shop, unclaimed="refunded"))
        yield "absent", pickups.absences(3, title, [gone, noted] * 20, programme, nonce="ab")
        yield "absent, none new", pickups.absences(3, title, [noted], refunding, nonce=None)
        yield "all fetched", pickups.absences(3, title, [], programme, nonce=None)
        yield "noted", pickups.noted(2, 3)
        yield "not noted", pickups.unnoted(2, 3)

    def _slots(self) -> Iterator[tuple[str, Message]]:
        at, place = "2026-11-25 18:00-19:00", self.said("管理室")
        slots = [Slot(1, 3, place, at, 20, 20), Slot(2, 3, "", "19:00-20:00", 20, 3)]
        chosen = replace(self.bag(1), slot=at)
        yield "slots", pickup_slots.listing(self._arrived(), slots * 15)
        yield "no slots", pickup_slots.listing(self._arrived(), [])
        yield "which slot", pickup_slots.which([(chosen, slots * 15), (self.bag(2), slots)])
        yield "every slot full", pickup_slots.which([(self.bag(2), slots[:1])])
        yield "slot chosen", pickup_slots.chosen(at, [chosen] * 4)
        yield "door in slots", doorsteps.sheet(self._arrived(), [chosen, self.bag(2)], 1)[-1]

    def _door(self) -> Iterator[tuple[str, Message]]:
        bags = [self.bag(number, done=number % 3 == 0) for number in range(1, 121)]
        overview, people = doorsteps.sheet(self._arrived(), bags[:12], 1)
        yield "door, how far", overview
        yield "door", people
        [second] = doorsteps.sheet(self._arrived(), bags, 2)
        yield "door of many", second
        [nobody] = doorsteps.sheet(self._arrived(), [], 9)
        yield "door of nobody", nobody

    def _places(self) -> Iterator[tuple[str, Message]]:
        one = PickupPoint(
            id=1,
            name=self.said("管理室"),
            address=self.said("中正路1號"),
            hours=self.said("每天 18:00"),
        )
        two = PickupPoint(id=2, name=self.said("全家店"), address="", hours="")
        late, paid = self.bag(1, fee=60), self.bag(2, owed=0)
        fees = replace(self.programme, shop=replace(self.programme.shop, storage_fee=20))
        yield "places", pickup_points.listing([one, two] * 20)
        yield "no places", pickup_points.listing([])
        yield "offered", pickup_points.offered(self._arrived(), [one], [one, two])
        yield "offered none", pickup_points.offered(self._arrived(), [], [two])
        places = {late.place: one}
        yield "code", pickup_points.code([late, paid] * 9, places, programme=fees)
        yield "code, paid", pickup_points.code([paid], {}, programme=fees)
        yield "not there yet", pickup_points.not_there_yet([late])
        yield "which place", pickup_points.which([(late, [one, two]), (paid, [two])])
        yield "moved", pickup_points.moved(two, [late, paid])
        yield "who fetches", pickup_points.who()
        yield "sent", pickup_points.sent(self.said("小林"), 2)
        yield "not sent", pickup_points.sent("", 2)

    def bag(
        self,
        number: int,
        *,
        owed: int = 900,
        paid: int = 0,
        fee: int = 0,
        late: int = 3,
        done: bool = False,
    ) -> Bag:
        status = Status.PICKED_UP if done else Status.PLACED
        order_no = f"3-{number}"
        order = Order(id=number, order_no=order_no, status=status, cash=owed + paid, refunded=0)
        bill = Bill(
            order_id=number,
            member_id=1,
            order=order,
            total=owed + paid,
            refunded=0,
            paid=paid,
            returned=0,
            pickup_code="012345",
            point=self.said("全家店") if number % 2 else "",
            proxy=self.said("小林") if number % 5 == 1 else "",
            fee_waived=False,
        )
        goods = (
            Goods("A", self.said("愛文芒果"), self.said("大"), self.said("媽媽"), 2, "箱"),
            Goods("B", self.said("金煌芒果"), "", "", 1, "箱"),
        )
        name = self.said(f"林小美{number}")
        return Bag(bill, self._arrived(), name, goods, TODAY, late if fee else 0, fee)

    def _arrived(self) -> GroupBuy:
        title, place = self.said("愛文芒果"), self.said("管理室")
        return GroupBuy(id=3, title=title, stage=Stage.ARRIVED, pickup=place, arrived_at=NOON)
