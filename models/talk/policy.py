"""May this message go out now? Decided at the moment of sending, from facts alone.

Quiet hours only delay. The cap and the month's budget delay as long as the
message is still of use; one without an end to its use is not kept past its moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias

from models.base import TAIPEI

QuietHours: TypeAlias = tuple[time, time]
KEY_LIFE = timedelta(hours=23, minutes=50)  # LINE forgets a retry key after 24 h
BUDGET = "budget"  # why marketing waits for other messages' sake, or was not sent


class Purpose(StrEnum):
    """Service concerns the member's own orders and account; marketing needs consent."""

    SERVICE = "service"
    MARKETING = "marketing"


@dataclass(frozen=True)
class SendRules:
    """When and how often the shop may write first.

    `quiet` is (from, until) in Taipei, None for none; at most `cap` marketing
    messages reach one person in any `cap_days` days. Of the month's messages
    `reserve_percent` are not for marketing, besides those that service will need.
    """

    quiet: QuietHours | None = (time(21, 30), time(9, 0))
    cap: int = 2
    cap_days: int = 7
    reserve_percent: int = 10

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.cap_days)


@dataclass(frozen=True)
class Budget:
    """What marketing may use of the month: `left` messages, for those worth `bid` and more.

    A message's value is what the shop may expect of it, in hundredths of NT$; one
    without a value has an hour of its own, and goes while any are left.
    """

    left: int
    bid: int

    def affords(self, value: int | None) -> bool:
        return self.left > 0 and (value is None or value >= self.bid)


@dataclass(frozen=True)
class Recipient:
    """What is true of the member at this moment: of marketing at large, and of this topic."""

    erased: bool = False
    reachable: bool = True
    marketing: bool = True
    topic_refused: bool = False


@dataclass(frozen=True)
class Facts:
    """A message about to be sent; `recipient` is None where it goes to no single member.

    `tried_at` is the first try that LINE may have accepted; `recent` are the
    instants at which other marketing reached this person lately. `affordable`
    says whether the month's budget has room for it.
    """

    purpose: Purpose
    urgent: bool = False
    capped: bool = True
    essential: bool = False
    use_until: datetime | None = None
    tried_at: datetime | None = None
    recipient: Recipient | None = None
    recent: Sequence[datetime] = ()
    affordable: bool = True


@dataclass(frozen=True)
class Send:
    """It may go out now."""


@dataclass(frozen=True)
class Delay:
    """It may be asked about again at `until`."""

    until: datetime


@dataclass(frozen=True)
class Wait:
    """It waits, for as long as it is of use, until what `reason` names has room for it."""

    reason: str


@dataclass(frozen=True)
class Skip:
    """It must not go out, and never will; `reason` says why."""

    reason: str


@dataclass(frozen=True)
class Expire:
    """It is of no use any more."""


@dataclass(frozen=True)
class GiveUp:
    """LINE may have it, and it must not be tried again: nobody will know."""

    reason: str


@dataclass(frozen=True)
class TurnIntoPush:
    """An answer that missed its moment and matters too much to be dropped."""


Decision: TypeAlias = Send | Delay | Wait | Skip | Expire | GiveUp | TurnIntoPush


def decide(facts: Facts, rules: SendRules, now: datetime) -> Decision:
    """What to do with a push at this moment."""
    if facts.tried_at is None:
        return _allowed(facts, rules, now)
    if facts.tried_at + KEY_LIFE <= now:
        return GiveUp("key_too_old")
    match _allowed(facts, rules, now):
        case Skip(reason):
            return GiveUp(reason)
        case Expire():
            return GiveUp("expired")
        case decision:
            return decision


def decide_reply(facts: Facts, now: datetime) -> Decision:
    """What to do with an answer at this moment: its token works once, and not for long."""
    missed = facts.use_until is not None and facts.use_until <= now
    if facts.tried_at is None and not missed:
        return Send()
    if facts.essential:
        return TurnIntoPush()
    return Expire() if facts.tried_at is None else GiveUp("unanswered")


def _allowed(facts: Facts, rules: SendRules, now: datetime) -> Decision:
    if facts.use_until is not None and facts.use_until <= now:
        return Expire()
    if (refused := _refused(facts)) is not None:
        return Skip(refused)
    if not facts.urgent and (until := quiet_until(now, rules.quiet)) is not None:
        return Delay(until)
    if facts.purpose is Purpose.SERVICE:
        return Send()
    within = _within_cap(facts, rules, now) if facts.capped else Send()
    return _within_budget(facts) if within == Send() else within


def quiet_until(at: datetime, quiet: QuietHours | None) -> datetime | None:
    """When the quiet hours in which `at` falls are over, or None if it falls in none."""
    if quiet is None or quiet[0] == quiet[1]:
        return None
    start, end = quiet
    local = at.astimezone(TAIPEI)
    clock = local.time()
    if start < end:
        is_quiet, day = start <= clock < end, local.date()
    else:
        is_quiet = clock >= start or clock < end
        day = local.date() + timedelta(days=clock >= start)
    return datetime.combine(day, end, TAIPEI) if is_quiet else None


def open_hours(quiet: QuietHours | None) -> tuple[int, ...]:
    """The local hours that begin outside the quiet hours."""
    day = datetime(2026, 1, 1, tzinfo=TAIPEI)
    begun = (day.replace(hour=hour) for hour in range(24))
    return tuple(at.hour for at in begun if quiet_until(at, quiet) is None)


def _refused(facts: Facts) -> str | None:
    to = facts.recipient
    if to is None:
        return None
    if to.erased:
        return "erased"
    if not to.reachable:
        return "blocked"
    if to.topic_refused or (facts.purpose is Purpose.MARKETING and not to.marketing):
        return "opted_out"
    return None


def _within_cap(facts: Facts, rules: SendRules, now: datetime) -> Decision:
    counted = sorted(at for at in facts.recent if at > now - rules.window)
    if len(counted) < rules.cap:
        return Send()
    if rules.cap < 1 or facts.use_until is None:
        return Skip("capped")
    free_at = counted[-rules.cap] + rules.window
    return Delay(free_at) if free_at < facts.use_until else Skip("capped")


def _within_budget(facts: Facts) -> Decision:
    # what LINE may have already is asked for again with the same key, which costs nothing more
    if facts.affordable or facts.tried_at is not None:
        return Send()
    return Skip(BUDGET) if facts.use_until is None else Wait(BUDGET)
