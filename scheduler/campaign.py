"""What a campaign is, and how one is planned: audience in, outbox out.

A campaign is one subclass in one file of `scheduler/campaigns/`. Being defined
registers it; the timetable, the preview and the switches read it from there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, ClassVar, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from bot.views.kit import Message
from models.base import local_day
from models.loyalty import coupons
from models.loyalty.coupons import CouponFact
from models.people import consents, members
from models.people.consents import Topic
from models.people.members import Member
from models.programme import CouponTerms, Programme
from models.shop import worth
from models.talk import outbox, retry_keys
from models.talk import outbox_riding as riding
from models.talk.outbox import Draft
from models.talk.policy import Purpose
from scheduler.composing import Composer

CAMPAIGNS: dict[str, type[Campaign]] = {}
CHUNK = 2000
RETRY_KEYS = uuid5(NAMESPACE_URL, "tuanyou/campaigns")

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
    weighed against others, and goes as long as marketing has any left. Until somebody
    switches it, it is on if it is so `at_first`.
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
        """The local hour of its run under these rules."""
        return cls.hour

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


@dataclass
class Planned:
    """How a run came out: people in the audience, messages new and already there, and the rest."""

    campaign: str
    period: str
    audience: int = 0
    planned: int = 0
    already: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    def json(self) -> dict[str, Any]:
        return {
            "campaign": self.campaign,
            "period": self.period,
            "audience": self.audience,
            "planned": self.planned,
            "already": self.already,
            "skipped": dict(self.skipped),
        }


def plan(campaign: Campaign, *, only: int | None = None) -> Planned:
    """Queue the campaign's messages for its day, for everyone or for one member.

    Twice is harmless: the outbox keeps one message per rule, period and member.
    """
    result = Planned(campaign.key, campaign.day.isoformat())
    composer = Composer(campaign)
    if campaign.rides:
        refresh(campaign, only=only)
    audience = campaign.audience()
    if audience is None:
        return result
    query = audience.add_columns(consents.allows(campaign.topic).label("allowed"))
    if only is not None:
        query = query.where(Member.id == only)
    with campaign.session.execute(query.execution_options(yield_per=CHUNK)) as rows:
        for chunk in _chunks(rows, CHUNK):
            _plan_chunk(campaign, composer, chunk, result)
    return result


def refresh(campaign: Campaign, *, only: int | None = None) -> None:
    """Let the campaign's riders that still wait say what is true now, or nothing.

    Weeks may lie between the plan and the reply that a rider goes along with.
    """
    last, composer = 0, Composer(campaign)
    while riders := riding.waiting(campaign.session, campaign.key, member_id=only, after=last):
        last = riders[-1].id
        concerned = Member.id.in_({rider.member_id for rider in riders})
        audience = campaign.audience()
        rows = campaign.session.execute(audience.where(concerned)) if audience is not None else ()
        keyed = {key_of(campaign, row): row for row in rows}
        true = {
            key: _draft(campaign, key, row, composer.body(row, None)) for key, row in keyed.items()
        }
        for rider in riders:
            if rider.key in true:
                riding.rewrite(rider, true[rider.key])
            else:
                riding.withdraw(rider, now=campaign.now)


def _plan_chunk(
    campaign: Campaign, composer: Composer, rows: Sequence[Recipient], result: Planned
) -> None:
    result.audience += len(rows)
    keyed = {key_of(campaign, row): row for row in rows}
    known = outbox.known(campaign.session, list(keyed))
    result.already += len(rows) - len(keyed) + len(known)
    fresh: dict[str, Recipient] = {}
    for key, row in keyed.items():
        if key in known:
            continue
        if reason := excluded(row):
            result.skipped[reason] += 1
        else:
            fresh[key] = row
    granted = _coupons(campaign, fresh)
    weighed = campaign.purpose is Purpose.MARKETING and not campaign.own_hour
    values = campaign.values({row.id for row in fresh.values()}) if weighed and fresh else {}
    drafts = (
        _draft(campaign, key, row, composer.body(row, granted.get(key)), values.get(row.id))
        for key, row in fresh.items()
    )
    new = outbox.enqueue_many(campaign.session, drafts, now=campaign.now)
    result.planned += len(new)
    result.already += len(fresh) - len(new)


def excluded(row: Recipient) -> str | None:
    """Why somebody of the audience is left out, if they are."""
    if not row.reachable:
        return "not_friend"
    return None if row.allowed else "opted_out"


def key_of(campaign: Campaign, row: Recipient) -> str:
    return f"{campaign.key}:{campaign.period(row)}:{row.id}"


def _retry_key(campaign: Campaign, row: Recipient, period: str) -> str:
    # the same if it is planned again after a backup was restored: then LINE knows that it has it
    return retry_keys.of(RETRY_KEYS, f"{campaign.key}:{period}:{row.line_user_id}")


def _coupons(campaign: Campaign, rows: Mapping[str, Recipient]) -> dict[str, CouponFact]:
    grants: dict[CouponTerms, list[tuple[int, str]]] = {}
    for key, row in rows.items():
        terms = campaign.coupon(row)
        if terms is not None:
            grants.setdefault(terms, []).append((row.id, key))
    issued: dict[str, CouponFact] = {}
    for terms, given in grants.items():
        issued |= coupons.issue_many(campaign.session, terms, given, now=campaign.now)
    return issued


def _draft(
    campaign: Campaign, key: str, row: Recipient, body: str, value: int | None = None
) -> Draft:
    due_at = max(campaign.ride_until(row), campaign.now) if campaign.rides else campaign.now
    period = campaign.period(row)
    return Draft(
        key=key,
        rule=campaign.key,
        period=period,
        member_id=row.id,
        to_id=row.line_user_id,
        messages=body,
        topic=campaign.topic,
        purpose=campaign.purpose,
        due_at=due_at,
        use_until=campaign.use_until(row, due_at),
        rides=campaign.rides,
        capped=campaign.capped,
        retry_key=_retry_key(campaign, row, period),
        value=value,
    )


def _chunks(rows: Iterable[Recipient], size: int) -> Iterator[list[Recipient]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk
