"""How many pushed messages were followed by an order, by topic and day.

Written at night, once for each day (`models.insight.responses`); the rates that
messages are weighed by begin with the shop's terms and follow what was observed.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.message_terms import ResponseTerms

KEEP = timedelta(days=90)


class TopicResponse(Base):
    """Of a topic's messages that were pushed on a day: how many, and how many brought an order."""

    __tablename__ = "topic_responses"

    day: Mapped[date] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(20), primary_key=True)
    sent: Mapped[int]
    answered: Mapped[int]


class Observed(NamedTuple):
    """What the last months showed."""

    sent: int = 0
    answered: int = 0


def observed(session: Session) -> dict[str, Observed]:
    """What was observed, by topic."""
    rows = session.execute(
        select(
            TopicResponse.topic, func.sum(TopicResponse.sent), func.sum(TopicResponse.answered)
        ).group_by(TopicResponse.topic)
    )
    return {topic: Observed(int(sent), int(answered)) for topic, sent, answered in rows.all()}


def rate(session: Session, topic: str, terms: ResponseTerms) -> float:
    """Orders to expect of each message on this topic."""
    return terms.rate(topic, *observed(session).get(topic, Observed()))
