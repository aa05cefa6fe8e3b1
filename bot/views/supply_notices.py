"""What members hear of goods that do not come: why, what they get, what comes back."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _, money
from bot.views import kit, quotes
from bot.views.kit import Block, Message
from bot.views.supply import gains
from models.base import N_
from models.shop.group_buy_records import GroupBuy
from models.shop.supply_parts import Part
from models.shop.supply_shortages import Cut, Shared

ASK = N_("要不要先拿 {count} 份？按「可拆單」就先給你，先回覆的先拿。")


def cut(shared: Shared, lost: Cut) -> Message:
    """Some of what they ordered does not come."""
    option = shared.shortage.option
    name = quotes.goods(shared.item.name, option)
    unit = shared.item.unit
    blocks: list[Block] = [
        kit.line(
            _(
                "很抱歉，「{name}」廠商少給 {count} {unit}。我們照訂購先後分配，你這次：",
                name=name,
                count=shared.shortage.quantity,
                unit=unit,
            )
        ),
        kit.row(_("沒有拿到"), f"{lost.quantity} {unit}", strong=True, colour=kit.WARM),
        kit.row(_("照樣拿到"), f"{lost.kept} {unit}"),
        *kit.bullets(gains(lost)),
        kit.note(_("缺的份已經排進候補，補到貨會通知你；不想等可以取消候補。")),
    ]
    buttons = [kit.button(_("我的訂單"))]
    if shared.spare:
        count = min(shared.spare, lost.quantity)
        blocks.append(kit.panel(kit.line(_(ASK, count=count), size="sm")))
        buttons.insert(0, kit.button(_("可拆單"), style="primary"))
    return kit.card(
        _("有商品缺貨"),
        *blocks,
        subtitle=quotes.named(shared.group_buy),
        buttons=buttons,
        choices=[kit.choice(_("候補")), kit.choice(_("客服"))],
        colour=kit.WARM,
    )


def restored(group_buy: GroupBuy, order_no: str, total: int) -> Message:
    """It comes after all."""
    return kit.text(
        _(
            "好消息，「{title}」缺的份補回來了：訂單 {order_no} 現在是 {total}。",
            title=group_buy.title,
            order_no=order_no,
            total=money(total),
        ),
        choices=[kit.choice(_("我的訂單"))],
    )


def consented(orders: Sequence[str], parts: Sequence[Part], *, splits: bool) -> Message:
    """Their orders may be filled in part from now on, or not."""
    if parts:
        return _taken(parts)
    listed = "、".join(orders)
    said = _("好，缺貨時可以先給你一部分：{orders}。改變主意請打「不可拆單」。", orders=listed)
    if not splits:
        said = _("好，缺貨時不拆單，要就整筆：{orders}。", orders=listed)
    if not orders:
        said = _("剩下的已經被先回覆的人拿走了；你的份還在候補，補到貨會通知你。")
    return kit.text(said, choices=[kit.choice(_("我的訂單")), kit.choice(_("候補"))])


def _taken(parts: Sequence[Part]) -> Message:
    rows: list[Block] = []
    for part in parts:
        wait, order = part.wait, part.bill.order
        name = quotes.goods(wait.item.name, wait.option, wait.person)
        count = f"{part.quantity} {wait.item.unit}"
        rows.append(kit.row(name, count, shares=kit.LABEL_WIDE, strong=True))
        rows.append(kit.row(_("訂單 {order_no}", order_no=order.order_no), money(part.bill.total)))
        if part.bill.balance > 0:
            rows.append(kit.row(_("還要付"), money(part.bill.balance), colour=kit.WARM))
    return kit.card(
        _("先給你這些"),
        *rows,
        kit.note(_("其餘的留在候補，補到貨會通知你。")),
        buttons=[kit.button(_("我的訂單"), style="primary")],
    )
