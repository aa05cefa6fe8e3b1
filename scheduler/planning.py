"""A campaign planned: audience in, outbox out, each message once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from models.base import day_start, local_day
from models.insight import active_hours
from models.loyalty import coupons
from models.loyalty.coupons import CouponFact
from models.people import consents
from models.people.members import Member
from models.programme import CouponTerms
from models.talk import outbox, retry_keys
from models.talk import outbox_riding as riding
from models.talk.outbox import Draft
from models.talk.policy import Purpose
from scheduler.campaign import Campaign, Recipient
from scheduler.composing import Composer

CHUNK = 2000
RETRY_KEYS = uuid5(NAMESPACE_URL, "tuanyou/campaigns")


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


def plan(campaign: Campaign, *, only: int | None = None, waking: Collection[int] = ()) -> Planned:
    """Queue the campaign's messages for its day, for everyone or for one member.

    Twice is harmless: the outbox keeps one message per rule, period and member.
    With `waking`, the local hours at which members may be written to, those wait for
    their member's hour that are to; without, whoever runs it wants them out now.
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
            _plan_chunk(campaign, composer, chunk, result, waking)
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
    campaign: Campaign,
    composer: Composer,
    rows: Sequence[Recipient],
    result: Planned,
    waking: Collection[int],
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
    hours = _hours(campaign, {row.id for row in fresh.values()}, waking)

    def draft(key: str, row: Recipient) -> Draft:
        body = composer.body(row, granted.get(key))
        return _draft(campaign, key, row, body, values.get(row.id), hours.get(row.id))

    drafts = (draft(key, row) for key, row in fresh.items())
    new = outbox.enqueue_many(campaign.session, drafts, now=campaign.now)
    result.planned += len(new)
    result.already += len(fresh) - len(new)


def excluded(row: Any) -> str | None:
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


def _hours(
    campaign: Campaign, member_ids: Collection[int], waking: Collection[int]
) -> Mapping[int, int]:
    """Of whom waits for an hour of today: which."""
    if not (campaign.at_their_hour and waking and member_ids):
        return {}
    today, usual = local_day(campaign.now), campaign.hour_in(campaign.programme)
    own = active_hours.preferred_of(campaign.session, member_ids, waking, today=today)
    return {each: own.get(each, usual) for each in member_ids}


def _due_at(campaign: Campaign, row: Recipient, hour: int | None) -> datetime:
    due_at = campaign.ride_until(row) if campaign.rides else campaign.now
    if hour is not None:
        latest = campaign.latest(row) or datetime.max.replace(tzinfo=UTC)
        due_at = min(day_start(local_day(campaign.now)) + timedelta(hours=hour), latest)
    return max(due_at, campaign.now)


def _draft(
    campaign: Campaign,
    key: str,
    row: Recipient,
    body: str,
    value: int | None = None,
    hour: int | None = None,
) -> Draft:
    due_at = _due_at(campaign, row, hour)
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
