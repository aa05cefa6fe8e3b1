"""P5: LINE accepts each push exactly once, whatever is killed, stopped or restarted.

The control sends without retry keys: it must be seen to send twice, or the
faults have no teeth.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from contextlib import ExitStack, closing, suppress

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from emulator.platform import Platform
from emulator.server import Server
from models import database as db
from models.base import insert, local_day
from models.people.consents import Topic
from models.people.members import Member
from models.talk import outbox
from models.talk.outbox import Draft
from models.talk.outbox_records import OutboxMessage
from models.talk.policy import Purpose
from tests import servers
from tests.chaos.sender_process import FASTER, OPTIONS, SECRET, TOKEN, Senders, clock

EACH = 2  # messages a person
FAULTS = {"fail_before": 0.05, "fail_after": 0.05, "drop": 0.05, "rate_limited": 0.05}
LEASE = OPTIONS.lease / FASTER  # in our seconds
SIZES = [1000, pytest.param(5000, marks=pytest.mark.slow)]


class Story:
    """A LINE with people, messages for them, and a way to see what arrived."""

    def __init__(self, url, count, **faults):
        self.url, self.count, self.started = url, count, time.time()
        self.chance = random.Random(count)
        self.platform = Platform(clock=self.clock, secret=SECRET, token=TOKEN, quota=None)
        self.platform.webhook = lambda body, headers: 200
        self.platform.rates.enabled = False
        self.platform.faults.set(faults)
        self.engine = db.connect(url)
        self.sessions = db.sessions(self.engine, SECRET)
        self.people = [self.platform.add_user(f"團友{n}") for n in range(count // EACH)]
        for person in self.people:
            self.platform.follow(person)
        self.plan()

    def clock(self):
        return clock(self.started)

    def plan(self):
        now = self.clock()
        friend = {"joined_on": local_day(now), "created_at": now, "is_friend": True}
        with self.sessions.begin() as session:
            rows = [friend | {"line_user_id": person} for person in self.people]
            defaults = {"name": "", "language": "zh-TW", "source": "", "marketing": False}
            session.execute(insert(session, Member), [defaults | row for row in rows])
            ids = dict(session.execute(select(Member.line_user_id, Member.id)).all())
            drafts = [
                Draft(
                    key=f"chaos:{number}:{ids[person]}",
                    rule="chaos",
                    period=str(number),
                    member_id=ids[person],
                    to_id=person,
                    messages=[{"type": "text", "text": f"第 {number} 則"}],
                    topic=Topic.SERVICE,
                    purpose=Purpose.SERVICE,
                    due_at=now,
                )
                for number in range(EACH)
                for person in self.people
            ]
            assert len(outbox.enqueue_many(session, drafts, now=now)) == self.count

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

    def run(self, disturb, *, afterwards=None, retry_keys=True, most=240):
        """Let senders work, `disturb` them every half a second, until all is sent."""
        with ExitStack() as opened:
            opened.callback(self.engine.dispose)
            line = opened.enter_context(Server(self.platform))
            senders = Senders(self.url, line.url, self.started, retry_keys=retry_keys)
            opened.callback(senders.close)
            senders.start()
            deadline = time.monotonic() + most
            while not self.over():
                assert time.monotonic() < deadline, self.states()
                self.half_a_second()
                disturb(senders)
            if afterwards is not None:
                afterwards()

    def half_a_second(self):
        """Or longer on a busy machine, until senders have made some calls."""
        enough, begun = self.platform.seq + self.chance.randrange(400), time.monotonic()
        time.sleep(0.5)
        while self.platform.seq < enough and time.monotonic() < begun + 2:
            time.sleep(0.01)

    def everything_arrived_once(self):
        heard = self.heard()
        assert len(heard) == self.count
        assert set(heard.values()) == {1}


def kill_and_start(senders):
    for pid in list(senders.pids):
        senders.kill(pid)
    senders.start()


def stop_between_transactions(story, pid):
    """Stop a sender while it waits for LINE.

    Asleep inside a transaction it would hold up every writer on SQLite, and on
    PostgreSQL some people's messages until the server ends its connection.
    """
    if story.engine.dialect.name == "sqlite":
        with story.sessions.begin():
            os.kill(pid, signal.SIGSTOP)
            # it does not stop the moment it is told to
            time.sleep(0.5)
        return
    busy = text(
        "SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle'"
        " AND datname = current_database() AND pid <> pg_backend_pid()"
    )
    os.kill(pid, signal.SIGSTOP)
    while True:
        time.sleep(0.2)
        with story.engine.connect() as connection:
            if not connection.scalar(busy):
                return
        os.kill(pid, signal.SIGCONT)
        os.kill(pid, signal.SIGSTOP)


@pytest.mark.parametrize("count", SIZES)
def test_every_push_arrives_once_though_senders_are_killed(database, count):
    """P5."""
    story = Story(database, count, **FAULTS)

    story.run(kill_and_start)

    story.everything_arrived_once()


@pytest.mark.parametrize("count", SIZES)
def test_without_retry_keys_many_pushes_arrive_twice(database, count):
    """P5, the control."""
    story = Story(database, count, **FAULTS)

    story.run(kill_and_start, retry_keys=False)

    heard = story.heard()
    assert len(heard) == count
    assert sum(times > 1 for times in heard.values()) > count * 0.06


def test_a_sender_asleep_past_its_lease_sends_nothing_twice(database):
    """P5: what it held has gone to another, and its late completion hits no row."""
    story = Story(database, 300, slow_ms=100)
    stopped = []

    def stop_once(senders):
        if not stopped and story.heard():
            stopped.extend(senders.pids)
            stop_between_transactions(story, stopped[0])
            senders.start()

    def wake():
        with story.sessions() as session:
            before = session.execute(select(OutboxMessage.__table__)).all()
        assert time.time() > story.started + LEASE
        os.kill(stopped[0], signal.SIGCONT)
        time.sleep(1.5)
        with story.sessions() as session:
            assert session.execute(select(OutboxMessage.__table__)).all() == before

    story.run(stop_once, afterwards=wake)

    assert stopped
    story.everything_arrived_once()


@pytest.mark.parametrize(
    ("count", "restarts"), [(500, 2), pytest.param(5000, 5, marks=pytest.mark.slow)]
)
def test_every_push_arrives_once_though_postgresql_is_restarted(folder, count, restarts):
    """P5: immediately, as in a crash."""
    with closing(servers.Postgres(folder / f"restarted-{count}")) as server:
        server.start()
        engine = db.connect(server.url())
        db.create_all(engine)
        engine.dispose()
        story = Story(server.url(), count, **FAULTS)
        left = [restarts]

        def restart(senders):
            if left[0]:
                left[0] -= 1
                server.restart("immediate")
            else:
                kill_and_start(senders)

        story.run(restart)

        assert left == [0]
        story.everything_arrived_once()
