"""A shop's month on a tight plan: the real outbox and claim, LINE that counts, time that travels.

A week is lived before it, so that the budget knows what comes. Each topic
is answered as often as the shop's terms say, and each member orders as much as
is theirs; who is valuable the shop knows only from a few orders. A tenth of the
members hears no marketing, to compare with.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session, sessionmaker

from models.base import day_start, local_day
from models.message_terms import ResponseTerms
from models.people import consents
from models.people.consents import Topic
from models.people.members import Member
from models.talk import budget, outbox, outbox_holds, quota
from models.talk import outbox_riding as riding
from models.talk.bid_price import rounded
from models.talk.outbox import Draft
from models.talk.outbox_claim import claim
from models.talk.outbox_complete import Outcome, complete_many
from models.talk.outbox_parcels import Parcel
from models.talk.outbox_records import Kind, State
from models.talk.policy import Purpose, SendRules

TERMS, RULES = ResponseTerms(), SendRules()
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
BEFORE, HELD_BACK, EVERYDAY = 7, 0.1, 0.02  # days, share of members, orders a day unasked
HOURS = (10, 18, 22)
SENT = Outcome(State.SENT)
FULL = Outcome(State.PARKED, outbox_holds.MARKETING, quota=True)
SERVICE_FULL = Outcome(State.QUEUED, "monthly", quota=True)


class Kindly(NamedTuple):
    """A campaign: how many of the members it concerns on a day, at which hour, how long of use."""

    topic: Topic
    share: float
    hour: int
    days: int
    rides: bool = False
    own_hour: bool = False
    capped: bool = True


CAMPAIGNS = {
    "birthday": Kindly(Topic.BIRTHDAY, 1 / 365, 10, 7, own_hour=True, capped=False),
    "preorder_open": Kindly(Topic.PREORDER, 0.006, 18, 1, own_hour=True, capped=False),
    "replenishment": Kindly(Topic.REPLENISHMENT, 0.02, 10, 7, own_hour=True),
    "viewed": Kindly(Topic.OFFERS, 0.08, 10, 2),
    "expiring": Kindly(Topic.EXPIRY, 0.015, 10, 9, rides=True),
    "news": Kindly(Topic.NEWS, 0.12, 18, 3),
}


class Heard(NamedTuple):
    """A message that LINE took: when, to whom, of which campaign; `free` ones rode on a reply."""

    at: datetime
    member_id: int
    rule: str
    free: bool


@dataclass
class Line:
    """LINE, as far as it counts: so many pushes from the first of a month on."""

    monthly: int | None = None
    used: int = 0
    refused: int = 0

    def takes(self) -> bool:
        if self.monthly is not None and self.used >= self.monthly:
            self.refused += 1
            return False
        self.used += 1
        return True


@dataclass
class Person:
    """What is true of a member, and what the shop knows of it."""

    id: int
    to_id: str
    order: float
    orders: int
    spend: int
    held_back: bool
    refused: dict[str, datetime] = field(default_factory=dict)


class Month:
    """Lives through a month with a plan of so many messages.

    `weigh` false gives every message a value by chance instead: the order of
    sending is random then, all else is the same.
    """

    def __init__(
        self,
        sessions: sessionmaker[Session],
        *,
        members: int,
        monthly: int,
        first: datetime,
        weigh: bool = True,
        seed: int = 7,
    ) -> None:
        self.sessions, self.monthly, self.first, self.weigh = sessions, monthly, first, weigh
        self.chance, self.luck = random.Random(seed), random.Random(seed + 1)
        self.line, self.heard, self.service = Line(), list[Heard](), 0
        self.planned = 0
        self.spoken, self.revenue = 0, defaultdict[bool, float](float)
        self.expected = 0.0
        self.people = self._befriend(members)

    def live(self, days: int = 30) -> Month:
        for number in range(-min(BEFORE, days // 3), days):
            if number == 0:
                # what came before counts if it was in the same month
                before = self.line.used if self.first.day > 1 else 0
                self.line = Line(self.monthly, before)
                self.revenue.clear()
                self.expected, self.spoken = 0.0, 0
            self._day(day_start(local_day(self.first) + number * DAY))
        return self

    def _befriend(self, count: int) -> list[Person]:
        people = []
        for number in range(1, count + 1):
            order, orders = self.chance.lognormvariate(6.1, 0.7), self.chance.randrange(12)
            spend = sum(int(order * self.chance.uniform(0.6, 1.4)) for _ in range(orders))
            held = self.chance.random() < HELD_BACK
            people.append(Person(number, f"U{number:032x}", order, orders, spend, held))
        joined = local_day(self.first) - 100 * DAY
        rows = [
            {
                **{"id": person.id, "line_user_id": person.to_id, "joined_on": joined},
                **{"created_at": self.first - 100 * DAY, "is_friend": True, "marketing": True},
            }
            for person in people
        ]
        with self.sessions.begin() as session:
            session.execute(insert(Member), rows)
        return people

    def _day(self, day: datetime) -> None:
        self._refuse(day + 8 * 60 * MINUTE)
        for hour in HOURS:
            now = day + timedelta(hours=hour)
            with self.sessions.begin() as session:
                used = self.line.used
                quota.keep(session, monthly=self.line.monthly, used=used, now=now)
                outbox.enqueue_many(session, self._planned(now, hour), now=now)
            with self.sessions.begin() as session:
                budget.free(session, RULES, now=now)
            self._speak(now)
            self._send(now)
        for person in self.people:
            if self.luck.random() < EVERYDAY:
                self.revenue[person.held_back] += person.order

    def _refuse(self, now: datetime) -> None:
        for person in self.people:
            draw = self.chance.random()
            if draw < 0.004:
                topic = self.chance.choice([Topic.OFFERS, Topic.NEWS]) if draw < 0.003 else None
                person.refused.setdefault(topic or "all", now)
                with self.sessions.begin() as session:
                    if topic:
                        consents.choose(session, person.id, topic, allowed=False, now=now)
                    else:
                        one = [person.id]
                        consents.set_marketing(session, one, granted=False, source="chat", now=now)

    def _planned(self, now: datetime, hour: int) -> list[Draft]:
        drafts = []
        for rule, campaign in CAMPAIGNS.items():
            if campaign.hour == hour:
                for person in self.people:
                    if self.chance.random() < campaign.share and not person.held_back:
                        drafts.append(self._offer(rule, campaign, person, now))
                        self.planned += now >= self.first
        if hour in (18, 22):  # arrivals, and payments matched at night
            for person in self.people:
                if self.chance.random() < 0.012:
                    drafts.append(self._draft("arrival", person, now))
                    self.service += now >= self.first
        return drafts

    def _offer(self, rule: str, campaign: Kindly, person: Person, now: datetime) -> Draft:
        rate = TERMS.rate(campaign.topic)
        value = rounded(rate * TERMS.mean_order(person.orders, person.spend) * 100)
        drawn = self.chance.randrange(10_000)
        due_at = now + 7 * DAY if campaign.rides else now
        return self._draft(rule, person, due_at)._replace(
            period=f"{now:%Y-%m-%d}",
            key=f"{rule}:{now:%Y-%m-%d}:{person.id}",
            topic=campaign.topic,
            purpose=Purpose.MARKETING,
            use_until=now + campaign.days * DAY,
            rides=campaign.rides,
            capped=campaign.capped,
            value=None if campaign.own_hour else value if self.weigh else drawn,
        )

    def _draft(self, rule: str, person: Person, due_at: datetime) -> Draft:
        return Draft(
            key=f"{rule}:{due_at:%Y-%m-%dT%H}:{person.id}",
            rule=rule,
            period=f"{due_at:%Y-%m-%dT%H}",
            member_id=person.id,
            to_id=person.to_id,
            messages='[{"type":"text","text":"嗨"}]',
            topic=Topic.SERVICE,
            purpose=Purpose.SERVICE,
            due_at=due_at,
        )

    def _speak(self, now: datetime) -> None:
        """Some ask something; what may ride goes along with the answer."""
        for person in self.people:
            if self.chance.random() < 0.025:
                self.spoken += 1
                with self.sessions.begin() as session:
                    along = riding.rides_for(session, person.id, now=now, limit=4, rules=RULES)
                    self.heard += [Heard(now, person.id, each.rule, True) for each in along]
                    for each in along:
                        self._answers(person, each.rule)
                    number = len(self.heard) * 10_000 + self.spoken
                    outbox.reply(
                        session,
                        **{"inbox_id": number, "member_id": person.id, "to_id": person.to_id},
                        **{"token": "t", "messages": [], "occurred_at": now, "now": now},
                        riding=along,
                    )

    def _send(self, now: datetime) -> None:
        """As a sender does: claim, call, record, until there is nothing to do."""
        done: list[tuple[Parcel, Outcome]] = []
        while True:
            with self.sessions.begin() as session:
                if done:
                    complete_many(session, done, now=now)
                batch = claim(
                    session, now=now, limit=400, rules=RULES, lease_for=timedelta(seconds=60)
                )
            if batch.idle:
                return
            done = [(parcel, self._call(parcel, now)) for parcel in batch.parcels]

    def _call(self, parcel: Parcel, now: datetime) -> Outcome:
        if parcel.kind is Kind.REPLY:
            return SENT
        if not self.line.takes():
            if parcel.purpose is Purpose.MARKETING:
                return FULL
            return SERVICE_FULL._replace(due_at=now + 15 * MINUTE)
        person = self.people[int(parcel.to_id[1:], 16) - 1]
        self.heard.append(Heard(now, person.id, parcel.rule, False))
        self._answers(person, parcel.rule)
        return SENT

    def _answers(self, person: Person, rule: str) -> None:
        """They may order for it."""
        if rule in CAMPAIGNS:
            rate = TERMS.rate(CAMPAIGNS[rule].topic)
            self.expected += rate * person.order
            if self.luck.random() < rate:
                self.revenue[person.held_back] += person.order
