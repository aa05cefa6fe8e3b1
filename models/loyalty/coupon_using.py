"""Coupons being used: one by its code at the counter, several together on an order.

One conditional update decides who gets a coupon. A wrong code counts against
whoever typed it, so its refusal keeps what was written: use a code before
writing anything else.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, true, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.loyalty import codes, coupon_tries
from models.loyalty.coupon_facts import CouponFact, fact
from models.loyalty.coupon_issuing import SourceReused
from models.loyalty.coupon_records import Coupon, CouponState, CouponUse

TOGETHER = 5  # more coupons than one order ever uses


class NoSuchCoupon(Refusal):
    """One answer for every code that cannot be used, whatever the reason."""

    keeps = True

    def __init__(self) -> None:
        super().__init__(N_("找不到可以使用的優惠券，請確認券碼。"))


class CouponTaken(Refusal):
    """It could be used when the order was quoted."""

    buttons = ("優惠券",)

    def __init__(self, name: str) -> None:
        super().__init__(
            N_("「{name}」剛剛用掉、過期或失效了，這次沒有更動，請重新看一次訂單再確認。"),
            name=name,
        )


def usable(now: datetime) -> ColumnElement[bool]:
    """Coupons that can be used at this moment."""
    goes_on = or_(Coupon.expires_at > now, Coupon.extended_until > now)
    return and_(Coupon.state == CouponState.ISSUED, Coupon.valid_from <= now, goes_on)


def redeem(
    session: Session, code: str, *, by: int, member_id: int | None, source: str, now: datetime
) -> Coupon:
    """Use a coupon on `source`, once; the same source again is the same coupon.

    `by` is the member id of whoever typed the code. `member_id` is whose coupon
    it must be, unless it may be passed on; None, for organisers, anybody's.
    Every wrong code takes the same statements, so that neither the answer nor
    its time tells one from another.

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


def redeem_for(
    session: Session,
    codes_chosen: Iterable[str],
    *,
    member_id: int,
    source: str,
    now: datetime,
    by: int | None = None,
) -> list[Coupon]:
    """Use several coupons on `source` ("order:3-12:1"), all or none; again is the same coupons.

    The codes are those that a quote chose from the member's own: they are not
    counted as guesses. `by` is who confirmed, if it was not the member.

    Raises:
        CouponTaken: one of them was used by another order, or ended, in the meantime.
        SourceReused: the source was spent on other coupons, or gave them back.
    """
    wanted = sorted({codes.read(code) or code for code in codes_chosen})
    if not wanted:
        return []
    if len(wanted) > TOGETHER:
        raise ValueError(f"{len(wanted)} coupons on one order")
    with session.begin_nested():  # a refusal that is caught must not leave half of it behind
        taken = [_mark(session, code, member_id, now) for code in wanted]
        if not any(taken):
            return _spent_before(session, wanted, source)
        if None in taken:
            raise _gone(session, wanted[taken.index(None)])
        if _spent(session, source):
            raise SourceReused(source)
        session.add_all(
            CouponUse(coupon_id=coupon_id, source=each, by=by or member_id, used_at=now)
            for coupon_id, each in zip(taken, sources(source), strict=False)
        )
        session.flush()
    query = select(Coupon).where(Coupon.id.in_(taken)).order_by(Coupon.code)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def presented(
    session: Session, code: str, *, by: int, member_id: int, now: datetime
) -> CouponFact:
    """The coupon of a code that a member typed, theirs or one that was passed on to them.

    Raises:
        NoSuchCoupon: there is none that they can use; the try is counted.
        TooManyTries: `by` typed ten wrong codes within the hour.
    """
    slot = coupon_tries.take(session, by, now=now)
    coupon = find(session, Coupon.code == codes.read(code), usable(now), _theirs(member_id))
    if coupon is None:
        raise NoSuchCoupon
    coupon_tries.give_back(session, by, slot, now=now)
    return fact(coupon)


def sources(source: str) -> list[str]:
    """The sources of the single uses on `source`."""
    return [f"{source}:{number}" for number in range(1, TOGETHER + 1)]


def _spent(session: Session, source: str) -> list[CouponUse]:
    spent = select(CouponUse).where(CouponUse.source.in_(sources(source)))
    return list(session.scalars(spent.execution_options(populate_existing=True)))


def _spent_before(session: Session, wanted: list[str], source: str) -> list[Coupon]:
    """The coupons that this source used earlier, or a refusal."""
    spent = {use.coupon_id: use for use in _spent(session, source)}
    held = {
        coupon.code: coupon
        for coupon in session.scalars(select(Coupon).where(Coupon.id.in_(list(spent))))
    }
    if not spent:
        raise _gone(session, wanted[0])
    if set(held) != set(wanted) or any(use.returned_at for use in spent.values()):
        raise SourceReused(source)
    return [held[code] for code in wanted]


def _gone(session: Session, code: str) -> Refusal:
    coupon = find(session, Coupon.code == code)
    return NoSuchCoupon() if coupon is None else CouponTaken(coupon.name)


def _use(session: Session, code: str, member_id: int | None, now: datetime) -> Coupon | None:
    used = _mark(session, code, member_id, now)
    return None if used is None else session.get_one(Coupon, used, populate_existing=True)


def _mark(session: Session, code: str, member_id: int | None, now: datetime) -> int | None:
    """Mark a coupon used if all is right with it; the one statement decides. Its id."""
    return session.scalar(
        update(Coupon)
        .where(Coupon.code == code, usable(now), _theirs(member_id))
        .values(state=CouponState.USED, used_at=now)
        .returning(Coupon.id)
        .execution_options(synchronize_session=False)
    )


def _spent_on(session: Session, source: str, code: str, member_id: int | None) -> Coupon | None:
    """The coupon that this source used up earlier."""
    coupon = find(session, Coupon.id == CouponUse.coupon_id, CouponUse.source == source)
    if coupon is None:
        return None
    theirs = member_id in {None, coupon.member_id} or not coupon.bound
    if coupon.code != code or not theirs:
        raise SourceReused(source)
    return coupon


def _theirs(member_id: int | None) -> ColumnElement[bool]:
    """Coupons that a member may use: their own, and those that may be passed on."""
    if member_id is None:
        return true()
    return or_(Coupon.member_id == member_id, Coupon.bound.is_(False))


def find(session: Session, *conditions: ColumnElement[bool]) -> Coupon | None:
    """The one coupon for which this holds, as it is now."""
    return session.scalar(
        select(Coupon).where(*conditions).execution_options(populate_existing=True)
    )
