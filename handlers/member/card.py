"""The member card."""

from bot.context import Context, Reply
from bot.router import command
from bot.views import membership
from handlers.member.coupons import held as wallets
from handlers.member.points import held as points
from handlers.member.tiers import reached


@command(
    "會員卡",
    "會員",
    "我的卡",
    "me",
    "card",
    topic="會員",
    menu=3,
    reads=(reached, points, wallets),
)
def card(ctx: Context) -> Reply:
    """看等級、點數、優惠券和升級進度"""
    return membership.card(
        name=ctx.member.name,
        shop=ctx.programme.shop_name,
        progress=ctx.read(reached),
        held=ctx.read(points),
        wallet=ctx.read(wallets),
    )
