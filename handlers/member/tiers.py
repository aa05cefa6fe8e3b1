"""Tiers: where I stand, what is missing, and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.context import Context, Reply
from bot.router import NOTHING, Rest, command
from bot.views import tiers as cards
from models.base import local_day
from models.loyalty import tiers
from models.loyalty.tiers import Progress
from models.programme import Programme


def reached(
    session: Session, member_ids: Sequence[int], *, now: datetime, programme: Programme
) -> Mapping[int, Progress]:
    """How far these members are, in one statement."""
    return tiers.progresses(session, member_ids, today=local_day(now), programme=programme)


@command("等級", "會員等級", "級別", "tier", "level", topic="會員", reads=(reached,))
def standing(ctx: Context) -> Reply:
    """看等級、保留到哪天、離下一級多少"""
    return cards.standing(ctx.read(reached))


@command("等級為什麼", "為什麼是", "為什麼我是", "why", topic="會員", example="為什麼是銀級")
def why(ctx: Context, tier: Rest = NOTHING) -> Reply:
    """說明為什麼是這個等級"""
    found = tiers.explain(ctx.session, ctx.member.id, today=ctx.today, programme=ctx.programme)
    return cards.explanation(found)
