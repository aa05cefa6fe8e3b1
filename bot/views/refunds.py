"""Refunds and returns: what one would do, what it did, and what is still to be handed back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.texts import _, day, money, points
from bot.views import confirming, kit
from bot.views.kit import Block, Message
from models.shop.bill_records import Bill
from models.shop.refund_effects import Effects
from models.shop.return_records import ReturnRequest

SHOWN = 10


def preview(bill: Bill, name: str, effects: Effects, *, nonce: str) -> Message:
    """What a refund would do."""
    return confirming.preview(
        _("退款：訂單 {no}", no=bill.order.order_no),
        kit.row(_("團友"), name or _("（未填稱呼）")),
        kit.figure(_("退款"), money(effects.amount), colour=kit.WARM),
        *_effects(effects),
        kit.note(_("確認後會通知團友；這個不能復原。")),
        nonce=nonce,
    )


def refunded(bill: Bill, name: str, effects: Effects, *, told: bool) -> Message:
    """What a refund did; the money is still to be handed back."""
    owed = -bill.balance
    buttons = []
    if owed > 0:
        data = f"/退現 {bill.order.order_no}"
        buttons = [kit.button(_("已退給團友"), data, style="primary")]
    return kit.card(
        _("已退款：訂單 {no}", no=bill.order.order_no),
        kit.row(_("團友"), name or _("（未填稱呼）")),
        kit.figure(_("退款"), money(effects.amount)),
        *_effects(effects),
        *([kit.row(_("還要退給團友"), money(owed), strong=True)] if owed > 0 else []),
        kit.note(_("已通知團友。") if told else _("對方不在 LINE，沒有通知。")),
        buttons=buttons,
        choices=[kit.choice(_("/退差額")), kit.choice(_("/對帳"))],
    )


def told(order_no: str, effects: Effects) -> Message:
    """What the member hears of it."""
    return kit.card(
        _("退款通知"),
        kit.row(_("訂單"), order_no),
        kit.figure(_("退款"), money(effects.amount)),
        *_effects(effects),
        kit.note(_("款項會由店家退還給你。")),
        choices=[kit.choice(_("我的訂單")), kit.choice(_("點數"))],
    )


def to_hand_back(bills: Sequence[Bill], names: Mapping[int, str]) -> Message:
    """What the shop owes to whom."""
    if not bills:
        said = _("沒有要退給團友的差額。")
        return kit.text(said, choices=[kit.choice(_("/對帳")), kit.choice(_("/催款"))])
    return kit.card(
        _("要退給團友的差額"),
        kit.figure(_("合計"), money(-sum(bill.balance for bill in bills)), colour=kit.WARM),
        *(
            kit.row(
                f"{names.get(bill.member_id) or _('（未填稱呼）')} {bill.order.order_no}",
                money(-bill.balance),
                shares=kit.LABEL_WIDE,
            )
            for bill in bills[:SHOWN]
        ),
        *([kit.note(_("還有 {count} 筆", count=len(bills) - SHOWN))] if bills[SHOWN:] else []),
        kit.note(_("退給對方後，點單號登記：/退現 單號")),
        choices=[
            kit.choice(_("退現 {no}", no=bill.order.order_no), f"/退現 {bill.order.order_no}")
            for bill in bills[:SHOWN]
        ],
        colour=kit.WARM,
    )


def handing_back(bill: Bill, name: str, amount: int, *, nonce: str) -> Message:
    return confirming.preview(
        _("退現：訂單 {no}", no=bill.order.order_no),
        kit.row(_("團友"), name or _("（未填稱呼）")),
        kit.figure(_("已退給對方"), money(amount), colour=kit.WARM),
        nonce=nonce,
    )


def handed_back(bill: Bill, amount: int) -> Message:
    said = _("已登記退還 {amount}（訂單 {no}）。", amount=money(amount), no=bill.order.order_no)
    choices = [kit.choice(_("復原"), "/復原"), kit.choice(_("/退差額"))]
    return kit.text(said, choices=choices)


def not_handed_back(bill: Bill, amount: int) -> Message:
    no = bill.order.order_no
    return kit.text(
        _("已取消退現 {amount}，訂單 {no} 仍有要退的差額。", amount=money(amount), no=no),
        choices=[kit.choice(_("/退差額"))],
    )


def which_return(bills: Sequence[Bill], *, days: int) -> Message:
    """What may be returned."""
    if not bills:
        said = _("取貨後 {days} 天內可以退換，你目前沒有可以退換的訂單。", days=days)
        return kit.text(said, choices=[kit.choice(_("我的訂單")), kit.choice(_("客服"))])
    said = _(
        "要退換哪一筆？取貨後 {days} 天內可以退換，請寫原因，例如：退換 {no} 有一顆壞了",
        days=days,
        no=bills[0].order.order_no,
    )
    return kit.text(
        said,
        choices=[
            {
                "type": "action",
                "action": kit.begin(
                    _("退換 {no}", no=bill.order.order_no), f"退換 {bill.order.order_no} "
                ),
            }
            for bill in bills[:SHOWN]
        ],
    )


def asked(request: ReturnRequest, order_no: str) -> Message:
    """What the member hears who wants to return something."""
    return kit.text(
        _(
            "收到，退換 #{number}（訂單 {no}）。店家會在這裡回覆你，照片可以直接傳過來。",
            number=request.id,
            no=order_no,
        ),
        choices=[kit.choice(_("我的訂單")), kit.choice(_("客服"))],
    )


def request(found: ReturnRequest, *, order_no: str, name: str, reason: str) -> Message:
    """A wish to return something, as those see it who decide."""
    number = found.id
    return kit.card(
        _("退換 #{number}", number=number),
        kit.row(_("團友"), name or _("（未填稱呼）")),
        kit.row(_("訂單"), order_no),
        kit.row(_("提出"), day(found.asked_at)),
        kit.panel(kit.line(kit.clip(reason, 300) or _("沒有寫原因"))),
        buttons=[
            kit.button(_("全額退款"), f"/退換 准 {number}", style="primary"),
            _begin(_("退一部分"), f"/退換 准 {number} "),
            _begin(_("不准"), f"/退換 不准 {number} "),
        ],
        colour=kit.WARM,
    )


def requests(cards: Sequence[Message]) -> Message:
    if not cards:
        return kit.text(_("沒有等待處理的退換。"), choices=[kit.choice(_("/退差額"))])
    return kit.carousel(cards) if len(cards) > 1 else cards[0]


def rejected(request: ReturnRequest) -> Message:
    return kit.text(
        _("退換 #{number} 已婉拒並通知團友。", number=request.id),
        choices=[kit.choice(_("/退換"))],
    )


def not_returned(request: ReturnRequest, order_no: str, answer: str) -> Message:
    """What the member hears whose wish is not granted."""
    return kit.card(
        _("退換 #{number} 的回覆", number=request.id),
        kit.row(_("訂單"), order_no),
        kit.line(_("很抱歉，這次沒辦法退換：{answer}", answer=answer)),
        choices=[kit.choice(_("客服")), kit.choice(_("我的訂單"))],
    )


def _effects(effects: Effects) -> list[Block]:
    blocks = []
    if effects.returned:
        blocks.append(kit.row(_("退回折抵的點數"), f"+{points(effects.returned)}"))
    if effects.taken:
        blocks.append(kit.row(_("收回這筆送的點數"), f"-{points(effects.taken)}"))
    if effects.owed > 0:
        said = _("其中 {points} 已經用掉，會從下次得到的點數扣。", points=points(effects.owed))
        blocks.append(kit.note(said))
    if effects.coupons:
        blocks.append(kit.row(_("退回優惠券"), _("{count} 張", count=effects.coupons)))
    if effects.tier is not None:
        blocks.append(kit.row(_("等級變成"), effects.tier, strong=True))
    return blocks


def _begin(label: str, words: str) -> Block:
    return {
        "type": "button",
        "height": "sm",
        "style": "secondary",
        "action": kit.begin(label, words),
    }
