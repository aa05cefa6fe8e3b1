"""The member card: tier, points, coupons and the way to the next tier on one card."""

from __future__ import annotations

from bot.texts import _, money, points
from bot.views import kit, tiers
from bot.views import points as points_view
from bot.views.kit import Block, Message
from bot.views.moulds import Mould
from models.loyalty.coupons import Wallet
from models.loyalty.points import Balance
from models.loyalty.tiers import Progress


def card(*, name: str, shop: str, progress: Progress, held: Balance, wallet: Wallet) -> Message:
    width = kit.percentage(progress.percent / 100 if progress.next else 1.0)
    return _CARD(
        shop,
        tiers.colour(progress.current),
        width == "0%",
        width=width,
        name=name or _("親愛的團友"),
        tier=progress.current.name,
        available=points(held.available),
        coupons=_("{count} 張", count=len(wallet.usable)),
        pending=points(held.pending),
        expiring=points_view.next_expiry(held) or _("沒有快到期的點數"),
        spend=money(progress.spend),
        further=tiers.sentence(progress),
    )


def _draw(
    shop: str,
    colour: str,
    unfilled: bool,
    *,
    width: str,
    name: str,
    tier: str,
    available: str,
    coupons: str,
    pending: str,
    expiring: str,
    spend: str,
    further: str,
) -> Message:
    blocks = [
        kit.beside(
            _figure(_("等級"), tier, colour, share=4),
            _figure(_("可用點數"), available, colour, share=6),
        ),
        kit.rule(),
        _row(_("可用優惠券"), coupons, strong=True),
        _row(_("待入帳"), pending),
        _row(_("最快到期"), expiring),
        _row(_("近一年消費"), spend),
        kit.rule(),
        kit.line(further, size="sm", weight="bold"),
        kit.groove(None if unfilled else width, colour=colour),
    ]
    return kit.card(
        name,
        *blocks,
        subtitle=_("{shop} 會員卡", shop=shop),
        buttons=[
            kit.button(_("點數"), "點數"),
            kit.button(_("等級"), "等級"),
            kit.button(_("優惠券"), "優惠券"),
        ],
        colour=colour,
        abreast=True,
    )


_CARD = Mould(_draw, further=100)


def _row(label: str, value: str, *, strong: bool = False) -> Block:
    return kit.row(label, value, strong=strong, shares=kit.VALUE_WIDE)


def _figure(label: str, value: str, colour: str, *, share: int) -> Block:
    return kit.figure(label, value, colour=colour, size="xl") | {"flex": share}
