"""Whether rewards, their claims and the points spent on them agree, for `ledger verify`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import String, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from models.loyalty.coupon_records import Coupon
from models.loyalty.points_records import Account, PointEntry, PointTransaction
from models.loyalty.reward_records import ClaimState, Reward, RewardClaim, RewardCount
from models.spans import Parts, Span, whole

STANDS = RewardClaim.state != ClaimState.CANCELLED


def verify(session: Session, parts: Parts = whole) -> list[str]:
    """A sentence for each thing that is wrong; none if the books are sound."""
    found = list(_shelves(session))
    found += (fault for span in parts(RewardCount.member_id) for fault in _counts(session, span))
    for check in (_uncounted, _coupons, _paid):
        found += (fault for span in parts(RewardClaim.id) for fault in check(session, span))
    return found


def _shelves(session: Session) -> Iterator[str]:
    claims = func.count(RewardClaim.id)
    for reward, taken, found in session.execute(
        select(Reward.id, Reward.taken, claims)
        .outerjoin(RewardClaim, and_(RewardClaim.reward_id == Reward.id, STANDS))
        .group_by(Reward.id, Reward.taken)
        .having(claims != Reward.taken)
        .order_by(Reward.id)
    ):
        yield f"reward {reward} counts {taken} taken, but {found} claims stand"


def _counts(session: Session, span: Span) -> Iterator[str]:
    claims = func.count(RewardClaim.id)
    for reward, member, counted, found in session.execute(
        select(RewardCount.reward_id, RewardCount.member_id, RewardCount.claimed, claims)
        .outerjoin(
            RewardClaim,
            and_(
                RewardClaim.reward_id == RewardCount.reward_id,
                RewardClaim.member_id == RewardCount.member_id,
                STANDS,
            ),
        )
        .where(span.holds(RewardCount.member_id))
        .group_by(RewardCount.reward_id, RewardCount.member_id, RewardCount.claimed)
        .having(claims != RewardCount.claimed)
        .order_by(RewardCount.reward_id, RewardCount.member_id)
    ):
        yield f"member {member} counts {counted} of reward {reward}, but {found} claims stand"


def _uncounted(session: Session, span: Span) -> Iterator[str]:
    counted = select(RewardCount.member_id).where(
        RewardCount.reward_id == RewardClaim.reward_id,
        RewardCount.member_id == RewardClaim.member_id,
    )
    query = select(RewardClaim.id).where(~counted.exists(), span.holds(RewardClaim.id))
    for (claim,) in session.execute(query.order_by(RewardClaim.id)):
        yield f"reward claim {claim} is in no count of its member"


def _coupons(session: Session, span: Span) -> Iterator[str]:
    """A coupon was given exactly for those that are one, and to whoever claimed it."""
    query = (
        select(RewardClaim.id)
        .outerjoin(Coupon, Coupon.id == RewardClaim.coupon_id)
        .where(
            span.holds(RewardClaim.id),
            or_(
                (RewardClaim.kind == "coupon") != Coupon.id.is_not(None),
                Coupon.member_id != RewardClaim.member_id,
            ),
        )
    )
    for (claim,) in session.execute(query.order_by(RewardClaim.id)):
        yield f"reward claim {claim} and its coupon do not belong together"


def _paid(session: Session, span: Span) -> Iterator[str]:
    """A claim that stands cost its points, one that was cancelled none."""
    own = "reward:" + cast(RewardClaim.id, String)
    paid = func.coalesce(func.sum(PointEntry.amount), 0)
    owed = case((STANDS, RewardClaim.points), else_=0)
    query = (
        select(RewardClaim.id, RewardClaim.state, owed, paid)
        .outerjoin(
            PointTransaction,
            and_(
                PointTransaction.source.in_([own, own + ":cancelled"]),
                PointTransaction.member_id == RewardClaim.member_id,
            ),
        )
        .outerjoin(
            PointEntry,
            and_(
                PointEntry.transaction_id == PointTransaction.id,
                PointEntry.account == Account.REDEEMED,
            ),
        )
        .where(span.holds(RewardClaim.id))
        .group_by(RewardClaim.id, RewardClaim.state, RewardClaim.points)
        .having(paid != owed)
    )
    for claim, state, price, spent in session.execute(query.order_by(RewardClaim.id)):
        yield f"reward claim {claim} is {state} and owes {price} points, but cost {spent}"
