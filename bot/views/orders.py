"""An order as its member reads it: placed, changed, about to be cancelled, in full."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _, day, money, points
from bot.views import deposits, kit, pickup_slots, quotes
from bot.views.kit import Block, Message
from models.base import N_
from models.programme import Programme
from models.shop import pickup_days
from models.shop.group_buy_records import GroupBuy, Stage
from models.shop.group_buy_terms import Delivery
from models.shop.order_queries import LineFact, OrderFact
from models.shop.orders import Status

LISTED = 6
IN_FULL = 12
STATES = {
    Status.PAID: N_("已付款，等取貨"),
    Status.PICKED_UP: N_("已取貨"),
    Status.CANCELLED: N_("已取消"),
    Status.REFUNDED: N_("已退款"),
}

WAITED = N_("候補中，輪到時通知你")


def placed(
    fact: OrderFact, *, title: str, programme: Programme, notes: Sequence[str] = ()
) -> Message:
    """An order as it is now, how to pay for it, and what comes next."""
    noted = [kit.panel(*(kit.line(n, size="sm", color=kit.WARM) for n in notes))] if notes else []
    blocks = [
        *noted,
        kit.figure(_("單號"), fact.order.order_no, size="xl"),
        *listed(fact.lines),
        kit.rule(),
        kit.row(_("合計"), money(fact.total), strong=True),
        *_money(fact, programme),
        *where(fact, programme),
    ]
    earns = _earns(fact, programme)
    if earns:
        blocks.append(kit.note(_("付款取貨後可得 {points}。", points=points(earns))))
    return kit.card(
        title,
        *blocks,
        subtitle=quotes.named(fact.group_buy) if fact.group_buy else "",
        buttons=ways(fact),
        choices=[
            kit.choice(_("我的訂單")),
            kit.choice(_("團購")),
            kit.choice(_("匯款")) if fact.owed else kit.choice(_("客服")),
        ],
    )


def gone(group_buy: GroupBuy, *, notes: Sequence[str] = ()) -> Message:
    """Nothing is left of an order."""
    sentence = _("「{title}」已全部取消，不用付款。", title=group_buy.title)
    return kit.text(
        "\n".join([sentence, *notes]),
        choices=[kit.choice(_("團購")), kit.choice(_("我的訂單"))],
    )


def cancelling(fact: OrderFact, waits: int, *, nonce: str) -> Message:
    """What would be cancelled, before it is."""
    blocks = listed(fact.lines)
    if waits:
        blocks.append(kit.row(_("候補"), _("{count} 份", count=waits)))
    title = fact.group_buy.title if fact.group_buy else ""
    return kit.card(
        _("要取消這些嗎？"),
        *blocks,
        kit.rule(),
        kit.row(_("合計"), money(fact.total), strong=True),
        kit.note(_("取消後用掉的點數和優惠券會還給你，名額會讓給候補的人。")),
        subtitle=_("{order_no} {title}", order_no=fact.order.order_no, title=title),
        buttons=[
            kit.button(_("確認"), f"確認 {nonce}", style="primary"),
            kit.button(_("不取消"), "取消"),
        ],
        colour=kit.WARM,
    )


def state(fact: OrderFact) -> str:
    """How far an order has come, in a few words."""
    group_buy, status = fact.group_buy, Status(fact.order.status)
    sent = fact.shipment is not None and fact.under_way
    here = group_buy is not None and fact.under_way and group_buy.stage == Stage.ARRIVED
    if here and not sent:
        return _("到貨了，可以取貨") if not fact.owed else _("到貨了，取貨時付款或先匯款")
    if sent or status is not Status.PLACED:
        return _("已寄出") if sent else _(WAITED if fact.waiting else STATES[status])
    if fact.bill is None or group_buy is None or fact.bill.deposit_due:
        due = fact.bill is not None and fact.bill.deposit_due
        return deposits.until(fact.bill) if fact.bill and due else _("已登記")
    if group_buy.stage == Stage.OPEN:
        return _("已登記，{closing}", closing=quotes.closing(group_buy))
    if fact.owed and fact.bill.due_on is not None:
        return _("待付款，{day} 前", day=day(fact.bill.due_on))
    return _("待付款") if fact.owed else _("已登記，等到貨")


def payment(fact: OrderFact) -> list[Block]:
    """Whether it is paid, as far as the shop has checked."""
    if fact.bill is None or not fact.under_way or not (fact.owed or fact.bill.paid):
        return []
    if fact.reported:
        return [kit.row(_("付款"), _("已回報，待核對"))]
    if not fact.owed:
        return [kit.row(_("付款"), _("已核對"))]
    said = _("部分已核對") if fact.bill.paid else _("未付")
    return [kit.row(_("付款"), said, colour=kit.WARM)]


def in_full(fact: OrderFact, *, programme: Programme) -> Message:
    """An order with each part of its sum."""
    blocks = [kit.row(_("狀態"), state(fact), strong=True, shares=kit.VALUE_WIDE)]
    blocks += [block for line in fact.lines[:IN_FULL] for block in _line_in_full(line)]
    blocks += quotes.unlisted(len(fact.lines) - IN_FULL)
    blocks += [kit.rule(), *_parts(fact), kit.figure(_("合計"), money(fact.total))]
    blocks += [*_money(fact, programme), *where(fact, programme)]
    return kit.card(
        _("訂單 {order_no}", order_no=fact.order.order_no),
        *blocks,
        subtitle=quotes.named(fact.group_buy) if fact.group_buy else "",
        buttons=ways(fact, whole=False),
        choices=[kit.choice(_("我的訂單")), kit.choice(_("再買一次")), kit.choice(_("客服"))],
    )


def listed(lines: Sequence[LineFact]) -> list[Block]:
    """Lines of one kind together, as people think of them."""
    sums: dict[tuple[str, str, str, str], int] = {}
    for line in lines:
        key = (line.name, line.option, line.person, line.unit)
        sums[key] = sums.get(key, 0) + line.quantity
    rows = [
        kit.row(quotes.goods(name, option, person), f"{count} {unit}", shares=kit.LABEL_WIDE)
        for (name, option, person, unit), count in sums.items()
    ]
    return [*rows[:LISTED], *quotes.unlisted(len(rows) - LISTED)]


def _line_in_full(line: LineFact) -> list[Block]:
    name = quotes.goods(line.name, line.option, line.person)
    if line.unit_price is None:
        return [kit.row(f"{name} × {line.quantity}", money(line.amount), shares=kit.LABEL_WIDE)]
    listed = line.unit_price * line.quantity
    working = _(
        "{price} × {count} {unit}",
        price=money(line.unit_price),
        count=line.quantity,
        unit=line.unit,
    )
    off = listed - line.amount
    if off:
        working = _("{working}，優惠 {off}", working=working, off=money(-off))
    return [kit.row(name, money(line.amount), shares=kit.LABEL_WIDE), kit.note(working)]


def _parts(fact: OrderFact) -> list[Block]:
    bill = fact.bill
    if bill is None:
        return []
    parts = [
        (_("小計"), bill.subtotal),
        (_("等級折扣"), -bill.tier_discount),
        (_("優惠券"), -bill.coupon_discount),
        (_("點數折抵"), -bill.points_value),
        (quotes.way(Delivery(bill.delivery)), bill.shipping),
        (_("免運"), -bill.shipping_discount),
        (_("保管費"), bill.charges),
        (_("退款"), -bill.refunded),
    ]
    return [kit.row(label, money(amount)) for label, amount in parts if amount]


def _money(fact: OrderFact, programme: Programme) -> list[Block]:
    """What is owed, and how to pay it."""
    if fact.bill is None:
        return []
    blocks = payment(fact)
    blocks += [kit.row(_("已付"), money(fact.bill.paid))] if fact.bill.paid else []
    if not fact.owed:
        return blocks
    if fact.bill.paid:
        blocks.append(kit.row(_("還要付"), money(fact.owed), colour=kit.WARM))
    blocks += deposits.due(fact.bill)
    if programme.shop.account:
        blocks += [kit.note(_("匯款帳號")), kit.line(programme.shop.account)]
        blocks.append(
            kit.note(_("匯款後輸入「匯款」加末五碼，例如「匯款 12345」；也可取貨付現。"))
        )
    else:
        blocks.append(kit.note(_("取貨時付現，或照店家通知的方式付款。")))
    if fact.bill.due_on is not None:
        blocks.append(kit.row(_("付款期限"), day(fact.bill.due_on), colour=kit.WARM))
    elif programme.shop.account and _is_open(fact):
        days = programme.shop.payment_days
        blocks.append(kit.note(_("結單後 {days} 天內付款即可。", days=days)))
    return blocks


def _is_open(fact: OrderFact) -> bool:
    return fact.group_buy is not None and fact.group_buy.stage == Stage.OPEN


def where(fact: OrderFact, programme: Programme) -> list[Block]:
    """Where and when the goods are to be had."""
    bill, group_buy = fact.bill, fact.group_buy
    if bill is None or group_buy is None or not fact.under_way:
        return []
    if fact.shipment is not None:
        sent = f"{fact.shipment.carrier} {fact.shipment.number}".strip()
        return [kit.row(_("已寄出"), sent, shares=kit.VALUE_WIDE)]
    if bill.delivery != Delivery.PICKUP or group_buy.dropship:
        way = quotes.way(Delivery(bill.delivery))
        return [kit.row(_("送貨"), _("廠商直接寄給你") if group_buy.dropship else way)]
    when = day(group_buy.pickup_on) if group_buy.pickup_on else _("到貨後通知")
    blocks = [kit.row(_("取貨日"), when)]
    if group_buy.stage == Stage.ARRIVED and group_buy.arrived_at is not None:
        terms = programme.shop
        until = pickup_days.last_day(group_buy.arrived_at, group_buy.pickup_on, terms)
        blocks = [kit.row(_("最晚"), day(until))]
    if fact.place:
        blocks.append(kit.row(_("取貨地點"), fact.place, shares=kit.VALUE_WIDE))
    if fact.slot or _may_choose(fact):
        when = pickup_slots.said(fact.slot) if fact.slot else _("還沒有選")
        blocks.append(kit.row(_("取貨時段"), when, shares=kit.VALUE_WIDE))
    if bill.proxy:
        blocks.append(kit.row(_("代領"), bill.proxy))
    blocks.append(kit.row(_("取貨碼"), bill.pickup_code, strong=True))
    return blocks


def ways(fact: OrderFact, *, whole: bool = True) -> list[Block]:
    number = fact.order.order_no
    buttons = [kit.button(_("看明細"), f"訂單 {number}")] if whole else []
    open_ = fact.group_buy is not None and fact.group_buy.stage == Stage.OPEN
    if fact.under_way and open_ and fact.bill is not None and fact.bill.locked_at is None:
        buttons.append(kit.button(_("改用券或點數"), f"改訂單 {number}"))
        buttons.append(kit.button(_("取消訂單"), f"取消 {number}"))
    elif not fact.under_way:
        buttons.append(kit.button(_("再買一次"), f"再買一次 {number}"))
    if _may_choose(fact):
        buttons.append(kit.button(_("取貨時段")))
    return buttons


def _may_choose(fact: OrderFact) -> bool:
    """Whether it is there, and fetched in a slot."""
    there = fact.group_buy is not None and fact.group_buy.stage == Stage.ARRIVED
    picked = fact.bill is not None and fact.bill.delivery == Delivery.PICKUP
    return fact.has_slots and fact.under_way and there and picked


def _earns(fact: OrderFact, programme: Programme) -> int:
    terms = programme.points
    return fact.order.cash // terms.spend_per_point if terms.enabled and fact.under_way else 0
