"""Composing once for all who are told the same, and never the same for those who are not."""

from __future__ import annotations

import dataclasses
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import _, speaking
from scheduler import composing
from scheduler.composing import Composer


@dataclasses.dataclass
class Person:
    id: int
    name: str
    points: int
    tier: str | None
    language: str = "zh-TW"


class Campaign:
    """Reads other parts of a person depending on what it has read of them."""

    def __init__(self) -> None:
        self.composed = 0

    def message(self, person: Any, coupon: Any) -> dict[str, Any]:
        self.composed += 1
        said = [_("{amount} 點", amount=person.points)]
        if person.points > 1:
            said.append(person.tier)
        elif person.tier is None:
            said.append(person.name)
        return {"type": "text", "text": " ".join(map(str, [*said, coupon]))}


def said_to(person: Person, coupon: Any = None) -> list[dict[str, Any]]:
    with speaking(person.language):
        return [Campaign().message(person, coupon)]


people = st.lists(
    st.builds(
        Person,
        id=st.integers(),
        name=st.sampled_from(["小美", "小林"]),
        points=st.integers(0, 3),
        tier=st.sampled_from([None, "gold", "silver"]),
        language=st.sampled_from(["zh-TW", "en"]),
    ),
    max_size=30,
)


@given(people, st.integers(0, 5))
def test_everybody_is_told_what_they_would_be_told_alone(everybody, most):
    before, composing.MOST = composing.MOST, most
    try:
        composer = Composer(Campaign())
        for person in everybody:
            assert orjson.loads(composer.body(person, None)) == said_to(person)
    finally:
        composing.MOST = before


def test_what_is_the_same_for_all_is_composed_once():
    campaign = Campaign()
    composer = Composer(campaign)

    bodies = {
        composer.body(Person(number, f"團友{number}", 3, "gold"), None) for number in range(50)
    }

    assert len(bodies) == campaign.composed == 1


def test_a_message_with_a_coupon_of_its_own_is_composed_for_each():
    composer, mei = Composer(Campaign()), Person(1, "小美", 1, None)

    assert orjson.loads(composer.body(mei, None)) == said_to(mei)
    assert orjson.loads(composer.body(mei, "ABCD")) == said_to(mei, "ABCD")
    assert orjson.loads(composer.body(mei, "EFGH")) == said_to(mei, "EFGH")
