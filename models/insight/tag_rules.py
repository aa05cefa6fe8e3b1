"""Tags by rule: who bought certain products often enough of late, such as 母嬰用品買家.

A rule's tag carries the day through which it holds if nothing else is bought:
only new orders and that day can change it, so a night looks at nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    case,
    column,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    values,
)
from sqlalchemy.orm import Session

from models.base import UtcDateTime, among, dialect, insert
from models.days import DaysLater
from models.people.tags import MemberTag
from models.programme import TagRule
from models.shop.orders import BOUGHT, Order, OrderLine
from models.shop.products import Product

COUNTED = {"synchronize_session": False, "preserve_rowcount": True}


def apply(
    session: Session,
    rules: Sequence[TagRule],
    *,
    today: date,
    now: datetime,
    member_ids: Sequence[int] | None = None,
) -> int:
    """Bring the tags by rule of these members (None: of all) in line; how many rows changed."""
    theirs = true() if member_ids is None else among(session, MemberTag.member_id, member_ids)
    # those without a last day say who is in a saved segment, and are kept there
    stale = delete(MemberTag).where(MemberTag.by_rule, MemberTag.until.is_not(None), theirs)
    counted = _counted(session, rules)
    if not counted:
        return _rows(session, stale)
    found = _qualified(session, rules, counted, today, member_ids)
    kept = exists().where(found.c.member_id == MemberTag.member_id, found.c.tag == MemberTag.tag)
    gone = _rows(session, stale.where(~kept))
    return gone + _give(session, found, now)


def expire(session: Session, *, today: date) -> int:
    """Take the tags by rule that nobody earned again in time; how many."""
    return _rows(session, delete(MemberTag).where(MemberTag.by_rule, MemberTag.until < today))


def _counted(session: Session, rules: Sequence[TagRule]) -> list[tuple[int, int]]:
    """Which products count for which rule, by its place."""
    return [
        (place, product_id)
        for place, rule in enumerate(rules)
        for product_id in session.scalars(select(Product.id).where(meant(rule)))
    ]


def meant(rule: TagRule) -> ColumnElement[bool]:
    """Whether a product is one that the rule counts."""
    named = [Product.name.icontains(word, autoescape=True) for word in rule.words]
    if rule.category:
        named.append(Product.category == rule.category)
    return or_(*named) if named else true()


def _qualified(
    session: Session,
    rules: Sequence[TagRule],
    counted: list[tuple[int, int]],
    today: date,
    member_ids: Sequence[int] | None,
) -> CTE:
    """Who has which tag, and through which day: from the order that makes the number full."""
    bought = _bought(session, rules, counted, today, member_ids)
    place = func.row_number().over(
        partition_by=(bought.c.rule, bought.c.member_id),
        order_by=(bought.c.ordered_on.desc(), bought.c.id.desc()),
    )
    ranked = select(bought, place.label("place")).cte("ranked")
    rule = ranked.c.rule
    days = _by_rule(rule, [each.days for each in rules])
    return (
        select(
            ranked.c.member_id,
            _by_rule(rule, [each.name for each in rules]).label("tag"),
            DaysLater(ranked.c.ordered_on, days).label("until"),
        )
        .where(ranked.c.place == _by_rule(rule, [each.orders for each in rules]))
        .cte("qualified")
    )


def _bought(
    session: Session,
    rules: Sequence[TagRule],
    counted: list[tuple[int, int]],
    today: date,
    member_ids: Sequence[int] | None,
) -> CTE:
    """The orders that count for each rule."""
    rule, product_id = column("rule", Integer), column("product_id", Integer)
    products = values(rule, product_id, literal_binds=True).data(counted).cte("counted")
    since = [literal(today - timedelta(days=each.days), Date) for each in rules]
    whose = true() if member_ids is None else among(session, Order.member_id, member_ids)
    return (
        select(products.c.rule, Order.member_id, Order.id, Order.ordered_on)
        .join(OrderLine, OrderLine.product_id == products.c.product_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            Order.status.in_(BOUGHT),
            # said twice: the planner cannot tell how much the second leaves
            Order.ordered_on >= today - timedelta(days=max(each.days for each in rules)),
            Order.ordered_on >= _by_rule(products.c.rule, since),
            whose,
        )
        .distinct()
        .cte("bought")
    )


def _by_rule(rule: ColumnElement[int], settings: Sequence[Any]) -> ColumnElement[Any]:
    """What each rule says, chosen by its place."""
    return case(dict(enumerate(settings)), value=rule)


def _give(session: Session, found: CTE, now: datetime) -> int:
    rows = select(found.c.member_id, found.c.tag, literal(now, UtcDateTime), true(), found.c.until)
    columns = ["member_id", "tag", "at", "by_rule", "until"]
    # SQLite takes the ON of a conflict for one of a join unless a WHERE stands before it
    put = insert(session, MemberTag).from_select(columns, rows.where(true()))
    changed = MemberTag.by_rule & MemberTag.until.is_distinct_from(put.excluded.until)
    statement = put.on_conflict_do_update(
        index_elements=["member_id", "tag"], set_={"until": put.excluded.until}, where=changed
    )
    return _rows(session, statement)


def _rows(session: Session, statement: Any) -> int:
    result: Any = session.execute(statement, execution_options=COUNTED)
    if dialect(session) == "sqlite":
        # its driver does not count what stands behind a WITH
        return session.scalar(select(func.changes())) or 0
    return int(result.rowcount)
