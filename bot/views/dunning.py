"""Reminders to pay, before they go out: to whom, for what, in which words."""

from __future__ import annotations

from bot.texts import _, money
from bot.views import confirming, kit
from bot.views.kit import Block, Message
from models.shop.dunning import Unpaid

SHOWN = 12


def preview(found: Unpaid, sample: Message, *, nonce: str) -> list[Message]:
    """Who would be reminded, and what the first of them would read."""
    total = sum(bill.due_now for bill in found.bills)
    shown = [
        kit.row(
            found.names[member_id] or _("（未填稱呼）"),
            money(sum(bill.due_now for bill in bills)),
            shares=kit.LABEL_WIDE,
        )
        for member_id, bills in list(found.remind.items())[:SHOWN]
    ]
    more = len(found.remind) - SHOWN
    card = confirming.preview(
        _("催款 {count} 位", count=len(found.remind)),
        kit.figure(_("待付款合計"), money(total), colour=kit.WARM),
        *shown,
        *([kit.note(_("還有 {count} 位", count=more))] if more > 0 else []),
        *_left_out(found),
        kit.note(_("夜間不發，付了款就不會再發；上面是第一位會看到的內容。")),
        nonce=nonce,
    )
    return [sample, card]


def nobody(found: Unpaid) -> Message:
    left_out = [block["text"] for block in _left_out(found)]
    said = _("現在沒有要催的款項。")
    return kit.text(
        "\n".join([said, *left_out]),
        choices=[kit.choice(_("/對帳")), kit.choice(_("/退差額"))],
    )


def sent(people: int) -> Message:
    return kit.text(
        _("會提醒 {count} 位付款，同一筆訂單三天內不會再催。", count=people),
        choices=[kit.choice(_("/對帳"))],
    )


def _left_out(found: Unpaid) -> list[Block]:
    blocks = []
    if found.checking:
        said = _("{count} 筆已回報匯款，等你對帳，不催。", count=found.checking)
        blocks.append(kit.note(said))
    if found.lately:
        blocks.append(kit.note(_("{count} 筆三天內提醒過，不催。", count=found.lately)))
    if found.unreachable:
        names = "、".join(found.unreachable[:SHOWN])
        blocks.append(kit.note(_("不在 LINE，請打電話：{names}", names=names)))
    return blocks
