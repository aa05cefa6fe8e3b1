"""What must be true of messages: the members they name are there."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.people.members import Member
from models.spans import Parts, whole
from models.talk.outbox_records import OutboxMessage


def verify(session: Session, parts: Parts = whole) -> list[str]:
    """One sentence for each message that names a member there is not."""
    return [
        fault
        for span in parts(OutboxMessage.id)
        for fault in _nobodys(session, span.holds(OutboxMessage.id))
    ]


def _nobodys(session: Session, within: ColumnElement[bool]) -> list[str]:
    there = select(Member.id).where(Member.id == OutboxMessage.member_id).exists()
    wrong = select(OutboxMessage.id, OutboxMessage.member_id).where(
        within, OutboxMessage.member_id.is_not(None), ~there
    )
    return [
        f"message {id_} names member {member_id}, who is not there"
        for id_, member_id in session.execute(wrong)
    ]
