"""P1: an effect happens at most once for its source, however many bring it at once, or again."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import cycle

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.chaos import figures
from tests.chaos.effects import EFFECTS, on_record, record_events, start
from tests.chaos.rush import rush
from tests.conftest import SECRET
from tests.models.loyalty.purse import new_member

LONG = [pytest.mark.slow, pytest.mark.timeout(1800)]
Sessions = sessionmaker[Session]


@pytest.fixture
def members(sessions: Sessions) -> list[int]:
    with sessions.begin() as session:
        people = [new_member(session) for _ in range(5)]
        start(session, people)
    return people


def new_effects(
    sessions: Sessions,
    url: str,
    members: list[int],
    crowd: int,
    events: int,
    ids: int,
    **how: bool,
) -> dict[str, int]:
    """How many effects `events` of `ids` sources had, brought by each of a crowd."""
    with sessions() as session:
        before = on_record(session)
    forgetful = how.get("forgetful", False)
    rush(record_events, (crowd, 1), url, SECRET, members, events, ids, forgetful)
    with sessions() as session:
        return {name: count - before[name] for name, count in on_record(session).items()}


def shares(ids: int) -> dict[str, int]:
    """How many sources each kind of effect has."""
    return {name: len(range(place, ids, len(EFFECTS))) for place, name in enumerate(EFFECTS)}


@pytest.mark.parametrize(
    ("crowd", "events", "ids"),
    [(3, 60, 24), pytest.param(8, 5000, 2000, marks=LONG)],
)
def test_an_event_that_comes_many_times_takes_effect_once(
    sessions: Sessions, database: str, members: list[int], crowd: int, events: int, ids: int
):
    new = new_effects(sessions, database, members, crowd, events, ids)

    figures.tell("P1", events=crowd * events, sources=ids, effects=sum(new.values()), **new)
    assert new == shares(ids)


def test_a_shop_that_forgets_what_it_did_does_it_again(
    sessions: Sessions, database: str, members: list[int]
):
    """The control."""
    new = new_effects(sessions, database, members, 2, 48, 24, forgetful=True)

    figures.tell("P1 control", sources=24, effects=sum(new.values()))
    assert new == shares(2 * 48)


def pairs(count: int) -> Iterator[tuple[str, int, int]]:
    """Kinds in turn, and two different things to ask of each under one source."""
    chance = random.Random(count)
    for _, name in zip(range(count), cycle(EFFECTS), strict=False):
        first, second = chance.sample(range(len(EFFECTS[name].asks)), 2)
        yield name, first, second


def accepted(sessions: Sessions, members: list[int], count: int, *, under: str) -> list[object]:
    """Those of so many pairs of which both were accepted."""
    found: list[object] = []
    for number, (name, first, second) in enumerate(pairs(count)):
        effect = EFFECTS[name]
        with sessions.begin() as session:
            effect.asks[first](session, members, f"event:{number}")
        try:
            with sessions.begin() as session:
                effect.asks[second](session, members, f"event:{number}{under}")
        except effect.refused:
            continue
        found.append((number, name, first, second))
    return found


@pytest.mark.parametrize("count", [60, pytest.param(1000, marks=LONG)])
def test_the_same_source_with_another_body_is_never_accepted(
    sessions: Sessions, members: list[int], count: int
):
    wrong = accepted(sessions, members, count, under="")

    figures.tell("P1", pairs=count, accepted=len(wrong))
    assert wrong == []


def test_under_another_source_the_other_body_is_accepted(sessions: Sessions, members: list[int]):
    """The control: what is refused is refused for its source."""
    assert len(accepted(sessions, members, 45, under=":other")) == 45
