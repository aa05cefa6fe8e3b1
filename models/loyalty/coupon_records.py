"""What is kept about coupons: kinds, counts, acts of giving, the coupons, their uses, wrong tries.

A coupon carries the terms it was given under: what the shop changes later
changes later coupons only.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime
from models.loyalty.immutable import keep
from models.programme import CouponKind


class CouponState(StrEnum):
    """Expired is no state: the clock decides it."""

    ISSUED = "issued"
    USED = "used"
    VOID = "void"


class CouponDefinition(Base):
    """A kind of coupon; `issued` counts all that were ever given, voided ones too.

    A limit of None is no limit.
    """

    __tablename__ = "coupon_definitions"
    __table_args__ = (
        CheckConstraint("issued >= 0", name="issued_not_negative"),
        CheckConstraint("issued <= total_limit", name="issued_within_limit"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    issued: Mapped[int] = mapped_column(default=0)
    total_limit: Mapped[int | None]
    per_member_limit: Mapped[int | None]


class CouponCount(Base):
    """How many of a kind a member was given; `most` was the limit then, None no limit."""

    __tablename__ = "coupon_counts"
    __table_args__ = (
        CheckConstraint("issued >= 1", name="issued_positive"),
        CheckConstraint("issued <= most", name="issued_within_most"),
    )

    definition_id: Mapped[int] = mapped_column(
        ForeignKey("coupon_definitions.id"), primary_key=True, autoincrement=False
    )
    member_id: Mapped[int] = mapped_column(
        ForeignKey("members.id"), primary_key=True, autoincrement=False
    )
    issued: Mapped[int]
    most: Mapped[int | None]


class CouponHandout(Base):
    """One act of giving a kind of coupon by hand, to whom the organiser `by` said.

    `to_whom` is how a group was called, or `#` and the id of a single member.

    `act` makes it happen once. A lottery has `places`, its `seed` and, joined by
    commas, the ids of all who took part (`entrants`), so that anybody can draw again.
    """

    __tablename__ = "coupon_handouts"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    act: Mapped[str] = mapped_column(String(40), unique=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("coupon_definitions.id"))
    name: Mapped[str] = mapped_column(String(40))
    to_whom: Mapped[str] = mapped_column(String(120))
    by: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    places: Mapped[int | None]
    seed: Mapped[str] = mapped_column(String(64))
    entrants: Mapped[str] = mapped_column(Text)


class Coupon(Base):
    """One coupon of one member, usable from `valid_from` until just before `expires_at`.

    `source` is what it was given for, once ("birthday:2026:7"). `value` means
    what `CouponTerms` says for its `kind`; `min_spend` is whole TWD; `products`
    and `tiers` have a line for each word or key, "" meaning any. One that came
    back because the shop could not deliver is usable until `extended_until`.
    """

    __tablename__ = "coupons"
    __table_args__ = (
        CheckConstraint("state IN ('issued', 'used', 'void')", name="state"),
        CheckConstraint("kind IN ('percent', 'amount', 'shipping', 'gift', 'item')", name="kind"),
        CheckConstraint("(state = 'used') = (used_at IS NOT NULL)", name="used"),
        CheckConstraint("(state = 'void') = (voided_at IS NOT NULL)", name="voided"),
        CheckConstraint("valid_from < expires_at", name="usable_for_a_while"),
        Index("ix_coupons_member", "member_id", "expires_at"),
        Index(
            "ix_coupons_handout",
            "handout_id",
            postgresql_where=text("handout_id IS NOT NULL"),
            sqlite_where=text("handout_id IS NOT NULL"),
        ),
        Index("ix_coupons_definition", "definition_id", "member_id"),
        Index(
            "ix_coupons_expiring",
            "expires_at",
            postgresql_where=text("state = 'issued'"),
            sqlite_where=text("state = 'issued'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("coupon_definitions.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    code: Mapped[str] = mapped_column(String(11), unique=True)
    source: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[CouponState] = mapped_column(String(20), default=CouponState.ISSUED)
    name: Mapped[str] = mapped_column(String(40))
    kind: Mapped[CouponKind] = mapped_column(String(20))
    value: Mapped[int]
    min_spend: Mapped[int]
    first_purchase: Mapped[bool]
    description: Mapped[str] = mapped_column(String(200))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_by: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    products: Mapped[str] = mapped_column(Text, default="", server_default="")
    category: Mapped[str] = mapped_column(String(50), default="", server_default="")
    tiers: Mapped[str] = mapped_column(String(250), default="", server_default="")
    stacks: Mapped[bool] = mapped_column(default=False, server_default=false())
    bound: Mapped[bool] = mapped_column(default=True, server_default=true())
    handout_id: Mapped[int | None] = mapped_column(Id)  # SQLite cannot add a key to a table
    extended_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CouponUse(Base):
    """A coupon spent on `source` ("order:17") by whoever typed its code.

    `returned_at` is when it was given back; a coupon has one open use at most,
    and a source spends one coupon ever.
    """

    __tablename__ = "coupon_uses"
    __table_args__ = (
        Index(
            "uq_coupon_uses_open",
            "coupon_id",
            unique=True,
            postgresql_where=text("returned_at IS NULL"),
            sqlite_where=text("returned_at IS NULL"),
        ),
        Index("ix_coupon_uses_coupon", "coupon_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    coupon_id: Mapped[int] = mapped_column(ForeignKey("coupons.id"))
    source: Mapped[str] = mapped_column(String(120), unique=True)
    by: Mapped[int] = mapped_column(ForeignKey("members.id"))
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CouponTry(Base):
    """One of the wrong codes a person may type within an hour, and when it was used up."""

    __tablename__ = "coupon_tries"

    member_id: Mapped[int] = mapped_column(
        ForeignKey("members.id"), primary_key=True, autoincrement=False
    )
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


keep(
    Coupon,
    *("definition_id", "member_id", "code", "source", "name", "kind", "value", "min_spend"),
    *("first_purchase", "description", "issued_at", "valid_from", "expires_at"),
    *("products", "category", "tiers", "stacks", "bound", "handout_id"),
)
keep(CouponHandout)
keep(CouponUse, "coupon_id", "source", "by", "used_at")
