"""What a festival or the shop's birthday brings along, on any card."""

from __future__ import annotations

from bot.texts import _, long_day
from bot.views import kit
from bot.views.kit import Block
from models.loyalty.coupons import CouponFact


def gift(coupon: CouponFact | None) -> list[Block]:
    """The coupon that comes with it, if one does."""
    if coupon is None:
        return []
    return [
        kit.panel(
            kit.line(coupon.name, weight="bold"),
            kit.row(_("券號"), coupon.shown_code),
            kit.row(_("使用期限"), long_day(coupon.last_day)),
        )
    ]


def buttons(*, gifted: bool) -> list[Block]:
    """On to what can be ordered, and to the coupon if there is one."""
    look = kit.button(_("看團購"), "團購", style="primary", colour=kit.WARM)
    return [look, kit.button(_("看我的優惠券"), "優惠券")] if gifted else [look]


def choices() -> list[Block]:
    return [kit.choice(_("會員卡"), "會員卡"), kit.choice(_("通知設定"), "通知設定")]
