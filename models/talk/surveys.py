"""How content members are with what they got: one to five stars, and what they say of it.

One answer for each thing asked about, named in words (`order:3-12`). It may be
changed for a while; then it stands, so that what the shop read stays true.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import N_, Base, Id, Refusal, UtcDateTime, insert

CHANGEABLE = timedelta(days=14)
MOST, POOR = 5, 2
LONGEST_COMMENT = 500
WORDS = {"一": 1, "二": 2, "兩": 2, "三": 3, "四": 4, "五": 5}


class AnswerStands(Refusal):
    buttons = ("客服",)

    def __init__(self) -> None:
        super().__init__(
            N_("這筆評分已經超過 {days} 天，不能再改了。有話想說請輸入「客服」。"),
            days=CHANGEABLE.days,
        )


class SurveyAnswer(Base):
    """What a member said of one thing; `rating` counts stars, 5 is best.

    `ticket_id` is the question it became for those who look after the shop.
    """

    __tablename__ = "survey_answers"
    __table_args__ = (
        CheckConstraint("rating >= 1 AND rating <= 5", name="rating"),
        Index("ix_survey_answers_answered_at", "answered_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    source: Mapped[str] = mapped_column(String(80), unique=True)
    rating: Mapped[int]
    comment: Mapped[str] = mapped_column(Text, default="")
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Satisfaction(NamedTuple):
    """How many answers gave one star, two, and so on to five."""

    stars: tuple[int, ...] = (0,) * MOST

    @property
    def answers(self) -> int:
        return sum(self.stars)

    @property
    def mean(self) -> float | None:
        """None if nobody answered."""
        given = sum(count * rating for rating, count in enumerate(self.stars, start=1))
        return given / self.answers if self.answers else None


def read(said: str) -> int | None:
    """The stars somebody means: 5, ５, 5星, 五顆星, ★★★★★."""
    plain = unicodedata.normalize("NFKC", said).strip().rstrip("分")
    if plain and set(plain) <= {"★", "⭐", "☆", "\ufe0f"}:
        full = plain.count("★") + plain.count("⭐")
        return full if 1 <= full <= MOST else None
    number = plain.removesuffix("星").removesuffix("★").removesuffix("⭐").removesuffix("顆")
    stars = WORDS.get(number) or (int(number) if number.isascii() and number.isdigit() else 0)
    return stars if 1 <= stars <= MOST else None


def answer(
    session: Session, member_id: int, sources: Sequence[str], rating: int, *, now: datetime
) -> Sequence[SurveyAnswer]:
    """Keep what a member says of these, in place of what they said before.

    Raises:
        AnswerStands: of one of them they said something too long ago.
    """
    row = {"member_id": member_id, "rating": rating, "comment": "", "changed_at": now}
    rows = [row | {"source": source, "answered_at": now} for source in sources]
    kept = session.scalars(
        insert(session, SurveyAnswer)
        .values(rows)
        .on_conflict_do_update(
            index_elements=["source"],
            set_={"rating": rating, "changed_at": now},
            where=_changeable(member_id, now),
        )
        .returning(SurveyAnswer.id)
    ).all()
    if len(kept) < len(sources):
        raise AnswerStands
    found = select(SurveyAnswer).where(SurveyAnswer.id.in_(kept)).order_by(SurveyAnswer.id)
    return session.scalars(found.execution_options(populate_existing=True)).all()


def comment(
    session: Session, member_id: int, sources: Collection[str], words: str, *, now: datetime
) -> Sequence[SurveyAnswer]:
    """Keep what a member says in words of what they gave stars.

    Raises:
        AnswerStands: they did so too long ago.
    """
    kept = session.scalars(
        update(SurveyAnswer)
        .where(SurveyAnswer.source.in_(sources), _changeable(member_id, now))
        .values(comment=words[:LONGEST_COMMENT], changed_at=now)
        .returning(SurveyAnswer)
        .execution_options(populate_existing=True)
    ).all()
    if len(kept) < len(sources):
        raise AnswerStands
    return kept


def satisfaction(session: Session, since: datetime, until: datetime) -> Satisfaction:
    """What was answered from `since` on and before `until`."""
    within = (SurveyAnswer.answered_at >= since) & (SurveyAnswer.answered_at < until)
    counted = dict(
        session.execute(
            select(SurveyAnswer.rating, func.count()).where(within).group_by(SurveyAnswer.rating)
        ).all()
    )
    return Satisfaction(tuple(counted.get(rating, 0) for rating in range(1, MOST + 1)))


def _changeable(member_id: int, now: datetime) -> ColumnElement[bool]:
    return (SurveyAnswer.member_id == member_id) & (SurveyAnswer.answered_at > now - CHANGEABLE)
