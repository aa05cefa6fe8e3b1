"""What closing or failing a group-buy would do, found out by doing it and undoing it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from models.people.members import Member
from models.programme import Programme
from models.shop import closing, group_buys
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy
from models.shop.orders import Order, Status

OVER = (Status.CANCELLED, Status.REFUNDED)


@dataclass(frozen=True)
class Standing:
    """How a group-buy stands: its orders, what they come to and what was paid, in whole TWD."""

    orders: int
    total: int
    paid: int
    unpaid: int
    guests: int


@dataclass(frozen=True)
class Cut:
    """Shares that somebody would not get."""

    name: str
    item: str
    quantity: int


@dataclass(frozen=True)
class WouldClose:
    """What closing would leave: shares cut, shares over in full cases, NT$ to give back."""

    standing: Standing
    cuts: tuple[Cut, ...]
    spare: dict[str, int]
    refunds: int


def standing(session: Session, number: int) -> Standing:
    """How a group-buy stands now."""
    unpaid = func.count(case((Order.status == Status.PLACED, 1)))
    guests = func.count(case((Member.line_user_id.is_(None), 1)))
    found = session.execute(
        select(
            func.count(Bill.order_id),
            func.coalesce(func.sum(Bill.total - Bill.refunded), 0),
            func.coalesce(func.sum(Bill.paid - Bill.returned), 0),
            unpaid,
            guests,
        )
        .join(Order, Order.id == Bill.order_id)
        .join(Member, Member.id == Bill.member_id)
        .where(Bill.group_buy_id == number, Order.status.not_in(OVER))
    ).one()
    return Standing(*(int(each) for each in found))


def would_close(
    session: Session, number: int, *, now: datetime, programme: Programme
) -> WouldClose:
    """What closing would do; nothing is done.

    Raises:
        NoSuchGroupBuy, WrongStage: there is none, or it is not open.
    """
    before = standing(session, number)
    trial = session.begin_nested()
    try:
        done = closing.close(session, number, now=now, programme=programme)
        names = _names(session, [wait.member_id for wait in done.waiting])
        cuts = tuple(
            Cut(names.get(wait.member_id, ""), wait.item.name, wait.quantity)
            for wait in done.waiting
        )
        items = {item.id: item.name for item in done.group_buy.items}
        spare = {items[item_id]: count for item_id, count in done.spare.items() if count}
        refunds = sum(done.refunds.values())
    finally:
        trial.rollback()
        session.expire_all()
    return WouldClose(before, cuts, spare, refunds)


def owed_back(session: Session, number: int) -> list[tuple[str, str, int]]:
    """Order number, member and NT$ that would have to be given back if it failed."""
    query = (
        select(Order.order_no, Member.name, Bill.paid - Bill.returned)
        .join(Bill, Bill.order_id == Order.id)
        .join(Member, Member.id == Bill.member_id)
        .where(Bill.group_buy_id == number, Bill.paid > Bill.returned)
        .order_by(Bill.order_id)
    )
    return [(order_no, name, amount) for order_no, name, amount in session.execute(query)]


def running(session: Session) -> list[tuple[GroupBuy, int]]:
    """The group-buys that are not over, the newest first, each with its number of orders."""
    orders = (
        select(func.count())
        .select_from(Bill)
        .join(Order, Order.id == Bill.order_id)
        .where(Bill.group_buy_id == GroupBuy.id, Order.status.not_in(OVER))
        .correlate(GroupBuy)
        .scalar_subquery()
    )
    alive = (group_buys.Stage.OPEN, group_buys.Stage.CLOSED, group_buys.Stage.ARRIVED)
    query = select(GroupBuy, orders).where(GroupBuy.stage.in_(alive)).order_by(GroupBuy.id.desc())
    return [(group_buy, int(count)) for group_buy, count in session.execute(query)]


def _names(session: Session, member_ids: list[int]) -> dict[int, str]:
    query = select(Member.id, Member.name).where(Member.id.in_(set(member_ids)))
    return dict(session.execute(query).all())
