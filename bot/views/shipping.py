"""Orders sent by the supplier, as those who run the shop see them: sheet, numbers, received."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.texts import _
from bot.views import confirming, kit, quotes
from bot.views.files import Rejected, rejected
from bot.views.kit import Block, Message
from models.shop.consignments import Consignment, Consignments
from models.shop.group_buy_records import GroupBuy

SHOWN = 8


class Sent(Protocol):
    """An order and the number it was sent with."""

    @property
    def order_no(self) -> str: ...
    @property
    def carrier(self) -> str: ...
    @property
    def number(self) -> str: ...


class Tracked(Protocol):
    """What a supplier's file says back."""

    @property
    def rows(self) -> int: ...
    @property
    def new(self) -> Sequence[Sent]: ...
    @property
    def known(self) -> int: ...
    @property
    def blank(self) -> int: ...
    @property
    def rejected(self) -> Sequence[Rejected]: ...
    @property
    def odd(self) -> Sequence[Sent]: ...


def sheet(
    group_buy: GroupBuy,
    found: Consignments,
    names: dict[int, str],
    links: Sequence[tuple[str, str]],
    *,
    everything: bool,
) -> Message:
    """What is in the sheet, where it is fetched, and who is not in it."""
    number = group_buy.id
    shares = sum(one.quantity for each in found.ready for one in each.contents)
    blocks: list[Block] = [
        kit.row(_("可以出貨"), _("{count} 筆訂單", count=len(found.ready)), strong=True),
        kit.row(_("份數"), _("{count} 份", count=shares)),
        kit.row(_("已出貨"), _("{count} 筆訂單", count=found.sent)),
    ]
    if found.unpaid and not everything:
        blocks.append(_listed(_("還沒付款，不在單子裡："), found.unpaid, names))
    if found.unaddressed:
        blocks.append(_listed(_("沒有收件資料，不在單子裡："), found.unaddressed, names))
    if links:
        blocks.append(kit.note(_("連結 15 分鐘內有效，最多開 3 次，內有個資，請勿轉傳群組。")))
        blocks.append(
            kit.note(_("廠商填好最後兩欄「物流公司、物流單號」，把檔案傳回這裡就會登記。"))
        )
    else:
        blocks.append(kit.note(_("目前沒有可以出貨的訂單。")))
    choices = []
    if found.unaddressed:
        choices.append(kit.choice(_("問收件資料"), f"/問收件 {number}"))
    if found.unpaid and not everything:
        choices.append(kit.choice(_("未付款也列入"), f"/出貨單 {number} 全部"))
    return kit.card(
        _("出貨單"),
        *blocks,
        subtitle=quotes.named(group_buy),
        buttons=[kit.link(label, address) for label, address in links],
        choices=[*choices, kit.choice(_("看訂單"), f"/訂單 {number}")],
    )


def asking(group_buy: GroupBuy, members: Sequence[str], *, nonce: str) -> Message:
    """Whom to ask where their order goes."""
    return confirming.preview(
        _("要問他們收件資料嗎？"),
        kit.line(quotes.named(group_buy), weight="bold"),
        *kit.bullets([name or _("（未填稱呼）") for name in members[:SHOWN]]),
        kit.row(_("人數"), _("{count} 位", count=len(members))),
        nonce=nonce,
    )


def asked(count: int) -> Message:
    return kit.text(
        _("已經問了 {count} 位，他們填好後再做一次出貨單就會有。", count=count),
        choices=[kit.choice(_("開團中"), "/開團中")],
    )


def ask_details(group_buy: GroupBuy, order_no: str) -> Message:
    """To a member: where does it go?"""
    return kit.text(
        _(
            "「{title}」要寄給你了，訂單 {order_no} 還缺收件資料，請按「收件資料」填寫。",
            title=group_buy.title,
            order_no=order_no,
        ),
        choices=[kit.choice(_("收件資料")), kit.choice(_("我的訂單"))],
    )


def shipping(
    order_no: str,
    name: str,
    carrier: str,
    number: str,
    *,
    before: str | None,
    odd: bool,
    fetched: bool,
    nonce: str,
) -> Message:
    """What is to be noted by hand; `fetched` is an order that its member wants to pick up."""
    blocks = [
        kit.row(_("訂單"), order_no),
        kit.row(_("團友"), name or _("（未填稱呼）")),
        kit.row(_("物流"), carrier),
        kit.row(_("單號"), number, strong=True),
    ]
    if before is not None:
        warned = _("原本登記的是 {number}，確認後改成新的。", number=before)
        blocks.append(kit.line(warned, size="sm", color=kit.WARM))
    if fetched:
        blocks.append(kit.line(_("這筆訂單是自取，請確認真的要寄。"), size="sm", color=kit.WARM))
    if odd:
        blocks.append(kit.line(_odd(carrier), size="sm", color=kit.WARM))
    return confirming.preview(
        _("登記出貨並通知團友？"),
        *blocks,
        nonce=nonce,
        colour=kit.WARM if before or fetched else kit.GREEN,
    )


def shipped(order_no: str, *, told: bool) -> Message:
    return kit.text(
        _("訂單 {order_no} 登記出貨了。", order_no=order_no)
        + (_("已通知團友。") if told else _("對方不在 LINE，沒有通知。")),
        choices=[kit.choice(_("送達了"), f"/送達 {order_no}")],
    )


def not_shipped(order_no: str) -> Message:
    return kit.text(
        _("訂單 {order_no} 的出貨登記取消了。", order_no=order_no),
        choices=[kit.choice(_("看訂單"), f"/訂單 {order_no}")],
    )


def delivering(order_no: str, name: str, *, nonce: str) -> Message:
    return confirming.preview(
        _("登記送達嗎？"),
        kit.row(_("訂單"), order_no),
        kit.row(_("團友"), name or _("（未填稱呼）")),
        kit.note(_("等同已取貨：點數生效、等級計算、退換期從今天開始；不能復原。")),
        nonce=nonce,
    )


def delivered(order_no: str) -> Message:
    return kit.text(
        _("訂單 {order_no} 登記送達了。", order_no=order_no),
        choices=[kit.choice(_("看訂單"), f"/訂單 {order_no}")],
    )


def tracked(found: Tracked, *, nonce: str | None, told: int | None = None) -> Message:
    """What a supplier's file would note, or has noted (then `told` is how many will hear)."""
    done = told is not None
    blocks: list[Block] = [
        kit.row(_("總列數"), f"{found.rows:,}"),
        kit.row(_("已登記") if done else _("可以登記"), f"{len(found.new):,}", strong=True),
        kit.row(_("原本就有"), f"{found.known:,}"),
        kit.row(_("還沒有單號"), f"{found.blank:,}"),
        kit.row(
            _("有問題"),
            f"{len(found.rejected):,}",
            colour=kit.WARM if found.rejected else kit.INK,
        ),
    ]
    blocks += rejected(found.rejected)
    for each in found.odd[:SHOWN]:
        blocks.append(kit.note(f"{each.order_no} {each.number}：{_odd(each.carrier)}"))
    if done:
        blocks.append(kit.row(_("已通知"), _("{count} 位", count=told or 0)))
        return kit.card(_("出貨登記完成"), *blocks, choices=[kit.choice(_("說明"))])
    if nonce is None:
        blocks.append(kit.note(_("沒有新的單號要登記。")))
        return kit.card(_("物流單號檔"), *blocks, choices=[kit.choice(_("說明"))])
    blocks.append(kit.note(_("確認後登記並通知團友；有問題的列不會登記。")))
    return confirming.preview(_("登記這些物流單號？"), *blocks, nonce=nonce, colour=kit.GREEN)


def _odd(carrier: str) -> str:
    return _("不像{carrier}平常的單號，請再看一眼。", carrier=carrier)


def _listed(title: str, found: Sequence[Consignment], names: dict[int, str]) -> Block:
    said = [f"{each.order_no} {names.get(each.member_id, '')}" for each in found[:SHOWN]]
    more = len(found) - SHOWN
    notes = [kit.note(_("另有 {count} 筆。", count=more))] if more > 0 else []
    return kit.panel(kit.line(title, size="sm", color=kit.WARM), *kit.bullets(said), *notes)
