"""What the shop says about group-buys: to members, and to those who run them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.views import (
    briefs,
    group_buy_desk,
    group_buy_life,
    group_buy_states,
    group_buys,
    notices,
    order_desk,
)
from bot.views.group_buys import Viewer
from bot.views.kit import Message
from bot.views.notices import Goods, Owed
from models.base import Refusal
from models.insight.briefs import Brief, Sum, Unpaid, Waiting
from models.people.members import Member
from models.shop import group_buys as rules
from models.shop.bill_records import Bill, Wait
from models.shop.group_buy_records import GroupBuy, Stage
from models.shop.group_buy_terms import Delivery, GroupBuyTerms, ItemTerms, Rung
from models.shop.opening_cautions import cautions
from models.shop.ordering import Outcome
from models.shop.orders import Order, Status
from models.shop.pasting import Comment, Done, Entry, Pasted, Row, Why
from models.shop.pricing import Quote
from models.shop.rehearsing import Cut, Standing, WouldClose
from models.shop.shares import Want
from models.talk.quota import Reading
from tests.bot.views.coupon_gallery import CouponGallery
from tests.bot.views.facts import NOON, TODAY

STANDING = Standing(orders=12, total=12_400, paid=4_000, unpaid=7, guests=1)


class ShopGallery(CouponGallery):
    """A group-buy of mangoes with everything on it, and one of many items."""

    def _shop(self) -> Iterator[tuple[str, Message]]:
        yield from self._offers()
        yield from self._desk()
        yield from self._life()
        yield from self._orders()
        yield from self._notices()
        yield from self._briefs()

    def _briefs(self) -> Iterator[tuple[str, Message]]:
        one = self.mangoes()
        one.closes_at, one.pickup_on = NOON, TODAY
        busy = Brief(
            today=TODAY,
            ordered={TODAY: Sum(12, 5_400), TODAY - briefs.DAY: Sum(7_000, 3_150_000)},
            unpaid=Unpaid(8, 3_200, TODAY - briefs.DAY),
            closing=[one] * 6,
            coming=[one] * 6,
            waiting=[
                Waiting(3, one.title, 12, TODAY + late * briefs.DAY)
                for late in (-5, -1, 0, 1, 2, 3, 4, 5)
            ],
            birthdays=2_740,
            points=Sum(12, 1_240),
            coupons=5,
            quota=Reading(200, 190, NOON),
            failed=2,
            questions=3,
            asked_at=NOON,
            reported=3,
            strange=2,
            returns=1,
            approvals=1,
        )
        yield "brief of a busy day", briefs.card(busy, now=NOON)
        quiet = Brief(
            *(TODAY, {}, Unpaid(0, 0, None), [], [], [], 0, Sum(), 0),
            *(None, 0, 0, None, 0, 0, 0, 0),
        )
        yield "brief of a quiet day", briefs.card(quiet, now=NOON)

    def _offers(self) -> Iterator[tuple[str, Message]]:
        one, many = self.mangoes(), self.dumplings(3)
        gold = Viewer(85, self.said("金級"))
        yield "offer", group_buys.offer_card(one, now=NOON)
        yield "offer for gold", group_buys.offer_card(one, now=NOON, viewer=gold)
        later = Viewer(opens_at=NOON + timedelta(days=1))
        yield "offer, not open yet", group_buys.offer_card(one, now=NOON, viewer=later)
        yield "offer of many", group_buys.offer_card(self.dumplings(26), now=NOON, viewer=gold)
        yield "offer of an item", group_buys.item_card(many, many.items[1], now=NOON)
        full = self.mangoes()
        full.items[0].taken, full.items[0].price_now = 50, 410
        full.stage = Stage.CLOSED
        yield "offer that is full", group_buys.offer_card(full, now=NOON)
        carousel = group_buys.offer_carousel([one, many] * 6, now=NOON, viewers={3: gold})
        yield "offers", carousel
        for number, message in enumerate(group_buys.offer_messages(many, now=NOON)):
            yield f"posted {number}", message

    def _desk(self) -> Iterator[tuple[str, Message]]:
        for step in group_buy_desk.STEPS:
            places = [self.said("社區管理室")]
            yield f"asked for {step} of it", group_buy_desk.question(step, places=places)
        terms, one = self._terms_of_mangoes(), self.mangoes()
        imagined = rules.imagined(terms, now=NOON)
        seen = group_buy_desk.seen_by(self.said("金級"), self.said("母嬰"))
        shown = group_buy_desk.preview(
            imagined, cautions(terms, now=NOON), seen_by=seen, now=NOON, nonce="0123456789ab"
        )
        kept = group_buy_desk.preview(
            one, [], seen_by=seen, now=NOON, nonce="0123456789ab", kept=True
        )
        opened = group_buy_desk.opened(one, now=NOON)
        # nothing is to be tapped on a card that nobody else sees yet
        for name, messages in (
            ("preview", shown[1:]),
            ("draft's preview", kept),
            ("opened", opened),
        ):
            for number, message in enumerate(messages):
                yield f"{name} {number}", message
        yield "drafted", group_buy_desk.drafted(one)
        yield "drafts", group_buy_desk.drafts([one] * 25)
        yield "no drafts", group_buy_desk.drafts([])
        yield "draft dropped", group_buy_desk.dropped(one.title)

    def _life(self) -> Iterator[tuple[str, Message]]:
        one, nonce = self.mangoes(), "0123456789ab"
        name, item = self.said("小林"), self.said("愛文芒果")
        owed = [("3-12", name, 1_240)] * 15
        would = WouldClose(STANDING, (Cut(name, item, 3), Cut("", item, 1)), {item: 2}, 450)
        yield "running", group_buy_states.listing([(one, 12)] * 22, NOON)
        yield "nothing running", group_buy_states.listing([], NOON)
        for stage in Stage:
            each = self.mangoes()
            each.stage, each.closed_at = stage, NOON
            yield (
                f"state {stage}",
                group_buy_states.state(each, STANDING, [self.wait(each)], now=NOON),
            )
        yield "closing", group_buy_life.closing(one, would, nonce=nonce)
        yield "closed", group_buy_life.closed(one, told=12, cut=3)
        yield "failing", group_buy_life.failing(one, STANDING, owed, nonce=nonce)
        yield "group-buy failed", group_buy_life.failed(one, [], told=12)
        yield "step", group_buy_life.step("到貨了嗎？", one, "會通知團友。", nonce=nonce)
        yield "step done", group_buy_life.done(one, "已到貨")
        yield "until when", group_buy_life.until_when(one)
        waits = [(name, self.wait(one))] * 15
        yield "releasing", group_buy_life.releasing(one, waits, 3, nonce=nonce)
        yield "what to change", group_buy_life.what_to_change(one, ["價格", "庫存"])

    def _orders(self) -> Iterator[tuple[str, Message]]:
        one, nonce, name = self.mangoes(), "0123456789ab", self.said("小林")
        bill, want = self.bill(), Want(7, self.said("大"), 2, self.said("媽媽"))
        rows = [(bill, name, self.said("愛文芒果×2"))] * 11
        yield "orders", order_desk.listing(one, rows, STANDING, page=1)
        nothing = Standing(0, 0, 0, 0, 0)
        yield "no orders", order_desk.listing(one, [], nothing, page=1)
        yield "one order", order_desk.one(one, bill, name, self.said("愛文芒果×2"))
        outcome = Outcome(one, bill, Quote.__new__(Quote), waiting=[self.wait(one)])
        yield "entered", order_desk.entered(name, outcome, [want], guest=True)
        yield "unknown", order_desk.unknown(name, self.said("+1"), nonce=nonce)
        yield "asked for an order", order_desk.how_to_enter()
        yield "entry taken back", order_desk.undone(name)
        yield "asked for comments", order_desk.paste_here(one)
        comment = Comment(self.said("小林：+1"), name, "+1")
        row = Row(comment, None, [want])
        unmatched = [(self.said("這是公告"), Why.NOBODY)] * 15
        found = Pasted([row] * 25, unmatched, before=3)
        yield "pasted", order_desk.pasted(one, found, nonce=nonce)
        yield "nothing pasted", order_desk.pasted(one, Pasted([], unmatched), nonce=None)
        entry = Entry(Member(name=name), [want], outcome, "")
        refused: list[tuple[str, Refusal]] = [(comment.line, rules.WrongStage(one))]
        yield "paste done", order_desk.paste_done(one, Done([entry], refused))

    def _notices(self) -> Iterator[tuple[str, Message]]:
        one, said = self.mangoes(), self.said
        goods = [Goods(said("愛文芒果"), said("箱"), 2, said("大"), said("媽媽"))] * 3
        owed = Owed("3-12", 1_240, TODAY, said("台新 812-1234567890123"))
        yield "told: ordered", notices.ordered(one, goods, goods, 1_240)
        yield "told: promoted", notices.promoted(one, goods)
        yield "told: offered", notices.offered(one, goods, NOON)
        yield "told: lapsed", notices.lapsed(one, goods, "選購 1||2|;2|大|1|")
        yield "told: closed", notices.closed(one, goods, goods, owed, 450)
        yield "told: closed, paid", notices.closed(one, goods, [], Owed("3-12", 0), 0)
        yield "told: closed, cash", notices.closed(one, goods, [], Owed("3-12", 9), 0)
        yield "told: lowered", notices.lowered(one, [(said("愛文芒果"), 430)])
        yield "told: failed", notices.failed(one, paid=900, points=120, coupons=1)
        yield "told: arrived", notices.arrived(one, goods, code="012345", owed=9, until=TODAY)
        yield "told: refunded", notices.refunded("3-12", 450)
        yield "told: sent", notices.tracking("3-12", said("123456789012"), said("黑貓"))
        yield "told: changed", notices.changed(one, said("取貨改成 12/24(四) 管理室"))
        yield "told: reopened", notices.reopened(one)
        yield "told: short", notices.short(one)
        yield "told: over", notices.over(one, orders=12)

    def _terms_of_mangoes(self) -> GroupBuyTerms:
        mango = ItemTerms(
            "A",
            self.said("愛文芒果5斤"),
            450,
            unit=self.said("箱"),
            options=((self.said("大小"), (self.said("大"), self.said("小"))),),
            option_prices=((self.said("大"), 480),),
            ladder=(Rung(10, 430), Rung(60, 410)),
            stock=50,
            case_size=12,
            limit=4,
        )
        return GroupBuyTerms(
            self.said("愛文芒果5斤"),
            (mango,),
            minimum=60,
            closes_at=NOON + timedelta(days=400),
            pickup=self.said("社區管理室"),
            pickup_on=TODAY + timedelta(days=405),
            fees=((Delivery.PICKUP, 0), (Delivery.HOME, 120)),
            free_from=1_500,
            picture="https://example.com/mango.jpg",
        )

    def mangoes(self) -> GroupBuy:
        """One item with all that a card can say."""
        made = rules.imagined(self._terms_of_mangoes(), now=NOON)
        made.id, made.stage, made.items[0].id = 3, Stage.OPEN, 7
        made.items[0].taken = 7
        return made

    def dumplings(self, count: int) -> GroupBuy:
        """Several items, each with choices, a limit and a ladder."""
        items = tuple(
            ItemTerms(
                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number],
                self.said(f"手工水餃{number}"),
                220,
                options=(("口味", (self.said("原味"), self.said("辣味"))),),
                ladder=(Rung(10, 200),),
                stock=8 * number,
                limit=10,
            )
            for number in range(count)
        )
        made = rules.imagined(GroupBuyTerms(self.said("冬至團"), items), now=NOON)
        made.id, made.stage = 4, Stage.OPEN
        return made

    def wait(self, group_buy: GroupBuy) -> Wait:
        return Wait(item=group_buy.items[0], member_id=5, quantity=3, option="", person="")

    def bill(self) -> Bill:
        order = Order(order_no="3-12", status=Status.PLACED, cash=1_240, refunded=0)
        return Bill(
            order=order,
            total=1_240,
            refunded=0,
            paid=240,
            returned=0,
            delivery=Delivery.PICKUP,
        )
