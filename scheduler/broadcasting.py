"""Broadcasts put into the outbox: part by part, each part in a transaction of its own.

Where a part was lost with its process, the next look begins where the last
committed one ended; what a message is known by makes twice harmless.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import structlog
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, sessionmaker

from bot.texts import refusal
from bot.views import broadcast_desk as views
from models.base import N_, Refusal, local_day
from models.insight import segments
from models.loyalty import coupons
from models.loyalty.coupons import CouponFact
from models.people import consents, members
from models.people.consents import Topic
from models.people.members import Member
from models.programme import Programme
from models.shop import worth
from models.shop.group_buy_records import GroupBuy
from models.talk import broadcast_records, broadcasts, outbox, retry_keys
from models.talk.broadcast_records import ARMS, Broadcast, Stage
from models.talk.broadcast_terms import Wanted
from models.talk.broadcasts import Standing
from models.talk.outbox import Draft
from models.talk.policy import Purpose
from scheduler.broadcast_writing import Writer

log = structlog.get_logger()

TOPIC = Topic.OFFERS
PART = 5_000
RETRY_KEYS = uuid5(NAMESPACE_URL, "tuanyou/broadcasts")

Recipient = Row[Any]


class ClosesBefore(Refusal):
    """What it is about is over before it goes out."""

    buttons = ("/開團中",)

    def __init__(self, number: int) -> None:
        super().__init__(
            N_("第 {number} 團在送出以前就結單了，沒有排進去；請先 /延長，或換一個時間。"),
            number=number,
        )


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
    session: Session, number: int, *, now: datetime, programme: Programme, limit: int = PART
) -> tuple[int, bool]:
    """Queue the messages of the next members; how many, and whether others follow.

    Raises:
        Refusal: what it names is not there any more.
    """
    broadcast = broadcasts.hold(session, number)
    if broadcast.stage != Stage.WAITING:
        return 0, False
    people = session.execute(
        audience(session, broadcast.segment, now=now, programme=programme)
        .where(Member.id > broadcast.planned_to)
        .order_by(Member.id)
        .limit(limit)
    ).all()
    count = _plan(session, broadcast, people, now=now, programme=programme)
    if len(people) == limit:
        broadcast.planned_to = people[-1].id
        return count, True
    broadcast.stage = Stage.PLANNED.value
    return count, False


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


def _plan(
    session: Session,
    broadcast: Broadcast,
    people: Sequence[Recipient],
    *,
    now: datetime,
    programme: Programme,
) -> int:
    """Queue messages to those who may be written to; keep out and count the others."""
    broadcasts.leave_out(broadcast, Counter(why for each in people if (why := excluded(each))))
    arms = {
        each.id: broadcasts.arm(
            broadcast.id,
            each.id,
            held_back=broadcast.held_back,
            variants=len(broadcast.terms.variants),
        )
        for each in people
        if not excluded(each)
    }
    kept_out = [member_id for member_id, arm in arms.items() if arm is None]
    broadcasts.keep_out(session, broadcast, kept_out)
    to = [(each, arm) for each in people if (arm := arms.get(each.id)) is not None]
    writer = Writer(session, broadcast.terms, now, programme, broadcast.id)
    given = _coupons(writer, broadcast, to)
    if writer.coupon is not None:
        served = [(each, arm) for each, arm in to if _key(broadcast, each, arm) in given]
        broadcasts.leave_out(broadcast, Counter(coupon_gone=len(to) - len(served)))
        to = served
    writer.look_up([each for each, _arm in to])
    values = worth.values(session, TOPIC, [each.id for each, _arm in to], programme.responses)
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
    to: Iterable[tuple[Recipient, int]],
    given: Mapping[str, CouponFact],
    values: Mapping[int, int],
) -> Iterator[Draft]:
    due_at = max(broadcast.release_at, writer.now)
    for person, arm in to:
        key = _key(broadcast, person, arm)
        yield Draft(
            key=key,
            rule=broadcast.rule,
            period=ARMS[arm],
            member_id=person.id,
            to_id=person.line_user_id,
            messages=writer.body(person, arm, given.get(key)),
            topic=TOPIC,
            purpose=Purpose.MARKETING,
            due_at=due_at,
            use_until=broadcast.use_until,
            value=values[person.id],
            retry_key=retry_keys.of(RETRY_KEYS, f"{broadcast.id}:{person.line_user_id}"),
        )


def _coupons(
    writer: Writer, broadcast: Broadcast, to: Sequence[tuple[Recipient, int]]
) -> dict[str, CouponFact]:
    """A coupon for each, as far as the shop's limits allow; known by their message."""
    if writer.coupon is None or not to:
        return {}
    grants = [(person.id, _key(broadcast, person, arm)) for person, arm in to]
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


def use_until(wanted: Wanted, release_at: datetime, group_buy: GroupBuy | None) -> datetime:
    """When a broadcast is of no use any more: as said, else with its group-buy's end.

    Raises:
        ClosesBefore: the group-buy is over when it would go out.
    """
    closes_at = group_buy.closes_at if group_buy is not None else None
    if group_buy is not None and closes_at is not None and closes_at <= release_at:
        raise ClosesBefore(group_buy.id)
    if wanted.days is not None:
        return release_at + timedelta(days=wanted.days)
    return release_at + broadcasts.USE if closes_at is None else closes_at
