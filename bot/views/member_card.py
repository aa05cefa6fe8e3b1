"""A member as those who run the shop see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.texts import _, day, long_day, money, points
from bot.views import confirming, kit
from bot.views.kit import Block, Message
from models.loyalty.coupons import Wallet
from models.loyalty.points import Balance
from models.loyalty.tiers import Standing
from models.people.members import Member
from models.people.notes import MemberNote
from models.shop.orders import Order, Status
from models.shop.totals_records import MemberTotals

STATES = {
    Status.PLACED: "未付款",
    Status.PAID: "已付款",
    Status.PICKED_UP: "已取貨",
    Status.CANCELLED: "已取消",
    Status.REFUNDED: "已退款",
}


class Known(NamedTuple):
    """What the shop knows of a member; `totals` is None for who never bought.

    `hour` is the local one at which they are mostly here, None if too little is known.
    """

    standing: Standing
    held: Balance
    wallet: Wallet
    totals: MemberTotals | None
    orders: Sequence[Order]
    tags: Sequence[str]
    aliases: Sequence[str]
    notes: Sequence[MemberNote]
    hour: int | None = None


def card(member: Member, known: Known) -> Message:
    blocks = [*_who(member, known), kit.rule(), *_worth(known)]
    if known.orders:
        blocks += [kit.rule(), *(_order(order) for order in known.orders)]
    if known.notes:
        written = [f"{day(note.at)} {note.text}" for note in known.notes]
        blocks += [kit.rule(), kit.panel(*kit.bullets(written))]
    number = f"#{member.id}"
    return kit.card(
        _called(member),
        *blocks,
        subtitle=_("會員 {number}・{tier}", number=number, tier=known.standing.tier.name),
        buttons=[
            _begin(_("加標籤"), f"/標籤 {number} +"),
            _begin(_("記備註"), f"/備註 {number} "),
            _begin(_("加點"), f"/加點 {number} "),
        ],
        choices=[kit.choice(_("說明"), "說明")],
    )


def giving(member: Member, amount: int, reason: str, *, nonce: str) -> Message:
    """What /加點 would do."""
    return confirming.preview(
        _("要加點嗎？"),
        kit.row(_("團友"), f"{_called(member)} #{member.id}", shares=kit.VALUE_WIDE),
        kit.row(_("點數"), points(amount), shares=kit.VALUE_WIDE),
        kit.row(_("原因"), reason, shares=kit.VALUE_WIDE),
        nonce=nonce,
    )


def given(member: Member, amount: int, available: int) -> Message:
    return kit.text(
        _(
            "已加 {points} 給 {name}，現在可用 {available}。",
            points=points(amount),
            name=_called(member),
            available=points(available),
        ),
        choices=[
            kit.choice(_("/復原"), "/復原"),
            kit.choice(_("看這位團友"), f"/查 #{member.id}"),
        ],
    )


def taken_back(member: Member, available: int) -> Message:
    return kit.text(
        _(
            "已收回加給 {name} 的點數，現在可用 {available}。",
            name=_called(member),
            available=points(available),
        ),
        choices=[kit.choice(_("看這位團友"), f"/查 #{member.id}")],
    )


def _called(member: Member) -> str:
    return member.name or _("（未填稱呼）")


def _who(member: Member, known: Known) -> list[Block]:
    reached = _("LINE 好友") if member.is_friend else _("沒有 LINE 或已封鎖")
    rows = [
        (_("聯絡"), reached),
        (_("加入"), long_day(member.joined_on)),
        (_("生日"), f"{member.birth_month}/{member.birth_day}" if member.birth_month else ""),
        (_("別名"), "、".join(known.aliases)),
        (_("標籤"), " ".join(f"#{each}" for each in known.tags)),
        (
            _("常用時間"),
            _("{hour} 點左右", hour=str(known.hour)) if known.hour is not None else "",
        ),
        (_("優惠訊息"), _("同意") if member.marketing else _("不同意")),
    ]
    return [kit.row(label, value, shares=kit.VALUE_WIDE) for label, value in rows if value]


def _worth(known: Known) -> list[Block]:
    bought = known.totals
    rows = [kit.row(_("可用點數"), points(known.held.available))]
    if known.held.pending:
        rows.append(kit.row(_("待入帳"), points(known.held.pending)))
    rows.append(kit.row(_("可用優惠券"), _("{count} 張", count=len(known.wallet.usable))))
    if bought is None or not bought.orders:
        return [*rows, kit.row(_("消費"), _("還沒有買過"))]
    total = _("{count} 次 {spend}", count=bought.orders, spend=money(bought.spend))
    year = _("{count} 次 {spend}", count=bought.year_orders, spend=money(bought.year_spend))
    rows += [kit.row(_("累計消費"), total), kit.row(_("近一年"), year)]
    if bought.last_on is not None:
        rows.append(kit.row(_("最近一次"), long_day(bought.last_on)))
    return rows


def _order(order: Order) -> Block:
    state = _(STATES[Status(order.status)])
    return kit.row(f"{day(order.ordered_on)} {order.order_no}", f"{money(order.cash)} {state}")


def _begin(label: str, words: str) -> Block:
    return {
        "type": "button",
        "height": "sm",
        "style": "secondary",
        "action": kit.begin(label, words),
    }
