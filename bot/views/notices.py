"""What members are told of their orders without having asked: closed, cut, failed, arrived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.texts import _, clock, day, money
from bot.views import kit, quotes
from bot.views.kit import Block, Message
from models.shop import carriers
from models.shop.group_buy_records import GroupBuy, Stage

LONGEST_DATA = 290


@dataclass(frozen=True)
class Goods:
    """Some shares of an item, for somebody or the member themselves."""

    name: str
    unit: str
    quantity: int
    option: str = ""
    person: str = ""

    @property
    def said(self) -> str:
        named = quotes.goods(self.name, self.option, self.person)
        return f"{named} × {self.quantity} {self.unit}"


@dataclass(frozen=True)
class Owed:
    """What is to be paid for an order: `balance` NT$ until `due_on`, to `account`."""

    order_no: str
    balance: int
    due_on: date | None = None
    account: str = ""


def ordered(
    group_buy: GroupBuy, goods: Sequence[Goods], waiting: Sequence[Goods], total: int
) -> Message:
    """The shop entered an order for them."""
    return kit.card(
        _("店家幫你登記了訂單"),
        *kit.bullets([each.said for each in goods]),
        *([kit.row(_("合計"), money(total), strong=True)] if goods else []),
        *_waiting(waiting),
        kit.note(_("不是你要的，或數量不對，請輸入「客服」告訴我們。")),
        subtitle=quotes.named(group_buy),
        buttons=[kit.button(_("我的訂單"))],
    )


def promoted(group_buy: GroupBuy, goods: Sequence[Goods]) -> Message:
    """What they waited for is theirs."""
    return kit.card(
        _("候補補上了！"),
        *kit.bullets([each.said for each in goods]),
        kit.note(_("已經加進你的訂單，不要的話請在結單前取消。")),
        subtitle=quotes.named(group_buy),
        buttons=[kit.button(_("我的訂單"), style="primary")],
    )


def offered(group_buy: GroupBuy, goods: Sequence[Goods], until: datetime) -> Message:
    """What they waited for is held for them for a while."""
    return kit.card(
        _("輪到你了，幫你保留中"),
        *kit.bullets([each.said for each in goods]),
        kit.row(_("保留到"), f"{day(until)} {clock(until)}", strong=True, colour=kit.WARM),
        kit.note(_("時間到還沒收下，就會讓給下一位。")),
        subtitle=quotes.named(group_buy),
        buttons=[kit.button(_("候補"), style="primary", colour=kit.WARM)],
        colour=kit.WARM,
    )


def lapsed(group_buy: GroupBuy, goods: Sequence[Goods], again: str) -> Message:
    """What was held for them went to the next in line; `again` asks for the same once more."""
    open_ = group_buy.stage == Stage.OPEN and len(again) <= LONGEST_DATA
    return kit.card(
        _("保留時間到了"),
        *kit.bullets([each.said for each in goods]),
        kit.note(_("這次先讓給下一位，不用付款。還想要的話，再排一次候補就好。")),
        subtitle=quotes.named(group_buy),
        buttons=[
            *([kit.button(_("再排候補"), again, style="primary")] if open_ else []),
            kit.button(_("候補")),
        ],
    )


def closed(
    group_buy: GroupBuy,
    goods: Sequence[Goods],
    cut: Sequence[Goods],
    owed: Owed | None,
    back: int,
    *,
    place: str = "",
) -> Message:
    """It is closed: what they get, what they do not get, and what is to be paid."""
    blocks: list[Block] = [*kit.bullets([each.said for each in goods])]
    if cut:
        blocks.append(
            kit.panel(
                kit.line(_("沒有湊滿整箱，這些先排候補："), size="sm", color=kit.WARM),
                *kit.bullets([each.said for each in cut]),
            )
        )
    if owed is not None and owed.balance > 0:
        blocks += _to_pay(owed)
    elif goods:
        blocks.append(kit.row(_("付款"), _("已付清")))
    if back:
        blocks.append(kit.row(_("要退給你"), money(back), strong=True))
    if where := _where(group_buy, place):
        blocks.append(kit.row(_("取貨"), where, shares=kit.VALUE_WIDE))
    return kit.card(
        _("結單了"),
        *blocks,
        subtitle=quotes.named(group_buy),
        buttons=[kit.button(_("我的訂單"), style="primary")],
    )


def lowered(group_buy: GroupBuy, prices: Sequence[tuple[str, int]]) -> Message:
    """The price has come down for everybody who ordered."""
    said = "、".join(f"{name} {money(price)}" for name, price in prices)
    return kit.text(
        _(
            "好消息，「{title}」降價了：{prices}，你的訂單已經自動改成新價格。",
            title=group_buy.title,
            prices=said,
        ),
        choices=[kit.choice(_("我的訂單"))],
    )


def failed(group_buy: GroupBuy, *, paid: int, points: int, coupons: int) -> Message:
    """It did not come about: what is given back."""
    rows: list[Block] = []
    if paid:
        rows.append(kit.row(_("要退給你"), money(paid), strong=True))
    if points:
        rows.append(kit.row(_("退回點數"), _("{count} 點", count=points)))
    if coupons:
        rows.append(kit.row(_("退回優惠券"), _("{count} 張", count=coupons)))
    return kit.card(
        _("這團沒有成團"),
        kit.line(
            _("很抱歉，「{title}」沒有成團，訂單已經取消，不用付款。", title=group_buy.title)
        ),
        *rows,
        subtitle=quotes.named(group_buy),
        buttons=[kit.button(_("團購"))],
        colour=kit.WARM,
    )


def arrived(
    group_buy: GroupBuy,
    goods: Sequence[Goods],
    *,
    code: str,
    owed: int,
    until: date,
    place: str = "",
    fee: int = 0,
    slots: bool = False,
) -> Message:
    """It is there: where, until when and with which code; what a day longer costs."""
    where = _where(group_buy, place)
    return kit.card(
        _("到貨了，可以取貨"),
        kit.figure(_("取貨碼"), code),
        *kit.bullets([each.said for each in goods]),
        *([kit.row(_("取貨"), where, shares=kit.VALUE_WIDE)] if where else []),
        kit.row(_("最晚"), day(until)),
        *([kit.note(_("之後每天保管費 {fee}。", fee=money(fee)))] if fee else []),
        *([kit.row(_("還要付"), money(owed), strong=True, colour=kit.WARM)] if owed > 0 else []),
        subtitle=quotes.named(group_buy),
        buttons=[
            *([kit.button(_("選取貨時段"), "取貨時段", style="primary")] if slots else []),
            kit.button(_("我的訂單"), style="secondary" if slots else "primary"),
        ],
    )


def refunded(order_no: str, amount: int) -> Message:
    return kit.text(
        _("訂單 {order_no} 會退 {amount} 給你。", order_no=order_no, amount=money(amount)),
        choices=[kit.choice(_("我的訂單"))],
    )


def tracking(order_no: str, number: str, carrier: str) -> Message:
    """It is on its way; where the carrier has a page for everybody, it is one tap away."""
    page = carriers.named(carrier).page
    look = [kit.link(_("查包裹到哪了"), page)] if page else []
    return kit.card(
        _("寄出了"),
        kit.row(_("訂單"), order_no),
        kit.row(_("物流"), carrier or _("宅配")),
        kit.figure(_("物流單號"), number, size="lg"),
        *([kit.note(_("查詢時請輸入上面的物流單號。"))] if page else []),
        buttons=[*look, kit.button(_("我的訂單"))],
        choices=[kit.choice(_("客服"))],
    )


def changed(group_buy: GroupBuy, said: str) -> Message:
    """Something about a group-buy they joined is different now."""
    return kit.text(
        _("「{title}」有更改：{said}。", title=group_buy.title, said=said),
        choices=[kit.choice(_("我的訂單"))],
    )


def reopened(group_buy: GroupBuy) -> Message:
    """It takes orders again."""
    return kit.text(
        _(
            "「{title}」又開放了，可以加訂或修改，{closing}。",
            title=group_buy.title,
            closing=quotes.closing(group_buy),
        ),
        choices=[kit.choice(_("我的訂單")), kit.choice(_("團購"))],
    )


def short(group_buy: GroupBuy) -> Message:
    """To whoever opened it: its time is over, and too few ordered."""
    number = group_buy.id
    return kit.card(
        _("結單了，但還差 {count} 份成團", count=group_buy.short),
        kit.row(_("目前"), _("{count} 份", count=group_buy.taken)),
        kit.row(_("成團要"), _("{count} 份", count=group_buy.minimum or 0)),
        kit.note(_("團友還沒收到通知，請決定要怎麼做。")),
        subtitle=quotes.named(group_buy),
        buttons=[
            kit.button(_("照樣出貨"), f"/成團 {number}", style="primary"),
            kit.button(_("重新開團"), f"/重開 {number}"),
            kit.button(_("流團"), f"/流團 {number}"),
        ],
        colour=kit.WARM,
    )


def over(group_buy: GroupBuy, *, orders: int) -> Message:
    """To whoever opened it: its time is over."""
    return kit.text(
        _(
            "第 {number} 團「{title}」時間到，已結單：{orders} 筆訂單，共 {count} 份。",
            number=group_buy.id,
            title=group_buy.title,
            orders=orders,
            count=group_buy.taken,
        ),
        choices=[
            kit.choice(_("看訂單"), f"/訂單 {group_buy.id}"),
            kit.choice(_("看這一團"), f"/團 {group_buy.id}"),
        ],
    )


def place(on: str | None, where: str) -> str:
    """When and where goods are picked up; `on` is an ISO date."""
    return f"{day(date.fromisoformat(on)) if on else ''} {where}".strip()


def _to_pay(owed: Owed) -> list[Block]:
    blocks: list[Block] = [kit.figure(_("應付"), money(owed.balance), colour=kit.WARM)]
    if owed.due_on is None:
        return [*blocks, kit.note(_("取貨時付款就好。"))]
    blocks.append(kit.row(_("付款期限"), day(owed.due_on)))
    if owed.account:
        blocks.append(kit.row(_("匯款帳號"), owed.account, shares=kit.VALUE_WIDE))
    return [*blocks, kit.note(_("匯款後回覆「匯款 末五碼」。"))]


def _waiting(waiting: Sequence[Goods]) -> list[Block]:
    if not waiting:
        return []
    return [
        kit.line(_("這些先排候補："), size="sm"),
        *kit.bullets([each.said for each in waiting]),
    ]


def _where(group_buy: GroupBuy, place: str) -> str:
    """Day and place, as far as they are known; `place` is what the member chose."""
    on = day(group_buy.pickup_on) if group_buy.pickup_on else ""
    return f"{on} {place or group_buy.pickup}".strip()
