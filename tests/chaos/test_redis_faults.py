"""P10: Redis may be absent, die, hang or be flushed, each under load; nobody notices.

The short form is in tests/test_processes.py. The controls are a worker that
works only when it is woken, and a limit that is kept in Redis alone.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

import bot.worker
from bot import assembly
from bot.wakeup_channels import RedisChannel
from bot.wakeups import Wakeups
from emulator.courier import Webhook
from emulator.platform import Platform
from emulator.posting import Poster
from emulator.server import Server
from models.loyalty import codes
from models.loyalty.coupon_tries import TRIES
from models.talk.inbox import InboxEvent
from models.talk.outbox_records import OutboxMessage
from models.talk.tickets import Ticket
from tests import servers
from tests.chaos import figures
from tests.chaos.fleet import Fleet
from tests.processes import SECRETS, eventually
from tests.shop import Shop

Sessions = sessionmaker[Session]
Fault = tuple[Callable[[servers.Redis], object], Callable[[servers.Redis], object]]
GUESSES = 20
EACH = 40


def nothing(_server: servers.Redis) -> None:
    """All stays as it is."""


def flush(server: servers.Redis) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.flushall()


# what happens while everybody talks, and what a second later
FAULTS: dict[str, Fault] = {
    "absent": (nothing, servers.Redis.start),
    "flushed": (flush, flush),
    "hangs": (servers.Redis.pause, servers.Redis.resume),
    "dies": (servers.Redis.stop, servers.Redis.start),
}


class Town:
    """People who ask, and an organiser who is told, and who guesses codes."""

    def __init__(self, people: int, each: int) -> None:
        self.platform = Platform(
            clock=lambda: datetime.now(UTC),
            secret=SECRETS["LINE_CHANNEL_SECRET"],
            token=SECRETS["LINE_CHANNEL_ACCESS_TOKEN"],
            quota=None,
        )
        self.platform.rates.enabled = False
        self.people = [self.platform.add_user(f"團友{number}") for number in range(people)]
        self.boss, self.each, self.questions = self.platform.add_user("老闆"), each, 0
        for person in (*self.people, self.boss):
            self.platform.follow(person)

    def talk(self) -> list[threading.Thread]:
        """Let everybody begin to talk at once."""
        threads = [threading.Thread(target=self._guess)]
        for person in self.people:
            numbers = range(self.questions, self.questions + self.each)
            threads.append(threading.Thread(target=self._ask, args=[person, numbers]))
            self.questions += self.each
        for thread in threads:
            thread.start()
        return threads

    def _ask(self, person: str, numbers: range) -> None:
        for number in numbers:
            self.platform.say(person, f"客服 第{number}個")
            time.sleep(0.05)

    def _guess(self) -> None:
        for _ in range(GUESSES):
            self.platform.say(self.boss, f"/核銷 {codes.generate()}")
            time.sleep(0.05)


@contextmanager
def opened(town: Town, folder: Path, url: str, redis_url: str) -> Iterator[Fleet]:
    """The town's shop, with its processes."""
    with ExitStack() as stack:
        line = stack.enter_context(Server(town.platform))
        fleet = Fleet(folder, url, line.url, redis=redis_url, owner=town.boss)
        stack.enter_context(fleet)
        town.platform.webhook = stubborn(Poster(lambda: fleet.address))
        yield fleet


def stubborn(post: Webhook) -> Webhook:
    """LINE that never gives up: on a busy machine the shop may answer too late five times."""

    def bring(body: bytes, headers: Mapping[str, str]) -> int | None:
        while post(body, headers) != 200:
            time.sleep(0.1)
        return 200

    return bring


def bad_day(town: Town, server: servers.Redis, fault: Fault) -> None:
    """Redis breaks while everybody talks, and comes back while they still do."""
    breaks, comes_back = fault
    threads = town.talk()
    time.sleep(0.3)
    breaks(server)
    time.sleep(1)
    comes_back(server)
    for thread in threads:
        thread.join()


def left(sessions: Sessions) -> int:
    """Events and messages that wait."""
    with sessions() as session:
        events = select(func.count()).where(InboxEvent.state == "new")
        messages = select(func.count()).where(OutboxMessage.state == "queued")
        return session.scalars(events).one() + session.scalars(messages).one()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[servers.Redis]:
    own = servers.Redis(tmp_path / "redis")
    yield own
    own.close()


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_whatever_befalls_redis_answers_pushes_and_limits_are_right(
    sessions: Sessions, database: str, tmp_path: Path, server: servers.Redis
):
    """It is not there when the shop opens; then it is flushed, hangs and dies."""
    town = Town(6, EACH)

    with opened(town, tmp_path, database, server.url):
        for fault in FAULTS.values():
            bad_day(town, server, fault)
        eventually(lambda: asked(sessions).total() >= town.questions, "all took effect", 400)
        eventually(lambda: not left(sessions), "all is done", 400)

    found = asked(sessions)
    figures.tell(
        "P10",
        faults=len(FAULTS),
        events=town.questions + GUESSES * len(FAULTS),
        lost=town.questions - len(found),
        twice=sum(times > 1 for times in found.values()),
    )
    assert found == {f"第{number}個": 1 for number in range(town.questions)}
    assert pushed(sessions) == {"sent": town.questions}
    assert told(town) == dict.fromkeys(found, 1)
    assert guesses(sessions, town) == {"tried": TRIES, "refused": GUESSES * len(FAULTS) - TRIES}


def asked(sessions: Sessions) -> Counter[str]:
    with sessions() as session:
        return Counter(session.scalars(select(Ticket.question)))


def pushed(sessions: Sessions) -> dict[str, int]:
    """What became of the pushes that tell the organiser."""
    with sessions() as session:
        rows = select(OutboxMessage.state, func.count()).where(OutboxMessage.rule == "ticket")
        return dict(session.execute(rows.group_by(OutboxMessage.state)).all())


def told(town: Town) -> dict[str, int]:
    """How often the organiser heard of each question."""
    heard = [str(message) for message in town.platform.heard(town.boss)]
    names = [f"第{number}個" for number in range(town.questions)]
    return {name: sum(name in message for message in heard) for name in names}


def guesses(sessions: Sessions, town: Town) -> dict[str, int]:
    """How the wrong codes were answered, whether the answer arrived in time or not."""
    with sessions() as session:
        mine = OutboxMessage.to_id == town.boss, OutboxMessage.rule == "reply"
        answers = session.scalars(select(OutboxMessage.messages).where(*mine)).all()
    refused = sum("錯誤太多次" in answer for answer in answers)
    return {"tried": sum("找不到可以使用" in answer for answer in answers), "refused": refused}


class Noting(Wakeups):
    """Knows whether anybody has begun to wait."""

    asleep = False

    def wait(self, bell: str, seconds: float) -> bool:
        self.asleep = True
        return super().wait(bell, seconds)


@pytest.mark.parametrize("poll", [bot.worker.POLL, 3600.0])
def test_a_worker_that_only_works_when_woken_leaves_people_waiting(
    engine: Engine, sessions: Sessions, programme, now: datetime, monkeypatch, poll: float
):
    """The control: without Redis the bell of another process is not heard."""
    monkeypatch.setattr("bot.worker.POLL", poll)
    shop, stop = Shop(engine, sessions, programme, now), threading.Event()
    gone = Noting(RedisChannel(f"redis://127.0.0.1:{servers.free_port()}/0"))
    elsewhere = replace(shop.runtime, wakeups=gone)
    loop = assembly.Loop()
    worker = threading.Thread(target=assembly.inbox_worker(elsewhere, loop).run, args=[stop])
    worker.start()
    eventually(lambda: gone.asleep, "the worker waits")

    shop.platform.say(shop.phone("小美").id, "客服 第0個")
    deadline = time.monotonic() + (30 if poll < 1 else 1)
    while not (found := asked(sessions)) and time.monotonic() < deadline:
        time.sleep(0.05)

    stop.set()
    gone.close()
    worker.join()
    loop.close()
    shop.close()
    assert found.total() == (poll < 1)


def test_a_limit_that_lives_in_redis_alone_is_forgotten(server: servers.Redis):
    """The control: what a flush does to whoever counts there."""
    allowed = 0
    server.start()
    with redis.Redis.from_url(server.url) as client:
        for turn in range(GUESSES):
            if turn == TRIES:
                client.flushall()
            allowed += client.incr("tries") <= TRIES

    assert allowed > TRIES
