"""What a simulated month came to: what must never be, and what it was worth."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

from sqlalchemy import select

from models.base import TAIPEI
from models.talk.outbox_records import Kind, OutboxMessage, State
from models.talk.policy import Purpose, quiet_until
from tests.chaos.month import CAMPAIGNS, RULES, Heard, Month

NEVER = ("service lost", "over the cap", "in quiet hours", "to opted-out")


def sent(month: Month) -> list[Heard]:
    """What of the month itself LINE took."""
    return [heard for heard in month.heard if heard.at >= month.first]


def marketing(month: Month) -> list[Heard]:
    return [heard for heard in sent(month) if heard.rule in CAMPAIGNS]


def lift(month: Month) -> tuple[float, float]:
    """NT$ for each member that marketing brought, against those held back, in this month."""
    counts = Counter(person.held_back for person in month.people)
    heard, quiet = (month.revenue[held] / max(1, counts[held]) for held in (False, True))
    return heard, quiet


def lost(month: Month) -> int:
    """Service messages that LINE did not get, and that do not wait for the morning."""
    with month.sessions() as session:
        lost = select(OutboxMessage.id).where(
            OutboxMessage.purpose == Purpose.SERVICE,
            OutboxMessage.kind == Kind.PUSH,
            OutboxMessage.state.not_in([State.SENT, State.QUEUED]),
        )
        return len(session.scalars(lost).all())


def over_the_cap(month: Month) -> int:
    """Capped marketing to somebody who had the full number within the window before it.

    Taken as they went out: a birthday in the same minute, but later, is no reason against.
    """
    seen, over = defaultdict[int, list[datetime]](list), 0
    for heard in month.heard:
        if heard.rule in CAMPAIGNS:
            lately = [at for at in seen[heard.member_id] if at > heard.at - RULES.window]
            over += CAMPAIGNS[heard.rule].capped and len(lately) >= RULES.cap
            seen[heard.member_id].append(heard.at)
    return over


def in_quiet_hours(month: Month) -> int:
    pushes = [heard for heard in month.heard if not heard.free]
    return sum(quiet_until(heard.at, RULES.quiet) is not None for heard in pushes)


def to_opted_out(month: Month) -> int:
    """Marketing on a topic that the member had refused by then."""
    by_id = {person.id: person for person in month.people}
    never = datetime.max.replace(tzinfo=TAIPEI)
    return sum(
        heard.at > by_id[heard.member_id].refused.get(topic, never)
        for heard in month.heard
        if heard.rule in CAMPAIGNS
        for topic in (CAMPAIGNS[heard.rule].topic, "all")
    )


def figures(month: Month) -> dict[str, float]:
    """The month in figures."""
    riders = [heard for heard in marketing(month) if CAMPAIGNS[heard.rule].rides]
    free = sum(heard.free for heard in riders)
    heard, quiet = lift(month)
    return {
        "pushed": month.line.used,
        "marketing planned": month.planned,
        "of them service": month.service,
        "service lost": lost(month) + month.line.refused,
        "over the cap": over_the_cap(month),
        "in quiet hours": in_quiet_hours(month),
        "to opted-out": to_opted_out(month),
        "rode free, % of what may": round(100 * free / max(1, len(riders)), 1),
        "NT$ expected of marketing": round(month.expected),
        "NT$ a member, heard": round(heard),
        "NT$ a member, held back": round(quiet),
    }
