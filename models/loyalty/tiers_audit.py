"""Whether every stored tier is what its member's credits say, by the rules they were judged by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import Row, exists, select
from sqlalchemy.orm import Session

from models.base import local_day
from models.loyalty.tiers_queries import credits_of
from models.loyalty.tiers_records import MemberTier, TierCredit, TierRules
from models.loyalty.tiers_rules import Credit, replay
from models.programme import Condition, Period, Programme, Tier
from models.spans import Parts, Span, whole
from models.terms import ShopTerms

SLICE = 500


def verify(session: Session, parts: Parts = whole) -> list[str]:
    """One sentence for each member whose stored tier is not what a replay gives."""
    rules = select(TierRules.mark, TierRules.body).order_by(TierRules.first_used_at)
    programmes = {mark: _programme(body) for mark, body in session.execute(rules)}
    newest = next(reversed(programmes), "")
    wrong = [
        sentence for span in parts(TierCredit.member_id) for sentence in _unjudged(session, span)
    ]
    for span in parts(MemberTier.member_id):
        for rows in _rows(session, span):
            credits = credits_of(session, [row.member_id for row in rows])
            for row in rows:
                wrong += _wrong(row, credits.get(row.member_id, ()), programmes, newest)
    return wrong


def _rows(session: Session, span: Span) -> Iterator[Sequence[Row[Any]]]:
    """Stored tiers, in slices so small that hardly an order comes before the credits."""
    query = select(*MemberTier.__table__.c).order_by(MemberTier.member_id).limit(SLICE)
    query = query.where(span.holds(MemberTier.member_id))
    last = None
    while rows := session.execute(
        query if last is None else query.where(MemberTier.member_id > last)
    ).all():
        yield rows
        last = rows[-1].member_id


def _unjudged(session: Session, span: Span) -> Iterator[str]:
    judged = exists().where(MemberTier.member_id == TierCredit.member_id)
    query = select(TierCredit.member_id).where(~judged, span.holds(TierCredit.member_id))
    for member_id in session.scalars(query.distinct()):
        yield f"member {member_id} has tier credits but was never judged"


def _wrong(
    row: Row[Any], credits: Sequence[Credit], programmes: dict[str, Programme], newest: str
) -> Iterator[str]:
    programme = programmes.get(row.rules)
    if programme is None:
        yield f"member {row.member_id} is {row.tier} by rules {row.rules!r} that nobody kept"
        return
    now = replay(credits, programme, today=local_day(row.touched_at))
    said = (row.tier, row.since, row.until, row.judged_on)
    # earlier rules' promise is kept as it was, whatever was bought since
    if row.rules == newest and said != (now.tier.key, now.since, now.until, now.judged_on):
        yield (
            f"member {row.member_id} is {row.tier} since {row.since} until {row.until}, but the "
            f"credits say {now.tier.key} since {now.since} until {now.until}"
        )


def _programme(body: str) -> Programme:
    """As much of a programme as it takes to judge."""
    rules = orjson.loads(body)
    tiers = (
        Tier(each["key"], each["name"], tuple(Condition(**asked) for asked in each["any"]))
        for each in rules["tiers"]
    )
    return Programme("", ShopTerms(), tuple(tiers), Period(**rules["period"]))
