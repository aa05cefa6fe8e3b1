"""Which orders members are asked about, and what they said of them.

An order is asked about once it is in its member's hands, and as long as they
have not given it any stars. Answers know it as `order:3-12`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, func, literal, select
from sqlalchemy.orm import Session

from models.base import N_, Refusal, day_start, end_of_day, local_day
from models.people.members import Member
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy
from models.shop.order_queries import NoSuchOrder
from models.shop.orders import Order, Status
from models.talk.surveys import SurveyAnswer

ASKED = timedelta(days=30)
SOURCE = literal("order:") + Order.order_no
IN_HAND = Order.status == Status.PICKED_UP


class NotInHand(Refusal):
    buttons = ("我的訂單",)

    def __init__(self, order_no: str) -> None:
        super().__init__(N_("訂單 {order_no} 還沒取貨，拿到商品後再評分就好。"), order_no=order_no)


class Received(NamedTuple):
    """An order in its member's hands, and what it was called."""

    order_no: str
    title: str

    @property
    def source(self) -> str:
        return f"order:{self.order_no}"


class Rated(NamedTuple):
    """What a member said of an order."""

    order_no: str
    name: str
    rating: int
    comment: str


def received_on(day: date) -> Select[*tuple[Any, ...]]:
    """Members who got orders on a day and said nothing of them; `orders` as `read` takes them."""
    # a sum, so that bills are not read in the order of their members instead
    whose = (Bill.member_id + 0).label("member_id")
    named = Order.order_no + " " + GroupBuy.title
    return (
        _received(whose, func.aggregate_strings(named, "\n").label("orders"))
        .where(Bill.picked_up_at >= day_start(day), Bill.picked_up_at < end_of_day(day))
        .where(~_answered())
        .group_by(whose)
    )


def read(orders: str) -> list[Received]:
    """The orders of a row of `received_on`."""
    found = (line.partition(" ") for line in orders.splitlines())
    return sorted(Received(number, title) for number, _space, title in found)


def of(session: Session, member_id: int, numbers: Collection[str]) -> list[Received]:
    """These orders of a member's.

    Raises:
        NoSuchOrder: one of them is none of theirs.
        NotInHand: they do not have it yet.
    """
    rows = session.execute(
        select(Order.order_no, Order.status, func.coalesce(GroupBuy.title, ""))
        .outerjoin(Bill, Bill.order_id == Order.id)
        .outerjoin(GroupBuy, GroupBuy.id == Bill.group_buy_id)
        .where(Order.member_id == member_id, Order.order_no.in_(numbers))
    )
    found = {number: (status, title) for number, status, title in rows}
    for number in numbers:
        if number not in found:
            raise NoSuchOrder(number)
        if found[number][0] != Status.PICKED_UP:
            raise NotInHand(number)
    return [Received(number, found[number][1]) for number in dict.fromkeys(numbers)]


def latest(session: Session, member_id: int, *, now: datetime) -> list[Received]:
    """What a member got on the last day on which they got something and said nothing of it."""
    mine = (
        _received(Order.order_no, GroupBuy.title, Bill.picked_up_at)
        .where(Bill.member_id == member_id, Bill.picked_up_at > now - ASKED, ~_answered())
        .order_by(Bill.picked_up_at.desc())
    )
    rows = session.execute(mine).all()
    return sorted(
        Received(row.order_no, row.title)
        for row in rows
        if local_day(row.picked_up_at) == local_day(rows[0].picked_up_at)
    )


def rated(session: Session, number: int, *, limit: int) -> Sequence[Rated]:
    """What was said of the orders of a group-buy, the newest first."""
    named = SurveyAnswer.source == SOURCE
    query = _rated(named).join(Bill, Bill.order_id == Order.id).where(Bill.group_buy_id == number)
    return _read(session, query, limit)


def rated_lately(session: Session, *, since: datetime, limit: int) -> Sequence[Rated]:
    """What was said of any order since then, the newest first."""
    named = Order.order_no == func.substr(SurveyAnswer.source, len("order:") + 1)
    return _read(session, _rated(named).where(SurveyAnswer.answered_at >= since), limit)


def stars(session: Session, number: int) -> dict[int, int]:
    """How many orders of a group-buy were given how many stars."""
    counted = (
        select(SurveyAnswer.rating, func.count())
        .join(Order, SurveyAnswer.source == SOURCE)
        .join(Bill, Bill.order_id == Order.id)
        .where(Bill.group_buy_id == number)
        .group_by(SurveyAnswer.rating)
    )
    return dict(session.execute(counted).all())


def _received(*columns: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns)
        .select_from(Bill)
        .join(Order, Order.id == Bill.order_id)
        .join(GroupBuy, GroupBuy.id == Bill.group_buy_id)
        .where(IN_HAND)
    )


def _answered() -> ColumnElement[bool]:
    return exists().where(SurveyAnswer.source == SOURCE)


def _rated(named: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(Order.order_no, Member.name, SurveyAnswer.rating, SurveyAnswer.comment)
        .select_from(SurveyAnswer)
        .join(Order, named)
        .join(Member, Member.id == SurveyAnswer.member_id)
    )


def _read(session: Session, query: Select[*tuple[Any, ...]], limit: int) -> Sequence[Rated]:
    newest = query.order_by(SurveyAnswer.answered_at.desc(), SurveyAnswer.id.desc())
    return [Rated(*row) for row in session.execute(newest.limit(limit))]
