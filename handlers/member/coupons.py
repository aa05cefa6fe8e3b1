"""Coupons: the wallet, and one to show at the counter."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.context import Context, Reply
from bot.router import Rest, command
from bot.views import coupons as cards
from models.base import N_, Refusal
from models.loyalty import codes, coupons
from models.loyalty.coupons import CouponFact, NoSuchCoupon, Wallet
from models.programme import Programme


class NotInYourWallet(Refusal):
    buttons = ("優惠券",)
    keeps = True  # a wrong code of somebody else's is counted

    def __init__(self) -> None:
        super().__init__(N_("你的優惠券裡沒有這張可以用的券，請看「優惠券」確認券碼。"))


def held(
    session: Session, member_ids: Sequence[int], *, now: datetime, programme: Programme
) -> Mapping[int, Wallet]:
    """The coupons of these members, in one statement."""
    return coupons.wallets(session, member_ids, now)


@command(
    *("優惠券", "優惠卷", "折價券", "折價卷", "票券", "coupon", "coupons"),
    topic="優惠券",
    menu=4,
    reads=(held,),
)
def wallet(ctx: Context) -> Reply:
    """看可用、已用和過期的優惠券"""
    return cards.wallet(ctx.read(held), _tiers(ctx.programme))


@command("使用", "use", topic="優惠券", careful=True, spaced=True, example="使用 <券碼>")
def show(ctx: Context, code: Rest) -> Reply:
    """到店出示優惠券：使用 <券碼>"""
    wallet = coupons.wallet(ctx.session, ctx.member.id, ctx.now)
    found = [coupon for coupon in wallet.usable if coupon.code == codes.read(code)]
    return cards.counter(found[0] if found else _passed_on(ctx, code), _tiers(ctx.programme))


def _passed_on(ctx: Context, code: str) -> CouponFact:
    """A coupon that somebody else was given, and may give away."""
    me = ctx.member.id
    try:
        return coupons.presented(ctx.session, code, by=me, member_id=me, now=ctx.now)
    except NoSuchCoupon:
        raise NotInYourWallet from None


def _tiers(programme: Programme) -> dict[str, str]:
    return {tier.key: tier.name for tier in programme.tiers}
