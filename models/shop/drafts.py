"""Drafts of group-buys: kept until they are published or thrown away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.shop import group_buys
from models.shop.group_buy_records import GroupBuy, Stage

REMEMBERED = 20


class ClosingOver(Refusal):
    """A draft whose closing time has passed before it was published."""

    def __init__(self, number: int) -> None:
        super().__init__(
            N_("第 {number} 團的結單時間已經過了，先用「/延長 {number} 12/20 21:00」改時間。"),
            number=number,
        )


def saved(session: Session) -> Sequence[GroupBuy]:
    """The drafts, the newest first."""
    query = select(GroupBuy).where(GroupBuy.stage == Stage.DRAFT)
    return session.scalars(query.order_by(GroupBuy.id.desc())).all()


def find(session: Session, number: int, *, now: datetime) -> GroupBuy:
    """A draft that can be published as it is.

    Raises:
        NoSuchGroupBuy: there is none by this number.
        WrongStage: it is a draft no more.
        ClosingOver: its time is over.
    """
    found = group_buys.hold(session, number)
    if found.stage != Stage.DRAFT:
        raise group_buys.WrongStage(found)
    if found.closes_at is not None and found.closes_at <= now:
        raise ClosingOver(number)
    return found


def drop(session: Session, number: int) -> str:
    """Throw a draft away; its title.

    Raises:
        NoSuchGroupBuy: there is none by this number.
        WrongStage: it is a draft no more.
    """
    found = group_buys.hold(session, number)
    if found.stage != Stage.DRAFT:
        raise group_buys.WrongStage(found)
    title = found.title
    for item in list(found.items):
        session.delete(item)
    session.flush()
    session.delete(found)
    session.flush()
    return title


def places(session: Session) -> list[str]:
    """Where goods were picked up of late, each place once, the newest first."""
    query = select(GroupBuy.pickup).where(GroupBuy.pickup != "")
    found = session.scalars(query.order_by(GroupBuy.id.desc()).limit(REMEMBERED))
    return list(dict.fromkeys(found))
