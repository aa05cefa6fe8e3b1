"""Rewards: what points buy, on a shelf that never gives more than it holds.

This is the door: the catalogue as each member may have it, how the organiser
keeps it, and claims on it. What a member is short of is said here, not found
out by trying.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from models.base import N_, Refusal, local_day
from models.loyalty import points, tiers_queries
from models.loyalty.coupon_records import Coupon
from models.loyalty.reward_checks import verify
from models.loyalty.reward_claims import (
    NoSuchReward,
    NotForYourTier,
    NotYetOffered,
    PriceChanged,
    RewardGone,
    RewardLimit,
    TooFewPoints,
    claim,
    offered,
    tier_names,
)
from models.loyalty.reward_records import ClaimState, Reward, RewardClaim, RewardCount, RewardKind
from models.loyalty.reward_slips import (
    AlreadyHanded,
    ClaimCancelled,
    HandedAsCoupon,
    NoSuchClaim,
    cancel,
    find_claim,
    hand_over,
)
from models.programme import Programme

__all__ = [
    "AlreadyHanded",
    "ClaimCancelled",
    "ClaimState",
    "HandedAsCoupon",
    "Held",
    "Hindrance",
    "NoSuchClaim",
    "NoSuchReward",
    "NotAReward",
    "NotForYourTier",
    "NotYetOffered",
    "Offer",
    "PriceChanged",
    "Reward",
    "RewardClaim",
    "RewardCount",
    "RewardGone",
    "RewardKind",
    "RewardLimit",
    "TooFewPoints",
    "add",
    "cancel",
    "catalogue",
    "change",
    "claim",
    "every",
    "find",
    "find_claim",
    "hand_over",
    "held",
    "held_by",
    "offer",
    "offered",
    "restock",
    "tier_names",
    "verify",
    "waiting",
]

MOST = 1_000_000
LONGEST_NAME = 40


class NotAReward(Refusal):
    buttons = ("/獎品",)

    def __init__(self) -> None:
        super().__init__(
            N_("獎品名稱最多 40 個字，點數和每人上限要是 1 以上的整數，庫存是 0 以上。")
        )


class Hindrance(StrEnum):
    """Why a member cannot have a reward now; the first that applies is said."""

    SOLD_OUT = "sold_out"
    NOT_YET = "not_yet"
    TIER = "tier"
    LIMIT = "limit"
    POINTS = "points"


@dataclass(frozen=True)
class Offer:
    """A reward as one member may have it; `short` is how many points they lack."""

    reward: Reward
    hindrance: Hindrance | None
    short: int
    tiers: str

    @property
    def can_be_had(self) -> bool:
        return self.hindrance is None


@dataclass(frozen=True)
class Held:
    """A claim of a member's, with the code to show for it."""

    claim: RewardClaim
    code: str


def catalogue(
    session: Session, member_id: int, *, now: datetime, programme: Programme
) -> list[Offer]:
    """What is offered, the cheapest first; coupons only that the programme still has."""
    query = (
        select(Reward, func.coalesce(RewardCount.claimed, 0))
        .outerjoin(
            RewardCount,
            and_(RewardCount.reward_id == Reward.id, RewardCount.member_id == member_id),
        )
        .where(offered(now), _known(programme))
        .order_by(Reward.price, Reward.id)
    )
    rows = session.execute(query).all()
    available = points.balance(session, member_id, now).available
    today = local_day(now)
    tier = tiers_queries.standing(session, member_id, today=today, programme=programme).tier.key
    return [
        offer(
            reward,
            claimed=claimed,
            available=available,
            tier=tier,
            tiers=tier_names(reward, programme),
            now=now,
        )
        for reward, claimed in rows
    ]


def offer(
    reward: Reward, *, claimed: int, available: int, tier: str, tiers: str, now: datetime
) -> Offer:
    """What keeps a member of this tier, who claimed so many and has so many points."""
    short = max(reward.price - available, 0)
    limit = reward.per_member_limit
    hindrances = {
        Hindrance.SOLD_OUT: reward.left is not None and reward.left < 1,
        Hindrance.NOT_YET: reward.opens_at is not None and reward.opens_at > now,
        Hindrance.TIER: bool(reward.tiers) and tier not in reward.tier_keys,
        Hindrance.LIMIT: limit is not None and claimed >= limit,
        Hindrance.POINTS: short > 0,
    }
    first = next((name for name, applies in hindrances.items() if applies), None)
    return Offer(reward, first, short, tiers)


def held(session: Session, claim: RewardClaim) -> Held:
    """A claim with the code that is shown for it: the coupon's own, if it is one."""
    coupon = None if claim.coupon_id is None else session.get_one(Coupon, claim.coupon_id)
    return Held(claim, claim.code if coupon is None else coupon.code)


def waiting(session: Session, member_id: int) -> int:
    """How many slips a member has that were not handed in yet."""
    mine = RewardClaim.member_id == member_id
    waits = RewardClaim.state == ClaimState.WAITING
    return session.scalars(select(func.count(RewardClaim.id)).where(mine, waits)).one()


def held_by(session: Session, member_id: int, *, limit: int) -> list[Held]:
    """A member's claims that were not cancelled: those that wait first, then the latest."""
    waits = case((RewardClaim.state == ClaimState.WAITING, 0), else_=1)
    query = (
        select(RewardClaim, func.coalesce(Coupon.code, RewardClaim.code))
        .outerjoin(Coupon, Coupon.id == RewardClaim.coupon_id)
        .where(RewardClaim.member_id == member_id, RewardClaim.state != ClaimState.CANCELLED)
        .order_by(waits, RewardClaim.id.desc())
        .limit(limit)
    )
    return [Held(*row) for row in session.execute(query)]


def every(session: Session) -> list[Reward]:
    """The organiser's list: what is offered first, then what was withdrawn."""
    return list(
        session.scalars(select(Reward).order_by(Reward.withdrawn_at.is_not(None), Reward.id))
    )


def find(session: Session, said: str) -> Reward:
    """The reward with this number, or the one that is called so and not withdrawn.

    Raises:
        NoSuchReward: there is none, or several are called so.
    """
    digits = said.lstrip("#")
    if digits.isascii() and digits.isdigit() and len(digits) <= 9:
        by_number = session.get(Reward, int(digits), populate_existing=True)
        if by_number is not None:
            return by_number
    named = select(Reward).where(Reward.name == said, Reward.withdrawn_at.is_(None))
    found = session.scalars(named.limit(2)).all()
    if len(found) != 1:
        raise NoSuchReward(said[:LONGEST_NAME])
    return found[0]


def add(
    session: Session,
    name: str,
    *,
    price: int,
    stock: int | None,
    now: datetime,
    kind: RewardKind = RewardKind.GOODS,
    coupon_key: str | None = None,
) -> Reward:
    """Put a new reward into the catalogue.

    Raises:
        NotAReward: its name is too long, or a number is not one.
    """
    _check(name=name, price=price, stock=stock)
    made = Reward(
        name=name, kind=kind, coupon_key=coupon_key, price=price, stock=stock, created_at=now
    )
    session.add(made)
    session.flush()
    return made


def change(session: Session, reward: Reward, **values: Any) -> None:
    """Change what a reward is from now on; claims keep what they were claimed under.

    Raises:
        NotAReward: its name is too long, or a number is not one.
    """
    _check(**values)
    session.execute(
        update(Reward)
        .where(Reward.id == reward.id)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(reward)


def restock(session: Session, reward: Reward, left: int | None) -> None:
    """From now on so many are left, None without limit, whoever claims meanwhile.

    Raises:
        NotAReward: `left` is below 0.
    """
    _check(stock=left)
    change(session, reward, stock=None if left is None else Reward.taken + left)


def _known(programme: Programme) -> Any:
    return or_(Reward.coupon_key.is_(None), Reward.coupon_key.in_(list(programme.coupons)))


def _check(**values: Any) -> None:
    name, stock = values.get("name", "x"), values.get("stock")
    counts = [values[key] for key in ("price", "per_member_limit") if values.get(key) is not None]
    right = (
        0 < len(name) <= LONGEST_NAME
        and all(1 <= count <= MOST for count in counts)
        and (not isinstance(stock, int) or 0 <= stock <= MOST)
    )
    if not right:
        raise NotAReward
