"""All that a member has ordered: a sum for each pickup day, then order by order."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _, day, money
from bot.views import deposits, kit, orders, quotes
from bot.views.kit import Block, Message
from models.programme import Programme
from models.shop.group_buy_records import Stage
from models.shop.order_queries import MyOrders, OrderFact, Pickup, WaitFact

SHOWN = 9
LISTED = 6


def mine(found: MyOrders, *, programme: Programme) -> Message:
    """All that a member has ordered: a sum for each pickup day, then order by order."""
    if not found.orders and not found.waits:
        return kit.text(
            _("你目前有 0 筆訂單。看看現在開了哪些團，喊「+1」就能訂。"),
            choices=[kit.choice(_("團購")), kit.choice(_("再買一次")), kit.choice(_("客服"))],
        )
    shown = found.under_way or found.orders
    cards = [_overview(found, programme)]
    cards += [_one(each, programme) for each in shown[:SHOWN]]
    choices = [
        kit.choice(_("團購")),
        kit.choice(_("再買一次")),
        *([kit.choice(_("候補"))] if found.waits else []),
        *([kit.choice(_("匯款"))] if any(each.owed for each in shown) else []),
        kit.choice(_("客服")),
    ]
    return kit.with_choices(kit.carousel(cards) if len(cards) > 1 else cards[0], choices)


def which(found: Sequence[OrderFact], number: str) -> Message:
    """A number that several orders may mean."""
    choices = [
        kit.choice(
            kit.clip(_title(each), 20),
            f"訂單 {each.order.order_no}",
        )
        for each in found
    ]
    return kit.text(
        _("「{number}」可能是這幾筆訂單，要看哪一筆？", number=number), choices=choices
    )


def not_on_sale(names: Sequence[str]) -> Message:
    """Nothing of what was bought before can be bought now."""
    choices = [
        kit.choice(_("敲碗 {name}", name=kit.clip(name, 14)), f"敲碗 {kit.clip(name, 50)}")
        for name in names[:6]
    ]
    sentence = (
        _("以前買過的現在沒有開團。想再買就「敲碗」，開團時會通知你。")
        if names
        else _("你還沒有買過東西，看看現在開了哪些團。")
    )
    return kit.text(sentence, choices=[*choices, kit.choice(_("團購"))])


def _overview(found: MyOrders, programme: Programme) -> Message:
    owed = sum(each.owed for each in found.orders)
    blocks: list[Block] = [kit.figure(_("還要付"), money(owed))]
    first = sum(each.bill.deposit_due for each in found.orders if each.bill)
    if first:
        blocks.append(kit.row(_("其中訂金現在要付"), money(first), colour=kit.WARM))
    for pickup in found.pickups[:LISTED]:
        blocks += [kit.rule(), *_pickup(pickup)]
    if found.waits:
        blocks += [kit.rule(), *(_waited(each) for each in found.waits[:3])]
    if owed and programme.shop.account:
        blocks += [kit.rule(), kit.note(_("匯款帳號")), kit.line(programme.shop.account)]
    return kit.card(
        _("我的訂單"),
        *blocks,
        subtitle=_("進行中 {count} 筆", count=len(found.under_way)),
        buttons=[kit.button(_("匯款回報"), "匯款", style="primary")] if owed else [],
    )


def _pickup(pickup: Pickup) -> list[Block]:
    here = all(each.group_buy and each.group_buy.stage == Stage.ARRIVED for each in pickup.orders)
    when = day(pickup.on) if pickup.on else _("到貨了") if here else _("取貨日另行通知")
    total = _("{count} 筆 {total}", count=len(pickup.orders), total=money(pickup.total))
    blocks = [kit.row(_("{when} 取貨", when=when), total, strong=True)]
    if pickup.owed:
        blocks.append(kit.row(_("其中未付"), money(pickup.owed), colour=kit.WARM))
    if pickup.place:
        blocks.append(kit.note(_("地點：{place}", place=pickup.place)))
    return blocks


def _waited(each: WaitFact) -> Block:
    name = quotes.goods(each.wait.item.name, each.wait.option, each.wait.person)
    if each.wait.offered_until is not None:
        return kit.row(name, _("輪到你了，請輸入「候補」"), colour=kit.WARM)
    return kit.row(name, _("候補第 {position} 位", position=each.position), shares=kit.LABEL_WIDE)


def _one(fact: OrderFact, programme: Programme) -> Message:
    blocks = [
        kit.row(_("狀態"), orders.state(fact), strong=True, shares=kit.VALUE_WIDE),
        *orders.listed(fact.lines),
        kit.rule(),
        kit.row(_("合計"), money(fact.total), strong=True),
    ]
    blocks += orders.payment(fact)
    if fact.bill is not None and fact.bill.paid:
        blocks.append(kit.row(_("已付"), money(fact.bill.paid)))
    if fact.owed:
        blocks.append(kit.row(_("還要付"), money(fact.owed), colour=kit.WARM))
    blocks += deposits.due(fact.bill) if fact.bill is not None else []
    blocks += orders.where(fact, programme)
    title = fact.group_buy.title if fact.group_buy else day(fact.order.ordered_on)
    return kit.card(
        title,
        *blocks,
        subtitle=_("訂單 {order_no}", order_no=fact.order.order_no),
        buttons=orders.ways(fact),
    )


def _title(fact: OrderFact) -> str:
    title = fact.group_buy.title if fact.group_buy else day(fact.order.ordered_on)
    return f"{fact.order.order_no} {title}"
