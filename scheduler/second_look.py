"""What waits since the morning for its member's hour is looked at once more before it goes.

Whoever ordered meanwhile is not missed, and no group-buy is pointed out to who joined it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from models.base import among, batches
from models.people.members import Member
from models.programme import Programme
from models.talk.outbox_records import OutboxMessage, State, in_state, standing_alone
from scheduler.campaign import CAMPAIGNS, Campaign
from scheduler.planning import CHUNK, key_of

AHEAD = timedelta(minutes=2)  # a tick comes at least once in it


def withdraw_untrue(sessions: sessionmaker[Session], now: datetime, programme: Programme) -> int:
    """Call off what is due soon and would not be written any more; return how many."""
    rules = {key: each for key, each in CAMPAIGNS.items() if each.at_their_hour}
    gone = 0
    with sessions() as session:
        session.connection(execution_options={"readonly": True})
        due = _due(session, list(rules), now)
    for rule, campaign in rules.items():
        for some in batches([each for each in due if each.rule == rule], CHUNK):
            with sessions.begin() as session:
                gone += _withdraw(campaign(session, now=now, programme=programme), some)
    return gone


def _due(session: Session, rules: list[str], now: datetime) -> Sequence[Any]:
    return session.execute(
        select(
            OutboxMessage.id, OutboxMessage.key, OutboxMessage.rule, OutboxMessage.member_id
        ).where(
            in_state(State.QUEUED),
            OutboxMessage.urgent.is_(False),
            OutboxMessage.due_at > now,
            OutboxMessage.due_at <= now + AHEAD,
            OutboxMessage.rule.in_(rules),
            standing_alone(),
        )
    ).all()


def _withdraw(campaign: Campaign, waiting: Sequence[Any]) -> int:
    session, audience = campaign.session, campaign.audience()
    concerned = among(session, Member.id, sorted({each.member_id for each in waiting}))
    rows = session.execute(audience.where(concerned)) if audience is not None else ()
    true = {key_of(campaign, row) for row in rows}
    untrue = [each.id for each in waiting if each.key not in true]
    if not untrue:
        return 0
    gone = session.scalars(
        update(OutboxMessage)
        .where(
            among(session, OutboxMessage.id, untrue),
            in_state(State.QUEUED),
            OutboxMessage.lease.is_(None),
            OutboxMessage.first_tried_at.is_(None),
        )
        .values(state=State.CANCELLED.value, reason="untrue", done_at=campaign.now)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())
