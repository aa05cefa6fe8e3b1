"""Orders: what a member bought, line by line, and how far each order has come.

An order only moves forward (`follows`); what a move does to points and tiers
is `models.shop.settlement`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import N_, Base, Id, Refusal, UtcDateTime, insert, local_day
from models.shop.product_records import Product


class Status(StrEnum):
    """How far an order has come."""

    PLACED = "placed"
    PAID = "paid"
    PICKED_UP = "picked_up"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


BOUGHT = (Status.PAID, Status.PICKED_UP)
NEXT: Mapping[Status, frozenset[Status]] = {
    Status.PLACED: frozenset({Status.PAID, Status.PICKED_UP, Status.CANCELLED, Status.REFUNDED}),
    Status.PAID: frozenset({Status.PICKED_UP, Status.CANCELLED, Status.REFUNDED}),
    Status.PICKED_UP: frozenset({Status.REFUNDED}),
    Status.CANCELLED: frozenset({Status.REFUNDED}),
    Status.REFUNDED: frozenset(),
}


class OrderNumberTaken(Refusal):
    def __init__(self, order_no: str) -> None:
        super().__init__(N_("單號 {order_no} 已經有訂單了，請換一個單號。"), order_no=order_no)


class Order(Base):
    """One member's order.

    `cash` is whole TWD paid for goods, without shipping and after discounts;
    `refunded` is how much of it was given back. `ordered_on` is the day of
    `ordered_at` in Taipei. `imported_at` is None for an order taken here.
    `reopened` counts how often it was unpaid again, because it was paid by mistake.
    """

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("cash >= 0", name="cash_not_negative"),
        CheckConstraint("refunded >= 0 AND refunded <= cash", name="refund_within_cash"),
        CheckConstraint(
            "status IN ('placed', 'paid', 'picked_up', 'cancelled', 'refunded')", name="status"
        ),
        Index("ix_orders_member", "member_id", "ordered_on"),
        Index("ix_orders_day", "ordered_on"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_no: Mapped[str] = mapped_column(String(64), unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    ordered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ordered_on: Mapped[date]
    status: Mapped[Status] = mapped_column(String(20))
    cash: Mapped[int]
    refunded: Mapped[int] = mapped_column(default=0)
    reopened: Mapped[int] = mapped_column(default=0, server_default="0")
    imported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    lines: Mapped[list[OrderLine]] = relationship(order_by="OrderLine.id", lazy="raise")


class OrderLine(Base):
    """`amount` is whole TWD for the line; `days_of_supply`, for one unit, beats the product's.

    A line of a group-buy is one call: its item, the chosen values and for whom it
    is; its `amount` is after all discounts, `unit_price` before them.
    """

    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("days_of_supply >= 1", name="supply_lasts"),
        Index("ix_order_lines_product", "product_id", "order_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    quantity: Mapped[int]
    amount: Mapped[int]
    days_of_supply: Mapped[int | None]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("group_buy_items.id"), index=True)
    option: Mapped[str] = mapped_column(String(100), default="", server_default="")
    person: Mapped[str] = mapped_column(String(50), default="", server_default="")
    unit_price: Mapped[int | None]

    product: Mapped[Product] = relationship(lazy="raise")


class LineDraft(NamedTuple):
    """A line to be written; units as in `OrderLine`."""

    product_id: int
    quantity: int
    amount: int
    days_of_supply: int | None = None


class OrderDraft(NamedTuple):
    """An order to be written, not yet paid; its cash is the sum of its lines."""

    order_no: str
    member_id: int
    ordered_at: datetime
    lines: Sequence[LineDraft]

    @property
    def cash(self) -> int:
        return sum(line.amount for line in self.lines)


def follows(later: Status, earlier: Status) -> bool:
    """Whether an order may move from `earlier` to `later`."""
    return later in NEXT[earlier]


def place(session: Session, draft: OrderDraft, *, now: datetime) -> Order:
    """Take an order here and now.

    Raises:
        OrderNumberTaken: another order has this number.
    """
    [order_id] = place_many(session, [draft], now=now, imported=False).values()
    return session.get_one(Order, order_id)


def place_many(
    session: Session, drafts: Sequence[OrderDraft], *, now: datetime, imported: bool
) -> dict[str, int]:
    """Write orders as placed, with their lines; their ids by number.

    Raises:
        OrderNumberTaken: one of them has a number that is in use.
    """
    ids: dict[str, int] = {}
    if not drafts:
        return ids
    made = insert(session, Order).on_conflict_do_nothing(index_elements=["order_no"])
    returned = session.execute(
        made.returning(Order.order_no, Order.id), [_row(draft, now, imported) for draft in drafts]
    )
    ids.update(dict(returned.all()))
    if taken := [draft.order_no for draft in drafts if draft.order_no not in ids]:
        raise OrderNumberTaken(taken[0])
    lines = [
        line._asdict() | {"order_id": ids[draft.order_no]}
        for draft in drafts
        for line in draft.lines
    ]
    if lines:
        session.execute(insert(session, OrderLine), lines)
    return ids


def latest(session: Session, member_id: int, *, limit: int) -> Sequence[Order]:
    """A member's newest orders first."""
    query = select(Order).where(Order.member_id == member_id)
    return session.scalars(
        query.order_by(Order.ordered_at.desc(), Order.id.desc()).limit(limit)
    ).all()


def _row(draft: OrderDraft, now: datetime, imported: bool) -> dict[str, object]:
    return {
        "order_no": draft.order_no,
        "member_id": draft.member_id,
        "ordered_at": draft.ordered_at,
        "ordered_on": local_day(draft.ordered_at),
        "status": Status.PLACED,
        "cash": draft.cash,
        "refunded": 0,
        "imported_at": now if imported else None,
        "created_at": now,
        "changed_at": now,
    }
