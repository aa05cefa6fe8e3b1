"""A broadcast to many people, planned and sent by processes that are killed at any moment."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from contextlib import ExitStack, suppress
from datetime import timedelta

from sqlalchemy import Text, cast, func, select, update
from sqlalchemy.exc import DBAPIError, OperationalError

from emulator.server import Server
from models import programme
from models.base import insert, local_day
from models.people.members import Member
from models.talk import broadcast_records, broadcasts, outbox, retry_keys
from models.talk.broadcast_records import Broadcast, Stage
from models.talk.broadcast_refusals import OverAlready
from models.talk.broadcast_terms import Content, Wanted
from models.talk.outbox_records import OutboxMessage
from scheduler import broadcasting
from tests.chaos import figures
from tests.chaos.forks import Forks
from tests.chaos.pushes import Story
from tests.chaos.rush import shop
from tests.chaos.sender_process import SECRET, clock, send

PART = 40
LEAST = 8  # kills; one for each twenty people if there are more of them
UNNOTED = 1.0  # seconds between queueing and noting it, longer than between two kills
STEP = 10  # messages that end before the next kill, if the machine is that busy
TEXT = "{稱呼}早安，新品到了"
BLOCKING = 5  # one in so many blocks the shop before their message goes out


def planning(_number: int, *, url: str, started: float, forgetful: bool = False) -> None:
    """Plan parts of what is due until killed; the forgetful one is the control."""
    sessions, rules = shop(url, SECRET), programme.load(None)
    part = _forgetful_part if forgetful else _part
    while True:
        with suppress(OperationalError):
            with sessions() as session:
                due = list(broadcasts.due(session, now=clock(started)))
            for number in due:
                part(sessions, number, started, rules)
        time.sleep(0.005)


def _part(sessions, number, started, rules):
    with sessions.begin() as session:
        broadcasting.plan_part(session, number, now=clock(started), programme=rules, limit=PART)


def _forgetful_part(sessions, number, started, rules):
    """The control: queue messages under names of one's own, and then note how far one came."""
    run = secrets.token_hex(4)
    broadcast_records.prefix = lambda *_: f"{broadcast_records.RULE}{number}:{run}:"
    retry_keys.selected = lambda _digest: cast(func.gen_random_uuid(), Text)
    retry_keys.of = lambda *_: retry_keys.new()
    noted = ("planned_to", "planned", "stage")
    with sessions.begin() as session:
        found = broadcasts.hold(session, number)
        before = {name: getattr(found, name) for name in noted}
        broadcasting.plan_part(session, number, now=clock(started), programme=rules, limit=PART)
        after = {name: getattr(found, name) for name in noted}
        for name, value in before.items():
            setattr(found, name, value)
    time.sleep(UNNOTED)
    with sessions.begin() as session:
        session.execute(update(Broadcast).where(Broadcast.id == number).values(after))


class Broadcasting(Story):
    """A broadcast to `count` people; some block the shop before they hear of it."""

    def plan(self):
        now = self.clock()
        friend = {"joined_on": local_day(now), "created_at": now, "is_friend": True}
        friend |= {"name": "", "language": "zh-TW", "source": "", "marketing": True}
        self.people = [self.platform.add_user(f"團友{n}") for n in range(self.count)]
        for person in self.people:
            self.platform.follow(person)
        with self.sessions.begin() as session:
            rows = [friend | {"line_user_id": person} for person in self.people]
            session.execute(insert(session, Member), rows)
            made = broadcasts.confirm(
                session,
                Wanted("全部", (Content(TEXT), Content(TEXT + "！")), "通知", held_back=0),
                by="U0",
                held_back=0,
                release_at=now,
                use_until=now + timedelta(days=30),
                now=now,
            )
            self.number = made.id
        self.blocked, self.paused, self.cancelled, self.killed = 0, 0, False, 0

    def over(self):
        waits = select(OutboxMessage.id).where(OutboxMessage.done_at.is_(None)).limit(1)
        with suppress(DBAPIError), self.sessions() as session:
            if broadcasts.find(session, self.number).stage == Stage.WAITING:
                return False
            return session.scalar(waits) is None
        return False

    def block(self):
        """Some block the shop before anybody tries to send them their message."""
        tried = select(OutboxMessage.member_id).where(OutboxMessage.first_tried_at.is_not(None))
        some = (Member.id % BLOCKING == 0, Member.id.not_in(tried))
        with self.sessions.begin() as session:
            blocking = update(Member).where(*some).values(is_friend=False)
            quietly = blocking.execution_options(synchronize_session=False)
            self.blocked = session.execute(quietly).rowcount

    def pause(self):
        """Pause, see that nothing more goes out, and go on."""
        with suppress(OverAlready):
            with self.sessions.begin() as session:
                broadcasts.pause(session, self.number, now=self.clock())
            self.let_calls_end()
            before = self.heard().total()
            time.sleep(0.3)
            assert self.heard().total() == before
            with self.sessions.begin() as session:
                broadcasts.resume(session, self.number)
            self.paused += 1

    def somebody_heard_twice(self):
        heard = Counter(person for person, _words in self.heard().elements())
        return any(times > 1 for times in heard.values())

    def half_a_second(self):
        """Or longer on a busy machine, until somebody got something done."""
        before, begun = self.progress(), time.monotonic()
        time.sleep(0.3 + self.chance.random() * 0.4)
        while self.progress() == before and time.monotonic() < begun + 10 and not self.over():
            time.sleep(0.05)

    def progress(self):
        """How much is planned, and has ended: calls alone are lost with who made them."""
        ended = select(func.count()).where(OutboxMessage.done_at.is_not(None))
        with suppress(DBAPIError), self.sessions() as session:
            planned_to = session.scalar(select(Broadcast.planned_to))
            return planned_to, (session.scalar(ended) or 0) // STEP
        return None

    def let_calls_end(self):
        """What was on its way when somebody paused still arrives, or is lost with its sender."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with suppress(DBAPIError), self.sessions() as session:
                held = outbox.in_hand(session)
                if not held or self.clock() > self.last_lease(session):
                    return
            time.sleep(0.1)

    def last_lease(self, session):
        held = select(func.max(OutboxMessage.leased_until))
        return session.scalar(held) or self.clock()

    def arrived_so_far(self):
        return self.heard().total()

    def cancel(self):
        with suppress(OverAlready), self.sessions.begin() as session:
            broadcasting.cancel(session, self.number, by=1, now=self.clock())
            self.cancelled = True

    def run(self, disturb, *, forgetful=False, **how):
        """Let planners and senders work, killed again and again, until all is over."""
        with ExitStack() as opened:
            opened.callback(self.engine.dispose)
            line = opened.enter_context(Server(self.platform))
            alike = {"url": self.url, "started": self.started}
            planners = Forks(planning, **alike, forgetful=forgetful)
            senders = Forks(send, **alike, line=line.url, **how)
            for each in (planners, senders):
                opened.callback(each.close)
                each.start()
            deadline = time.monotonic() + max(280, self.count / 2)
            while not self.over():
                assert time.monotonic() < deadline, self.states()
                self.half_a_second()
                if self.disturbed < max(LEAST, self.count // 20):
                    for each in (planners, senders):
                        for pid in list(each.pids):
                            each.kill(pid)
                            self.killed += 1
                        each.start()
                    self.disturbed += 1
                disturb(self)

    def never_queued(self):
        """Members whose turn had not come when it was called off."""
        with self.sessions() as session:
            found = broadcasts.find(session, self.number)
            later = select(func.count()).where(Member.id > found.planned_to)
            return session.scalar(later) if found.stage == Stage.CANCELLED else 0

    def ends(self) -> Counter[str]:
        """The people by how their message ended, after a look at what arrived."""
        heard = Counter(person for person, _words in self.heard().elements())
        states = Counter(self.states())
        with self.sessions() as session:
            twice = select(OutboxMessage.member_id).group_by(OutboxMessage.member_id)
            doubled = session.execute(twice.having(func.count() > 1)).all()
            # who blocked the shop before their turn came is counted, and has no message
            early = sum(broadcasts.find(session, self.number).reasons.values())
        states["skipped"] += early
        self.unqueued = self.never_queued()
        figures.tell(
            "P7",
            people=self.count,
            kills=self.killed,
            pauses=self.paused,
            cancelled=self.cancelled,
            ends=dict(states),
            twice=sum(times > 1 for times in heard.values()),
            planned_twice=len(doubled),
        )
        self.twice, self.arrived = sum(t > 1 for t in heard.values()), len(heard)
        self.engine.dispose()
        return states
