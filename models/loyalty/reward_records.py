"""What is kept about rewards: what is offered for points, and who claimed what.

`taken` counts the claims that stand; what is left is `stock` less that, so
that giving one back and putting more on the shelf never get in each other's way.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime, local_day
from models.loyalty.immutable import keep


class RewardKind(StrEnum):
    """What one gets: a thing, a coupon of the programme, an experience, a seat at an event."""

    GOODS = "goods"
    COUPON = "coupon"
    EXPERIENCE = "experience"
    SEAT = "seat"


class ClaimState(StrEnum):
    """A coupon is handed over at once; everything else waits for its slip to be shown."""

    WAITING = "waiting"
    HANDED = "handed"
    CANCELLED = "cancelled"


class Reward(Base):
    """Something that points buy: `price` is whole points, a `stock` of None is no limit.

    It can be claimed from `opens_at` until just before `closes_at`, by members
    of the `tiers` (keys with commas between, "" for everybody); `coupon_key`
    names the programme's coupon if it is one, `picture` is an address or "".
    """

    __tablename__ = "rewards"
    __table_args__ = (
        CheckConstraint("kind IN ('goods', 'coupon', 'experience', 'seat')", name="kind"),
        CheckConstraint("(kind = 'coupon') = (coupon_key IS NOT NULL)", name="coupon"),
        CheckConstraint("price >= 1", name="price_positive"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("taken <= stock", name="taken_within_stock"),
        CheckConstraint("per_member_limit >= 1", name="limit_positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    kind: Mapped[RewardKind] = mapped_column(String(20))
    coupon_key: Mapped[str | None] = mapped_column(String(40))
    price: Mapped[int]
    stock: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)
    per_member_limit: Mapped[int | None]
    tiers: Mapped[str] = mapped_column(String(250), default="")
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    picture: Mapped[str] = mapped_column(String(1000), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def left(self) -> int | None:
        """How many there still are; None if there is no limit."""
        return None if self.stock is None else self.stock - self.taken

    @property
    def last_day(self) -> date | None:
        """The last day in Taipei on which it can be claimed."""
        return None if self.closes_at is None else local_day(self.closes_at - timedelta.resolution)

    @property
    def tier_keys(self) -> tuple[str, ...]:
        return tuple(filter(None, self.tiers.split(",")))


class RewardCount(Base):
    """How many of a reward a member holds or had; `most` was the limit then, None no limit."""

    __tablename__ = "reward_counts"
    __table_args__ = (
        CheckConstraint("claimed >= 0", name="claimed_not_negative"),
        CheckConstraint("claimed <= most", name="claimed_within_most"),
    )

    reward_id: Mapped[int] = mapped_column(
        ForeignKey("rewards.id"), primary_key=True, autoincrement=False
    )
    member_id: Mapped[int] = mapped_column(
        ForeignKey("members.id"), primary_key=True, autoincrement=False
    )
    claimed: Mapped[int]
    most: Mapped[int | None]


class RewardClaim(Base):
    """One reward of one member, under the terms it was claimed under.

    `source` is what it was claimed by, once; its points were spent under
    `reward:{id}`. `code` is on the slip; a coupon has a code of its own.
    """

    __tablename__ = "reward_claims"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'handed', 'cancelled')", name="state"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled"),
        CheckConstraint("state <> 'handed' OR handed_at IS NOT NULL", name="handed"),
        CheckConstraint("points >= 1", name="points_positive"),
        Index("ix_reward_claims_member", "member_id", "id"),
        Index("ix_reward_claims_reward", "reward_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    reward_id: Mapped[int] = mapped_column(ForeignKey("rewards.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    source: Mapped[str] = mapped_column(String(120), unique=True)
    code: Mapped[str] = mapped_column(String(11), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    kind: Mapped[RewardKind] = mapped_column(String(20))
    points: Mapped[int]
    state: Mapped[ClaimState] = mapped_column(String(20))
    coupon_id: Mapped[int | None] = mapped_column(ForeignKey("coupons.id"), unique=True)
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handed_by: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_by: Mapped[int | None] = mapped_column(ForeignKey("members.id"))

    @property
    def spending(self) -> str:
        """The source under which its points were spent."""
        return f"reward:{self.id}"


keep(
    RewardClaim, "reward_id", "member_id", "source", "code", "name", "kind", "points", "claimed_at"
)
