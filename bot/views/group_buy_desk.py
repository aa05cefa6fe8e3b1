"""Group-buys as those who run them see them: previews, questions, drafts, what was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.texts import _
from bot.views import group_buys, kit
from bot.views.kit import Block, Message
from models.base import N_
from models.shop.group_buy_records import GroupBuy
from models.shop.opening_cautions import Caution

LISTED = 20
NAME, PRICE, OPTIONS, CLOSES, PICKUP, MINIMUM = STEPS = (
    "name",
    "price",
    "options",
    "closes",
    "pickup",
    "minimum",
)
ASKED = {
    NAME: N_("要開什麼團？請打商品名稱，例如：愛文芒果5斤"),
    PRICE: N_("一份多少錢？例如：450，或 大380 小220"),
    OPTIONS: N_("有選項嗎？例如：顏色:黑,白 尺寸:S,M,L"),
    CLOSES: N_("什麼時候結單？例如：12/20 21:00"),
    PICKUP: N_("什麼時候在哪裡取貨？例如：12/24 社區管理室"),
    MINIMUM: N_("要幾份才成團？例如：20"),
}
OFFERED = {
    OPTIONS: ("尺寸:S,M,L,XL", "口味:原味,辣味"),
    CLOSES: ("明晚9點", "週五21:00", "週日21:00"),
    MINIMUM: ("10", "20", "30"),
}
SKIP = "略過"


def question(step: str, *, places: Sequence[str] = ()) -> Message:
    """One question of the wizard, with what is often answered beneath."""
    offered = places if step == PICKUP else OFFERED.get(step, ())
    choices = [kit.choice(each) for each in offered if len(each) <= 20][:4]
    if step not in (NAME, PRICE):
        choices.append(kit.choice(_("略過"), SKIP))
    number = STEPS.index(step) + 1
    said = _(
        "（{number}/{count}）{question}", number=number, count=len(STEPS), question=_(ASKED[step])
    )
    return kit.text(said, choices=[*choices, kit.choice(_("取消"), "取消")])


def preview(
    group_buy: GroupBuy,
    cautions: Sequence[Caution],
    *,
    seen_by: str,
    now: datetime,
    nonce: str,
    kept: bool = False,
) -> list[Message]:
    """The card as members will see it, and what to do with it."""
    blocks: list[Block] = [kit.row(_("誰看得到"), seen_by, shares=kit.VALUE_WIDE)]
    if cautions:
        said = [kit.line(f"⚠️ {_(each.msgid, **each.values)}", size="sm") for each in cautions]
        blocks.append(kit.panel(*said))
    blocks.append(kit.note(_("上面是團友會看到的卡片。按「確認」就開團，10 分鐘內有效。")))
    later = (
        kit.button(_("刪掉草稿"), f"/刪草稿 {group_buy.id}")
        if kept
        else kit.button(_("存草稿"), "/存草稿")
    )
    asked = kit.card(
        _("要開這一團嗎？"),
        *blocks,
        buttons=[
            kit.button(_("確認"), f"確認 {nonce}", style="primary"),
            later,
            kit.button(_("取消"), "取消"),
        ],
        colour=kit.WARM,
    )
    return [group_buys.offer_card(group_buy, now=now), asked]


def opened(group_buy: GroupBuy, *, now: datetime) -> list[Message]:
    """What whoever opened it hears: the card itself, and what comes next."""
    number = group_buy.id
    said = kit.text(
        _(
            "已開團：第 {number} 團「{title}」。在 LINE 群組輸入「/貼團 {number}」就會貼出卡片。",
            number=number,
            title=group_buy.title,
        ),
        choices=[
            kit.choice(_("看訂單"), f"/訂單 {number}"),
            kit.choice(_("看這一團"), f"/團 {number}"),
            kit.choice(_("再開一團"), "/開團"),
        ],
    )
    return [group_buys.offer_card(group_buy, now=now), said]


def drafted(group_buy: GroupBuy) -> Message:
    return kit.text(
        _(
            "已存成草稿：{number}「{title}」，還沒有人看得到。",
            number=group_buy.id,
            title=group_buy.title,
        ),
        choices=[
            kit.choice(_("看草稿"), f"/草稿 {group_buy.id}"),
            kit.choice(_("全部草稿"), "/草稿"),
        ],
    )


def drafts(found: Sequence[GroupBuy]) -> Message:
    """Every draft, each one tap from its preview."""
    if not found:
        said = _("沒有草稿。輸入「/開團 愛文芒果 450」就能開一團。")
        return kit.text(said, choices=[kit.choice(_("/開團"), "/開團")])
    rows = [kit.row(str(each.id), each.title, shares=(2, 8)) for each in found[:LISTED]]
    if len(found) > LISTED:
        rows.append(kit.note(_("另有 {count} 份較早的草稿。", count=len(found) - LISTED)))
    choices = [kit.choice(f"{each.id} {each.title}", f"/草稿 {each.id}") for each in found[:12]]
    return kit.card(_("開團草稿"), *rows, choices=choices)


def dropped(title: str) -> Message:
    return kit.text(
        _("草稿「{title}」刪掉了。", title=title), choices=[kit.choice(_("全部草稿"), "/草稿")]
    )


def seen_by(tier: str, tag: str) -> str:
    """Who may see a group-buy; `tier` is its name."""
    parts: list[Any] = []
    if tier:
        parts.append(_("{tier}以上", tier=tier))
    if tag:
        parts.append(_("有標籤 #{tag}", tag=tag))
    return "、".join(parts) or _("所有團友")
