"""The records of group-buys: the offer, its items, and where its card was posted.

The door is `models.shop.group_buys`. Whatever changes an offer or its stock
holds the group-buy's row first (`group_buys.hold`), so that an order meets one
state of it from beginning to end.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, UtcDateTime
from models.shop import reading
from models.shop.group_buy_terms import DEFAULT_UNIT, Delivery, Rung
from models.shop.product_records import Product


class Stage(StrEnum):
    """Where a group-buy is in its life."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ARRIVED = "arrived"
    FINISHED = "finished"
    FAILED = "failed"


class GroupBuy(Base):
    """An offer that members join until it closes; its `id` is the number people say.

    Columns as in `GroupBuyTerms`; `windows` and `fees` are JSON objects.
    `last_number` is the number of its newest order.
    """

    __tablename__ = "group_buys"
    __table_args__ = (
        CheckConstraint(
            "stage IN ('draft', 'open', 'closed', 'arrived', 'finished', 'failed')", name="stage"
        ),
        CheckConstraint("minimum >= 1", name="minimum_positive"),
        Index("ix_group_buys_stage", "stage", "closes_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    title: Mapped[str] = mapped_column(String(100))
    stage: Mapped[Stage] = mapped_column(String(20), default=Stage.DRAFT)
    minimum: Mapped[int | None]
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    arrived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pickup: Mapped[str] = mapped_column(String(200), default="")
    pickup_on: Mapped[date | None]
    tier: Mapped[str] = mapped_column(String(40), default="")
    tag: Mapped[str] = mapped_column(String(50), default="")
    windows: Mapped[str] = mapped_column(Text, default="{}")
    preorder: Mapped[bool] = mapped_column(default=False)
    hold_minutes: Mapped[int] = mapped_column(default=0)
    dropship: Mapped[bool] = mapped_column(default=False)
    fees: Mapped[str] = mapped_column(Text, default='{"pickup": 0}')
    free_from: Mapped[int | None]
    picture: Mapped[str] = mapped_column(String(1000), default="")
    last_number: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    items: Mapped[list[Item]] = relationship(
        order_by="Item.id", lazy="selectin", back_populates="group_buy"
    )

    @property
    def deliveries(self) -> dict[Delivery, int]:
        """What each way of delivery costs."""
        return {Delivery(way): int(fee) for way, fee in orjson.loads(self.fees).items()}

    @property
    def taken(self) -> int:
        """Shares that are ordered, over all items."""
        return sum(item.taken for item in self.items)

    @property
    def short(self) -> int:
        """Shares still missing until it goes ahead."""
        return max((self.minimum or 0) - self.taken, 0)

    def item(self, code: str) -> Item:
        """Raises `StopIteration` for a code it does not have."""
        return next(item for item in self.items if item.code == code)


class Item(Base):
    """One thing a group-buy offers; columns as in `ItemTerms`, the nested ones as JSON.

    `taken` are the shares that orders or held offers have; `supply` is how many
    there really are, once that is known: the full cases at closing, or what
    arrived. `price_now` is what the ladder has come to, which never rises again.
    """

    __tablename__ = "group_buy_items"
    __table_args__ = (
        UniqueConstraint("group_buy_id", "code"),
        CheckConstraint("price >= 0 AND price_now >= 0", name="price_not_negative"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("taken <= stock", name="taken_within_stock"),
        CheckConstraint("taken <= supply", name="taken_within_supply"),
        CheckConstraint("case_size >= 2", name="case_of_several"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    group_buy_id: Mapped[int] = mapped_column(ForeignKey("group_buys.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    code: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(10), default=DEFAULT_UNIT)
    price: Mapped[int]
    price_now: Mapped[int]
    ladder: Mapped[str] = mapped_column(Text, default="[]")
    aliases: Mapped[str] = mapped_column(Text, default="[]")
    options: Mapped[str] = mapped_column(Text, default="[]")
    option_aliases: Mapped[str] = mapped_column(Text, default="[]")
    option_prices: Mapped[str] = mapped_column(Text, default="[]")
    stock: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)
    supply: Mapped[int | None]
    case_size: Mapped[int | None]
    limit: Mapped[int | None] = mapped_column("per_member")

    group_buy: Mapped[GroupBuy] = relationship(back_populates="items", lazy="joined")
    product: Mapped[Product] = relationship(lazy="raise")

    @property
    def left(self) -> int | None:
        """Shares that can still be had; None is no limit."""
        caps = [cap for cap in (self.stock, self.supply) if cap is not None]
        return min(caps) - self.taken if caps else None

    @property
    def rungs(self) -> list[Rung]:
        return [Rung(*rung) for rung in orjson.loads(self.ladder)]

    def unit_price(self, option: str) -> int:
        """What one share with these values costs now.

        A ladder lowers every price by as much as it lowers the plain one.
        """
        dearer: dict[str, int] = dict(orjson.loads(self.option_prices))
        own = [dearer[value] for value in option.split("/") if value in dearer]
        listed = max(own) if own else self.price
        return max(listed - (self.price - self.price_now), 0)

    def as_read(self) -> reading.Item:
        """The item as the reader of orders knows it."""
        return reading.Item(
            code=self.code,
            name=self.name,
            unit=self.unit,
            price=self.price_now,
            aliases=tuple(orjson.loads(self.aliases)),
            options=_pairs(self.options),
            option_aliases=_pairs(self.option_aliases),
            option_prices=tuple(
                (value, price) for value, price in orjson.loads(self.option_prices)
            ),
        )


class Post(Base):
    """A card of a group-buy that LINE put into a chat; quoting it names what it shows.

    `message_id` is LINE's; until LINE tells it, `reply_token` is that of the reply in
    which the card goes out. `item_id` is set on cards of one item. `counted_at` is
    when the chat last heard the totals.
    """

    __tablename__ = "group_buy_posts"
    __table_args__ = (
        Index("ix_group_buy_posts_chat", "chat_id", "id"),
        Index("ix_group_buy_posts_group_buy", "group_buy_id"),
        Index(
            "ix_group_buy_posts_untold",
            "reply_token",
            postgresql_where=text("reply_token IS NOT NULL"),
            sqlite_where=text("reply_token IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    group_buy_id: Mapped[int] = mapped_column(ForeignKey("group_buys.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("group_buy_items.id"))
    chat_id: Mapped[str] = mapped_column(String(64))
    message_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    reply_token: Mapped[str | None] = mapped_column(String(300))
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def _pairs(written: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    pairs: list[Any] = orjson.loads(written)
    return tuple((name, tuple(values)) for name, values in pairs)
