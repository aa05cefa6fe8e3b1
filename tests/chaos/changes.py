"""What may come between planning and sending and must stop marketing (P11).

A new reason not to send adds itself by one entry: what happens, and the state
in which the messages of those it happened to must then be.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.base import local_day
from models.people import consents, members
from models.people.consents import MARKETING
from models.people.members import Member
from models.talk import outbox, quota
from models.talk.outbox import Draft
from models.talk.outbox_records import OutboxMessage, State
from models.talk.policy import Purpose
from tests.shop import Shop

EVERYBODY = True


@dataclass(frozen=True)
class Change:
    """`happens` to some members, or with `to_all` to everybody; `state` is what it comes to.

    With `line_refuses` it is LINE that stops it, not we; what is `counted` when
    messages are taken out stops them whatever was decided.
    """

    happens: Callable[[Shop, list[Member]], object]
    state: State
    to_all: bool = False
    line_refuses: bool = False
    counted: bool = False


def befriend(shop: Shop, count: int) -> list[Member]:
    """Friends of the shop who allow marketing."""
    made = []
    with shop.sessions.begin() as session:
        for number in range(count):
            user = shop.platform.add_user(f"團友{number}")
            shop.platform.people[user].friend = True
            today = local_day(shop.clock())
            member, _ = members.enrol(session, user, now=shop.clock(), today=today)
            member.is_friend = member.marketing = True
            made.append(member)
    return made


def plan(shop: Shop, people: list[Member]) -> None:
    """Marketing for each of them, on one topic after the other."""
    topics = itertools.cycle(MARKETING)
    with shop.sessions.begin() as session:
        drafts = [draft(member, next(topics), shop.clock()) for member in people]
        assert len(outbox.enqueue_many(session, drafts, now=shop.clock())) == len(people)


def draft(member: Member, topic: str, now: datetime, **other: Any) -> Draft:
    values: dict[str, Any] = {
        "key": f"{topic}:1:{member.id}",
        "rule": topic,
        "period": "1",
        "member_id": member.id,
        "to_id": member.line_user_id,
        "messages": [{"type": "text", "text": f"優惠 {topic}"}],
        "topic": topic,
        "purpose": Purpose.MARKETING,
        "due_at": now,
        "use_until": now + timedelta(days=1),
    }
    return Draft(**values | other)


def states(shop: Shop, people: list[Member]) -> set[str]:
    """The states of what was planned for these people."""
    mine = OutboxMessage.member_id.in_([member.id for member in people])
    planned = OutboxMessage.period == "1", OutboxMessage.purpose == Purpose.MARKETING
    with shop.sessions() as session:
        return set(session.scalars(select(OutboxMessage.state).where(mine, *planned)))


def _stop(shop: Shop, people: list[Member]) -> None:
    with shop.sessions.begin() as session:
        ids = [member.id for member in people]
        consents.set_marketing(session, ids, granted=False, source="chat", now=shop.clock())


def _say_stop(shop: Shop, people: list[Member]) -> None:
    for member in people:
        shop.platform.say(member.line_user_id, "停止行銷")
    while shop.worker.drain():
        pass


def _switch_off(shop: Shop, people: list[Member]) -> None:
    with shop.sessions.begin() as session:
        for member in people:
            for topic in MARKETING:
                consents.choose(session, member.id, topic, allowed=False, now=shop.clock())


def _block(shop: Shop, people: list[Member]) -> None:
    for member in people:
        shop.platform.unfollow(member.line_user_id)
    while shop.worker.drain():
        pass


def _erase(shop: Shop, people: list[Member]) -> None:
    with shop.sessions.begin() as session:
        for member in people:
            session.get_one(Member, member.id).erased_at = shop.clock()


def _hear_two_others(shop: Shop, people: list[Member]) -> None:
    """The cap is full, and what was planned is of no use next week."""
    now = shop.clock()
    with shop.sessions.begin() as session:
        for member in people:
            for period in ("a", "b"):
                key = f"other:{period}:{member.id}"
                assert outbox.enqueue(
                    session, draft(member, "news", now, key=key, period=period), now=now
                )
        others = session.query(OutboxMessage).where(OutboxMessage.period.in_(["a", "b"]))
        others.update({"state": "sent", "counted_at": now, "first_tried_at": now, "done_at": now})


def _night_falls(shop: Shop, _people: list[Member]) -> None:
    shop.clock.jump(timedelta(hours=10))


def _use_up_the_budget(shop: Shop, _people: list[Member]) -> None:
    """Only what is kept for service is left of the month."""
    with shop.sessions.begin() as session:
        quota.keep(session, monthly=1000, used=905, now=shop.clock())


def _use_up_the_month(shop: Shop, _people: list[Member]) -> None:
    shop.platform.faults.monthly_limit = True


CHANGES: dict[str, Change] = {
    "stopped marketing": Change(_stop, State.SKIPPED),
    "said 停止行銷": Change(_say_stop, State.SKIPPED),
    "switched topics off": Change(_switch_off, State.SKIPPED),
    "blocked us": Change(_block, State.SKIPPED),
    "was erased": Change(_erase, State.SKIPPED),
    "heard two others": Change(_hear_two_others, State.SKIPPED),
    "night fell": Change(_night_falls, State.QUEUED, EVERYBODY),
    "used up the budget": Change(_use_up_the_budget, State.PARKED, EVERYBODY, counted=True),
    "used up the month": Change(_use_up_the_month, State.PARKED, EVERYBODY, line_refuses=True),
}
