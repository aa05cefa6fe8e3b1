"""Questions to the shop, and their answers."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _, day
from bot.views import kit
from bot.views.kit import Message
from models.talk.tickets import Ticket


def what_about() -> Message:
    return kit.text(
        _("想問什麼呢？請輸入「客服」加上內容，例如：客服 上次的水餃少一包"),
        choices=[kit.choice(_("說明"), "說明"), kit.choice(_("會員卡"), "會員卡")],
    )


def thanks(ticket: Ticket) -> Message:
    return kit.text(
        _("收到，編號 #{number}。店家看到後會在這裡回覆你。", number=ticket.id),
        choices=[kit.choice(_("會員卡"), "會員卡"), kit.choice(_("說明"), "說明")],
    )


def question(ticket: Ticket, *, name: str) -> Message:
    """What organisers are told."""
    return kit.card(
        _("客服 #{number}", number=ticket.id),
        kit.row(_("團友"), name or _("（未填稱呼）")),
        kit.line(kit.clip(ticket.question, 500)),
        kit.note(_("回覆請輸入：/回覆 #{number} 內容", number=ticket.id)),
        colour=kit.WARM,
    )


def waiting(tickets: Sequence[Ticket]) -> Message:
    if not tickets:
        return kit.text(_("沒有等待回覆的問題。"), choices=[kit.choice(_("說明"), "說明")])
    rows = [
        kit.row(f"#{ticket.id} {day(ticket.asked_at)}", kit.clip(ticket.question, 60))
        for ticket in tickets
    ]
    return kit.card(_("等待回覆的問題"), *rows, kit.note(_("回覆請輸入：/回覆 #編號 內容")))


def answer(ticket: Ticket, text: str) -> Message:
    return kit.card(
        _("店家回覆（#{number}）", number=ticket.id),
        kit.note(kit.clip(ticket.question, 200)),
        kit.line(kit.clip(text, 1000)),
        buttons=[kit.button(_("再問一句"), "客服")],
    )


def answered(ticket: Ticket) -> Message:
    return kit.text(
        _("已回覆 #{number}。", number=ticket.id),
        choices=[kit.choice(_("/客服單"), "/客服單")],
    )
