"""What is on sale for a member, what is coming, and what they wait and wish for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.texts import _, clock, day
from bot.views import group_buys, kit, quotes
from bot.views.group_buys import Viewer
from bot.views.kit import Block, Message
from models.shop.bill_records import Wait
from models.shop.group_buy_records import GroupBuy
from models.shop.order_queries import WaitFact
from models.shop.storefront import Shelf

MOST = 10


def on_sale(shelf: Shelf, *, now: datetime) -> Message:
    """What is open to the member, at their price."""
    if not shelf.open:
        return kit.text(
            _("現在有 0 個團開著。下一團開了會告訴你；想要什麼可以「敲碗」。"),
            choices=[kit.choice(_("預購")), _wishing(), kit.choice(_("我的訂單"))],
        )
    shown = shelf.open[:MOST]
    viewers = {each.id: viewer(shelf) for each in shown}
    together = group_buys.offer_carousel(shown, now=now, viewers=viewers)
    details = [
        kit.choice(_("看第 {number} 團", number=each.id), f"團購 {each.id}")
        for each in shown
        if len(each.items) > 1
    ]
    ways = [kit.choice(_("怎麼喊單")), kit.choice(_("預購")), _wishing()]
    choices = [*details[:8], *ways, kit.choice(_("我的訂單"))]
    return kit.with_choices(together, choices)


def one(group_buy: GroupBuy, shelf: Shelf, *, now: datetime) -> Message:
    """One group-buy, each of its items on a card of its own."""
    seen_by = viewer(shelf)
    cards = [
        group_buys.item_card(group_buy, item, now=now, viewer=seen_by)
        for item in group_buy.items[:MOST]
    ]
    together = kit.carousel(cards) if len(cards) > 1 else cards[0]
    return kit.with_choices(together, [kit.choice(_("團購")), kit.choice(_("我的訂單"))])


def coming(shelf: Shelf, reminded: Collection[int], *, now: datetime) -> Message:
    """What will open for the member and when, and pre-orders that are open already."""
    cards = [
        _coming(group_buy, opens_at, shelf, group_buy.id in reminded, now)
        for group_buy, opens_at in shelf.upcoming[:MOST]
    ]
    cards += [
        group_buys.offer_card(each, now=now, viewer=viewer(shelf))
        for each in shelf.open
        if each.preorder
    ][: MOST - len(cards)]
    if not cards:
        return kit.text(
            _("目前有 0 個預購。想要什麼可以「敲碗」，或看看開團中的商品。"),
            choices=[kit.choice(_("團購")), _wishing()],
        )
    choices = [
        kit.choice(_("提醒我 第 {number} 團", number=group_buy.id), f"提醒我 {group_buy.id}")
        for group_buy, _opens_at in shelf.upcoming[:8]
        if group_buy.id not in reminded
    ]
    together = kit.carousel(cards) if len(cards) > 1 else cards[0]
    return kit.with_choices(together, [*choices, kit.choice(_("團購")), _wishing()])


def reminded(group_buy: GroupBuy, opens_at: datetime, *, new: bool) -> Message:
    title, when = group_buy.title, f"{day(opens_at)} {clock(opens_at)}"
    said = (
        _("好，「{title}」{when} 對你開放時會通知你。", title=title, when=when)
        if new
        else _("已經設定過了，「{title}」{when} 對你開放時會通知你。", title=title, when=when)
    )
    return kit.text(said, choices=[kit.choice(_("預購")), kit.choice(_("團購"))])


def open_already(group_buy: GroupBuy) -> Message:
    return kit.text(
        _("「{title}」已經開放了，現在就可以訂。", title=group_buy.title),
        choices=[
            kit.choice(_("看這一團"), f"團購 {group_buy.id}"),
            kit.choice("+1", f"{group_buy.id} +1"),
        ],
    )


def which_to_remind(shelf: Shelf) -> Message:
    choices = [
        kit.choice(kit.clip(f"{group_buy.id} {group_buy.title}", 20), f"提醒我 {group_buy.id}")
        for group_buy, _opens_at in shelf.upcoming[:MOST]
    ]
    sentence = (
        _("要提醒哪一個？點一下就好。") if choices else _("目前沒有還沒開放的團，不用提醒。")
    )
    return kit.text(sentence, choices=[*choices, kit.choice(_("團購"))])


def waits(found: Sequence[WaitFact]) -> Message:
    """What a member waits for, and what is held for them."""
    if not found:
        return kit.text(
            _("你目前有 0 個候補。額滿的商品一樣喊「+1」就會排進候補。"),
            choices=[kit.choice(_("團購")), kit.choice(_("我的訂單"))],
        )
    cards = [_wait(each) for each in found[:MOST]]
    together = kit.carousel(cards) if len(cards) > 1 else cards[0]
    return kit.with_choices(together, [kit.choice(_("我的訂單")), kit.choice(_("團購"))])


def gave_up(given_up: Sequence[Wait]) -> Message:
    listed = "、".join(
        f"{quotes.goods(wait.item.name, wait.option)} {wait.quantity} {wait.item.unit}"
        for wait in given_up
    )
    return kit.text(
        _("好，不再候補：{listed}。", listed=listed),
        choices=[kit.choice(_("團購")), kit.choice(_("我的訂單"))],
    )


def what_to_wish() -> Message:
    return kit.text(
        _("想要我們開什麼團？輸入「敲碗」加上名稱，例如「敲碗 日本水蜜桃」。"),
        choices=[_wishing(), kit.choice(_("團購"))],
    )


def wished(name: str, members: int) -> Message:
    said = _("記下來了：「{name}」。你是第一個敲碗的，開團時會通知你。", name=name)
    if members > 1:
        said = _(
            "記下來了：「{name}」。連你有 {members} 個人想要，開團時會通知你。",
            name=name,
            members=members,
        )
    return kit.text(
        said,
        choices=[kit.choice(_("團購")), kit.choice(_("預購"))],
    )


def how_to_call() -> Message:
    """How orders are written, with examples that work."""
    examples = (
        ("+1", _("只開一團一樣東西時，一份")),
        ("3 +2", _("第 3 團，兩份")),
        ("A+2 B+1", _("A 兩份、B 一份")),
        (_("黑 L +1"), _("有顏色尺寸的，寫在前面")),
        (_("幫媽媽+1"), _("記在媽媽名下，一起算")),
        (_("再+1"), _("多一份")),
        (_("改+3、-1、取消A"), _("改成三份、少一份、不要 A")),
    )
    rows = [kit.row(said, means, strong=False, shares=(4, 6)) for said, means in examples]
    return kit.card(
        _("怎麼喊單"),
        *rows,
        kit.note(_("喊了先看報價，按「確認」才算訂到；看不懂的我會問你。")),
        buttons=[kit.button(_("看開團中的商品"), "團購")],
        choices=[kit.choice(_("我的訂單")), kit.choice(_("客服"))],
    )


def viewer(shelf: Shelf, opens_at: datetime | None = None) -> Viewer:
    """The member as a card's viewer."""
    return Viewer(shelf.tier.pay, shelf.tier.name, opens_at)


def _coming(
    group_buy: GroupBuy, opens_at: datetime, shelf: Shelf, asked: bool, now: datetime
) -> Message:
    card = group_buys.offer_card(group_buy, now=now, viewer=viewer(shelf, opens_at))
    when = f"{day(opens_at)} {clock(opens_at)}"
    said = _("{tier} {when} 開放", tier=shelf.tier.name, when=when)
    if asked:
        said = _("{said}，會提醒你", said=said)
    card["contents"]["body"]["contents"].insert(0, kit.line(said, weight="bold", color=kit.WARM))
    return kit.flex(card["contents"])


def _wait(each: WaitFact) -> Message:
    wait = each.wait
    blocks: list[Block] = [
        kit.line(quotes.goods(wait.item.name, wait.option, wait.person), weight="bold"),
        kit.row(_("數量"), f"{wait.quantity} {wait.item.unit}"),
    ]
    buttons = []
    if wait.offered_until is not None:
        until = f"{day(wait.offered_until)} {clock(wait.offered_until)}"
        blocks.append(kit.line(_("輪到你了！幫你留到 {until}。", until=until), color=kit.WARM))
        buttons.append(kit.button(_("確認候補"), f"確認候補 {wait.group_buy_id}", style="primary"))
    else:
        blocks.append(kit.figure(_("順位"), _("第 {position} 位", position=each.position)))
        blocks.append(kit.note(_("有人取消或補貨就輪到你，會通知你。")))
    buttons.append(kit.button(_("不要候補"), f"不要候補 {wait.id}"))
    title = _("第 {number} 團 {title}", number=wait.group_buy_id, title=each.title)
    return kit.card(_("候補"), *blocks, subtitle=title, buttons=buttons)


def _wishing() -> Block:
    return {"type": "action", "action": kit.begin(_("敲碗"), "敲碗 ")}
