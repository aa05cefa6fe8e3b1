"""The member card."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.context import Context, Reply
from bot.router import command
from bot.views import membership
from bot.views.membership import Membership
from models.base import local_day
from models.loyalty import coupons, points, tiers
from models.programme import Programme


def memberships(
    session: Session, member_ids: Sequence[int], *, now: datetime, programme: Programme
) -> Mapping[int, Membership]:
    """What the cards of these members say, in four statements."""
    progress = tiers.progresses(session, member_ids, today=local_day(now), programme=programme)
    held = points.balances(session, member_ids, now)
    wallets = coupons.wallets(session, member_ids, now)
    return {id_: Membership(progress[id_], held[id_], wallets[id_]) for id_ in progress}


@command("會員卡", "會員", "我的卡", "me", "card", topic="會員", menu=1, reads=(memberships,))
def card(ctx: Context) -> Reply:
    """看等級、點數、優惠券和升級進度"""
    return membership.card(
        name=ctx.member.name, shop=ctx.programme.shop_name, **ctx.read(memberships)._asdict()
    )
