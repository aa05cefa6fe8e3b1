"""Broadcasts put into the outbox: part by part, each part in a transaction of its own.

Where a part was lost with its process, the next look begins where the last
committed one ended; what a message is known by makes twice harmless.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from sqlalchemy import BigInteger, ColumnElement, Select, Text, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, sessionmaker

from bot.texts import refusal
from bot.views import broadcast_desk as views
from models.base import Refusal, dialect
from models.insight import segments
from models.loyalty import coupons
from models.people import consents, members
from models.people.consents import Topic
from models.people.members import Member
from models.programme import Programme
from models.talk import broadcasts, outbox
from models.talk.broadcast_records import Broadcast, Stage
from models.talk.broadcasts import Standing
from models.talk.outbox import Draft
from models.talk.policy import Purpose
from models.wholesale import wholesale
from scheduler import broadcast_letters, broadcast_sets
from scheduler.broadcast_letters import TOPIC
from scheduler.broadcast_writing import Writer

log = structlog.get_logger()

# members taken together: the segment is looked at anew each time, others wait for as long
PART, PART_WITH_COUPONS, PART_ON_SQLITE = 20_000, 5_000, 2_000
AT_ONCE = 2_000  # of them while whoever confirmed waits for the answer


class Known(NamedTuple):
    """Members who are in a segment, up to the `last`: their ids, a list nobody takes apart."""

    last: int
    ids: str


def plan_due(sessions: sessionmaker[Session], now: datetime, programme: Programme) -> int:
    """Queue what is due of all broadcasts; how many messages."""
    with sessions() as session:
        session.connection(execution_options={"readonly": True})
        numbers = broadcasts.due(session, now=now)
    return sum(_plan_all(sessions, number, now, programme) for number in numbers)


def _plan_all(
    sessions: sessionmaker[Session], number: int, now: datetime, programme: Programme
) -> int:
    count, more = 0, True
    coming: Iterator[Known] | None = None
    while more:
        try:
            of = next(coming, None) if coming else None
            with sessions.begin() as session:
                planned, more = plan_part(session, number, now=now, programme=programme, of=of)
            if more and coming is None:
                coming = _coming(sessions, number, now, programme)
        except Refusal as refused:
            # a tag or group-buy it names is gone since it was confirmed
            log.warning("broadcast_stopped", number=number, reason=refused.msgid)
            with sessions.begin() as session:
                _stop(session, number, refused, now=now)
            break
        count += planned
    return count


def _coming(
    sessions: sessionmaker[Session], number: int, now: datetime, programme: Programme
) -> Iterator[Known]:
    """The rest of its segment, part by part: to look at it for each part takes longer than all."""
    with sessions() as session:
        session.connection(execution_options={"readonly": True})
        broadcast = broadcasts.find(session, number)
        meant = segments.parse(session, broadcast.segment, programme).members(now).subquery().c
        place = func.row_number().over(order_by=meant.id) - 1
        part = (place // _size(session, broadcast)).label("part")
        rest = select(meant.id, part).where(meant.id > broadcast.planned_to).subquery().c
        ids = func.aggregate_strings(cast(rest.id, Text), ",")
        parts = select(func.max(rest.id), ids).group_by(rest.part).order_by(rest.part)
        with wholesale(session):
            return iter([Known(*each) for each in session.execute(parts)])


def _stop(session: Session, number: int, refused: Refusal, *, now: datetime) -> None:
    """Call off what was not queued yet, and tell whoever confirmed it why."""
    broadcast = broadcasts.hold(session, number)
    broadcast.stage, broadcast.cancelled_at = Stage.CANCELLED.value, now
    told = Draft(
        key=f"organiser:stopped:{broadcast.rule}",
        rule="organiser",
        period=broadcast.rule,
        member_id=None,
        to_id=broadcast.by,
        messages=[views.stopped(broadcast, refusal(refused))],
        topic=Topic.SERVICE,
        purpose=Purpose.SERVICE,
        due_at=now,
    )
    outbox.enqueue(session, told, now=now)


def plan_part(
    session: Session,
    number: int,
    *,
    now: datetime,
    programme: Programme,
    limit: int | None = None,
    of: Known | None = None,
) -> tuple[int, bool]:
    """Queue the messages of the next members; how many, and whether others may follow.

    They are the next `limit` of the segment, or those of whom it is known that they are in it.

    Raises:
        Refusal: what it names is not there any more.
    """
    broadcast = broadcasts.hold(session, number)
    if broadcast.stage != Stage.WAITING:
        return 0, False
    limit = limit or _size(session, broadcast)
    if of:
        people = _addressed(Member.id.in_(_ids(session, of)))
    else:
        people = audience(session, broadcast.segment, now=now, programme=programme).limit(limit)
    people = people.where(Member.id > broadcast.planned_to).order_by(Member.id)
    writer = Writer(session, broadcast.terms, now, programme, broadcast.id)
    before = broadcast.planned
    size, last = _queue(writer, broadcast, people)
    more = bool(of) or size == limit
    if more:
        broadcast.planned_to = max(broadcast.planned_to, last, of.last if of else 0)
    else:
        broadcast.stage = Stage.PLANNED.value
    return broadcast.planned - before, more


def _queue(writer: Writer, broadcast: Broadcast, people: Select[Any]) -> tuple[int, int]:
    """Queue what these members are sent; how many they are, and the last of them."""
    session = writer.session
    if not broadcast_sets.can(session, broadcast):
        part = broadcast_letters.read(session.execute(people), broadcast)
        broadcast_letters.queue(writer, broadcast, part)
        return part.size, part.last
    taken = broadcast_sets.queue(writer, broadcast, people)
    if taken.rest:
        rest = _addressed(Member.id.in_(taken.rest))
        part = broadcast_letters.read(session.execute(rest), broadcast)
        broadcast_letters.queue(writer, broadcast, part)
    return taken.size, taken.last


def _ids(session: Session, known: Known) -> Select[int]:
    if dialect(session) == "postgresql":
        return select(func.unnest(cast(literal(f"{{{known.ids}}}", Text), ARRAY(BigInteger))))
    return select(func.json_each(f"[{known.ids}]").table_valued("value").c.value)


def _size(session: Session, broadcast: Broadcast) -> int:
    """How many members are taken together."""
    if dialect(session) == "sqlite":
        return PART_ON_SQLITE  # nobody else can write meanwhile
    return PART_WITH_COUPONS if broadcast.terms.coupon else PART


def audience(
    session: Session, expression: str, *, now: datetime, programme: Programme
) -> Select[*tuple[Any, ...]]:
    """The members of a segment, with whether they may be written to.

    Raises:
        BadSegment: the expression cannot be read.
    """
    meant = segments.parse(session, expression, programme).members(now)
    return _addressed(Member.id.in_(meant))


def _addressed(which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    people: Select[*tuple[Any, ...]] = select(
        Member.id,
        Member.line_user_id,
        Member.name,
        Member.language,
        members.reachable().label("reachable"),
        consents.allows(TOPIC).label("allowed"),
    )
    return people.where(which)


def cancel(session: Session, number: int, *, by: int, now: datetime) -> Standing:
    """Call off what has not gone out, and take back the coupons that would have come with it.

    Raises:
        NoSuchBroadcast, OverAlready: there is nothing to call off.
    """
    found = broadcasts.cancel(session, number, now=now)
    if found.broadcast.terms.coupon:
        unsent = broadcasts.called_off(found.broadcast)
        coupons.void_given(session, unsent, by=by, now=now)
    return found
