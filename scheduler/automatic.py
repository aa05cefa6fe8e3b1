"""What the automatic messages have come to, when they come next, and what each would say.

Figures are asked for all campaigns at once; how many somebody's card concerns
is counted by the database, and nothing is planned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.views.campaigns import Looked, Ran, Shown, Turned
from bot.views.kit import Message
from models.base import local_day
from models.loyalty import coupon_periods
from models.loyalty.coupons import CouponFact, PeriodOver
from models.message_terms import plan_for
from models.people import consents, members
from models.programme import Programme
from models.talk import budget_figures, job_runs, quota, switches
from models.talk.budget_figures import LOOK_BACK
from models.talk.job_runs import JobRun
from scheduler import schedule
from scheduler.campaign import CAMPAIGNS, Campaign
from scheduler.planning import excluded


class Sent(NamedTuple):
    """Of each rule in the last four weeks: what was pushed, and what rode along."""

    pushed: Mapping[str, int]
    rode: Mapping[str, int]


class Sample(SimpleNamespace):
    """Somebody who is not there, with all that any campaign reads; they see every group-buy."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("sees_"):
            return True
        raise AttributeError(name)


def overview(session: Session, *, now: datetime, programme: Programme) -> list[Shown]:
    """Every campaign, the next to run first and those that are off last."""
    switched, sent = switches.every(session), _sent(session, now)
    runs = _runs(session, list(CAMPAIGNS), now)
    found = [
        _shown(each, runs.get(key, ()), sent, switched, now, programme)
        for key, each in CAMPAIGNS.items()
    ]
    return sorted(found, key=_coming)


def look(
    session: Session,
    campaign: type[Campaign],
    *,
    now: datetime,
    programme: Programme,
    part: str | None = None,
) -> Looked:
    """One campaign in full, its sample about the `part` with this key."""
    switched, sent = switches.every(session), _sent(session, now)
    runs = _runs(session, [campaign.key], now).get(campaign.key, ())
    made = campaign(session, now=now, programme=programme)
    reached, left_out = _counted(made)
    whom, message = _preview(made, part)
    return Looked(
        _shown(campaign, runs, sent, switched, now, programme),
        reached,
        left_out,
        [_ran(each) for each in runs],
        _parts(campaign, switched, now, programme),
        _cost(session, sent.pushed.get(campaign.key, 0), programme),
        message,
        whom,
    )


def _coming(shown: Shown) -> tuple[bool, bool, float]:
    at = shown.next_run
    return not shown.on, not shown.often, at.timestamp() if at is not None else float("inf")


def _sent(session: Session, now: datetime) -> Sent:
    pushed: Counter[str] = Counter()
    for rule, _purpose, count in budget_figures.by_rule(session, since=now - LOOK_BACK):
        pushed[rule] += count
    return Sent(pushed, budget_figures.rode_by_rule(session, since=now - LOOK_BACK))


def _runs(session: Session, keys: Sequence[str], now: datetime) -> dict[str, list[JobRun]]:
    since = local_day(now - LOOK_BACK).isoformat()
    found: dict[str, list[JobRun]] = {}
    for run in job_runs.lately(session, keys, since=since):
        found.setdefault(run.job, []).append(run)
    return found


def _shown(
    campaign: type[Campaign],
    runs: Sequence[JobRun],
    sent: Sent,
    switched: Mapping[str, bool],
    now: datetime,
    programme: Programme,
) -> Shown:
    came = [_ran(each) for each in runs]
    coming = {"now": now, "programme": programme, "switched": switched}
    return Shown(
        campaign.title,
        campaign.topic is consents.Topic.SERVICE,
        switched.get(campaign.key, campaign.at_first),
        campaign.often,
        None if campaign.often else schedule.next_run(campaign, **coming),  # type: ignore[arg-type]
        next((each for each in came if each.planned or each.skipped), None),
        sent.pushed.get(campaign.key, 0),
        sent.rode.get(campaign.key, 0),
        campaign.at_their_hour,
    )


def _ran(run: JobRun) -> Ran:
    on = date.fromisoformat(run.period)
    try:
        came = orjson.loads(run.detail or "{}")
    except orjson.JSONDecodeError:  # written before it was JSON
        came = {}
    return Ran(on, run.outcome, came.get("planned", 0), sum(came.get("skipped", {}).values()))


def _parts(
    campaign: type[Campaign], switched: Mapping[str, bool], now: datetime, programme: Programme
) -> list[Turned]:
    found = campaign.parts(programme, local_day(now))
    return [
        Turned(each.title, switched.get(each.key, each.at_first), each.next_day) for each in found
    ]


def _counted(campaign: Campaign) -> tuple[int, Counter[str]]:
    """How many it would write to now, and the others of its audience by reason."""
    left_out: Counter[str] = Counter()
    audience = campaign.audience()
    if audience is None:
        return 0, left_out
    allowed = consents.allows(campaign.topic).label("allowed")
    each = audience.add_columns(allowed).order_by(None).subquery()
    query = select(each.c.reachable, each.c.allowed, func.count().label("people"))
    reached = 0
    for row in campaign.session.execute(query.group_by(each.c.reachable, each.c.allowed)):
        if why := excluded(row):
            left_out[why] += row.people
        else:
            reached += row.people
    return reached, left_out


def _cost(session: Session, pushed: int, programme: Programme) -> float | None:
    """NT$ for so many messages at the price of one, None where no plan is paid for."""
    reading = quota.latest(session)
    monthly = reading.monthly if reading is not None else None
    plan = plan_for(programme.line_plans, monthly) if monthly else None
    return pushed * plan.cost(plan.messages) / plan.messages if plan and plan.fee else None


def _preview(campaign: Campaign, part: str | None) -> tuple[str, Message | None]:
    """What the first of its audience would read, else somebody who is not there."""
    person: Any = None
    audience = campaign.audience() if part is None else None
    if audience is not None:
        theirs = audience.where(members.reachable(), consents.allows(campaign.topic))
        person = campaign.session.execute(theirs.limit(1)).first()
    whom = (person.name or "") if person is not None else ""
    person = person or _sample(campaign, part)
    return whom, campaign.message(person, _coupon(campaign, person))


def _coupon(campaign: Campaign, person: Any) -> CouponFact | None:
    terms = campaign.coupon(person)
    try:
        return None if terms is None else coupon_periods.imagined(terms, now=campaign.now)
    except PeriodOver:
        return None


def _sample(campaign: Campaign, part: str | None) -> Sample:
    now, day, programme = campaign.now, campaign.day, campaign.programme
    parts = campaign.parts(programme, day)
    coming = min(
        parts, key=lambda each: (not each.at_first, each.next_day or date.max), default=None
    )
    key = part or (coming.key if coming is not None else "")
    own = {
        "festival": key.partition(":")[2],
        "tier": programme.base.key,
    }
    days = {"bought_on": 25, "last_on": 60}
    ahead = {"expires_at": timedelta(days=9), "closes_at": timedelta(hours=9)}
    past = {"arrived_at": timedelta(days=1), "given_at": timedelta(days=1)}
    return Sample(
        **{**SAMPLE, **own, **OWN.get(campaign.key, {})},
        **{name: day - timedelta(days=count) for name, count in days.items()},
        **{name: now + each for name, each in ahead.items()},
        **{name: now - each for name, each in past.items()},
        due_on=day,
    )


SAMPLE: Mapping[str, Any] = {
    "id": 0,
    "language": "zh-TW",
    "name": "小美",
    "number": 1,
    "title": "愛文芒果 5斤裝",
    "item": "愛文芒果 5斤裝",
    "product": "愛文芒果 5斤裝",
    "category": "美妝",
    "product_id": 0,
    "days": 28,
    "month": "",
    "points": 1_240,
    "expiring": 120,
    "short": 2,
    "orders": 1,
    "often": True,
    "step": 0,
    "group_buys": 1,
    "owed": 450,
    "price": 450,
    "price_now": 450,
    "option_prices": "[]",
    "pickup": "管理室",
    "pickup_on": None,
    "code": "012345",
    "coupon": "會員券 NT$100",
    "coupons": 1,
    "kind": "amount",
    "value": 100,
    "handout_id": 0,
    "drawn": False,
}
# where a campaign means something else by the same name
OWN: Mapping[str, Mapping[str, Any]] = {"survey": {"orders": "1-1 愛文芒果 5斤裝"}}
