"""What each of a crowd does to the points ledger."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.loyalty import points
from models.terms import PointTerms
from tests.chaos.rush import Meet, shop

CLAIMS = 150
NOW = datetime.fromisoformat("2026-11-24T12:00+08:00")
TODAY = date(2026, 11, 24)
TERMS = PointTerms()
Claim = Callable[[Session, int, str], None]


def record_events(
    number: int, meet: Meet, url: str, secret: str, members: list[int], events: int, ids: int
) -> int:
    """Earn `events` times from `ids` sources in an order of one's own; how many were new."""
    sessions = shop(url, secret)
    order = [index % ids for index in range(events)]
    random.Random(number).shuffle(order)
    meet()
    new = 0
    for event in order:
        with sessions.begin() as session:
            member_id = members[event % len(members)]
            new += earn(session, member_id, worth(event), f"event:{event}") is not None
    return new


def claim_points(
    number: int, meet: Meet, url: str, secret: str, members: list[int], crowd: int, claim: Claim
) -> list[int]:
    """One's part of the claims on each member's points in turn; how many were granted of each."""
    sessions = shop(url, secret)
    granted = []
    for member_id in members:
        meet()
        taken = 0
        for turn in range(number, CLAIMS, crowd):
            with sessions() as session:
                try:
                    claim(session, member_id, f"claim:{member_id}:{turn}")
                    session.commit()
                except points.NotEnoughPoints:
                    continue
                taken += 1
        granted.append(taken)
    return granted


def spend_one(session: Session, member_id: int, source: str) -> None:
    points.spend(session, member_id, 1, source=source, now=NOW, reason="折抵")


def read_then_spend_one(session: Session, member_id: int, _source: str) -> None:
    """The control: look first, and later write what was seen less one."""
    mine = points.PointBalance.member_id == member_id
    available = session.scalars(select(points.PointBalance.available).where(mine)).one()
    # two transactions, as with a database that does not serialise them
    session.commit()
    if available < 1:
        raise points.NotEnoughPoints(available)
    session.execute(update(points.PointBalance).where(mine).values(available=available - 1))


def worth(event: int) -> int:
    return 1 + event % 7


def earn(
    session: Session, member_id: int, amount: int, source: str
) -> points.PointTransaction | None:
    return points.earn(
        session,
        member_id,
        amount,
        source=source,
        earned_on=TODAY,
        now=NOW,
        terms=TERMS,
        reason="消費",
    )
