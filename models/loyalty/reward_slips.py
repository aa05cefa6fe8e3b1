"""Slips: what a claimed reward is handed over for, once, and how a claim is undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal, local_day
from models.loyalty import codes, coupons, points
from models.loyalty.coupon_records import Coupon
from models.loyalty.reward_records import ClaimState, Reward, RewardClaim, RewardCount, RewardKind


class NoSuchClaim(Refusal):
    buttons = ("/獎品",)

    def __init__(self) -> None:
        super().__init__(N_("找不到這張兌換單，請確認兌換碼。"))


class AlreadyHanded(Refusal):
    def __init__(self, name: str, at: datetime) -> None:
        on = local_day(at)
        super().__init__(
            N_("這張「{name}」在 {month}/{day} 已經領走了，不要再給一次。"),
            name=name,
            month=on.month,
            day=on.day,
        )


class ClaimCancelled(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(N_("這張「{name}」的兌換已經取消，點數已退回，不要給獎品。"), name=name)


class HandedAsCoupon(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(N_("「{name}」是優惠券，請用「/核銷 券碼」。"), name=name)


def find_claim(session: Session, code: str) -> RewardClaim:
    """The claim with this code on its slip, or with the coupon of this code.

    Raises:
        NoSuchClaim: there is none.
    """
    read = codes.read(code)
    query = (
        select(RewardClaim)
        .outerjoin(Coupon, Coupon.id == RewardClaim.coupon_id)
        .where(or_(RewardClaim.code == read, Coupon.code == read))
        .execution_options(populate_existing=True)
    )
    found = session.scalars(query).one_or_none() if read else None
    if found is None:
        raise NoSuchClaim
    return found


def hand_over(session: Session, code: str, *, by: int, now: datetime) -> RewardClaim:
    """Give out what a slip is for, once; `by` is the member id of whoever did.

    Raises:
        NoSuchClaim, AlreadyHanded, ClaimCancelled: there is nothing to give out for this code.
        HandedAsCoupon: it is a coupon, which is redeemed as such.
    """
    found = find_claim(session, code)
    if found.kind == RewardKind.COUPON:
        raise HandedAsCoupon(found.name)
    waiting = RewardClaim.state == ClaimState.WAITING
    values = {"state": ClaimState.HANDED, "handed_at": now, "handed_by": by}
    if not _changed(session, found, waiting, values):
        if found.state == ClaimState.CANCELLED:
            raise ClaimCancelled(found.name)
        raise AlreadyHanded(found.name, found.handed_at or now)
    return found


def cancel(session: Session, claim_id: int, *, by: int, now: datetime) -> RewardClaim:
    """Undo a claim: its points return to their lots, its reward to the shelf.

    What was handed over is taken to have come back. Once is enough.

    Raises:
        NoSuchClaim: there is no such claim.
        CouponUsed: the coupon that it gave was used.
    """
    found = session.get(RewardClaim, claim_id, populate_existing=True)
    if found is None:
        raise NoSuchClaim
    with session.begin_nested():
        if found.coupon_id is not None:
            coupon = session.get_one(Coupon, found.coupon_id)
            coupons.void(session, coupon.code, by=by, now=now)
        stands = RewardClaim.state != ClaimState.CANCELLED
        values = {"state": ClaimState.CANCELLED, "cancelled_at": now, "cancelled_by": by}
        if _changed(session, found, stands, values):
            _put_back(session, found)
            points.give_back(
                session,
                spent=found.spending,
                source=f"{found.spending}:cancelled",
                points=None,
                now=now,
                reason=found.name,
            )
    return found


def _changed(
    session: Session, found: RewardClaim, condition: ColumnElement[bool], values: dict[str, Any]
) -> bool:
    """Whether this moved the claim on; the one statement decides."""
    moved = session.scalar(
        update(RewardClaim)
        .where(RewardClaim.id == found.id, condition)
        .values(values)
        .returning(RewardClaim.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(found)
    return moved is not None


def _put_back(session: Session, found: RewardClaim) -> None:
    session.execute(
        update(Reward)
        .where(Reward.id == found.reward_id)
        .values(taken=Reward.taken - 1)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(RewardCount)
        .where(RewardCount.reward_id == found.reward_id, RewardCount.member_id == found.member_id)
        .values(claimed=RewardCount.claimed - 1)
        .execution_options(synchronize_session=False)
    )
    session.get_one(Reward, found.reward_id, populate_existing=True)
