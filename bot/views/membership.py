"""The member card: tier, points, coupons and the way to the next tier on one card."""

from __future__ import annotations

from typing import NamedTuple

from bot.texts import _, money, points
from bot.views import kit, tiers
from bot.views import points as points_view
from bot.views.kit import Block, Message
from models.loyalty.coupons import Wallet
from models.loyalty.points import Balance
from models.loyalty.tiers import Progress


class Membership(NamedTuple):
    """What a card says of a member."""

    progress: Progress
    held: Balance
    wallet: Wallet


def card(*, name: str, shop: str, progress: Progress, held: Balance, wallet: Wallet) -> Message:
    expiring = points_view.next_expiry(held)
    colour = tiers.colour(progress.current)
    blocks = [
        kit.beside(
            _figure(_("等級"), progress.current.name, colour, share=4),
            _figure(_("可用點數"), points(held.available), colour, share=6),
        ),
        kit.rule(),
        _row(_("可用優惠券"), _("{count} 張", count=len(wallet.usable)), strong=True),
        _row(_("待入帳"), points(held.pending)),
        _row(_("最快到期"), expiring or _("沒有快到期的點數")),
        _row(_("近一年消費"), money(progress.spend)),
        kit.rule(),
        kit.line(tiers.sentence(progress), size="sm", weight="bold"),
        kit.bar(progress.percent / 100 if progress.next else 1.0, colour=colour),
    ]
    return kit.card(
        name or _("親愛的團友"),
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


def _row(label: str, value: str, *, strong: bool = False) -> Block:
    return kit.row(label, value, strong=strong, shares=kit.VALUE_WIDE)


def _figure(label: str, value: str, colour: str, *, share: int) -> Block:
    return kit.figure(label, value, colour=colour, size="xl") | {"flex": share}
