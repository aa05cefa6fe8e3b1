"""P11: consent, quiet hours, cap and quota are those of the moment of sending.

The control sends what was planned without asking again: it must be seen to
write to people who no longer want it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from models.insight import invariants
from models.talk import outbox_facts
from models.talk.outbox_records import OutboxMessage
from models.talk.policy import Purpose, Send
from tests.chaos import figures
from tests.chaos.changes import CHANGES, befriend, plan, states
from tests.chaos.forks import Forks
from tests.chaos.pushes import FAULTS, Story
from tests.shop import Shop

SINGLE = [name for name, change in CHANGES.items() if not change.to_all]
GENERAL = [name for name, change in CHANGES.items() if change.to_all]
OURS = [name for name in GENERAL if not (CHANGES[name].line_refuses or CHANGES[name].counted)]
SIZES = [6, pytest.param(200, marks=[pytest.mark.slow, pytest.mark.timeout(900)])]


@pytest.fixture
def shop(engine, sessions, programme, now) -> Iterator[Shop]:
    made = Shop(engine, sessions, programme, now)
    yield made
    made.close()


def send_after(shop: Shop, names: list[str], count: int) -> tuple[dict[str, set[str]], set[str]]:
    """What becomes of marketing to those it happened to after the planning, and to the others."""
    people = befriend(shop, count * (len(names) + 1))
    plan(shop, people)
    parts = {name: people[count * place :][:count] for place, name in enumerate(names)}
    for name, changed in parts.items():
        CHANGES[name].happens(shop, changed)
    shop.send()
    others = states(shop, people[count * len(names) :])
    return {name: states(shop, changed) for name, changed in parts.items()}, others


@pytest.mark.parametrize("count", SIZES)
def test_what_happened_since_planning_counts(shop: Shop, count: int):
    changed, others = send_after(shop, SINGLE, count)

    assert changed == {name: {CHANGES[name].state} for name in SINGLE}
    assert others == {"sent"}


@pytest.mark.parametrize("name", GENERAL)
def test_what_concerns_everybody_stops_all_marketing(shop: Shop, name: str):
    changed, others = send_after(shop, [name], 6)

    assert changed == {name: {CHANGES[name].state}}
    assert others == {CHANGES[name].state}


@pytest.mark.parametrize("names", [SINGLE, OURS], ids=["somebody", "everybody"])
def test_who_does_not_ask_again_writes_to_them(
    shop: Shop, names: list[str], monkeypatch: pytest.MonkeyPatch
):
    """The control."""
    monkeypatch.setattr(outbox_facts, "decide", lambda *_: Send())

    changed, _ = send_after(shop, names, 3)

    assert changed == {name: {"sent"} for name in names}


class Leaving(Story):
    """People stop marketing one after the other while senders send and die."""

    ENDS = frozenset({"sent", "skipped", "unknown"})

    def __init__(self, url, count, **faults):
        super().__init__(url, count, **faults)
        self.left_at = {}

    def over(self) -> bool:
        return set(self.states()) <= self.ENDS

    def leave(self, senders: Forks) -> None:
        """Some who have not left yet stop marketing; a sender dies, and another starts."""
        stay = [person for person in self.people if person not in self.left_at]
        for person in self.chance.sample(stay, min(len(stay), self.count // 40)):
            self.stop_marketing(person)
        for pid in list(senders.pids):
            senders.kill(pid)
        senders.start()

    def stop_marketing(self, person: str) -> None:
        with self.sessions.begin() as session:
            member = session.scalars(self.member(person)).one()
            member.marketing = False
        self.left_at[person] = self.clock()

    def taken_after_leaving(self) -> int:
        """Marketing that a sender took in hand after somebody had stopped it."""
        with self.sessions() as session:
            assert invariants.check(session) == []
            rows = session.scalars(
                select(OutboxMessage).where(OutboxMessage.purpose == Purpose.MARKETING)
            )
            wrong = sum(
                row.to_id in self.left_at
                and row.first_tried_at is not None
                and row.first_tried_at > self.left_at[row.to_id]
                for row in rows
            )
        self.engine.dispose()
        return wrong


@pytest.mark.parametrize(
    "count", [200, pytest.param(2000, marks=[pytest.mark.slow, pytest.mark.timeout(900)])]
)
def test_who_stops_marketing_while_senders_die_is_written_to_no_more(database, count):
    story = Leaving(database, count, slow_ms=200, **FAULTS)

    story.run(story.leave)

    wrong = story.taken_after_leaving()
    figures.tell("P11", marketing=count // 2, left=len(story.left_at), wrong=wrong)
    assert story.left_at
    assert wrong == 0


@pytest.mark.slow
def test_senders_that_do_not_ask_write_to_them(database):
    """The control; the one without processes runs always."""
    story = Leaving(database, 200, slow_ms=200, **FAULTS)

    story.run(story.leave, asks=False)

    assert story.taken_after_leaving() > 0
