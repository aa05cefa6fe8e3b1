"""Pushes to many people through a LINE that fails, sent by processes that a test may disturb."""

from __future__ import annotations

import random
import time
from collections import Counter
from contextlib import ExitStack, suppress

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from bot.line import Unreachable
from emulator.platform import Platform
from emulator.server import Server
from models import database as db
from models.base import insert, local_day
from models.insight import invariants
from models.people.members import Member
from models.talk import outbox
from models.talk.outbox_records import OutboxMessage
from tests.chaos import figures
from tests.chaos.forks import Forks
from tests.chaos.messages import drafts
from tests.chaos.sender_process import SECRET, TOKEN, clock, send

EACH = 2  # messages a person
FAULTS = {"fail_before": 0.05, "fail_after": 0.05, "drop": 0.05, "rate_limited": 0.05}


class Story:
    """A LINE with people, messages for them, and a way to see what arrived."""

    def __init__(self, url, count, **faults):
        self.url, self.count, self.started = url, count, time.time()
        self.chance = random.Random(count)
        self.platform = Platform(clock=self.clock, secret=SECRET, token=TOKEN, quota=None)
        self.platform.webhook = lambda body, headers: 200
        self.platform.rates.enabled = False
        self.platform.faults.set(faults)
        self.answers, self._request = Counter(), self.platform.request
        self.platform.request = self.request
        self.disturbed = 0
        self.engine = db.connect(url)
        self.sessions = db.sessions(self.engine, SECRET)
        self.people = [self.platform.add_user(f"團友{n}") for n in range(count // EACH)]
        for person in self.people:
            self.platform.follow(person)
        self.plan()

    def clock(self):
        return clock(self.started)

    def request(self, *asked, **named):
        """LINE's answer, counted by its status."""
        try:
            response = self._request(*asked, **named)
        except Unreachable:
            self.answers["none"] += 1
            raise
        self.answers[response.status] += 1
        return response

    def plan(self):
        now = self.clock()
        friend = {"joined_on": local_day(now), "created_at": now, "is_friend": True}
        with self.sessions.begin() as session:
            rows = [friend | {"line_user_id": person} for person in self.people]
            defaults = {"name": "", "language": "zh-TW", "source": "", "marketing": True}
            session.execute(insert(session, Member), [defaults | row for row in rows])
            ids = dict(session.execute(select(Member.line_user_id, Member.id)).all())
            found = drafts(ids, EACH, now=now)
            assert len(outbox.enqueue_many(session, found, now=now)) == self.count

    def states(self):
        query = select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
        with self.sessions() as session:
            return dict(session.execute(query).all())

    def over(self):
        with suppress(DBAPIError):
            return self.states() == {"sent": self.count}
        return False

    def heard(self):
        """How often each message of each person arrived."""
        return Counter(
            (person, message["text"])
            for person in self.people
            for message in self.platform.heard(person)
        )

    def member(self, person):
        return select(Member).where(Member.line_user_id == person)

    def run(self, disturb, *, afterwards=None, **how):
        """Let senders work, `disturb` them every half a second, until all is sent."""
        with ExitStack() as opened:
            opened.callback(self.engine.dispose)
            line = opened.enter_context(Server(self.platform))
            given = {"url": self.url, "line": line.url, "started": self.started}
            senders = Forks(send, **given, **how)
            opened.callback(senders.close)
            senders.start()
            deadline = time.monotonic() + max(280, self.count / 5)
            while not self.over():
                assert time.monotonic() < deadline, self.states()
                self.half_a_second()
                disturb(senders)
                self.disturbed += 1
            if afterwards is not None:
                afterwards()

    def half_a_second(self):
        """Or longer on a busy machine, until senders have made some calls."""
        enough, begun = self.platform.seq + self.chance.randrange(400), time.monotonic()
        time.sleep(0.5)
        while self.platform.seq < enough and time.monotonic() < begun + 10:
            time.sleep(0.01)

    def everything_arrived_once(self):
        heard = self.tell()
        assert len(heard) == self.count
        assert set(heard.values()) == {1}
        with self.sessions() as session:
            assert invariants.check(session) == []
        self.engine.dispose()

    def tell(self):
        """Print the figures; how often each message arrived."""
        heard = self.heard()
        figures.tell(
            "P5",
            pushes=self.count,
            answers=dict(self.answers),
            disturbed=self.disturbed,
            lost=self.count - len(heard),
            twice=sum(times > 1 for times in heard.values()),
            seconds=int(time.time() - self.started),
        )
        return heard
