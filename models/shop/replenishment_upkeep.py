"""Each member's supplies kept up to date: by orders, refunds, answers and the shop's defaults.

Whatever changes something of it writes that first and follows up here. The row
of a member and product is held before their purchases are read, so that of two
at once the second sees the first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, delete, literal, select, true, union_all
from sqlalchemy.orm import Session

from models.base import among, batches, insert
from models.shop.orders import Order, OrderLine
from models.shop.product_records import Product
from models.shop.replenishment_history import SUPPLY, supplies
from models.shop.replenishment_records import Supply
from models.spans import Parts, Span, whole

MOST = 100
Pair = tuple[int, int]

KEY = ["member_id", "product_id"]
SAID = ("bought_on", "quantity", "days", "remind_on")
# what a row says that was made to be held: written over or removed in the same transaction
NOTHING: dict[str, Any] = {
    "bought_on": date.min,
    "quantity": 0,
    "days": 0,
    "remind_on": date.min,
}


def follow_orders(session: Session, order_ids: Sequence[int]) -> None:
    """Take in orders that were just bought or given back."""
    pairs: set[Pair] = set()
    for some in batches(order_ids):
        pairs |= _pairs(session, among(session, Order.id, some))
    follow(session, pairs)


def follow_products(session: Session, product_ids: Sequence[int]) -> None:
    """Take in that these products have other days of supply."""
    for some in batches(product_ids):
        follow(session, _pairs(session, OrderLine.product_id.in_(some)))


def follow(session: Session, pairs: Collection[Pair]) -> None:
    """Look again at what these members (in front) bought of these products."""
    for some in batches(sorted(set(pairs))):
        held = _hold(session, some)
        found = _read(session, some)
        _write(session, [row for pair, row in found.items() if tuple(row) != tuple(held[pair])])
        _remove(session, [pair for pair in some if pair not in found])


def recount(session: Session) -> None:
    """Make every row from the whole history: for a shop whose history came from elsewhere."""
    session.execute(delete(Supply))
    columns = [*KEY, *SAID]
    session.execute(insert(session, Supply).from_select(columns, supplies(true())))


def verify(session: Session, parts: Parts = whole) -> list[str]:
    """One sentence for each row that is not what the history says, two hundred at most."""
    faults = (fault for span in parts(Order.member_id) for fault in _faults(session, span))
    return [
        f"the supply of product {product_id} of member {member_id} is not what the orders say"
        for member_id, product_id in islice(faults, 2 * MOST)
    ]


def _faults(session: Session, span: Span) -> Iterator[Pair]:
    # one statement, so that no order comes between; compared here, because how many
    # rows the history comes to, no planner can guess
    said = supplies(span.holds(Order.member_id)).add_columns(literal(1).label("said"))
    kept = select(*(Supply.__table__.c[name] for name in (*KEY, *SAID)), literal(0))
    found: tuple[dict[Pair, Row[Any]], dict[Pair, Row[Any]]] = ({}, {})
    for row in session.execute(union_all(said, kept.where(span.holds(Supply.member_id)))):
        found[row.said][row.member_id, row.product_id] = row
    rows, history = found
    yield from (pair for pair, row in history.items() if rows.get(pair, ())[:-1] != row[:-1])
    yield from (pair for pair in rows if pair not in history)


def _pairs(session: Session, which: Any) -> set[Pair]:
    """Members and what they bought that runs out, in these orders."""
    query = (
        select(Order.member_id, OrderLine.product_id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Product, Product.id == OrderLine.product_id)
        .where(which, SUPPLY.is_not(None))
        .distinct()
    )
    return {(member_id, product_id) for member_id, product_id in session.execute(query)}


def _hold(session: Session, pairs: Sequence[Pair]) -> dict[Pair, Row[Any]]:
    """The rows, made if need be, held until the transaction ends."""
    rows = [dict(zip(KEY, pair, strict=True)) | NOTHING for pair in pairs]
    made = insert(session, Supply)
    # an update that changes nothing, because it must return the row and lock it
    held = made.on_conflict_do_update(
        index_elements=KEY, set_={"product_id": made.excluded.product_id}
    ).returning(*Supply.__table__.c)
    return {(row.member_id, row.product_id): row for row in session.execute(held, rows)}


def _read(session: Session, pairs: Sequence[Pair]) -> dict[Pair, Row[Any]]:
    whose = among(session, Order.member_id, sorted({member_id for member_id, _ in pairs}))
    what = among(session, OrderLine.product_id, sorted({product_id for _, product_id in pairs}))
    wanted = set(pairs)
    return {
        pair: row
        for row in session.execute(supplies(whose & what))
        if (pair := (row.member_id, row.product_id)) in wanted
    }


def _write(session: Session, rows: Sequence[Row[Any]]) -> None:
    if rows:
        put = insert(session, Supply)
        put = put.on_conflict_do_update(
            index_elements=KEY, set_={name: put.excluded[name] for name in SAID}
        )
        session.execute(put, [row._asdict() for row in rows])


def _remove(session: Session, pairs: Sequence[Pair]) -> None:
    if pairs:
        table = cast("Table", Supply.__table__)
        one = (table.c.member_id == bindparam("member")) & (
            table.c.product_id == bindparam("product")
        )
        session.connection().execute(
            delete(table).where(one), [{"member": m, "product": p} for m, p in pairs]
        )
