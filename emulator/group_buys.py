"""The demo's group-buys: one at every stage of its life, with orders of the shop's members.

Everything is done as it was on its day, so that the books agree with the dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import product
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from emulator.seed import SEED
from models.base import TAIPEI, local_day
from models.people.members import Member
from models.programme import Programme
from models.shop import closing, group_buys, ordering, payment_reports, payments, settlement
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy, Item, Stage
from models.shop.group_buy_terms import GroupBuyTerms, ItemTerms, Rung
from models.shop.orders import Status
from models.shop.payment_records import Method
from models.shop.shares import Want

BY = "demo"
PLACE = "社區管理室"
SIZES = ("S", "M", "L", "XL")


@dataclass
class Market:
    """Where the demo's group-buys are opened: a shop as it is today."""

    session: Session
    now: datetime
    programme: Programme

    def __post_init__(self) -> None:
        self.chance = Random(SEED + 2)  # noqa: S311 - the same shop every time
        query = select(Member).where(Member.line_user_id.is_not(None)).order_by(Member.id)
        self.members = list(self.session.scalars(query))

    def at(self, days: int, hour: int) -> datetime:
        """So many days from today, at this hour in Taipei."""
        day = local_day(self.now) + timedelta(days=days)
        return datetime.combine(day, time(hour), TAIPEI)

    def day(self, days: int) -> date:
        return local_day(self.now) + timedelta(days=days)

    def opens(self, terms: GroupBuyTerms, at: datetime) -> GroupBuy:
        made = group_buys.draft(self.session, terms, by=BY, now=at)
        return group_buys.publish(self.session, made, now=at)

    def is_called(self, group_buy: GroupBuy, orders: int, at: datetime) -> list[Bill]:
        """So many members order, a quarter of an hour apart."""
        placed = []
        for number, member in enumerate(self.chance.sample(self.members, orders)):
            item = self.chance.choice(group_buy.items)
            option = self.chance.choice(_options(item))
            want = Want(item.id, option, self.chance.choice((1, 1, 1, 2)))
            outcome = ordering.call(
                self.session,
                group_buy.id,
                member,
                [want],
                now=min(at + timedelta(minutes=15 * number), self.now),
                programme=self.programme,
            )
            if outcome.bill is not None:
                placed.append(outcome.bill)
        return placed

    def is_closed(self, group_buy: GroupBuy, at: datetime) -> None:
        closing.close(self.session, group_buy.id, now=at, programme=self.programme)

    def are_paid(self, bills: Sequence[Bill], at: datetime) -> None:
        for bill in bills:
            payments.take(
                self.session,
                bill.member_id,
                {bill.order_id: bill.balance},
                method=Method.TRANSFER,
                by=BY,
                now=at,
                programme=self.programme,
                seen={bill.order_id: bill.paid},
            )

    def are_reported(self, bills: Sequence[Bill], at: datetime) -> None:
        """Their members say that they paid; nobody has looked yet."""
        for bill in bills:
            digits = f"{bill.order_id * 7919 % 100_000:05}"
            payment_reports.report(
                self.session, [bill], amount=bill.balance, digits=digits, now=at
            )


def fill(session: Session, *, now: datetime, programme: Programme) -> None:
    """Open them all, the oldest first."""
    market = Market(session, now, programme)
    _to_pick_up(market)
    _unpaid(market)
    _with_a_minimum(market)
    _with_options(market)
    _to_come(market)


def _to_pick_up(market: Market) -> None:
    dumplings = ItemTerms("A", "高麗菜豬肉水餃 50粒", 220, unit="包", aliases=("水餃",))
    terms = GroupBuyTerms(
        dumplings.name,
        (dumplings,),
        closes_at=market.at(-4, 21),
        pickup=PLACE,
        pickup_on=market.day(0),
    )
    group_buy = market.opens(terms, market.at(-9, 10))
    bills = market.is_called(group_buy, 12, market.at(-8, 12))
    market.is_closed(group_buy, market.at(-4, 21))
    market.are_paid(bills[:9], market.at(-3, 20))
    group_buys.move(market.session, group_buy, Stage.ARRIVED, now=market.at(-1, 10))
    for bill in bills[:2]:
        bill.picked_up_at = market.at(-1, 19)
        settlement.settle(
            market.session,
            bill.order,
            Status.PICKED_UP,
            now=market.at(-1, 19),
            programme=market.programme,
        )


def _unpaid(market: Market) -> None:
    coffee = ItemTerms("A", "濾掛咖啡 50入", 599, unit="盒", aliases=("咖啡",))
    terms = GroupBuyTerms(
        coffee.name, (coffee,), closes_at=market.at(-1, 21), pickup=PLACE, pickup_on=market.day(5)
    )
    group_buy = market.opens(terms, market.at(-6, 10))
    bills = market.is_called(group_buy, 9, market.at(-5, 12))
    market.is_closed(group_buy, market.at(-1, 21))
    market.are_paid(bills[:2], market.at(-1, 22))
    market.are_reported(bills[2:5], market.at(-1, 23))


def _with_a_minimum(market: Market) -> None:
    mango = ItemTerms(
        "A", "愛文芒果 5斤", 450, unit="箱", aliases=("芒果",), ladder=(Rung(20, 430),), limit=4
    )
    terms = GroupBuyTerms(
        mango.name,
        (mango,),
        minimum=20,
        closes_at=market.at(4, 21),
        pickup=PLACE,
        pickup_on=market.day(7),
    )
    market.is_called(market.opens(terms, market.at(-1, 10)), 11, market.at(-1, 12))


def _with_options(market: Market) -> None:
    roll = ItemTerms(
        "A", "生乳捲", 380, unit="條", options=(("口味", ("原味", "巧克力", "抹茶")),), stock=40
    )
    pudding = ItemTerms("B", "焦糖布丁 6入", 240, unit="盒", aliases=("布丁",))
    shirt = ItemTerms(
        "C",
        "涼感機能T",
        390,
        unit="件",
        options=(("顏色", ("黑", "白", "霧藍")), ("尺寸", SIZES)),
    )
    terms = GroupBuyTerms(
        "週末甜點和涼感衣",
        (roll, pudding, shirt),
        closes_at=market.at(2, 21),
        pickup=PLACE,
        pickup_on=market.day(4),
    )
    market.is_called(market.opens(terms, market.at(-1, 11)), 8, market.at(-1, 13))


def _to_come(market: Market) -> None:
    """A pre-order that opens to diamond first, then to gold, silver and everybody."""
    grapes = ItemTerms("A", "麝香葡萄 2串", 690, unit="盒", aliases=("葡萄",), stock=40, limit=2)
    ranks = [tier.key for tier in reversed(market.programme.tiers)]
    windows = tuple((key, market.at(2 + rank, 12)) for rank, key in enumerate(ranks[:-1]))
    terms = GroupBuyTerms(
        grapes.name,
        (grapes,),
        opens_at=market.at(1 + len(ranks), 12),
        closes_at=market.at(9, 21),
        pickup=PLACE,
        pickup_on=market.day(14),
        windows=windows,
        preorder=True,
        hold_minutes=120,
    )
    market.opens(terms, market.now)


def _options(item: Item) -> list[str]:
    """Every way to choose one value of each axis, as an order line writes it."""
    return [
        "/".join(values) for values in product(*(axis for _name, axis in item.as_read().options))
    ]
