"""Whether the books about coupons agree with each other, for `ledger verify`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.loyalty import codes
from models.loyalty.coupon_records import (
    Coupon,
    CouponCount,
    CouponDefinition,
    CouponHandout,
    CouponState,
    CouponUse,
)
from models.people.members import Member
from models.spans import Parts, Span, whole


def verify(session: Session, parts: Parts = whole) -> list[str]:
    """A sentence for each thing that is wrong; none if the books are sound."""
    found = list(_definitions(session))
    found += (fault for span in parts(Member.id) for fault in _counts(session, span))
    for check in (_uncounted, _codes, _uses, _handouts):
        found += (fault for span in parts(Coupon.id) for fault in check(session, span))
    return found


def _definitions(session: Session) -> Iterator[str]:
    coupons = func.count(Coupon.id)
    for key, counted, found in session.execute(
        select(CouponDefinition.key, CouponDefinition.issued, coupons)
        .outerjoin(Coupon, Coupon.definition_id == CouponDefinition.id)
        .group_by(CouponDefinition.id)
        .having(coupons != CouponDefinition.issued)
        .order_by(CouponDefinition.key)
    ):
        yield f"coupon kind {key} counts {counted} issued, but there are {found}"


def _counts(session: Session, span: Span) -> Iterator[str]:
    coupons = func.count(Coupon.id)
    for definition, member, counted, found in session.execute(
        select(CouponCount.definition_id, CouponCount.member_id, CouponCount.issued, coupons)
        # by way of their kinds, which are few: their index has the member after the kind
        .select_from(CouponDefinition)
        .join(CouponCount, CouponCount.definition_id == CouponDefinition.id)
        .outerjoin(
            Coupon,
            (Coupon.definition_id == CouponCount.definition_id)
            & (Coupon.member_id == CouponCount.member_id),
        )
        .where(span.holds(CouponCount.member_id))
        .group_by(CouponCount.definition_id, CouponCount.member_id, CouponCount.issued)
        .having(coupons != CouponCount.issued)
        .order_by(CouponCount.definition_id, CouponCount.member_id)
    ):
        yield (
            f"member {member} counts {counted} coupons of kind {definition}, but there are {found}"
        )


def _uncounted(session: Session, span: Span) -> Iterator[str]:
    counted = (
        select(CouponCount.member_id)
        .where(
            CouponCount.definition_id == Coupon.definition_id,
            CouponCount.member_id == Coupon.member_id,
        )
        .exists()
    )
    query = select(Coupon.id).where(~counted, span.holds(Coupon.id))
    for coupon in session.scalars(query.order_by(Coupon.id)):
        yield f"coupon {coupon} is in no count of its member"


def _codes(session: Session, span: Span) -> Iterator[str]:
    query = select(Coupon.id, Coupon.code).where(span.holds(Coupon.id))
    for coupon, code in session.execute(query.order_by(Coupon.id)):
        if not codes.is_whole(code):
            yield f"coupon {coupon} has a code that does not add up"


def _uses(session: Session, span: Span) -> Iterator[str]:
    """A used coupon has one open use, and any other has none."""
    used, is_open = Coupon.state == CouponState.USED, CouponUse.id.is_not(None)
    for coupon, state in session.execute(
        select(Coupon.id, Coupon.state)
        .outerjoin(CouponUse, (CouponUse.coupon_id == Coupon.id) & CouponUse.returned_at.is_(None))
        .where(used != is_open, span.holds(Coupon.id))
        .order_by(Coupon.id)
    ):
        open_uses = "no open use" if state == CouponState.USED else "an open use"
        yield f"coupon {coupon} is {state} and has {open_uses}"


def _handouts(session: Session, span: Span) -> Iterator[str]:
    """A coupon given by hand belongs to an act of giving its kind."""
    act = select(CouponHandout.id).where(
        CouponHandout.id == Coupon.handout_id,
        CouponHandout.definition_id == Coupon.definition_id,
    )
    query = select(Coupon.id).where(
        Coupon.handout_id.is_not(None), ~act.exists(), span.holds(Coupon.id)
    )
    for coupon in session.scalars(query.order_by(Coupon.id)):
        yield f"coupon {coupon} belongs to an act of giving that is not there"
