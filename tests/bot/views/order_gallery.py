"""What the shop says to a member who orders: shelf, questions, quotes, orders, where to send."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.views import delivery, my_orders, orders, quotes, shelf, unclear
from bot.views.kit import Message
from bot.views.unclear import Had
from models.loyalty.coupon_choice import CannotUse, Choice, Reason, Why
from models.shop.bill_records import Bill, Wait
from models.shop.group_buy_records import GroupBuy, Stage
from models.shop.group_buy_terms import Delivery
from models.shop.order_queries import LineFact, MyOrders, OrderFact, WaitFact
from models.shop.orders import Order, Status
from models.shop.pricing import Quote, Wishes
from models.shop.quoting import Proposal, Quoted, QuotedLine
from models.shop.recipients import Details
from models.shop.shares import Want
from models.shop.shipping_records import Shipment
from models.shop.storefront import Shelf
from tests.bot.views.facts import NOON, TODAY
from tests.bot.views.shop_gallery import ShopGallery

NONCE = "0123456789ab"


class OrderGallery(ShopGallery):
    """A member of the third tier, with orders of every state and very much on the shelf."""

    def _ordering(self) -> Iterator[tuple[str, Message]]:
        for part in (
            self._shelf(),
            self._waiting(),
            self._which(),
            self._changing(),
            self._quotes(),
            self._choosing(),
            self._one_order(),
            self._my_orders(),
            self._recipient(),
        ):
            yield from ((f"order: {name}", message) for name, message in part)

    def _shelf(self) -> Iterator[tuple[str, Message]]:
        one, many, opens = self.mangoes(), self.dumplings(3), NOON + timedelta(days=1)
        preorder = self.mangoes()
        preorder.preorder = True
        tier = self.programme.tiers[2]
        full = Shelf(tier, (one, many, preorder) * 6, ((one, opens), (many, opens)) * 6)
        few, none = Shelf(tier, (one,), ((one, opens),)), Shelf(tier, (), ())
        for name, seen in (("many", full), ("one", few), ("nothing", none)):
            yield f"on sale, {name}", shelf.on_sale(seen, now=NOON)
            yield f"coming, {name}", shelf.coming(seen, {3}, now=NOON)
            yield f"which to remind, {name}", shelf.which_to_remind(seen)
        yield "a group-buy", shelf.one(one, few, now=NOON)
        yield "a group-buy of many", shelf.one(self.dumplings(26), full, now=NOON)
        yield "will remind", shelf.reminded(one, opens, new=True)
        yield "reminds already", shelf.reminded(one, opens, new=False)
        yield "open already", shelf.open_already(one)
        yield "how to call", shelf.how_to_call()
        yield "what to wish", shelf.what_to_wish()
        yield "wished", shelf.wished(self.said("水蜜桃"), 1)
        yield "wished by several", shelf.wished(self.said("水蜜桃"), 12)

    def _waiting(self) -> Iterator[tuple[str, Message]]:
        yield "waits", shelf.waits(self._waits() * 6)
        yield "a wait", shelf.waits(self._waits()[:1])
        yield "no waits", shelf.waits([])
        yield "gave up", shelf.gave_up([each.wait for each in self._waits()] * 10)

    def _which(self) -> Iterator[tuple[str, Message]]:
        one, many = self.mangoes(), self.dumplings(26)
        mango, person = one.items[0], self.said("媽媽")
        for name, items in (("of one", many.items), ("of several", [mango, *many.items])):
            yield f"which item {name}", unclear.which_item(items, 12)
            yield f"not on offer {name}", unclear.not_on_offer(items, 12)
            yield f"for whom {name}", unclear.for_whom(items, 12)
            yield f"really {name}", unclear.really(items, 12)
        yield "which option", unclear.which_option(mango, 2, person)
        known = [self.said("大")]
        yield "which option of one", unclear.which_option(mango, 2, person, known=known)
        yield "how many of it", unclear.how_many(mango, self.said("大"), person)
        yield "which unit", unclear.which_unit(mango)

    def _changing(self) -> Iterator[tuple[str, Message]]:
        had = [Had(self.mangoes().items[0], self.said("大"), self.said("媽媽"), 2)]
        yield "what to change", unclear.what_to_change(had * 15)
        yield "nothing to change", unclear.what_to_change([])
        yield "unchanged", unclear.unchanged(self.mangoes())
        yield "nothing open", unclear.nothing_open()
        yield "left", unclear.left()

    def _quotes(self) -> Iterator[tuple[str, Message]]:
        details = Details(self.said("林小美"), "0912345678", self.said("民權門市"), "")
        quoted = self._quoted()
        chosen = replace(
            quoted,
            proposal=replace(quoted.proposal, wishes=Wishes(coupons=(), points=None)),
            quote=replace(self._quote(), choice=Choice(), points=0, points_value=0),
        )
        waiting = replace(quoted, lines=(), quote=None, waiting=quoted.waiting[:1])
        some = replace(waiting, fewer=(quoted.waiting[0]._replace(quantity=2),))
        some = replace(some, proposal=replace(some.proposal, wants=some.waiting))
        long = replace(quoted, lines=quoted.lines * 20, waiting=quoted.waiting * 20)
        note = self.said("價格變了，請再看一次。")
        yield "quote", quotes.card(quoted, nonce=NONCE, note=note, details=details)
        yield "quote, no coupon", quotes.card(chosen, nonce=NONCE, details=Details())
        yield "quote, only waiting", quotes.card(waiting, nonce=NONCE)
        yield "quote of more than is left", quotes.card(some, nonce=NONCE)
        yield "long quote", quotes.card(long, nonce=NONCE)
        other = (self.said("冬至團"), "4 A+1")
        # the last of the messages leads on
        yield "quote beside another", quotes.beside(quotes.card(quoted, nonce=NONCE), other)[-1]
        asked = replace(quoted, deposit_percent=30, deposit_due_on=TODAY)
        yield "quote with a deposit", quotes.card(asked, nonce=NONCE)
        yield "quote dropped", quotes.dropped(quoted.group_buy)
        yield "all of it waits", quotes.waiting(quoted.group_buy, [note] * 20)

    def _choosing(self) -> Iterator[tuple[str, Message]]:
        quoted = self._quoted()
        one = replace(quoted, lines=quoted.lines[:1])
        yield "which line", quotes.how_many(quoted, nonce=NONCE)
        yield "how many", quotes.how_many(one, nonce=NONCE)
        yield "which coupon", quotes.which_coupon(quoted, nonce=NONCE)
        yield "no other coupon", quotes.which_coupon(replace(quoted, quote=None), nonce=NONCE)

    def _one_order(self) -> Iterator[tuple[str, Message]]:
        rules, notes = self.programme, [self.said("名額剛剛被拿走了。")] * 3
        account = self.said("台新 812-1234567890123")
        banked = replace(rules, shop=replace(rules.shop, account=account))
        title = self.said("訂到了！")
        for name, fact in self._facts_of_orders().items():
            yield f"placed, {name}", orders.placed(fact, title=title, programme=rules)
            yield f"in full, {name}", orders.in_full(fact, programme=banked)
        fact = self._fact(paid=0)
        yield "placed", orders.placed(fact, title=title, programme=banked, notes=notes)
        yield "cancelling", orders.cancelling(fact, 3, nonce=NONCE)
        yield "gone", orders.gone(self.mangoes(), notes=notes)

    def _my_orders(self) -> Iterator[tuple[str, Message]]:
        account = self.said("台新 812-1234567890123")
        shop = replace(self.programme.shop, account=account)
        banked = replace(self.programme, shop=shop)
        every = tuple(self._facts_of_orders().values())
        waits = tuple(self._waits())
        yield "mine", my_orders.mine(MyOrders(every * 3, waits * 3), programme=banked)
        yield "mine, over", my_orders.mine(MyOrders(every[-1:]), programme=self.programme)
        yield "mine, only waits", my_orders.mine(MyOrders((), waits), programme=banked)
        yield "mine, none", my_orders.mine(MyOrders(), programme=banked)
        yield "mine, which", my_orders.which([*every, *every], "3")
        yield "not on sale", my_orders.not_on_sale([self.said("日本水蜜桃")] * 12)
        yield "nothing bought yet", my_orders.not_on_sale([])

    def _recipient(self) -> Iterator[tuple[str, Message]]:
        for field in delivery.FIELDS:
            yield f"asked for {field} to send to", delivery.question(field)
        known = Details(self.said("林小美"), self.said("0912345678"), "", self.said("台北市"))
        yield "sent to", delivery.shown(known)
        yield "sent to nobody yet", delivery.shown(Details())

    def _waits(self) -> list[WaitFact]:
        item, title = self.mangoes().items[0], self.said("愛文芒果")
        option, person = self.said("大"), self.said("媽媽")
        until = NOON + timedelta(hours=12)
        return [
            WaitFact(
                Wait(
                    id=number,
                    group_buy_id=3,
                    item=item,
                    option=option,
                    person=person,
                    quantity=3,
                    offered_until=held,
                ),
                title,
                number,
            )
            for number, held in enumerate((until, None), start=1)
        ]

    def _quoted(self) -> Quoted:
        one = self.mangoes()
        one.items[0].price = one.items[0].price_now = 455
        item, option, person = one.items[0], self.said("大"), self.said("媽媽")
        changes = ((3, 3), (5, 2), (2, -1), (0, -4))
        lines = [QuotedLine(item, option, person, count, more, 455) for count, more in changes]
        wants = (Want(7, option, 5, person), Want(7, option, 1))
        return Quoted(
            *(Proposal(3, wants), one, self.programme.tiers[2], None, Delivery.HOME),
            *(tuple(lines), wants, self._quote(), 120, 13),
        )

    def _quote(self) -> Quote:
        used, other = self.coupon(0), self.coupon(1)
        amount = used._replace(kind="amount", value=100)
        refused = CannotUse(Reason.FIRST, other)
        why = [Why(amount, 100, None)] * 12 + [Why(other, 0, refused)] * 4
        gifts = (self.said("提袋"), self.said("杯子"))
        choice = Choice((amount, other), (100,), 60, gifts, 220, tuple(why))
        return Quote(4_550, 228, choice, 100, 120, 120, 120, 60, (4_102,))

    def _facts_of_orders(self) -> dict[str, OrderFact]:
        """An order in every state, the last of them over."""
        sent = Shipment(carrier=self.said("黑貓"), number=self.said("123456789012"))
        home = self._fact(stage=Stage.CLOSED)
        assert home.bill is not None
        home.bill.delivery = Delivery.HOME
        facts = {f"{stage}": self._fact(stage=stage) for stage in Stage}
        facts |= {
            "sent": replace(self._fact(stage=Stage.CLOSED), shipment=sent),
            "to send": home,
            "in a slot": replace(
                self._fact(stage=Stage.ARRIVED), slot="2026-11-25 18:00-19:00", has_slots=True
            ),
            "nothing owed": self._fact(stage=Stage.ARRIVED, paid=4_222),
            "imported": replace(self._fact(), bill=None, group_buy=None),
        }
        return facts | {f"is {state}": self._fact(status=state) for state in Status}

    def _fact(
        self, *, stage: Stage = Stage.OPEN, status: Status = Status.PLACED, paid: int = 900
    ) -> OrderFact:
        order = Order(
            order_no="3-12", status=status, cash=4_102, refunded=0, ordered_on=TODAY, member_id=1
        )
        name, option, person = self.said("愛文芒果"), self.said("大"), self.said("媽媽")
        lines = (
            LineFact(1, name, self.said("箱"), option, person, 2, 455, 819),
            *(LineFact(n, f"{name}{n}", "包", "", "", 1, None, 300) for n in range(2, 30)),
        )
        return OrderFact(order, self._whole_bill(order, stage, paid), self._staged(stage), lines)

    def _staged(self, stage: Stage) -> GroupBuy:
        made = self.mangoes()
        made.stage = stage
        return made

    def _whole_bill(self, order: Order, stage: Stage, paid: int) -> Bill:
        return Bill(
            order=order,
            subtotal=4_550,
            tier_discount=228,
            coupon_discount=100,
            points=120,
            points_value=120,
            shipping=120,
            shipping_discount=60,
            charges=60,
            total=4_222,
            deposit_percent=30,
            deposit_due_on=TODAY,
            paid=paid,
            refunded=0,
            returned=0,
            due_on=None if stage == Stage.OPEN else TODAY,
            locked_at=None if stage == Stage.OPEN else NOON,
            delivery=Delivery.PICKUP,
            point=self.said("全家店"),
            proxy=self.said("小林"),
            pickup_code="012345",
        )
