"""What each member's orders come to: kept up to date order by order, not added up again.

Every transaction that makes an order count, or count no longer, brings the
member's row up to date; an invariant holds the rows against the orders. An
order counts while it is paid or picked up, with what was not refunded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row
from sqlalchemy.orm import Session

from models.base import insert, local_day
from models.shop.totals_records import MemberTotals, year_from
from models.shop.totals_recount import recount, verify

__all__ = ["Difference", "MemberTotals", "added", "change", "recount", "verify", "year_from"]

SUMS = (
    "orders",
    "spend",
    "first_on",
    "last_on",
    "year_orders",
    "year_spend",
    "year_oldest_on",
)


class Difference(NamedTuple):
    """What an order of the day `ordered_on` adds to a member's totals, or takes away: +1 or -1."""

    member_id: int
    ordered_on: date
    orders: int
    spend: int


def change(session: Session, differences: Collection[Difference], *, now: datetime) -> None:
    """Bring the totals of these members up to date with orders that were just written.

    What comes is added. Where something went, that member's orders are counted
    again: what the first and the last order are then, a difference cannot say.
    """
    by_member: dict[int, list[Difference]] = defaultdict(list)
    for each in differences:
        by_member[each.member_id].append(each)
    if not by_member:
        return
    held = hold(session, by_member, now=now)
    less = {id_ for id_, all_ in by_member.items() if any(each.orders < 0 for each in all_)}
    rows = [
        row._asdict() | added(row, by_member[row.member_id])
        for row in held
        if row.member_id not in less
    ]
    if rows:
        _put(session, rows, *SUMS)
    if less:
        recount(session, today=local_day(now), member_ids=sorted(less))


def added(row: Any, differences: Sequence[Difference]) -> dict[str, Any]:
    """The sums of a row with these orders added."""
    days = [each.ordered_on for each in differences]
    year = [each for each in differences if each.ordered_on >= row.year_from]
    return {
        "orders": row.orders + len(differences),
        "spend": row.spend + sum(each.spend for each in differences),
        "first_on": min([row.first_on or date.max, *days]),
        "last_on": max([row.last_on or date.min, *days]),
        "year_orders": row.year_orders + len(year),
        "year_spend": row.year_spend + sum(each.spend for each in year),
        "year_oldest_on": min(
            (day for day in (row.year_oldest_on, *(each.ordered_on for each in year)) if day),
            default=None,
        ),
    }


def hold(session: Session, member_ids: Collection[int], *, now: datetime) -> list[Row[Any]]:
    """The rows of these members, made if need be, held until the transaction ends."""
    nothing = {
        "orders": 0,
        "spend": 0,
        "year_from": year_from(local_day(now)),
        "year_orders": 0,
        "year_spend": 0,
        "review_on": None,
    }
    # in one order, so that two who hold several cannot wait for each other
    return _put(
        session, [{"member_id": id_, **nothing} for id_ in sorted(member_ids)], "review_on"
    )


def _put(session: Session, rows: list[dict[str, Any]], *columns: str) -> list[Row[Any]]:
    """Insert rows, or set `columns` where the member has one; the rows as they are then."""
    put = insert(session, MemberTotals)
    statement = put.on_conflict_do_update(
        index_elements=["member_id"], set_={name: put.excluded[name] for name in columns}
    )
    return list(session.execute(statement.returning(*MemberTotals.__table__.c), rows))
