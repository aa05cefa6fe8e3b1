"""P8: an event takes effect once and is answered for in time, however slow LINE's API is.

Two web processes and two workers, as an operator starts them; the short form in
one process is in tests/bot/test_webhook_in_time.py. The control takes away what
the inbox knows an event by: each copy comes with an id of its own, and must be
seen to take effect again.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from emulator.platform import Platform
from emulator.server import Server
from models.talk.inbox import InboxEvent
from models.talk.outbox_records import OutboxMessage
from models.talk.tickets import Ticket
from tests.bot.calls import call
from tests.bot.test_webhook_in_time import repeated
from tests.chaos import figures
from tests.chaos.fleet import Fleet
from tests.chaos.webhooks import Courier, questions
from tests.processes import SECRETS, eventually
from tests.shop import Shop

Sessions = sessionmaker[Session]
Disturb = Callable[[Fleet], object]
TEN_SECONDS = 10_000
GROWN = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@contextmanager
def slow_line() -> Iterator[str]:
    """LINE, taking ten seconds for each call."""
    token = SECRETS["LINE_CHANNEL_ACCESS_TOKEN"]
    platform = Platform(clock=lambda: datetime.now(UTC), secret="s", token=token)
    platform.faults.slow_ms = TEN_SECONDS
    with Server(platform) as line:
        yield line.url


def bring(
    sessions: Sessions, folder: Path, url: str, bodies: list[bytes], disturb: Disturb | None = None
) -> Courier:
    """Bring all webhooks to a fleet and wait until everything in the inbox is done."""
    with slow_line() as line, Fleet(folder, url, line) as fleet:
        courier = Courier(fleet.web.port, bodies)
        courier.start()
        kills = 0
        while disturb is not None and courier.busy():
            enough = len(courier.took) + 5
            time.sleep(0.5)
            # on a busy machine a process needs longer until it has done something
            eventually(lambda: len(courier.took) > enough or not courier.busy(), "answers")  # noqa: B023
            disturb(fleet)
            kills += 1
        courier.join()
        courier.answers["disturbed"] = kills
        eventually(lambda: not waiting(sessions), "the inbox is empty", 600)
    return courier


def waiting(sessions: Sessions) -> int:
    with sessions() as session:
        new = select(func.count()).select_from(InboxEvent).where(InboxEvent.state == "new")
        return session.scalars(new).one()


def effects(sessions: Sessions) -> Counter[str]:
    """How often each question was put down."""
    with sessions() as session:
        return Counter(session.scalars(select(Ticket.question)))


def replies(sessions: Sessions) -> int:
    with sessions() as session:
        answers = select(func.count()).where(OutboxMessage.rule == "reply")
        return session.scalars(answers).one()


def once_each(count: int) -> Counter[str]:
    return Counter(f"第{number}個" for number in range(count))


def kill_both(fleet: Fleet) -> None:
    """One that answers and one that works, in turn with a moment's peace."""
    fleet.kill_a_web()
    fleet.kill_a_worker(random.randrange(2))


@pytest.fixture
def shop(engine, sessions: Sessions, programme, now: datetime) -> Iterator[Shop]:
    made = Shop(engine, sessions, programme, now)
    yield made
    made.close()


@GROWN
@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("count", [10_000])
def test_every_event_takes_effect_once_and_is_answered_in_time(
    sessions: Sessions, database: str, tmp_path: Path, count: int
):
    chance = random.Random(count)
    bodies = repeated(questions(count, datetime.now(UTC), chance), chance)

    courier = bring(sessions, tmp_path, database, bodies)

    found, took = effects(sessions), courier.took
    p99 = took[int(len(took) * 0.99)]
    figures.tell(
        "P8",
        events=count,
        brought=sum(len(orjson.loads(body)["events"]) for body in bodies),
        effects=sum(found.values()),
        p99=f"{p99 * 1000:.0f} ms",
        longest=f"{took[-1] * 1000:.0f} ms",
    )
    assert found == once_each(count)
    assert replies(sessions) == count
    assert p99 < 0.5
    assert took[-1] < 2


@GROWN
@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("count", [3000])
def test_every_event_takes_effect_once_though_processes_are_killed(
    sessions: Sessions, database: str, tmp_path: Path, count: int
):
    """Before their commit and after it; LINE brings again what was not answered."""
    chance = random.Random(count)
    bodies = repeated(questions(count, datetime.now(UTC), chance), chance)

    courier = bring(sessions, tmp_path, database, bodies, kill_both)

    found = effects(sessions)
    figures.tell("P8 killed", events=count, effects=sum(found.values()), **named(courier))
    assert found == once_each(count)
    assert replies(sessions) == count


def named(courier: Courier) -> dict[str, int]:
    return {f"answer_{status}": times for status, times in courier.answers.items()}


@pytest.mark.parametrize("stripped", [False, True])
def test_without_their_ids_events_take_effect_as_often_as_they_come(
    shop: Shop, now: datetime, stripped: bool
):
    """The control, in one process."""
    chance = random.Random(1)
    events = [
        orjson.loads(body)["events"] for body in repeated(questions(30, now, chance), chance)
    ]
    copies = sum(len(each) for each in events)
    for each in events:
        known = [event | fresh(chance) for event in each] if stripped else each
        assert call(shop, orjson.dumps({"destination": "U", "events": known})).status_code == 200
    shop.settle()

    found = effects(shop.sessions)
    figures.tell("P8 control", stripped=stripped, events=30, effects=sum(found.values()))
    assert set(found) == set(once_each(30))
    assert sum(found.values()) == (copies if stripped else 30)
    assert copies > 60


def fresh(chance: random.Random) -> dict[str, str]:
    return {"webhookEventId": f"{chance.getrandbits(100):026X}"}
