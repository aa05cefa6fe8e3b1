"""What the clock does for the month's budget: lets out what fits, and learns what is answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from models.base import local_day
from models.insight import responses
from models.programme import Programme
from models.talk import budget
from models.talk.policy import SendRules


def free_waiting(sessions: sessionmaker[Session], now: datetime, programme: Programme) -> int:
    """Queue marketing that waited and that the month has room for now; return how many."""
    rules = SendRules(reserve_percent=programme.messages.reserve_percent)
    with sessions.begin() as session:
        return budget.free(session, rules, now=now)


def observe_responses(session: Session, now: datetime, programme: Programme) -> str:
    """Count which of the pushed messages brought an order."""
    seen = responses.observe(session, programme.responses, today=local_day(now))
    return f"{seen} messages"
