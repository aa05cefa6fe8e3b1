"""By what members are scored: cut points and rules, stored until they are made again.

They are made on the first night of a month, when the rules change, when there
are enough buyers at last, and when a fifth of all totals changed at once (an
import). Everybody is then scored anew, in parts; else only who changed is.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id
from models.days import DaysSince
from models.insight import rfm
from models.insight.rfm import Cuts
from models.programme import Programme
from models.shop.totals import MemberTotals

EVERYBODY = None


class Scoring(Base):
    """Cut points as in `rfm.Cuts`, empty while the shop had too few buyers to compare.

    `buyers` are those of the 12 months before `made_on`; `interval_days` is the
    shop's mean number of days between two orders of a member; `rules` marks
    the programme's terms; `through` is the last member id that was scored by
    it, None once everybody was.
    """

    __tablename__ = "scorings"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    made_on: Mapped[date]
    buyers: Mapped[int]
    recency: Mapped[list[int]] = mapped_column(JSON)
    frequency: Mapped[list[int]] = mapped_column(JSON)
    monetary: Mapped[list[int]] = mapped_column(JSON)
    interval_days: Mapped[int]
    rules: Mapped[str] = mapped_column(String(16))
    through: Mapped[int | None] = mapped_column(Id)

    @property
    def cuts(self) -> Cuts:
        return Cuts(self.recency, self.frequency, self.monetary)


def in_force(session: Session) -> Scoring | None:
    """What members are scored by now; None before the first night."""
    return session.scalars(select(Scoring).order_by(Scoring.id.desc()).limit(1)).first()


def for_night(session: Session, *, today: date, programme: Programme) -> Scoring:
    """What members are scored by on `today`; made now if it is time."""
    current = in_force(session)
    if current is None or _is_over(session, current, today, programme):
        return _make(session, current, today, programme)
    return current


def _is_over(session: Session, current: Scoring, today: date, programme: Programme) -> bool:
    """Whether cut points must be made again."""
    if current.rules != programme.scoring_rules:
        return True
    if (current.made_on.year, current.made_on.month) != (today.year, today.month):
        return True
    if not current.recency:
        return rfm.buyers(session) >= programme.rfm.min_buyers
    if current.made_on == today:
        return False
    changed = select(MemberTotals.member_id).where(MemberTotals.review_on.is_(None))
    beyond_a_fifth = changed.offset(current.buyers // 5).limit(1)
    return session.scalar(beyond_a_fifth) is not None


def _make(session: Session, before: Scoring | None, today: date, programme: Programme) -> Scoring:
    """Cut points of the totals as they are; if they moved, everybody is to be scored anew."""
    terms, buyers = programme.rfm, rfm.buyers(session)
    cuts = rfm.cut_points(session, today=today) if buyers >= terms.min_buyers else Cuts()
    made = Scoring(
        made_on=today,
        buyers=buyers,
        recency=list(cuts.recency),
        frequency=list(cuts.frequency),
        monetary=list(cuts.monetary),
        interval_days=_interval(session, terms.min_buyers) or terms.interval_days,
        rules=programme.scoring_rules,
        through=0,
    )
    if before is not None and _says(before) == _says(made):
        made.through = before.through
    session.add(made)
    session.flush()
    return made


def _interval(session: Session, least: int) -> int | None:
    """The shop's mean days between two orders of a member, None if too few came back."""
    span = DaysSince(MemberTotals.first_on, MemberTotals.last_on)
    gaps = MemberTotals.orders - 1
    members, days, between = session.execute(
        select(func.count(), func.sum(span), func.sum(gaps)).where(gaps > 0)
    ).one()
    return max(1, int(days) // int(between)) if members >= least else None


def _says(scoring: Scoring) -> tuple[Any, ...]:
    return (*scoring.cuts, scoring.interval_days, scoring.rules)
