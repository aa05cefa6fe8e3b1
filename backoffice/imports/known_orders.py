"""What the shop already has of the orders and people that a file speaks of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.imports.cells import telephone
from models.base import batches, vault
from models.people.members import Member
from models.shop.orders import Order, OrderLine, Status
from models.shop.products import Product
from models.shop.settlement import Step

KnownLine = tuple[str, int, int, int | None]
"""Product, quantity, amount and days of supply."""


@dataclass(frozen=True)
class Known:
    """An order that is there."""

    id: int
    order_no: str
    member_id: int
    ordered_at: datetime
    ordered_on: date
    cash: int
    status: Status
    lines: tuple[KnownLine, ...]
    refunded: int = 0
    reopened: int = 0

    def step(self, after: Status) -> Step:
        return Step(
            order_id=self.id,
            order_no=self.order_no,
            member_id=self.member_id,
            ordered_on=self.ordered_on,
            cash=self.cash,
            before=self.status,
            after=after,
            refunded=self.refunded,
            reopened=self.reopened,
        )


def known_orders(session: Session, numbers: Collection[str]) -> Mapping[str, Known]:
    """Those of these orders that are there, by number."""
    found: dict[str, Known] = {}
    for batch in batches(list(numbers)):
        query = select(Order).where(Order.order_no.in_(batch))
        rows = list(session.scalars(query))
        lines = _lines(session, [order.id for order in rows])
        found |= {
            order.order_no: Known(
                order.id,
                order.order_no,
                order.member_id,
                order.ordered_at,
                order.ordered_on,
                order.cash,
                Status(order.status),
                tuple(lines.get(order.id, ())),
                order.refunded,
                order.reopened,
            )
            for order in rows
        }
    return found


def find_members(session: Session, names: Collection[str]) -> Mapping[str, frozenset[int]]:
    """Whom each of these may mean, by LINE user id, external id or phone."""
    phones = {name: vault(session).mark(digits) for name in names if (digits := telephone(name))}
    found: dict[str, set[int]] = {name: set() for name in names}
    for column, wanted in (
        (Member.line_user_id, {name: name for name in names}),
        (Member.external_id, {name: name for name in names}),
        (Member.phone_mark, phones),
    ):
        ids: dict[str | None, int] = {}
        for batch in batches(sorted(set(wanted.values()))):
            query = select(column, Member.id).where(column.in_(batch))
            ids.update(dict(session.execute(query).all()))
        for name, key in wanted.items():
            if key in ids:
                found[name].add(ids[key])
    return {name: frozenset(members) for name, members in found.items()}


def _lines(session: Session, order_ids: Collection[int]) -> dict[int, list[KnownLine]]:
    query = (
        select(
            OrderLine.order_id,
            Product.name,
            OrderLine.quantity,
            OrderLine.amount,
            OrderLine.days_of_supply,
        )
        .join(Product, Product.id == OrderLine.product_id)
        .where(OrderLine.order_id.in_(order_ids))
    )
    found: dict[int, list[KnownLine]] = {}
    for order_id, product, quantity, amount, days in session.execute(query):
        found.setdefault(order_id, []).append((product, quantity, amount, days))
    return found
