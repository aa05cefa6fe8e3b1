"""The night's look at members: years move on, scores and stages follow, tags by rule too.

Only those are looked at whose orders changed or for whom a day has come; all
others are as they were, and nothing of theirs is written. It is done in steps,
each a short transaction: killed in between, the next one goes on from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, case, literal, or_, update
from sqlalchemy.orm import Session

from models.base import among, batches
from models.days import DaysLater, DaysSince, Least
from models.insight import lifecycle, rfm, scorings, tag_rules
from models.insight.scorings import Scoring
from models.insight.segments import tagging
from models.programme import Programme
from models.shop.totals import MemberTotals
from models.shop.totals_recount import hold_next, move_years

# so many members at once: well under a second on SQLite
STEP = 5_000
# for those whom no day is known to change; looking once more does no harm
CENTURY = 36_500
NEVER = date(9999, 12, 31)


@dataclass(frozen=True)
class Step:
    """What a step came to, in members and in tags; `more` says that another is wanted."""

    moved: int = 0
    scored: int = 0
    tagged: int = 0
    more: bool = True

    def __add__(self, later: Step) -> Step:
        return Step(
            self.moved + later.moved,
            self.scored + later.scored,
            self.tagged + later.tagged,
            later.more,
        )


def step(
    session: Session, *, today: date, now: datetime, programme: Programme, limit: int | None = None
) -> Step:
    """Do the next part of the night's work; the caller commits, and asks for more if there is."""
    limit = limit or STEP
    if moved := move_years(session, today=today, limit=limit):
        return Step(moved=moved)
    scoring = scorings.for_night(session, today=today, programme=programme)
    if scoring.through is not None:
        return _everybody(session, scoring, today, now, programme, limit)
    return _due(session, scoring, today, now, programme, limit)


def review(
    session: Session, *, today: date, now: datetime, programme: Programme, limit: int | None = None
) -> Step:
    """All steps in the caller's transaction, for a shop that is small or standing still."""
    done = Step()
    while done.more:
        done += step(session, today=today, now=now, programme=programme, limit=limit)
    return done


def _everybody(
    session: Session,
    scoring: Scoring,
    today: date,
    now: datetime,
    programme: Programme,
    limit: int,
) -> Step:
    """The next members after those who were scored by new cut points already; then all tags."""
    after = MemberTotals.member_id > scoring.through
    ids = hold_next(session, after, MemberTotals.member_id, limit=limit)
    if ids:
        scored = _score(session, ids, scoring, today, programme, changed_only=True)
        scoring.through = ids[-1]
        return Step(scored=scored)
    scoring.through = scorings.EVERYBODY
    return Step(tagged=tag_rules.apply(session, programme.tags, today=today, now=now))


def _due(
    session: Session,
    scoring: Scoring,
    today: date,
    now: datetime,
    programme: Programme,
    limit: int,
) -> Step:
    """Members whose orders changed, then those whose day has come, then tags that ran out."""
    when = (MemberTotals.review_on, MemberTotals.member_id)
    if ids := hold_next(session, MemberTotals.review_on.is_(None), *when, limit=limit):
        scored = _score(session, ids, scoring, today, programme)
        # few enough that the planner goes from their orders to the lines, not the other way
        tagged = sum(
            tag_rules.apply(session, programme.tags, today=today, now=now, member_ids=some)
            for some in batches(ids, 1_000)
        )
        return Step(scored=scored, tagged=tagged)
    if ids := hold_next(session, MemberTotals.review_on <= today, *when, limit=limit):
        return Step(scored=_score(session, ids, scoring, today, programme))
    tagged = tag_rules.expire(session, today=today)
    return Step(tagged=tagged + tagging.refresh(session, programme, now=now), more=False)


def _score(
    session: Session,
    member_ids: Sequence[int],
    scoring: Scoring,
    today: date,
    programme: Programme,
    *,
    changed_only: bool = False,
) -> int:
    """Write what these members' totals say on `today`; how many rows were written."""
    columns = _columns(today, scoring, programme)
    statement = update(MemberTotals).where(among(session, MemberTotals.member_id, member_ids))
    if changed_only:
        table = MemberTotals.__table__
        differ = (table.c[name].is_distinct_from(each) for name, each in columns.items())
        statement = statement.where(or_(*differ))
    result: Any = session.execute(
        statement.values(columns), execution_options={"synchronize_session": False}
    )
    return int(result.rowcount)


def _columns(today: date, scoring: Scoring, programme: Programme) -> dict[str, ColumnElement[Any]]:
    totals, terms = MemberTotals, programme.rfm
    silent = DaysSince(totals.last_on, literal(today, Date))
    patience = lifecycle.patience(
        DaysSince(totals.first_on, totals.last_on),
        totals.orders,
        interval=scoring.interval_days,
        terms=terms,
    )
    stage = lifecycle.stage_column(totals.orders, silent, patience, terms)
    return rfm.score_columns(today, scoring.cuts) | {
        "stage": case((totals.orders > 0, stage)),
        "review_on": _review_on(silent, patience, scoring.cuts.recency),
    }


def _review_on(silent: Any, patience: Any, cuts: Sequence[int]) -> ColumnElement[Any]:
    """The first day on which time alone changes a score or a stage."""
    days = Least(
        case(*((silent < cut, literal(cut)) for cut in cuts), else_=CENTURY) if cuts else CENTURY,
        case((silent <= patience, patience + 1), else_=CENTURY),
    )
    return case(
        (MemberTotals.orders > 0, DaysLater(MemberTotals.last_on, days)),
        else_=literal(NEVER, Date),
    )
