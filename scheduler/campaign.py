"""What a campaign is: whom it concerns, when, and what it says; `scheduler.planning` queues it.

A campaign is one subclass in one file of `scheduler/campaigns/`. Being defined
registers it; the timetable, the preview and the switches read it from there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from bot.views.kit import Message
from models.base import local_day
from models.loyalty.coupons import CouponFact
from models.people import members
from models.people.consents import Topic
from models.people.members import Member
from models.programme import CouponTerms, Programme
from models.shop import worth
from models.talk.policy import Purpose

CAMPAIGNS: dict[str, type[Campaign]] = {}
MORNING = 8

Recipient = Row[Any]


class Part(NamedTuple):
    """A part of a campaign with a switch of its own, and the next day it has something to say."""

    key: str
    title: str
    at_first: bool
    next_day: date | None


class Campaign:
    """A message the shop sends of its own accord.

    `hour` is the local hour of its daily run; `catch_up` how many days a missed
    run is made up for; with `each_day` every missed day is planned, without it
    the latest run covers those before it. One that comes `often` has no hour: every
    tick looks whom it concerns. `use_days`: sent later than that, it is dropped.
    With `rides` it goes free with the member's next reply until `ride_until`, and
    is pushed then; what waits so is kept true by `refresh`. While the month's
    messages are short the most valuable go; one that has its `own_hour` is not
    weighed against others, and goes as long as marketing has any left. One that is tied
    to no day comes `at_their_hour`, `hour` being that of those of whom none is known.
    Until somebody switches it, it is on if it is so `at_first`.
    """

    key: ClassVar[str]
    title: ClassVar[str]  # what organisers call it
    topic: ClassVar[Topic]
    hour: ClassVar[int] = 9
    catch_up: ClassVar[int] = 3
    each_day: ClassVar[bool] = False
    often: ClassVar[bool] = False
    capped: ClassVar[bool] = True
    rides: ClassVar[bool] = False
    own_hour: ClassVar[bool] = False
    at_their_hour: ClassVar[bool] = False
    use_days: ClassVar[int] = 7
    at_first: ClassVar[bool] = True

    def __init_subclass__(cls) -> None:
        if cls.key in CAMPAIGNS:
            raise ValueError(f"campaign {cls.key!r} is defined twice")
        CAMPAIGNS[cls.key] = cls

    def __init__(
        self, session: Session, *, now: datetime, programme: Programme, day: date | None = None
    ) -> None:
        self.session, self.now, self.programme = session, now, programme
        self.day = day or local_day(now)

    @property
    def purpose(self) -> Purpose:
        return Purpose.SERVICE if self.topic is Topic.SERVICE else Purpose.MARKETING

    @classmethod
    def hour_in(cls, programme: Programme) -> int:
        """The local hour at which it goes out under these rules."""
        return cls.hour

    @classmethod
    def planned_at(cls, programme: Programme) -> int:
        """The local hour of its run: where it goes by its members' hours, before the first."""
        return MORNING if cls.at_their_hour else cls.hour_in(programme)

    @classmethod
    def next_day(cls, programme: Programme, day: date) -> date | None:
        """The first day from `day` on whose run may have something to say, if there is any."""
        return day

    @classmethod
    def parts(cls, programme: Programme, day: date) -> Sequence[Part]:
        """The parts it is made of, each with the first of its days from `day` on."""
        return ()

    def audience(self) -> Select[Any] | None:
        """Rows of `self.people(…)`: whom it concerns, before consent is asked; None is nobody."""
        raise NotImplementedError

    def period(self, person: Recipient) -> str:
        """What this message may be sent to this person only once for."""
        raise NotImplementedError

    def message(self, person: Recipient, coupon: CouponFact | None) -> Message:
        """What to say, as one message object."""
        raise NotImplementedError

    def coupon(self, person: Recipient) -> CouponTerms | None:
        """The coupon that comes with it."""
        return None

    def ride_until(self, person: Recipient) -> datetime:
        """When a message that rides along is pushed after all."""
        return self.now

    def latest(self, person: Recipient) -> datetime | None:
        """When it must go out at the latest, whatever hour the member likes."""
        return None

    def values(self, member_ids: Collection[int]) -> Mapping[int, int]:
        """What the shop may expect of it for each member, in hundredths of NT$."""
        return worth.values(self.session, self.topic, member_ids, self.programme.responses)

    def use_until(self, person: Recipient, due_at: datetime) -> datetime:
        """When it is of no use any more."""
        return due_at + timedelta(days=self.use_days)

    @staticmethod
    def people(*columns: Any) -> Select[Any]:
        """A select of what every audience needs, and `columns`."""
        return select(
            Member.id,
            Member.line_user_id,
            Member.name,
            Member.language,
            members.reachable().label("reachable"),
            *columns,
        )
