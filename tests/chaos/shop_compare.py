"""What stands in a shop's books beside what stands in the notebook, read in few statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import programme
from models.loyalty import coupons, points, tiers
from models.shop.bill_records import Bill, Wait, WaitState
from models.shop.group_buy_records import GroupBuy, Item, Stage
from models.shop.orders import Order, OrderLine, Status
from tests.chaos.shop_model import Notebook
from tests.chaos.shop_pages import Offer
from tests.chaos.shop_pages import Order as Noted

RULES = programme.load(None)
Pair = tuple[str, Any, Any]


def differences(
    session: Session, people: Sequence[int], noted: Notebook, *, now: datetime
) -> list[str]:
    """What is not as the notebook says; `people` are the ids of its members."""
    pairs = [*_people(session, people, noted, now), *_offers(session, noted.offers)]
    pairs += _orders(session, noted.offers)
    return [
        f"{what}: {are} in the shop, {said} in the notebook"
        for what, are, said in pairs
        if are != said
    ]


def bill_of(session: Session, noted: Noted) -> Bill:
    """The bill of an order in the notebook."""
    query = select(Bill).join(Order, Order.id == Bill.order_id)
    return session.scalars(query.where(Order.order_no == noted.number)).one()


def _people(
    session: Session, people: Sequence[int], noted: Notebook, now: datetime
) -> Iterator[Pair]:
    balances = points.balances(session, people, now)
    standings = tiers.standings(session, people, today=now.date(), programme=RULES)
    wallets = coupons.wallets(session, people, now)
    orders = [order for offer in noted.offers.values() for order in offer.orders]
    for number, (member_id, said) in enumerate(zip(people, noted.members, strict=True)):
        balance = balances[member_id]
        pending = sum(order.pending for order in orders if order.member == number)
        yield f"points of {number}", balance.available, said.available
        yield f"debt of {number}", balance.debt, said.owed
        yield f"pending of {number}", balance.pending, pending
        yield f"coupons of {number}", len(wallets[member_id].usable), said.coupons
        yield f"tier of {number}", standings[member_id].tier.key, noted.tier(number)[0]


def _offers(session: Session, noted: dict[int, Offer]) -> Iterator[Pair]:
    stages = select(GroupBuy.id, GroupBuy.stage).where(GroupBuy.id.in_(noted))
    for number, stage in session.execute(stages):
        yield f"stage of {number}", Stage(stage).value, noted[number].stage
    items = select(Item.group_buy_id, Item.code, Item.taken, Item.price_now)
    for number, code, taken, price in session.execute(items.where(Item.group_buy_id.in_(noted))):
        said = noted[number].items[code]
        yield f"{number} {code}", (taken, price), (said.taken, said.price)
    waits = (
        select(Wait.group_buy_id, func.sum(Wait.quantity))
        .where(Wait.group_buy_id.in_(noted), Wait.state == WaitState.WAITING)
        .group_by(Wait.group_buy_id)
    )
    waiting = dict(session.execute(waits).all())
    for number, offer in noted.items():
        said = sum(wait.quantity for wait in offer.waits)
        yield f"waiting in {number}", waiting.get(number, 0), said


def _orders(session: Session, noted: dict[int, Offer]) -> Iterator[Pair]:
    query = (
        select(Order, Bill.paid, Bill.refunded, Bill.points, Bill.coupons)
        .join(Bill, Bill.order_id == Order.id)
        .where(Bill.group_buy_id.in_(noted))
    )
    lines = _lines(session, noted)
    known = {order.number: order for offer in noted.values() for order in offer.orders}
    for order, *sums, used in session.execute(query):
        number, said = order.order_no, known.pop(order.order_no)
        yield f"order {number}", Status(order.status).value, said.status
        if said.status == "cancelled":
            continue
        figures = (said.cash, said.paid, said.refunded, said.points)
        yield f"sums of {number}", (order.cash, *sums), figures
        if said.status == "placed":
            yield f"coupons of {number}", len(orjson.loads(used)), int(said.coupon)
            each = [(line.item, line.quantity, line.amount) for line in said.lines]
            yield f"lines of {number}", lines[order.id], each
    yield "orders that are not there", [], list(known)


def _lines(session: Session, noted: dict[int, Offer]) -> dict[int, list[tuple[str, int, int]]]:
    query = (
        select(OrderLine.order_id, Item.code, OrderLine.quantity, OrderLine.amount)
        .join(Item, Item.id == OrderLine.item_id)
        .where(Item.group_buy_id.in_(noted))
        .order_by(OrderLine.id)
    )
    found: dict[int, list[tuple[str, int, int]]] = defaultdict(list)
    for order_id, *line in session.execute(query):
        found[order_id].append((line[0], line[1], line[2]))
    return found
