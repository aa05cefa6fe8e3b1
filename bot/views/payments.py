"""Payments as members see them: how to pay, what was reported, what was checked."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _, day, money
from bot.views import kit
from bot.views.kit import Block, Message
from models.shop.bill_records import Bill
from models.shop.payment_reports import Reported
from models.shop.payments import Booked, Part

SHOWN = 12


def how_to_pay(bills: Sequence[Bill], *, account: str) -> Message:
    """What is owed, where to, and what to write afterwards."""
    return kit.card(
        _("匯款"),
        kit.figure(_("應付金額"), money(sum(bill.due_now for bill in bills))),
        *(_owed(bill) for bill in bills[:SHOWN]),
        *_rest(bills),
        *_account(account),
        kit.rule(),
        kit.note(_("匯好後把轉出帳號的末五碼和金額傳給我，例如：匯款 12345 1240元")),
        choices=[
            {"type": "action", "action": kit.begin(_("回報匯款"), "匯款 ")},
            *_onward(),
        ],
    )


def which_digits(amount: int) -> Message:
    return kit.text(
        _("{amount} 收到。轉出帳號的末五碼是多少？請直接輸入 5 個數字。", amount=money(amount)),
        choices=[kit.choice(_("取消")), kit.choice(_("我的訂單"))],
    )


def digits_awaited() -> Message:
    return kit.text(
        _("還在等你的末五碼，請直接輸入 5 個數字；不回報了請按「取消」。"),
        choices=[kit.choice(_("取消")), kit.choice(_("我的訂單"))],
    )


def reported(told: Reported) -> Message:
    """A report was kept, or had been before."""
    title = _("這筆已經回報過了") if told.again else _("收到匯款回報")
    digits = told.payment.digits
    return kit.card(
        title,
        *([kit.row(_("末五碼"), digits)] if digits else []),
        *_meant(told.parts),
        *_beyond(told),
        kit.rule(),
        kit.note(_("對帳中，核對好會通知你。") + (_("不會重複計算。") if told.again else "")),
        choices=_onward(),
        colour=kit.WARM if told.again else kit.GREEN,
    )


def are_these_digits(digits: str) -> Message:
    """Five digits that nobody asked for may report a payment."""
    report = _("匯款 {digits}", digits=digits)
    return kit.text(
        _("{digits} 是匯款末五碼嗎？是的話點一下就回報。", digits=digits),
        choices=[kit.choice(report, f"匯款 {digits}"), kit.choice(_("我的訂單"))],
    )


def pictured(told: Reported) -> Message:
    """A picture is kept as evidence."""
    numbers = "、".join(part.order_no for part in told.parts)
    said = _("收到圖片，當作訂單 {numbers} 的匯款憑證，等店家核對。", numbers=numbers)
    if not told.payment.digits:
        said += _("再告訴我末五碼會更快：匯款 12345")
    return kit.text(said, choices=_onward())


def checked(booked: Booked) -> Message:
    """What a member hears once their money was found."""
    parts = booked.parts
    return kit.card(
        _("已核對"),
        kit.figure(_("收到"), money(booked.payment.amount)),
        *_meant(parts),
        *balances(parts),
        choices=_onward(),
    )


def not_found(amount: int, digits: str) -> Message:
    """A report that brought nothing."""
    what = "、".join([*([_("末五碼 {digits}", digits=digits)] if digits else []), *_sum(amount)])
    said = _("查不到你回報的匯款（{what}），請確認後再傳一次：匯款 末五碼 金額", what=what or "—")
    return kit.text(said, choices=[kit.choice(_("匯款")), kit.choice(_("客服"))])


def taken_back(booked_amount: int) -> Message:
    """What a member hears when their payment was booked by mistake."""
    return kit.text(
        _(
            "更正：先前通知的「已核對 {amount}」是我們登記錯了，已經取消，造成困擾很抱歉。",
            amount=money(booked_amount),
        ),
        choices=_onward(),
    )


def reminder(bills: Sequence[Bill], *, account: str, shop: str) -> Message:
    """Asking a member to pay, as the shop."""
    return kit.card(
        _("{shop} 付款提醒", shop=shop),
        kit.line(_("你好，這幾筆訂單還沒有收到款項，方便時再麻煩你，謝謝！"), size="sm"),
        kit.figure(_("應付金額"), money(sum(bill.due_now for bill in bills))),
        *(_owed(bill) for bill in bills[:SHOWN]),
        *_rest(bills),
        *_account(account),
        kit.note(_("已經匯了請回：匯款 末五碼 金額，我們會盡快核對。")),
        choices=[kit.choice(_("匯款")), *_onward()],
    )


def balances(parts: Sequence[Part]) -> list[Block]:
    """What is missing, and what is too much."""
    missing = sum(max(part.balance, 0) for part in parts if not part.later)
    later = sum(max(part.balance, 0) for part in parts if part.later)
    beyond = -sum(min(part.balance, 0) for part in parts)
    blocks = []
    if missing:
        blocks.append(kit.row(_("還差"), money(missing), strong=True, colour=kit.WARM))
    if later:
        blocks.append(kit.row(_("其餘（結單後再付）"), money(later)))
    if beyond:
        blocks.append(kit.row(_("多付"), money(beyond), strong=True, colour=kit.WARM))
        blocks.append(kit.note(_("多付的金額先記在訂單上，我們會退還給你（多退少補）。")))
    return blocks


def _meant(parts: Sequence[Part]) -> list[Block]:
    return [
        kit.row(_("訂單 {order_no}", order_no=part.order_no), money(part.amount))
        for part in parts[:SHOWN]
    ]


def _beyond(told: Reported) -> list[Block]:
    if told.again or not told.beyond:
        return []
    if told.beyond > 0:
        return [kit.note(_("比應付多 {amount}，核對後多退少補。", amount=money(told.beyond)))]
    return [
        kit.row(_("還差"), money(-told.beyond), strong=True, colour=kit.WARM),
        kit.note(_("沒付到的訂單仍算待付款。")),
    ]


def _owed(bill: Bill) -> Block:
    label = _("訂單 {order_no}", order_no=bill.order.order_no)
    until = bill.due_on
    if bill.deposit_due:
        label, until = _("{order} 訂金", order=label), bill.deposit_due_on
    if until is not None:
        label = _("{order}，{day} 前", order=label, day=day(until))
    return kit.row(label, money(bill.due_now), shares=kit.LABEL_WIDE)


def _rest(bills: Sequence[Bill]) -> list[Block]:
    """What is owed besides the deposits, and not due yet."""
    rest = sum(bill.balance - bill.due_now for bill in bills)
    return [kit.note(_("其餘 {rest} 之後再付就好。", rest=money(rest)))] if rest else []


def _account(account: str) -> list[Block]:
    if not account:
        return []
    return [kit.rule(), kit.note(_("匯款帳號")), kit.line(account, weight="bold")]


def _sum(amount: int) -> list[str]:
    return [money(amount)] if amount else []


def _onward() -> list[Block]:
    return [kit.choice(_("我的訂單")), kit.choice(_("客服"))]
