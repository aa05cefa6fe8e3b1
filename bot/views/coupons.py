"""Coupons: the wallet, one coupon to show at the counter, and what a coupon is worth."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _, long_day, money
from bot.views import kit
from bot.views.kit import Block, Message
from models.loyalty.coupons import CouponFact, Wallet

SHOWN = 10


def wallet(held: Wallet) -> Message:
    if not (held.usable or held.upcoming or held.used or held.expired):
        return kit.text(
            _("目前有 0 張優惠券。留下生日或手機，就送你新客禮。"),
            choices=[kit.choice(_("完成資料"), "完成資料"), kit.choice(_("會員卡"), "會員卡")],
        )
    cards = [_coupon(coupon) for coupon in held.usable[:SHOWN]]
    return kit.carousel([_overview(held), *cards]) if cards else _overview(held)


def counter(held: CouponFact) -> Message:
    """One coupon, to be shown at the counter, where the organiser redeems its code."""
    return kit.card(
        held.name,
        kit.figure(_("請給店家看這個券號"), held.shown_code),
        kit.row(_("優惠"), worth(held), strong=True),
        *_terms(held),
        kit.note(_("店家核銷後就算使用，一張限用一次。")),
        buttons=[kit.button(_("優惠券"), "優惠券")],
        colour=kit.WARM,
    )


def redeemed(held: CouponFact, *, name: str) -> Message:
    """What the organiser sees after taking a coupon."""
    return kit.card(
        _("已核銷"),
        kit.row(_("優惠券"), held.name, strong=True),
        kit.row(_("優惠"), worth(held)),
        kit.row(_("團友"), name or _("（未填稱呼）")),
        kit.row(_("券號"), held.shown_code),
    )


def worth(held: CouponFact) -> str:
    """What it does, in a few words."""
    return worth_of(held.kind, held.value)


def worth_of(kind: str, value: int) -> str:
    """What such a coupon does; 8折 means that 80 % is paid."""
    texts = {
        "percent": _("{value}折", value=value // 10 if value % 10 == 0 else value),
        "amount": _("折 {amount}", amount=money(value)),
        "shipping": _("運費折 {amount}", amount=money(value)) if value else _("免運費"),
        "gift": _("贈品，價值 {amount}", amount=money(value)),
        "item": _("免費商品，價值 {amount}", amount=money(value)),
    }
    return texts[kind]


def _overview(held: Wallet) -> Message:
    blocks = [
        kit.figure(_("可以使用"), _("{count} 張", count=len(held.usable))),
        kit.row(_("還不能用"), _("{count} 張", count=len(held.upcoming))),
        kit.row(_("已使用"), _("{count} 張", count=len(held.used))),
        kit.row(_("已過期"), _("{count} 張", count=len(held.expired))),
    ]
    blocks += _past(_("即將可用"), held.upcoming) + _past(_("最近用過"), held.used)
    hidden = len(held.usable) - SHOWN
    if hidden > 0:
        blocks.append(kit.note(_("另有 {count} 張較晚到期，用掉前面的就會出現。", count=hidden)))
    return kit.card(_("我的優惠券"), *blocks)


def _past(title: str, held: Sequence[CouponFact]) -> list[Block]:
    if not held:
        return []
    return [kit.rule(), kit.note(title), *(kit.line(c.name, size="sm") for c in held[:3])]


def _coupon(held: CouponFact) -> Message:
    return kit.card(
        held.name,
        kit.figure(_("優惠"), worth(held)),
        *_terms(held),
        kit.row(_("券號"), held.shown_code, strong=True),
        buttons=[kit.button(_("使用"), f"使用 {held.code}", style="primary")],
        colour=kit.WARM,
    )


def _terms(held: CouponFact) -> list[Block]:
    blocks = [
        kit.row(_("使用期限"), long_day(held.last_day)),
        kit.row(_("低消"), money(held.min_spend) if held.min_spend else _("無")),
    ]
    if held.first_purchase:
        blocks.append(kit.row(_("限制"), _("首次購買")))
    if held.description:
        blocks.append(kit.note(held.description))
    return blocks


def voided(held: CouponFact) -> Message:
    """What the organiser sees after voiding a coupon."""
    return kit.card(
        _("已作廢"),
        kit.row(_("優惠券"), held.name, strong=True),
        kit.row(_("券號"), held.shown_code),
    )
