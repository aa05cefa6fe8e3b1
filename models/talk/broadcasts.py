"""Broadcasts: confirmed, held for a minute, planned part by part, paused, called off.

Every change of a broadcast holds its row first, so whoever calls it off and
whoever queues its next part come one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import orjson
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from models import copying
from models.talk import outbox, outbox_holds
from models.talk.broadcast_records import RULE, Broadcast, BroadcastHoldout, Stage
from models.talk.broadcast_refusals import NoBroadcast, NoSuchBroadcast, NotPaused, OverAlready
from models.talk.broadcast_terms import Wanted
from models.talk.outbox_records import OutboxMessage, State, in_state

UNDO = timedelta(seconds=60)  # for so long nothing goes out after 確認
LEAD = timedelta(seconds=90)  # so long before its time a broadcast begins to be planned
USE = timedelta(days=3)
HELD_BACK = 10  # of a hundred, by default
COMPARED_FROM = 200  # fewer members say nothing about an effect
BY_HAND = "paused"


class Standing(NamedTuple):
    """How a broadcast stands: messages by the state they ended in, and how many wait."""

    broadcast: Broadcast
    paused: str  # why, "" if it is not
    ended: Mapping[State, int]

    @property
    def waiting(self) -> int:
        return self.broadcast.planned - sum(self.ended.values())

    @property
    def is_over(self) -> bool:
        planned = self.broadcast.stage != Stage.WAITING
        return planned and not self.waiting


def confirm(
    session: Session,
    wanted: Wanted,
    *,
    by: str,
    held_back: int,
    release_at: datetime,
    use_until: datetime,
    now: datetime,
) -> Broadcast:
    """Keep a broadcast; the scheduler queues its messages when its time comes."""
    made = Broadcast(
        by=by,
        goal=wanted.goal,
        segment=wanted.segment,
        wanted=orjson.dumps(wanted.data()).decode(),
        held_back=held_back,
        confirmed_at=now,
        release_at=release_at,
        use_until=use_until,
    )
    session.add(made)
    session.flush()
    return made


def held_back(wanted: Wanted, audience: int) -> int:
    """Of a hundred members how many hear nothing: as asked, else where it says something."""
    if wanted.held_back is not None:
        return wanted.held_back
    return HELD_BACK if audience >= COMPARED_FROM else 0


def find(session: Session, number: int) -> Broadcast:
    """Raises NoSuchBroadcast."""
    found = session.get(Broadcast, number)
    if found is None:
        raise NoSuchBroadcast(number)
    return found


def hold(session: Session, number: int) -> Broadcast:
    """The broadcast, held until the transaction ends.

    Raises:
        NoSuchBroadcast: there is none of this number.
    """
    query = select(Broadcast).where(Broadcast.id == number).with_for_update()
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NoSuchBroadcast(number)
    return found


def latest(session: Session, *, limit: int = 10) -> Sequence[Broadcast]:
    """The newest broadcasts."""
    return session.scalars(select(Broadcast).order_by(Broadcast.id.desc()).limit(limit)).all()


def newest_running(session: Session) -> Broadcast:
    """The newest one that may still be stopped.

    Raises:
        NoBroadcast: there never was one.
        OverAlready: all of them are over.
    """
    found = latest(session)
    if not found:
        raise NoBroadcast
    for each in standings(session, found):
        if each.broadcast.stage != Stage.CANCELLED and not each.is_over:
            return each.broadcast
    raise OverAlready(found[0].id)


def due(session: Session, *, now: datetime) -> Sequence[int]:
    """Broadcasts of which messages are still to be queued now."""
    query = select(Broadcast.id).where(
        Broadcast.stage == Stage.WAITING, Broadcast.release_at <= now + LEAD
    )
    return session.scalars(query.order_by(Broadcast.release_at, Broadcast.id)).all()


def promised(session: Session, *, before: datetime) -> int:
    """How many messages of broadcasts wait, and are due before then."""
    waiting = or_(in_state(State.QUEUED), in_state(State.PARKED))
    query = select(func.count()).where(waiting, OutboxMessage.due_at < before)
    return session.scalar(query.where(OutboxMessage.rule.startswith(RULE))) or 0


def keep_out(session: Session, broadcast: Broadcast, member_ids: Sequence[int]) -> None:
    """Remember who is held back."""
    rows = ({"broadcast_id": broadcast.id, "member_id": each} for each in member_ids)
    copying.put(session, BroadcastHoldout, rows)
    broadcast.kept_out += len(member_ids)


def kept_out_of(session: Session, member_id: int, *, limit: int = 3) -> Sequence[Broadcast]:
    """The newest broadcasts from which a member was held back."""
    query = (
        select(Broadcast)
        .join(BroadcastHoldout, BroadcastHoldout.broadcast_id == Broadcast.id)
        .where(BroadcastHoldout.member_id == member_id)
    )
    return session.scalars(query.order_by(Broadcast.id.desc()).limit(limit)).all()


def leave_out(broadcast: Broadcast, reasons: Mapping[str, int]) -> None:
    """Count those who were not to be reached."""
    known = broadcast.reasons
    for reason, count in reasons.items():
        known[reason] = known.get(reason, 0) + count
    known = {reason: count for reason, count in known.items() if count}
    broadcast.left_out = orjson.dumps(known).decode()


def standing(session: Session, broadcast: Broadcast) -> Standing:
    """How it stands, from the messages themselves."""
    return standings(session, [broadcast])[0]


def standings(session: Session, found: Sequence[Broadcast]) -> list[Standing]:
    """How each of these stands, in two statements."""
    rules = [each.rule for each in found]
    counted = select(OutboxMessage.rule, OutboxMessage.state, func.count()).where(
        OutboxMessage.rule.in_(rules), OutboxMessage.done_at.is_not(None)
    )
    ended: dict[str, dict[State, int]] = {rule: {} for rule in rules}
    by_state = counted.group_by(OutboxMessage.rule, OutboxMessage.state)
    for rule, state, count in session.execute(by_state):
        ended[rule][State(state)] = count
    held = {each.scope: each.reason for each in outbox_holds.holds(session)}
    return [
        Standing(each, held.get(outbox_holds.rule_scope(each.rule), ""), ended[each.rule])
        for each in found
    ]


def pause(session: Session, number: int, *, now: datetime) -> Standing:
    """Let what has not gone out wait.

    Raises:
        OverAlready: nothing is left.
    """
    found = running(session, number)
    scope = outbox_holds.rule_scope(found.broadcast.rule)
    outbox_holds.hold(session, scope, reason=BY_HAND, now=now)
    outbox_holds.park(session, scope, now=now)
    return standing(session, found.broadcast)


def resume(session: Session, number: int) -> Standing:
    """Let it go on.

    Raises:
        NotPaused: it was going on.
        OverAlready: nothing is left.
    """
    found = running(session, number)
    if not found.paused:
        raise NotPaused(number)
    outbox_holds.lift(session, outbox_holds.rule_scope(found.broadcast.rule))
    return standing(session, found.broadcast)


def cancel(session: Session, number: int, *, now: datetime) -> Standing:
    """Call off all that has not been tried; what went out stays.

    Raises:
        OverAlready: nothing is left.
    """
    broadcast = running(session, number).broadcast
    outbox.cancel(session, rule=broadcast.rule, now=now)
    broadcast.stage, broadcast.cancelled_at = Stage.CANCELLED.value, now
    # what was tried and failed for the moment still goes to its end
    outbox_holds.lift(session, outbox_holds.rule_scope(broadcast.rule))
    session.flush()
    return standing(session, broadcast)


def let_go(session: Session) -> int:
    """End the holds of paused broadcasts of which nothing waits any more; how many.

    Every claim of the sender looks for what is held.
    """
    held = [
        int(each.scope.rpartition(":")[2])
        for each in outbox_holds.holds(session)
        if each.scope.startswith(outbox_holds.rule_scope(RULE))
    ]
    found = session.scalars(select(Broadcast).where(Broadcast.id.in_(held))).all() if held else ()
    over = [each.broadcast for each in standings(session, found) if each.is_over] if found else []
    for each in over:
        outbox_holds.lift(session, outbox_holds.rule_scope(each.rule))
    return len(over)


def called_off(broadcast: Broadcast) -> Select[str]:
    """The keys of its messages that nobody tried to send."""
    return select(OutboxMessage.key).where(
        OutboxMessage.rule == broadcast.rule,
        OutboxMessage.state == State.CANCELLED.value,
        OutboxMessage.done_at.is_not(None),
    )


def is_over(session: Session, number: int) -> bool:
    """Whether nothing of it can be stopped any more."""
    found = standing(session, find(session, number))
    return found.broadcast.stage == Stage.CANCELLED or found.is_over


def running(session: Session, number: int) -> Standing:
    """How it stands, held until the transaction ends.

    Raises:
        NoSuchBroadcast, OverAlready: there is nothing to stop.
    """
    found = standing(session, hold(session, number))
    if found.broadcast.stage == Stage.CANCELLED or found.is_over:
        raise OverAlready(number)
    return found
