"""Notices as messages to send: each told once, to those who are on LINE, in their language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.texts import speaking
from bot.views.kit import Message
from bot.views.notices import Goods
from models.base import among
from models.people.consents import Topic
from models.people.members import Member
from models.shop.bill_records import Wait, WaitState
from models.shop.group_buy_records import GroupBuy
from models.shop.orders import OrderLine
from models.talk import outbox
from models.talk.outbox import Draft
from models.talk.policy import Purpose


class Notice(NamedTuple):
    """Something to tell a member; `message` is called in their language."""

    member_id: int
    key: str
    message: Callable[[], Message]


def tell(
    session: Session,
    rule: str,
    notices: Sequence[Notice],
    *,
    now: datetime,
    rides: timedelta = timedelta(0),
) -> int:
    """Keep what is to be told to those who are on LINE; how many will hear something new."""
    wanted = {notice.member_id for notice in notices}
    query = select(Member).where(
        among(session, Member.id, sorted(wanted)),
        Member.line_user_id.is_not(None),
        Member.is_friend,
    )
    known = {member.id: member for member in session.scalars(query)} if wanted else {}
    drafts = [
        _draft(rule, notice, known[notice.member_id], now, rides)
        for notice in notices
        if notice.member_id in known
    ]
    return len(outbox.enqueue_many(session, drafts, now=now))


def _draft(rule: str, notice: Notice, member: Member, now: datetime, rides: timedelta) -> Draft:
    with speaking(member.language):
        message = notice.message()
    return Draft(
        key=f"{rule}:{notice.key}:{member.id}",
        rule=rule,
        period=notice.key[:50],
        member_id=member.id,
        to_id=str(member.line_user_id),
        messages=[message],
        topic=Topic.SERVICE,
        purpose=Purpose.SERVICE,
        due_at=now + rides,
        rides=bool(rides),
    )


def goods_of(
    session: Session, group_buy: GroupBuy, order_ids: Sequence[int]
) -> Mapping[int, list[Goods]]:
    """What each order has, what was called several times summed up."""
    items = {item.id: item for item in group_buy.items}
    sums: dict[tuple[int, int, str, str], int] = {}
    query = select(OrderLine).where(among(session, OrderLine.order_id, list(order_ids)))
    lines = session.scalars(query.order_by(OrderLine.id)).all() if order_ids else []
    for line in lines:
        key = (line.order_id, line.item_id or 0, line.option, line.person)
        sums[key] = sums.get(key, 0) + line.quantity
    found: dict[int, list[Goods]] = {}
    for (order_id, item_id, option, person), quantity in sums.items():
        item = items[item_id]
        goods = Goods(item.name, item.unit, quantity, option, person)
        found.setdefault(order_id, []).append(goods)
    return found


def waits_of(session: Session, group_buy: GroupBuy, member_id: int) -> list[Goods]:
    query = select(Wait).where(
        Wait.group_buy_id == group_buy.id,
        Wait.member_id == member_id,
        Wait.state == WaitState.WAITING,
    )
    return [of_wait(wait) for wait in session.scalars(query.order_by(Wait.id))]


def of_wait(wait: Wait) -> Goods:
    return Goods(wait.item.name, wait.item.unit, wait.quantity, wait.option, wait.person)
