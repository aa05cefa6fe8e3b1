"""Several workers at one inbox, killed, late, and without their database."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from bot import router
from bot.worker import HOLD
from models.talk import inbox, inbox_lanes
from models.talk.inbox import InboxEvent
from tests.bot.calls import SOMEBODY, bring, made, said
from tests.bot.test_inbox_worker import another, questions, replies, states
from tests.bot.test_intake import AWAY, Fault
from tests.shop import Shop


class Killed(BaseException):
    """The process is gone: nothing catches this."""


def killed_once(shop: Shop, moment: str) -> None:
    """The first worker that comes to this moment dies."""

    def die(session) -> None:
        if writes(session):
            event.remove(shop.sessions, moment, die)
            raise Killed

    event.listen(shop.sessions, moment, die)


def writes(session) -> bool:
    """Whether this transaction handled events: leasing lanes is another one before it."""
    # a handler's savepoint is no commit
    return not session.in_nested_transaction() and bool(session.info.pop("handled", False))


@pytest.fixture
def noticing(monkeypatch):
    """Marks sessions in which a question was asked."""
    ask = router.COMMANDS["客服"]

    def noticed(ctx, question):
        ctx.session.info["handled"] = True
        return ask.function(ctx, question)

    noticed.__annotations__ = {"question": router.Rest}
    monkeypatch.setitem(router.COMMANDS, "客服", replace(ask, function=noticed))


@pytest.mark.parametrize("moment", ["before_commit", "after_commit"])
def test_a_worker_killed_around_its_commit_leaves_each_effect_once(
    shop: Shop, now, noticing, moment
):
    bring(shop, *(said(f"客服 {number}", now) for number in range(5)))
    killed_once(shop, moment)
    with pytest.raises(Killed):
        shop.worker.drain()

    heir = another(shop)
    assert bool(questions(shop)) is (moment == "after_commit")

    shop.clock.jump(HOLD + timedelta(seconds=1))
    while heir.drain():
        pass

    assert questions(shop) == ["0", "1", "2", "3", "4"]
    assert len(replies(shop)) == 5
    assert set(states(shop)) == {"done"}


def test_a_worker_whose_lease_ran_out_touches_nothing(shop: Shop, now, monkeypatch):
    """One event of the batch fails, and the worker falls asleep before the next one's try."""
    broken = [1]

    def breaks(ctx):
        if broken:
            broken.pop()
            raise RuntimeError("a surprise")
        shop.clock.jump(HOLD + timedelta(seconds=1))
        return {"type": "text", "text": "好"}

    monkeypatch.setitem(router.EVENTS, "message:sticker", breaks)
    other = {"type": "user", "userId": "U" + "7" * 32}
    bring(shop, made(now, message={"type": "sticker"}), said("客服 在嗎", now, source=other))

    shop.worker.drain()
    assert questions(shop) == []

    assert another(shop).drain() == 1
    assert questions(shop) == ["在嗎"]


def test_a_lane_in_other_hands_is_left_alone(shop: Shop, now):
    bring(shop, said("客服 在嗎", now))
    assert another(shop).drain() == 1
    bring(shop, said("客服 還在嗎", now))
    lane = inbox.lane_of(SOMEBODY)
    with shop.sessions.begin() as session:
        assert inbox_lanes.lease(session, [lane], owner="another", now=now, hold=HOLD) == [lane]

    assert shop.worker.drain() == 0
    assert questions(shop) == ["在嗎"]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_lane_is_one_workers_until_its_transaction_ends_however_it_ends(shop: Shop, now):
    """SQLite has one writer at a time."""
    bring(shop, *(said(f"客服 {number}", now) for number in range(2)))
    shop.worker.drain()
    bring(shop, said("客服 2", now))
    lane, given = inbox.lane_of(SOMEBODY), {"now": now, "most": 32}

    with shop.sessions() as killed:
        assert inbox_lanes.take(killed, owner="killed", **given) == [lane]
        with shop.sessions() as session:
            assert inbox_lanes.take(session, owner="another", **given) == []
        assert shop.worker.drain() == 0
    # its connection is gone: no time passes

    assert shop.worker.drain() == 1
    assert questions(shop) == ["0", "1", "2"]


def test_a_worker_that_ends_lets_its_lanes_go(shop: Shop, now):
    stop = threading.Event()
    stop.set()
    bring(shop, said("客服 一", now))
    shop.worker.drain()
    bring(shop, said("客服 二", now))

    shop.worker.run(stop)
    shop.clock.jump(timedelta(seconds=1))

    assert another(shop).drain() == 1


def test_one_persons_words_stay_in_order_over_two_workers(shop: Shop, now):
    people = [{"type": "user", "userId": f"U{number:032x}"} for number in range(4)]
    stop = threading.Event()
    threads = [threading.Thread(target=another(shop).run, args=[stop]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(30):
        bring(shop, *(said(f"客服 {p} {number:02}", now, source=u) for p, u in enumerate(people)))
    settled = eventually(lambda: len(questions(shop)) == 120)
    stop.set()
    for thread in threads:
        thread.join()

    assert settled
    for person in range(4):
        asked = [each for each in questions(shop) if each.startswith(f"{person} ")]
        assert asked == sorted(asked)
        assert len(asked) == 30


def eventually(true, seconds: float = 60) -> bool:
    """Whether something comes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False


def test_a_try_that_fails_late_does_not_undo_what_another_worker_did(shop: Shop, now):
    bring(shop, said("客服 在嗎", now))
    shop.worker.drain()

    with shop.sessions.begin() as session:
        number = session.scalars(select(InboxEvent.id)).one()
        assert inbox.fail(session, number, error="late", now=now) is False
    shop.clock.jump(timedelta(minutes=1))
    shop.worker.drain()

    assert states(shop) == ["done"]
    assert questions(shop) == ["在嗎"]


def test_no_try_is_counted_while_the_database_is_away(shop: Shop, now, monkeypatch):
    fault = Fault(AWAY)
    outages = [True] * 10

    def goes_away(ctx):
        fault.on = bool(outages)
        return {"type": "text", "text": "貼圖收到了"}

    monkeypatch.setitem(router.EVENTS, "message:sticker", goes_away)
    event.listen(shop.sessions, "before_commit", fault)
    fault.on = False
    bring(shop, made(now, message={"type": "sticker"}))
    while outages:
        with pytest.raises(OperationalError):
            shop.worker.drain()
        outages.pop()
        fault.on = False

    assert shop.worker.drain() == 1
    assert states(shop) == ["done"]
    with shop.sessions() as session:
        assert session.scalars(select(InboxEvent.attempts)).all() == [0]


def test_an_event_whose_statement_the_database_ends_holds_up_nobody(shop: Shop, now, monkeypatch):
    def stuck(ctx):
        raise OperationalError("SELECT", {}, Exception("canceling statement due to timeout"))

    monkeypatch.setitem(router.EVENTS, "message:sticker", stuck)
    bring(shop, made(now, message={"type": "sticker"}))
    for number in range(5):
        other = {"type": "user", "userId": f"U{number:032x}"}
        bring(shop, said(f"客服 {number}", now, source=other))

    shop.settle()

    assert sorted(questions(shop)) == list("01234")
    with shop.sessions() as session:
        attempts = session.scalars(select(InboxEvent.attempts).order_by(InboxEvent.id)).all()
    assert attempts == [1, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("error", [NoConnection("pool"), RuntimeError("a surprise")])
def test_a_worker_outlives_whatever_befalls_it(shop: Shop, now, error):
    fails = [1]

    def befall(state) -> None:
        if fails[0]:
            fails[0] -= 1
            raise error

    event.listen(shop.sessions, "do_orm_execute", befall)
    stop = threading.Event()
    thread = threading.Thread(target=shop.worker.run, args=[stop])
    thread.start()
    assert eventually(lambda: not fails[0])
    bring(shop, said("客服 在嗎", now))
    answered = eventually(lambda: questions(shop) == ["在嗎"])
    stop.set()
    thread.join()

    assert answered
