"""What somebody still owes, on the day it is due: one sum for all their orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.texts import _, day, money
from bot.views import kit
from bot.views.kit import Block, Message


def payment(owed: Any, *, account: str) -> Message:
    """The rest of what orders cost; `owed` has `owed` (NT$), `orders` and `due_on`."""
    return _owed(
        owed,
        account,
        title=_("還沒收到您的款項"),
        what=_("應付金額"),
        until=_("付款期限"),
        note=_("匯款後回覆「匯款 末五碼」就好；已經付了請不用理會，謝謝您。"),
    )


def deposit(owed: Any, *, account: str) -> Message:
    """What is to be paid in advance."""
    return _owed(
        owed,
        account,
        title=_("訂金還沒收到"),
        what=_("訂金"),
        until=_("訂金期限"),
        note=_("匯款後回覆「匯款 末五碼」就好；有困難請輸入「客服」，謝謝您。"),
        choices=[kit.choice(_("取貨紀錄")), kit.choice(_("客服"))],
    )


def _owed(
    owed: Any,
    account: str,
    *,
    title: str,
    what: str,
    until: str,
    note: str,
    choices: Sequence[Block] = (),
) -> Message:
    return kit.card(
        title,
        kit.figure(what, money(owed.owed), colour=kit.WARM),
        kit.row(_("訂單"), _("{count} 筆", count=owed.orders)),
        kit.row(until, day(owed.due_on)),
        *([kit.row(_("匯款帳號"), account, shares=kit.VALUE_WIDE)] if account else []),
        kit.note(note),
        buttons=[kit.button(_("我的訂單"), "我的訂單", style="primary")],
        choices=choices,
        colour=kit.WARM,
    )
