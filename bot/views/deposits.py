"""A deposit: what of an order is paid in advance, until when, and where to read why."""

from __future__ import annotations

from bot.texts import _, day, money
from bot.views import confirming, kit
from bot.views.kit import Block, Message
from models.shop.bill_records import Bill
from models.shop.quoting import Quoted

RECORD = "取貨紀錄"


def asked(quoted: Quoted) -> list[Block]:
    """What of a quote is paid in advance, and why."""
    if not quoted.deposit or quoted.deposit_due_on is None:
        return []
    until, rest = day(quoted.deposit_due_on), money(quoted.total - quoted.deposit)
    label = _("要先付訂金 {percent}%", percent=quoted.deposit_percent)
    said = _(
        "訂金 {day} 前付，其餘 {rest} 照平常付款。因為取貨信用目前較低，"
        "輸入「取貨紀錄」看怎麼算、怎麼恢復。",
        day=until,
        rest=rest,
    )
    return [
        kit.row(label, money(quoted.deposit), strong=True, colour=kit.WARM),
        kit.note(said),
    ]


def why(quoted: Quoted) -> list[Block]:
    """The way to the reason."""
    return [kit.choice(_(RECORD), RECORD)] if quoted.deposit else []


def due(bill: Bill) -> list[Block]:
    """What of an order's deposit is still to come, and that the rest is later."""
    if not bill.deposit_due:
        return []
    rest = money(bill.balance - bill.deposit_due)
    return [
        kit.row(until(bill), money(bill.deposit_due), strong=True, colour=kit.WARM),
        kit.note(_("其餘 {rest} 照平常付款；為什麼要訂金，請看「取貨紀錄」。", rest=rest)),
    ]


def until(bill: Bill) -> str:
    """現在要付訂金（11/24(二) 前）."""
    if bill.deposit_due_on is None:
        return _("現在要付訂金")
    return _("現在要付訂金（{day} 前）", day=day(bill.deposit_due_on))


def told(bill: Bill, *, account: str) -> Message:
    """Somebody ordered in a group, and pays a part of it in advance."""
    where = [kit.row(_("匯款帳號"), account, shares=kit.VALUE_WIDE)] if account else []
    return kit.card(
        _("訂單 {order_no} 要先付訂金", order_no=bill.order.order_no),
        kit.row(_("合計"), money(bill.total)),
        *due(bill),
        *where,
        buttons=[kit.button(_("匯款回報"), "匯款", style="primary")],
        choices=[kit.choice(_(RECORD), RECORD), kit.choice(_("我的訂單"))],
        colour=kit.WARM,
    )


def waiving(bill: Bill, name: str, *, nonce: str) -> Message:
    """What would not be asked any more."""
    return confirming.preview(
        _("免收訂單 {order_no} 的訂金", order_no=bill.order.order_no),
        kit.row(_("團友"), name or _("（未填稱呼）"), strong=True),
        kit.row(_("總額"), money(bill.total)),
        kit.row(_("訂金未付"), money(bill.deposit_due), colour=kit.WARM),
        kit.note(_("免收後整筆照平常付款，不會再提醒訂金。")),
        nonce=nonce,
    )


def waived(bill: Bill, *, is_waived: bool) -> Message:
    """It is asked no more, or again."""
    number = bill.order.order_no
    said = _("訂單 {order_no} 免收訂金了。", order_no=number)
    if not is_waived:
        said = _("訂單 {order_no} 又要收訂金了。", order_no=number)
    return kit.text(
        said,
        choices=[
            kit.choice(_("看訂單"), f"/訂單 {number}"),
            kit.choice(_("全部訂單"), f"/訂單 {bill.group_buy_id}"),
        ],
    )
