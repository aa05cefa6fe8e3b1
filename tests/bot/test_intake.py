"""Events on their way into the inbox, and what LINE is told when they cannot get there."""

import threading
from concurrent.futures import Future
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DataError, OperationalError

from bot import assembly, intake
from bot.events import arrival
from models.talk.inbox import InboxEvent
from tests.bot.calls import bring, made, said, stored
from tests.shop import Phone, Shop


class Fault:
    """A database that fails while the fault is on."""

    def __init__(self, error: Exception) -> None:
        self.error, self.on, self.struck = error, True, 0

    def __call__(self, *_: object) -> None:
        if self.on:
            self.struck += 1
            raise self.error


CUT_OFF_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND datname = current_database()
"""
AWAY = OperationalError("INSERT", {}, Exception("the server is gone"))


def test_without_a_database_line_is_asked_to_try_again_and_nothing_is_half_done(shop: Shop, now):
    fault = Fault(AWAY)
    shop.runtime.engine.dispose()
    event.listen(shop.runtime.engine, "do_connect", fault)
    events = [said("點數", now), said("等級", now)]

    assert bring(shop, *events) == 503
    assert shop.client.get("/readyz").status_code == 503
    assert shop.client.get("/healthz").status_code == 200

    fault.on = False
    assert stored(shop) == 0
    assert bring(shop, *events) == 200
    assert stored(shop) == 2


def test_a_commit_that_fails_leaves_nothing_of_the_webhook(shop: Shop, now):
    fault = Fault(AWAY)
    event.listen(shop.sessions, "before_commit", fault)

    assert bring(shop, said("點數", now), said("等級", now)) == 503

    fault.on = False
    assert fault.struck == 1
    assert stored(shop) == 0


def test_connections_that_were_cut_are_replaced(shop: Shop, now):
    bring(shop, said("點數", now))
    if shop.runtime.engine.dialect.name == "postgresql":
        with shop.sessions() as session:
            session.execute(text(CUT_OFF_OTHERS))
    else:
        shop.runtime.engine.dispose()

    assert bring(shop, said("等級", now)) == 200
    assert stored(shop) == 2


def test_a_database_that_hangs_is_answered_for(shop: Shop, now):
    class Hanging:
        secrets, clock = shop.runtime.settings.channel_secrets, shop.clock

        def store(self, arrivals):
            stuck: Future[None] = Future()
            stuck.set_exception(TimeoutError())
            return stuck

    shop.client.application.extensions["intake"] = Hanging

    assert bring(shop, said("點數", now)) == 503


def several(shop: Shop, now, number: int) -> list[Future[None]]:
    """So many webhooks in the hands of the intake at once."""
    intake = assembly.intake(shop.runtime)
    intake._start = lambda: None
    waiting = [intake.store([arrival(said("點數", now), received_at=now)]) for _ in range(number)]
    batch = [intake._queue.get() for _ in waiting]
    intake._commit(batch)
    return waiting


def test_webhooks_that_wait_together_share_a_commit(shop: Shop, now):
    commits = []
    event.listen(shop.sessions, "after_commit", commits.append)

    waiting = several(shop, now, 20)

    assert [future.result() for future in waiting] == [None] * 20
    assert len(commits) == 1
    assert stored(shop) == 20


def test_in_a_rush_webhooks_wait_a_moment_for_each_other(shop: Shop, now, monkeypatch):
    commits: list[object] = []
    monkeypatch.setattr(intake, "RUSH", 60.0)
    monkeypatch.setattr(intake, "COMPANY", 1.0)
    mine = assembly.intake(shop.runtime)
    mine.store([arrival(said("點數", now), received_at=now)]).result(30)
    event.listen(shop.sessions, "after_commit", commits.append)

    waiting = [mine.store([arrival(said("等級", now), received_at=now)]) for _ in range(5)]

    for each in waiting:
        each.result(30)
    assert len(commits) == 1


def test_one_webhook_that_cannot_be_stored_fails_alone(shop: Shop, now):
    seen = []

    @event.listens_for(shop.sessions, "do_orm_execute")
    def first_and_third(state):
        seen.append(state)
        if len(seen) in (1, 3):
            raise DataError("INSERT", {}, Exception("no such character"))

    waiting = several(shop, now, 3)

    assert [type(future.exception()) for future in waiting] == [type(None), DataError, type(None)]
    assert stored(shop) == 2


def test_without_a_database_those_who_wait_together_wait_no_longer_than_one(shop: Shop, now):
    fault = Fault(AWAY)
    event.listen(shop.sessions, "before_commit", fault)

    waiting = several(shop, now, 20)
    fault.on = False

    assert {type(future.exception()) for future in waiting} == {OperationalError}
    assert fault.struck == 1
    assert stored(shop) == 0


def test_one_id_is_stored_once_however_often_it_comes(shop: Shop, now):
    first = said("點數", now)
    again = first | {"deliveryContext": {"isRedelivery": True}}

    assert [bring(shop, first, first), bring(shop, again), bring(shop, first, again)] == [200] * 3

    with shop.sessions() as session:
        [kept] = session.scalars(select(InboxEvent))
    assert kept.redelivered is False
    assert orjson.loads(kept.body) == first


def test_events_of_one_webhook_are_stored_as_they_happened(shop: Shop, now):
    late, early = said("後", now), said("先", now - timedelta(seconds=1))
    same = said("同時", now)

    bring(shop, late, same, early)

    with shop.sessions() as session:
        bodies = session.scalars(select(InboxEvent.body).order_by(InboxEvent.id)).all()
    assert [orjson.loads(body)["message"]["text"] for body in bodies] == ["先", "後", "同時"]


def test_many_webhooks_at_once_are_each_stored(shop: Shop, now):
    answers: list[int] = []
    calls = [[said("點數", now) for _ in range(3)] for _ in range(24)]

    def post(mine: list[list[dict]]) -> None:
        answers.extend(bring(shop, *events) for events in mine)

    threads = [threading.Thread(target=post, args=[calls[start::4]]) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [200] * 24
    assert stored(shop) == 72


@pytest.mark.parametrize("kind", ["join", "leave", "beacon"])
def test_events_that_nobody_answers_are_kept_and_done(shop: Shop, mei: Phone, now, kind):
    bring(shop, made(now, kind, source={"type": "group", "groupId": "C" + "1" * 32}))
    shop.settle()

    with shop.sessions() as session:
        assert session.scalars(select(InboxEvent.state)).all() == ["done"]
