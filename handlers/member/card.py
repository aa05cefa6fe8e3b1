"""The member card."""

from bot.context import Context, Reply
from bot.router import command
from bot.views import membership
from models.loyalty import coupons, points, tiers


@command("會員卡", "會員", "我的卡", "me", "card", topic="會員", menu=1)
def card(ctx: Context) -> Reply:
    """看等級、點數、優惠券和升級進度"""
    member_id = ctx.member.id
    return membership.card(
        name=ctx.member.name,
        shop=ctx.programme.shop_name,
        progress=tiers.progress(ctx.session, member_id, today=ctx.today, programme=ctx.programme),
        held=points.balance(ctx.session, member_id, ctx.now),
        wallet=coupons.wallet(ctx.session, member_id, ctx.now),
    )
