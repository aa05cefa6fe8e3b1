"""Questions to the shop, and their answers."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _, day
from bot.views import kit
from bot.views.kit import Block, Message
from models.talk.tickets import Ticket

SHOWN = 10


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
        kit.row(_("團友"), name or _("（未填稱呼）"), shares=kit.VALUE_WIDE),
        kit.panel(kit.line(kit.clip(ticket.question, 500))),
        kit.note(_("回覆請輸入：/回覆 #{number} 內容", number=ticket.id)),
        buttons=[_reply(_("回覆"), ticket)],
        choices=[kit.choice(_("/客服單"), "/客服單")],
        colour=kit.WARM,
    )


def waiting(tickets: Sequence[Ticket]) -> Message:
    if not tickets:
        return kit.text(_("沒有等待回覆的問題。"), choices=[kit.choice(_("說明"), "說明")])
    return kit.card(
        _("等待回覆的問題"),
        *(_waiting(ticket) for ticket in tickets[:SHOWN]),
        kit.rule(),
        kit.note(_("點一則問題，或輸入：/回覆 #編號 內容")),
        subtitle=_("{count} 則", count=len(tickets)),
        choices=[kit.choice(_("說明"), "說明")],
    )


def answer(ticket: Ticket, text: str) -> Message:
    return kit.card(
        _("店家回覆（#{number}）", number=ticket.id),
        kit.note(_("你問：{question}", question=kit.clip(ticket.question, 200))),
        kit.line(kit.clip(text, 1000)),
        buttons=[kit.button(_("再問一句"), "客服")],
    )


def answered(ticket: Ticket) -> Message:
    return kit.text(
        _("已回覆 #{number}。", number=ticket.id),
        choices=[kit.choice(_("/客服單"), "/客服單")],
    )


def _waiting(ticket: Ticket) -> Block:
    return kit.column(
        kit.note(f"#{ticket.id} {day(ticket.asked_at)}"),
        kit.line(kit.clip(ticket.question, 60), size="sm"),
        spacing="xs",
        action=_answering(_("回覆"), ticket),
    )


def _reply(label: str, ticket: Ticket) -> Block:
    return {
        "type": "button",
        "height": "sm",
        "style": "primary",
        "color": kit.WARM,
        "action": _answering(label, ticket),
    }


def _answering(label: str, ticket: Ticket) -> Block:
    return kit.begin(label, f"/回覆 #{ticket.id} ")
