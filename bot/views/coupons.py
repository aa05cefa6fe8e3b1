"""Coupons: the wallet, one coupon to show at the counter, and what a coupon is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.texts import _, day, long_day, money
from bot.views import confirming, kit
from bot.views.kit import Block, Message
from models.loyalty.coupons import CouponFact, Wallet
from models.programme import CouponTerms

SHOWN = 10
LISTED = 3
NO_NAMES: Mapping[str, str] = {}


def wallet(held: Wallet, tiers: Mapping[str, str] = NO_NAMES) -> Message:
    """The coupons of a member; `tiers` are the names of the programme's tiers by key."""
    if not (held.usable or held.upcoming or held.used or held.expired):
        return kit.text(
            _("目前有 0 張優惠券。留下生日或手機，就送你新客禮。"),
            choices=[kit.choice(_("完成資料"), "完成資料"), kit.choice(_("會員卡"), "會員卡")],
        )
    cards = [_coupon(coupon, tiers) for coupon in held.usable[:SHOWN]]
    together = kit.carousel([_overview(held), *cards]) if cards else _overview(held)
    return kit.with_choices(together, _ways_on())


def counter(held: CouponFact, tiers: Mapping[str, str] = NO_NAMES) -> Message:
    """One coupon, to be shown at the counter, where the organiser redeems its code."""
    return kit.card(
        held.name,
        kit.figure(_("請給店家看這個券號"), held.shown_code, colour=kit.WARM),
        kit.row(_("優惠"), worth(held), strong=True),
        *_terms(held, tiers),
        kit.note(_("店家核銷後就算使用，一張限用一次。")),
        buttons=[kit.button(_("看其他優惠券"), "優惠券")],
        choices=_ways_on(),
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
        choices=[kit.choice(_("說明"), "說明")],
    )


def voided(held: CouponFact) -> Message:
    """What the organiser sees after voiding a coupon."""
    return kit.card(
        _("已作廢"),
        kit.row(_("優惠券"), held.name, strong=True),
        kit.row(_("券號"), held.shown_code),
        choices=[kit.choice(_("說明"), "說明")],
    )


def correcting(held: CouponFact, *, name: str, used_at: datetime, nonce: str) -> Message:
    """What the organiser sees before a redemption is undone."""
    return confirming.preview(
        _("更正核銷"),
        kit.row(_("優惠券"), held.name, strong=True),
        kit.row(_("團友"), name or _("（未填稱呼）")),
        kit.row(_("核銷日"), day(used_at)),
        kit.row(_("券號"), held.shown_code),
        kit.note(_("確認後這張券會回到團友的優惠券裡。")),
        nonce=nonce,
    )


def corrected(held: CouponFact, *, name: str) -> Message:
    """What the organiser sees after a redemption was undone."""
    return kit.card(
        _("已更正，券還給團友了"),
        kit.row(_("優惠券"), held.name, strong=True),
        kit.row(_("團友"), name or _("（未填稱呼）")),
        kit.row(_("使用期限"), long_day(held.last_day)),
        kit.row(_("券號"), held.shown_code),
        choices=[kit.choice(_("說明"), "說明")],
    )


def described(terms: CouponTerms) -> str:
    """Its name, and what it is worth unless the name says so."""
    value = worth_of(terms.kind, terms.value)
    return terms.name if value in terms.name else f"{terms.name}（{value}）"


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
    blocks += _soon(held.usable) + _upcoming(held.upcoming) + _past(held.used)
    hidden = len(held.usable) - SHOWN
    if hidden > 0:
        blocks.append(kit.note(_("另有 {count} 張較晚到期，用掉前面的就會出現。", count=hidden)))
    return kit.card(_("我的優惠券"), *blocks)


def _soon(held: Sequence[CouponFact]) -> list[Block]:
    if not held:
        return []
    rows = [
        kit.row(coupon.name, _("{day} 止", day=day(coupon.last_day)), shares=kit.LABEL_WIDE)
        for coupon in held[:LISTED]
    ]
    return [kit.rule(), kit.line(_("最早到期"), size="sm", weight="bold"), *rows]


def _upcoming(held: Sequence[CouponFact]) -> list[Block]:
    if not held:
        return []
    rows = [
        kit.row(coupon.name, _("{day} 起", day=day(coupon.valid_from)), shares=kit.LABEL_WIDE)
        for coupon in held[:LISTED]
    ]
    return [kit.rule(), kit.line(_("即將可用"), size="sm", weight="bold"), *rows]


def _past(held: Sequence[CouponFact]) -> list[Block]:
    if not held:
        return []
    rows = [
        kit.row(coupon.name, day(coupon.used_at) if coupon.used_at else "", shares=kit.LABEL_WIDE)
        for coupon in held[:LISTED]
    ]
    return [kit.rule(), kit.line(_("最近用過"), size="sm", weight="bold"), *rows]


def _coupon(held: CouponFact, tiers: Mapping[str, str]) -> Message:
    return kit.card(
        held.name,
        kit.figure(_("優惠"), worth(held), colour=kit.WARM),
        *_terms(held, tiers),
        kit.row(_("券號"), held.shown_code, strong=True),
        buttons=[kit.button(_("使用"), f"使用 {held.code}", style="primary", colour=kit.WARM)],
        colour=kit.WARM,
    )


def _terms(held: CouponFact, tiers: Mapping[str, str]) -> list[Block]:
    blocks = [kit.row(_("使用期限"), _until(held), shares=kit.VALUE_WIDE)]
    blocks.append(kit.row(_("最低消費"), _least(held), shares=kit.VALUE_WIDE))
    if held.for_some_goods:
        goods = [*held.products, *([held.category] if held.category else [])]
        blocks.append(kit.row(_("限商品"), _listed(goods), shares=kit.VALUE_WIDE))
    if held.tiers:
        names = [tiers.get(key, key) for key in held.tiers]
        blocks.append(kit.row(_("限等級"), _listed(names), shares=kit.VALUE_WIDE))
    if held.first_purchase:
        blocks.append(kit.row(_("限制"), _("首次購買"), shares=kit.VALUE_WIDE))
    together = _("可搭配其他種類的券") if held.stacks else _("單獨使用")
    blocks.append(kit.row(_("併用"), together, shares=kit.VALUE_WIDE))
    if not held.bound:
        blocks.append(kit.row(_("轉送"), _("可以把券號送給別人"), shares=kit.VALUE_WIDE))
    if held.description:
        blocks.append(kit.note(held.description))
    return blocks


def _until(held: CouponFact) -> str:
    return _("{day} 止", day=long_day(held.last_day))


def _least(held: CouponFact) -> str:
    if not held.min_spend:
        return _("不限")
    if held.for_some_goods:
        return _("限定商品滿 {amount}", amount=money(held.min_spend))
    return _("滿 {amount}", amount=money(held.min_spend))


def _listed(names: Sequence[str]) -> str:
    return _("、").join(names)


def _ways_on() -> list[Block]:
    return [kit.choice(_("會員卡"), "會員卡"), kit.choice(_("點數"), "點數")]
