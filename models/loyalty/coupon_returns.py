"""Coupons coming back: from an order that came to nothing, or redeemed at the counter by mistake.

A coupon keeps its last day. If the shop is to blame (a group-buy that failed, a
slip at the counter), it is usable for a few days at least: `extended_until`
then says so beside the terms, which nothing changes.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal, end_of_day, local_day
from models.loyalty import codes, coupon_tries
from models.loyalty.coupon_records import Coupon, CouponState, CouponUse
from models.loyalty.coupon_using import NoSuchCoupon, find, sources

COUNTER = "counter:"


class NotRedeemed(Refusal):
    buttons = ("/核銷",)

    def __init__(self, name: str) -> None:
        super().__init__(N_("「{name}」這張券沒有核銷過，不用更正。"), name=name)


class UsedOnOrder(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(
            N_("「{name}」用在訂單上，不是在櫃檯核銷的；取消或修改那筆訂單，券就會退回。"),
            name=name,
        )


def give_back(session: Session, *, source: str, now: datetime) -> Coupon | None:
    """Undo what `redeem` did for `source`; None if there is nothing to undo.

    The coupon keeps its last day.
    """
    returned = _returned(session, CouponUse.source == source, now=now, grace_days=0)
    return returned[0] if returned else None


def return_for(
    session: Session, *, source: str, now: datetime, grace_days: int = 0
) -> list[Coupon]:
    """Undo what `redeem_for` did for `source`: the coupons given back now, none the second time.

    With `grace_days` they are usable through that many days from now at least:
    for orders that came to nothing through no fault of the member.
    """
    these = CouponUse.source.in_(sources(source))
    return _returned(session, these, now=now, grace_days=grace_days)


def counter_use(session: Session, code: str, *, by: int, now: datetime) -> CouponUse:
    """How a coupon was redeemed at the counter.

    Raises:
        NoSuchCoupon: there is no such code; the try is counted.
        TooManyTries: `by` typed ten wrong codes within the hour.
        NotRedeemed: it is not used.
        UsedOnOrder: it was used on an order.
    """
    slot = coupon_tries.take(session, by, now=now)
    coupon = find(session, Coupon.code == codes.read(code))
    if coupon is None:
        raise NoSuchCoupon
    coupon_tries.give_back(session, by, slot, now=now)
    use = session.scalar(
        select(CouponUse).where(CouponUse.coupon_id == coupon.id, CouponUse.returned_at.is_(None))
    )
    if use is None:
        raise NotRedeemed(coupon.name)
    if not use.source.startswith(COUNTER):
        raise UsedOnOrder(coupon.name)
    return use


def correct(session: Session, use_id: int, *, now: datetime, grace_days: int = 0) -> Coupon | None:
    """Undo a redemption at the counter; None if that was done before."""
    returned = _returned(session, CouponUse.id == use_id, now=now, grace_days=grace_days)
    return returned[0] if returned else None


def _returned(
    session: Session, these: ColumnElement[bool], *, now: datetime, grace_days: int
) -> list[Coupon]:
    # in one order, so that two who give back the same never wait for each other
    held = select(CouponUse.id).where(these, CouponUse.returned_at.is_(None))
    waiting = list(session.scalars(held.order_by(CouponUse.id).with_for_update()))
    returned = session.scalars(
        update(CouponUse)
        .where(CouponUse.id.in_(waiting), CouponUse.returned_at.is_(None))
        .values(returned_at=now)
        .returning(CouponUse.coupon_id)
        .execution_options(synchronize_session=False)
    ).all()
    if not returned:
        return []
    theirs = Coupon.id.in_(returned), Coupon.state == CouponState.USED
    at_least = end_of_day(local_day(now), days_later=grace_days)
    if grace_days:
        session.execute(
            update(Coupon)
            .where(*theirs, Coupon.expires_at < at_least)
            .values(extended_until=at_least)
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(Coupon)
        .where(*theirs)
        .values(state=CouponState.ISSUED, used_at=None)
        .execution_options(synchronize_session=False)
    )
    query = select(Coupon).where(Coupon.id.in_(returned)).order_by(Coupon.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))
