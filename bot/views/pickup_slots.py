"""Pickup slots: for those who run the shop how full each is, for members which one is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.texts import _, day
from bot.views import kit, quotes
from bot.views.kit import Block, Message
from models.shop.group_buy_records import GroupBuy
from models.shop.pickup_queries import Bag
from models.shop.pickup_slots import Slot

SHOWN = 20
CHOICES = 12


def listing(group_buy: GroupBuy, slots: Sequence[Slot]) -> Message:
    """The slots of a group-buy, how full they are, and how they are set."""
    number = group_buy.id
    example = f"/取貨時段 {number} 18:00-19:00x20 19:00-20:00x20"
    setting = {"type": "action", "action": kit.begin(_("設定時段"), f"/取貨時段 {number} ")}
    sheet = kit.choice(_("分貨單"), f"/分貨單 {number}")
    if not slots:
        said = _("第 {number} 團沒有分取貨時段。例如：{example}", number=number, example=example)
        return kit.text(said, choices=[setting, sheet])
    return kit.card(
        _("取貨時段"),
        *(_full(slot) for slot in slots[:SHOWN]),
        kit.note(_("團友到貨後用「取貨時段」選，滿了就不能再選；取消：/取貨時段 3 取消")),
        subtitle=quotes.named(group_buy),
        choices=[setting, sheet],
    )


def which(found: Sequence[tuple[Bag, Sequence[Slot]]]) -> Message:
    """What a member may choose from, and what they chose."""
    blocks: list[Block] = []
    for bag, _slots in found[:SHOWN]:
        label = f"{bag.order_no} {bag.group_buy.title}"
        blocks.append(kit.row(label, said(bag.slot) or _("還沒有選"), shares=kit.LABEL_WIDE))
    slots = list({slot.at: slot for _bag, theirs in found for slot in theirs}.values())
    blocks += [kit.rule(), *(_left(slot) for slot in slots[:SHOWN])]
    free = [slot for slot in slots if slot.left][:CHOICES]
    choices = [kit.choice(kit.clip(said(slot.at), 20), f"取貨時段 {slot.at}") for slot in free]
    return kit.card(
        _("什麼時候來拿？"),
        *blocks,
        kit.note(_("拿到貨以前都可以再改。")),
        choices=choices or [kit.choice(_("客服"))],
    )


def chosen(at: str, bags: Sequence[Bag]) -> Message:
    """Their orders are fetched then."""
    return kit.card(
        _("取貨時段選好了"),
        kit.figure(_("時段"), said(at), size="xl"),
        kit.row(_("訂單"), "、".join(bag.order_no for bag in bags), shares=kit.VALUE_WIDE),
        kit.note(_("要改再輸入「取貨時段」。")),
        choices=[kit.choice(_("取貨碼")), kit.choice(_("取貨時段")), kit.choice(_("我的訂單"))],
    )


def said(at: str) -> str:
    """12/24(四) 18:00-19:00."""
    on, _space, hours = at.rpartition(" ")
    return f"{day(date.fromisoformat(on))} {hours}" if on else hours


def _full(slot: Slot) -> Block:
    label = f"{said(slot.at)} {kit.clip(slot.place, 40)}".strip()
    full = _("{taken}／{capacity} 筆", taken=slot.taken, capacity=slot.capacity)
    return kit.row(label, full, shares=kit.LABEL_WIDE)


def _left(slot: Slot) -> Block:
    if not slot.left:
        return kit.row(said(slot.at), _("滿了"), colour=kit.MUTED)
    return kit.row(said(slot.at), _("還有 {left} 個名額", left=slot.left))
