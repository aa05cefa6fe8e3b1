"""What a campaign says, composed and written as JSON once for all who are told the same.

Which parts of a person a message depends on is seen while it is composed, so
no campaign has to tell, and none can forget one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, cast

import orjson
from sqlalchemy import Row

from bot.texts import speaking
from bot.views.kit import Message
from models.loyalty.coupons import CouponFact

MOST = 5000  # bodies that are remembered; more differ too much to come again


class Speaker(Protocol):
    def message(self, person: Row[Any], coupon: CouponFact | None) -> Message: ...


@dataclass
class Fork:
    """What was read of a person next, and where each value leads: to another or to a body."""

    name: str
    ways: dict[Any, Way] = field(default_factory=dict)


Way: TypeAlias = Fork | str


class Reading:
    """A person of whom it is noted what is read, in order."""

    def __init__(self, person: Row[Any]) -> None:
        self._person = person
        self._seen: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._person, name)
        self._seen.setdefault(name, value)
        return value


class Composer:
    """Composes the messages of one run of a campaign."""

    def __init__(self, campaign: Speaker) -> None:
        self._campaign, self._start, self._kept = campaign, Fork("language"), 0

    def body(self, person: Row[Any], coupon: CouponFact | None) -> str:
        """The JSON array of message objects for this person."""
        if coupon is not None:
            return self._composed(person, person.language, coupon)
        way: Way | None = self._start
        while isinstance(way, Fork):
            way = way.ways.get(getattr(person, way.name))
        return self._new(person) if way is None else way

    def _new(self, person: Row[Any]) -> str:
        reading = Reading(person)
        told = cast("Row[Any]", reading)
        body = self._composed(told, told.language, None)
        if self._kept < MOST:
            self._keep(reading._seen, body)
        return body

    def _composed(self, person: Row[Any], language: str, coupon: CouponFact | None) -> str:
        with speaking(language):
            return orjson.dumps([self._campaign.message(person, coupon)]).decode()

    def _keep(self, seen: dict[str, Any], body: str) -> None:
        self._kept += 1
        fork, value = self._start, seen["language"]
        for name, said in seen.items():
            if name != "language":
                # what was read so far decides what is read next
                fork = cast("Fork", fork.ways.setdefault(value, Fork(name)))
                value = said
        fork.ways[value] = body
