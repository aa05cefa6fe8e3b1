"""The records of what a member owes for an order, who called it, and who waits.

The doors are `models.shop.ordering` and `models.shop.billing`.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, UtcDateTime
from models.shop.group_buy_records import GroupBuy, Item
from models.shop.group_buy_terms import Delivery
from models.shop.orders import Order, Status
from models.shop.pickup_slot_records import PickupSlot

# written as `payment_queries.owing` asks it, so that the databases see that it is the same
OWING = "total - refunded - paid + returned > 0"


class WaitState(StrEnum):
    """How far somebody on the waiting list has come."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


class Bill(Base):
    """What one order of a group-buy comes to, in whole TWD, each part of it said.

    total = subtotal - tier_discount - coupon_discount - points_value
          + shipping - shipping_discount + charges; the order's `cash` is the part
    for goods. `tier_pay` is the percentage paid. `coupons` is a JSON list of codes
    and `gifts` of what they bring; the versions name their uses and the spending of
    points. `paid` has come in; `refunded` is to be given back, `returned` has been.
    Before `locked_at` the member's next call adds to this order, afterwards it opens
    another. `tentative`: called in a group by somebody who has not added the account.
    `split_ok`: its member agreed to get a part. Personal text is sealed.

    `point` names the place of several where it is picked up, `slot_id` when, `proxy`
    who does so.
    `days_late` counts the days after the last one for it; its fee for them is part of
    `charges`, unless `fee_waived`. `no_show_at` is when the shop noted that nobody came,
    `called_off_at` when its member gave it up after closing. `deposit_percent` of
    it is asked in advance until `deposit_due_on`, unless `deposit_waived`.
    """

    __tablename__ = "bills"
    __table_args__ = (
        CheckConstraint(
            "total = subtotal - tier_discount - coupon_discount - points_value"
            " + shipping - shipping_discount + charges",
            name="adds_up",
        ),
        CheckConstraint("total >= 0 AND paid >= 0 AND returned >= 0", name="not_negative"),
        CheckConstraint("refunded >= 0 AND refunded <= total", name="refunded_within_total"),
        CheckConstraint("returned <= paid", name="returned_within_paid"),
        Index(
            "uq_bills_open",
            "member_id",
            "group_buy_id",
            unique=True,
            postgresql_where=text("locked_at IS NULL"),
            sqlite_where=text("locked_at IS NULL"),
        ),
        Index("ix_bills_group_buy", "group_buy_id", "order_id"),
        Index("ix_bills_member", "member_id", "group_buy_id"),
        Index("ix_bills_code", "pickup_code"),
        Index(
            "ix_bills_picked_up",
            "picked_up_at",
            postgresql_where=text("picked_up_at IS NOT NULL"),
            sqlite_where=text("picked_up_at IS NOT NULL"),
        ),
        Index(
            "ix_bills_slot",
            "slot_id",
            postgresql_where=text("slot_id IS NOT NULL"),
            sqlite_where=text("slot_id IS NOT NULL"),
        ),
        Index(
            "ix_bills_owing",
            "member_id",
            postgresql_where=text(OWING),
            sqlite_where=text(OWING),
        ),
        Index(
            "ix_bills_deposit",
            "deposit_due_on",
            postgresql_where=text("deposit_due_on IS NOT NULL"),
            sqlite_where=text("deposit_due_on IS NOT NULL"),
        ),
    )

    order_id: Mapped[int] = mapped_column(
        ForeignKey("orders.id"), primary_key=True, autoincrement=False
    )
    group_buy_id: Mapped[int] = mapped_column(ForeignKey("group_buys.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    subtotal: Mapped[int] = mapped_column(default=0)
    tier_pay: Mapped[int] = mapped_column(default=100)
    tier_discount: Mapped[int] = mapped_column(default=0)
    coupons: Mapped[str] = mapped_column(Text, default="[]")
    gifts: Mapped[str] = mapped_column(Text, default="[]")
    coupon_discount: Mapped[int] = mapped_column(default=0)
    coupon_version: Mapped[int] = mapped_column(default=0)
    points: Mapped[int] = mapped_column(default=0)
    points_value: Mapped[int] = mapped_column(default=0)
    points_version: Mapped[int] = mapped_column(default=0)
    shipping: Mapped[int] = mapped_column(default=0)
    shipping_discount: Mapped[int] = mapped_column(default=0)
    charges: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    paid: Mapped[int] = mapped_column(default=0)
    refunded: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    due_on: Mapped[date | None]
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tentative: Mapped[bool] = mapped_column(default=False)
    split_ok: Mapped[bool] = mapped_column(default=False)
    delivery: Mapped[Delivery] = mapped_column(String(10), default=Delivery.PICKUP)
    recipient_sealed: Mapped[str | None]
    phone_sealed: Mapped[str | None]
    address_sealed: Mapped[str | None]
    pickup_code: Mapped[str] = mapped_column(String(8), default="")
    point: Mapped[str] = mapped_column(String(40), default="", server_default="")
    slot_id: Mapped[int | None] = mapped_column(ForeignKey(PickupSlot.id))
    proxy: Mapped[str] = mapped_column(String(100), default="")
    picked_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    days_late: Mapped[int] = mapped_column(default=0, server_default="0")
    fee_waived: Mapped[bool] = mapped_column(default=False, server_default=false())
    no_show_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    called_off_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deposit_percent: Mapped[int] = mapped_column("deposit", default=0, server_default="0")
    deposit_due_on: Mapped[date | None]
    deposit_waived: Mapped[bool] = mapped_column(default=False, server_default=false())

    order: Mapped[Order] = relationship(lazy="joined", innerjoin=True)
    group_buy: Mapped[GroupBuy] = relationship(lazy="raise")

    @property
    def cash(self) -> int:
        """What is paid for goods."""
        return self.total - (self.shipping - self.shipping_discount) - self.charges

    @property
    def balance(self) -> int:
        """What is still owed; below zero, what the shop owes. A cancelled order costs nothing."""
        due = 0 if self.order.status == Status.CANCELLED else self.total - self.refunded
        return due - self.paid + self.returned

    @hybrid_property
    def deposit(self) -> int:
        """What is asked in advance, rounded down in the member's favour."""
        return self.total * self.deposit_percent // 100

    @property
    def deposit_due(self) -> int:
        """What of the deposit is still to come, as long as the rest is not due."""
        asked = self.deposit_percent and not self.deposit_waived and self.due_on is None
        if not asked or self.order.status != Status.PLACED:
            return 0
        return max(min(self.deposit - self.paid + self.returned, self.balance), 0)

    @property
    def due_now(self) -> int:
        """What is to be paid next: the deposit, or else all that is owed."""
        return self.deposit_due or max(self.balance, 0)


class Wait(Base):
    """Shares somebody wants that are not to be had (yet); the smaller `id` comes first.

    While offered, the shares are held for them until `offered_until`.
    """

    __tablename__ = "waits"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        CheckConstraint(
            "state IN ('waiting', 'offered', 'taken', 'lapsed', 'cancelled')", name="state"
        ),
        CheckConstraint("(state = 'offered') = (offered_until IS NOT NULL)", name="offered"),
        Index("ix_waits_item", "item_id", "state", "id"),
        Index("ix_waits_member", "member_id", "group_buy_id"),
        Index(
            "ix_waits_offered",
            "offered_until",
            postgresql_where=text("state = 'offered'"),
            sqlite_where=text("state = 'offered'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    group_buy_id: Mapped[int] = mapped_column(ForeignKey("group_buys.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("group_buy_items.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    option: Mapped[str] = mapped_column(String(100), default="")
    person: Mapped[str] = mapped_column(String(50), default="")
    quantity: Mapped[int]
    state: Mapped[WaitState] = mapped_column(String(20), default=WaitState.WAITING)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    offered_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    item: Mapped[Item] = relationship(lazy="joined", innerjoin=True)


class Call(Base):
    """One message that ordered, changed or cancelled: what it did, so that it can be edited.

    `lines` is a JSON list of [item id, option, person, how many more or fewer]. A message
    that was edited into chatter keeps a row without group-buy or member, so that what
    it said before does nothing any more, should that arrive late. `said_at` is when
    LINE says that it was written, or edited last.
    """

    __tablename__ = "calls"
    __table_args__ = (
        Index("ix_calls_member", "member_id", "group_buy_id"),
        Index("ix_calls_chat", "chat_id", "group_buy_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    message_id: Mapped[str] = mapped_column(String(64), unique=True)
    group_buy_id: Mapped[int | None] = mapped_column(ForeignKey("group_buys.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    chat_id: Mapped[str] = mapped_column(String(64), default="")
    lines: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
