"""Guessing is slow: ten wrong codes an hour per person, in any sixty minutes.

A person has ten slots, each free again an hour after it was used. A try takes
one before anything is looked up and gets it back only if the code was right,
so that many tries at once get no further than one after the other.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal, insert
from models.loyalty.coupon_records import CouponTry

TRIES = 10
HOUR = timedelta(hours=1)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class TooManyTries(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("券碼輸入錯誤太多次了，請一小時後再試。"))


def take(session: Session, member_id: int, *, now: datetime) -> int:
    """Use up one of the person's tries; which one it was.

    Raises:
        TooManyTries: the last hour's are used up.
    """
    slots = [{"member_id": member_id, "slot": slot, "at": NEVER} for slot in range(TRIES)]
    session.execute(insert(session, CouponTry).values(slots).on_conflict_do_nothing())
    free = (
        select(CouponTry.slot)
        .where(CouponTry.member_id == member_id, CouponTry.at <= now - HOUR)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = session.scalar(
        update(CouponTry)
        .where(CouponTry.member_id == member_id, CouponTry.slot == free)
        .values(at=now)
        .returning(CouponTry.slot)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        raise TooManyTries
    return taken


def give_back(session: Session, member_id: int, slot: int, *, now: datetime) -> None:
    """The code was right: the try does not count. Slots that say nothing go too."""
    session.execute(
        delete(CouponTry)
        .where(
            CouponTry.member_id == member_id,
            or_(CouponTry.slot == slot, CouponTry.at <= now - HOUR),
        )
        .execution_options(synchronize_session=False)
    )
