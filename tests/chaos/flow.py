"""A flow: something the shop does that changes something and tells somebody, in little.

A flow is done for one person after the other. `seen` counts the effect and its
messages for one of them: all nought or all one, or something was torn apart.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import assembly
from models.base import local_day
from models.people.consents import TEXT_VERSION
from models.people.members import Member
from models.people.roles import Role
from models.talk.job_runs import JobRun
from models.talk.outbox_records import OutboxMessage
from scheduler import campaigns
from scheduler.campaign import CAMPAIGNS
from scheduler.tick import Tick
from tests.shop import Shop, taipei

ORDER_COLUMNS = "order_no,member,ordered_at,product,quantity,amount,status,days_of_supply\n"
FLOWS: dict[str, type[Flow]] = {}


class Flow:
    """One flow in one shop, for `people` persons."""

    name: ClassVar[str]

    def __init_subclass__(cls) -> None:
        if "name" in vars(cls):
            FLOWS[cls.name] = cls

    def __init__(self, shop: Shop, people: int) -> None:
        self.shop = shop
        self.boss = shop.phone("老闆", role=Role.OWNER)
        self.users = [self.befriend(number) for number in range(people)]
        with shop.sessions.begin() as session:
            session.add_all(self.member(number) for number in range(people))
            session.add(self._known(self.boss.id, "老闆"))
        with shop.sessions() as session:
            ids = dict(session.execute(select(Member.line_user_id, Member.id)).all())
        self.ids = [ids.get(user) for user in self.users]
        self.since = 0
        self.fill()

    def fill(self) -> None:
        """What must be there before anybody does anything."""

    def prepare(self, number: int) -> None:
        """What leads up to it for this person."""

    def act(self, number: int) -> None:
        """Do it, or do it again after a crash."""
        raise NotImplementedError

    def seen(self, session: Session, number: int) -> tuple[float, ...]:
        """How often it took effect for this person, and how often it was told."""
        raise NotImplementedError

    def befriend(self, number: int) -> str:
        user = self.shop.platform.add_user(f"團友{number}")
        self.shop.platform.people[user].friend = True
        return user

    def member(self, number: int) -> Member:
        return self._known(self.users[number], f"團友{number}")

    def count(self, session: Session, *conditions: Any) -> int:
        return session.scalars(select(func.count()).where(*conditions)).one()

    def replies(self, session: Session, to_id: str) -> int:
        """Answers kept for somebody since this person's turn began."""
        fresh = OutboxMessage.id > self.since
        answers = OutboxMessage.kind == "reply"
        return self.count(session, answers, OutboxMessage.to_id == to_id, fresh)

    def _known(self, user: str, name: str) -> Member:
        return Member(
            line_user_id=user,
            name=name,
            joined_on=local_day(self.shop.clock()),
            created_at=self.shop.clock(),
            is_friend=True,
            marketing=True,
            noticed_version=TEXT_VERSION,
        )


class Spoken(Flow):
    """Somebody says something; a worker that is new each time handles it."""

    def prepare(self, number: int) -> None:
        with self.shop.sessions() as session:
            self.since = session.scalar(select(func.max(OutboxMessage.id))) or 0
        self.speak(number)

    def speak(self, number: int) -> None:
        raise NotImplementedError

    def act(self, number: int) -> None:
        # what the one before held must have run out
        self.shop.clock.jump(timedelta(seconds=31))
        assembly.inbox_worker(self.shop.runtime, self.shop._loop).drain()

    def say(self, number: int, words: str) -> None:
        self.shop.platform.say(self.users[number], words)


class Planned(Flow):
    """A campaign, each day for another person."""

    key: ClassVar[str]
    hour: ClassVar[int]

    def day(self, number: int) -> date:
        return date(2026, 11, 25) + timedelta(days=number)

    def act(self, number: int) -> None:
        campaigns.load()
        at = taipei(*self.day(number).timetuple()[:3], self.hour)
        self.shop.clock.jump(at)
        Tick(self.shop.sessions, at, self.shop.programme).campaign(CAMPAIGNS[self.key])

    def seen(self, session: Session, number: int) -> tuple[float, ...]:
        day = self.day(number).isoformat()
        mine = OutboxMessage.member_id == self.ids[number]
        return (
            self.count(session, JobRun.job == self.key, JobRun.period == day),
            self.count(session, OutboxMessage.rule == self.key, mine),
        )


def torn(flow: Flow, number: int, *, after_retry: bool) -> tuple[float, ...] | None:
    """What there is for this person, unless it is all of it, or, before the retry, nothing."""
    with flow.shop.sessions() as session:
        seen = flow.seen(session, number)
    whole = {1.0} if after_retry else set(seen) & {0.0, 1.0}
    return None if len(set(seen)) == 1 and set(seen) <= whole else seen
