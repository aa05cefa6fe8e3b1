"""Coupons: given within limits, used once, taken back or voided; a member's wallet.

Everything other packages need is here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Row, Select, bindparam, or_, select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal, among_given, dialect, end_of_day, local_day
from models.loyalty import codes, coupon_tries
from models.loyalty.coupon_checks import verify
from models.loyalty.coupon_facts import CouponFact, Wallet, applies, discount, fact, sorted_wallet
from models.loyalty.coupon_issuing import (
    CouponsGone,
    OnePerMember,
    SourceReused,
    ensure,
    issue,
    issue_many,
)
from models.loyalty.coupon_periods import PeriodOver
from models.loyalty.coupon_records import (
    Coupon,
    CouponDefinition,
    CouponHandout,
    CouponState,
    CouponUse,
)
from models.loyalty.coupon_returns import (
    COUNTER,
    NotRedeemed,
    UsedOnOrder,
    correct,
    counter_use,
    give_back,
    return_for,
)
from models.loyalty.coupon_tries import TooManyTries
from models.loyalty.coupon_using import (
    CouponTaken,
    NoSuchCoupon,
    find,
    presented,
    redeem,
    redeem_for,
    usable,
)

__all__ = [
    "COUNTER",
    "Coupon",
    "CouponDefinition",
    "CouponFact",
    "CouponHandout",
    "CouponState",
    "CouponTaken",
    "CouponUse",
    "CouponUsed",
    "CouponsGone",
    "NoSuchCoupon",
    "NotRedeemed",
    "OnePerMember",
    "PeriodOver",
    "SourceReused",
    "TooManyTries",
    "UsedOnOrder",
    "Wallet",
    "applies",
    "correct",
    "counter_use",
    "discount",
    "ensure",
    "expiring",
    "fact",
    "give_back",
    "issue",
    "issue_many",
    "presented",
    "redeem",
    "redeem_for",
    "return_for",
    "usable",
    "verify",
    "void",
    "wallet",
    "wallets",
]

REMEMBERED = timedelta(days=90)


class CouponUsed(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("這張優惠券已經使用了，不能作廢。"))


def wallet(session: Session, member_id: int, now: datetime) -> Wallet:
    """A member's coupons; used and expired ones for 90 days."""
    return wallets(session, [member_id], now)[member_id]


def wallets(session: Session, member_ids: Sequence[int], now: datetime) -> dict[int, Wallet]:
    """The coupons of each of these members, in one statement."""
    given = {"asked": member_ids, "recent": now - REMEMBERED}
    found: dict[int, list[Row[Any]]] = {member_id: [] for member_id in member_ids}
    for row in session.execute(_held(dialect(session)), given):
        found[row.member_id].append(row)
    return {member_id: sorted_wallet(coupons, now) for member_id, coupons in found.items()}


@cache  # every look at a wallet asks it
def _held(kind: str) -> Select[*tuple[Any, ...]]:
    recent: BindParameter[Any] = bindparam("recent")
    return (
        select(*Coupon.__table__.columns)
        .where(
            among_given(kind, Coupon.member_id),
            Coupon.state != CouponState.VOID,
            or_(
                Coupon.expires_at > recent,
                Coupon.used_at > recent,
                Coupon.extended_until > recent,
            ),
        )
        .order_by(Coupon.expires_at, Coupon.id)
    )


def void(session: Session, code: str, *, by: int, now: datetime) -> Coupon:
    """Make a coupon worthless, as the organiser `by` (a member id) says; once is enough.

    Raises:
        NoSuchCoupon: there is no such code; the try is counted.
        TooManyTries: `by` typed ten wrong codes within the hour.
        CouponUsed: it was used before.
    """
    code = codes.read(code)
    slot = coupon_tries.take(session, by, now=now)
    session.execute(
        update(Coupon)
        .where(Coupon.code == code, Coupon.state == CouponState.ISSUED)
        .values(state=CouponState.VOID, voided_at=now, voided_by=by)
        .execution_options(synchronize_session=False)
    )
    coupon = find(session, Coupon.code == code)
    if coupon is None:
        raise NoSuchCoupon
    coupon_tries.give_back(session, by, slot, now=now)
    if coupon.state == CouponState.USED:
        raise CouponUsed
    return coupon


def void_given(session: Session, sources: Select[str], *, by: int, now: datetime) -> int:
    """Make what was given for these worthless, where it was not used; how many."""
    voided = session.scalars(
        update(Coupon)
        .where(Coupon.source.in_(sources), Coupon.state == CouponState.ISSUED)
        .values(state=CouponState.VOID, voided_at=now, voided_by=by)
        .returning(Coupon.id)
        .execution_options(synchronize_session=False)
    )
    return len(voided.all())


def expiring(now: datetime, *, days: int) -> Select[Coupon]:
    """Usable coupons whose last day is within `days` days of today, in Taipei.

    Not those that the shop gave back late: their holders were told when it did.
    """
    end = end_of_day(local_day(now), days_later=days)
    return (
        select(Coupon)
        .where(usable(now), Coupon.expires_at > now, Coupon.expires_at <= end)
        .where(Coupon.extended_until.is_(None))
    )
