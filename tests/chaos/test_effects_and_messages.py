"""P4: an effect and its message commit together, wherever the process dies, and happen once.

The control keeps the answer in a transaction of its own: it must be seen to
lose answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.context import Context, Message
from bot.dispatch import Dispatcher
from bot.worker import InboxWorker
from models.talk.inbox import Stored
from tests.chaos import figures
from tests.chaos.crashes import Crashes
from tests.chaos.flow import Flow, torn
from tests.chaos.flows import FLOWS
from tests.chaos.flows.member import StopMarketing
from tests.shop import Shop

CRASHES = 20


@pytest.fixture
def shop(engine, sessions, programme, now) -> Iterator[Shop]:
    made = Shop(engine, sessions, programme, now)
    yield made
    made.close()


def crash_and_retry(flow: Flow, crashes: Crashes) -> tuple[list[Any], list[Any]]:
    """Where something was torn apart after a crash, and what was still wrong after a retry."""
    for number in (0, 1):  # what is only done the first time is done with the first
        flow.prepare(number)
        moments = crashes.moments(lambda: flow.act(number))  # noqa: B023 - called at once
        assert torn(flow, number, after_retry=True) is None
    after_crash, after_retry = [], []
    for crash in range(CRASHES):
        number = crash + 2
        moment = 1 + crash * (moments - 1) // (CRASHES - 1)
        flow.prepare(number)
        assert crashes.kill(lambda: flow.act(number), moment)  # noqa: B023 - called at once
        if seen := torn(flow, number, after_retry=False):
            after_crash.append((moment, seen))
        flow.act(number)
        if seen := torn(flow, number, after_retry=True):
            after_retry.append((moment, seen))
    return after_crash, after_retry


@pytest.mark.parametrize("name", list(FLOWS))
def test_an_effect_and_its_message_come_together_and_once(shop, engine, sessions, name):
    flow = FLOWS[name](shop, CRASHES + 2)

    after_crash, after_retry = crash_and_retry(flow, Crashes(engine, sessions))

    figures.tell("P4", flow=name, crashes=CRASHES, torn=len(after_crash), lost=len(after_retry))
    assert (after_crash, after_retry) == ([], [])


@dataclass(frozen=True)
class Postponing(Dispatcher):
    """The control: what is to be said is kept for another transaction."""

    later: list[Callable[[Session], None]] = field(default_factory=list)

    def _send(self, ctx: Context, row: Stored, messages: list[Message], *_: object) -> None:
        send = super()._send
        self.later.append(
            lambda session: send(replace(ctx, session=session), row, messages, None, None)
        )


class Hasty(StopMarketing):
    """Its worker commits what was done and then what is to be said."""

    name = "control"

    def act(self, number: int) -> None:
        self.shop.clock.jump(timedelta(seconds=31))
        dispatcher, runtime = Postponing(self.shop.programme), self.shop.runtime
        worker = InboxWorker(
            runtime.sessions,
            dispatcher,
            clock=runtime.clock,
            wakeups=runtime.wakeups,
            fetch=lambda _: None,
        )
        worker.drain()
        with runtime.sessions.begin() as session:
            for send in dispatcher.later:
                send(session)


def test_in_two_transactions_effects_are_left_without_their_messages(shop, engine, sessions):
    after_crash, after_retry = crash_and_retry(Hasty(shop, CRASHES + 2), Crashes(engine, sessions))

    figures.tell("P4 control", crashes=CRASHES, torn=len(after_crash), lost=len(after_retry))
    assert after_crash
    assert after_retry
