"""Orders as those who run the shop see them: listed, entered for somebody, pasted."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _, day, money, refusal
from bot.views import confirming, kit, quotes
from bot.views.kit import Block, Message
from models.base import N_
from models.shop.bill_records import Bill
from models.shop.group_buy_records import GroupBuy
from models.shop.ordering import Outcome
from models.shop.orders import Status
from models.shop.pasting import Done, Pasted
from models.shop.rehearsing import Standing
from models.shop.shares import Want

PAGE = 10
ROWS, UNMATCHED = 20, 12
STATES = {
    Status.PLACED: N_("未付款"),
    Status.PAID: N_("已付款"),
    Status.PICKED_UP: N_("已取貨"),
    Status.CANCELLED: N_("已取消"),
    Status.REFUNDED: N_("已退款"),
}


def listing(
    group_buy: GroupBuy,
    rows: Sequence[tuple[Bill, str, str]],
    standing: Standing,
    *,
    page: int,
    deposits: int = 0,
) -> Message:
    """A page of a group-buy's orders: each with whose it is, what is in it and its state."""
    number = group_buy.id
    if not standing.orders and not rows:
        return kit.text(
            _("第 {number} 團還沒有訂單。", number=number),
            choices=[
                kit.choice(_("看這一團"), f"/團 {number}"),
                kit.choice(_("貼單"), f"/貼單 {number}"),
            ],
        )
    blocks: list[Block] = [
        kit.row(_("訂單"), _("{count} 筆", count=standing.orders)),
        kit.row(_("總額"), money(standing.total), strong=True),
        kit.row(_("已收"), money(standing.paid)),
        kit.row(_("未付款"), _("{count} 筆", count=standing.unpaid)),
    ]
    if deposits:
        late = _("{count} 筆", count=deposits)
        blocks.append(kit.row(_("訂金未付"), late, colour=kit.WARM))
    blocks.append(kit.rule())
    for bill, name, goods in rows[:PAGE]:
        state = _state(bill)
        label = f"{bill.order.order_no} {name or _('（未填稱呼）')}"
        blocks.append(kit.row(label, f"{money(bill.total)}，{state}"))
        blocks.append(kit.note(kit.clip(goods, 120)))
    buttons = []
    if len(rows) > PAGE:
        buttons.append(kit.button(_("下一頁"), f"/訂單 {number} {page + 1}"))
    return kit.card(
        _("訂單"),
        *blocks,
        subtitle=quotes.named(group_buy),
        buttons=buttons,
        choices=[
            kit.choice(_("看這一團"), f"/團 {number}"),
            kit.choice(_("貼單"), f"/貼單 {number}"),
            kit.choice(_("收款對帳"), "/對帳"),
        ],
    )


def one(group_buy: GroupBuy, bill: Bill, name: str, goods: str) -> Message:
    """One order, and what can be done with it."""
    order_no = bill.order.order_no
    blocks = [
        kit.row(_("團友"), name or _("（未填稱呼）"), strong=True),
        kit.row(_("狀態"), _state(bill)),
        kit.row(_("內容"), kit.clip(goods, 140), shares=kit.VALUE_WIDE),
        kit.row(_("總額"), money(bill.total)),
        kit.row(_("已收"), money(bill.paid - bill.returned)),
        kit.row(_("配送"), quotes.way(bill.delivery)),
    ]
    ways = []
    if bill.deposit_due:
        until = day(bill.deposit_due_on) if bill.deposit_due_on else ""
        said = _("{amount}，{day} 前", amount=money(bill.deposit_due), day=until)
        blocks.append(kit.row(_("訂金未付"), said, colour=kit.WARM))
        ways = [kit.choice(_("免訂金"), f"/免訂金 {order_no}")]
    elif bill.deposit_percent:
        said = _("已免收") if bill.deposit_waived else _("已付")
        blocks.append(kit.row(_("訂金"), said))
    if bill.balance > 0:
        blocks.append(kit.row(_("還要付"), money(bill.balance), strong=True, colour=kit.WARM))
    elif bill.balance < 0:
        blocks.append(kit.row(_("要退"), money(-bill.balance), strong=True, colour=kit.WARM))
    return kit.card(
        _("訂單 {order_no}", order_no=order_no),
        *blocks,
        subtitle=quotes.named(group_buy),
        choices=[
            kit.choice(_("收款"), f"/收款 {order_no}"),
            *ways,
            kit.choice(_("取貨"), f"/取貨 {order_no}"),
            kit.choice(_("全部訂單"), f"/訂單 {group_buy.id}"),
        ],
    )


def _state(bill: Bill) -> str:
    state = _(STATES[Status(bill.order.status)])
    return _("{state}，訂金未付", state=state) if bill.deposit_due else state


def goods(group_buy: GroupBuy, wants: Sequence[Want]) -> list[str]:
    """What was called, line by line."""
    items = {item.id: item for item in group_buy.items}
    return [
        f"{quotes.goods(items[w.item_id].name, w.option, w.person)} {w.quantity:+d}" for w in wants
    ]


def entered(name: str, outcome: Outcome, wants: Sequence[Want], *, guest: bool) -> Message:
    """What was entered for somebody, and what their order comes to now."""
    group_buy, bill = outcome.group_buy, outcome.bill
    blocks: list[Block] = kit.bullets(goods(group_buy, wants))
    if outcome.waiting:
        count = sum(wait.quantity for wait in outcome.waiting)
        blocks.append(
            kit.line(_("{count} 份沒有了，先排候補", count=count), size="sm", color=kit.WARM)
        )
    if bill is not None and outcome.quote is not None:
        blocks.append(
            kit.row(
                _("訂單 {order_no}", order_no=bill.order.order_no), money(bill.total), strong=True
            )
        )
    if guest:
        blocks.append(kit.note(_("訪客收不到通知，請自己告訴他。")))
    fewer = all(want.quantity < 0 for want in wants)
    return kit.card(
        _("已取消：{name}", name=name) if fewer else _("已登記：{name}", name=name),
        *blocks,
        subtitle=quotes.named(group_buy),
        choices=[
            kit.choice(_("/復原"), "/復原"),
            kit.choice(_("看訂單"), f"/訂單 {group_buy.id}"),
            kit.choice(_("再登記一筆"), "/代喊"),
        ],
    )


def unknown(name: str, said: str, *, nonce: str) -> Message:
    """Nobody goes by this name: are they to be entered as a guest?"""
    return confirming.preview(
        _("找不到「{name}」", name=name),
        kit.line(_("要用「{name}」建立一位訪客並登記「{said}」嗎？", name=name, said=said)),
        kit.note(_("如果他是團友，請按取消，改用 LINE 上的稱呼、手機或 #編號。")),
        nonce=nonce,
    )


def how_to_enter() -> Message:
    return kit.text(
        _("要幫誰登記什麼？例如：/代喊 小美 A+2；有好幾團時：/代喊 3 小美 A+2"),
        choices=[kit.choice(_("看團號"), "/開團中")],
    )


def undone(name: str) -> Message:
    return kit.text(
        _("已收回剛才的登記：{name}。", name=name), choices=[kit.choice(_("/開團中"), "/開團中")]
    )


def paste_here(group_buy: GroupBuy) -> Message:
    """Asked for the comments."""
    return kit.text(
        _(
            "請把「{title}」的留言整段貼上來，一行一則，例如：\n小美：+1\n小林：A+2",
            title=group_buy.title,
        ),
        choices=[kit.choice(_("取消"), "取消")],
    )


def pasted(group_buy: GroupBuy, found: Pasted, *, nonce: str | None) -> Message:
    """What a paste would enter: what was not understood first, then row by row."""
    blocks: list[Block] = []
    if found.unmatched:
        lines = [f"{kit.clip(line, 40)}（{_(why)}）" for line, why in found.unmatched[:UNMATCHED]]
        if len(found.unmatched) > UNMATCHED:
            lines.append(_("還有 {count} 行", count=len(found.unmatched) - UNMATCHED))
        said = _("{count} 行沒有登記，請看一下：", count=len(found.unmatched))
        blocks.append(kit.panel(kit.line(said, size="sm", color=kit.WARM), *kit.bullets(lines)))
    for row in found.rows[:ROWS]:
        new = "" if row.member else _("（新訪客）")
        blocks.append(
            kit.row(
                f"{row.comment.name}{new}",
                "、".join(goods(group_buy, row.wants)),
                shares=kit.VALUE_WIDE,
            )
        )
    if len(found.rows) > ROWS:
        blocks.append(kit.note(_("還有 {count} 筆", count=len(found.rows) - ROWS)))
    if found.before:
        blocks.append(kit.note(_("{count} 行之前登記過了，不會重複。", count=found.before)))
    if nonce is None:
        return kit.card(
            _("沒有可以登記的留言"),
            *blocks,
            subtitle=quotes.named(group_buy),
            colour=kit.WARM,
            choices=[kit.choice(_("看訂單"), f"/訂單 {group_buy.id}")],
        )
    title = _("要登記這 {count} 筆嗎？", count=len(found.rows))
    return confirming.preview(
        title, kit.line(quotes.named(group_buy), weight="bold"), *blocks, nonce=nonce
    )


def paste_done(group_buy: GroupBuy, done: Done) -> Message:
    blocks: list[Block] = []
    if done.refused:
        lines = [
            f"{kit.clip(line, 30)}：{kit.clip(refusal(why), 60)}"
            for line, why in done.refused[:UNMATCHED]
        ]
        blocks.append(
            kit.panel(
                kit.line(_("這幾筆沒有登記："), size="sm", color=kit.WARM), *kit.bullets(lines)
            )
        )
    waiting = sum(len(entry.outcome.waiting) for entry in done.entries)
    if waiting:
        blocks.append(kit.note(_("其中 {count} 筆已額滿，先排候補。", count=waiting)))
    blocks.append(kit.row(_("目前"), _("{count} 份", count=group_buy.taken)))
    return kit.card(
        _("登記了 {count} 筆", count=len(done.entries)),
        *blocks,
        subtitle=quotes.named(group_buy),
        choices=[
            kit.choice(_("看訂單"), f"/訂單 {group_buy.id}"),
            kit.choice(_("/復原"), "/復原"),
        ],
    )
