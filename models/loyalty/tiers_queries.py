"""Where members stand, what is missing for the next tier, and why they stand there.

A stored row answers as long as its year lasts and the rules are those it was
judged by; otherwise the credits are replayed, so that no answer waits for the
nightly review.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from models.base import among_given, batches, dialect
from models.loyalty.tiers_records import MemberTier, TierCredit
from models.loyalty.tiers_rules import (
    Credit,
    CreditKind,
    Missing,
    Standing,
    in_period,
    met,
    missing,
    percent,
    reached_by,
    replay,
)
from models.people.members import Member
from models.programme import Condition, Programme, Tier


@dataclass(frozen=True)
class Progress:
    """How far a member is: `reached` in the last 12 months, and what is missing.

    `missing` has one tuple for each alternative that leads to `next`, all of
    which must be added; `percent` is how far the nearest one is. `keep_missing`
    is what must qualify by the end of `until` to keep `current` another year,
    empty once that is certain; `kept_by` is what counts for that already.
    """

    current: Tier
    since: date | None
    until: date | None
    next: Tier | None
    reached: Mapping[str, int]
    missing: tuple[tuple[Missing, ...], ...]
    percent: int
    kept_by: Mapping[str, int]
    keep_missing: tuple[tuple[Missing, ...], ...]

    @property
    def spend(self) -> int:
        """NT$ in the last 12 months."""
        return self.reached.get("spend", 0)


@dataclass(frozen=True)
class Explanation:
    """Why a member is where they are: what counted when it was judged, from the oldest.

    `judged_on` is that day (today for the base tier), `counts_from` the first
    day that counted; `met` is the condition that these credits meet.
    """

    progress: Progress
    judged_on: date
    counts_from: date
    counted: tuple[Credit, ...]
    reached: Mapping[str, int]
    met: Condition | None

    @property
    def orders(self) -> tuple[Credit, ...]:
        return tuple(credit for credit in self.counted if credit.kind == CreditKind.ORDER)


_TIER = (MemberTier.tier, MemberTier.since, MemberTier.until, MemberTier.judged_on)
_STANDINGS = select(Member.id, Member.joined_on, *_TIER, MemberTier.rules).outerjoin(
    MemberTier, MemberTier.member_id == Member.id
)
_CREDIT = (
    (TierCredit.amount - TierCredit.refunded).label("amount"),
    TierCredit.ordered_on,
    TierCredit.qualified_on,
    TierCredit.kind,
    TierCredit.source,
)
_CREDITS = select(TierCredit.member_id, *_CREDIT)


@cache  # every card asks it
def _recent(kind: str) -> Select[Any]:
    theirs = and_(TierCredit.member_id == Member.id, TierCredit.ordered_on >= bindparam("oldest"))
    joined = _STANDINGS.add_columns(*_CREDIT).outerjoin(TierCredit, theirs)
    return joined.where(among_given(kind, Member.id))


def standing(session: Session, member_id: int, *, today: date, programme: Programme) -> Standing:
    """Where one member stands on `today`.

    Raises:
        sqlalchemy.exc.NoResultFound: there is no such member.
    """
    found = standings(session, [member_id], today=today, programme=programme)
    if member_id not in found:
        raise NoResultFound(f"no member {member_id}")
    return found[member_id]


def standings(
    session: Session, member_ids: Sequence[int], *, today: date, programme: Programme
) -> dict[int, Standing]:
    """Where each of these members stands on `today`, in few statements."""
    rows = [
        row
        for some in batches(member_ids)
        for row in session.execute(_STANDINGS.where(Member.id.in_(some)))
    ]
    stale = [row.id for row in rows if not is_fresh(row, programme, today)]
    credits = credits_of(session, stale)
    return {row.id: _standing(row, credits.get(row.id, ()), programme, today) for row in rows}


def progress(session: Session, member_id: int, *, today: date, programme: Programme) -> Progress:
    """What a member has reached, what the next tier asks, and what keeps this one."""
    found = progresses(session, [member_id], today=today, programme=programme)
    if member_id not in found:
        raise NoResultFound(f"no member {member_id}")
    return found[member_id]


def progresses(
    session: Session, member_ids: Sequence[int], *, today: date, programme: Programme
) -> dict[int, Progress]:
    """What each of these members has reached, in one statement."""
    return {
        member_id: _progress(now, credits, programme, today)
        for member_id, (now, credits) in _everything(session, member_ids, programme, today)
    }


def explain(session: Session, member_id: int, *, today: date, programme: Programme) -> Explanation:
    """Which orders and other credits made a member's tier, and what comes next."""
    found = dict(_everything(session, [member_id], programme, today))
    if member_id not in found:
        raise NoResultFound(f"no member {member_id}")
    now, credits = found[member_id]
    # somebody in the base tier wants to know about today, not about when they fell
    judged_on = (now.judged_on if now.tier.any else None) or today
    counted = in_period(credits, programme, day=judged_on, through=judged_on)
    reached = reached_by(counted)
    return Explanation(
        progress=_progress(now, credits, programme, today),
        judged_on=judged_on,
        counts_from=judged_on - timedelta(days=programme.period_days),
        counted=tuple(counted),
        reached=reached,
        met=met(now.tier, reached),
    )


def credits_of(session: Session, member_ids: Sequence[int]) -> dict[int, list[Credit]]:
    """Everything that ever counted for these members, less what was undone."""
    found: dict[int, list[Credit]] = defaultdict(list)
    for some in batches(member_ids):
        for row in session.execute(_CREDITS.where(TierCredit.member_id.in_(some))):
            found[row.member_id].append(_credit(row))
    return found


def stored(row: Any, programme: Programme) -> Standing:
    """What a row of `member_tiers` says, read by rules that know its tier."""
    return Standing(programme.tier(row.tier), row.since, row.until, row.judged_on)


def is_fresh(row: Any, programme: Programme, today: date) -> bool:
    """Whether a row, or that there is none, answers for `today` as it is."""
    return row.tier is None or (
        row.rules == programme.rules
        and (row.until is None or row.until >= today)
        and (row.judged_on is None or row.judged_on <= today)
    )


def is_promised(row: Any, replayed: Standing, programme: Programme, today: date) -> bool:
    """Whether earlier rules gave a better tier whose year is not over: new rules leave it."""
    return (
        row.rules != programme.rules
        and programme.has(row.tier)
        and row.until is not None
        and row.until >= today
        and (programme.rank(row.tier), row.until)
        > (programme.rank(replayed.tier.key), replayed.until or date.min)
    )


def _standing(row: Any, credits: Sequence[Credit], programme: Programme, today: date) -> Standing:
    if row.tier is None:
        found = Standing(programme.base)
    elif is_fresh(row, programme, today):
        found = stored(row, programme)
    else:
        found = replay(credits, programme, today=today)
        if is_promised(row, found, programme, today):
            found = stored(row, programme)
    return found if found.since else replace(found, since=row.joined_on)


def _everything(
    session: Session, member_ids: Sequence[int], programme: Programme, today: date
) -> Iterator[tuple[int, tuple[Standing, list[Credit]]]]:
    """Where members stand, and the credits that can have a part in it."""
    # what a tier that still lasts was judged by lies no further back
    longest = timedelta(days=programme.period_days + 366 * programme.period.keep_years)
    rows: dict[int, list[Any]] = defaultdict(list)
    given = {"asked": member_ids, "oldest": today - longest}
    for row in session.execute(_recent(dialect(session)), given):
        rows[row.id].append(row)
    stale = [id_ for id_, found in rows.items() if not is_fresh(found[0], programme, today)]
    whole = credits_of(session, stale)
    for member_id, found in rows.items():
        credits = [_credit(row) for row in found if row.source is not None]
        credits = whole.get(member_id, credits)
        yield member_id, (_standing(found[0], credits, programme, today), credits)


def _progress(
    now: Standing, credits: Sequence[Credit], programme: Programme, today: date
) -> Progress:
    above = programme.above(now.tier.key)
    reached = reached_by(in_period(credits, programme, day=today, through=today))
    review_on = (now.until or today) + timedelta(days=1)
    kept_by = reached_by(in_period(credits, programme, day=review_on, through=today))
    return Progress(
        current=now.tier,
        since=now.since,
        until=now.until,
        next=above,
        reached=reached,
        missing=missing(above, reached) if above else (),
        percent=percent(above, reached) if above else 100,
        kept_by=kept_by,
        keep_missing=missing(now.tier, kept_by),
    )


def _credit(row: Any) -> Credit:
    return Credit(row.amount, row.ordered_on, row.qualified_on, row.kind, row.source)
