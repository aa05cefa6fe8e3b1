"""A segment at a glance: how many, how many of them can be written to, in which tiers, and who."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from models.insight import scorings
from models.insight.segments.segment import Segment
from models.insight.segments.standing import Scored
from models.loyalty.tiers_records import MemberTier
from models.people import consents, members
from models.people.consents import Topic
from models.people.members import Member
from models.programme import Programme
from models.wholesale import wholesale

NAMES = 5


class Overview(NamedTuple):
    """`told` are friends who allow offers; `tiers` are names with counts, the highest first.

    `unscored` says that it asks for RFM where too few bought for anybody to have scores.
    """

    size: int
    told: int
    names: Sequence[str]
    tiers: Sequence[tuple[str, int]]
    unscored: bool


def overview(
    session: Session, segment: Segment, programme: Programme, *, now: datetime
) -> Overview:
    """What the shop sees before it does something with a segment."""
    meant = segment.members(now).cte("meant")
    may_be_told = and_(members.reachable(), consents.allows(Topic.OFFERS))
    told = func.sum(case((may_be_told, 1), else_=0))
    counted = (
        select(MemberTier.tier, func.count(), told)
        .select_from(meant)
        .join(Member, Member.id == meant.c.id)
        .outerjoin(MemberTier, MemberTier.member_id == Member.id)
        .group_by(MemberTier.tier)
    )
    # summed up, so that the planner does not look for the first by trying member after member
    first = select(meant.c.id).order_by(meant.c.id + 0).limit(NAMES * 2)
    named = select(Member.name).where(Member.id.in_(first), Member.name != "").order_by(Member.id)
    with wholesale(session):
        rows = session.execute(counted).all()
        names = session.scalars(named.limit(NAMES)).all()
    by_tier = dict.fromkeys((tier.key for tier in reversed(programme.tiers)), 0)
    for tier, count, _ in rows:
        by_tier[tier if tier in by_tier else programme.base.key] += count
    return Overview(
        size=sum(count for _, count, _ in rows),
        told=sum(each for _, _, each in rows),
        names=names,
        tiers=[(programme.tier(key).name, count) for key, count in by_tier.items() if count],
        unscored=_unscored(session, segment),
    )


def _unscored(session: Session, segment: Segment) -> bool:
    if not any(isinstance(each, Scored) for each in segment.conditions):
        return False
    scoring = scorings.in_force(session)
    return scoring is None or not scoring.recency
