"""What LINE's answer means for the message: sent, again later, or an end with a name.

A push may be tried again with the same key as often as it takes. A reply has
no such key: once LINE may have it, its token is never used again. If the
person waits for it, it is pushed, so that they may read it twice but never not
at all; otherwise it ends as unknown.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from bot import shown
from bot.line import (
    Accepted,
    LineError,
    QuotaExhausted,
    RateLimited,
    Rejected,
    Retryable,
    Unauthorized,
)
from models.talk.outbox_complete import Outcome
from models.talk.outbox_holds import MARKETING
from models.talk.outbox_parcels import Parcel
from models.talk.outbox_records import Kind, State
from models.talk.policy import Purpose

FIRST_WAIT, LONGEST_WAIT = 2.0, 900.0  # seconds before a message is tried again
LIMITED_WAIT = 5.0  # seconds; one person's own limit must not hold up the others
QUOTA_WAIT = timedelta(minutes=15)


def of(
    parcel: Parcel, answer: Accepted | LineError, *, now: datetime, chance: random.Random
) -> Outcome:
    """What to record for this try."""
    if isinstance(answer, Accepted):
        told = answer.message_ids if shown.may_be_quoted(parcel) else ()
        return Outcome(State.SENT, request_id=answer.request_id, message_ids=told)
    if isinstance(answer, Unauthorized):
        return Outcome(State.QUEUED, answer.reason, due_at=parcel.due_at)
    if parcel.kind is Kind.REPLY:
        return _of_reply(parcel, answer, now, chance)
    return _of_push(parcel, answer, now, chance)


def untried(parcel: Parcel) -> Outcome:
    """Back as it was: there was no call."""
    return Outcome(State.QUEUED, due_at=parcel.due_at, released=True)


def backoff(attempts: int, chance: random.Random) -> timedelta:
    """How long to wait after this many charged tries; jitter keeps the failed apart."""
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts, 20))
    return timedelta(seconds=longest * chance.uniform(0.5, 1.0))


def _of_push(parcel: Parcel, error: LineError, now: datetime, chance: random.Random) -> Outcome:
    match error:
        case RateLimited():
            return Outcome(State.QUEUED, error.reason, due_at=now + _limited(chance))
        case QuotaExhausted() if parcel.purpose is Purpose.MARKETING:
            return Outcome(State.PARKED, MARKETING, quota=True)
        case QuotaExhausted():
            return Outcome(State.QUEUED, error.reason, due_at=now + QUOTA_WAIT, quota=True)
        case Rejected():
            return Outcome(State.DEAD, error.reason)
    again = now + backoff(parcel.attempts, chance)
    return Outcome(State.QUEUED, error.reason, due_at=again, charged=True, open=_open(error))


def _of_reply(parcel: Parcel, error: LineError, now: datetime, chance: random.Random) -> Outcome:
    if isinstance(error, RateLimited | QuotaExhausted) or not (_open(error) or _refused(error)):
        soon = timedelta(seconds=chance.uniform(0.5, 1.5))
        return Outcome(State.QUEUED, error.reason, due_at=now + soon, charged=True)
    if parcel.essential:
        return Outcome(State.QUEUED, error.reason, due_at=now, as_push=True)
    if _open(error):
        return Outcome(State.UNKNOWN, error.reason, open=True)
    expired = "reply token" in error.reason.lower()
    return Outcome(State.EXPIRED if expired else State.DEAD, error.reason)


def _open(error: LineError) -> bool:
    """Whether LINE may have the message all the same."""
    return isinstance(error, Retryable) and error.sent


def _refused(error: LineError) -> bool:
    return isinstance(error, Rejected)


def _limited(chance: random.Random) -> timedelta:
    return timedelta(seconds=LIMITED_WAIT * chance.uniform(0.5, 1.5))
