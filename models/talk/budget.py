"""The month's messages as a budget: what marketing may use, shared out when it is claimed.

Worked out anew every few minutes, and at once when marketing comes that it has
not seen; between that each claim takes what it sends off the same row, so that
any number of senders keep to it together. No limit from LINE, no budget.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import String, and_, exists, select, true, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcDateTime, among, insert
from models.talk import bid_price, budget_figures, outbox_holds, quota
from models.talk.bid_price import Month
from models.talk.budget_figures import History
from models.talk.outbox_records import OutboxMessage, State, in_state, not_in_hand
from models.talk.policy import BUDGET, Budget, SendRules
from models.talk.quota import QuotaReading

ONLY = 1
EVERY = timedelta(minutes=5)
FREED = 2000  # at a time


class SendBudget(Base):
    """One row: what marketing may use as of `counted_at`, messages up to `seen_id` considered."""

    __tablename__ = "send_budget"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[str] = mapped_column(String(7))
    monthly: Mapped[int]
    room: Mapped[int]
    bid: Mapped[int]
    seen_id: Mapped[int] = mapped_column(Id)
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Outlook(NamedTuple):
    """The month, what the last weeks asked of it, and what marketing may use."""

    month: Month
    past: History
    budget: Budget
    newest: int = 0  # the newest message considered


def in_force(
    session: Session, rules: SendRules, *, now: datetime, newest: int = 0
) -> Budget | None:
    """What marketing may use now, its messages up to the id `newest` considered.

    None if there is no limit, or LINE has not told of one.
    """
    kept = session.execute(_KEPT).first()
    if kept is None or kept.limit is None:
        return None
    if _holds_good(kept, newest, now):
        return Budget(kept.room, kept.bid)
    return count(session, rules, now=now, newest=newest)


def count(session: Session, rules: SendRules, *, now: datetime, newest: int = 0) -> Budget | None:
    """Work out anew what marketing may use, and keep it."""
    nothing = {"month": "", "monthly": 0, "room": 0, "bid": 0, "seen_id": 0, "counted_at": now}
    session.execute(
        insert(session, SendBudget)
        .values(id=ONLY, **nothing)
        .on_conflict_do_nothing(index_elements=["id"])
    )
    # whoever takes messages out holds the row as well: from here on none are taken unseen
    session.execute(select(SendBudget.id).with_for_update())
    found = outlook(session, rules, now=now)
    if found is None:
        return None
    kept: dict[str, Any] = {
        "month": budget_figures.month_key(now),
        "monthly": found.month.monthly,
        "room": found.budget.left,
        "bid": found.budget.bid,
        "seen_id": max(newest, found.newest),
        "counted_at": now,
    }
    session.execute(update(SendBudget).values(kept).execution_options(synchronize_session=False))
    return found.budget


def outlook(
    session: Session, rules: SendRules, *, now: datetime, at: datetime | None = None
) -> Outlook | None:
    """The month as it stands and what follows from it; None without a limit.

    With `at` in a later month, that one: it begins with all its messages.
    """
    reading = quota.latest(session)
    if reading is None or reading.monthly is None:
        return None
    past = budget_figures.history(session, now=now)
    later = at is not None and at >= budget_figures.month_end(now)
    since = budget_figures.month_start(at) if at is not None and later else now
    days_left = (budget_figures.month_end(since) - since) / timedelta(days=1)
    month = Month(
        monthly=reading.monthly,
        used=0 if later else budget_figures.used(session, reading, now=now),
        service=past.service / past.days * days_left,
        reserve_percent=rules.reserve_percent,
        days_left=days_left,
    )
    waiting = budget_figures.waiting(session, now=now)
    price = bid_price.budget(month, waiting.by_value, past.daily)
    return Outlook(month, past, price, waiting.newest)


def take(session: Session, wanted: int) -> int:
    """Take up to so many of marketing's messages for a claim; return how many there were."""
    left = session.scalar(select(SendBudget.room).with_for_update()) or 0
    granted = min(wanted, left)
    taken = session.execute(
        update(SendBudget)
        .where(SendBudget.room >= granted)
        .values(room=SendBudget.room - granted)
        .returning(SendBudget.id)
        .execution_options(synchronize_session=False)
    )
    return granted if taken.first() is not None else 0


def free(session: Session, rules: SendRules, *, now: datetime) -> int:
    """Queue what waited for budget and has room now, the most valuable first; return how many."""
    waits = and_(in_state(State.PARKED), OutboxMessage.reason == BUDGET)
    if session.scalar(select(exists().where(waits))) is not True:
        return 0
    outbox_holds.expire_parked(session, now=now)
    found = count(session, rules, now=now)
    if found is None:
        return outbox_holds.lift(session, BUDGET)
    due = select(OutboxMessage.id).where(waits, OutboxMessage.due_at <= now)
    own_hour = session.scalars(
        due.where(OutboxMessage.value.is_(None))
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(min(found.left, FREED))
    ).all()
    room = min(found.left, FREED) - len(own_hour)
    weighed = session.scalars(
        due.where(OutboxMessage.value >= found.bid)
        .order_by(OutboxMessage.value.desc(), OutboxMessage.due_at, OutboxMessage.id)
        .limit(room)
    ).all()
    return _queue(session, [*own_hour, *weighed], now)


def _queue(session: Session, ids: Sequence[int], now: datetime) -> int:
    if not ids:
        return 0
    queued = session.execute(
        update(OutboxMessage)
        .where(among(session, OutboxMessage.id, ids), in_state(State.PARKED), not_in_hand(now))
        .values(state=State.QUEUED.value, reason="")
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return len(queued.all())


_KEPT = select(
    QuotaReading.monthly.label("limit"),
    *(SendBudget.counted_at, SendBudget.month, SendBudget.monthly, SendBudget.seen_id),
    *(SendBudget.room, SendBudget.bid),
).outerjoin(SendBudget, true())


def _holds_good(kept: Any, newest: int, now: datetime) -> bool:
    if kept.counted_at is None or newest > kept.seen_id:
        return False
    if (kept.month, kept.monthly) != (budget_figures.month_key(now), kept.limit):
        return False
    return bool(abs(now - kept.counted_at) < EVERY)
