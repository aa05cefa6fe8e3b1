"""Why a campaign has written nothing to somebody: asked of the same steps that plan it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.people import consents
from models.people.consents import ConsentEntry
from models.people.members import Member
from models.programme import Programme
from models.talk import outbox, switches
from scheduler.campaign import Campaign
from scheduler.planning import excluded, key_of


class Prospect(StrEnum):
    """What planning the campaign now would do for the member."""

    OFF = "off"
    NOT_CONCERNED = "not_concerned"
    ALREADY = "already"
    NOT_FRIEND = "not_friend"
    OPTED_OUT = "opted_out"
    NEXT_RUN = "next_run"


def of(
    session: Session,
    campaign: type[Campaign],
    member_id: int,
    *,
    now: datetime,
    programme: Programme,
) -> Prospect:
    """Why this member has no message of the campaign's, or that one is to come."""
    if not switches.is_on(session, campaign.key, at_first=campaign.at_first):
        return Prospect.OFF
    run = campaign(session, now=now, programme=programme)
    audience = run.audience()
    if audience is None:
        return Prospect.NOT_CONCERNED
    query = audience.add_columns(consents.allows(run.topic).label("allowed"))
    rows = session.execute(query.where(Member.id == member_id)).all()
    if not rows:
        return Prospect.NOT_CONCERNED
    known = outbox.known(session, [key_of(run, row) for row in rows])
    fresh = [row for row in rows if key_of(run, row) not in known]
    if not fresh:
        return Prospect.ALREADY
    reason = excluded(fresh[0])
    return Prospect(reason) if reason else Prospect.NEXT_RUN


def refused_at(session: Session, member_id: int, topic: str) -> datetime | None:
    """When the member last said no to the topic, or to marketing at large."""
    return session.scalar(
        select(func.max(ConsentEntry.at)).where(
            ConsentEntry.member_id == member_id,
            ConsentEntry.topic.in_([topic, "all"]),
            ConsentEntry.granted.is_(False),
        )
    )
