"""The waiting list: who wants what is not to be had, and gets it when it comes free.

First come, first served, item by item; nobody gets half of what they wait for.
Where the group-buy says so, what came free is held for them for a while and
has to be taken; otherwise it is theirs at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.people.members import Member
from models.programme import Programme
from models.shop import billing, deposits, group_buys, shares
from models.shop.bill_records import Bill, Wait, WaitState
from models.shop.group_buy_records import GroupBuy, Item, Stage
from models.shop.shares import Want

ACTIVE = (WaitState.WAITING, WaitState.OFFERED)


class Lapsed(NamedTuple):
    """Offers that nobody took in time, and whom what they held was given to."""

    ended: list[Wait]
    served: list[Wait]


class NothingOffered(Refusal):
    buttons = ("候補", "我的訂單")

    def __init__(self) -> None:
        super().__init__(N_("目前沒有保留給你的候補名額，輪到你時會通知你。"))


def join(
    session: Session, group_buy: GroupBuy, member_id: int, want: Want, *, now: datetime
) -> Wait:
    """Put somebody at the end of the list."""
    wait = Wait(
        group_buy_id=group_buy.id,
        item=shares.item_of(group_buy, want.item_id),
        member_id=member_id,
        option=want.option,
        person=want.person,
        quantity=want.quantity,
        state=WaitState.WAITING,
        since=now,
    )
    session.add(wait)
    session.flush()
    return wait


def any_waiting(session: Session, item_id: int) -> bool:
    """Whether somebody waits for this item who was not offered any yet."""
    waiting = exists().where(Wait.item_id == item_id, Wait.state == WaitState.WAITING)
    return bool(session.scalar(select(waiting)))


def of_member(session: Session, member_id: int, group_buy_id: int | None = None) -> Sequence[Wait]:
    """What a member waits for, the oldest first."""
    query = select(Wait).where(Wait.member_id == member_id, Wait.state.in_(ACTIVE))
    if group_buy_id is not None:
        query = query.where(Wait.group_buy_id == group_buy_id)
    return session.scalars(query.order_by(Wait.id)).all()


def of_group_buy(session: Session, group_buy_id: int) -> Sequence[Wait]:
    """Who waits in a group-buy, the oldest first."""
    query = select(Wait).where(Wait.group_buy_id == group_buy_id, Wait.state.in_(ACTIVE))
    return session.scalars(query.order_by(Wait.id)).all()


def position(session: Session, wait: Wait) -> int:
    """Which one in line a wait is; 1 is next."""
    ahead = select(func.count()).where(
        Wait.item_id == wait.item_id, Wait.state == WaitState.WAITING, Wait.id < wait.id
    )
    return (session.scalar(ahead) or 0) + 1


def give_up(session: Session, member_id: int, want: Want, most: int) -> int:
    """Give up to `most` shares of what a member waits for, the latest first; how many it were."""
    query = select(Wait).where(
        Wait.member_id == member_id,
        Wait.item_id == want.item_id,
        Wait.option == want.option,
        Wait.person == want.person,
        Wait.state.in_(ACTIVE),
    )
    given_up = 0
    for wait in session.scalars(query.order_by(Wait.id.desc())).all():
        less = min(most - given_up, wait.quantity)
        if not less:
            break
        if wait.state == WaitState.OFFERED:
            shares.take_stock(session, wait.item, -less)
        if less == wait.quantity:
            wait.state, wait.offered_until = WaitState.CANCELLED, None
        else:
            wait.quantity -= less
        given_up += less
    session.flush()
    return given_up


def refill(
    session: Session,
    group_buy: GroupBuy,
    *,
    now: datetime,
    programme: Programme,
    most: int | None = None,
) -> list[Wait]:
    """Give what is free in a held group-buy to those who wait for it; whom it reached.

    At most `most` of them. Where it has `hold_minutes` it is offered to them,
    else it is in their order already.
    """
    if group_buy.stage not in (Stage.OPEN, Stage.CLOSED):
        return []
    served: list[Wait] = []
    for item in group_buy.items:
        for wait in _waiting(session, item):
            if most is not None and len(served) >= most:
                return served
            # the next one may be content with less; this one keeps its place
            if shares.take_stock(session, item, wait.quantity):
                _serve(session, group_buy, wait, now=now, programme=programme)
                served.append(wait)
    return served


def accept(
    session: Session, number: int, member_id: int, *, now: datetime, programme: Programme
) -> list[Wait]:
    """Take into the member's order what a group-buy holds for them.

    Raises:
        NothingOffered: nothing is, or it lapsed.
    """
    group_buy = group_buys.hold(session, number)
    offered = [
        wait
        for wait in of_member(session, member_id, number)
        if wait.offered_until is not None and wait.offered_until > now
    ]
    if not offered:
        raise NothingOffered
    for wait in offered:
        _into_order(session, group_buy, wait, now=now, programme=programme)
    return offered


def lapse(session: Session, number: int, *, now: datetime, programme: Programme) -> Lapsed:
    """End the offers of a group-buy that were not taken in time, and serve the next in line."""
    group_buy = group_buys.hold(session, number)
    lapsed = session.execute(
        update(Wait)
        .where(
            Wait.group_buy_id == number,
            Wait.state == WaitState.OFFERED,
            Wait.offered_until <= now,
        )
        .values(state=WaitState.LAPSED, offered_until=None)
        .returning(Wait.id, Wait.item_id, Wait.quantity)
        .execution_options(synchronize_session=False)
    ).all()
    for _id, item_id, quantity in lapsed:
        shares.take_stock(session, shares.item_of(group_buy, item_id), -quantity)
    session.expire_all()
    group_buy = group_buys.hold(session, number)
    if not lapsed:
        return Lapsed([], [])
    query = select(Wait).where(Wait.id.in_([each.id for each in lapsed])).order_by(Wait.id)
    ended = list(session.scalars(query))
    return Lapsed(ended, refill(session, group_buy, now=now, programme=programme))


def overdue(session: Session, *, now: datetime) -> Sequence[int]:
    """The group-buys that have offers which were not taken in time."""
    query = select(Wait.group_buy_id).where(
        Wait.state == WaitState.OFFERED, Wait.offered_until <= now
    )
    return sorted(set(session.scalars(query).all()))


def _waiting(session: Session, item: Item) -> Sequence[Wait]:
    query = select(Wait).where(Wait.item_id == item.id, Wait.state == WaitState.WAITING)
    return session.scalars(query.order_by(Wait.id)).all()


def _serve(
    session: Session, group_buy: GroupBuy, wait: Wait, *, now: datetime, programme: Programme
) -> None:
    if group_buy.hold_minutes:
        wait.state = WaitState.OFFERED
        wait.offered_until = now + timedelta(minutes=group_buy.hold_minutes)
        session.flush()
    else:
        bill = _into_order(session, group_buy, wait, now=now, programme=programme)
        if _only_in_a_group(session, wait.member_id):
            bill.tentative = True


def _into_order(
    session: Session, group_buy: GroupBuy, wait: Wait, *, now: datetime, programme: Programme
) -> Bill:
    """Make shares that are taken for a wait part of its member's order."""
    wait.state, wait.offered_until = WaitState.TAKEN, None
    had = shares.open_bill(session, group_buy.id, wait.member_id)
    want = Want(wait.item_id, wait.option, wait.quantity, wait.person)
    bill = shares.add(session, group_buy, wait.member_id, had, want, now=now)
    if had is None:
        deposits.ask(session, bill, now=now, programme=programme)
    billing.price(session, bill, group_buy, now=now, programme=programme)
    return bill


def _only_in_a_group(session: Session, member_id: int) -> bool:
    """Whether somebody is on LINE and has not added the account: then it counts for now."""
    query = select(Member.line_user_id, Member.is_friend).where(Member.id == member_id)
    line_user_id, is_friend = session.execute(query).one()
    return line_user_id is not None and not is_friend
