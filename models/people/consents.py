"""What members allow: a log that only grows, and the state it leads to.

Marketing as a whole is `Member.marketing`; a topic that was switched off has a
row in `topic_choices`. Both are read at the moment of sending. Order notices
are a service and need no consent.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, String, and_, exists, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcDateTime, insert
from models.people.members import Member

TEXT_VERSION = "2026-11"


class Topic(StrEnum):
    """What a message is about. `SERVICE` concerns the member's own orders and account."""

    SERVICE = "service"
    BIRTHDAY = "birthday"
    REPLENISHMENT = "replenishment"
    PREORDER = "preorder"
    OFFERS = "offers"
    EXPIRY = "expiry"
    NEWS = "news"
    FEEDBACK = "feedback"


MARKETING = tuple(topic for topic in Topic if topic is not Topic.SERVICE)


class ConsentEntry(Base):
    """One thing a member said about what they allow; `topic` is `all` for marketing at large.

    `text_version` names the notice they had seen; `source` is follow, chat or import.
    """

    __tablename__ = "consent_log"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    topic: Mapped[str] = mapped_column(String(20))
    granted: Mapped[bool]
    text_version: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class TopicChoice(Base):
    """A topic that a member switched on or off by hand."""

    __tablename__ = "topic_choices"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(20), primary_key=True)
    allowed: Mapped[bool]


def set_marketing(
    session: Session, member_ids: Iterable[int], *, granted: bool, source: str, now: datetime
) -> None:
    """Log and apply consent to marketing at large, for one member or many."""
    ids = list(member_ids)
    for start in range(0, len(ids), 500):
        chunk = ids[start : start + 500]
        session.execute(update(Member).where(Member.id.in_(chunk)).values(marketing=granted))
        session.execute(
            insert(session, ConsentEntry),
            [_entry(member_id, "all", granted, source, now) for member_id in chunk],
        )


def choose(
    session: Session, member_id: int, topic: Topic, *, allowed: bool, now: datetime
) -> None:
    """Log and apply a switch of one topic."""
    row = {"member_id": member_id, "topic": topic.value, "allowed": allowed}
    session.execute(
        insert(session, TopicChoice)
        .values(row)
        .on_conflict_do_update(index_elements=["member_id", "topic"], set_={"allowed": allowed})
    )
    session.execute(
        insert(session, ConsentEntry), [_entry(member_id, topic.value, allowed, "chat", now)]
    )


def ever_said(session: Session, member_id: int) -> bool:
    """Whether a member said here, by following or in words, what they allow."""
    query = select(ConsentEntry.id).where(
        ConsentEntry.member_id == member_id, ConsentEntry.source != "import"
    )
    return session.scalar(query.limit(1)) is not None


def switches(session: Session, member_id: int) -> dict[Topic, bool]:
    """Each marketing topic, on unless it was switched off."""
    chosen = {
        row.topic: row.allowed
        for row in session.scalars(select(TopicChoice).where(TopicChoice.member_id == member_id))
    }
    return {topic: chosen.get(topic.value, True) for topic in MARKETING}


def allows(topic: str) -> ColumnElement[bool]:
    """Members who allow messages on `topic`, as a condition on `Member`."""
    if topic == Topic.SERVICE:
        return Member.id.is_not(None)
    refused = exists().where(
        TopicChoice.member_id == Member.id,
        TopicChoice.topic == topic,
        TopicChoice.allowed.is_(False),
    )
    return and_(Member.marketing, ~refused)


def _entry(
    member_id: int, topic: str, granted: bool, source: str, now: datetime
) -> dict[str, object]:
    return {
        "member_id": member_id,
        "topic": topic,
        "granted": granted,
        "text_version": TEXT_VERSION,
        "source": source,
        "at": now,
    }
