"""Coupons at the counter."""

from bot import confirming, undoing
from bot.context import Context, NothingToConfirm, Reply
from bot.router import Rest, command
from bot.texts import _
from bot.views import coupons as cards
from models.loyalty import coupons
from models.loyalty.coupons import Coupon
from models.people.members import Member
from models.people.roles import Role


@command("/核銷", role=Role.SUPPORT, topic="優惠券", careful=True, example="/核銷 券碼")
def redeem(ctx: Context, code: Rest) -> Reply:
    """收下團友出示的優惠券：/核銷 券碼"""
    source = f"{coupons.COUNTER}{ctx.event.raw.get('webhookEventId', '')}"
    taken = coupons.redeem(
        ctx.session, code, by=ctx.member.id, member_id=None, source=source, now=ctx.now
    )
    ctx.audit("coupon.redeem", f"coupon:{taken.id}")
    use = coupons.counter_use(ctx.session, code, by=ctx.member.id, now=ctx.now)
    undoing.remember(ctx, "coupon.redeem", said=_("核銷「{name}」", name=taken.name), use=use.id)
    return cards.redeemed(coupons.fact(taken), name=_owner(ctx, taken))


@command("/更正", role=Role.SUPPORT, topic="優惠券", careful=True, example="/更正 券碼")
def correct(ctx: Context, code: Rest) -> Reply:
    """核銷錯了，把券還給團友：/更正 券碼"""
    use = coupons.counter_use(ctx.session, code, by=ctx.member.id, now=ctx.now)
    coupon = ctx.session.get_one(Coupon, use.coupon_id)
    nonce = confirming.ask(ctx, "coupon.correct", said=_said(coupon), use=use.id)
    return cards.correcting(
        coupons.fact(coupon), name=_owner(ctx, coupon), used_at=use.used_at, nonce=nonce
    )


@confirming.act("coupon.correct", role=Role.SUPPORT)
@undoing.undoes("coupon.redeem", role=Role.SUPPORT)
def corrected(ctx: Context, *, use: int) -> Reply:
    """更正核銷"""
    days = ctx.programme.coupon_rules.returned_valid_days
    returned = coupons.correct(ctx.session, use, now=ctx.now, grace_days=days)
    if returned is None:
        raise NothingToConfirm
    ctx.audit("coupon.correct", f"coupon:{returned.id}", f"use:{use}")
    return cards.corrected(coupons.fact(returned), name=_owner(ctx, returned))


@command("/作廢", role=Role.ORGANISER, topic="優惠券", careful=True, example="/作廢 券碼")
def void(ctx: Context, code: Rest) -> Reply:
    """讓一張優惠券失效：/作廢 券碼"""
    taken = coupons.void(ctx.session, code, by=ctx.member.id, now=ctx.now)
    ctx.audit("coupon.void", f"coupon:{taken.id}")
    return cards.voided(coupons.fact(taken))


def _said(coupon: Coupon) -> str:
    return _("更正「{name}」的核銷", name=coupon.name)


def _owner(ctx: Context, coupon: Coupon) -> str:
    return ctx.session.get_one(Member, coupon.member_id).name
