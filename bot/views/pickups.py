"""Handing goods over, as those at the counter see it: what, how much, for whom."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _, day, money
from bot.views import confirming, kit, quotes
from bot.views.kit import Block, Message
from models.people.members import Member
from models.programme import Programme
from models.shop.payment_records import Payment
from models.shop.pickup_queries import Bag, Goods
from models.shop.pickups import Handed

SHOWN = 8
LISTED = 6


def preview(
    member: Member, bags: Sequence[Bag], reports: Sequence[Payment], *, nonce: str
) -> Message:
    """All that a member picks up, over all group-buys, and what is to be collected."""
    owed = sum(bag.owed for bag in bags)
    message = confirming.preview(
        _("取貨：{name}", name=called(member.name)),
        kit.figure(_("要收現金"), money(owed), colour=kit.WARM if owed else kit.GREEN),
        *_fetched_by(bags),
        *_reported(reports),
        *(block for bag in bags[:SHOWN] for block in _bag(bag)),
        *_more(len(bags) - SHOWN),
        kit.note(_("取貨後不能復原，要退請用 /退款。")),
        nonce=nonce,
    )
    choices = [
        kit.choice(_("免保管費 {no}", no=each.order_no), f"/免保管費 {each.order_no}")
        for each in bags
        if each.fee
    ]
    choices += [kit.choice(_("入帳 #{n}", n=each.id), f"/入帳 #{each.id}") for each in reports]
    return kit.with_choices(message, choices)


def handed(member_name: str, done: Handed) -> Message:
    """It was handed over."""
    numbers = sorted({bag.group_buy.id for bag in done.bags})
    said = _("{name} 取貨完成。", name=called(member_name))
    if done.collected:
        said += _("收了現金 {amount}。", amount=money(done.collected))
    credit = -sum(min(bag.bill.balance, 0) for bag in done.bags)
    if credit:
        said += _("多付的 {amount} 還要退給對方。", amount=money(credit))
    return kit.text(
        said,
        choices=[
            *(
                kit.choice(_("分貨單 {n}", n=number), f"/分貨單 {number}")
                for number in numbers[:5]
            ),
            kit.choice(_("開團中"), "/開團中"),
        ],
    )


def fetched(name: str, bags: Sequence[Bag]) -> Message:
    """What a member hears when somebody fetched it for them."""
    what = "、".join(quotes.named(bag.group_buy) for bag in bags[:SHOWN])
    return kit.text(
        _("{name} 已經幫你取貨：{what}。", name=name, what=what),
        choices=[kit.choice(_("我的訂單")), kit.choice(_("客服"))],
    )


def whose_code(code: str, members: Sequence[Member]) -> Message:
    """By chance two have the same code."""
    return kit.text(
        _("取貨碼 {code} 不只一位，請選取貨的人：", code=code),
        choices=[kit.choice(f"{called(m.name)} #{m.id}", f"/取貨 #{m.id}") for m in members],
    )


def fetches_for(name: str, others: Sequence[tuple[int, str]]) -> Message:
    """Nothing of their own, but somebody else's."""
    return kit.text(
        _("{name} 自己沒有待取的商品，要幫這些團友代領：", name=called(name)),
        choices=[kit.choice(_("代領 {name}", name=called(n)), f"/取貨 #{i}") for i, n in others],
    )


def forgiven(bag: Bag, *, waived: bool) -> Message:
    no = bag.order_no
    return kit.text(
        _("訂單 {no} 不收保管費。", no=no) if waived else _("訂單 {no} 照常收保管費。", no=no),
        choices=[
            kit.choice(_("取貨"), f"/取貨 {bag.order_no}"),
            *([kit.choice(_("/復原"), "/復原")] if waived else []),
        ],
    )


def absences(
    number: int, title: str, bags: Sequence[Bag], programme: Programme, *, nonce: str | None
) -> Message:
    """Who has not come yet; `nonce` confirms that it is noted of those who are long overdue."""
    days = programme.shop.no_show_days
    subtitle = _("第 {number} 團 {title}", number=number, title=title)
    rows = [block for each in bags[:SHOWN] for block in _absent(each)]
    rows += _more(len(bags) - SHOWN)
    if not bags:
        rows = [kit.line(_("都取完了。"))]
    note = _(
        "超過 {days} 天沒有來的可以記為「未取」：只影響本人的取貨信用，本人看得到，"
        "不會公開；付過的款和商品都先保留，由你決定。",
        days=days,
    )
    choices = [
        kit.choice(_("取貨 {name}", name=called(p.name)), f"/取貨 {p.order_no}") for p in bags
    ]
    choices += [_given_back(p, programme) for p in bags if p.bill.no_show_at and p.bill.paid]
    choices.append(kit.choice(_("分貨單"), f"/分貨單 {number}"))
    if nonce is None:
        return kit.card(
            _("還沒取貨"), *rows, kit.rule(), kit.note(note), subtitle=subtitle, choices=choices
        )
    message = confirming.preview(
        _("記為未取嗎？"), kit.line(subtitle, weight="bold"), *rows, kit.note(note), nonce=nonce
    )
    return kit.with_choices(message, choices)


def noted(count: int, number: int) -> Message:
    return kit.text(
        _("已記 {count} 筆未取。之後有來取，用 /取貨 照常交貨就好。", count=count),
        choices=[kit.choice(_("/復原"), "/復原"), kit.choice(_("未取名單"), f"/未取 {number}")],
    )


def unnoted(count: int, number: int) -> Message:
    return kit.text(
        _("已取消 {count} 筆未取的紀錄。", count=count),
        choices=[kit.choice(_("未取名單"), f"/未取 {number}")],
    )


def called(name: str) -> str:
    return name or _("（未填稱呼）")


def said(goods: Goods) -> str:
    """愛文芒果（大）給媽媽 × 2 箱."""
    return (
        f"{quotes.goods(goods.name, goods.option, goods.person)} × {goods.quantity} {goods.unit}"
    )


def _bag(bag: Bag) -> list[Block]:
    blocks = [
        kit.rule(),
        kit.row(f"{bag.order_no} {bag.group_buy.title}", _state(bag), strong=True),
        *kit.bullets([said(goods) for goods in bag.goods[:LISTED]]),
        *_more(len(bag.goods) - LISTED),
    ]
    if bag.place:
        blocks.append(kit.note(kit.clip(bag.place, 60)))
    if bag.fee:
        label = _("含保管費（晚 {days} 天）", days=bag.days_late)
        blocks.append(kit.row(label, money(bag.fee), colour=kit.WARM))
    return blocks


def _state(bag: Bag) -> str:
    return _("要收 {amount}", amount=money(bag.owed)) if bag.owed else _("已付清")


def _fetched_by(bags: Sequence[Bag]) -> list[Block]:
    names = list(dict.fromkeys(each.bill.proxy for each in bags if each.bill.proxy))
    if not names:
        return []
    sentence = _("代領人：{names}", names="、".join(names))
    return [kit.panel(kit.line(sentence, weight="bold", color=kit.WARM))]


def _reported(reports: Sequence[Payment]) -> list[Block]:
    """What a member says they transferred is not to be paid twice."""
    if not reports:
        return []
    told = "、".join(
        f"#{each.id} {money(each.amount)}" if each.amount else f"#{each.id}"
        for each in reports[:3]
    )
    sentence = _("有匯款回報還沒對帳：{told}。收現金前先看一下。", told=told)
    return [kit.panel(kit.line(sentence, size="sm", color=kit.WARM))]


def _absent(bag: Bag) -> list[Block]:
    since = _("晚 {days} 天", days=bag.days_late) if bag.days_late else _("還在期限內")
    if bag.bill.no_show_at is not None:
        since = _("{since}，已記未取", since=since)
    paid = _("已付 {amount}", amount=money(bag.bill.paid)) if bag.bill.paid else _("未付款")
    return [
        kit.row(f"{called(bag.name)} {bag.order_no}", since, strong=True),
        kit.note(kit.clip("，".join([paid, *(said(goods) for goods in bag.goods[:3])]), 150)),
    ]


def _given_back(bag: Bag, programme: Programme) -> Block:
    """What the shop may do with the money for goods that nobody fetched."""
    order_no = bag.order_no
    if programme.shop.unclaimed == "refunded":
        back = max(bag.bill.paid - bag.fee, 0)
        return kit.choice(_("退款 {no}", no=order_no), f"/退款 {order_no} {back}")
    return kit.choice(_("聯絡 {name}", name=called(bag.name)), f"/查 #{bag.bill.member_id}")


def _more(count: int) -> list[Block]:
    return [kit.note(_("另有 {count} 項。", count=count))] if count > 0 else []


def last_day(bag: Bag) -> str:
    """Until when, and what it costs afterwards."""
    return day(bag.last_day) if bag.last_day else _("到貨後通知")
