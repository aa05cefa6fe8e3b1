"""What members look at, wait for and wish for before they order anything.

One row for a member and a group-buy however often they come; campaigns read who
looked and did not order, and whom to tell that something opens.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcDateTime, insert

LONGEST_WISH = 50


class View(Base):
    """A member opened a group-buy's card or began to order it, `times` so far, last `at`."""

    __tablename__ = "views"
    __table_args__ = (Index("ix_views_group_buy", "group_buy_id", "at"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    group_buy_id: Mapped[int] = mapped_column(ForeignKey("group_buys.id"), primary_key=True)
    times: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class OpeningAlert(Base):
    """A member wants to be told when a group-buy opens for them."""

    __tablename__ = "opening_alerts"
    __table_args__ = (Index("ix_opening_alerts_group_buy", "group_buy_id"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    group_buy_id: Mapped[int] = mapped_column(ForeignKey("group_buys.id"), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WishedFor(Base):
    """Something a member would like the shop to offer (敲碗), as they wrote it."""

    __tablename__ = "wished_for"
    __table_args__ = (UniqueConstraint("member_id", "name"), Index("ix_wished_for_name", "name"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    name: Mapped[str] = mapped_column(String(LONGEST_WISH))
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)


def looked(
    session: Session, member_id: int, group_buy_ids: Collection[int], *, now: datetime
) -> None:
    """Write down that a member looked at these group-buys."""
    if not group_buy_ids:
        return
    rows = [
        {"member_id": member_id, "group_buy_id": number, "times": 1, "at": now}
        for number in sorted(group_buy_ids)
    ]
    session.execute(
        insert(session, View)
        .values(rows)
        .on_conflict_do_update(
            index_elements=["member_id", "group_buy_id"],
            set_={"times": View.times + 1, "at": now},
        )
    )


def remind(session: Session, member_id: int, group_buy_id: int, *, now: datetime) -> bool:
    """Have a member told when it opens; False if they had asked for it before."""
    added = session.scalar(
        insert(session, OpeningAlert)
        .values(member_id=member_id, group_buy_id=group_buy_id, asked_at=now)
        .on_conflict_do_nothing(index_elements=["member_id", "group_buy_id"])
        .returning(OpeningAlert.member_id)
    )
    return added is not None


def reminded_of(session: Session, member_id: int) -> Sequence[int]:
    """The group-buys of whose opening a member wants to be told."""
    query = select(OpeningAlert.group_buy_id).where(OpeningAlert.member_id == member_id)
    return session.scalars(query).all()


def wish(session: Session, member_id: int, name: str, *, now: datetime) -> int:
    """Write down what a member would like to have; how many members wish for that by now."""
    session.execute(
        insert(session, WishedFor)
        .values(member_id=member_id, name=name[:LONGEST_WISH], said_at=now)
        .on_conflict_do_nothing(index_elements=["member_id", "name"])
    )
    counted = select(func.count()).where(WishedFor.name == name[:LONGEST_WISH])
    return session.scalar(counted) or 0
