"""What stands in a shop's books beside what stands in the notebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import programme
from models.loyalty import coupons, points, tiers
from models.people.members import Member
from models.shop import group_buys
from models.shop.bill_records import Bill, Wait, WaitState
from models.shop.group_buy_records import Stage
from models.shop.orders import Order, Status
from tests.chaos.shop_model import Notebook
from tests.chaos.shop_pages import Offer
from tests.chaos.shop_pages import Order as Noted

RULES = programme.load(None)
NEWEST = 4  # group-buys that are still looked at
Pair = tuple[str, Any, Any]


def differences(
    session: Session, people: Sequence[Member], noted: Notebook, *, now: datetime
) -> list[str]:
    """What is not as the notebook says."""
    newest = list(noted.offers.values())[-NEWEST:]
    pairs = [
        *_people(session, people, noted, now),
        *(p for o in newest for p in _offer(session, o)),
    ]
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
    session: Session, people: Sequence[Member], noted: Notebook, now: datetime
) -> Iterator[Pair]:
    for number, (member, said) in enumerate(zip(people, noted.members, strict=True)):
        balance = points.balance(session, member.id, now)
        standing = tiers.standing(session, member.id, today=now.date(), programme=RULES)
        orders = [order for offer in noted.offers.values() for order in offer.orders]
        pending = sum(order.pending for order in orders if order.member == number)
        usable = len(coupons.wallet(session, member.id, now).usable)
        yield f"points of {number}", balance.available, said.available
        yield f"debt of {number}", balance.debt, said.owed
        yield f"pending of {number}", balance.pending, pending
        yield f"coupons of {number}", usable, said.coupons
        yield f"tier of {number}", standing.tier.key, noted.tier(number)[0]


def _offer(session: Session, noted: Offer) -> Iterator[Pair]:
    number = noted.number
    offer = group_buys.find(session, number)
    yield f"stage of {number}", Stage(offer.stage).value, noted.stage
    for item, each in zip(offer.items, noted.items.values(), strict=True):
        yield f"{number} {item.code}", (item.taken, item.price_now), (each.taken, each.price)
    waiting = select(func.coalesce(func.sum(Wait.quantity), 0)).where(
        Wait.group_buy_id == number, Wait.state == WaitState.WAITING
    )
    said = sum(wait.quantity for wait in noted.waits)
    yield f"waiting in {number}", session.scalar(waiting), said
    for order in noted.orders:
        yield from _order(session, order)


def _order(session: Session, noted: Noted) -> Iterator[Pair]:
    bill = bill_of(session, noted)
    status = Status(bill.order.status).value
    yield f"order {noted.number}", status, noted.status
    if noted.status == "cancelled":
        return
    sums = (bill.order.cash, bill.paid, bill.refunded, bill.points)
    yield f"sums of {noted.number}", sums, (noted.cash, noted.paid, noted.refunded, noted.points)
    if noted.status == "placed":
        used = len(orjson.loads(bill.coupons))
        yield f"coupons of {noted.number}", used, int(noted.coupon)
