"""Coupons: given within limits, used once, taken back or voided; a member's wallet.

Everything other packages need is here. A wrong code counts against whoever
typed it, so its refusal keeps what was written: use a code before writing
anything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from models.base import N_, Refusal, among_given, dialect, end_of_day, local_day
from models.loyalty import codes, coupon_tries
from models.loyalty.coupon_checks import verify
from models.loyalty.coupon_facts import CouponFact, Wallet, applies, discount, fact, sorted_wallet
from models.loyalty.coupon_issuing import (
    CouponsGone,
    OnePerMember,
    PeriodOver,
    SourceReused,
    ensure,
    issue,
    issue_many,
)
from models.loyalty.coupon_records import Coupon, CouponDefinition, CouponState, CouponUse
from models.loyalty.coupon_tries import TooManyTries

__all__ = [
    "Coupon",
    "CouponDefinition",
    "CouponFact",
    "CouponState",
    "CouponUsed",
    "CouponsGone",
    "NoSuchCoupon",
    "OnePerMember",
    "PeriodOver",
    "SourceReused",
    "TooManyTries",
    "Wallet",
    "applies",
    "discount",
    "ensure",
    "expiring",
    "fact",
    "give_back",
    "issue",
    "issue_many",
    "redeem",
    "usable",
    "verify",
    "void",
    "wallet",
    "wallets",
]

REMEMBERED = timedelta(days=90)


class NoSuchCoupon(Refusal):
    """One answer for every code that cannot be used, whatever the reason."""

    keeps = True

    def __init__(self) -> None:
        super().__init__(N_("找不到可以使用的優惠券，請確認券碼。"))


class CouponUsed(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("這張優惠券已經使用了，不能作廢。"))


def usable(now: datetime) -> ColumnElement[bool]:
    """Coupons that can be used at this moment."""
    goes_on = or_(Coupon.expires_at > now, Coupon.extended_until > now)
    return and_(Coupon.state == CouponState.ISSUED, Coupon.valid_from <= now, goes_on)


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


def redeem(
    session: Session, code: str, *, by: int, member_id: int | None, source: str, now: datetime
) -> Coupon:
    """Use a coupon on `source`, once; the same source again is the same coupon.

    `by` is the member id of whoever typed the code. `member_id` is whose coupon
    it must be; None, for organisers, anybody's. Every wrong code takes the same
    statements, so that neither the answer nor its time tells one from another.

    Raises:
        NoSuchCoupon: there is no such code, or it is used, void, expired, not
            yet valid, or somebody else's; the try is counted.
        TooManyTries: `by` typed ten wrong codes within the hour.
        SourceReused: the source was spent on another coupon.
    """
    code = codes.read(code)
    earlier = _spent_on(session, source, code, member_id)
    if earlier is not None:
        return earlier
    slot = coupon_tries.take(session, by, now=now)
    coupon = _use(session, code, member_id, now)
    if coupon is not None:
        use = CouponUse(coupon_id=coupon.id, source=source, by=by, used_at=now)
        session.add(use)
        session.flush()
    else:
        # the same request may have come twice at once
        coupon = _spent_on(session, source, code, member_id)
    if coupon is None:
        raise NoSuchCoupon
    coupon_tries.give_back(session, by, slot, now=now)
    return coupon


def give_back(session: Session, *, source: str, now: datetime) -> Coupon | None:
    """Undo what `redeem` did for `source`; None if there is nothing to undo.

    The coupon keeps its last day.
    """
    returned = session.scalar(
        update(CouponUse)
        .where(CouponUse.source == source, CouponUse.returned_at.is_(None))
        .values(returned_at=now)
        .returning(CouponUse.coupon_id)
        .execution_options(synchronize_session=False)
    )
    if returned is None:
        return None
    session.execute(
        update(Coupon)
        .where(Coupon.id == returned, Coupon.state == CouponState.USED)
        .values(state=CouponState.ISSUED, used_at=None)
        .execution_options(synchronize_session=False)
    )
    return session.get_one(Coupon, returned, populate_existing=True)


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
    coupon = _find(session, Coupon.code == code)
    if coupon is None:
        raise NoSuchCoupon
    coupon_tries.give_back(session, by, slot, now=now)
    if coupon.state == CouponState.USED:
        raise CouponUsed
    return coupon


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


def _use(session: Session, code: str, member_id: int | None, now: datetime) -> Coupon | None:
    """Mark a coupon used if all is right with it; the one statement decides."""
    owned = true() if member_id is None else Coupon.member_id == member_id
    used = session.scalar(
        update(Coupon)
        .where(Coupon.code == code, usable(now), owned)
        .values(state=CouponState.USED, used_at=now)
        .returning(Coupon.id)
        .execution_options(synchronize_session=False)
    )
    return None if used is None else session.get_one(Coupon, used, populate_existing=True)


def _spent_on(session: Session, source: str, code: str, member_id: int | None) -> Coupon | None:
    """The coupon that this source used up earlier."""
    coupon = _find(session, Coupon.id == CouponUse.coupon_id, CouponUse.source == source)
    if coupon is not None and (coupon.code != code or member_id not in {None, coupon.member_id}):
        raise SourceReused(source)
    return coupon


def _find(session: Session, *conditions: ColumnElement[bool]) -> Coupon | None:
    return session.scalar(
        select(Coupon).where(*conditions).execution_options(populate_existing=True)
    )
