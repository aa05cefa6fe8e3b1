"""P5: LINE accepts each push exactly once, whatever is killed, stopped or restarted.

The control sends without retry keys: it must be seen to send twice, or the
faults have no teeth.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text

from models import database as db
from models.talk.outbox_records import OutboxMessage
from tests import servers
from tests.chaos.pushes import FAULTS, Story
from tests.chaos.sender_process import FASTER, OPTIONS

LEASE = OPTIONS.lease / FASTER  # in our seconds
LONG = [pytest.mark.slow, pytest.mark.timeout(1200)]
SIZES = [300, pytest.param(5000, marks=LONG)]


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
        with story.sessions.begin() as session:
            session.connection()  # only now is the lock taken
            stop(pid)
        return
    busy = text(
        "SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle'"
        " AND datname = current_database() AND pid <> pg_backend_pid()"
    )
    stop(pid)
    while True:
        with story.engine.connect() as connection:
            if not connection.scalar(busy):
                return
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.02)
        stop(pid)


def stop(pid):
    """Stop a process; its threads stop one after the other, late on a busy machine."""
    os.kill(pid, signal.SIGSTOP)
    while any(state(task) != "T" for task in Path(f"/proc/{pid}/task").iterdir()):
        time.sleep(0.01)


def state(task):
    return (task / "stat").read_text().rpartition(")")[2].split()[0]


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

    heard = story.tell()
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


@pytest.mark.parametrize(("count", "restarts"), [(300, 2), pytest.param(5000, 5, marks=LONG)])
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
