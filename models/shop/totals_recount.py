"""Totals counted again from the orders, where some went or for everybody; years that move on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from models.base import among, insert
from models.shop.orders import BOUGHT, Order
from models.shop.totals_records import MemberTotals, year_from
from models.spans import Parts, whole

SPEND = Order.cash - Order.refunded
NOTHING = {
    "orders": 0,
    "spend": 0,
    "first_on": None,
    "last_on": None,
    "year_orders": 0,
    "year_spend": 0,
    "year_oldest_on": None,
}


def recount(session: Session, *, today: date, member_ids: Sequence[int] | None = None) -> None:
    """Count the totals of these members again, who must be held; None is everybody.

    Their year then is that of `today`, and they are reviewed at the next opportunity.
    """
    theirs = true() if member_ids is None else among(session, Order.member_id, member_ids)
    put = insert(session, MemberTotals)
    put = put.from_select(["member_id", "year_from", *NOTHING], _sums(today).where(theirs))
    review_on = _at_once(today)
    values = {name: put.excluded[name] for name in ("year_from", *NOTHING)}
    session.execute(
        put.on_conflict_do_update(
            index_elements=["member_id"], set_=values | {"review_on": review_on}
        )
    )
    whose = true() if member_ids is None else among(session, MemberTotals.member_id, member_ids)
    left = exists().where(Order.member_id == MemberTotals.member_id, Order.status.in_(BOUGHT))
    emptied = update(MemberTotals).where(MemberTotals.orders > 0, whose, ~left)
    session.execute(
        emptied.values(NOTHING | {"review_on": review_on}),
        execution_options={"synchronize_session": False},
    )


def hold_next(
    session: Session, which: ColumnElement[bool], *order: Any, limit: int
) -> Sequence[int]:
    """The first of the members that are meant, in an order that has an index, held by id."""
    # one order for all who hold several, or two could wait for each other
    first = select(MemberTotals.member_id).where(which).order_by(*order).limit(limit)
    query = select(MemberTotals.member_id).where(MemberTotals.member_id.in_(first))
    return session.scalars(query.order_by(MemberTotals.member_id).with_for_update()).all()


def move_years(session: Session, *, today: date, limit: int) -> int:
    """Let what is older than 12 months no longer count, for `limit` members; how many had some."""
    oldest, since = MemberTotals.year_oldest_on, year_from(today)
    # held before their orders are read: an order that is settled meanwhile waits or is seen
    if ids := hold_next(session, oldest < since, oldest, limit=limit):
        theirs = and_(Order.member_id == MemberTotals.member_id, Order.status.in_(BOUGHT))
        past = (theirs, Order.ordered_on >= MemberTotals.year_from, Order.ordered_on < since)
        gone = select(func.count()).where(*past).scalar_subquery()
        spent = select(func.coalesce(func.sum(SPEND), 0)).where(*past).scalar_subquery()
        stays = select(func.min(Order.ordered_on)).where(theirs, Order.ordered_on >= since)
        moved = update(MemberTotals).where(among(session, MemberTotals.member_id, ids))
        session.execute(
            moved.values(
                year_from=since,
                year_orders=MemberTotals.year_orders - gone,
                year_spend=MemberTotals.year_spend - spent,
                year_oldest_on=stays.scalar_subquery(),
                review_on=_at_once(today),
            ),
            execution_options={"synchronize_session": False},
        )
    return len(ids)


def verify(session: Session, parts: Parts = whole) -> list[str]:
    """One sentence for each member whose totals are not what their orders come to."""
    checks: tuple[tuple[str, Callable[[], Select[int]], Any], ...] = (
        ("has totals that are not their orders'", _wrong, MemberTotals.member_id),
        ("has orders but no totals", _missing, Order.member_id),
    )
    return [
        f"member {id_} {fault}"
        for fault, query, whose in checks
        for span in parts(whose)
        for id_ in session.scalars(query().where(span.holds(whose)))
    ]


def _wrong() -> Select[int]:
    totals, in_year = MemberTotals, Order.ordered_on >= MemberTotals.year_from
    counted = (
        (totals.orders, func.count(Order.id)),
        (totals.spend, func.coalesce(func.sum(SPEND), 0)),
        (totals.first_on, func.min(Order.ordered_on)),
        (totals.last_on, func.max(Order.ordered_on)),
        (totals.year_orders, func.count(Order.id).filter(in_year)),
        (totals.year_spend, func.coalesce(func.sum(SPEND).filter(in_year), 0)),
        (totals.year_oldest_on, func.min(Order.ordered_on).filter(in_year)),
    )
    return (
        select(totals.member_id)
        .outerjoin(Order, (Order.member_id == totals.member_id) & Order.status.in_(BOUGHT))
        .group_by(totals.member_id)
        .having(or_(*(said.is_distinct_from(are) for said, are in counted)))
    )


def _missing() -> Select[int]:
    has_row = exists().where(MemberTotals.member_id == Order.member_id)
    return select(Order.member_id).where(Order.status.in_(BOUGHT), ~has_row).distinct()


def _sums(today: date) -> Any:
    """What members' orders come to, in the order of the columns."""
    since = year_from(today)
    in_year = Order.ordered_on >= since
    return (
        select(
            Order.member_id,
            literal(since, Date),
            func.count(),
            func.sum(SPEND),
            func.min(Order.ordered_on),
            func.max(Order.ordered_on),
            func.count().filter(in_year),
            func.coalesce(func.sum(SPEND).filter(in_year), 0),
            func.min(Order.ordered_on).filter(in_year),
        )
        .where(Order.status.in_(BOUGHT))
        .group_by(Order.member_id)
    )


def _at_once(today: date) -> Any:
    """Today, unless the member is to be reviewed anyway."""
    return case((MemberTotals.review_on.is_not(None), literal(today, Date)))
