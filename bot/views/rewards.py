"""Rewards: the catalogue with what one lacks, the question before points go, and the slip."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _, day, points
from bot.views import kit
from bot.views.kit import Block, Message
from models.base import N_
from models.loyalty import codes
from models.loyalty.rewards import Held, Hindrance, Offer, Reward, RewardKind

SHOWN = 10
KINDS = {
    RewardKind.GOODS: N_("商品"),
    RewardKind.COUPON: N_("優惠券"),
    RewardKind.EXPERIENCE: N_("體驗"),
    RewardKind.SEAT: N_("活動座位"),
}


def catalogue(offers: Sequence[Offer], *, available: int, waiting: int, first: int = 0) -> Message:
    """A page of what there is, from the `first` on; `waiting` are slips not yet handed in."""
    if not offers:
        return kit.text(
            _("目前沒有可以兌換的獎品，點數先留著。你有 {points}。", points=points(available)),
            choices=_ways_on(),
        )
    page = offers[first : first + SHOWN]
    cards = [_overview(offers, available, waiting, first), *map(_offer, page)]
    return kit.with_choices(kit.carousel(cards), _ways_on())


def question(offer: Offer, *, available: int, nonce: str) -> Message:
    """What would be spent on what, before it is."""
    reward = offer.reward
    return kit.card(
        _("要兌換這個嗎？"),
        kit.line(reward.name, weight="bold"),
        kit.row(_("用掉"), points(reward.price), strong=True),
        kit.row(_("兌換後剩下"), points(available - reward.price)),
        kit.note(_coupon_or_slip(reward)),
        buttons=[
            kit.button(_("確認"), f"確認 {nonce}", style="primary"),
            kit.button(_("取消")),
        ],
        colour=kit.WARM,
    )


def still_waiting(nonce: str) -> Message:
    return kit.text(
        _("還在等你決定要不要兌換。要換請按「確認」，不要就按「取消」。"),
        choices=[kit.choice(_("確認"), f"確認 {nonce}"), kit.choice(_("取消"))],
    )


def claimed(held: Held) -> Message:
    """What a member has in hand after claiming."""
    return kit.with_choices(_slip(held, title=_("兌換成功")), _ways_on())


def mine(held: Sequence[Held]) -> Message:
    if not held:
        return kit.text(_("你還沒有兌換過獎品，看看有什麼可以換。"), choices=_ways_on())
    slips = [_slip(each, title=each.claim.name) for each in held[:SHOWN]]
    return kit.with_choices(kit.carousel(slips), _ways_on())


def given_back(name: str, amount: int) -> Message:
    """What a member is told whose claim the shop undid."""
    return kit.text(
        _(
            "你兌換的「{name}」已由店家取消，{points} 退回原來的點數，期限不變。",
            name=name,
            points=points(amount),
        ),
        choices=_ways_on(),
    )


def left(reward: Reward) -> str:
    """How many there are, in a few words."""
    if reward.left is None:
        return _("不限量")
    return _("剩 {count} 份", count=reward.left) if reward.left > 0 else _("已兌換完")


def kind(reward: Reward) -> str:
    return _(KINDS[RewardKind(reward.kind)])


def _overview(offers: Sequence[Offer], available: int, waiting: int, first: int) -> Message:
    able = sum(offer.can_be_had for offer in offers)
    blocks = [
        kit.figure(_("可用點數"), points(available)),
        kit.row(_("現在換得起"), _("{count} 樣", count=able)),
        kit.row(_("等你來領"), _("{count} 份", count=waiting)),
    ]
    after = len(offers) - first - SHOWN
    buttons = [kit.button(_("我的獎品"), "我的獎品")]
    if after > 0:
        buttons.append(kit.button(_("看更多獎品"), f"更多獎品 {first + SHOWN}"))
        blocks.append(kit.note(_("另有 {count} 樣在後面。", count=after)))
    return kit.card(_("點數兌換"), *blocks, buttons=buttons)


def _offer(offer: Offer) -> Message:
    reward = offer.reward
    blocks = [
        kit.figure(_("需要"), points(reward.price), colour=kit.WARM),
        kit.row(_("庫存"), left(reward)),
    ]
    if reward.per_member_limit is not None:
        blocks.append(kit.row(_("每人限"), _("{count} 份", count=reward.per_member_limit)))
    if offer.tiers:
        blocks.append(kit.row(_("限等級"), offer.tiers))
    if reward.last_day is not None:
        blocks.append(kit.row(_("截止"), day(reward.last_day)))
    if offer.hindrance is not None:
        blocks.append(kit.line(_lacks(offer, offer.hindrance), size="sm", color=kit.WARM))
    card = kit.card(
        reward.name,
        *blocks,
        subtitle=_("{kind} · 號碼 {number}", kind=kind(reward), number=reward.id),
        buttons=[_button(offer)],
        colour=kit.WARM,
    )
    if reward.picture:
        card["contents"]["hero"] = _picture(reward.picture)
    return card


def _picture(address: str) -> Block:
    return {
        "type": "image",
        "url": address,
        "size": "full",
        "aspectRatio": "20:13",
        "aspectMode": "cover",
    }


def _lacks(offer: Offer, hindrance: Hindrance) -> str:
    reward = offer.reward
    texts = {
        Hindrance.SOLD_OUT: _("已經兌換完了"),
        Hindrance.NOT_YET: _("{day} 開始兌換", day=day(reward.opens_at or reward.created_at)),
        Hindrance.TIER: _("限 {tiers} 兌換", tiers=offer.tiers),
        Hindrance.LIMIT: _("你已經換到上限了"),
        Hindrance.POINTS: _("還差 {points}", points=points(offer.short)),
    }
    return texts[hindrance]


def _button(offer: Offer) -> Block:
    if offer.can_be_had:
        command = f"兌換 {offer.reward.id}"
        return kit.button(_("兌換"), command, style="primary", colour=kit.WARM)
    if offer.hindrance is Hindrance.TIER:
        return kit.button(_("看我的等級"), "等級")
    if offer.hindrance is Hindrance.LIMIT:
        return kit.button(_("我的獎品"))
    return kit.button(_("看我的點數"), "點數")


def _slip(held: Held, *, title: str) -> Message:
    claim = held.claim
    shown = codes.show(held.code)
    blocks = [
        kit.line(claim.name, weight="bold"),
        kit.figure(_("兌換碼"), shown, colour=kit.WARM, size="xl"),
        kit.row(_("用掉"), points(claim.points)),
        kit.row(_("兌換日"), day(claim.claimed_at)),
    ]
    if claim.kind == RewardKind.COUPON:
        blocks.append(kit.note(_("這是優惠券，已放進「優惠券」，下單或到店都能用。")))
        button = kit.button(_("看優惠券"), "優惠券")
    elif claim.handed_at is not None:
        blocks.append(kit.note(_("{day} 已經領走了。", day=day(claim.handed_at))))
        button = kit.button(_("再看看獎品"), "兌換")
    else:
        blocks.append(kit.note(_("取貨時給店家看這個碼，店家輸入後就領到。")))
        button = kit.button(_("我的獎品"))
    return kit.card(title, *blocks, buttons=[button], colour=kit.WARM)


def _coupon_or_slip(reward: Reward) -> str:
    if reward.kind == RewardKind.COUPON:
        return _("兌換後直接放進你的優惠券。")
    return _("兌換後給你一張領獎單，取貨時出示就能領。")


def _ways_on() -> list[Block]:
    return [
        kit.choice(_("兌換")),
        kit.choice(_("我的獎品")),
        kit.choice(_("點數")),
    ]
