"""Gifts: on joining, and once for a first profile field to those who have not bought yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import exists, update
from sqlalchemy.orm import Session

from models.loyalty import coupons
from models.loyalty.coupons import Coupon
from models.loyalty.tiers_records import TierCredit
from models.people.members import Member
from models.programme import Programme


def newcomer(
    session: Session, member_id: int, *, programme: Programme, now: datetime
) -> list[Coupon]:
    """The coupons given now; none if the gift was given before, or isn't theirs to get."""
    bought = exists().where(TierCredit.member_id == Member.id)
    first = session.execute(
        update(Member)
        .where(Member.id == member_id, Member.gifted_at.is_(None), ~bought)
        .values(gifted_at=now)
        .returning(Member.id)
    ).first()
    if first is None:
        return []
    keys = programme.gifts.newcomer
    return _give(session, member_id, "newcomer", keys, programme=programme, now=now)


def welcome(
    session: Session, member_id: int, *, programme: Programme, now: datetime
) -> list[Coupon]:
    """The coupons that come with joining, each once in a lifetime."""
    keys = programme.gifts.welcome
    return _give(session, member_id, "welcome", keys, programme=programme, now=now)


def _give(
    session: Session,
    member_id: int,
    occasion: str,
    keys: Iterable[str],
    *,
    programme: Programme,
    now: datetime,
) -> list[Coupon]:
    return [
        coupons.issue(
            session,
            programme.coupons[key],
            member_id,
            source=f"{occasion}:{key}:{member_id}",
            now=now,
        )
        for key in keys
    ]
