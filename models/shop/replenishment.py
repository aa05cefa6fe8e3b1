"""Supplies that run out: what members say of them, and where the rest of the subject is found.

The rule is `estimate`; `supplies` keeps its outcome for every member and product,
so that whom to remind today is a look at one index.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from models.base import insert
from models.shop.replenishment_records import Supply, SupplyAnswer
from models.shop.replenishment_rules import (
    CATCH_UP_DAYS,
    LEAD_DAYS,
    Answer,
    Estimate,
    Purchase,
    estimate,
    observed,
)
from models.shop.replenishment_upkeep import follow, recount, verify

__all__ = [
    "CATCH_UP_DAYS",
    "LEAD_DAYS",
    "Answer",
    "Estimate",
    "Purchase",
    "Supply",
    "SupplyAnswer",
    "answer",
    "estimate",
    "follow",
    "observed",
    "recount",
    "verify",
]


def answer(
    session: Session,
    *,
    member_id: int,
    product_id: int,
    bought_on: date,
    said: Answer,
    today: date,
    now: datetime,
) -> None:
    """Keep what a member said about a purchase; the last answer counts."""
    values = {"answer": said.value, "said_on": today, "at": now}
    key = {"member_id": member_id, "product_id": product_id, "bought_on": bought_on}
    session.execute(
        insert(session, SupplyAnswer)
        .values(key | values)
        .on_conflict_do_update(index_elements=list(key), set_=values)
    )
    follow(session, [(member_id, product_id)])
