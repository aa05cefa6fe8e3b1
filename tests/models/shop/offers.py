"""A group-buy that is open, for the tests of the shop."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.base import local_day
from models.people import members
from models.people.members import Member
from models.programme import Programme
from models.shop import group_buys, ordering
from models.shop.group_buy_records import GroupBuy
from models.shop.group_buy_terms import GroupBuyTerms, ItemTerms
from models.shop.ordering import Outcome
from models.shop.shares import Want


def member(session: Session, name: str, now: datetime) -> Member:
    """A member by this name."""
    found, _ = members.enrol(session, f"U{name}", now=now, today=local_day(now))
    found.name = name
    session.flush()
    return found


def opened(session: Session, now: datetime, *items: ItemTerms, **terms: Any) -> GroupBuy:
    """A published group-buy; of mangoes at NT$450 unless said otherwise."""
    offered = items or (ItemTerms("A", "愛文芒果", 450, unit="箱"),)
    drafted = group_buys.draft(
        session, GroupBuyTerms(offered[0].name, tuple(offered), **terms), by="boss", now=now
    )
    return group_buys.publish(session, drafted, now=now)


class Counter:
    """Members of one group-buy calling."""

    def __init__(
        self, session: Session, group_buy: GroupBuy, programme: Programme, now: datetime
    ) -> None:
        self.session, self.group_buy = session, group_buy
        self.programme, self.now = programme, now

    def call(self, who: Member, quantity: int, code: str = "A", **more: Any) -> Outcome:
        """`who` calls so many more (or fewer) of an item."""
        item = self.group_buy.item(code)
        want = Want(item.id, more.pop("option", ""), quantity, more.pop("person", ""))
        return ordering.call(
            self.session,
            self.group_buy.id,
            who,
            [want],
            now=self.now,
            programme=self.programme,
            **more,
        )
