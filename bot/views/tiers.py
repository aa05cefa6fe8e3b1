"""Tiers: where a member stands, until when, and what is missing for more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.texts import _, day, long_day, money
from bot.views import kit
from bot.views.kit import Block, Message
from models.loyalty.tiers import Credit, Explanation, Missing, Progress
from models.programme import Tier

ORDERS_SHOWN = 8
COLOURS = {"bronze": "#8C5A2B", "silver": "#56657A", "gold": "#8A6500", "diamond": "#1D5F8A"}


def standing(progress: Progress) -> Message:
    blocks = [
        kit.figure(_("目前等級"), progress.current.name, colour=colour(progress.current)),
        kit.row(_("近一年消費"), money(progress.spend)),
    ]
    if progress.until is not None:
        blocks.append(kit.row(_("等級保留到"), long_day(progress.until)))
        blocks.append(kit.note(keeping(progress)))
    blocks.append(kit.panel(*_benefits(_("目前享有"), progress.current)))
    if progress.next is not None:
        blocks += [
            kit.line(sentence(progress), size="sm", weight="bold"),
            kit.bar(progress.percent / 100, colour=colour(progress.current)),
            *_gains(progress.current, progress.next),
        ]
    why = _("為什麼是{tier}", tier=progress.current.name)
    return kit.card(
        _("我的等級"),
        *blocks,
        buttons=[kit.button(why, f"為什麼是{progress.current.name}")],
        choices=[kit.choice(_("會員卡"), "會員卡"), kit.choice(_("點數"), "點數")],
        colour=colour(progress.current),
    )


def colour(tier: Tier) -> str:
    """The colour of a tier's cards; white on it can be read."""
    return COLOURS.get(tier.key, kit.GREEN)


def sentence(progress: Progress) -> str:
    """再消費 NT$1,240 或再邀 1 位 → 金級."""
    if progress.next is None:
        return _("你已經是最高等級「{tier}」", tier=progress.current.name)
    return _("{ways} → {tier}", ways=_ways(progress.missing), tier=progress.next.name)


def keeping(progress: Progress) -> str:
    """What is missing to keep the tier another year."""
    if progress.until is None:
        return ""
    if not progress.keep_missing:
        return _("已達成續等條件，可以再保留一年")
    ways = _ways(progress.keep_missing)
    return _("{day} 前{ways}，可再保留一年", day=long_day(progress.until), ways=ways)


def explanation(why: Explanation) -> Message:
    tier = why.progress.current
    blocks = [
        kit.line(_reason(why), weight="bold"),
        kit.row(
            _("計算期間"),
            f"{long_day(why.counts_from)}～{long_day(why.judged_on)}",
            shares=kit.VALUE_WIDE,
        ),
    ]
    blocks += [kit.row(day(order.ordered_on), money(order.amount)) for order in _shown(why)]
    hidden = len(why.orders) - ORDERS_SHOWN
    if hidden > 0:
        rest = sum(order.amount for order in why.orders[:hidden])
        blocks.insert(2, kit.row(_("更早 {count} 筆", count=hidden), money(rest)))
    blocks += [
        kit.rule(),
        kit.row(_("合計消費"), money(why.reached.get("spend", 0)), strong=True),
        kit.note(_("等級只看已付款並取貨的現金消費，不含運費與點數折抵。")),
        kit.line(sentence(why.progress), size="sm", weight="bold"),
    ]
    return kit.card(
        _("為什麼是{tier}", tier=tier.name),
        *blocks,
        choices=[kit.choice(_("等級"), "等級"), kit.choice(_("會員卡"), "會員卡")],
        colour=colour(tier),
    )


def _reason(why: Explanation) -> str:
    tier = why.progress.current
    if why.met is None:
        return _("加入就是{tier}，近一年還沒達到下一級的條件。", tier=tier.name)
    met = "、".join(_measure(name, amount) for name, amount in why.met.measures().items())
    since = why.progress.since
    if since is None:
        return _("已達成{met}，是{tier}。", met=met, tier=tier.name)
    return _("{day} 達成{met}，升為{tier}。", day=long_day(since), met=met, tier=tier.name)


def _shown(why: Explanation) -> Sequence[Credit]:
    return why.orders[-ORDERS_SHOWN:]


def _ways(alternatives: Iterable[Iterable[Missing]]) -> str:
    ways = ["、".join(_still(missing) for missing in way) for way in alternatives]
    return _("再{ways}", ways=_(" 或再").join(ways))


def _still(missing: Missing) -> str:
    match missing.measure:
        case "spend":
            return _("消費 {amount}", amount=money(missing.amount))
        case "orders":
            return _("買 {count} 筆", count=missing.amount)
        case "friends":
            return _("邀 {count} 位", count=missing.amount)
        case "engagement":
            return _("參與 {count} 次互動", count=missing.amount)
        case "fee":
            return _("付年費 {amount}", amount=money(missing.amount))
        case other:
            raise KeyError(other)


def _measure(name: str, amount: int) -> str:
    texts = {
        "spend": _("一年消費滿 {amount}", amount=money(amount)),
        "orders": _("一年買滿 {count} 筆", count=amount),
        "friends": _("邀請 {count} 位朋友購買", count=amount),
        "engagement": _("參與 {count} 次互動", count=amount),
        "fee": _("年費 {amount}", amount=money(amount)),
    }
    return texts[name]


def _benefits(title: str, tier: Tier) -> list[Block]:
    return [
        kit.line(title, size="sm", weight="bold"),
        *kit.bullets(_said(tier) or [_("一般會員價")]),
    ]


def _gains(current: Tier, following: Tier) -> list[Block]:
    """What the next tier adds; nothing if it only costs less."""
    had = _said(current)
    added = [benefit for benefit in _said(following) if benefit not in had]
    if not added:
        return []
    title = kit.line(_("升上{tier}再多", tier=following.name), size="sm", weight="bold")
    return [kit.panel(title, *kit.bullets(added))]


def _said(tier: Tier) -> list[str]:
    """What a tier brings, with how long goods may be returned where it says so itself."""
    said = [_(benefit) for benefit in tier.benefits]
    if tier.return_days is not None:
        said.append(_("取貨後 {days} 天內可退換", days=tier.return_days))
    return said
