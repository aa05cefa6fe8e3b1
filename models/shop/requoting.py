"""Many orders of a group-buy priced at once, in few statements, each as `billing` would alone.

What they use stays theirs as far as it may; an order for which that changes is priced by
itself. The group-buy is held by whoever calls anything here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Row, Select, Table, select
from sqlalchemy.orm import Session

from models import bulk
from models.base import among, batches, local_day
from models.loyalty import coupons, points, tiers
from models.loyalty.coupon_facts import CouponFact
from models.programme import Programme
from models.shop import billing
from models.shop.bill_records import Bill
from models.shop.billing import Shares
from models.shop.group_buy_records import GroupBuy
from models.shop.group_buy_terms import Delivery
from models.shop.orders import Order, OrderLine, Status
from models.shop.pricing import Buyer, Quote
from models.shop.totals_records import MemberTotals

_BILLS = cast("Table", Bill.__table__)
_ORDERS = cast("Table", Order.__table__)
_LINES = cast("Table", OrderLine.__table__)
AT_ONCE = 2000


class Requoted(NamedTuple):
    """An order at today's prices: its bill as it stands, whose it is, and what it comes to."""

    bill: Row[Any]
    who: Buyer
    lines: Sequence[Row[Any]]
    unit_prices: Sequence[int]
    quote: Quote

    @property
    def uses_the_same(self) -> bool:
        """Whether it uses the coupons and points that its bill holds."""
        used = sorted(coupon.code for coupon in self.quote.choice.coupons)
        return (
            used == sorted(billing.codes_of(self.bill)) and self.quote.points == self.bill.points
        )


def reprice(session: Session, group_buy: GroupBuy, *, now: datetime, programme: Programme) -> None:
    """Price every order of a held group-buy again that nothing was paid of."""
    open_ = Bill.locked_at.is_(None), Order.status == Status.PLACED
    alone: list[int] = []
    for some in _requoted(session, group_buy, *open_, now=now, programme=programme):
        _write(session, [each for each in some if each.uses_the_same])
        alone += [each.bill.order_id for each in some if not each.uses_the_same]
    _forget(session)
    for order_id in alone:
        bill = session.get_one(Bill, order_id)
        billing.price(session, bill, group_buy, now=now, programme=programme)


def overpaid(
    session: Session, group_buy: GroupBuy, *, now: datetime, programme: Programme
) -> dict[int, int]:
    """What goods cost less now than what was paid for them, by the ids of paid orders.

    A tier reached since is for what is ordered from then on.
    """
    paid = Order.status == Status.PAID
    found = _requoted(session, group_buy, paid, now=now, programme=programme, then=True)
    less = {
        each.bill.order_id: each.bill.cash - each.bill.goods_refunded - each.quote.cash
        for some in found
        for each in some
    }
    return {order_id: amount for order_id, amount in less.items() if amount > 0}


def _requoted(
    session: Session,
    group_buy: GroupBuy,
    *which: ColumnElement[bool],
    now: datetime,
    programme: Programme,
    then: bool = False,
) -> Iterator[list[Requoted]]:
    """Orders at today's prices, some at a time; by the tier of now, or of `then`."""
    session.flush()
    query: Select[Any] = (
        select(*_BILLS.c, Order.cash, Order.refunded.label("goods_refunded"))
        .join(Order, Order.id == Bill.order_id)
        .where(Bill.group_buy_id == group_buy.id, *which)
        .order_by(Bill.order_id)
    )
    for bills in batches(session.execute(query).all(), AT_ONCE):
        people = _buyers(session, bills, now=now, programme=programme)
        lines = _lines(session, [bill.order_id for bill in bills])
        held = [coupon for who in people.values() for coupon in who.coupons]
        categories = billing.categories_of(session, group_buy, held)
        items = {item.id: item for item in group_buy.items}
        found = []
        for bill in bills:
            who, theirs = people[bill.member_id], lines[bill.order_id]
            if then:
                who = replace(who, tier=replace(who.tier, pay=bill.tier_pay))
            shares = [Shares(items[line.item_id], line.option, line.quantity) for line in theirs]
            quote = _quote(group_buy, bill, who, shares, programme, categories, now=now)
            prices = [share.item.unit_price(share.option) for share in shares]
            found.append(Requoted(bill, who, theirs, prices, quote))
        yield found


def _quote(
    group_buy: GroupBuy,
    bill: Row[Any],
    who: Buyer,
    shares: Sequence[Shares],
    programme: Programme,
    categories: Mapping[int, str],
    *,
    now: datetime,
) -> Quote:
    """What an order comes to that uses what it uses already, and no more."""
    returned = points.share(bill.points, part=bill.goods_refunded, whole=bill.cash)
    who = replace(who, points=bill.points)
    who, wishes = billing.as_it_is(who, billing.codes_of(bill), bill.points - returned)
    way = Delivery(bill.delivery)
    return billing.quoted(
        group_buy, shares, who, wishes, way, programme, categories=categories, now=now
    )


def _buyers(
    session: Session, bills: Sequence[Row[Any]], *, now: datetime, programme: Programme
) -> dict[int, Buyer]:
    """Whose these bills are, each with the coupons that they use."""
    ids = list(dict.fromkeys(bill.member_id for bill in bills))
    codes = {code for bill in bills for code in billing.codes_of(bill)}
    using = list({bill.member_id for bill in bills if billing.codes_of(bill)})
    held: dict[int, list[CouponFact]] = defaultdict(list)
    bought: set[int] = set()
    for some in batches(using):
        for member_id, wallet in coupons.wallets(session, some, now).items():
            # to their own order they are as if they had not been used
            used = [each._replace(used_at=None) for each in wallet.used]
            held[member_id] = [c for c in (*wallet.usable, *used) if c.code in codes]
        query = select(MemberTotals.member_id).where(MemberTotals.orders > 0)
        bought.update(session.scalars(query.where(among(session, MemberTotals.member_id, some))))
    standings = tiers.standings(session, ids, today=local_day(now), programme=programme)
    return {
        id_: Buyer(standings[id_].tier, held[id_], first_purchase=id_ not in bought) for id_ in ids
    }


def _lines(session: Session, order_ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    query = select(*_LINES.c).where(among(session, OrderLine.order_id, order_ids))
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for line in session.execute(query.order_by(OrderLine.id)):
        found[line.order_id].append(line)
    return found


def _write(session: Session, requoted: Sequence[Requoted]) -> None:
    """Write what has changed of these orders."""
    bills, orders, lines = [], [], []
    for bill, who, theirs, prices, quote in requoted:
        figures = billing.figures(quote, who, bill)
        if any(bill._mapping[name] != value for name, value in figures.items()):
            bills.append({"order_id": bill.order_id, **figures})
        if quote.cash != bill.cash:
            orders.append({"id": bill.order_id, "cash": quote.cash})
        for line, price, amount in zip(theirs, prices, quote.amounts, strict=True):
            if (line.unit_price, line.amount) != (price, amount):
                lines.append({"id": line.id, "amount": amount, "unit_price": price})
    bulk.change(session, _LINES, lines)
    bulk.change(session, _ORDERS, orders)
    bulk.change(session, _BILLS, bills)


def _forget(session: Session) -> None:
    """Let orders that were loaded before be read again."""
    for loaded in session:
        if isinstance(loaded, Bill | Order | OrderLine):
            session.expire(loaded)
