"""Coupons at the counter."""

from bot.context import Context, Reply
from bot.router import Rest, command
from bot.views import coupons as cards
from models.loyalty import coupons
from models.people.members import Member
from models.people.roles import Role


@command("/核銷", role=Role.SUPPORT, topic="優惠券", careful=True, example="/核銷 券碼")
def redeem(ctx: Context, code: Rest) -> Reply:
    """收下團友出示的優惠券：/核銷 券碼"""
    taken = coupons.redeem(
        ctx.session,
        code,
        by=ctx.member.id,
        member_id=None,
        source=f"counter:{ctx.event.raw.get('webhookEventId', '')}",
        now=ctx.now,
    )
    ctx.audit("coupon.redeem", f"coupon:{taken.id}")
    owner = ctx.session.get_one(Member, taken.member_id)
    return cards.redeemed(coupons.fact(taken), name=owner.name)


@command("/作廢", role=Role.ORGANISER, topic="優惠券", careful=True, example="/作廢 券碼")
def void(ctx: Context, code: Rest) -> Reply:
    """讓一張優惠券失效：/作廢 券碼"""
    taken = coupons.void(ctx.session, code, by=ctx.member.id, now=ctx.now)
    ctx.audit("coupon.void", f"coupon:{taken.id}")
    return cards.voided(coupons.fact(taken))
