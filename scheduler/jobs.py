"""Chores that the clock starts. One decorated function is one chore."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete
from sqlalchemy.orm import Session, sessionmaker

from bot.texts import _
from models.base import N_, local_day
from models.insight import active_hours, invariants, review
from models.loyalty import points, tiers
from models.loyalty.reward_records import Reward
from models.programme import Programme
from models.shop import shipping, showings
from models.shop.group_buy_records import GroupBuy
from models.talk import (
    alerts,
    broadcasts,
    inbox,
    outbox_keeping,
    pauses,
    pictures,
    senders,
    uploads,
)
from models.talk.broadcast_records import Broadcast
from models.talk.conversation import Conversation
from scheduler import broadcasting, budgeting, closings, second_look

log = structlog.get_logger()

# members judged in one transaction
PART = 1_000
# orders that count as received, in one transaction
SHIPMENTS = 200
# messages emptied in one transaction
MESSAGES = 2_000

# what names pictures that were sent in chat
PICTURED = (GroupBuy.picture, Reward.picture, Broadcast.wanted)

Chore = Callable[[Session, datetime, Programme], str | None]


@dataclass(frozen=True)
class Daily:
    """A chore done once a day, at or after the local `hour`; returns a note for the record.

    One that returns None has done a part, which is committed, and is called for the next.
    """

    name: str
    hour: int
    chore: Chore


LEDGER = "ledger"
FAULTY = N_("對帳發現 {count} 個問題；請執行 flask ledger verify 看是哪些，先不要手動改資料。")

CHORES: dict[str, Daily] = {}

# done at every tick, in transactions of their own; returns how much there was to do
Watch = Callable[[sessionmaker[Session], datetime, Programme], int]
OFTEN: dict[str, Watch] = {
    "close_group_buys": closings.close_due,
    "lapse_offers": closings.lapse_due,
    "free_budget": budgeting.free_waiting,
    "withdraw_untrue": second_look.withdraw_untrue,
    "plan_broadcasts": broadcasting.plan_due,
}


def daily(hour: int) -> Callable[[Chore], Chore]:
    """Register the decorated function as a daily chore under its own name."""

    def register(chore: Chore) -> Chore:
        if chore.__name__ in CHORES:
            raise ValueError(f"chore {chore.__name__!r} is defined twice")
        CHORES[chore.__name__] = Daily(chore.__name__, hour, chore)
        return chore

    return register


@daily(hour=0)
def expire_points(session: Session, now: datetime, programme: Programme) -> str:
    """Write off the lots whose last day is over."""
    return f"{points.expire(session, now=now)} points"


@daily(hour=1)
def review_tiers(session: Session, now: datetime, programme: Programme) -> str | None:
    """Judge those whose year is over again."""
    today = local_day(now)
    changes = tiers.review(session, today=today, programme=programme, now=now, limit=PART)
    log.info("tiers_reviewed", changes=len(changes))
    return None if tiers.is_due(session, today=today) else "done"


@daily(hour=2)
def review_members(session: Session, now: datetime, programme: Programme) -> str | None:
    """Scores, stages and tags by rule of those whose orders changed or whose day has come."""
    done = review.step(session, today=local_day(now), now=now, programme=programme)
    log.info("members_reviewed", moved=done.moved, scored=done.scored, tagged=done.tagged)
    return None if done.more else "done"


daily(hour=2)(budgeting.observe_responses)


@daily(hour=2)
def observe_hours(session: Session, now: datetime, programme: Programme) -> str:
    """Note at which hours members did something yesterday."""
    return f"{active_hours.observe(session, today=local_day(now))} hours"


@daily(hour=3)
def verify_ledger(session: Session, now: datetime, programme: Programme) -> str:
    """Look for what must never be; found faults turn /readyz red."""
    faults = invariants.check(session)
    tell_faults(session, faults, now=now)
    return f"{len(faults)} faults"


def tell_faults(session: Session, faults: Sequence[str], *, now: datetime) -> None:
    """Put on record what a check of the books found, and in the log what is new of it."""
    for fault in faults[:20]:
        log.warning("ledger_fault", fault=fault)
    if keep_faults(session, faults, now=now):
        log.error("alert", kind=LEDGER, faults=len(faults))


def keep_faults(session: Session, faults: Sequence[str], *, now: datetime) -> bool:
    """Put on record what a check of the books found; a clean one takes it back.

    Whether this is news.
    """
    if not faults:
        alerts.end(session, LEDGER)
        return False
    return alerts.begin(session, LEDGER, _(FAULTY, count=str(len(faults))), now=now)


@daily(hour=3)
def receive_shipments(session: Session, now: datetime, programme: Programme) -> str | None:
    """Take as received what was sent so long ago that it cannot be returned any more."""
    count = shipping.deliver_due(session, now=now, programme=programme, limit=SHIPMENTS)
    log.info("shipments_received", count=count)
    return None if count == SHIPMENTS else "done"


@daily(hour=4)
def tidy(session: Session, now: datetime, programme: Programme) -> str:
    """Forget events and dialogues that nobody can refer to any more."""
    gone = inbox.prune(session, before=now - inbox.KEEP)
    session.execute(delete(Conversation).where(Conversation.expires_at < now - timedelta(days=1)))
    uploads.prune(session, now=now)
    pictures.prune(session, named_in=PICTURED, now=now)
    pauses.prune(session, now=now)
    showings.forget(session, now=now)
    broadcasts.let_go(session)
    senders.forget(session, before=now - timedelta(days=1))
    return f"{gone} events"


@daily(hour=4)
def empty_messages(session: Session, now: datetime, programme: Programme) -> str | None:
    """Remove what was said in messages that ended long ago."""
    emptied = outbox_keeping.empty(session, now=now, limit=MESSAGES)
    return None if emptied == MESSAGES else "done"
