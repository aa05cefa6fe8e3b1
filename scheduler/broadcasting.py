"""Broadcasts put into the outbox: part by part, each part in a transaction of its own.

Where a part was lost with its process, the next look begins where the last
committed one ended; what a message is known by makes twice harmless.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

import structlog
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, sessionmaker

from bot.texts import refusal
from bot.views import broadcast_desk as views
from models.base import Refusal, dialect, local_day
from models.insight import segments
from models.loyalty import coupons
from models.loyalty.coupons import CouponFact
from models.people import consents, members
from models.people.consents import Topic
from models.people.members import Member
from models.programme import Programme
from models.shop import worth
from models.talk import broadcast_records, broadcasts, outbox, retry_keys
from models.talk.broadcast_records import ARMS, Broadcast, Stage
from models.talk.broadcasts import Standing
from models.talk.outbox import Draft
from models.talk.policy import Purpose
from scheduler.broadcast_writing import Writer

log = structlog.get_logger()

TOPIC = Topic.OFFERS
# members taken together: the segment is looked at anew each time, others wait for as long
PART, PART_WITH_COUPONS, PART_ON_SQLITE = 20_000, 5_000, 2_000
AT_ONCE = 2_000  # of them while whoever confirmed waits for the answer
RETRY_KEYS = uuid5(NAMESPACE_URL, "tuanyou/broadcasts")

Recipient = Row[Any]


class Addressed(NamedTuple):
    """Somebody who is written to: in which variant, and by what their message is known.

    Many are held at once, so it is one object and not a row with others around it.
    """

    id: int
    line_user_id: str
    name: str
    language: str
    arm: int
    key: str


@dataclass
class Part:
    """Members who were taken together, up to the `last`: those written to, and the others."""

    size: int = 0
    last: int = 0
    to: list[Addressed] = field(default_factory=list)
    kept_out: list[int] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


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
    while more:
        try:
            with sessions.begin() as session:
                planned, more = plan_part(session, number, now=now, programme=programme)
        except Refusal as refused:
            # a tag or group-buy it names is gone since it was confirmed
            log.warning("broadcast_stopped", number=number, reason=refused.msgid)
            with sessions.begin() as session:
                _stop(session, number, refused, now=now)
            break
        count += planned
    return count


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
) -> tuple[int, bool]:
    """Queue the messages of the next members; how many, and whether others follow.

    Raises:
        Refusal: what it names is not there any more.
    """
    broadcast = broadcasts.hold(session, number)
    if broadcast.stage != Stage.WAITING:
        return 0, False
    limit = limit or _size(session, broadcast)
    people = (
        audience(session, broadcast.segment, now=now, programme=programme)
        .where(Member.id > broadcast.planned_to)
        .order_by(Member.id)
        .limit(limit)
    )
    part = _read(session.execute(people), broadcast)
    count = _plan(session, broadcast, part, now=now, programme=programme)
    if part.size == limit:
        broadcast.planned_to = part.last
        return count, True
    broadcast.stage = Stage.PLANNED.value
    return count, False


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
    people: Select[*tuple[Any, ...]] = select(
        Member.id,
        Member.line_user_id,
        Member.name,
        Member.language,
        members.reachable().label("reachable"),
        consents.allows(TOPIC).label("allowed"),
    )
    return people.where(Member.id.in_(meant))


def _read(people: Iterable[Recipient], broadcast: Broadcast) -> Part:
    """Who of them is written to, and who is not."""
    found = Part()
    number, held_back = broadcast.id, broadcast.held_back
    variants = len(broadcast.terms.variants)
    for person in people:
        found.size, found.last = found.size + 1, person.id
        if why := excluded(person):
            found.left_out[why] += 1
            continue
        arm = broadcasts.arm(number, person.id, held_back=held_back, variants=variants)
        if arm is None:
            found.kept_out.append(person.id)
        else:
            key = _key(broadcast, person, arm)
            to = person.id, person.line_user_id, person.name, person.language
            found.to.append(Addressed(*to, arm, key))
    return found


def _plan(
    session: Session, broadcast: Broadcast, part: Part, *, now: datetime, programme: Programme
) -> int:
    """Queue messages to those who may be written to; keep out and count the others."""
    broadcasts.leave_out(broadcast, part.left_out)
    broadcasts.keep_out(session, broadcast, part.kept_out)
    writer = Writer(session, broadcast.terms, now, programme, broadcast.id)
    to, given = part.to, _coupons(writer, broadcast, part.to)
    if writer.coupon is not None:
        to = [each for each in to if each.key in given]
        broadcasts.leave_out(broadcast, Counter(coupon_gone=len(part.to) - len(to)))
    writer.look_up(to)
    values = worth.values(session, TOPIC, [each.id for each in to], programme.responses)
    drafts = _drafts(writer, broadcast, to, given, values)
    new = outbox.enqueue_many(session, drafts, now=now)
    broadcast.planned += len(new)
    return len(new)


def excluded(person: Any) -> str | None:
    """Why somebody is not written to, if they are not."""
    if not person.reachable:
        return "not_friend"
    return None if person.allowed else "opted_out"


def _drafts(
    writer: Writer,
    broadcast: Broadcast,
    to: Iterable[Addressed],
    given: Mapping[str, CouponFact],
    values: Mapping[int, int],
) -> Iterator[Draft]:
    number, rule, use_until = broadcast.id, broadcast.rule, broadcast.use_until
    due_at = max(broadcast.release_at, writer.now)
    for each in to:
        yield Draft(
            key=each.key,
            rule=rule,
            period=ARMS[each.arm],
            member_id=each.id,
            to_id=each.line_user_id,
            messages=writer.body(each, each.arm, given.get(each.key)),
            topic=TOPIC,
            purpose=Purpose.MARKETING,
            due_at=due_at,
            use_until=use_until,
            value=values[each.id],
            retry_key=retry_keys.of(RETRY_KEYS, f"{number}:{each.line_user_id}"),
        )


def _coupons(
    writer: Writer, broadcast: Broadcast, to: Sequence[Addressed]
) -> dict[str, CouponFact]:
    """A coupon for each, as far as the shop's limits allow; known by their message."""
    if writer.coupon is None or not to:
        return {}
    grants = [(each.id, each.key) for each in to]
    starts = local_day(max(broadcast.release_at, writer.now))
    return coupons.issue_many(
        writer.session, writer.coupon, grants, now=writer.now, from_day=starts
    )


def _key(broadcast: Broadcast, person: Recipient, arm: int) -> str:
    return broadcast_records.key(broadcast.id, ARMS[arm], person.id)


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
