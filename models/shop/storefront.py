"""What is on sale for one member: which group-buys are open to them, which open later.

A group-buy in which they have an order stays in sight whatever becomes of their tier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from models.programme import Programme, Tier
from models.shop import group_buys
from models.shop.access import Access
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy, Stage

REMEMBERED = timedelta(days=14)
MOST = 20
LATELY = (Stage.OPEN, Stage.CLOSED, Stage.ARRIVED)


@dataclass(frozen=True)
class Shelf:
    """What a member of this tier sees; `upcoming` with when each opens for them."""

    tier: Tier
    open: tuple[GroupBuy, ...]
    upcoming: tuple[tuple[GroupBuy, datetime], ...]

    def price(self, listed: int) -> int:
        """What goods at this price cost the member, rounded down as on every order."""
        return listed * self.tier.pay // 100


def shelf(
    session: Session,
    member_id: int,
    *,
    now: datetime,
    programme: Programme,
    access: Access | None = None,
) -> Shelf:
    """What is open to a member now, the next to close first, and what will be.

    `access` is theirs, if known.
    """
    access = access or Access(session, member_id, now, programme)
    shown = _shown(access)
    now_open, later = [], []
    for group_buy in group_buys.running(session, shown, now=now):
        opens_at = access.opens_at(group_buy)
        if opens_at <= now:
            now_open.append(group_buy)
        else:
            later.append((group_buy, opens_at))
    later.sort(key=lambda each: each[1])
    return Shelf(access.tier, tuple(now_open), tuple(later))


def just_closed(session: Session, access: Access, *, now: datetime) -> Sequence[GroupBuy]:
    """What a member could have joined until lately, the last to close first."""
    shown = _shown(access)
    over = or_(
        GroupBuy.closed_at > now - REMEMBERED,
        (GroupBuy.closes_at > now - REMEMBERED) & (GroupBuy.closes_at <= now),
    )
    query = select(GroupBuy).where(shown, over, GroupBuy.stage.in_(LATELY))
    return session.scalars(query.order_by(GroupBuy.id.desc()).limit(MOST)).all()


def look_up(
    session: Session, member_id: int, number: int, *, now: datetime, programme: Programme
) -> GroupBuy:
    """The group-buy with this number, if the member may join it now.

    Raises:
        NoSuchGroupBuy: there is none that they may see.
        Closed, NotOpenYet: it is over, or not open for their tier yet.
    """
    access = Access(session, member_id, now, programme)
    found = session.scalar(select(GroupBuy).where(GroupBuy.id == number, _shown(access)))
    if found is None:
        raise group_buys.NoSuchGroupBuy(number)
    access.check(found)
    return found


def _shown(access: Access) -> ColumnElement[bool]:
    visible = group_buys.visible(
        tier=access.tier.key, tags=access.tags, programme=access.programme
    )
    joined = select(Bill.group_buy_id).where(
        Bill.member_id == access.member_id, Bill.locked_at.is_(None)
    )
    return or_(visible, GroupBuy.id.in_(joined))
