"""What the send policy must know about messages, read in as few statements as possible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, exists, select, true
from sqlalchemy.orm import Session

from models.base import among
from models.people.consents import TopicChoice
from models.people.members import Member
from models.talk.outbox_records import Kind, OutboxMessage
from models.talk.policy import (
    Budget,
    Decision,
    Facts,
    Purpose,
    Recipient,
    SendRules,
    decide,
    decide_reply,
)

Counted = tuple[int, datetime]  # a message's id, and when it reached the member


JUDGED = (  # what the policy asks of a message itself
    OutboxMessage.member_id,
    OutboxMessage.purpose,
    OutboxMessage.urgent,
    OutboxMessage.capped,
    OutboxMessage.essential,
    OutboxMessage.use_until,
    OutboxMessage.first_tried_at,
)


class Candidate(NamedTuple):
    """A message that might be sent; a claim asks a thing of it some thirty times.

    From `purpose` on it is what the policy asks of it and of its member.
    """

    id: int
    kind: str
    to_id: str
    reply_token: str | None
    messages: str
    retry_key: str
    rule: str
    period: str
    attempts: int
    due_at: datetime
    counted_at: datetime | None
    value: int | None
    rides: bool
    member_id: int | None
    purpose: str
    urgent: bool
    capped: bool
    essential: bool
    use_until: datetime | None
    first_tried_at: datetime | None
    erased_at: datetime | None
    is_friend: bool
    marketing: bool
    topic_refused: bool


READ = tuple(getattr(OutboxMessage, name) for name in Candidate._fields[:13])


def messages_with_facts(*columns: Any) -> Select[Any]:
    """These columns of messages, and what the policy asks of them and of their members now."""
    refused = exists().where(
        TopicChoice.member_id == OutboxMessage.member_id,
        TopicChoice.topic == OutboxMessage.topic,
        TopicChoice.allowed.is_(False),
    )
    return select(
        *columns,
        *JUDGED,
        Member.erased_at.label("erased_at"),
        Member.is_friend.label("is_friend"),
        Member.marketing.label("marketing"),
        refused.label("topic_refused"),
    ).join(Member, Member.id == OutboxMessage.member_id, isouter=True)


def judged(
    session: Session,
    rows: Sequence[Candidate],
    rules: SendRules,
    now: datetime,
    left: Budget | None = None,
) -> Iterator[tuple[Candidate, Decision]]:
    """Each message and what to do with it; of those that differ in nothing one is asked about.

    `left` is what marketing may use of the month, None without a limit.
    """
    counted = marketing_of_late(session, rows, rules, now=now)
    known: dict[tuple[Any, ...], Decision] = {}
    for row in rows:
        others = tuple(each for each in counted.get(row.member_id, ()) if each[0] != row.id)
        affordable = left is None or left.affords(row.value)
        alike = (row.kind, row.member_id is None, *row[len(READ) + 1 :], others, affordable)
        verdict = known.get(alike)
        if verdict is None:
            told = facts(row, others, affordable=affordable)
            is_reply = row.kind == Kind.REPLY
            verdict = decide_reply(told, now) if is_reply else decide(told, rules, now)
            known[alike] = verdict
        yield row, verdict


def facts(
    row: Row[Any] | Candidate, counted: Iterable[Counted], *, affordable: bool = True
) -> Facts:
    """What the policy decides upon, from a row of `messages_with_facts`."""
    recipient = None
    if row.member_id is not None:
        recipient = Recipient(
            erased=row.erased_at is not None,
            reachable=row.is_friend,
            marketing=row.marketing,
            topic_refused=row.topic_refused,
        )
    return Facts(
        purpose=Purpose(row.purpose),
        urgent=row.urgent,
        capped=row.capped,
        essential=row.essential,
        use_until=row.use_until,
        tried_at=row.first_tried_at,
        recipient=recipient,
        recent=[at for id_, at in counted if id_ != row.id],
        affordable=affordable,
    )


def capped(rules: SendRules, use_until: datetime) -> ColumnElement[bool]:
    """Whether a member has heard so much that the cap has no room before then: it is skipped."""
    if rules.cap < 1:
        return true()
    counted = select(OutboxMessage.id).where(
        OutboxMessage.member_id == Member.id,
        OutboxMessage.counted_at >= use_until - rules.window,
    )
    return counted.offset(rules.cap - 1).limit(1).correlate(Member).exists()


def marketing_of_late(
    session: Session, rows: Iterable[Row[Any] | Candidate], rules: SendRules, *, now: datetime
) -> Mapping[int | None, list[Counted]]:
    """Marketing that reached these members within the cap's window, or may have."""
    members = {
        row.member_id
        for row in rows
        if row.member_id is not None and row.purpose == Purpose.MARKETING and row.capped
    }
    found: dict[int | None, list[Counted]] = defaultdict(list)
    if members:
        query = select(OutboxMessage.member_id, OutboxMessage.id, OutboxMessage.counted_at).where(
            among(session, OutboxMessage.member_id, members),
            OutboxMessage.counted_at > now - rules.window,
        )
        rows_found: Sequence[Any] = session.execute(query).all()
        for member_id, id_, at in rows_found:
            found[member_id].append((id_, at))
    return found
