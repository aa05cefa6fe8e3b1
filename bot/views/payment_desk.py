"""Money received, as those who look after the shop see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.texts import _, clock, day, money
from bot.views import confirming, kit
from bot.views.kit import Block, Message
from models.shop.bill_records import Bill
from models.shop.payment_records import Deposit, Method, Payment
from models.shop.payments import Booked, Part

SHOWN = 12
METHODS = {Method.CASH: "現金", Method.TRANSFER: "轉帳"}


def preview(
    name: str,
    bills: Sequence[Bill],
    shares: Mapping[int, int],
    *,
    method: Method,
    deposit: Deposit | None,
    again: str,
    nonce: str,
) -> Message:
    """What receiving money would book; `again` says the same with the other method."""
    came, owed = sum(shares.values()), sum(max(bill.balance, 0) for bill in bills)
    other = Method.CASH if method is Method.TRANSFER else Method.TRANSFER
    label = _("改成{method}", method=_(METHODS[other]))
    message = confirming.preview(
        _("收款：{name}", name=name or _("（未填稱呼）")),
        kit.figure(_("收到"), money(came), colour=kit.WARM),
        kit.row(_("方式"), _(METHODS[method]), strong=True),
        *([kit.row(_("銀行入帳"), came_in(deposit))] if deposit else []),
        *(
            kit.row(_("訂單 {no}", no=bill.order.order_no), money(shares[bill.order_id]))
            for bill in bills[:SHOWN]
            if bill.order_id in shares
        ),
        *difference(came - owed),
        nonce=nonce,
    )
    return kit.with_choices(message, [kit.choice(label, f"{again} {METHODS[other]}")])


def received(booked: Booked, *, name: str, told: bool) -> Message:
    """What was booked."""
    return kit.card(
        _("已收款：{name}", name=name or _("（未填稱呼）")),
        kit.figure(_("收到"), money(booked.payment.amount)),
        *_parts(booked.parts),
        kit.note(_("已通知團友「已核對」。") if told else _("對方不在 LINE，沒有通知。")),
        choices=[kit.choice(_("復原"), "/復原"), kit.choice(_("/對帳"))],
    )


def undone(payment: Payment, *, waits: bool) -> Message:
    said = _("已取消這筆收款 {amount}，訂單回到待付款。", amount=money(payment.amount))
    if waits:
        said += _("團友的回報 #{number} 仍在對帳中。", number=payment.id)
    return kit.text(said, choices=[kit.choice(_("/對帳"))])


def came_in(deposit: Deposit) -> str:
    """When a deposit came in, as far as the bank says, and from which account."""
    at = deposit.booked_at
    when = f"{day(deposit.booked_on)} {clock(at)}" if at else day(deposit.booked_on)
    return f"{when} {deposit.digits}".strip()


def difference(beyond: int) -> list[Block]:
    """What came beyond the sum owed, or is missing of it."""
    if beyond > 0:
        said = _("多 {amount}，先記在訂單上，退還後用 /退現。", amount=money(beyond))
        return [kit.note(said)]
    return [kit.note(_("還差 {amount}。", amount=money(-beyond)))] if beyond else []


def _parts(parts: Sequence[Part]) -> list[Block]:
    blocks = []
    for part in parts[:SHOWN]:
        blocks.append(kit.row(_("訂單 {no}", no=part.order_no), money(part.amount)))
        blocks += difference(-part.balance)
    return blocks
