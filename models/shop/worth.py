"""What the shop may expect of a message: how often its topic is answered, times a mean order.

In hundredths of NT$, by its first three digits. It decides who is written to
first while the month's messages are short; prediction may refine it later.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Double, Text, cast, func, select
from sqlalchemy.orm import Session

from models.base import among
from models.message_terms import ResponseTerms
from models.shop.totals_records import MemberTotals
from models.talk import responses
from models.talk.bid_price import rounded

HUNDREDTHS = 100


def values(
    session: Session,
    topic: str,
    member_ids: Collection[int],
    terms: ResponseTerms,
    *,
    rate: float | None = None,
) -> dict[int, int]:
    """What a message on this topic is worth, sent to each of these members.

    `rate` is how many orders each message brings, if more is known than its topic.
    """
    if rate is None:
        rate = responses.rate(session, topic, terms)
    found = session.execute(
        select(MemberTotals.member_id, MemberTotals.orders, MemberTotals.spend).where(
            among(session, MemberTotals.member_id, member_ids)
        )
    )

    def value(orders: int = 0, spend: int = 0) -> int:
        return rounded(rate * terms.mean_order(orders, spend) * HUNDREDTHS)

    strangers = dict.fromkeys(member_ids, value())
    return strangers | {id_: value(orders, spend) for id_, orders, spend in found}


def whole(rate: float, terms: ResponseTerms) -> ColumnElement[int]:
    """What `selected` needs of each row, which has NULL for `MemberTotals` of a stranger."""
    orders, spend = (
        cast(func.coalesce(number, 0), Double)
        for number in (MemberTotals.orders, MemberTotals.spend)
    )
    mean: Any = terms.mean_order(orders, spend)  # type: ignore[arg-type]
    hundredths = cast(func.round(rate * mean * HUNDREDTHS), BigInteger)
    return func.greatest(0, hundredths, type_=BigInteger)


def selected(whole: ColumnElement[int]) -> ColumnElement[int]:
    """The same as `values` inside PostgreSQL, of what is not rounded yet."""
    more = func.greatest(0, func.length(cast(whole, Text)) - 3)
    step = cast(func.power(10, more), BigInteger)
    return whole // step * step
