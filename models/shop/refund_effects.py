"""What a refund would do, found by doing it and taking it back: the preview cannot be wrong."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import local_day
from models.loyalty import points, tiers
from models.loyalty.coupon_records import Coupon, CouponUse
from models.programme import Programme
from models.shop import refunds
from models.shop.bill_records import Bill


class Effects(NamedTuple):
    """What follows from giving back `amount` NT$.

    `returned` points come back that were spent on the order, `taken` go that it earned,
    of which `owed` are claimed from the next earning. `tier` is the new one, None if it stays.
    """

    amount: int
    returned: int
    taken: int
    owed: int
    coupons: int
    tier: str | None


class _State(NamedTuple):
    transaction: int
    debt: int
    coupons: int
    tier: str


def preview(
    session: Session, bill: Bill, amount: int | None, *, now: datetime, programme: Programme
) -> Effects:
    """What `refunds.refund` would do; nothing of it is kept.

    Raises:
        RefundTooMuch: less is left of what was paid.
        CannotBecome: nothing was paid yet.
    """
    before = _state(session, bill, now, programme)
    with session.begin_nested() as attempt:
        given = refunds.refund(session, bill, amount, now=now, programme=programme)
        found = _since(session, bill, given, before, now=now, programme=programme)
        attempt.rollback()
    session.refresh(bill)
    session.refresh(bill.order)
    return found


def carry_out(
    session: Session,
    bill: Bill,
    amount: int | None,
    *,
    seen: int,
    now: datetime,
    programme: Programme,
) -> Effects:
    """Refund, if no more than `seen` NT$ were refunded so far, and say what followed.

    Raises:
        RefundTooMuch: less is left of what was paid.
        CannotBecome: nothing was paid yet.
        OrderMoved: something else was refunded meanwhile.
    """
    before = _state(session, bill, now, programme)
    given = refunds.refund(session, bill, amount, now=now, programme=programme, seen=seen)
    return _since(session, bill, given, before, now=now, programme=programme)


def _since(
    session: Session,
    bill: Bill,
    amount: int,
    before: _State,
    *,
    now: datetime,
    programme: Programme,
) -> Effects:
    """What has changed for the member."""
    after = _state(session, bill, now, programme)
    return Effects(
        amount,
        -_moved(session, bill.member_id, before, points.Kind.GIVE_BACK, points.Account.REDEEMED),
        _moved(session, bill.member_id, before, points.Kind.TAKE_BACK, points.Account.REVERSED),
        after.debt - before.debt,
        before.coupons - after.coupons,
        after.tier if after.tier != before.tier else None,
    )


def _state(session: Session, bill: Bill, now: datetime, programme: Programme) -> _State:
    latest = select(func.max(points.PointTransaction.id)).where(
        points.PointTransaction.member_id == bill.member_id
    )
    held = (
        select(func.count(CouponUse.id))
        .join(Coupon, Coupon.id == CouponUse.coupon_id)
        .where(Coupon.member_id == bill.member_id, CouponUse.returned_at.is_(None))
    )
    standing = tiers.standing(session, bill.member_id, today=local_day(now), programme=programme)
    return _State(
        session.scalar(latest) or 0,
        points.balance(session, bill.member_id, now).debt,
        session.scalar(held) or 0,
        standing.tier.name,
    )


def _moved(
    session: Session, member_id: int, before: _State, kind: points.Kind, account: points.Account
) -> int:
    query = (
        select(func.coalesce(func.sum(points.PointEntry.amount), 0))
        .join(
            points.PointTransaction, points.PointTransaction.id == points.PointEntry.transaction_id
        )
        .where(
            points.PointTransaction.member_id == member_id,
            points.PointTransaction.id > before.transaction,
            points.PointTransaction.kind == kind,
            points.PointEntry.account == account,
        )
    )
    return int(session.scalar(query) or 0)
