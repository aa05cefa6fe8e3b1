"""At which hour a member usually does something here, for words that are tied to no day.

Of the past weeks only the hours are kept in which a member wrote, tapped, ordered
or opened a link: not what it was, and what others overhear in groups is no act.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    case,
    delete,
    func,
    literal,
    select,
    true,
    union,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from models.base import Base, among, day_start, insert
from models.people.members import Member
from models.talk import inbox
from models.talk.clicks import BroadcastClick
from models.talk.inbox import InboxEvent

ACTS = ("message", "postback")
ENOUGH = 5  # hours with acts in them; fewer say nothing about anybody
KEEP = timedelta(days=90)
CATCH_UP = 7  # days
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class ActiveHour(Base):
    """A member did something in this local hour (0 to 23) of this day in Taipei."""

    __tablename__ = "active_hours"
    __table_args__ = (Index("ix_active_hours_day", "day"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


def preferred(acts: Mapping[int, int], among: Collection[int]) -> int | None:
    """The hour of `among` in which somebody is mostly here; None where too little is known.

    `acts` counts days by hour. An hour's neighbours count half: who comes at five to
    eight comes at eight too. Of equals the busier hour, then the earlier.
    """
    if sum(acts.values()) < ENOUGH:
        return None
    scores = {
        hour: 2 * acts.get(hour, 0) + acts.get((hour - 1) % 24, 0) + acts.get((hour + 1) % 24, 0)
        for hour in among
    }
    best = max(scores, key=lambda hour: (scores[hour], acts.get(hour, 0), -hour), default=None)
    return best if best is not None and scores[best] else None


def preferred_of(
    session: Session, member_ids: Collection[int], among_hours: Collection[int], *, today: date
) -> dict[int, int]:
    """The preferred hour of each of these members of whom it is known."""
    counted = (
        select(ActiveHour.member_id, ActiveHour.hour, func.count())
        .where(among(session, ActiveHour.member_id, sorted(member_ids)))
        .where(ActiveHour.day >= today - KEEP)
        .group_by(ActiveHour.member_id, ActiveHour.hour)
    )
    acts: dict[int, dict[int, int]] = {}
    for member_id, hour, days in session.execute(counted):
        acts.setdefault(member_id, {})[hour] = days
    found = {member_id: preferred(known, among_hours) for member_id, known in acts.items()}
    return {member_id: hour for member_id, hour in found.items() if hour is not None}


def observe(session: Session, *, today: date) -> int:
    """Note the hours of the days that were not looked at; return how many were new."""
    oldest = today - CATCH_UP * DAY
    last = session.scalar(select(func.max(ActiveHour.day)).where(ActiveHour.day >= oldest))
    day = oldest if last is None else last + DAY
    noted = 0
    while day < today:
        noted += _observe(session, day)
        day += DAY
    session.execute(delete(ActiveHour).where(ActiveHour.day < today - KEEP))
    return noted


def forget(session: Session, member_id: int) -> None:
    """Let go of what is known of a member's hours."""
    session.execute(delete(ActiveHour).where(ActiveHour.member_id == member_id))


def _observe(session: Session, day: date) -> int:
    begins, ends = day_start(day), day_start(day + DAY)
    heard = (
        select(InboxEvent.person, *_moment(InboxEvent.occurred_at, day))
        .where(
            InboxEvent.id >= _first_event(session, begins),
            InboxEvent.id < _first_event(session, ends),
            InboxEvent.occurred_at >= begins,
            InboxEvent.occurred_at < ends,
            InboxEvent.kind.in_(ACTS),
            # what others say in a group is not kept, and was not said to the shop
            InboxEvent.body != inbox.EMPTY,
        )
        .distinct()  # first the day's events, and only then whose they are
        .subquery()
    )
    said = select(Member.id.label("member_id"), heard.c.day, heard.c.hour).join(
        heard, heard.c.person == Member.line_user_id
    )
    opened = select(BroadcastClick.member_id, *_moment(BroadcastClick.first_at, day)).where(
        BroadcastClick.first_at >= begins, BroadcastClick.first_at < ends
    )
    acts = select(union(said, opened).subquery()).where(true())
    put = insert(session, ActiveHour).from_select(["member_id", "day", "hour"], acts)
    kept = session.scalars(put.on_conflict_do_nothing().returning(ActiveHour.hour))
    return len(kept.all())


def _moment(
    at: InstrumentedAttribute[datetime], day: date
) -> tuple[ColumnElement[date], ColumnElement[int]]:
    """The day, and the hour of it."""
    begins = day_start(day)
    hour = case(*((at < begins + (each + 1) * HOUR, each) for each in range(23)), else_=23)
    return literal(day, Date).label("day"), hour.label("hour")


def _first_event(session: Session, at: datetime) -> int:
    """The id from which on events came in `at` or later, found by halving as ids follow time."""
    low = session.scalar(select(func.min(InboxEvent.id)).where(InboxEvent.id > 0)) or 1
    beyond = (session.scalar(select(func.max(InboxEvent.id)).where(InboxEvent.id > 0)) or 0) + 1
    while low < beyond:
        middle = (low + beyond) // 2
        following = select(InboxEvent.id, InboxEvent.received_at).where(InboxEvent.id >= middle)
        found = session.execute(following.order_by(InboxEvent.id).limit(1)).one()
        if found.received_at < at:
            low = found.id + 1
        else:
            beyond = middle
    return low
