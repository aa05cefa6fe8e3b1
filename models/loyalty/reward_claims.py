"""Claims on rewards: points spent and one thing taken, together or not at all.

A claim is first written down under its source, so that the same one twice is
one; then the shelf, the member's count and the points are each taken by an
update that does nothing beyond its limit. Whatever is refused undoes it all.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal, insert, local_day
from models.loyalty import codes, coupon_issuing, points, tiers_queries
from models.loyalty.reward_records import ClaimState, Reward, RewardClaim, RewardCount, RewardKind
from models.programme import CouponTerms, Programme


class NoSuchReward(Refusal):
    buttons = ("兌換",)

    def __init__(self, said: str) -> None:
        super().__init__(N_("找不到獎品「{said}」，請看「兌換」裡的號碼。"), said=said)


class RewardGone(Refusal):
    buttons = ("兌換",)

    def __init__(self, name: str) -> None:
        super().__init__(N_("「{name}」已經兌換完了，看看其他獎品吧。"), name=name)


class NotYetOffered(Refusal):
    buttons = ("兌換",)

    def __init__(self, name: str, opens_at: datetime) -> None:
        on = local_day(opens_at)
        super().__init__(
            N_("「{name}」{month}/{day} 才開始兌換，到時再來。"),
            name=name,
            month=on.month,
            day=on.day,
        )


class RewardLimit(Refusal):
    buttons = ("我的獎品", "兌換")

    def __init__(self, name: str, limit: int) -> None:
        super().__init__(
            N_("「{name}」每人限兌換 {limit} 份，你已經換過了，看看其他獎品吧。"),
            name=name,
            limit=limit,
        )


class NotForYourTier(Refusal):
    buttons = ("等級", "兌換")

    def __init__(self, name: str, tiers: str) -> None:
        super().__init__(
            N_("「{name}」是 {tiers} 專屬的獎品，看「等級」還差多少。"), name=name, tiers=tiers
        )


class TooFewPoints(Refusal):
    buttons = ("點數", "兌換")

    def __init__(self, name: str, price: int, available: int) -> None:
        super().__init__(
            N_("「{name}」要 {price} 點，你有 {available} 點，還差 {short} 點；取貨後會再入點。"),
            name=name,
            price=f"{price:,}",
            available=f"{available:,}",
            short=f"{price - available:,}",
        )


class PriceChanged(Refusal):
    buttons = ("兌換",)

    def __init__(self, name: str, price: int) -> None:
        super().__init__(
            N_("「{name}」的點數改成 {price} 點了，要換請再選一次。"),
            name=name,
            price=f"{price:,}",
        )


def claim(
    session: Session,
    reward_id: int,
    member_id: int,
    *,
    price: int,
    source: str,
    now: datetime,
    programme: Programme,
) -> RewardClaim:
    """Claim a reward at the `price` that was shown; the same source again is the same claim.

    Raises:
        NoSuchReward, NotYetOffered, RewardGone, PriceChanged: it is not offered so.
        NotForYourTier, RewardLimit, TooFewPoints: it is, but not to this member.
        CouponsGone, OnePerMember: the coupon it stands for has a limit of its own.
        SourceReused: the source stands for another claim.
    """
    reward = session.get(Reward, reward_id, populate_existing=True)
    if reward is None:
        raise NoSuchReward(str(reward_id))
    try:
        # a refusal that is caught must not leave half of it behind
        with session.begin_nested():
            made = _write(session, reward, member_id, price=price, source=source, now=now)
            if made is None:
                return _known(session, source, reward_id, member_id)
            _check_tier(session, reward, member_id, now=now, programme=programme)
            _take(session, reward, price, now)
            _count(session, reward, member_id)
            _pay(session, made, now)
            if reward.kind == RewardKind.COUPON:
                terms = programme.coupons.get(reward.coupon_key or "")
                _give_coupon(session, made, terms, now)
            return made
    except Refusal:
        session.expire(reward)
        raise


def _write(
    session: Session, reward: Reward, member_id: int, *, price: int, source: str, now: datetime
) -> RewardClaim | None:
    """A claim under a source that nobody used; None if somebody did."""
    at_once = reward.kind == RewardKind.COUPON
    made = session.scalar(
        insert(session, RewardClaim)
        .values(
            reward_id=reward.id,
            member_id=member_id,
            source=source,
            code=codes.generate(),
            name=reward.name,
            kind=reward.kind,
            points=price,
            state=ClaimState.HANDED if at_once else ClaimState.WAITING,
            claimed_at=now,
            handed_at=now if at_once else None,
        )
        .on_conflict_do_nothing(index_elements=["source"])
        .returning(RewardClaim.id)
    )
    return None if made is None else session.get_one(RewardClaim, made)


def _known(session: Session, source: str, reward_id: int, member_id: int) -> RewardClaim:
    found = session.scalars(select(RewardClaim).where(RewardClaim.source == source)).one()
    if (found.reward_id, found.member_id) != (reward_id, member_id):
        raise points.SourceReused(source)
    return found


def _check_tier(
    session: Session, reward: Reward, member_id: int, *, now: datetime, programme: Programme
) -> None:
    if not reward.tiers:
        return
    today = local_day(now)
    standing = tiers_queries.standing(session, member_id, today=today, programme=programme)
    if standing.tier.key not in reward.tier_keys:
        raise NotForYourTier(reward.name, tier_names(reward, programme))


def tier_names(reward: Reward, programme: Programme) -> str:
    """The tiers it is for, as the programme calls them."""
    return "、".join(tier.name for tier in programme.tiers if tier.key in reward.tier_keys)


def _take(session: Session, reward: Reward, price: int, now: datetime) -> None:
    """Take one off the shelf, if it is offered at this price and there is one."""
    taken = session.scalar(
        update(Reward)
        .where(
            Reward.id == reward.id,
            Reward.price == price,
            offered(now),
            or_(Reward.opens_at.is_(None), Reward.opens_at <= now),
            or_(Reward.stock.is_(None), Reward.taken < Reward.stock),
        )
        .values(taken=Reward.taken + 1)
        .returning(Reward.taken)
        .execution_options(synchronize_session=False)
    )
    session.refresh(reward)
    if taken is None:
        raise _why_not(reward, price, now)


def offered(now: datetime) -> ColumnElement[bool]:
    """Rewards that the catalogue shows: neither withdrawn nor over."""
    lasts = or_(Reward.closes_at.is_(None), Reward.closes_at > now)
    return and_(Reward.withdrawn_at.is_(None), lasts)


def _why_not(reward: Reward, price: int, now: datetime) -> Refusal:
    if reward.withdrawn_at is not None or (reward.closes_at and reward.closes_at <= now):
        return NoSuchReward(reward.name)
    if reward.opens_at is not None and reward.opens_at > now:
        return NotYetOffered(reward.name, reward.opens_at)
    if reward.left is not None and reward.left < 1:
        return RewardGone(reward.name)
    return PriceChanged(reward.name, reward.price)


def _count(session: Session, reward: Reward, member_id: int) -> None:
    """Count it against the member's limit, by an upsert that does nothing beyond it."""
    statement = insert(session, RewardCount).values(
        reward_id=reward.id, member_id=member_id, claimed=1, most=reward.per_member_limit
    )
    more = RewardCount.claimed + 1
    most = statement.excluded.most
    counted = session.scalar(
        statement.on_conflict_do_update(
            index_elements=["reward_id", "member_id"],
            set_={"claimed": more, "most": most},
            where=or_(most.is_(None), more <= most),
        ).returning(RewardCount.claimed)
    )
    if counted is None:
        raise RewardLimit(reward.name, reward.per_member_limit or 0)


def _pay(session: Session, made: RewardClaim, now: datetime) -> None:
    try:
        points.spend(
            session,
            made.member_id,
            made.points,
            source=made.spending,
            now=now,
            reason=made.name,
        )
    except points.NotEnoughPoints as refused:
        raise TooFewPoints(made.name, made.points, refused.available) from None


def _give_coupon(
    session: Session, made: RewardClaim, terms: CouponTerms | None, now: datetime
) -> None:
    # the programme may have lost this coupon since
    if terms is None:
        raise NoSuchReward(made.name)
    coupon = coupon_issuing.issue(session, terms, made.member_id, source=made.spending, now=now)
    made.coupon_id = coupon.id
    session.flush()
