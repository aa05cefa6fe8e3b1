"""Confirming what an organiser is about to do, alone or with a second person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.texts import _, day, money
from bot.views import kit
from bot.views.kit import Block, Message


class Asked(Protocol):
    """What waits for a second person."""

    @property
    def id(self) -> int: ...
    @property
    def said(self) -> str: ...
    @property
    def asked_at(self) -> datetime: ...


def buttons(nonce: str) -> list[Block]:
    """確認 and 取消 for a card that shows what would be done."""
    return [
        kit.button(_("確認"), f"確認 {nonce}", style="primary"),
        kit.button(_("取消"), "取消"),
    ]


def preview(title: str, *blocks: Block, nonce: str, colour: str = kit.WARM) -> Message:
    """What would be done, and the buttons beneath."""
    note = kit.note(_("按「確認」才會執行，10 分鐘內有效。"))
    return kit.card(title, *blocks, kit.rule(), note, buttons=buttons(nonce), colour=colour)


def still_waiting(said: str, nonce: str) -> Message:
    return kit.text(
        _("還在等你確認：{said}。要做請按「確認」，不做請按「取消」。", said=said),
        choices=[kit.choice(_("確認"), f"確認 {nonce}"), kit.choice(_("取消"), "取消")],
    )


def limit(amount: int) -> str:
    return money(amount)


def filed(approval: Asked, *, others: int) -> Message:
    """What the first of two persons hears."""
    return kit.text(
        _(
            "金額較大，要另一位核准才執行：#{number} {said}。已通知 {others} 位，24 小時內有效。",
            number=approval.id,
            said=approval.said,
            others=others,
        ),
        choices=[
            kit.choice(_("收回"), f"/不准 #{approval.id}"),
            kit.choice(_("/待核准"), "/待核准"),
        ],
    )


def asked(approval: Asked, *, by: str) -> Message:
    """What the others hear."""
    return kit.card(
        _("等你核准 #{number}", number=approval.id),
        kit.row(_("提出的人"), by or _("（未填稱呼）"), shares=kit.VALUE_WIDE),
        kit.panel(kit.line(kit.clip(approval.said, 500))),
        kit.note(_("這筆金額要兩個人確認，24 小時內有效。")),
        buttons=_decide(approval),
        colour=kit.WARM,
    )


def waiting(found: Sequence[Asked]) -> Message:
    if not found:
        return kit.text(_("沒有等待核准的事。"), choices=[kit.choice(_("說明"), "說明")])
    cards = [
        kit.card(
            _("等待核准 #{number}", number=each.id),
            kit.line(kit.clip(each.said, 300)),
            kit.note(_("{day} 提出", day=day(each.asked_at))),
            buttons=_decide(each),
            colour=kit.WARM,
        )
        for each in found
    ]
    return kit.carousel(cards) if len(cards) > 1 else cards[0]


def approved(approval: Asked, *, by: str) -> Message:
    """What whoever asked hears when it was done."""
    return kit.text(
        _("#{number} 已由{by}核准並執行：{said}", number=approval.id, by=by, said=approval.said),
        choices=_afterwards(),
    )


def declined(approval: Asked) -> Message:
    return kit.text(
        _("#{number} 沒有核准，什麼都沒有改變：{said}", number=approval.id, said=approval.said),
        choices=_afterwards(),
    )


def _afterwards() -> list[Block]:
    return [kit.choice(_("/待核准"), "/待核准"), kit.choice(_("/操作紀錄"), "/操作紀錄")]


def _decide(approval: Asked) -> list[Block]:
    return [
        kit.button(_("核准"), f"/核准 #{approval.id}", style="primary"),
        kit.button(_("不准"), f"/不准 #{approval.id}"),
    ]
