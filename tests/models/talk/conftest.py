"""小美 and her messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.base import local_day
from models.people import members
from models.people.consents import Topic
from models.people.members import Member
from models.talk import outbox, outbox_claim
from models.talk.outbox import Draft
from models.talk.outbox_parcels import Batch
from models.talk.outbox_records import OutboxMessage
from models.talk.policy import Purpose, SendRules

LEASE = timedelta(seconds=60)


@pytest.fixture
def person(session: Session, now: datetime) -> Callable[[str], Member]:
    """Makes a friend of the shop who allows marketing."""

    def make(name: str) -> Member:
        line_id = f"U{name.encode().hex():0>32}"
        found, _ = members.enrol(session, line_id, now=now, today=local_day(now))
        found.name, found.is_friend, found.marketing = name, True, True
        session.commit()
        return found

    return make


@pytest.fixture
def mei(person: Callable[[str], Member]) -> Member:
    return person("小美")


@pytest.fixture
def draft(now: datetime) -> Callable[..., Draft]:
    """A message to a member, of any rule and period."""

    def make(member: Member, rule: str = "news", period: str = "1", **other: Any) -> Draft:
        values: dict[str, Any] = {
            "key": f"{rule}:{period}:{member.id}",
            "rule": rule,
            "period": period,
            "member_id": member.id,
            "to_id": member.line_user_id,
            "messages": [{"type": "text", "text": f"{rule} {period}"}],
            "topic": Topic.SERVICE,
            "purpose": Purpose.SERVICE,
            "due_at": now,
        }
        return Draft(**values | other)

    return make


@pytest.fixture
def offer(draft: Callable[..., Draft]) -> Callable[..., Draft]:
    """A marketing message."""

    def make(member: Member, period: str = "1", **other: Any) -> Draft:
        values = {"topic": Topic.OFFERS, "purpose": Purpose.MARKETING} | other
        return draft(member, "offers", period, **values)

    return make


@pytest.fixture
def answer(session: Session, now: datetime) -> Callable[..., int]:
    """Keeps a reply to something the member said."""

    def make(member: Member, inbox_id: int = 1, **other: Any) -> int:
        values: dict[str, Any] = {
            "inbox_id": inbox_id,
            "member_id": member.id,
            "to_id": member.line_user_id,
            "token": f"token-{inbox_id}",
            "messages": [{"type": "text", "text": f"answer {inbox_id}"}],
            "occurred_at": now,
            "now": now,
        }
        return outbox.reply(session, **values | other)

    return make


@pytest.fixture
def claim(session: Session, now: datetime) -> Callable[..., Batch]:
    """Claims and commits, as a sender does."""

    def take(at: datetime = now, **other: Any) -> Batch:
        values: dict[str, Any] = {"limit": 50, "rules": SendRules(), "lease_for": LEASE}
        batch = outbox_claim.claim(session, now=at, **values | other)
        session.commit()
        return batch

    return take


@pytest.fixture
def row(session: Session) -> Callable[[str], OutboxMessage]:
    """The message with this key as it is stored now."""

    def find(key: str) -> OutboxMessage:
        query = OutboxMessage.__table__.select().where(OutboxMessage.key == key)
        id_ = session.execute(query).one().id
        found = session.get(OutboxMessage, id_, populate_existing=True)
        assert found is not None
        session.commit()
        return found

    return find
